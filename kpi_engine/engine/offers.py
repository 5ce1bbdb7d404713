"""What can be asked: the years and the breakdown values for which figures are loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpi_engine.engine import benchmarks
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.scope import COMPARATOR, COMPARATORS, KEY_STAGE, OUTCOME, PERIOD_KINDS, Scope, slice_of
from kpi_engine.kpi import Gap, Kpi, Single, Stages
from kpi_engine.model import DIMENSIONS, NO_BREAKDOWN, TRUST

_PERIOD_FORMS = {
    "term": re.compile(r"Autumn|Spring|Summer"),
    "month": re.compile(r"\d{4}-\d\d"),
    "week": re.compile(r"\d{4}-W\d\d"),
}
_TERMS = ("Autumn", "Spring", "Summer")


def years_of(holdings: Holdings, kpi: Kpi) -> list[str]:
    """The academic years for which the KPI has a figure that its answer can be given from, oldest first."""
    holdings.warm(kpi.measures)
    match kpi.answer:
        case Single(measure, _, within):
            return holdings.years_with(measure, within)
        case Gap(dimension=dimension, group=group, primary=primary, secondary=secondary):
            national = kpi.answer.national_comparator
            other = {dimension: kpi.answer.comparator}
            return sorted(
                {
                    year
                    for m in (primary, secondary)
                    for year in holdings.years_with(m, {dimension: group})
                    if not national or benchmarks.any_for(holdings, m, year, other)
                }
            )
        case Stages():
            return sorted(
                {
                    year
                    for m in kpi.measures
                    for year in holdings.years_of(m)
                    if benchmarks.any_for(holdings, m, year, NO_BREAKDOWN)
                }
            )


def values(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, by: str, within: Mapping[str, str]) -> list[str]:
    """The values of a dimension that figures are loaded for, in the order in which readers expect them."""
    answer = kpi.answer
    if by == KEY_STAGE and isinstance(answer, Stages):
        return [name for name, _ in answer.stages]
    if by == COMPARATOR:
        return list(COMPARATORS)
    if by == OUTCOME and isinstance(answer, Gap):
        urns = [a.urn for a in scope.academies]
        return [
            m
            for m in answer.outcomes
            if any(urn in urns for urn in holdings.facts(m, year, {answer.dimension: answer.group}))
        ]
    if isinstance(answer, Gap) and by == answer.dimension:
        return [answer.group, *(value for value, _ in answer.further_groups)]
    measures = _measures_asked(kpi, {**within, by: ""})
    part = slice_of(kpi, within)
    fixed = dict(part.dimensions)
    if isinstance(answer, Single):
        fixed |= dict(answer.within)
    if isinstance(answer, Gap):
        fixed |= {answer.dimension: answer.group}
    urns = [a.urn for a in scope.academies] + ([TRUST] if scope.academy is None else [])
    if by in PERIOD_KINDS:
        form = _PERIOD_FORMS[by]
        facts = holdings.observations(measures, year, urns=urns, within=fixed)
        return sorted({f.period for f in facts if form.fullmatch(f.period)}, key=_in_order)
    if by not in DIMENSIONS:
        return []
    periods = (part.period,) if part.period else ("Year", "YTD")
    facts = holdings.observations(measures, year, urns=urns, by=(by,), within=fixed, periods=periods)
    return sorted({f.breakdown[by] for f in facts}, key=_in_order)


def _measures_asked(kpi: Kpi, within: Mapping[str, str]) -> tuple[str, ...]:
    match kpi.answer:
        case Single():
            return (kpi.measure_by(within),)
        case Gap(primary=primary, secondary=secondary):
            return (within[OUTCOME],) if within.get(OUTCOME) else (primary, secondary)
        case Stages():
            return kpi.measures


def _in_order(value: str) -> tuple[int, int, str]:
    """Reception before year 1, numbers as numbers, terms in the year's order, the rest by alphabet."""
    if value in _TERMS:
        return (0, _TERMS.index(value), "")
    if value in ("N1", "N2", "R"):
        return (0, {"N1": -3, "N2": -2, "R": -1}[value], "")
    if value.isdigit():
        return (0, int(value), "")
    return (1, 0, value)
