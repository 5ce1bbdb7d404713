"""Actions: what shall be done by whom until when, followed up until it is done or dropped, with every step kept."""

from __future__ import annotations

import datetime as dt
import enum
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kpi_engine.errors import ChangedSince, NotYours, Unfit
from kpi_engine.people.trail import Event
from kpi_engine.written import texts
from kpi_engine.written.database import Notebook, moment, stored
from kpi_engine.written.subject import Reader, Subject, may_read, may_write, refuse_unless

_TWICE = dt.timedelta(minutes=1)
_SELECT = (
    "SELECT a.number, a.kpi, a.academy, a.academic_year, e.edition, e.what, e.text, e.owner, e.owner_user, e.due, "
    "e.status, e.said, e.at, e.user, e.name FROM action a JOIN action_event e ON e.action = a.number"
)


class Status(enum.StrEnum):
    """How an action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Happened(enum.StrEnum):
    """What a step did."""

    ADDED = "added"
    CHANGED = "changed"
    FOLLOWED_UP = "followed up"
    DONE = "done"
    DROPPED = "dropped"
    OPENED_AGAIN = "opened again"


_TO = {Status.OPEN: Happened.OPENED_AGAIN, Status.DONE: Happened.DONE, Status.DROPPED: Happened.DROPPED}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an action, and the whole action as it stood from then on.

    ``said`` is the follow-up note that came with the step, or "". ``owner_user`` is the user name of an owner who
    stands in the trust's directory, else "". ``at`` is in UTC; ``user`` and ``name`` are who took the step.
    """

    edition: int
    what: Happened
    text: str
    owner: str
    owner_user: str
    due: dt.date
    status: Status
    said: str
    at: dt.datetime
    user: str
    name: str


@dataclass(frozen=True, slots=True)
class Action:
    """An action with its whole history, oldest step first."""

    number: int
    subject: Subject
    steps: tuple[Step, ...]

    @property
    def now(self) -> Step:
        """The action as it stands."""
        return self.steps[-1]

    @property
    def added(self) -> Step:
        """Its beginning."""
        return self.steps[0]

    @property
    def edition(self) -> int:
        """What ``change`` wants to know: the newest step that the reader has seen."""
        return self.steps[-1].edition

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.now.status is Status.OPEN

    def overdue(self, today: dt.date) -> int:
        """For how many days an open action has been overdue; 0 on its due date and before."""
        return max(0, (today - self.now.due).days) if self.is_open else 0


def on(notebook: Notebook, reader: Reader, subject: Subject) -> tuple[Action, ...]:
    """The actions beside one subject: open ones by due date, then the others, newest first; nothing for whoever may
    not read there."""
    if not may_read(reader, subject):
        return ()
    with notebook.reading() as connection:
        rows = connection.execute(
            f"{_SELECT} WHERE a.kpi = ? AND a.academy = ? AND a.academic_year = ? ORDER BY a.number, e.edition",
            (subject.kpi, subject.academy, subject.academic_year),
        ).fetchall()
    return _in_order(_actions(rows))


def seen(notebook: Notebook, reader: Reader) -> tuple[Action, ...]:
    """Every action that this reader may see, in the order of ``on``."""
    found = everything(notebook)
    readable = {subject for subject in {action.subject for action in found} if may_read(reader, subject)}
    return _in_order(action for action in found if action.subject in readable)


def everything(notebook: Notebook) -> tuple[Action, ...]:
    """Every action, oldest first: for whoever works with the file itself."""
    with notebook.reading() as connection:
        return _actions(connection.execute(f"{_SELECT} ORDER BY a.number, e.edition").fetchall())


def add(
    notebook: Notebook,
    reader: Reader,
    subject: Subject,
    text: str,
    owner: str,
    due: object,
    known: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> Action:
    """Add an action. ``known`` are the names of the directory's people by user name, so that an owner is recognised.

    Raises NotYours, Unfit or CannotBeKept, and has then added nothing. The same action from the same person within a
    minute is one: somebody pressed twice.
    """
    refuse_unless(may_write(reader, subject), "what is to be done here")
    at = moment(now)
    first = _step(texts.fit(text, "what shall be done"), owner, due, known, reader, at)
    with notebook.writing() as connection:
        newest = connection.execute(
            f"{_SELECT} WHERE a.number = (SELECT max(number) FROM action WHERE kpi = ? AND academy = ? AND "
            "academic_year = ?) ORDER BY e.edition",
            (subject.kpi, subject.academy, subject.academic_year),
        ).fetchall()
        for action in _actions(newest):
            if replace(action.now, at=at) == first and abs(at - action.now.at) < _TWICE:
                return action
        number = connection.execute(
            "INSERT INTO action (kpi, academy, academic_year, edition) VALUES (?, ?, ?, 1)",
            (subject.kpi, subject.academy, subject.academic_year),
        ).lastrowid
        assert number is not None
        return _taken(notebook, connection, reader, number, first)


def change(
    notebook: Notebook,
    reader: Reader,
    number: int,
    edition: int,
    text: str,
    owner: str,
    due: object,
    known: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> Action:
    """Change what shall be done, by whom or until when. ``edition`` is the newest step that the reader has seen.

    Raises ChangedSince when there is a newer one, and NotYours, Unfit or CannotBeKept; nothing has then been changed.
    """
    at = moment(now)
    wanted = _step(texts.fit(text, "what shall be done"), owner, due, known, reader, at)
    with notebook.writing() as connection:
        action = _writable(connection, reader, number)
        if action.edition != edition:
            raise _since(action)
        before = action.now
        if (wanted.text, wanted.owner, wanted.due) == (before.text, before.owner, before.due):
            return action
        step = replace(wanted, edition=edition + 1, what=Happened.CHANGED, status=before.status)
        return _taken(notebook, connection, reader, number, step)


def follow_up(
    notebook: Notebook,
    reader: Reader,
    number: int,
    edition: int,
    said: str = "",
    status: Status | None = None,
    now: dt.datetime | None = None,
) -> Action:
    """Say how it is going, or bring it to another status, or both.

    Two people may say something at once; whoever changes the status must have seen the newest step. Raises as
    ``change``.
    """
    at = moment(now)
    note = texts.fit(said, "the follow-up") if said.strip() else ""
    with notebook.writing() as connection:
        action = _writable(connection, reader, number)
        to = action.now.status if status is None else status
        if to is action.now.status and not note:
            raise Unfit("the follow-up is empty; write how it is going, or choose another status")
        if to is not action.now.status and action.edition != edition:
            raise _since(action)
        what = Happened.FOLLOWED_UP if to is action.now.status else _TO[to]
        step = replace(
            action.now,
            edition=action.edition + 1,
            what=what,
            status=to,
            said=note,
            at=at,
            user=reader.viewer.user,
            name=reader.name,
        )
        return _taken(notebook, connection, reader, number, step)


def _step(text: str, owner: str, due: object, known: Mapping[str, str] | None, reader: Reader, at: dt.datetime) -> Step:
    """The first step of an action with these."""
    name = texts.fit_owner(owner)
    users = [u for u, called in (known or {}).items() if name.casefold() in (u.casefold(), called.casefold())]
    one = users[0] if len(users) == 1 else ""
    shown = (known or {}).get(one) or name
    return Step(
        1, Happened.ADDED, text, shown, one, texts.fit_due(due), Status.OPEN, "", at, reader.viewer.user, reader.name
    )


def _writable(connection: sqlite3.Connection, reader: Reader, number: int) -> Action:
    action = _one(connection, number)
    refuse_unless(may_write(reader, action.subject), "this action")
    return action


def _since(action: Action) -> ChangedSince:
    last = action.now
    return ChangedSince(
        f"{last.name} has changed this action since you opened it ({last.what}); nothing of yours has been saved"
    )


def _taken(notebook: Notebook, connection: sqlite3.Connection, reader: Reader, number: int, step: Step) -> Action:
    """Take a step, in the caller's transaction."""
    connection.execute(
        "INSERT INTO action_event (action, edition, what, text, owner, owner_user, due, status, said, at, user, name) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number, step.edition, str(step.what), step.text, step.owner, step.owner_user, step.due.isoformat(),
            str(step.status), step.said, stored(step.at), step.user, step.name,
        ),
    )  # fmt: skip
    connection.execute("UPDATE action SET edition = ? WHERE number = ?", (step.edition, number))
    action = _one(connection, number)
    notebook.record(reader.viewer.user, Event.ACTION_CHANGED, f"action {number} {step.what}: {action.subject}", step.at)
    return action


def _one(connection: sqlite3.Connection, number: int) -> Action:
    found = _actions(connection.execute(f"{_SELECT} WHERE a.number = ? ORDER BY e.edition", (number,)).fetchall())
    if not found:
        raise NotYours("there is no such action; it may have been erased for good")
    return found[0]


def _actions(rows: Iterable[tuple[object, ...]]) -> tuple[Action, ...]:
    """Actions from rows of steps, in the order in which they come."""
    found: dict[int, Action] = {}
    for row in rows:
        number, kpi, academy, year, edition, what, text, owner, owner_user, due, status, said, at, user, name = row
        step = Step(
            int(str(edition)),
            Happened(str(what)),
            str(text),
            str(owner),
            str(owner_user),
            dt.date.fromisoformat(str(due)),
            Status(str(status)),
            str(said),
            dt.datetime.fromisoformat(str(at)),
            str(user),
            str(name),
        )
        key = int(str(number))
        before = found[key].steps if key in found else ()
        found[key] = Action(key, Subject(str(kpi), str(academy), str(year)), (*before, step))
    return tuple(found.values())


def _in_order(found: Iterable[Action]) -> tuple[Action, ...]:
    every = tuple(found)
    still = sorted((a for a in every if a.is_open), key=lambda a: (a.now.due, a.number))
    rest = sorted((a for a in every if not a.is_open), key=lambda a: (a.now.at, a.number), reverse=True)
    return (*still, *rest)
