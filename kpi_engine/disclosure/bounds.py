"""Between which two numbers a hidden figure must lie, for somebody who sees the others and can count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpi_engine.disclosure.cells import Cells, Flags, Floats, Limits, Relations

_SWEEPS = 40


Bounds = tuple[Floats, Floats]


def intervals(
    cells: Cells, relations: Relations, limits: Limits | None, hidden: Flags, so_far: Bounds | None = None
) -> Bounds:
    """The least and greatest n of each cell for somebody who sees the others: bounds carried through all relations.

    ``so_far`` is what is known already from some of the relations and limits."""
    if so_far is None:
        low, high = np.where(hidden, cells.least, cells.n), np.where(hidden, cells.most, cells.n)
    else:
        low, high = so_far[0].copy(), so_far[1].copy()
    rel, part, total = relations.relation, relations.part, relations.total
    concerned = np.zeros(relations.count, bool)
    np.logical_or.at(concerned, rel, hidden[part])
    concerned |= hidden[total]
    keep = concerned[rel]
    rel, part = rel[keep], part[keep]
    count = relations.count
    live = np.flatnonzero(concerned)
    # Where parts do not quite make up their total (a pupil in no group, a week between two terms), the difference is
    # taken as known: whoever does not know it knows less.
    rows = limits if limits is None else _open_rows(limits, hidden)
    extra = cells.n[total] - np.bincount(rel, weights=cells.n[part], minlength=count)
    for _ in range(_SWEEPS):
        before = _size(low, high)
        low_sum = np.bincount(rel, weights=low[part], minlength=count)
        boundless = np.bincount(rel, weights=np.isinf(high[part]), minlength=count)
        high_sum = np.bincount(rel, weights=np.where(np.isinf(high[part]), 0.0, high[part]), minlength=count)
        np.maximum.at(low, total[live], (low_sum + extra)[live])
        np.minimum.at(high, total[live], np.where(boundless > 0, np.inf, high_sum + extra)[live])
        own_high = high[part]
        others_low = low_sum[rel] - low[part]
        others_boundless = boundless[rel] - np.isinf(own_high) > 0
        others_high = np.where(others_boundless, np.inf, high_sum[rel] - np.where(np.isinf(own_high), 0.0, own_high))
        np.minimum.at(high, part, (high[total] - extra)[rel] - others_low)
        np.maximum.at(low, part, (low[total] - extra)[rel] - others_high)
        if rows is not None:
            _limited(rows, low, high)
        if before == _size(low, high):
            break
    return low, high


def _size(low: Floats, high: Floats) -> tuple[float, float, float]:
    return float(low.sum()), float(np.where(np.isinf(high), 0.0, high).sum()), float(np.isinf(high).sum())


def _open_rows(limits: Limits, hidden: Flags) -> Limits:
    """The rows that have something hidden."""
    open_ = np.zeros(limits.count, bool)
    open_[limits.row[hidden[limits.cell]]] = True
    entry = open_[limits.row]
    number = np.cumsum(open_) - 1
    return Limits(limits.most[open_], number[limits.row[entry]], limits.cell[entry], limits.factor[entry])


def _limited(limits: Limits, low: Floats, high: Floats) -> None:
    """Carry bounds through the rows that say "at most"."""
    row, cell, factor = limits.row, limits.cell, limits.factor
    up = factor > 0
    least = np.where(up, low[cell], high[cell]) * factor
    free = np.isinf(least)
    bounded = np.where(free, 0.0, least)
    others = np.bincount(row, weights=bounded, minlength=limits.count)[row] - bounded
    others = np.where(np.bincount(row, weights=free, minlength=limits.count)[row] - free > 0, -np.inf, others)
    left = (limits.most[row] - others) / factor
    np.minimum.at(high, cell[up], left[up])
    np.maximum.at(low, cell[~up], left[~up])


def tight(cells: Cells, between: Bounds, hidden: Flags, need: Floats) -> Flags:
    """The hidden cells that are left too narrow for a primary one."""
    found: Flags = hidden & ~cells.score & (between[1] - between[0] < need - 1e-6)
    return found


def said(cells: Cells, relations: Relations, limits: Limits, shown: Flags) -> Floats:
    """How wide each cell's range is, given the "none" and "all" that are ``shown``.

    When none of 46 staff left, none of the three leaders did. That is said of the 46, so it cannot be, and need not
    be, protected: what must stay open is what these figures by themselves leave open.
    """
    unpublished = replace(cells, least=np.zeros(len(shown)), most=cells.d)
    low, high = intervals(unpublished, relations, limits, ~shown)
    return high - low


def elsewhere(cells: Cells, relations: Relations, limits: Limits) -> Floats:
    """The same, given what is known from elsewhere: published tables and the version before."""
    low, high = intervals(cells, relations, limits, ~cells.known)
    return high - low
