"""Signed-in sessions, so that they can be forgotten: a cookie or token that is still around signs nobody in.

An id comes from whoever signs people in and must not be guessable: 32 random bytes, or a hash of what an OpenID
provider signed. Only its SHA-256 is kept, so that whoever reads the file cannot sign in. An id that was forgotten stays
so: it cannot begin again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from pathlib import Path

from kpi_engine.people import database, directory
from kpi_engine.people.database import moment

LONGEST = dt.timedelta(hours=24)


class Sessions:
    """The sessions in ``people.sqlite``. Every method opens the file anew, and raises PeopleError when it cannot.

    Times are aware; ``now`` is the time of asking, else the clock's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        database.prepare(path)

    def begin(self, user: str, id: str, until: dt.datetime, now: dt.datetime | None = None) -> bool:
        """Begin a session of ``user`` that ends at ``until``; whether it is alive.

        Beginning one again changes nothing. False for an id that was forgotten, has ended or is another user's, and for
        a user whose account is disabled.
        Raises ValueError for an empty id, and for an end more than 24 hours away.
        """
        at = moment(now)
        if not id:
            raise ValueError("a session needs an id")
        if until.timestamp() > at + LONGEST.total_seconds():
            raise ValueError(f"a session lasts {LONGEST} at most")
        name = directory.key(user)
        with database.writing(self._path) as connection:
            connection.execute("DELETE FROM session WHERE until <= ?", (at,))
            off = connection.execute("SELECT 1 FROM account WHERE user = ? AND disabled = 1", (name,)).fetchone()
            if off or until.timestamp() <= at:
                return False
            connection.execute(
                "INSERT OR IGNORE INTO session (id, user, until) VALUES (?, ?, ?)",
                (_kept(id), name, until.timestamp()),
            )
            return _user(connection, id, at) == name

    def user(self, id: str, now: dt.datetime | None = None) -> str | None:
        """Whose session it is; None when it never began, has ended or was forgotten."""
        with database.reading(self._path) as connection:
            return _user(connection, id, moment(now))

    def alive(self, id: str, now: dt.datetime | None = None) -> bool:
        """Whether that session has begun, has not ended and was not forgotten."""
        return self.user(id, now) is not None

    def forget(self, id: str, now: dt.datetime | None = None) -> None:
        """End a session for good, even one that has not begun."""
        at = moment(now)
        with database.writing(self._path) as connection:
            connection.execute(
                "INSERT INTO session (id, user, until, forgotten) VALUES (?, '', ?, 1) "
                "ON CONFLICT (id) DO UPDATE SET forgotten = 1, until = max(until, excluded.until)",
                (_kept(id), at + LONGEST.total_seconds()),
            )

    def forget_all_of(self, user: str, now: dt.datetime | None = None) -> int:
        """End every session of a user; how many there were."""
        with database.writing(self._path) as connection:
            return forget_all(connection, directory.key(user), moment(now))

    def prune(self, now: dt.datetime | None = None) -> int:
        """Delete what has ended and nobody needs to remember; how many there were."""
        with database.writing(self._path) as connection:
            return connection.execute("DELETE FROM session WHERE until <= ?", (moment(now),)).rowcount


def forget_all(connection: sqlite3.Connection, user: str, at: float) -> int:
    """End every session of a user within somebody else's transaction; ``user`` in the directory's form."""
    return connection.execute(
        "UPDATE session SET forgotten = 1, until = ? WHERE user = ? AND forgotten = 0 AND until > ?",
        (at + LONGEST.total_seconds(), user, at),
    ).rowcount


def _user(connection: sqlite3.Connection, id: str, at: float) -> str | None:
    row = connection.execute(
        "SELECT user FROM session WHERE id = ? AND until > ? AND forgotten = 0", (_kept(id), at)
    ).fetchone()
    return None if row is None else str(row[0])


def _kept(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()
