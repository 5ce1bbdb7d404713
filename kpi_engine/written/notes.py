"""Notes beside figures: written, changed and removed, with every earlier text kept."""

from __future__ import annotations

import datetime as dt
import enum
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpi_engine.errors import ChangedSince, NotYours
from kpi_engine.people.trail import Event
from kpi_engine.written import texts
from kpi_engine.written.database import Notebook, moment, stored
from kpi_engine.written.subject import Reader, Subject, may_correct, may_read, may_write, refuse_unless

_TWICE = dt.timedelta(minutes=1)
_SELECT = (
    "SELECT n.number, n.kpi, n.academy, n.academic_year, n.removed, e.edition, e.what, e.text, e.at, e.user, e.name "
    "FROM note n JOIN note_edit e ON e.note = n.number"
)


class Happened(enum.StrEnum):
    """What an edit did."""

    WRITTEN = "written"
    EDITED = "edited"
    REMOVED = "removed"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class Edit:
    """One step of a note: what was done, the text from then on, when (UTC), and who, by user name and name then."""

    edition: int
    what: Happened
    text: str
    at: dt.datetime
    user: str
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its whole history, oldest edit first."""

    number: int
    subject: Subject
    removed: bool
    edits: tuple[Edit, ...]

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self.edits[-1].text

    @property
    def written(self) -> Edit:
        """Its beginning: who wrote it, and when."""
        return self.edits[0]

    @property
    def last(self) -> Edit:
        """Its newest edit."""
        return self.edits[-1]

    @property
    def edition(self) -> int:
        """What ``edit`` and ``remove`` want to know: the newest edit that the reader has seen."""
        return self.edits[-1].edition

    @property
    def edited(self) -> bool:
        """Whether anything has been done to it since it was written."""
        return len(self.edits) > 1


def on(notebook: Notebook, reader: Reader, subject: Subject) -> tuple[Note, ...]:
    """The notes beside a figure, newest first; nothing for whoever may not read there.

    One that has been removed is given to those alone who could put it back.
    """
    if not may_read(reader, subject):
        return ()
    with notebook.reading() as connection:
        rows = connection.execute(
            f"{_SELECT} WHERE n.kpi = ? AND n.academy = ? AND n.academic_year = ? ORDER BY n.number DESC, e.edition",
            (subject.kpi, subject.academy, subject.academic_year),
        ).fetchall()
    found = _notes(rows)
    return tuple(n for n in found if not n.removed or may_correct(reader, subject, n.written.user))


def everything(notebook: Notebook) -> tuple[Note, ...]:
    """Every note, removed ones too, oldest first: for whoever works with the file itself."""
    with notebook.reading() as connection:
        return _notes(connection.execute(f"{_SELECT} ORDER BY n.number, e.edition").fetchall())


def counts(notebook: Notebook) -> Mapping[Subject, int]:
    """How many notes stand beside each figure, whoever may read them; ask ``may_read`` before showing any."""
    with notebook.reading() as connection:
        rows = connection.execute("SELECT kpi, academy, academic_year FROM note WHERE NOT removed").fetchall()
    return Counter(Subject(*row) for row in rows)


def write(notebook: Notebook, reader: Reader, subject: Subject, text: str, now: dt.datetime | None = None) -> Note:
    """Write a note. Raises NotYours, Unfit or CannotBeKept, and has then written nothing.

    The same words from the same person within a minute are one note: somebody pressed twice.
    """
    refuse_unless(bool(subject.kpi) and may_write(reader, subject), "this figure’s commentary")
    kept, at = texts.fit(text, "the note"), moment(now)
    with notebook.writing() as connection:
        newest = connection.execute(
            f"{_SELECT} WHERE n.number = (SELECT max(number) FROM note WHERE kpi = ? AND academy = ? AND "
            "academic_year = ?) ORDER BY e.edition",
            (subject.kpi, subject.academy, subject.academic_year),
        ).fetchall()
        for note in _notes(newest):
            same = (note.text, note.written.user, note.edited) == (kept, reader.viewer.user, False)
            if same and abs(at - note.written.at) < _TWICE:
                return note
        number = connection.execute(
            "INSERT INTO note (kpi, academy, academic_year, edition) VALUES (?, ?, ?, 1)",
            (subject.kpi, subject.academy, subject.academic_year),
        ).lastrowid
        assert number is not None
        _add(connection, number, 1, Happened.WRITTEN, kept, reader, at)
        notebook.record(reader.viewer.user, Event.COMMENTED, f"note {number} written: {subject}", at)
        return _one(connection, number)


def edit(
    notebook: Notebook, reader: Reader, number: int, edition: int, text: str, now: dt.datetime | None = None
) -> Note:
    """Give a note another text. ``edition`` is the newest edit that the reader has seen.

    Raises ChangedSince when there is a newer one, and NotYours, Unfit or CannotBeKept; nothing has then been changed.
    """
    kept = texts.fit(text, "the note")
    return _changed(notebook, reader, number, edition, Happened.EDITED, kept, now)


def remove(notebook: Notebook, reader: Reader, number: int, edition: int, now: dt.datetime | None = None) -> Note:
    """Take a note out of everybody's sight; its history stays, and ``put_back`` undoes it. Raises as ``edit``."""
    return _changed(notebook, reader, number, edition, Happened.REMOVED, None, now)


def put_back(notebook: Notebook, reader: Reader, number: int, edition: int, now: dt.datetime | None = None) -> Note:
    """Undo a removal. Raises as ``edit``."""
    return _changed(notebook, reader, number, edition, Happened.PUT_BACK, None, now)


def _changed(
    notebook: Notebook,
    reader: Reader,
    number: int,
    edition: int,
    what: Happened,
    text: str | None,
    now: dt.datetime | None,
) -> Note:
    at = moment(now)
    with notebook.writing() as connection:
        note = _one(connection, number)
        refuse_unless(may_correct(reader, note.subject, note.written.user), "this note")
        if note.edition != edition or note.removed is not (what is Happened.PUT_BACK):
            raise ChangedSince(
                f"{note.last.name} has {note.last.what} this note since you opened it; nothing of yours has been saved"
            )
        if text == note.text:
            return note
        _add(connection, number, edition + 1, what, note.text if text is None else text, reader, at)
        connection.execute(
            "UPDATE note SET edition = ?, removed = ? WHERE number = ?",
            (edition + 1, what is Happened.REMOVED, number),
        )
        notebook.record(reader.viewer.user, Event.COMMENTED, f"note {number} {what}: {note.subject}", at)
        return _one(connection, number)


def _add(
    connection: sqlite3.Connection,
    number: int,
    edition: int,
    what: Happened,
    text: str,
    reader: Reader,
    at: dt.datetime,
) -> None:
    connection.execute(
        "INSERT INTO note_edit (note, edition, what, text, at, user, name) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, edition, str(what), text, stored(at), reader.viewer.user, reader.name),
    )


def _one(connection: sqlite3.Connection, number: int) -> Note:
    found = _notes(connection.execute(f"{_SELECT} WHERE n.number = ? ORDER BY e.edition", (number,)).fetchall())
    if not found:
        raise NotYours("there is no such note; it may have been erased for good")
    return found[0]


def _notes(rows: Iterable[tuple[int, str, str, str, int, int, str, str, str, str, str]]) -> tuple[Note, ...]:
    """Notes from rows of edits, in the order in which they come."""
    found: dict[int, Note] = {}
    for number, kpi, academy, year, removed, edition, what, text, at, user, name in rows:
        edit = Edit(edition, Happened(what), text, dt.datetime.fromisoformat(at), user, name)
        before = found[number].edits if number in found else ()
        found[number] = Note(number, Subject(kpi, academy, year), bool(removed), (*before, edit))
    return tuple(found.values())
