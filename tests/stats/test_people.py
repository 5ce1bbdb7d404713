"""Distances in people, found again by counting one by one; chances found again by scipy."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from kpi_engine.stats import StatsError, chance_of_landing, people_to_target

counts = st.integers(1, 400).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))
targets = st.integers(0, 1000).map(lambda t: Fraction(t, 1000))


@given(counts, targets, st.booleans())
def test_higher_is_better_as_counted_one_by_one(case, target, strict):
    n, d = case
    answer = people_to_target(n, d, float(target), strict=strict)
    enough = [k for k in range(d + 1) if (k > target * d if strict else k >= target * d)]
    if not enough:
        assert answer is None
    else:
        assert answer == (max(0, min(enough) - n), max(0, n - min(enough)))


@given(counts, targets, st.booleans())
def test_lower_is_better_as_counted_one_by_one(case, target, strict):
    n, d = case
    answer = people_to_target(n, d, float(target), higher_is_better=False, strict=strict)
    fine = [k for k in range(d + 1) if (k < target * d if strict else k <= target * d)]
    if not fine:
        assert answer is None
    else:
        assert answer == (max(0, n - max(fine)), max(0, max(fine) - n))


@pytest.mark.parametrize(
    ("n", "d", "target", "short", "spare"),
    [
        (27, 30, 0.9, 0, 0),
        (7, 100, 0.07, 0, 0),
        (6, 100, 0.07, 1, 0),
        (29, 100, 0.29, 0, 0),
        (57, 100, 0.57, 0, 0),
        (23, 31, 0.9, 5, 0),
        (31, 31, 0.9, 0, 3),
        (0, 12, 1.0, 12, 0),
    ],
)
def test_float_noise_asks_for_nobody_extra(n, d, target, short, spare):
    assert people_to_target(n, d, target) == (short, spare)


def test_above_a_target_is_not_on_it():
    assert people_to_target(27, 30, 0.9, strict=True) == (1, 0)
    assert people_to_target(28, 30, 0.9, strict=True) == (0, 0)
    assert people_to_target(30, 30, 1.0, strict=True) is None
    assert people_to_target(5, 100, 0.05, higher_is_better=False, strict=True) == (1, 0)
    assert people_to_target(4, 100, 0.05, higher_is_better=False, strict=True) == (0, 0)
    assert people_to_target(0, 100, 0.0, higher_is_better=False, strict=True) is None


def test_a_decimal_from_a_published_percentage_counts_from_the_whole_pupils_behind_it():
    """42 % of 33 pupils is 13.86, which 14 pupils are; 48 % needs 16 of them: two more, not three."""
    assert people_to_target(13.86, 33, 0.48) == (2, 0)


def test_a_published_percentage_that_meets_the_target_is_never_short():
    """25 of 34 is published as 74 %, 25.16 pupils: met on screen, so it must not be one short here."""
    assert people_to_target(25.16, 34, 0.74) == (0, 0)


@given(st.integers(1, 100), st.data())
def test_a_percentage_rounded_for_a_cohort_up_to_100_finds_its_pupils_again(d, data):
    n = data.draw(st.integers(0, d))
    rounded = int(100 * n / d + 0.5) / 100 * d
    target = data.draw(st.integers(0, 100)) / 100
    answer, truth = people_to_target(rounded, d, target), people_to_target(n, d, target)
    assert abs(answer.short - truth.short) <= 1
    if (rounded / d >= target) == (n / d >= target):
        assert answer == truth


def test_impossible_distances_are_refused():
    for n, d, target in [(5, 0, 0.5), (11, 10, 0.5), (-1, 10, 0.5), (float("nan"), 10, 0.5), (5, 10, 90)]:
        with pytest.raises(StatsError):
            people_to_target(n, d, target)


def test_31_staff_at_a_true_tenth_land_in_8_to_12_per_cent_one_year_in_four():
    assert chance_of_landing(31, 0.10, 0.08, 0.12) == pytest.approx(0.235, abs=0.0005)


@given(st.integers(1, 400), st.integers(0, 1000).map(lambda n: n / 1000), st.integers(0, 100), st.integers(0, 100))
def test_the_chance_is_the_binomial_sum(people, rate, one, other):
    low, high = min(one, other), max(one, other)
    inside = [k for k in range(people + 1) if low * people <= 100 * k <= high * people]
    expected = binom.pmf(inside, people, rate).sum() if inside else 0.0
    assert chance_of_landing(people, rate, low / 100, high / 100) == pytest.approx(expected, abs=1e-9)


def test_certain_rates_and_whole_ranges():
    assert chance_of_landing(20, 0.0, 0.0, 0.0) == 1.0
    assert chance_of_landing(20, 1.0, 0.5, 0.9) == 0.0
    assert chance_of_landing(20, 0.3, float("-inf"), float("inf")) == pytest.approx(1.0)
    assert chance_of_landing(20, 0.3, 1.5, 2.5) == 0.0


def test_an_impossible_chance_is_refused():
    for people, rate, low, high in [
        (0, 0.1, 0, 1),
        (31, 1.1, 0, 1),
        (31, 0.1, 0.2, 0.1),
        (31, 0.1, float("nan"), 1),
    ]:
        with pytest.raises(StatsError):
            chance_of_landing(people, rate, low, high)
