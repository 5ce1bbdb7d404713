"""What somebody may ask of the file by law: all that is written, a person's own part, a name or a text taken out."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from kpi_engine.errors import Unfit
from kpi_engine.people.trail import Event
from kpi_engine.written import actions, notes
from kpi_engine.written.database import Notebook, history_open, moment

NOBODY = "(name removed)"
"""What stands where the name of somebody stood who asked for its removal."""


_KINDS = {"note": "note_edit", "action": "action_event"}


class Row(NamedTuple):
    """One step of a note or an action, as it is exported. ``at`` is in UTC; a field that a note has not is ""."""

    kind: str
    number: int
    edition: int
    kpi: str
    academy: str
    academic_year: str
    at: str
    user: str
    name: str
    what: str
    text: str
    owner: str
    owner_user: str
    due: str
    status: str
    said: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What taking out a name changed: ``steps`` of histories, and where the name still stands within a text."""

    steps: int
    still_named: tuple[str, ...]


def rows(notebook: Notebook, user: str = "") -> list[Row]:
    """Every step of every note and action, removed ones too, oldest first; with ``user`` those alone that this person
    took or owns."""
    found = [
        Row(
            "note", note.number, step.edition, note.subject.kpi, note.subject.academy, note.subject.academic_year,
            step.at.isoformat(timespec="seconds"), step.user, step.name, str(step.what), step.text, "", "", "",
            "removed" if note.removed else "shown", "",
        )
        for note in notes.everything(notebook)
        for step in note.edits
    ] + [
        Row(
            "action", action.number, step.edition, action.subject.kpi, action.subject.academy,
            action.subject.academic_year, step.at.isoformat(timespec="seconds"), step.user, step.name, str(step.what),
            step.text, step.owner, step.owner_user, step.due.isoformat(), str(step.status), step.said,
        )
        for action in actions.everything(notebook)
        for step in action.steps
    ]  # fmt: skip
    return [row for row in found if not user or user in (row.user, row.owner_user)]


def forget(notebook: Notebook, who: str, user: str, name: str = "") -> Forgotten:
    """Take a person's user name and names out of every history, as author and as owner; the texts stay.

    ``name`` is another name that they stand under as owner. ``who`` asks, as the trail shall name them. Texts in
    which one of the names still stands are listed, since they can be changed or erased by a person alone.
    Raises CannotBeKept, and has then changed nothing.
    """
    with notebook.writing() as connection:
        names = {name.strip(), *_called(connection, user)} - {"", NOBODY}
        steps = 0
        with history_open(connection):
            for table in ("note_edit", "action_event"):
                steps += connection.execute(
                    f"UPDATE {table} SET user = '', name = ? WHERE user = ?", (NOBODY, user)
                ).rowcount
            for column, values in (("owner_user", {user}), ("owner", names)):
                for value in sorted(values):
                    steps += connection.execute(
                        f"UPDATE action_event SET owner = ?, owner_user = '' WHERE {column} = ? COLLATE NOCASE",
                        (NOBODY, value),
                    ).rowcount
        notebook.record(who, Event.PURGED, f"a person’s name from {steps} steps of notes and actions", moment(None))
        still = _named(connection, {*names, user})
    notebook.emptied()
    return Forgotten(steps, still)


def erase(notebook: Notebook, who: str, kind: str, number: int) -> None:
    """Erase a note or an action (``kind``) with its whole history, for good.

    Raises Unfit when there is none of that number, and CannotBeKept.
    """
    if kind not in _KINDS:
        raise Unfit(f"{kind!r} cannot be erased; it must be a note or an action")
    with notebook.writing() as connection:
        if not _erased(connection, kind, "number = ?", number):
            raise Unfit(f"there is no {kind} {number}; “notes export” lists the numbers")
        notebook.record(who, Event.PURGED, f"{kind} {number} with its history", moment(None))
    notebook.emptied()


def erase_academy(notebook: Notebook, who: str, urn: str) -> int:
    """Erase every note and action beside an academy's figures, for good; how many there were.

    Raises Unfit when there is none, and CannotBeKept.
    """
    with notebook.writing() as connection:
        gone = sum(_erased(connection, kind, "academy = ?", urn) for kind in _KINDS)
        if not gone:
            raise Unfit(f"nothing is written beside figures of {urn}; “notes export” lists what there is")
        notebook.record(who, Event.PURGED, f"{gone} notes and actions beside figures of {urn}", moment(None))
    notebook.emptied()
    return gone


def _erased(connection: sqlite3.Connection, kind: str, where: str, value: object) -> int:
    """Delete what a condition chooses, in the caller's transaction; how many there were."""
    history = _KINDS[kind]
    with history_open(connection):
        connection.execute(f"DELETE FROM {history} WHERE {kind} IN (SELECT number FROM {kind} WHERE {where})", (value,))
        return connection.execute(f"DELETE FROM {kind} WHERE {where}", (value,)).rowcount


def _called(connection: sqlite3.Connection, user: str) -> set[str]:
    """The names that a person stands under."""
    found = connection.execute(
        "SELECT name FROM note_edit WHERE user = :user UNION SELECT name FROM action_event WHERE user = :user "
        "UNION SELECT owner FROM action_event WHERE owner_user = :user",
        {"user": user},
    )
    return {str(name) for (name,) in found}


def _named(connection: sqlite3.Connection, names: set[str]) -> tuple[str, ...]:
    """The notes and actions in whose texts one of the names stands."""
    rows = connection.execute(
        "SELECT DISTINCT 'note', note, text FROM note_edit UNION SELECT 'action', action, text || ' ' || said "
        "FROM action_event"
    ).fetchall()
    wanted = [name.casefold() for name in names]
    found = {(kind, number) for kind, number, text in rows if any(name in text.casefold() for name in wanted)}
    return tuple(f"{kind} {number}" for kind, number in sorted(found, reverse=True))
