"""A file of what people write: opened for each call, safe under several processes and threads.

``written.sqlite`` lies in the private folder: no load, rollback or purge of data reaches it, and it is copied with that
folder. Files of another ``Shape`` work in the same way and may lie elsewhere, as that of the meetings does.

Every call has a connection of its own. A change is one immediate transaction, which holds the only right to write from
its beginning, is recorded in the trail before it is kept, and raises the counter that readers remember by.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kpi_engine.errors import CannotBeKept, PeopleError
from kpi_engine.people import private
from kpi_engine.people.trail import Event, Trail, fitting

_WAIT = 10.0
_STEP = 0.01
_LONGEST_USER = 120
_ADDED_ONLY = "the history is only ever added to"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # ``breakdown`` stays empty: notes stand beside undivided figures. It is there so that a note may once stand
        # beside a part of one.
        """CREATE TABLE note (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            kpi TEXT NOT NULL, academy TEXT NOT NULL, academic_year TEXT NOT NULL, breakdown TEXT NOT NULL DEFAULT '',
            edition INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX note_subject ON note (kpi, academy, academic_year)",
        """CREATE TABLE note_edit (
            note INTEGER NOT NULL REFERENCES note (number) ON DELETE CASCADE, edition INTEGER NOT NULL,
            what TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (note, edition)
        )""",
        """CREATE TABLE action (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            kpi TEXT NOT NULL, academy TEXT NOT NULL, academic_year TEXT NOT NULL, breakdown TEXT NOT NULL DEFAULT '',
            edition INTEGER NOT NULL
        )""",
        "CREATE INDEX action_subject ON action (kpi, academy, academic_year)",
        """CREATE TABLE action_event (
            action INTEGER NOT NULL REFERENCES action (number) ON DELETE CASCADE, edition INTEGER NOT NULL,
            what TEXT NOT NULL, text TEXT NOT NULL, owner TEXT NOT NULL, owner_user TEXT NOT NULL, due TEXT NOT NULL,
            status TEXT NOT NULL, said TEXT NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (action, edition)
        )""",
        "CREATE TABLE change (one INTEGER PRIMARY KEY CHECK (one = 1), counter INTEGER NOT NULL)",
        "INSERT INTO change VALUES (1, 0)",
    ),
)
"""The statements for each version of the file's layout; those that have been released never change."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file of one kind holds, and how it is spoken of.

    ``migrations`` are the statements for each version of its layout, each of which ends with a counter in the table
    ``change``. Tables of ``histories`` are only ever added to. ``holds`` and ``copies`` are words for messages: what
    stands in it, and what copy of it to restore. ``closed`` says that it lies in the private folder.
    """

    migrations: tuple[tuple[str, ...], ...]
    histories: tuple[str, ...]
    holds: str
    copies: str
    closed: bool


NOTES = Shape(MIGRATIONS, ("note_edit", "action_event"), "notes and actions", "a backup of the private folder", True)
"""The notes and actions beside figures."""


def _notes() -> Shape:
    return NOTES


_RESTORE = "restore it from {copies}"
_WHY = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space on it"),
    sqlite3.SQLITE_READONLY: ("it may not be written in", "let the account that runs the explorer write it"),
    sqlite3.SQLITE_BUSY: ("somebody else has been writing for too long", "try again in a minute"),
    sqlite3.SQLITE_LOCKED: ("somebody else has been writing for too long", "try again in a minute"),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", _RESTORE),
    sqlite3.SQLITE_NOTADB: ("it is damaged", _RESTORE),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", _RESTORE),
}


@dataclass(frozen=True, slots=True)
class Notebook:
    """The file at ``path``; ``trail`` takes an entry of every change, and is None for the invented trust alone.

    ``opened`` makes or updates the file first. Every method raises CannotBeKept when the file cannot be used.
    """

    path: Path
    trail: Trail | None = None
    shape: Shape = field(default_factory=_notes)

    @staticmethod
    def opened(path: Path, trail: Trail | None = None, shape: Shape | None = None) -> Notebook:
        """The notebook, its file made or brought to the newest layout; of notes and actions where no shape is given."""
        book = Notebook(path, trail, shape or NOTES)
        with _told(book):
            _prepare(path, book.shape)
        return book

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for the block, to which the file stays as it was at its first question."""
        with _told(self), _connected(self.path) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that nobody else writes beside; undone when the block raises."""
        with _told(self), _connected(self.path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("UPDATE change SET counter = counter + 1")
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def counter(self) -> int:
        """A number that rises with every change: what is remembered with it holds while it stays the same."""
        with self.reading() as connection:
            return int(connection.execute("SELECT counter FROM change").fetchone()[0])

    def record(self, user: str, event: Event, detail: str, now: dt.datetime) -> None:
        """Add a change to the trail, within its transaction: a change that cannot be recorded is not made."""
        if self.trail is None:
            return
        try:
            self.trail.add(fitting(user)[:_LONGEST_USER] or "(nobody)", event, fitting(detail), now)
        except PeopleError as error:
            raise CannotBeKept(str(error)) from error

    def emptied(self) -> None:
        """Write what was erased out of the journal beside the file too."""
        with _told(self), _connected(self.path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def moment(now: dt.datetime | None) -> dt.datetime:
    """An aware time in UTC, now's where none is given. Raises ValueError for a time without a zone."""
    found = dt.datetime.now(dt.UTC) if now is None else now
    if found.tzinfo is None:
        raise ValueError("a time needs its zone")
    return found.astimezone(dt.UTC)


def stored(at: dt.datetime) -> str:
    """A time as the file holds it."""
    return at.isoformat(timespec="microseconds")


@contextlib.contextmanager
def history_open(connection: sqlite3.Connection, shape: Shape | None = None) -> Iterator[None]:
    """Let a history be changed during the block, in the caller's transaction: for erasing alone."""
    for table in (shape or NOTES).histories:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_{verb}")
    yield
    _guard(connection, shape or NOTES)


def _guard(connection: sqlite3.Connection, shape: Shape) -> None:
    for table in shape.histories:
        for verb in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_ADDED_ONLY}'); END"
            )


def _prepare(path: Path, shape: Shape) -> None:
    if shape.closed:
        private.make(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    private.file(path)
    with _connected(path) as connection:
        if _version(connection, path, shape) == len(shape.migrations):
            return
    with _connected(path) as connection:
        _journalled(connection)
        connection.execute("BEGIN IMMEDIATE")
        for at in range(_version(connection, path, shape), len(shape.migrations)):
            for statement in shape.migrations[at]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {at + 1}")
        _guard(connection, shape)
        connection.execute("COMMIT")


def _journalled(connection: sqlite3.Connection) -> None:
    """Keep a journal beside the file. Its mode changes only while nobody else has the file open, and nothing waits for
    that by itself: two processes may begin at once."""
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_STEP)


def _version(connection: sqlite3.Connection, path: Path, shape: Shape) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(shape.migrations):
        raise CannotBeKept(
            f"{path} was written by a newer version of the explorer; install that one or restore a backup"
        )
    return version


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    # A file that went away must not come back empty: everything written would seem never to have been.
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=_WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _told(book: Notebook) -> Iterator[None]:
    shape = book.shape
    begins = f"{shape.holds} cannot be read or saved in {book.path}"
    try:
        yield
    except sqlite3.Error as error:
        # The lowest byte is the kind; what stands above it says where it came up.
        kind = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        why, remedy = _WHY.get(kind, (str(error), f"if it is damaged, {_RESTORE}"))
        raise CannotBeKept(
            f"{begins}: {why}; nothing has been changed; {remedy.format(copies=shape.copies)}"
        ) from error
    except (PeopleError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise CannotBeKept(f"{begins}: {said}") from error
