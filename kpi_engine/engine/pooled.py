"""Figures of several years taken together, for what a single year would nearly always say of too few people.

The spans never overlap. While a span is not complete its sum would grow by a year at a time, and the difference of two
loads would give that year away: it is shown before only where every year of it may be seen by itself.
"""

from __future__ import annotations

from collections import Counter

from kpi_engine.disclosure.relations import POOL
from kpi_engine.engine import together, withholding
from kpi_engine.engine.figure import Figure, added_up
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.lens import NOT_YOURS
from kpi_engine.engine.scope import Scope
from kpi_engine.kpi import Kpi
from kpi_engine.measures import POOLS, Pool
from kpi_engine.model import TRUST, Academy, Measure, Observation, Phase, Withheld
from kpi_engine.roster import applies, counts_for_trust


def pool_of(kpi: Kpi) -> Pool:
    """The spans of years of a KPI that pools them."""
    return next(pool for pool in POOLS if pool.measure in kpi.measures)


def figure(
    holdings: Holdings, kpi: Kpi, measure: Measure, scope: Scope, year: str, dimensions: dict[str, str]
) -> Figure | Withheld:
    """The figure of the span that the year is in, or why there is none."""
    window = pool_of(kpi).window(year)
    applicable, series, facts = _pool(holdings, measure, scope, window, dimensions)
    if not facts:
        return withholding.why(holdings, measure, scope.academy, year)
    complete = all(series in held for y in window for held in _held(holdings, measure, y, dimensions))
    kept = _seen(holdings, measure, series, scope, window, year, [f for f, _ in facts], complete, dimensions)
    if isinstance(kept, Withheld):
        return kept
    facts = [(fact, phase) for fact, phase in facts if fact in kept]
    with_figure = {fact.urn for fact, _ in facts}
    missing = tuple(a.name for a in applicable if a.urn not in with_figure)
    used = sorted({fact.academic_year for fact, _ in facts})
    summed = added_up(measure, facts, (), scope.urn)
    return summed._replace(
        year=year,
        have=len(applicable) - len(missing),
        of=len(applicable),
        missing=missing,
        notes=(f"Leavers of {used[0]} to {used[-1]} taken together.",)
        if len(used) > 1
        else (f"So far the leavers of {used[0]}; up to {kpi.pool_years} years are taken together.",),
        contributions=(),
    )


def facts(
    holdings: Holdings, kpi: Kpi, measure: Measure, scope: Scope, year: str, dimensions: dict[str, str]
) -> list[Observation]:
    """The facts of the span that the year is in, as the version has them: not yet looked at through anybody's sight."""
    _, _, found = _pool(holdings, measure, scope, pool_of(kpi).window(year), dimensions)
    return [fact for fact, _ in found]


def _pool(
    holdings: Holdings, measure: Measure, scope: Scope, window: tuple[str, ...], dimensions: dict[str, str]
) -> tuple[list[Academy], str, list[tuple[Observation, Phase]]]:
    """The academies of a span, the series that most of their facts are in, and those facts with their phases."""
    academies = (scope.academy,) if scope.academy is not None else scope.academies
    applicable = [a for a in academies if a is not None and applies(measure, a)]
    if scope.academy is None:
        applicable = [
            a for a in applicable if any(counts_for_trust(measure, a, holdings.membership(a, y)) for y in window)
        ]
    own = {a.urn: _facts_of(holdings.whole, measure, a, window, dimensions, scope) for a in applicable}
    have = Counter(series for by_series in own.values() for series in by_series)
    series = max(measure.series, key=lambda s: (have[s], -measure.series.index(s)))
    return applicable, series, [(fact, a.phase) for a in applicable for fact in own[a.urn].get(series, ())]


def _seen(
    holdings: Holdings,
    measure: Measure,
    series: str,
    scope: Scope,
    window: tuple[str, ...],
    year: str,
    facts: list[Observation],
    complete: bool,
    dimensions: dict[str, str],
) -> list[Observation] | Withheld:
    """The facts that may go into the sum; or why it is not shown."""
    sight = holdings.sight
    if sight is None:
        return facts
    decided = (
        holdings.decided
        and complete
        and any(pool.measure == measure.id and pool.within == dimensions for pool in POOLS)
    )
    refusals = {sight.refuses(fact) for fact in facts}
    if refusals == {""}:
        return facts
    if scope.academy is not None:
        if NOT_YOURS in refusals:
            return withholding.why(holdings, measure, scope.academy, year, NOT_YOURS)
        guard = holdings.guard_of(measure.id, series, window[0], scope.urn, POOL, dimensions)
        if decided and guard <= sight.shown:
            return facts
        return withholding.hidden(scope.name, year)
    everyone = {a.urn for a in holdings.academies.values() if applies(measure, a)}
    if not everyone <= {a.urn for a in scope.academies} or not holdings.decided:
        shown = [fact for fact in facts if not sight.refuses(fact)]
        return shown or withholding.hidden(scope.name, year)
    if not decided or holdings.guard_of(measure.id, series, window[0], TRUST, POOL, dimensions) > sight.shown:
        return withholding.hidden(scope.name, year)
    if sight.own is not None:
        refused = together.refused_to_head(measure, sight.own, facts, year)
        if refused is not None:
            return refused
    return facts


def _held(holdings: Holdings, measure: Measure, year: str, dimensions: dict[str, str]) -> list[set[str]]:
    """The series in which any academy has a figure in the year; one empty set when none has."""
    found = holdings.whole.facts(measure.id, year, dimensions)
    return [{s for by_series in found.values() for s, fact in by_series.items() if fact.numerator is not None}]


def _facts_of(
    holdings: Holdings,
    measure: Measure,
    academy: Academy,
    window: tuple[str, ...],
    dimensions: dict[str, str],
    scope: Scope,
) -> dict[str, list[Observation]]:
    """An academy's facts of the years that count, by series, so that a pool never mixes two."""
    found: dict[str, list[Observation]] = {}
    for year in window:
        if scope.academy is None and not counts_for_trust(measure, academy, holdings.membership(academy, year)):
            continue
        for series, fact in holdings.facts(measure.id, year, dimensions).get(academy.urn, {}).items():
            if series in measure.series and fact.numerator is not None and fact.denominator:
                found.setdefault(series, []).append(fact)
    return found
