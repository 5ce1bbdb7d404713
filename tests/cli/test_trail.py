"""``trail``, and what the command line itself records."""

from __future__ import annotations

import csv
import datetime as dt
import getpass
import io
import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from kpi_engine.people.trail import Event, Trail


@pytest.fixture
def trail(workplace: Path) -> Trail:
    return Trail(workplace / "private" / "trail.sqlite")


@pytest.fixture
def filled(trail: Trail) -> Trail:
    for day, who, what, detail in (
        (1, "anna@trust.example", Event.SIGNED_IN, ""),
        (2, "anna@trust.example", Event.SMALL_NUMBERS_VIEWED, "suspensions, 900201, 2025/26"),
        (3, "ben@trust.example", Event.EXPORTED, "=cmd, scorecard"),
        (4, "ben@trust.example", Event.SIGNED_OUT, ""),
    ):
        trail.add(who, what, detail, dt.datetime(2026, 7, day, 22, 59, 59, tzinfo=dt.UTC))
    trail.close()
    return trail


def _own_name():
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _told(run, *words):
    ran = run("trail", *words, "--format", "json")
    assert ran.code == 0, ran.err
    return [(each["what"], each["detail"]) for each in json.loads(ran.out)]


def test_what_changes_the_data_is_recorded_with_who_and_what(run, returns, workplace):
    assert run("load", returns).code == 0
    assert run("load", returns).code == 0  # nothing new, so nothing to record
    version = json.loads(run("status", "--format", "json").out)["version"]
    assert run("unload", "cash.csv", "--yes").code == 0
    assert run("rollback", "--yes").code == 0
    assert run("backup", workplace / "kept.zip").code == 0
    assert run("restore", workplace / "kept.zip", "--yes").code == 0
    assert run("purge", "--urn", "900202", "--yes").code == 0
    assert run("purge", "--everything", "--yes").code == 0
    told = list(reversed(_told(run)))
    assert [what for what, _ in told] == [
        "loaded", "unloaded", "rolled back", "backed up", "restored", "purged", "purged",
    ]  # fmt: skip
    details = [detail for _, detail in told]
    assert details[0].startswith(f"version {version} of ")
    assert details[0].endswith("with academies.csv, cash.csv, lesson_quality.csv")
    assert details[1].endswith("without cash.csv")
    assert details[2].startswith(f"version {version} of ")
    assert details[3].endswith("kept.zip")
    assert details[4].endswith("from kept.zip")
    assert details[5].startswith("URN 900202, ")
    assert details[6].startswith("everything, ")
    (who,) = {each["who"] for each in json.loads(run("trail", "--format", "json").out)}
    assert who == f"command line ({_own_name()})"


def test_results_and_refused_commands_are_not_recorded(run, loaded):
    assert run("results", "--format", "csv").code == 0
    assert run("status").code == 0
    assert run("check", loaded).code in (0, 1)
    assert run("unload", "budget.csv", "--yes").code == 2
    assert run("rollback", "no-such-version", "--yes").code == 2
    assert run("purge", "--urn", "999999", "--yes").code == 2
    assert _told(run) == []


def test_nothing_is_changed_when_it_cannot_be_recorded(run, loaded, returns, workplace):
    (workplace / "private").mkdir(mode=0o700)
    (workplace / "private" / "trail.sqlite").write_bytes(b"no database " * 100)
    before = {path: path.read_bytes() for path in loaded.rglob("*") if path.is_file()}
    for words in (
        ("load", returns, "--as-at", "2026-01-01"),
        ("unload", "cash.csv", "--yes"),
        ("purge", "--urn", "900202", "--yes"),
        ("purge", "--everything", "--yes"),
        ("backup", "kept.zip"),
    ):
        ran = run(*words)
        assert ran.code == 1, words
        assert "cannot be written" in ran.err
    assert {path: path.read_bytes() for path in loaded.rglob("*") if path.is_file()} == before
    assert not (workplace / "kept.zip").exists()


def test_what_was_done_and_could_not_be_recorded_is_said(run, loaded, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("kpi_engine.people.trail_parts.append", full)
    ran = run("unload", "cash.csv", "--yes")
    assert ran.code == 1
    assert "it is done (unloaded), but it could not be recorded" in ran.err


def test_the_trail_is_shown_newest_first_in_every_format(run, filled):
    table = run("trail").out.splitlines()
    assert table[0].split() == ["when", "who", "what", "detail"]
    assert table[2].startswith("04 Jul 2026 23:59:59  ben@trust.example")
    assert len(table) == 6
    listed = json.loads(run("trail", "--format", "json").out)
    assert [each["number"] for each in listed] == [4, 3, 2, 1]
    assert listed[2] == {
        "number": 2,
        "at": "2026-07-02T23:59:59+01:00",
        "who": "anna@trust.example",
        "what": "small numbers viewed",
        "detail": "suspensions, 900201, 2025/26",
    }
    rows = list(csv.DictReader(io.StringIO(run("trail", "--format", "csv").out)))
    assert [row["number"] for row in rows] == ["4", "3", "2", "1"]
    assert rows[1]["detail"] == "'=cmd, scorecard"


def test_the_trail_is_filtered_by_days_in_london_by_person_and_event(run, filled):
    def days(*words):
        return [each["at"][8:10] for each in json.loads(run("trail", *words, "--format", "json").out)]

    assert days("--since", "2026-07-03") == ["04", "03"]
    assert days("--until", "2026-07-02") == ["02", "01"]
    assert days("--since", "2026-07-02", "--until", "2026-07-02") == ["02"]
    assert days("--who", "ben@trust.example") == ["04", "03"]
    assert days("--event", "exported") == ["03"]
    assert days("--event", "loaded") == []


def test_an_empty_trail_says_so(run, workplace):
    ran = run("trail")
    assert (ran.code, ran.out) == (0, "")
    assert "Nothing of that kind has been recorded" in ran.err
    assert "Nothing has been recorded yet" in run("trail", "--verify").out
    assert not (workplace / "private").exists()


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("--event", "laughed"), ("--format", "xml")])
def test_a_wrong_question_ends_with_2(run, filled, words):
    assert run("trail", *words).code == 2


def test_verifying_says_where_a_whole_trail_ends(run, filled):
    ran = run("trail", "--verify")
    assert ran.code == 0
    assert "Entries 1 to 4 are as they were written" in ran.out
    assert filled.checked().hash in ran.out


def test_verifying_a_changed_trail_fails_and_names_the_entry(run, filled):
    filled.close()
    with sqlite3.connect(filled.path) as other:
        other.execute("DROP TRIGGER entries_update")
        other.execute("UPDATE entries SET who = 'nobody' WHERE number = 3")
    ran = run("trail", "--verify")
    assert ran.code == 1
    assert "broken: trail.sqlite: entry 3 of 03 July 2026, 23:59:59" in ran.err
