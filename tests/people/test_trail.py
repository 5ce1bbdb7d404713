"""The trail: added to and never changed, whole after any crash, and broken ones are told from whole ones."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import multiprocessing
import os
import random
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kpi_engine.errors import PeopleError, UsageError
from kpi_engine.people.trail import LONGEST, Event, Trail, fitting

AT = dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC)
QUICK = "forkserver" in multiprocessing.get_all_start_methods()
KILLS = 30 if QUICK else 10
SMALL = 40_000
"""Bytes after which a part is closed in tests: fewer than 200 entries."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "trail.sqlite"


@pytest.fixture
def trail(path: Path) -> Iterator[Trail]:
    with Trail(path) as opened:
        yield opened


def details(trail: Trail) -> list[str]:
    """Every detail, oldest first."""
    return [entry.detail for entry in reversed(trail.read(limit=None))]


def test_an_entry_says_who_when_and_what_in_london_time(trail: Trail) -> None:
    trail.add("anna@trust.example", Event.SMALL_NUMBERS_VIEWED, "suspensions, 900001, 2025/26", AT)
    trail.add("ben@trust.example", Event.EXPORTED, "scorecard", dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC))
    newest, oldest = trail.read()
    assert (oldest.number, oldest.who, oldest.what, oldest.detail) == (
        1, "anna@trust.example", "small numbers viewed", "suspensions, 900001, 2025/26",
    )  # fmt: skip
    assert oldest.at.isoformat() == "2026-11-23T17:30:00+00:00"
    assert newest.at.isoformat() == "2026-07-01T13:00:00+01:00"
    assert trail.verify() == []


def test_an_entry_without_a_time_is_of_now(trail: Trail) -> None:
    before = dt.datetime.now(dt.UTC)
    trail.add("anna@trust.example", Event.SIGNED_IN)
    (entry,) = trail.read()
    assert before <= entry.at <= dt.datetime.now(dt.UTC)


def test_the_events_are_those_that_are_promised() -> None:
    assert {str(event) for event in Event} == {
        "signed in", "sign-in failed", "locked out", "signed out", "small numbers viewed", "exported", "loaded",
        "unloaded", "rolled back", "purged", "backed up", "restored", "account added", "account disabled",
        "account enabled", "account reset", "directory changed", "commented", "action changed", "draft removed",
        "meeting frozen", "meeting removed", "entry written", "refused",
    }  # fmt: skip


def test_reading_filters_by_time_person_event_and_number(trail: Trail) -> None:
    for day in range(1, 11):
        who = "anna@trust.example" if day % 2 else "ben@trust.example"
        trail.add(who, Event.LOADED if day > 5 else Event.SIGNED_IN, f"day {day}", AT.replace(day=day))

    def days(**asked: object) -> list[int]:
        return [entry.at.day for entry in trail.read(**asked)]  # type: ignore[arg-type]

    assert days() == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert days(limit=3) == [10, 9, 8]
    assert days(since=AT.replace(day=8)) == [10, 9, 8]
    assert days(until=AT.replace(day=3)) == [2, 1]
    assert days(who="ben@trust.example") == [10, 8, 6, 4, 2]
    assert days(event=Event.LOADED, who="anna@trust.example") == [9, 7]
    assert days(since=AT.replace(day=4), until=AT.replace(day=9), limit=2) == [8, 7]
    assert days(who="nobody@trust.example") == []


@pytest.mark.parametrize(
    ("who", "detail"),
    [
        ("anna", "two\nlines"),
        ("anna", "a bell \a"),
        ("anna", "turned \u202e round"),
        ("anna", "x" * (LONGEST + 1)),
        ("anna", "A123456789012.csv"),
        ("anna\r", "detail"),
        ("a" * (LONGEST + 1), "detail"),
    ],
)
def test_texts_that_are_not_names_are_refused_without_repeating_them(trail: Trail, who: str, detail: str) -> None:
    with pytest.raises(UsageError) as caught:
        trail.add(who, Event.LOADED, detail)
    assert "123456789" not in str(caught.value)
    assert trail.read() == []


def test_a_time_without_a_zone_is_refused(trail: Trail) -> None:
    with pytest.raises(UsageError, match="zone"):
        trail.add("anna", Event.LOADED, now=dt.datetime(2026, 11, 23))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("cash.csv", "cash.csv"),
        ("two\nlines\tand a\x00 zero", "two lines and a zero"),
        ("A123456789012.csv, x", "(pupil number).csv, x"),
        ("version 0123456789ab", "version 0123456789ab"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_any_text_can_be_made_fit(trail: Trail, text: str, fits: str) -> None:
    assert fitting(text) == fits
    trail.add("anna", Event.LOADED, fitting(text))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a profile's folders closed by other means")
def test_only_its_owner_may_read_it(path: Path) -> None:
    with Trail(path, SMALL) as trail:
        for number in range(200):
            trail.add("anna", Event.SIGNED_IN, str(number))
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        names = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert {"trail.sqlite", "trail.sqlite-wal", "trail-2026-1.sqlite"} <= names.keys()
    assert set(names.values()) == {0o600}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET who = 'somebody else' WHERE number = 2",
        "DELETE FROM entries WHERE number = 2",
        "DELETE FROM entries WHERE number = 3",
        "INSERT OR REPLACE INTO entries SELECT number, at, 'somebody else', what, detail, hash FROM entries",
        "INSERT INTO entries SELECT number + 7, at, who, what, detail, hash FROM entries WHERE number = 1",
        "UPDATE begins SET number = 1",
        "DELETE FROM begins",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(trail: Trail, path: Path, statement: str) -> None:
    for number in (1, 2, 3):
        trail.add("anna", Event.LOADED, str(number))
    with (
        contextlib.closing(sqlite3.connect(path)) as other,
        pytest.raises(sqlite3.IntegrityError, match="only ever added to"),
    ):
        other.execute(statement)
    assert details(trail) == ["1", "2", "3"]
    assert trail.verify() == []


def tampered(place: Path, *statements: str) -> None:
    """Change a part as somebody does who may write in the file and knows SQLite."""
    with contextlib.closing(sqlite3.connect(place)) as other, other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            other.execute(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entries SET who = 'somebody else' WHERE number = 7", "entry 7 of 23 November 2026, 17:30:00"),
        ("UPDATE entries SET at = '2026-11-23T17:31:00.000000+00:00' WHERE number = 7", "entry 7 of 23 November 2026"),
        ("UPDATE entries SET what = 'exported' WHERE number = 1", "entry 1 of"),
        ("UPDATE entries SET detail = 'other' WHERE number = 10", "entry 10 of"),
        ("UPDATE entries SET hash = upper(hash) WHERE number = 5", "entry 5 of"),
        ("DELETE FROM entries WHERE number = 4", "trail.sqlite: entry 4 is missing"),
        ("DELETE FROM entries WHERE number IN (4, 5)", "trail.sqlite: entries 4 to 5 are missing"),
        ("DELETE FROM entries WHERE number = 1", "trail.sqlite: entry 1 is missing"),
        ("DELETE FROM entries WHERE number > 8", "entries 9 to 10 are missing at its end"),
        ("DELETE FROM entries", "entries 1 to 10 are missing at its end"),
    ],
)
def test_a_changed_or_removed_entry_is_found(path: Path, statement: str, said: str) -> None:
    with Trail(path) as trail:
        for number in range(1, 11):
            trail.add("anna", Event.LOADED, str(number), AT)
    tampered(path, statement)
    with Trail(path) as trail:
        found = trail.verify()
    assert len(found) >= 1
    assert said in found[0], found


def test_entries_that_change_places_are_found(path: Path) -> None:
    with Trail(path) as trail:
        for number in range(1, 5):
            trail.add("anna", Event.LOADED, str(number))
    tampered(path, "UPDATE entries SET detail = CAST(5 - number AS TEXT) WHERE number IN (2, 3)")
    with Trail(path) as trail:
        assert len(trail.verify()) == 2


def test_the_chain_is_sha256_of_the_hash_before_and_the_fields(trail: Trail, path: Path) -> None:
    trail.add("anna", Event.LOADED, "grün", AT)
    trail.add("ben", Event.PURGED, "", AT)
    before = "0" * 64
    for number, who, what, detail in ((1, "anna", "loaded", "gr\\u00fcn"), (2, "ben", "purged", "")):
        text = f'["{before}", {number}, "2026-11-23T17:30:00.000000+00:00", "{who}", "{what}", "{detail}"]'
        assert json.loads(text)[0] == before
        before = hashlib.sha256(text.encode()).hexdigest()
    assert trail.checked().hash == before
    assert (trail.checked().first, trail.checked().last) == (1, 2)


def parts_of(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.glob("trail*.sqlite"))


def test_a_grown_part_is_closed_and_reading_goes_over_all(path: Path) -> None:
    with Trail(path, SMALL) as trail:
        for number in range(400):
            trail.add("anna", Event.LOADED, str(number), AT)
        assert parts_of(path) == ["trail-2026-1.sqlite", "trail-2026-2.sqlite", "trail.sqlite"]
        assert details(trail) == [str(number) for number in range(400)]
        assert trail.verify() == []
        assert [entry.number for entry in trail.read(limit=350)] == list(range(400, 50, -1))


def test_a_new_year_in_london_begins_a_new_part(path: Path) -> None:
    with Trail(path) as trail:
        trail.add("anna", Event.LOADED, "the last of the year", dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=dt.UTC))
        assert parts_of(path) == ["trail.sqlite"]
        trail.add("anna", Event.LOADED, "the first of the next", dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
        assert parts_of(path) == ["trail-2026-1.sqlite", "trail.sqlite"]
        trail.add("anna", Event.LOADED, "a year later", dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
        assert parts_of(path) == ["trail-2026-1.sqlite", "trail-2027-1.sqlite", "trail.sqlite"]
        assert details(trail) == ["the last of the year", "the first of the next", "a year later"]
        assert trail.verify() == []


def test_a_clock_that_was_put_back_does_not_put_the_parts_out_of_order(path: Path) -> None:
    with Trail(path, SMALL) as trail:
        for number in range(500):
            trail.add("anna", Event.LOADED, str(number), AT if number > 200 else AT.replace(year=2027))
        assert parts_of(path) == ["trail-2027-1.sqlite", "trail-2027-2.sqlite", "trail.sqlite"]
        assert details(trail) == [str(number) for number in range(500)]
        assert trail.verify() == []


def closed_twice(path: Path) -> None:
    with Trail(path, SMALL) as trail:
        for number in range(400):
            trail.add("anna", Event.LOADED, str(number), AT)


def test_a_closed_part_that_was_removed_by_hand_is_said_by_where_the_trail_begins(path: Path) -> None:
    closed_twice(path)
    (path.parent / "trail-2026-1.sqlite").unlink()
    with Trail(path) as trail:
        checked = trail.checked()
        assert checked.broken == ()
        assert checked.first == trail.read(limit=None)[-1].number > 100
        assert checked.last == 400


def test_a_part_that_is_missing_in_the_middle_is_found(path: Path) -> None:
    closed_twice(path)
    (path.parent / "trail-2026-2.sqlite").unlink()
    with Trail(path) as trail:
        first, *more = trail.verify()
    assert more == []
    assert first.startswith("trail.sqlite: entries ")
    assert first.endswith("are missing before it")


def test_a_closed_part_that_was_changed_is_found(path: Path) -> None:
    closed_twice(path)
    tampered(path.parent / "trail-2026-1.sqlite", "UPDATE entries SET who = 'somebody else' WHERE number = 3")
    tampered(path.parent / "trail-2026-2.sqlite", "DELETE FROM entries WHERE number > 200")
    with Trail(path) as trail:
        found = trail.verify()
    assert found[0].startswith("trail-2026-1.sqlite: entry 3 of 23 November 2026")
    assert any("trail-2026-2.sqlite: entries 201 to" in each for each in found)


def test_a_closed_part_made_anew_does_not_join_the_next(path: Path, tmp_path: Path) -> None:
    closed_twice(path)
    other = tmp_path / "other" / "trail.sqlite"
    with Trail(other, SMALL) as forged:
        for number in range(400):
            forged.add("ella", Event.LOADED, str(number), AT)
    (other.parent / "trail-2026-1.sqlite").replace(path.parent / "trail-2026-1.sqlite")
    with Trail(path) as trail:
        assert any("does not go on from the part before it" in each for each in trail.verify())


def test_a_part_that_is_no_database_any_more_is_said(path: Path) -> None:
    closed_twice(path)
    (path.parent / "trail-2026-1.sqlite").write_bytes(b"gone" * 500)
    with Trail(path) as trail:
        assert trail.verify()[0].startswith("trail-2026-1.sqlite cannot be read")
        with pytest.raises(PeopleError, match="cannot be read"):
            trail.read(limit=None)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let a file go that somebody has open")
def test_a_removed_open_part_is_noticed_by_whoever_has_it_open_and_begun_anew(path: Path) -> None:
    closed_twice(path)
    with Trail(path) as trail:
        trail.add("anna", Event.LOADED, "in the part that goes")
        ends = trail.checked().last
        for each in path.parent.glob("trail.sqlite*"):
            each.unlink()
        trail.add("anna", Event.LOADED, "in a new part")
        assert details(trail)[-1] == "in a new part"
        assert trail.checked().last < ends
        assert path.is_file()


def test_a_trail_that_cannot_be_written_says_so_before_and_after(tmp_path: Path) -> None:
    (tmp_path / "private").write_text("a file where the folder should be", encoding="utf-8")
    trail = Trail(tmp_path / "private" / "trail.sqlite")
    with pytest.raises(PeopleError):
        trail.ready()
    with pytest.raises(PeopleError):
        trail.add("anna", Event.LOADED)


def test_a_damaged_trail_takes_no_entry(path: Path) -> None:
    with Trail(path) as trail:
        trail.add("anna", Event.LOADED)
    path.write_bytes(b"not a database, " * 100)
    with Trail(path) as trail, pytest.raises(PeopleError, match="cannot be written"):
        trail.add("anna", Event.LOADED)


def test_being_ready_adds_nothing(trail: Trail) -> None:
    trail.ready()
    assert trail.read() == []
    assert trail.checked() == trail.checked()
    assert (trail.checked().first, trail.checked().last) == (0, 0)


def test_reading_where_nothing_was_recorded_makes_no_file(path: Path) -> None:
    with Trail(path) as trail:
        assert trail.read() == []
        assert trail.verify() == []
    assert not path.parent.exists()


def test_threads_and_connections_do_not_lose_or_double_an_entry(path: Path) -> None:
    shared = Trail(path, SMALL)

    def write(name: str, trail: Trail) -> None:
        for number in range(60):
            trail.add(name, Event.SIGNED_IN, f"{name} {number}")

    threads = [
        threading.Thread(target=write, args=(f"t{n}", shared if n < 3 else Trail(path, SMALL))) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen = [entry.number for entry in shared.read(limit=None)]
        assert seen == list(range(len(seen), 0, -1))
    for thread in threads:
        thread.join()
    assert sorted(details(shared)) == sorted(f"t{n} {number}" for n in range(6) for number in range(60))
    assert shared.verify() == []


def _write_until_killed(path: Path, name: str, tell: Connection) -> None:
    trail = Trail(path, SMALL)
    number = 0
    while True:
        trail.add("anna", Event.LOADED, f"{name}-{number}")
        tell.send(number)
        number += 1


def test_a_writer_killed_at_any_moment_loses_nothing_that_was_acknowledged(path: Path) -> None:
    start = multiprocessing.get_context("forkserver" if QUICK else "spawn")
    if QUICK:
        start.set_forkserver_preload(["kpi_engine.people.trail"])
    chance = random.Random(20261123)
    acknowledged = 0
    for kill in range(KILLS):
        hear, tell = start.Pipe(duplex=False)
        process = start.Process(target=_write_until_killed, args=(path, f"k{kill}", tell))
        process.start()
        tell.close()
        heard = hear.recv()
        deadline = time.monotonic() + chance.uniform(0, 0.12)
        while time.monotonic() < deadline:
            if hear.poll(0.002):
                heard = hear.recv()
        process.kill()
        process.join()
        with contextlib.suppress(EOFError):
            while hear.poll():
                heard = hear.recv()
        with Trail(path) as trail:
            written = [each for each in details(trail) if each.startswith(f"k{kill}-")]
            assert written[: heard + 1] == [f"k{kill}-{number}" for number in range(heard + 1)]
            assert len(written) <= heard + 2, "an entry that was not acknowledged is at most the next one"
            assert trail.verify() == []
        acknowledged += heard + 1
    assert acknowledged > 10 * KILLS
    assert len(parts_of(path)) > 2


class CutShort(BaseException):
    """Stands for the power going: nothing in the engine catches it."""


@pytest.mark.parametrize("after", ["written", "named", "emptied"])
def test_a_closing_cut_short_loses_and_doubles_nothing(path: Path, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    import kpi_engine.people.trail_parts as parts

    def cut_before(name: str) -> Callable[..., None]:
        def cut(*_: object) -> None:
            raise CutShort(name)

        return cut

    with Trail(path) as trail:
        for number in range(10):
            trail.add("anna", Event.LOADED, str(number), AT)
    with monkeypatch.context() as patch:
        if after == "written":
            patch.setattr(Path, "replace", cut_before("replace"))
        else:
            patch.setattr(parts, "_sync" if after == "named" else "append", cut_before(after))
        with Trail(path) as trail, pytest.raises(CutShort):
            trail.add("anna", Event.LOADED, "lost", AT.replace(year=2027))
    assert len(parts_of(path)) == (1 if after == "written" else 2)
    with Trail(path) as trail:
        assert details(trail) == [str(number) for number in range(10)]
        assert trail.verify() == []
        trail.add("anna", Event.LOADED, "10", AT.replace(year=2027))
        assert parts_of(path) == ["trail-2026-1.sqlite", "trail.sqlite"]
        assert details(trail) == [str(number) for number in range(11)]
        assert trail.verify() == []


def test_an_entry_takes_a_few_milliseconds(trail: Trail) -> None:
    trail.add("anna", Event.SIGNED_IN)
    took = []
    for _ in range(100):
        began = time.perf_counter()
        trail.add("anna", Event.SMALL_NUMBERS_VIEWED, "suspensions, 900001, 2025/26")
        took.append(time.perf_counter() - began)
    assert sorted(took)[50] < 0.05, "half of the entries; ten times what is meant, for slow disks and busy machines"
