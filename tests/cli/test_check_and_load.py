"""``check`` and ``load``: 0 done, 1 refused and nothing changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REAL = ROOT / "tests" / "real"
BROKEN = ROOT / "tests" / "broken"
IN_CONTEXT = ROOT / "tests" / "refused_in_context"
BROKEN_FILES = sorted(path.name for path in BROKEN.iterdir() if path.name != "README.md")


def test_a_check_names_every_file_and_changes_nothing(run, returns, workplace):
    ran = run("check", returns)
    assert ran.code == 0
    assert sorted(line.split(":")[1].strip() for line in ran.out.splitlines()) == [
        "academies.csv",
        "cash.csv",
        "lesson_quality.csv",
    ]
    assert all(line.startswith("ok: ") for line in ran.out.splitlines())
    assert list(workplace.iterdir()) == []


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_broken_file_is_refused(run, workplace, name):
    ran = run("check", BROKEN / name)
    assert ran.code == 1
    assert f"rejected: {name}" in ran.err
    assert ran.out == ""
    assert list(workplace.iterdir()) == []


def test_a_check_only_warns_of_a_missing_year_and_a_load_refuses_it(run, workplace):
    file = IN_CONTEXT / "year_not_stated.csv"
    checked = run("check", file)
    assert checked.code == 0
    assert "warning: year_not_stated.csv" in checked.err
    assert "--year" in checked.err
    loaded = run("load", file, "--into", workplace / "data")
    assert loaded.code == 1
    assert "Nothing has been loaded" in loaded.err
    assert not (workplace / "data").exists()


def test_a_year_that_contradicts_the_file_is_refused(run):
    ran = run("check", IN_CONTEXT / "year_says_otherwise_2017-2018_abs.csv", "--year", "2018/19")
    assert ran.code == 1


def test_one_broken_file_keeps_all_the_others_out(run, returns, workplace):
    ran = run("load", returns, BROKEN / "column_twice.csv", "--into", workplace / "data")
    assert ran.code == 1
    assert "column_twice.csv" in ran.err
    assert not (workplace / "data").exists()


def test_an_academy_that_is_not_the_trusts_is_refused_and_the_data_stay_as_they_were(run, loaded):
    before = run("status", "--from", loaded, "--format", "json").out
    ran = run("load", IN_CONTEXT / "unknown_urn.csv", "--into", loaded)
    assert ran.code == 1
    assert "unknown_urn.csv" in ran.err
    assert run("status", "--from", loaded, "--format", "json").out == before


def test_a_load_without_anything_to_load_is_refused(run, workplace):
    (workplace / "inbox").mkdir()
    (workplace / "inbox" / "notes.txt").write_text("minutes of a meeting", encoding="utf-8")
    ran = run("load", workplace / "inbox", "--into", workplace / "data")
    assert ran.code == 1
    assert "nothing to load" in ran.err


def test_files_that_are_not_there_are_named(run):
    ran = run("check", "no-such-folder")
    assert ran.code in (1, 2)
    assert "no-such-folder" in ran.err


def test_the_same_files_again_change_nothing(run, returns, loaded):
    ran = run("load", returns, "--into", loaded)
    assert ran.code == 0
    assert ran.out.startswith("Nothing new")


def test_the_data_folder_of_the_environment_is_used(run, returns, workplace, monkeypatch):
    monkeypatch.setenv("TRUST_KPI_DATA", str(workplace / "elsewhere"))
    assert run("load", returns).code == 0
    assert (workplace / "elsewhere" / "current").is_file()
    assert not (workplace / "data").exists()


def test_a_real_trusts_published_files_load_from_a_fresh_process(tmp_path):
    """The trust's academies come from the group links; the figure is the published row of that school."""
    folder = tmp_path / "data"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TRUST_KPI_")}
    base = [sys.executable, "-m", "kpi_engine"]
    wanted = [str(REAL / name) for name in ("gias", "ks2", "ks4", "ofsted", "destinations")]
    load = subprocess.run(
        [*base, "load", *wanted, "--trust", "bourne education trust", "--into", str(folder)],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert load.returncode == 0, load.stderr
    assert "BOURNE EDUCATION TRUST (19 academies)" in load.stdout
    asked = subprocess.run(
        [*base, "results", "--from", str(folder), "--kpi", "ks2-reading", "--academy", "144387", "--year", "2018/19",
         "--format", "json"],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    (result,) = json.loads(asked.stdout)
    header, row = _published("144387")
    published = dict(zip(header, row, strict=False))
    assert result["value"] == float(published["PTREAD_EXP"].rstrip("%"))
    assert result["denominator"] == float(published["TELIG"])
    assert [source["file"] for source in result["source"]] == ["2018-2019_england_ks2final_LA936.csv"]


def _published(urn: str) -> tuple[list[str], list[str]]:
    """A school's row as it stands in the published file, cut at its commas."""
    lines = (REAL / "ks2" / "2018-2019_england_ks2final_LA936.csv").read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    place = header.index("URN")
    return header, next(cells for cells in (line.split(",") for line in lines[1:]) if cells[place] == urn)
