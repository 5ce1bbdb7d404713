"""The trail's files: one SQLite database that takes entries, and closed ones beside it that nobody writes in again.

An entry moves from the open part to a closed one in a transaction of the open part, after the closed one is whole on
the disk. Cut short in between, the same entries stand in both, which readers see through and the next closing mends.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.people import private

START = "0" * 64
"""What stands for the hash before the first entry of all."""

Row = tuple[int, str, str, str, str, str]
"""An entry as it is stored: number, time (UTC, ISO), who, what, detail, hash."""

YearOf = Callable[[str], int]

_TABLES = {
    "begins": "number INTEGER NOT NULL, hash TEXT NOT NULL",
    "entries": "number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, "
    "detail TEXT NOT NULL, hash TEXT NOT NULL",
}
_USED = "(page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
_RULE = "the trail is only ever added to"
_TRIGGERS = {
    f"{table}_{verb.lower()}": f"BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{_RULE}'); END"
    for table in ("entries", "begins")
    for verb in ("UPDATE", "DELETE")
} | {
    # OR REPLACE takes a row away without a DELETE, so that only the next number may be added.
    "entries_insert": "BEFORE INSERT ON entries WHEN NEW.number IS NOT (SELECT 1 + coalesce(max(entries.number), "
    f"(SELECT number FROM begins)) FROM entries) BEGIN SELECT RAISE(ABORT, '{_RULE}'); END"
}


@dataclass(frozen=True, slots=True)
class Part:
    """A whole part: its file's name, the number and hash that it goes on from, its entries, and the highest number
    that was ever added to it."""

    name: str
    number: int
    hash: str
    rows: Sequence[Row]
    highest: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection to the open part, and which file on the disk that is."""

    connection: sqlite3.Connection
    path: Path
    file: tuple[int, int]

    @staticmethod
    def at(path: Path, wait: float) -> Opened:
        """Open the part that takes entries; a new one goes on from the newest closed one."""
        private.file(private.make(path.parent) / path.name)
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            _until_free(connection, "PRAGMA journal_mode = WAL", wait)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = TRUE")
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
                closed = _closed(path)
                _lay_out(connection, *(_end_of_file(closed[-1]) if closed else (0, START)))
            connection.execute("COMMIT")
            found = path.stat()
        except BaseException:
            connection.close()
            raise
        return Opened(connection, path, (found.st_dev, found.st_ino))

    def still_there(self) -> bool:
        """Whether the path still names the file that was opened, and not another or none."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self.file

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()


def _until_free(connection: sqlite3.Connection, statement: str, wait: float) -> None:
    """SQLite does not wait by itself where the journal's mode changes."""
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _lay_out(connection: sqlite3.Connection, number: int, hash: str) -> None:
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.execute("INSERT INTO begins VALUES (?, ?)", (number, hash))
    _guard(connection)


def _guard(connection: sqlite3.Connection) -> None:
    for name, body in _TRIGGERS.items():
        connection.execute(f"CREATE TRIGGER {name} {body}")


def chained(before: str, number: int, at: str, who: str, what: str, detail: str) -> str:
    """An entry's hash: SHA-256 over the hash of the entry before and its own fields."""
    return hashlib.sha256(json.dumps([before, number, at, who, what, detail]).encode("ascii")).hexdigest()


def append(connection: sqlite3.Connection, at: str, who: str, what: str, detail: str) -> None:
    """Add an entry after the newest one, in the caller's transaction."""
    number, before = end_of(connection)
    fields = (number + 1, at, who, what, detail)
    connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", (*fields, chained(before, *fields)))


def end_of(connection: sqlite3.Connection) -> tuple[int, str]:
    """The number and hash that the next entry goes on from."""
    found = connection.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    number, hash = found or connection.execute("SELECT number, hash FROM begins").fetchone()
    return int(number), str(hash)


def is_to_be_closed(connection: sqlite3.Connection, largest: int, at: str, year_of: YearOf) -> bool:
    """Whether the open part has grown to ``largest`` bytes, or its newest entry is of a year before that of ``at``."""
    newest = connection.execute("SELECT at FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    if newest is None:
        return False
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size >= largest or year_of(str(newest[0])) < year_of(at)


def close_part(connection: sqlite3.Connection, path: Path, year_of: YearOf) -> None:
    """Move all entries to a closed part, in the caller's transaction."""
    rows = connection.execute("SELECT * FROM entries ORDER BY number").fetchall()
    begins = connection.execute("SELECT number, hash FROM begins").fetchone()
    number, hash = _already_closed(path, rows) or _write_closed(path, begins, rows, year_of(rows[-1][1]))
    for name in _TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM entries WHERE number <= ?", (number,))
    connection.execute("UPDATE begins SET number = ?, hash = ?", (number, hash))
    _guard(connection)


def _already_closed(path: Path, rows: Sequence[Row]) -> tuple[int, str] | None:
    """The end of a closed part that holds the first of the rows: a closing was cut short after it was written."""
    closed = _closed(path)
    if not closed:
        return None
    end = _end_of_file(closed[-1])
    return end if end in ((row[0], row[5]) for row in rows) else None


def _write_closed(path: Path, begins: tuple[int, str], rows: Sequence[Row], year: int) -> tuple[int, str]:
    closed = [_named(each) for each in _closed(path)]
    year = max([year, *(y for y, _ in closed)])  # a clock that was put back does not put the parts out of order
    number = 1 + max((n for y, n in closed if y == year), default=0)
    place = path.with_name(f"{path.stem}-{year}-{number}{path.suffix}")
    beside = path.with_name(f".unfinished-{secrets.token_hex(6)}{path.suffix}")
    private.file(beside)
    try:
        with contextlib.closing(sqlite3.connect(beside, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN")
            _lay_out(connection, *begins)
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    _sync(path.parent)
    return rows[-1][0], rows[-1][5]


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _named(place: Path) -> tuple[int, int]:
    """The year and number in a closed part's name."""
    year, number = place.stem.rsplit("-", 2)[-2:]
    return int(year), int(number)


def _closed(path: Path) -> list[Path]:
    """The closed parts, oldest first."""
    own = re.compile(re.escape(path.stem) + r"-\d{4}-\d+" + re.escape(path.suffix))
    return sorted((each for each in path.parent.glob(f"{path.stem}-*") if own.fullmatch(each.name)), key=_named)


@contextlib.contextmanager
def _reading(place: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def _end_of_file(place: Path) -> tuple[int, str]:
    with _reading(place) as connection:
        return end_of(connection)


def newest_first(opened: sqlite3.Connection | None, path: Path) -> Iterator[sqlite3.Connection]:
    """Connections to all parts, the open one first; each is good until the next is asked for."""
    if opened is not None:
        yield opened
    for place in reversed(_closed(path)):
        with _reading(place) as connection:
            yield connection


def oldest_first(opened: sqlite3.Connection | None, path: Path) -> Iterator[Part | str]:
    """All parts whole, the open one last; of a part that cannot be read its file's name and why."""
    for place in _closed(path):
        try:
            with _reading(place) as connection:
                part: Part | str = _whole(connection, place.name)
        except sqlite3.Error as error:
            part = f"{place.name} cannot be read ({error})"
        yield part
    if opened is not None:
        yield _whole(opened, path.name)


def _whole(connection: sqlite3.Connection, name: str) -> Part:
    number, hash = connection.execute("SELECT number, hash FROM begins").fetchone()
    rows = connection.execute("SELECT * FROM entries ORDER BY number").fetchall()
    highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    return Part(name, number, hash, rows, highest[0] if highest else number)
