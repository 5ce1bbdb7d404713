"""Which academies can be told apart from the trust's figure, from England's, or from one of themselves.

An academy is part of the trust's figure, so that the two are not independent: it is held against the rest of the trust,
the sums less its own. What is tested is the difference, by the method that belongs to the measure (Newcombe for
proportions, over people for half-days, square-and-add for rates and scores), and "clearly" allows for how many are
tested at once (Benjamini and Hochberg 1995). A figure that is not seen has no number here, and decides nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from kpi_engine import stats
from kpi_engine.answers import Result, Side
from kpi_engine.engine import judging
from kpi_engine.engine.figure import Figure, interval_of
from kpi_engine.engine.sums import REPEATS
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.model import Measure, Spread

FALSE_SHARE = 0.05
"""The share of false ones among those called clear that is put up with."""


class Verdict(enum.StrEnum):
    ABOVE = "clearly above"
    BELOW = "clearly below"
    LEVEL = "cannot be told apart"
    UNTESTED = "not tested"


class Held(NamedTuple):
    """An academy's answer with the figure behind it; ``found`` is None where there is no figure."""

    result: Result
    found: Figure | None


class Whole(NamedTuple):
    """The sum that academies are held against. ``inside`` are the URNs that are part of it, ``partly`` those that are
    part of it for some of its years."""

    found: Figure
    inside: Set[str]
    partly: Set[str] = frozenset()


class Other(NamedTuple):
    """One academy that the others are held against."""

    found: Figure


class England(NamedTuple):
    """England's figure, each result's own, of all pupils and so taken as exact."""


Reference = Whole | Other | England


class Difference(NamedTuple):
    """How far a figure is from what it is held against, in display units, with the test's p-value."""

    value: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one academy stands. ``why`` says why it was not tested, or is empty; the difference is in the unit of the
    value, with its 95 % limits."""

    result: Result
    verdict: Verdict
    why: str = ""
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None


def stands(kpi: Kpi, held: Sequence[Held], reference: Reference | str) -> tuple[Stand, ...]:
    """Where each academy stands, in the order given. A ``reference`` in words says why there is nothing to hold it
    against."""
    tried = [_tried(kpi, each, reference) for each in held]
    tested = [(i, found) for i, found in enumerate(tried) if isinstance(found, Difference)]
    clear = dict(
        zip(
            (i for i, _ in tested),
            stats.benjamini_hochberg([found.p for _, found in tested], FALSE_SHARE),
            strict=True,
        )
    )
    out = []
    for i, (each, found) in enumerate(zip(held, tried, strict=True)):
        if isinstance(found, str):
            out.append(Stand(each.result, Verdict.UNTESTED, found))
            continue
        verdict = Verdict.LEVEL
        if clear[i]:
            verdict = Verdict.ABOVE if found.value > 0 else Verdict.BELOW
        out.append(Stand(each.result, verdict, "", found.value, found.lower, found.upper))
    return tuple(out)


def by_value(found: Sequence[Stand]) -> tuple[Stand, ...]:
    """Highest first; those without a figure last and by name, so that their place says nothing about them."""
    return tuple(sorted(found, key=lambda s: (s.result.value is None, -(s.result.value or 0.0), s.result.academy_name)))


def repeats_unknown(kpi: Kpi, held: Sequence[Held]) -> str:
    """Why nothing can be tested where events are counted that the same pupil brings again, nobody knows how often; ""
    where that is known. Byar's limits alone would be too narrow, and differences called clear that are not."""
    some = [h.found for h in held if h.found is not None and h.found.numerator]
    repeating = isinstance(kpi.answer, Single) and kpi.answer.measure in REPEATS
    if repeating and some and all(found.phi == 1.0 for found in some):
        return "how many pupils lie behind the events is not known, and the same pupil can bring several"
    return ""


def rest(measure: Measure, whole: Figure, own: Figure) -> Figure | None:
    """The sum without one of its parts, with its own interval; None where the two do not leave one."""
    if whole.sides is not None:
        return _rest_of_gap(measure, whole, own)
    if None in (whole.numerator, whole.denominator, own.numerator, own.denominator):
        return None
    numerator = (whole.numerator or 0.0) - (own.numerator or 0.0)
    denominator = (whole.denominator or 0.0) - (own.denominator or 0.0)
    if denominator <= 1e-9:
        return None
    if measure.spread in (Spread.PEOPLE, Spread.OVER_PEOPLE, Spread.COUNTED):
        # A published percentage times its cohort leaves crumbs of a person behind.
        if numerator < -1e-6 * denominator:
            return None
        numerator = max(numerator, 0.0)
        if measure.spread is not Spread.COUNTED:
            numerator = min(numerator, denominator)
    sums = None
    if whole.sums is not None and own.sums is not None:
        sums = stats.RatioSums(*(a - b for a, b in zip(whole.sums, own.sums, strict=True)))
    try:
        limits = interval_of(measure, numerator, denominator, sums, _deviation(measure, whole), whole.phi)
    except stats.StatsError:
        return None
    return whole._replace(
        value=measure.factor * numerator / denominator,
        numerator=numerator,
        denominator=denominator,
        sums=sums,
        lower=limits.lower if limits is not None else None,
        upper=limits.upper if limits is not None else None,
        method=limits.method if limits is not None else "",
    )


def difference(measure: Measure, one: Figure, other: Figure) -> Difference | None:
    """The first figure less the second, of two that share nobody; None where chance cannot be told from difference."""
    if one.value is None or other.value is None or measure.spread is Spread.NONE:
        return None
    plain = one.sides is None
    if plain and measure.spread is Spread.PEOPLE and _counted(one) and _counted(other):
        n1, d1, n2, d2 = (x or 0.0 for x in (one.numerator, one.denominator, other.numerator, other.denominator))
        n1, n2 = min(n1, d1), min(n2, d2)
        return _tested(measure.factor * (n1 / d1 - n2 / d2), stats.newcombe(n1, d1, n2, d2).scaled(measure.factor))
    if plain and one.sums is not None and other.sums is not None:
        found = stats.difference_of_ratios_over_people(one.sums, other.sums)
        if found is None:
            return None
        value = one.sums.sum_n / one.sums.sum_d - other.sums.sum_n / other.sums.sum_d
        return _tested(measure.factor * value, found.scaled(measure.factor))
    limits = [_limits(each) for each in (one, other)]
    if limits[0] is None or limits[1] is None:
        return None
    return _tested(
        one.value - other.value, stats.difference_from_intervals(one.value, limits[0], other.value, limits[1])
    )


def _tried(kpi: Kpi, each: Held, reference: Reference | str) -> Difference | str:
    """The difference, or in a few words why there is none."""
    if each.found is None or each.result.value is None:
        return str(each.result.withheld.kind) if each.result.withheld is not None else "no figure"
    if isinstance(reference, str):
        return reference
    found = each.found
    measure = judging.measure_of(kpi, found)
    if measure.spread is Spread.NONE:
        return "counted in full, so that no interval belongs to it"
    if isinstance(reference, England):
        return _against_england(kpi, measure, each.result, found)
    against = reference.found
    if found.series != against.series:
        return "its figure comes from another series"
    if isinstance(kpi.answer, Gap) and found.outcome != against.outcome:
        return "its gap is on another outcome"
    if found.period != against.period:
        return "its figure covers another part of the year"
    if isinstance(reference, Other):
        if found.urn == against.urn:
            return "the others are held against it"
        return difference(measure, found, against) or "no interval can be given for it"
    if found.urn in reference.partly:
        return "it belongs to some of these years alone"
    if found.urn not in reference.inside:
        return difference(measure, found, against) or "no interval can be given for it"
    if reference.inside <= {found.urn}:
        return "there is no other academy in the figure"
    others = rest(measure, against, found)
    if others is None:
        return "the figure without it cannot be worked out"
    apart = difference(measure, found, others)
    if apart is None:
        return "no interval can be given for it"
    # Of a gap the rest may lie on the other side than the whole; then neither is said.
    whole = (found.value or 0.0) - (against.value or 0.0)
    return apart if whole * apart.value >= 0 else apart._replace(p=1.0)


def _against_england(kpi: Kpi, measure: Measure, result: Result, found: Figure) -> Difference | str:
    if result.benchmark is None or result.value is None:
        return "no national figure"
    limits = _limits(found)
    if limits is None:
        return "no interval can be given for it"
    apart = result.value - result.benchmark
    low, high = limits.lower - result.benchmark, limits.upper - result.benchmark
    share = result.benchmark / measure.factor
    if not isinstance(kpi.answer, Gap) and measure.spread is Spread.PEOPLE and _counted(found):
        n, d = found.numerator or 0.0, found.denominator or 1.0
        if 0.0 <= share <= 1.0:
            return Difference(apart, low, high, stats.score_test_p(min(n, d), d, share))
    return Difference(apart, low, high, stats.p_value_against(result.value, limits, result.benchmark))


def _rest_of_gap(outcome: Measure, whole: Figure, own: Figure) -> Figure | None:
    """The gap in the rest of the trust: each side without the academy's own pupils, or England's side as it is."""
    assert whole.sides is not None
    if own.sides is None:
        return None
    left = _rest_of_side(outcome, whole, own, 0)
    right = whole.sides[1] if whole.sides[1].numerator is None else _rest_of_side(outcome, whole, own, 1)
    if left is None or left.value is None or right is None or right.value is None:
        return None
    limits = _limits(left)
    if limits is None:
        return None
    exact = stats.Interval(right.value, right.value, "") if isinstance(right, Side) else _limits(right)
    if exact is None:
        return None
    sign = 1.0 if outcome.higher_is_better else -1.0
    gap = sign * (right.value - left.value)
    found = stats.difference_from_intervals(right.value, exact, left.value, limits).scaled(sign)
    # The whole's gap may have been turned round to be positive; what is left of it is read the same way.
    told = sign * ((whole.sides[1].value or 0.0) - (whole.sides[0].value or 0.0))
    if whole.value is not None and told * whole.value < 0:
        gap, found = -gap, found.scaled(-1)
    return whole._replace(value=gap, lower=found.lower, upper=found.upper, method=found.method)


def _rest_of_side(measure: Measure, whole: Figure, own: Figure, which: int) -> Figure | None:
    assert whole.sides is not None
    assert own.sides is not None
    one, other = whole.sides[which], own.sides[which]
    as_figures = [
        each._replace(
            value=side.value,
            numerator=side.numerator,
            denominator=side.denominator,
            lower=side.lower,
            upper=side.upper,
            sides=None,
            # The squares that a gap carries are those of its first side.
            sums=each.sums if which == 0 else None,
        )
        for each, side in ((whole, one), (own, other))
    ]
    return rest(measure, *as_figures)


def _deviation(measure: Measure, whole: Figure) -> float | None:
    """The national pupil deviation that the sum's own limits were drawn from."""
    if measure.spread is not Spread.KNOWN_DEVIATION or not whole.denominator:
        return None
    if whole.lower is None or whole.upper is None:
        return None
    return (whole.upper - whole.lower) / 2.0 * sqrt(whole.denominator) / stats.Z95


def _counted(found: Figure) -> bool:
    n, d = found.numerator, found.denominator
    return n is not None and d is not None and d > 0 and -1e-9 <= n <= d * (1 + 1e-9)


def _limits(found: Figure) -> stats.Interval | None:
    """A figure's limits, wide enough for a value that was published with more or fewer decimals than they were."""
    if found.value is None or found.lower is None or found.upper is None:
        return None
    return stats.Interval(min(found.lower, found.value), max(found.upper, found.value), found.method)


def _tested(value: float, limits: stats.Interval) -> Difference:
    limits = stats.Interval(min(limits.lower, value), max(limits.upper, value), limits.method)
    return Difference(value, limits.lower, limits.upper, stats.p_value_against(value, limits, 0.0))
