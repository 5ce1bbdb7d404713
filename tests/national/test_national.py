"""England's figures: what was published, each with a source, none twice, none for a year without publication."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from kpi_engine import years
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.measures import MEASURES
from kpi_engine.model import NationalFigure
from kpi_engine.national import BY_CONSTRUCTION, COMPARABLE, PLAN, context, plan_figure, reference

REAL = Path(__file__).parents[1] / "real"


def figures(measure: str, series: str, year: str, phase: str, period: str = "Year", **by: str) -> list[NationalFigure]:
    return [
        figure
        for figure in reference()
        if (figure.measure, figure.series, figure.academic_year, figure.phase, figure.period)
        == (measure, series, year, phase, period)
        and dict(figure.breakdown) == by
    ]


def value(measure: str, series: str, year: str, phase: str, period: str = "Year", **by: str) -> float | None:
    (figure,) = figures(measure, series, year, phase, period, **by)
    return figure.value


# Read off the publications and written here by hand.
PUBLISHED = [
    ("ks2_rwm", "published", "2018/19", "primary", {}, 65.0),
    ("ks2_rwm", "published", "2024/25", "primary", {"disadvantage": "Y"}, 48.0),
    ("ks2_rwm", "published", "2024/25", "primary", {"disadvantage": "N"}, 70.0),
    ("ks2_rwm", "published", "2024/25", "primary", {"send": "K"}, 29.0),
    ("ks2_rwm", "published", "2024/25", "primary", {"send": "E"}, 9.0),
    ("ks2_rwm", "published", "2024/25", "primary", {"send": "N"}, 74.0),
    ("ks2_rwm", "published", "2024/25", "primary", {"looked_after": "Y"}, 35.0),
    ("ks2_reading", "published", "2018/19", "primary", {}, 74.0),
    ("ks2_writing", "published", "2021/22", "primary", {}, 70.0),
    ("ks2_maths", "published", "2022/23", "primary", {}, 73.0),
    ("ks2_gps", "published", "2018/19", "primary", {}, 79.0),
    ("ks2_writing_progress", "published", "2021/22", "primary", {}, 0.05),
    ("attainment8", "published", "2016/17", "secondary", {}, 46.3),
    ("attainment8", "published", "2023/24", "secondary", {}, 45.9),
    ("attainment8", "published", "2024/25", "secondary", {"sex": "F"}, 48.1),
    ("attainment8", "published", "2024/25", "secondary", {"send": "K"}, 33.8),
    ("progress8", "published", "2018/19", "secondary", {}, -0.03),
    ("progress8", "published", "2018/19", "secondary", {"disadvantage": "Y"}, -0.45),
    ("progress8", "published", "2018/19", "secondary", {"disadvantage": "N"}, 0.13),
    ("engmath_5", "published", "2018/19", "secondary", {}, 43.2),
    ("engmath_4", "published", "2024/25", "secondary", {}, 64.8),
    ("alevel_aps", "published", "2018/19", "16-19", {}, 32.87),
    ("attendance", "census", "2024/25", "primary", {}, 94.8),
    ("attendance", "census", "2024/25", "all", {}, 93.22),
    ("attendance", "census", "2018/19", "secondary", {}, 94.51),
    ("persistent_absence", "census", "2024/25", "secondary", {}, 23.37),
    ("suspensions", "published", "2023/24", "secondary", {}, 22.6134),
    ("suspensions", "published", "2023/24", "primary", {}, 2.2709),
    ("permanent_exclusions", "published", "2023/24", "secondary", {}, 0.2534),
    ("pupils_suspended", "published", "2023/24", "special", {}, 5.0605),
    ("y11_engaged", "sustained", "2016/17", "secondary", {}, 93.2),
    ("ofsted_good", "graded", "2017/18", "all", {}, 86.0),
    ("ofsted_good", "graded", "2022/23", "all", {}, 89.0),
    ("ofsted_good", "graded", "2023/24", "all", {}, 90.0),
]


@pytest.mark.parametrize(("measure", "series", "year", "phase", "by", "expected"), PUBLISHED)
def test_a_figure_is_the_published_one(
    measure: str, series: str, year: str, phase: str, by: Mapping[str, str], expected: float
) -> None:
    assert value(measure, series, year, phase, **by) == expected


def test_daily_attendance_is_a_series_of_its_own_and_to_23_july_is_the_year() -> None:
    assert value("attendance", "daily", "2025/26", "primary") == 94.7233
    assert value("persistent_absence", "daily", "2025/26", "secondary") == 23.768
    assert not figures("attendance", "census", "2025/26", "primary")


def test_a_terms_suspensions_are_not_a_years() -> None:
    assert value("suspensions", "published", "2024/25", "secondary", "Autumn") == 7.81397
    assert not figures("suspensions", "published", "2024/25", "secondary")


def test_no_figure_stands_twice() -> None:
    keys = Counter(
        (f.measure, f.series, f.academic_year, f.period, f.phase, tuple(sorted(f.breakdown.items())))
        for f in reference()
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_figure_names_its_source_and_a_measure_that_may_use_it() -> None:
    for figure in reference():
        measure = MEASURES[figure.measure]
        assert figure.source.strip()
        assert figure.value is not None
        assert figure.series in measure.series
        assert figure.urn == "England"
        assert figure.phase in {"primary", "secondary", "special", "16-19", "all"}
        assert years.parse_year(figure.academic_year) == figure.academic_year
        assert figure.stage in {"provisional", "revised", "final", "plan"}


def test_no_figure_stands_for_a_year_in_which_nothing_was_published() -> None:
    wrong = [f for f in reference() if f.academic_year in MEASURES[f.measure].not_published]
    assert wrong == []


def test_figures_that_count_something_else_are_context_and_no_benchmark() -> None:
    beside = {figure.measure for figure in context()}
    assert {
        "neet_16_17_pct",
        "cla12m_ks4_dest_sustained_pct",
        "teacher_leaver_rate_pct",
        "teacher_sickness_days_all_teachers",
        "ofsted_graded_inspections_LM_good_outstanding_pct",
    } <= beside
    used = {figure.measure for figure in reference()}
    assert not used & {"y11_neet", "y13_neet", "staff_turnover", "staff_attendance", "ofsted_leadership"}
    assert not any(figure.measure == "y11_engaged" and "looked_after" in figure.breakdown for figure in reference())


def test_context_stands_beside_kpis_that_exist() -> None:
    assert {figure.kpi for figure in context()} - {""} <= set(CATALOGUE)
    residents = {(f.measure, f.period): f.value for f in context("neet-post16")}
    assert residents["neet_16_17_pct", "2025"] == 3.4
    assert residents["neet_or_not_known_16_17_pct", "2025"] == 5.6
    assert {f.value for f in context("looked-after-destinations")} == {79.0, 80.0}
    for id, found in CATALOGUE.items():
        assert not found.context_only or context(id)


def test_every_context_figure_says_what_it_is_and_where_it_is_from() -> None:
    assert all(f.title and f.period and f.unit and f.source for f in context())


def test_the_plans_staffing_shares_serve_for_any_year() -> None:
    secondary = plan_figure("staffing_share", "all_staff", "secondary")
    primary = plan_figure("staffing_share", "all_staff", "primary")
    assert secondary is not None
    assert primary is not None
    assert (secondary.value, primary.value) == (75.0, 73.0)
    assert secondary.note == PLAN
    assert plan_figure("staffing_share", "aar", "secondary") is None


def test_comparable_series_are_ones_that_the_measures_have() -> None:
    for (measure, own), national in COMPARABLE.items():
        assert own in MEASURES[measure].series
        assert own != national
    assert COMPARABLE["suspensions", "return"] == "published"
    assert COMPARABLE["ks2_rwm", "return"] == "published"
    assert not any(measure in {"attendance", "persistent_absence", "y11_neet"} for measure, _ in COMPARABLE)
    assert set(BY_CONSTRUCTION) <= set(MEASURES)


def rows(*path: str) -> list[dict[str, str]]:
    with REAL.joinpath(*path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


GROUPS: Mapping[str, dict[str, str]] = {
    "Total": {},
    "Girls": {"sex": "F"},
    "Boys": {"sex": "M"},
    "Disadvantaged": {"disadvantage": "Y"},
    "Not known to be disadvantaged": {"disadvantage": "N"},
}
COLUMNS = {
    "attainment8_average": "attainment8",
    "engmath_95_percent": "engmath_5",
    "engmath_94_percent": "engmath_4",
    "progress8_average": "progress8",
}


def test_ks4_figures_are_those_of_the_published_file() -> None:
    compared = 0
    topics = {"Total", "Sex", "Disadvantage status"}
    for row in rows("ks4_ees", "202425_national_characteristics_summary_all_state_funded_revised.csv"):
        year = years.parse_year(row["time_period"])
        if row["breakdown"] not in GROUPS or row["breakdown_topic"] not in topics or year in ("2019/20", "2020/21"):
            continue
        for column, measure in COLUMNS.items():
            if row[column] not in ("z", "x", "c", ""):
                assert value(measure, "published", year, "secondary", **GROUPS[row["breakdown"]]) == float(row[column])
                compared += 1
    # 5 years of three measures and 4 of Progress 8, for 5 groups each.
    assert compared == 5 * 3 * 5 + 4 * 5


def test_the_years_attendance_to_date_is_that_of_the_published_file() -> None:
    for row in rows("attendance_ees", "2025-26_attendance_ytd.csv"):
        if row["geographic_level"] == "National":
            phase = {"Total": "all"}.get(row["education_phase"], row["education_phase"].lower())
            assert value("attendance", "daily", "2025/26", phase) == pytest.approx(
                float(row["attendance_perc"]), abs=5e-5
            )


def test_census_attendance_agrees_with_the_absence_table_to_its_one_decimal() -> None:
    phases = {"PRI": "primary", "SEC": "secondary", "SPE": "special"}
    for row in rows("absence", "2018-2019_england_abs.csv"):
        if row["LA"] == "NAT":
            phase = phases[row["ESTAB"]]
            found = value("attendance", "census", "2018/19", phase)
            assert found == pytest.approx(100 - float(row["PERCTOT"]), abs=0.051)
            assert value("persistent_absence", "census", "2018/19", phase) == pytest.approx(
                float(row["PPERSABS10"]), abs=0.051
            )


def test_where_a_later_release_differs_from_the_ks2_table_the_note_says_so() -> None:
    columns = {
        "PTRWM_EXP": ("ks2_rwm", {}),
        "PTRWM_EXP_FSM6CLA1A": ("ks2_rwm", {"disadvantage": "Y"}),
        "PTRWM_EXP_NotFSM6CLA1A": ("ks2_rwm", {"disadvantage": "N"}),
        "PTREAD_EXP": ("ks2_reading", {}),
        "PTWRITTA_EXP": ("ks2_writing", {}),
        "PTMAT_EXP": ("ks2_maths", {}),
        "PTGPS_EXP": ("ks2_gps", {}),
    }
    differing = 0
    for year, name in (("2017/18", "2017-2018"), ("2018/19", "2018-2019")):
        (own,) = (r for r in rows("ks2", f"{name}_england_ks2final_LA936.csv") if r["RECTYPE"] == "5")
        for column, (measure, by) in columns.items():
            (figure,) = figures(measure, "published", year, "primary", **by)
            printed = float(own[column].rstrip("%"))
            if figure.value != printed:
                assert f"gives {printed:g} %" in figure.note
                differing += 1
            else:
                assert "later release" not in figure.note
    assert differing == 9
