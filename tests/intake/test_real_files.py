"""Published files: each is read whole, recognised, and counted against the csv module's own count."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kpi_engine.errors import TruncatedFile, UnreadableFile
from kpi_engine.intake.pipeline import examine
from kpi_engine.intake.read import read_tables

REAL = Path(__file__).parents[1] / "real"
TABLES = sorted(REAL.rglob("*.csv"))


def test_there_are_published_files_of_every_family() -> None:
    folders = {file.parent.name for file in TABLES}
    assert folders >= {"absence", "census", "destinations", "gias", "ks2", "ks4", "ks4_ees", "ks5", "ofsted"}


@pytest.mark.parametrize("file", [each for each in TABLES if each.parent.name != "broken"], ids=lambda file: file.name)
def test_a_published_table_is_read_row_for_row(file: Path) -> None:
    (table,) = read_tables(file, display_name=file.name)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    assert len(table.frame) == len(lines) - 1
    first = dict(zip(lines[0], lines[1], strict=False))
    for name in list(first)[:5]:
        assert table.text(name).iloc[0] == first[name].strip() or name == ""
    assert table.frame.index[-1] == len(lines)


def test_the_download_that_broke_off_is_refused_with_its_last_row() -> None:
    (rejection,) = examine([REAL / "broken"]).rejected
    assert isinstance(rejection.error, TruncatedFile)
    file = next((REAL / "broken").iterdir())
    lines = file.read_bytes().decode("utf-8-sig").splitlines()
    last, header = next(csv.reader(lines[-1:])), next(csv.reader(lines))
    assert f"row {len(lines):,}: {len(last)} of {len(header)} fields" in str(rejection.error)


def test_every_other_published_file_is_accepted_or_asks_for_its_year() -> None:
    folders = [each for each in sorted(REAL.iterdir()) if each.is_dir() and each.name != "broken"]
    examined = examine(folders)
    assert [str(each.error) for each in examined.refused] == []
    assert {each.file.split(" (")[0] for each in examined.rejected} <= {"academy_ar.xlsx"}
    assert {item.table.file for item in examined.accepted} >= {file.name for file in TABLES} - {
        "england_swf_truncated.csv"
    } - {each.file.split("/")[-1] for each in examined.passed_over}


def test_a_published_file_cut_anywhere_in_its_last_row_is_refused() -> None:
    file = next((REAL / "absence").glob("*.csv"))
    data = file.read_bytes().rstrip(b"\r\n")
    start = data.rindex(b"\n") + 1
    cuts = range(start + 1, data.rindex(b",") + 1)
    assert len(cuts) > 3
    from kpi_engine.intake.read import read_bytes

    for cut in cuts:
        with pytest.raises((TruncatedFile, UnreadableFile)):
            read_bytes(data[:cut], display_name=file.name)
