"""The first rule of small numbers: which figures of the trust's own returns speak of too few people to be shown.

Pure arithmetic over arrays. What else has to be hidden, so that these cannot be worked out, is ``protect``'s task.
"""

from __future__ import annotations

import enum
from typing import Any

import numpy as np

from kpi_engine.model import Measure, Spread

FEW = 5
"""A figure about so many people or fewer is hidden, and one that counts 1 to so many of them, or all but those."""
CAUTION = 11
"""Under so many people, "all of them" and "none of them" are hidden, and whatever is shown carries a caution."""
FEW_STAFF = 10
"""Under so many staff a figure is for the academy's head and the executive only."""

OPEN = 1
"""Guard of a fact of the trust's own returns that everybody in the trust may see; published facts have 0."""
OFFICE = 2
"""Guard of a fact that only headteachers (of their own academy) and the executive may see."""
CLOSED = 3
"""Guard of a fact that nobody sees, save a headteacher whose trust lets heads see their own academy's small numbers."""

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Kind(enum.Enum):
    """What a measure's numerator is to its denominator, which decides what would be a small number."""

    SHARE = "some of the people, or of units that belong to people"
    EVENTS = "events that happened to people; one person can have several"
    SCORE = "people's points added up"
    WORK = "pieces of staff's work, of which a small unit's are those of a few people"


_KINDS = {
    Spread.PEOPLE: Kind.SHARE,
    Spread.OVER_PEOPLE: Kind.SHARE,
    Spread.COUNTED: Kind.EVENTS,
    Spread.KNOWN_DEVIATION: Kind.SCORE,
    Spread.WITH_SQUARES: Kind.SCORE,
}
_WORK = frozenset(("lesson_quality",))
"""Measures that count no staff but speak of them: a department's reviewed lessons are those of a few teachers."""


def kind_of(measure: Measure) -> Kind | None:
    """The measure's kind; None for what is not about people: money, places, checklists, inspections."""
    if measure.id in _WORK:
        return Kind.WORK
    return _KINDS.get(measure.spread)


def about_staff(measure: Measure) -> bool:
    """Whether the stricter rule for staff holds."""
    return measure.people == "staff" or measure.id in _WORK


def unsafe(kind: Kind, numerator: Floats, denominator: Floats, people: Floats) -> Flags:
    """For each figure whether it is about five people or fewer, counts 1 to 5 of them or all but 1 to 5, or is all or
    none of a group under 11. NaN is a number that the figure does not have."""
    size = np.where(np.isnan(people), denominator, people)
    if kind is Kind.WORK:
        return np.zeros(len(size), dtype=bool)
    found = (size > 0) & (size <= FEW)
    if kind in (Kind.SHARE, Kind.EVENTS):
        found |= (numerator > 0) & (numerator <= FEW)
        found |= (numerator == 0) & (size > 0) & (size < CAUTION)
    if kind is Kind.SHARE:
        rest = denominator - numerator
        found |= (rest > 0) & (rest <= FEW)
        found |= (rest == 0) & (size > 0) & (size < CAUTION)
    return found


def unsafe_one(kind: Kind, numerator: float | None, denominator: float | None, people: float | None) -> bool:
    """The same for one figure; None is a number that it does not have."""
    n, d, p = (np.array([np.nan if x is None else x]) for x in (numerator, denominator, people))
    return bool(unsafe(kind, n, d, p)[0])


def unsafe_staff(denominator: Floats, people: Floats) -> Flags:
    """For each figure whether it is about fewer than ten staff."""
    size = np.where(np.isnan(people), denominator, people)
    return (size > 0) & (size < FEW_STAFF)
