"""KPIs whose answer is one measure: a proportion, a rate, a mean, a checklist; pooled over years where asked."""

from __future__ import annotations

from collections import Counter

from kpi_engine import years
from kpi_engine.engine import withholding
from kpi_engine.engine.figure import Figure, added_up
from kpi_engine.engine.holdings import ByUrn, Holdings, applies, counts_for_trust
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.engine.sums import academy_figure, trust_figure
from kpi_engine.kpi import Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy, Measure, Observation, Withheld, WithheldKind

_REASON = "reason"
_FIRST_POOL = 2017
"""Pools are counted from 2017/18, the plan's first year, so that two of them never overlap."""


def figure(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """The KPI's figure for a scope, or why there is none."""
    answer = kpi.answer
    assert isinstance(answer, Single)
    measure = MEASURES[kpi.measure_by(part.dimensions)]
    if kpi.trust_only and scope.academy is not None:
        return Withheld(WithheldKind.NOT_APPLICABLE, f"{kpi.title} is measured for the trust as a whole.")
    dimensions = {**answer.within, **part.dimensions} if answer.within else part.dimensions
    if kpi.pool_years > 1:
        return _pooled(holdings, kpi, measure, scope, year, dict(dimensions))
    found = of_measure(holdings, measure, scope, year, part._replace(dimensions=dimensions))
    if isinstance(found, Figure) and measure.id != answer.measure:
        return found._replace(outcome=measure.id)
    return found


def of_measure(holdings: Holdings, measure: Measure, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """A measure's figure for a scope, whichever KPI asks."""
    facts = holdings.facts(measure.id, year, part.dimensions, part.period)
    if _REASON in part.dimensions and _REASON in measure.partitions:
        facts = _of_reason(holdings, measure, year, part, facts)
    if scope.academy is not None:
        return academy_figure(holdings, measure, scope.academy, year, part.dimensions, part.period, facts)
    return trust_figure(holdings, measure, scope.academies, year, part.dimensions, part.period, facts)


def _of_reason(holdings: Holdings, measure: Measure, year: str, part: Slice, facts: ByUrn) -> ByUrn:
    """Events of one reason over the headcount that stands on the row for all reasons.

    Rows of a reason may carry counts alone. A school that gives its reasons, and none of them is this one, had none of
    them; one without any reasons stays without a figure.
    """
    others = {name: value for name, value in part.dimensions.items() if name != _REASON}
    periods = (part.period,) if part.period is not None else ("Year", "YTD")
    listed = holdings.store.facts((measure.id,), years=(year,), by=(_REASON,), within=others, periods=periods)
    gives_reasons = {(fact.urn, fact.series, fact.period) for fact in listed}
    found: dict[str, dict[str, Observation]] = {}
    for urn, by_series in holdings.facts(measure.id, year, others, part.period).items():
        for series, whole in by_series.items():
            fact = facts.get(urn, {}).get(series)
            if fact is None and (whole.numerator == 0 or (urn, series, whole.period) in gives_reasons):
                fact = whole._replace(numerator=0.0, published_value=None, breakdown=part.dimensions)
            elif fact is not None and fact.denominator is None and fact.period == whole.period:
                fact = fact._replace(denominator=whole.denominator, people=whole.people)
            if fact is not None:
                found.setdefault(urn, {})[series] = fact
    return found


def pool_of(kpi: Kpi, year: str) -> tuple[str, ...]:
    """The years pooled with ``year``: fixed windows, so that no difference of two pools gives one year away."""
    start = years.start_of(year)
    first = _FIRST_POOL + (start - _FIRST_POOL) // kpi.pool_years * kpi.pool_years
    return tuple(years.label(first + i) for i in range(kpi.pool_years))


def _pooled(
    holdings: Holdings, kpi: Kpi, measure: Measure, scope: Scope, year: str, dimensions: dict[str, str]
) -> Figure | Withheld:
    window = pool_of(kpi, year)
    academies = (scope.academy,) if scope.academy is not None else scope.academies
    applicable = [a for a in academies if a is not None and applies(measure, a)]
    if scope.academy is None:
        applicable = [
            a for a in applicable if any(counts_for_trust(measure, a, holdings.membership(a, y)) for y in window)
        ]
    if not applicable:
        return withholding.why(holdings, measure, scope.academy, year)
    own = {a.urn: _facts_of(holdings, measure, a, window, dimensions, scope) for a in applicable}
    have = Counter(series for by_series in own.values() for series in by_series)
    series = max(measure.series, key=lambda s: (have[s], -measure.series.index(s)))
    facts = [(fact, a.phase) for a in applicable for fact in own[a.urn].get(series, ())]
    missing = tuple(a.name for a in applicable if series not in own[a.urn])
    if not facts:
        return withholding.why(holdings, measure, scope.academy, year)
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
