"""The rules that rows of a return must keep, beyond what each cell must be: frozen classes with one call.

Each answers with findings that name the row, the column, the value met and what was expected. A rule that
needs a cell which is empty says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding
from kpi_engine.intake.layouts.returns_common import day, month, value, year, year_of_month
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TOTAL

_TOLERANCE = 1e-9


def findings(
    table: RawTable,
    broken: pd.Series[bool],
    column: str,
    message: str,
    expected: str | pd.Series[str] | None = None,
    *,
    blocking: bool = True,
) -> list[Finding]:
    """A finding for each row of ``broken``, with the value of ``column``."""
    shown = table.text(column)
    return [
        Finding(
            table.file,
            message,
            row=int(str(row)),
            column=column,
            value=str(shown.at[row]),
            expected=expected if expected is None or isinstance(expected, str) else str(expected.at[row]),
            blocking=blocking,
        )
        for row in broken.index[broken]
    ]


def plain(number: float) -> str:
    """``12`` or ``12.5``, without a needless ``.0``."""
    return f"{number:g}" if abs(number) < 1e6 and number != round(number) else f"{number:.0f}"


@dataclass(frozen=True, slots=True)
class AtMost:
    """``part`` counts some of those that ``whole`` counts, so it cannot be more."""

    part: str
    whole: str

    def __call__(self, table: RawTable) -> list[Finding]:
        part, whole = value(table, self.part), value(table, self.whole)
        expected = whole.map(lambda number: f"at most the row's {self.whole}, {plain(number)}", na_action="ignore")
        return findings(table, part > whole, self.part, f"is more than {self.whole}", expected)


@dataclass(frozen=True, slots=True)
class AddUpTo:
    """The ``parts`` do not overlap and are all there is of ``whole``.

    Where one of them is empty, the others cannot be more than ``whole``; with ``remainder`` they never need
    to reach it (sessions missed are part of the sessions possible).
    """

    parts: tuple[str, ...]
    whole: str
    remainder: bool = False

    def __call__(self, table: RawTable) -> list[Finding]:
        whole = value(table, self.whole)
        parts = pd.DataFrame({part: value(table, part) for part in self.parts})
        together, complete = parts.sum(axis=1), parts.notna().all(axis=1)
        over = together > whole + _TOLERANCE
        short = (together < whole - _TOLERANCE) & complete
        names = f"{', '.join(self.parts[:-1])} and {self.parts[-1]}"
        expected = together.map(lambda number: f"{plain(number)} or more, the sum of {names}")
        if self.remainder:
            return findings(table, over, self.whole, "is less than its parts add up to", expected)
        exactly = together.map(lambda number: f"{plain(number)}, the sum of {names}")
        expected = expected.where(~complete, exactly)
        return findings(table, over | short, self.whole, "is not what its parts add up to", expected)


@dataclass(frozen=True, slots=True)
class AMonth:
    """``column`` is a month as 2025-11; with ``year_column``, one of that academic (or financial) year."""

    column: str = "month"
    year_column: str | None = None

    def __call__(self, table: RawTable) -> list[Finding]:
        label = month(table, self.column)
        found = findings(table, label == "", self.column, "is not a month", "a month as 2025-11")
        if self.year_column is not None:
            stated = year(table, self.year_column)
            expected = stated.map(lambda text: f"a month from {text[:4]}-09 to {int(text[:4] or 0) + 1}-08")
            own = label.map(year_of_month)
            broken = (own != "") & (stated != "") & (own != stated)
            found += findings(table, broken, self.column, f"is not in the row's {self.year_column}", expected)
        return found


@dataclass(frozen=True, slots=True)
class DayIn:
    """The date in ``column`` falls into the academic year of ``year_column``."""

    column: str
    year_column: str = "academic_year"
    blocking: bool = True

    def __call__(self, table: RawTable) -> list[Finding]:
        stated = year(table, self.year_column)
        own = day(table, self.column).map(_year_of_day)
        expected = stated.map(lambda text: f"a date from {text[:4]}-09-01 to {int(text[:4] or 0) + 1}-08-31")
        broken = (own != "") & (stated != "") & (own != stated)
        message = f"is not in the row's {self.year_column}"
        return findings(table, broken, self.column, message, expected, blocking=self.blocking)


@dataclass(frozen=True, slots=True)
class NotBefore:
    """The date in ``later`` is the same day as the one in ``earlier``, or after it."""

    later: str
    earlier: str

    def __call__(self, table: RawTable) -> list[Finding]:
        first, last = day(table, self.earlier), day(table, self.later)
        dated = (first != "") & (last != "")
        expected = first.map(lambda text: f"{text} or later")
        return findings(table, dated & (last < first), self.later, f"is before {self.earlier}", expected)


@dataclass(frozen=True, slots=True)
class TotalOrFilled:
    """A breakdown column is filled in every row or in none: an empty cell beside filled ones is unclear.

    ``among`` narrows the rule to some rows (the pupils of a survey that also asks staff).
    """

    columns: tuple[str, ...]
    among: Callable[[RawTable], pd.Series[bool]] = lambda table: pd.Series(True, index=table.frame.index)

    def __call__(self, table: RawTable) -> list[Finding]:
        found: list[Finding] = []
        rows = self.among(table)
        for column in self.columns:
            empty = (table.text(column) == "") & rows
            if empty.any() and not (empty == rows).all():
                message = "is empty while other rows are broken down"
                found += findings(table, empty, column, message, f"{TOTAL} where the row is not broken down")
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """Says, without refusing the file, in how many rows a column is empty, since they give no figure."""

    columns: tuple[str, ...]
    consequence: str

    def __call__(self, table: RawTable) -> list[Finding]:
        found: list[Finding] = []
        for column in self.columns:
            empty = table.text(column) == ""
            if empty.any():
                count = int(empty.sum())
                first = int(str(empty.index[empty][0]))
                words = f"row {first}" if count == 1 else f"{count} rows, the first of them row {first}"
                message = f"is empty in {words}: {self.consequence}; write 0 only where it is known to be 0"
                found.append(Finding(table.file, message, column=column, blocking=False))
        return found


def _year_of_day(day: str) -> str:
    """The academic year of an ISO day, "" for ""."""
    return years.year_of(dt.date.fromisoformat(day)) if day else ""
