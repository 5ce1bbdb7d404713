"""Wilson and Newcombe against the worked examples in print, statsmodels, and their own properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from kpi_engine.stats import Interval, StatsError, difference_from_intervals, newcombe, newcombe_p, score_test_p, wilson

counts = st.integers(1, 3000).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))


@pytest.mark.parametrize(
    ("n", "d", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_limits_of_newcombes_paper_on_single_proportions(n, d, lower, upper):
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3."""
    interval = wilson(n, d)
    assert interval.lower == pytest.approx(lower, abs=5e-5)
    assert interval.upper == pytest.approx(upper, abs=5e-5)


def test_wilson_gives_the_limits_of_the_public_health_package():
    """PHStatsMethods (Department of Health and Social Care), its own published test values."""
    assert wilson(20, 360).lower == pytest.approx(0.036248204600072345, abs=1e-15)
    assert wilson(30, 400).upper == pytest.approx(0.10504770626130437, abs=1e-15)


@given(counts)
def test_wilson_agrees_with_statsmodels(case):
    n, d = case
    lower, upper = proportion_confint(n, d, method="wilson")
    assert wilson(n, d)[:2] == pytest.approx((lower, upper), abs=1e-12)


@given(counts)
def test_wilson_holds_the_estimate_and_stays_between_none_and_all(case):
    n, d = case
    lower, upper, method = wilson(n, d)
    assert 0.0 <= lower <= n / d + 1e-12
    assert n / d - 1e-12 <= upper <= 1.0
    assert upper > lower
    assert method == "Wilson"


@given(counts)
def test_wilson_of_those_who_did_not_is_the_mirror_of_those_who_did(case):
    n, d = case
    one, other = wilson(n, d), wilson(d - n, d)
    assert other.lower == pytest.approx(1.0 - one.upper, abs=1e-12)
    assert other.upper == pytest.approx(1.0 - one.lower, abs=1e-12)


@given(counts, st.integers(2, 9))
def test_wilson_is_narrower_with_more_people_of_the_same_proportion(case, times):
    n, d = case
    few, many = wilson(n, d), wilson(n * times, d * times)
    assert many.upper - many.lower < few.upper - few.lower


def test_a_published_percentage_of_a_cohort_gives_a_decimal_numerator():
    """45 % of 31 pupils is 13.95; its limits lie between those of 13 and of 14 pupils."""
    assert wilson(13, 31).lower < wilson(13.95, 31).lower < wilson(14, 31).lower


def test_none_and_all_have_exact_limits_and_float_noise_is_forgiven():
    assert wilson(0, 12).lower == 0.0
    assert wilson(12, 12).upper == 1.0
    assert wilson(30.000000000000004, 30).upper == 1.0
    assert wilson(-1e-15, 30).lower == 0.0


@pytest.mark.parametrize(
    ("n", "d"), [(5, 0), (0, 0), (11, 10), (-1, 10), (float("nan"), 10), (1, float("nan")), (1, float("inf"))]
)
def test_an_impossible_proportion_is_refused_with_its_numbers(n, d):
    with pytest.raises(StatsError, match=r"0 <= n <= d"):
        wilson(n, d)
    with pytest.raises(ValueError, match=r"d is"):
        score_test_p(n, d, 0.5)


@pytest.mark.parametrize(
    ("n1", "d1", "n2", "d2", "lower", "upper"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_newcombe_gives_the_limits_of_his_own_table(n1, d1, n2, d2, lower, upper):
    """Newcombe (1998), Interval estimation for the difference, table II, method 10."""
    interval = newcombe(n1, d1, n2, d2)
    assert interval.lower == pytest.approx(lower, abs=5e-5)
    assert interval.upper == pytest.approx(upper, abs=5e-5)
    assert interval.method == "Newcombe"


@given(counts, counts)
def test_newcombe_turns_round_with_the_groups_and_holds_the_difference(first, second):
    one, other = newcombe(*first, *second), newcombe(*second, *first)
    assert one.lower == pytest.approx(-other.upper, abs=1e-12)
    assert one.upper == pytest.approx(-other.lower, abs=1e-12)
    difference = first[0] / first[1] - second[0] / second[1]
    assert -1.0 <= one.lower <= difference + 1e-12
    assert difference - 1e-12 <= one.upper <= 1.0


def test_newcombe_refuses_a_group_of_nobody():
    with pytest.raises(StatsError):
        newcombe(3, 10, 0, 0)


@given(counts, st.floats(0.001, 0.999))
def test_the_score_test_and_the_wilson_interval_never_contradict_each_other(case, reference):
    interval = wilson(*case)
    if min(abs(reference - interval.lower), abs(reference - interval.upper)) > 1e-9:
        assert (score_test_p(*case, reference) < 0.05) is not interval.includes(reference)


def test_the_score_test_by_hand():
    """60 of 100 against a half: z = 0.1 / 0.05 = 2, and 0.0455 in every normal table."""
    assert score_test_p(60, 100, 0.5) == pytest.approx(0.0455, abs=5e-5)


def test_a_reference_of_none_or_all_is_met_exactly_or_not_at_all():
    assert score_test_p(12, 12, 1.0) == 1.0
    assert score_test_p(11, 12, 1.0) == 0.0
    with pytest.raises(StatsError, match="between 0 and 1"):
        score_test_p(11, 12, 74.9)


def test_the_difference_of_two_intervals_is_refused_when_an_estimate_lies_outside_its_own():
    with pytest.raises(StatsError, match="own interval"):
        difference_from_intervals(5.0, Interval(1.0, 2.0, ""), 0.0, Interval(0.0, 0.0, ""))


def test_the_difference_from_a_figure_without_chance_only_moves_the_interval():
    lower, upper, _ = difference_from_intervals(10.0, Interval(7.0, 14.0, ""), 4.0, Interval(4.0, 4.0, ""))
    assert (lower, upper) == (3.0, 10.0)


def test_an_interval_in_per_cent_and_turned_round():
    interval = Interval(0.25, 0.5, "Wilson")
    assert interval.scaled(100) == (25.0, 50.0, "Wilson")
    assert interval.scaled(-1) == (-0.5, -0.25, "Wilson")
    assert interval.includes(0.5)
    assert not interval.includes(0.51)


@pytest.mark.parametrize(
    ("n1", "d1", "n2", "d2"),
    [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (900, 1000, 870, 1000), (1, 40, 0, 35)],
)
def test_a_newcombe_p_value_is_the_level_whose_interval_touches_nought(n1, d1, n2, d2):
    p = newcombe_p(n1, d1, n2, d2)
    low, _ = confint_proportions_2indep(n1, d1, n2, d2, method="newcomb", alpha=p)
    assert low == pytest.approx(0.0, abs=1e-9)
    assert newcombe_p(n2, d2, n1, d1) == p


@given(counts, counts)
def test_a_newcombe_p_value_never_contradicts_its_interval(first, second):
    p = newcombe_p(*first, *second)
    assert 0.0 <= p <= 1.0
    interval = newcombe(*first, *second)
    if abs(min(interval.lower, interval.upper, key=abs)) > 1e-9:
        assert (p < 0.05) is not interval.includes(0.0)


def test_equal_proportions_have_a_newcombe_p_value_of_one_and_far_ones_of_nought():
    assert newcombe_p(5, 10, 50, 100) == 1.0
    assert newcombe_p(99_999_000, 100_000_000, 1000, 100_000_000) == 0.0
    with pytest.raises(StatsError):
        newcombe_p(12, 10, 5, 10)
