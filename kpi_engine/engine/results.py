"""Putting a whole answer together: figure, four judgements, sentence, distance, sides, notes and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpi_engine import judgement, narrative
from kpi_engine.answers import (
    BenchmarkStatus,
    Beside,
    CertaintyStatus,
    DirectionStatus,
    Judgement,
    Result,
    Status,
    TargetStatus,
)
from kpi_engine.engine import gaps, judging, notes
from kpi_engine.engine.benchmarks import Benchmark
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import CENTRAL, Holdings, applies, counts_for_trust
from kpi_engine.engine.judging import Before
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Coverage, Measure, Membership, Source, Withheld
from kpi_engine.targets.book import Standing
from kpi_engine.targets.special import reads_beside

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
        _counted(holdings, kpi, scope, year),
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
    others = notes.beside(holdings, kpi, scope, found, part)
    sources = found.source_ids + england.source_ids + tuple(i for other in others.values() for i in other.source_ids)
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
        distance=notes.distance(kpi, found, standing, england, judged, others),
        membership=membership,
        detail=found.detail,
        notes=notes.notes(holdings, kpi, scope, part, found, earlier, standing, decimals, others),
        source=_sources(holdings, sources),
        target_value=standing.rule.line,
        outcome=found.outcome if isinstance(kpi.answer, Gap) else "",
        benchmark_source=england.note,
        restricted=found.by_right
        or (earlier.figure is not None and earlier.figure.by_right)
        or any(other.by_right for other in others.values()),
        beside=tuple(
            Beside(id, other.value, other.numerator, other.denominator)
            for id, other in others.items()
            if other.value is not None
        ),
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
    others_beside = _beside(holdings, kpi, scope, found, part) if reads_beside(standing.rule) else {}
    case = judging.case_of(kpi, found, standing, england, earlier, others_beside, parts)
    own = judging.target(kpi, found, standing, case, part)
    if not isinstance(kpi.answer, Gap) or part.outcome is not None:
        return own
    others = [m for m in gaps.deciding(kpi, scope) if m != found.outcome]
    judged = [(notes.in_short(found.outcome), own)]
    for outcome in others:
        asked = part._replace(outcome=outcome)
        other = judging.figure(holdings, kpi, scope, found.year, asked)
        if isinstance(other, Figure):
            judged.append((notes.in_short(outcome), target(holdings, kpi, scope, asked, other, standing, parts)))
    if len(judged) == 1:
        return own
    judged.sort(key=lambda each: _RANK.get(each[1].status, 3))
    return Judgement(judged[0][1].status, "{}", _Joined(judged))


class _Joined:
    """Several reasons in one sentence, joined only when read."""

    __slots__ = ("judged",)

    def __init__(self, judged: list[tuple[str, Judgement]]) -> None:
        self.judged = judged

    def __format__(self, spec: str) -> str:
        return " ".join(f"{title}: {found.status} ({found.reason.rstrip('.')})." for title, found in self.judged)


def _beside(holdings: Holdings, kpi: Kpi, scope: Scope, found: Figure, part: Slice) -> dict[str, float]:
    """The values of the measures that stand beside the KPI's own, by id; counts as ``id.have`` and ``id.of``.

    ``id.overdue`` is there for one that rests on an audit which is too old.
    """
    values: dict[str, float] = {}
    for id, other in notes.beside(holdings, kpi, scope, found, part).items():
        assert other.value is not None
        values[id] = other.value
        if other.numerator is not None and other.denominator is not None:
            values[f"{id}.have"] = other.numerator
            values[f"{id}.of"] = other.denominator
        if other.detail and other.detail.lower().startswith("overdue"):
            values[f"{id}.overdue"] = 1.0
    return values


def _counted(holdings: Holdings, kpi: Kpi, scope: Scope, year: str) -> Coverage:
    """The coverage where there is no figure: none of those that would count, all of them named."""
    if scope.academy is not None:
        return Coverage(0, 1, (scope.name,))
    if kpi.trust_only:
        return Coverage(0, 0)
    match kpi.answer:
        case Gap(primary=primary, secondary=secondary):
            asked: tuple[str, ...] = (primary, secondary)
        case Single(measure):
            asked = (measure,)
        case _:
            asked = kpi.measures
    names = tuple(
        academy.name
        for academy in scope.academies
        if any(
            applies(MEASURES[m], academy) and counts_for_trust(MEASURES[m], academy, holdings.membership(academy, year))
            for m in asked
        )
    )
    return Coverage(0, len(names), names)


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
