"""What a target rule is given and what it must answer.

A rule never fetches anything: the engine hands it a ``Case`` with all that a rule may need. Values are in
display units (percentages 0-100).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from kpi_engine.answers import Judgement, TargetStatus
from kpi_engine.model import Polarity
from kpi_engine.wording import number, shown, span

EPSILON = 1e-9
_NO_FIGURES: Mapping[str, float] = MappingProxyType({})


class Case(NamedTuple):
    """What is judged: one figure with its interval, benchmark, year before and companions.

    ``parts`` are the judgements of the trust's academies, or of its phases, when it is judged by them. ``beside``
    are the values of the measures that stand beside the KPI's own, by id. ``overdue`` is a sentence that fails a
    checklist (an audit that is too old). ``have`` and ``of`` are the figure's own numerator and denominator.
    """

    value: float
    unit: str
    decimals: int
    polarity: Polarity
    tolerance: float
    lower: float | None = None
    upper: float | None = None
    benchmark: float | None = None
    benchmark_label: str = "England"
    previous: float | None = None
    previous_year: str = ""
    comparable: bool = True
    not_comparable_because: str = ""
    parts: Sequence[tuple[str, Judgement]] = ()
    beside: Mapping[str, float] = _NO_FIGURES
    overdue: str = ""
    have: float | None = None
    of: float | None = None


class Rule(Protocol):
    """A target rule: judges a case."""

    def __call__(self, case: Case) -> Judgement: ...

    @property
    def line(self) -> float | None:
        """Where the target is drawn, in display units; None where there is no single line."""
        ...

    @property
    def words(self) -> str:
        """The target in words, without a figure of the academy's."""
        ...


def judged(met: bool, near: bool, template: str, *values: object) -> Judgement:
    status = TargetStatus.MET if met else TargetStatus.NEAR if near else TargetStatus.MISSED
    return Judgement(status, template, *values)


class Shown:
    """A figure that is turned into text only when its sentence is read."""

    __slots__ = ("case", "value")

    def __init__(self, case: Case, value: float) -> None:
        self.case = case
        self.value = value

    def __str__(self) -> str:
        return shown(self.value, self.case.unit, self.case.decimals)

    def __format__(self, spec: str) -> str:
        return str(self)


class Limits:
    """An interval that is turned into text only when its sentence is read."""

    __slots__ = ("case", "lower", "upper")

    def __init__(self, case: Case, lower: float, upper: float) -> None:
        self.case = case
        self.lower = lower
        self.upper = upper

    def __format__(self, spec: str) -> str:
        return span(self.lower, self.upper, self.case.unit, self.case.decimals)


class Points:
    """A number of points that is turned into text only when its sentence is read."""

    __slots__ = ("decimals", "value")

    def __init__(self, value: float, decimals: int) -> None:
        self.value = value
        self.decimals = decimals

    def __format__(self, spec: str) -> str:
        return number(self.value, self.decimals)
