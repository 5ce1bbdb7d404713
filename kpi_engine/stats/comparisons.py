"""Many comparisons at once: which of them still stand, and how many false bells chance alone would ring."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from kpi_engine.stats.interval import Z95, Interval, StatsError, two_sided_p


def p_value_against(value: float, interval: Interval, reference: float) -> float:
    """The two-sided p-value that a 95 % interval implies for a reference taken as exact.

    Uses the limit on the reference's side, so that lopsided intervals (Wilson, Byar) agree with themselves:
    below 0.05 exactly when the reference is outside. An interval of no width gives 1 for its own value and 0
    for any other. For a proportion of people :func:`kpi_engine.stats.score_test_p` is the exact inverse and
    the better choice.

    Source: Altman and Bland (2011), "How to obtain the P value from a confidence interval", BMJ 343, d2304.

    Raises StatsError when the value lies outside its own interval or something is not a number.
    """
    slack = 1e-9 * (1.0 + abs(value))
    if not (isfinite(reference) and interval.lower - slack <= value <= interval.upper + slack):
        raise StatsError(
            f"A value of {value!r} with limits {interval.lower!r} to {interval.upper!r} "
            f"cannot be held against {reference!r}."
        )
    distance = reference - value
    if distance == 0.0:
        return 1.0
    reach = interval.upper - value if distance > 0.0 else value - interval.lower
    if reach <= 0.0:
        return 0.0
    return two_sided_p(Z95 * distance / reach)


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.05) -> list[bool]:
    """Which of many comparisons to call significant, keeping the share of false ones down to ``q``.

    The share is of those called, on average over many such lists. Answers in the order given; no comparisons,
    an empty list.

    Source: Benjamini and Hochberg (1995), "Controlling the false discovery rate: a practical and powerful
    approach to multiple testing", Journal of the Royal Statistical Society B 57, 289-300. It holds for
    independent comparisons and for positively dependent ones (Benjamini and Yekutieli 2001, Annals of
    Statistics 29, 1165-1188), which one academy's KPIs mostly are.

    Raises StatsError for a p-value outside 0-1 or a ``q`` outside 0-1.
    """
    if not 0.0 < q < 1.0:
        raise StatsError(f"A false discovery rate lies between 0 and 1; this one is {q!r}.")
    for p in p_values:
        if not 0.0 <= p <= 1.0:
            raise StatsError(f"A p-value lies between 0 and 1; this one is {p!r}.")
    tests = len(p_values)
    threshold = -1.0
    for rank, p in enumerate(sorted(p_values), start=1):
        if p <= rank * q / tests:
            threshold = p
    return [p <= threshold for p in p_values]


def expected_by_chance(number_of_tests: int, level: float = 0.05) -> float:
    """How many of so many comparisons would look significant at this level if nothing at all were different.

    39 KPIs for 20 academies at 0.05: 39. An expectation, right whether or not the comparisons are
    independent.

    Raises StatsError for a negative number or a level outside 0-1.
    """
    if not (number_of_tests >= 0 and 0.0 <= level <= 1.0):
        raise StatsError(f"No expectation for {number_of_tests!r} tests at {level!r}.")
    return number_of_tests * level
