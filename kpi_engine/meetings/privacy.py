"""What somebody may ask of the meetings by law: what they wrote, their name or a text taken out, a meeting removed.

A frozen document is never changed. Where a name stands in one, the version is named, and may be removed whole.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from kpi_engine.errors import KpiError, Unfit, UsageError
from kpi_engine.meetings import entry as stored_as
from kpi_engine.meetings.database import named
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.people.trail import Event
from kpi_engine.warehouse import housekeeping
from kpi_engine.warehouse.lock import locked
from kpi_engine.written.database import moment
from kpi_engine.written.keeping import NOBODY

_SIGNED = ("draft", "draft_edition", "frozen", "withdrawn", "entry", "entry_edit")


class Row(NamedTuple):
    """One step of an entry, as it is exported. ``at`` is in UTC; what a note or a decision has not is ""."""

    meeting: str
    item: str
    part: str
    id: str
    edition: int
    at: str
    user: str
    name: str
    what: str
    kind: str
    text: str
    owner: str
    due: str
    status: str
    said: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What taking out a name changed: ``places``, and where the name still stands within a text or a document."""

    places: int
    still_named: tuple[str, ...]


def rows(cabinet: Cabinet, meeting: str = "", user: str = "", name: str = "") -> list[Row]:
    """Every step of every entry, removed ones too, in the order in which entries were begun: of one meeting where it is
    named, and those alone that ``user`` took or that are owned by ``name``."""
    with cabinet.shelf.reading() as connection:
        every = () if connection is None else stored_as.everything(connection)
    found = [
        Row(
            entry.meeting, entry.item, str(entry.part), entry.id, step.edition, step.at.isoformat(timespec="seconds"),
            step.user, step.by, str(step.what), str(step.kind), step.text, step.owner,
            step.due.isoformat() if step.due else "", str(step.status or ""), step.said,
        )
        for entry in every
        if meeting in ("", entry.meeting)
        for step in entry.steps
    ]  # fmt: skip
    if not user and not name:
        return found
    owns = {each.casefold() for each in (user, name) if each}
    return [row for row in found if (user and row.user == user) or row.owner.casefold() in owns]


def forget(cabinet: Cabinet, who: str, user: str, name: str = "") -> Forgotten:
    """Take a person's user name and names out of drafts, index and entries, as author and as owner; the texts stay.

    ``name`` is another name that they stand under as owner. ``who`` asks, as the trail shall name them. Raises
    Unfit where no meetings are kept, and CannotBeKept; nothing has then been changed.
    """
    _there(cabinet)
    with cabinet.shelf.erasing() as connection:
        names = {name.strip(), *_called(connection, user)} - {"", NOBODY}
        changed = 0
        for table in _SIGNED:
            changed += connection.execute(
                f"UPDATE {table} SET user = '', name = ? WHERE user = ?", (NOBODY, user)
            ).rowcount
        for table in ("entry", "entry_edit"):
            for owner in sorted({user, *names}):
                changed += connection.execute(
                    f"UPDATE {table} SET owner = ? WHERE owner = ? COLLATE NOCASE", (NOBODY, owner)
                ).rowcount
        cabinet.shelf.record(who, Event.PURGED, f"a person’s name from {changed} places in meetings", moment(None))
        texts = _texts(connection)
    wanted = [each.casefold() for each in {*names, user} if each]
    named = [place for place, text in texts if any(each in text.casefold() for each in wanted)]
    return Forgotten(changed, tuple(dict.fromkeys([*named, *_documents(cabinet, wanted)])))


def erase(cabinet: Cabinet, who: str, id: str) -> None:
    """Erase an entry with its whole history, for good. Raises Unfit when there is none of that id, and CannotBeKept."""
    _there(cabinet)
    with cabinet.shelf.erasing() as connection:
        row = connection.execute("SELECT meeting FROM entry WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise Unfit(f"there is no entry {id}; “meetings entries” lists them")
        connection.execute("DELETE FROM entry WHERE id = ?", (id,))
        cabinet.shelf.record(who, Event.PURGED, f"an entry of {row[0]} with its history", moment(None))


def remove_meeting(
    cabinet: Cabinet, who: str, meeting: str, now: dt.datetime | None = None, *, wait: float = 10.0
) -> int:
    """Remove a meeting whole, for good: its draft, all frozen versions, and what was written down; how many versions.

    That it was held, and how many versions it had, stays, so that no number is given twice. Its data versions are let
    go. Raises UsageError when there is no such meeting, Busy and CannotBeKept.
    """
    at = moment(now)
    folder = cabinet.shelf.documents / named(meeting)
    with locked(cabinet.folder, "removing a meeting", wait):
        there = cabinet.shelf.path.is_file() and _is_known(cabinet, meeting)
        if not there and not folder.is_dir():
            raise UsageError(f"there is no meeting {meeting!r}; “meetings list” names them")
        held = cabinet.versions(meeting)
        with cabinet.shelf.erasing() as connection:
            for table in ("entry", "draft", "frozen"):
                connection.execute(f"DELETE FROM {table} WHERE meeting = ?", (meeting,))
            cabinet.shelf.record(who, Event.MEETING_REMOVED, f"{meeting} with all that was written down", at)
        shutil.rmtree(folder, ignore_errors=True)
        housekeeping.let_go_of_missing(cabinet.folder)
    return len(held)


def anonymous(cabinet: Cabinet) -> tuple[Kept, ...]:
    """The versions without names: after a purge an academy's figures may still stand in them, under a letter."""
    found = []
    for kept in cabinet.frozen():
        with contextlib.suppress(KpiError):
            if cabinet.document(kept).anonymous:
                found.append(kept)
    return tuple(found)


def _there(cabinet: Cabinet) -> None:
    if not cabinet.shelf.path.is_file():
        raise Unfit(f"no meetings have been kept yet: there is no {cabinet.shelf.path}")


def _is_known(cabinet: Cabinet, meeting: str) -> bool:
    with cabinet.shelf.reading() as connection:
        return connection is not None and bool(
            connection.execute(
                "SELECT 1 FROM draft WHERE meeting = :m UNION SELECT 1 FROM frozen WHERE meeting = :m "
                "UNION SELECT 1 FROM entry WHERE meeting = :m",
                {"m": meeting},
            ).fetchone()
        )


def _called(connection: sqlite3.Connection, user: str) -> set[str]:
    """The names that a person stands under."""
    asked = " UNION ".join(f"SELECT name FROM {table} WHERE user = :user" for table in _SIGNED)
    return {str(name) for (name,) in connection.execute(asked, {"user": user})}


def _texts(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Everything that people typed, with where it stands."""
    return connection.execute(
        "SELECT 'draft of ' || meeting, content FROM draft "
        "UNION ALL SELECT 'draft of ' || meeting, content FROM draft_edition "
        "UNION ALL SELECT 'entry ' || id, text || ' ' || said FROM entry "
        "UNION ALL SELECT 'entry ' || entry, text || ' ' || said FROM entry_edit"
    ).fetchall()


def _documents(cabinet: Cabinet, wanted: list[str]) -> list[str]:
    """The frozen versions in which one of the names stands; one that cannot be read is named too."""
    found = []
    for kept in cabinet.frozen():
        try:
            cabinet.document(kept)
            text = (cabinet.folder / kept.file).read_text(encoding="utf-8").casefold()
        except (KpiError, OSError):
            found.append(f"{kept.label} (cannot be read)")
            continue
        if any(name in text for name in wanted):
            found.append(kept.label)
    return found
