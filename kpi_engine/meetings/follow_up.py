"""What a meeting begins with: what the one before asked for, and the actions that are still open."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.errors import KpiError
from kpi_engine.meetings import entry as stored_as
from kpi_engine.meetings.document import Asked, Document, Part
from kpi_engine.meetings.entry import Entry
from kpi_engine.meetings.keeping import Cabinet, Kept


@dataclass(frozen=True, slots=True)
class StillOpen:
    """An action that still has to be done, and the newest frozen version of the meeting that asked for it."""

    entry: Entry
    meeting: Kept


def asked_before(
    cabinet: Cabinet, body: str, date: str, part: Part | None = Part.OPEN
) -> tuple[tuple[Asked, ...], str]:
    """What the latest frozen meeting of ``body`` before ``date`` (ISO) wrote down, then the actions of older ones that
    are still open; and the label of that meeting's newest version, or "" where there was none.

    For the open part (the default) that is what was written at items of the open part; with ``part`` None it is
    everything, and each says which part it is of. An item that stood in the confidential part of either version, the one
    on the screen or the newest, is confidential, and so is what was written where no such item can be found any more.
    """
    newest: dict[str, Kept] = {}
    for kept in cabinet.frozen():
        if kept.body.casefold() == body.casefold() and kept.date < date:
            newest.setdefault(kept.meeting, kept)
    if not newest:
        return (), ""
    meetings = sorted(newest.values(), key=lambda kept: (kept.date, kept.meeting), reverse=True)
    last = meetings[0]
    found: list[Asked] = []
    with cabinet.shelf.reading() as connection:
        if connection is not None:
            every = {kept.meeting: stored_as.of_meeting(connection, kept.meeting) for kept in meetings}
    for kept in meetings:
        entries = [e for e in every[kept.meeting] if not e.removed and (kept is last or e.is_open)]
        hidden = _confidential(cabinet, kept, entries)
        asked = (_asked(entry, kept, entry.id in hidden) for entry in entries)
        found += [each for each in asked if part is None or each.part is part]
    return tuple(found), last.label


def open_actions(cabinet: Cabinet) -> tuple[StillOpen, ...]:
    """The actions of every frozen meeting that are still open, by due date, those without one last."""
    newest: dict[str, Kept] = {}
    for kept in cabinet.frozen():
        newest.setdefault(kept.meeting, kept)
    with cabinet.shelf.reading() as connection:
        every = () if connection is None else stored_as.everything(connection)
    found = [StillOpen(e, newest[e.meeting]) for e in every if e.is_open and not e.removed and e.meeting in newest]
    return tuple(sorted(found, key=lambda each: (each.entry.due is None, str(each.entry.due), each.entry.first)))


def _asked(entry: Entry, kept: Kept, hidden: bool) -> Asked:
    due = "" if entry.due is None else f"{entry.due.day} {entry.due:%B %Y}"
    said = entry.remarks[-1].said if entry.remarks else ""
    return Asked(
        kind=entry.kind,
        text=entry.text,
        meeting=f"{kept.body} {kept.date}",
        owner=entry.owner,
        due=due,
        status=str(entry.status or ""),
        followed_up=said,
        part=Part.CONFIDENTIAL if hidden else Part.OPEN,
    )


def _confidential(cabinet: Cabinet, newest: Kept, entries: list[Entry]) -> set[str]:
    """The ids of entries that were written at items of the confidential part, or at no item that can be found."""
    documents: dict[int, Document | None] = {}
    for version in {newest.version, *(entry.version for entry in entries)} - {0}:
        try:
            documents[version] = cabinet.read(newest.meeting, version)[0]
        except KpiError:
            # Of a version that cannot be read, nobody can say which part an item stood in.
            documents[version] = None
    return {
        entry.id
        for entry in entries
        if not all(
            _is_open(documents[version], entry.item) for version in {newest.version, entry.version or newest.version}
        )
    }


def _is_open(document: Document | None, key: str) -> bool:
    item = document.item(key) if document is not None else None
    return item is not None and item.part is Part.OPEN
