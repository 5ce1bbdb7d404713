"""What stands on a pack's own pages: the scorecard, what needs discussion, the definitions, what has no figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi_engine import telling
from kpi_engine.answers import Cell, Result
from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.engine.attention import Place, attention
from kpi_engine.kpi import Kpi
from kpi_engine.meetings import figures
from kpi_engine.meetings.document import TRUST_KEY, Concern, Definition, Item, Part, ScoreCell, ScoreRow
from kpi_engine.meetings.items import Answered
from kpi_engine.meetings.room import Room
from kpi_engine.model import TRUST, WithheldKind

_GROUPS = {group.id: group.title for group in GROUPS}
_SIGNS = {"met": "✓", "near": "◐", "missed": "✕", "none": ""}


def scorecard(room: Room, items: Sequence[Item], found: Mapping[str, Answered]) -> tuple[ScoreRow, ...]:
    """A row for each KPI of the agenda, with the trust and every academy; ``found`` are the answers by item key.

    A KPI that has an item for the trust shows that item's year; where one of its items is confidential, so is its row.
    """
    made = []
    by_kpi: dict[str, list[Item]] = {}
    for item in items:
        if item.kpi:
            by_kpi.setdefault(item.kpi, []).append(item)
    for id, mine in by_kpi.items():
        kpi = CATALOGUE[id]
        first = next((i for i in mine if found[i.key].item.academy == TRUST), mine[0])
        part = Part.CONFIDENTIAL if any(i.part is Part.CONFIDENTIAL for i in mine) else Part.OPEN
        cells = [_cell(kpi, TRUST_KEY, _result(room, found[first.key], TRUST))]
        cells += [_cell(kpi, a.key, _result(room, found[first.key], member.urn)) for member, a in room.listed]
        made.append(ScoreRow(id, kpi.short, _GROUPS[kpi.group], first.year, part, tuple(cells)))
    return tuple(made)


def concerns(
    room: Room, items: Sequence[Item], found: Mapping[str, Answered], actions: Mapping[str, tuple[str, str]]
) -> tuple[Concern, ...]:
    """The items that need discussion, by the same rule as on the overview.

    ``actions`` are an action and its owner by the item's key or by its KPI; where nobody is given, the owner is who
    answers for the KPI by its target, if somebody is named.
    """
    made = []
    for item in items:
        if not item.kpi or item.figure is None or not _discussed(room, found[item.key]):
            continue
        action, owner = actions.get(item.key) or actions.get(item.kpi) or ("", "")
        asked = found[item.key]
        academy = asked.whole.named.result.academy
        evidence = [item.figure.sentence]
        evidence += [chip.reason for chip in item.figure.chips[:1]]
        made.append(
            Concern(
                item.key,
                item.kpi,
                item.part,
                item.title,
                " ".join(evidence),
                item.comment,
                action,
                owner or room.view.owner(item.kpi, academy, asked.year),
            )
        )
    return tuple(made)


def definitions(room: Room, items: Iterable[Item]) -> tuple[Definition, ...]:
    """What each KPI of the agenda is, as its passport says, with the target that holds for the trust."""
    return tuple(_definition(room, CATALOGUE[id], year) for id, year in {i.kpi: i.year for i in items if i.kpi}.items())


def missing(found: Iterable[Answered], part: Part | None) -> tuple[str, ...]:
    """What has no figure, a sentence for each KPI, year and reason; what a KPI does not apply to is not meant."""
    said: list[str] = []
    for one in found:
        if part is not None and one.item.part is not part:
            continue
        without: dict[WithheldKind, list[str]] = {}
        for course in (one.whole, *one.each):
            why = course.named.result.withheld
            if why is not None and why.kind is not WithheldKind.NOT_APPLICABLE:
                name = "the trust" if course.named.key == TRUST_KEY and one.among is None else course.named.name
                without.setdefault(why.kind, []).append(name)
        said += [f"{one.kpi.short}, {one.year}: {kind} for {', '.join(names)}" for kind, names in without.items()]
    return tuple(dict.fromkeys(said))


def _result(room: Room, found: Answered, academy: str) -> Result:
    """The KPI's result for an academy or the whole trust, as the item has it where it has one."""
    if academy == TRUST and found.among is not None:
        return room.view.result(found.kpi.id, TRUST, found.year)
    held = next((r for r in (found.whole.named.result, *found.results) if r.academy == academy), None)
    return held if held is not None else room.view.result(found.kpi.id, academy, found.year)


def _cell(kpi: Kpi, key: str, result: Result) -> ScoreCell:
    mark, word = telling.status(result)
    return ScoreCell(key, figures.figure(kpi, result), _SIGNS[mark], word, figures.tone(result))


def _discussed(room: Room, found: Answered) -> bool:
    """Whether the overview would say that this needs discussion, for the same scope and year."""
    view, kpi = room.view, found.kpi
    own = found.whole.named.result
    cells = [_small(own)]
    if own.academy == TRUST and not kpi.trust_only:
        held = {r.academy: r for r in found.results}
        today = [m.urn for m in view.current_academies() if found.among is None or m.urn in found.among]
        cells += [_small(held.get(urn) or view.result(kpi.id, urn, found.year)) for urn in today]
    placed = attention(view, cells, own.academy, found.among)
    return bool(placed.placed(Place.DISCUSS))


def _small(result: Result) -> Cell:
    return Cell(result.kpi, result.academy, result.academic_year, result.value, result.target, result.withheld)


def _definition(room: Room, kpi: Kpi, year: str) -> Definition:
    told = kpi.passport
    return Definition(
        kpi=kpi.id,
        title=kpi.title,
        short=kpi.short,
        group=_GROUPS[kpi.group],
        promise=kpi.promise,
        definition=told.definition,
        numerator=told.numerator,
        denominator=told.denominator,
        target=room.view.judged_by(kpi.id, TRUST, year).target,
        source=told.source,
        lag=told.lag,
        changes=told.changes,
    )
