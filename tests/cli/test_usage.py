"""Wrong questions end with 2 and a sentence that says how to ask."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("check",),
        ("load",),
        ("results", "--format", "xml"),
        ("results", "--members", "some"),
        ("catalogue", "--format", "csv"),
        ("status", "--unknown-option"),
        ("unload",),
        ("unload", "cash.csv", "--sha256", "ab12"),
        ("backup",),
        ("restore",),
    ],
)
def test_a_wrong_call_ends_with_2_and_the_usage(run, words):
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert "usage: python -m kpi_engine" in ran.err


def test_help_ends_with_0(run):
    ran = run("--help")
    assert ran.code == 0
    assert "load" in ran.out


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("progress8", "progress-8"),
        ("KS2_READING", "ks2-reading"),
        ("suspension", "suspensions"),
        ("neet", "neet-post16"),
    ],
)
def test_an_unknown_kpi_names_those_that_come_near(run, loaded, asked, meant):
    ran = run("results", "--kpi", asked)
    assert ran.code == 2
    assert f"{asked!r} is not a KPI" in ran.err
    assert meant in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--year", "2025"), "2025"),
        (("--year", "2025/27"), "2025/27"),
        (("--academy", "900299"), "900299"),
        (("--academy", "Larkhill"), "Larkhill"),
        (("--kpi", "cash-flow", "--by", "sex"), "sex"),
        (("--as-at", "14/11/2025"), "14/11/2025"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_naming_what_is_wrong(run, loaded, words, said):
    ran = run("results", *words)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_folder_without_data_is_refused_with_the_remedy(run, workplace):
    ran = run("results", "--from", workplace / "empty")
    assert ran.code == 2
    assert "load files with" in ran.err


def test_a_purge_must_say_what(run, loaded):
    assert run("purge", "--yes").code == 2
    assert run("purge", "--urn", "900201", "--everything", "--yes").code == 2


@pytest.mark.parametrize(
    "words",
    [("unload", "cash.csv"), ("rollback",), ("purge", "--everything"), ("restore", "somewhere.zip")],
)
def test_nothing_is_taken_away_without_a_yes(run, loaded: Path, words):
    before = sorted(loaded.rglob("*"))
    ran = run(*words)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert sorted(loaded.rglob("*")) == before


def test_a_wrong_settings_file_stops_every_command_and_names_the_setting(run, workplace):
    (workplace / "settings.toml").write_text('[policies]\nmembers = "today"\n', encoding="utf-8")
    for words in (("catalogue",), ("check", "."), ("status",)):
        ran = run(*words)
        assert ran.code == 2
        assert "[policies] members in settings.toml is 'today'" in ran.err
        assert "then, current" in ran.err
