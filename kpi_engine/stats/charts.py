"""Limits that are drawn: individuals charts over time, funnels over size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import fsum, inf, isfinite, sqrt
from typing import NamedTuple

from kpi_engine.stats.counts import byar_lower, byar_upper
from kpi_engine.stats.interval import Z95, Interval, StatsError

Z998 = 3.0902323061678132
"""The normal quantile of a two-sided 99.8 % interval."""

NATURAL_LIMITS = 2.66
"""Wheeler's scaling of the mean moving range: 3 / 1.128."""

RUN = 8


class XmrLimits(NamedTuple):
    """An individuals chart: its centre, natural process limits, and which points (by index) are signals.

    ``outside`` lie beyond a limit; ``runs`` belong to eight or more in a row on one side of the mean.
    """

    mean: float
    lower: float
    upper: float
    moving_range: float
    outside: tuple[int, ...]
    runs: tuple[int, ...]


def xmr_limits(values: Sequence[float], at_least: int = 12) -> XmrLimits | None:
    """The limits within which a frequent series moves by chance alone, and its signals.

    None for fewer than 12 points.

    In time order, without gaps; in the unit of the values. For weekly or half-termly figures, preferably the
    difference from England's, since season and trend would otherwise ring. A value on the mean ends a run.

    Source: Wheeler (2000), Understanding Variation, 2nd edition (limits are mean +- 2.66 x mean moving range;
    a run of eight on one side), as NHS England's Making Data Count teaches, which asks for seven in a row.
    Eight in a row is rule 4 of the Western Electric Statistical Quality Control Handbook (1956).

    Raises StatsError for a value that is not a number: a missing week is to be left out, or the series cut.
    """
    if len(values) < max(at_least, 2):
        return None
    for index, value in enumerate(values):
        if not isfinite(value):
            raise StatsError(f"Point {index + 1} of the series is {value!r}, which is not a number.")
    mean = fsum(values) / len(values)
    moving_range = fsum(abs(b - a) for a, b in pairwise(values)) / (len(values) - 1)
    lower, upper = mean - NATURAL_LIMITS * moving_range, mean + NATURAL_LIMITS * moving_range
    noise = 1e-12 * max(abs(value) for value in values)
    outside = tuple(i for i, value in enumerate(values) if value < lower - noise or value > upper + noise)
    sides = [(value > mean + noise) - (value < mean - noise) for value in values]
    return XmrLimits(mean, lower, upper, moving_range, outside, _in_runs(sides))


def _in_runs(sides: Sequence[int]) -> tuple[int, ...]:
    found: list[int] = []
    start = 0
    for index in range(1, len(sides) + 1):
        if index == len(sides) or sides[index] != sides[start]:
            if sides[start] != 0 and index - start >= RUN:
                found.extend(range(start, index))
            start = index
    return tuple(found)


def funnel_of_proportion(national: float, d: float, phi: float = 1.0, level: float = 95.0) -> Interval:
    """Where (0-1) a group of ``d`` people lands by chance if the national proportion holds for it.

    A school is outside the 95 % funnel exactly when its Wilson interval leaves out the national figure, so
    chart and judgement never differ. ``phi`` widens the variance; ``level`` is 95 or 99.8.

    Source: Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statistics in
    Medicine 24, 1185-1202.

    Raises StatsError unless 0 <= national <= 1, d > 0, phi >= 1 and the level is one of the two.
    """
    if not (0.0 <= national <= 1.0 and 0.0 < d < inf and 1.0 <= phi < inf):
        raise StatsError(
            f"A funnel needs a proportion of 0-1, people above 0 and phi of 1 or more; "
            f"here {national!r}, {d!r}, {phi!r}."
        )
    half = _quantile(level) * sqrt(phi * national * (1.0 - national) / d)
    return Interval(max(0.0, national - half), min(1.0, national + half), f"funnel {level:g} %")


def funnel_of_rate(national_per_100: float, denominator: float, phi: float = 1.0, level: float = 95.0) -> Interval:
    """Where (per 100) a group of ``denominator`` people lands by chance if the national rate holds for it.

    The limits are the rates whose own Byar limit just touches the national rate: a school is outside the
    funnel exactly when :func:`kpi_engine.stats.byar_rate` (same ``phi``) leaves the national rate out. Small
    groups can have no low side at all: the lower limit is then 0. ``level`` is 95 or 99.8.

    Source: Spiegelhalter (2005), as :func:`funnel_of_proportion`; Byar's limits, Breslow and Day (1987),
    page 69.

    Raises StatsError unless national >= 0, denominator > 0, phi >= 1 and the level is one of the two.
    """
    if not (0.0 <= national_per_100 < inf and 0.0 < denominator < inf and 1.0 <= phi < inf):
        raise StatsError(
            "A funnel needs a rate of 0 or more, people above 0 and phi of 1 or more; "
            f"here {national_per_100!r}, {denominator!r}, {phi!r}."
        )
    z = _quantile(level)
    method = f"funnel {level:g} %"
    expected = national_per_100 * denominator / 100.0 / phi
    if expected == 0.0:
        return Interval(0.0, 0.0, method)
    back = phi * 100.0 / denominator
    lower = 0.0
    if byar_upper(0.0, z) < expected:
        lower = _count_where(byar_upper, expected, z) * back
    return Interval(lower, _count_where(byar_lower, expected, z) * back, method)


def _count_where(limit: Callable[[float, float], float], expected: float, z: float) -> float:
    low, high = 0.0, expected + 3.0 * z * sqrt(expected) + 3.0 * z * z + 3.0
    # Both limits rise with the count, and the bracket is wide enough for any level in use; 60 halvings
    # reach the precision of a float.
    for _ in range(60):
        middle = 0.5 * (low + high)
        if limit(middle, z) < expected:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _quantile(level: float) -> float:
    if level == 95.0:
        return Z95
    if level == 99.8:
        return Z998
    raise StatsError(f"Funnels are drawn at 95 or 99.8 %, not at {level!r}.")
