"""What somebody may ask by law of what was written down at meetings: also from the file's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_engine.errors import Unfit, UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import captured, privacy
from kpi_engine.meetings.agenda import AgendaItem
from kpi_engine.meetings.captured import Status
from kpi_engine.meetings.document import EntryKind, ItemKind
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.people.trail import Trail
from tests.meetings.cabinets import BOARD, CLERK, DI, JULY, at, entries, frozen

NOTE, ACTION = EntryKind.NOTE, EntryKind.ACTION
USER = "cole@trust.example"


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    with Trail(tmp_path / "private" / "trail.sqlite") as opened:
        yield opened


@pytest.fixture
def cabinet(tmp_path: Path, trail: Trail) -> Cabinet:
    """A meeting that Cole Ward prepared, froze and wrote at, and another that Di Penn did."""
    made = Cabinet(tmp_path / "data", trail)
    made.save_draft(BOARD, CLERK, 0, at(0))
    made.save_draft(agendas.added(BOARD, AgendaItem("", ItemKind.TEXT, text="Thanks to Cole Ward.")), DI, 1, at(1))
    frozen(made, BOARD, "Cole Ward was thanked.", CLERK, 2)
    frozen(made, JULY, "Nobody is named.", DI, 3)
    meeting = BOARD.meeting
    captured.save(made, CLERK, "e1", meeting, "kpi-0", NOTE, "It was late.", now=at(10))
    captured.save(made, DI, "e1", meeting, "kpi-0", NOTE, "It was early.", edition=1, now=at(11))
    captured.save(made, DI, "e2", meeting, "kpi-0", ACTION, "Visit.", owner="cole ward", due="2027-01-15", now=at(12))
    captured.follow_up(made, CLERK, "e2", 1, "Went there.", Status.DONE, at(13))
    captured.save(made, DI, "e3", meeting, "kpi-0", NOTE, "Mr Ward spoke; so did Cole Ward.", now=at(14))
    captured.save(made, DI, "e4", JULY.meeting, "kpi-0", ACTION, "Count.", owner="C. Ward", now=at(15))
    return made


def everything_in(cabinet: Cabinet) -> bytes:
    return b"".join(path.read_bytes() for path in cabinet.shelf.path.parent.glob("meetings.sqlite*"))


def test_every_step_is_exported_with_all_that_is_kept_of_it(cabinet: Cabinet) -> None:
    found = privacy.rows(cabinet)
    assert [(row.id, row.edition, row.what, row.name) for row in found] == [
        ("e1", 1, "written", "Cole Ward"), ("e1", 2, "edited", "Di Penn"), ("e2", 1, "written", "Di Penn"),
        ("e2", 2, "followed up", "Cole Ward"), ("e3", 1, "written", "Di Penn"), ("e4", 1, "written", "Di Penn"),
    ]  # fmt: skip
    assert tuple(found[3]) == (
        "board-2026-11-26", "kpi-0", "Part 1 (open)", "e2", 2, "2026-11-23T12:00:13+00:00", USER, "Cole Ward",
        "followed up", "action", "Visit.", "cole ward", "2027-01-15", "Done", "Went there.",
    )  # fmt: skip
    assert {row.id for row in privacy.rows(cabinet, JULY.meeting)} == {"e4"}


def test_a_person_is_given_what_they_wrote_or_own(cabinet: Cabinet) -> None:
    assert [(row.id, row.edition) for row in privacy.rows(cabinet, user=USER)] == [("e1", 1), ("e2", 2)]
    found = privacy.rows(cabinet, user=USER, name="Cole Ward")
    assert [(row.id, row.edition) for row in found] == [("e1", 1), ("e2", 1), ("e2", 2)]


def test_a_forgotten_person_stands_nowhere_but_within_texts_which_are_named(cabinet: Cabinet, trail: Trail) -> None:
    documents = [(cabinet.folder / kept.file).read_bytes() for kept in cabinet.frozen()]
    done = privacy.forget(cabinet, "command line (ada)", USER, "C. Ward")
    assert done.still_named == ("draft of board-2026-11-26", "entry e3", "Board 2026-11-26 v1")
    found = privacy.rows(cabinet)
    assert {(row.user, row.name) for row in found} == {("di@trust.example", "Di Penn"), ("", "(name removed)")}
    assert {row.owner for row in found if row.kind == "action"} == {"(name removed)"}
    assert {kept.by for kept in cabinet.frozen()} == {"Di Penn", "(name removed)"}
    assert USER.encode() not in everything_in(cabinet)
    assert b"C. Ward" not in everything_in(cabinet)
    assert [(cabinet.folder / kept.file).read_bytes() for kept in cabinet.frozen()] == documents
    assert entries(trail)[-1][:2] == ("command line (ada)", "purged")
    assert "Cole" not in entries(trail)[-1][2]


def test_what_is_erased_is_in_no_byte_of_the_file_and_all_else_stays(cabinet: Cabinet, trail: Trail) -> None:
    assert b"It was late" in everything_in(cabinet)
    privacy.erase(cabinet, "command line (ada)", "e1")
    assert b"It was late" not in everything_in(cabinet)
    assert b"It was early" not in everything_in(cabinet)
    assert [entry.id for entry in captured.entries(cabinet, BOARD.meeting)] == ["e2", "e3"]
    with pytest.raises(Unfit, match="no entry e1"):
        privacy.erase(cabinet, "command line (ada)", "e1")
    assert entries(trail)[-1] == (
        "command line (ada)", "purged", "an entry of board-2026-11-26 with its history",
    )  # fmt: skip


def test_a_removed_meeting_is_gone_whole_and_its_numbers_are_not_given_again(cabinet: Cabinet, trail: Trail) -> None:
    frozen(cabinet, BOARD)
    assert privacy.remove_meeting(cabinet, "command line (ada)", BOARD.meeting) == 2
    assert [kept.meeting for kept in cabinet.frozen()] == [JULY.meeting]
    assert cabinet.drafts() == ()
    assert captured.entries(cabinet, BOARD.meeting, removed=True) == ()
    assert not (cabinet.folder / "state" / "meetings" / BOARD.meeting).exists()
    for text in (b"It was", b"Went there", b"Thanks to Cole"):
        assert text not in everything_in(cabinet)
    assert [entry.id for entry in captured.entries(cabinet, JULY.meeting)] == ["e4"]
    assert frozen(cabinet, BOARD).version == 3
    assert ("command line (ada)", "meeting removed", "board-2026-11-26 with all that was written down") in entries(
        trail
    )


def test_documents_without_an_index_are_removed_with_their_meeting(cabinet: Cabinet) -> None:
    for path in cabinet.shelf.path.parent.glob("meetings.sqlite*"):
        path.unlink()
    assert privacy.remove_meeting(cabinet, "command line (ada)", BOARD.meeting) == 0
    assert [path.parent.name for path in cabinet.unlisted()] == [JULY.meeting]


@pytest.mark.parametrize("meeting", ["board-2031-01-01", "..", "", "../meetings", "/", "."])
def test_a_meeting_that_is_none_removes_nothing(cabinet: Cabinet, meeting: str) -> None:
    before = sorted(cabinet.folder.rglob("v*.json"))
    with pytest.raises(UsageError, match="no meeting"):
        privacy.remove_meeting(cabinet, "command line (ada)", meeting)
    assert sorted(cabinet.folder.rglob("v*.json")) == before
    assert len(before) == 2


def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path) -> None:
    empty = Cabinet(tmp_path / "nothing")
    for call in (lambda: privacy.forget(empty, "ada", USER), lambda: privacy.erase(empty, "ada", "e1")):
        with pytest.raises(Unfit, match="no meetings have been kept yet"):
            call()
    assert privacy.rows(empty) == []
    assert not (empty.folder / "state").exists()


def test_a_damaged_document_is_named_when_somebody_is_forgotten(cabinet: Cabinet) -> None:
    (cabinet.folder / cabinet.frozen()[1].file).write_bytes(b"")
    done = privacy.forget(cabinet, "command line (ada)", USER)
    assert "Board 2026-07-09 v1 (cannot be read)" in done.still_named


def test_an_owner_who_signs_in_by_address_is_forgotten_as_owner_too(cabinet: Cabinet) -> None:
    captured.save(cabinet, DI, "e5", BOARD.meeting, "kpi-0", ACTION, "Ask.", owner=USER.upper())
    privacy.forget(cabinet, "command line (ada)", USER)
    assert captured.entries(cabinet, BOARD.meeting)[-1].owner == "(name removed)"
