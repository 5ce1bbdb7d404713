"""England's figure to compare with: same phase, year, series and release, or none; never a near relative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings
from kpi_engine.model import NO_BREAKDOWN, Measure, NationalFigure, Phase
from kpi_engine.national import BY_CONSTRUCTION, COMPARABLE, PLAN, plan_figure

_PHASES = {"primary": "primary", "secondary": "secondary", "special": "special", "16-19": "16-19"}
_PRIMARY_YEARS = frozenset({"N1", "N2", "R", "1", "2", "3", "4", "5", "6"})


class Benchmark(NamedTuple):
    """England's value with the words for it; ``value`` None with ``why`` when there is none."""

    value: float | None
    label: str
    why: str = ""
    source_ids: tuple[str, ...] = ()
    note: str = ""
    people: float | None = None


def england(
    holdings: Holdings,
    measure: Measure,
    figure: Figure,
    breakdown: Mapping[str, str] = NO_BREAKDOWN,
) -> Benchmark:
    """England's figure for the same measure, series, year, window, breakdown and phase as ``figure``."""
    if measure.id in BY_CONSTRUCTION and set(breakdown) <= {"cohort"}:
        return Benchmark(BY_CONSTRUCTION[measure.id], "England by construction")
    if len(figure.contributions) != 1 or figure.contributions[0][1] == str(Phase.ALL_THROUGH):
        return _england(holdings, measure, figure, breakdown)
    # Academies of one phase share their answer: a scorecard asks for it once and not for each of a hundred.
    phase = figure.contributions[0][1]
    place = (measure.id, figure.year, figure.series, figure.period, figure.stage, phase, figure.source_ids)
    key = (place, tuple(sorted(breakdown.items())))
    kept: Benchmark | None = holdings.remembered.get(key)
    if kept is None:
        kept = _england(holdings, measure, figure, breakdown)
        holdings.remembered[key] = kept
    return kept


def _england(holdings: Holdings, measure: Measure, figure: Figure, breakdown: Mapping[str, str]) -> Benchmark:
    phases = _phases(holdings, measure, figure)
    if not phases:
        return Benchmark(
            None,
            "England",
            "How much of it falls to each phase is not known, so England's phases cannot be weighted.",
        )
    found: list[tuple[NationalFigure, float]] = []
    for phase, weight in phases.items():
        national = _row(holdings, measure, figure, phase, breakdown)
        if national is None or national.value is None:
            what = f" for {phase} schools" if phase != "all" else ""
            return Benchmark(
                None, "England", f"No national figure{what} is at hand for {figure.year} in the same series."
            )
        found.append((national, weight))
    planned = any(n.note == PLAN for n, _ in found)
    label = "the plan's figure of 2016" if planned else _label(measure, figure.series, tuple(phases))
    sources = tuple(sorted({n.source_id for n, _ in found if n.source_id}))
    note = "; ".join(sorted({n.source for n, _ in found if n.source}))
    if len(found) == 1:
        return Benchmark(found[0][0].value, label, "", sources, note, found[0][0].denominator)
    total = sum(weight for _, weight in found)
    value = sum((n.value or 0.0) * weight for n, weight in found) / total
    return Benchmark(value, label, "", sources, note)


def rows(
    holdings: Holdings, measure: Measure, figure: Figure, breakdown: Mapping[str, str] = NO_BREAKDOWN
) -> list[NationalFigure]:
    """The rows that ``england`` weighs into one: England's, one for each phase; none where it has no figure."""
    if measure.id in BY_CONSTRUCTION and set(breakdown) <= {"cohort"}:
        return []
    found = [_row(holdings, measure, figure, phase, breakdown) for phase in _phases(holdings, measure, figure)]
    known = [national for national in found if national is not None and national.value is not None]
    return known if len(known) == len(found) else []


def _row(
    holdings: Holdings, measure: Measure, figure: Figure, phase: str, breakdown: Mapping[str, str]
) -> NationalFigure | None:
    """England's row for a phase; the plan's own figure where there is none."""
    national = _best(holdings, measure, figure, phase, breakdown)
    if national is None and not breakdown:
        return plan_figure(measure.id, figure.series, phase)
    return national


def lookup(
    holdings: Holdings,
    measure: Measure,
    year: str,
    series: str,
    phase: str,
    breakdown: Mapping[str, str],
    period: str = "Year",
    source_ids: Sequence[str] = (),
    stage: str = "",
) -> NationalFigure | None:
    """England's row for exactly this question: of the same file, else same stage, else loaded, else supplied."""
    wanted = {series, COMPARABLE.get((measure.id, series), series)}
    best: NationalFigure | None = None
    best_rank = -1
    for national in holdings.national_at(measure.id, year, phase, period, breakdown):
        if national.series not in wanted:
            continue
        rank = (
            3
            if national.source_id and national.source_id in source_ids
            else 2
            if national.source_id and national.stage == stage
            else 1
            if national.source_id
            else 0
        )
        if rank > best_rank:
            best, best_rank = national, rank
    return best


def any_for(holdings: Holdings, measure: str, year: str, breakdown: Mapping[str, str]) -> bool:
    """Whether England has a figure of the measure for a year and breakdown, in any series and phase."""
    return any(
        n.academic_year == year and n.value is not None and dict(n.breakdown) == dict(breakdown)
        for n in holdings.national(measure)
    )


def _best(
    holdings: Holdings, measure: Measure, figure: Figure, phase: str, breakdown: Mapping[str, str]
) -> NationalFigure | None:
    return lookup(
        holdings,
        measure,
        figure.year,
        figure.series,
        phase,
        breakdown,
        figure.period,
        figure.source_ids,
        figure.stage,
    )


def _phases(holdings: Holdings, measure: Measure, figure: Figure) -> dict[str, float]:
    """England's phases with their weights: the measure's own phase, or the academies' by their denominators."""
    own = {phase for _, phase, _ in figure.contributions}
    if measure.national_phase is not None:
        special = own == {str(Phase.SPECIAL)}
        return {"special" if special else measure.national_phase: 1.0}
    weights: dict[str, float] = {}
    for urn, phase, denominator in figure.contributions:
        if phase == str(Phase.ALL_THROUGH):
            split = _split(holdings, measure, figure, urn)
            if split is None:
                return {}
            for part, weight in split.items():
                weights[part] = weights.get(part, 0.0) + weight
        elif phase in _PHASES:
            if denominator is None and len(figure.contributions) > 1:
                return {}
            weights[_PHASES[phase]] = weights.get(_PHASES[phase], 0.0) + (denominator or 1.0)
        else:
            return {}
    return {phase: weight for phase, weight in weights.items() if weight > 0}


def _split(holdings: Holdings, measure: Measure, figure: Figure, urn: str) -> dict[str, float] | None:
    """An all-through academy's denominators by England's phase, from its year groups; None if not known."""
    parts = {"primary": 0.0, "secondary": 0.0}
    facts = holdings.by_year_group(measure.id, figure.year, urn, figure.period, figure.series)
    for year_group, fact in facts.items():
        if fact.denominator is None:
            return None
        phase = "primary" if year_group in _PRIMARY_YEARS else "secondary"
        parts[phase] += fact.denominator
    return parts if sum(parts.values()) > 0 else None


def _label(measure: Measure, series: str, phases: tuple[str, ...]) -> str:
    if series == "aar":
        return f"{' and '.join(phases)} academies in the accounts return"
    if (measure.id, series) == ("staff_turnover", "return"):
        return "teachers in England who left their school"
    if len(phases) > 1:
        return "England, its phases weighted as here"
    if measure.national_phase is not None or phases == ("all",):
        return "England"
    return f"England's {phases[0]} schools"
