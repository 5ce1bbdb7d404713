"""Which academies and which series make the trust's figure."""

from dataclasses import replace

import pytest

from kpi_engine.engine.figure import Figure
from kpi_engine.engine.sums import academy_figure, trust_figure
from kpi_engine.measures import MEASURES
from kpi_engine.model import Withheld, WithheldKind


def of_trust(made, measure: str, year: str = "2024/25", **more):
    holdings = made.holdings
    return trust_figure(holdings, MEASURES[measure], tuple(holdings.academies.values()), year, **more)


def test_the_trust_uses_the_series_that_most_academies_have_and_names_the_rest(trust, fact):
    made = trust(
        [
            fact("attendance", "1", 90, 100, series="census"),
            fact("attendance", "2", 80, 100, series="census"),
            fact("attendance", "3", 95, 100, series="daily"),
        ]
    )
    figure = of_trust(made, "attendance")
    assert (figure.series, figure.numerator, figure.denominator) == ("census", 170, 200)
    assert figure.missing == ("Cedar High", "Dogwood All-through", "Elder Special")
    assert (figure.have, figure.of) == (2, 5)
    assert figure.apart == ("Cedar High",)
    assert figure.notes == (
        (
            "This figure rests on DfE's absence by school. Cedar High has a figure from daily registers, "
            "which is another series."
        ),
    )


def test_of_equal_series_the_preferred_one_is_used(trust, fact):
    made = trust([fact("attendance", "1", 90, 100, series="census"), fact("attendance", "2", 80, 100, series="daily")])
    assert of_trust(made, "attendance").series == "daily"


def test_a_suppressed_academy_is_left_out_of_both_sums_and_named(trust, fact):
    made = trust(
        [
            fact("ks2_reading", "1", 30, 40, series="published"),
            fact("ks2_reading", "2", None, None, series="published", code="SUPP"),
        ]
    )
    figure = of_trust(made, "ks2_reading")
    assert (figure.numerator, figure.denominator) == (30, 40)
    assert figure.missing == ("Beech Primary", "Dogwood All-through")


def test_special_schools_stay_out_of_attainment_and_in_attendance(trust, fact):
    rows = [fact(m, urn, 10, 20) for m in ("ks2_reading",) for urn in ("1", "5")]
    rows += [fact("attendance", urn, 10, 20, series="daily") for urn in ("1", "5")]
    made = trust(rows)
    assert of_trust(made, "ks2_reading").denominator == 20
    assert of_trust(made, "attendance").denominator == 40


def test_who_joined_or_left_during_the_year_is_not_counted(trust, fact):
    from kpi_engine.model import Academy, Phase

    academies = (
        Academy("1", "Stayed", Phase.PRIMARY, "2010-09-01"),
        Academy("2", "Joined", Phase.PRIMARY, "2025-01-01"),
        Academy("3", "Left", Phase.PRIMARY, "2010-09-01", left="2025-03-31"),
        Academy("4", "Gone", Phase.PRIMARY, "2010-09-01", left="2020-08-31"),
        Academy("5", "Left at the end", Phase.PRIMARY, "2010-09-01", left="2025-08-31"),
    )
    rows = [fact("ks2_reading", urn, 10, 20) for urn in "12345"]
    then = of_trust(trust(rows, academies=academies), "ks2_reading")
    assert {urn for urn, _, _ in then.contributions} == {"1", "5"}
    now = of_trust(trust(rows, academies=academies, members="current"), "ks2_reading")
    assert {urn for urn, _, _ in now.contributions} == {"1", "2"}


def test_central_services_are_no_academy(trust, fact):
    rows = [fact("staffing_share", urn, 70, 100, series="all_staff") for urn in ("1", "central")]
    made = trust(rows)
    assert of_trust(made, "staffing_share").denominator == 100
    assert made.view.result("staffing-share", "central").value == 70.0


def test_a_trust_wide_return_is_the_trusts_own_figure(trust, fact):
    figure = of_trust(trust([fact("cash_floor", "trust", 11, 12)]), "cash_floor")
    assert (figure.value, figure.of) == (pytest.approx(1100 / 12), 0)


def test_published_percentages_without_numbers_give_no_trust_figure(trust, fact):
    rows = [fact("ks2_reading", urn, None, None, series="published", published_value=70.0) for urn in "12"]
    found = of_trust(trust(rows), "ks2_reading")
    assert isinstance(found, Withheld)
    assert "without the numbers behind it" in found.reason


def test_a_coded_series_does_not_hide_a_figure_of_another(trust, fact):
    made = trust(
        [
            fact("ks2_reading", "1", None, None, series="published", code="SUPP"),
            fact("ks2_reading", "1", 3, 4, series="return"),
        ]
    )
    figure = academy_figure(made.holdings, MEASURES["ks2_reading"], made.holdings.academies["1"], "2024/25")
    assert isinstance(figure, Figure)
    assert (figure.series, figure.value) == ("return", 75.0)


def test_a_count_that_repeats_has_a_wider_interval(trust, fact):
    once = [fact("suspensions", "3", 40, 1000)]
    repeated = [*once, fact("pupils_suspended", "3", 10, 1000)]
    narrow, wide = of_trust(trust(once), "suspensions"), of_trust(trust(repeated), "suspensions")
    assert narrow.value == wide.value == 4.0
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_a_return_that_counts_nobody_is_not_applicable(trust, fact):
    made = trust([fact("y11_engaged", "3", 0, 0)])
    found = academy_figure(made.holdings, MEASURES["y11_engaged"], made.holdings.academies["3"], "2024/25")
    assert isinstance(found, Withheld)
    assert found.kind is WithheldKind.NOT_APPLICABLE
    assert "count no pupils" in found.reason


def test_no_academy_that_counts_says_so(trust, fact):
    made = trust([fact("ks2_reading", "1", 1, 2)])
    late = tuple(replace(a, joined="2026-01-01") for a in made.holdings.academies.values())
    found = of_trust(trust([fact("ks2_reading", "1", 1, 2)], academies=late), "ks2_reading")
    assert isinstance(found, Withheld)
    assert "was in the trust for the whole of 2024/25" in found.reason
