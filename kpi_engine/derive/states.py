"""What derivations from governance records share: the day a year is judged on, who was there, fact rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.facts import FACT_COLUMNS, NUMBERS, RECORD_COLUMNS
from kpi_engine.model import DIMENSIONS, TOTAL, Academy


def state_day(year: str, as_at: dt.date) -> dt.date:
    """The day on which a year is judged: its 31 August, or ``as_at`` when that comes first."""
    return min(years.last_day(year), as_at)


def in_trust(academy: Academy, year: str, as_at: dt.date) -> bool:
    """Whether the academy was open and in the trust on any day of the year up to its state day."""
    first, last = years.first_day(year).isoformat(), state_day(year, as_at).isoformat()
    begun = max(academy.joined or "", academy.opened or "")
    ended = min(academy.left or "9999", academy.closed or "9999")
    return begun <= last and ended >= first


def rows_of(records: Mapping[str, pd.DataFrame], name: str) -> list[dict[str, str]]:
    """A record table as rows of text, in order of its columns; none when it is not there."""
    frame = records.get(name)
    if frame is None or frame.empty:
        return []
    columns = list(RECORD_COLUMNS[name])
    text = frame[columns].astype(object).where(frame[columns].notna(), "").astype(str)
    keys = [column for column in columns if column not in ("source_id", "source_row")]
    return [
        {str(column): str(cell) for column, cell in row.items()}
        for row in text.sort_values(keys, kind="stable").to_dict("records")
    ]


def fact(
    base: Mapping[str, str],
    numerator: float,
    denominator: float,
    detail: str,
    row: Mapping[str, str],
    **breakdown: str,
) -> dict[str, Any]:
    """One fact with the source of the record ``row`` that it rests on."""
    source_row = row["source_row"].removesuffix(".0")
    return {
        "series": "return",
        "stage": "final",
        "period": "Year",
        **base,
        **breakdown,
        "numerator": numerator,
        "denominator": denominator,
        "detail": detail,
        "source_id": row["source_id"],
        "source_row": int(source_row) if source_row else None,
    }


def frame_of(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Facts with all their columns, ``Total`` where a row is not broken down; in one order in every run."""
    columns = {name: [row.get(name, TOTAL if name in DIMENSIONS else None) for row in rows] for name in FACT_COLUMNS}
    frame = pd.DataFrame(columns, dtype=object)
    for name in NUMBERS:
        frame[name] = frame[name].astype(float)
    order = ["measure", "academic_year", "urn", "period", *DIMENSIONS]
    return frame.sort_values(order, kind="stable").reset_index(drop=True)


def day_words(day: str) -> str:
    """``3 May 2025`` from ``2025-05-03``."""
    date = dt.date.fromisoformat(day)
    return f"{date.day} {date:%B %Y}"


def days_words(days: int) -> str:
    """``1 day`` or ``12 days``."""
    return "1 day" if days == 1 else f"{days:,} days"
