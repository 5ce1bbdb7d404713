"""England beside a figure: the same thing, or nothing."""

import pytest

from kpi_engine.engine import benchmarks
from kpi_engine.engine.sums import academy_figure, trust_figure
from kpi_engine.measures import MEASURES


def compare(made, measure, urn="trust", year="2024/25", breakdown=None, period=None):
    holdings, asked = made.holdings, MEASURES[measure]
    by = breakdown or {}
    if urn == "trust":
        figure = trust_figure(holdings, asked, tuple(holdings.academies.values()), year, by, period)
    else:
        figure = academy_figure(holdings, asked, holdings.academies[urn], year, by, period)
    return benchmarks.england(holdings, asked, figure, by)


def test_a_loaded_row_of_the_same_file_comes_first_then_the_same_release(trust, fact, england):
    rows = [fact("suspensions", "1", 4, 100, series="published", stage="revised", source_id="b")]
    other = england("suspensions", 5.0, "primary", stage="provisional")
    same_stage = england("suspensions", 6.0, "primary", stage="revised")
    same_file = england("suspensions", 7.0, "primary", stage="provisional", source_id="b")
    assert compare(trust(rows, [other, same_stage, same_file]), "suspensions", "1").value == 7.0
    assert compare(trust(rows, [other, same_stage]), "suspensions", "1").value == 6.0
    assert compare(trust(rows, [other]), "suspensions", "1").value == 5.0


def test_phases_are_weighted_by_the_trusts_own_denominators(trust, fact, england):
    rows = [fact("attendance", "1", 90, 100, series="daily"), fact("attendance", "3", 270, 300, series="daily")]
    national = [
        england("attendance", 95.0, "primary", series="daily"),
        england("attendance", 91.0, "secondary", series="daily"),
    ]
    found = compare(trust(rows, national), "attendance")
    assert found.value == pytest.approx((95 * 100 + 91 * 300) / 400)
    assert "phases weighted" in found.label


def test_an_all_through_academy_is_split_by_its_year_groups_or_not_compared(trust, fact, england):
    national = [
        england("attendance", 95.0, "primary", series="daily"),
        england("attendance", 91.0, "secondary", series="daily"),
    ]
    whole = fact("attendance", "4", 360, 400, series="daily")
    years = [
        fact("attendance", "4", 90, 100, series="daily", year_group="R"),
        fact("attendance", "4", 270, 300, series="daily", year_group="7"),
    ]
    assert compare(trust([whole, *years], national), "attendance", "4").value == pytest.approx(92.0)
    unknown = compare(trust([whole], national), "attendance", "4")
    assert unknown.value is None
    assert "cannot be weighted" in unknown.why


def test_special_schools_are_compared_with_special_schools_or_not_at_all(trust, fact, england):
    rows = [fact("ks2_reading", "5", 1, 5)]
    primary = england("ks2_reading", 75.0, "primary")
    assert compare(trust(rows, [primary]), "ks2_reading", "5").value is None
    special = england("ks2_reading", 12.0, "special")
    assert compare(trust(rows, [primary, special]), "ks2_reading", "5").value == 12.0


def test_never_another_year_series_window_or_group(trust, fact, england):
    rows = [
        fact("attendance", "1", 90, 100, year="2025/26", series="daily", period="YTD"),
        fact("attendance", "1", 45, 50, year="2025/26", series="daily", period="YTD", sex="F"),
    ]
    near = [
        england("attendance", 95.0, "primary", "2024/25", series="daily", period="YTD"),
        england("attendance", 95.1, "primary", "2025/26", series="census", period="YTD"),
        england("attendance", 95.2, "primary", "2025/26", series="daily", period="Year"),
        england("attendance", 95.3, "all", "2025/26", series="daily", period="YTD"),
    ]
    assert compare(trust(rows, near), "attendance", "1", "2025/26").value is None
    exact = england("attendance", 94.0, "primary", "2025/26", series="daily", period="YTD")
    assert compare(trust(rows, [*near, exact]), "attendance", "1", "2025/26").value == 94.0
    assert compare(trust(rows, [exact]), "attendance", "1", "2025/26", {"sex": "F"}).value is None


def test_value_added_is_0_by_construction_except_for_a_group_of_students(trust, fact):
    rows = [
        fact("post16_va", "3", 5, 100, series="published"),
        fact("post16_va", "3", 5, 50, series="published", disadvantage="Y"),
    ]
    made = trust(rows)
    assert compare(made, "post16_va", "3").value == 0.0
    assert compare(made, "post16_va", "3", breakdown={"disadvantage": "Y"}).value is None


def test_the_plans_figure_serves_any_year_and_names_itself(trust, fact):
    made = trust([fact("staffing_share", "1", 74, 100, series="all_staff")])
    found = compare(made, "staffing_share", "1")
    assert found.value == 73.0  # the plan's own figure for primaries
    assert found.label == "the plan's figure of 2016"


def test_several_academies_of_unknown_size_are_not_weighted(trust, fact, england):
    rows = [fact("attendance", "1", 9, 10, series="daily"), fact("attendance", "4", 9, 10, series="daily")]
    assert compare(trust(rows, [england("attendance", 95.0, "primary", series="daily")]), "attendance").value is None


def pool(england, phase, staff):
    """All academies of a phase in the accounts return, given as the two sums and not as a share."""
    row = england("staffing_share", 0.0, phase, series="aar")
    return row._replace(value=None, numerator=staff, denominator=1000.0)


def test_similar_academies_come_before_the_plan_where_as_many_have_them(trust, fact, england):
    rows = [fact("staffing_share", urn, n, 100, series=s) for urn in "13" for s, n in (("aar", 70), ("all_staff", 74))]
    view = trust(rows, [pool(england, "primary", 690.0), pool(england, "secondary", 720.0)]).view
    primary = view.result("staffing-share", "1", "2024/25")
    assert (primary.value, primary.benchmark, primary.series) == (70.0, 69.0, "aar")
    assert primary.benchmark_label == "primary academies in the accounts return"
    assert view.result("staffing-share", "3", "2024/25").benchmark == 72.0


def test_one_definition_of_staff_costs_holds_for_all_academies_of_a_year(trust, fact, england):
    rows = [fact("staffing_share", urn, n, 100, series=s) for urn in "13" for s, n in (("aar", 70), ("all_staff", 74))]
    view = trust(rows, [pool(england, "primary", 690.0)]).view
    found = [view.result("staffing-share", urn, "2024/25") for urn in "13"]
    assert [(each.series, each.benchmark) for each in found] == [("all_staff", 73.0), ("all_staff", 75.0)]
