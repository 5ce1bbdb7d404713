"""Ofsted's scales: the words for its grades, which grade is better, and what counts as good.

Graded inspections use 1 to 4 (School inspection handbook, to 2025), report cards five words (State-funded
school inspection toolkit, from November 2025). The two scales are never translated into one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kpi_engine.intake.layouts.ofsted_blocks import (
    GRADED,
    OUTCOME,
    REPORT_CARD,
    REPORT_CARD_GRADES,
    SAFEGUARDING,
)

__all__ = ["GRADED", "OUTCOME", "REPORT_CARD", "SAFEGUARDING"]

OVERALL = "Overall effectiveness"
KEY_JUDGEMENTS = (
    "Quality of education",
    "Behaviour and attitudes",
    "Personal development",
    "Leadership and management",
)
"""The four key judgements of graded inspections since September 2019."""

LEADERSHIP: Mapping[str, str] = MappingProxyType(
    {GRADED: "Leadership and management", REPORT_CARD: "Leadership and governance"}
)
WORDS: Mapping[str, str] = MappingProxyType(
    {"1": "Outstanding", "2": "Good", "3": "Requires improvement", "4": "Inadequate"}
)
_RANK: Mapping[str, int] = MappingProxyType(
    {"1": 1, "2": 2, "3": 3, "4": 4, "Yes": 1, "No": 2, "Met": 1, "Not met": 2}
    | {grade: place for place, grade in enumerate(REPORT_CARD_GRADES, 1)}
)
_GOOD = frozenset({"1", "2", "Yes", "Met", *REPORT_CARD_GRADES[:3]})


def word(grade: str) -> str:
    """A grade as a reader sees it: ``Good`` for 2, ``effective`` for a Yes, else Ofsted's own word."""
    return WORDS.get(grade) or {"Yes": "effective", "No": "not effective"}.get(grade, grade)


def no_worse(before: str, after: str) -> bool:
    """Whether a grade is the same as or better than one of the same scale."""
    return _RANK[after] <= _RANK[before]


def good(grade: str) -> bool:
    """Good or better; on a report card the expected standard or better, and safeguarding met."""
    return grade in _GOOD
