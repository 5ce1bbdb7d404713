"""Accounts with passwords, for trusts that do not sign in through Microsoft or Google.

An account says who somebody is; what they may see only the directory says. The file holds bcrypt hashes of passwords
and SHA-256 hashes of one-time codes, and neither passwords nor codes.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.errors import PeopleError
from kpi_engine.people import database, directory, lockout, passwords, private, sessions
from kpi_engine.people.database import moment

CODE_HOURS = 48
LONGEST_CODE_HOURS = 7 * 24

_USED_UP = "this link is not valid: it has been used, has run out or a newer one took its place; ask for a new one"
_SELECT = (
    "SELECT account.user, account.disabled, account.must_change, account.hash IS NOT NULL, account.created, "
    "account.changed, invitation.until FROM account LEFT JOIN invitation USING (user)"
)
_SECRETS = "SELECT hash, disabled, must_change FROM account WHERE user = ?"


class Outcome(enum.StrEnum):
    """What came of an attempt to sign in."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an attempt. ``user`` is in the directory's form, empty when it cannot be a user name.

    ``until`` says when a lock ends, ``began`` that this attempt has begun it, ``must_change`` that another password
    has to be chosen before anything is shown. A disabled account and an unknown name are WRONG like a wrong password.
    """

    outcome: Outcome
    user: str = ""
    until: dt.datetime | None = None
    began: bool = False
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """An account, without its secrets. ``code_until``: until when its one-time code holds, if it has one."""

    user: str
    disabled: bool
    must_change: bool
    has_password: bool
    created: dt.datetime
    changed: dt.datetime
    code_until: dt.datetime | None
    locked_until: dt.datetime | None


class Accounts:
    """The accounts in ``people.sqlite``. Every method opens the file anew, and raises PeopleError when it cannot.

    User names may be written in any form that ``directory.key`` takes. Times are aware; ``now`` is the time of asking,
    else the clock's. ``cost`` is bcrypt's work factor.
    """

    def __init__(self, path: Path, cost: int = passwords.COST) -> None:
        self._path = path
        self._cost = cost
        database.prepare(path)

    def verify(self, user: str, password: str, now: dt.datetime | None = None) -> Verdict:
        """Whether that is the user's password; see Verdict and the module ``lockout``.

        Each answer but LOCKED takes one comparison, whoever asks for whom; LOCKED takes none, for unknown names too.
        """
        at = moment(now)
        try:
            name = directory.key(user)
        except PeopleError:
            name = ""
        who = self._who(name or user)
        with database.writing(self._path) as connection:
            locked, began = lockout.reserve(connection, who, at)
            row = connection.execute(_SECRETS, (name,)).fetchone()
        if locked is not None:
            return Verdict(Outcome.LOCKED, name, _time(locked), began)
        fits = passwords.matches(password, None if row is None else row[0], self._cost)
        with database.writing(self._path) as connection:
            # The comparison took its time, in which the account may have been disabled or reset.
            if fits and not row[1] and row == connection.execute(_SECRETS, (name,)).fetchone():
                lockout.clear(connection, who)
                return Verdict(Outcome.OK, name, must_change=bool(row[2]))
            locked, began = lockout.failed(connection, who, at)
        return Verdict(Outcome.WRONG if locked is None else Outcome.LOCKED, name, _time(locked), began)

    def find(self, user: str, now: dt.datetime | None = None) -> Account | None:
        """The account of a user; None when there is none."""
        name = directory.key(user)
        with database.reading(self._path) as connection:
            row = connection.execute(f"{_SELECT} WHERE account.user = ?", (name,)).fetchone()
            return None if row is None else self._account(connection, row, moment(now))

    def everyone(self, now: dt.datetime | None = None) -> list[Account]:
        """Every account, by user name."""
        with database.reading(self._path) as connection:
            rows = connection.execute(f"{_SELECT} ORDER BY account.user").fetchall()
            return [self._account(connection, row, moment(now)) for row in rows]

    def add(
        self, user: str, password: str | None = None, now: dt.datetime | None = None, *, must_change: bool = True
    ) -> None:
        """Add an account, without a password one that waits for a one-time code to be used.

        Raises PeopleError when there is one of that name, and for a password that is not good enough.
        """
        name, at = directory.key(user), moment(now)
        hash = None if password is None else self._hashed(password, name)
        with database.writing(self._path) as connection:
            if connection.execute("SELECT 1 FROM account WHERE user = ?", (name,)).fetchone():
                raise PeopleError(f"{name} has an account already; give it a new password with “accounts reset”")
            connection.execute(
                "INSERT INTO account (user, hash, must_change, created, changed) VALUES (?, ?, ?, ?, ?)",
                (name, hash, int(must_change and hash is not None), at, at),
            )

    def remove(self, user: str, now: dt.datetime | None = None) -> None:
        """Delete an account with its one-time code, and end its sessions. Raises PeopleError for an unknown one."""
        self._update("DELETE FROM account WHERE user = :user", user, now)

    def disable(self, user: str, now: dt.datetime | None = None) -> None:
        """Let nobody sign in with an account, and end its sessions and its one-time code."""
        self._update("UPDATE account SET disabled = 1, changed = :at WHERE user = :user", user, now, codes=False)

    def enable(self, user: str, now: dt.datetime | None = None) -> None:
        """Let an account sign in again with the password it had, and end its lock-out. It begins without sessions."""
        self._update("UPDATE account SET disabled = 0, changed = :at WHERE user = :user", user, now)

    def set_password(
        self, user: str, password: str, now: dt.datetime | None = None, *, must_change: bool = True
    ) -> None:
        """Give an account another password, end its lock-out, its one-time code and its sessions.

        Somebody else has chosen it, so that it must be changed at the next sign-in unless ``must_change`` is false.
        """
        self._put(directory.key(user), self._hashed(password, directory.key(user)), must_change, moment(now))

    def change(self, user: str, old: str, new: str, now: dt.datetime | None = None) -> Verdict:
        """Have somebody choose their own password, having given the old one; OK ends their sessions.

        A wrong old password counts as a failure to sign in. Raises PeopleError for a new one that is not good enough.
        """
        name = directory.key(user)
        text = passwords.checked(new, name)
        if new == old:
            raise PeopleError("the new password is the old one; choose another")
        verdict = self.verify(name, old, now)
        if verdict.outcome is not Outcome.OK:
            return verdict
        self._put(name, passwords.hashed(text, self._cost), False, moment(now))
        return Verdict(Outcome.OK, name)

    def reset(self, user: str, now: dt.datetime | None = None, hours: int = CODE_HOURS) -> str:
        """Take an account's password away, end its lock-out and its sessions; a one-time code for a new password."""
        self._update("UPDATE account SET hash = NULL, must_change = 0, changed = :at WHERE user = :user", user, now)
        return self.invite(user, now, hours)

    def invite(self, user: str, now: dt.datetime | None = None, hours: int = CODE_HOURS) -> str:
        """A code with which a user chooses a password, once, within ``hours``; it ends an earlier one.

        The code is 43 letters, digits, ``-`` and ``_`` (32 random bytes) and stands nowhere but in this answer and in
        the link that it is made a part of. Raises
        PeopleError for an unknown or disabled account, and for hours outside 1 to 168.
        """
        name, at = directory.key(user), moment(now)
        if not 1 <= hours <= LONGEST_CODE_HOURS:
            raise PeopleError(f"a one-time link holds 1 to {LONGEST_CODE_HOURS} hours, not {hours}")
        code = secrets.token_urlsafe(32)
        with database.writing(self._path) as connection:
            row = connection.execute("SELECT disabled FROM account WHERE user = ?", (name,)).fetchone()
            if row is None:
                raise _unknown(name)
            if row[0]:
                raise PeopleError(f"the account of {name} is disabled; enable it first")
            connection.execute(
                "INSERT INTO invitation (user, token, until) VALUES (?, ?, ?) "
                "ON CONFLICT (user) DO UPDATE SET token = excluded.token, until = excluded.until",
                (name, _kept(code), at + hours * 3600),
            )
        return code

    def invited(self, code: str, now: dt.datetime | None = None) -> str | None:
        """Whose one-time code it is, without using it; None for one that is not valid."""
        with database.reading(self._path) as connection:
            return _whose(connection, code, moment(now))

    def redeem(self, code: str, password: str, now: dt.datetime | None = None) -> str:
        """Use a one-time code to choose a password; the user name.

        Raises PeopleError for a code that is not valid, and, with the code still unused, for a password that is not
        good enough. Ends the account's lock-out and its sessions.
        """
        name, at = self.invited(code, now), moment(now)
        if name is None:
            raise PeopleError(_USED_UP)
        self._put(name, self._hashed(password, name), False, at, code)
        return name

    def _put(self, name: str, hash: str, must_change: bool, at: float, code: str | None = None) -> None:
        with database.writing(self._path) as connection:
            # The hash took its time, in which somebody else may have used the code.
            if code is not None and _whose(connection, code, at) != name:
                raise PeopleError(_USED_UP)
            done = connection.execute(
                "UPDATE account SET hash = ?, must_change = ?, changed = ? WHERE user = ?",
                (hash, int(must_change), at, name),
            )
            if not done.rowcount:
                raise _unknown(name)
            connection.execute("DELETE FROM invitation WHERE user = ?", (name,))
            lockout.clear(connection, self._who(name))
            sessions.forget_all(connection, name, at)

    def _update(self, sql: str, user: str, now: dt.datetime | None, codes: bool = True) -> None:
        name, at = directory.key(user), moment(now)
        with database.writing(self._path) as connection:
            if not connection.execute(sql, {"user": name, "at": at}).rowcount:
                raise _unknown(name)
            if not codes:
                connection.execute("DELETE FROM invitation WHERE user = ?", (name,))
            lockout.clear(connection, self._who(name))
            sessions.forget_all(connection, name, at)

    def _who(self, name: str) -> str:
        return lockout.name_of(name, private.secret(self._path.parent, private.NAMES_KEY))

    def _hashed(self, password: str, name: str) -> str:
        return passwords.hashed(passwords.checked(password, name), self._cost)

    def _account(self, connection: sqlite3.Connection, row: sqlite3.Row, at: float) -> Account:
        user, disabled, must_change, has_password, created, changed, code = row
        return Account(
            str(user),
            bool(disabled),
            bool(must_change),
            bool(has_password),
            dt.datetime.fromtimestamp(created, dt.UTC),
            dt.datetime.fromtimestamp(changed, dt.UTC),
            _time(code) if code is not None and code > at else None,
            _time(lockout.until(connection, self._who(str(user)), at)),
        )


def _whose(connection: sqlite3.Connection, code: str, at: float) -> str | None:
    row = connection.execute(
        "SELECT invitation.user FROM invitation JOIN account USING (user) "
        "WHERE token = ? AND until > ? AND disabled = 0",
        (_kept(code), at),
    ).fetchone()
    return None if row is None else str(row[0])


def _kept(code: str) -> str:
    return hashlib.sha256(code.strip().encode("utf-8", "surrogatepass")).hexdigest()


def _time(at: float | None) -> dt.datetime | None:
    return None if at is None else dt.datetime.fromtimestamp(at, dt.UTC)


def _unknown(name: str) -> PeopleError:
    return PeopleError(f"{name} has no account; “accounts list” shows who has one")
