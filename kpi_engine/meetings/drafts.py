"""Agendas while they are prepared: kept with each change, so that every step can be undone and nobody's is lost."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

import msgspec

from kpi_engine.errors import CannotBeKept, ChangedSince, Unfit
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.database import Shelf, known
from kpi_engine.meetings.who import Who, may_prepare, refuse_unless
from kpi_engine.people.trail import Event
from kpi_engine.written.database import moment, stored

KEPT_EDITIONS = 200
"""How many earlier editions of a draft stay."""

_WHAT = "the draft of this meeting"
_STANDING = "SELECT meeting, content, edition, removed, what, at, user, name FROM draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """An agenda as it stands, or stood. ``edition`` is what saving wants to know: the newest that one has seen.

    ``what`` was done last ("saved", "removed", "put back", "taken back"), ``at`` which moment (UTC), ``by`` whom.
    """

    meeting: str
    agenda: Agenda
    edition: int
    removed: bool
    what: str
    at: dt.datetime
    user: str
    by: str


def every(shelf: Shelf) -> tuple[Draft, ...]:
    """The drafts that are not removed, the latest meeting first."""
    with shelf.reading() as connection:
        rows = [] if connection is None else connection.execute(f"{_STANDING} WHERE NOT removed").fetchall()
    found = [_draft(*row) for row in rows]
    return tuple(sorted(found, key=lambda draft: (draft.agenda.date, draft.meeting), reverse=True))


def one(shelf: Shelf, meeting: str) -> Draft | None:
    """The draft of a meeting, removed or not; None when there is none."""
    with shelf.reading() as connection:
        return None if connection is None else _standing(connection, meeting)


def editions(shelf: Shelf, meeting: str) -> tuple[Draft, ...]:
    """The draft as it stands and as it stood before, newest first."""
    with shelf.reading() as connection:
        now = None if connection is None else _standing(connection, meeting)
        if connection is None or now is None:
            return ()
        rows = connection.execute(
            "SELECT meeting, content, edition, 0, what, at, user, name FROM draft_edition WHERE meeting = ? "
            "ORDER BY edition DESC",
            (meeting,),
        ).fetchall()
    return (now, *(_draft(*row) for row in rows))


def save(shelf: Shelf, agenda: Agenda, who: Who, edition: int, now: dt.datetime | None = None) -> Draft:
    """Keep the agenda. ``edition`` is the newest one that ``who`` has seen, 0 for a meeting without a draft.

    Raises ChangedSince when there is a newer one, NotYours, UsageError for an agenda that is none, or CannotBeKept;
    nothing has then been changed. A meeting whose draft was removed begins anew with edition 0 too.
    """
    refuse_unless(may_prepare(who.viewer), _WHAT)
    agendas.check(agenda)
    content, at = agendas.to_json(agenda), moment(now)
    with shelf.writing() as connection:
        standing = _standing(connection, agenda.meeting)
        if standing is None and edition:
            raise ChangedSince("this draft has been erased since you opened it; nothing of yours has been saved")
        if standing is not None and standing.edition != edition and not (standing.removed and not edition):
            raise _since(standing)
        if standing is not None and standing.agenda == agenda and not standing.removed:
            return standing
        known(connection, agenda.meeting, agenda.body, agenda.date)
        return _kept(connection, agenda.meeting, standing, content, "saved", who, at)


def remove(shelf: Shelf, meeting: str, who: Who, edition: int, now: dt.datetime | None = None) -> Draft:
    """Take a draft off the list; ``restore`` undoes it. Raises as ``save``, and Unfit when there is none."""
    refuse_unless(may_prepare(who.viewer), _WHAT)
    at = moment(now)
    with shelf.writing() as connection:
        standing = _there(connection, meeting)
        if standing.edition != edition or standing.removed:
            raise _since(standing)
        gone = _kept(connection, meeting, standing, _content(connection, meeting), "removed", who, at)
        shelf.record(who.user, Event.DRAFT_REMOVED, f"draft of {meeting}", at)
        return gone


def restore(shelf: Shelf, meeting: str, who: Who, edition: int | None = None, now: dt.datetime | None = None) -> Draft:
    """Bring back what a draft was: of a removed one what it held; else that ``edition``, or the one before this.

    What stood until now stays among the editions. Raises as ``save``, and Unfit when there is nothing to bring back.
    """
    refuse_unless(may_prepare(who.viewer), _WHAT)
    at = moment(now)
    with shelf.writing() as connection:
        standing = _there(connection, meeting)
        if standing.removed and edition is None:
            return _kept(connection, meeting, standing, _content(connection, meeting), "put back", who, at)
        found = connection.execute(
            "SELECT content FROM draft_edition WHERE meeting = :meeting AND "
            "edition = coalesce(:edition, (SELECT max(edition) FROM draft_edition WHERE meeting = :meeting))",
            {"meeting": meeting, "edition": edition},
        ).fetchone()
        if found is None:
            raise Unfit(f"there is no earlier edition of the draft of {meeting} to bring back")
        return _kept(connection, meeting, standing, str(found[0]), "taken back", who, at)


def _there(connection: sqlite3.Connection, meeting: str) -> Draft:
    found = _standing(connection, meeting)
    if found is None:
        raise Unfit(f"there is no draft of {meeting}; it may have been erased for good")
    return found


def _since(standing: Draft) -> ChangedSince:
    return ChangedSince(
        f"{standing.by} has {standing.what} this draft since you opened it; nothing of yours has been saved"
    )


def _kept(
    connection: sqlite3.Connection,
    meeting: str,
    before: Draft | None,
    content: str,
    what: str,
    who: Who,
    at: dt.datetime,
) -> Draft:
    """Have this stand, and add what stood to the editions, in the caller's transaction."""
    if before is not None:
        connection.execute(
            "INSERT INTO draft_edition SELECT meeting, edition, what, content, at, user, name FROM draft "
            "WHERE meeting = ?",
            (meeting,),
        )
        connection.execute(
            "DELETE FROM draft_edition WHERE meeting = ? AND edition <= ?", (meeting, before.edition - KEPT_EDITIONS)
        )
    edition = 1 if before is None else before.edition + 1
    # An upsert, since replacing the row would take its editions along.
    connection.execute(
        "INSERT INTO draft VALUES (:meeting, :edition, :what, :removed, :content, :at, :user, :name) "
        "ON CONFLICT (meeting) DO UPDATE SET edition = :edition, what = :what, removed = :removed, content = :content, "
        "at = :at, user = :user, name = :name",
        {
            "meeting": meeting, "edition": edition, "what": what, "removed": what == "removed", "content": content,
            "at": stored(at), "user": who.user, "name": who.name,
        },
    )  # fmt: skip
    return _there(connection, meeting)


def _content(connection: sqlite3.Connection, meeting: str) -> str:
    return str(connection.execute("SELECT content FROM draft WHERE meeting = ?", (meeting,)).fetchone()[0])


def _standing(connection: sqlite3.Connection, meeting: str) -> Draft | None:
    row = connection.execute(f"{_STANDING} WHERE meeting = ?", (meeting,)).fetchone()
    return None if row is None else _draft(*row)


def _draft(meeting: str, content: str, edition: int, removed: int, what: str, at: str, user: str, name: str) -> Draft:
    try:
        # Not checked: one that names a KPI which has gone since is still shown, to be mended.
        agenda = msgspec.json.decode(content, type=Agenda)
    except msgspec.DecodeError as error:
        raise CannotBeKept(f"the draft of {meeting} cannot be read: {error}; restore it from a backup") from error
    return Draft(meeting, agenda, edition, bool(removed), what, dt.datetime.fromisoformat(at), user, name)
