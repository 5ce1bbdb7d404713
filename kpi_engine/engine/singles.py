"""KPIs whose answer is one measure: a proportion, a rate, a mean, a checklist; pooled over years where asked."""

from __future__ import annotations

from kpi_engine.engine import pooled
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import ByUrn, Holdings
from kpi_engine.engine.lens import HIDDEN, NOT_YOURS
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
    found = facts(holdings, measure, year, part)
    if scope.academy is not None:
        return academy_figure(holdings, measure, scope.academy, year, part.dimensions, part.period, found)
    raw = facts(holdings.whole, measure, year, part, holdings)
    return trust_figure(holdings, measure, scope.academies, year, part.dimensions, part.period, found, raw)


def facts(holdings: Holdings, measure: Measure, year: str, part: Slice, told: Holdings | None = None) -> ByUrn:
    """The facts that a measure is answered from, as URN -> series -> fact.

    With what follows of them from the undivided ones, as far as ``told`` shows those (else ``holdings`` itself).
    """
    found = holdings.facts(measure.id, year, part.dimensions, part.period)
    if _REASON in part.dimensions and _REASON in measure.partitions:
        return _of_reason(holdings, told or holdings, measure, year, part, found)
    return found


def _of_reason(holdings: Holdings, told: Holdings, measure: Measure, year: str, part: Slice, held: ByUrn) -> ByUrn:
    """Events of one reason over the headcount that stands on the row for all reasons.

    Rows of a reason may carry counts alone. A school that gives its reasons, and none of them is this one, had none of
    them; one without any reasons stays without a figure. Where the number of events is hidden, so is it whether there
    were any: each reason that is not shown is hidden too.
    """
    others = {name: value for name, value in part.dimensions.items() if name != _REASON}
    periods = (part.period,) if part.period is not None else ("Year", "YTD")
    listed = holdings.observations((measure.id,), year, by=(_REASON,), within=others, periods=periods)
    gives_reasons = {(fact.urn, fact.series, fact.period) for fact in listed}
    found: dict[str, dict[str, Observation]] = {}
    known = told.facts(measure.id, year, others, part.period)
    for urn, by_series in holdings.facts(measure.id, year, others, part.period).items():
        for series, whole in by_series.items():
            fact = held.get(urn, {}).get(series)
            listed_here = (urn, series, whole.period) in gives_reasons
            if fact is None and whole.code in (HIDDEN, NOT_YOURS):
                fact = whole._replace(breakdown=part.dimensions)
            elif fact is None and (known[urn][series].numerator == 0 or listed_here):
                fact = whole._replace(numerator=0.0, published_value=None, breakdown=part.dimensions)
            elif fact is not None and fact.denominator is None and fact.period == whole.period:
                fact = fact._replace(denominator=whole.denominator, people=whole.people)
            if fact is not None:
                found.setdefault(urn, {})[series] = fact
    return found
