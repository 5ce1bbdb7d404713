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
from tests.disclosure.attacker import SCORES, Cell, Key, Table, bound, names, puzzle, sums, table
from tests.disclosure.first_rule import small
from tests.disclosure.solving import Found, Matrix, attack, propagate

PROMISED = 5.0
"""A hidden numerator can be any of six numbers that follow one another, or of all that its group allows."""


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

    What a shown "none" or "all" says of its parts is not counted: that is said of the whole group. Nor is what
    published tables say by themselves.
    """
    made = puzzle(tables, academies, as_at)
    matrix = Matrix.of(made)
    own = names(tables)
    said = [Matrix.of(puzzle([what(cells) for cells in tables], academies, as_at)) for what in (_emptied, _published)]
    left = np.min([high - low for low, high in map(propagate, said)], axis=0)
    truth = np.zeros(len(matrix.low))
    need = np.zeros(len(matrix.low))
    targets: dict[int, tuple[Key, Cell]] = {}
    for version, cells in enumerate(tables):
        for key, cell in cells.items():
            place = made.place[own[version][key]]
            truth[place] = cell.n
            if not small(key[0], cell.n, cell.d, cell.people) or _shown_anywhere(tables, own, version, key):
                continue
            most = 1.0 if MEASURES[key[0]].spread in SCORES else min(PROMISED, bound(key, cell))
            need[place] = min(most, left[place])
            targets[place] = (key, cell)
    found = attack(matrix, truth, need, targets, seconds)
    narrow = [place for place in targets if found.high[place] - found.low[place] < need[place] - 1e-6]
    if narrow:
        # What these by themselves leave open is looked at as closely before anything is called a breach.
        for each in said:
            exact = attack(each, truth, need, narrow, seconds)
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
    found = {}
    for key, cell in cells.items():
        empty = cell.n in (0.0, bound(key, cell)) and MEASURES[key[0]].spread not in SCORES
        found[key] = replace(cell, shown=cell.shown and empty, least=-math.inf, most=math.inf)
    return found


def _published(cells: Table) -> Table:
    """What is left of a table when nothing is shown but what published tables say."""
    return {key: replace(cell, shown=False) for key, cell in cells.items()}


def _few_scores(cells: Table, academies: Sequence[Academy], as_at: dt.date) -> list[Breach]:
    """Scores that are hidden one by one, while their sum over five people or fewer is known."""
    found = []
    for whole, parts in sums(cells, academies, as_at):
        hidden = [part for part in parts if not (cells[part].shown or cells[part].printed)]
        told = all(cells[one].printed for one in (whole, *parts) if one not in hidden)
        if MEASURES[whole[0]].spread in SCORES and (cells[whole].shown or cells[whole].printed) and hidden and not told:
            people = sum(cells[part].people for part in hidden)
            if 0 < people <= 5:
                found.append(Breach(hidden[0], cells[hidden[0]], people, people, 6))
    return found


def seen(facts: pd.DataFrame, decided: Decided, academies: Sequence[Academy], as_at: dt.date, level: int) -> Table:
    """The table of a version as somebody sees it to whom guards up to ``level`` are open."""
    return table(facts, decided.guard, decided.sums, academies, as_at, level)
