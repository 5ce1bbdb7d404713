"""The first rule in its own words."""

from __future__ import annotations

import math

from kpi_engine.measures import MEASURES
from kpi_engine.model import Spread

PER_PERSON = (Spread.PEOPLE, Spread.OVER_PEOPLE)
SCORES = (Spread.KNOWN_DEVIATION, Spread.WITH_SQUARES)


def small(id: str, n: float, d: float, people: float) -> bool:
    """Whether it is about five people or fewer; 1 to 5 counted, or all but; all or none of under 11."""
    measure = MEASURES[id]
    if id == "lesson_quality":
        return False
    size = d if math.isnan(people) else people
    if 0 < size <= 5:
        return True
    if measure.spread in SCORES:
        return False
    if 1 <= n <= 5 or 0 < n < 1 or (n == 0 and 0 < size < 11):
        return True
    left = d - n
    return measure.spread in PER_PERSON and (0 < left <= 5 or (left == 0 and 0 < size < 11))
