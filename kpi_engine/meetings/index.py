"""The index of frozen versions: which there are, with the checksum of each document."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

from kpi_engine.meetings.database import Shelf, known
from kpi_engine.meetings.document import Document, Part
from kpi_engine.people.trail import Event
from kpi_engine.written.database import stored

_SELECT = (
    "SELECT f.meeting, m.body, m.date, f.version, f.label, f.checksum, f.file, f.data_version, f.engine_version, f.at, "
    "f.user, f.name FROM frozen f JOIN meeting m ON m.meeting = f.meeting "
    "WHERE NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.meeting = f.meeting AND w.version = f.version)"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A frozen version as the index has it: ``check`` is the document's SHA-256, ``file`` its place in the data
    folder, ``at`` the moment of freezing (UTC), ``user`` and ``by`` who froze it, by user name and name then."""

    meeting: str
    body: str
    date: str
    version: int
    label: str
    check: str
    file: str
    data_version: str
    engine_version: str
    at: dt.datetime
    user: str
    by: str


def every(connection: sqlite3.Connection) -> tuple[Kept, ...]:
    """Every version, the latest meeting first, of each its newest version first."""
    rows = connection.execute(f"{_SELECT} ORDER BY m.date DESC, m.meeting, f.version DESC").fetchall()
    return tuple(
        Kept(
            meeting, body, date, int(version), label, check, file, data, engine, dt.datetime.fromisoformat(at), user, by
        )
        for meeting, body, date, version, label, check, file, data, engine, at, user, by in rows
    )


def enter(connection: sqlite3.Connection, kept: Kept, document: Document) -> None:
    """Enter a version in the index, in the caller's transaction: from its end on the version is frozen."""
    known(connection, kept.meeting, kept.body, kept.date)
    connection.execute("UPDATE meeting SET highest = max(highest, ?) WHERE meeting = ?", (kept.version, kept.meeting))
    connection.execute(
        "INSERT INTO frozen (meeting, version, label, checksum, file, data_version, engine_version, at, user, name) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kept.meeting, kept.version, kept.label, kept.check, kept.file, kept.data_version, kept.engine_version,
            stored(kept.at), kept.user, kept.by,
        ),
    )  # fmt: skip
    connection.executemany("INSERT OR IGNORE INTO frozen_item VALUES (?, ?, ?, ?)", _items(kept, document))


def record(shelf: Shelf, kept: Kept, user: str, at: dt.datetime) -> None:
    """Note a freezing in the trail, with the document's checksum: a second witness of it, in another folder."""
    detail = f"{kept.label} ({kept.meeting} v{kept.version}), SHA-256 {kept.check}"
    shelf.record(user, Event.MEETING_FROZEN, detail, at)


def _items(kept: Kept, document: Document) -> list[tuple[str, int, str, str]]:
    """The items with their parts; of a subject that stands in both, the confidential one comes first, which counts."""
    ordered = sorted(document.items, key=lambda item: item.part is Part.OPEN)
    return [(kept.meeting, kept.version, item.key, str(item.part)) for item in ordered]
