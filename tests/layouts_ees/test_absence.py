# ruff: noqa: E501  (a table's row stands on one line)
"""Absence of the school census, tidy. Invented schools; attendance worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.intake.codes import numbers
from kpi_engine.intake.layouts.ees_common import less_from_100

SCHOOLS = """
time_period | time_identifier | geographic_level | school_urn | school_laestab | school_name | education_phase | academy_type | enrolments | sess_possible | sess_overall | sess_authorised | sess_unauthorised | sess_overall_percent | enrolments_pa_10_exact | enrolments_pa_10_exact_percent | enrolments_pa_50_exact | enrolments_pa_50_exact_percent | sess_auth_illness | sess_unauth_late
202324 | Academic year | School   | 900001 | 9361001 | Alder Hill Academy | State-funded secondary | z | 1000 | 350000 | 31500 | 21000 | 10500 | 9    | 250 | 25 | 30 | 3 | 14000 | 700
202425 | Academic year | School   | 900001 | 9361001 | Alder Hill Academy | State-funded secondary | z | 990  | 346500 | 29106 | 20000 | 9106  | 8.4  | 231 | 23.3333333333333 | 20 | 2.02020202020202 | 13000 | 650
202425 | Academic year | School   | 900002 | 9362002 | Birch Lane Academy | State-funded primary   | z | z    | z      | z     | z     | z     | z    | z   | z | z | z | z | z
202425 | Autumn term   | National |        |         |                    | State-funded primary   | z | 4300000 | 500000000 | 25000000 | 18000000 | 7000000 | 5 | 600000 | 13.953488372093 | 30000 | 0.697674418604651 | 14000000 | 900000
202425 | Autumn term   | Regional |        |         |                    | State-funded primary   | z | 400000 | 50000000 | 2600000 | 1800000 | 800000 | 5.2 | 60000 | 15 | 3000 | 0.75 | 1400000 | 90000
202425 | Autumn term   | National |        |         |                    | Total                  | z | 8300000 | 900000000 | 60000000 | 40000000 | 20000000 | 6.66666666666667 | 1500000 | 18.0722891566265 | 150000 | 1.80722891566265 | 30000000 | 4000000
"""


def test_attendance_is_what_is_possible_less_what_was_missed(made):
    file = made(SCHOOLS)
    assert file.layout.id == "ees_absence"
    assert file.findings() == []
    row = file.one(measure="attendance", urn="900001", academic_year="2023/24")
    assert (row["numerator"], row["denominator"], row["people"]) == (318_500, 350_000, 1000)
    assert (row["published_value"], row["series"], row["period"]) == (91, "census", "Year")


def test_the_printed_absence_is_taken_from_100_to_its_own_decimals(made):
    row = made(SCHOOLS).one(measure="attendance", urn="900001", academic_year="2024/25")
    # 100 - 8.4 is 91.6; in binary fractions it would be 91.59999999999999
    assert row["published_value"] == 91.6


@given(st.decimals(min_value=0, max_value=100, places=13))
def test_the_complement_of_any_printed_percentage_is_exact(percent):
    text = pd.Series([format(percent, "f"), "z"])
    shown = less_from_100(numbers(text), text)
    assert shown[0] == float(Decimal(100) - percent)
    assert pd.isna(shown[1])


@pytest.mark.parametrize(
    ("measure", "pupils", "printed"),
    [("persistent_absence", 231, 23.3333333333333), ("severe_absence", 20, 2.02020202020202)],
)
def test_persistent_and_severe_absence_count_pupils_over_enrolments(made, measure, pupils, printed):
    row = made(SCHOOLS).one(measure=measure, urn="900001", academic_year="2024/25")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (pupils, 990, printed)


def test_reasons_stand_apart_and_all_of_them_under_total(made):
    file = made(SCHOOLS)
    rows = file.rows(measure="absence_reason", urn="900001", academic_year="2023/24", reason="any")
    assert {row.reason: (row.numerator, row.denominator) for row in rows.itertuples()} == {
        "Total": (31_500, 350_000),
        "Authorised absence": (21_000, 350_000),
        "Unauthorised absence": (10_500, 350_000),
        "Illness": (14_000, 350_000),
        "Late after registers closed": (700, 350_000),
    }


def test_a_code_stays_a_code(made):
    row = made(SCHOOLS).one(measure="attendance", urn="900002")
    assert (row["code"], row["numerator"], row["published_value"]) == ("Z", None, None)


def test_england_stands_by_phase_and_term_without_its_regions(made):
    file = made(SCHOOLS)
    rows = file.rows("national", measure="attendance").set_index("phase")
    assert list(rows.index) == ["primary", "all"]
    assert rows.at["primary", "numerator"] == 475_000_000
    assert rows.at["primary", "published_value"] == 95
    assert set(rows["period"]) == {"Autumn"}


def test_before_2020_the_phase_is_called_school_type(made):
    older = SCHOOLS.replace("education_phase", "school_type").replace("State-funded", "state-funded")
    assert len(made(older).rows("national", measure="attendance")) == 2


def test_autumn_and_spring_together_are_the_year_to_date(made):
    file = made(SCHOOLS.replace("Academic year", "Autumn and spring term"))
    assert set(file.rows(measure="attendance")["period"]) == {"YTD"}


def test_pupil_groups_of_a_characteristics_file_are_kept_and_others_left_out(made):
    text = """
    time_period | time_identifier | geographic_level | education_phase | breakdown_topic | breakdown | enrolments | sess_possible | sess_overall | sess_overall_percent
    202425 | Academic year | National | Total | Total | Total | 1000 | 100000 | 7000 | 7
    202425 | Academic year | National | Total | SEN provision | SEN support | 150 | 15000 | 1500 | 10
    202425 | Academic year | National | Total | FSM status | FSM eligible | 250 | 25000 | 2750 | 11
    202425 | Academic year | National | Total | Sex | Girls | 490 | 49000 | 3500 | 7.14285714285714
    """
    rows = made(text).rows("national", measure="attendance", sex="any", send="any")
    assert [(row.sex, row.send, row.numerator) for row in rows.itertuples()] == [
        ("Total", "Total", 93_000),
        ("Total", "K", 13_500),
        ("F", "Total", 45_500),
    ]


def test_more_half_days_missed_than_possible_are_refused(made):
    (finding,) = made(SCHOOLS.replace("350000 | 31500", "31000 | 31500")).blocking()
    assert "row 2" in finding
    assert "sess_overall" in finding


def test_a_percentage_over_100_is_refused(made):
    (finding,) = made(SCHOOLS.replace("| 8.4  |", "| 840 |")).blocking()
    assert "sess_overall_percent" in finding
    assert "0 to 100" in finding


def test_two_rows_of_one_school_and_year_are_refused(made):
    lines = SCHOOLS.strip().splitlines()
    (finding,) = made("\n".join([*lines, lines[1]])).blocking()
    assert "row 8" in finding
    assert "row 2" in finding
