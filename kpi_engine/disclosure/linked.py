"""A version's facts as linked tables: every cell that somebody could ask for, and every sum that links them.

Besides the facts there are cells for the sums that the engine gives: the trust's, that of each phase, and pools of
years. What a viewer can subtract from what is written down here as a relation; ``protect`` works on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.disclosure.cells import WIDTH, Cells, Ints, Limits, Relations, joined
from kpi_engine.disclosure.limits import apart, families, limits_of
from kpi_engine.disclosure.relations import KEY, PHASE, POOL, WHOLE, Shape, combo_of, sums_of
from kpi_engine.disclosure.rule import Flags, Floats, Kind, about_staff, kind_of, unsafe, unsafe_staff
from kpi_engine.measures import POOLS
from kpi_engine.model import DIMENSIONS, TOTAL, TRUST, Academy, Measure, Membership
from kpi_engine.roster import applies, counts_for_trust, membership_until

_NUMBERS = ("numerator", "denominator", "people")


@dataclass(frozen=True, slots=True)
class Linked:
    """The cells, one row each of ``frame`` (``KEY``, numerator, denominator, people, ``row`` of the fact or -1), their
    relations, and which cells the first rule hides from everybody (``primary``) and from the board (``staff``).

    Cells of different ``family`` have nothing to do with one another. ``public`` are those that stand in a published
    table too, for everybody to read; of each cell published tables say that it is from ``least`` to ``most``."""

    frame: pd.DataFrame
    family: Ints
    n: Floats
    d: Floats
    score: Flags
    same: Ints
    order: Ints
    need: Floats
    relations: Relations
    limits: Limits
    primary: Flags
    staff: Flags
    tells: Flags
    public: Flags
    least: Floats
    most: Floats

    def cells(self, known: Flags, before: Flags) -> Cells:
        return Cells(
            self.n,
            self.d,
            self.least,
            self.most,
            self.score,
            self.same,
            self.need,
            known,
            self.tells,
            before,
            self.order,
        )


def linked(
    facts: pd.DataFrame, measures: Mapping[str, Measure], academies: Sequence[Academy], as_at: Any
) -> Linked | None:
    """The linked tables of facts of the trust's own returns; None where none of them is about people.

    ``facts`` has the columns of facts and any index; ``row`` in the frame is the place of the fact in it.
    """
    guarded = {id: kind for id, measure in measures.items() if (kind := kind_of(measure)) is not None}
    about = facts["measure"].isin(list(guarded)).to_numpy() & facts["numerator"].notna().to_numpy()
    if not about.any():
        return None
    base = facts.loc[about, [*KEY, "numerator", "denominator", "people"]].reset_index(drop=True)
    base["row"] = np.flatnonzero(about)
    base["combo"] = combo_of(base)
    phases = {academy.urn: f"{PHASE}{academy.phase}" for academy in academies}
    base["phase"] = base["urn"].map(phases).where(_counts(base, measures, academies, as_at), "")
    frame = pd.concat([base, *_sums(base, measures)], ignore_index=True)
    frame["phase"] = frame["phase"].fillna("")
    return tables_of(frame, measures)


def earlier(
    cells: pd.DataFrame, measures: Mapping[str, Measure], academies: Sequence[Academy], as_at: Any
) -> Linked | None:
    """The linked tables of an earlier version, from its facts about people and its sums as they were kept.

    Which academies then counted is not kept: those of today, and where they do not make up the trust's sum, all.
    """
    if cells.empty:
        return None
    frame = cells[[*KEY, "numerator", "denominator"]].reset_index(drop=True)
    frame["people"], frame["row"] = frame["denominator"], 0
    is_sum = (frame["urn"] == TRUST) | frame["urn"].str.startswith(PHASE) | (frame["period"] == POOL)
    frame.loc[is_sum, "row"] = -1
    phases = {academy.urn: f"{PHASE}{academy.phase}" for academy in academies}
    own = frame["urn"].map(phases)
    frame["phase"] = own.where(~is_sum, "").fillna("")
    facts = frame[~is_sum]
    frame.loc[facts.index, "phase"] = facts["phase"].where(_counts(facts, measures, academies, as_at), "")
    key = [name for name in KEY if name != "urn"]
    at = frame.assign(period=frame["period"].replace("YTD", "Year"))
    counted = at[frame["phase"] != ""].groupby(key, sort=False)["numerator"].sum()
    trusts = at[at["urn"] == TRUST].set_index(key)["numerator"]
    trusts = trusts[~trusts.index.duplicated()]
    other = (trusts - counted.reindex(trusts.index).fillna(0.0)).abs() > 1e-6
    moved = pd.MultiIndex.from_frame(at[key]).isin(other.index[other]) & ~is_sum
    frame.loc[moved, "phase"] = own[moved].fillna("")
    return tables_of(frame, measures)


def tables_of(frame: pd.DataFrame, measures: Mapping[str, Measure]) -> Linked:
    """The linked tables of cells: facts, whose ``phase`` says that they count for the trust, and sums."""
    guarded = {id: kind for id, measure in measures.items() if (kind := kind_of(measure)) is not None}
    n = frame["numerator"].to_numpy(float)
    d = frame["denominator"].to_numpy(float)
    people = frame["people"].to_numpy(float)
    primary = np.zeros(len(frame), bool)
    staff = np.zeros(len(frame), bool)
    bound = np.where(np.isnan(d), np.inf, d)
    score = np.zeros(len(frame), bool)
    codes, found = pd.factorize(frame["measure"])
    ids = [str(id) for id in found]
    for code, id in enumerate(ids):
        at = codes == code
        kind = guarded[id]
        primary[at] = unsafe(kind, n[at], d[at], people[at])
        if about_staff(measures[id]):
            staff[at] = unsafe_staff(d[at], people[at])
        if kind is Kind.WORK:
            staff[at] &= (frame.loc[at, list(DIMENSIONS)] != TOTAL).any(axis=1).to_numpy()
        if kind is Kind.EVENTS:
            bound[at] = np.inf
        score[at] = kind is Kind.SCORE
    shape = Shape.of(frame)
    order = pd.util.hash_pandas_object(frame[list(KEY)], index=False).to_numpy()
    sums, aside = apart(sums_of(frame, shape, measures, n, ids), n)
    relations = sums.relations()
    score_free = ~score
    most = np.where(score & np.isinf(bound), 0.0, bound)
    tells = np.zeros(len(frame), bool)
    for empty in ((n == 0) & score_free, (bound == n) & score_free):
        at = empty[relations.total][relations.relation] & (empty & primary)[relations.part]
        tells[relations.total[relations.relation[at]]] = True
    tells &= ~primary
    return Linked(
        frame,
        families(ids)[codes],
        np.where(score, np.where(np.isnan(people), 0.0, people), n),
        most,
        score,
        shape.same(ids, n, bound),
        order.astype(np.int64),
        np.minimum(WIDTH, bound),
        relations,
        joined(limits_of(shape, ids, n, bound), aside),
        primary,
        staff,
        tells,
        np.zeros(len(frame), bool),
        np.zeros(len(frame)),
        most,
    )


# The sums that the engine gives


def _sums(base: pd.DataFrame, measures: Mapping[str, Measure]) -> list[pd.DataFrame]:
    """Rows for the trust's sums, for those of each phase (where it is judged by phase), and for pooled years."""
    counted = base[base["phase"] != ""].copy()
    counted["period"] = counted["period"].where(counted["period"] != "YTD", "Year")
    counted["urn"] = counted["phase"]
    by_phases = [id for id, measure in measures.items() if measure.phases_apart]
    undivided = (counted["period"] == "Year") & counted["measure"].isin(by_phases)
    some = counted[undivided]
    for name in DIMENSIONS:
        some = some[some[name] == TOTAL]
    by_phase = _summed(some)
    trust = _summed(counted.assign(urn=TRUST))
    return [by_phase, trust, *_pools(base, trust)]


def _pools(base: pd.DataFrame, trust: pd.DataFrame) -> list[pd.DataFrame]:
    found = []
    for pool in POOLS:
        for rows in (base, trust):
            some = rows[(rows["measure"] == pool.measure) & rows["period"].isin(WHOLE)]
            for name in DIMENSIONS:
                some = some[some[name] == pool.within.get(name, TOTAL)]
            if len(some):
                first = some["academic_year"].map(lambda year, pool=pool: pool.window(year)[0])
                found.append(_summed(some.assign(academic_year=first, period=POOL)))
    return found


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one key as one row; a number that one of them lacks is lacking in the sum."""
    if rows.empty:
        return rows.assign(row=-1, phase="")
    group = _numbered(rows)
    count = int(group.max()) + 1
    _, first = np.unique(group, return_index=True)
    made = rows.iloc[first].copy()
    for name in _NUMBERS:
        made[name] = np.bincount(group, weights=rows[name].to_numpy(float), minlength=count)
    return made.assign(row=-1, phase="")


def _numbered(rows: pd.DataFrame) -> Ints:
    """For each row the number of its key."""
    group = np.zeros(len(rows), np.int64)
    for name in (*KEY[:5], "combo"):
        code, found = pd.factorize(rows[name].to_numpy())
        if len(found) > 1:
            group = np.unique(group * len(found) + code, return_inverse=True)[1].astype(np.int64)
    return group


def _counts(base: pd.DataFrame, measures: Mapping[str, Measure], academies: Sequence[Academy], as_at: Any) -> Flags:
    """Which facts are part of the trust's figure: as the engine counts, with the academies of the time."""
    known = {academy.urn: academy for academy in academies}
    keys, found = pd.factorize(pd.MultiIndex.from_frame(base[["measure", "urn", "academic_year", "period"]]))
    counts = np.zeros(len(found), bool)
    memberships: dict[tuple[str, str, str], Membership] = {}
    for place, (id, urn, year, period) in enumerate(found):
        academy = known.get(urn)
        if academy is None or not applies(measures[id], academy):
            continue
        at = (urn, year, "Year" if period == "YTD" else period)
        if at not in memberships:
            memberships[at] = membership_until(academy, at[1], at[2], as_at)
        counts[place] = counts_for_trust(measures[id], academy, memberships[at])
    kept: Flags = counts[keys]
    return kept
