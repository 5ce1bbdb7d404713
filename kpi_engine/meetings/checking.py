"""Whether every frozen document is as it was frozen, and taking up documents that no index knows.

There are two witnesses: the index in the data folder, and the trail in the private folder, which notes each document's
checksum when it is frozen. Whoever changes a document and the index alike is found by the trail.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.errors import Damaged, KpiError, UsageError
from kpi_engine.meetings import canonical, index
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import Who, may_prepare, refuse_unless
from kpi_engine.people.trail import Entry, Event, Trail
from kpi_engine.warehouse import housekeeping
from kpi_engine.warehouse.lock import locked
from kpi_engine.written.database import moment

_NOTED = re.compile(r"\(([a-z0-9-]+) v(\d+)\), SHA-256 ([0-9a-f]{64})$")
Noted = Mapping[tuple[str, int], Mapping[str, Entry]]
"""What the trail says was frozen: by meeting and version, each checksum with its entry."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading every document found. ``whole`` are as they were frozen, ``damaged`` are not, in words that name
    the file and the remedy; ``unlisted`` are places of documents that no index knows, and ``unpinned`` the versions
    whose data are not there any more, or could go. ``confirmed`` counts those of ``whole`` that the trail confirms."""

    whole: tuple[Kept, ...]
    confirmed: int
    damaged: tuple[str, ...]
    unlisted: tuple[str, ...]
    unpinned: tuple[Kept, ...]


def check(cabinet: Cabinet) -> Checked:
    """Read every document, and compare it with the index and with the trail. Changes nothing."""
    witnessed = noted(cabinet.trail)
    held = housekeeping.pins(cabinet.folder)
    whole, damaged, unpinned, confirmed = [], [], [], 0
    for kept in cabinet.frozen():
        checks = witnessed.get((kept.meeting, kept.version), {})
        try:
            cabinet.document(kept)
        except Damaged as error:
            damaged.append(str(error))
            continue
        if checks and kept.check not in checks:
            noticed = ", ".join(map(canonical.short, checks))
            damaged.append(
                f"{kept.label}: {kept.file} and the index say {canonical.short(kept.check)}, and this computer’s trail "
                f"says {noticed} was frozen: both were changed, or come from another computer; restore a backup of the "
                "data folder from before"
            )
            continue
        whole.append(kept)
        confirmed += bool(checks)
        if kept.file not in held.get(kept.data_version, ()):
            unpinned.append(kept)
    unlisted = tuple(path.relative_to(cabinet.folder).as_posix() for path in cabinet.unlisted())
    return Checked(tuple(whole), confirmed, tuple(damaged), unlisted, tuple(unpinned))


def take_up(cabinet: Cabinet, place: str, who: Who, now: dt.datetime | None = None, *, wait: float = 10.0) -> Kept:
    """Enter a document that no index knows in the index again; ``place`` is as ``check`` gives it.

    When and by whom it was frozen is taken from the trail, else it is now and ``who``. Raises UsageError for a place
    where no such document lies, and Damaged for one that is not whole, or that the trail says is another.
    """
    refuse_unless(may_prepare(who.viewer), "a frozen meeting")
    at = moment(now)
    with locked(cabinet.folder, "taking up a meeting", wait):
        path = _unlisted(cabinet, place)
        content = path.read_bytes()
        document, found = canonical.from_bytes(content, place), canonical.checksum(content)
        if (path.parent.name, path.name) != (document.meeting, f"v{document.version}.json"):
            raise Damaged(f"{place} holds {document.label}; files were mixed up; restore a backup of the data folder")
        checks = noted(cabinet.trail).get((document.meeting, document.version), {})
        if checks and found not in checks:
            raise Damaged(
                f"{place} is not what was frozen as {document.label}: its checksum is {canonical.short(found)}, and "
                f"the trail says {', '.join(map(canonical.short, checks))}; restore it from a backup"
            )
        witness = checks.get(found)
        kept = Kept(
            document.meeting, document.body, document.date, document.version, document.label, found, place,
            document.data_version, document.engine_version, witness.at.astimezone(dt.UTC) if witness else at,
            witness.who if witness else who.user, witness.who if witness else who.name,
        )  # fmt: skip
        with cabinet.shelf.writing() as connection:
            index.enter(connection, kept, document)
            if witness is None:
                index.record(cabinet.shelf, kept, who.user, at)
        try:
            housekeeping.hold(cabinet.folder, kept.data_version, kept.file)
        except UsageError:
            # Its data have gone meanwhile, which takes nothing from the document.
            return kept
        return kept


def noted(trail: Trail | None) -> Noted:
    """What the trail says was frozen; nothing where it cannot be read."""
    found: dict[tuple[str, int], dict[str, Entry]] = {}
    try:
        entries = [] if trail is None else trail.read(event=Event.MEETING_FROZEN, limit=None)
    except KpiError:
        return {}
    for entry in entries:
        match = _NOTED.search(entry.detail)
        if match is not None:
            found.setdefault((match[1], int(match[2])), {})[match[3]] = entry
    return found


def _unlisted(cabinet: Cabinet, place: str) -> Path:
    found = {path.relative_to(cabinet.folder).as_posix(): path for path in cabinet.unlisted()}
    if place not in found:
        raise UsageError(f"{place!r} is no document without a place in the list; “meetings verify” names them")
    return found[place]
