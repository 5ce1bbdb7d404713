"""Which rows a fact is followed down to: one row, several that add up, the last month, or none that can be named."""

from __future__ import annotations

import pytest

from kpi_engine.engine import origins
from kpi_engine.measures import MEASURES


def rows_of(found: origins.Origin) -> list[int | None]:
    return [row for _, row in found.entries]


def test_a_row_that_gave_one_fact_is_that_fact_s(fact) -> None:
    whole = fact("suspensions", "1", 4, 100)
    held = [(whole, 2), (fact("suspensions", "1", 1, 100, sex="F"), 3), (fact("suspensions", "1", 3, 100, sex="M"), 4)]
    found = origins.of_fact(MEASURES["suspensions"], whole, held)
    assert (rows_of(found), found.whole) == ([2], True)


def test_one_wide_row_that_gives_many_facts_is_named_once(fact) -> None:
    whole = fact("ks2_reading", "1", 20, 25)
    held = [(whole, 7), (fact("ks2_reading", "1", 9, 12, sex="F"), 7), (fact("ks2_reading", "1", 11, 13, sex="M"), 7)]
    found = origins.of_fact(MEASURES["ks2_reading"], whole, held)
    assert (rows_of(found), found.whole) == ([7], True)


def test_a_year_of_months_and_staff_groups_is_followed_to_every_row(fact) -> None:
    whole = fact("staff_turnover", "1", 3, 30)
    parts = [
        fact("staff_turnover", "1", n, 15, period=month, staff_group=group)
        for month in ("2024-09", "2024-10")
        for group, n in (("teacher", 1), ("support", 0 if month == "2024-09" else 1))
    ]
    months = [fact("staff_turnover", "1", n, 30, period=m) for m, n in (("2024-09", 1), ("2024-10", 2))]
    held = [(whole, None), *((m, None) for m in months), *zip(parts, (10, 11, 12, 13), strict=True)]
    found = origins.of_fact(MEASURES["staff_turnover"], whole, held)
    assert (rows_of(found), found.whole) == ([10, 11, 12, 13], True)


def test_a_figure_to_date_rests_on_the_last_month_s_lines(fact) -> None:
    whole = fact("budget_spend", "1", 90, 100, period="YTD")
    held = [(whole, 20)]
    for month, first, spent in (("2024-09", 10, (30, 10)), ("2024-10", 20, (60, 30))):
        held.append((fact("budget_spend", "1", sum(spent), 100, period=month), first))
        for place, (line, n) in enumerate(zip(("teaching", "supply"), spent, strict=True)):
            held.append((fact("budget_spend", "1", n, 50, period=month, line=line), first + place))
    for line, n, row in (("teaching", 60, 20), ("supply", 30, 21)):
        held.append((fact("budget_spend", "1", n, 50, period="YTD", line=line), row))
    found = origins.of_fact(MEASURES["budget_spend"], whole, held)
    assert (rows_of(found), found.whole) == ([20, 21], True)


def test_parts_that_do_not_add_up_are_not_said_to_make_the_figure(fact) -> None:
    whole = fact("pupils_happy", "1", 50, 60)
    held = [
        (whole, None),
        (fact("pupils_happy", "1", 20, 30, sex="F"), 3),
        (fact("pupils_happy", "1", 20, 30, sex="M"), 4),
    ]
    found = origins.of_fact(MEASURES["pupils_happy"], whole, held)
    assert (rows_of(found), found.whole) == ([], False)


@pytest.mark.parametrize("other", ["inspection", "area"])
def test_other_judgements_are_no_parts_of_a_judgement(fact, other: str) -> None:
    whole = fact("ofsted_good", "1", 1, 1, series="graded")
    held = [(whole, 8), (fact("ofsted_good", "1", 1, 1, series="graded", **{other: "A"}), 8)]
    held.append((fact("ofsted_good", "1", 0, 1, series="graded", **{other: "B"}), 4))
    found = origins.of_fact(MEASURES["ofsted_good"], whole, held)
    assert (rows_of(found), found.whole) == ([8], True)


def test_a_skill_that_any_of_them_may_hold_rests_on_all_their_rows(fact) -> None:
    whole = fact("board_skills", "trust", 1, 2)
    held = [(whole, 9)]
    row = 2
    for skill, held_by in (("Finance", ("Chair", "Trustee A")), ("Law", ())):
        held.append((fact("board_skills", "trust", bool(held_by), 1, skill=skill), row))
        for member in ("Chair", "Trustee A"):
            held.append((fact("board_skills", "trust", member in held_by, 1, skill=skill, member=member), row))
            row += 1
    found = origins.of_fact(MEASURES["board_skills"], whole, held)
    assert (rows_of(found), found.whole) == ([2, 3, 4, 5], True)
