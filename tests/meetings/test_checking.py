"""Two witnesses of what was frozen: the index beside the documents, and the trail in another folder."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_engine.errors import Damaged, NotYours, UsageError
from kpi_engine.meetings import captured, checking
from kpi_engine.meetings.document import EntryKind
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.people.trail import Trail
from tests.meetings.cabinets import BOARD, CLERK, DI, GOVERNOR, JULY, at, entries, frozen


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    with Trail(tmp_path / "private" / "trail.sqlite") as opened:
        yield opened


@pytest.fixture
def cabinet(tmp_path: Path, trail: Trail) -> Cabinet:
    made = Cabinet(tmp_path / "data", trail)
    frozen(made, JULY, "July.", seconds=1)
    frozen(made, BOARD, "First.", CLERK, seconds=2)
    frozen(made, BOARD, "Second.", seconds=3)
    return made


def lose_the_index(cabinet: Cabinet) -> None:
    for path in cabinet.shelf.path.parent.glob("meetings.sqlite*"):
        path.unlink()


def change(cabinet: Cabinet, place: str) -> str:
    """Change a document and its line in the index alike; the new checksum."""
    path = cabinet.folder / place
    path.write_bytes(path.read_bytes().replace(b"Measure 1 is below", b"Measure 1 is above"))
    check = hashlib.sha256(path.read_bytes()).hexdigest()
    with contextlib.closing(sqlite3.connect(cabinet.shelf.path)) as connection, connection:
        connection.execute("DROP TRIGGER frozen_update")
        connection.execute("UPDATE frozen SET checksum = ? WHERE file = ?", (check, place))
    return check


def test_what_is_as_it_was_frozen_is_counted_and_confirmed(cabinet: Cabinet) -> None:
    found = checking.check(cabinet)
    assert (len(found.whole), found.confirmed, found.damaged, found.unlisted) == (3, 3, (), ())


def test_without_a_trail_the_index_is_the_one_witness(cabinet: Cabinet) -> None:
    found = checking.check(Cabinet(cabinet.folder))
    assert (len(found.whole), found.confirmed, found.damaged) == (3, 0, ())


def test_every_damaged_document_is_named(cabinet: Cabinet) -> None:
    places = [kept.file for kept in cabinet.frozen()]
    (cabinet.folder / places[0]).unlink()
    (cabinet.folder / places[2]).write_bytes(b"")
    found = checking.check(cabinet)
    assert [kept.file for kept in found.whole] == [places[1]]
    assert [place in text for place, text in zip((places[0], places[2]), found.damaged, strict=True)] == [True, True]


def test_a_document_that_was_changed_with_its_line_in_the_index_is_found_by_the_trail(cabinet: Cabinet) -> None:
    place = "state/meetings/board-2026-11-26/v1.json"
    change(cabinet, place)
    # With the index alone nobody could tell.
    assert cabinet.read(BOARD.meeting, 1)[0].items[2].title.startswith("Measure 1 is above")
    (said,) = checking.check(cabinet).damaged
    assert place in said
    assert "trail says" in said


def test_documents_whose_index_was_lost_are_taken_up_again_with_when_and_by_whom(cabinet: Cabinet) -> None:
    before = cabinet.frozen()
    lose_the_index(cabinet)
    assert cabinet.frozen() == ()
    found = checking.check(cabinet)
    assert found.unlisted == tuple(sorted(kept.file for kept in before))
    for place in found.unlisted:
        checking.take_up(cabinet, place, DI)
    after = cabinet.frozen()
    assert [(k.label, k.check, k.at, k.user) for k in after] == [(k.label, k.check, k.at, k.user) for k in before]
    assert [cabinet.read(k.meeting, k.version)[0].items[0].text for k in after] == ["Second.", "First.", "July."]
    assert checking.check(cabinet).unlisted == ()
    assert frozen(cabinet, BOARD).version == 3
    captured.save(cabinet, DI, "e1", JULY.meeting, "kpi-0", EntryKind.NOTE, "Goes on.")


def test_a_document_that_the_trail_does_not_know_is_of_whoever_takes_it_up(cabinet: Cabinet, trail: Trail) -> None:
    lose_the_index(cabinet)
    trail.close()
    for path in trail.path.parent.glob("trail.sqlite*"):
        path.unlink()
    kept = checking.take_up(cabinet, "state/meetings/board-2026-11-26/v2.json", CLERK, at(90))
    assert (kept.by, kept.at) == ("Cole Ward", at(90))
    assert entries(trail)[0][:2] == ("cole@trust.example", "meeting frozen")


def test_what_is_not_what_was_frozen_is_not_taken_up(cabinet: Cabinet) -> None:
    lose_the_index(cabinet)
    folder = cabinet.folder / "state" / "meetings" / "board-2026-11-26"
    good = (folder / "v1.json").read_bytes()
    (folder / "v1.json").write_bytes(good.replace(b"Measure 1 is below", b"Measure 1 is above"))
    with pytest.raises(Damaged, match=r"is not what was frozen as Board 2026-11-26 v1.*the trail says"):
        checking.take_up(cabinet, "state/meetings/board-2026-11-26/v1.json", DI)
    (folder / "v7.json").write_bytes(good)
    with pytest.raises(Damaged, match="files were mixed up"):
        checking.take_up(cabinet, "state/meetings/board-2026-11-26/v7.json", DI)
    (folder / "v8.json").write_bytes(good[:-20])
    with pytest.raises(Damaged, match="damaged or was changed"):
        checking.take_up(cabinet, "state/meetings/board-2026-11-26/v8.json", DI)
    for place in ("../../secret.json", "state/meetings/board-2026-11-26/v9.json"):
        with pytest.raises(UsageError, match="no document without a place in the list"):
            checking.take_up(cabinet, place, DI)
    with pytest.raises(NotYours):
        checking.take_up(cabinet, "state/meetings/board-2026-11-26/v2.json", GOVERNOR)
    assert cabinet.frozen() == ()


def test_a_version_that_is_listed_or_was_removed_is_not_taken_up_again(cabinet: Cabinet) -> None:
    place = "state/meetings/board-2026-11-26/v2.json"
    content = (cabinet.folder / place).read_bytes()
    with pytest.raises(UsageError):
        checking.take_up(cabinet, place, DI)
    cabinet.remove(BOARD.meeting, 2, DI)
    (cabinet.folder / place).write_bytes(content)
    assert checking.check(cabinet).unlisted == ()
    with pytest.raises(UsageError):
        checking.take_up(cabinet, place, DI)
