"""What the layouts of the trust's own returns share: their columns, and how cells are read and rows made.

A return holds one fact a row. Its cells are numbers or empty, never a publisher's code; an empty cell is
unknown, so it gives no fact. Pupil columns that a file leaves out, or leaves empty in all its rows, mean
``Total``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import UsageError
from kpi_engine.facts import FACT_COLUMNS, NUMBERS, RECORD_COLUMNS, facts, stack
from kpi_engine.intake.codes import numbers
from kpi_engine.intake.dates import dates
from kpi_engine.intake.layout import Accepted, Column, Kind, Produced
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TOTAL

NO_CODES: frozenset[str] = frozenset()
PUBLISHER = "The trust"
STAGE = "final"
SERIES = "return"
NOT_GIVEN = "not stated in the return"
"""The detail of a part whose figure is not known."""

PUPIL_CHOICES: Mapping[str, tuple[str, ...]] = {
    "year_group": ("R", *(str(group) for group in range(1, 15)), TOTAL),
    "sex": ("F", "M", TOTAL),
    "disadvantage": ("Y", "N", TOTAL),
    "send": ("N", "K", "E", TOTAL),
    "looked_after": ("Y", "N", TOTAL),
}
"""The values of each pupil column: ``send`` is N none, K SEN support, E education, health and care plan."""

URN = Column("urn", Kind.URN, filled=True)
ACADEMIC_YEAR = Column("academic_year", Kind.YEAR, filled=True)
_MONTH = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:-\d\d(?:[ T]00:00(?::00)?)?)?")


def pupil_columns(*names: str) -> tuple[Column, ...]:
    """The pupil columns of a return; each may be missing from the file."""
    return tuple(Column(name, Kind.CHOICE, required=False, choices=PUPIL_CHOICES[name]) for name in names)


def figure(name: str, kind: Kind = Kind.COUNT, required: bool = True) -> Column:
    """A column of numbers, in which no publisher's code may stand."""
    return Column(name, kind, required=required, codes=NO_CODES)


def date(name: str, filled: bool = False) -> Column:
    """A column of ISO dates, in which no publisher's code may stand."""
    return Column(name, Kind.DATE, filled=filled, codes=NO_CODES)


def choice(name: str, *choices: str, filled: bool = True, required: bool = True) -> Column:
    """A column in which only the listed words may stand."""
    return Column(name, Kind.CHOICE, required=required, filled=filled, choices=choices)


def value(table: RawTable, *names: str) -> pd.Series[float]:
    """A column as numbers, NaN where the cell is empty; all NaN when the file has none of the names."""
    return numbers(table.text(*names), NO_CODES).value


def dimension(table: RawTable, name: str) -> pd.Series[str]:
    """A breakdown column; ``Total`` where it is missing or empty."""
    text = table.text(name)
    return text.where(text != "", TOTAL)


def dimensions(table: RawTable, *names: str) -> dict[str, str | pd.Series[Any]]:
    """The breakdown of each row by the named columns."""
    return {name: dimension(table, name) for name in names}


def urn(table: RawTable) -> pd.Series[str]:
    """The academy of each row; ``central`` and ``trust`` in lower case."""
    return urn_text(table.text("urn")).str.lower()


def year_label(text: str) -> str:
    """``2025/26`` from any spelling of an academic year; "" for what is none (the column check names it)."""
    try:
        return years.parse_year(text)
    except UsageError:
        return ""


def year(table: RawTable, name: str = "academic_year") -> pd.Series[str]:
    """The academic year of each row as 2025/26."""
    text = table.text(name)
    return text.map({cell: year_label(str(cell)) for cell in text.unique()})


def month_label(text: str) -> str:
    """``2025-11`` from itself or a day of that month, as a spreadsheet re-saves it; "" for anything else."""
    match = _MONTH.fullmatch(text.strip())
    return match.group(1) if match else ""


def month(table: RawTable, name: str = "month") -> pd.Series[str]:
    """The month of each row as 2025-11."""
    return table.text(name).map(month_label)


def year_of_month(label: str) -> str:
    """The academic year of a month such as 2025-11; "" for ""."""
    return years.year_of(years.period_days("", label)[0]) if label else ""


def day(table: RawTable, name: str) -> pd.Series[str]:
    """The date of each row as 2025-11-03; "" where it is empty."""
    return dates(table.text(name)).iso


def rows(
    item: Accepted,
    measure: str,
    academic_year: pd.Series[str],
    academies: pd.Series[str],
    known: pd.Series[bool],
    *,
    among: pd.Series[bool] | None = None,
    series: str = SERIES,
    period: str | pd.Series[Any] = "Year",
    breakdown: Mapping[str, str | pd.Series[Any]] | None = None,
    **values: Any,
) -> pd.DataFrame:
    """Facts of one measure for the rows in ``known`` (of those in ``among``), each in its own academic year.

    A row that is not known gives no fact. But where it is a part of a breakdown it keeps its place, without any
    number, so that nobody takes the sum of the other parts for the whole.
    """
    frame = facts(measure, series, STAGE, "", academies, item.source_id, period=period, breakdown=breakdown, **values)
    frame["academic_year"] = academic_year
    is_part = (frame[list(breakdown or ())] != TOTAL).any(axis=1)
    if not known.all():
        frame.loc[~known, list(NUMBERS)] = float("nan")
    frame["detail"] = frame["detail"].astype(object).where(known, NOT_GIVEN)
    asked = known | is_part
    return frame[asked if among is None else asked & among]


def as_facts(frames: list[pd.DataFrame]) -> Produced:
    """The facts of a return."""
    return {"facts": stack(frames, FACT_COLUMNS)}


def as_record(item: Accepted, name: str, columns: Mapping[str, pd.Series[str]]) -> Produced:
    """The rows of a return as the record table ``name``: text as it stands in the file, with its source."""
    frame = pd.DataFrame(dict(columns), index=item.table.frame.index, dtype=object)
    frame["source_id"] = item.source_id
    frame["source_row"] = item.table.frame.index
    return {name: frame[list(RECORD_COLUMNS[name])].reset_index(drop=True)}


def pounds(amount: float) -> str:
    """``£1,234`` or ``-£1,234``."""
    return f"{'-' if round(amount) < 0 else ''}£{abs(amount):,.0f}"
