"""Dates as GIAS and Ofsted write them."""

from __future__ import annotations

import pandas as pd

from kpi_engine.intake.dates import Dates, dates

_NO_DATE = frozenset({"NULL", "N/A", "NA", "NOT APPLICABLE", "NOT RECORDED"})
_UNKNOWN = "1900-01-01"


def published_dates(text: pd.Series[str]) -> Dates:
    """A column as ISO text: day first or ISO; 1 January 1900 is the register's "not known" and gives ""."""
    found = dates(text, uk=True, codes=_NO_DATE)
    return Dates(found.iso.where(found.iso != _UNKNOWN, ""), found.bad)
