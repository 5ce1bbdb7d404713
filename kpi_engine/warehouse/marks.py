"""Attendance marks added up: attendance, absence by reason, persistent and severe absence.

Every figure is a sum over enrolments, so a pupil of two academies counts at each for its own half-days. A half-day is
possible unless its code is one that is not counted; a pupil counts in a period in which a half-day was possible.
Persistent absence is 10 % or more of the possible half-days missed, severe 50 % or more (Department for Education,
*Pupil absence in schools in England: methodology*). All sums are of whole numbers, hence exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.facts import FACT_COLUMNS, NUMBERS
from kpi_engine.intake.layout import Accepted
from kpi_engine.intake.register_codes import BY_CODE, REASONS, Counts
from kpi_engine.intake.registers import HALF_DAYS, LEGEND, Array
from kpi_engine.model import DIMENSIONS, PUPIL_DIMENSIONS, TOTAL, Measure
from kpi_engine.warehouse.enrolments import ATTENDED, BLOCK, POSSIBLE, Enrolments, matched
from kpi_engine.warehouse.resolve import Message, Origin

SERIES = "daily"
MEASURES = ("attendance", "absence_reason", "persistent_absence", "severe_absence")
_OF_PEOPLE = ("attendance", "persistent_absence", "severe_absence")
_TERMS = ("Autumn", "Spring", "Summer")
_WHOLE = "Year"
_BY_KIND = {"Authorised absence": Counts.AUTHORISED, "Unauthorised absence": Counts.UNAUTHORISED}
_REASON_NAMES = (TOTAL, *_BY_KIND, *REASONS)
_REASON_OF = np.array([BY_CODE[code].reason or "" if code else "" for code in LEGEND], dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class _Periods:
    """The year, its terms and its ISO weeks; ``member`` is 1 where a half-day (row) is in a period (column)."""

    names: tuple[str, ...]
    member: Array

    @property
    def long(self) -> int:
        """How many periods are longer than a week; they come first."""
        return 1 + len(_TERMS)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums by group (rows) and period (columns)."""

    groups: pd.DataFrame
    by: Mapping[str, Array]


def roll_up(
    pupils: Sequence[Accepted], marks: Sequence[Accepted], measures: Mapping[str, Measure], as_at: dt.date
) -> tuple[pd.DataFrame, list[Message]]:
    """The facts that the marks give for every grouping set that the measures declare, and what there is to say.

    Periods are the year, terms (as ``years.period_days`` has them) and ISO weeks; weeks are broken down by one
    dimension at most, persistent and severe absence have none. The year is ``Year`` once it is over on ``as_at`` and
    its summer term has marks, else ``YTD``. Raises WrongContent when marks and pupils do not fit.
    """
    if not marks:
        return pd.DataFrame(columns=list(FACT_COLUMNS)), []
    found, messages = matched(pupils, marks, as_at)
    frames = []
    for each in found:
        periods = _periods(each.year)
        sums = _sums(each, periods)
        whole = _added(sums, ())
        labels = _labels(whole, each.year, as_at)
        sources = each.roll.groupby("urn")["source_id"].agg(_joined)
        own = [_reasons(each, whole, periods)]
        for wanted in dict.fromkeys(wanted for id in _OF_PEOPLE for wanted in ((), *measures[id].rollups)):
            added = _added(sums, wanted)
            own += [_facts(id, added, wanted, periods) for id in _OF_PEOPLE if wanted in ((), *measures[id].rollups)]
        frame = pd.concat(own, ignore_index=True)
        frame["academic_year"] = each.year
        frame["source_id"] = frame["urn"].map(sources)
        year = frame["period"] == _WHOLE
        frame.loc[year, "period"] = frame.loc[year, "urn"].map(labels)
        frames.append(frame)
    made = pd.concat(frames, ignore_index=True).assign(series=SERIES, stage="final")
    for name in DIMENSIONS:
        made[name] = made[name].fillna(TOTAL) if name in made else TOTAL
    for name in FACT_COLUMNS:
        if name not in made:
            made[name] = np.nan if name in (*NUMBERS, "source_row") else None
    return made[list(FACT_COLUMNS)], messages


def _joined(ids: pd.Series[str]) -> str:
    return ";".join(sorted({id for several in ids.unique() for id in str(several).split(";")}))


def _periods(year: str) -> _Periods:
    days = [years.first_day(year) + dt.timedelta(days=number) for number in range(HALF_DAYS // 2)]
    weeks = [f"{iso.year}-W{iso.week:02d}" for iso in (day.isocalendar() for day in days)]
    spans = {term: years.period_days(year, term) for term in _TERMS}
    names = (_WHOLE, *_TERMS, *dict.fromkeys(weeks))
    at = {name: place for place, name in enumerate(names)}
    member = np.zeros((HALF_DAYS, len(names)), dtype=np.float32)
    for number, (day, week) in enumerate(zip(days, weeks, strict=True)):
        own = [_WHOLE, week, *(term for term, (first, last) in spans.items() if first <= day <= last)]
        for name in own:
            member[2 * number : 2 * number + 2, at[name]] = 1
    return _Periods(names, member)


def _sums(each: Enrolments, periods: _Periods) -> _Sums:
    """The sums over the enrolments that are alike in academy and all groups.

    Half-days are counted by a product of matrices of small whole numbers, which single precision holds exactly.
    """
    keys = ["urn", *PUPIL_DIMENSIONS]
    place = each.roll.groupby(keys, sort=True).ngroup().to_numpy()
    groups = each.roll[keys].assign(_place=place).drop_duplicates("_place").sort_values("_place")[keys]
    names = ("n", "d", "people", "nn", "nd", "dd", "persistent", "severe")
    by = {name: np.zeros((len(groups), len(periods.names)), dtype=np.int64) for name in names}
    order = np.argsort(place, kind="stable")
    for start in range(0, len(order), BLOCK):
        rows = order[start : start + BLOCK]
        part = each.grid[rows]
        n = (ATTENDED[part].astype(np.float32) @ periods.member).astype(np.int64)
        d = (POSSIBLE[part].astype(np.float32) @ periods.member).astype(np.int64)
        there = d > 0
        found = {
            "n": n, "d": d, "people": there.astype(np.int64), "nn": n * n, "nd": n * d, "dd": d * d,
            "persistent": (there & (10 * (d - n) >= d)).astype(np.int64),
            "severe": (there & (2 * (d - n) >= d)).astype(np.int64),
        }  # fmt: skip
        own = place[rows]
        starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
        for name, values in found.items():
            by[name][own[starts]] += np.add.reduceat(values, starts, axis=0)
    return _Sums(groups.reset_index(drop=True), by)


def _added(sums: _Sums, wanted: Sequence[str]) -> _Sums:
    """The sums by academy and the wanted dimensions; without enrolments whose file does not give one of these."""
    known = (sums.groups[list(wanted)] != TOTAL).all(axis=1).to_numpy() if wanted else np.ones(len(sums.groups), bool)
    keys = ["urn", *wanted]
    groups = sums.groups.loc[known, keys]
    place = groups.groupby(keys, sort=True).ngroup().to_numpy()
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    rows = np.flatnonzero(known)[order]
    by = {
        name: np.add.reduceat(values[rows], starts, axis=0) if len(rows) else values[:0]
        for name, values in sums.by.items()
    }
    distinct = groups.assign(_place=place).drop_duplicates("_place").sort_values("_place")[keys]
    return _Sums(distinct.reset_index(drop=True), by)


def _labels(whole: _Sums, year: str, as_at: dt.date) -> dict[str, str]:
    """What each academy's whole year is called."""
    summer = whole.by["d"][:, 1 + _TERMS.index("Summer")] > 0
    over = as_at >= years.last_day(year)
    return {
        str(urn): "Year" if over and reaches else "YTD"
        for urn, reaches in zip(whole.groups["urn"], summer, strict=True)
    }


def _facts(id: str, own: _Sums, wanted: Sequence[str], periods: _Periods) -> pd.DataFrame:
    weeks = id == "attendance" and len(wanted) <= 1
    d = own.by["d"] if weeks else own.by["d"][:, : periods.long]
    row, column = np.nonzero(d)
    columns: dict[str, Any] = {name: own.groups[name].to_numpy()[row] for name in ("urn", *wanted)}
    columns["measure"] = id
    columns["period"] = np.array(periods.names, dtype=object)[column]
    people = own.by["people"][row, column].astype(float)
    columns["people"] = people
    if id == "attendance":
        columns["numerator"] = own.by["n"][row, column].astype(float)
        columns["denominator"] = d[row, column].astype(float)
        columns |= {f"sum_{name}": own.by[name][row, column].astype(float) for name in ("nn", "nd", "dd")}
    else:
        columns["numerator"] = own.by[id.removesuffix("_absence")][row, column].astype(float)
        columns["denominator"] = people
    return pd.DataFrame(columns)


def _reasons(each: Enrolments, whole: _Sums, periods: _Periods) -> pd.DataFrame:
    """Absence by reason, 0 too: a reason that one academy does not have must not shrink the trust's denominator."""
    urns = whole.groups["urn"].tolist()
    academy = each.roll["urn"].map({urn: place for place, urn in enumerate(urns)}).to_numpy()
    names = list(REASONS)
    number = np.array([names.index(reason) if reason else -1 for reason in _REASON_OF], dtype=np.int8)
    counts = np.zeros(len(urns) * HALF_DAYS * len(names), dtype=np.int64)
    for start in range(0, len(each.grid), BLOCK):
        part = number[each.grid[start : start + BLOCK]]
        row, column = np.nonzero(part >= 0)
        flat = (academy[start + row] * HALF_DAYS + column) * len(names) + part[row, column]
        counts += np.bincount(flat, minlength=len(counts))
    missed = counts.reshape(len(urns), HALF_DAYS, len(names))
    in_periods = np.tensordot(missed, periods.member.astype(np.int64), axes=([1], [0])).transpose(0, 2, 1)
    kinds = [in_periods[:, :, [REASONS[name] is kind for name in names]].sum(axis=2) for kind in _BY_KIND.values()]
    every = np.concatenate([np.stack([sum(kinds), *kinds], axis=2), in_periods], axis=2)
    academies, spans = np.nonzero(whole.by["d"])
    count = len(_REASON_NAMES)
    row, column = np.repeat(academies, count), np.repeat(spans, count)
    return pd.DataFrame(
        {
            "measure": "absence_reason",
            "urn": np.array(urns, dtype=object)[row],
            "period": np.array(periods.names, dtype=object)[column],
            "reason": np.tile(np.array(_REASON_NAMES, dtype=object), len(academies)),
            "numerator": every[academies, spans].reshape(-1).astype(float),
            "denominator": whole.by["d"][row, column].astype(float),
            "people": whole.by["people"][row, column].astype(float),
        }
    )


def preferred(
    facts: pd.DataFrame, made: pd.DataFrame, origins: Mapping[str, Origin]
) -> tuple[pd.DataFrame, list[Message]]:
    """The facts without attendance of other files for the academies and years that have marks, and a sentence each.

    Marks come first because they are the more detailed; mixing the two would show an academy's year from one file and
    its weeks from another.
    """
    if made.empty:
        return facts, []
    have = set(zip(made["urn"], made["academic_year"], strict=True))
    same = pd.Series(
        [pair in have for pair in zip(facts["urn"], facts["academic_year"], strict=True)], index=facts.index, dtype=bool
    )
    rival = same & facts["measure"].isin(list(MEASURES)) & (facts["series"] == SERIES)
    messages = []
    titles = facts.loc[rival, "source_id"].map({id: origin.title for id, origin in origins.items()})
    for (year, title), rows in facts[rival].groupby(["academic_year", titles], sort=True):
        academies = rows["urn"].nunique()
        noun = "academy" if academies == 1 else "academies"
        text = (
            f"{year} {title}: {len(rows):,} figures of {academies} {noun} are not used, because the attendance marks "
            "give the same in more detail"
        )
        messages.append(Message("replaced", text))
    return facts[~rival].reset_index(drop=True), messages
