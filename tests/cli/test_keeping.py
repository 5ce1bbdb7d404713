"""``unload``, ``rollback``, ``purge``, ``backup`` and ``restore`` do what they say, and only after a yes."""

from __future__ import annotations

import io
import json
import sys
import zipfile

import pytest

MORE_CASH = """month,closing_cash,policy_floor,forecast_3m_low,annual_expenditure
2025-12,310000,300000,310000,6000000
"""


def _value(run, kpi):
    (result,) = json.loads(
        run("results", "--kpi", kpi, "--academy", "trust", "--year", "2025/26", "--format", "json").out
    )
    return result["numerator"], result["denominator"]


def _files(run):
    return {f["file"] for f in json.loads(run("status", "--format", "json").out)["files"]}


@pytest.mark.parametrize("how", ["name", "checksum", "dataset"])
def test_an_unloaded_file_is_gone_and_the_rest_stays(run, loaded, how):
    files = json.loads(run("status", "--format", "json").out)["files"]
    cash = next(f for f in files if f["file"] == "cash.csv")
    words = {
        "name": ["cash.csv"],
        "checksum": ["--sha256", cash["sha256"][:12]],
        "dataset": ["--dataset", cash["dataset"]],
    }
    ran = run("unload", *words[how], "--yes")
    assert ran.code == 0, ran.err
    assert "Unloaded: cash.csv" in ran.out
    assert _files(run) == {"academies.csv", "lesson_quality.csv"}
    assert _value(run, "cash-flow") == (None, None)
    assert _value(run, "teaching-good") == (9, 10)


def test_a_file_that_is_not_loaded_cannot_be_unloaded_and_those_that_can_are_named(run, loaded):
    ran = run("unload", "budget.csv", "--yes")
    assert ran.code == 2
    assert "cash.csv" in ran.err


def test_a_rollback_brings_back_the_version_before(run, loaded):
    assert run("unload", "cash.csv", "--yes").code == 0
    ran = run("rollback", "--yes")
    assert ran.code == 0
    assert ran.out.startswith("Version ")
    assert _value(run, "cash-flow") == (2, 3)


def test_a_rollback_can_name_its_version(run, loaded, workplace):
    first = json.loads(run("status", "--format", "json").out)["version"]
    (workplace / "more.csv").write_text(MORE_CASH, encoding="utf-8")
    assert run("load", workplace / "more.csv").code == 0
    assert _value(run, "cash-flow") != (2, 3)
    assert run("rollback", first, "--yes").code == 0
    assert _value(run, "cash-flow") == (2, 3)
    assert run("rollback", "no-such-version", "--yes").code == 2


def test_a_rollback_without_a_version_before_is_refused(run, loaded):
    ran = run("rollback", "--yes")
    assert ran.code == 2
    assert "no version before" in ran.err


def test_a_purged_academy_is_nowhere_in_the_folder(run, loaded):
    assert run("purge", "--urn", "900202", "--yes").code == 0
    found = json.loads(run("results", "--kpi", "teaching-good", "--format", "json").out)
    assert [(r["academy"], r["numerator"], r["denominator"]) for r in found] == [("900201", 3, 4), ("trust", 3, 4)]
    for path in loaded.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"900202" not in content
            assert b"Fernbank" not in content


def test_a_purge_of_everything_leaves_no_data(run, loaded, workplace):
    assert run("backup", workplace / "kept.zip").code == 0
    ran = run("purge", "--everything", "--yes")
    assert ran.code == 0
    assert not (workplace / "kept.zip").exists()
    assert not list(loaded.rglob("*.duckdb"))
    assert not list(loaded.rglob("*.parquet"))
    assert run("results", "--from", loaded).code == 2


def test_a_backup_restores_the_folder_even_into_an_empty_one(run, loaded, workplace):
    assert run("backup", workplace / "kept.zip").code == 0
    with zipfile.ZipFile(workplace / "kept.zip") as archive:
        assert archive.testzip() is None
    assert run("unload", "cash.csv", "--yes").code == 0
    assert run("restore", workplace / "kept.zip", "--yes").code == 0
    assert _value(run, "cash-flow") == (2, 3)
    assert run("restore", workplace / "kept.zip", "--into", workplace / "new", "--yes").code == 0
    (result,) = json.loads(
        run("results", "--from", workplace / "new", "--kpi", "cash-flow", "--academy", "trust", "--format", "json").out
    )
    assert (result["numerator"], result["denominator"]) == (2, 3)


def test_a_file_that_is_no_backup_is_refused(run, loaded, workplace):
    (workplace / "letter.zip").write_text("not an archive", encoding="utf-8")
    ran = run("restore", workplace / "letter.zip", "--yes")
    assert ran.code in (1, 2)
    assert "letter.zip" in ran.err
    assert _value(run, "cash-flow") == (2, 3)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("no\n", 1), ("\n", 1), ("yes\n", 0)])
def test_at_a_terminal_it_asks_and_takes_only_a_yes(run, loaded, monkeypatch, answer, code):
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    ran = run("unload", "cash.csv")
    assert ran.code == code
    assert "takes cash.csv out of" in ran.err
    assert ("cash.csv" in _files(run)) == (code == 1)


def test_without_data_there_is_nothing_to_undo(run, workplace):
    for words in (("unload", "cash.csv", "--yes"), ("rollback", "--yes"), ("backup", "kept.zip")):
        ran = run(*words)
        assert ran.code in (1, 2)
        assert "nothing has been loaded" in ran.err or "no version before" in ran.err
