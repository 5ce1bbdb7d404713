"""Results told in people: how many more would have met a target, and how often chance alone decides."""

from __future__ import annotations

from math import ceil, exp, floor, inf, lgamma, log
from typing import NamedTuple

from kpi_engine.stats.interval import StatsError

NOISE = 1e-9


class PeopleToTarget(NamedTuple):
    """``short``: people by whom the target was missed, 0 when met; ``spare``: how many it could lose."""

    short: int
    spare: int


def people_to_target(
    n: float, d: float, target: float, *, higher_is_better: bool = True, strict: bool = False
) -> PeopleToTarget | None:
    """The distance of ``n`` of ``d`` people to a target proportion (0-1), in whole people.

    Higher is better: ``short`` is the smallest k with (n + k) / d at least the target, ``spare`` the largest
    with (n - k) / d still there. Lower is better: the same with fewer people and at most. ``strict`` is for
    "above" and "below", where being on the target is not enough. None when no number of people reaches it
    (above 100 %).

    A decimal n (a published percentage x cohort) stands for a whole number of people, so the distance is
    counted from the nearest whole number; whether the target is met is decided by n as it stands. ``short``
    is therefore 0 exactly when the figure on screen meets the target, and may be one out in cohorts over 100,
    where a rounded percentage fits several numbers of people.

    Source: counting.

    Raises StatsError unless 0 <= n <= d, d > 0 and 0 <= target <= 1.
    """
    noise = NOISE * max(1.0, d)
    if not (0.0 < d < inf and -noise <= n <= d + noise):
        raise StatsError(f"A distance in people needs 0 <= n <= d and d above 0; here n is {n!r} and d is {d!r}.")
    if not 0.0 <= target <= 1.0:
        raise StatsError(f"A target proportion lies between 0 and 1; this one is {target!r}.")
    whole = floor(n + 0.5)
    # 0.07 x 100 is 7.000000000000001: without the allowance an eighth person would be asked for.
    exact = target * d
    if higher_is_better:
        met = n > exact + noise if strict else n >= exact - noise
        needed = floor(exact + noise) + 1 if strict else ceil(exact - noise)
        if needed > ceil(d - noise):
            return None
        distance = needed - whole
    else:
        met = n < exact - noise if strict else n <= exact + noise
        allowed = ceil(exact - noise) - 1 if strict else floor(exact + noise)
        if allowed < 0:
            return None
        distance = whole - allowed
    return PeopleToTarget(0, max(0, -distance)) if met else PeopleToTarget(max(1, distance), 0)


def chance_of_landing(people: int, true_rate: float, low: float, high: float) -> float:
    """The probability (0-1) that a share seen among ``people`` lands from ``low`` to ``high``, both included.

    31 staff at a true turnover of 10 % land in 8-12 % in 0.24 of years: only three leavers do.

    Source: the binomial distribution, summed.

    Raises StatsError unless people are 1 or more, and rates are 0-1 with low at most high.
    """
    if people < 1:
        raise StatsError(f"A share needs at least one person; here {people!r}.")
    if not (0.0 <= true_rate <= 1.0 and low <= high):
        raise StatsError(f"A true rate is 0-1, and low is at most high; here {true_rate!r}, {low!r} to {high!r}.")
    noise = NOISE * people
    first = ceil(min(max(low, 0.0), 2.0) * people - noise)
    last = floor(min(max(high, -1.0), 1.0) * people + noise)
    return min(1.0, sum((_binomial(k, people, true_rate) for k in range(first, last + 1)), 0.0))


def _binomial(k: int, people: int, rate: float) -> float:
    if rate in (0.0, 1.0):
        return 1.0 if k == rate * people else 0.0
    ways = lgamma(people + 1.0) - lgamma(k + 1.0) - lgamma(people - k + 1.0)
    return exp(ways + k * log(rate) + (people - k) * log(1.0 - rate))
