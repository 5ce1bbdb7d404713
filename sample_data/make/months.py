"""Months as returns count them: September to August."""

from __future__ import annotations

from sample_data.make.trust import THIS_YEAR

LAST_MONTH = "2026-10"
"""The newest month whose books are closed on the sample's day."""

SCHOOL_DAYS = {9: 21, 10: 18, 11: 20, 12: 14, 1: 19, 2: 15, 3: 20, 4: 12, 5: 19, 6: 21, 7: 16, 8: 0}


def months_of(start: int) -> list[str]:
    """The months of an academic (and financial) year that are over on the sample's day."""
    found = [f"{start}-{month:02d}" for month in range(9, 13)] + [f"{start + 1}-{month:02d}" for month in range(1, 9)]
    return [month for month in found if month <= LAST_MONTH]


def later(month: str, by: int) -> str:
    """The month so many months on."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{index // 12}-{index % 12 + 1:02d}"


YEARS = range(2019, THIS_YEAR + 1)
