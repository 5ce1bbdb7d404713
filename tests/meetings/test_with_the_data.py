"""Meetings and the data folder they lie in: pinned versions, backups, and a purge of an academy."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from kpi_engine.engine import Engine
from kpi_engine.errors import UsageError, WarehouseError
from kpi_engine.intake.pipeline import examine
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import captured, checking, freezing, privacy
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import Academy, Document, EntryKind, ItemKind
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.people.trail import Trail
from kpi_engine.warehouse import housekeeping, undo
from kpi_engine.warehouse.backup import backup, restore
from kpi_engine.warehouse.folder import current_manifest, load
from tests.meetings.cabinets import BOARD, CLERK, DI, FINANCE, JULY, MAY, at, maker

LARKHILL, FERNBANK = Academy("a1", "Larkhill Primary", "A", "primary", "900201"), "900202"
ACADEMIES = """urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority
900201,Larkhill Primary,primary,2019-09-01,,2019-09-01,,,N,Northshire
900202,Fernbank Primary,primary,2019-09-01,,2019-09-01,,,N,Northshire
"""
LESSONS = """urn,academic_year,term,department,reviews,good_or_better
900201,2025/26,Autumn,Total,{},3
900202,2025/26,Autumn,Total,6,6
"""
NOTE, ACTION = EntryKind.NOTE, EntryKind.ACTION


def give(folder: Path, name: str, text: str) -> str:
    """Load a file; the version that this makes."""
    place = folder.parent / "given" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return load(examine([place]).accepted, folder).version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    give(made, "academies.csv", ACADEMIES)
    give(made, "lesson_quality.csv", LESSONS.format(4))
    return made


@pytest.fixture
def cabinet(folder: Path, tmp_path: Path) -> Iterator[Cabinet]:
    with Trail(tmp_path / "private" / "trail.sqlite") as trail:
        yield Cabinet(folder, trail)


def version(folder: Path) -> str:
    manifest = current_manifest(folder)
    assert manifest is not None
    return manifest.version


def of(cabinet: Cabinet, agenda: Agenda, said: str = "Said.", seconds: float = 0) -> Kept:
    """Freeze a meeting about Larkhill alone from the current data."""

    def make(number: int) -> Document:
        made = maker(agenda, said, data_version=version(cabinet.folder), academies=(LARKHILL,))
        return made(number)

    return cabinet.freeze(agenda, make, DI, at(seconds))


def write(cabinet: Cabinet, id: str, agenda: Agenda, text: str, seconds: float = 0, edition: int = 0) -> None:
    captured.save(cabinet, DI, id, agenda.meeting, "kpi-0", ACTION, text, owner="Bo", edition=edition, now=at(seconds))


def inside(folder: Path, *words: str) -> list[str]:
    """The places of the meetings in which one of the words stands, read beside the code."""
    found = []
    for path in sorted((folder / "state").rglob("*")):
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            found.append(path.relative_to(folder).as_posix())
    return found


# Pins


def test_a_frozen_meeting_keeps_the_data_it_was_made_from_until_it_is_removed(
    cabinet: Cabinet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "KEPT_VERSIONS", 1)
    kept = of(cabinet, BOARD)
    assert kept.data_version == version(folder)
    assert housekeeping.pins(folder) == {kept.data_version: ["state/meetings/board-2026-11-26/v1.json"]}
    again = of(cabinet, BOARD)
    for reviews in (5, 6, 7):
        give(folder, "lesson_quality.csv", LESSONS.format(reviews))
    assert kept.data_version in {each.manifest.version for each in undo.history(folder)}
    cabinet.remove(BOARD.meeting, 1, DI)
    assert housekeeping.pins(folder) == {again.data_version: ["state/meetings/board-2026-11-26/v2.json"]}
    cabinet.remove(BOARD.meeting, 2, DI)
    assert housekeeping.pins(folder) == {}
    give(folder, "lesson_quality.csv", LESSONS.format(8))
    assert kept.data_version not in {each.manifest.version for each in undo.history(folder)}


def test_figures_whose_data_have_gone_meanwhile_are_not_frozen(cabinet: Cabinet, folder: Path) -> None:
    with pytest.raises(UsageError, match="no version 20990101-0000"):
        cabinet.freeze(BOARD, maker(BOARD, data_version="20990101-0000"), DI)
    assert cabinet.frozen() == ()
    assert list((folder / "state" / "meetings").rglob("*.json")) == []


def test_the_invented_trust_has_a_folder_without_data(tmp_path: Path) -> None:
    sample = Cabinet(tmp_path / "sample")
    kept = sample.freeze(BOARD, maker(BOARD), DI)
    assert sample.read(BOARD.meeting, 1)[1] == kept.check
    assert not (sample.folder / "pins.json").exists()


# Backups


def test_a_backup_restored_on_another_computer_brings_meetings_decisions_and_actions_along(
    cabinet: Cabinet, folder: Path, tmp_path: Path
) -> None:
    cabinet.save_draft(MAY, DI, 0)
    first, second = of(cabinet, BOARD, "First."), of(cabinet, BOARD, "Second.")
    write(cabinet, "e1", BOARD, "Visit.", 1)
    captured.follow_up(cabinet, CLERK, "e1", 1, "A day was found.", now=at(2))
    made = backup(folder, tmp_path / "backup.zip")

    elsewhere = tmp_path / "elsewhere" / "data"
    restore(elsewhere, made.path)
    there = Cabinet(elsewhere)
    assert there.frozen() == (second, first) == cabinet.frozen()
    assert [there.read(BOARD.meeting, n) for n in (1, 2)] == [cabinet.read(BOARD.meeting, n) for n in (1, 2)]
    assert there.drafts() == cabinet.drafts()
    assert captured.entries(there, BOARD.meeting) == captured.entries(cabinet, BOARD.meeting)
    assert captured.asked_before(there, "Board", "2027-01-20") == captured.asked_before(cabinet, "Board", "2027-01-20")
    checked = checking.check(there)
    assert (len(checked.whole), checked.damaged, checked.unpinned) == (2, (), ())
    assert of(there, BOARD, "Third.").version == 3
    write(there, "e2", BOARD, "Go on.")


def test_an_older_backup_leaves_later_documents_to_be_taken_up(cabinet: Cabinet, folder: Path, tmp_path: Path) -> None:
    of(cabinet, BOARD, "First.")
    made = backup(folder, tmp_path / "backup.zip")
    later = of(cabinet, BOARD, "Second.", 60)
    restore(folder, made.path)
    assert [kept.version for kept in cabinet.frozen()] == [1]
    assert checking.check(cabinet).unlisted == (later.file,)
    assert of(cabinet, BOARD, "Third.").version == 3
    checking.take_up(cabinet, later.file, DI)
    assert [kept.version for kept in cabinet.frozen()] == [3, 2, 1]
    assert cabinet.latest(BOARD.meeting).version == 3  # type: ignore[union-attr]
    assert cabinet.read(BOARD.meeting, 2)[0].items[0].text == "Second."


# Purges


@pytest.fixture
def mixed(cabinet: Cabinet) -> Cabinet:
    """Meetings of which some speak of Fernbank: by a text, an entry, an earlier wording, a draft, or who meets."""
    of(cabinet, BOARD, "Quiet.")
    of(cabinet, BOARD, "Fernbank Primary was thanked.")
    of(cabinet, JULY, "Of 900202, too.")
    of(cabinet, agendas.new("Fernbank Primary governors", "2026-06-01"), "Of a body.")
    governors = "fernbank-primary-governors-2026-06-01"
    write(cabinet, "e1", BOARD, "Visit Larkhill.", 0)
    write(cabinet, "e2", BOARD, "Visit Fernbank Primary.", 1)
    write(cabinet, "e3", BOARD, "Ask Fernbank Primary and Larkhill for the figures of each month.", 2)
    write(cabinet, "e3", BOARD, "Ask them.", 90, edition=1)
    write(cabinet, "e4", JULY, "Of July.", 4)
    captured.save(cabinet, DI, "e5", governors, "kpi-0", NOTE, "At their meeting.", now=at(5))
    cabinet.save_draft(MAY, DI, 0)
    cabinet.save_draft(agendas.added(FINANCE, AgendaItem("", ItemKind.TEXT, text="Before.")), DI, 0)
    cabinet.save_draft(replace(FINANCE, academies=("900202",)), DI, 1)
    return cabinet


def test_a_purge_takes_whole_documents_and_rows_that_mention_the_academy_and_leaves_the_others(
    mixed: Cabinet, folder: Path
) -> None:
    assert len(inside(folder, "Fernbank", "900202")) >= 4
    purged = undo.purge(folder, FERNBANK)
    assert purged.searched.traces == ()
    assert inside(folder, "Fernbank", "fernbank", "900202") == []
    assert not list((folder / "state" / "meetings").glob("fernbank*"))
    assert [(kept.meeting, kept.version) for kept in mixed.frozen()] == [(BOARD.meeting, 1)]
    assert mixed.read(BOARD.meeting, 1)[0].items[0].text == "Quiet."
    assert [(entry.id, [s.text for s in entry.steps]) for entry in captured.entries(mixed, BOARD.meeting)] == [
        ("e1", ["Visit Larkhill."]), ("e3", ["Ask them."]),
    ]  # fmt: skip
    assert [entry.id for entry in captured.entries(mixed, JULY.meeting)] == ["e4"]
    assert [draft.meeting for draft in mixed.drafts()] == [MAY.meeting]
    with closing(sqlite3.connect(mixed.shelf.path)) as connection:
        tables = ("meeting", "frozen_item", "entry_edit", "draft_edition")
        left = {name: connection.execute(f"SELECT DISTINCT * FROM {name}").fetchall() for name in tables}
        assert {row[0] for row in left["meeting"]} == {BOARD.meeting, JULY.meeting, MAY.meeting, FINANCE.meeting}
        assert {row[:2] for row in left["frozen_item"]} == {(BOARD.meeting, 1)}
        assert (left["entry_edit"], left["draft_edition"]) == ([], [])
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    checked = checking.check(mixed)
    assert (len(checked.whole), checked.damaged, checked.unlisted) == (1, (), ())


def test_after_a_purge_nothing_is_pinned_for_what_went_and_everything_goes_on(mixed: Cabinet, folder: Path) -> None:
    undo.purge(folder, FERNBANK)
    held = {holder for holders in housekeeping.pins(folder).values() for holder in holders}
    assert held <= {kept.file for kept in mixed.frozen()}
    assert [kept.version for kept in (of(mixed, BOARD), of(mixed, JULY))] == [3, 2], "no number is given twice"
    write(mixed, "e6", BOARD, "After.")
    with closing(sqlite3.connect(mixed.shelf.path)) as connection:
        for table in ("frozen", "frozen_item", "withdrawn", "entry_edit"):
            connection.execute(f"CREATE TEMP TABLE is_{table} AS SELECT * FROM {table}")
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute("DELETE FROM frozen")


def test_a_pin_on_data_that_stay_is_let_go_with_its_document(cabinet: Cabinet, folder: Path) -> None:
    """A purge of an academy whose files have gone already makes no new version, so that pins of this one stay."""
    of(cabinet, BOARD, "Quiet.")
    of(cabinet, JULY, "Of 900777.")
    before = version(folder)
    undo.purge(folder, "900777")
    assert version(folder) == before
    assert housekeeping.pins(folder) == {before: ["state/meetings/board-2026-11-26/v1.json"]}


def test_a_purge_that_cannot_write_the_file_of_the_meetings_removes_no_document(
    mixed: Cabinet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi_engine.warehouse.state._WAIT", 0.1)
    before = sorted((folder / "state" / "meetings").rglob("*.json"))
    with closing(sqlite3.connect(mixed.shelf.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WarehouseError, match=r"state/meetings\.sqlite could not be searched and purged"):
            undo.purge(folder, FERNBANK)
    assert sorted((folder / "state" / "meetings").rglob("*.json")) == before
    assert undo.purge(folder, FERNBANK).searched.traces == ()
    assert checking.check(mixed).damaged == ()


def test_purging_everything_takes_the_meetings_too(mixed: Cabinet, folder: Path) -> None:
    undo.purge(folder)
    assert not (folder / "state").exists()
    assert mixed.frozen() == ()


def test_a_purge_finds_the_academy_in_what_was_frozen_from_its_figures(cabinet: Cabinet, folder: Path) -> None:
    items = (
        AgendaItem("i1", ItemKind.KPI, kpi="teaching-good"),
        AgendaItem("i2", ItemKind.KPI, kpi="teaching-good", academy=FERNBANK),
    )
    engine = Engine.open(folder)
    view = engine.as_seen_by(replace(DI.viewer, presenting=True))
    try:
        for anonymous in (False, True):
            agenda = replace(BOARD, items=items, anonymous=anonymous)
            cabinet.freeze(
                agenda, partial(freezing.freeze, view, agenda, trust="A trust", sample=False, secret="s" * 32), DI
            )
    finally:
        engine.close()
    # Larkhill 3 of 4 reviews, Fernbank 6 of 6.
    assert [item.figure.shown for item in cabinet.read(BOARD.meeting, 1)[0].items if item.figure] == [
        "90.0 %", "100.0 %",
    ]  # fmt: skip
    assert inside(folder, "Fernbank", FERNBANK) == ["state/meetings/board-2026-11-26/v1.json"]
    assert undo.purge(folder, FERNBANK).searched.traces == ()
    assert [kept.version for kept in cabinet.frozen()] == [2]
    assert [kept.version for kept in privacy.anonymous(cabinet)] == [2], "it is named, for somebody to decide"


def test_an_anonymous_document_outlasts_a_purge(cabinet: Cabinet, folder: Path) -> None:
    letters = (Academy("a1", "Academy A", "A", "primary"), Academy("a2", "Academy B", "B", "primary"))
    made = maker(BOARD, data_version=version(folder), academies=letters, anonymous=True)
    kept = cabinet.freeze(BOARD, made, DI)
    undo.purge(folder, FERNBANK)
    assert json.loads((folder / kept.file).read_text(encoding="utf-8"))["anonymous"] is True
    (left,) = checking.check(cabinet).whole
    assert left == kept
    assert checking.check(cabinet).unpinned == (kept,), "its data have gone, and it is whole itself"
