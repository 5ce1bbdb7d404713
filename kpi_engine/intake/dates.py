"""Cells to dates, as ISO text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_ISO = r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_UK = r"(?P<d>\d{1,2})[/\-.](?P<m>\d{1,2})[/\-.](?P<y>\d{4})(?: 00:00(?::00)?)?"


@dataclass(frozen=True)
class Dates:
    """A column as dates: ``iso`` (``2024-06-12`` or "" where there is none) and ``bad`` (neither a date nor blank)."""

    iso: pd.Series[str]
    bad: pd.Series[bool]


def dates(text: pd.Series[str], *, uk: bool = False, codes: frozenset[str] = frozenset()) -> Dates:
    """Parse ISO dates and, with ``uk``, also day first (``12/06/2024``, ``12-06-2024``).

    ``codes`` (upper case) are words such as ``NULL`` that mean "no date". A day that no calendar has is bad.
    """
    unique = pd.Series(text.unique(), dtype=object).astype(str).str.strip()
    iso = _parsed(unique, _ISO)
    if uk:
        iso = iso.where(iso != "", _parsed(unique, _UK))
    bad = (iso == "") & (unique != "") & ~unique.str.upper().isin(list(codes))
    place = pd.Index(text.unique()).get_indexer(pd.Index(text))
    return Dates(
        pd.Series(iso.to_numpy(dtype=object)[place], index=text.index, dtype=object),
        pd.Series(bad.to_numpy(dtype=bool)[place], index=text.index),
    )


def _parsed(unique: pd.Series[str], pattern: str) -> pd.Series[str]:
    parts = unique.str.extract(f"^{pattern}$")
    joined = parts["y"] + "-" + parts["m"].str.zfill(2) + "-" + parts["d"].str.zfill(2)
    days = pd.to_datetime(joined, format="%Y-%m-%d", errors="coerce")
    written = days.dt.strftime("%Y-%m-%d")
    return pd.Series(np.where(days.notna(), written, ""), index=unique.index, dtype=object)
