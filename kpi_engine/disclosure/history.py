"""Two versions of the tables as one: somebody may remember what the first showed.

A figure that has not changed is one cell of both. What the first version showed is known, and cannot be hidden any
more; what it hid and what has since changed or gone are cells of their own, to be protected with the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpi_engine.disclosure.cells import Flags, Ints, Levels, Limits, Relations, joined, linked_by
from kpi_engine.disclosure.linked import Linked, earlier
from kpi_engine.disclosure.relations import KEY
from kpi_engine.disclosure.rule import OPEN
from kpi_engine.model import Academy, Measure


@dataclass(frozen=True, slots=True)
class Past:
    """The version before beside the tables of now: the guard that each of their cells had (0: it was not there), and
    whether it had the same numbers. ``touched`` are the measures in which anything is new, other or gone."""

    before: pd.DataFrame
    was: Levels
    same: Flags
    touched: frozenset[str]

    @property
    def kept(self) -> Levels:
        """The guards that stay because nothing has changed."""
        found: Levels = np.where(self.same & (self.was > OPEN), self.was, 0).astype(np.int8)
        return found


def past_of(tables: Linked, before: pd.DataFrame | None) -> Past:
    """What ``before``, the earlier version's figures about people and its sums with guards, has of these cells."""
    count = len(tables.frame)
    if before is None or before.empty:
        nothing = pd.DataFrame({name: pd.Series(dtype=object) for name in (*KEY, "numerator", "denominator", "guard")})
        return Past(nothing, np.zeros(count, np.int8), np.zeros(count, bool), frozenset())
    row, found = places(hashed(before), tables.order)
    was = np.where(found, before["guard"].to_numpy(np.int8)[row], 0).astype(np.int8)
    same: Flags = found.copy()
    for name in ("numerator", "denominator"):
        now, then = tables.frame[name].to_numpy(float), before[name].to_numpy(float)[row]
        same &= np.isclose(now, then, atol=1e-6) | (np.isnan(now) & np.isnan(then))
    if not (was == OPEN).any():
        return Past(before, was, same, frozenset())
    stays = np.zeros(len(before), bool)
    stays[row[found]] = True
    changed = {*tables.frame["measure"][~same].unique(), *before["measure"][~stays].unique()}
    return Past(before, was, same, frozenset(str(id) for id in changed))


def both(
    tables: Linked,
    past: Past,
    chosen: Sequence[str],
    measures: Mapping[str, Measure],
    academies: Sequence[Academy],
    as_at: dt.date,
) -> tuple[Linked, Levels]:
    """The tables with the cells of the version before that are no longer so, of the ``chosen`` measures; and the guard
    that each cell of both had (0: new)."""
    then = past.before[past.before["measure"].isin(list(chosen))].reset_index(drop=True)
    old = earlier(then, measures, academies, as_at)
    if old is None:
        return tables, past.was
    count = len(tables.frame)
    at, found = places(tables.order, old.order)
    stays = found & past.same[at]
    extra = np.flatnonzero(~stays)
    place = np.where(stays, at, 0)
    place[extra] = count + np.arange(len(extra))
    names = {str(id): int(family) for id, family in zip(tables.frame["measure"], tables.family, strict=True)}
    # A measure that has gone altogether is its own family.
    spare = int(tables.family.max()) + 1
    family = np.array([names.get(str(id), spare) for id in old.frame["measure"]], dtype=np.int64)
    row, _ = places(hashed(then), old.order)
    joined_tables = Linked(
        pd.concat([tables.frame, old.frame.iloc[extra].assign(row=-2)], ignore_index=True),
        np.concatenate([tables.family, family[extra]]),
        np.concatenate([tables.n, old.n[extra]]),
        np.concatenate([tables.d, old.d[extra]]),
        np.concatenate([tables.score, old.score[extra]]),
        np.concatenate([tables.same, place[old.same[extra]]]),
        np.concatenate([tables.order, old.order[extra]]),
        np.concatenate([tables.need, old.need[extra]]),
        linked_by(tables.relations, _at(old.relations, place)),
        joined(tables.limits, _rows_at(old.limits, place)),
        np.concatenate([tables.primary, old.primary[extra]]),
        np.concatenate([tables.staff, old.staff[extra]]),
        np.concatenate([tables.tells, old.tells[extra]]),
        np.concatenate([tables.public, old.public[extra]]),
        np.concatenate([tables.least, old.least[extra]]),
        np.concatenate([tables.most, old.most[extra]]),
    )
    return joined_tables, np.concatenate([past.was, then["guard"].to_numpy(np.int8)[row][extra]])


def _at(relations: Relations, place: Ints) -> Relations:
    return Relations(place[relations.total], relations.relation, place[relations.part])


def _rows_at(limits: Limits, place: Ints) -> Limits:
    return Limits(limits.most, limits.row, place[limits.cell], limits.factor)


def hashed(frame: pd.DataFrame) -> Ints:
    """A number for each key."""
    return pd.util.hash_pandas_object(frame[list(KEY)], index=False).to_numpy().astype(np.int64)


def places(among: Ints, wanted: Ints) -> tuple[Ints, Flags]:
    """Where each wanted number is among the others, and whether it is there."""
    order = np.argsort(among, kind="stable")
    at = np.minimum(np.searchsorted(among[order], wanted), len(among) - 1)
    return order[at], among[order][at] == wanted
