"""When the rows of a tidy EES file are: academic years, terms, months and weeks, as they spell them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import UsageError
from kpi_engine.intake.table import RawTable

_TERMS = ("Autumn", "Spring", "Summer")


def by_value(text: pd.Series[str], rule: Callable[[str], str | None]) -> pd.Series[Any]:
    """``rule`` of every cell, worked out once for each distinct value."""
    table = {value: rule(value) for value in text.unique()}
    return pd.Series([table[value] for value in text], index=text.index, dtype=object)


def academic_year(text: str) -> str | None:
    """``2024/25`` from ``202425``; None for a calendar year or anything else."""
    try:
        return years.parse_year(text)
    except UsageError:
        return None


_WEEK = re.compile(r"week (\d{1,2})$")
_MONTHS = tuple(name.casefold() for name in calendar.month_name[1:])


def period_of_calendar(period: str, identifier: str) -> str | None:
    """``2025-W46`` or ``2025-11`` of a row about a week or a month; None for rows about longer times.

    ``period`` is the calendar year, or the academic year as ``202526``, in which week 46 falls in its first
    half.
    """
    if not re.fullmatch(r"\d{4}|\d{6}", period):
        return None
    lowered = identifier.strip().casefold()
    start = int(period[:4])
    week = _WEEK.match(lowered)
    if week is not None:
        number_of_week = int(week.group(1))
        year = start if len(period) == 4 or number_of_week >= 35 else start + 1
        return f"{year}-W{number_of_week:02d}" if 1 <= number_of_week <= 53 else None
    if lowered in _MONTHS:
        month = _MONTHS.index(lowered) + 1
        year = start if len(period) == 4 or month >= 9 else start + 1
        return f"{year}-{month:02d}"
    return None


def row_year(period: str, identifier: str) -> str | None:
    """The academic year of a row: its ``time_period``, or for a week or month the year in which it begins."""
    shorter = period_of_calendar(period, identifier)
    if shorter is None:
        return academic_year(period)
    try:
        if "W" in shorter:
            first = dt.date.fromisocalendar(int(shorter[:4]), int(shorter[6:]), 1)
        else:
            first = dt.date(int(shorter[:4]), int(shorter[5:]), 1)
    except ValueError:
        return None
    return years.year_of(first)


def in_pairs(table: RawTable, rule: Callable[[str, str], str | None]) -> pd.Series[Any]:
    """``rule`` of each row's ``time_period`` and ``time_identifier``."""
    joined = table.text("time_period") + "|" + table.text("time_identifier")
    return by_value(joined, lambda value: rule(*value.split("|", 1)))


def period_of(text: str) -> str | None:
    """Our period of a ``time_identifier``: a term, the year, or YTD for autumn and spring together."""
    lowered = text.casefold()
    terms = [term for term in _TERMS if term.casefold() in lowered]
    if len(terms) == 1:
        return terms[0]
    if terms == ["Autumn", "Spring"]:
        return "YTD"
    named = re.search(r"academic year|six half|three term", lowered)
    return "Year" if len(terms) == 3 or not lowered.strip() or named else None
