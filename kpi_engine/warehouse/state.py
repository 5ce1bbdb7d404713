"""What people write about the figures (``state/``): commentary, meetings and what else is kept beside the versions.

Nobody can tell which part of a meeting's record is about an academy, and a record that was altered is none. So what
mentions an academy goes whole: a row of a database, or a file.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from kpi_engine.errors import WarehouseError
from kpi_engine.warehouse import files
from kpi_engine.warehouse.schema import quoted
from kpi_engine.warehouse.traces import DATABASES, JOURNALS, Words, tables_of

_WAIT = 10.0


def remove_mentions(root: Path, words: Words) -> tuple[str, ...]:
    """Remove what mentions one of the words; what it was comes back, as files and numbers of rows.

    Raises WarehouseError for a database that another program holds, or that cannot be read.
    """
    gone = []
    for path in sorted(each for each in (root / "state").rglob("*") if each.is_file()):
        place = path.relative_to(root).as_posix()
        if path.name.endswith(JOURNALS):
            continue
        if path.suffix in DATABASES:
            rows = _rows_gone(path, place, words)
            gone += [f"{rows:,} rows of {place}"] if rows else []
        elif words.in_text(place) or words.in_bytes(path.read_bytes()):
            files.remove(path)
            gone.append(place)
    return tuple(gone)


def _rows_gone(path: Path, place: str, words: Words) -> int:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as database:
            database.create_function("mentions", 1, words.in_cell, deterministic=True)
            database.execute("BEGIN IMMEDIATE")
            rows = 0
            for table in tables_of(database):
                columns = [quoted(str(row[1])) for row in database.execute(f"PRAGMA table_info({quoted(table)})")]
                anywhere = " OR ".join(f"mentions({column})" for column in columns)
                rows += database.execute(f"DELETE FROM {quoted(table)} WHERE {anywhere}").rowcount
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
