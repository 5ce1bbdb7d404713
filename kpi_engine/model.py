"""The things the engine speaks of: measures, scopes, observations and results. Frozen, without input or output."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

TOTAL = "Total"
TRUST = "trust"
CENTRAL = "central"
"""The URN of central services in the trust's own returns."""

PUPIL_DIMENSIONS = ("year_group", "sex", "disadvantage", "send", "looked_after")
DIMENSIONS = (
    *PUPIL_DIMENSIONS,
    "staff_group",
    "reason",
    "line",
    "area",
    "inspection",
    "department",
    "skill",
    "member",
    "category",
    "check",
    "review",
    "cohort",
    "level",
)
"""Every way a fact can be broken down; a fact that is not broken down by a dimension carries ``Total`` there."""

NO_BREAKDOWN: Mapping[str, str] = MappingProxyType({})


class Unit(enum.StrEnum):
    """How a value is shown. Percentages are 0-100; a rate is per 100 people."""

    PERCENT = "%"
    POINTS = "points"
    PER_100 = "per 100"
    POUNDS = "£"
    COUNT = "count"


class Spread(enum.Enum):
    """How chance reaches a measure's value, which decides its interval."""

    PEOPLE = "a proportion of people (Wilson)"
    OVER_PEOPLE = "a ratio of units that belong to people (linearised, over people)"
    COUNTED = "a count of events over a denominator (Byar)"
    KNOWN_DEVIATION = "a mean with one national pupil deviation (normal)"
    WITH_SQUARES = "a mean, with an interval only where sums of squares are supplied"
    NONE = "not a matter of chance: money, checklists, judgements"


class OverTime(enum.Enum):
    """How a measure's parts within a year make up the year."""

    SUM = "sum"
    LAST = "last"
    MEAN = "mean of the denominator, sum of the numerator"
    NONE = "does not add up over time"


class Polarity(enum.Enum):
    """Which way is good."""

    HIGHER = 1
    LOWER = -1
    NEITHER = 0


class Phase(enum.StrEnum):
    """Phases as targets, benchmarks and filters use them."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all-through"
    SPECIAL = "special"
    POST16 = "16-19"


@dataclass(frozen=True, slots=True)
class Break:
    """Between the year before and ``year`` the series cannot be compared, because of ``reason``."""

    year: str
    reason: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: additive, shared by KPIs, knows its series in order of preference.

    ``series`` that are not listed are never used. ``not_published`` maps an academic year to the reason why
    nobody published the measure for it. ``rollups`` are the grouping sets built from detailed inputs.
    ``partitions`` are the dimensions whose parts may be summed when a return comes without its Total rows.
    """

    id: str
    title: str
    unit: Unit
    spread: Spread
    series: tuple[str, ...]
    people: str
    numerator: str
    denominator: str
    decimals: int = 1
    over_time: OverTime = OverTime.NONE
    rollups: tuple[tuple[str, ...], ...] = ()
    partitions: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    not_published: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    phases: tuple[Phase, ...] = tuple(Phase)
    sixth_form_only: bool = False
    special_counts_for_trust: bool = True
    published_after_months: int = 0
    """Months from the end of the academic year to the publication by school; 0 for the trust's own returns."""
    higher_is_better: bool = True
    prefer_comparable: bool = False
    """Whether a series with a national figure for the year comes before one without, whatever their order."""
    national_phase: str | None = None
    """England's phase to compare with when the measure itself decides it (KS2: primary); else the academy's."""

    phases_apart: bool = False
    """Whether the trust is judged on it phase by phase, so that each phase's sum is given beside the trust's."""

    @property
    def factor(self) -> float:
        """What n / d is multiplied with to give the shown value."""
        return 100.0 if self.unit in (Unit.PERCENT, Unit.PER_100) else 1.0


@dataclass(frozen=True, slots=True)
class Academy:
    """One academy of the trust, now or once; ``predecessors`` are URNs whose facts stand under ``urn`` too."""

    urn: str
    name: str
    phase: Phase
    joined: str | None
    left: str | None = None
    opened: str | None = None
    closed: str | None = None
    predecessors: tuple[str, ...] = ()
    sixth_form: bool = False
    local_authority: str | None = None


class Membership(enum.StrEnum):
    """Whether an academy was in the trust for the whole period that a figure speaks of."""

    MEMBER = "member"
    BEFORE = "before joining"
    DURING = "joined during the year"
    LEFT_DURING = "left during the year"
    AFTER = "after leaving"


class Observation(NamedTuple):
    """One stored fact: what was counted for an academy in a period and breakdown.

    ``published_value``, ``lower`` and ``upper`` are in display units (percentages 0-100). ``code`` is a
    publisher's code or one of ours that stands in place of a figure. ``guard`` says who may see it: 0 for published
    figures, 1 to 3 for the trust's own returns (``disclosure.rule``).
    """

    measure: str
    series: str
    stage: str
    academic_year: str
    urn: str
    period: str
    numerator: float | None
    denominator: float | None
    people: float | None = None
    sum_nn: float | None = None
    sum_nd: float | None = None
    sum_dd: float | None = None
    published_value: float | None = None
    lower: float | None = None
    upper: float | None = None
    code: str | None = None
    detail: str | None = None
    source_id: str = ""
    guard: int = 0
    breakdown: Mapping[str, str] = NO_BREAKDOWN


class NationalFigure(NamedTuple):
    """England's figure (or a trust's own row in a DfE table) as published, in display units.

    ``phase`` is primary, secondary, special, 16-19 or all. ``source_id`` names a loaded file, or is empty for the
    figures that come with the engine, whose ``source`` says where each was published.
    """

    measure: str
    series: str
    stage: str
    academic_year: str
    phase: str
    period: str
    urn: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None = None
    upper: float | None = None
    code: str | None = None
    source_id: str = ""
    breakdown: Mapping[str, str] = NO_BREAKDOWN
    source: str = ""
    note: str = ""


class WithheldKind(enum.StrEnum):
    """Why there is no number: the special answers, never a blank and never 0."""

    NOT_PUBLISHED = "not published"
    NOT_YET_PUBLISHED = "not yet published"
    NOT_APPLICABLE = "not applicable"
    SUPPRESSED = "suppressed"
    HIDDEN = "hidden"
    NOT_DUE = "not due"
    NO_DATA = "no data loaded"
    NOT_INSPECTED = "not yet inspected"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A special answer with its reason, as a sentence."""

    kind: WithheldKind
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the academies that count have a figure, and the names of those that have none."""

    have: int
    of: int
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.have} of {self.of} academies"


@dataclass(frozen=True, slots=True)
class Source:
    """A loaded file, or a published national figure, that a result rests on."""

    file: str
    sha256: str
    rows: int
    title: str = ""
    stage: str = ""
    dated: str = ""
    """The date that the file gives itself (ISO), or "" where it gives none."""
    loaded: str = ""
    """The day on which it was loaded (ISO), or "" where that is not known."""
