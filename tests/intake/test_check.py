"""Checks: each kind of column, filled cells, keys, and the reports that they give."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi_engine.errors import Finding
from kpi_engine.intake.check import SHOWN, check
from kpi_engine.intake.codes import numbers
from kpi_engine.intake.dates import dates
from kpi_engine.intake.layout import Column, Kind, Layout
from kpi_engine.intake.table import RawTable
from kpi_engine.intake.tidy import tidy


def layout(*columns: Column, **more: object) -> Layout:
    return Layout(
        id="merits",
        title="Merits",
        publisher="The trust",
        dataset="merits",
        needs=tuple(column.name for column in columns),
        columns=columns,
        produce=lambda _: {},
        **more,  # type: ignore[arg-type]
    )


def table(
    sheet: str | None = None, surplus: dict[int, tuple[str, ...]] | None = None, **columns: list[str]
) -> RawTable:
    length = len(next(iter(columns.values())))
    frame = pd.DataFrame(columns, index=range(2, 2 + length), dtype="str")
    return RawTable.of("merits.csv", "0" * 64, frame, sheet, surplus=surplus)


def wrong(column: Column, *cells: str) -> list[str]:
    found = check(table(**{column.name: list(cells)}), layout(column))
    return [finding.value or "" for finding in found]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            Kind.COUNT,
            ["0", "12", "587.0", "1,234", "", "SUPP", "c"],
            ["-1", "2.5", "many", "1e999", "45,2", "nan"],
        ),
        (Kind.NUMBER, ["-0.08", "2.5", "£45,421", "-£3", "LOWCOV"], ["x2", "1-2", "inf", "12/06/2024"]),
        (Kind.AMOUNT, ["0", "7.25", "NA"], ["-0.01", "none"]),
        (Kind.PERCENT, ["0", "100", "45%", "66.2%", "NE"], ["100.1", "-1%", "45 percent", "%"]),
        (
            Kind.DATE,
            ["2024-02-29", "2025-09-01 00:00:00", ""],
            ["2023-02-29", "2025-13-01", "01/09/2025", "today"],
        ),
        (
            Kind.UK_DATE,
            ["31/08/2024", "1-9-2024", "2024-08-31", "NULL"],
            ["31/02/2024", "08/31/2024", "31/08/24"],
        ),
        (Kind.URN, ["900001", "900001.0", ""], ["90001", "9000011", "90000A", "٩٠٠٠٠١"]),
        (Kind.YEAR, ["2025/26", "2025-26", "202526"], ["2025/27", "2025", "25/26", "2025/2"]),
    ],
)
def test_each_kind_accepts_what_it_is_and_refuses_what_it_is_not(kind: Kind, good: list[str], bad: list[str]) -> None:
    assert wrong(Column("merits", kind), *good) == []
    assert sorted(wrong(Column("merits", kind), *good, *bad)) == sorted(bad)


def test_only_listed_words_are_a_choice() -> None:
    column = Column("sex", Kind.CHOICE, choices=("F", "M", "Total"))
    assert wrong(column, "F", "Total", "", "X", "Female") == ["X", "Female"]


def test_a_urn_column_may_allow_words() -> None:
    assert wrong(Column("urn", Kind.URN, choices=("central",)), "900001", "central", "trust") == ["trust"]


def test_a_finding_names_file_row_column_value_and_what_was_expected() -> None:
    found = check(table(merits=["3", "-4"]), layout(Column("merits", Kind.COUNT)))
    assert [str(each) for each in found] == [
        "merits.csv, row 3, column 'merits': the figure is negative (found '-4', expected 0 or more)"
    ]


def test_a_missing_required_column_is_named_and_an_optional_one_is_not() -> None:
    found = check(table(house=["Oak"]), layout(Column("house"), Column("merits"), Column("note", required=False)))
    assert [(each.column, each.row) for each in found] == [("merits", None)]


def test_an_alias_stands_for_its_column() -> None:
    found = check(table(points=["-1"]), layout(Column("merits", Kind.COUNT, aliases=("Points",))))
    assert [each.column for each in found] == ["points"]


def test_filled_columns_may_not_be_empty() -> None:
    found = check(table(house=["Oak", ""]), layout(Column("house", filled=True)))
    assert [(each.row, each.column) for each in found] == [(3, "house")]


def test_many_wrong_cells_are_counted_after_the_first_ones() -> None:
    found = check(table(merits=["many"] * (SHOWN + 7)), layout(Column("merits", Kind.COUNT)))
    assert len(found) == SHOWN + 1
    assert "7 more rows" in found[-1].message


def test_a_repeated_key_names_both_rows() -> None:
    found = check(
        table(house=["Oak", "Ash", "Oak"], merits=["1", "2", "3"]),
        layout(Column("house"), Column("merits", Kind.COUNT), key=("house",)),
    )
    assert [each.row for each in found] == [4]
    assert "row 2" in found[0].message
    assert "house Oak" in found[0].message


def test_an_empty_breakdown_is_the_same_as_its_total_and_a_year_has_one_meaning() -> None:
    columns = (
        Column("year", Kind.YEAR),
        Column("sex", Kind.CHOICE, choices=("F", "M", "Total")),
        Column("merits", Kind.COUNT),
    )
    doubled = table(year=["2025/26", "2025-26"], sex=["Total", ""], merits=["1", "2"])
    assert len(check(doubled, layout(*columns, key=("year", "sex")))) == 1


def test_rows_without_any_key_are_not_compared() -> None:
    assert check(table(urn=["", ""]), layout(Column("urn", Kind.URN), key=("urn",))) == []


def test_rules_are_asked_only_when_every_cell_is_sound() -> None:
    asked: list[str] = []

    def rule(each: RawTable) -> list[Finding]:
        asked.append(each.file)
        return [Finding(each.file, "look again", blocking=False)]

    column = Column("merits", Kind.COUNT)
    assert len(check(table(merits=["many"]), layout(column, checks=(rule,)))) == 1
    assert asked == []
    assert [each.message for each in check(table(merits=["1"]), layout(column, checks=(rule,)))] == ["look again"]


def test_longer_rows_block_a_return_but_not_a_published_file() -> None:
    ragged = table(surplus={2: ("400",)}, merits=["1"])
    column = Column("merits", Kind.COUNT)
    assert check(ragged, layout(column)) == []
    found = check(ragged, layout(column, own_return=True))
    assert [(each.row, each.value, each.blocking) for each in found] == [(2, "400", True)]


def test_a_comma_parts_thousands_or_it_is_no_number() -> None:
    read = numbers(pd.Series(["1,234", "12,345,678.5", "£1,000", "45,2", "1,2345", ",5", "1,,000"]))
    assert read.value[:3].tolist() == [1234.0, 12345678.5, 1000.0]
    assert read.bad.tolist() == [False, False, False, True, True, True, True]


def test_dates_become_iso_text_and_impossible_days_are_bad() -> None:
    read = dates(pd.Series(["2024-02-29", "31/12/2024", "31/04/2024", "NULL", ""]), uk=True, codes=frozenset({"NULL"}))
    assert read.iso.tolist() == ["2024-02-29", "2024-12-31", "", "", ""]
    assert read.bad.tolist() == [False, False, True, False, False]


def test_tidying_puts_words_in_their_listed_case_and_urns_without_fractions() -> None:
    columns = (Column("urn", Kind.URN), Column("sex", Kind.CHOICE, choices=("F", "M", "Total")))
    neat = tidy(table(urn=["900001.0", "900002"], sex=["f", "TOTAL"]), layout(*columns))
    assert neat.frame.to_numpy(dtype=object).tolist() == [["900001", "F"], ["900002", "Total"]]


def test_percentages_that_a_workbook_stores_as_fractions_are_read_times_100() -> None:
    columns = (Column("passed", Kind.PERCENT), Column("entered", Kind.PERCENT), Column("merits", Kind.NUMBER))
    stored = table("Sheet1", passed=["0.67", "SUPP", ""], entered=["1", "0.285", "0"], merits=["0.5", "1", "0"])
    neat = tidy(stored, layout(*columns))
    assert neat.frame["passed"].tolist() == ["67", "SUPP", ""]
    assert neat.frame["entered"].tolist() == ["100", "28.5", "0"]
    assert neat.frame["merits"].tolist() == ["0.5", "1", "0"]
    assert "fractions" in neat.notes[-1].message
    over = table("Sheet1", passed=["0.67", "2", ""], entered=["1", "0.285", "0"], merits=["0.5", "1", "0"])
    assert tidy(over, layout(*columns)).frame["passed"].tolist() == ["0.67", "2", ""]
    written = table("Sheet1", passed=["0.67%", "0.5%", ""], entered=["", "", ""], merits=["", "", ""])
    assert tidy(written, layout(*columns)).frame["passed"].tolist() == ["0.67%", "0.5%", ""]
    text = table(None, passed=["0.67", "", ""], entered=["", "", ""], merits=["", "", ""])
    assert tidy(text, layout(*columns)).frame["passed"].tolist() == ["0.67", "", ""]


def test_columns_that_a_pupil_level_layout_does_not_list_are_dropped() -> None:
    neat = tidy(table(pupil=["p1"], surname=["Invented"]), layout(Column("pupil"), declared_only=True))
    assert list(neat.frame.columns) == ["pupil"]
    assert not neat.has("surname")
