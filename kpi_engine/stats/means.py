"""Progress scores: means over pupils whose spread is known nationally, not school by school."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isfinite, sqrt

from kpi_engine.stats.interval import Z95, Interval, StatsError

PUBLISHED_Z = 1.96
"""The rounded quantile with which DfE draws its published limits."""


def mean_with_known_deviation(mean: float, people: float, deviation: float) -> Interval:
    """The 95 % interval of a mean score over ``people`` pupils, given the national pupil standard deviation.

    ``people`` may be a decimal (cohort times coverage). Limits are in score points.

    Source: DfE, "Secondary accountability measures" and "Primary school accountability" (confidence intervals
    of progress scores): score +- 1.96 x national pupil deviation / square root of pupils.

    Raises StatsError unless people are above 0, the deviation is 0 or more and the mean is a number.
    """
    if not (0.0 < people < inf and 0.0 <= deviation < inf and isfinite(mean)):
        raise StatsError(
            f"A mean's interval needs pupils above 0 and a deviation of 0 or more; here mean {mean!r}, "
            f"pupils {people!r}, deviation {deviation!r}."
        )
    half = Z95 * deviation / sqrt(people)
    return Interval(mean - half, mean + half, "normal, national pupil deviation")


def difference_of_means_known_deviation(
    mean1: float, people1: float, deviation1: float, mean2: float, people2: float, deviation2: float
) -> Interval:
    """The 95 % interval of the first mean score minus the second, for two separate groups of pupils.

    Two deviations because two years, or two subjects, each have their own.

    Source: the variance of a difference of independent means is the sum of their variances; Altman and others
    (2000), Statistics with Confidence, 2nd edition, chapter 4.

    Raises StatsError as :func:`mean_with_known_deviation` does.
    """
    first = mean_with_known_deviation(mean1, people1, deviation1)
    second = mean_with_known_deviation(mean2, people2, deviation2)
    half = sqrt((first.upper - mean1) ** 2 + (second.upper - mean2) ** 2)
    difference = mean1 - mean2
    return Interval(difference - half, difference + half, "normal, national pupil deviation")


def pupil_deviation_from_limits(limits: Iterable[tuple[float, float, float]]) -> float:
    """The national pupil standard deviation that schools' published 95 % limits imply.

    Takes (pupils, lower, upper) of each school of a year; answers the median of half-width x square root of
    pupils / 1.96. DfE draws every school's limits from one national deviation, so schools differ only by the
    rounding of what is published; the median shrugs off that and the odd misprint. About 1.28 for Progress 8
    in 2018/19.

    Source: the same formula as :func:`mean_with_known_deviation`, solved for the deviation.

    Raises StatsError without schools, for pupils of 0 or less, and for limits in the wrong order.
    """
    implied = []
    for people, lower, upper in limits:
        if not (0.0 < people < inf and isfinite(lower) and isfinite(upper) and lower <= upper):
            raise StatsError(f"Limits {lower!r} to {upper!r} over {people!r} pupils imply no deviation.")
        implied.append((upper - lower) / 2.0 * sqrt(people) / PUBLISHED_Z)
    if not implied:
        raise StatsError("Without one school's published limits no national deviation can be worked out.")
    implied.sort()
    middle = len(implied) // 2
    return implied[middle] if len(implied) % 2 else (implied[middle - 1] + implied[middle]) / 2.0
