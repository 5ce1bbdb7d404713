"""Benchmark, direction and certainty: three of the four answers, each with its reason. Targets are in ``targets``.

Intervals decide: a figure whose interval includes the benchmark is never called above or below it, and a change
whose interval includes 0 is no clear change.
"""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.answers import BenchmarkStatus, CertaintyStatus, DirectionStatus, Judgement
from kpi_engine.model import Measure, Polarity, Spread, Unit
from kpi_engine.stats import Interval
from kpi_engine.wording import counted, number, one_of, shown, span

SMALL_COHORT = 11
"""Fewer people than this are a small cohort."""

MARGIN_FOR_TOTALS = 1.0
"""Points by which a percentage of half-days must differ when only its total is known."""


class _Figure:
    """A figure turned into text only when its sentence is read."""

    __slots__ = ("decimals", "unit", "value")

    def __init__(self, value: float, unit: Unit, decimals: int) -> None:
        self.value = value
        self.unit = unit
        self.decimals = decimals

    def __format__(self, spec: str) -> str:
        return shown(self.value, self.unit, self.decimals)


class _Span:
    """Two limits turned into text only when their sentence is read."""

    __slots__ = ("parts",)

    def __init__(self, lower: float, upper: float, unit: Unit, decimals: int) -> None:
        self.parts = (lower, upper, unit, decimals)

    def __format__(self, spec: str) -> str:
        return span(*self.parts)


def versus_benchmark(
    value: float,
    lower: float | None,
    upper: float | None,
    benchmark: float | None,
    label: str,
    measure: Measure,
    missing_because: str = "",
) -> Judgement:
    """Above, below or no clear difference from England, by the interval; in the measure's own direction of counting."""
    if benchmark is None:
        return Judgement(
            BenchmarkStatus.NONE,
            "{}",
            missing_because or "No national figure is at hand for this measure and year.",
        )
    unit, decimals = measure.unit, measure.decimals
    if lower is not None and upper is not None:
        status = (
            BenchmarkStatus.ABOVE
            if lower > benchmark
            else BenchmarkStatus.BELOW
            if upper < benchmark
            else BenchmarkStatus.NO_DIFFERENCE
        )
        return Judgement(
            status,
            "{} (95 % interval) against {} {}.",
            _Span(lower, upper, unit, decimals),
            label,
            _Figure(benchmark, unit, decimals),
        )
    ahead = value - benchmark
    own, england = _Figure(value, unit, decimals), _Figure(benchmark, unit, decimals)
    if measure.spread is Spread.OVER_PEOPLE:
        status = (
            BenchmarkStatus.ABOVE
            if ahead >= MARGIN_FOR_TOTALS
            else BenchmarkStatus.BELOW
            if ahead <= -MARGIN_FOR_TOTALS
            else BenchmarkStatus.NO_DIFFERENCE
        )
        return Judgement(
            status,
            "{} against {} {}. Totals alone are known, so a difference of {:g} point is asked for.",
            own,
            label,
            england,
            MARGIN_FOR_TOTALS,
        )
    if measure.spread is Spread.NONE:
        status = (
            BenchmarkStatus.ABOVE
            if ahead > 1e-9
            else BenchmarkStatus.BELOW
            if ahead < -1e-9
            else BenchmarkStatus.NO_DIFFERENCE
        )
        return Judgement(status, "{} against {} {}; chance plays no part in this figure.", own, label, england)
    return Judgement(
        BenchmarkStatus.NO_DIFFERENCE,
        "{} against {} {}. No interval can be given for this figure, so neither is called higher.",
        own,
        label,
        england,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """The difference from the year before: ``value`` and its interval, in display units."""

    value: float
    interval: Interval | None
    year: str
    previous: float


def direction(
    change: Change | None,
    polarity: Polarity,
    measure: Measure,
    why_not: str = "",
    unit: Unit | None = None,
    decimals: int | None = None,
) -> Judgement:
    """Improving or worsening by the KPI's polarity when the change's interval leaves out 0; else no clear change.

    ``unit`` and ``decimals`` are those of the value where they are not the measure's own (a gap is in points).
    """
    if change is None:
        return Judgement(DirectionStatus.NONE, "{}", why_not or "There is no comparable figure for the year before.")
    sign = polarity.value
    unit = unit or measure.unit
    places = measure.decimals if decimals is None else decimals
    before = _Figure(change.previous, unit, places)
    moved = _Moved(change.value, unit, places)
    if change.interval is None:
        if measure.spread is Spread.NONE and sign:
            status = (
                DirectionStatus.IMPROVING
                if sign * change.value > 1e-9
                else DirectionStatus.WORSENING
                if sign * change.value < -1e-9
                else DirectionStatus.NO_CHANGE
            )
            return Judgement(status, "{} from {} in {}.", moved, before, change.year)
        why = (
            "neither way is better by itself"
            if measure.spread is Spread.NONE
            else "no interval can be given, so it is not called a change"
        )
        return Judgement(DirectionStatus.NO_CHANGE, "{} from {} in {}; {}.", moved, before, change.year, why)
    lower, upper, _ = change.interval
    clear = lower > 0 or upper < 0
    status = (
        DirectionStatus.NO_CHANGE
        if not clear or sign == 0
        else DirectionStatus.IMPROVING
        if (lower > 0) == (sign > 0)
        else DirectionStatus.WORSENING
    )
    return Judgement(
        status,
        "{} from {} in {}; the change lies between {} and {} (95 % interval).",
        moved,
        before,
        change.year,
        number(lower, places),
        number(upper, places),
    )


class _Moved:
    """How far a figure moved, turned into text only when its sentence is read: ``Up 2.1 points``, ``Down £217``.

    One decimal more is given where rounding would hide the change.
    """

    __slots__ = ("change", "decimals", "unit")

    def __init__(self, change: float, unit: Unit, decimals: int) -> None:
        self.change = change
        self.unit = unit
        self.decimals = decimals

    def __format__(self, spec: str) -> str:
        size = abs(self.change)
        if size < 1e-9:
            return "Unchanged"
        places = self.decimals if round(size, self.decimals) else self.decimals + 1
        if not round(size, places):
            return "Almost unchanged"
        said = shown(size, self.unit, places) if self.unit is Unit.POUNDS else number(size, places)
        points = ("" if said == "1" else "s") if self.unit is Unit.PERCENT else None
        return f"{'Up' if self.change > 0 else 'Down'} {said}" + ("" if points is None else f" point{points}")


def progress8_band(value: float, lower: float, upper: float) -> str:
    """DfE's description of a school's Progress 8 score.

    Source: DfE, Secondary accountability measures: guide for maintained secondary schools and academies, "Progress 8
    banding": well above average from 0.5 and well below from -0.5, each only when the interval leaves out 0.
    """
    if lower > 0:
        return "well above average" if value >= 0.5 else "above average"
    if upper < 0:
        return "well below average" if value < -0.5 else "below average"
    return "average"


def certainty(measure: Measure, people: float | None) -> Judgement:
    """How many people a figure speaks of, and what one of them is worth when they are few."""
    if measure.spread is Spread.NONE:
        return Judgement(CertaintyStatus.NOT_CHANCE, "This figure is counted in full; chance plays no part in it.")
    if people is None:
        return Judgement(CertaintyStatus.NONE, "The number of {} is not given.", measure.people)
    if people < SMALL_COHORT:
        if measure.unit is Unit.PERCENT and people >= 1:
            return Judgement(
                CertaintyStatus.SMALL,
                "{}; one {} changes this figure by {} points.",
                counted(people, measure.people),
                one_of(measure.people),
                number(100 / people, 1),
            )
        return Judgement(CertaintyStatus.SMALL, "{}: read with caution.", counted(people, measure.people))
    return Judgement(CertaintyStatus.LARGE, "{}.", counted(people, measure.people))
