"""Dates of inspections as the engine's sentences name them, and how long ago they were."""

from __future__ import annotations

import datetime as dt
import re

from kpi_engine import years

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")


def days(text: str) -> tuple[dt.date, ...]:
    """Every date that is written as ``5 March 2015`` in a text, in its order."""
    return tuple(dt.date(int(year), _MONTHS.index(month) + 1, int(day)) for day, month, year in _DAY.findall(text))


def written(day: dt.date) -> str:
    """``5 March 2015``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def age(day: dt.date, at: dt.date) -> str:
    """How long ago in whole years and months: ``3 years 2 months ago``; in days under a month.

    A month is over on the same day of the next one, or on its last day where it has no such day.
    """
    if day > at:
        return "later than these data"
    months = (at.year - day.year) * 12 + at.month - day.month
    last = (at.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    if at.day < min(day.day, last.day):
        months -= 1
    if not months:
        count = (at - day).days
        return "today" if not count else f"{_many(count, 'day')} ago"
    whole, rest = divmod(months, 12)
    said = [_many(n, unit) for n, unit in ((whole, "year"), (rest, "month")) if n]
    return f"{' '.join(said)} ago"


def seen_from(as_at: dt.date, year: str) -> dt.date:
    """The day from which ages are counted: the data's date, or the last day of a year that is over."""
    return min(as_at, years.last_day(year))


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
