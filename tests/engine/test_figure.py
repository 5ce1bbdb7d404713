"""One academy's figure and sums over several, with intervals found again by statsmodels."""

from math import sqrt

import pytest
from statsmodels.stats.proportion import proportion_confint

from kpi_engine.engine.figure import PUBLISHED_LIMITS, added_up, of_academy, value_of
from kpi_engine.measures import MEASURES
from kpi_engine.model import Phase

READING = MEASURES["ks2_reading"]


def test_a_sum_is_sum_over_sum_and_never_a_mean_of_percentages(fact):
    small, large = fact("ks2_reading", "1", 9, 10), fact("ks2_reading", "2", 50, 100)
    figure = added_up(READING, [(small, Phase.PRIMARY), (large, Phase.PRIMARY)], (), "trust")
    assert figure.value == pytest.approx(100 * 59 / 110)  # the mean of 90 % and 50 % would be 70 %
    assert (figure.numerator, figure.denominator) == (59, 110)


def test_a_proportion_has_wilsons_interval(fact):
    figure = of_academy(READING, fact("ks2_reading", "1", 45, 60))
    low, high = proportion_confint(45, 60, method="wilson")
    assert (figure.lower, figure.upper) == (pytest.approx(100 * low, abs=1e-6), pytest.approx(100 * high, abs=1e-6))


def test_a_published_value_is_shown_as_printed_and_its_count_gives_the_interval(fact):
    figure = of_academy(READING, fact("ks2_reading", "1", 0.71 * 35, 35, published_value=71.0))
    low, high = proportion_confint(0.71 * 35, 35, method="wilson")
    assert figure.value == 71.0
    assert figure.lower == pytest.approx(100 * low, abs=1e-6)
    assert figure.upper == pytest.approx(100 * high, abs=1e-6)


def test_published_limits_come_before_reckoned_ones(fact):
    row = fact("progress8", "3", -2.0, 100, published_value=-0.02, lower=-0.27, upper=0.23)
    figure = of_academy(MEASURES["progress8"], row, deviation=5.0)
    assert (figure.lower, figure.upper, figure.method) == (-0.27, 0.23, PUBLISHED_LIMITS)


def test_a_trusts_progress_has_the_limits_of_one_national_deviation(fact):
    rows = [(fact("progress8", urn, 10.0, 200), Phase.SECONDARY) for urn in ("3", "4")]
    figure = added_up(MEASURES["progress8"], rows, (), "trust", deviation=1.28)
    half = 1.959964 * 1.28 / sqrt(400)
    assert figure.value == pytest.approx(0.05)
    assert (figure.lower, figure.upper) == (pytest.approx(0.05 - half), pytest.approx(0.05 + half))


def test_half_days_without_sums_over_pupils_have_no_interval(fact):
    figure = of_academy(MEASURES["attendance"], fact("attendance", "1", 9400, 10000, people=50))
    assert figure.value == 94.0
    assert (figure.lower, figure.upper) == (None, None)


def test_half_days_spread_over_pupils_not_over_half_days(fact):
    # Two pupils of 100 half-days each, 90 and 98 attended: residuals -4 and +4 about 94 %.
    row = fact("attendance", "1", 188, 200, people=2, sum_nn=90**2 + 98**2, sum_nd=18800, sum_dd=20000)
    figure = of_academy(MEASURES["attendance"], row)
    half = 1.959964 * sqrt(2 / (2 - 1) * (16 + 16)) / 200 * 100
    assert figure.lower == pytest.approx(94 - half)
    assert figure.upper == pytest.approx(min(100, 94 + half))


def test_money_has_no_interval(fact):
    figure = of_academy(MEASURES["staffing_share"], fact("staffing_share", "1", 750, 1000))
    assert (figure.value, figure.lower) == (75.0, None)


def test_a_sum_with_a_provisional_part_is_provisional_and_to_date_when_a_part_is(fact):
    rows = [
        (fact("ks2_reading", "1", 1, 2, stage="provisional"), Phase.PRIMARY),
        (fact("ks2_reading", "2", 1, 2, period="YTD"), Phase.PRIMARY),
    ]
    figure = added_up(READING, rows, ("Cedar",), "trust")
    assert (figure.stage, figure.period, figure.have, figure.of, figure.missing) == (
        "provisional",
        "YTD",
        2,
        3,
        ("Cedar",),
    )


@pytest.mark.parametrize(("n", "d", "value"), [(None, 5, None), (1, 0, None), (1, None, None), (1, 4, 25.0)])
def test_nothing_is_divided_by_nobody(n, d, value):
    assert value_of(READING, n, d) == value
