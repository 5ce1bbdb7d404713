"""Writing down at a meeting: word by word, by several people, whatever they write; nothing is lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import multiprocessing
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.errors import CannotBeKept, ChangedSince, NotYours, Unfit, UsageError
from kpi_engine.meetings import captured
from kpi_engine.meetings.captured import Entry, Happened, Status
from kpi_engine.meetings.document import EntryKind, Part
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import Who
from kpi_engine.people.trail import Trail
from tests.meetings.cabinets import BOARD, CLERK, DI, JULY, at, entries, frozen

NOTE, DECISION, ACTION = EntryKind.NOTE, EntryKind.DECISION, EntryKind.ACTION
DUE = dt.date(2027, 1, 15)


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    with Trail(tmp_path / "private" / "trail.sqlite") as opened:
        yield opened


@pytest.fixture
def cabinet(tmp_path: Path, trail: Trail) -> Cabinet:
    made = Cabinet(tmp_path / "data", trail)
    frozen(made, BOARD)
    return made


def write(
    cabinet: Cabinet, text: str, who: Who = DI, id: str = "e1", edition: int = 0, seconds: float = 0, **more: object
) -> Entry:
    kind = more.pop("kind", NOTE)
    return captured.save(
        cabinet, who, id, BOARD.meeting, "kpi-0", kind, text, edition=edition, version=1, now=at(seconds), **more
    )  # type: ignore[arg-type]


def listed(cabinet: Cabinet) -> list[tuple[str, str]]:
    return [(entry.id, entry.text) for entry in captured.entries(cabinet, BOARD.meeting)]


def ever(cabinet: Cabinet) -> set[str]:
    """Every text that the file holds, read beside the code."""
    with contextlib.closing(sqlite3.connect(cabinet.shelf.path)) as connection:
        rows = connection.execute("SELECT text FROM entry UNION SELECT text FROM entry_edit").fetchall()
    return {text for (text,) in rows}


# Typing


def test_an_action_is_kept_with_its_owner_and_day_and_found_by_whoever_looks(cabinet: Cabinet) -> None:
    entry = write(cabinet, "Visit Corvane High.", kind=ACTION, owner="  Rosalind   Achterberg ", due="2027-01-15")
    assert (entry.kind, entry.text, entry.owner, entry.due) == (
        ACTION,
        "Visit Corvane High.",
        "Rosalind Achterberg",
        DUE,
    )
    assert (entry.status, entry.is_open, entry.item, entry.version) == (Status.OPEN, True, "kpi-0", 1)
    assert (entry.by, entry.now.user, entry.at, entry.edition) == ("Di Penn", "di@trust.example", at(0), 1)
    assert captured.entries(Cabinet(cabinet.folder), BOARD.meeting) == (entry,)
    assert captured.entries(cabinet, JULY.meeting) == ()


def test_an_action_may_have_no_owner_and_day_yet_and_a_note_never_has(cabinet: Cabinet) -> None:
    entry = write(cabinet, "Visit", kind=ACTION)
    assert (entry.owner, entry.due, entry.status) == ("", None, Status.OPEN)
    noted = write(cabinet, "Said", id="e2", owner="Bo", due=DUE)
    assert (noted.owner, noted.due, noted.status) == ("", None, None)


def test_what_is_typed_word_by_word_within_a_minute_is_one_edition_and_each_word_is_on_the_disk(
    cabinet: Cabinet, trail: Trail
) -> None:
    edition, words = 0, ["The", "board", "asked", "for", "a", "plan", "by", "half-term"]
    for number in range(1, len(words) + 1):
        entry = write(cabinet, " ".join(words[:number]), edition=edition, seconds=number)
        edition = entry.edition
        assert listed(Cabinet(cabinet.folder)) == [("e1", " ".join(words[:number]))]
    assert [step.text for step in entry.steps] == ["The board asked for a plan by half-term"]
    assert entry.edition == len(words)
    told = [e for e in entries(trail) if e[1] == "entry written"]
    assert told == [("di@trust.example", "entry written", "note written: board-2026-11-26, item kpi-0")]


def test_after_a_minute_a_new_edition_begins(cabinet: Cabinet) -> None:
    write(cabinet, "One", seconds=0)
    write(cabinet, "One two", edition=1, seconds=59)
    write(cabinet, "One two three", edition=2, seconds=61)
    entry = write(cabinet, "One two three four", edition=3, seconds=100)
    assert [(step.text, step.what) for step in entry.steps] == [
        ("One two", Happened.WRITTEN), ("One two three four", Happened.EDITED),
    ]  # fmt: skip


def test_a_clock_that_is_put_back_loses_nothing(cabinet: Cabinet) -> None:
    write(cabinet, "One", seconds=3600)
    entry = write(cabinet, "One two", edition=1, seconds=0)
    assert [step.text for step in entry.steps] == ["One", "One two"]


def test_mending_a_slip_is_no_edition_and_taking_a_sentence_out_is_one(cabinet: Cabinet) -> None:
    sentence = "The board asked for a plan by half-term, and for figures of each month until then."
    write(cabinet, sentence.replace("plan", "plna"), seconds=0)
    write(cabinet, sentence, edition=1, seconds=5)
    entry = write(cabinet, "x", edition=2, seconds=10)
    assert [step.text for step in entry.steps] == [sentence, "x"]


def test_saving_what_stands_there_already_changes_nothing(cabinet: Cabinet) -> None:
    write(cabinet, "Said.", seconds=0)
    before = cabinet.counter()
    entry = write(cabinet, " Said. ", CLERK, edition=1, seconds=200)
    assert (entry.edition, entry.by) == (1, "Di Penn")
    assert len(entries(cabinet.trail)) == 2
    assert write(cabinet, "Said.", edition=0).edition == 1
    assert cabinet.counter() >= before


def test_a_decision_that_becomes_an_action_is_open_and_keeps_what_it_was(cabinet: Cabinet) -> None:
    write(cabinet, "Visit.", kind=DECISION)
    entry = write(cabinet, "Visit.", kind=ACTION, edition=1, seconds=5, owner="Bo")
    assert [(step.kind, step.status) for step in entry.steps] == [(DECISION, None), (ACTION, Status.OPEN)]


def test_an_owner_and_a_day_that_are_filled_in_later_are_kept(cabinet: Cabinet) -> None:
    write(cabinet, "Visit.", kind=ACTION)
    write(cabinet, "Visit.", kind=ACTION, edition=1, owner="Bo", seconds=5)
    entry = write(cabinet, "Visit.", kind=ACTION, edition=2, owner="Bo", due=DUE, seconds=90)
    assert [(step.owner, step.due) for step in entry.steps] == [("Bo", None), ("Bo", DUE)]


# Two people


def test_two_people_at_one_entry_both_keep_their_words(cabinet: Cabinet) -> None:
    write(cabinet, "The board agreed.", DI, seconds=0)
    write(cabinet, "The board agreed to wait.", DI, edition=1, seconds=5)
    own = write(cabinet, "The board agreed to act.", CLERK, edition=1, seconds=6)
    assert (own.beside, own.text, own.by, own.item) == ("e1", "The board agreed to act.", "Cole Ward", "kpi-0")
    assert own.id != "e1"
    assert listed(cabinet) == [("e1", "The board agreed to wait."), (own.id, "The board agreed to act.")]
    # A screen that has not noticed goes on under the former id.
    again = write(cabinet, "The board agreed to act at once.", CLERK, edition=1, seconds=9)
    assert again.id == own.id
    write(cabinet, "The board agreed to wait until May.", DI, edition=2, seconds=12)
    assert listed(cabinet) == [
        ("e1", "The board agreed to wait until May."), (own.id, "The board agreed to act at once."),
    ]  # fmt: skip


def test_whoever_has_seen_the_other_s_words_may_change_them_and_they_stay_in_the_history(cabinet: Cabinet) -> None:
    write(cabinet, "The board agreed.", DI, seconds=0)
    entry = write(cabinet, "The board noted.", CLERK, edition=1, seconds=5)
    assert [(step.text, step.by) for step in entry.steps] == [
        ("The board agreed.", "Di Penn"), ("The board noted.", "Cole Ward"),
    ]  # fmt: skip
    assert listed(cabinet) == [("e1", "The board noted.")]


def test_an_old_screen_that_has_changed_nothing_is_given_what_stands(cabinet: Cabinet) -> None:
    write(cabinet, "Agreed", DI, seconds=0)
    write(cabinet, "Agreed to wait.", DI, edition=1, seconds=5)
    write(cabinet, "Agreed, in the end.", DI, edition=2, seconds=90)
    for stale in ("Agreed to wait.", "Agreed", ""):
        assert write(cabinet, stale, CLERK, edition=1, seconds=95).text == "Agreed, in the end."
    assert listed(cabinet) == [("e1", "Agreed, in the end.")]


def test_one_person_at_two_screens_loses_no_word(cabinet: Cabinet) -> None:
    write(cabinet, "Agreed", seconds=0)
    write(cabinet, "Agreed to wait.", edition=1, seconds=5)
    write(cabinet, "Agreed to act.", edition=1, seconds=6)
    assert ever(cabinet) == {"Agreed to wait.", "Agreed to act."}
    assert listed(cabinet) == [("e1", "Agreed to act.")]


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.text("ab ", min_size=1, max_size=60), st.integers(0, 90)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_somebody_else_or_an_older_screen_would_overwrite_is_always_kept(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, bool, str, int]]
) -> None:
    """Whatever another person's words, or words from a screen that has not seen it, come to stand in place of, is in
    the file for good; and so is what was written, or more than that."""
    cabinet = Cabinet(tmp_path_factory.mktemp("any"))
    frozen(cabinet, BOARD)
    seen, replaced, now = {DI: 0, CLERK: 0}, set(), 0
    for first, looks, said, later in steps:
        who, now = (DI if first else CLERK), now + later
        if not said.strip():
            continue
        before = {entry.id: entry for entry in captured.entries(cabinet, BOARD.meeting)}
        if looks and "e1" in before:
            seen[who] = before["e1"].edition
        entry = write(cabinet, said, who, edition=seen[who], seconds=now)
        stood = before.get(entry.id)
        if stood is not None and stood.text != entry.text:
            unseen = entry.id == "e1" and seen[who] != stood.edition and not entry.text.startswith(stood.text)
            if stood.now.user != who.user or unseen:
                replaced.add(stood.text)
        if entry.id == "e1":
            seen[who] = entry.edition
        assert replaced <= ever(cabinet)
        assert any(text.startswith(said.strip()) for text in ever(cabinet))


def _write_many(folder: Path, who: str, count: int) -> None:
    cabinet = Cabinet(folder)
    person = DI if who == "di" else CLERK
    for number in range(count):
        captured.save(cabinet, person, "shared", BOARD.meeting, "kpi-0", NOTE, f"{who} says {number}, at length.")
        captured.save(cabinet, person, f"{who}-{number}", BOARD.meeting, "kpi-1", NOTE, f"{who} {number}")


def test_two_clerks_in_two_processes_lose_nothing(cabinet: Cabinet) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_write_many, [cabinet.folder] * 2, ["di", "cole"], [12, 12]))
    texts = ever(cabinet)
    assert {f"{who} {number}" for who in ("di", "cole") for number in range(12)} <= texts
    last = {f"{who} says 11, at length." for who in ("di", "cole")}
    assert last <= {entry.text for entry in captured.entries(cabinet, BOARD.meeting)}


def _type_until_killed(folder: Path, tell: Connection) -> None:
    cabinet, edition, words = Cabinet(folder), 0, 0
    while True:
        words += 1
        text = " ".join(f"word{number}" for number in range(words))
        edition = captured.save(cabinet, DI, "e1", BOARD.meeting, "kpi-0", NOTE, text, edition=edition).edition
        tell.send(words)


def test_a_crash_loses_at_most_the_word_that_was_not_said_to_be_saved(cabinet: Cabinet) -> None:
    start = multiprocessing.get_context("spawn")
    hear, tell = start.Pipe(duplex=False)
    process = start.Process(target=_type_until_killed, args=(cabinet.folder, tell))
    process.start()
    tell.close()
    heard = 0
    for _ in range(12):
        heard = hear.recv()
    process.kill()
    process.join()
    with contextlib.suppress(EOFError):
        while hear.poll():
            heard = hear.recv()
    (entry,) = captured.entries(Cabinet(cabinet.folder), BOARD.meeting)
    words = entry.text.split()
    assert words == [f"word{number}" for number in range(len(words))]
    assert heard <= len(words) <= heard + 1
    assert write(cabinet, f"{entry.text} and on", edition=entry.edition).text.endswith("and on")


# Removing


def test_a_removed_entry_can_be_put_back(cabinet: Cabinet, trail: Trail) -> None:
    write(cabinet, "Visit.", kind=ACTION, owner="Bo", due=DUE)
    gone = captured.remove(cabinet, CLERK, "e1", 1, at(5))
    assert listed(cabinet) == []
    assert [e.id for e in captured.entries(cabinet, BOARD.meeting, removed=True)] == ["e1"]
    back = captured.put_back(cabinet, DI, "e1", gone.edition, at(9))
    assert (back.text, back.owner, back.due, back.status) == ("Visit.", "Bo", DUE, Status.OPEN)
    assert [step.what for step in back.steps] == [Happened.WRITTEN, Happened.REMOVED, Happened.PUT_BACK]
    with pytest.raises(ChangedSince, match="Di Penn has put back this entry"):
        captured.put_back(cabinet, CLERK, "e1", 2)
    assert [each[2] for each in entries(trail)[1:]] == [
        f"action {what}: board-2026-11-26, item kpi-0" for what in ("written", "removed", "put back")
    ]


def test_an_entry_that_somebody_else_has_changed_is_not_removed_unseen(cabinet: Cabinet) -> None:
    write(cabinet, "Agreed.", DI, seconds=0)
    write(cabinet, "Agreed, all of it.", DI, edition=1, seconds=5)
    with pytest.raises(ChangedSince, match="Di Penn has written this entry since"):
        captured.remove(cabinet, CLERK, "e1", 1)
    assert listed(cabinet) == [("e1", "Agreed, all of it.")]


def test_a_text_that_is_emptied_is_a_removed_entry_and_typing_on_puts_it_back(cabinet: Cabinet) -> None:
    write(cabinet, "Agreed.", seconds=0)
    gone = write(cabinet, "  \n ", edition=1, seconds=5)
    assert (gone.removed, gone.text, listed(cabinet)) == (True, "Agreed.", [])
    assert write(cabinet, "", edition=2, seconds=6).edition == gone.edition
    back = write(cabinet, "Not agreed.", edition=2, seconds=7)
    assert (back.removed, listed(cabinet)) == (False, [("e1", "Not agreed.")])
    assert [step.text for step in back.steps] == ["Agreed.", "Agreed.", "Not agreed."]


# Following up


def test_an_action_is_followed_up_until_it_is_done(cabinet: Cabinet, trail: Trail) -> None:
    write(cabinet, "Visit.", kind=ACTION, owner="Bo", due=DUE, seconds=0)
    captured.follow_up(cabinet, CLERK, "e1", 1, "A date is being found.", now=at(10))
    entry = captured.follow_up(cabinet, DI, "e1", 2, "It went well.", Status.DONE, at(20))
    assert (entry.status, entry.is_open, entry.text, entry.owner) == (Status.DONE, False, "Visit.", "Bo")
    assert [(step.said, step.by) for step in entry.remarks] == [
        ("A date is being found.", "Cole Ward"), ("It went well.", "Di Penn"),
    ]  # fmt: skip
    again = captured.follow_up(cabinet, DI, "e1", 3, status=Status.OPEN, now=at(30))
    assert (again.status, len(again.remarks)) == (Status.OPEN, 2)
    assert "It went well" not in str(entries(trail))


def test_two_may_say_something_at_once_and_whoever_closes_must_have_seen_it(cabinet: Cabinet) -> None:
    write(cabinet, "Visit.", kind=ACTION, seconds=0)
    captured.follow_up(cabinet, CLERK, "e1", 1, "First.", now=at(1))
    captured.follow_up(cabinet, DI, "e1", 1, "Second.", now=at(2))
    with pytest.raises(ChangedSince):
        captured.follow_up(cabinet, CLERK, "e1", 1, status=Status.DROPPED)
    (entry,) = captured.entries(cabinet, BOARD.meeting)
    assert [step.said for step in entry.remarks] == ["First.", "Second."]


def test_changing_the_text_of_an_action_that_is_done_does_not_open_it_again(cabinet: Cabinet) -> None:
    write(cabinet, "Visit.", kind=ACTION, seconds=0)
    captured.follow_up(cabinet, DI, "e1", 1, status=Status.DONE, now=at(5))
    entry = write(cabinet, "Visit them.", kind=ACTION, edition=2, seconds=8)
    assert (entry.status, len(entry.steps)) == (Status.DONE, 3)


def test_a_follow_up_says_something_and_only_an_action_has_a_status(cabinet: Cabinet) -> None:
    write(cabinet, "Agreed.", kind=DECISION)
    with pytest.raises(Unfit, match="the follow-up is empty"):
        captured.follow_up(cabinet, DI, "e1", 1, "  ")
    with pytest.raises(Unfit, match="a decision has no status"):
        captured.follow_up(cabinet, DI, "e1", 1, status=Status.DONE)
    assert captured.follow_up(cabinet, DI, "e1", 1, "Carried out.").remarks[0].said == "Carried out."


# Texts

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{number}" for number in range(10_000)),
        f"Thanks \U0001f389 {ENGLAND} {FAMILY} \u2764\ufe0f",
        "\u200fהוועד החליט: 91.5 %\u200e (Board)\n\nاتفق المجلس على الخطة",
        "\u2067شكرا\u2069 and <b>bold</b> & “quotes” \\ ' \" -- ; DROP TABLE entry",
        "Line one\n\n\nLine four\twith a tab",
        "=SUM(A1)",
    ],
)
def test_any_text_comes_back_as_it_was_written(cabinet: Cabinet, text: str) -> None:
    write(cabinet, text)
    assert listed(Cabinet(cabinet.folder)) == [("e1", text)]


def test_what_no_file_can_hold_is_left_out_and_accents_are_composed(cabinet: Cabinet) -> None:
    entry = write(cabinet, "cafe\u0301\x00 \ud83d half\x07 a\ufffe sign\r\nnext\rlast")
    assert entry.text == "café  half a sign\nnext\nlast"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("x" * 200_001, "200,001 characters, and 200,000 are the most"),
        ("ask A123456789012", "a pupil’s or National Insurance number"),
        ("ask anna@trust.example", "an e-mail address"),
    ],
)
def test_a_text_that_cannot_be_kept_says_why(cabinet: Cabinet, text: str, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        write(cabinet, text)
    assert listed(cabinet) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [({"due": "soon"}, "write it as 2026-11-26"), ({"due": "1999-01-01"}, "due date"), ({"owner": "x" * 121}, "121")],
)
def test_a_day_or_an_owner_that_is_none_says_why(cabinet: Cabinet, more: dict[str, str], said: str) -> None:
    with pytest.raises(Unfit, match=said):
        write(cabinet, "Visit.", kind=ACTION, **more)


@pytest.mark.parametrize("id", ["", "a b", "x" * 121, "<script>", "../e", "ü"])
def test_an_id_that_is_none_is_refused(cabinet: Cabinet, id: str) -> None:
    with pytest.raises(UsageError, match="cannot name an entry"):
        write(cabinet, "Said.", id=id)


def test_an_entry_belongs_to_one_meeting_that_is_there(cabinet: Cabinet) -> None:
    write(cabinet, "Said.")
    frozen(cabinet, JULY)
    with pytest.raises(UsageError, match="belongs to board-2026-11-26"):
        captured.save(cabinet, DI, "e1", JULY.meeting, "kpi-0", NOTE, "Elsewhere.")
    with pytest.raises(UsageError, match="no meeting board-2031-01-01; freeze it first"):
        captured.save(cabinet, DI, "e9", "board-2031-01-01", "kpi-0", NOTE, "Elsewhere.")
    with pytest.raises(NotYours, match="no such entry"):
        captured.remove(cabinet, DI, "e9", 1)


# The file


def test_nothing_that_is_written_down_touches_a_frozen_document(cabinet: Cabinet) -> None:
    path = cabinet.folder / cabinet.frozen()[0].file
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    write(cabinet, "Said.")
    captured.follow_up(cabinet, DI, "e1", 1, "More.")
    captured.remove(cabinet, DI, "e1", 2)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_the_history_is_only_ever_added_to(cabinet: Cabinet) -> None:
    write(cabinet, "One", seconds=0)
    write(cabinet, "Two", CLERK, edition=1, seconds=5)
    with contextlib.closing(sqlite3.connect(cabinet.shelf.path)) as connection:
        for change in ("UPDATE entry_edit SET text = ''", "DELETE FROM entry_edit"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(change)


def test_without_the_trail_nothing_is_begun_and_nothing_is_lost(cabinet: Cabinet, trail: Trail) -> None:
    write(cabinet, "Before.")
    trail.close()
    trail.path.unlink()
    trail.path.mkdir()
    with pytest.raises(CannotBeKept, match="trail"):
        write(cabinet, "After.", id="e2")
    assert listed(cabinet) == [("e1", "Before.")]


def test_an_entry_belongs_to_the_part_of_its_item(cabinet: Cabinet) -> None:
    # Measure 4 stands in the confidential part of the made-up meeting.
    for item, part in (("kpi-0", Part.OPEN), ("kpi-4", Part.CONFIDENTIAL), ("no-such", Part.CONFIDENTIAL)):
        for version in (0, 1):
            id = f"{item}-{version}"
            entry = captured.save(cabinet, DI, id, BOARD.meeting, item, NOTE, "Said.", version=version)
            assert entry.part is part, id
