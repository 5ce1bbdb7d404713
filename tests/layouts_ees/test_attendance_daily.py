# ruff: noqa: E501  (a table's row stands on one line)
"""Daily registers: the published year-to-date file, and weeks in a made one."""

from __future__ import annotations

import pytest

YTD = "attendance_ees/2025-26_attendance_ytd.csv"


def test_the_real_file_fits_one_layout_and_has_no_finding(real):
    file = real(YTD)
    assert [each.id for each in file.fitting] == ["ees_attendance_ytd"]
    assert file.findings() == []


def test_england_attended_is_present_and_approved_activity_over_possible(real):
    row = real(YTD).one("national", measure="attendance", phase="all")
    # 2,245,897,896 present + 31,197,486 at approved activity, of 2,445,419,687 possible half-days
    assert row["numerator"] == 2_245_897_896 + 31_197_486
    assert row["denominator"] == 2_445_419_687
    assert round(100 * row["numerator"] / row["denominator"], 4) == 93.1168
    assert row["published_value"] == 93.1167518649325
    # 2,445,419,687 half-days over 6,710,691 pupils are 364 each, of 380 in 190 days: to 23 July it is the year
    assert (row["series"], row["period"], row["academic_year"], row["urn"]) == (
        "daily",
        "Year",
        "2025/26",
        "England",
    )


def test_a_year_to_date_that_ends_in_november_is_not_the_year(made):
    header = "time_period | geographic_level | education_phase | enrolments | overall_attendance | possible_sessions\n"
    file = made(header + "202526 | National | Primary | 4000000 | 376000000 | 400000000\n")
    assert file.one("national", measure="attendance")["period"] == "YTD"


@pytest.mark.parametrize(
    ("phase", "attendance", "persistent"),
    [("primary", 94.7233, 13.7726), ("secondary", 91.5102, 23.768), ("special", 86.8309, 36.0617)],
)
def test_each_phase_is_as_the_publication_states_it(real, phase, attendance, persistent):
    file = real(YTD)
    row = file.one("national", measure="attendance", phase=phase)
    assert round(100 * row["numerator"] / row["denominator"], 4) == attendance
    assert round(file.one("national", measure="persistent_absence", phase=phase)["published_value"], 4) == persistent


def test_regions_and_local_authorities_do_not_become_england(real):
    rows = real(YTD).rows("national", measure="attendance")
    assert len(rows) == 4
    assert set(rows["urn"]) == {"England"}


def test_reasons_stand_under_their_names_and_make_up_authorised_absence(real):
    file = real(YTD)
    rows = file.rows("national", measure="absence_reason", phase="primary", reason="any").set_index("reason")
    assert rows.at["Illness", "numerator"] == 36_191_780
    authorised = ["Illness", "Medical or dental appointment", "Religious observance", "Study leave", "Mobile child"]
    authorised += ["Authorised holiday", "Suspended or excluded", "Interview", "Regulated performance"]
    authorised += ["Temporary reduced timetable", "Other authorised"]
    # 36,191,780 + 3,533,055 + 851,311 + 2,797 + 184,890 + 214 + 478,785 + 220,738 + 43,089 + 2,165,735 + 4,773,352
    assert rows.loc[authorised, "numerator"].sum() == 48_445_746
    assert rows.at["Authorised absence", "numerator"] == 48_445_756
    assert rows.at["Total", "numerator"] == 68_548_268


WEEKS = """
time_period | time_identifier | geographic_level | school_urn | education_phase | enrolments | overall_attendance | possible_sessions | attendance_perc
2025 | Week 46 | School | 900001 | Primary | 200 | 1880 | 2000 | 94
2026 | Week 2  | School | 900001 | Primary | 200 | 1900 | 2000 | 95
2025 | Week 46 | National | z | Primary | 4000000 | 37600000 | 40000000 | 94
2025 | November | National | z | Primary | 4000000 | 150400000 | 160000000 | 94
"""


def test_weeks_and_months_become_periods_of_the_academic_year_they_begin_in(made):
    file = made(WEEKS)
    assert file.findings() == []
    row = file.one(measure="attendance", period="2025-W46")
    assert (row["academic_year"], row["numerator"], row["denominator"], row["people"]) == ("2025/26", 1880, 2000, 200)
    assert file.one(measure="attendance", period="2026-W02")["academic_year"] == "2025/26"
    assert file.one("national", measure="attendance", period="2025-11")["numerator"] == 150_400_000


def test_a_week_that_no_year_has_is_refused_with_its_row(made):
    (finding,) = made(WEEKS.replace("2025 | Week 46 | School", "2025 | Week 60 | School")).blocking()
    assert "row 2" in finding
    assert "time_period" in finding


def test_more_half_days_attended_than_possible_are_refused(made):
    (finding,) = made(WEEKS.replace("| 1880 |", "| 2001 |")).blocking()
    assert "row 2" in finding
    assert "overall_attendance" in finding
