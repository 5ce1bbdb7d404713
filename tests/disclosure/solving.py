"""The least and the greatest a number can be, given rows of sums: by bounds first, then exactly (HiGHS)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse
from scipy.sparse import csgraph

from tests.disclosure.attacker import Puzzle

ENDLESS = 1e6
"""Stands for no bound where a solver needs one."""
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Matrix:
    """A puzzle as arrays: ``row_low <= a x <= row_high`` and ``low <= x <= high``."""

    a: sparse.csr_array
    row_low: np.ndarray
    row_high: np.ndarray
    low: np.ndarray
    high: np.ndarray
    whole: np.ndarray

    @classmethod
    def of(cls, made: Puzzle) -> Matrix:
        lengths = [len(places) for places, *_ in made.rows]
        at = np.repeat(np.arange(len(lengths)), lengths)
        places = np.array([place for row in made.rows for place in row[0]], dtype=np.int64)
        factors = np.array([factor for row in made.rows for factor in row[1]], dtype=float)
        a = sparse.csr_array((factors, (at, places)), shape=(len(lengths), len(made.low)))
        lows, highs = ([row[side] for row in made.rows] for side in (2, 3))
        return cls(
            a,
            np.array(lows, dtype=float),
            np.array(highs, dtype=float),
            np.array(made.low, dtype=float),
            np.array(made.high, dtype=float),
            np.array(made.whole, dtype=bool),
        )


def propagate(m: Matrix, sweeps: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """The bounds that follow row by row, carried on until nothing changes."""
    low, high = m.low.copy(), m.high.copy()
    known = low == high
    entries = m.a.tocoo()
    # Rows with nothing unknown say nothing.
    live = np.zeros(m.a.shape[0], bool)
    live[entries.row[~known[entries.col]]] = True
    keep = live[entries.row]
    row, place, factor = entries.row[keep], entries.col[keep], entries.data[keep]
    up, count = factor > 0, m.a.shape[0]
    for _ in range(sweeps):
        before = (low.copy(), high.copy())
        least = np.where(up, low[place], high[place]) * factor
        most = np.where(up, high[place], low[place]) * factor
        at_most = (m.row_high[row] - _others(row, least, count, -np.inf)) / factor
        at_least = (m.row_low[row] - _others(row, most, count, np.inf)) / factor
        np.minimum.at(high, place, np.where(up, at_most, at_least))
        np.maximum.at(low, place, np.where(up, at_least, at_most))
        low = np.where(m.whole, np.ceil(low - 1e-6), low)
        high = np.where(m.whole, np.floor(high + 1e-6), high)
        if np.allclose(before[0], low, atol=1e-9) and np.allclose(before[1], high, atol=1e-9):
            break
    return low, high


def _others(row: np.ndarray, values: np.ndarray, count: int, endless: float) -> np.ndarray:
    """For each entry what the others of its row come to; ``endless`` where one of them has no bound."""
    free = np.isinf(values)
    bounded = np.where(free, 0.0, values)
    total = np.bincount(row, weights=bounded, minlength=count)[row] - bounded
    return np.where(np.bincount(row, weights=free, minlength=count)[row] - free > 0, endless, total)


def determined(m: Matrix) -> np.ndarray:
    """The numbers that the equations by themselves leave no choice, whatever the bounds are (the null space's rank)."""
    fixed = m.low == m.high
    found = fixed.copy()
    sure = m.row_low == m.row_high
    for places in _components(m, ~fixed):
        inside = m.a[:, places]
        rows = np.flatnonzero((np.diff(inside.indptr) > 0) & sure)
        if len(rows):
            _, values, vectors = np.linalg.svd(inside[rows].toarray())
            rank = int((values > 1e-9).sum())
            found[places] = np.abs(vectors[rank:]).max(axis=0, initial=0.0) < 1e-7
    return found


@dataclass(slots=True)
class Found:
    """What an attack came to: ``low`` and ``high`` of each number, exact for the targets that are in ``exact``, and
    for the others of the targets a range that is known to be open (both ends can be true)."""

    low: np.ndarray
    high: np.ndarray
    solved: int = 0
    components: int = 0
    largest: int = 0
    gave_up: int = 0


def attack(m: Matrix, truth: np.ndarray, need: np.ndarray, targets: Iterable[int], seconds: float = 5.0) -> Found:
    """For each target a range: the exact one, or one that is possible and at least ``need`` wide.

    ``truth`` is one solution (the real numbers), from which the search for possible ones begins.
    """
    low, high = propagate(m)
    assert (low <= truth + 1e-6).all()
    assert (high >= truth - 1e-6).all()
    found = Found(low.copy(), high.copy())
    wanted = np.zeros(len(low), bool)
    wanted[list(targets)] = True
    # What the bounds alone leave too narrow is broken already; what is known needs no search.
    open_ = high - low > 1e-9
    for places in _components(m, open_):
        if not (wanted[places] & (high - low >= need - 1e-6)[places]).any():
            continue
        found.components += 1
        found.largest = max(found.largest, len(places))
        _search(m, low, high, truth, need, places, wanted, found, seconds)
    return found


def _components(m: Matrix, open_: np.ndarray) -> list[np.ndarray]:
    """The unknown numbers in groups that have nothing to do with one another."""
    places = np.flatnonzero(open_)
    if not len(places):
        return []
    part = abs(m.a[:, places])
    count, label = csgraph.connected_components(part.T @ part, directed=False)
    order = np.argsort(label, kind="stable")
    return [places[group] for group in np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])]


def _search(
    m: Matrix,
    low: np.ndarray,
    high: np.ndarray,
    truth: np.ndarray,
    need: np.ndarray,
    places: np.ndarray,
    wanted: np.ndarray,
    found: Found,
    seconds: float,
) -> None:
    inside = m.a[:, places]
    rows = np.flatnonzero(np.diff(inside.indptr))
    fixed = truth.copy()
    fixed[places] = 0.0
    rest = m.a[rows] @ fixed
    limits = optimize.LinearConstraint(inside[rows], m.row_low[rows] - rest, m.row_high[rows] - rest)
    bounds = optimize.Bounds(np.maximum(low[places], -ENDLESS), np.minimum(high[places], ENDLESS))
    least, most = truth[places].copy(), truth[places].copy()
    mine = wanted[places] & (high - low >= need - 1e-6)[places]
    enough = np.minimum(need[places], 2 * ENDLESS)

    def solve(aim: np.ndarray) -> np.ndarray | None:
        found.solved += 1
        answer = optimize.milp(
            aim,
            constraints=limits,
            bounds=bounds,
            integrality=m.whole[places].astype(int),
            options={"time_limit": seconds},
        )
        if answer.status != 0:
            found.gave_up += 1
            return None
        np.minimum(least, answer.x, out=least)
        np.maximum(most, answer.x, out=most)
        return answer.x

    chance = np.random.default_rng(1)
    for _ in range(_TRIES):
        todo = mine & (most - least < enough - 1e-6)
        if todo.sum() < 4:
            break
        solve(np.where(todo, chance.choice([-1.0, 1.0], len(places)) * chance.uniform(0.5, 1.5, len(places)), 0.0))
    for one in np.flatnonzero(mine & (most - least < enough - 1e-6)):
        if most[one] - least[one] >= enough[one] - 1e-6:
            continue
        for sign, ends in ((1.0, low), (-1.0, high)):
            aim = np.zeros(len(places))
            aim[one] = sign
            answer = solve(aim)
            if answer is not None:
                continue
            if sign > 0:
                least[one] = ends[places[one]]
            else:
                most[one] = ends[places[one]]
    found.low[places[mine]], found.high[places[mine]] = least[mine], most[mine]
