"""A year from its terms, months or weeks, by the way that the measure declares, and never by mixing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.model import DIMENSIONS, TOTAL, Measure, OverTime, Spread
from kpi_engine.warehouse import sums
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.tables import dims_of, from_micro, micro

_TERMS = ("Autumn", "Spring", "Summer")
_WHOLE = ("Year", "YTD")
_SCOPE = ["series", "academic_year", "urn"]
_LAST_WEEKS = (7, 15)
"""Schools break up in the second half of July: weeks that reach it reach the end of the school year."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What makes up an academy's year: parts of one kind, and what they amount to."""

    periods: tuple[str, ...]
    label: str
    missing: tuple[str, ...]


def over_time(
    rows: pd.DataFrame, measure: Measure, as_at: dt.date
) -> tuple[pd.DataFrame, list[Message]]:
    """All rows of a measure, with the ``Year`` or ``YTD`` rows that its parts within the year make up.

    A stated Year or YTD row is never replaced, but a YTD row gives way to a Year row, stated or made up of all its
    parts. Where an academy has several kinds of parts, all three terms come first, then whichever reaches further.
    ``Year`` when the academic year is over on ``as_at`` and the parts reach its end, else ``YTD``; a survey or a
    review is a point in time, so that its year is over when the academic year is.

    SUM adds numerators and denominators; a count over a headcount (suspensions) takes the headcount of the spring,
    or the latest before it, and is not made when a part is missing. MEAN adds numerators over the mean of the
    denominators, likewise only without gaps. LAST is the newest part as it stands. Other sums with a part missing
    say so in ``detail``. ``people`` follows the denominator where the two are the same people, else it is the
    largest of the parts; the sums over people do not add up over time.
    """
    kinds = rows["period"].map(_kind)
    parts = rows[~kinds.isin(_WHOLE)]
    if parts.empty:
        return _without_stale(rows, []), []
    wanted = {frozenset(target) for target in ((), *measure.rollups)}
    shape = dims_of(parts)
    usable = [not key or "," not in key or frozenset(key.split(",")) in wanted for key in shape]
    parts = parts[np.array(usable)]
    stated = rows[kinds.isin(_WHOLE)]
    chosen = {
        scope: made
        for scope, found in parts.groupby(_SCOPE, sort=True)["period"].unique().items()
        if (made := _choose(sorted(found), str(scope[1]), measure, as_at)) is not None
    }
    plan = pd.DataFrame(
        [(*scope, period, made.label) for scope, made in chosen.items() for period in made.periods],
        columns=[*_SCOPE, "period", "_label"],
    )
    taken = parts.merge(plan, on=[*_SCOPE, "period"])
    taken = _not_stated(taken, stated)
    if taken.empty:
        return _without_stale(rows, []), []
    made = _MAKERS[measure.over_time](taken, measure, {scope: each.periods for scope, each in chosen.items()})
    made = _with_gaps_named(made, {scope: each.missing for scope, each in chosen.items()}, measure)
    return _without_stale(rows, [made]), []


def _kind(period: str) -> str:
    if period in _WHOLE:
        return period
    if period in _TERMS:
        return "term"
    return "week" if "-W" in period else "month"


def _choose(found: Sequence[str], year: str, measure: Measure, as_at: dt.date) -> _Parts | None:
    """The parts to take, or None where they have gaps that the measure cannot bear."""
    by_kind: dict[str, list[str]] = {}
    for period in found:
        by_kind.setdefault(_kind(period), []).append(period)
    if set(by_kind.get("term", ())) == set(_TERMS):
        by_kind = {"term": by_kind["term"]}
    order = ("term", "month", "week")
    candidates = sorted(
        by_kind.items(), key=lambda item: (-_last_day(year, item[1]).toordinal(), order.index(item[0]))
    )
    for kind, periods in candidates:
        missing = _missing(kind, periods, year)
        if missing and _needs_every_part(measure):
            continue
        over = as_at >= years.last_day(year)
        reaches = _is_snapshot(measure) or _reaches_end(kind, periods, year)
        return _Parts(tuple(periods), "Year" if over and reaches else "YTD", missing)
    return None


def _last_day(year: str, periods: Iterable[str]) -> dt.date:
    return max(years.period_days(year, period)[1] for period in periods)


def _is_snapshot(measure: Measure) -> bool:
    return measure.over_time is OverTime.SUM and measure.spread is Spread.PEOPLE


def _needs_every_part(measure: Measure) -> bool:
    """A count over a stock is short by what a missing part holds; a ratio of two flows is not."""
    counted = measure.over_time is OverTime.SUM and measure.spread is Spread.COUNTED
    return counted or measure.over_time is OverTime.MEAN


def _missing(kind: str, periods: Sequence[str], year: str) -> tuple[str, ...]:
    """Terms or months from September to the newest part that have no figures; holidays make weeks untellable."""
    if kind == "week":
        return ()
    start = years.start_of(year)
    months = [f"{start + (place > 3)}-{(place + 8) % 12 + 1:02d}" for place in range(12)]
    every = list(_TERMS) if kind == "term" else months
    known = [period for period in every if period in periods]
    return tuple(period for period in every[: every.index(known[-1])] if period not in periods) if known else ()


def _reaches_end(kind: str, periods: Sequence[str], year: str) -> bool:
    if kind == "term":
        return "Summer" in periods
    last = _last_day(year, periods)
    if kind == "month":
        return last >= years.last_day(year)
    return last >= dt.date(years.start_of(year) + 1, *_LAST_WEEKS)


def _not_stated(taken: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Without the sets of dimensions for which the academy's year is stated; a stated YTD yields to a made Year."""
    if taken.empty or stated.empty:
        return taken
    keys = [*_SCOPE, "_dims"]
    have = stated.assign(_dims=dims_of(stated))[[*keys, "period"]].drop_duplicates()
    at = taken.assign(_dims=dims_of(taken))
    year = have[have["period"] == "Year"][keys].drop_duplicates().assign(_year=True)
    ytd = have[have["period"] == "YTD"][keys].drop_duplicates().assign(_ytd=True)
    at = at.merge(year, on=keys, how="left").merge(ytd, on=keys, how="left")
    barred = at["_year"].notna() | (at["_ytd"].notna() & (at["_label"] == "YTD"))
    return at[~barred].drop(columns=["_dims", "_year", "_ytd"]).reset_index(drop=True)


def _added(taken: pd.DataFrame, measure: Measure, periods: dict[object, tuple[str, ...]]) -> pd.DataFrame:
    """Sums over the parts; headcounts and people are no flows, so they do not add up."""
    keys = ["measure", *_SCOPE, *DIMENSIONS]
    taken = _with_every_part(taken, measure, periods, keys)
    if taken.empty:
        return taken[list(FACT_COLUMNS)]
    group = taken.groupby(keys, sort=True, dropna=False)
    same = (taken["people"] == taken["denominator"]).groupby(group.ngroup(), sort=True).all()
    largest = group["people"].max().to_numpy()
    labels = group["_label"].first().to_numpy()
    last_stage = group["stage"].first().to_numpy()
    if measure.over_time is OverTime.MEAN:
        shared = _mean(taken, group.ngroup().to_numpy())
    elif measure.spread is Spread.COUNTED:
        shared = _spring(taken, keys)
    else:
        shared = None
    ngroup = group.ngroup().to_numpy()
    every = sums.totals(taken.assign(_place=ngroup), ["_place"])
    at = _places_of(taken, ngroup, every)
    every["period"], every["stage"] = labels[at], last_stage[at]
    figures = every["code"].isna().to_numpy()
    if shared is not None:
        every["denominator"] = np.where(figures, shared[at], np.nan)
    follows = same.to_numpy()[at]
    people = np.where(follows, every["denominator"].to_numpy(dtype=float), largest[at])
    every["people"] = np.where(figures, people, np.nan)
    every[["sum_nn", "sum_nd", "sum_dd"]] = np.nan
    return every[list(FACT_COLUMNS)]


def _places_of(taken: pd.DataFrame, ngroup: np.ndarray, every: pd.DataFrame) -> np.ndarray:  # type: ignore[type-arg]
    keys = ["measure", *_SCOPE, *DIMENSIONS]
    known = taken.assign(_place=ngroup).drop_duplicates("_place")[[*keys, "_place"]]
    return every[keys].merge(known, on=keys, how="left")["_place"].to_numpy()


def _with_every_part(
    taken: pd.DataFrame, measure: Measure, periods: dict[object, tuple[str, ...]], keys: list[str]
) -> pd.DataFrame:
    """For counts over a stock only groups that have all of the academy's parts; a reason may have none in a part."""
    if not _needs_every_part(measure):
        return taken
    expected = pd.Series(
        [len(periods[scope]) for scope in zip(*(taken[name] for name in _SCOPE), strict=True)], index=taken.index
    )
    there = taken.groupby(keys, sort=False, dropna=False)["period"].transform("size")
    return taken[(there == expected) | (taken["reason"] != TOTAL)].reset_index(drop=True)


def _mean(taken: pd.DataFrame, place: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """The mean of the denominators, to the nearest millionth; none where one is missing."""
    units, missing = micro(taken["denominator"])
    count = int(place.max()) + 1
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, place, units)
    size = np.bincount(place, minlength=count)
    gaps = np.bincount(place, weights=missing, minlength=count) > 0
    return np.where(gaps, np.nan, from_micro((2 * total + size) // (2 * size)))


def _spring(taken: pd.DataFrame, keys: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    """The spring's headcount, which exclusion rates are published over; the latest earlier one before spring."""
    days = [
        years.period_days(str(year), str(period))[0]
        for year, period in zip(taken["academic_year"], taken["period"], strict=True)
    ]
    spring_ends = [dt.date(years.start_of(str(year)) + 1, 4, 15) for year in taken["academic_year"]]
    after = [day > end for day, end in zip(days, spring_ends, strict=True)]
    ordered = taken.assign(_after=after, _day=days)
    ordered["_rank"] = [
        -day.toordinal() if not late else day.toordinal() for day, late in zip(days, after, strict=True)
    ]
    ordered = ordered.sort_values(["_after", "_rank"], kind="stable")
    first = ordered.groupby(keys, sort=True, dropna=False).nth(0)
    return first.sort_values(keys)["denominator"].to_numpy(dtype=float)


def _last(taken: pd.DataFrame, measure: Measure, periods: dict[object, tuple[str, ...]]) -> pd.DataFrame:
    """The newest part as it stands."""
    newest = pd.Series(
        [
            max(periods[scope], key=lambda period: years.period_days(str(scope[1]), period)[1])
            for scope in zip(*(taken[name] for name in _SCOPE), strict=True)
        ],
        index=taken.index,
    )
    made = taken[taken["period"] == newest].copy()
    made["period"] = made["_label"]
    return made[list(FACT_COLUMNS)].reset_index(drop=True)


_MAKERS = {OverTime.SUM: _added, OverTime.MEAN: _added, OverTime.LAST: _last}


def _with_gaps_named(
    made: pd.DataFrame, missing: dict[object, tuple[str, ...]], measure: Measure
) -> pd.DataFrame:
    if made.empty or measure.over_time is OverTime.LAST or _is_snapshot(measure):
        return made
    gaps = [missing.get(scope, ()) for scope in zip(*(made[name] for name in _SCOPE), strict=True)]
    said = [f"without {', '.join(each)}" if each else None for each in gaps]
    made["detail"] = [own if own is not None else gap for own, gap in zip(made["detail"], said, strict=True)]
    return made


def _without_stale(rows: pd.DataFrame, made: list[pd.DataFrame]) -> pd.DataFrame:
    """All rows; a year to date goes once the same academy's whole year is there for the same dimensions."""
    whole = pd.concat([rows, *made], ignore_index=True)
    keys = [*_SCOPE, "_dims"]
    at = whole.assign(_dims=dims_of(whole))
    year = at.loc[at["period"] == "Year", keys].drop_duplicates().assign(_year=True)
    if year.empty:
        return whole
    beside = at.merge(year, on=keys, how="left")["_year"].notna().to_numpy()
    return whole[~(beside & (whole["period"] == "YTD").to_numpy())].reset_index(drop=True)
