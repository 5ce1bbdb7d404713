"""Two worlds that look the same to a viewer: the trust as it was loaded, and one in which what is hidden is otherwise.

Whatever an answer says in the one and not in the other, it says of something that is hidden. The sums that have their
own leave to be shown come to the same in both: what one academy's hidden figure gains, another's loses.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi_engine import years
from kpi_engine.access import Role, Viewer
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TRUST, Academy, Measure, Spread
from kpi_engine.warehouse.store import Store
from tests.disclosure.attacker import PER_PERSON, POOLED, SCORES, Dims, Key, counts_then

BOARD, OFFICE, NOBODY = 1, 2, 3
LEAST_ACADEMIES = 3
"""Fewer academies than this make no total for a headteacher."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A figure of the trust's own returns as it was loaded, and its guard."""

    n: float
    d: float | None
    people: float | None
    guard: int
    period: str = "Year"


@dataclass(frozen=True, slots=True)
class Truth:
    """The raw figures about people of a version by key, the guards of its sums, and its academies."""

    facts: Mapping[Key, Raw]
    sums: Mapping[Key, int]
    academies: Sequence[Academy]
    as_at: Any
    by_year: Mapping[tuple[str, str, str], list[Key]]
    """The keys of a measure, series and academic year."""
    kept: dict[tuple[str, str, str, str, Dims], dict[str, Raw]] = field(default_factory=dict)
    member: dict[tuple[str, str, str, str], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store) -> Truth:
        """Read by plain SQL, so that nothing of the engine stands between."""
        names = ", ".join(f'"{name}"' for name in DIMENSIONS)
        key = f"measure, series, academic_year, urn, period, {names}"
        numbers = ", ".join(f"CAST({name} AS DOUBLE)" for name in ("numerator", "denominator", "people"))
        facts = {
            _key(row): Raw(*row[-4:], str(row[4]))
            for row in store._rows(
                f"SELECT {key}, {numbers}, guard FROM facts WHERE guard > 0 AND numerator IS NOT NULL"
            )
            if about_people(MEASURES[row[0]])
        }
        sums = {_key(row): row[-1] for row in store._rows(f"SELECT {key}, guard FROM guarded")}
        by_year: dict[tuple[str, str, str], list[Key]] = defaultdict(list)
        for key in facts:
            by_year[key[:3]].append(key)
        return cls(facts, sums, store.roster(), store.meta.as_at, by_year)

    def counted(self, id: str, series: str, year: str, period: str, dims: Dims) -> dict[str, Raw]:
        """The academies' figures that make up the trust's."""
        asked = (id, series, year, _when(period), dims)
        if asked in self.kept:
            return self.kept[asked]
        found = self.kept[asked] = {}
        for academy in self.academies:
            if not self.counts(id, academy, year, period):
                continue
            for when in WHOLE if period in WHOLE else (period,):
                raw = self.facts.get((id, series, year, academy.urn, when, dims))
                if raw is not None:
                    found[academy.urn] = raw
                    break
        return found

    def counts(self, id: str, academy: Academy, year: str, period: str) -> bool:
        """Whether the academy is part of the trust's figure."""
        asked = (id, academy.urn, year, period)
        if asked not in self.member:
            self.member[asked] = counts_then(MEASURES[id], academy, year, period, self.as_at)
        return self.member[asked]

    def phase(self, urn: str) -> str:
        return next(str(a.phase) for a in self.academies if a.urn == urn)


WHOLE = ("Year", "YTD")


def about_people(measure: Measure) -> bool:
    return measure.spread is not Spread.NONE or measure.id == "lesson_quality"


def _key(row: Sequence[Any]) -> Key:
    values = row[5 : 5 + len(DIMENSIONS)]
    dims = tuple((name, str(value)) for name, value in zip(DIMENSIONS, values, strict=True) if value != "Total")
    return (*(str(part) for part in row[:5]), dims)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Leave:
    """What a viewer is given by decision: single figures, and sums over all academies or over all of a phase."""

    truth: Truth
    viewer: Viewer

    @property
    def level(self) -> int:
        return BOARD if self.viewer.role is Role.GOVERNOR or self.viewer.presenting else OFFICE

    @property
    def is_head(self) -> bool:
        return self.viewer.role is Role.HEADTEACHER

    def single(self, urn: str, raw: Raw) -> bool:
        """Whether an academy's figure is shown."""
        return (not self.is_head or urn in self.viewer.academies) and raw.guard <= self.level

    def whole(self, id: str, series: str, year: str, period: str, dims: Dims) -> bool:
        """Whether the trust's total is shown."""
        if self.truth.sums.get((id, series, year, TRUST, _when(period), dims), NOBODY) > self.level:
            return False
        return not self.is_head or (
            not dims and period in WHOLE and self._leaves_enough(self.truth.counted(id, series, year, period, dims))
        )

    def of_phase(self, phase: str, id: str, series: str, year: str, period: str, dims: Dims) -> bool:
        """Whether a phase's total is shown: decided for whole years, undivided, where the trust is judged by phase."""
        if dims or period not in WHOLE or not MEASURES[id].phases_apart:
            return False
        if self.truth.sums.get((id, series, year, f"phase:{phase}", "Year", dims), NOBODY) > self.level:
            return False
        own = self.truth.counted(id, series, year, period, dims)
        return not self.is_head or self._leaves_enough({u: r for u, r in own.items() if self.truth.phase(u) == phase})

    def pool(self, urn: str, key: Key) -> bool:
        """Whether three years' leavers together are shown; ``key`` is of any of them."""
        begin = POOLED[2] + (int(key[2][:4]) - POOLED[2]) // POOLED[3] * POOLED[3]
        if self.is_head and urn != TRUST and urn not in self.viewer.academies:
            return False
        return self.truth.sums.get((key[0], key[1], years.label(begin), urn, "Pool", key[5]), NOBODY) <= self.level

    def cell(self, key: Key) -> bool:
        """Whether a figure or sum of the version's own tables is shown."""
        id, series, year, urn, period, dims = key
        if period == "Pool":
            return self.pool(urn, key)
        if urn == TRUST:
            return self.whole(id, series, year, period, dims)
        if urn.startswith("phase:"):
            return self.of_phase(urn.removeprefix("phase:"), id, series, year, period, dims)
        raw = self.truth.facts.get(key)
        return raw is not None and self.single(urn, raw)

    def _leaves_enough(self, parts: Mapping[str, Raw]) -> bool:
        rest = [raw for urn, raw in parts.items() if urn not in self.viewer.academies]
        return len(parts) >= LEAST_ACADEMIES and len(rest) != 1


def _when(period: str) -> str:
    return "Year" if period == "YTD" else period


# The other world


def otherwise(leave: Leave, seed: int = 7) -> dict[Key, float]:
    """For each hidden figure by how much its numerator is another in the other world.

    Within each sum that is shown the changes come to nothing. A figure that nobody could change without a shown sum
    changing too stays as it is: it follows from that sum for everybody.
    """
    chance = random.Random(seed)
    truth = leave.truth
    academies = {academy.urn: academy for academy in truth.academies}
    now = {key: raw.n for key, raw in truth.facts.items()}
    groups: dict[object, list[Key]] = defaultdict(list)
    for key, raw in truth.facts.items():
        id, series, year, urn, period, dims = key
        if leave.single(urn, raw) or (_pooled(key) and leave.pool(urn, key)):
            continue
        academy = academies.get(urn)
        if academy is None or not truth.counts(id, academy, year, period):
            groups[key].append(key)
            continue
        # A headteacher takes the own figures from a total: what is left must come to the same too.
        total = (id, series, year, _when(period), dims, leave.is_head and urn in leave.viewer.academies)
        at = (id, series, year, period, dims)
        phases = MEASURES[id].phases_apart and not dims and period in WHOLE
        if phases and (leave.of_phase(str(academy.phase), *at) or leave.whole(*at)):
            groups[(*total, academy.phase)].append(key)
        elif leave.whole(*at) or (_pooled(key) and leave.pool(TRUST, key)):
            groups[total].append(key)
        else:
            groups[key].append(key)
    for whose, keys in groups.items():
        if keys == [whose]:
            now[keys[0]] = _another(keys[0], truth.facts[keys[0]], chance)
            continue
        chance.shuffle(keys)
        for one, other in zip(keys, [*keys[1:], keys[0]], strict=True):
            if one == other:
                continue
            room = min(_room(one, truth.facts[one], now[one]), now[other])
            if MEASURES[one[0]].spread in SCORES:
                room = 17.25
            moved = chance.uniform(0.5, 1.0) * room
            if _is_whole(now[one]) and _is_whole(now[other]):
                moved = float(round(moved))
            now[one] += moved
            now[other] -= moved
    return {key: now[key] - raw.n for key, raw in truth.facts.items() if now[key] != raw.n}


def _pooled(key: Key) -> bool:
    return key[0] == POOLED[0] and key[5] == POOLED[1] and key[4] in WHOLE


def _room(key: Key, raw: Raw, now: float) -> float:
    per_person = MEASURES[key[0]].spread in PER_PERSON or key[0] == "lesson_quality"
    return raw.d - now if per_person and raw.d is not None else 40.0


def _another(key: Key, raw: Raw, chance: random.Random) -> float:
    if MEASURES[key[0]].spread in SCORES:
        return raw.n + chance.uniform(3.0, 9.0)
    most = raw.n + _room(key, raw, raw.n)
    if not _is_whole(raw.n):
        return most / 2 if abs(most / 2 - raw.n) > 0.25 else most
    if most < 1:
        return raw.n
    found = chance.randrange(int(most))
    return float(found if found < raw.n else found + 1)


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-9
