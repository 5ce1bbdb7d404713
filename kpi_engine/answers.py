"""What the engine gives back: judgements, benchmarks, sides of a gap, results. Frozen, without input or output."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi_engine.model import NO_BREAKDOWN, Coverage, Membership, Source, Unit, Withheld


class TargetStatus(enum.StrEnum):
    MET = "Met"
    NEAR = "Near"
    MISSED = "Missed"
    NONE = "No target set"


class BenchmarkStatus(enum.StrEnum):
    ABOVE = "Above national"
    NO_DIFFERENCE = "No clear difference"
    BELOW = "Below national"
    NONE = "No national figure"


class DirectionStatus(enum.StrEnum):
    IMPROVING = "Improving"
    NO_CHANGE = "No clear change"
    WORSENING = "Worsening"
    NONE = "Not compared"


class CertaintyStatus(enum.StrEnum):
    LARGE = "Large cohort"
    SMALL = "Small cohort"
    HIDDEN = "Hidden"
    NOT_CHANCE = "Not a matter of chance"
    NONE = "No figure"


Status = TargetStatus | BenchmarkStatus | DirectionStatus | CertaintyStatus


class Judgement:
    """One answer in a word, with the sentence that gives its reason.

    The reason is formatted only when somebody reads it: a scorecard makes thousands of judgements and shows few.
    ``template`` is a ``str.format`` text over ``values``.
    """

    __slots__ = ("_template", "_values", "status")

    def __init__(self, status: Status, template: str, *values: object) -> None:
        self.status = status
        self._template = template
        self._values = values

    @property
    def reason(self) -> str:
        return self._template.format(*self._values) if self._values else self._template

    def as_dict(self) -> dict[str, str]:
        return {"status": str(self.status), "reason": self.reason}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Judgement) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((self.status, self.reason))

    def __repr__(self) -> str:
        return f"Judgement({self.status!s}: {self.reason})"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a gap: the group, or the comparator it is measured against. ``value`` in the outcome's unit."""

    name: str
    value: float | None
    numerator: float | None
    denominator: float | None
    people: float | None
    lower: float | None = None
    upper: float | None = None
    moved: float | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The figure of another measure that stands beside a KPI's own: those who answered, those not known.

    ``value`` is in the measure's unit; what may not be seen is left out altogether.
    """

    measure: str
    value: float
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the target is, in people: how many more (or fewer) would have been needed, or are to spare."""

    people: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one question: a KPI for a scope, year and breakdown, with everything that supports it.

    ``value`` is in ``unit`` (percentages 0-100), ``lower`` and ``upper`` are its 95 % limits, or None.
    ``people`` is the cohort the figure speaks of. Either ``value`` or ``withheld`` is set, never both.
    """

    kpi: str
    academy: str
    academy_name: str
    academic_year: str
    value: float | None
    unit: Unit
    decimals: int
    numerator: float | None
    denominator: float | None
    people: float | None
    lower: float | None
    upper: float | None
    interval_method: str
    benchmark: float | None
    benchmark_label: str
    target: Judgement
    versus_benchmark: Judgement
    direction: Judgement
    certainty: Judgement
    withheld: Withheld | None
    coverage: Coverage
    sentence: str
    breakdown: Mapping[str, str] = field(default_factory=lambda: NO_BREAKDOWN)
    period: str = "Year"
    series: str = ""
    stage: str = ""
    sides: tuple[Side, ...] | None = None
    distance: Distance | None = None
    membership: Membership = Membership.MEMBER
    detail: str | None = None
    notes: tuple[str, ...] = ()
    source: tuple[Source, ...] = ()
    target_value: float | None = None
    benchmark_source: str = ""
    outcome: str = ""
    """The measure that a gap was taken on; empty for every other KPI."""
    restricted: bool = False
    """Whether it is shown only by a headteacher's right to the own academy's small numbers, not to be passed on."""
    beside: tuple[Beside, ...] = ()
    """The measures shown with the KPI's own, for the same scope, year and breakdown."""

    def as_dict(self) -> dict[str, object]:
        """The object of the command line's JSON, with its documented keys first."""
        return {
            "kpi": self.kpi,
            "academy": self.academy,
            "academy_name": self.academy_name,
            "academic_year": self.academic_year,
            "breakdown": dict(self.breakdown),
            "value": self.value,
            "unit": str(self.unit),
            "numerator": self.numerator,
            "denominator": self.denominator,
            "lower": self.lower,
            "upper": self.upper,
            "benchmark": self.benchmark,
            "target": self.target.as_dict(),
            "versus_benchmark": self.versus_benchmark.as_dict(),
            "direction": self.direction.as_dict(),
            "certainty": self.certainty.as_dict(),
            "withheld": None
            if self.withheld is None
            else {"kind": str(self.withheld.kind), "reason": self.withheld.reason},
            "coverage": {
                "have": self.coverage.have,
                "of": self.coverage.of,
                "missing": list(self.coverage.missing),
            },
            "sides": None
            if self.sides is None
            else [{name: getattr(side, name) for name in Side.__slots__} for side in self.sides],
            "source": [{"file": s.file, "sha256": s.sha256, "rows": s.rows} for s in self.source],
            "people": self.people,
            "interval_method": self.interval_method,
            "benchmark_label": self.benchmark_label,
            "benchmark_source": self.benchmark_source,
            "sentence": self.sentence,
            "distance": None
            if self.distance is None
            else {"people": self.distance.people, "sentence": self.distance.sentence},
            "period": self.period,
            "series": self.series,
            "stage": self.stage,
            "membership": str(self.membership),
            "detail": self.detail,
            "notes": list(self.notes),
            "restricted": self.restricted,
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a scorecard: just enough to draw it; the same figures as the full result."""

    kpi: str
    academy: str
    academic_year: str
    value: float | None
    target: Judgement
    withheld: Withheld | None
    restricted: bool = False
