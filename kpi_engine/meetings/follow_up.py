"""What a meeting begins with: what the one before asked for, and the actions that are still open."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kpi_engine.meetings import entry as stored_as
from kpi_engine.meetings.document import Asked, Part
from kpi_engine.meetings.entry import Entry
from kpi_engine.meetings.keeping import Cabinet


@dataclass(frozen=True, slots=True)
class StillOpen:
    """An action that still has to be done, and who asked for it when (ISO)."""

    entry: Entry
    body: str
    date: str


def asked_before(
    cabinet: Cabinet, body: str, date: str, part: Part | None = Part.OPEN
) -> tuple[tuple[Asked, ...], str]:
    """What the latest frozen meeting of ``body`` before ``date`` (ISO) wrote down, then the actions of older ones that
    are still open; and what that meeting's newest version is called, or "" where there was none.

    For the open part (the default) that is what was written at items of the open part; with ``part`` None it is
    everything, and each says which part it is of. An item that was moved to the confidential part in the newest version
    is confidential. What was written at a meeting whose versions were removed since is asked all the same.
    """
    found: list[Asked] = []
    with cabinet.shelf.reading() as connection:
        meetings = [] if connection is None else _before(connection, body, date)
        if connection is None or not meetings:
            return (), ""
        for place, (meeting, called) in enumerate(meetings):
            asked = [e for e in stored_as.of_meeting(connection, meeting) if not e.removed and (not place or e.is_open)]
            found += [_asked(entry, called, part_now(connection, entry)) for entry in asked]
    newest = cabinet.latest(meetings[0][0])
    label = meetings[0][1] if newest is None else newest.label
    return tuple(each for each in found if part is None or each.part is part), label


def open_actions(cabinet: Cabinet) -> tuple[StillOpen, ...]:
    """The actions of every meeting that are still open, by due date, those without one last."""
    with cabinet.shelf.reading() as connection:
        if connection is None:
            return ()
        meetings = {row[0]: row[1:] for row in connection.execute("SELECT meeting, body, date FROM meeting")}
        every = stored_as.everything(connection)
    found = [StillOpen(entry, *meetings[entry.meeting]) for entry in every if entry.is_open and not entry.removed]
    return tuple(sorted(found, key=lambda each: (each.entry.due is None, str(each.entry.due), each.entry.first)))


def part_now(connection: sqlite3.Connection, entry: Entry) -> Part:
    """The part that an entry belongs to: the least open of the version on the screen then and of the newest one."""
    newest = stored_as.part_of(connection, entry.meeting, entry.item)
    return Part.CONFIDENTIAL if Part.CONFIDENTIAL in (entry.part, newest) else Part.OPEN


def _before(connection: sqlite3.Connection, body: str, date: str) -> list[tuple[str, str]]:
    """The meetings of a body before a day that were ever frozen, the latest first, each with what it is called."""
    rows = connection.execute(
        "SELECT meeting, body, date FROM meeting WHERE highest > 0 AND date < ? ORDER BY date DESC, meeting DESC",
        (date,),
    ).fetchall()
    return [(meeting, f"{who} {day}") for meeting, who, day in rows if who.casefold() == body.casefold()]


def _asked(entry: Entry, meeting: str, part: Part) -> Asked:
    return Asked(
        kind=entry.kind,
        text=entry.text,
        meeting=meeting,
        owner=entry.owner,
        due="" if entry.due is None else f"{entry.due.day} {entry.due:%B %Y}",
        status=str(entry.status or ""),
        followed_up=entry.remarks[-1].said if entry.remarks else "",
        part=part,
    )
