"""The file of accounts and sessions: opened for each call, safe under several processes and threads.

Every call has a connection of its own, so that none is shared between the threads of a server. Whatever reads and then
writes does so in one immediate transaction, which holds the only right to write from its beginning.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kpi_engine.errors import PeopleError
from kpi_engine.people import private

_WAIT = 10.0
_MIGRATIONS = (
    """
    CREATE TABLE account (
        user TEXT NOT NULL PRIMARY KEY,
        hash TEXT,
        disabled INTEGER NOT NULL DEFAULT 0,
        must_change INTEGER NOT NULL DEFAULT 0,
        created REAL NOT NULL,
        changed REAL NOT NULL
    );
    CREATE TABLE invitation (
        user TEXT NOT NULL PRIMARY KEY REFERENCES account (user) ON DELETE CASCADE,
        token TEXT NOT NULL UNIQUE,
        until REAL NOT NULL
    );
    CREATE TABLE failure (who TEXT NOT NULL, at REAL NOT NULL);
    CREATE INDEX failure_who ON failure (who, at);
    CREATE INDEX failure_at ON failure (at);
    CREATE TABLE lockout (who TEXT NOT NULL PRIMARY KEY, until REAL NOT NULL);
    CREATE TABLE session (
        id TEXT NOT NULL PRIMARY KEY,
        user TEXT NOT NULL,
        until REAL NOT NULL,
        forgotten INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX session_user ON session (user);
    CREATE INDEX session_until ON session (until);
    """,
)
"""One script for each version of the file's layout; a script that has been released never changes."""


def prepare(path: Path) -> None:
    """Make the file, or bring it to the newest layout. Raises PeopleError for a file that it cannot be."""
    private.file(private.make(path.parent) / path.name)
    with _connected(path) as connection:
        if _version(connection, path) == len(_MIGRATIONS):
            return
    # Two processes that begin at once: the journal's mode changes only while nobody else has the file open.
    with private.alone(path.parent), _connected(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        for at in range(_version(connection, path), len(_MIGRATIONS)):
            for statement in _MIGRATIONS[at].split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {at + 1}")
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(_MIGRATIONS):
        raise PeopleError(
            f"{path} was written by a newer version of the explorer; install that one or restore a backup"
        )
    return version


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for the block. Raises PeopleError when the file cannot be used."""
    with _connected(path) as connection:
        yield connection


@contextlib.contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection in a transaction that nobody else writes beside; undone when the block raises."""
    with _connected(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def moment(now: dt.datetime | None) -> float:
    """Seconds since 1970 of an aware time, else of now. Raises ValueError for a time without a zone."""
    if now is None:
        return dt.datetime.now(dt.UTC).timestamp()
    if now.tzinfo is None:
        raise ValueError("a time needs its zone")
    return now.timestamp()


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        # A file that went away must not come back empty: everybody would be unknown, and every lock-out undone.
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=_WAIT, isolation_level=None
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise PeopleError(
            f"{path} cannot be used ({error}); if it is damaged, restore it from a backup of the private folder"
        ) from error
