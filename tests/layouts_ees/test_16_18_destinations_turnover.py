# ruff: noqa: E501  (a table's row stands on one line)
"""16 to 18 results, destinations in both shapes, teacher turnover. Invented schools; numbers worked by hand."""

from __future__ import annotations

import pytest

RESULTS = """
time_period | time_identifier | geographic_level | version | school_name | school_urn | school_laestab | disadvantage_status | exam_cohort | end1618_student_count | aps_per_entry | aps_per_entry_grade | aps_per_entry_student_count | value_added | value_added_upper_ci | value_added_lower_ci | progress_banding
202324 | Academic year | School | Final   | Elm Grove School | 900011 | 9364001 | Total | A level | 120 | 34.5 | B- | 100 | 0.12 | 0.3 | -0.06 | Average
202324 | Academic year | School | Final   | Elm Grove School | 900011 | 9364001 | Disadvantaged | A level | 20 | 30 | C+ | 15 | -0.2 | 0.2 | -0.6 | z
202324 | Academic year | School | Final   | Elm Grove School | 900011 | 9364001 | Total | Applied general | 120 | 28.25 | Merit+ | 40 | 0.5 | 0.9 | 0.1 | Above average
202223 | Academic year | School | Final   | Elm Grove School | 900011 | 9364001 | Total | A level | 110 | 33 | B- | 90 | z | z | z | z
202324 | Academic year | School | Final   | Fir Tree College | 900012 | 9368001 | Total | A level | 0 | c | c | c | c | c | c | c
"""


def test_the_headline_of_16_to_18_is_a_level_and_each_cohort_stands_under_its_name(made):
    file = made(RESULTS)
    assert file.layout.id == "ees_16_18"
    assert file.findings() == []
    row = file.one(measure="alevel_aps", urn="900011", academic_year="2023/24")
    assert row["published_value"] == 34.5
    assert (
        file.one(measure="alevel_aps", urn="900011", academic_year="2023/24", cohort="A level")["published_value"]
        == 34.5
    )
    applied = file.one(measure="alevel_aps", urn="900011", cohort="Applied general")
    assert applied["published_value"] == 28.25


def test_points_are_weighted_by_the_students_of_the_measure_and_it_is_said(made):
    row = made(RESULTS).one(measure="alevel_aps", urn="900011", academic_year="2023/24")
    # 34.5 x 100 students with the measure; not the 120 of the whole institution
    assert (row["numerator"], row["denominator"]) == (3450, 100)
    assert "students" in row["detail"]


def test_value_added_keeps_its_printed_limits(made):
    file = made(RESULTS)
    row = file.one(measure="post16_va", urn="900011", academic_year="2023/24")
    assert (row["published_value"], row["lower"], row["upper"]) == (0.12, -0.06, 0.3)
    poorer = file.one(measure="post16_va", urn="900011", academic_year="2023/24", disadvantage="Y")
    assert (poorer["published_value"], poorer["lower"], poorer["upper"]) == (-0.2, -0.6, 0.2)


def test_years_without_value_added_and_hidden_institutions_have_codes(made):
    file = made(RESULTS)
    assert file.one(measure="post16_va", academic_year="2022/23")["code"] == "Z"
    assert file.one(measure="alevel_aps", urn="900012")["code"] == "C"


def test_trusts_16_to_18_rows_have_points_over_entries(made):
    file = made("""
    time_period | time_identifier | geographic_level | version | trust_name | trust_id | exam_cohort | disadvantage_status | students_in_mat_count | aps_per_entry | points_sum | entries_count | value_added | value_added_lower_ci | value_added_upper_ci
    202425 | Academic year | MAT | Revised | Invented Trust | TR99999 | A level | Total | 300 | 35 | 31500 | 900 | 0.1 | 0 | 0.2
    """)
    assert file.layout.id == "ees_16_18_mats"
    row = file.one("national", measure="alevel_aps", urn="TR99999")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (31_500, 900, 35)
    assert row["phase"] == "16-19"


KS4_LEAVERS = """
time_period | time_identifier | geographic_level | school_urn | school_name | institution_group | institution_type | breakdown_topic | breakdown | data_type | version | cohort | overall | education | appren | all_work | all_notsust | all_unknown
202223 | Academic year | School | 900011 | Elm Grove School | State-funded mainstream schools | Academy | Total | Total | Number of students | Final | 161 | 150 | 140 | 4 | 6 | 8 | 3
202223 | Academic year | School | 900011 | Elm Grove School | State-funded mainstream schools | Academy | Total | Total | Percentage | Final | 161 | 93.2 | 87 | 2.5 | 3.7 | 5 | 1.9
202223 | Academic year | School | 900011 | Elm Grove School | State-funded mainstream schools | Academy | Disadvantage Status | Disadvantaged | Number of students | Final | 40 | 34 | 30 | 2 | 2 | c | c
202223 | Academic year | School | 900011 | Elm Grove School | State-funded mainstream schools | Academy | Disadvantage Status | Disadvantaged | Percentage | Final | 40 | 85 | 75 | 5 | 5 | c | c
202223 | Academic year | School | 900011 | Elm Grove School | State-funded mainstream schools | Academy | Ethnicity | Asian | Percentage | Final | 30 | 95 | 90 | 3 | 2 | 3 | 2
202223 | Academic year | National | z | z | State-funded mainstream schools | Total | Total | Total | Number of students | Final | 600000 | 564000 | 520000 | 20000 | 24000 | 30000 | 6000
202223 | Academic year | National | z | z | State-funded mainstream schools | Total | Total | Total | Percentage | Final | 600000 | 94 | 86.7 | 3.3 | 4 | 5 | 1
202223 | Academic year | National | z | z | Independent schools | Total | Total | Total | Percentage | Final | 50000 | 90 | 86.7 | 3.3 | 0 | 6 | 4
"""


def test_leavers_of_ks4_are_counted_from_the_number_rows_and_shown_as_the_percentage_rows(made):
    file = made(KS4_LEAVERS)
    assert file.layout.id == "ees_destinations"
    assert file.findings() == []
    row = file.one(measure="y11_engaged")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (150, 161, 93.2)
    assert (row["academic_year"], row["series"]) == ("2022/23", "sustained")
    neet = file.one(measure="y11_neet")
    assert (neet["numerator"], neet["published_value"]) == (8, 5)
    assert "not NEET itself" in neet["detail"]


def test_not_sustained_with_not_captured_is_a_sum_of_counts_that_nobody_printed(made):
    row = made(KS4_LEAVERS).one(measure="y11_neet_or_unknown")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (11, 161, None)


def test_a_hidden_destination_stays_hidden(made):
    file = made(KS4_LEAVERS)
    assert file.one(measure="y11_neet", disadvantage="Y")["code"] == "C"
    assert file.one(measure="y11_neet_or_unknown", disadvantage="Y")["code"] == "C"
    assert file.one(measure="y11_engaged", disadvantage="Y")["numerator"] == 34


def test_england_after_ks4_is_state_funded_mainstream(made):
    row = made(KS4_LEAVERS).one("national", measure="y11_engaged")
    assert (row["numerator"], row["denominator"], row["phase"]) == (564_000, 600_000, "secondary")


def test_percentages_alone_give_counts_to_their_precision(made):
    lines = [line for line in KS4_LEAVERS.strip().splitlines() if "Number of students" not in line]
    row = made("\n".join(lines)).one(measure="y11_engaged")
    assert row["numerator"] == pytest.approx(0.932 * 161)
    assert row["published_value"] == 93.2


def test_16_to_18_leavers_come_by_level(made):
    file = made("""
    time_period | time_identifier | geographic_level | school_urn | institution_group | institution_type | cohort_level_group | cohort_level | breakdown_topic | breakdown | data_type | cohort | overall | education | all_notsust | all_unknown
    202223 | Academic year | School | 900011 | State-funded mainstream schools & colleges | Academy | Total | Total | Total | Total | Number of students | 90 | 80 | 60 | 6 | 4
    202223 | Academic year | School | 900011 | State-funded mainstream schools & colleges | Academy | Total | Total | Total | Total | Percentage | 90 | 88.9 | 66.7 | 6.7 | 4.4
    202223 | Academic year | School | 900011 | State-funded mainstream schools & colleges | Academy | Level 3 | Total | Total | Total | Number of students | 70 | 65 | 55 | 3 | 2
    202223 | Academic year | School | 900011 | State-funded mainstream schools & colleges | Academy | Level 3 | Total | Total | Total | Percentage | 70 | 92.9 | 78.6 | 4.3 | 2.9
    202223 | Academic year | School | 900011 | State-funded mainstream schools & colleges | Academy | All other qualifications | Total | Total | Total | Percentage | 5 | c | c | c | c
    """)
    assert file.findings() == []
    row = file.one(measure="y13_neet")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (6, 90, 6.7)
    assert file.one(measure="y13_neet", level="3")["numerator"] == 3
    assert file.one(measure="y13_neet_or_unknown", level="3")["numerator"] == 5
    assert len(file.produced()["facts"]) == 4


DESCRIBED = """
time_period | time_identifier | geographic_level | school_urn | sex | ethnicity_major | disadvantage_status | breakdown_topic | breakdown | cohort_count | destination_group | destination_description | pupil_percent | pupil_count
202223 | Academic year | School | 900011 | Total | Total | Total | Total | Total | 161 | Overall destination | Sustained education, employment & apprenticeships | 93.2 | 150
202223 | Academic year | School | 900011 | Total | Total | Total | Total | Total | 161 | Headline destinations | Sustained education destination | 87 | 140
202223 | Academic year | School | 900011 | Total | Total | Total | Total | Total | 161 | Headline destinations | Not recorded as a sustained destination | 5 | 8
202223 | Academic year | School | 900011 | Total | Total | Total | Total | Total | 161 | Headline destinations | Activity not captured | low | 3
202223 | Academic year | School | 900011 | Total | Total | Disadvantaged | Total | Total | 40 | Overall destination | Sustained education, employment & apprenticeships | 85 | 34
"""


def test_the_newer_shape_with_a_row_for_each_destination_gives_the_same(made):
    file = made(DESCRIBED)
    assert file.layout.id == "ees_destinations_described"
    assert file.findings() == []
    row = file.one(measure="y11_engaged")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (150, 161, 93.2)
    assert file.one(measure="y11_neet")["published_value"] == 5
    assert file.one(measure="y11_neet_or_unknown")["numerator"] == 11
    assert file.one(measure="y11_engaged", disadvantage="Y")["numerator"] == 34


TURNOVER = """
time_period | time_identifier | geographic_level | country_code | country_name | school_urn | school_laestab | school_name | school_type | teacher_fte_in_census_year | remained_in_the_same_school | left_the_state-funded_system | left_to_another_state-funded_school
201011 | Academic year | School | E92000001 | England | 900001 | 9362001 | Alder Primary | Primary | 14.2 | 11.2 | 1 | 2
201112 | Academic year | School | E92000001 | England | 900001 | 9362001 | Alder Primary | Primary | 0 | 0 | 0 | 0
201213 | Academic year | School | E92000001 | England | 900001 | 9362001 | Alder Primary | Primary | 15 | z | z | z
"""


def test_turnover_is_those_who_did_not_stay_and_not_the_leaver_rate(made):
    file = made(TURNOVER)
    assert file.layout.id == "ees_turnover"
    assert file.findings() == []
    row = file.one(measure="staff_turnover", academic_year="2010/11")
    # 14.2 - 11.2 = 3 left the school, of whom 1 left the state sector: 3 / 14.2 = 21.1 %, not 7.0 %
    assert (row["numerator"], row["denominator"], row["series"]) == (3, 14.2, "ees")


def test_a_school_without_teachers_gives_no_fact_and_a_code_stays(made):
    file = made(TURNOVER)
    assert file.rows(measure="staff_turnover", academic_year="2011/12").empty
    assert file.one(measure="staff_turnover", academic_year="2012/13")["code"] == "Z"


def test_underscores_for_hyphens_are_the_same_columns(made):
    assert made(TURNOVER.replace("state-funded", "state_funded")).layout.id == "ees_turnover"


def test_more_teachers_staying_than_there_were_are_said_and_not_counted(made):
    file = made(TURNOVER.replace("14.2 | 11.2", "11.0 | 11.2"))
    (finding,) = file.findings()
    assert (finding.blocking, finding.row) == (False, 2)
    assert file.rows(measure="staff_turnover", academic_year="2010/11").empty


def test_each_layout_is_the_only_one_that_its_own_columns_fit(every_layout):
    for layout in every_layout:
        columns = {*layout.needs, *(column.name for column in layout.columns if column.required)}
        header = {name.replace("_", " ").replace("-", " ").lower(): name for name in columns}
        assert [each.id for each in every_layout if each.matches(header)] == [layout.id]
