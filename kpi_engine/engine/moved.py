"""Which side of a gap moved, and what became of the gap, in one sentence made from a result."""

from __future__ import annotations

from kpi_engine.answers import DirectionStatus, Result, Side
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.kpi import Gap
from kpi_engine.measures import MEASURES
from kpi_engine.wording import inside, number


def sentence(result: Result) -> str:
    """``The gap narrowed by 2.1 points: disadvantaged pupils rose by 3.0, other pupils nationally by 0.9.``

    Points are those of the outcome's unit. "" where the result is no gap, or where nothing is compared with the year
    before. A change that its interval does not tell from chance says so.
    """
    answer = CATALOGUE[result.kpi].answer
    if not isinstance(answer, Gap) or result.value is None or result.sides is None:
        return ""
    if result.direction.status is DirectionStatus.NONE:
        return ""
    group, comparator = result.sides
    if group.moved is None or comparator.moved is None or group.value is None or comparator.value is None:
        return ""
    good = 1.0 if MEASURES[result.outcome].higher_is_better else -1.0
    before = good * ((comparator.value - comparator.moved) - (group.value - group.moved))
    before = abs(before) if answer.absolute else before
    said = _gap(before, result.value, result.decimals, group.name)
    sides = f"{inside(group.name)} {_step(group, result.decimals)}, "
    sides += f"{inside(comparator.name)} {_step(comparator, result.decimals, group)}"
    chance = ""
    if result.direction.status is DirectionStatus.NO_CHANGE:
        chance = " A change of this size may be chance alone."
    return f"{said}: {sides}.{chance}"


def _gap(before: float, now: float, decimals: int, group: str) -> str:
    """What became of the gap; ``before`` and ``now`` are shortfalls of the group, negative where it is ahead."""
    least = 0.5 * 10**-decimals
    was, is_ = number(abs(before), decimals), number(abs(now), decimals)
    if before < -least and now < -least:
        return f"{group} were ahead by {was} points and are now by {is_}"
    if before < -least:
        return f"{group} were ahead by {was} points and are now {'level' if now < least else f'behind by {is_}'}"
    if now < -least:
        return f"{group} were {'level' if before < least else f'behind by {was} points'} and are now ahead by {is_}"
    change = now - before
    if abs(change) < least:
        return "The gap did not change"
    return f"The gap {'widened' if change > 0 else 'narrowed'} by {number(abs(change), decimals)} points"


def _step(side: Side, decimals: int, first: Side | None = None) -> str:
    """``rose by 3.0``; the verb is left out where the first side moved the same way."""
    moved = side.moved or 0.0
    verb = _verb(moved, decimals)
    if verb == "did not move":
        return verb
    if first is not None and _verb(first.moved or 0.0, decimals) == verb:
        return f"by {number(abs(moved), decimals)}"
    return f"{verb} by {number(abs(moved), decimals)}"


def _verb(moved: float, decimals: int) -> str:
    if abs(moved) < 0.5 * 10**-decimals:
        return "did not move"
    return "rose" if moved > 0 else "fell"
