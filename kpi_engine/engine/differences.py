"""Which of a figure's differences could be chance: from England, from the year before, from its target.

Each p-value belongs to the very interval that the page shows: it is below 0.05 exactly where that interval leaves the
other figure out. Where totals alone are known no interval can be given, and nothing is tested.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from kpi_engine import stats
from kpi_engine.answers import TargetStatus
from kpi_engine.engine import gaps, judging, results
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.scope import WHOLE, Scope, Slice
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.model import Measure, Polarity, Spread, Withheld
from kpi_engine.targets import Around, AtLeast, AtMost, EachPhase, EveryAcademy, NearBenchmark, NeetBelow, Rule, plain
from kpi_engine.targets.book import Book, Standing

_WILSON = "Wilson"
_NEWCOMBE = "Newcombe"


class Against(enum.StrEnum):
    """What a figure is held against."""

    ENGLAND = "England"
    BEFORE = "the year before"
    TARGET = "the target"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: from what, whether it is for the worse, and the two-sided p-value that it is chance alone."""

    against: Against
    worse: bool
    p: float


@dataclass(frozen=True, slots=True)
class Tested:
    """The differences of one figure. ``counted_in_full`` says that chance plays no part in it."""

    differences: tuple[Difference, ...] = ()
    counted_in_full: bool = False


def of(holdings: Holdings, book: Book, kpi: Kpi, scope: Scope, year: str) -> Tested:
    """The differences of a KPI's figure; for a gap those on every outcome that decides it. None without a figure."""
    found = judging.figure(holdings, kpi, scope, year, WHOLE)
    if isinstance(found, Withheld) or found.value is None:
        return Tested()
    if judging.measure_of(kpi, found).spread is Spread.NONE:
        return Tested(counted_in_full=True)
    standing = book.standing(kpi.id, kpi.target, kpi.tolerance, scope.academy, year)
    every = list(_of_figure(holdings, kpi, scope, found, standing, WHOLE))
    if isinstance(kpi.answer, Gap):
        for outcome in gaps.deciding(kpi, scope):
            part = WHOLE._replace(outcome=outcome)
            other = judging.figure(holdings, kpi, scope, year, part) if outcome != found.outcome else None
            if isinstance(other, Figure) and other.value is not None:
                every += _of_figure(holdings, kpi, scope, other, standing, part)
    return Tested(tuple(every))


def _of_figure(
    holdings: Holdings, kpi: Kpi, scope: Scope, found: Figure, standing: Standing, part: Slice
) -> list[Difference]:
    assert found.value is not None
    measure = judging.measure_of(kpi, found)
    polarity = judging.polarity_of(kpi, found)
    every = []
    england = judging.benchmark_of(holdings, kpi, found, part).value
    if england is not None:
        p = _p_against(kpi, measure, found, england)
        if p is not None:
            worse = _worse_than_england(standing.rule, polarity, found.value, england)
            every.append(Difference(Against.ENGLAND, worse, p))
    p_moved = _moved(holdings, kpi, scope, measure, found, part)
    if p_moved is not None:
        change, p = p_moved
        every.append(Difference(Against.BEFORE, change * polarity.value < 0, p))
    line = _line(standing.rule, scope, found.value)
    if line is not None and _is_judged(holdings, kpi, scope, found, standing, part):
        p = _p_against(kpi, measure, found, line)
        if p is not None:
            every.append(Difference(Against.TARGET, _short_of(standing.rule, found.value, line), p))
    return every


def _p_against(kpi: Kpi, measure: Measure, found: Figure, reference: float) -> float | None:
    """The p-value of a figure against another that is taken as exact; None where no interval was given."""
    if found.value is None or found.lower is None or found.upper is None:
        return None
    exact = found.numerator is not None and found.denominator and not isinstance(kpi.answer, Gap)
    if found.method == _WILSON and exact and 0.0 <= reference <= measure.factor:
        assert found.numerator is not None
        assert found.denominator is not None
        return stats.score_test_p(found.numerator, found.denominator, reference / measure.factor)
    interval = stats.Interval(found.lower, found.upper, found.method)
    # Limits are rounded where they were published, so that a value may lie a hair outside its own.
    value = min(max(found.value, found.lower), found.upper)
    return stats.p_value_against(value, interval, reference)


def _moved(
    holdings: Holdings, kpi: Kpi, scope: Scope, measure: Measure, found: Figure, part: Slice
) -> tuple[float, float] | None:
    """How far a figure moved since the year before, and the p-value of that; None where nothing is compared."""
    then = judging.before(holdings, kpi, scope, found, part).figure
    if then is None or judging.break_at(measure, found.year):
        return None
    change = judging.change_since(kpi, measure, found, then)
    if change.interval is None:
        return None
    if change.interval.method == _NEWCOMBE:
        assert found.numerator is not None
        assert found.denominator is not None
        assert then.numerator is not None
        assert then.denominator is not None
        return change.value, stats.newcombe_p(found.numerator, found.denominator, then.numerator, then.denominator)
    value = min(max(change.value, change.interval.lower), change.interval.upper)
    return change.value, stats.p_value_against(value, change.interval, 0.0)


def _line(rule: Rule, scope: Scope, value: float) -> float | None:
    """The line of a target that a figure itself has to reach; the nearer edge of a band; None where there is none.

    Where every academy or each phase has to reach it, the trust's own figure has no line.
    """
    if scope.academy is None and isinstance(rule, EveryAcademy | EachPhase):
        return None
    match plain(rule):
        case AtLeast(line) | AtMost(line):
            return line
        case NeetBelow(limit):
            return limit
        case Around(low, high):
            return low if value < low else high if value > high else None
        case _:
            return None


def _short_of(rule: Rule, value: float, line: float) -> bool:
    match plain(rule):
        case AtLeast():
            return value < line
        case AtMost() | NeetBelow():
            return value > line
        case _:
            return True


def _worse_than_england(rule: Rule, polarity: Polarity, value: float, england: float) -> bool:
    if polarity is Polarity.NEITHER:
        # On either side of England it is worse only where the target asks to be near England.
        near = plain(rule)
        return isinstance(near, NearBenchmark) and abs(value - england) > near.room
    return bool((value - england) * polarity.value < 0)


def _is_judged(holdings: Holdings, kpi: Kpi, scope: Scope, found: Figure, standing: Standing, part: Slice) -> bool:
    judged = results.target(holdings, kpi, scope, part, found, standing, ())
    return judged.status is not TargetStatus.NONE
