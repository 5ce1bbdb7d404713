"""Counts and rates of events: suspensions, permanent exclusions, leavers by reason."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, sqrt

from kpi_engine.stats.interval import Z95, Interval, StatsError


def byar_lower(count: float, z: float) -> float:
    """Byar's lower limit of a Poisson count, bare."""
    if count <= 0.0:
        return 0.0
    root = 1.0 - 1.0 / (9.0 * count) - z / (3.0 * sqrt(count))
    return count * root * root * root if root > 0.0 else 0.0


def byar_upper(count: float, z: float) -> float:
    """Byar's upper limit of a Poisson count, bare."""
    after = count + 1.0
    root = 1.0 - 1.0 / (9.0 * after) + z / (3.0 * sqrt(after))
    return after * root * root * root


def byar(count: float, phi: float = 1.0, z: float = Z95) -> Interval:
    """The interval of the count that the same conditions would give on average. Limits are counts.

    ``phi`` (1 or more) is how many times wider the variance is than that of separate events, because one
    pupil can be suspended again and again. The count then carries the information of ``count / phi`` separate
    events; their limits are multiplied by ``phi``. For large counts this is the quasi-Poisson ``count +- z
    sqrt(phi count)``; for small ones it never goes below zero. ``phi_from_squares`` and ``phi_from_people``
    find it.

    Within 0.2 % of the exact limits from 10 separate events on; below that the lower limit is too low (0.013
    for exact 0.025 at one event, 0.22 for 0.24 at two), the upper one hardly off.

    Source: Byar's approximation, Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC,
    page 69; preferred in APHO Technical Briefing 3 (2008). Widening: Wedderburn (1974), Biometrika 61,
    439-447; McCullagh and Nelder (1989), Generalized Linear Models, 2nd edition, section 6.2.

    Raises StatsError for a negative count or a phi below 1.
    """
    if not (0.0 <= count < inf and 1.0 <= phi < inf):
        raise StatsError(f"A count is 0 or more and phi 1 or more; here the count is {count!r} and phi is {phi!r}.")
    if phi == 1.0:
        return Interval(byar_lower(count, z), byar_upper(count, z), "Byar")
    separate = count / phi
    return Interval(
        phi * byar_lower(separate, z),
        phi * byar_upper(separate, z),
        f"Byar, variance widened {phi:.2g} times",
    )


def byar_rate(count: float, denominator: float, per: float = 100.0, phi: float = 1.0, z: float = Z95) -> Interval:
    """The interval of a rate: ``count`` events in ``denominator`` people, per 100 or per ``per`` people.

    May exceed ``per``: 30 pupils can have 40 suspensions. Source and ``phi`` as :func:`byar`; the denominator
    is taken as exact.

    Raises StatsError as :func:`byar` does, and unless the denominator is above 0.
    """
    if not 0.0 < denominator < inf:
        raise StatsError(f"A rate needs a denominator above 0; this one is {denominator!r}.")
    lower, upper, method = byar(count, phi, z)
    return Interval(lower / denominator * per, upper / denominator * per, method)


def phi_from_squares(sum_n: float, sum_nn: float) -> float:
    """How much repeat events widen a count: squared counts over counts, added up over people (1 or more).

    Exact when people with any event come as a Poisson stream and each brings a number of events of their own.
    No events: 1. One pupil with four suspensions and four with one each: (16 + 4) / 8 = 2.5.

    Source: McCullagh and Nelder (1989), section 6.2 (clustered counts: variance over mean is E(Z^2) /
    E(Z)).

    Raises StatsError for negative sums, or squares that are smaller than whole counts can have.
    """
    if not (0.0 <= sum_n < inf and sum_n * (1.0 - 1e-9) <= sum_nn < inf):
        raise StatsError(f"Squares of whole counts add up to at least the counts; here {sum_nn!r} against {sum_n!r}.")
    return max(1.0, sum_nn / sum_n) if sum_n > 0.0 else 1.0


def phi_from_people(count: float, people: float) -> float:
    """The least that repeat events can widen a count, when only the people with at least one event are known.

    ``count / people`` is what :func:`phi_from_squares` would be if everybody had equally many; any inequality
    makes the truth larger (Jensen's inequality), so limits widened by it are still somewhat too narrow.

    Raises StatsError unless 0 <= people <= count, and people are above 0 where there are events.
    """
    if not (0.0 <= people <= count < inf and (people > 0.0 or count == 0.0)):
        raise StatsError(
            "People with at least one event cannot outnumber the events, nor be none: "
            f"{people!r} people, {count!r} events."
        )
    return count / people if count > 0.0 else 1.0


def phi_between_schools(observed_and_expected: Iterable[tuple[float, float]], trim: float = 0.1) -> float:
    """How much wider schools differ than chance alone makes them: the mean squared z-score, at least 1.

    Takes each school's observed count and the count that the national rate expects of it. The highest and
    lowest tenth of z-scores are pulled in to the last ones kept, so that real outliers do not hide themselves
    by widening the funnel.

    Source: Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality and Safety in
    Health Care 14, 347-351 (winsorised z-scores).

    Raises StatsError without schools, or for an expected count of 0 or less, a negative count, or a trim
    outside 0-0.5.
    """
    scores = []
    for observed, expected in observed_and_expected:
        if not (0.0 < expected < inf and 0.0 <= observed < inf):
            raise StatsError(f"A z-score needs an expected count above 0; here {observed!r} against {expected!r}.")
        scores.append((observed - expected) / sqrt(expected))
    if not scores or not 0.0 <= trim < 0.5:
        raise StatsError(
            f"The spread between schools needs schools and a trim below 0.5; here {len(scores)} and {trim!r}."
        )
    scores.sort()
    cut = int(trim * len(scores))
    low, high = scores[cut], scores[-1 - cut]
    return max(1.0, sum(min(max(score, low), high) ** 2 for score in scores) / len(scores))
