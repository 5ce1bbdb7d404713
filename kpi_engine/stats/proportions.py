"""Proportions of people: pupils who met a standard, staff who left, parents who agreed."""

from __future__ import annotations

from math import inf, sqrt

from kpi_engine.stats.interval import (
    Z95,
    Interval,
    StatsError,
    difference_from_intervals,
    two_sided_p,
)

_FARTHEST = 64.0
"""The normal quantile whose p-value is 0 in floating point."""


def wilson(n: float, d: float, z: float = Z95) -> Interval:
    """The interval of a proportion: ``n`` of ``d`` people met it. Limits are 0-1.

    ``n`` may be a decimal, as a published percentage times its cohort is. Never leaves 0-1 and never has no
    width, not even for none or all of a group.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22, 209-212; the preferred method of APHO Technical Briefing 3 (2008)
    and of Public Health England's technical guide on confidence intervals (2018), appendix 3.

    Raises StatsError unless 0 <= n <= d and d > 0. An excess of ``n`` that is only floating-point noise is
    forgiven.
    """
    if not (0.0 <= n <= d and 0.0 < d < inf):
        n = _without_noise(n, d)
    zz = z * z
    centre = 2.0 * n + zz
    spread = z * sqrt(zz + 4.0 * n * (1.0 - n / d))
    scale = 2.0 * (d + zz)
    # None and all of a group have limits of exactly 0 and 1, which rounding would blur.
    lower = max((centre - spread) / scale, 0.0) if n > 0.0 else 0.0
    upper = min((centre + spread) / scale, 1.0) if n < d else 1.0
    return Interval(lower, upper, "Wilson")


def newcombe(n1: float, d1: float, n2: float, d2: float) -> Interval:
    """The 95 % interval of the first proportion minus the second (-1 to 1), for two separate groups.

    Not for a school against a group that contains it, nor for the same pupils twice: those are not
    independent.

    Source: Newcombe (1998), "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17, 873-890, method 10.

    Raises StatsError as :func:`wilson` does.
    """
    first, second = wilson(n1, d1), wilson(n2, d2)
    interval = difference_from_intervals(n1 / d1, first, n2 / d2, second)
    return Interval(max(-1.0, interval.lower), min(1.0, interval.upper), "Newcombe")


def newcombe_p(n1: float, d1: float, n2: float, d2: float) -> float:
    """The two-sided p-value that two separate proportions are the same, by Newcombe's own intervals.

    The level at which :func:`newcombe` with that level's quantile just reaches 0: below 0.05 exactly when its 95 %
    interval leaves 0 out. Found by halving, since the limits have no closed inverse; to 1e-12 of the quantile.

    Source: Newcombe (1998) as for :func:`newcombe`; an interval's p-value is the level at which it touches the value
    tested (Altman and Bland 2011, BMJ 343, d2304).

    Raises StatsError as :func:`wilson` does.
    """
    if n1 / d1 < n2 / d2:
        n1, d1, n2, d2 = n2, d2, n1, d1
    ahead = n1 / d1 - n2 / d2
    if ahead <= 0.0:
        wilson(n1, d1), wilson(n2, d2)
        return 1.0

    def apart(z: float) -> bool:
        down, up = n1 / d1 - wilson(n1, d1, z).lower, wilson(n2, d2, z).upper - n2 / d2
        return ahead * ahead > down * down + up * up

    low, high = 0.0, 1.0
    while high < _FARTHEST and apart(high):
        low, high = high, 2.0 * high
    if high >= _FARTHEST:
        return 0.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2.0
        low, high = (middle, high) if apart(middle) else (low, middle)
    return two_sided_p(high)


def score_test_p(n: float, d: float, reference: float) -> float:
    """The two-sided p-value of ``n`` of ``d`` against a proportion (0-1) taken as exact, such as England's.

    Below 0.05 exactly when the reference lies outside the 95 % Wilson interval, so a list that is screened by
    p-values never contradicts the intervals on screen.

    Source: the score test that Wilson (1927) inverts; Agresti (2013), Categorical Data Analysis, 3rd edition,
    section 1.4.

    Raises StatsError as :func:`wilson` does, and unless the reference is 0-1.
    """
    if not (0.0 <= n <= d and 0.0 < d < inf):
        n = _without_noise(n, d)
    if not 0.0 <= reference <= 1.0:
        raise StatsError(f"A reference proportion lies between 0 and 1; this one is {reference!r}.")
    distance = n / d - reference
    deviation = sqrt(reference * (1.0 - reference) / d)
    if deviation == 0.0:
        return 1.0 if abs(distance) < 1e-12 else 0.0
    return two_sided_p(distance / deviation)


def _without_noise(n: float, d: float) -> float:
    if 0.0 < d < inf and -1e-9 * d <= n <= d * (1.0 + 1e-9):
        return min(max(n, 0.0), d)
    raise StatsError(f"A proportion needs 0 <= n <= d and d above 0; here n is {n!r} and d is {d!r}.")
