"""Whether what is hidden is protected: the attacker's ranges against the range that is promised."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kpi_engine.disclosure.decide import Decided
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy
from tests.disclosure.attacker import PER_PERSON, SCORES, Cell, Key, Table, bound, names, puzzle, sums, table
from tests.disclosure.solving import Found, Matrix, attack, propagate

PROMISED = 5.0
"""A hidden numerator can be any of six numbers that follow one another, or of all that its group allows."""


def small(key: Key, cell: Cell) -> bool:
    """The first rule, in its own words: five people or fewer; 1 to 5 counted, or all but; all or none of under 11."""
    measure = MEASURES[key[0]]
    if measure.id == "lesson_quality":
        return False
    size = cell.d if math.isnan(cell.people) else cell.people
    if 0 < size <= 5:
        return True
    if measure.spread in SCORES:
        return False
    if 1 <= cell.n <= 5 or 0 < cell.n < 1 or (cell.n == 0 and 0 < size < 11):
        return True
    left = cell.d - cell.n
    return measure.spread in PER_PERSON and (0 < left <= 5 or (left == 0 and 0 < size < 11))


@dataclass(frozen=True, slots=True)
class Breach:
    """A hidden small number that is known more closely than is promised."""

    key: Key
    cell: Cell
    low: float
    high: float
    promised: float

    def __str__(self) -> str:
        return f"{self.key}: {self.cell.n:g} of {self.cell.d:g} lies between {self.low:g} and {self.high:g}"


@dataclass(frozen=True, slots=True)
class Assessed:
    """The breaches, and how much was attacked."""

    breaches: tuple[Breach, ...]
    cells: int
    targets: int
    rows: int
    found: Found


def assess(tables: Sequence[Table], academies: Sequence[Academy], as_at: dt.date, seconds: float = 5.0) -> Assessed:
    """Attack every hidden small number of one version, or of two that follow one another.

    What a shown "none" or "all" says of its parts is not counted: that is said of the whole group.
    """
    made = puzzle(tables, academies, as_at)
    matrix = Matrix.of(made)
    own = names(tables)
    said = Matrix.of(puzzle([_emptied(cells) for cells in tables], academies, as_at))
    said_low, said_high = propagate(said)
    truth = np.zeros(len(matrix.low))
    need = np.zeros(len(matrix.low))
    targets: dict[int, tuple[Key, Cell]] = {}
    for version, cells in enumerate(tables):
        for key, cell in cells.items():
            place = made.place[own[version][key]]
            truth[place] = cell.n
            if not small(key, cell) or _shown_anywhere(tables, own, version, key):
                continue
            score = MEASURES[key[0]].spread in SCORES
            need[place] = 1.0 if score else min(PROMISED, bound(key, cell), said_high[place] - said_low[place])
            targets[place] = (key, cell)
    found = attack(matrix, truth, need, targets, seconds)
    narrow = [place for place in targets if found.high[place] - found.low[place] < need[place] - 1e-6]
    if narrow:
        # What the shown "none" and "all" leave open is looked at as closely before anything is called a breach.
        exact = attack(said, truth, np.minimum(need, said_high - said_low), narrow, seconds)
        need[narrow] = np.minimum(need, exact.high - exact.low)[narrow]
    breaches = [
        Breach(key, cell, found.low[place], found.high[place], need[place])
        for place, (key, cell) in targets.items()
        if found.high[place] - found.low[place] < need[place] - 1e-6
    ]
    for cells in tables:
        breaches += _few_scores(cells, academies, as_at)
    return Assessed(tuple(breaches), len(matrix.low), len(targets), len(made.rows), found)


def _shown_anywhere(
    tables: Sequence[Table], own: Sequence[Mapping[Key, tuple[Key, int]]], version: int, key: Key
) -> bool:
    """Whether the number is shown in one of the versions: it was no small number there."""
    name = own[version][key]
    return any(names_of.get(key) == name and cells[key].shown for cells, names_of in zip(tables, own, strict=True))


def _emptied(cells: Table) -> Table:
    """What is left of a table when only its shown "none" and "all" are kept."""
    return {
        key: cell
        if cell.n in (0.0, bound(key, cell)) and MEASURES[key[0]].spread not in SCORES
        else replace(cell, shown=False)
        for key, cell in cells.items()
    }


def _few_scores(cells: Table, academies: Sequence[Academy], as_at: dt.date) -> list[Breach]:
    """Scores that are hidden one by one, while their sum over five people or fewer is known."""
    found = []
    for whole, parts in sums(cells, academies, as_at):
        hidden = [part for part in parts if not cells[part].shown]
        if MEASURES[whole[0]].spread in SCORES and cells[whole].shown and hidden:
            people = sum(cells[part].people for part in hidden)
            if 0 < people <= 5:
                found.append(Breach(hidden[0], cells[hidden[0]], people, people, 6))
    return found


def seen(facts: pd.DataFrame, decided: Decided, academies: Sequence[Academy], as_at: dt.date, level: int) -> Table:
    """The table of a version as somebody sees it to whom guards up to ``level`` are open."""
    return table(facts, decided.guard, decided.sums, academies, as_at, level)
