"""A year from its parts: each trap of adding over time has its test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS
from kpi_engine.warehouse.rollup import roll_up
from kpi_engine.warehouse.tables import dims_of

Fact = Callable[..., dict[str, object]]
Frame = Callable[..., pd.DataFrame]
OVER = dt.date(2025, 8, 31)
DURING = dt.date(2025, 3, 1)
MONTHS = [f"{2024 + (i > 3)}-{(i + 8) % 12 + 1:02d}" for i in range(12)]


def rolled(frame: pd.DataFrame, as_at: dt.date = OVER) -> pd.DataFrame:
    return roll_up(frame, MEASURES, frozenset({"returns"}), as_at)[0]


def whole(frame: pd.DataFrame, *dimensions: str) -> pd.DataFrame:
    key = ",".join(name for name in DIMENSIONS if name in dimensions)
    return frame[(dims_of(frame) == key) & frame["period"].isin(["Year", "YTD"])]


def year(frame: pd.DataFrame, *dimensions: str) -> pd.Series:
    found = whole(frame, *dimensions)
    assert len(found) == 1, found
    return found.iloc[0]


def terms(fact: Fact, measure: str, *figures: tuple[float | None, float | None], **more: object) -> list:
    return [
        fact(measure, n, d, period=term, **more)
        for term, (n, d) in zip(("Autumn", "Spring", "Summer"), figures, strict=False)
    ]


def test_half_days_add_up_and_pupils_do_not(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "attendance", (900, 1000), (850, 950), (700, 800), series="daily", people=500)
    rows[1]["people"] = 510
    rows[0] |= {"sum_nn": 1.0, "sum_nd": 2.0, "sum_dd": 3.0}
    made = year(rolled(frame(*rows)))
    assert (made["period"], made["numerator"], made["denominator"], made["people"]) == ("Year", 2450, 2750, 510)
    assert made[["sum_nn", "sum_nd", "sum_dd", "published_value", "lower"]].isna().all()


def test_persistent_absence_is_never_added_over_terms(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "persistent_absence", (40, 500), (50, 500), (60, 500), series="daily")
    assert whole(rolled(frame(*rows))).empty


def test_pupils_suspended_at_least_once_are_never_added_over_terms(fact: Fact, frame: Frame) -> None:
    assert whole(rolled(frame(*terms(fact, "pupils_suspended", (4, 500), (5, 500), (6, 500))))).empty


def test_a_years_suspensions_are_over_the_spring_headcount(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "suspensions", (4, 500), (5, 504), (6, 498))
    for row in rows:
        row["people"] = row["denominator"]
    made = year(rolled(frame(*rows)))
    assert (made["numerator"], made["denominator"], made["people"]) == (15, 504, 504)


def test_before_spring_the_autumn_headcount_stands(fact: Fact, frame: Frame) -> None:
    made = year(rolled(frame(*terms(fact, "suspensions", (4, 500))), DURING))
    assert (made["period"], made["numerator"], made["denominator"]) == ("YTD", 4, 500)


def test_suspensions_with_a_term_missing_make_no_year(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "suspensions", (4, 500), (5, 504), (6, 498))
    assert whole(rolled(frame(rows[0], rows[2]))).empty
    assert whole(rolled(frame(rows[1], rows[2]))).empty


def test_attendance_with_a_term_missing_says_so(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "attendance", (900, 1000), (850, 950), (700, 800), series="daily")
    made = year(rolled(frame(rows[0], rows[2])))
    assert (made["period"], made["numerator"], made["detail"]) == ("Year", 1600, "without Spring")


def test_turnover_is_leavers_over_the_mean_headcount(fact: Fact, frame: Frame) -> None:
    heads = [30, 31, 30, 30, 29, 29, 30, 30, 30, 31, 31, 30]
    rows = [
        fact("staff_turnover", i % 4 == 0, head, people=head, period=month)
        for i, (month, head) in enumerate(zip(MONTHS, heads, strict=True))
    ]
    made = year(rolled(frame(*rows)))
    assert (made["period"], made["numerator"]) == ("Year", 3)
    assert made["denominator"] == pytest.approx(361 / 12, abs=5e-7)
    assert made["people"] == made["denominator"]


def test_turnover_with_a_month_missing_is_not_made(fact: Fact, frame: Frame) -> None:
    rows = [fact("staff_turnover", 1, 30, period=month) for month in MONTHS if month != "2024-12"]
    assert whole(rolled(frame(*rows))).empty


def test_turnover_to_date_is_not_a_year(fact: Fact, frame: Frame) -> None:
    rows = [fact("staff_turnover", 1, 30, period=month) for month in MONTHS[:5]]
    assert year(rolled(frame(*rows), OVER))["period"] == "YTD"


def test_a_budget_is_its_newest_month(fact: Fact, frame: Frame) -> None:
    rows = [fact("budget_spend", 100 * i, 110 * i, period=month) for i, month in enumerate(MONTHS[:4], 1)]
    made = year(rolled(frame(*rows), DURING))
    assert (made["period"], made["numerator"], made["denominator"]) == ("YTD", 400, 440)
    assert pd.isna(made["detail"])


def test_a_budget_line_that_the_newest_month_lacks_is_absent(fact: Fact, frame: Frame) -> None:
    rows = [
        fact("budget_spend", 1, 2, period="2024-09", line="supply"),
        fact("budget_spend", 1, 2, period="2024-09", line="teaching"),
        fact("budget_spend", 3, 4, period="2024-10", line="teaching"),
    ]
    assert whole(rolled(frame(*rows), DURING), "line")["line"].tolist() == ["teaching"]


def test_a_stated_year_stands_before_its_parts(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "attendance", (900, 1000), (850, 950), (700, 800), series="daily")
    made = year(rolled(frame(*rows, fact("attendance", 2440, 2750, series="daily"))))
    assert made["numerator"] == 2440


def test_a_stated_year_to_date_stands_while_the_year_runs_and_gives_way_after(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "attendance", (900, 1000), (850, 950), (700, 800), series="daily")
    stated = fact("attendance", 1700, 1900, series="daily", period="YTD")
    assert year(rolled(frame(*rows[:2], stated), DURING))["numerator"] == 1700
    made = year(rolled(frame(*rows, stated)))
    assert (made["period"], made["numerator"]) == ("Year", 2450)


def test_terms_and_weeks_are_never_mixed(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "attendance", (900, 1000), (850, 950), (700, 800), series="daily")
    weeks = [fact("attendance", 9, 10, series="daily", period=f"2025-W{week}") for week in (20, 21, 29)]
    assert year(rolled(frame(*rows, *weeks)))["denominator"] == 2750
    assert year(rolled(frame(rows[0], *weeks)))["denominator"] == 30


def test_weeks_to_the_break_up_make_a_year_and_fewer_do_not(fact: Fact, frame: Frame) -> None:
    weeks = [fact("attendance", 9, 10, series="daily", period=f"2025-W{week:02d}") for week in (2, 3, 29)]
    assert year(rolled(frame(*weeks)))["period"] == "Year"
    assert year(rolled(frame(*weeks[:2])))["period"] == "YTD"
    assert year(rolled(frame(*weeks), DURING))["period"] == "YTD"


def test_surveys_of_a_year_are_added_with_their_answers(fact: Fact, frame: Frame) -> None:
    rows = [
        fact("pupils_happy", n, d, people=d, period=month)
        for month, n, d in (("2024-11", 90, 100), ("2025-03", 80, 95))
    ]
    made = year(rolled(frame(*rows)))
    assert (made["period"], made["numerator"], made["denominator"], made["people"]) == ("Year", 170, 195, 195)
    assert pd.isna(made["detail"])


def test_a_suppressed_term_makes_the_year_a_code(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "suspensions", (4, 500), (None, None), (6, 498), series="published", source_id="dfe")
    rows[1]["code"] = "C"
    made = year(rolled(frame(*rows)))
    assert (made["code"], made["detail"]) == ("C", "not added up: 1 of 3 parts have no figure (C)")
    assert made[["numerator", "denominator", "people"]].isna().all()


def test_an_unknown_term_is_never_nought(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "attendance", (900, 1000), (None, None), (700, 800), series="daily")
    assert whole(rolled(frame(*rows))).empty


def test_groups_are_added_over_terms_like_the_whole(fact: Fact, frame: Frame) -> None:
    rows = [
        row
        for sex in "FM"
        for row in terms(fact, "attendance", (90, 100), (80, 100), (70, 100), series="daily", sex=sex)
    ]
    made = rolled(frame(*rows))
    assert whole(made, "sex")[["sex", "numerator"]].values.tolist() == [["F", 240], ["M", 240]]
    assert year(made)["numerator"] == 480


def test_a_group_without_one_of_the_terms_has_no_years_suspensions(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "suspensions", (4, 500), (5, 504), (6, 498))
    rows += terms(fact, "suspensions", (1, 90), (2, 91), year_group="11")
    made = rolled(frame(*rows))
    assert year(made)["numerator"] == 15
    assert whole(made, "year_group").empty


def test_a_reason_that_nobody_had_in_a_term_is_still_counted(fact: Fact, frame: Frame) -> None:
    rows = terms(fact, "suspensions", (4, 500), (5, 504), (6, 498))
    rows += terms(fact, "suspensions", (1, None), (2, None), reason="verbal abuse")
    made = year(rolled(frame(*rows)), "reason")
    assert made["numerator"] == 3
    assert pd.isna(made["denominator"])
