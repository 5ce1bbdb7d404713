"""What one measure says of another without being a sum of it: whoever is counted here is counted there too.

A pupil who missed half of all sessions missed a tenth of them; who has grade 5 has grade 4; a suspension has a pupil. A
shown figure of the one is then a bound of the other, and none of the one is none of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from kpi_engine.disclosure.cells import Flags, Floats, Ints, Limits, joined
from kpi_engine.disclosure.relations import SAME, TERMS, WHOLE, Pairs, Shape, Sums

Row = tuple[list[tuple[Ints, float]], Floats]
"""Cells with their signs, one of each for a row, and what they may come to."""

_THIRDS = ("ks2_reading", "ks2_writing", "ks2_maths")
_AT_MOST = (
    ("severe_absence", "persistent_absence"),
    ("engmath_5", "engmath_4"),
    ("pupils_suspended", "suspensions"),
    ("y11_neet", "y11_neet_or_unknown"),
    ("y13_neet", "y13_neet_or_unknown"),
    *(("ks2_rwm", third) for third in _THIRDS),
)
_ALL_THREE = "ks2_rwm"
_ONCE = "pupils_suspended"
"""Counts each pupil once in a term, and once in the year."""


def families(measures: Sequence[str]) -> Ints:
    """A number for each measure, the same for those whose figures say something of one another."""
    number = {id: place for place, id in enumerate(measures)}
    family = np.arange(len(measures))
    for a, b in (*SAME.items(), *_AT_MOST):
        if a in number and b in number:
            family[family == family[number[a]]] = family[number[b]]
    return family


def limits_of(shape: Shape, measures: Sequence[str], n: Floats, d: Floats) -> Limits:
    """Every such bound between cells of the same place, time and breakdown that does hold in these figures."""
    at = shape.codes["measure"]
    nowhere = np.full(len(n), -1, dtype=np.int64)
    rows: list[Row] = []

    def beside(measure: str, of: str) -> tuple[Ints, Ints]:
        """The cells of ``of`` that have one of ``measure`` beside them, and these."""
        there = shape.find(measure=np.where(at == shape.code("measure", of), shape.code("measure", measure), nowhere))
        found = np.flatnonzero(there >= 0)
        return found, there[found]

    for name, other in SAME.items():
        if name in measures and other in measures:
            one, rest = beside(other, name)
            made_up = shape.whole(one, rest, n, d)
            one, rest = one[made_up], rest[made_up]
            whole = n[one] + n[rest]
            rows += [([(one, sign), (rest, sign)], sign * whole) for sign in (1.0, -1.0)]
    for few, many in _AT_MOST:
        if few in measures and many in measures:
            small, great = beside(many, few)
            rows.append(([(small, 1.0), (great, -1.0)], np.zeros(len(small))))
    if all(id in measures for id in (_ALL_THREE, *_THIRDS)):
        found = [beside(third, _ALL_THREE) for third in _THIRDS]
        together = reduce(np.intersect1d, [cells for cells, _ in found])
        parts = [there[np.searchsorted(cells, together)] for cells, there in found]
        rows.append(([*((part, 1.0) for part in parts), (together, -1.0)], 2 * d[together]))
    if _ONCE in measures:
        rows += _once_a_year(shape, at == shape.code("measure", _ONCE))
    return _checked(rows, n)


def apart(sums: Sums, n: Floats) -> tuple[Sums, Limits]:
    """What is left when the trust's parts are taken from the trust's whole; and the sums without those that do not
    quite add up for that reason.

    An academy that joined in March counts for the trust's summer and not for its year; one that gives no breakdown
    counts for the whole and for no part. The trust's parts and whole then differ by the figures of these academies.
    """
    kept, rows = [], []
    for within in sums.within:
        row, wholes = _aside(within, sums.across, n)
        adds = ~np.isin(within[0], wholes)
        kept.append((within[0][adds], within[1][adds]))
        rows.append(row)
    return Sums(kept, sums.across, sums.others), joined(*rows)


def _aside(within: Pairs, across: Pairs, n: Floats) -> tuple[Limits, Ints]:
    size = len(n)
    upward, trusts = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    upward[within[1]] = within[0]
    trusts[across[1]] = across[0]
    up = np.where(upward >= 0, upward, 0)
    of_trust = np.zeros(size, bool)
    of_trust[across[0]] = True
    divided = np.zeros(size, bool)
    divided[upward[upward >= 0]] = True
    # Parts of the trust's parts that are in none of the parts of its whole, and parts of its whole without parts.
    part = np.flatnonzero((trusts >= 0) & (upward[np.where(trusts >= 0, trusts, 0)] >= 0))
    whole = upward[trusts[part]]
    apart = (upward[part] < 0) | (trusts[up[part]] != whole)
    single = np.flatnonzero((trusts >= 0) & ~divided & divided[np.where(trusts >= 0, trusts, 0)])
    # All the parts of a figure are as good as the figure itself.
    left, of = part[apart], whole[apart]
    here = np.bincount(up[left[upward[left] >= 0]], minlength=size)
    all_of = (upward[left] >= 0) & (here == np.bincount(upward[upward >= 0], minlength=size))[up[left]]
    figure, first = np.unique(up[left[all_of]], return_index=True)
    cell = np.concatenate([left[~all_of], figure, single])
    total = np.concatenate([of[~all_of], of[all_of][first], trusts[single]])
    sign = np.concatenate([np.full(len(cell) - len(single), -1.0), np.full(len(single), 1.0)])
    wholes = np.unique(total)
    parts = np.flatnonzero((upward >= 0) & np.isin(upward, wholes) & of_trust)
    cells = np.concatenate([cell, parts, wholes])
    row = np.searchsorted(wholes, np.concatenate([total, upward[parts], wholes]))
    signs = np.concatenate([sign, np.ones(len(parts)), -np.ones(len(wholes))])
    come: Floats = np.bincount(row, weights=signs * n[cells], minlength=len(wholes)).astype(float)
    return joined(Limits(come, row, cells, signs), Limits(-come, row, cells, -signs)), wholes


def _once_a_year(shape: Shape, mine: Flags) -> list[Row]:
    """A term's people are among the year's, and the year's are no more than those of all terms."""
    period, words = shape.codes["period"], shape.words["period"]
    rows: list[Row] = []
    for name in WHOLE:
        year = np.flatnonzero(mine & (period == shape.code("period", name)))
        terms = []
        for term in TERMS:
            if term not in words:
                continue
            to = shape.find(period=np.full(len(period), shape.code("period", term), dtype=np.int64))[year]
            terms.append(to)
            both = to >= 0
            rows.append(([(to[both], 1.0), (year[both], -1.0)], np.zeros(int(both.sum()))))
        if len(terms) == len(TERMS):
            full = np.all([to >= 0 for to in terms], axis=0)
            rows.append(([(year[full], 1.0), *((to[full], -1.0) for to in terms)], np.zeros(int(full.sum()))))
    return rows


def _checked(rows: Sequence[Row], n: Floats) -> Limits:
    """The rows that hold: two returns need not agree, and then neither bounds the other."""
    most: list[Floats] = []
    row: list[Ints] = []
    cell: list[Ints] = []
    sign: list[Floats] = []
    count = 0
    for parts, bound in rows:
        holds = np.flatnonzero(sum((n[cells] * factor for cells, factor in parts), -bound) <= 1e-6)
        for cells, factor in parts:
            row.append(np.arange(len(holds)) + count)
            cell.append(cells[holds])
            sign.append(np.full(len(holds), factor))
        most.append(bound[holds])
        count += len(holds)
    none = np.zeros(0, np.int64)
    return Limits(
        np.concatenate([np.zeros(0), *most]),
        np.concatenate([none, *row]),
        np.concatenate([none, *cell]),
        np.concatenate([np.zeros(0), *sign]),
    )
