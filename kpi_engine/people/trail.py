"""The trail: who did what and when, in a file that is only ever added to.

``trail.sqlite`` in the private folder takes the newest entries. When it has grown large, and with each calendar year,
its entries move to a closed part beside it (``trail-2026-1.sqlite``), and it goes on from where that part ends. Each
entry holds a hash of itself and of the entry before, over all parts, so that ``verify`` finds what was changed or
taken out. What cannot be found is a trail that somebody who may write in the private folder has made anew from some
entry on; whoever must rule that out notes the last hash elsewhere from time to time.

An entry names people, KPIs, academies, years, files and versions. It never holds a figure.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import re
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

from kpi_engine.errors import PeopleError, UsageError
from kpi_engine.people import trail_parts as parts

STRANGER = "somebody unknown"
"""Who tried to sign in under a name that the directory does not have: people type passwords into the wrong box."""

LONGEST = 300
"""Characters that a name or a detail may have."""

_LARGEST = 20_000_000
_WAIT = 10.0
_LONDON = ZoneInfo("Europe/London")
_PUPIL_NUMBER = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]\d{11}[0-9A-Za-z](?![0-9A-Za-z])")


class Event(enum.StrEnum):
    """What may happen."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    LOCKED_OUT = "locked out"
    SIGNED_OUT = "signed out"
    SMALL_NUMBERS_VIEWED = "small numbers viewed"
    EXPORTED = "exported"
    LOADED = "loaded"
    UNLOADED = "unloaded"
    ROLLED_BACK = "rolled back"
    PURGED = "purged"
    BACKED_UP = "backed up"
    RESTORED = "restored"
    ACCOUNT_ADDED = "account added"
    ACCOUNT_DISABLED = "account disabled"
    ACCOUNT_ENABLED = "account enabled"
    ACCOUNT_RESET = "account reset"
    DIRECTORY_CHANGED = "directory changed"
    COMMENTED = "commented"
    ACTION_CHANGED = "action changed"
    DRAFT_REMOVED = "draft removed"
    MEETING_FROZEN = "meeting frozen"
    MEETING_REMOVED = "meeting removed"
    ENTRY_WRITTEN = "entry written"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did. ``at`` is in London time; ``number`` rises by one with every entry."""

    number: int
    at: dt.datetime
    who: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What verifying found: ``broken`` in words, the numbers of the first and last entry, and the last one's hash."""

    broken: tuple[str, ...]
    first: int
    last: int
    hash: str


def fitting(text: str) -> str:
    """A text made fit to be recorded: on one line, what looks like a pupil's number taken out, cut to its length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = _PUPIL_NUMBER.sub("(pupil number)", line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


class Trail:
    """The trail of a private folder. Any number of threads and processes may use it at once.

    ``path`` is the open part's file; it is made, for its owner alone, when it is first needed. ``largest`` is the
    size in bytes after which it is closed. Use as a context manager, or ``close`` it.
    """

    def __init__(self, path: Path, largest: int = _LARGEST) -> None:
        self.path = path
        self._largest = largest
        self._guard = threading.RLock()
        self._open: parts.Opened | None = None

    def __enter__(self) -> Trail:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._guard:
            if self._open is not None:
                self._open.close()
            self._open = None

    def ready(self) -> None:
        """Raise PeopleError unless an entry could be added now: asked before a change that must not go unrecorded."""
        with self._writing():
            pass

    def add(self, who: str, what: Event, detail: str = "", now: dt.datetime | None = None) -> None:
        """Add an entry; it is on the disk when this returns.

        ``who`` is the directory's key of a person, or names the command line. ``detail`` is put together by code from
        names (see ``fitting``). ``now`` is a time with its zone. Raises PeopleError when the trail cannot be written:
        whoever would change something, or show somebody small numbers, must then not do it. Raises UsageError for a
        text with line breaks or control characters, of more than 300 characters, or with a pupil's number in it.
        """
        moment = dt.datetime.now(dt.UTC) if now is None else now
        for text in (who, detail):
            if len(text) > LONGEST or not text.isprintable() or _PUPIL_NUMBER.search(text):
                raise UsageError(
                    f"an entry of the trail holds names on one line, of at most {LONGEST} characters and without a "
                    "pupil's number; make its text fit first"
                )
        at = _stored(moment)
        with self._writing() as connection:
            if parts.is_to_be_closed(connection, self._largest, at, _year):
                parts.close_part(connection, self.path, _year)
            parts.append(connection, at, who, str(what), detail)
            connection.execute("COMMIT")

    def read(
        self,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        who: str | None = None,
        event: Event | None = None,
        limit: int | None = 1000,
    ) -> list[Entry]:
        """Entries of all parts, newest first, at most ``limit`` of them.

        ``since`` is the first moment that counts and ``until`` the first that does not any more (times with their
        zones). Raises PeopleError for a part that cannot be read.
        """
        asked = {
            "at >= ?": None if since is None else _stored(since),
            "at < ?": None if until is None else _stored(until),
            "who = ?": who,
            "what = ?": None if event is None else str(event),
        }
        chosen = {condition: value for condition, value in asked.items() if value is not None}
        where = " AND ".join(["number < ?", *chosen])
        found: list[Entry] = []
        with self._reading() as opened:
            below = 2**62
            for connection in parts.newest_first(opened, self.path):
                left = -1 if limit is None else limit - len(found)
                rows = connection.execute(
                    f"SELECT number, at, who, what, detail FROM entries WHERE {where} ORDER BY number DESC LIMIT ?",
                    (below, *chosen.values(), left),
                ).fetchall()
                found += [_entry(*row) for row in rows]
                if limit is not None and len(found) >= limit:
                    break
                (first,) = connection.execute("SELECT min(number) FROM entries").fetchone()
                below = below if first is None else min(below, first)
        return found

    def verify(self) -> list[str]:
        """What is broken, in words; an empty list when every entry that is there is as it was written."""
        return list(self.checked().broken)

    def checked(self) -> Checked:
        """``verify``'s answer and where the trail begins and ends.

        A trail whose oldest parts were removed as whole files is not broken; it begins with a later entry than 1.
        """
        broken: list[str] = []
        first, last, hash = 0, -1, ""
        with self._reading() as opened:
            for part in parts.oldest_first(opened, self.path):
                if isinstance(part, str):
                    broken.append(part)
                    continue
                if last < 0:
                    first, last, hash = part.number + 1, part.number, part.hash
                last, hash = _checked(part, last, hash, broken)
        return Checked(tuple(broken), first if last >= first > 0 else 0, max(last, 0), hash or parts.START)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction in which nobody else writes; it is taken back unless the block commits it."""
        with self._guard:
            try:
                connection = self._connected()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            except (sqlite3.Error, OSError) as error:
                self.close()
                raise PeopleError(
                    f"the trail {self.path} cannot be written ({error}), so nothing that must be recorded there can be "
                    "done; see that the disk is not full and that the private folder may be written in"
                ) from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The open part as it is at this moment; None where there is none."""
        with self._guard:
            try:
                if not self.path.is_file():
                    yield None
                    return
                connection = self._connected()
                connection.execute("BEGIN")
                try:
                    # The moment is that of the first question, and must come before the closed parts are looked for.
                    connection.execute("SELECT number FROM begins").fetchone()
                    yield connection
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            except (sqlite3.Error, OSError) as error:
                self.close()
                raise PeopleError(f"the trail {self.path} cannot be read ({error})") from error

    def _connected(self) -> sqlite3.Connection:
        if self._open is not None and not self._open.still_there():
            self.close()
        if self._open is None:
            self._open = parts.Opened.at(self.path, _WAIT)
        return self._open.connection


def _checked(part: parts.Part, last: int, hash: str, broken: list[str]) -> tuple[int, str]:
    """The end of the chain after a part, whose faults are added to ``broken``."""
    if part.number > last:
        broken.append(f"{part.name}: {_entries(last + 1, part.number)} missing before it")
        last, hash = part.number, part.hash
    elif part.number == last and part.hash != hash:
        broken.append(f"{part.name} does not go on from the part before it: that part was changed or replaced")
        hash = part.hash
    for number, at, who, what, detail, own in part.rows:
        if number <= last:
            continue
        if number > last + 1:
            broken.append(f"{part.name}: {_entries(last + 1, number - 1)} missing")
        elif parts.chained(hash, number, at, who, what, detail) != own:
            broken.append(f"{part.name}: entry {number} of {_shown(at)}, or the one before it, was changed")
        last, hash = number, own
    if part.highest > last:
        broken.append(f"{part.name}: {_entries(last + 1, part.highest)} missing at its end")
    return last, hash


def _entries(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _entry(number: int, at: str, who: str, what: str, detail: str) -> Entry:
    return Entry(number, dt.datetime.fromisoformat(at).astimezone(_LONDON), who, what, detail)


def _stored(moment: dt.datetime) -> str:
    if moment.tzinfo is None:
        raise UsageError("the trail needs times with their zones")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _shown(at: str) -> str:
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone(_LONDON):%d %B %Y, %H:%M:%S}"
    except ValueError:
        return repr(at)


def _year(at: str) -> int:
    return dt.datetime.fromisoformat(at).astimezone(_LONDON).year
