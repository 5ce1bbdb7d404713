"""What is written down at a meeting: notes, decisions and actions, each with its history; and how they are stored."""

from __future__ import annotations

import datetime as dt
import enum
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from kpi_engine.errors import Unfit
from kpi_engine.intake.personal import looks_personal
from kpi_engine.meetings.document import EntryKind, Part
from kpi_engine.written.database import stored
from kpi_engine.written.texts import fit_due

LONGEST = 200_000
"""Characters of an entry: some 30,000 words."""
LONGEST_OWNER = 120

_FIELDS = "edition, what, kind, text, owner, due, status, said, version, at, user, name"
_SELECT = f"SELECT id, meeting, item, part, beside, first, began, removed, {_FIELDS} FROM entry"
_UNFIT = ("\ufffe", "\uffff")


class Status(enum.StrEnum):
    """How an action stands."""

    OPEN = "Open"
    DONE = "Done"
    DROPPED = "Dropped"


class Happened(enum.StrEnum):
    """What a step did."""

    WRITTEN = "written"
    EDITED = "edited"
    FOLLOWED_UP = "followed up"
    REMOVED = "removed"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an entry, and the whole entry as it stood from then on.

    ``said`` is the remark of a follow-up, or "". ``version`` is the frozen version that was on the screen, 0 where
    none was. ``status`` is None for a note or a decision. ``at`` is in UTC; ``user`` and ``by`` are who took the step.
    """

    edition: int
    what: Happened
    kind: EntryKind
    text: str
    owner: str
    due: dt.date | None
    status: Status | None
    said: str
    version: int
    at: dt.datetime
    user: str
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands, with its earlier steps, oldest first; the last of ``steps`` is how it stands.

    ``item`` is the key of the item it was written at, and ``part`` the part of the meeting that this stood in.
    ``beside`` names the entry that somebody else was changing at the
    same moment, where this one was kept for that reason. ``first`` is when it was begun.
    """

    id: str
    meeting: str
    item: str
    part: Part
    beside: str
    first: dt.datetime
    began: dt.datetime
    removed: bool
    steps: tuple[Step, ...]

    @property
    def now(self) -> Step:
        """The entry as it stands."""
        return self.steps[-1]

    @property
    def kind(self) -> EntryKind:
        """Whether it is a note, a decision or an action."""
        return self.now.kind

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self.now.text

    @property
    def owner(self) -> str:
        """Who shall do an action; "" while nobody is named, and for notes and decisions."""
        return self.now.owner

    @property
    def due(self) -> dt.date | None:
        """When an action shall be done; None while no day is named."""
        return self.now.due

    @property
    def status(self) -> Status | None:
        """How an action stands; None for notes and decisions."""
        return self.now.status

    @property
    def edition(self) -> int:
        """What saving wants to know: the newest edition that one has seen."""
        return self.now.edition

    @property
    def version(self) -> int:
        """The frozen version that was on the screen, 0 where none was."""
        return self.now.version

    @property
    def at(self) -> dt.datetime:
        """When it was last changed, in UTC."""
        return self.now.at

    @property
    def by(self) -> str:
        """Who changed it last, by name."""
        return self.now.by

    @property
    def remarks(self) -> tuple[Step, ...]:
        """The follow-ups in which something was said, oldest first."""
        return tuple(step for step in self.steps if step.what is Happened.FOLLOWED_UP and step.said)

    @property
    def is_open(self) -> bool:
        """Whether it is an action that still has to be done."""
        return self.status is Status.OPEN


def fit(text: str, what: str = "what you wrote") -> str:
    """The text as it is kept: composed (NFC), without blanks around it, and without what no file can hold.

    Emoji, right-to-left text with its marks, and empty lines stay. Raises Unfit for a text of more than 200,000
    characters, or one with a pupil's or National Insurance number or an e-mail address in it.
    """
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in lines if c in "\n\t" or _fits(c)).strip()
    if len(kept) > LONGEST:
        raise Unfit(f"{what} has {len(kept):,} characters, and {LONGEST:,} are the most; begin another one")
    if looks_personal(kept):
        raise Unfit(
            f"{what} holds a pupil’s or National Insurance number or an e-mail address, which everybody who reads "
            "this meeting would see; take it out"
        )
    return kept


def fit_owner(owner: str) -> str:
    """Who shall do it, on one line; "" while nobody is named. Raises Unfit for more than 120 characters."""
    kept = " ".join(fit_name(owner).split())
    if len(kept) > LONGEST_OWNER:
        raise Unfit(f"the name of who does it has {len(kept)} characters, and {LONGEST_OWNER} are the most; shorten it")
    return kept


def fit_name(text: str) -> str:
    """A name without characters that no file can hold; it may be an address."""
    composed = unicodedata.normalize("NFC", text.replace("\n", " "))
    return "".join(c for c in composed if _fits(c))


def _fits(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _UNFIT


def due_day(due: object) -> dt.date | None:
    """A day from a date or from 2026-11-26; None for nothing. Raises Unfit for anything else."""
    if due is None or due == "":
        return None
    if isinstance(due, str):
        try:
            due = dt.date.fromisoformat(due)
        except ValueError:
            raise Unfit("the due date is no day; write it as 2026-11-26") from None
    return fit_due(due)


# In the file


def one(connection: sqlite3.Connection, id: str) -> Entry | None:
    """The entry of that id; None when there is none."""
    found = _entries(connection, connection.execute(f"{_SELECT} WHERE id = ?", (id,)).fetchall())
    return found[0] if found else None


def of_meeting(connection: sqlite3.Connection, meeting: str) -> tuple[Entry, ...]:
    """Every entry of a meeting, removed ones too, in the order in which they were begun."""
    rows = connection.execute(f"{_SELECT} WHERE meeting = ? ORDER BY first, id", (meeting,)).fetchall()
    return _entries(connection, rows)


def everything(connection: sqlite3.Connection) -> tuple[Entry, ...]:
    """Every entry of every meeting, in the order in which they were begun."""
    return _entries(connection, connection.execute(f"{_SELECT} ORDER BY first, id").fetchall())


def begin(connection: sqlite3.Connection, id: str, meeting: str, item: str, beside: str, step: Step) -> None:
    """Add an entry with its first step, in the caller's transaction.

    It belongs to the part that its item stands in, in the version on the screen, else in the newest. Where no version
    has such an item it is confidential, since nobody can say that it is not.
    """
    at = stored(step.at)
    part = part_of(connection, meeting, item, step.version) or part_of(connection, meeting, item) or Part.CONFIDENTIAL
    connection.execute(
        f"INSERT INTO entry (id, meeting, item, part, beside, first, began, {_FIELDS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, meeting, item, str(part), beside, at, at, *_values(step)),
    )


def part_of(connection: sqlite3.Connection, meeting: str, item: str, version: int | None = None) -> Part | None:
    """The part that an item stands in, in a frozen version, or for None in the newest that has it; None without one."""
    row = connection.execute(
        "SELECT part FROM frozen_item WHERE meeting = :meeting AND item = :item "
        "AND version = coalesce(:version, version) ORDER BY version DESC LIMIT 1",
        {"meeting": meeting, "item": item, "version": version},
    ).fetchone()
    return None if row is None else Part(str(row[0]))


def put(connection: sqlite3.Connection, entry: Entry, step: Step, same: bool) -> None:
    """Have a step stand, in the caller's transaction. What stood goes into the history, unless it is the ``same``
    edition that somebody is still typing."""
    if not same:
        connection.execute(
            f"INSERT INTO entry_edit (entry, {_FIELDS}) SELECT id, {_FIELDS} FROM entry WHERE id = ?", (entry.id,)
        )
    names = [name.strip() for name in _FIELDS.split(",")]
    connection.execute(
        f"UPDATE entry SET began = ?, removed = ?, {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
        (stored(entry.began if same else step.at), step.what is Happened.REMOVED, *_values(step), entry.id),
    )


def _values(step: Step) -> tuple[object, ...]:
    return (
        step.edition, str(step.what), str(step.kind), step.text, step.owner, step.due.isoformat() if step.due else "",
        str(step.status or ""), step.said, step.version, stored(step.at), step.user, step.by,
    )  # fmt: skip


def _entries(connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> tuple[Entry, ...]:
    history = f"SELECT {_FIELDS} FROM entry_edit WHERE entry = ? ORDER BY edition"
    found = []
    for id, meeting, item, part, beside, first, began, removed, *fields in rows:
        earlier = connection.execute(history, (id,)).fetchall()
        found.append(
            Entry(
                str(id), str(meeting), str(item), Part(str(part)), str(beside), dt.datetime.fromisoformat(str(first)),
                dt.datetime.fromisoformat(str(began)), bool(removed),
                (*(_step(*row) for row in earlier), _step(*fields)),
            )
        )  # fmt: skip
    return tuple(found)


def _step(*row: object) -> Step:
    edition, what, kind, text, owner, due, status, said, version, at, user, name = (str(each) for each in row)
    return Step(
        int(edition), Happened(what), EntryKind(kind), text, owner, dt.date.fromisoformat(due) if due else None,
        Status(status) if status else None, said, int(version), dt.datetime.fromisoformat(at), user, name,
    )  # fmt: skip
