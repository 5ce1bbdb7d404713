"""Up to three years taken together where one year speaks of few people.

Such a sum is made of years that are each shown to the viewer, and of nothing else: whoever sees them could add them up
alone. Where any year of the span is hidden there is no sum, and the reason is given instead. It never crosses a break,
a change of series, or a year without a figure, and it is compared with no single year of England's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from kpi_engine import years
from kpi_engine.engine import judging, singles
from kpi_engine.engine.figure import Figure, interval_of, value_of
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.judgement import SMALL_COHORT
from kpi_engine.kpi import Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Measure, Spread, Unit, Withheld, WithheldKind
from kpi_engine.wording import counted, inside, series_words, shown, span

YEARS = 3
_KINDS = (Spread.PEOPLE, Spread.COUNTED)


@dataclass(frozen=True, slots=True)
class Together:
    """Years of one KPI as one figure, oldest first. ``value`` in ``unit``, with 95 % limits by ``method``.

    Where they cannot be taken together ``value`` is None and ``why`` says why, as a sentence.
    """

    kpi: str
    academy: str
    academic_year: str
    years: tuple[str, ...]
    parts: tuple[tuple[str, float, float], ...]
    """Each year with its numerator and denominator."""
    value: float | None
    unit: Unit
    decimals: int
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    method: str
    people: str
    sentence: str
    why: str = ""
    restricted: bool = False


def offered(kpi: Kpi, measure: Measure, figure: Figure | Withheld) -> bool:
    """Whether years are worth taking together: a share or count, over a whole year, of fewer than eleven people, or
    hidden since it speaks of too few."""
    if not isinstance(kpi.answer, Single) or kpi.pool_years > 1 or measure.spread not in _KINDS:
        return False
    if isinstance(figure, Withheld):
        return figure.kind in (WithheldKind.HIDDEN, WithheldKind.SUPPRESSED)
    return figure.period == "Year" and figure.people is not None and figure.people < SMALL_COHORT


def together(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Together | None:
    """Up to three years that end with ``year`` as one figure, or why there is none; None where it is not offered."""
    now = judging.figure(holdings, kpi, scope, year, part)
    measure = MEASURES[kpi.measure_by(part.dimensions)] if isinstance(kpi.answer, Single) else judging.measure_of(kpi)
    if part.period is not None or not offered(kpi, measure, now):
        return None
    if isinstance(now, Withheld):
        kind = "hidden" if now.kind is WithheldKind.HIDDEN else "suppressed by its publisher"
        return _none(kpi, measure, scope, year, f"{year} is {kind}, and years are taken together where each is shown.")
    taken, stopped = consecutive(holdings, kpi, scope, part, measure, now)
    if len(taken) < 2:
        return _none(kpi, measure, scope, year, stopped)
    return _added(kpi, measure, scope, year, taken)


def consecutive(
    holdings: Holdings, kpi: Kpi, scope: Scope, part: Slice, measure: Measure, now: Figure
) -> tuple[list[Figure], str]:
    """The years that may be taken together with a figure's own, newest first, and why there are not three."""
    taken = [now]
    while len(taken) < YEARS:
        newest = taken[-1].year
        broken = judging.break_at(measure, newest)
        if broken:
            return taken, f"Years before {newest} are not taken with it: {broken}."
        year = years.shift(newest, -1)
        before = singles.figure(holdings, kpi, scope, year, part)
        if isinstance(before, Withheld):
            return taken, f"There is no figure for {year} to take with it: {_said(before)}"
        if before.series != now.series:
            was, is_now = series_words(before.series), series_words(now.series)
            return taken, f"{year} rests on {was} and {now.year} on {is_now}, which are not added up."
        if before.period != "Year" or before.numerator is None or not before.denominator:
            return taken, f"{year} gives no numbers that could be added up."
        taken.append(before)
    return taken, ""


def _added(kpi: Kpi, measure: Measure, scope: Scope, year: str, taken: Sequence[Figure]) -> Together:
    parts = tuple((f.year, f.numerator or 0.0, f.denominator or 0.0) for f in reversed(taken))
    n, d = fsum(n for _, n, _ in parts), fsum(d for _, _, d in parts)
    value = value_of(measure, n, d)
    # A count's repeats are not known over several years, so that its limits would be too narrow with any.
    limits = interval_of(measure, n, d, None) if not _repeats(measure) else None
    text = ""
    if value is not None:
        text = f"{parts[0][0]} to {parts[-1][0]} taken together: {shown(value, measure.unit, measure.decimals)}"
        if limits is not None:
            text += f", {span(limits.lower, limits.upper, measure.unit, measure.decimals)} (95 % interval)"
        text += f", {counted(d, measure.people)}."
    return Together(
        kpi.id,
        scope.urn,
        year,
        tuple(year for year, _, _ in parts),
        parts,
        value,
        measure.unit,
        measure.decimals,
        n,
        d,
        limits.lower if limits is not None else None,
        limits.upper if limits is not None else None,
        limits.method if limits is not None else "",
        measure.people,
        text,
        restricted=any(f.by_right for f in taken),
    )


def _none(kpi: Kpi, measure: Measure, scope: Scope, year: str, why: str) -> Together:
    return Together(
        kpi.id,
        scope.urn,
        year,
        (),
        (),
        None,
        measure.unit,
        measure.decimals,
        None,
        None,
        None,
        None,
        "",
        measure.people,
        "",
        why,
    )


def _repeats(measure: Measure) -> bool:
    return measure.id == "suspensions"


def _said(withheld: Withheld) -> str:
    return inside(withheld.reason.rstrip(".")) + "."
