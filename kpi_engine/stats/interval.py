"""The interval that every method answers with, and the difference of any two."""

from __future__ import annotations

from math import erfc, sqrt
from typing import Final, NamedTuple

from kpi_engine.errors import KpiError

Z95: Final = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval (1.96 unrounded)."""


class StatsError(KpiError, ValueError):
    """Numbers that nothing can have: more met than were counted, a negative count, a spread below zero."""


class Interval(NamedTuple):
    """Two limits in the unit of the estimate, and the name of the method that drew them.

    A named tuple and not a dataclass because a scorecard makes thousands of them.
    """

    lower: float
    upper: float
    method: str

    def includes(self, reference: float) -> bool:
        """Whether the reference lies between the limits or on one: no clear difference from it."""
        return self.lower <= reference <= self.upper

    def scaled(self, factor: float) -> Interval:
        """The same interval in another unit (100 turns a proportion into per cent; -1 turns a gap round)."""
        one, other = self.lower * factor, self.upper * factor
        return Interval(min(one, other), max(one, other), self.method)


def two_sided_p(z: float) -> float:
    """The two-sided p-value of a standard normal deviate."""
    return erfc(abs(z) / sqrt(2.0))


def difference_from_intervals(
    first: float, first_interval: Interval, second: float, second_interval: Interval
) -> Interval:
    """The interval of ``first - second`` for two independent estimates whose own intervals are known.

    Works for any two of a kind (rates of suspension, attendance, scores) in their common unit, and keeps the
    lopsidedness of each. A national figure without chance of its own is an interval of no width.

    Source: Zou and Donner (2008), "Construction of confidence limits about effect measures: a general
    approach", Statistics in Medicine 27, 1693-1702; Newcombe's method 10 is its case for two Wilson
    intervals.

    Raises StatsError when an estimate lies outside its own interval.
    """
    l1, u1, _ = first_interval
    l2, u2, _ = second_interval
    slack = 1e-9 * (1.0 + abs(first) + abs(second))
    if not (l1 - slack <= first <= u1 + slack and l2 - slack <= second <= u2 + slack):
        raise StatsError(
            f"Each estimate must lie in its own interval; here {first!r} with limits {l1!r} to {u1!r}, "
            f"and {second!r} with limits {l2!r} to {u2!r}."
        )
    difference = first - second
    return Interval(
        difference - sqrt((first - l1) ** 2 + (u2 - second) ** 2),
        difference + sqrt((u1 - first) ** 2 + (second - l2) ** 2),
        "difference of two intervals (square-and-add)",
    )
