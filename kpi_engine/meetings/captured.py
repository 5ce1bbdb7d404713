"""Writing down what is said at a meeting, while it is said: saved at each word's end, by several people at once.

Nothing here touches a frozen document. What one person types within a minute is one edition, unless more than a few
words are taken out of it; everything else that ever stood stays in the history.

Two people who change the same entry at the same moment do not overwrite one another, and neither is stopped in the
middle of a sentence: the words of whoever is second are kept as an entry of their own beside it, for the clerk to
bring together.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sqlite3
from dataclasses import replace

from kpi_engine.errors import ChangedSince, NotYours, Unfit, UsageError
from kpi_engine.meetings import entry as stored_as
from kpi_engine.meetings.document import EntryKind
from kpi_engine.meetings.entry import Entry, Happened, Status, Step
from kpi_engine.meetings.follow_up import asked_before, open_actions
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import Who, may_prepare, refuse_unless
from kpi_engine.people.trail import Event
from kpi_engine.written.database import moment

__all__ = [
    "Entry", "EntryKind", "Happened", "Status", "Step", "asked_before", "entries", "follow_up", "open_actions",
    "put_back", "remove", "save",
]  # fmt: skip

_TYPING = dt.timedelta(minutes=1)
_FEW_WORDS = 40
"""Characters that may be taken out of a text within one edition, as when a slip is mended."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9~_.:-]{0,119}")
_WHAT = "what is written down at this meeting"


def entries(cabinet: Cabinet, meeting: str, *, removed: bool = False) -> tuple[Entry, ...]:
    """What was written down at a meeting, in the order in which it was begun; with ``removed`` what was removed too."""
    with cabinet.shelf.reading() as connection:
        found = () if connection is None else stored_as.of_meeting(connection, meeting)
    return tuple(entry for entry in found if removed or not entry.removed)


def save(
    cabinet: Cabinet,
    who: Who,
    id: str,
    meeting: str,
    item: str,
    kind: EntryKind,
    text: str,
    *,
    owner: str = "",
    due: dt.date | str | None = None,
    edition: int = 0,
    version: int = 0,
    now: dt.datetime | None = None,
) -> Entry:
    """Keep an entry: a new one, or what it says from now on. ``id`` is made by whoever writes.

    ``edition`` is the newest one seen, 0 for a new entry. Where somebody else has changed it since, the words are kept
    as an entry of their own, which is given back: its ``id`` is another and its ``beside`` this one. An empty text
    removes the entry, and a text that comes after that puts it back. ``owner`` and ``due`` are of actions alone.
    Raises NotYours, Unfit, UsageError or CannotBeKept, and has then changed nothing.
    """
    refuse_unless(may_prepare(who.viewer), _WHAT)
    if not _ID.fullmatch(id):
        raise UsageError(f"{id[:40]!r} cannot name an entry; use letters, digits and dashes")
    at, acts = moment(now), kind is EntryKind.ACTION
    wanted = Step(
        1, Happened.WRITTEN, kind, stored_as.fit(text), stored_as.fit_owner(owner) if acts else "",
        stored_as.due_day(due) if acts else None, Status.OPEN if acts else None, "", version, at, who.user, who.name,
    )  # fmt: skip
    with cabinet.shelf.writing() as connection:
        standing = stored_as.one(connection, id)
        if standing is None:
            return _begun(cabinet, connection, id, meeting, item, "", wanted)
        if standing.meeting != meeting:
            raise UsageError(f"the entry {id} belongs to {standing.meeting}, not to {meeting}")
        if standing.edition == edition or standing.now.user == who.user:
            return _saved(cabinet, connection, standing, wanted, edition)
        if any(_same(step, wanted) for step in standing.steps) or standing.text.startswith(wanted.text):
            # Nothing of theirs is missing in what stands.
            return standing
        own = f"{id[:80]}~{hashlib.sha256(who.user.encode()).hexdigest()[:8]}"
        mine = stored_as.one(connection, own)
        if mine is None:
            return _begun(cabinet, connection, own, meeting, standing.item, id, wanted)
        return _saved(cabinet, connection, mine, wanted, mine.edition)


def remove(cabinet: Cabinet, who: Who, id: str, edition: int, now: dt.datetime | None = None) -> Entry:
    """Take an entry out of sight; its history stays, and ``put_back`` undoes it.

    Raises ChangedSince when somebody else changed it after ``edition``, NotYours and CannotBeKept.
    """
    return _turned(cabinet, who, id, edition, Happened.REMOVED, now)


def put_back(cabinet: Cabinet, who: Who, id: str, edition: int, now: dt.datetime | None = None) -> Entry:
    """Undo a removal. Raises as ``remove``."""
    return _turned(cabinet, who, id, edition, Happened.PUT_BACK, now)


def follow_up(
    cabinet: Cabinet,
    who: Who,
    id: str,
    edition: int,
    said: str = "",
    status: Status | None = None,
    now: dt.datetime | None = None,
) -> Entry:
    """Say what has become of an entry, or bring an action to another status, or both.

    Two people may say something at once; whoever changes the status must have seen the newest edition. Raises
    ChangedSince, Unfit, NotYours and CannotBeKept.
    """
    refuse_unless(may_prepare(who.viewer), _WHAT)
    remark, at = stored_as.fit(said, "the follow-up"), moment(now)
    with cabinet.shelf.writing() as connection:
        entry = _there(connection, id)
        to = entry.status if status is None else status
        if status is not None and entry.kind is not EntryKind.ACTION:
            raise Unfit(f"a {entry.kind} has no status; write what has become of it")
        if to is entry.status and not remark:
            raise Unfit("the follow-up is empty; write how it is going, or choose another status")
        if entry.removed or (to is not entry.status and entry.edition != edition):
            raise _since(entry)
        step = replace(
            entry.now, edition=entry.edition + 1, what=Happened.FOLLOWED_UP, status=to, said=remark, at=at,
            user=who.user, by=who.name,
        )  # fmt: skip
        return _put(cabinet, connection, entry, step)


def _saved(cabinet: Cabinet, connection: sqlite3.Connection, entry: Entry, wanted: Step, seen: int) -> Entry:
    """Have the words stand; nobody else has changed the entry since they were begun."""
    before = entry.now
    if not wanted.text:
        if entry.removed:
            return entry
        step = replace(wanted, text=before.text, owner=before.owner, due=before.due, what=Happened.REMOVED)
    elif entry.removed:
        step = replace(wanted, what=Happened.PUT_BACK)
    elif _same(before, wanted):
        return entry
    else:
        step = replace(wanted, what=Happened.EDITED)
    status = before.status if wanted.kind is before.kind else wanted.status
    step = replace(step, edition=entry.edition + 1, status=status)
    if _typing(entry, step, seen):
        stored_as.put(connection, entry, replace(step, what=before.what), same=True)
        return _there(connection, entry.id)
    return _put(cabinet, connection, entry, step)


def _typing(entry: Entry, step: Step, seen: int) -> bool:
    """Whether a step goes on with the edition before it: the same person, within a minute, taking few words out."""
    before = entry.now
    if step.what is not Happened.EDITED or before.what not in (Happened.WRITTEN, Happened.EDITED):
        return False
    if (before.user, before.kind) != (step.user, step.kind) or not dt.timedelta() <= step.at - entry.began < _TYPING:
        return False
    # The same person may have it open twice. What this screen has not seen must not go.
    return _taken_out(before.text, step.text) <= (_FEW_WORDS if seen == entry.edition else 0)


def _taken_out(old: str, new: str) -> int:
    """How many characters of the old text are not in the new one, between what they begin and end with alike."""
    least = min(len(old), len(new))
    begin = next((i for i in range(least) if old[i] != new[i]), least)
    end = next((i for i in range(least - begin) if old[-1 - i] != new[-1 - i]), least - begin)
    return len(old) - begin - end


def _same(one: Step, other: Step) -> bool:
    return (one.kind, one.text, one.owner, one.due) == (other.kind, other.text, other.owner, other.due)


def _begun(
    cabinet: Cabinet, connection: sqlite3.Connection, id: str, meeting: str, item: str, beside: str, step: Step
) -> Entry:
    if not step.text:
        raise Unfit("the entry is empty; write something first")
    if connection.execute("SELECT 1 FROM meeting WHERE meeting = ?", (meeting,)).fetchone() is None:
        raise UsageError(f"there is no meeting {meeting}; freeze it first")
    stored_as.begin(connection, id, meeting, item, beside, step)
    _record(cabinet, meeting, item, step)
    return _there(connection, id)


def _turned(cabinet: Cabinet, who: Who, id: str, edition: int, what: Happened, now: dt.datetime | None) -> Entry:
    refuse_unless(may_prepare(who.viewer), _WHAT)
    at = moment(now)
    with cabinet.shelf.writing() as connection:
        entry = _there(connection, id)
        if entry.removed is not (what is Happened.PUT_BACK):
            raise _since(entry)
        if entry.edition != edition and entry.now.user != who.user:
            raise _since(entry)
        step = replace(entry.now, edition=entry.edition + 1, what=what, said="", at=at, user=who.user, by=who.name)
        return _put(cabinet, connection, entry, step)


def _put(cabinet: Cabinet, connection: sqlite3.Connection, entry: Entry, step: Step) -> Entry:
    stored_as.put(connection, entry, step, same=False)
    _record(cabinet, entry.meeting, entry.item, step)
    return _there(connection, entry.id)


def _record(cabinet: Cabinet, meeting: str, item: str, step: Step) -> None:
    cabinet.shelf.record(step.user, Event.ENTRY_WRITTEN, f"{step.kind} {step.what}: {meeting}, item {item}", step.at)


def _there(connection: sqlite3.Connection, id: str) -> Entry:
    found = stored_as.one(connection, id)
    if found is None:
        raise NotYours("there is no such entry; it may have been erased for good")
    return found


def _since(entry: Entry) -> ChangedSince:
    return ChangedSince(
        f"{entry.by} has {entry.now.what} this entry since you opened it; nothing of yours has been saved"
    )
