"""Freezing while the disk is full, the process is killed, or somebody else freezes: all as before, or all as after."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import multiprocessing
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi_engine.errors import Busy, CannotBeKept
from kpi_engine.meetings import captured, index
from kpi_engine.meetings.document import EntryKind
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.people import trail as trails
from kpi_engine.people.trail import Trail
from kpi_engine.warehouse import files, housekeeping
from kpi_engine.warehouse.lock import locked
from kpi_engine.written import database
from tests.meetings.cabinets import BOARD, CLERK, DI, JULY, frozen, maker

QUICK = "forkserver" in multiprocessing.get_all_start_methods()
KILLED = 9
STEPS = (
    (files, "put"), (files, "sync"), (files, "replace"), (housekeeping, "hold"), (index, "enter"), (index, "record"),
    (trails.parts, "append"), (Cabinet, "_sweep"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def whole(folder: Path) -> list[str]:
    """What each listed version says, newest first, read with nothing but the standard library where it can be."""
    cabinet = Cabinet(folder)
    said = []
    for kept in cabinet.frozen():
        document, check = cabinet.read(kept.meeting, kept.version)
        assert document.version == kept.version
        said.append(document.items[0].text)
        place = folder / kept.file
        if place.exists():
            assert hashlib.sha256(place.read_bytes()).hexdigest() == check
    if cabinet.shelf.path.exists():
        with contextlib.closing(sqlite3.connect(cabinet.shelf.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return said


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "state" / "meetings").rglob("*.json"))


# Killed


def _freeze_and_die(folder: Path, said: str, moment: int) -> None:
    """Freeze, and end without any cleaning up at the given moment: before or after one of the steps."""
    passed = 0

    def tick() -> None:
        nonlocal passed
        passed += 1
        if passed == moment:
            os._exit(KILLED)

    def wrapped(done: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **given: object) -> object:
            tick()
            result = done(*args, **given)
            tick()
            return result

        return step

    for owner, name in STEPS:
        setattr(owner, name, wrapped(getattr(owner, name)))
    with Trail(folder.parent / "private" / "trail.sqlite") as trail:
        frozen(Cabinet(folder, trail), BOARD, said)
    os._exit(0)


def test_a_freezing_that_is_killed_at_any_moment_is_not_there_or_whole(folder: Path) -> None:
    start = multiprocessing.get_context("forkserver" if QUICK else "spawn")
    if QUICK:
        start.set_forkserver_preload([__name__])
    said = ["The first."]
    frozen(Cabinet(folder), BOARD, said[0])
    outcomes = set()
    for moment in range(1, 200):
        process = start.Process(target=_freeze_and_die, args=(folder, f"Killed at {moment}.", moment))
        process.start()
        process.join()
        after = whole(folder)
        assert after in (said, [f"Killed at {moment}.", *said]), f"at {moment}"
        assert Cabinet(folder).unlisted() == ()
        outcomes.add((process.exitcode, len(after) - len(said)))
        said = after
        if process.exitcode == 0:
            break
    assert process.exitcode == 0, "the last one was let finish"
    assert outcomes == {(KILLED, 0), (KILLED, 1), (0, 1)}
    again = frozen(Cabinet(folder), BOARD, "The last.")
    assert whole(folder) == ["The last.", *said]
    assert again.version == len(said) + 1, "no number was lost"
    assert names(folder) == sorted(f"v{number}.json" for number in range(1, again.version + 1)), "nothing is left over"


# The disk


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def half(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content[: len(content) // 2])
    full()


def full_database(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def connected(*args: object, **given: object) -> sqlite3.Connection:
        opened = connect(*args, **given)  # type: ignore[call-overload]
        (pages,) = opened.execute("PRAGMA page_count").fetchone()
        opened.execute(f"PRAGMA max_page_count = {pages}")
        return opened  # type: ignore[no-any-return]

    monkeypatch.setattr(database.sqlite3, "connect", connected)


def _until_refused(cabinet: Cabinet) -> None:
    """The file of the index has room for some rows in its pages."""
    for number in range(60):
        frozen(cabinet, BOARD, f"Number {number}.")


@pytest.mark.parametrize(
    "harm",
    [
        lambda patch: patch.setattr(Path, "write_bytes", half),
        lambda patch: patch.setattr(files.os, "fsync", full),
        lambda patch: patch.setattr(files, "put", full),
        lambda patch: patch.setattr(files, "put_text", full),
        lambda patch: patch.setattr(housekeeping, "hold", full),
        full_database,
    ],
    ids=["half a document", "on syncing", "the document", "the lock", "the pin", "the index"],
)
def test_on_a_full_disk_nothing_changes_and_it_is_said(
    folder: Path, harm: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    cabinet = Cabinet(folder)
    frozen(cabinet, BOARD, "Before.")
    before = names(folder)
    with monkeypatch.context() as patch:
        harm(patch)
        with pytest.raises(CannotBeKept, match=r"the disk is full.*free some space"):
            _until_refused(cabinet)
        said = whole(folder)
    assert said[-1] == "Before."
    assert names(folder) == sorted([*before, *(f"v{n}.json" for n in range(2, len(said) + 1))])
    frozen(cabinet, BOARD, "After.")
    assert whole(folder) == ["After.", *said]


def test_a_document_that_the_disk_gives_back_changed_is_not_frozen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path)[:-1])
    with pytest.raises(CannotBeKept, match="not written whole"):
        frozen(Cabinet(folder), BOARD)
    monkeypatch.undo()
    assert (whole(folder), names(folder)) == ([], [])


def test_a_document_that_cannot_be_given_its_name_is_read_and_named_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cabinet = Cabinet(folder)
    replace = files.replace

    def held(old: Path, new: Path) -> None:
        if new.name == "v1.json":
            raise PermissionError(errno.EACCES, "held by another program")
        replace(old, new)

    monkeypatch.setattr(files, "replace", held)
    kept = frozen(cabinet, BOARD, "Held.")
    assert not (folder / kept.file).exists()
    assert whole(folder) == ["Held."]
    monkeypatch.undo()
    frozen(cabinet, BOARD, "Next.")
    assert (folder / kept.file).exists()
    assert whole(folder) == ["Next.", "Held."]


# Several at once


def _freeze_many(folder: Path, who: str, count: int) -> list[int]:
    with Trail(folder.parent / "private" / "trail.sqlite") as trail:
        cabinet = Cabinet(folder, trail)
        return [frozen(cabinet, BOARD, f"{who} {number}.").version for number in range(count)]


def test_two_processes_that_freeze_the_same_meeting_get_versions_of_their_own(folder: Path) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(_freeze_many, folder, who, 6) for who in ("one", "two")]
        given = [job.result() for job in jobs]
    assert sorted([*given[0], *given[1]]) == list(range(1, 13))
    said = whole(folder)
    assert len(said) == 12
    for who, versions in zip(("one", "two"), given, strict=True):
        assert [said[12 - version] for version in versions] == [f"{who} {number}." for number in range(6)]
    with Trail(folder.parent / "private" / "trail.sqlite") as trail:
        assert len(trail.read(limit=None)) == 12


def test_people_may_freeze_different_meetings_and_write_down_at_once(folder: Path) -> None:
    cabinet = Cabinet(folder)
    frozen(cabinet, BOARD, "Begin.")

    def work(number: int) -> None:
        agenda = (BOARD, JULY)[number % 2]
        frozen(cabinet, agenda, f"{number}.")
        for word in range(5):
            text = " ".join(["word"] * (word + 1))
            captured.save(cabinet, CLERK, f"e{number}", BOARD.meeting, "kpi-0", EntryKind.NOTE, text, version=1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [(k.meeting, k.version) for k in cabinet.frozen()] == [
        (BOARD.meeting, 3), (BOARD.meeting, 2), (BOARD.meeting, 1), (JULY.meeting, 2), (JULY.meeting, 1),
    ]  # fmt: skip
    assert sorted(e.id for e in captured.entries(cabinet, BOARD.meeting)) == ["e0", "e1", "e2", "e3"]
    assert {e.text for e in captured.entries(cabinet, BOARD.meeting)} == {"word word word word word"}


def test_while_a_load_is_at_work_the_one_who_freezes_is_told(folder: Path) -> None:
    cabinet = Cabinet(folder)
    with locked(folder, "a load", 1), pytest.raises(Busy, match="a load by process"):
        cabinet.freeze(BOARD, maker(BOARD), DI, wait=0.1)
    assert whole(folder) == []
    frozen(cabinet, BOARD)
