"""Totals that a return leaves out: exact sums of true parts, and nothing where the parts are not all there."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.facts import FACT_COLUMNS, NUMBERS
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TOTAL
from kpi_engine.warehouse.rollup import roll_up
from kpi_engine.warehouse.tables import dims_of

Fact = Callable[..., dict[str, object]]
Frame = Callable[..., pd.DataFrame]
AS_AT = dt.date(2026, 1, 1)
RETURNS = frozenset({"returns"})


def rolled(frame: pd.DataFrame, returns: frozenset[str] = RETURNS) -> pd.DataFrame:
    return roll_up(frame, MEASURES, returns, AS_AT)[0]


def shape(frame: pd.DataFrame, *dimensions: str, period: str = "Year") -> pd.DataFrame:
    key = ",".join(name for name in DIMENSIONS if name in dimensions)
    return frame[(dims_of(frame) == key) & (frame["period"] == period)]


def one(frame: pd.DataFrame, *dimensions: str, period: str = "Year") -> pd.Series:
    found = shape(frame, *dimensions, period=period)
    assert len(found) == 1, found
    return found.iloc[0]


def full_export(fact: Fact, counts: dict[tuple[str, ...], tuple[int, int]]) -> list[dict[str, object]]:
    names = ("year_group", "sex", "disadvantage", "send", "looked_after")
    return [
        fact("pupils_suspended", n, d, people=d, **dict(zip(names, key, strict=True))) for key, (n, d) in counts.items()
    ]


_CELLS = list(itertools.product(["R", "6", "11"], "FM", "YN", "NKE", "YN"))


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from(_CELLS), st.tuples(st.integers(0, 40), st.integers(40, 90)), min_size=1))
def test_partitions_of_a_full_export_add_up_in_every_grouping_set(
    counts: dict[tuple[str, ...], tuple[int, int]],
) -> None:
    rows = []
    names = ("year_group", "sex", "disadvantage", "send", "looked_after")
    for key, (n, d) in counts.items():
        row: dict[str, object] = dict.fromkeys(FACT_COLUMNS)
        row |= dict.fromkeys(NUMBERS, float("nan")) | dict.fromkeys(DIMENSIONS, TOTAL)
        row |= dict(zip(names, key, strict=True))
        row |= {"measure": "pupils_suspended", "series": "return", "stage": "final", "academic_year": "2024/25"}
        row |= {"urn": "900001", "period": "Year", "numerator": n, "denominator": d, "source_id": "returns"}
        rows.append(row)
    made = rolled(pd.DataFrame(rows, columns=list(FACT_COLUMNS)))
    for target in MEASURES["pupils_suspended"].rollups:
        if "reason" in target:
            continue
        expected: dict[tuple[str, ...], tuple[int, int]] = {}
        for key, (n, d) in counts.items():
            cell = tuple(value for name, value in zip(names, key, strict=True) if name in target)
            before = expected.get(cell, (0, 0))
            expected[cell] = (before[0] + n, before[1] + d)
        found = shape(made, *target)
        order = [name for name in names if name in target]
        got = {
            tuple(row[name] for name in order): (row["numerator"], row["denominator"]) for _, row in found.iterrows()
        }
        assert got == expected


def test_decimals_add_up_exactly_in_any_order(fact: Fact, frame: Frame) -> None:
    parts = [0.1, 0.2, 0.3, 0.7, 1e9, 0.000001, 123456.654321]
    rows = [fact("budget_spend", part, 1.1, line=f"line {i}") for i, part in enumerate(parts)]
    exact = sum(Fraction(str(part)) if part != 1e-06 else Fraction(1, 10**6) for part in parts)
    for order in (rows, rows[::-1]):
        total = one(rolled(frame(*order)))
        assert Fraction(round(total["numerator"] * 10**6), 10**6) == exact
        assert total["denominator"] == 7.7


def test_a_stated_total_is_never_replaced(fact: Fact, frame: Frame) -> None:
    made = rolled(
        frame(
            fact("pupils_suspended", 9, 99),
            fact("pupils_suspended", 1, 40, sex="F"),
            fact("pupils_suspended", 2, 50, sex="M"),
        )
    )
    assert one(made)["numerator"] == 9


@pytest.mark.parametrize(
    ("dimension", "values"),
    [("sex", "F"), ("disadvantage", "Y"), ("looked_after", "Y"), ("send", "KE"), ("send", "N")],
)
def test_some_of_the_groups_are_no_total(fact: Fact, frame: Frame, dimension: str, values: str) -> None:
    made = rolled(frame(*(fact("pupils_suspended", 1, 10, **{dimension: value}) for value in values)))
    assert shape(made).empty


def test_overlapping_groups_are_never_added(fact: Fact, frame: Frame) -> None:
    rows = [fact("pupils_suspended", 3, 30, disadvantage="Y"), fact("pupils_suspended", 2, 20, sex="F")]
    assert shape(rolled(frame(*rows))).empty


def test_groups_with_different_totals_give_none_and_say_so(fact: Fact, frame: Frame) -> None:
    rows = [fact("pupils_suspended", n, d, sex=s) for s, n, d in (("F", 1, 40), ("M", 2, 50))]
    rows += [fact("pupils_suspended", n, d, disadvantage=s) for s, n, d in (("Y", 2, 30), ("N", 1, 58))]
    made, messages = roll_up(frame(*rows), MEASURES, RETURNS, AS_AT)
    assert shape(made).empty
    assert "1 total is not added up" in messages[0].text
    assert "give the Total rows" in messages[0].text


def test_a_suppressed_part_never_becomes_a_number(fact: Fact, frame: Frame) -> None:
    made = rolled(
        frame(
            fact("pupils_suspended", 1, 40, sex="F"),
            fact("pupils_suspended", None, None, sex="M", code="SUPP"),
        )
    )
    total = one(made)
    assert pd.isna(total["numerator"])
    assert pd.isna(total["denominator"])
    assert (total["code"], total["detail"]) == ("SUPP", "not added up: 1 of 2 parts have no figure (SUPP)")


def test_an_unknown_part_is_never_nought(fact: Fact, frame: Frame) -> None:
    rows = [fact("pupils_suspended", 1, 40, sex="F"), fact("pupils_suspended", None, 50, sex="M")]
    assert shape(rolled(frame(*rows))).empty
    rows = [fact("pupils_suspended", 1, 40, sex="F"), fact("pupils_suspended", 2, None, sex="M")]
    assert shape(rolled(frame(*rows))).empty


def test_another_way_to_the_total_is_taken_where_one_is_suppressed(fact: Fact, frame: Frame) -> None:
    made = rolled(
        frame(
            fact("pupils_suspended", 1, 40, disadvantage="N", sex="F"),
            fact("pupils_suspended", 1, 40, disadvantage="N", sex="M"),
            fact("pupils_suspended", 1, 10, disadvantage="Y", sex="F"),
            fact("pupils_suspended", None, None, disadvantage="Y", sex="M", code="SUPP"),
            fact("pupils_suspended", 2, 80, disadvantage="N"),
            fact("pupils_suspended", 4, 20, disadvantage="Y"),
        )
    )
    assert (one(made)["numerator"], one(made)["denominator"]) == (6, 100)


def test_published_figures_are_never_added_over_groups(fact: Fact, frame: Frame) -> None:
    rows = [fact("pupils_suspended", 1, 40, sex=sex, series="published", source_id="dfe") for sex in "FM"]
    assert shape(rolled(frame(*rows))).empty


def test_only_declared_partitions_are_added(fact: Fact, frame: Frame) -> None:
    rows = [fact("absence_reason", 10, 100, series="daily", reason=reason) for reason in ("authorised", "other")]
    assert shape(rolled(frame(*rows))).empty


def test_reasons_share_one_headcount(fact: Fact, frame: Frame) -> None:
    rows = [
        fact("staff_turnover", n, d, people=d, staff_group=group, reason=reason)
        for group, d, reason, n in (
            ("teacher", 22, "retired", 1),
            ("teacher", 22, "new job", 2),
            ("support", 8, "new job", 1),
        )
    ]
    made = rolled(frame(*rows))
    assert (one(made)["numerator"], one(made)["denominator"]) == (4, 30)
    groups = shape(made, "staff_group").set_index("staff_group")
    assert groups.loc["teacher", ["numerator", "denominator"]].tolist() == [3, 22]
    reasons = shape(made, "reason").set_index("reason")
    assert reasons.loc["retired", ["numerator", "denominator", "people"]].tolist() == [1, 30, 30]
    assert reasons.loc["new job", ["numerator", "denominator"]].tolist() == [3, 30]


def test_reasons_of_suspensions_are_no_total_since_one_may_have_several(fact: Fact, frame: Frame) -> None:
    rows = [fact("suspensions", 4, None, reason=reason) for reason in ("physical assault", "verbal abuse")]
    assert shape(rolled(frame(*rows))).empty


def test_each_academy_year_and_period_is_added_by_itself(fact: Fact, frame: Frame) -> None:
    rows = [
        fact("pupils_suspended", n, 10, sex=sex, urn=urn, academic_year=year, period=period)
        for n, (urn, year, period, sex) in enumerate(
            itertools.product(("900001", "900002"), ("2023/24", "2024/25"), ("Autumn", "Spring"), "FM"), 1
        )
    ]
    made = rolled(frame(*rows))
    totals = made[dims_of(made) == ""].set_index(["urn", "academic_year", "period"])["numerator"]
    assert totals.to_dict() == {
        ("900001", "2023/24", "Autumn"): 3,
        ("900001", "2023/24", "Spring"): 7,
        ("900001", "2024/25", "Autumn"): 11,
        ("900001", "2024/25", "Spring"): 15,
        ("900002", "2023/24", "Autumn"): 19,
        ("900002", "2023/24", "Spring"): 23,
        ("900002", "2024/25", "Autumn"): 27,
        ("900002", "2024/25", "Spring"): 31,
    }


def test_a_total_from_several_files_names_them_all(fact: Fact, frame: Frame) -> None:
    rows = [fact("pupils_suspended", 1, 10, sex=sex, source_id=f"file {sex}") for sex in "FM"]
    made = rolled(frame(*rows), frozenset({"file F", "file M"}))
    assert one(made)["source_id"] == "file F;file M"
