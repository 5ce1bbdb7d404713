"""Target rules that look at one figure: tiny frozen classes, each answering with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.answers import Judgement, TargetStatus
from kpi_engine.model import Polarity
from kpi_engine.targets.base import EPSILON, Case, Limits, Points, Shown, judged


@dataclass(frozen=True, slots=True)
class NoTarget:
    """Shown without judgement, because of ``why``."""

    why: str = "No target is set for this measure."
    line: float | None = None

    @property
    def words(self) -> str:
        return self.why

    def __call__(self, case: Case) -> Judgement:  # noqa: ARG002 - every rule is called with its case
        return Judgement(TargetStatus.NONE, self.why)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Met at or above ``value`` (above only, with ``strictly``); near within the tolerance below it.

    An overdue check fails whatever the value.
    """

    value: float
    strictly: bool = False

    @property
    def line(self) -> float | None:
        return self.value

    @property
    def words(self) -> str:
        return f"{'above' if self.strictly else 'at least'} {self.value:g}"

    def __call__(self, case: Case) -> Judgement:
        if case.overdue:
            return Judgement(TargetStatus.MISSED, "{}", case.overdue)
        met = case.value > self.value + EPSILON if self.strictly else case.value >= self.value - EPSILON
        near = case.value >= self.value - case.tolerance - EPSILON
        return judged(met, near, "{} against a target of {} {}.", Shown(case, case.value),
                       "above" if self.strictly else "at least", Shown(case, self.value))  # fmt: skip


@dataclass(frozen=True, slots=True)
class AtMost:
    """Met at or below ``value`` (below only, with ``strictly``); near within the tolerance above it."""

    value: float
    strictly: bool = False

    @property
    def line(self) -> float | None:
        return self.value

    @property
    def words(self) -> str:
        return f"{'below' if self.strictly else 'at most'} {self.value:g}"

    def __call__(self, case: Case) -> Judgement:
        met = case.value < self.value - EPSILON if self.strictly else case.value <= self.value + EPSILON
        near = case.value <= self.value + case.tolerance + EPSILON
        return judged(met, near, "{} against a target of {} {}.", Shown(case, case.value),
                       "below" if self.strictly else "at most", Shown(case, self.value))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """Met from ``low`` to ``high``, near from ``near_low`` to ``near_high``, missed on either side of that."""

    low: float
    high: float
    near_low: float
    near_high: float

    @property
    def line(self) -> float | None:
        return (self.low + self.high) / 2

    @property
    def words(self) -> str:
        return f"{self.low:g} to {self.high:g}"

    def __call__(self, case: Case) -> Judgement:
        met = self.low - EPSILON <= case.value <= self.high + EPSILON
        near = self.near_low - EPSILON <= case.value <= self.near_high + EPSILON
        side = "" if met else " It is below the band." if case.value < self.low else " It is above the band."
        return judged(met, near, "{} against a band of {} to {}.{}", Shown(case, case.value),
                       Shown(case, self.low), Shown(case, self.high), side)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BetterThanBenchmark:
    """Met when better than England by the KPI's polarity; near within the tolerance.

    With ``positive`` the value has to be above 0 too. ``tolerance_share`` makes the tolerance a share of the
    benchmark (10 % for rates per 100).
    """

    positive: bool = False
    tolerance_share: float | None = None
    line: float | None = None

    @property
    def words(self) -> str:
        return "better than England" + (" and above 0" if self.positive else "")

    def __call__(self, case: Case) -> Judgement:
        if case.benchmark is None:
            return Judgement(TargetStatus.NONE, "No national figure is at hand to judge against.")
        sign = -1 if case.polarity is Polarity.LOWER else 1
        ahead = sign * (case.value - case.benchmark)
        room = case.tolerance if self.tolerance_share is None else abs(case.benchmark) * self.tolerance_share
        met = ahead > EPSILON and (not self.positive or case.value > EPSILON)
        near = ahead >= -room - EPSILON and (not self.positive or case.value >= -room - EPSILON)
        if self.positive:
            return judged(met, near, "{} against {} {}, and above 0 is asked for.{}", Shown(case, case.value),
                           case.benchmark_label, Shown(case, case.benchmark), _beside_zero(case))  # fmt: skip
        return judged(met, near, "{} against {} {}; the target is {} it.", Shown(case, case.value),
                       case.benchmark_label, Shown(case, case.benchmark),
                       "below" if sign < 0 else "above")  # fmt: skip


def _beside_zero(case: Case) -> str:
    if case.lower is None or case.upper is None:
        return ""
    if case.lower > 0:
        return " The whole interval is above 0."
    return " The whole interval is below 0." if case.upper < 0 else " The interval includes 0."


@dataclass(frozen=True, slots=True)
class SignificantlyBetter:
    """Met when the whole interval is on the good side of England; without an interval, by a stated margin."""

    margin: float = 1.0
    line: float | None = None

    @property
    def words(self) -> str:
        return "clearly better than England"

    def __call__(self, case: Case) -> Judgement:
        if case.benchmark is None:
            return Judgement(TargetStatus.NONE, "No national figure is at hand to judge against.")
        sign = -1 if case.polarity is Polarity.LOWER else 1
        limit = case.lower if sign > 0 else case.upper
        if limit is not None and case.lower is not None and case.upper is not None:
            met = sign * (limit - case.benchmark) > EPSILON
            near = sign * (case.value - case.benchmark) >= -EPSILON
            return judged(met, near, "{} (95 % interval) against {} {}.", Limits(case, case.lower, case.upper),
                           case.benchmark_label, Shown(case, case.benchmark))  # fmt: skip
        ahead = sign * (case.value - case.benchmark)
        return judged(ahead >= self.margin - EPSILON, ahead >= -EPSILON,
                       "{} against {} {}. Totals alone are known, so a margin of {:g} point is asked for.",
                       Shown(case, case.value), case.benchmark_label, Shown(case, case.benchmark),
                       self.margin)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NearBenchmark:
    """Met when within ``room`` of the comparator on either side; near within the tolerance beyond."""

    room: float
    line: float | None = None

    @property
    def words(self) -> str:
        return f"within {self.room:g} points of the benchmark"

    def __call__(self, case: Case) -> Judgement:
        if case.benchmark is None:
            return Judgement(TargetStatus.NONE, "No figure for similar academies is at hand to judge against.")
        apart = abs(case.value - case.benchmark)
        return judged(apart <= self.room + EPSILON, apart <= self.room + case.tolerance + EPSILON,
                       "{} against {} {}; within {:g} points is asked for.", Shown(case, case.value),
                       case.benchmark_label, Shown(case, case.benchmark), self.room)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GapNarrowing:
    """Met when there is no gap or it is smaller than the year before by more than 0.5; near within 0.5.

    The value is the shortfall: positive means the group does worse (or, for an absolute gap, any difference).
    """

    line: float | None = 0.0

    @property
    def words(self) -> str:
        return "smaller than the year before"

    def __call__(self, case: Case) -> Judgement:
        if case.value <= EPSILON:
            return Judgement(TargetStatus.MET, "The group does no worse: the shortfall is {} points.",
                             Points(case.value, case.decimals))  # fmt: skip
        if case.previous is None or not case.comparable:
            why = case.not_comparable_because or "There is no figure for the year before to compare with."
            return Judgement(TargetStatus.NONE, "{}", why)
        change = case.value - case.previous
        return judged(change < -case.tolerance - EPSILON, change <= case.tolerance + EPSILON,
                       "{} points against {} in {}: a change of {}.", Points(case.value, case.decimals),
                       Points(case.previous, case.decimals), case.previous_year,
                       Points(change, case.decimals))  # fmt: skip
