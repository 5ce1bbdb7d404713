"""The items of a meeting: each KPI with its figure, charts, tables and a drill into every academy."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi_engine import telling
from kpi_engine.answers import Result
from kpi_engine.catalogue import GROUPS
from kpi_engine.catalogue import kpi as find_kpi
from kpi_engine.engine.scope import PERIOD_KINDS
from kpi_engine.export.rows import covered
from kpi_engine.export.strip import day
from kpi_engine.kpi import Kpi
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import charts, figures, proposing, tables
from kpi_engine.meetings.agenda import AgendaItem
from kpi_engine.meetings.document import TRUST_KEY, Asked, Chart, Detail, Item, ItemKind, Table
from kpi_engine.meetings.figures import Course, Named
from kpi_engine.meetings.room import Room
from kpi_engine.model import TRUST
from kpi_engine.wording import series_words

LAST_TIME = "Last time you asked"
ALL = "All academies"
_MOST_TABLES = 3
_LEFT_OUT = ("academy", "week")
"""Breakdowns that the rows show already, or that have too many parts for a slide."""
_GROUPS = {group.id: group.title for group in GROUPS}
_KEY = 8


@dataclass(frozen=True, slots=True)
class Answered:
    """An item of the agenda with its answers: of the whole, and of each academy that stands beside it.

    ``among`` are the URNs of a phase. The whole is one academy's for an item about one; then ``each`` is empty.
    """

    item: AgendaItem
    kpi: Kpi
    year: str
    among: tuple[str, ...] | None
    whole: Course
    each: tuple[Course, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """The academies' results."""
        return tuple(one.named.result for one in self.each)


def answered(room: Room, item: AgendaItem) -> Answered:
    """The answers that an item of the agenda shows."""
    view, kpi, year, one = room.view, find_kpi(item.kpi), room.year(item), room.one(item)
    if one is not None:
        whole = _course(room, kpi, item.academy, year, None, one.key, one.name)
        return Answered(item, kpi, year, None, whole, ())
    among = room.among(item)
    each: list[Course] = []
    if not kpi.trust_only:
        there = {r.academy for r in view.compare(kpi.id, year, among=among)}
        each = [
            _course(room, kpi, member.urn, year, None, academy.key, academy.name)
            for member, academy in room.listed
            if member.urn in there
        ]
    name = ALL if among is None else f"All {item.academy} academies"
    return Answered(item, kpi, year, among, _course(room, kpi, TRUST, year, among, TRUST_KEY, name), tuple(each))


def kpi_item(room: Room, found: Answered) -> Item:
    """The item about a KPI, with a chart and table, and what a drill into each academy shows."""
    item, kpi, whole, results = found.item, found.kpi, found.whole, found.results
    reach = charts.reach(kpi, [r for one in (whole, *found.each) for r in (one.named.result, *one.found)])
    named = [one.named for one in found.each]
    so_far = " so far" if whole.named.result.period == "YTD" else ""
    compared = f"{kpi.short}: academies compared, {found.year}{so_far}"
    along = f"{kpi.short} over the academic years"
    return Item(
        key=_key(room, item),
        number=0,
        part=item.part,
        kind=item.kind,
        title=item.title or proposing.title(kpi, whole.named.result, results),
        group=_GROUPS[kpi.group],
        kpi=kpi.id,
        year=found.year,
        questions=proposing.questions(kpi, whole.named.result, results) if item.questions is None else item.questions,
        text=item.text,
        comment=item.comment,
        figure=figures.shown(kpi, whole.named, charts.before(kpi, whole)),
        chart=charts.rows(kpi, compared, named, reach) if named else _years(kpi, whole, reach),
        table=tables.academies(kpi, compared, whole.named, named) if named else _by_year(kpi, along, whole),
        details=tuple(_detail(room, found, one, reach) for one in (whole, *found.each)),
        source=_source(room, found),
    )


def other_item(item: AgendaItem, asked: Sequence[Asked]) -> Item:
    """A text slide, or what was asked last time in the same part of the meeting."""
    last = item.kind is ItemKind.LAST
    return Item(
        key="last" if last else f"text-{item.id}",
        number=0,
        part=item.part,
        kind=item.kind,
        title=item.title or (LAST_TIME if last else ""),
        questions=item.questions or (),
        text=item.text,
        comment=item.comment,
        asked=tuple(each for each in asked if each.part is item.part) if last else (),
    )


def numbered(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with their numbers, and with a key of its own for each: the second of one subject ends in -2."""
    made: list[Item] = []
    taken: set[str] = set()
    for number, item in enumerate(items, start=1):
        key, again = item.key, 2
        while key in taken:
            key, again = f"{item.key}-{again}", again + 1
        taken.add(key)
        made.append(replace(item, number=number, key=key))
    return tuple(made)


def _course(
    room: Room, kpi: Kpi, academy: str, year: str, among: tuple[str, ...] | None, key: str, name: str
) -> Course:
    view = room.view
    result = view.result(kpi.id, academy, year, among=among)
    found = telling.since_loaded(view.trend(kpi.id, academy, among=among))
    named = Named(key, name, result, view.judged_by(kpi.id, academy, year))
    return Course(named, found, view.events(kpi.id, academy, found))


def _key(room: Room, item: AgendaItem) -> str:
    """What an item is found by: its KPI, scope and year as they were asked for. It holds neither name nor URN.

    In an anonymous meeting an academy stands in it with its letter.
    """
    parts = [item.kpi]
    one = room.one(item)
    if one is not None:
        digest = hashlib.sha256(f"academy {item.academy}".encode()).hexdigest()[:_KEY]
        parts.append(one.letter.lower() if room.agenda.anonymous else digest)
    elif agendas.phase_of(item) is not None:
        parts.append(item.academy)
    if item.year != agendas.LATEST:
        parts.append(item.year.replace("/", "-"))
    return ".".join(parts)


def _detail(room: Room, found: Answered, one: Course, reach: tuple[float, float]) -> Detail:
    whole = one is found.whole
    tables = _tables(room, found, one, found.among if whole else None)
    return Detail(
        one.named.key,
        figures.shown(found.kpi, one.named, charts.before(found.kpi, one)),
        _years(found.kpi, one, reach),
        tables,
    )


def _years(kpi: Kpi, one: Course, reach: tuple[float, float]) -> Chart | None:
    return charts.course(kpi, f"{kpi.short}, {one.named.name}: over the academic years", one, reach)


def _by_year(kpi: Kpi, title: str, one: Course) -> Table:
    return tables.by_year(kpi, title, [one.named._replace(result=r) for r in (*one.found,) or (one.named.result,)])


def _tables(room: Room, found: Answered, one: Course, among: tuple[str, ...] | None) -> tuple[Table, ...]:
    """What the figure is made of, in the KPI's own order, terms and months last."""
    view, kpi, academy = room.view, found.kpi, one.named.result.academy
    if one.named.result.withheld is not None and figures.inapplicable(one.named.result):
        return ()
    left_out = (*_LEFT_OUT, "inspection") if room.agenda.anonymous else _LEFT_OUT
    by = sorted((d for d in kpi.drill if d not in left_out), key=lambda dimension: dimension in PERIOD_KINDS)
    made: list[Table] = []
    for dimension in by:
        if len(made) == _MOST_TABLES:
            break
        table = tables.breakdown(kpi, dimension, view.breakdown(kpi.id, dimension, academy, found.year, among=among))
        if table is not None:
            made.append(table)
    return tuple(made)


def _source(room: Room, found: Answered) -> str:
    """Where the figure comes from, how new it is, whose data are in it, and whose England's figure is."""
    result = found.whole.named.result
    known = next((r for r in (result, *found.results) if r.withheld is None), None)
    data = f"data to {day(room.basis.as_at)}"
    parts = [data[:1].upper() + data[1:]]
    if known is not None and known.series and known.series != "stages":
        series = series_words(known.series)
        parts = [f"{series[:1].upper()}{series[1:]}, {data}"]
    if known is not None and known.stage not in ("", "final"):
        parts.append(known.stage)
    if result.withheld is None:
        parts.append(covered(result.academy == TRUST, result.coverage))
    parts.append(_england(room, found))
    return " · ".join(part for part in parts if part)


def _england(room: Room, found: Answered) -> str:
    """Who published the figure that stands beside, "" where none does."""
    like = next((r for r in (found.whole.named.result, *found.results) if r.benchmark is not None), None)
    if like is None or like.benchmark_label.startswith("the plan"):
        return ""
    said = like.benchmark_source
    if not said:
        among = found.among if like.academy == TRUST else None
        beside = room.view.evidence(found.kpi.id, like.academy, found.year, among=among).england
        said = next((e.source or e.places[0].file.title for e in beside if e.source or e.places), "")
    return f"England: {said.split(',')[0].split(' (')[0]}" if said else ""
