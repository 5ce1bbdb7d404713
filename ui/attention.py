"""What the overview puts first: results parted into what needs discussion, what to watch, and what is on track.

A missed target needs discussion, unless the other answers speak against it: a gap that is larger than the year
before by plain arithmetic is discussed only where it is clearly worsening, and a figure that clearly improves without
being worse than England's is watched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.answers import BenchmarkStatus, Cell, DirectionStatus, Result, TargetStatus
from kpi_engine.kpi import Kpi
from kpi_engine.model import Polarity
from ui.words import is_gap


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a scope's KPIs are met, near, missed and without a judgement."""

    met: int
    near: int
    missed: int
    unjudged: int

    @property
    def all(self) -> int:
        return self.met + self.near + self.missed + self.unjudged


def counts(cells: Sequence[Cell]) -> Counts:
    """The counts over one scope's cells."""
    by = {s: sum(1 for c in cells if c.withheld is None and c.target.status is s) for s in TargetStatus}
    met, near, missed = by[TargetStatus.MET], by[TargetStatus.NEAR], by[TargetStatus.MISSED]
    return Counts(met, near, missed, len(cells) - met - near - missed)


def discuss(kpi: Kpi, result: Result) -> bool:
    """Whether a missed target calls for discussion."""
    if result.withheld is not None or result.target.status is not TargetStatus.MISSED:
        return False
    if is_gap(kpi):
        return result.direction.status is DirectionStatus.WORSENING
    worse = BenchmarkStatus.BELOW if kpi.polarity is Polarity.HIGHER else BenchmarkStatus.ABOVE
    improving = result.direction.status is DirectionStatus.IMPROVING
    return not improving or result.versus_benchmark.status is worse or kpi.polarity is Polarity.NEITHER


def watch(kpi: Kpi, result: Result) -> bool:
    """Whether it is near its target, or missed without calling for discussion."""
    if result.withheld is not None:
        return False
    near = result.target.status is TargetStatus.NEAR
    return near or (result.target.status is TargetStatus.MISSED and not discuss(kpi, result))


def urgency(kpi: Kpi, result: Result) -> tuple[bool, bool, bool]:
    """What puts a row before another: clearly worsening, clearly worse than England, missed rather than near."""
    worse = BenchmarkStatus.BELOW if kpi.polarity is Polarity.HIGHER else BenchmarkStatus.ABOVE
    return (
        result.direction.status is DirectionStatus.WORSENING,
        kpi.polarity is not Polarity.NEITHER and result.versus_benchmark.status is worse,
        result.target.status is TargetStatus.MISSED,
    )
