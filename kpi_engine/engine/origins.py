"""Which rows of a file a fact comes from: its own row, or those that were added up to it.

A fact states its row where one row of a file gave it. One that was added up, by a layout or by the build, is followed
down to the rows whose numerators make exactly its own; where no set of rows does, that is said rather than guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from kpi_engine import years
from kpi_engine.model import Measure, Observation, OverTime

Entry = tuple[Observation, int | None]
"""A fact and its row in the file, None for one that was added up."""

_EXACT = 1e-6
_REASON = "reason"
_NO_PARTS = frozenset(("inspection", "area", "member"))
"""Dimensions whose values are no parts of the whole: an earlier inspection, one judgement of several, one trustee."""

_ALL_COUNT = frozenset(("board_skills", "lgb_skills", "critical_friends"))
"""Measures that ask whether any row of several says yes, so that every row has its part and none is added up."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The rows behind a fact, in the file's order. ``whole`` says that they are all of them."""

    entries: tuple[Entry, ...]
    whole: bool


def of_fact(measure: Measure, fact: Observation, held: Sequence[Entry]) -> Origin:
    """The rows behind one fact. ``held`` are its academy's facts of the same measure, series and year, at its
    breakdown and below, with their rows."""
    own = next((e for e in held if e[0].period == fact.period and _same(e[0], fact)), (fact, None))
    shared = Counter((part.source_id, row) for part, row in held)
    found = _every(fact, held) if measure.id in _ALL_COUNT else _followed(measure, own, held, shared)
    if found is None:
        return Origin((own,) if own[1] is not None else (), False)
    kept: dict[tuple[str, int | None], Entry] = {}
    for entry in found:
        kept.setdefault((entry[0].source_id, entry[1]), entry)
    return Origin(tuple(sorted(kept.values(), key=lambda e: (e[0].source_id, e[1] or 0))), True)


def _every(fact: Observation, held: Sequence[Entry]) -> list[Entry] | None:
    """The facts of the finest breakdown: a row each."""
    below = [e for e in held if e[1] is not None and _finer(e[0], fact)]
    finest = max((len(part.breakdown) for part, _ in below), default=0)
    return [e for e in below if len(e[0].breakdown) == finest] or None


def _followed(
    measure: Measure, entry: Entry, held: Sequence[Entry], shared: Mapping[tuple[str, int | None], int]
) -> list[Entry] | None:
    """The rows of one row each that make up an entry, or None where none are known to.

    ``shared`` says how many facts a row of a file gave.
    """
    fact, row = entry
    if row is not None and shared[fact.source_id, row] <= 1:
        return [entry]
    below = [e for e in held if e[1] is not None and _finer(e[0], fact)]
    shapes: dict[tuple[str, tuple[str, ...]], list[Entry]] = {}
    for each in below:
        added = set(each[0].breakdown) - set(fact.breakdown)
        if not added & _NO_PARTS:
            shapes.setdefault((_kind(each[0].period), tuple(sorted(each[0].breakdown))), []).append(each)
    # A row without leavers also says that there were none of each reason, which makes no several rows of it.
    by_reason = {key: _REASON in key[1] and _REASON not in fact.breakdown for key in shapes}
    if row is not None and not any(_continues(entry, shape) for key, shape in shapes.items() if not by_reason[key]):
        return [entry]
    for _, shape in sorted(shapes.items(), key=lambda each: (by_reason[each[0]], len(each[1]))):
        parts = _that_count(measure, fact, shape)
        if fact.numerator is None or any(part.numerator is None for part, _ in parts):
            continue
        if abs(fsum(part.numerator or 0.0 for part, _ in parts) - fact.numerator) > _EXACT:
            continue
        followed = [_followed(measure, part, below, shared) for part in parts]
        if all(found is not None for found in followed):
            return [each for found in followed if found is not None for each in found]
    return None


def _continues(entry: Entry, shape: Sequence[Entry]) -> bool:
    """Whether parts of an entry begin on its own row and go on over others: then its row is the first of several."""
    fact, row = entry
    rows = {(part.source_id, at) for part, at in shape}
    return (fact.source_id, row) in rows and len(rows) > 1


def _that_count(measure: Measure, fact: Observation, shape: Sequence[Entry]) -> Sequence[Entry]:
    """The parts that count into a figure: all, or those of the last period where the last stands for the whole."""
    if measure.over_time is not OverTime.LAST or shape[0][0].period == fact.period:
        return shape
    last = max((part for part, _ in shape), key=lambda part: years.period_days(part.academic_year, part.period)[1])
    return [entry for entry in shape if entry[0].period == last.period]


def _finer(part: Observation, fact: Observation) -> bool:
    """Whether a fact is about a part of another: a part of its people, or of its time."""
    if part.period == fact.period:
        return len(part.breakdown) > len(fact.breakdown) and _contains(part.breakdown, fact.breakdown)
    if not _contains(part.breakdown, fact.breakdown) or {part.period, fact.period} <= {"Year", "YTD"}:
        return False
    first, last = years.period_days(fact.academic_year, fact.period)
    begins, ends = years.period_days(part.academic_year, part.period)
    return first <= begins and ends <= last


def _contains(part: Mapping[str, str], whole: Mapping[str, str]) -> bool:
    return all(part.get(name) == value for name, value in whole.items())


def _same(one: Observation, other: Observation) -> bool:
    return dict(one.breakdown) == dict(other.breakdown)


def _kind(period: str) -> str:
    """Periods of one kind add up to a longer one: years, terms, months, weeks."""
    if period in ("Year", "YTD", "Autumn", "Spring", "Summer"):
        return "year" if period in ("Year", "YTD") else "term"
    return "week" if "W" in period else "month"
