# ruff: noqa: E501  (a table's row stands on one line)
"""Suspensions: termly rows to a year with one headcount, older names, England by phase. Invented schools."""

from __future__ import annotations

import pytest

SCHOOLS = """
time_identifier | time_period | geographic_level | school_urn | school_name | trust_name | education_phase | headcount | perm_excl | perm_excl_rate | suspension | susp_rate | one_plus_susp | one_plus_susp_rate
Autumn term | 202324 | School | 900001 | Alder Hill Academy | z | State-funded secondary | 1000 | 1 | 0.1 | 40 | 4   | 25 | 2.5
Spring term | 202324 | School | 900001 | Alder Hill Academy | z | State-funded secondary | 980  | 0 | 0   | 49 | 5   | 30 | 3.06122
Summer term | 202324 | School | 900001 | Alder Hill Academy | z | State-funded secondary | 990  | 2 | 0.20202 | 31 | 3.13131 | 20 | 2.0202
Autumn term | 202425 | School | 900001 | Alder Hill Academy | z | State-funded secondary | 1010 | 0 | 0   | 12 | 1.18812 | 10 | 0.990099
Spring term | 202425 | School | 900001 | Alder Hill Academy | z | State-funded secondary | 1005 | 1 | 0.0995 | 18 | 1.79104 | 14 | 1.39303
Autumn term | 202324 | School | 900002 | Birch Lane Academy | z | State-funded primary   | 210  | 0 | 0   | 3  | 1.42857 | 2 | 0.952381
Summer term | 202324 | School | 900002 | Birch Lane Academy | z | State-funded primary   | 208  | 0 | 0   | 1  | 0.480769 | 1 | 0.480769
Autumn term | 202324 | School | 900003 | Cedar Park Academy | z | State-funded primary   | 300  | 0 | 0   | c  | c | c | c
Spring term | 202324 | School | 900003 | Cedar Park Academy | z | State-funded primary   | 301  | 0 | 0   | 4  | 1.32890 | 3 | 0.99668
Summer term | 202324 | School | 900003 | Cedar Park Academy | z | State-funded primary   | 302  | 0 | 0   | 2  | 0.66225 | 2 | 0.66225
"""


def test_the_file_fits_one_layout_and_has_no_finding(made):
    file = made(SCHOOLS)
    assert file.layout.id == "ees_exclusions"
    assert file.findings() == []


def test_a_year_is_its_terms_counts_over_one_spring_headcount(made):
    row = made(SCHOOLS).one(measure="suspensions", urn="900001", academic_year="2023/24", period="Year")
    # 40 + 49 + 31 = 120 suspensions; 980 pupils in the spring census, not 1000 + 980 + 990 = 2970
    assert (row["numerator"], row["denominator"]) == (120, 980)
    assert round(100 * row["numerator"] / row["denominator"], 2) == 12.24
    # the sum of the terms' printed rates would be 4 + 5 + 3.13131 = 12.13: it is not the year's rate
    assert row["published_value"] is None
    assert row["detail"] == "terms added: autumn spring summer"


def test_permanent_exclusions_are_added_the_same_way(made):
    row = made(SCHOOLS).one(measure="permanent_exclusions", urn="900001", academic_year="2023/24", period="Year")
    assert (row["numerator"], row["denominator"]) == (3, 980)


def test_a_year_without_summer_rows_is_a_year_to_date(made):
    file = made(SCHOOLS)
    row = file.one(measure="suspensions", urn="900001", academic_year="2024/25", period="YTD")
    assert (row["numerator"], row["denominator"]) == (30, 1005)
    assert file.rows(measure="suspensions", academic_year="2024/25", period="Year").empty


def test_without_spring_the_latest_headcount_is_used(made):
    row = made(SCHOOLS).one(measure="suspensions", urn="900002", period="Year")
    assert (row["numerator"], row["denominator"], row["detail"]) == (4, 208, "terms added: autumn summer")


def test_a_count_that_one_term_hides_is_not_added_up(made):
    row = made(SCHOOLS).one(measure="suspensions", urn="900003", period="Year")
    assert (row["code"], row["numerator"], row["denominator"]) == ("C", None, None)


def test_pupils_suspended_at_least_once_are_never_added_over_terms(made):
    file = made(SCHOOLS)
    assert file.rows(measure="pupils_suspended", period="Year").empty
    row = file.one(measure="pupils_suspended", urn="900001", academic_year="2023/24", period="Spring")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (30, 980, 3.06122)


def test_terms_stand_as_printed(made):
    row = made(SCHOOLS).one(measure="suspensions", urn="900001", academic_year="2023/24", period="Summer")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (31, 990, 3.13131)
    assert row["source_row"] == 4


def test_older_files_say_fixed_excl(made):
    older = SCHOOLS.replace("suspension | susp_rate | one_plus_susp | one_plus_susp_rate",
                            "fixed_excl | fixed_excl_rate | one_plus_fixed | one_plus_fixed_rate")  # fmt: skip
    file = made(older.replace("education_phase", "school_type").replace("| c  | c | c | c", "| x  | x | x | x"))
    assert file.layout.id == "ees_exclusions_fixed"
    assert file.findings() == []
    assert file.one(measure="suspensions", urn="900001", academic_year="2023/24", period="Year")["numerator"] == 120
    assert file.one(measure="suspensions", urn="900003", period="Year")["code"] == "X"


ENGLAND = """
time_identifier | time_period | geographic_level | region_name | education_phase | headcount | perm_excl | perm_excl_rate | suspension | susp_rate | one_plus_susp | one_plus_susp_rate
Academic year | 202324 | National |       | State-funded primary   | 4600000 | 1500 | 0.03 | 104000 | 2.26 | 44000 | 0.96
Academic year | 202324 | National |       | State-funded secondary | 3700000 | 9000 | 0.24 | 837000 | 22.62 | 330000 | 8.92
Academic year | 202324 | National |       | Special                | 170000  | 160  | 0.09 | 21000  | 12.35 | 8000 | 4.71
Academic year | 202324 | National |       | Pupil referral unit    | 14000   | 90   | 0.64 | 9000   | 64.29 | 3000 | 21.43
Academic year | 202324 | National |       | Total                  | 8484000 | 10750 | 0.13 | 971000 | 11.45 | 385000 | 4.54
Academic year | 202324 | Regional | North | State-funded primary   | 400000  | 100  | 0.03 | 9000   | 2.25 | 4000 | 1
"""


@pytest.mark.parametrize(
    ("phase", "suspensions", "headcount", "printed"),
    [
        ("primary", 104_000, 4_600_000, 2.26),
        ("secondary", 837_000, 3_700_000, 22.62),
        ("special", 21_000, 170_000, 12.35),
        ("all", 971_000, 8_484_000, 11.45),
    ],
)
def test_england_stands_by_phase_and_pupil_referral_units_only_in_all(made, phase, suspensions, headcount, printed):
    file = made(ENGLAND)
    assert file.findings() == []
    row = file.one("national", measure="suspensions", phase=phase)
    assert (row["numerator"], row["denominator"], row["published_value"]) == (suspensions, headcount, printed)
    assert (row["urn"], row["period"]) == ("England", "Year")
    assert len(file.rows("national", measure="suspensions")) == 4


def test_englands_terms_are_added_over_its_spring_headcount_too(made):
    termly = """
    time_identifier | time_period | geographic_level | education_phase | headcount | perm_excl | suspension
    Autumn term | 202425 | National | State-funded secondary | 3700000 | 3000 | 290000
    Spring term | 202425 | National | State-funded secondary | 3680000 | 2900 | 280000
    Autumn term | 202425 | National | Special | 170000 | 50 | 7000
    """
    file = made(termly)
    row = file.one("national", measure="suspensions", phase="secondary", period="YTD")
    assert (row["numerator"], row["denominator"]) == (570_000, 3_680_000)
    assert file.one("national", measure="suspensions", phase="special", period="YTD")["denominator"] == 170_000


def test_a_year_row_is_not_added_to_its_own_terms(made):
    both = """
    time_identifier | time_period | geographic_level | school_urn | headcount | perm_excl | suspension
    Academic year | 202324 | School | 900001 | 980 | 3 | 120
    Summer term | 202324 | School | 900001 | 990 | 2 | 31
    """
    file = made(both)
    assert file.one(measure="suspensions", period="Year")["numerator"] == 120
    assert file.one(measure="suspensions", period="Summer")["numerator"] == 31


def test_a_repeated_term_is_refused_and_both_rows_are_named(made):
    lines = SCHOOLS.strip().splitlines()
    (finding,) = made("\n".join([*lines, lines[1]])).blocking()
    assert "row 12" in finding
    assert "row 2" in finding


def test_more_pupils_suspended_than_suspensions_are_refused(made):
    (finding,) = made(SCHOOLS.replace("| 49 | 5   | 30 |", "| 29 | 5   | 30 |")).blocking()
    assert "one_plus_susp" in finding
    assert "row 3" in finding


@pytest.mark.parametrize("wrong", ["2024", "202426", "spring"])
def test_a_time_period_that_is_no_academic_year_is_refused(made, wrong):
    findings = made(ENGLAND.replace("202324", wrong)).blocking()
    assert len(findings) == 6
    assert wrong in findings[0]
    assert "time_period" in findings[0]
