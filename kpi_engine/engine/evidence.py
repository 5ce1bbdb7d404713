"""Where a figure comes from: the files behind it, the rows in them, and what each academy's facts put into it.

Everything is looked at through the viewer's sight, like the figure itself. A hidden fact keeps its file and loses its
numbers and its rows; of another academy's returns a headteacher is told nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kpi_engine.engine import benchmarks, contributing, judging, origins
from kpi_engine.engine.contributing import Used
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.lens import HIDDEN, NOT_YOURS, by_right
from kpi_engine.engine.origins import Entry
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import CENTRAL, NO_BREAKDOWN, TRUST, Measure, NationalFigure, Observation, Source, Unit

NOT_SHOWN = "The returns of other academies are for the executive to see; what they add is not listed here."


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of a file, as the file counts them; no rows where they are not told, or not known."""

    file: Source
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file with what it gives: the numbers as they are added up, or the publisher's code."""

    row: int
    period: str
    breakdown: Mapping[str, str]
    numerator: float | None
    denominator: float | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One fact that a figure rests on.

    ``part`` says of what it is a part: "" for the figure itself, else the side, key stage or measure beside it.
    ``published_value`` is as printed, in ``unit`` (percentages 0-100). ``code`` is a publisher's code in place of a
    figure. ``lines`` are the rows one by one, where several were added up and one academy is asked about. ``whole``
    says that ``places`` names every row; it is False where further ones are hidden or not known one by one.
    """

    part: str
    measure: str
    academy: str
    academy_name: str
    academic_year: str
    period: str
    series: str
    stage: str
    unit: Unit
    decimals: int
    numerator: float | None
    denominator: float | None
    published_value: float | None
    code: str | None
    detail: str | None
    hidden: bool
    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    whole: bool
    people: str = ""
    """Whom or what the measure counts: pupils, staff, pounds."""
    breakdown: Mapping[str, str] = field(default_factory=lambda: NO_BREAKDOWN)


@dataclass(frozen=True, slots=True)
class England:
    """One of England's figures that stands beside: its file and rows where loaded, else where it was published."""

    label: str
    measure: str
    phase: str
    academic_year: str
    value: float
    unit: Unit
    decimals: int
    places: tuple[Place, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a figure rests on. ``said`` is what is not listed, and why, in sentences.

    ``restricted`` says that some of it is shown only by a headteacher's right to the own academy's small numbers.
    """

    kpi: str
    academy: str
    academic_year: str
    traces: tuple[Trace, ...]
    england: tuple[England, ...]
    files: tuple[Source, ...]
    said: tuple[str, ...] = ()
    restricted: bool = False


def evidence(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice, figure: Figure | None) -> Evidence:
    """What a KPI's answer rests on; ``figure`` None where there is no number, for the facts that say why."""
    used = contributing.facts(holdings, kpi, scope, year, part, figure)
    told = [each for each in used if each.fact.code != NOT_YOURS]
    traces = tuple(_traces(holdings, told, one_by_one=scope.academy is not None or kpi.trust_only))
    national = tuple(_england(holdings, kpi, figure, part)) if figure is not None else ()
    places = [place for trace in traces for place in trace.places]
    places += [place for england in national for place in england.places]
    files = {place.file.sha256 + place.file.file: place.file for place in places}
    return Evidence(
        kpi.id,
        scope.urn,
        year,
        traces,
        national,
        tuple(files[key] for key in sorted(files, key=lambda key: (files[key].title, files[key].file))),
        (NOT_SHOWN,) if len(told) < len(used) else (),
        any(by_right(each.fact) and each.fact.code is None for each in told),
    )


def _traces(holdings: Holdings, used: Sequence[Used], *, one_by_one: bool) -> Iterable[Trace]:
    """A trace for each fact; the rows of all academies of one question are read together."""
    urns: dict[tuple[object, ...], set[str]] = {}
    for each in used:
        if each.fact.code != HIDDEN:
            urns.setdefault(_question(each.fact), set()).add(each.fact.urn)
    held: dict[tuple[object, ...], dict[str, list[Entry]]] = {}
    for question, wanted in urns.items():
        fact = next(each.fact for each in used if _question(each.fact) == question)
        by_urn = held.setdefault(question, {urn: [] for urn in wanted})
        for entry in holdings.traced(
            fact.measure, fact.series, fact.academic_year, sorted(wanted), dict(fact.breakdown)
        ):
            by_urn[entry[0].urn].append(entry)
    for each in used:
        entries = held.get(_question(each.fact), {}).get(each.fact.urn, [])
        yield _trace(holdings, each, entries, one_by_one)


def _question(fact: Observation) -> tuple[object, ...]:
    return (fact.measure, fact.series, fact.academic_year, tuple(sorted(fact.breakdown.items())))


def _trace(holdings: Holdings, used: Used, held: Sequence[Entry], one_by_one: bool) -> Trace:
    fact, measure = used.fact, MEASURES[used.fact.measure]
    hidden = fact.code == HIDDEN
    files = [holdings.sources[id] for id in fact.source_id.split(";") if id in holdings.sources]
    places = tuple(Place(file, ()) for file in files)
    lines: tuple[Line, ...] = ()
    whole = False
    if not hidden:
        origin = origins.of_fact(measure, fact, held)
        shown = [e for e in origin.entries if holdings.sight is None or not holdings.sight.refuses(e[0])]
        whole = origin.whole and len(shown) == len(origin.entries)
        places = _places(holdings, files, shown)
        if one_by_one and len(shown) > 1:
            lines = tuple(_line(entry) for entry in shown)
    return Trace(
        used.part,
        measure.title,
        fact.urn,
        _name(holdings, fact.urn),
        fact.academic_year,
        fact.period,
        fact.series,
        fact.stage,
        measure.unit,
        measure.decimals,
        fact.numerator,
        fact.denominator,
        fact.published_value,
        None if hidden else fact.code,
        fact.detail,
        hidden,
        places,
        lines,
        whole,
        measure.people,
        fact.breakdown,
    )


def _places(holdings: Holdings, files: Sequence[Source], shown: Sequence[Entry]) -> tuple[Place, ...]:
    rows: dict[str, list[int]] = {}
    for fact, row in shown:
        if row:
            rows.setdefault(fact.source_id, []).append(row)
    ids = {holdings.sources[id]: sorted(found) for id, found in rows.items() if id in holdings.sources}
    return tuple(Place(file, tuple(ids.get(file, ()))) for file in dict.fromkeys((*files, *ids)))


def _line(entry: Entry) -> Line:
    fact, row = entry
    return Line(row or 0, fact.period, fact.breakdown, fact.numerator, fact.denominator, fact.code)


def _name(holdings: Holdings, urn: str) -> str:
    if urn == TRUST:
        return "The trust"
    return "Central services" if urn == CENTRAL else holdings.academy(urn).name


def _england(holdings: Holdings, kpi: Kpi, figure: Figure, part: Slice) -> Iterable[England]:
    """England's figures beside a figure: of the same breakdown, and for a gap of both its sides."""
    if kpi.context_only or not kpi.benchmark or kpi.pool_years > 1:
        return
    match kpi.answer:
        case Single(within=within):
            measure = judging.measure_of(kpi, figure)
            yield from _rows(holdings, measure, figure, "England", {**within, **part.dimensions})
        case Gap() as gap:
            measure = MEASURES[figure.outcome]
            extra = {k: v for k, v in part.dimensions.items() if k != gap.dimension}
            group = part.dimensions.get(gap.dimension, gap.group)
            name = next((name for value, name in gap.further_groups if value == group), gap.group_name)
            for value, side in ((group, name), (gap.comparator, gap.comparator_name)):
                label = side if side.endswith("nationally") else f"{side} in England"
                yield from _rows(holdings, measure, figure, label, {**extra, gap.dimension: value})
        case _:
            return


def _rows(
    holdings: Holdings, measure: Measure, figure: Figure, label: str, breakdown: Mapping[str, str]
) -> Iterable[England]:
    for national in benchmarks.rows(holdings, measure, figure, breakdown):
        if national.value is None:
            continue
        yield England(
            label,
            measure.title,
            national.phase,
            national.academic_year,
            national.value,
            measure.unit,
            measure.decimals,
            _national_places(holdings, national),
            national.source,
        )


def _national_places(holdings: Holdings, national: NationalFigure) -> tuple[Place, ...]:
    if national.source_id not in holdings.sources:
        return ()
    rows = tuple(row for _, row in holdings.traced_national(national) if row)
    return (Place(holdings.sources[national.source_id], rows),)
