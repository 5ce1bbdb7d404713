"""Academic years as the sector writes them: ``2018/19``, from 1 September to 31 August."""

from __future__ import annotations

import datetime as dt
import re

from kpi_engine.errors import UsageError

_LABEL = re.compile(r"^\s*(20\d\d|19\d\d)\s*[/\-_ ]\s*(?:20|19)?(\d\d)\s*$")
_RUN = re.compile(r"^\s*(20\d\d)(\d\d)\s*$")


def parse_year(text: str) -> str:
    """``2018/19`` from ``2018/19``, ``2018-19``, ``2018-2019``, ``201819``; UsageError for anything else.

    The two halves must follow one another: ``2018/20`` and the calendar year ``2018`` are refused.
    """
    match = _LABEL.match(text) or _RUN.match(text)
    if match is not None:
        start, end = int(match.group(1)), int(match.group(2))
        if (start + 1) % 100 == end:
            return f"{start}/{end:02d}"
    raise UsageError(f"{text!r} is not an academic year; write it as 2018/19")


def label(start: int) -> str:
    """The academic year that begins in September of ``start``."""
    return f"{start}/{(start + 1) % 100:02d}"


def start_of(year: str) -> int:
    """The calendar year in which the academic year begins."""
    return int(year[:4])


def shift(year: str, by: int) -> str:
    """The academic year ``by`` years later (earlier when negative)."""
    return label(int(year[:4]) + by)


def first_day(year: str) -> dt.date:
    """1 September."""
    return dt.date(int(year[:4]), 9, 1)


def last_day(year: str) -> dt.date:
    """31 August of the following calendar year."""
    return dt.date(int(year[:4]) + 1, 8, 31)


def year_of(day: dt.date) -> str:
    """The academic year in which a day falls."""
    return label(day.year if day.month >= 9 else day.year - 1)


_TERM_DAYS = {"Autumn": ((9, 1), (12, 31)), "Spring": ((1, 1), (4, 15)), "Summer": ((4, 16), (8, 31))}


def period_days(year: str, period: str) -> tuple[dt.date, dt.date]:
    """First and last day of a period: ``Year``, ``YTD``, a term, a month (2025-11) or an ISO week (2025-W46).

    Terms are taken from 1 September, 1 January and 16 April, for deciding only who was in the trust.
    """
    if period in ("Year", "YTD"):
        return first_day(year), last_day(year)
    if period in _TERM_DAYS:
        (month_a, day_a), (month_b, day_b) = _TERM_DAYS[period]
        base = start_of(year) + (0 if period == "Autumn" else 1)
        return dt.date(base, month_a, day_a), dt.date(base, month_b, day_b)
    if re.fullmatch(r"\d{4}-W\d\d", period):
        monday = dt.date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
        return monday, monday + dt.timedelta(days=6)
    if re.fullmatch(r"\d{4}-\d\d", period):
        first = dt.date(int(period[:4]), int(period[5:]), 1)
        following = (first + dt.timedelta(days=32)).replace(day=1)
        return first, following - dt.timedelta(days=1)
    raise UsageError(f"{period!r} is not a period; expected Year, YTD, a term, a month or an ISO week")
