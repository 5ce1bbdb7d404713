"""Attendance registers as a grid: a row for each enrolment, a column for each half-day of the academic year.

Fifty million marks of an export are 100 MB here, because a mark is one byte at its place: two marks for one half-day
cannot both be there, and weeks, terms and years are neighbouring columns.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kpi_engine import years
from kpi_engine.intake.register_codes import CODES

HALF_DAYS = 2 * 366
"""Columns: morning and afternoon of 1 September, then of each day to 31 August (of a year with 29 February)."""

LEGEND = ("", *(each.code for each in CODES))
"""What the numbers in the grid mean; 0 is a half-day without any mark."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Registers:
    """Marks of any number of pupils, academies and years.

    ``pupils``, ``urns`` and ``years`` (text, as 2025/26) say whose row each is, ``first_rows`` where in the file its
    first mark stands. ``grid`` holds numbers of ``LEGEND``. Before the data folder's key is applied ``pupils`` are
    the file's own ids, which is why they are never part of a printed Registers.
    """

    pupils: Array = field(repr=False)
    urns: Array
    years: Array
    first_rows: Array
    grid: Array = field(repr=False)

    @property
    def marks(self) -> int:
        """How many marks there are."""
        return int(np.count_nonzero(self.grid))

    def where(self, mask: Array) -> Registers:
        """Only the rows of ``mask``."""
        return Registers(self.pupils[mask], self.urns[mask], self.years[mask], self.first_rows[mask], self.grid[mask])

    def renamed(self, pupils: Array) -> Registers:
        """The same marks under other names of the pupils."""
        return replace(self, pupils=pupils)

    def newest(self) -> dt.date:
        """The last day that has a mark. Raises ValueError when there is none."""
        return max(day_of(str(year), span[1]) for year, span in self.spans().items())

    def spans(self) -> dict[str, tuple[int, int]]:
        """For each academic year the first and last half-day with a mark."""
        found = {}
        for year in np.unique(self.years):
            filled = np.flatnonzero(self.grid[self.years == year].any(axis=0))
            if len(filled):
                found[str(year)] = (int(filled[0]), int(filled[-1]))
        return found


def half_day(day: dt.date, afternoon: bool) -> tuple[str, int]:
    """The academic year of a half-day and its column."""
    year = years.year_of(day)
    return year, 2 * (day - years.first_day(year)).days + int(afternoon)


def day_of(year: str, column: int) -> dt.date:
    """The day of a column."""
    return years.first_day(year) + dt.timedelta(days=column // 2)


def words_of(year: str, column: int) -> str:
    """A half-day as a person writes it: ``2025-11-03 AM``."""
    return f"{day_of(year, column).isoformat()} {'PM' if column % 2 else 'AM'}"
