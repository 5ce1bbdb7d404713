"""Individuals charts and funnels: printed examples, and agreement with the intervals beside them."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from kpi_engine.stats import (
    StatsError,
    byar_rate,
    funnel_of_proportion,
    funnel_of_rate,
    wilson,
    xmr_limits,
)


def test_the_individuals_chart_of_the_nist_handbook():
    """NIST/SEMATECH e-Handbook, section 6.3.2.2: mean 50.81, mean range 1.8778, limits 45.8159 and 55.8041.

    It scales by 3 / 1.128 = 2.6596 where Wheeler rounds to 2.66, which moves the limits by less than 0.001.
    """
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    limits = xmr_limits(flow, at_least=10)
    assert limits.mean == pytest.approx(50.81)
    assert limits.moving_range == pytest.approx(1.8778, abs=5e-5)
    assert (limits.lower, limits.upper) == pytest.approx((45.8159, 55.8041), abs=0.001)
    assert limits.outside == ()


def test_eleven_points_are_too_few():
    assert xmr_limits([1.0] * 11) is None
    assert xmr_limits([]) is None
    assert xmr_limits([1.0] * 12) is not None


def test_a_week_out_of_line_is_a_signal_by_hand():
    """Eleven ranges of which two are 30: mean range 60/11, limits 2.5 +- 14.5."""
    limits = xmr_limits([0.0] * 6 + [30.0] + [0.0] * 5)
    assert limits.mean == 2.5
    assert limits.upper == pytest.approx(2.5 + 2.66 * 60 / 11)
    assert limits.outside == (6,)


def test_eight_in_a_row_on_one_side_are_a_run_and_seven_are_not():
    eight = [1.0, -1.0] * 3 + [1.0, 2.0] * 4 + [-12.0 - 0.0]
    assert xmr_limits(eight).runs == tuple(range(6, 14))
    mixed = [1.0, -1.0] * 6
    assert xmr_limits(mixed).runs == ()
    seven = [1.0] * 7 + [-1.0] * 7
    assert xmr_limits(seven).runs == ()
    assert xmr_limits([1.0] * 8 + [-1.0] * 8).runs == tuple(range(16))


def test_a_value_on_the_mean_ends_a_run():
    assert xmr_limits([1.0] * 4 + [0.0] + [1.0] * 4 + [-1.0] * 4 + [0.0] + [-1.0] * 4).runs == ()


@given(st.floats(-100, 100), st.integers(12, 60))
def test_a_series_that_never_moves_has_no_signal(value, weeks):
    limits = xmr_limits([value] * weeks)
    assert limits.outside == ()
    assert limits.runs == ()
    assert limits.lower == pytest.approx(value)
    assert limits.upper == pytest.approx(value)


@given(st.lists(st.floats(-50, 50), min_size=12, max_size=60), st.floats(-50, 50))
def test_moving_the_series_moves_its_limits(values, by):
    here, there = xmr_limits(values), xmr_limits([value + by for value in values])
    assert (there.lower, there.mean, there.upper) == pytest.approx(
        (here.lower + by, here.mean + by, here.upper + by), abs=1e-6
    )


def test_a_missing_week_is_refused():
    with pytest.raises(StatsError, match="Point 3"):
        xmr_limits([1.0, 2.0, float("nan"), *[1.0] * 10])


def test_a_funnel_gives_the_limit_of_the_public_health_package():
    """PHStatsMethods' test value: 90 % in 100,000 people, lower limit 89.81406149 %."""
    assert funnel_of_proportion(0.9, 100_000).lower * 100 == pytest.approx(89.81406149, abs=1e-8)


@given(
    st.integers(1, 2000).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
    st.floats(0.01, 0.99),
    st.sampled_from([95.0, 99.8]),
)
def test_a_school_is_outside_the_funnel_exactly_when_its_wilson_interval_leaves_england_out(case, national, level):
    n, d = case
    funnel = funnel_of_proportion(national, d, level=level)
    z = NormalDist().inv_cdf(0.5 + level / 200)
    interval = wilson(n, d, z)
    edges = (abs(n / d - funnel.lower), abs(n / d - funnel.upper), abs(national - interval.lower))
    if min(*edges, abs(national - interval.upper)) > 1e-9:
        assert funnel.includes(n / d) is interval.includes(national)


@given(
    st.integers(0, 600),
    st.integers(20, 2000),
    st.floats(0.01, 30),
    st.floats(1, 5),
    st.sampled_from([95.0, 99.8]),
)
def test_a_school_is_outside_the_funnel_exactly_when_its_byar_interval_leaves_england_out(
    count, people, national, phi, level
):
    funnel = funnel_of_rate(national, people, phi, level)
    interval = byar_rate(count, people, phi=phi, z=NormalDist().inv_cdf(0.5 + level / 200))
    rate = count / people * 100
    edges = (rate - funnel.lower, rate - funnel.upper, national - interval.lower, national - interval.upper)
    if min(abs(edge) for edge in edges) > 1e-7:
        assert funnel.includes(rate) is interval.includes(national)


@pytest.mark.parametrize("expected", [5, 12, 33, 80, 400])
@pytest.mark.parametrize("level", [95.0, 99.8])
def test_a_funnel_of_counts_leaves_out_what_the_exact_poisson_leaves_out(expected, level):
    """Counts beyond the funnel have an exact tail of at most 2.5 % (0.1 %); the one before has more."""
    tail = (1 - level / 100) / 2
    lower, upper, _ = funnel_of_rate(10.0, expected * 10, level=level)
    beyond = next(k for k in range(expected, 3000) if k > upper * expected / 10)
    assert poisson.sf(beyond - 1, expected) <= tail * 1.03
    assert poisson.sf(beyond - 2, expected) > tail * 0.97
    below = [k for k in range(expected) if k < lower * expected / 10]
    if below:
        assert poisson.cdf(below[-1], expected) <= tail * 1.03
    assert poisson.cdf(len(below), expected) > tail * 0.97


def test_a_small_school_cannot_be_clearly_below_a_rare_event():
    """Two expected exclusions: even none is no evidence."""
    assert funnel_of_rate(0.1, 2000).lower == 0.0
    assert funnel_of_rate(0.1, 2000).upper > 0.1
    assert funnel_of_rate(0.0, 2000)[:2] == (0.0, 0.0)


@given(st.floats(0.01, 20), st.integers(20, 3000), st.floats(1, 5))
def test_a_funnel_narrows_with_size_and_widens_with_phi_and_level(national, people, phi):
    plain = funnel_of_rate(national, people)
    assert plain.lower <= national <= plain.upper
    larger = funnel_of_rate(national, people * 4)
    assert plain.lower <= larger.lower + 1e-9
    assert larger.upper <= plain.upper + 1e-9
    for wider in (funnel_of_rate(national, people, phi), funnel_of_rate(national, people, level=99.8)):
        assert wider.lower <= plain.lower + 1e-9
        assert plain.upper <= wider.upper + 1e-9


def test_a_widened_funnel_of_a_proportion_by_hand():
    """A half of 100 people: 0.05 x 1.96 x square root of 4."""
    assert funnel_of_proportion(0.5, 100, phi=4.0)[:2] == pytest.approx((0.304, 0.696), abs=5e-5)


def test_impossible_funnels_are_refused():
    with pytest.raises(StatsError, match=r"95 or 99\.8"):
        funnel_of_rate(4.0, 100, level=90)
    with pytest.raises(StatsError, match="people above 0"):
        funnel_of_rate(4.0, 0)
    with pytest.raises(StatsError, match="0-1"):
        funnel_of_proportion(74.9, 100)
    with pytest.raises(StatsError, match="phi of 1"):
        funnel_of_proportion(0.5, 100, phi=0.5)
