"""The file: closed to others, several writers at once, a killed writer, old and newer layouts, a full disk."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import sqlite3
import stat
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kpi_engine.errors import CannotBeKept, PeopleError
from kpi_engine.intake.pipeline import examine
from kpi_engine.people import private
from kpi_engine.people.trail import Trail
from kpi_engine.warehouse import undo
from kpi_engine.warehouse.folder import load
from kpi_engine.written import actions, database, notes
from kpi_engine.written.database import Notebook
from tests.written.conftest import EXECUTIVE, FIGURE, HEAD, at
from tests.written.test_actions import DUE

QUICK = "forkserver" in multiprocessing.get_all_start_methods()
KILLS = 12 if QUICK else 6


def texts(book: Notebook) -> list[str]:
    return [note.text for note in notes.everything(book)]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a profile's folders closed by other means")
def test_only_its_owner_may_read_it(book: Notebook, path: Path) -> None:
    keeping = sqlite3.connect(path)
    keeping.execute("SELECT * FROM note").fetchall()
    notes.write(book, EXECUTIVE, FIGURE, "Text.")
    names = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.glob("written*")}
    keeping.close()
    assert set(names) == {"written.sqlite", "written.sqlite-wal", "written.sqlite-shm"}
    assert set(names.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_start_forgets_nothing(book: Notebook, path: Path) -> None:
    notes.write(book, EXECUTIVE, FIGURE, "Text.", at(0))
    actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo", DUE, now=at(0))
    again = Notebook.opened(path)
    assert notes.everything(again) == notes.everything(book) != ()
    assert actions.everything(again) == actions.everything(book) != ()


def test_the_counter_rises_with_every_change_and_with_nothing_else(book: Notebook, path: Path) -> None:
    counted = [book.counter()]
    note = notes.write(book, EXECUTIVE, FIGURE, "Text.")
    counted.append(book.counter())
    notes.remove(book, EXECUTIVE, note.number, 1)
    counted.append(book.counter())
    action = actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo", DUE)
    counted.append(book.counter())
    actions.follow_up(book, EXECUTIVE, action.number, 1, "Well.")
    counted.append(book.counter())
    assert counted == sorted(set(counted))
    notes.on(book, EXECUTIVE, FIGURE)
    Notebook.opened(path)
    assert book.counter() == counted[-1]


# Several at once


def _write_many(path: Path, who: str, count: int) -> int:
    with Trail(path.with_name("trail.sqlite")) as trail:
        book = Notebook.opened(path, trail)
        for number in range(count):
            notes.write(book, EXECUTIVE, FIGURE, f"{who} {number}")
            with contextlib.suppress(database.CannotBeKept):
                actions.follow_up(book, HEAD, 1, 1, f"{who} {number}")
    return count


def test_two_processes_write_at_once_and_nothing_is_lost(book: Notebook, path: Path, trail: Trail) -> None:
    actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo", DUE)
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, start) as pool:
        jobs = [pool.submit(_write_many, path, who, 25) for who in ("one", "two")]
        assert [job.result() for job in jobs] == [25, 25]
    every = sorted(f"{who} {number}" for who in ("one", "two") for number in range(25))
    assert sorted(texts(book)) == every
    (action,) = actions.everything(book)
    assert sorted(step.said for step in action.steps[1:]) == every
    assert [step.edition for step in action.steps] == list(range(1, 52))
    assert len(trail.read(limit=None)) == 101
    assert trail.verify() == []


def test_of_two_who_change_the_same_edition_one_is_told(book: Notebook) -> None:
    number = notes.write(book, EXECUTIVE, FIGURE, "Text.", at(0)).number

    def change(who: int) -> bool:
        try:
            notes.edit(book, EXECUTIVE, number, 1, f"Text of {who}.")
        except database.CannotBeKept:
            raise
        except Exception as error:  # noqa: BLE001
            return type(error).__name__ != "ChangedSince"
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(change, range(8))) == [False] * 7 + [True]
    (note,) = notes.everything(book)
    assert note.edition == 2


def _open_at_once(path: Path) -> int:
    return Notebook.opened(path).counter()


def test_two_processes_may_begin_at_once(path: Path) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(_open_at_once, [path] * 6)) == [0] * 6


def _write_until_killed(path: Path, name: str, tell: Connection) -> None:
    book = Notebook.opened(path)
    number = 0
    while True:
        note = notes.write(book, EXECUTIVE, FIGURE, f"{name}-{number}")
        notes.edit(book, EXECUTIVE, note.number, 1, f"{name}-{number} again")
        tell.send(number)
        number += 1


def test_a_writer_killed_at_any_moment_loses_nothing_that_was_saved(path: Path) -> None:
    start = multiprocessing.get_context("forkserver" if QUICK else "spawn")
    if QUICK:
        start.set_forkserver_preload([__name__])
    chance = random.Random(20261123)
    for kill in range(KILLS):
        hear, tell = start.Pipe(duplex=False)
        process = start.Process(target=_write_until_killed, args=(path, f"k{kill}", tell))
        process.start()
        tell.close()
        heard = -1
        for _ in range(chance.randint(1, 6)):
            heard = hear.recv()
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.join()
        with contextlib.suppress(EOFError):
            while hear.poll():
                heard = hear.recv()
        book = Notebook.opened(path)
        written = [note for note in notes.everything(book) if note.written.text.startswith(f"k{kill}-")]
        assert [n.written.text for n in written[: heard + 1]] == [f"k{kill}-{number}" for number in range(heard + 1)]
        assert all(n.text == f"{n.written.text} again" for n in written[: heard + 1])
        assert len(written) <= heard + 2, "what was not acknowledged is at most the next one"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Layouts


def test_an_empty_file_of_version_0_is_brought_to_the_newest_layout(path: Path) -> None:
    private.make(path.parent)
    private.file(path)
    book = Notebook.opened(path)
    notes.write(book, EXECUTIVE, FIGURE, "Text.")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(database.MIGRATIONS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_newer_layout_keeps_everything_and_is_refused_by_an_older_version(
    book: Notebook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Board meetings come into the same file, and change nothing of what is there."""
    notes.write(book, EXECUTIVE, FIGURE, "Text.", at(0))
    actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo", DUE, now=at(0))
    before = (notes.everything(book), actions.everything(book))
    meetings = (
        "CREATE TABLE meeting (number INTEGER PRIMARY KEY AUTOINCREMENT, held TEXT NOT NULL, title TEXT NOT NULL)",
        "CREATE TABLE decision (number INTEGER PRIMARY KEY, text TEXT, meeting INTEGER REFERENCES meeting (number))",
        "CREATE TABLE meeting_action (meeting INTEGER, action INTEGER REFERENCES action (number) ON DELETE CASCADE)",
    )
    monkeypatch.setattr(database, "NOTES", replace(database.NOTES, migrations=(*database.MIGRATIONS, meetings)))
    newer = Notebook.opened(path)
    assert (notes.everything(newer), actions.everything(newer)) == before
    with newer.writing() as connection:
        connection.execute("INSERT INTO meeting VALUES (1, '2026-11-26', 'Board')")
        connection.execute("INSERT INTO meeting_action VALUES (1, 1)")
    monkeypatch.undo()
    with pytest.raises(CannotBeKept, match="newer version of the explorer; install that one or restore a backup"):
        Notebook.opened(path)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    book: Notebook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.write(book, EXECUTIVE, FIGURE, "Text.")
    failing = (*database.MIGRATIONS, ("CREATE TABLE half (x)", "CREATE TABLE note (x)"))
    monkeypatch.setattr(database, "NOTES", replace(database.NOTES, migrations=failing))
    with pytest.raises(CannotBeKept):
        Notebook.opened(path)
    monkeypatch.undo()
    assert texts(Notebook.opened(path)) == ["Text."]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


# Trouble


def _all_calls(book: Notebook) -> list[Callable[[], object]]:
    return [
        lambda: notes.write(book, EXECUTIVE, FIGURE, "x" * 600),
        lambda: notes.edit(book, EXECUTIVE, 1, 1, "y" * 600),
        lambda: actions.add(book, EXECUTIVE, FIGURE, "z" * 600, "Bo", DUE),
        lambda: actions.follow_up(book, EXECUTIVE, 1, 1, "w" * 600),
    ]


def _until_refused(write: Callable[[int], object]) -> None:
    for number in range(20):
        write(number)


def _meddle(monkeypatch: pytest.MonkeyPatch, change: Callable[[sqlite3.Connection], None], how: str = "rw") -> None:
    """Have every connection of the notebook opened another way."""
    connect = sqlite3.connect

    def connected(place: str, **given: object) -> sqlite3.Connection:
        opened = connect(place.replace("mode=rw", f"mode={how}"), **given)  # type: ignore[call-overload]
        change(opened)
        return opened  # type: ignore[no-any-return]

    monkeypatch.setattr(database.sqlite3, "connect", connected)


def test_a_full_disk_is_said_in_words_and_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Notebook.opened(path)
    notes.write(book, EXECUTIVE, FIGURE, "Text.")
    actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo", DUE)
    before = (notes.everything(book), actions.everything(book))

    def full(connection: sqlite3.Connection) -> None:
        # No page may be added, and none is free: what SQLite finds on a full disk.
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    _meddle(monkeypatch, full)
    said = "the disk is full; nothing has been changed; free some space on it"
    # Each table fills the page that it has, until it needs another.
    for write in (
        lambda n: notes.write(book, EXECUTIVE, FIGURE, f"{n} {'x' * 590}"),
        lambda n: actions.add(book, EXECUTIVE, FIGURE, f"{n} {'x' * 590}", "Bo", DUE),
        lambda n: actions.follow_up(book, EXECUTIVE, 1, 1, f"{n} {'x' * 590}"),
    ):
        with pytest.raises(CannotBeKept, match=said):
            _until_refused(write)
    kept = (notes.everything(book), actions.everything(book))
    for call in (
        lambda: notes.write(book, EXECUTIVE, FIGURE, "y" * 600),
        lambda: actions.follow_up(book, EXECUTIVE, 1, 1, "y" * 600),
    ):
        with pytest.raises(CannotBeKept, match=said):
            call()
    monkeypatch.undo()
    assert (notes.everything(book), actions.everything(book)) == kept
    assert kept[0][0] == before[0][0]
    notes.write(book, EXECUTIVE, FIGURE, "There is room again.")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_may_not_be_written_is_said_in_words_and_can_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Notebook.opened(path)
    notes.write(book, EXECUTIVE, FIGURE, "Text.")
    actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo", DUE)
    _meddle(monkeypatch, lambda _: None, "ro")
    for call in _all_calls(book):
        with pytest.raises(CannotBeKept, match="may not be written in; nothing has been changed; let the account"):
            call()
    assert texts(book) == ["Text."]


def test_somebody_who_writes_too_long_is_said_in_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Notebook.opened(path)
    monkeypatch.setattr(database, "_WAIT", 0.1)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotBeKept, match=r"somebody else has been writing for too long.*try again"):
            notes.write(book, EXECUTIVE, FIGURE, "Text.")
    notes.write(book, EXECUTIVE, FIGURE, "Text.")


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\0" * 4096])
def test_a_damaged_file_is_said_with_the_remedy_and_left_as_it_is(path: Path, content: bytes) -> None:
    private.make(path.parent)
    path.write_bytes(content)
    with pytest.raises(CannotBeKept, match="restore it from a backup of the private folder"):
        Notebook.opened(path)
    assert path.read_bytes() == content


def test_a_file_that_went_away_does_not_come_back_empty(book: Notebook, path: Path) -> None:
    notes.write(book, EXECUTIVE, FIGURE, "Text.")
    for each in path.parent.glob("written*"):
        each.unlink()
    for call in (*_all_calls(book), book.counter, lambda: notes.on(book, EXECUTIVE, FIGURE)):
        with pytest.raises(CannotBeKept, match=r"cannot be opened.*backup of the private folder"):
            call()
    assert not path.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a profile's folders closed by other means")
def test_a_private_folder_that_others_may_read_is_refused(path: Path) -> None:
    path.parent.mkdir()
    (path.parent / "letter.txt").write_text("not ours", encoding="utf-8")
    path.parent.chmod(0o755)
    with pytest.raises(PeopleError):
        private.make(path.parent)
    with pytest.raises(CannotBeKept, match="chmod 700"):
        Notebook.opened(path)


# The data


def test_notes_outlast_a_reload_a_rollback_and_a_purge_of_the_data(
    book: Notebook, path: Path, sample_files: Path, tmp_path: Path
) -> None:
    notes.write(book, EXECUTIVE, FIGURE, "Kept.", at(0))
    actions.add(book, EXECUTIVE, FIGURE, "Kept.", "Bo", DUE, now=at(0))
    before = (notes.everything(book), actions.everything(book))
    folder = tmp_path / "data"
    files = [sample_files / "returns" / name for name in ("academies.csv", "survey.csv", "cash.csv")]
    for change in (
        lambda: load(examine(files).accepted, folder),
        lambda: undo.unload(folder, file="survey.csv"),
        lambda: undo.rollback(folder),
        lambda: undo.purge(folder, None, private=path.parent),
    ):
        change()
        again = Notebook.opened(path)
        assert (notes.everything(again), actions.everything(again)) == before
    assert not [each for each in folder.rglob("*") if each.name.startswith("written")]
