"""From files to accepted inputs: recognition, years, stages, folders, repeated files, restriction."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kpi_engine.errors import UnknownLayout, UsageError
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import examine, restrict

ABSENCE = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n999,2001,900001,4.2,8.1\n999,2002,900002,5.0,9.3\nNAT,PRI,,4.0,8.2\n"
DESTINATIONS = Path(__file__).parents[1] / "real" / "destinations" / "2018-2019_england_ks4-pupdest.csv"


def write(folder: Path, name: str, text: str = ABSENCE) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_layouts_come_in_a_stable_order_with_an_id_each() -> None:
    first, second = all_layouts(), all_layouts()
    assert [each.id for each in first] == [each.id for each in second]
    assert len({each.id for each in first}) == len(first)


def test_no_header_fits_two_layouts_that_need_equally_many_columns() -> None:
    every = all_layouts()
    for one in every:
        header = {name: name for name in map(str.lower, one.needs)}
        rivals = [two for two in every if two is not one and two.matches(header)]
        assert all(len(two.needs) < len(one.needs) for two in rivals), one.id


@pytest.mark.parametrize("name", ["2018-2019_england_abs.csv", "absence 201819.csv", "abs-2018-19-final.csv"])
def test_the_year_is_found_in_the_files_name(tmp_path: Path, name: str) -> None:
    (item,) = examine([write(tmp_path, name)]).accepted
    assert (item.layout, item.year, item.stage) == ("absence_wide", "2018/19", "final")


def test_the_year_asked_for_fills_in_where_the_file_is_silent(tmp_path: Path) -> None:
    (item,) = examine([write(tmp_path, "england_abs.csv")], year="2018-19").accepted
    assert item.year == "2018/19"


def test_a_year_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2018"):
        examine([write(tmp_path, "england_abs.csv")], year="2018")


def test_a_layouts_lag_moves_the_year_of_the_release_to_that_of_the_leavers() -> None:
    (item,) = examine([DESTINATIONS]).accepted
    assert item.year == "2016/17"
    (again,) = examine([DESTINATIONS], year="2018/19").accepted
    assert again.year == "2016/17"
    (refused,) = examine([DESTINATIONS], year="2017/18").rejected
    assert "2016/17" in str(refused.error)
    assert "2017/18" in str(refused.error)


def test_the_stage_comes_from_the_name_else_what_was_asked_else_final(tmp_path: Path) -> None:
    named = write(tmp_path, "2018-2019_abs_provisional.csv")
    silent = write(tmp_path, "2018-2019_abs.csv", ABSENCE + "NAT,SEC,,5.0,9.0\n")
    stages = {item.table.file: item.stage for item in examine([named, silent], stage="revised").accepted}
    assert stages == {"2018-2019_abs_provisional.csv": "provisional", "2018-2019_abs.csv": "revised"}
    assert examine([silent]).accepted[0].stage == "final"


def test_the_source_id_is_the_start_of_the_checksum(tmp_path: Path) -> None:
    (item,) = examine([write(tmp_path, "2018-2019_abs.csv")]).accepted
    assert item.source_id == item.table.sha256[:16]


def test_a_folder_is_walked_in_order_and_documentation_passed_over_aloud(tmp_path: Path) -> None:
    write(tmp_path, "b/2018-2019_abs.csv", ABSENCE)
    write(tmp_path, "a/2017-2018_abs.csv", ABSENCE + "NAT,SEC,,5.0,9.0\n")
    write(tmp_path, "README.md", "# About\n")
    write(tmp_path, "data-guidance.txt", "Guidance\n")
    write(tmp_path, "2018-2019_meta.csv", "Column,Field Name,Label/Description\n1,URN,School number\n")
    write(tmp_path, ".hidden.csv", "no\n")
    write(tmp_path, "~$open.xlsx", "no\n")
    write(tmp_path, ".git/config.csv", "no\n")
    examined = examine([tmp_path])
    assert [item.table.file for item in examined.accepted] == ["2017-2018_abs.csv", "2018-2019_abs.csv"]
    assert examined.rejected == ()
    assert {each.file for each in examined.passed_over} == {
        "README.md",
        "data-guidance.txt",
        "2018-2019_meta.csv",
    }


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    write(tmp_path, "a/abs_2018-19.csv")
    write(tmp_path, "b/abs_2018-19.csv", ABSENCE + "NAT,SEC,,5.0,9.0\n")
    assert [i.table.file for i in examine([tmp_path]).accepted] == ["a/abs_2018-19.csv", "b/abs_2018-19.csv"]


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    assert [each.reason for each in examine([tmp_path]).passed_over] == ["the folder is empty"]


def test_a_file_that_is_named_itself_must_be_known(tmp_path: Path) -> None:
    dictionary = write(tmp_path, "meta.csv", "Field Name,Description\nURN,School number\n")
    text = write(tmp_path, "readme.txt", "Hello\nthere\n")
    assert {type(each.error) for each in examine([dictionary, text]).rejected} == {UnknownLayout}


def test_the_same_file_is_read_once_under_whatever_name(tmp_path: Path) -> None:
    file = write(tmp_path, "2018-2019_abs.csv")
    write(tmp_path, "copy of 2018-2019_abs.csv")
    examined = examine([file, tmp_path, str(file)])
    assert len(examined.accepted) == 1
    assert [each.reason for each in examined.passed_over] == ["the same content as 2018-2019_abs.csv"]


def test_all_wrong_files_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "2018-2019_one.csv", ABSENCE.replace("4.2", "142"))
    write(tmp_path, "2018-2019_two.csv", ABSENCE.replace("9.3", "nine"))
    write(tmp_path, "2018-2019_good.csv")
    examined = examine([tmp_path])
    assert [each.file for each in examined.rejected] == ["2018-2019_one.csv", "2018-2019_two.csv"]
    assert [item.table.file for item in examined.accepted] == ["2018-2019_good.csv"]


def test_notes_of_accepted_files_are_kept(tmp_path: Path) -> None:
    examined = examine([write(tmp_path, "2018-2019_abs.csv", ABSENCE + "999,2003,900003\n")])
    assert [(note.row, note.blocking) for note in examined.notes] == [(5, False)]


def test_unknown_sheets_beside_a_known_one_are_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for line in ABSENCE.splitlines():
        book.active.append([float(c) if c.replace(".", "").isdigit() else c for c in line.split(",")])
    lists = book.create_sheet("Lists")
    lists.append(["house", "colour"])
    lists.append(["Oak", "green"])
    book.save(tmp_path / "absence 2018-19.xlsx")
    examined = examine([tmp_path / "absence 2018-19.xlsx"])
    (item,) = examined.accepted
    assert item.source_id == f"{item.table.sha256[:16]}-data"
    assert [each.file for each in examined.passed_over] == ["absence 2018-19.xlsx (Lists)"]


def test_progress_counts_files(tmp_path: Path) -> None:
    write(tmp_path, "2018-2019_abs.csv")
    told: list[tuple[str, int, int]] = []
    examine([tmp_path], progress=lambda *each: told.append(each))
    assert told[0] == ("Reading 2018-2019_abs.csv", 0, 1)
    assert told[-1][1:] == (1, 1)


def test_restriction_keeps_the_trusts_schools_and_rows_that_are_no_schools(tmp_path: Path) -> None:
    (item,) = examine([write(tmp_path, "2018-2019_abs.csv")]).accepted
    kept = restrict(item, {"900002"}).table
    assert list(kept.text("URN")) == ["900002", ""]
    assert list(kept.frame.index) == [3, 4]
    assert list(item.table.text("URN")) == ["900001", "900002", ""]
