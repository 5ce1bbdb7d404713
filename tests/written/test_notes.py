"""Notes: kept with every earlier text, never overwritten unseen, recorded, and plain text only."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kpi_engine.errors import CannotBeKept, ChangedSince, NotYours, Unfit, UsageError
from kpi_engine.people.trail import Trail
from kpi_engine.written import notes, texts
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import Subject
from tests.written.conftest import ADMIN, EXECUTIVE, FIGURE, HEAD, TRUST_FIGURE, at, entries


def test_a_note_says_what_by_whom_and_when_and_the_newest_comes_first(book: Notebook) -> None:
    notes.write(book, EXECUTIVE, FIGURE, "First.", at(0))
    notes.write(book, HEAD, FIGURE, "Second.", at(5))
    notes.write(book, EXECUTIVE, TRUST_FIGURE, "Elsewhere.", at(6))
    newest, oldest = notes.on(book, HEAD, FIGURE)
    assert (newest.text, newest.written.name, newest.written.user) == ("Second.", "Bo Farrow", "bo@trust.example")
    assert newest.written.at.isoformat() == "2026-11-23T12:05:00+00:00"
    assert (oldest.text, oldest.written.name, oldest.edited, oldest.edition) == ("First.", "Di Penn", False, 1)
    assert [note.text for note in notes.on(book, HEAD, TRUST_FIGURE)] == ["Elsewhere."]


def test_every_earlier_text_stays_with_who_and_when(book: Notebook) -> None:
    number = notes.write(book, HEAD, FIGURE, "One year group.", at(0)).number
    notes.edit(book, HEAD, number, 1, "Two year groups.", at(10))
    notes.edit(book, EXECUTIVE, number, 2, "Two year groups, one of them new.", at(20))
    (note,) = notes.on(book, HEAD, FIGURE)
    assert note.text == "Two year groups, one of them new."
    assert [(e.edition, str(e.what), e.text, e.name, e.at) for e in note.edits] == [
        (1, "written", "One year group.", "Bo Farrow", at(0)),
        (2, "edited", "Two year groups.", "Bo Farrow", at(10)),
        (3, "edited", "Two year groups, one of them new.", "Di Penn", at(20)),
    ]


def test_a_removal_can_be_undone_and_is_seen_by_those_alone_who_could_undo_it(book: Notebook) -> None:
    number = notes.write(book, EXECUTIVE, FIGURE, "Not meant for here.", at(0)).number
    notes.remove(book, EXECUTIVE, number, 1, at(1))
    assert notes.on(book, HEAD, FIGURE) == ()
    assert notes.counts(book) == {}
    (gone,) = notes.on(book, ADMIN, FIGURE)
    assert (gone.removed, gone.last.name) == (True, "Di Penn")
    back = notes.put_back(book, ADMIN, number, 2, at(2))
    assert (back.removed, back.text) == (False, "Not meant for here.")
    assert [str(e.what) for e in back.edits] == ["written", "removed", "put back"]
    assert [note.text for note in notes.on(book, HEAD, FIGURE)] == ["Not meant for here."]
    assert notes.counts(book) == {FIGURE: 1}


def test_a_note_that_somebody_changed_since_is_not_overwritten(book: Notebook) -> None:
    number = notes.write(book, EXECUTIVE, FIGURE, "As read by both.", at(0)).number
    notes.edit(book, ADMIN, number, 1, "Ada was quicker.", at(1))
    for late in (
        lambda: notes.edit(book, EXECUTIVE, number, 1, "Di comes late.", at(2)),
        lambda: notes.remove(book, EXECUTIVE, number, 1, at(2)),
    ):
        with pytest.raises(ChangedSince, match="Ada Quill has edited this note since you opened it"):
            late()
    (note,) = notes.on(book, EXECUTIVE, FIGURE)
    assert (note.text, note.edition) == ("Ada was quicker.", 2)
    assert notes.edit(book, EXECUTIVE, number, note.edition, "Di has read it.", at(3)).edition == 3


def test_a_removed_note_is_not_edited_and_one_that_stands_is_not_put_back(book: Notebook) -> None:
    number = notes.write(book, EXECUTIVE, FIGURE, "Text.", at(0)).number
    with pytest.raises(ChangedSince):
        notes.put_back(book, EXECUTIVE, number, 1, at(1))
    notes.remove(book, EXECUTIVE, number, 1, at(1))
    for again in (
        lambda: notes.edit(book, EXECUTIVE, number, 2, "Other.", at(2)),
        lambda: notes.remove(book, EXECUTIVE, number, 2, at(2)),
    ):
        with pytest.raises(ChangedSince, match="removed this note"):
            again()


def test_saving_the_same_text_is_no_edit_and_pressing_twice_no_second_note(book: Notebook) -> None:
    one = notes.write(book, HEAD, FIGURE, "Pressed twice.", at(0))
    assert notes.write(book, HEAD, FIGURE, " Pressed twice. ", at(0.5)) == one
    assert notes.edit(book, HEAD, one.number, 1, "Pressed twice.", at(1)).edition == 1
    assert len(notes.on(book, HEAD, FIGURE)) == 1
    notes.write(book, EXECUTIVE, FIGURE, "Pressed twice.", at(0.6))
    notes.write(book, HEAD, FIGURE, "Pressed twice.", at(2))
    assert len(notes.on(book, HEAD, FIGURE)) == 3


def test_a_note_that_is_not_there_is_nobody_s(book: Notebook) -> None:
    with pytest.raises(NotYours, match="no such note"):
        notes.edit(book, EXECUTIVE, 77, 1, "Text.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Plain.  ", "Plain."),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("<b>bold</b> **x**", "<b>bold</b> **x**"),
        ("cafe\u0301", "café"),
        ("hid\u202eden\u200b\u0000", "hidden"),
        ("5\u00a0%\tof", "5 % of"),
        ("x" * 600, "x" * 600),
        ("👩\u200d🏫", "👩\u200d🏫"),
    ],
)
def test_a_text_is_kept_as_plain_text_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert texts.fit(typed, "the note") == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "is empty"),
        (" \n\t\u200b ", "is empty"),
        ("x" * 601, "has 601 characters, and 600 are the most"),
        ("see A123456789012 about it", "pupil’s or National Insurance number"),
        ("QQ 12 34 56 C is away", "pupil’s or National Insurance number"),
        ("write to ann@home.example", "e-mail address"),
    ],
)
def test_what_may_not_be_kept_is_refused_without_being_repeated(book: Notebook, typed: str, said: str) -> None:
    for call in (
        lambda: notes.write(book, EXECUTIVE, FIGURE, typed),
        lambda: notes.edit(book, EXECUTIVE, 1, 1, typed),
    ):
        with pytest.raises(Unfit, match=said) as wrong:
            call()
        assert not any(secret in str(wrong.value) for secret in ("123456", "12 34", "ann@", "xxx"))
    assert notes.on(book, EXECUTIVE, FIGURE) == ()


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_what_is_fit_stays_as_it_is(typed: str) -> None:
    try:
        kept = texts.fit(typed, "the note")
    except Unfit:
        return
    assert texts.fit(kept, "the note") == kept
    assert all(c == "\n" or c.isprintable() or c in "\u200c\u200d" for c in kept)


@pytest.mark.parametrize(
    "wrong",
    [
        ("", "900006", "2025/26"), ("", "trust", "2025/26"), ("suspensions", "900006", ""),
        ("suspensions", "9", "2025/26"), ("suspensions", "900006", "2025"),
        ("suspensions", "900006", "2025-26"), ("x' OR 1", "trust", "2025/26"),
    ],
)  # fmt: skip
def test_a_subject_is_a_figure_or_the_trust(wrong: tuple[str, str, str]) -> None:
    with pytest.raises(UsageError):
        Subject(*wrong)


def test_each_change_is_in_the_trail_without_its_text(book: Notebook, trail: Trail) -> None:
    number = notes.write(book, HEAD, FIGURE, "Something to say.", at(0)).number
    notes.edit(book, HEAD, number, 1, "Something else.", at(1))
    notes.remove(book, EXECUTIVE, number, 2, at(2))
    notes.put_back(book, EXECUTIVE, number, 3, at(3))
    bo, di = "bo@trust.example", "di@trust.example"
    assert entries(trail) == [
        (bo, "commented", "note 1 written: suspensions, 900006, 2025/26"),
        (bo, "commented", "note 1 edited: suspensions, 900006, 2025/26"),
        (di, "commented", "note 1 removed: suspensions, 900006, 2025/26"),
        (di, "commented", "note 1 put back: suspensions, 900006, 2025/26"),
    ]


def test_what_cannot_be_recorded_is_not_written(book: Notebook, path: Path) -> None:
    number = notes.write(book, HEAD, FIGURE, "Before.", at(0)).number
    assert book.trail is not None
    book.trail.close()
    trail = path.with_name("trail.sqlite")
    for file in trail.parent.glob("trail.sqlite*"):
        file.unlink()
    trail.mkdir()
    for call in (
        lambda: notes.write(book, HEAD, FIGURE, "Another."),
        lambda: notes.edit(book, HEAD, number, 1, "Changed."),
        lambda: notes.remove(book, HEAD, number, 1),
    ):
        with pytest.raises(CannotBeKept, match="trail"):
            call()
    assert [(n.text, n.edition) for n in notes.on(book, HEAD, FIGURE)] == [("Before.", 1)]


def test_a_time_needs_its_zone(book: Notebook) -> None:
    with pytest.raises(ValueError, match="zone"):
        notes.write(book, HEAD, FIGURE, "Text.", dt.datetime(2026, 11, 23))  # noqa: DTZ001


def test_the_history_cannot_be_changed_by_the_way(book: Notebook, path: Path) -> None:
    notes.write(book, HEAD, FIGURE, "Text.", at(0))
    connection = sqlite3.connect(path)
    for statement in ("UPDATE note_edit SET text = 'x'", "DELETE FROM note_edit"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute(statement)
    connection.close()


class Lives(RuleBasedStateMachine):
    """Any sequence of writing, editing and removing against the plainest account of what they mean."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.book = Notebook.opened(Path(self.folder.name) / "private" / "written.sqlite")
        self.histories: list[list[str]] = []
        self.gone: list[bool] = []
        self.minutes = 0

    @rule(text=st.sampled_from(["a", "b", "c"]))
    def write(self, text: str) -> None:
        self.minutes += 2
        notes.write(self.book, EXECUTIVE, FIGURE, text, at(self.minutes))
        self.histories.append([text])
        self.gone.append(False)

    @precondition(lambda self: self.histories)
    @rule(which=st.integers(0, 50), text=st.sampled_from(["a", "b", "c", None]), behind=st.integers(0, 1))
    def change(self, which: int, text: str | None, behind: int) -> None:
        self.minutes += 2
        which %= len(self.histories)
        history, gone = self.histories[which], self.gone[which]
        edition = len(history) - behind
        fits = not behind and (text is None or not gone)
        number = which + 1
        try:
            if text is not None:
                notes.edit(self.book, EXECUTIVE, number, edition, text, at(self.minutes))
            elif gone:
                notes.put_back(self.book, EXECUTIVE, number, edition, at(self.minutes))
            else:
                notes.remove(self.book, EXECUTIVE, number, edition, at(self.minutes))
        except ChangedSince:
            assert not fits
            return
        assert fits
        if text is None:
            self.gone[which] = not gone
            history.append(history[-1])
        elif text != history[-1]:
            history.append(text)

    @invariant()
    def as_told(self) -> None:
        if hasattr(self, "book"):
            found = notes.everything(self.book)
            assert [[e.text for e in note.edits] for note in found] == self.histories
            assert [note.removed for note in found] == self.gone
            assert notes.counts(self.book).get(FIGURE, 0) == self.gone.count(False)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
