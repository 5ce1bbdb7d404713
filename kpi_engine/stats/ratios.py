"""Ratios of sums over people: sessions attended over sessions possible, days lost over days worked."""

from __future__ import annotations

from math import inf, isfinite, sqrt
from typing import NamedTuple

from kpi_engine.stats.interval import Z95, Interval, StatsError

ROUNDING = 1e-9
"""By how much of the sums rounding may push a spread below zero before the sums are held to be wrong."""


class RatioSums(NamedTuple):
    """What a ratio's interval needs, added up over people: n, d, their squares and their product.

    All but ``people`` add up over academies; so do people, where nobody is in two of them.
    """

    sum_n: float
    sum_d: float
    people: float
    sum_nn: float
    sum_nd: float
    sum_dd: float


def ratio_over_people(
    sum_n: float,
    sum_d: float,
    people: float,
    sum_nn: float,
    sum_nd: float,
    sum_dd: float,
    within: tuple[float, float] | None = None,
) -> Interval | None:
    """The 95 % interval of ``sum_n / sum_d`` when chance acts on people and not on their sessions or days.

    The same unit as the ratio (0-1 for attendance). With d = 1 for everybody it is the interval of a plain
    mean with its own deviation. ``within`` cuts the limits to what is possible, such as ``(0, 1)``. None for
    fewer than two people, whose spread nobody can know. Everybody exactly alike gives an interval of no
    width, and with few people the interval is somewhat too narrow: read both beside the size of the cohort.

    Source: Cochran (1977), Sampling Techniques, 3rd edition, section 2.11 and chapter 6: the linearised
    variance of the ratio estimator, N / (N - 1) x sum (n - R d)^2 / (sum d)^2, without finite population
    correction.

    Raises StatsError unless sum_d is above 0, and when the squares contradict the sums.
    """
    variance = _variance(sum_n, sum_d, people, sum_nn, sum_nd, sum_dd)
    if variance is None:
        return None
    return _around(sum_n / sum_d, variance, within)


def difference_of_ratios_over_people(
    first: RatioSums, second: RatioSums, within: tuple[float, float] | None = None
) -> Interval | None:
    """The 95 % interval of the first ratio minus the second, for two groups without a person in common.

    None when either group has fewer than two people. For the same pupils in two terms it is too wide (their
    habits carry over).

    Source: as :func:`ratio_over_people`; variances of independent estimates add up.

    Raises StatsError as :func:`ratio_over_people` does.
    """
    one, other = _variance(*first), _variance(*second)
    if one is None or other is None:
        return None
    return _around(first.sum_n / first.sum_d - second.sum_n / second.sum_d, one + other, within)


def _around(estimate: float, variance: float, within: tuple[float, float] | None) -> Interval:
    half = Z95 * sqrt(variance)
    lower, upper = estimate - half, estimate + half
    if within is not None:
        lower, upper = max(lower, within[0]), min(upper, within[1])
    return Interval(lower, upper, "linearised, over people")


def _variance(sum_n: float, sum_d: float, people: float, sum_nn: float, sum_nd: float, sum_dd: float) -> float | None:
    if not (0.0 < sum_d < inf and isfinite(sum_n) and 0.0 <= people < inf):
        raise StatsError(f"A ratio needs a denominator above 0; here {sum_n!r} over {sum_d!r} of {people!r} people.")
    if people < 2:
        return None
    ratio = sum_n / sum_d
    cross = 2.0 * ratio * sum_nd
    spread = sum_nn - cross + ratio * ratio * sum_dd
    size = sum_nn + abs(cross) + ratio * ratio * sum_dd
    if not -ROUNDING * size <= spread < inf:
        raise StatsError(
            f"The squares over people contradict the sums: n {sum_n!r}, d {sum_d!r}, people {people!r}, "
            f"nn {sum_nn!r}, nd {sum_nd!r}, dd {sum_dd!r}."
        )
    return people / (people - 1.0) * max(spread, 0.0) / (sum_d * sum_d)
