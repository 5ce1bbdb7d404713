"""Deciding, once for each version, which figures are shown to whom.

The decision is made while a version is built, never when somebody asks: whatever a viewer asks in whatever order, a
hidden cell stays hidden. The version before has its say: what it hid and what has not changed stays hidden, since
somebody may remember the figures that were shown beside it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpi_engine.disclosure.cells import Flags, Levels
from kpi_engine.disclosure.history import both, past_of
from kpi_engine.disclosure.linked import Linked, linked
from kpi_engine.disclosure.protect import protect
from kpi_engine.disclosure.published import read
from kpi_engine.disclosure.relations import KEY
from kpi_engine.disclosure.rule import CLOSED, OFFICE, OPEN
from kpi_engine.model import Academy, Measure

GUARDED_COLUMNS = (*KEY, "numerator", "denominator", "guard")
"""A row for each sum, in ``urn`` the trust or ``phase:`` and a phase, or the academy of pooled years."""


@dataclass(frozen=True, slots=True)
class Price:
    """How many cells there are about people, and how many of them are hidden: by the first rule, and in all.

    ``cells`` counts facts and sums. ``office`` is what headteachers and the executive do not see, ``board`` what
    governors and an audience do not see.
    """

    cells: int = 0
    office_first: int = 0
    office: int = 0
    board_first: int = 0
    board: int = 0

    @property
    def further(self) -> float:
        """Cells that governors miss beyond the first rule, for each hundred cells."""
        return 100 * (self.board - self.board_first) / self.cells if self.cells else 0.0


@dataclass(frozen=True, slots=True)
class Decided:
    """``guard`` for each fact (0 published, 1 open, 2 office, 3 closed) and ``sums``, with ``GUARDED_COLUMNS``.

    ``memory`` is empty when the decision is the tables' own, else it names what is hidden because the version before
    hid it.
    """

    guard: Levels
    sums: pd.DataFrame
    price: Price
    memory: str = ""


def decide(
    facts: pd.DataFrame,
    own: Collection[str],
    measures: Mapping[str, Measure],
    academies: Sequence[Academy],
    as_at: dt.date,
    before: pd.DataFrame | None = None,
) -> Decided:
    """What each fact's guard is. ``own`` are the source ids of the trust's own returns; published facts have guard 0.

    ``before`` are the version before's own facts about people and its sums (``GUARDED_COLUMNS``), if there was one.
    With those alone that it hid, all that is known of it is what stays hidden.
    """
    guard = np.zeros(len(facts), np.int8)
    codes, sources = pd.factorize(facts["source_id"].to_numpy(dtype=object))
    ours = np.array([any(part in own for part in str(source).split(";")) for source in sources] + [False])
    mine = ours[codes]
    guard[mine] = OPEN
    tables = linked(facts[mine], measures, academies, as_at)
    none = pd.DataFrame({name: pd.Series(dtype=object) for name in GUARDED_COLUMNS})
    if tables is None:
        return Decided(guard, none, Price())
    elsewhere = facts[~mine]
    tables = read(tables, elsewhere, measures)
    first = ~tables.frame["measure"].duplicated().to_numpy()
    families = {str(id): int(of) for id, of in zip(tables.frame["measure"][first], tables.family[first], strict=True)}
    level = _levels(tables, np.zeros(len(tables.frame), np.int8), np.zeros(len(tables.frame), bool), families.values())
    past = past_of(tables, before)
    alone, memory = level.copy(), ""
    stays = tables.frame["measure"][past.kept > level].unique()
    again = {families[id] for id in {*stays, *past.touched} if id in families}
    if again:
        chosen = [id for id, family in families.items() if family in again]
        two, was = both(tables, past, chosen, measures, academies, as_at)
        two = read(two, elsewhere, measures)
        same = np.zeros(len(two.frame), bool)
        same[: len(past.same)] = past.same
        same[len(past.same) :] = True
        concerned = np.isin(tables.family, list(again))
        level[concerned] = _levels(two, was, same, again)[: len(level)][concerned]
    if (level != alone).any():
        other = level != alone
        memory = _digest(tables.frame[other], level[other])
    row = tables.frame["row"].to_numpy()
    is_fact = row >= 0
    places = np.flatnonzero(mine)
    guard[places[row[is_fact]]] = level[is_fact]
    sums = tables.frame.loc[~is_fact, [*KEY, "numerator", "denominator"]].assign(guard=level[~is_fact])
    price = Price(
        len(level),
        int(tables.primary.sum()),
        int((level >= CLOSED).sum()),
        int((tables.primary | tables.staff).sum()),
        int((level >= OFFICE).sum()),
    )
    return Decided(guard, sums.reset_index(drop=True), price, memory)


def _levels(tables: Linked, was: Levels, same: Flags, families: Iterable[int]) -> Levels:
    """The guard of each cell of these families. ``was`` is the guard that the version before gave it, and ``same`` says
    that it has not changed: then what was hidden stays so, and what was shown is known."""
    level = np.full(len(tables.frame), OPEN, np.int8)
    kept = np.where(same, was, 0)
    first_of_all = tables.primary | tables.staff
    known = tables.public | (kept == OPEN)
    every = tables.cells(known, was > OPEN)
    for family in sorted(set(families)):
        chosen = tables.family == family
        place = np.cumsum(chosen) - 1
        cells = every.among(chosen, place)
        sums, rows = tables.relations.among(chosen, place), tables.limits.among(chosen, place)
        first, may, stays = tables.primary[chosen], ~known[chosen], kept[chosen]
        board_first = first_of_all[chosen]
        closed = protect(cells, sums, rows, first & may, (stays >= CLOSED) & may)
        board, also = closed, (closed | (stays >= OFFICE)) & may
        if ((also | board_first & may) & ~closed).any():
            board = protect(cells, sums, rows, board_first & may, also)
        level[chosen] = np.where(closed | first, CLOSED, np.where(board | board_first, OFFICE, OPEN))
    return level


def _digest(rows: pd.DataFrame, kept: Levels) -> str:
    """A short name for what is hidden for the sake of the version before."""
    lines = rows[list(KEY)].assign(guard=kept).astype(str).agg("|".join, axis=1)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]
