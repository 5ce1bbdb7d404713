"""KPIs whose answer is one measure: a proportion, a rate, a mean, a checklist; pooled over years where asked."""

from __future__ import annotations

from kpi_engine.engine import pooled
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import ByUrn, Holdings
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.engine.sums import academy_figure, trust_figure
from kpi_engine.kpi import Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Measure, Observation, Withheld, WithheldKind

_REASON = "reason"


def figure(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """The KPI's figure for a scope, or why there is none."""
    answer = kpi.answer
    assert isinstance(answer, Single)
    measure = MEASURES[kpi.measure_by(part.dimensions)]
    if kpi.trust_only and scope.academy is not None:
        return Withheld(WithheldKind.NOT_APPLICABLE, f"{kpi.title} is measured for the trust as a whole.")
    dimensions = {**answer.within, **part.dimensions} if answer.within else part.dimensions
    if kpi.pool_years > 1:
        return pooled.figure(holdings, kpi, measure, scope, year, dict(dimensions))
    found = of_measure(holdings, measure, scope, year, part._replace(dimensions=dimensions))
    if isinstance(found, Figure) and measure.id != answer.measure:
        return found._replace(outcome=measure.id)
    return found


def of_measure(holdings: Holdings, measure: Measure, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """A measure's figure for a scope, whichever KPI asks."""
    facts = _facts(holdings, measure, year, part)
    if scope.academy is not None:
        return academy_figure(holdings, measure, scope.academy, year, part.dimensions, part.period, facts)
    raw = _facts(holdings.whole, measure, year, part)
    return trust_figure(holdings, measure, scope.academies, year, part.dimensions, part.period, facts, raw)


def _facts(holdings: Holdings, measure: Measure, year: str, part: Slice) -> ByUrn:
    facts = holdings.facts(measure.id, year, part.dimensions, part.period)
    if _REASON in part.dimensions and _REASON in measure.partitions:
        return _of_reason(holdings, measure, year, part, facts)
    return facts


def _of_reason(holdings: Holdings, measure: Measure, year: str, part: Slice, facts: ByUrn) -> ByUrn:
    """Events of one reason over the headcount that stands on the row for all reasons.

    Rows of a reason may carry counts alone. A school that gives its reasons, and none of them is this one, had none of
    them; one without any reasons stays without a figure.
    """
    others = {name: value for name, value in part.dimensions.items() if name != _REASON}
    periods = (part.period,) if part.period is not None else ("Year", "YTD")
    listed = holdings.observations((measure.id,), year, by=(_REASON,), within=others, periods=periods)
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
