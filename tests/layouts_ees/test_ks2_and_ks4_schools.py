# ruff: noqa: E501  (a table's row stands on one line)
"""KS2 and KS4 by school, tidy. Invented schools; numbers worked by hand."""

from __future__ import annotations

import pytest

KS2 = """
time_period | time_identifier | geographic_level | country_code | country_name | version | school_urn | school_laestab | school_name | breakdown_topic | breakdown | subject | expected_standard_pupil_percent | higher_standard_pupil_percent | average_scaled_score | progress_measure_score | progress_measure_lower_conf_interval | progress_measure_upper_conf_interval
202223 | Academic year | School | E92000001 | England | Final   | 900001 | 9362001 | Alder Primary | All pupils | Total | Reading | 71 | 25 | 105 | 0.4 | -1.2 | 2
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | All pupils | Total | Reading, writing and maths | 63 | 8 | z | z | z | z
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | Sex | Girls | Reading, writing and maths | 68 | 10 | z | z | z | z
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | Disadvantaged status | Disadvantaged | Reading, writing and maths | c | c | z | z | z | z
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | First language | English | Reading, writing and maths | 70 | 10 | z | z | z | z
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | All pupils | 3 year average | Reading, writing and maths | 60 | 9 | z | z | z | z
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | All pupils | Total | Grammar, punctuation and spelling | 74 | 30 | 106 | z | z | z
202425 | Academic year | School | E92000001 | England | Revised | 900001 | 9362001 | Alder Primary | All pupils | Total | Science | 80 | z | z | z | z | z
"""


def test_ks2_subjects_become_measures_and_the_printed_percentage_stands(made):
    file = made(KS2)
    assert file.layout.id == "ees_ks2_schools"
    assert file.findings() == []
    row = file.one(measure="ks2_rwm")
    assert (row["published_value"], row["academic_year"], row["stage"]) == (63, "2024/25", "revised")
    assert file.one(measure="ks2_gps")["published_value"] == 74
    assert file.one(measure="ks2_reading")["stage"] == "final"
    assert file.rows(measure="ks2_science").empty


def test_ks2_without_eligible_pupils_gives_no_numerator(made):
    row = made(KS2).one(measure="ks2_rwm")
    assert (row["numerator"], row["denominator"], row["people"]) == (None, None, None)


def test_ks2_groups_are_mapped_and_language_and_three_year_averages_left_out(made):
    file = made(KS2)
    assert file.one(measure="ks2_rwm", sex="F")["published_value"] == 68
    assert file.one(measure="ks2_rwm", disadvantage="Y")["code"] == "C"
    assert len(file.rows(measure="ks2_rwm", sex="any", disadvantage="any")) == 3


def test_ks2_progress_keeps_its_printed_limits_and_codes(made):
    file = made(KS2)
    row = file.one(measure="ks2_reading_progress", academic_year="2022/23")
    assert (row["published_value"], row["lower"], row["upper"]) == (0.4, -1.2, 2)
    assert file.rows(measure="ks2_rwm_progress").empty


def test_a_progress_score_outside_its_limits_is_refused(made):
    (finding,) = made(KS2.replace("| 0.4 | -1.2 | 2", "| 2.4 | -1.2 | 2")).blocking()
    assert "progress_measure_score" in finding
    assert "row 2" in finding


ENGLAND = """
time_period | time_identifier | geographic_level | version | establishment_type_group | subject | breakdown_topic | breakdown | sex | sen_provision | ethnicity_major | eligible_pupil_count | expected_standard_pupil_count | expected_standard_pupil_percent
202425 | Academic year | National | Revised | All state-funded | Maths | Total | Total | Total | Total | Total | 600000 | 444000 | 74
202425 | Academic year | National | Revised | All state-funded | Maths | SEN provision | EHC plan | Total | EHC plan | Total | 30000 | 4500 | 15
202425 | Academic year | National | Revised | All state-funded | Maths | Sex | Boys | Boys | Total | Total | 306000 | 229500 | 75
202425 | Academic year | National | Revised | All state-funded | Maths | Sex and SEN provision | Boys SEN support | Boys | SEN support | Total | 60000 | 30000 | 50
202425 | Academic year | National | Revised | All state-funded | Maths | Ethnicity | White | Total | Total | White | 400000 | 290000 | 72.5
202425 | Academic year | National | Revised | All independent | Maths | Total | Total | Total | Total | Total | 10000 | 9000 | 90
202425 | Academic year | Regional | Revised | All state-funded | Maths | Total | Total | Total | Total | Total | 60000 | 42000 | 70
"""


def test_england_ks2_counts_state_funded_pupils_by_group(made):
    file = made(ENGLAND)
    assert file.layout.id == "ees_ks2_england"
    assert file.findings() == []
    row = file.one("national", measure="ks2_maths")
    assert (row["numerator"], row["denominator"], row["published_value"]) == (444_000, 600_000, 74)
    assert (row["phase"], row["urn"]) == ("primary", "England")
    assert file.one("national", measure="ks2_maths", send="E")["numerator"] == 4_500
    assert file.one("national", measure="ks2_maths", sex="M")["numerator"] == 229_500


def test_a_row_whose_breakdown_is_not_one_of_ours_is_left_out_even_if_its_filters_are(made):
    rows = made(ENGLAND).rows("national", measure="ks2_maths", sex="any", send="any")
    assert sorted(rows["numerator"]) == [4_500, 229_500, 444_000]


def test_two_breakdowns_at_once_stay_together_when_both_are_ours(made):
    both = ENGLAND.replace("| Sex and SEN provision | Boys SEN support |", "| Sex and SEN provision | Total |")
    row = made(both).one("national", measure="ks2_maths", sex="M", send="K")
    assert (row["numerator"], row["denominator"]) == (30_000, 60_000)


def test_more_pupils_at_the_standard_than_eligible_are_refused(made):
    (finding,) = made(ENGLAND.replace("| 30000 | 4500 |", "| 4000 | 4500 |")).blocking()
    assert "expected_standard_pupil_count" in finding
    assert "row 3" in finding


def test_ks2_school_information_gives_the_cohorts(made):
    file = made("""
    time_period | geographic_level | school_urn | telig | belig | gelig | ptfsm6cla1a
    202425 | School | 900001 | 30 | 14 | 16 | 40
    """)
    assert file.layout.id == "ees_ks2_information"
    facts = file.produced()["facts"]
    assert set(facts["measure"]) == {"ks2_cohort"}
    found = {(row.sex, row.disadvantage): row.published_value for row in facts.itertuples()}
    assert found == {("Total", "Total"): 30, ("M", "Total"): 14, ("F", "Total"): 16}


KS4 = """
time_period | time_identifier | geographic_level | version | school_urn | school_laestab | school_name | breakdown_topic | breakdown | sex | disadvantage_status | first_language | prior_attainment | mobility | pupil_count | attainment8_sum | attainment8_average | engmath_95_total | engmath_95_percent | engmath_94_total | engmath_94_percent | progress8_pupil_count | progress8_sum | progress8_average | progress8_lower_95_ci | progress8_upper_95_ci
202324 | Academic year | School | Final   | 900011 | 9364001 | Elm Grove School | Total | Total | Total | Total | Total | Total | Total | 180 | 8190 | 45.5 | 81 | 45 | 117 | 65 | 172 | 34.4 | 0.2 | -0.01 | 0.41
202425 | Academic year | School | Revised | 900011 | 9364001 | Elm Grove School | Total | Total | Total | Total | Total | Total | Total | 190 | 8930 | 47 | 95 | 50 | 133 | 70 | z | z | z | z | z
202425 | Academic year | School | Revised | 900011 | 9364001 | Elm Grove School | Sex | Boys | Boys | Total | Total | Total | Total | 100 | 4500 | 45 | 45 | 45 | 66 | 66 | z | z | z | z | z
202425 | Academic year | School | Revised | 900011 | 9364001 | Elm Grove School | Disadvantage status | Not known to be disadvantaged | Total | Not known to be disadvantaged | Total | Total | Total | 150 | 7425 | 49.5 | 84 | 56 | 111 | 74 | z | z | z | z | z
202425 | Academic year | School | Revised | 900011 | 9364001 | Elm Grove School | Disadvantage status | Disadvantaged | Total | Disadvantaged | Total | Total | Total | 40 | c | c | c | c | c | c | z | z | z | z | z
202425 | Academic year | School | Revised | 900011 | 9364001 | Elm Grove School | Prior attainment | High | Total | Total | Total | High | Total | 60 | 3900 | 65 | 54 | 90 | 59 | 98.3 | z | z | z | z | z
"""


def test_ks4_schools_keep_the_printed_average_and_the_exact_sum(made):
    file = made(KS4)
    assert file.layout.id == "ees_ks4_schools"
    assert file.findings() == []
    row = file.one(measure="attainment8", academic_year="2024/25")
    assert (row["published_value"], row["numerator"], row["denominator"]) == (47, 8930, 190)
    grade5 = file.one(measure="engmath_5", academic_year="2024/25")
    assert (grade5["published_value"], grade5["numerator"], grade5["denominator"]) == (50, 95, 190)
    assert file.one(measure="engmath_4", academic_year="2024/25")["numerator"] == 133


def test_ks4_groups_are_mapped_and_prior_attainment_left_out(made):
    rows = made(KS4).rows(measure="attainment8", academic_year="2024/25", sex="any", disadvantage="any")
    assert [(row.sex, row.disadvantage, row.code) for row in rows.itertuples()] == [
        ("Total", "Total", None),
        ("M", "Total", None),
        ("Total", "N", None),
        ("Total", "Y", "C"),
    ]


def test_progress_8_counts_pupils_with_a_score(made):
    file = made(KS4)
    row = file.one(measure="progress8", academic_year="2023/24")
    assert (row["numerator"], row["denominator"]) == (34.4, 172)
    assert (row["published_value"], row["lower"], row["upper"]) == (0.2, -0.01, 0.41)
    assert file.one(measure="progress8", academic_year="2024/25")["code"] == "Z"


def test_the_names_of_the_year_before_are_read_too(made):
    file = made("""
    time_period | time_identifier | geographic_level | version | school_urn | breakdown_topic | sex | disadvantage_status | t_pupils | avg_att8 | pt_l2basics_95 | pt_l2basics_94 | t_inp8calc | avg_p8score | p8score_ci_low | p8score_ci_upp
    202324 | Academic year | School | Final | 900011 | Total | Total | Total | 180 | 45.5 | 45 | 65 | 172 | 0.2 | -0.01 | 0.41
    202324 | Academic year | School | Final | 900011 | Sex | Girls | Total | 80 | 50 | 55 | 75 | 78 | 0.5 | 0.19 | 0.81
    """)
    assert file.layout.id == "ees_ks4_schools_2024"
    assert file.findings() == []
    # 45.5 x 180 = 8190; 45 % of 180 = 81; 0.2 x 172 = 34.4
    assert file.one(measure="attainment8")["numerator"] == pytest.approx(8190)
    assert file.one(measure="engmath_5")["numerator"] == pytest.approx(81)
    assert file.one(measure="progress8")["numerator"] == pytest.approx(34.4)
    assert file.one(measure="attainment8", sex="F")["denominator"] == 80


def test_information_about_schools_is_recognised_and_its_gap_is_not_a_fact(made):
    file = made("""
    time_period | geographic_level | version | school_urn | endks4_pupil_count | attainment8_diffn | progress8_diffn | sen_pupil_count
    202425 | School | Provisional | 900011 | 190 | -12.3 | z | 30
    """)
    assert file.layout.id == "ees_information_about_schools"
    (note,) = file.findings()
    assert (note.blocking, "attainment8_diffn" in note.message) == (False, True)
    assert file.produced()["facts"].empty
    assert file.layout.stage_of(file.table) == "provisional"


@pytest.mark.parametrize("text", [KS2, KS4])
def test_a_row_twice_is_refused(made, text):
    lines = text.strip().splitlines()
    assert any("repeats row 2" in finding for finding in made("\n".join([*lines, lines[1]])).blocking())
