"""What a trust or an academy should look at first: what needs discussion, what to watch, what is on track.

A missed target needs discussion, unless the other answers speak against it: a gap that is larger than the year
before by plain arithmetic is discussed where it is clearly worsening, and a figure that clearly improves without
being worse than England's is watched. A trust's figure can hide an academy's: where the trust's own is no exception
and an academy's target is missed, the KPI is watched; where half of the academies or more miss it, it is discussed.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpi_engine.answers import BenchmarkStatus, Cell, DirectionStatus, Result, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine.differences import Tested
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.model import TRUST, Polarity
from kpi_engine.stats import benjamini_hochberg

if TYPE_CHECKING:
    from kpi_engine.engine.view import View

FALSE_SHARE = 0.05
"""The share of chance findings that is accepted among all that are called significant."""
_JUDGED = (TargetStatus.MET, TargetStatus.NEAR, TargetStatus.MISSED)


class Place(enum.StrEnum):
    """Where a KPI stands on the overview."""

    DISCUSS = "Needs discussion"
    WATCH = "Watch"
    ON_TRACK = "On track"
    UNJUDGED = "No judgement"


@dataclass(frozen=True, slots=True)
class Item:
    """One KPI of the scope: its answer, where it stands, and why in a few words.

    ``missed_at`` are the URNs of the academies whose own target is missed, ``judged`` how many have a judgement that
    the viewer may see; both are for a trust's row. ``holds`` says what is worse by more than chance, where that was
    asked for; with ``beyond_chance`` the academies are those where that is so.
    """

    kpi: Kpi
    result: Result
    place: Place
    why: str
    owner: str
    missed_at: tuple[str, ...] = ()
    judged: int = 0
    holds: tuple[str, ...] = ()
    beyond_chance: bool = False


@dataclass(frozen=True, slots=True)
class Significance:
    """What was looked at together: how many differences were considered, how many hold after the correction.

    ``counted_in_full`` are the figures that chance plays no part in; ``left_out`` the rows that were not kept.
    """

    considered: int
    hold: int
    counted_in_full: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Attention:
    """Every KPI of a scope in order: first what needs discussion, the most urgent on top."""

    items: tuple[Item, ...]
    significance: Significance | None = None

    def placed(self, place: Place) -> tuple[Item, ...]:
        """The items of one place, in order."""
        return tuple(item for item in self.items if item.place is place)


def attention(
    view: View,
    cells: Sequence[Cell],
    academy: str = TRUST,
    among: Sequence[str] | None = None,
    significant: bool = False,
) -> Attention:
    """What an academy, or the trust, should look at; ``cells`` are the view's scorecard for the year and choice.

    With ``significant`` those exceptions are kept that are worse than England, than the year before or than their
    target by more than chance explains, when all such differences of the scope's figures are considered together
    (Benjamini-Hochberg); what is counted in full stays.
    """
    by: dict[str, list[Cell]] = {}
    for cell in cells:
        by.setdefault(cell.kpi, []).append(cell)
    order = {id: number for number, id in enumerate(CATALOGUE)}
    items = []
    for id, found in by.items():
        own = next((cell for cell in found if cell.academy == academy), None)
        if own is not None:
            others = [cell for cell in found if cell.academy != TRUST] if academy == TRUST else []
            items.append(_item(view, CATALOGUE[id], own, others, among))
    items.sort(key=lambda item: (tuple(not each for each in _urgency(item)), -len(item.missed_at), order[item.kpi.id]))
    listed = list(Place)
    items.sort(key=lambda item: listed.index(item.place))
    if not significant:
        return Attention(tuple(items))
    return _significant(view, items, cells, academy, among)


def discuss(kpi: Kpi, result: Result) -> bool:
    """Whether a missed target calls for discussion."""
    if result.withheld is not None or result.target.status is not TargetStatus.MISSED:
        return False
    if isinstance(kpi.answer, Gap):
        return result.direction.status is DirectionStatus.WORSENING
    improving = result.direction.status is DirectionStatus.IMPROVING
    return not improving or result.versus_benchmark.status is _worse(kpi) or kpi.polarity is Polarity.NEITHER


def watch(kpi: Kpi, result: Result) -> bool:
    """Whether it is near its target, or missed without calling for discussion."""
    if result.withheld is not None:
        return False
    near = result.target.status is TargetStatus.NEAR
    return near or (result.target.status is TargetStatus.MISSED and not discuss(kpi, result))


def _item(view: View, kpi: Kpi, own: Cell, others: Sequence[Cell], among: Sequence[str] | None) -> Item:
    result = view.result(kpi.id, own.academy, own.academic_year, among=among)
    judged = [cell for cell in others if cell.withheld is None and cell.target.status in _JUDGED]
    missed = tuple(cell.academy for cell in judged if cell.target.status is TargetStatus.MISSED)
    place, why = _placed(kpi, result, len(missed), len(judged))
    return Item(kpi, result, place, why, view.owner(kpi.id, own.academy, own.academic_year), missed, len(judged))


def _placed(kpi: Kpi, result: Result, missed: int, judged: int) -> tuple[Place, str]:
    status = result.target.status if result.withheld is None else TargetStatus.NONE
    worsening = "clearly worsening" if result.direction.status is DirectionStatus.WORSENING else ""
    behind = "clearly worse than England" if result.versus_benchmark.status is _worse(kpi) else ""
    also = [said for said in (worsening, behind) if said]
    if discuss(kpi, result):
        return Place.DISCUSS, ", ".join(["missed", *also])
    if watch(kpi, result):
        if status is TargetStatus.NEAR:
            return Place.WATCH, ", ".join(["near", *also])
        if isinstance(kpi.answer, Gap):
            return Place.WATCH, "missed, not clearly wider than the year before"
        return Place.WATCH, "missed, clearly improving"
    if missed:
        so_far = "met by the trust as a whole" if status is TargetStatus.MET else "not judged for the trust as a whole"
        many = missed > 1 and 2 * missed >= judged and not isinstance(kpi.answer, Gap)
        return (Place.DISCUSS if many else Place.WATCH), so_far
    if status is TargetStatus.MET:
        return Place.ON_TRACK, ", ".join(["met", *also])
    return Place.UNJUDGED, str(result.withheld.kind) if result.withheld is not None else "no judgement"


def _urgency(item: Item) -> tuple[bool, bool, bool]:
    """What puts a row before another: clearly worsening, clearly worse than England, missed rather than near."""
    kpi, result = item.kpi, item.result
    return (
        result.direction.status is DirectionStatus.WORSENING,
        kpi.polarity is not Polarity.NEITHER and result.versus_benchmark.status is _worse(kpi),
        result.target.status is TargetStatus.MISSED,
    )


def _worse(kpi: Kpi) -> BenchmarkStatus | None:
    match kpi.polarity:
        case Polarity.HIGHER:
            return BenchmarkStatus.BELOW
        case Polarity.LOWER:
            return BenchmarkStatus.ABOVE
        case _:
            return None


def _significant(
    view: View, items: Sequence[Item], cells: Sequence[Cell], academy: str, among: Sequence[str] | None
) -> Attention:
    """The exceptions that hold once all differences are considered together; the rest of the overview as it is."""
    tested: dict[tuple[str, str], Tested] = {
        (cell.kpi, cell.academy): view.tested(cell.kpi, cell.academy, cell.academic_year, among)
        for cell in cells
        if cell.withheld is None and academy in (TRUST, cell.academy)
    }
    every = [(place, difference) for place, found in tested.items() for difference in found.differences]
    kept = benjamini_hochberg([difference.p for _, difference in every], FALSE_SHARE)
    holds: dict[tuple[str, str], list[str]] = {}
    for (place, difference), holding in zip(every, kept, strict=True):
        if holding and difference.worse:
            holds.setdefault(place, []).append(str(difference.against))

    def stands(id: str, urn: str) -> bool:
        found = tested.get((id, urn))
        return found is not None and (found.counted_in_full or (id, urn) in holds)

    left, out = [], 0
    for item in items:
        if item.place not in (Place.DISCUSS, Place.WATCH):
            left.append(item)
            continue
        missed = tuple(urn for urn in item.missed_at if stands(item.kpi.id, urn))
        exception = discuss(item.kpi, item.result) or watch(item.kpi, item.result)
        if missed or (exception and stands(item.kpi.id, academy)):
            against = tuple(dict.fromkeys(holds.get((item.kpi.id, academy), ())))
            chance = any(not tested[item.kpi.id, urn].counted_in_full for urn in missed)
            left.append(replace(item, missed_at=missed, holds=against, beyond_chance=chance))
        else:
            out += 1
    full = sum(found.counted_in_full for found in tested.values())
    return Attention(tuple(left), Significance(len(every), sum(kept), full, out))
