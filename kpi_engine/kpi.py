"""How a KPI is declared: what is counted, which way is good, what the target is, what may be drilled into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kpi_engine.model import Phase, Polarity, Unit
from kpi_engine.targets import Rule


@dataclass(frozen=True, slots=True)
class Passport:
    """About this measure, in words that a headteacher would use.

    ``questions`` are three that a governor could ask. ``changes`` are method changes, newest first.
    """

    definition: str
    numerator: str
    denominator: str
    source: str
    lag: str
    changes: tuple[str, ...]
    questions: tuple[str, str, str]
    missing_years: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """The KPI's own axis, the same for every academy.

    ``complement`` draws 100 - value (absence for attendance); ``low`` and ``high`` are then limits of what is
    drawn.
    """

    low: float
    high: float
    complement: bool = False


@dataclass(frozen=True, slots=True)
class Single:
    """The answer is one measure; ``beside`` are measures shown with it and given to the target rule."""

    measure: str
    beside: tuple[str, ...] = ()
    within: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Fixed dimensions, e.g. looked_after=Y."""
    by_dimension: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Dimensions that another measure carries, e.g. the reasons of absence for attendance."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The answer is a gap between a group and its comparator, on one outcome for each phase.

    ``group`` and ``comparator`` are values of ``dimension``. With ``national_comparator`` the comparator is
    England's (what DfE publishes as the gap to other pupils nationally). ``outcomes`` are all measures that
    the gap exists for, ``primary`` and ``secondary`` those that decide the KPI.
    """

    dimension: str
    group: str
    comparator: str
    group_name: str
    comparator_name: str
    outcomes: tuple[str, ...]
    primary: str = "ks2_rwm"
    secondary: str = "attainment8"
    national_comparator: bool = False
    absolute: bool = False
    further_groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stages:
    """The answer counts the key stages whose result is above England's: (key stage, its measures)."""

    stages: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI of the trust's plan.

    ``benchmark`` says whether England's figure is shown beside it. ``trust_only`` KPIs have no figure for an
    academy. ``pool_years`` > 1 pools that many years.
    ``context_only`` benchmarks are shown and never judged. A ``whole_year`` KPI counts over a whole year: the
    figure of a year not yet over is shown, and not judged against the year's target. ``staff`` figures are about
    people who work here, so that the stricter rule for small groups holds.
    """

    id: str
    title: str
    short: str
    group: str
    promise: str
    answer: Single | Gap | Stages
    polarity: Polarity
    target: Rule
    passport: Passport
    axis: Axis
    drill: tuple[str, ...]
    unit: Unit
    benchmark: bool = False
    context_only: bool = False
    trust_only: bool = False
    pool_years: int = 1
    tolerance: float = 2.0
    phases: tuple[Phase, ...] = tuple(Phase)
    sixth_form_only: bool = False
    owner: str = ""
    staff: bool = False
    whole_year: bool = False
    said: str = ""
    """What the value is called in a sentence, where the title names the promise and not the quantity."""
    untargeted: tuple[str, ...] = ()
    """Breakdowns that the target does not speak of: a single reason, one trustee's share of the skills."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the KPI may read."""
        match self.answer:
            case Single(measure, beside, _, by_dimension):
                return (measure, *beside, *by_dimension.values())
            case Gap():
                return self.answer.outcomes
            case Stages(stages):
                return tuple(measure for _, found in stages for measure in found)

    def measure_by(self, dimensions: Mapping[str, str]) -> str:
        """The measure that answers within these dimensions (of a KPI whose answer is one measure)."""
        answer = self.answer
        if not isinstance(answer, Single):
            raise TypeError(f"{self.id} has no single measure")
        for dimension, measure in answer.by_dimension.items():
            if dimension in dimensions:
                return measure
        return answer.measure
