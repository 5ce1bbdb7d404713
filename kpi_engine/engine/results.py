"""Putting a whole answer together: figure, four judgements, sentence, distance, sides, notes and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpi_engine import judgement, narrative, years
from kpi_engine.answers import (
    BenchmarkStatus,
    CertaintyStatus,
    DirectionStatus,
    Distance,
    Judgement,
    Result,
    Status,
    TargetStatus,
)
from kpi_engine.engine import gaps, judging, singles
from kpi_engine.engine.benchmarks import Benchmark
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import CENTRAL, Holdings
from kpi_engine.engine.judging import Before
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.judgement import progress8_band
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Coverage, Measure, Membership, Source, Withheld
from kpi_engine.national import context
from kpi_engine.targets import AtLeast, AtMost, BetterThanBenchmark, EachPhase, EveryAcademy, NeetBelow
from kpi_engine.targets.book import Standing
from kpi_engine.wording import shown

NOT_JUDGED = Judgement(TargetStatus.NONE, "There is no figure to judge.")
_NO_BENCHMARK = Judgement(BenchmarkStatus.NONE, "There is no figure to compare.")
_NO_DIRECTION = Judgement(DirectionStatus.NONE, "There is no figure to compare.")
_NO_CERTAINTY = Judgement(CertaintyStatus.NONE, "There is no figure.")
_RANK: Mapping[Status, int] = {TargetStatus.MISSED: 0, TargetStatus.NEAR: 1, TargetStatus.MET: 2, TargetStatus.NONE: 3}


def withheld(
    holdings: Holdings, kpi: Kpi, scope: Scope, year: str, breakdown: Mapping[str, str], why: Withheld
) -> Result:
    """The result where there is no number: the special answer everywhere, never a blank."""
    measure = judging.measure_of(kpi)
    unit, decimals = judging.unit_of(kpi, measure)
    applicable = 0 if scope.academy is not None else len(scope.academies)
    return Result(
        kpi.id,
        scope.urn,
        scope.name,
        year,
        None,
        unit,
        decimals,
        None,
        None,
        None,
        None,
        None,
        "",
        None,
        "England",
        NOT_JUDGED,
        _NO_BENCHMARK,
        _NO_DIRECTION,
        _NO_CERTAINTY,
        why,
        Coverage(0, applicable or 1, () if scope.academy is None else (scope.name,)),
        narrative.withheld_sentence(kpi, scope.name, why, year),
        breakdown=breakdown,
        membership=_membership(holdings, scope, year, "Year"),
    )


def full(
    holdings: Holdings,
    kpi: Kpi,
    scope: Scope,
    breakdown: Mapping[str, str],
    part: Slice,
    found: Figure,
    standing: Standing,
    parts: tuple[tuple[str, Judgement], ...],
) -> Result:
    """The whole answer for a figure."""
    assert found.value is not None
    measure = judging.measure_of(kpi, found)
    unit, decimals = judging.unit_of(kpi, measure)
    england = judging.benchmark_of(holdings, kpi, found, part)
    earlier = judging.before(holdings, kpi, scope, found, part)
    judged = target(holdings, kpi, scope, part, found, standing, parts, england, earlier)
    shown_as = measure if not isinstance(kpi.answer, Gap) else _in_points(kpi, found)
    versus = judgement.versus_benchmark(
        found.value, found.lower, found.upper, england.value, england.label, shown_as, england.why
    )
    sides = judging.sides_with_moves(found, earlier.figure)
    membership = _membership(holdings, scope, found.year, found.period)
    notes = _notes(kpi, found, earlier, standing, decimals)
    return Result(
        kpi.id,
        scope.urn,
        scope.name,
        found.year,
        found.value,
        unit,
        decimals,
        found.numerator,
        found.denominator,
        found.people,
        found.lower,
        found.upper,
        found.method,
        england.value,
        england.label,
        judged,
        versus,
        judging.direction(kpi, found, earlier),
        judgement.certainty(measure, found.people),
        None,
        Coverage(found.have, found.of, found.missing),
        narrative.sentence(
            kpi,
            scope.name,
            scope.urn,
            found.year,
            found.value,
            unit,
            decimals,
            found.numerator,
            found.denominator,
            england.value,
            england.label,
            versus,
            sides,
            breakdown,
            found.period,
            membership,
            found.detail,
            found.outcome,
        ),
        breakdown=breakdown,
        period=found.period,
        series=found.series,
        stage=found.stage,
        sides=sides,
        distance=_distance(kpi, found, standing, england),
        membership=membership,
        detail=found.detail,
        notes=notes,
        source=_sources(holdings, found.source_ids + england.source_ids),
        target_value=standing.rule.line,
        outcome=found.outcome if isinstance(kpi.answer, Gap) else "",
        benchmark_source=england.note,
    )


def target(
    holdings: Holdings,
    kpi: Kpi,
    scope: Scope,
    part: Slice,
    found: Figure,
    standing: Standing,
    parts: tuple[tuple[str, Judgement], ...],
    england: Benchmark | None = None,
    earlier: Before | None = None,
) -> Judgement:
    """The target's judgement; for a gap that two outcomes decide, the worse of the two, naming both."""
    if england is None:
        england = judging.benchmark_of(holdings, kpi, found, part)
    if earlier is None and judging.needs_before(kpi):
        earlier = judging.before(holdings, kpi, scope, found, part)
    case = judging.case_of(kpi, found, standing, england, earlier, _beside(holdings, kpi, scope, found, part), parts)
    own = judging.target(kpi, found, standing, case)
    if not isinstance(kpi.answer, Gap) or part.outcome is not None:
        return own
    others = [m for m in gaps.deciding(kpi, scope) if m != found.outcome]
    judged = [(MEASURES[found.outcome].title, own)]
    for outcome in others:
        asked = part._replace(outcome=outcome)
        other = judging.figure(holdings, kpi, scope, found.year, asked)
        if isinstance(other, Figure):
            judged.append((MEASURES[outcome].title, target(holdings, kpi, scope, asked, other, standing, parts)))
    if len(judged) == 1:
        return own
    worst = min((j.status for _, j in judged), key=lambda status: _RANK.get(status, 3))
    return Judgement(worst, "{}", _Joined(judged))


class _Joined:
    """Several reasons in one sentence, joined only when read."""

    __slots__ = ("judged",)

    def __init__(self, judged: list[tuple[str, Judgement]]) -> None:
        self.judged = judged

    def __format__(self, spec: str) -> str:
        return " ".join(f"{title}: {found.status}, {found.reason}" for title, found in self.judged)


def _beside(holdings: Holdings, kpi: Kpi, scope: Scope, found: Figure, part: Slice) -> dict[str, float]:
    """The values of the measures that stand beside the KPI's own, by id; counts as ``id.have`` and ``id.of``.

    ``id.overdue`` is there for one that rests on an audit which is too old.
    """
    values: dict[str, float] = {}
    if not isinstance(kpi.answer, Single):
        return values
    for id in kpi.answer.beside:
        other = singles.of_measure(holdings, MEASURES[id], scope, found.year, part)
        if isinstance(other, Figure) and other.value is not None:
            values[id] = other.value
            if other.numerator is not None and other.denominator is not None:
                values[f"{id}.have"] = other.numerator
                values[f"{id}.of"] = other.denominator
            if other.detail and other.detail.lower().startswith("overdue"):
                values[f"{id}.overdue"] = 1.0
    return values


def _distance(kpi: Kpi, found: Figure, standing: Standing, england: Benchmark) -> Distance | None:
    if not isinstance(kpi.answer, Single) or found.value is None:
        return None
    rule = standing.rule.rule if isinstance(standing.rule, (EveryAcademy, EachPhase)) else standing.rule
    measure = MEASURES[kpi.answer.measure]
    line: float | None
    match rule:
        case AtLeast(value, strictly) | AtMost(value, strictly):
            line, strict = value, strictly
        case NeetBelow(limit):
            line, strict = limit, True
        case BetterThanBenchmark():
            line, strict = england.value, True
        case _:
            return None
    return narrative.distance(
        found.numerator,
        found.denominator,
        line,
        measure.spread,
        measure.people,
        judging.higher_is_better(kpi),
        strict,
    )


def _notes(kpi: Kpi, found: Figure, earlier: Before, standing: Standing, decimals: int) -> tuple[str, ...]:
    notes = list(found.notes)
    if found.missing:
        notes.append(f"Left out for want of a figure: {', '.join(found.missing)}.")
    if found.stage == "provisional":
        notes.append("Provisional figures; they may still be revised.")
    if found.period == "YTD":
        notes.append(f"{found.year} is not over: the figure covers the year so far.")
    if found.sides is not None and earlier.figure is not None and earlier.figure.sides is not None:
        narrowed = (found.value or 0.0) < (earlier.figure.value or 0.0)
        said = narrative.moved(found.sides, earlier.figure.sides, narrowed, decimals)
        if said:
            notes.append(said)
    if standing.source != "the plan":
        notes.append(f"Target: {standing.rule.words} ({standing.source}).")
    limits = found.value is not None and found.lower is not None and found.upper is not None
    if kpi.id == "progress-8" and limits and found.urn != TRUST:
        band = progress8_band(found.value or 0.0, found.lower or 0.0, found.upper or 0.0)
        notes.append(f"DfE's description: {band}.")
    notes.extend(_context(kpi, found.year))
    return tuple(notes)


def _context(kpi: Kpi, year: str) -> list[str]:
    """Published figures to set a context_only KPI beside: the newest of each up to the year."""
    if not kpi.context_only:
        return []
    newest: dict[tuple[str, str, str], tuple[str, str]] = {}
    for figure in context(kpi.id):
        if figure.period[:4] <= str(years.start_of(year) + 1):
            said = f"{figure.title}: {shown(figure.value, figure.unit, 1)} ({figure.period})."
            key = (figure.measure, figure.phase, figure.group)
            newest[key] = max(newest.get(key, ("", "")), (figure.period, said))
    return [f"For context: {said}" for _, said in newest.values()]


def _in_points(kpi: Kpi, found: Figure) -> Measure:
    """The outcome's measure as a gap shows it: in points."""
    measure = judging.measure_of(kpi, found)
    unit, decimals = judging.unit_of(kpi, measure)
    return replace(measure, unit=unit, decimals=decimals)


def _membership(holdings: Holdings, scope: Scope, year: str, period: str) -> Membership:
    if scope.academy is None or scope.urn == CENTRAL:
        return Membership.MEMBER
    return holdings.membership(scope.academy, year, period)


def _sources(holdings: Holdings, ids: tuple[str, ...]) -> tuple[Source, ...]:
    single = {part for id in ids for part in id.split(";")}
    found = {id: holdings.sources[id] for id in single if id in holdings.sources}
    return tuple(found[id] for id in sorted(found))
