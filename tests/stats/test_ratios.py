"""The linearised interval against a survey-style regression, hand arithmetic and simulated pupils."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi_engine.stats import (
    RatioSums,
    StatsError,
    difference_of_ratios_over_people,
    ratio_over_people,
    wilson,
)

pupils = st.lists(
    st.integers(1, 380).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))), min_size=2, max_size=60
)


def sums(people):
    n, d = np.array(people, dtype=float).T
    return RatioSums(n.sum(), d.sum(), len(people), (n * n).sum(), (n * d).sum(), (d * d).sum())


@given(pupils)
def test_it_is_the_robust_interval_of_a_regression_weighted_by_sessions(people):
    """Weighted least squares of each pupil's rate on a constant, HC1: the same quantity by another road."""
    n, d = np.array(people, dtype=float).T
    assume(np.ptp(n / d) > 1e-6)
    fit = sm.WLS(n / d, np.ones(len(n)), weights=d).fit(cov_type="HC1")
    interval = ratio_over_people(*sums(people))
    assert interval is not None
    assert interval[:2] == pytest.approx(fit.conf_int()[0], abs=1e-7)


def test_a_ratio_by_hand():
    """8/10, 18/20, 24/30: R = 50/60; residuals -1/3, 4/3, -1; squares 26/9; variance 3/2 x 26/9 / 3600."""
    interval = ratio_over_people(*sums([(8, 10), (18, 20), (24, 30)]))
    half = 1.959964 * (1.5 * 26 / 9 / 3600) ** 0.5
    assert interval[:2] == pytest.approx((50 / 60 - half, 50 / 60 + half), abs=1e-7)
    assert interval.method == "linearised, over people"


def test_equal_denominators_give_the_interval_of_a_plain_mean():
    """Points of 3, 5, 10: mean 6, standard deviation square root of 13, over the root of 3."""
    interval = ratio_over_people(*sums([(3, 1), (5, 1), (10, 1)]))
    half = 1.959964 * (13 / 3) ** 0.5
    assert interval[:2] == pytest.approx((6 - half, 6 + half), abs=1e-5)


def test_half_days_do_not_narrow_the_interval_as_if_they_were_pupils():
    """Thirty pupils of 380 half-days whose rates vary by 18 / 7220, 19 times what half-days alone would:
    the interval is about 4.4 times as wide."""
    rng = np.random.default_rng(95)
    people = [(round(380 * rate), 380) for rate in rng.beta(18, 1, 30)]
    over_pupils = ratio_over_people(*sums(people))
    over_half_days = wilson(sum(n for n, _ in people), 380 * 30)
    assert over_pupils.upper - over_pupils.lower > 3 * (over_half_days.upper - over_half_days.lower)


def test_it_covers_the_truth_in_about_19_of_20_simulated_schools():
    rng = np.random.default_rng(2018)
    covered = 0
    for _ in range(2000):
        d = rng.integers(100, 381, 150)
        n = np.round(d * rng.beta(18, 1, 150))
        interval = ratio_over_people(*sums(np.column_stack([n, d])))
        covered += interval.includes(18 / 19)
    assert covered / 2000 == pytest.approx(0.95, abs=0.02)


def test_limits_can_be_kept_to_what_is_possible():
    people = [(380, 380)] * 9 + [(300, 380)]
    assert ratio_over_people(*sums(people)).upper > 1.0
    assert ratio_over_people(*sums(people), within=(0.0, 1.0)).upper == 1.0


@given(pupils, st.integers(2, 5))
def test_more_pupils_of_the_same_kind_make_it_narrower(people, times):
    few, many = ratio_over_people(*sums(people)), ratio_over_people(*sums(people * times))
    assert many.upper - many.lower <= few.upper - few.lower + 1e-9


@given(st.integers(1, 380), st.integers(2, 500))
def test_pupils_all_alike_have_no_spread_whatever_the_rounding(n, people):
    d = 380.1
    interval = ratio_over_people(n * people, d * people, people, n * n * people, n * d * people, d * d * people)
    assert interval.lower == pytest.approx(n / d, abs=1e-6)
    assert interval.upper == pytest.approx(n / d, abs=1e-6)


def test_nobody_knows_the_spread_of_one_person():
    assert ratio_over_people(8, 10, 1, 64, 80, 100) is None
    lone, many = RatioSums(8, 10, 1, 64, 80, 100), sums([(8, 10), (9, 10)])
    assert difference_of_ratios_over_people(lone, many) is None
    assert difference_of_ratios_over_people(many, lone) is None


def test_squares_that_contradict_the_sums_are_refused():
    with pytest.raises(StatsError, match="contradict"):
        ratio_over_people(50, 60, 3, 100, 5000, 1400)
    with pytest.raises(StatsError, match="contradict"):
        ratio_over_people(50, 60, 3, float("nan"), 1240, 1400)


@pytest.mark.parametrize("denominator", [0.0, -3.0, float("nan")])
def test_a_ratio_without_a_denominator_is_refused(denominator):
    with pytest.raises(StatsError, match="denominator above 0"):
        ratio_over_people(5, denominator, 3, 1, 1, 1)


@given(pupils, pupils)
def test_the_difference_of_two_groups_is_the_regression_on_group_membership(first, second):
    """Weighted least squares in each group, HC0, each variance then stretched by N / (N - 1)."""
    variance, estimates = 0.0, []
    for people in (first, second):
        n, d = np.array(people, dtype=float).T
        fit = sm.WLS(n / d, np.ones(len(n)), weights=d).fit(cov_type="HC0")
        variance += fit.cov_params()[0, 0] * len(n) / (len(n) - 1)
        estimates.append(fit.params[0])
    half = 1.959963984540054 * variance**0.5
    interval = difference_of_ratios_over_people(sums(first), sums(second))
    middle = estimates[0] - estimates[1]
    assert interval[:2] == pytest.approx((middle - half, middle + half), abs=1e-6)
