"""Between which two numbers a hidden figure must lie, for somebody who sees the others and can count."""

from __future__ import annotations

import numpy as np

from kpi_engine.disclosure.cells import Cells, Flags, Floats, Limits, Relations

_SWEEPS = 40


def intervals(cells: Cells, relations: Relations, limits: Limits | None, hidden: Flags) -> tuple[Floats, Floats]:
    """The least and greatest n of each cell for somebody who sees the others: bounds carried through all relations."""
    low = np.where(hidden, 0.0, cells.n)
    high = np.where(hidden, cells.d, cells.n)
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
        if limits is not None:
            _limited(limits, low, high)
        if before == _size(low, high):
            break
    return low, high


def _size(low: Floats, high: Floats) -> tuple[float, float, float]:
    return float(low.sum()), float(np.where(np.isinf(high), 0.0, high).sum()), float(np.isinf(high).sum())


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


def tight(cells: Cells, relations: Relations, limits: Limits | None, hidden: Flags, need: Floats) -> Flags:
    """The hidden cells that everything together leaves too narrow for a primary one."""
    low, high = intervals(cells, relations, limits, hidden)
    found: Flags = hidden & ~cells.score & (high - low < need - 1e-6)
    return found


def said(cells: Cells, relations: Relations, limits: Limits, hidden: Flags) -> tuple[Floats, Flags]:
    """How wide each cell's range must be, and which are as good as shown, given every "none" and "all" that is shown.

    When none of 46 staff left, none of the three leaders did. That is said of the 46, so it cannot be, and need not
    be, protected: what must stay open is what these figures by themselves leave open.
    """
    empty = ((cells.n == 0) | (cells.n == cells.d)) & ~cells.score
    low, high = intervals(cells, relations, limits, hidden | ~empty)
    open_ = high - low
    return np.minimum(cells.need, open_), hidden & empty & (open_ < 1e-9)
