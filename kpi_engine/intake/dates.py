"""Cells to dates, as ISO text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_UK = re.compile(r"(?P<d>\d{1,2})[/\-.](?P<m>\d{1,2})[/\-.](?P<y>\d{4})(?: 00:00(?::00)?)?", re.ASCII)


@dataclass(frozen=True)
class Dates:
    """A column as dates: ``iso`` (``2024-06-12`` or "" where there is none) and ``bad`` (neither a date nor
    blank).
    """

    iso: pd.Series[str]
    bad: pd.Series[bool]


def dates(text: pd.Series[str], *, uk: bool = False, codes: frozenset[str] = frozenset()) -> Dates:
    """Parse ISO dates and, with ``uk``, also day first (``12/06/2024``, ``12-06-2024``).

    ``codes`` (upper case) are words such as ``NULL`` that mean "no date". A day that no calendar has is bad.
    """
    place, unique = pd.factorize(text.to_numpy(dtype=object), use_na_sentinel=False)
    patterns = (_ISO, _UK) if uk else (_ISO,)
    read = [_date(str(cell).strip(), patterns) for cell in unique]
    blank = [str(cell).strip().upper() in {"", *codes} for cell in unique]
    iso = np.array(read, dtype=object)
    bad = np.array([day == "" and not none for day, none in zip(read, blank, strict=True)], dtype=bool)
    return Dates(pd.Series(iso[place], index=text.index, dtype=object), pd.Series(bad[place], index=text.index))


def _date(cell: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    for pattern in patterns:
        found = pattern.fullmatch(cell)
        if found is not None:
            try:
                return dt.date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
            except ValueError:
                return ""
    return ""
