"""What a question is about: one academy or several together, a year, a breakdown and a part of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kpi_engine.errors import UsageError
from kpi_engine.kpi import Gap, Kpi, Stages
from kpi_engine.model import DIMENSIONS, NO_BREAKDOWN, TOTAL, TRUST, Academy

PERIOD_KINDS = ("term", "month", "week")
OUTCOME = "measure"
KEY_STAGE = "key_stage"
COMPARATOR = "comparator"
COMPARATORS = ("national", "school")
"""Whom a group is held against: other pupils in England, or other pupils in the same academies."""


class Scope(NamedTuple):
    """One academy (``academy``), or the trust as the sum over ``academies``."""

    academy: Academy | None
    academies: tuple[Academy, ...]
    name: str

    @property
    def urn(self) -> str:
        return self.academy.urn if self.academy is not None else TRUST


class Slice(NamedTuple):
    """A breakdown parted into what facts know: dimensions, a period, and for gaps and key stages their own keys."""

    dimensions: Mapping[str, str]
    period: str | None
    outcome: str | None
    key_stage: str | None
    comparator: str | None = None


WHOLE = Slice(NO_BREAKDOWN, None, None, None)


def slice_of(kpi: Kpi, breakdown: Mapping[str, str]) -> Slice:
    """The parts of a breakdown; UsageError for a dimension that the KPI does not have, and for "Total" as a value."""
    if not breakdown:
        return WHOLE
    allowed = {*DIMENSIONS, *PERIOD_KINDS}
    if isinstance(kpi.answer, Gap):
        allowed |= {OUTCOME, COMPARATOR} if kpi.answer.national_comparator else {OUTCOME}
    if isinstance(kpi.answer, Stages):
        allowed |= {KEY_STAGE}
    unknown = [name for name in breakdown if name not in allowed]
    if unknown:
        raise UsageError(
            f"{kpi.id} has no breakdown {unknown[0]!r}; it can be taken by {', '.join(kpi.drill) or 'nothing'}"
        )
    undivided = [name for name, value in breakdown.items() if value == TOTAL]
    if undivided:
        # A figure must have one name: what may be shown is decided by it.
        raise UsageError(f"{TOTAL!r} is no value of {undivided[0]!r}; leave it out to ask for the whole")
    period = next((breakdown[kind] for kind in PERIOD_KINDS if kind in breakdown), None)
    dimensions = {name: value for name, value in breakdown.items() if name in DIMENSIONS}
    if isinstance(kpi.answer, Gap) and breakdown.get(OUTCOME, kpi.answer.primary) not in kpi.answer.outcomes:
        known = ", ".join(kpi.answer.outcomes)
        raise UsageError(f"{kpi.id} is taken on no measure {breakdown[OUTCOME]!r}; expected one of {known}")
    comparator = breakdown.get(COMPARATOR)
    if comparator is not None and comparator not in COMPARATORS:
        raise UsageError(f"{comparator!r} is no comparator; expected {' or '.join(COMPARATORS)}")
    return Slice(dimensions, period, breakdown.get(OUTCOME), breakdown.get(KEY_STAGE), comparator)
