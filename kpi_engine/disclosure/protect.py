"""Hiding what would give a hidden figure away: complementary suppression over tables that are linked by sums.

A cell is a figure with a numerator n out of d. A relation says that a total is the sum of its parts. Somebody who sees
all cells but the hidden ones, and knows every relation and every d, can still work out between which two numbers a
hidden n lies. A cell counts as protected when these are at least ``WIDTH`` apart, or as far apart as its d allows.

The way is the usual one for linked tables (for instance Hundepool and others, Statistical Disclosure Control, 2012,
chapter 4): primary cells first, then, relation by relation, the cheapest further cells, until every interval is wide
enough, checked at the end by carrying bounds through all relations together.
"""

from __future__ import annotations

import numpy as np

from kpi_engine.disclosure.bounds import elsewhere, intervals, said, tight
from kpi_engine.disclosure.cells import FEW, WIDTH, Cells, Flags, Floats, Ints, Limits, Relations, joined
from kpi_engine.disclosure.solving import follows

_ROUNDS = 400
_STEPS = 8
_NOTHING = 1e-9


def protect(cells: Cells, relations: Relations, limits: Limits, primary: Flags, also: Flags) -> Flags:
    """Which cells are hidden so that no primary one can be narrowed down; ``primary`` and ``also`` are among them.

    Neither of the two may have a cell that is ``known``.
    """
    hidden = _with_same(cells, primary | also)
    left = elsewhere(cells, relations, limits)
    known = cells.known | (left < _NOTHING) & ~cells.score
    shown = cells.empty & ~hidden
    open_ = said(cells, relations, limits, shown)
    as_seen = known | hidden & ~cells.score & (open_ < _NOTHING)
    cared = primary.copy()
    for _ in range(_ROUNDS):
        need = np.minimum(cells.need, np.minimum(open_, left))
        _settle(cells, relations, hidden, primary, as_seen, need)
        if (shown != (cells.empty & ~hidden)).any():
            shown = cells.empty & ~hidden
            open_ = said(cells, relations, limits, shown)
            need = np.minimum(cells.need, np.minimum(open_, left))
        as_seen = known | hidden & ~cells.score & (open_ < _NOTHING)
        between, rows = intervals(cells, relations, None, hidden), limits
        close = tight(cells, between, hidden, need)
        if not (close & cared).any():
            between = intervals(cells, relations, limits, hidden, between)
            close = tight(cells, between, hidden, need)
            if not (close & cared).any():
                solved = follows(cells, relations, hidden & ~as_seen)
                rows = joined(limits, solved)
                close = tight(cells, intervals(cells, relations, rows, hidden, between), hidden, need)
                close |= cells.score & solved.alone(len(close))
                if not (close & cared).any():
                    return hidden
            if _hide_beside(cells, limits, hidden, as_seen, close & cared):
                continue
        # A "none" or "all" that is shown beside a published total may say too much together with it.
        for through, wide in ((hidden & ~as_seen, False), (hidden & ~as_seen, True), (hidden & ~cells.known, True)):
            loose = _with_room(relations, rows, through, ~hidden & ~as_seen, close & cared, close, wide)
            if loose.any():
                break
        if not _hide_more(cells, relations, hidden, as_seen, loose):
            # Whatever could be hidden around these is; what is left is known from elsewhere.
            cared &= ~close
    return hidden


def _hide_beside(cells: Cells, limits: Limits, hidden: Flags, as_seen: Flags, narrow: Flags) -> bool:
    """Hide one shown cell of each row that bounds a narrow one; False where there is none."""
    rows = np.zeros(limits.count, bool)
    np.logical_or.at(rows, limits.row, narrow[limits.cell])
    at = rows[limits.row] & ~hidden[limits.cell] & ~as_seen[limits.cell]
    row, cell = limits.row[at], limits.cell[at]
    if not len(cell):
        return False
    best = np.lexsort((cells.order[cell], cells.d[cell], cells.tells[cell], row))
    first = np.concatenate([[True], row[best][1:] != row[best][:-1]])
    hidden[cell[best][first]] = True
    _with_same(cells, hidden)
    return True


def _with_same(cells: Cells, hidden: Flags) -> Flags:
    hidden |= hidden[cells.same]
    np.logical_or.at(hidden, cells.same, hidden.copy())
    return hidden


def _settle(cells: Cells, relations: Relations, hidden: Flags, primary: Flags, as_seen: Flags, need: Floats) -> None:
    """Hide further cells until no relation by itself gives a hidden cell away or leaves a primary one too narrow."""
    for _ in range(_ROUNDS):
        lacking = _lacking(cells, relations, hidden & ~as_seen, primary, need)
        if not lacking.any() or not _hide_more(cells, relations, hidden, as_seen, lacking):
            return


def _lacking(cells: Cells, relations: Relations, hidden: Flags, primary: Flags, need: Floats) -> Flags:
    """Which relations, taken by themselves, give a hidden cell away or leave a primary one too narrow."""
    rel, part = relations.relation, relations.part
    inside = hidden[part]
    count = np.bincount(rel[inside], minlength=relations.count)
    total_hidden = hidden[relations.total]
    lacking: Flags = total_hidden & (count == 0)
    open_total = ~total_hidden & (count > 0)
    if not open_total.any():
        return lacking
    at = inside & open_total[rel]
    r, p = rel[at], part[at]
    low, high = _bounds(cells, r, p, relations.count)
    narrow = primary[p] & ~cells.score[p] & (high - low < need[p] - 1e-9)
    narrow |= count[r] < 2
    # Hidden scores with a known sum are one figure about all their people.
    together = np.bincount(r, weights=np.where(cells.score[p], cells.n[p], 0.0), minlength=relations.count)
    narrow |= cells.score[p] & (together[r] <= FEW)
    np.logical_or.at(lacking, r, narrow)
    return lacking


def _bounds(cells: Cells, r: Ints, p: Ints, count: int) -> tuple[Floats, Floats]:
    """The least and greatest n of hidden parts whose sum is known, from what each can be by itself and that sum."""
    least, most = cells.least[p], cells.most[p]
    summed = np.bincount(r, weights=cells.n[p], minlength=count)
    floor = np.bincount(r, weights=least, minlength=count)
    endless = np.bincount(r, weights=np.isinf(most), minlength=count)
    room = np.bincount(r, weights=np.where(np.isinf(most), 0.0, most), minlength=count)
    others_endless = endless[r] - np.isinf(most) > 0
    others = np.where(others_endless, np.inf, room[r] - np.where(np.isinf(most), 0.0, most))
    low = np.maximum(least, summed[r] - others)
    high = np.minimum(most, summed[r] - (floor[r] - least))
    return low, high


def _hide_more(cells: Cells, relations: Relations, hidden: Flags, as_seen: Flags, lacking: Flags) -> bool:
    """Hide one more cell in each lacking relation, the cheapest; False when none is left to hide.

    Cheapest: a part that by itself leaves room enough, then one that adds some of the room that is lacking, then the
    total; among these one that was hidden before, then one whose other relations hide something already, then the
    smaller group. A part that adds no room is the last resort: to hide a 0 beside a 3 hides nothing.
    """
    rel = np.concatenate([relations.relation, np.arange(relations.count)])
    cell = np.concatenate([relations.part, relations.total])
    is_total = np.concatenate([np.zeros(len(relations.part), bool), np.ones(relations.count, bool)])
    at = lacking[rel] & ~hidden[cell] & ~as_seen[cell]
    if not at.any():
        return False
    touched = hidden[relations.total]
    np.logical_or.at(touched, relations.relation, hidden[relations.part])
    fresh = np.bincount(cell, weights=~touched[rel], minlength=len(cells.n))
    few, rest = _room(cells, relations, hidden)
    rel, cell, is_total = rel[at], cell[at], is_total[at]
    n, left = (cells.n - cells.least)[cell], (cells.most - cells.n)[cell]
    ample = cells.score[cell] | ((n >= WIDTH) & (left >= WIDTH))
    helps = ((n > 0) | ~few[rel]) & ((left > 0) | ~rest[rel])
    rank = np.where(is_total, 2, np.where(ample, 0, np.where(helps, 1, 3)))
    rank = np.where(cells.tells[cell], rank + 4, rank)
    best = np.lexsort((cells.order[cell], cells.d[cell], fresh[cell], ~cells.before[cell], rank, rel))
    first = np.concatenate([[True], rel[best][1:] != rel[best][:-1]])
    hidden[cell[best][first]] = True
    _with_same(cells, hidden)
    return True


def _room(cells: Cells, relations: Relations, hidden: Flags) -> tuple[Flags, Flags]:
    """For each relation whether its hidden parts count too few together, and whether too few are left over."""
    at = hidden[relations.part]
    rel, part = relations.relation[at], relations.part[at]
    n = np.bincount(rel, weights=(cells.n - cells.least)[part], minlength=relations.count)
    left = np.bincount(rel, weights=(cells.most - cells.n)[part], minlength=relations.count)
    return n < WIDTH, left < WIDTH


def _beside(limits: Limits, narrow: Flags) -> Flags:
    """The cells that stand in one row with a cell that is too narrow."""
    rows = np.zeros(limits.count, bool)
    np.logical_or.at(rows, limits.row, narrow[limits.cell])
    found: Flags = np.zeros(len(narrow), bool)
    found[limits.cell[rows[limits.row]]] = True
    return found


def _with_room(
    relations: Relations, limits: Limits, hidden: Flags, spare: Flags, narrow: Flags, tight: Flags, wide: bool
) -> Flags:
    """For each narrow cell one relation that still has a cell to hide, the one that hides least; where it has none, one
    of the hidden cells that keep it narrow (``wide``: of any beside it), one step further each time."""
    rel, part, total = relations.relation, relations.part, relations.total
    room = spare[total]
    np.logical_or.at(room, rel, spare[part])
    hides = np.bincount(rel, weights=hidden[part], minlength=relations.count) + hidden[total]
    cell, of = np.concatenate([part, total]), np.concatenate([rel, np.arange(relations.count)])
    found = np.zeros(relations.count, bool)
    reached, front = narrow.copy(), narrow.copy()
    for _ in range(_STEPS):
        at = front[cell]
        able = at & room[of]
        best = np.lexsort((of[able], hides[of[able]], cell[able]))
        helped, first = np.unique(cell[able][best], return_index=True)
        found[of[able][best][first]] = True
        left = front.copy()
        left[helped] = False
        if not left.any():
            break
        stuck = np.zeros(relations.count, bool)
        stuck[of[left[cell]]] = True
        front = _beside(limits, left)
        front[cell[stuck[of]]] = True
        front &= hidden & ~reached
        if (front & tight).any() and not wide:
            front &= tight
        reached |= front
    return found
