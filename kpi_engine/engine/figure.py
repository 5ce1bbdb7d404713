"""A figure before it is judged: one academy's, or several added up, with the interval that its kind allows."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, isfinite
from typing import NamedTuple

from kpi_engine import stats
from kpi_engine.answers import Side
from kpi_engine.engine.lens import by_right
from kpi_engine.model import Measure, Observation, Phase, Spread

PUBLISHED_LIMITS = "published 95 % limits"


class Figure(NamedTuple):
    """One figure in display units with what it rests on.

    ``contributions`` are (URN, phase, denominator) of each academy in a sum, for weighting a benchmark; ``outcome``
    is the measure that a gap is about. ``have``, ``of``
    and ``missing`` are the coverage; ``apart`` are those of the missing that have a figure in another series.
    ``code`` stands in place of a value.
    """

    urn: str
    year: str
    period: str
    series: str
    stage: str
    value: float | None
    numerator: float | None
    denominator: float | None
    people: float | None
    lower: float | None
    upper: float | None
    method: str
    sums: stats.RatioSums | None
    code: str | None
    detail: str | None
    source_ids: tuple[str, ...]
    have: int = 1
    of: int = 1
    missing: tuple[str, ...] = ()
    contributions: tuple[tuple[str, str, float | None], ...] = ()
    sides: tuple[Side, ...] | None = None
    outcome: str = ""
    notes: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    by_right: bool = False
    """Whether it is shown only by a headteacher's right to the small numbers of the own academy."""
    phi: float = 1.0
    """How many times wider repeat events make the variance of a count."""


def value_of(measure: Measure, numerator: float | None, denominator: float | None) -> float | None:
    """n / d in display units; n alone for amounts without a denominator; None where nothing can be said."""
    if numerator is None:
        return None
    if denominator is None:
        return numerator if not measure.denominator else None
    return measure.factor * numerator / denominator if denominator else None


def interval_of(
    measure: Measure,
    numerator: float | None,
    denominator: float | None,
    sums: stats.RatioSums | None,
    deviation: float | None = None,
    phi: float = 1.0,
) -> stats.Interval | None:
    """The 95 % interval in display units that the measure's kind of chance allows, or None where none can be given.

    ``deviation`` is the national pupil deviation of a progress score, ``phi`` the widening by repeat events.
    """
    if numerator is None or not denominator or denominator < 0:
        return None
    match measure.spread:
        case Spread.PEOPLE:
            if not -1e-9 <= numerator <= denominator * (1 + 1e-9):
                return None
            return stats.wilson(min(max(numerator, 0.0), denominator), denominator).scaled(measure.factor)
        case Spread.OVER_PEOPLE:
            if sums is None:
                return None
            found = stats.ratio_over_people(*sums, within=(0.0, 1.0))
            return found.scaled(measure.factor) if found is not None else None
        case Spread.WITH_SQUARES:
            return stats.ratio_over_people(*sums) if sums is not None else None
        case Spread.COUNTED:
            return stats.byar_rate(numerator, denominator, measure.factor, phi) if numerator >= 0 else None
        case Spread.KNOWN_DEVIATION:
            if deviation is None:
                return None
            return stats.mean_with_known_deviation(numerator / denominator, denominator, deviation)
        case Spread.NONE:
            return None


def sums_of(fact: Observation) -> stats.RatioSums | None:
    """The three sums over people, when the fact carries them all."""
    if (
        fact.numerator is None
        or fact.denominator is None
        or fact.sum_nn is None
        or fact.sum_nd is None
        or fact.sum_dd is None
    ):
        return None
    people = fact.people if fact.people is not None else fact.denominator
    return stats.RatioSums(fact.numerator, fact.denominator, people, fact.sum_nn, fact.sum_nd, fact.sum_dd)


def of_academy(
    measure: Measure,
    fact: Observation,
    deviation: float | None = None,
    phase: Phase | None = None,
    phi: float = 1.0,
) -> Figure:
    """An academy's own figure: exactly as published where it was, else n / d."""
    value = fact.published_value
    if value is None:
        value = value_of(measure, fact.numerator, fact.denominator)
    if value is not None and not isfinite(value):
        value = None
    sums = sums_of(fact) if measure.spread in (Spread.OVER_PEOPLE, Spread.WITH_SQUARES) else None
    lower, upper, method = fact.lower, fact.upper, PUBLISHED_LIMITS
    if value is None:
        lower = upper = None
    elif lower is None or upper is None:
        found = interval_of(measure, fact.numerator, fact.denominator, sums, deviation, phi)
        lower, upper, method = found if found is not None else (None, None, "")
    people = fact.people
    if people is None and measure.people != "pounds":
        people = fact.denominator
    return Figure(
        fact.urn,
        fact.academic_year,
        fact.period,
        fact.series,
        fact.stage,
        value,
        fact.numerator if value is not None else None,
        fact.denominator if value is not None else None,
        people if value is not None else None,
        lower,
        upper,
        method if lower is not None else "",
        sums,
        fact.code if value is None else None,
        fact.detail,
        (fact.source_id,) if fact.source_id else (),
        contributions=((fact.urn, str(phase) if phase is not None else "", fact.denominator),),
        by_right=by_right(fact),
        phi=phi,
    )


def added_up(
    measure: Measure,
    facts: Sequence[tuple[Observation, Phase]],
    missing: Sequence[str],
    urn: str,
    deviation: float | None = None,
    phi: float = 1.0,
) -> Figure:
    """Several academies' facts as one figure: sum of n over sum of d, never a mean of percentages.

    ``facts`` must be of one series and year and carry numerators. ``missing`` names the academies that count but
    have no figure. Sums are exactly rounded, so the order of academies cannot change a digit.
    """
    first = facts[0][0]
    numerator = fsum(f.numerator for f, _ in facts if f.numerator is not None)
    has_denominator = all(f.denominator is not None for f, _ in facts)
    denominator = fsum(f.denominator for f, _ in facts if f.denominator is not None) if has_denominator else None
    people_known = all(f.people is not None for f, _ in facts)
    people = fsum(f.people for f, _ in facts if f.people is not None) if people_known else None
    if people is None and measure.people != "pounds":
        people = denominator
    sums = None
    if measure.spread in (Spread.OVER_PEOPLE, Spread.WITH_SQUARES):
        own = [sums_of(f) for f, _ in facts]
        known = [s for s in own if s is not None]
        if len(known) == len(own):
            sums = stats.RatioSums(*(fsum(column) for column in zip(*known, strict=True)))
    value = value_of(measure, numerator, denominator)
    found = interval_of(measure, numerator, denominator, sums, deviation, phi) if value is not None else None
    lower, upper, method = found if found is not None else (None, None, "")
    stages = {f.stage for f, _ in facts}
    stage = next((s for s in ("provisional", "revised", "final") if s in stages), first.stage)
    periods = {f.period for f, _ in facts}
    return Figure(
        urn,
        first.academic_year,
        "YTD" if "YTD" in periods else first.period,
        first.series,
        stage,
        value,
        numerator,
        denominator,
        people,
        lower,
        upper,
        method,
        sums,
        None,
        first.detail if len({f.detail for f, _ in facts}) == 1 else None,
        tuple(sorted({f.source_id for f, _ in facts if f.source_id})),
        len(facts),
        len(facts) + len(missing),
        tuple(missing),
        tuple((f.urn, str(phase), f.denominator) for f, phase in facts),
        phi=phi,
    )
