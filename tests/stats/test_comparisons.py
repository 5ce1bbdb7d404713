"""Many comparisons: the paper's own table, statsmodels, and p-values that agree with their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from kpi_engine.stats import (
    Interval,
    StatsError,
    benjamini_hochberg,
    byar,
    expected_by_chance,
    mean_with_known_deviation,
    p_value_against,
    score_test_p,
    wilson,
)

p_lists = st.lists(st.floats(0.0, 1.0), max_size=60)


def test_the_table_of_benjamini_and_hochbergs_paper():
    """Their fifteen hypotheses of 1995: Bonferroni rejects three, the new procedure the first four."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p_values += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert benjamini_hochberg(p_values) == [True] * 4 + [False] * 11


def test_a_late_pass_carries_the_earlier_ones_and_the_order_given_is_kept():
    """0.04 is the third of three and at most 3/3 x 0.05, so 0.035, above 2/3 x 0.05, passes with it."""
    assert benjamini_hochberg([0.04, 0.001, 0.035]) == [True, True, True]
    assert benjamini_hochberg([0.2, 0.001]) == [False, True]
    assert benjamini_hochberg([]) == []


@given(p_lists.filter(len), st.sampled_from([0.01, 0.05, 0.2]))
def test_it_agrees_with_statsmodels(p_values, q):
    assert benjamini_hochberg(p_values, q) == multipletests(p_values, q, method="fdr_bh")[0].tolist()


@given(p_lists)
def test_a_smaller_p_value_is_never_passed_over_for_a_larger(p_values):
    called = benjamini_hochberg(p_values)
    kept = [p for p, yes in zip(p_values, called, strict=True) if yes]
    dropped = [p for p, yes in zip(p_values, called, strict=True) if not yes]
    assert not kept or not dropped or max(kept) < min(dropped)
    assert all(p <= 0.05 for p in kept)


@given(p_lists)
def test_a_stricter_rate_calls_no_more(p_values):
    strict, loose = benjamini_hochberg(p_values, 0.01), benjamini_hochberg(p_values, 0.05)
    assert all(loose_yes or not strict_yes for strict_yes, loose_yes in zip(strict, loose, strict=True))


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_an_impossible_p_value_is_refused(p):
    with pytest.raises(StatsError, match="p-value"):
        benjamini_hochberg([0.01, p])
    with pytest.raises(StatsError, match="rate"):
        benjamini_hochberg([0.01], q=0.0)


def test_39_kpis_of_20_academies_ring_39_false_bells():
    assert expected_by_chance(39 * 20) == pytest.approx(39.0)
    with pytest.raises(StatsError):
        expected_by_chance(-1)


def test_the_p_value_of_an_interval_by_altman_and_blands_steps():
    """BMJ 343, d2304: SE = (upper - lower) / (2 x 1.96), z = estimate / SE; a limit on nought gives 0.05."""
    interval = Interval(-5.4, 0.0, "")
    assert p_value_against(-2.7, interval, 0.0) == pytest.approx(0.05, abs=1e-9)
    # z of 2.575829 belongs to 0.01 in every normal table.
    one = mean_with_known_deviation(2.575829, 100, 10.0)
    assert p_value_against(2.575829, one, 0.0) == pytest.approx(0.01, abs=1e-6)


@given(st.integers(0, 800), st.floats(0, 900))
def test_below_a_twentieth_exactly_when_the_reference_is_outside(count, reference):
    interval = byar(count)
    if min(abs(reference - interval.lower), abs(reference - interval.upper)) > 1e-6:
        assert (p_value_against(count, interval, reference) < 0.05) is not interval.includes(reference)


def test_for_a_large_group_it_agrees_with_the_score_test():
    implied = p_value_against(0.52, wilson(5200, 10_000), 0.51)
    assert implied == pytest.approx(score_test_p(5200, 10_000, 0.51), rel=0.02)


def test_an_interval_of_no_width_is_all_or_nothing():
    exact = Interval(5.0, 5.0, "")
    assert p_value_against(5.0, exact, 5.0) == 1.0
    assert p_value_against(5.0, exact, 5.1) == 0.0


def test_a_value_outside_its_own_interval_is_refused():
    with pytest.raises(StatsError, match="held against"):
        p_value_against(9.0, Interval(1.0, 2.0, ""), 1.5)
    with pytest.raises(StatsError, match="held against"):
        p_value_against(1.5, Interval(1.0, 2.0, ""), float("nan"))
