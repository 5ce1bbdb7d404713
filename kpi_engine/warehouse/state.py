"""What people write about the figures (``state/``): commentary, meetings and what else is kept beside the versions.

Nobody can tell which part of a meeting's record is about an academy, and a record that was altered is none. So what
mentions an academy goes whole: a row of a database with the rows that hang on it, or a file with the rows that name it.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kpi_engine.errors import WarehouseError
from kpi_engine.warehouse import files
from kpi_engine.warehouse.schema import quoted
from kpi_engine.warehouse.traces import DATABASES, JOURNALS, Words, tables_of

_WAIT = 10.0


def remove_mentions(root: Path, words: Words) -> tuple[str, ...]:
    """Remove what mentions one of the words; what it was comes back, as files and numbers of rows.

    Rows that hold the place or the checksum (SHA-256) of a file that goes are removed with it. Raises WarehouseError
    for a database that another program holds, or that cannot be read; no file has been removed then, so that the
    next try finds the same.
    """
    state = root / "state"
    every = sorted(each for each in state.rglob("*") if each.is_file() and not each.name.endswith(JOURNALS))
    gone: list[Path] = []
    named: list[str] = []
    for path in (each for each in every if each.suffix not in DATABASES):
        place, content = path.relative_to(root).as_posix(), path.read_bytes()
        if words.in_text(place) or words.in_bytes(content):
            gone.append(path)
            named += [place, hashlib.sha256(content).hexdigest()]
    also = Words((*words.texts, *named))
    done = []
    for path in (each for each in every if each.suffix in DATABASES):
        place = path.relative_to(root).as_posix()
        rows = _rows_gone(path, place, also)
        done += [f"{rows:,} rows of {place}"] if rows else []
    for path in gone:
        files.remove(path)
        for folder in path.relative_to(state).parents[:-1]:
            with contextlib.suppress(OSError):  # others lie in it
                (state / folder).rmdir()
    return (*(path.relative_to(root).as_posix() for path in gone), *done)


def _rows_gone(path: Path, place: str, words: Words) -> int:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as database:
            database.create_function("mentions", 1, words.in_cell, deterministic=True)
            # What hangs on a row that goes has lost its sense.
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("BEGIN IMMEDIATE")
            before = database.total_changes
            with _without_triggers(database):
                for table in tables_of(database):
                    columns = [quoted(str(row[1])) for row in database.execute(f"PRAGMA table_info({quoted(table)})")]
                    anywhere = " OR ".join(f"mentions({column})" for column in columns)
                    database.execute(f"DELETE FROM {quoted(table)} WHERE {anywhere}")
            rows = database.total_changes - before
            database.execute("COMMIT")
            if rows:
                # The bytes of deleted rows stay in a database and its journal until both are written anew.
                database.execute("VACUUM")
                busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    raise WarehouseError(f"{place} is held open by another program; close the explorer and purge again")
            return rows
    except sqlite3.Error as error:
        raise WarehouseError(f"{place} could not be searched and purged ({error})") from error


@contextlib.contextmanager
def _without_triggers(database: sqlite3.Connection) -> Iterator[None]:
    """Histories refuse to lose a row; that holds for everything but a purge. In the caller's transaction."""
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {quoted(str(name))}")
    yield
    for _, statement in triggers:
        database.execute(str(statement))
