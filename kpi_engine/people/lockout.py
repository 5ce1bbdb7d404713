"""The lock-out: after five failures within 15 minutes a user name waits for 15 minutes, known or not.

It is kept in the file, so that starting the server anew does not undo it, and it ends by itself. A name is kept as a
keyed hash: people type their password into the wrong field, and it must not stand anywhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import sqlite3

FAILURES = 5
WITHIN = dt.timedelta(minutes=15)
LASTS = dt.timedelta(minutes=15)

_MOST = 50_000
_LATEST = 2 * LASTS.total_seconds()
"""Later than this no lock can end, unless a clock in the future began it; processes' clocks are read a little apart."""


def name_of(user: str, key: bytes) -> str:
    """What stands for a user name in the file."""
    return hmac.new(key, user.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def until(connection: sqlite3.Connection, who: str, at: float) -> float | None:
    """Until when a name is locked; None when it is not."""
    row = connection.execute(
        "SELECT until FROM lockout WHERE who = ? AND until > ? AND until <= ?", (who, at, at + _LATEST)
    ).fetchone()
    return None if row is None else float(row[0])


def reserve(connection: sqlite3.Connection, who: str, at: float) -> tuple[float | None, bool]:
    """Count an attempt as failed before it is made. Until when none is allowed, or None; whether that has just begun.

    Counting first leaves five attempts to whoever makes a hundred at the same moment.
    """
    _prune(connection, at)
    locked = until(connection, who, at)
    if locked is not None:
        return locked, False
    if _count(connection, who) >= FAILURES:
        return lock(connection, who, at), True
    connection.execute("INSERT INTO failure (who, at) VALUES (?, ?)", (who, at))
    return None, False


def failed(connection: sqlite3.Connection, who: str, at: float) -> tuple[float | None, bool]:
    """A reserved attempt has failed indeed. Until when the name is locked, or None; whether that has just begun."""
    locked = until(connection, who, at)
    if locked is not None or _count(connection, who) < FAILURES:
        return locked, False
    return lock(connection, who, at), True


def lock(connection: sqlite3.Connection, who: str, at: float) -> float:
    """Lock a name from now on; until when."""
    end = at + LASTS.total_seconds()
    connection.execute("DELETE FROM failure WHERE who = ?", (who,))
    connection.execute(
        "INSERT INTO lockout (who, until) VALUES (?, ?) ON CONFLICT (who) DO UPDATE SET until = excluded.until",
        (who, end),
    )
    return end


def clear(connection: sqlite3.Connection, who: str) -> None:
    """Forget a name's failures and its lock."""
    connection.execute("DELETE FROM failure WHERE who = ?", (who,))
    connection.execute("DELETE FROM lockout WHERE who = ?", (who,))


def _count(connection: sqlite3.Connection, who: str) -> int:
    return int(connection.execute("SELECT count(*) FROM failure WHERE who = ?", (who,)).fetchone()[0])


def _prune(connection: sqlite3.Connection, at: float) -> None:
    """Delete what no longer counts, what a clock in the future has left, and what comes before the newest 50,000."""
    for table, column, oldest, newest in (
        ("failure", "at", at - WITHIN.total_seconds(), at + WITHIN.total_seconds()),
        ("lockout", "until", at, at + _LATEST),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {column} <= ? OR {column} > ?", (oldest, newest))
        connection.execute(
            f"DELETE FROM {table} WHERE rowid <= (SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
            (_MOST,),
        )
