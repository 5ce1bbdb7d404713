"""What follows from all sums taken together: equations are solved for what is hidden, as somebody with paper would.

Carrying bounds from sum to sum finds what one sum after another gives away. Two sums can also be subtracted from one
another, and then a third: Gaussian elimination does all of that at once. Tables are sparse and stay so, which makes it
quick without any library.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kpi_engine.disclosure.cells import Cells, Flags, Floats, Limits, Relations

_ZERO = 1e-9
_SHORT = 5
_LONGEST = 12
"""Equations of more cells than this bound none of them closely."""

Row = dict[int, float]


def follows(cells: Cells, relations: Relations, unknown: Flags) -> Limits:
    """What the relations together say of the cells that are ``unknown``, as rows that hold one way and the other."""
    rows: dict[int, Row] = defaultdict(dict)
    for cell in np.flatnonzero(unknown & (cells.same != np.arange(len(unknown)))).tolist():
        rows[-1 - cell] = {cell: 1.0, int(cells.same[cell]): 1.0}
    total = unknown[relations.total]
    for relation in np.flatnonzero(total).tolist():
        rows[relation][int(relations.total[relation])] = 1.0
    part = unknown[relations.part]
    for relation, cell in zip(relations.relation[part].tolist(), relations.part[part].tolist(), strict=True):
        row = rows[relation]
        row[cell] = row.get(cell, 0.0) - 1.0
    n = cells.n
    found = [row for row in eliminated(rows.values()) if 0 < len(row) <= _LONGEST]
    found += _differences(found)
    row_of = np.repeat(np.arange(len(found)), [len(row) for row in found]).astype(np.int64)
    held = np.array([cell for row in found for cell in row], dtype=np.int64)
    factors = np.array([factor for row in found for factor in row.values()], dtype=float)
    come: Floats = np.bincount(row_of, weights=factors * n[held], minlength=len(found)).astype(float)
    return Limits(
        np.concatenate([come, -come]),
        np.concatenate([row_of, row_of + len(found)]),
        np.concatenate([held, held]),
        np.concatenate([factors, -factors]),
    )


def eliminated(rows: Iterable[Mapping[int, float]]) -> list[Row]:
    """The equations solved as far as they go: each pivot cell stands in one row only. Short rows go first."""
    made = [dict(row) for row in rows]
    holds: dict[int, set[int]] = defaultdict(set)
    for number, row in enumerate(made):
        for cell in row:
            holds[cell].add(number)
    queue = [(len(row), number) for number, row in enumerate(made)]
    heapq.heapify(queue)
    done = [False] * len(made)
    while queue:
        length, number = heapq.heappop(queue)
        row = made[number]
        if done[number] or len(row) != length or not row:
            continue
        done[number] = True
        pivot, fewest = -1, len(made) + 1
        for cell in row:
            held = len(holds[cell])
            if held < fewest or (held == fewest and cell < pivot):
                pivot, fewest = cell, held
        if fewest == 1:
            continue
        for other in sorted(holds[pivot] - {number}):
            _subtract(made[other], row, made[other][pivot] / row[pivot], holds, other)
            if not done[other]:
                heapq.heappush(queue, (len(made[other]), other))
    return made


def _differences(rows: Sequence[Row]) -> list[Row]:
    """What two equations say that are the same but for one cell of each."""
    held: dict[tuple[tuple[int, float], ...], tuple[int, float]] = {}
    found = []
    for row in rows:
        if not 3 <= len(row) <= _SHORT:
            continue
        ordered = sorted(row.items())
        for place, (cell, factor) in enumerate(ordered):
            rest = ordered[:place] + ordered[place + 1 :]
            scale = rest[0][1]
            other = held.setdefault(tuple((c, f / scale) for c, f in rest), (cell, factor / scale))
            if other[0] != cell:
                found.append({cell: factor / scale, other[0]: -other[1]})
    return found


def _subtract(row: Row, pivot: Row, times: float, holds: dict[int, set[int]], number: int) -> None:
    for cell, factor in pivot.items():
        old = row.get(cell)
        left = (old or 0.0) - times * factor
        if not -_ZERO < left < _ZERO:
            row[cell] = left
            if old is None:
                holds[cell].add(number)
        elif old is not None:
            del row[cell]
            holds[cell].discard(number)
