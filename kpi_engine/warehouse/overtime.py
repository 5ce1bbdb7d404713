"""A year from its terms, months or weeks, by the way that the measure declares, and never by mixing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.model import DIMENSIONS, TOTAL, Measure, OverTime, Spread
from kpi_engine.warehouse import sums
from kpi_engine.warehouse.tables import dims_of, from_micro, micro, numbered

_TERMS = ("Autumn", "Spring", "Summer")
_WHOLE = ("Year", "YTD")
_SCOPE = ["series", "academic_year", "urn"]
_KEYS = ["measure", *_SCOPE, *DIMENSIONS]
_SUMMER_BEGINS = 220
"""Days after 1 September: a part that begins later belongs to the summer."""

_SCHOOL_YEAR_ENDS = (7, 15)
"""Schools break up in the second half of July: what adds up to there has reached the end of the school year."""


_Scope = tuple[str, str, str]
_Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What makes up an academy's year: parts of one kind, and what they amount to."""

    periods: tuple[str, ...]
    label: str
    missing: tuple[str, ...]


def over_time(rows: pd.DataFrame, measure: Measure, as_at: dt.date) -> pd.DataFrame:
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
    of_year = rows["period"].isin(_WHOLE)
    if of_year.all():
        return _without_stale(rows, [])
    wanted = {frozenset(target) for target in ((), *measure.rollups)}
    usable = [key for key in rows["_dims"].unique() if "," not in key or frozenset(key.split(",")) in wanted]
    parts = rows[~of_year & rows["_dims"].isin(usable)]
    stated = rows[of_year]
    chosen: dict[_Scope, _Parts] = {}
    spans = parts[[*_SCOPE, "period"]].drop_duplicates()
    for (series, year, urn), found in spans.groupby(_SCOPE, sort=True)["period"]:
        made = _choose(sorted(found), str(year), measure, as_at)
        if made is not None:
            chosen[str(series), str(year), str(urn)] = made
    plan = pd.DataFrame(
        [(*scope, period, made.label) for scope, made in chosen.items() for period in made.periods],
        columns=[*_SCOPE, "period", "_label"],
    )
    taken = _not_stated(parts.merge(plan, on=[*_SCOPE, "period"]), stated)
    if taken.empty:
        return _without_stale(rows, [])
    added = _last(taken, chosen) if measure.over_time is OverTime.LAST else _added(taken, measure, chosen)
    added = _with_gaps_named(added, taken, chosen, measure)
    return _without_stale(rows, [added.assign(_dims=dims_of(added))])


def _kind(period: str) -> str:
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
    candidates = sorted(by_kind.items(), key=lambda item: (-_last_day(year, item[1]).toordinal(), order.index(item[0])))
    for kind, periods in candidates:
        missing = _missing(kind, periods, year)
        if missing and _needs_every_part(measure):
            continue
        over = as_at >= years.last_day(year)
        reaches = _is_snapshot(measure) or _reaches_end(kind, periods, year, measure)
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


def _reaches_end(kind: str, periods: Sequence[str], year: str, measure: Measure) -> bool:
    """Whether the newest part is the last there is: August, or the end of the school year where parts add up."""
    if kind == "term":
        return "Summer" in periods
    to_august = kind == "month" and measure.over_time is not OverTime.SUM
    end = years.last_day(year) if to_august else dt.date(years.start_of(year) + 1, *_SCHOOL_YEAR_ENDS)
    return _last_day(year, periods) >= end


def _not_stated(taken: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Without the sets of dimensions for which the academy's year is stated; a stated YTD yields to a made Year."""
    if taken.empty or stated.empty:
        return taken
    keys = [*_SCOPE, "_dims"]
    have = stated[[*keys, "period"]].drop_duplicates()
    year = have[have["period"] == "Year"][keys].assign(_year=True)
    ytd = have[have["period"] == "YTD"][keys].assign(_ytd=True)
    at = taken.merge(year, on=keys, how="left").merge(ytd, on=keys, how="left")
    barred = at["_year"].notna() | (at["_ytd"].notna() & (at["_label"] == "YTD"))
    return at[~barred].drop(columns=["_year", "_ytd"]).reset_index(drop=True)


def _added(taken: pd.DataFrame, measure: Measure, chosen: Mapping[_Scope, _Parts]) -> pd.DataFrame:
    """Sums over the parts; headcounts and people are no flows, so they do not add up."""
    taken = _with_every_part(taken, measure, chosen)
    if taken.empty:
        return taken[list(FACT_COLUMNS)]
    place = pd.Series(numbered(taken, _KEYS), index=taken.index)
    of_place = taken.groupby(place, sort=True)
    made = sums.totals(taken.assign(_place=place), ["_place"])
    at = made["_place"].to_numpy()
    figures = made["code"].isna().to_numpy()
    made["period"] = of_place["_label"].first().to_numpy()[at]
    if measure.over_time is OverTime.MEAN:
        made["denominator"] = np.where(figures, _mean(taken, place.to_numpy())[at], np.nan)
    elif measure.spread is Spread.COUNTED:
        made["denominator"] = np.where(figures, _spring(taken, place)[at], np.nan)
    follows = (taken["people"] == taken["denominator"]).groupby(place, sort=True).all().to_numpy()[at]
    people = np.where(follows, made["denominator"], of_place["people"].max().to_numpy()[at])
    made["people"] = np.where(figures, people, np.nan)
    made[["sum_nn", "sum_nd", "sum_dd"]] = np.nan
    return made[list(FACT_COLUMNS)]


def _scopes(rows: pd.DataFrame) -> list[_Scope]:
    return [(str(a), str(b), str(c)) for a, b, c in zip(*(rows[name] for name in _SCOPE), strict=True)]


def _with_every_part(taken: pd.DataFrame, measure: Measure, chosen: Mapping[_Scope, _Parts]) -> pd.DataFrame:
    """For counts over a stock only groups that have all of the academy's parts; a reason may have none in a part."""
    if not _needs_every_part(measure):
        return taken
    expected = pd.Series([len(chosen[scope].periods) for scope in _scopes(taken)], index=taken.index)
    place = numbered(taken, _KEYS)
    there = np.bincount(place)[place]
    kept: pd.DataFrame = taken[(there == expected) | (taken["reason"] != TOTAL)]
    return kept.reset_index(drop=True)


def _mean(taken: pd.DataFrame, place: _Array) -> _Array:
    """The mean of the denominators, to the nearest millionth; none where one is missing."""
    units, missing = micro(taken["denominator"])
    size = np.bincount(place)
    total = np.zeros(len(size), dtype=np.int64)
    np.add.at(total, place, units)
    gaps = np.bincount(place, weights=missing) > 0
    return np.where(gaps, np.nan, from_micro((2 * total + size) // (2 * size)))


def _spring(taken: pd.DataFrame, place: pd.Series[Any]) -> _Array:
    """The spring's headcount, over which exclusion rates are published; else the latest before, or the first after."""
    spans = list(zip(taken["academic_year"], taken["period"], strict=True))
    rank = {}
    for year, period in set(spans):
        after_september = (years.period_days(str(year), str(period))[0] - years.first_day(str(year))).days
        rank[year, period] = after_september if after_september < _SUMMER_BEGINS else -after_september
    best = pd.Series([rank[span] for span in spans], index=taken.index).groupby(place, sort=True).idxmax()
    return np.asarray(taken["denominator"].loc[best], dtype=float)


def _last(taken: pd.DataFrame, chosen: Mapping[_Scope, _Parts]) -> pd.DataFrame:
    """The newest part as it stands."""
    newest = {
        scope: max(made.periods, key=lambda period: years.period_days(scope[1], period)[1])
        for scope, made in chosen.items()
    }
    made = taken[[period == newest[scope] for period, scope in zip(taken["period"], _scopes(taken), strict=True)]]
    return made.assign(period=made["_label"])[list(FACT_COLUMNS)].reset_index(drop=True)


def _with_gaps_named(
    made: pd.DataFrame, taken: pd.DataFrame, chosen: Mapping[_Scope, _Parts], measure: Measure
) -> pd.DataFrame:
    """Sums say which parts they are without: those that nobody gave, and those where this very group has no figure."""
    if made.empty or measure.over_time is OverTime.LAST or _is_snapshot(measure):
        return made
    lacking = _lacking(taken, chosen)
    keys = made[_KEYS].itertuples(index=False, name=None)
    said = []
    for key, scope in zip(keys, _scopes(made), strict=True):
        gaps = (*chosen[scope].missing, *lacking.get(key, ()))
        weeks = sum(_kind(gap) == "week" for gap in gaps)
        words = f"{weeks} of {len(chosen[scope].periods)} weeks" if weeks else ", ".join(gaps)
        said.append(f"without {words}" if gaps else None)
    details = [own if isinstance(own, str) else gap for own, gap in zip(made["detail"], said, strict=True)]
    return made.assign(detail=pd.Series(details, index=made.index, dtype=object))


def _lacking(taken: pd.DataFrame, chosen: Mapping[_Scope, _Parts]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The academy's parts in which a group has no row, for the groups that lack any."""
    expected = pd.Series([len(chosen[scope].periods) for scope in _scopes(taken)], index=taken.index)
    there = taken.groupby(_KEYS, sort=False, dropna=False)["period"].transform("size")
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for key, periods in taken[there < expected].groupby(_KEYS, sort=False, dropna=False)["period"]:
        have, scope = set(periods), (str(key[1]), str(key[2]), str(key[3]))
        found[tuple(map(str, key))] = tuple(part for part in chosen[scope].periods if part not in have)
    return found


def _without_stale(rows: pd.DataFrame, made: list[pd.DataFrame]) -> pd.DataFrame:
    """All rows; a year to date goes once the same academy's whole year is there for the same dimensions."""
    whole = pd.concat([rows, *made], ignore_index=True)
    is_year, is_ytd = whole["period"] == "Year", whole["period"] == "YTD"
    if not (is_year.any() and is_ytd.any()):
        return whole
    keys = [*_SCOPE, "_dims"]
    place = numbered(whole, keys)
    return whole[~(is_ytd & np.isin(place, place[is_year]))].reset_index(drop=True)
