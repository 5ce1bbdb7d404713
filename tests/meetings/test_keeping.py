"""The cabinet: drafts that can be undone, versions that are frozen for good, and files that were meddled with."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_engine.errors import CannotBeKept, ChangedSince, Damaged, NotYours, Unfit, UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import captured, drafts
from kpi_engine.meetings.agenda import AgendaItem
from kpi_engine.meetings.document import EntryKind, ItemKind
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import may_prepare, may_read
from kpi_engine.people.trail import Trail
from tests.meetings.cabinets import BOARD, CLERK, DI, FINANCE, GOVERNOR, HEAD, JULY, at, entries, frozen, maker


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    with Trail(tmp_path / "private" / "trail.sqlite") as opened:
        yield opened


@pytest.fixture
def cabinet(tmp_path: Path, trail: Trail) -> Cabinet:
    return Cabinet(tmp_path / "data", trail)


def with_item(text: str) -> agendas.Agenda:
    return agendas.added(BOARD, AgendaItem("", ItemKind.TEXT, text=text))


# Drafts


def test_looking_makes_nothing(cabinet: Cabinet) -> None:
    assert (cabinet.drafts(), cabinet.frozen(), cabinet.latest("board-2026-11-26")) == ((), (), None)
    assert cabinet.draft("board-2026-11-26") is None
    assert (cabinet.editions("board-2026-11-26"), cabinet.unlisted(), cabinet.counter()) == ((), (), 0)
    assert not cabinet.folder.exists()


def test_a_draft_is_there_for_whoever_opens_the_folder_next(cabinet: Cabinet) -> None:
    cabinet.save_draft(BOARD, DI, 0, at(0))
    saved = cabinet.save_draft(with_item("Welcome"), CLERK, 1, at(60))
    assert (saved.edition, saved.by, saved.user, saved.at) == (2, "Cole Ward", "cole@trust.example", at(60))
    again = Cabinet(cabinet.folder)
    assert again.drafts() == (saved,)
    assert again.draft("board-2026-11-26") == saved
    assert saved.agenda == with_item("Welcome")


def test_of_two_who_change_a_draft_the_second_is_told_and_loses_nothing_of_the_first(cabinet: Cabinet) -> None:
    cabinet.save_draft(BOARD, DI, 0)
    cabinet.save_draft(with_item("Of Di"), DI, 1)
    with pytest.raises(ChangedSince, match="Di Penn has saved this draft since you opened it; nothing of yours"):
        cabinet.save_draft(with_item("Of Cole"), CLERK, 1)
    with pytest.raises(ChangedSince):
        cabinet.save_draft(with_item("Of Cole"), CLERK, 0)
    assert [d.agenda for d in cabinet.editions("board-2026-11-26")] == [with_item("Of Di"), BOARD]


def test_saving_what_is_there_already_is_no_new_edition(cabinet: Cabinet) -> None:
    cabinet.save_draft(BOARD, DI, 0)
    assert cabinet.save_draft(BOARD, CLERK, 1).edition == 1
    assert len(cabinet.editions("board-2026-11-26")) == 1


def test_every_edition_of_a_draft_can_be_brought_back(cabinet: Cabinet) -> None:
    steps = [BOARD, with_item("One"), with_item("Two"), with_item("Three")]
    for edition, agenda in enumerate(steps):
        cabinet.save_draft(agenda, DI, edition)
    assert cabinet.restore_draft("board-2026-11-26", DI).agenda == with_item("Two")
    assert cabinet.restore_draft("board-2026-11-26", DI, 1).agenda == BOARD
    assert [d.what for d in cabinet.editions("board-2026-11-26")] == ["taken back", "taken back", *["saved"] * 4]
    assert cabinet.restore_draft("board-2026-11-26", DI, 4).agenda == with_item("Three")
    with pytest.raises(Unfit, match="no earlier edition"):
        cabinet.restore_draft("board-2026-11-26", DI, 99)


def test_a_removed_draft_can_be_put_back_as_it_was(cabinet: Cabinet, trail: Trail) -> None:
    cabinet.save_draft(BOARD, DI, 0)
    kept = cabinet.save_draft(with_item("Welcome"), DI, 1)
    with pytest.raises(ChangedSince):
        cabinet.remove_draft("board-2026-11-26", CLERK, 1)
    cabinet.remove_draft("board-2026-11-26", CLERK, 2)
    assert cabinet.drafts() == ()
    assert cabinet.restore_draft("board-2026-11-26", CLERK).agenda == kept.agenda
    assert [draft.agenda for draft in cabinet.drafts()] == [with_item("Welcome")]
    assert entries(trail) == [("cole@trust.example", "draft removed", "draft of board-2026-11-26")]


def test_a_meeting_whose_draft_was_removed_can_be_prepared_anew(cabinet: Cabinet) -> None:
    cabinet.save_draft(with_item("Before"), DI, 0)
    cabinet.remove_draft("board-2026-11-26", DI, 1)
    assert cabinet.save_draft(BOARD, CLERK, 0).edition == 3
    assert cabinet.restore_draft("board-2026-11-26", CLERK, 1).agenda == with_item("Before")


def test_the_latest_meeting_stands_first(cabinet: Cabinet) -> None:
    for agenda in (JULY, BOARD, FINANCE):
        cabinet.save_draft(agenda, DI, 0)
    assert [draft.meeting for draft in cabinet.drafts()] == [
        "board-2026-11-26", "board-2026-07-09", "finance-committee-2026-07-01",
    ]  # fmt: skip


def test_the_oldest_editions_of_a_draft_make_room(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "KEPT_EDITIONS", 3)
    for number in range(8):
        cabinet.save_draft(with_item(f"Edition {number + 1}"), DI, number)
    assert [draft.edition for draft in cabinet.editions("board-2026-11-26")] == [8, 7, 6, 5]


def test_an_agenda_that_is_none_is_not_kept(cabinet: Cabinet) -> None:
    with pytest.raises(UsageError, match="item 1"):
        cabinet.save_draft(replace(BOARD, items=(AgendaItem("i1", ItemKind.KPI, kpi="no-such"),)), DI, 0)
    assert cabinet.drafts() == ()


# Freezing


def test_a_frozen_meeting_is_a_file_with_the_checksum_that_the_index_has(cabinet: Cabinet, trail: Trail) -> None:
    kept = frozen(cabinet, BOARD, "Said.", seconds=30)
    path = cabinet.folder / "state" / "meetings" / "board-2026-11-26" / "v1.json"
    content = path.read_bytes()
    assert kept.check == hashlib.sha256(content).hexdigest()
    assert json.loads(content)["items"][0]["text"] == "Said."
    assert (kept.label, kept.version, kept.by, kept.at) == ("Board 2026-11-26 v1", 1, "Di Penn", at(30))
    assert (kept.data_version, kept.engine_version) == ("20261120-7f3a", "1.1")
    assert cabinet.frozen() == (kept,) == Cabinet(cabinet.folder).frozen()
    assert cabinet.read("board-2026-11-26", 1) == (maker(BOARD, "Said.")(1), kept.check)
    assert entries(trail) == [
        ("di@trust.example", "meeting frozen", f"Board 2026-11-26 v1 (board-2026-11-26 v1), SHA-256 {kept.check}")
    ]
    assert [each.name for each in path.parent.iterdir()] == ["v1.json"]


def test_a_new_version_leaves_the_old_one_as_it_is(cabinet: Cabinet) -> None:
    first = frozen(cabinet, BOARD, "First.")
    before = (cabinet.folder / first.file).read_bytes()
    second = frozen(cabinet, BOARD, "Second.", CLERK)
    other = frozen(cabinet, JULY)
    assert [kept.label for kept in cabinet.frozen()] == [
        "Board 2026-11-26 v2", "Board 2026-11-26 v1", "Board 2026-07-09 v1",
    ]  # fmt: skip
    assert cabinet.latest("board-2026-11-26") == second
    assert cabinet.latest("board-2026-07-09") == other
    assert (cabinet.folder / first.file).read_bytes() == before
    assert cabinet.read("board-2026-11-26", 1)[0].items[0].text == "First."
    assert cabinet.read("board-2026-11-26", 2)[0].items[0].text == "Second."


def test_a_version_that_is_not_there_is_named_with_those_that_are(cabinet: Cabinet) -> None:
    frozen(cabinet, BOARD)
    with pytest.raises(UsageError, match=r"no frozen version 3 of board-2026-11-26; there are: v1"):
        cabinet.read("board-2026-11-26", 3)
    with pytest.raises(UsageError, match="there are: none"):
        cabinet.read("../state", 1)


def test_when_making_the_document_fails_nothing_is_kept(cabinet: Cabinet) -> None:
    def fails(version: int) -> None:
        raise UsageError("no figures")

    with pytest.raises(UsageError, match="no figures"):
        cabinet.freeze(BOARD, fails, DI)  # type: ignore[arg-type]
    assert cabinet.frozen() == ()
    assert frozen(cabinet, BOARD).version == 1


@pytest.mark.parametrize("change", [{"meeting": "board-2026-07-09"}, {"version": 7}])
def test_a_document_of_another_meeting_or_version_is_refused(cabinet: Cabinet, change: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="where version 1 of board-2026-11-26 was asked for"):
        cabinet.freeze(BOARD, lambda n: replace(maker(BOARD)(n), **change), DI)  # type: ignore[arg-type]
    assert cabinet.frozen() == ()


def test_a_meeting_cannot_be_frozen_outside_its_folder(cabinet: Cabinet) -> None:
    with pytest.raises(UsageError, match="no meeting"):
        cabinet.freeze(replace(BOARD, meeting="../../up"), maker(BOARD), DI)


def test_the_number_of_a_removed_version_is_not_given_again(cabinet: Cabinet, trail: Trail) -> None:
    frozen(cabinet, BOARD, "First.")
    gone = frozen(cabinet, BOARD, "Second.")
    cabinet.remove("board-2026-11-26", 2, CLERK)
    assert not (cabinet.folder / gone.file).exists()
    assert [kept.version for kept in cabinet.frozen()] == [1]
    with pytest.raises(UsageError):
        cabinet.read("board-2026-11-26", 2)
    with pytest.raises(UsageError, match="no frozen version 2"):
        cabinet.remove("board-2026-11-26", 2, CLERK)
    assert frozen(cabinet, BOARD).version == 3
    assert ("cole@trust.example", "meeting removed", "Board 2026-11-26 v2 (board-2026-11-26 v2)") in entries(trail)


def test_without_a_trail_that_can_be_written_nothing_is_frozen(cabinet: Cabinet, trail: Trail) -> None:
    frozen(cabinet, BOARD, "First.")
    trail.close()
    trail.path.unlink()
    trail.path.mkdir()
    with pytest.raises(CannotBeKept, match="trail"):
        frozen(cabinet, BOARD, "Second.")
    assert [kept.version for kept in cabinet.frozen()] == [1]
    assert [each.name for each in (cabinet.folder / "state/meetings/board-2026-11-26").iterdir()] == ["v1.json"]


def test_the_index_of_frozen_versions_is_only_ever_added_to(cabinet: Cabinet) -> None:
    frozen(cabinet, BOARD)
    with contextlib.closing(sqlite3.connect(cabinet.shelf.path)) as connection:
        for change in ("UPDATE frozen SET checksum = ''", "DELETE FROM frozen", "DELETE FROM frozen_item"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(change)


# Files that were meddled with


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Measure 1 is below", b"Measure 1 is above"))


def swap(path: Path) -> None:
    shutil.copy(path.with_name("v1.json"), path)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (Path.unlink, r"v2\.json is missing"),
        (truncate, r"v2\.json is not what was frozen"),
        (edit, r"v2\.json is not what was frozen"),
        (swap, r"v2\.json is not what was frozen"),
        (lambda path: path.write_bytes(b""), r"v2\.json is not what was frozen"),
    ],
)
def test_a_damaged_document_is_named_with_what_to_do_and_the_others_stay_readable(
    cabinet: Cabinet, harm: Callable[[Path], None], said: str
) -> None:
    for number in range(3):
        frozen(cabinet, BOARD, f"Version {number + 1}.")
    path = cabinet.folder / "state/meetings/board-2026-11-26/v2.json"
    harm(path)
    with pytest.raises(Damaged, match=rf"Board 2026-11-26 v2: .*{said}.*restore .*v2\.json from a backup"):
        cabinet.read("board-2026-11-26", 2)
    assert [cabinet.read("board-2026-11-26", n)[0].items[0].text for n in (1, 3)] == ["Version 1.", "Version 3."]
    assert frozen(cabinet, BOARD).version == 4


def test_a_document_that_no_index_knows_is_named_and_never_overwritten(cabinet: Cabinet) -> None:
    kept = frozen(cabinet, BOARD, "Known.")
    strange = cabinet.folder / kept.file.replace("v1", "v2")
    strange.write_bytes((cabinet.folder / kept.file).read_bytes())
    assert cabinet.unlisted() == (strange,)
    before = strange.read_bytes()
    assert frozen(cabinet, BOARD).version == 3
    assert strange.read_bytes() == before


# Rights


def test_who_prepares_and_who_reads() -> None:
    assert [may_prepare(who.viewer) for who in (DI, CLERK, GOVERNOR, HEAD)] == [True, True, False, False]
    assert [may_read(who.viewer) for who in (DI, CLERK, GOVERNOR, HEAD)] == [True, True, True, False]


@pytest.mark.parametrize("who", [GOVERNOR, HEAD])
def test_whoever_may_not_changes_nothing(cabinet: Cabinet, who: object) -> None:
    cabinet.save_draft(BOARD, DI, 0)
    frozen(cabinet, BOARD)
    captured.save(cabinet, DI, "e1", "board-2026-11-26", "kpi-0", EntryKind.NOTE, "Said.")
    before = cabinet.counter()
    calls: list[Callable[[], object]] = [
        lambda: cabinet.save_draft(with_item("x"), who, 1),
        lambda: cabinet.remove_draft("board-2026-11-26", who, 1),
        lambda: cabinet.restore_draft("board-2026-11-26", who),
        lambda: cabinet.freeze(BOARD, maker(BOARD), who),
        lambda: cabinet.remove("board-2026-11-26", 1, who),
        lambda: captured.save(cabinet, who, "e2", "board-2026-11-26", "kpi-0", EntryKind.NOTE, "Said."),
        lambda: captured.follow_up(cabinet, who, "e1", 1, "Well."),
        lambda: captured.remove(cabinet, who, "e1", 1),
        lambda: captured.put_back(cabinet, who, "e1", 1),
    ]
    for call in calls:
        with pytest.raises(NotYours, match="governors read them"):
            call()
    assert cabinet.counter() == before
