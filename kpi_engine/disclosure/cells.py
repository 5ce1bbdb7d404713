"""Linked tables as arrays: cells, the sums that link them, and what else bounds one cell by others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

WIDTH = 5.0
"""How far apart the least and the greatest possible numerator of a hidden cell must be, where its d allows that."""
FEW = 5.0
"""Scores whose sum is known must be of more people together."""
Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Levels = np.ndarray[Any, np.dtype[np.int8]]


@dataclass(frozen=True, slots=True)
class Cells:
    """``n`` and ``d`` of each cell, ``d`` infinite where n is not bounded by it. From ``least`` to ``most`` n lies for
    somebody who sees nothing but published tables. ``score`` cells have no counts: of them only the group sizes, in
    ``n``, are looked at. ``same`` is the cell that stands and falls with this one (or itself). ``need`` is how far
    apart the least and the greatest n of a primary cell must be. ``known`` cannot be hidden, since somebody may know
    them from elsewhere. ``before`` were hidden in the version before; ``order`` breaks ties: the same tables give the
    same choice."""

    n: Floats
    d: Floats
    least: Floats
    most: Floats
    score: Flags
    same: Ints
    need: Floats
    known: Flags
    tells: Flags
    before: Flags
    order: Ints

    @property
    def empty(self) -> Flags:
        """Those that say "none" or "all"."""
        found: Flags = ((self.n == 0) | (self.n == self.d)) & ~self.score
        return found

    def among(self, chosen: Flags, place: Ints) -> Cells:
        """Some of the cells; ``place`` says where each cell then stands."""
        return Cells(
            self.n[chosen],
            self.d[chosen],
            self.least[chosen],
            self.most[chosen],
            self.score[chosen],
            place[self.same[chosen]],
            self.need[chosen],
            self.known[chosen],
            self.tells[chosen],
            self.before[chosen],
            self.order[chosen],
        )


@dataclass(frozen=True, slots=True)
class Relations:
    """``total[r]`` is the cell that sums relation r's parts; each (``relation[i]``, ``part[i]``) is one part of one."""

    total: Ints
    relation: Ints
    part: Ints

    @property
    def count(self) -> int:
        return len(self.total)

    def among(self, chosen: Flags, place: Ints) -> Relations:
        """The relations between some of the cells."""
        of = chosen[self.total]
        entry = of[self.relation]
        number = np.cumsum(of) - 1
        return Relations(place[self.total[of]], number[self.relation[entry]], place[self.part[entry]])


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows: the sum of ``factor`` times n over the cells of a row is at most ``most[row]``."""

    most: Floats
    row: Ints
    cell: Ints
    factor: Floats

    @property
    def count(self) -> int:
        return len(self.most)

    def among(self, chosen: Flags, place: Ints) -> Limits:
        """The rows between some of the cells."""
        entry = chosen[self.cell]
        of = np.zeros(self.count, bool)
        of[self.row[entry]] = True
        number = np.cumsum(of) - 1
        return Limits(self.most[of], number[self.row[entry]], place[self.cell[entry]], self.factor[entry])

    def alone(self, count: int) -> Flags:
        """The cells that a row says everything about, of ``count`` cells."""
        found = np.zeros(count, bool)
        found[self.cell[np.bincount(self.row, minlength=self.count)[self.row] == 1]] = True
        return found


def linked_by(*relations: Relations) -> Relations:
    """All the relations in one."""
    begin = np.cumsum([0, *(each.count for each in relations)])
    return Relations(
        np.concatenate([each.total for each in relations]),
        np.concatenate([each.relation + first for each, first in zip(relations, begin[:-1], strict=True)]),
        np.concatenate([each.part for each in relations]),
    )


def joined(*limits: Limits) -> Limits:
    """All the rows in one."""
    begin = np.cumsum([0, *(each.count for each in limits)])
    return Limits(
        np.concatenate([each.most for each in limits]),
        np.concatenate([each.row + first for each, first in zip(limits, begin[:-1], strict=True)]),
        np.concatenate([each.cell for each in limits]),
        np.concatenate([each.factor for each in limits]),
    )
