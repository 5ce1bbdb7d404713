"""The Total rows that a return leaves out, added up from its parts; and the year from its parts.

Only the trust's own returns are added up over groups, and only over the dimensions that the measure declares a
partition. All sums are of whole millionths, so they are exact and do not depend on the order of the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.model import DIMENSIONS, TOTAL, Measure, OverTime
from kpi_engine.warehouse import overtime, sums
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.schema import dims_key
from kpi_engine.warehouse.tables import dims_of

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
    for id, rows in facts.groupby("measure", sort=True):
        measure = measures[str(id)]
        own = rows["source_id"].isin(list(returns))
        added: list[pd.DataFrame] = []
        if own.any() and measure.partitions:
            added, said = over_groups(rows[own], rows, measure)
            messages += said
        whole = pd.concat([rows, *added], ignore_index=True) if added else rows
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


def over_groups(rows: pd.DataFrame, stated: pd.DataFrame, measure: Measure) -> tuple[list[pd.DataFrame], list[Message]]:
    """The missing rows of each grouping set of ``measure.rollups``, from the most detailed rows that cover it.

    ``rows`` are those that may be added up; ``stated`` are all there are. Nothing is added up where a part has no
    numerator, nor where two ways of adding up disagree; where a part is a publisher's code, the total is that code.
    """
    work = rows.assign(_dims=dims_of(rows))
    have = stated.assign(_dims=dims_of(stated))[[*_BLOCK, "_dims"]].drop_duplicates()
    present = [tuple(key.split(",")) if key else () for key in sorted(work["_dims"].unique())]
    added: list[pd.DataFrame] = []
    disagreeing = 0
    for target in dict.fromkeys([(), *measure.rollups]):
        found = [
            totals
            for source in _sources(present, target, measure.partitions)
            if len(totals := _added_up(work, have, source, target))
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
    return _with_shared_denominators(added, rows), messages


def _sources(present: Sequence[tuple[str, ...]], target: tuple[str, ...], partitions: tuple[str, ...]) -> list[_Source]:
    """The sets of rows that lead to ``target``, the most detailed first, those over reasons last."""
    found = []
    for dimensions in present:
        summed = tuple(name for name in dimensions if name not in target)
        if summed and set(target) <= set(dimensions) and set(summed) <= set(partitions):
            found.append(_Source(dimensions, summed))
    return sorted(found, key=lambda s: (_REASON in s.summed, -len(s.dimensions), s.dimensions))


def _added_up(work: pd.DataFrame, have: pd.DataFrame, source: _Source, target: tuple[str, ...]) -> pd.DataFrame:
    rows = work[work["_dims"] == dims_key(source.dimensions)]
    stated = have.loc[have["_dims"] == dims_key(target), _BLOCK]
    rows = rows.merge(stated.assign(_stated=True), on=_BLOCK, how="left")
    rows = rows[rows["_stated"].isna()]
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


def _with_shared_denominators(added: list[pd.DataFrame], rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Added-up rows of a reason take denominator and people from the same rows without the reason.

    A group in which nobody had that reason has no row for it, so its people would be missing from the sum.
    """
    if not added:
        return added
    frame = pd.concat(added, ignore_index=True)
    of_reason = (frame[_REASON] != TOTAL) & frame["denominator"].notna()
    if not of_reason.any():
        return [frame]
    key = [*_SCOPE, *(name for name in DIMENSIONS if name != _REASON)]
    whole = pd.concat([frame, rows[list(FACT_COLUMNS)]], ignore_index=True)
    whole = whole[whole[_REASON] == TOTAL].drop_duplicates(key)[[*key, "denominator", "people"]]
    shared = frame.merge(whole, on=key, how="left", suffixes=("", "_whole"))
    for name in ("denominator", "people"):
        frame.loc[of_reason, name] = shared.loc[of_reason.to_numpy(), f"{name}_whole"].to_numpy()
    return [frame]
