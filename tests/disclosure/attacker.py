"""Somebody who wants to know what is hidden, and who can count.

He sees every cell that his guard lets him see, in one version of the data or in two, knows how many people each cell is
about, what is the sum of what, which measures are each other's remainder, which are part of another, and asks: between
which two whole numbers must a hidden numerator lie? Bounds are carried through all sums first, then linear and integer
programming (HiGHS) gives the exact least and greatest number.

The sums are written down here anew from the raw facts. Nothing is taken from the engine's own list of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TOTAL, Academy, Measure, OverTime, Phase, Spread
from tests.disclosure.first_rule import PER_PERSON, SCORES, small
from tests.disclosure.printed import Place, bounds, nearly, printed

TRUST = "trust"
Dims = tuple[tuple[str, str], ...]
Key = tuple[str, str, str, str, str, Dims]
"""Measure, series, academic year, whose, period, breakdown."""

WHOLE = ("Year", "YTD")
POOLED = ("y11_engaged", (("looked_after", "Y"),), 2017, 3)

AT_MOST = (
    ("severe_absence", "persistent_absence"),
    ("engmath_5", "engmath_4"),
    ("pupils_suspended", "suspensions"),
    ("y11_neet", "y11_neet_or_unknown"),
    ("y13_neet", "y13_neet_or_unknown"),
    ("ks2_rwm", "ks2_reading"),
    ("ks2_rwm", "ks2_writing"),
    ("ks2_rwm", "ks2_maths"),
)
"""Whoever is counted in the first is counted in the second."""
REMAINDER = (("y11_engaged", "y11_neet_or_unknown"), ("attendance", "absence_reason"))
"""What the first counts and what the second counts make up the denominator."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is true of a cell, and whether it is shown."""

    n: float
    d: float
    people: float
    shown: bool
    least: float = -math.inf
    most: float = math.inf
    """Between which numbers ``n`` lies for whoever has the published tables, whatever the engine shows."""

    @property
    def printed(self) -> bool:
        return self.most - self.least < 1e-9


Table = dict[Key, Cell]


def table(
    facts: pd.DataFrame,
    guard: Iterable[int],
    sums: pd.DataFrame,
    academies: Sequence[Academy],
    as_at: dt.date,
    level: int,
) -> Table:
    """Every cell about people of the trust's own returns, those with a guard up to ``level`` shown; with the sums."""
    cells: Table = {}
    read = printed(facts, guard)
    guards = np.asarray(list(guard))
    about = facts["measure"].map(lambda id: MEASURES[id].spread is not Spread.NONE or id == "lesson_quality")
    mine = about.to_numpy(bool) & facts["numerator"].notna().to_numpy() & (guards > 0)
    some = facts[mine]
    breakdowns = _breakdowns(some)
    columns = [some[name].tolist() for name in ("measure", "series", "academic_year", "urn", "period")]
    numbers = some[["numerator", "denominator", "people"]].to_numpy(float)
    for *key, dims, (n, d, people), own in zip(*columns, breakdowns, numbers, guards[mine] <= level, strict=True):
        cells[(*key, dims)] = _read(Cell(n, d, people, bool(own)), (*key, dims), read)
    unseen = {
        (*row[:5], dims): int(row[5])
        for row, dims in zip(
            sums[["measure", "series", "academic_year", "urn", "period", "guard"]].itertuples(index=False, name=None),
            _breakdowns(sums),
            strict=True,
        )
    }
    for key, parts in sums_of(cells, academies, as_at).items():
        if key not in cells:
            n, d, people = (sum(getattr(cells[part], name) for part in parts) for name in ("n", "d", "people"))
            cells[key] = _read(Cell(n, d, people, unseen.get(key, 1) <= level), key, read)
    return cells


def _read(cell: Cell, key: Key, read: Mapping[Place, Sequence[tuple[float, float, float]]]) -> Cell:
    """The cell with what published tables say of it."""
    found = read.get((key[0], *key[2:]), ())
    score = MEASURES[key[0]].spread in SCORES
    if not score and math.isinf(bound(key, cell)):
        # Events are the same events whatever headcount they are put beside.
        found = [(low, high, of if math.isnan(of) else cell.d) for low, high, of in found]
    if not score and nearly(found, cell.n, cell.d) and not small(key[0], cell.n, cell.d, cell.people):
        return replace(cell, least=cell.n, most=cell.n)
    least, most = bounds(found, cell.n, cell.d, score)
    return replace(cell, least=least, most=most)


def _breakdowns(frame: pd.DataFrame) -> list[Dims]:
    if frame.empty:
        return []
    code, found = pd.factorize(pd.MultiIndex.from_frame(frame[list(DIMENSIONS)]))
    made = [tuple((n, str(v)) for n, v in zip(DIMENSIONS, row, strict=True) if v != TOTAL) for row in found]
    return [made[place] for place in code]


# What is the sum of what


def sums_of(cells: Mapping[Key, Cell], academies: Sequence[Academy], as_at: dt.date) -> dict[Key, list[Key]]:
    """The sums that the engine gives besides facts: the trust's, those of phases, and pooled years."""
    known = {academy.urn: academy for academy in academies}
    found: dict[Key, list[Key]] = defaultdict(list)
    for key in [key for key in cells if key[4] != "Pool" and not key[3].startswith((TRUST, "phase:"))]:
        id, series, year, urn, period, dims = key
        measure, academy = MEASURES[id], known.get(urn)
        pool = _pool(key)
        if pool is not None:
            found[pool].append(key)
        if academy is None or not counts_then(measure, academy, year, period, as_at):
            continue
        when = "Year" if period == "YTD" else period
        found[id, series, year, TRUST, when, dims].append(key)
        if measure.phases_apart and when == "Year" and not dims:
            found[id, series, year, f"phase:{academy.phase}", when, dims].append(key)
        if pool is not None:
            found[(*pool[:3], TRUST, *pool[4:])].append(key)
    return found


def _pool(key: Key) -> Key | None:
    id, series, year, urn, period, dims = key
    measure, group, first, count = POOLED
    if id != measure or dims != group or period not in WHOLE:
        return None
    begin = first + (int(year[:4]) - first) // count * count
    return id, series, years.label(begin), urn, "Pool", dims


def counts_then(measure: Measure, academy: Academy, year: str, period: str, as_at: dt.date) -> bool:
    """Whether the trust's figure counts the academy: in the trust from the first day to the last, or to today."""
    if academy.phase not in measure.phases:
        return False
    if measure.sixth_form_only and not (academy.sixth_form or academy.phase is Phase.POST16):
        return False
    if academy.phase is Phase.SPECIAL and not measure.special_counts_for_trust:
        return False
    first, last = years.period_days(year, "Year" if period == "YTD" else period)
    last = max(first, min(last, as_at))
    came = academy.joined or academy.opened or ""
    went = min((day for day in (academy.left, academy.closed) if day), default="9999")
    return came <= first.isoformat() and went >= last.isoformat() and went > first.isoformat()


def _form(period: str) -> str:
    return "week" if "-W" in period else "month" if period[:2].isdigit() else "term" if period in _TERMS else "year"


_TERMS = ("Autumn", "Spring", "Summer")
_WITHIN = {"week": ("month", "term", "year"), "month": ("term", "year"), "term": ("year",)}


def _in_time(cells: Mapping[Key, Cell]) -> dict[tuple[Key, str], list[Key]]:
    """Periods of one kind that lie in a longer one, by the middle of each."""
    held: dict[tuple[object, ...], list[Key]] = defaultdict(list)
    for key in cells:
        if MEASURES[key[0]].over_time in (OverTime.SUM, OverTime.MEAN):
            held[(*key[:4], key[5])].append(key)
    spans: dict[tuple[str, str], tuple[dt.date, dt.date]] = {}
    found: dict[tuple[Key, str], list[Key]] = defaultdict(list)
    for same in held.values():
        longer = [whole for whole in same if _form(whole[4]) != "week"]
        for part in same:
            form = _form(part[4])
            for whole in longer:
                if _form(whole[4]) not in _WITHIN.get(form, ()):
                    continue
                for each in (part, whole):
                    if (each[2], each[4]) not in spans:
                        spans[each[2], each[4]] = years.period_days(each[2], each[4])
                first, last = spans[part[2], part[4]]
                begin, end = spans[whole[2], whole[4]]
                if begin <= first + (last - first) / 2 <= end:
                    found[whole, form].append(part)
    return found


def _in_breakdowns(cells: Mapping[Key, Cell]) -> dict[tuple[Key, str], list[Key]]:
    found: dict[tuple[Key, str], list[Key]] = defaultdict(list)
    for key in cells:
        dims = key[5]
        for place, (name, _) in enumerate(dims):
            whole = (*key[:5], dims[:place] + dims[place + 1 :])
            if whole in cells:
                found[whole, name].append(key)
    return found


def sums(cells: Mapping[Key, Cell], academies: Sequence[Academy], as_at: dt.date) -> list[tuple[Key, list[Key]]]:
    """Every (whole, parts) whose numerators add up, and those that the measure says are parts of a whole: there what
    is in no part is taken as known, since an attacker who does not know it knows less. How the trust's sums hang
    together follows from how each academy's figures do."""
    found: list[tuple[Key, list[Key]]] = []
    own = {key: cell for key, cell in cells.items() if not key[3].startswith((TRUST, "phase:"))}
    for (whole, name), parts in _in_breakdowns(own).items():
        if name in MEASURES[whole[0]].partitions or _adds_up(cells, whole, parts):
            found.append((whole, parts))
    for (whole, form), parts in _in_time(own).items():
        if _form(whole[4]) == "year" or form == "week" or _adds_up(cells, whole, parts):
            found.append((whole, parts))
    for whole, parts in sums_of(cells, academies, as_at).items():
        if whole in cells:
            found.append((whole, parts))
    by_phase: dict[Key, list[Key]] = defaultdict(list)
    for key in cells:
        if key[3].startswith("phase:"):
            by_phase[(*key[:3], TRUST, *key[4:])].append(key)
    found += [(whole, parts) for whole, parts in by_phase.items() if whole in cells and _adds_up(cells, whole, parts)]
    return found


def _adds_up(cells: Mapping[Key, Cell], whole: Key, parts: Sequence[Key]) -> bool:
    return abs(cells[whole].n - sum(cells[part].n for part in parts)) < 1e-6


# What follows


@dataclass(slots=True)
class Puzzle:
    """Unknown numbers with what is known of them, and rows: lowest <= sum of coefficient times number <= highest."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    place: dict[object, int] = field(default_factory=dict)
    rows: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)

    def unknown(self, name: object, low: float, high: float, whole: bool) -> int:
        """The number's place; what is known of it under several names holds together."""
        if name not in self.place:
            self.place[name] = len(self.low)
            self.low.append(low)
            self.high.append(high)
            self.whole.append(whole)
        place = self.place[name]
        self.low[place], self.high[place] = max(self.low[place], low), min(self.high[place], high)
        return place

    def row(self, places: Sequence[int], factors: Sequence[float], low: float, high: float) -> None:
        self.rows.append((list(places), list(factors), low, high))


def names(tables: Sequence[Table]) -> list[dict[Key, tuple[Key, int]]]:
    """For each version the number that stands behind each cell: the same one where the cell has not changed."""
    found: list[dict[Key, tuple[Key, int]]] = []
    for version, cells in enumerate(tables):
        own: dict[Key, tuple[Key, int]] = {}
        for key, cell in cells.items():
            before = tables[version - 1].get(key) if version else None
            same = before is not None and _close(before.n, cell.n) and _close(before.d, cell.d)
            own[key] = found[version - 1][key] if same else (key, version)
        found.append(own)
    return found


def _close(a: float, b: float) -> bool:
    return abs(a - b) < 1e-6 or (math.isnan(a) and math.isnan(b)) or a == b


def bound(key: Key, cell: Cell) -> float:
    """The greatest numerator that the cell could have; infinite for events."""
    if MEASURES[key[0]].spread not in PER_PERSON and key[0] != "lesson_quality":
        return math.inf
    return math.inf if math.isnan(cell.d) else cell.d


def puzzle(tables: Sequence[Table], academies: Sequence[Academy], as_at: dt.date) -> Puzzle:
    """All that follows from what is shown in these versions."""
    made = Puzzle()
    for cells, own in zip(tables, names(tables), strict=True):
        for key, cell in cells.items():
            score = MEASURES[key[0]].spread in SCORES
            low, high = (cell.n, cell.n) if cell.shown else (-math.inf if score else 0.0, bound(key, cell))
            low, high = max(low, cell.least), min(high, cell.most)
            made.unknown(own[key], low, high, abs(cell.n - round(cell.n)) < 1e-9)
        for total, parts in sums(cells, academies, as_at):
            extra = cells[total].n - sum(cells[part].n for part in parts)
            places = [made.place[own[total]], *(made.place[own[part]] for part in parts)]
            made.row(places, [1.0, *[-1.0] * len(parts)], extra, extra)
        _between_measures(made, cells, own)
    return made


def _between_measures(made: Puzzle, cells: Table, own: Mapping[Key, tuple[Key, int]]) -> None:
    for a, b in REMAINDER:
        for key, cell in cells.items():
            other = (b, *key[1:])
            if key[0] == a and other in cells and _close(cell.n + cells[other].n, cell.d):
                made.row([made.place[own[key]], made.place[own[other]]], [1.0, 1.0], cell.d, cell.d)
    for a, b in AT_MOST:
        for key, cell in cells.items():
            other = (b, *key[1:])
            if key[0] == a and other in cells and cell.n <= cells[other].n:
                made.row([made.place[own[other]], made.place[own[key]]], [1.0, -1.0], 0.0, math.inf)
    for key, cell in cells.items():
        if key[0] != "ks2_rwm":
            continue
        three = [(id, *key[1:]) for id in ("ks2_reading", "ks2_writing", "ks2_maths")]
        alike = all(one in cells and _close(cells[one].d, cell.d) for one in three)
        if alike and cell.n >= sum(cells[one].n for one in three) - 2 * cell.d:
            places = [made.place[own[one]] for one in (key, *three)]
            made.row(places, [1.0, -1.0, -1.0, -1.0], -2 * cell.d, math.inf)
