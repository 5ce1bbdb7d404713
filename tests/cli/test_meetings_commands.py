"""``meetings``: frozen meetings listed, checked, written to files, removed; people's words given or taken out."""

from __future__ import annotations

import csv
import io
import json
import sys
import types
from pathlib import Path

import pytest

from kpi_engine.meetings import captured
from kpi_engine.meetings.document import Academy, EntryKind, Part
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.people import private
from kpi_engine.people.trail import Trail
from tests.cli.conftest import Run
from tests.meetings.cabinets import BOARD, CLERK, DI, JULY, at, frozen, maker

BOARD_1 = "state/meetings/board-2026-11-26/v1.json"


@pytest.fixture
def cabinet(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Cabinet:
    """Two versions of the board's meeting, one of July's, a draft, an action, and a trail of it all."""
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(workplace / "private"))
    with Trail(workplace / "private" / private.TRAIL) as trail:
        made = Cabinet(workplace / "data", trail)
        frozen(made, BOARD, "First.", DI, 1)
        frozen(made, BOARD, "Second.", CLERK, 2)
        frozen(made, JULY, "July.", DI, 3)
        made.save_draft(BOARD, CLERK, 0, at(4))
        captured.save(
            made, CLERK, "e1", BOARD.meeting, "kpi-0", EntryKind.ACTION, "-1 no formula.", owner="Bo Farrow", now=at(5)
        )
        captured.follow_up(made, DI, "e1", 1, "Going on.", now=at(6))
    return Cabinet(workplace / "data")


def events(workplace: Path) -> list[tuple[str, str]]:
    with Trail(workplace / "private" / private.TRAIL) as trail:
        return [(entry.what, entry.detail) for entry in reversed(trail.read())]


def test_drafts_and_versions_are_listed(cabinet: Cabinet, run: Run) -> None:
    ran = run("meetings", "list")
    assert ran.code == 0
    check = cabinet.frozen()[0].check
    lines = [line.split() for line in ran.out.splitlines()[2:]]
    assert [line[:2] for line in lines] == [
        ["board-2026-11-26", "draft"], ["board-2026-11-26", "v2"], ["board-2026-11-26", "v1"],
        ["board-2026-07-09", "v1"],
    ]  # fmt: skip
    assert lines[1][2] == f"{check[:4]}-{check[4:8]}"
    told = json.loads(run("meetings", "list", "--format", "json").out)
    assert [(k["label"], k["sha256"], k["by"]) for k in told["frozen"]] == [
        (k.label, k.check, k.by) for k in cabinet.frozen()
    ]
    assert told["drafts"] == [{"meeting": "board-2026-11-26", "at": "2026-11-23T12:00:04+00:00", "by": "Cole Ward"}]


def test_where_nothing_is_kept_nothing_is_made(run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(workplace / "private"))
    assert "No meeting has been prepared" in run("meetings", "list").err
    assert run("meetings", "verify").out == "0 frozen versions are whole; the trail confirms 0.\n"
    assert "Nothing of that kind" in run("meetings", "entries").err
    assert list(workplace.iterdir()) == []


def test_verifying_says_what_is_whole(cabinet: Cabinet, run: Run) -> None:
    ran = run("meetings", "verify")
    assert (ran.code, ran.out) == (0, "3 frozen versions are whole; the trail confirms 3.\n")


def test_verifying_names_what_is_damaged_and_what_is_in_no_list(cabinet: Cabinet, run: Run, workplace: Path) -> None:
    path = workplace / "data" / BOARD_1
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    (path.parent / "v9.json").write_bytes(content)
    ran = run("meetings", "verify")
    assert ran.code == 1
    assert ran.out.startswith("2 frozen versions are whole")
    assert f"DAMAGED: Board 2026-11-26 v1: {BOARD_1} is not what was frozen" in ran.err
    assert "NOT LISTED: state/meetings/board-2026-11-26/v9.json" in ran.err
    again = run("meetings", "take-up", "state/meetings/board-2026-11-26/v9.json")
    assert (again.code, "files were mixed up" in again.err) == (1, True)


def test_a_list_that_was_lost_is_taken_up_again(cabinet: Cabinet, run: Run, workplace: Path) -> None:
    for path in (workplace / "data" / "state").glob("meetings.sqlite*"):
        path.unlink()
    assert run("meetings", "verify").code == 1
    ran = run("meetings", "take-up", BOARD_1)
    assert (ran.code, "Board 2026-11-26 v1" in ran.out) == (0, True)
    assert [(kept.label, kept.user) for kept in cabinet.frozen()] == [("Board 2026-11-26 v1", "di@trust.example")]


def test_a_frozen_meeting_is_written_to_a_file_as_it_is(cabinet: Cabinet, run: Run, workplace: Path) -> None:
    ran = run("meetings", "export", BOARD.meeting, "board.json", "--version", "1", "--part", "both")
    assert ran.code == 0
    assert (workplace / "board.json").read_bytes() == (workplace / "data" / BOARD_1).read_bytes()
    run("meetings", "export", BOARD.meeting, "board.json", "--part", "both")
    assert json.loads((workplace / "board.json").read_bytes())["version"] == 2


@pytest.mark.parametrize(("option", "part"), [("1", Part.OPEN), ("both", None)])
def test_a_pack_is_made_of_the_document_for_part_1_or_both(
    cabinet: Cabinet, run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch, option: str, part: Part | None
) -> None:
    given: list[object] = []

    def make(*all: object) -> bytes:
        given.extend(all)
        return b"a pack"

    for name in ("pdf", "minutes"):
        stand_in = types.ModuleType(f"kpi_engine.packs.{name}")
        setattr(stand_in, name, make)
        monkeypatch.setitem(sys.modules, f"kpi_engine.packs.{name}", stand_in)
    document, check = maker(BOARD, "Second.")(2), cabinet.frozen()[0].check
    assert run("meetings", "export", BOARD.meeting, "board.pdf", "--part", option).code == 0
    assert given == [document, check, part]
    given.clear()
    assert run("meetings", "export", BOARD.meeting, "minutes.docx", "--part", option).code == 0
    assert given == [document, check, captured.entries(cabinet, BOARD.meeting), part]
    assert (workplace / "minutes.docx").read_bytes() == b"a pack"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("export", "board-2031-01-01", "x.pdf"), 2, "no frozen meeting"),
        (("export", "board-2026-11-26", "x.json", "--version", "7"), 2, "there are: v2, v1"),
        (("export", "board-2026-11-26", "x.json"), 2, "has both parts; say so with --part both"),
        (("export", "board-2026-11-26", "x.txt"), 2, "not as .txt"),
        (("export", "board-2026-11-26", "x"), 2, "a name without ending"),
        (("remove", "board-2026-11-26"), 2, "Nobody is here to answer; add --yes"),
        (("remove", "board-2031-01-01", "--yes"), 2, "no meeting 'board-2031-01-01'"),
        (("remove", "..", "--yes"), 2, "no meeting"),
        (("erase", "e9", "--yes"), 1, "no entry e9"),
        (("take-up", "elsewhere.json"), 2, "no document"),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    cabinet: Cabinet, run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    before = (cabinet.frozen(), cabinet.drafts(), captured.entries(cabinet, BOARD.meeting))
    ran = run("meetings", *words)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert (cabinet.frozen(), cabinet.drafts(), captured.entries(cabinet, BOARD.meeting)) == before


def test_what_was_written_down_is_given_with_every_step(cabinet: Cabinet, run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("meetings", "entries").out)))
    assert [(row["what"], row["text"], row["said"]) for row in rows] == [
        ("written", "'-1 no formula.", ""), ("followed up", "'-1 no formula.", "Going on."),
    ]  # fmt: skip
    own = json.loads(run("meetings", "entries", "--user", "COLE@trust.example", "--format", "json").out)
    assert [(row["what"], row["user"], row["text"]) for row in own] == [
        ("written", "cole@trust.example", "-1 no formula.")
    ]
    assert run("meetings", "entries", "--meeting", JULY.meeting).out.count("\n") == 1


def test_a_version_and_a_meeting_are_removed_and_recorded(cabinet: Cabinet, run: Run, workplace: Path) -> None:
    assert run("meetings", "remove", BOARD.meeting, "--version", "1", "--yes").code == 0
    assert [kept.version for kept in cabinet.versions(BOARD.meeting)] == [2]
    ran = run("meetings", "remove", BOARD.meeting, "--yes")
    assert "Removed board-2026-11-26 with 1 frozen version." in ran.out
    assert [kept.meeting for kept in cabinet.frozen()] == [JULY.meeting]
    assert captured.entries(cabinet, BOARD.meeting, removed=True) == ()
    assert events(workplace)[-2:] == [
        ("meeting removed", "Board 2026-11-26 v1 (board-2026-11-26 v1)"),
        ("meeting removed", "board-2026-11-26 with all that was written down"),
    ]


def test_a_person_is_forgotten_and_an_entry_erased(cabinet: Cabinet, run: Run, workplace: Path) -> None:
    ran = run("meetings", "forget", "cole@trust.example", "--name", "Bo Farrow", "--yes")
    assert (ran.code, ran.out) == (0, "Removed the name from 5 places.\n")
    (entry,) = captured.entries(cabinet, BOARD.meeting)
    assert (entry.owner, entry.steps[0].by) == ("(name removed)", "(name removed)")
    assert run("meetings", "erase", "e1", "--yes").code == 0
    assert captured.entries(cabinet, BOARD.meeting, removed=True) == ()
    assert [what for what, _ in events(workplace)[-2:]] == ["purged", "purged"]


def test_a_name_within_a_frozen_document_is_told(cabinet: Cabinet, run: Run) -> None:
    # The made-up meeting names her as the owner of an exception.
    ran = run("meetings", "forget", "ra@trust.example", "--name", "Rosalind Achterberg", "--yes")
    assert ran.code == 1
    assert "Board 2026-11-26 v2, Board 2026-11-26 v1, Board 2026-07-09 v1" in ran.err


def test_a_purge_names_the_meetings_without_names_that_stay(
    loaded: Path, run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(workplace / "private"))
    there = json.loads(run("status", "--from", loaded, "--format", "json").out)["versions"][0]["version"]
    letters = (Academy("a1", "Academy A", "A", "primary"),)
    cabinet = Cabinet(loaded)
    cabinet.freeze(BOARD, maker(BOARD, data_version=there, academies=letters, anonymous=True), DI)
    cabinet.freeze(JULY, maker(JULY, "Of 900202.", data_version=there), DI)
    ran = run("purge", "--urn", "900202", "--into", loaded, "--yes")
    assert ran.code == 0
    assert "Removed from what was written: state/meetings/board-2026-07-09/v1.json" in ran.out
    assert "Board 2026-11-26 v1 names no academy, so it stays" in ran.err
    assert "meetings remove board-2026-11-26 --version 1" in ran.err


def test_another_data_folder_can_be_named(cabinet: Cabinet, run: Run, workplace: Path) -> None:
    (workplace / "data").rename(workplace / "other")
    assert "No meeting" in run("meetings", "list").err
    assert run("meetings", "verify", "--from", "other").out.startswith("3 frozen versions")
