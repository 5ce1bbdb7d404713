"""What the meeting before asked for, by part, and what is still open from older ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kpi_engine.meetings import captured
from kpi_engine.meetings.captured import Status, asked_before, open_actions
from kpi_engine.meetings.document import Asked, EntryKind, Part
from kpi_engine.meetings.keeping import Cabinet
from tests.meetings.cabinets import BOARD, CLERK, DI, FINANCE, JULY, MAY, at, frozen, maker

NOTE, DECISION, ACTION = EntryKind.NOTE, EntryKind.DECISION, EntryKind.ACTION


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    """Three meetings before the board's of November: two of the board, one of a committee."""
    made = Cabinet(tmp_path / "data")
    for agenda in (MAY, JULY, FINANCE):
        frozen(made, agenda)
    rows = [
        (MAY, "m1", ACTION, "kpi-0", "Find a site.", "Bo Farrow", "2026-09-01"),
        (MAY, "m2", ACTION, "kpi-1", "Ask the bank.", "Di Penn", "2026-06-01"),
        (MAY, "m3", DECISION, "kpi-1", "Keep the reserve.", "", None),
        (JULY, "j1", DECISION, "kpi-0", "Keep the target.", "", None),
        (JULY, "j2", ACTION, "kpi-1", "Visit the school.", "Cole Ward", "2026-10-01"),
        (JULY, "j3", NOTE, "kpi-4", "A matter of Part 2.", "", None),
        (JULY, "j4", NOTE, "kpi-0", "A slip.", "", None),
        (FINANCE, "f1", ACTION, "kpi-0", "Count the chairs.", "Di Penn", None),
    ]
    for seconds, (agenda, id, kind, item, text, owner, due) in enumerate(rows):
        captured.save(made, DI, id, agenda.meeting, item, kind, text, owner=owner, due=due, version=1, now=at(seconds))
    captured.follow_up(made, DI, "m2", 1, "It agreed.", Status.DONE, at(20))
    captured.follow_up(made, CLERK, "m1", 1, "Two were seen.", now=at(21))
    captured.follow_up(made, CLERK, "m1", 2, "One is left.", now=at(22))
    captured.remove(made, DI, "j4", 1, at(23))
    return made


def test_a_meeting_begins_with_what_the_one_before_wrote_and_what_is_still_open(cabinet: Cabinet) -> None:
    asked, last = asked_before(cabinet, "Board", "2026-11-26")
    assert last == "Board 2026-07-09 v1"
    assert asked == (
        Asked(DECISION, "Keep the target.", "Board 2026-07-09"),
        Asked(ACTION, "Visit the school.", "Board 2026-07-09", "Cole Ward", "1 October 2026", "Open"),
        Asked(
            ACTION, "Find a site.", "Board 2026-05-14", "Bo Farrow", "1 September 2026", "Open", "One is left."
        ),
    )  # fmt: skip


def test_whoever_sees_both_parts_is_told_which_part_it_was(cabinet: Cabinet) -> None:
    asked, _ = asked_before(cabinet, "Board", "2026-11-26", None)
    assert [(each.text, each.part) for each in asked] == [
        ("Keep the target.", Part.OPEN), ("Visit the school.", Part.OPEN), ("A matter of Part 2.", Part.CONFIDENTIAL),
        ("Find a site.", Part.OPEN),
    ]  # fmt: skip
    only, _ = asked_before(cabinet, "Board", "2026-11-26", Part.CONFIDENTIAL)
    assert [each.text for each in only] == ["A matter of Part 2."]


def test_an_item_that_became_confidential_is_asked_in_part_2_from_then_on(cabinet: Cabinet) -> None:
    def moved(version: int) -> object:
        document = maker(JULY)(version)
        items = [replace(i, part=Part.CONFIDENTIAL) if i.key == "kpi-0" else i for i in document.items]
        return replace(document, items=tuple(items))

    cabinet.freeze(JULY, moved, DI)  # type: ignore[arg-type]
    asked, last = asked_before(cabinet, "Board", "2026-11-26")
    assert last == "Board 2026-07-09 v2"
    assert [each.text for each in asked] == ["Visit the school.", "Find a site."]


def test_an_item_that_was_left_out_later_keeps_its_part(cabinet: Cabinet) -> None:
    def without(version: int) -> object:
        document = maker(JULY)(version)
        return replace(document, items=tuple(i for i in document.items if i.key not in ("kpi-0", "kpi-4")))

    cabinet.freeze(JULY, without, DI)  # type: ignore[arg-type]
    texts = [each.text for each in asked_before(cabinet, "Board", "2026-11-26")[0]]
    assert texts == ["Keep the target.", "Visit the school.", "Find a site."]


@pytest.mark.parametrize(
    ("body", "date", "texts", "last"),
    [
        ("board", "2026-07-09", ["Find a site.", "Ask the bank.", "Keep the reserve."], "Board 2026-05-14 v1"),
        ("Board", "2026-05-14", [], ""),
        ("Finance committee", "2026-11-26", ["Count the chairs."], "Finance committee 2026-07-01 v1"),
        ("Audit committee", "2026-11-26", [], ""),
    ],
)
def test_the_meeting_before_is_the_latest_of_the_same_body(
    cabinet: Cabinet, body: str, date: str, texts: list[str], last: str
) -> None:
    asked, label = asked_before(cabinet, body, date)
    assert ([each.text for each in asked], label) == (texts, last)


def test_a_meeting_that_was_never_frozen_was_not_held(cabinet: Cabinet) -> None:
    cabinet.save_draft(BOARD, DI, 0)
    assert asked_before(cabinet, "Board", "2027-01-20")[1] == "Board 2026-07-09 v1"


def test_what_was_asked_stays_when_its_versions_were_removed(cabinet: Cabinet) -> None:
    cabinet.remove(JULY.meeting, 1, DI)
    asked, last = asked_before(cabinet, "Board", "2026-11-26")
    assert [each.text for each in asked] == ["Keep the target.", "Visit the school.", "Find a site."]
    assert last == "Board 2026-07-09"


def test_a_damaged_document_takes_nothing_from_what_was_asked(cabinet: Cabinet) -> None:
    before = asked_before(cabinet, "Board", "2026-11-26")
    (cabinet.folder / cabinet.frozen()[0].file).write_bytes(b"{}")
    assert asked_before(cabinet, "Board", "2026-11-26") == before


def test_open_actions_of_all_meetings_stand_by_due_date(cabinet: Cabinet) -> None:
    found = [(each.entry.text, each.body, each.date) for each in open_actions(cabinet)]
    assert found == [
        ("Find a site.", "Board", "2026-05-14"), ("Visit the school.", "Board", "2026-07-09"),
        ("Count the chairs.", "Finance committee", "2026-07-01"),
    ]  # fmt: skip


def test_before_the_first_meeting_nothing_was_asked(tmp_path: Path) -> None:
    empty = Cabinet(tmp_path / "nothing")
    assert (asked_before(empty, "Board", "2026-11-26"), open_actions(empty)) == (((), ""), ())
    assert not empty.folder.exists()
