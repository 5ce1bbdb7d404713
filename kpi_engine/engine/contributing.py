"""Which facts an answer is made of: those that went into it, or where there is no number those that say why.

They are found where the answer itself finds them, as the viewer sees them: a fact that may not be seen has no numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kpi_engine.engine import gaps, notes, pooled, singles, stages
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import ByUrn, Holdings, applies, counts_for_trust
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.engine.sums import pick_series
from kpi_engine.kpi import Gap, Kpi, Single, Stages
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Measure, Observation


class Used(NamedTuple):
    """A fact that an answer rests on, and of which part of it: "" for the figure itself."""

    part: str
    fact: Observation


def facts(
    holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice, figure: Figure | None
) -> tuple[Used, ...]:
    """The facts behind a KPI's answer, in the order in which they are told; ``figure`` None where it has no number."""
    match kpi.answer:
        case Single() if kpi.pool_years > 1:
            return tuple(_pooled(holdings, kpi, scope, year, part))
        case Single():
            return tuple(_single(holdings, kpi, scope, year, part, figure))
        case Gap():
            return tuple(_gap(holdings, kpi, scope, year, part, figure))
        case Stages():
            return tuple(_stages(holdings, kpi, scope, year, part))


def _single(
    holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice, figure: Figure | None
) -> Iterable[Used]:
    answer = kpi.answer
    assert isinstance(answer, Single)
    measure = MEASURES[kpi.measure_by(part.dimensions)]
    asked = part._replace(dimensions={**answer.within, **part.dimensions})
    yield from _of_measure(holdings, measure, scope, year, singles.facts(holdings, measure, year, asked), figure, "")
    if figure is None:
        return
    for id, other in notes.beside(holdings, kpi, scope, figure, part).items():
        found = singles.facts(holdings, MEASURES[id], figure.year, part)
        yield from _of_measure(holdings, MEASURES[id], scope, year, found, other, MEASURES[id].title)


def _of_measure(
    holdings: Holdings,
    measure: Measure,
    scope: Scope,
    year: str,
    found: ByUrn,
    figure: Figure | None,
    part: str,
) -> Iterable[Used]:
    """The facts of a measure's figure: of the academies in it, in its series; without a figure, of all asked about."""
    if figure is not None:
        for urn in _by_name(holdings, [urn for urn, _, _ in figure.contributions]):
            fact = found.get(urn, {}).get(figure.series)
            if fact is not None:
                yield Used(part, fact)
        return
    academies = (scope.academy,) if scope.academy is not None else scope.academies
    urns = [
        a.urn
        for a in academies
        if a is not None
        and applies(measure, a)
        and (scope.academy is not None or counts_for_trust(measure, a, holdings.membership(a, year)))
    ]
    for urn in [*_by_name(holdings, urns), *([TRUST] if scope.academy is None else [])]:
        fact = pick_series(holdings.series_of(measure, year), found.get(urn, {}))
        if fact is not None:
            yield Used(part, fact)


def _pooled(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Iterable[Used]:
    answer = kpi.answer
    assert isinstance(answer, Single)
    measure = MEASURES[kpi.measure_by(part.dimensions)]
    for fact in pooled.facts(holdings, kpi, measure, scope, year, {**answer.within, **part.dimensions}):
        seen = holdings.sight.seen(fact) if holdings.sight is not None else fact
        yield Used("", seen)


def _gap(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice, figure: Figure | None) -> Iterable[Used]:
    outcomes = [figure.outcome] if figure is not None else [part.outcome] if part.outcome else gaps.deciding(kpi, scope)
    for outcome in outcomes:
        for name, breakdown in gaps.sides(kpi, part):
            found = holdings.facts(outcome, year, breakdown, part.period)
            yield from _of_measure(holdings, MEASURES[outcome], scope, year, found, figure, name)


def _stages(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Iterable[Used]:
    answer = kpi.answer
    assert isinstance(answer, Stages)
    asked = [(name, ids) for name, ids in answer.stages if part.key_stage in (None, name)]
    counted = stages.counted(holdings, scope, year, MEASURES[asked[0][1][0]]) if asked else []
    for name, ids in asked:
        for id in ids:
            measure = MEASURES[id]
            title = f"{name}: {measure.title}" if len(ids) > 1 else name
            found = holdings.facts(id, year, part.dimensions)
            for academy in counted:
                fact = pick_series(holdings.series_of(measure, year), found.get(academy.urn, {}))
                if fact is not None and applies(measure, academy):
                    yield Used(title, fact)


def _by_name(holdings: Holdings, urns: Iterable[str]) -> list[str]:
    named = {urn: "" if urn == TRUST else holdings.academy(urn).name for urn in urns}
    return sorted(named, key=lambda urn: named[urn])
