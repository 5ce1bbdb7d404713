"""Suspensions and permanent exclusions, tidy: by school (``exc_school``, termly rows) and for England.

A year's rate is the year's counts over one headcount, the spring census; the terms' rates are never added.
Pupils suspended at least once are not added over terms either, because the same pupil may be in two. Files
before 2020/21 say ``fixed_excl`` and ``one_plus_fixed``. Headers seen: time_identifier, time_period,
school_urn, trust_name, education_phase, headcount, perm_excl, perm_excl_rate, suspension, susp_rate,
one_plus_susp, one_plus_susp_rate.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, within
from kpi_engine.intake.layouts.ees_time import academic_year, by_value, period_of
from kpi_engine.intake.table import RawTable

_COUNTS = {
    "suspensions": (("suspension", "fixed_excl"), ("susp_rate", "fixed_excl_rate")),
    "permanent_exclusions": (("perm_excl",), ("perm_excl_rate",)),
}
_PUPILS = (
    ("one_plus_susp", "one_plus_fixed", "one_or_more_fixed_excl"),
    ("one_plus_susp_rate", "one_plus_fixed_rate", "one_or_more_fixed_excl_rate"),
)
_TERMS = ("Autumn", "Spring", "Summer")
_HEADCOUNT_OF = {"Spring": 0, "Summer": 1, "Autumn": 2}


def _frames(rows: ees.Tidy, complete: frozenset[str]) -> list[pd.DataFrame]:
    period = by_value(rows.text("time_identifier"), period_of)
    known = period.isin([*_TERMS, "Year"])
    rows, period = rows.where(known), period[known]
    heads = rows.number("headcount")
    frames = []
    for measure, (count, rate) in {**_COUNTS, "pupils_suspended": _PUPILS}.items():
        value = rows.number(*rate).value
        frames.append(ees.counted(rows, measure, "published", rows.number(*count), heads, value=value, period=period))
    return [*frames, *_years(rows, period, complete)]


def _years(rows: ees.Tidy, period: pd.Series[str], complete: frozenset[str]) -> list[pd.DataFrame]:
    """The year of each school from its termly rows: counts added, over one headcount.

    The headcount is spring's, else summer's, else autumn's. A count that one term hides cannot be added:
    the year has that code. Until a file has summer rows for a year, the sum is the year to date.
    """
    keys = pd.DataFrame(
        {
            "urn": rows.urn,
            "year": rows.year,
            "phase": "" if rows.phase is None else rows.phase,
            **rows.breakdown,
        },
        index=rows.urn.index,
    )
    names = list(keys.columns)
    whole = pd.MultiIndex.from_frame(keys[period == "Year"])
    termly = (period != "Year") & ~pd.Series(pd.MultiIndex.from_frame(keys).isin(whole), index=keys.index, dtype=bool)
    if not termly.any():
        return []
    keys = keys[termly]
    group = pd.Series(keys.groupby(names, sort=False).ngroup().to_numpy(), index=keys.index)
    first = group.drop_duplicates()
    years = rows.where(pd.Series(rows.urn.index.isin(first.index), index=rows.urn.index))

    def per_year(values: pd.Series[Any]) -> pd.Series[Any]:
        """One value for each group, under the group's first row."""
        return pd.Series(values.reindex(first.to_numpy()).to_numpy(), index=first.index)

    order = period[termly].map(_HEADCOUNT_OF).sort_values(kind="stable").index
    heads = rows.number("headcount")
    headcount = Numbers(
        per_year(heads.value[order].groupby(group[order]).first()),
        per_year(heads.code[termly].groupby(group).first()),
        per_year(heads.bad[termly].groupby(group).any()),
    )
    headcount = Numbers(headcount.value, headcount.code.where(headcount.value.isna(), None), headcount.bad)
    there = {term: per_year((period[termly] == term).groupby(group).any()) for term in _TERMS}
    detail = pd.Series("terms added:", index=first.index, dtype=object)
    for term, has in there.items():
        detail = detail.where(~has.astype(bool), detail + f" {term.casefold()}")
    when = years.year.isin(complete).map({True: "Year", False: "YTD"})
    frames = []
    for measure, (count, _) in _COUNTS.items():
        own = rows.number(*count)
        code = per_year(own.code[termly].groupby(group).first())
        added = per_year(own.value[termly].groupby(group).sum(min_count=1)).where(code.isna())
        total = Numbers(added, code, headcount.bad)
        frames.append(ees.counted(years, measure, "published", total, headcount, period=when, detail=detail))
    return frames


def _complete(table: RawTable) -> frozenset[str]:
    """The academic years for which the file has summer rows."""
    summer = table.text("time_identifier").str.contains("summer", case=False)
    periods = table.text("time_period")[summer].unique()
    return frozenset(year for text in periods if (year := academic_year(text)) is not None)


def _produce(item: Accepted) -> Produced:
    complete = _complete(item.table)
    facts = stack(_frames(ees.schools(item), complete), FACT_COLUMNS)
    return {"facts": facts, "national": national(_frames(ees.england(item), complete))}


def _layout(id: str, title: str, count: str, pupils: str, lacks: tuple[str, ...]) -> Layout:
    return Layout(
        id=id,
        title=title,
        publisher="Department for Education",
        dataset="exclusions",
        needs=(*ees.GEOGRAPHY, "time_identifier", "headcount", "perm_excl", count),
        lacks=lacks,
        columns=(
            *ees.COLUMNS,
            Column("school_urn", required=False),
            Column("education_phase", aliases=("school_type",), required=False),
            Column("headcount", Kind.COUNT),
            Column("perm_excl", Kind.COUNT),
            Column(count, Kind.COUNT),
            Column(pupils, Kind.COUNT, required=False),
        ),
        checks=(
            academic_years,
            within(pupils, "headcount"),
            within(pupils, count),
            within("perm_excl", "headcount"),
            one_row_each(
                *(
                    "time_period",
                    "time_identifier",
                    "geographic_level",
                    "region_code",
                    "new_la_code",
                    "la_name",
                ),
                *(
                    "lad_code",
                    "school_urn",
                    "school_laestab",
                    "school_name",
                    "education_phase",
                    "school_type",
                ),
                *("characteristic_group", "characteristic", "breakdown_topic", "breakdown"),
            ),
        ),
        produce=_produce,
        one_year=False,
        urn_column="school_urn",
    )


LAYOUTS = (
    _layout("ees_exclusions", "Suspensions and permanent exclusions (tidy)", "suspension", "one_plus_susp", ()),
    _layout(
        "ees_exclusions_fixed",
        "Fixed-period and permanent exclusions (tidy, before 2020/21)",
        "fixed_excl",
        "one_plus_fixed",
        ("suspension",),
    ),
)
