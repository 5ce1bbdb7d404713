"""The date that a version speaks of, when none is given: the newest date in the data. No clock is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import UsageError

_RECORD_DATES: Mapping[str, tuple[str, ...]] = {
    "inspections": ("start_date", "published_date", "vintage"),
    "skills": ("audit_date",),
    "governors": ("as_at",),
    "accounts": ("issued_date", "presented_date"),
    "reviews": ("review_date",),
    "establishments": ("vintage",),
}
"""Dates of things that have happened. Due dates, closing and leaving dates may lie ahead, so they do not count."""


def newest_date(
    vintages: Iterable[str],
    facts: pd.DataFrame,
    published: frozenset[str],
    records: Mapping[str, pd.DataFrame],
) -> dt.date:
    """The newest day that the data speaks of, in the calendar of England (dates carry no time of day).

    These count: the day a file speaks of; days in records on which something happened; and the last day of a
    published table's academic year (``published`` are those source ids), since such tables appear after it. A month,
    week or term with figures counts with its last day where none of these falls in it or later: a trust may hand it
    in before it is over. A return's ``Year`` row, which may come early too, counts only when nothing else does,
    and the day on which an academy joined or opened only when there are no figures at all. Raises UsageError
    when the data holds no date.
    """
    days = [_day(text) for text in vintages]
    for table, columns in _RECORD_DATES.items():
        frame = records.get(table)
        if frame is not None and len(frame):
            days += [_day(text) for column in columns for text in frame[column].dropna().unique()]
    spans = facts[["academic_year", "period", "source_id"]].drop_duplicates()
    annual = spans[(spans["period"] == "Year") & spans["source_id"].isin(list(published))]
    known = [day for day in days if day is not None]
    known += [years.last_day(str(year)) for year in annual["academic_year"].unique()]
    newest = max(known, default=dt.date.min)
    parts = spans[~spans["period"].isin(["Year", "YTD"])]
    for year, period in sorted(set(zip(parts["academic_year"], parts["period"], strict=True))):
        first, last = years.period_days(str(year), str(period))
        if first > newest:
            known.append(last)
    if not known:
        known = [years.last_day(str(year)) for year in spans["academic_year"].unique()]
    if not known:
        own = records.get("own_academies", pd.DataFrame(columns=["joined", "opened"]))
        began = [_day(text) for name in ("joined", "opened") for text in own[name].dropna().unique()]
        known = [day for day in began if day is not None]
    if not known:
        raise UsageError("nothing in the files says which day they speak of; give the date with --as-at")
    return max(known)


def _day(text: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
