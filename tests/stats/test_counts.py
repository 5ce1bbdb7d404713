"""Byar's limits against printed values and the exact Poisson limits; the widening for repeat events."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from kpi_engine.stats import (
    StatsError,
    byar,
    byar_rate,
    phi_between_schools,
    phi_from_people,
    phi_from_squares,
)

events = st.integers(0, 5000)
widening = st.floats(1.0, 20.0)


@pytest.mark.parametrize(("count", "lower", "upper"), [(65, 50.1632, 82.8491), (100, 81.3621, 121.6279)])
def test_byar_gives_the_limits_of_the_public_health_packages(count, lower, upper):
    """PHEindicatormethods' example of 65 events, PHStatsMethods' of 100; the upper limit of 100 by hand."""
    assert byar(count)[:2] == pytest.approx((lower, upper), abs=5e-5)


@given(st.integers(10, 5000))
def test_byar_is_within_a_fifth_of_a_per_cent_of_the_exact_limits_from_ten_events_on(count):
    """So says Public Health England's technical guide (2018); exact limits from the chi-squared."""
    exact = chi2.ppf(0.025, 2 * count) / 2, chi2.ppf(0.975, 2 * count + 2) / 2
    assert byar(count)[:2] == pytest.approx(exact, rel=0.002)


@pytest.mark.parametrize("count", range(1, 10))
def test_byar_errs_on_the_careful_side_for_a_handful_of_events(count):
    """Below ten events the lower limit is too low, never too high, and the upper one is within 0.6 %."""
    assert 0.0 < byar(count).lower < chi2.ppf(0.025, 2 * count) / 2
    assert byar(count).upper == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, rel=0.006)


def test_no_event_has_a_lower_limit_of_none_and_an_upper_one_near_the_exact():
    lower, upper, method = byar(0)
    assert lower == 0.0
    assert upper == pytest.approx(-np.log(0.025), rel=0.006)
    assert method == "Byar"


@given(events, widening)
def test_byar_holds_the_count_and_only_widens_with_phi(count, phi):
    plain, wide = byar(count), byar(count, phi)
    assert plain.lower <= count <= plain.upper
    assert wide.lower <= count <= wide.upper
    assert wide.lower <= plain.lower + 1e-9
    assert plain.upper <= wide.upper + 1e-9


@given(widening)
def test_for_many_events_the_widening_is_quasi_poissons_square_root_of_phi(phi):
    lower, upper, _ = byar(1_000_000, phi)
    assert (upper - lower) / 2 == pytest.approx(1.959964 * sqrt(phi * 1_000_000), rel=0.005)


def test_the_widened_interval_says_so():
    assert byar(40, 2.5).method == "Byar, variance widened 2.5 times"


@given(events, st.integers(1, 5000), widening)
def test_a_rate_is_the_count_over_its_people(count, people, phi):
    assert byar_rate(count, people, phi=phi)[:2] == pytest.approx(
        [limit / people * 100 for limit in byar(count, phi)[:2]]
    )


def test_a_rate_may_exceed_the_people():
    assert byar_rate(40, 30).lower == pytest.approx(28.5767 / 30 * 100, rel=0.002)
    assert byar_rate(65, 100, per=1000).upper == pytest.approx(828.491, abs=5e-4)


@pytest.mark.parametrize(("count", "phi"), [(-1, 1.0), (float("nan"), 1.0), (5, 0.9), (5, float("nan"))])
def test_an_impossible_count_is_refused(count, phi):
    with pytest.raises(StatsError, match="count is"):
        byar(count, phi)


def test_a_rate_without_people_is_refused():
    with pytest.raises(StatsError, match="denominator above 0"):
        byar_rate(3, 0)


def test_repeat_suspensions_widen_by_squares_over_counts():
    """One pupil four times and four pupils once: eight suspensions, squares of 16 + 4."""
    assert phi_from_squares(8, 20) == 2.5
    assert phi_from_squares(5, 5) == 1.0
    assert phi_from_squares(0, 0) == 1.0


@given(st.lists(st.integers(1, 30), min_size=1, max_size=60))
def test_pupils_suspended_at_least_once_give_the_least_widening(each):
    least = phi_from_people(sum(each), len(each))
    assert 1.0 <= least <= phi_from_squares(sum(each), sum(x * x for x in each)) + 1e-9


def test_squares_widen_as_much_as_simulated_years_scatter():
    """Ten thousand invented years: pupils suspended come as Poisson(20), each one, two or six times."""
    rng = np.random.default_rng(20182019)
    times, chance = np.array([1, 2, 6]), [0.6, 0.3, 0.1]
    years = np.array([rng.choice(times, rng.poisson(20), p=chance).sum() for _ in range(10_000)])
    pupils = rng.choice(times, 100_000, p=chance)
    phi = phi_from_squares(float(pupils.sum()), float((pupils**2).sum()))
    assert phi == pytest.approx(years.var() / years.mean(), rel=0.05)
    inside = [byar(float(year), phi) for year in years[:2000]]
    covered = sum(interval.includes(20 * float(times @ chance)) for interval in inside) / len(inside)
    assert covered == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("n", "squares"), [(-1, 0), (5, 4), (float("nan"), 1)])
def test_squares_smaller_than_counts_are_refused(n, squares):
    with pytest.raises(StatsError, match="Squares"):
        phi_from_squares(n, squares)


@pytest.mark.parametrize(("count", "people"), [(5, 6), (5, 0), (-1, -2)])
def test_more_pupils_than_suspensions_are_refused(count, people):
    with pytest.raises(StatsError, match="outnumber"):
        phi_from_people(count, people)


def test_the_spread_between_schools_by_hand():
    """Ten schools expecting 100: z of -4 -1 0 0 0 0 1 1 2 9; winsorised -1 -1 0 0 0 0 1 1 2 2, squares 12."""
    z_scores = [-4, -1, 0, 0, 0, 0, 1, 1, 2, 9]
    assert phi_between_schools([(100 + 10 * z, 100) for z in z_scores]) == pytest.approx(1.2)
    assert phi_between_schools([(100, 100)] * 5) == 1.0


def test_the_spread_between_schools_needs_schools_that_expect_something():
    with pytest.raises(StatsError, match="needs schools"):
        phi_between_schools([])
    with pytest.raises(StatsError, match="expected count"):
        phi_between_schools([(3, 0)])
