"""Each broken file is refused with an error that names the file, the place and the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.errors import (
    KpiError,
    TruncatedFile,
    UnknownLayout,
    UnreadableFile,
    WrongContent,
)
from kpi_engine.intake.check import check_urns
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import examine

BROKEN = Path(__file__).parents[1] / "broken"
IN_CONTEXT = Path(__file__).parents[1] / "refused_in_context"

CASES: dict[str, tuple[type[KpiError], tuple[str, ...]]] = {
    "zip_named_csv.csv": (UnreadableFile, ("zip archive", "unpack")),
    "picture_named_csv.csv": (UnreadableFile, ("PNG picture",)),
    "document_named_csv.csv": (UnreadableFile, ("PDF document",)),
    "old_excel_named_csv.csv": (UnreadableFile, (".xls", "password", ".xlsx")),
    "web_page.csv": (UnreadableFile, ("web page", "sign-in")),
    "word_document.xlsx": (UnreadableFile, ("Word document",)),
    "damaged_workbook.xlsx": (UnreadableFile, ("damaged or incomplete",)),
    "cut_workbook.xlsx": (UnreadableFile, ("damaged or incomplete",)),
    "damaged.parquet": (UnreadableFile, ("Parquet file is damaged",)),
    "zero_bytes.csv": (UnreadableFile, ("zero byte",)),
    "no_known_letters.csv": (UnreadableFile, ("neither UTF-8 nor Windows-1252",)),
    "empty.csv": (UnreadableFile, ("empty",)),
    "blank_lines.csv": (UnreadableFile, ("empty", "blanks")),
    "header_only.csv": (UnreadableFile, ("no rows",)),
    "cut_in_last_row.csv": (TruncatedFile, ("row 3", "10 of 14 fields")),
    "cut_in_quotes.csv": (TruncatedFile, ("row 2", "field 5", "never closed")),
    "cut_in_letter.csv": (TruncatedFile, ("last character",)),
    "swallowed_rows.csv": (UnreadableFile, ("row 2", "reviewer_organisation", "swallows")),
    "unknown_layout.csv": (UnknownLayout, ("pupil_code", "house", "merits")),
    "nearly_attendance.csv": (UnknownLayout, ("Pupil attendance", "'sessions_possible'", "mapping.toml")),
    "dictionary.csv": (UnknownLayout, ("dictionary",)),
    "percent_over_100_2018-2019_abs.csv": (WrongContent, ("row 3", "PERCTOT", "104.2", "0 to 100")),
    "percent_negative_2018-2019_abs.csv": (WrongContent, ("row 2", "PERCTOT", "-4.2")),
    "not_a_number_2018-2019_abs.csv": (WrongContent, ("row 2", "PERCTOT", "'four'", "between 0 and 100")),
    "decimal_comma_2018-2019_abs.csv": (WrongContent, ("row 2", "PERCTOT", "'4,2'", "PPERSABS10", "'8,1'")),
    "missed_more_than_possible.csv": (WrongContent, ("row 3", "sessions_possible", "25200", "25504")),
    "part_over_whole.csv": (WrongContent, ("row 3", "persistent_enrolments", "290", "180")),
    "count_with_fraction.csv": (WrongContent, ("row 2", "enrolments", "210.5", "whole number")),
    "count_negative.csv": (WrongContent, ("row 2", "enrolments", "-210", "0 or more")),
    "same_row_twice.csv": (WrongContent, ("row 4", "row 2", "repeats", "900001")),
    "same_key_twice.csv": (WrongContent, ("row 4", "row 2", "the same as", "900001", "Autumn")),
    "urn_too_short.csv": (WrongContent, ("row 2", "'urn'", "90001", "six-digit")),
    "urn_missing.csv": (WrongContent, ("row 2", "'urn'", "empty")),
    "wrong_year.csv": (WrongContent, ("row 2", "academic_year", "2025/27")),
    "calendar_year.csv": (WrongContent, ("row 2", "academic_year", "2025", "2025/26")),
    "week_of_another_year.csv": (WrongContent, ("row 2", "period", "2021-W46", "2025/26")),
    "unlisted_word.csv": (WrongContent, ("row 2", "'sex'", "'X'", "F, M, Total")),
    "suppression_code_in_return.csv": (WrongContent, ("row 2", "persistent_enrolments", "SUPP")),
    "unquoted_thousands.csv": (WrongContent, ("row 2", "14 fields", "quotation marks")),
    "column_twice.csv": (WrongContent, ("enrolments", "more than once")),
    "impossible_date.csv": (WrongContent, ("row 3", "as_at", "2024-02-31")),
    "date_day_first.csv": (WrongContent, ("row 2", "as_at", "30/09/2025", "2024-06-12")),
    "more_filled_than_places.csv": (WrongContent, ("row 2", "filled", "3")),
    "more_answers_than_invited.csv": (WrongContent, ("row 2", "answered", "240", "200")),
    "answers_do_not_add_up.csv": (WrongContent, ("row 2", "answered", "240", "280")),
    "more_suspended_than_suspensions.csv": (WrongContent, ("row 2", "pupils_suspended", "9", "5")),
}


def test_every_broken_file_has_a_case() -> None:
    assert {path.name for path in BROKEN.iterdir()} == {*CASES, "README.md"}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_file_is_refused_and_the_error_says_what_and_where(name: str) -> None:
    examined = examine([BROKEN / name])
    assert not examined.accepted
    assert len(examined.rejected) == 1
    kind, words = CASES[name]
    error = examined.rejected[0].error
    assert type(error) is kind
    assert str(error).startswith(name)
    for word in words:
        assert word in str(error)


def test_a_folder_of_broken_files_gives_every_refusal_at_once() -> None:
    examined = examine([BROKEN])
    assert {rejection.file for rejection in examined.rejected} == set(CASES) - {"dictionary.csv"}
    assert {passed.file for passed in examined.passed_over} == {"dictionary.csv", "README.md"}


def test_a_missing_year_is_the_only_refusal_that_a_check_forgives() -> None:
    examined = examine([IN_CONTEXT / "year_not_stated.csv", BROKEN / "empty.csv"])
    assert [each.file for each in examined.rejected if each.only_year_missing] == ["year_not_stated.csv"]
    assert [each.file for each in examined.refused] == ["empty.csv"]


def test_a_year_that_contradicts_the_file_is_refused_naming_both() -> None:
    file = IN_CONTEXT / "year_says_otherwise_2017-2018_abs.csv"
    assert [item.year for item in examine([file]).accepted] == ["2017/18"]
    rejected = examine([file], year="2018/19").rejected
    assert len(rejected) == 1
    assert "2017/18" in str(rejected[0].error)
    assert "2018/19" in str(rejected[0].error)


def test_an_unknown_urn_is_named_with_its_row_and_a_remedy() -> None:
    item = examine([IN_CONTEXT / "unknown_urn.csv"]).accepted[0]
    layout = next(each for each in all_layouts() if each.id == item.layout)
    found = check_urns(item.table, layout, {"900001", "900002"})
    assert [(each.row, each.column, each.value, each.blocking) for each in found] == [(3, "urn", "900099", True)]
    assert "academies.csv" in str(found[0])
    assert check_urns(item.table, layout, {"900001", "900099"}) == []
    elsewhere = check_urns(item.table, layout, {"900001"}, real={"900001", "900099"})
    assert "not one of the trust's academies" in elsewhere[0].message
    nowhere = check_urns(item.table, layout, {"900001"}, real={"900001"})
    assert "no school of the register" in nowhere[0].message
