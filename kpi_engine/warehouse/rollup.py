"""The Total rows that a return leaves out, added up from its parts; and the year from its parts.

Only the trust's own returns are added up over groups, and only over the dimensions that the measure declares a
partition. All sums are of whole millionths, so they are exact and do not depend on the order of the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.model import DIMENSIONS, TOTAL, Measure, OverTime
from kpi_engine.warehouse import overtime, sums
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.schema import dims_key
from kpi_engine.warehouse.tables import dims_of, numbered

_SCOPE = ["measure", "series", "stage", "academic_year", "urn", "period"]
_BLOCK = ["series", "academic_year", "urn", "period"]
_BOTH_NEEDED: Mapping[str, frozenset[str]] = {
    "sex": frozenset("FM"),
    "disadvantage": frozenset("YN"),
    "looked_after": frozenset("YN"),
    "send": frozenset("N"),
}
"""A list of some groups is no partition: without these values the rest of the pupils is not there."""

_REASON = "reason"
"""Reasons divide events, not people: their rows share one denominator."""


def roll_up(
    facts: pd.DataFrame, measures: Mapping[str, Measure], returns: frozenset[str], as_at: dt.date
) -> tuple[pd.DataFrame, list[Message]]:
    """All facts, with the rows that the measures' ``rollups`` and ``over_time`` add; and what was not added up.

    ``returns`` are the source ids of the trust's own returns. A row that a file states is never replaced.
    """
    made: list[pd.DataFrame] = []
    messages: list[Message] = []
    keyed = facts.assign(_dims=dims_of(facts), _own=facts["source_id"].isin(list(returns)))
    keyed = keyed.copy()  # one block for each type, which makes taking rows several times as quick
    for id, rows in keyed.groupby("measure", sort=True):
        measure = measures[str(id)]
        whole = rows
        if measure.partitions and rows["_own"].any():
            added, said = over_groups(rows, measure)
            messages += said
            if added is not None:
                whole = pd.concat([rows, added], ignore_index=True)
        if measure.over_time is not OverTime.NONE:
            whole = overtime.over_time(whole, measure, as_at)
        made.append(whole)
    if not made:
        return facts, messages
    return pd.concat(made, ignore_index=True)[list(FACT_COLUMNS)], messages


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows of one set of dimensions that could be added up to another."""

    dimensions: tuple[str, ...]
    summed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    """A measure's rows with what is asked of them again and again: by whole numbers, which compare quickly.

    ``block`` numbers each row's series, year, academy and period; ``places`` are the rows of each set of dimensions,
    ``own`` those of them that may be added up.
    """

    frame: pd.DataFrame
    block: np.ndarray[Any, Any]
    places: Mapping[str, np.ndarray[Any, Any]]
    own: Mapping[str, np.ndarray[Any, Any]]

    @staticmethod
    def of(frame: pd.DataFrame) -> _Rows:
        """From rows with the columns ``_dims`` and ``_own``."""
        block = numbered(frame, _BLOCK)
        may = frame["_own"].to_numpy(dtype=bool)
        places = {str(key): np.asarray(at) for key, at in frame.groupby("_dims").indices.items()}
        own = {key: found for key, at in places.items() if len(found := at[may[at]])}
        return _Rows(frame, block, places, own)

    def unstated(self, dimensions: tuple[str, ...], target: tuple[str, ...]) -> pd.DataFrame:
        """Rows of ``dimensions`` that may be added up and whose block has no row of ``target``."""
        at = self.own[dims_key(dimensions)]
        stated = self.places.get(dims_key(target))
        if stated is not None:
            at = at[~np.isin(self.block[at], self.block[stated])]
        return self.frame.iloc[at]


def over_groups(rows: pd.DataFrame, measure: Measure) -> tuple[pd.DataFrame | None, list[Message]]:
    """The missing rows of each grouping set of ``measure.rollups``, from the most detailed rows that cover it.

    ``rows`` are all there are, with their set of dimensions as ``_dims``; only those that are ``_own`` are added up.
    Nothing is added up where a part has no numerator, nor where two ways of adding up disagree; where a part is a
    publisher's code, the total is that code. None where nothing is missing.
    """
    all_rows = _Rows.of(rows)
    present = [tuple(key.split(",")) if key else () for key in sorted(all_rows.own)]
    added: list[pd.DataFrame] = []
    disagreeing = 0
    for target in dict.fromkeys([(), *measure.rollups]):
        found = [
            totals
            for source in _sources(present, target, measure.partitions)
            if len(totals := _added_up(all_rows, source, target))
        ]
        if not found:
            continue
        chosen, refused = _choose(pd.concat(found, ignore_index=True))
        disagreeing += refused
        added.append(chosen)
    messages = []
    if disagreeing:
        count = "1 total is" if disagreeing == 1 else f"{disagreeing:,} totals are"
        text = (
            f"{measure.title}: {count} not added up, because different groups give different "
            "totals; give the Total rows in the return"
        )
        messages.append(Message("not added up", text))
    return _with_shared_denominators(added, rows[rows["_own"]]), messages


def _sources(present: Sequence[tuple[str, ...]], target: tuple[str, ...], partitions: tuple[str, ...]) -> list[_Source]:
    """The sets of rows that lead to ``target``, the most detailed first, those over reasons last."""
    found = []
    for dimensions in present:
        summed = tuple(name for name in dimensions if name not in target)
        if summed and set(target) <= set(dimensions) and set(summed) <= set(partitions):
            found.append(_Source(dimensions, summed))
    return sorted(found, key=lambda s: (_REASON in s.summed, -len(s.dimensions), s.dimensions))


def _added_up(all_rows: _Rows, source: _Source, target: tuple[str, ...]) -> pd.DataFrame:
    rows = all_rows.unstated(source.dimensions, target)
    if rows.empty:
        return rows
    keys = [*_SCOPE, *target]
    summed = source.summed
    if _REASON in summed:
        rows = sums.over_reasons(rows, [*keys, *(name for name in summed if name != _REASON)])
        summed = tuple(name for name in summed if name != _REASON)
    complete = _complete(rows, keys, summed)
    totals = sums.totals(rows[complete], keys)
    for name in DIMENSIONS:
        if name not in target:
            totals[name] = TOTAL
    return totals


def _complete(rows: pd.DataFrame, keys: list[str], summed: tuple[str, ...]) -> pd.Series[bool]:
    """Whether the parts that a row belongs to are all there, as far as their values can tell.

    A full export (three or more pupil groups crossed) leaves out only combinations without pupils. Otherwise both
    values of a two-valued group must be there, for each value of the other dimensions.
    """
    complete = pd.Series(True, index=rows.index)
    closed = [name for name in summed if name in _BOTH_NEEDED]
    if len(closed) >= 3:
        return complete
    for name in closed:
        others = [*keys, *(other for other in summed if other != name)]
        for value in _BOTH_NEEDED[name]:
            there = (rows[name] == value).groupby([rows[key] for key in others], sort=False).transform("any")
            complete &= there
        if name == "send":
            provision = rows[name].isin(["K", "E"])
            complete &= provision.groupby([rows[key] for key in others], sort=False).transform("any")
    if len(closed) == len(summed) or not closed:
        return complete
    return complete.groupby([rows[key] for key in keys], sort=False).transform("all")


def _choose(found: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Of several ways to the same total the first that gives a number; none where the numbers differ."""
    key = [*_BLOCK, *DIMENSIONS]
    clean = found["code"].isna()
    numbers = found[clean]
    spread = numbers.groupby(key, sort=False)[["numerator", "denominator"]].transform("nunique", dropna=False)
    agreed = (spread <= 1).all(axis=1)
    refused = numbers[~agreed].drop_duplicates(key)
    kept = pd.concat([numbers[agreed], found[~clean]], ignore_index=True).drop_duplicates(key, keep="first")
    if len(refused):
        kept = kept.merge(refused[key].assign(_refused=True), on=key, how="left")
        kept = kept[kept["_refused"].isna()].drop(columns="_refused")
    return kept[list(FACT_COLUMNS)], len(refused)


def _with_shared_denominators(added: list[pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame | None:
    """Added-up rows of a reason take denominator and people from the same rows without the reason.

    A group in which nobody had that reason has no row for it, so its people would be missing from the sum.
    """
    if not added:
        return None
    frame = pd.concat(added, ignore_index=True)
    frame["_dims"] = dims_of(frame)
    of_reason = (frame[_REASON] != TOTAL) & frame["denominator"].notna()
    if not of_reason.any():
        return frame
    key = [*_SCOPE, *(name for name in DIMENSIONS if name != _REASON)]
    whole = pd.concat([frame, rows], ignore_index=True)
    whole = whole[whole[_REASON] == TOTAL].drop_duplicates(key)[[*key, "denominator", "people"]]
    shared = frame.merge(whole, on=key, how="left", suffixes=("", "_whole"))
    for name in ("denominator", "people"):
        frame.loc[of_reason, name] = shared.loc[of_reason.to_numpy(), f"{name}_whole"].to_numpy()
    return frame
