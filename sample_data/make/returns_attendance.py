"""The trust's own attendance return: weeks, terms and years, with pupil groups and sums of squares."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make.pupils import ALL_PUPILS, PUPIL_COLUMNS, Flags, Pupils, groups_of
from sample_data.make.registers import MISSING, Register, register, sums
from sample_data.make.tools import write_dicts, year_label
from sample_data.make.trust import ACADEMIES, THIS_YEAR, School

HEAD = [
    "urn",
    "academic_year",
    "period",
    *PUPIL_COLUMNS,
    "enrolments",
    "sessions_possible",
    "sessions_authorised",
    "sessions_unauthorised",
    "persistent_enrolments",
    "severe_enrolments",
    "sum_attended2",
    "sum_attended_possible",
    "sum_possible2",
]
FIRST = 2024


def _cells(people: Pupils, crossed: bool) -> list[tuple[dict[str, str], Flags]]:
    """Everybody, each group, each year group, and (``crossed``) each group within each year group."""
    groups = groups_of(people)
    found = list(groups)
    order = {"R": 0}
    for year in sorted(
        set(people.year_group.tolist()), key=lambda text: order.get(text, 0) or int(text.replace("R", "0"))
    ):
        here = people.year_group == year
        found += [
            ({"year_group": year} | labels, chosen & here)
            for labels, chosen in (groups if crossed else groups[:1])
            if (chosen & here).any()
        ]
    return found


def _rows(school: School, start: int) -> list[dict[str, object]]:
    found: Register = register(school, start)
    weeks, terms = np.array(found.weeks), np.array(found.terms)
    # a member since the middle of the year returns what happened since
    inside = np.ones(len(weeks), dtype=bool)
    if school.joined > f"{start}-09-01":
        inside = np.array([week >= f"{school.joined[:4]}-W02" for week in weeks])
    whole = "Year" if start < THIS_YEAR else "YTD"
    periods = [(whole, inside)]
    if start >= 2025:
        periods += [(term, (terms == term) & inside) for term in dict.fromkeys(found.terms) if start < THIS_YEAR]
        periods += [(week, weeks == week) for week in found.weeks if inside[list(found.weeks).index(week)]]
    rows: list[dict[str, object]] = []
    for period, chosen_weeks in periods:
        if not chosen_weeks.any():
            continue
        weekly = "-W" in period
        for labels, chosen in _cells(found.people, crossed=period == whole and start >= 2024):
            total = sums(found, chosen, chosen_weeks)
            if not total.enrolments:
                continue
            row: dict[str, object] = {
                "urn": school.urn,
                "academic_year": year_label(start),
                "period": period,
                **ALL_PUPILS,
                **labels,
                "enrolments": total.enrolments,
                "sessions_possible": total.possible,
                "sessions_authorised": total.authorised,
                "sessions_unauthorised": total.unauthorised,
                "sum_attended2": total.attended_squared,
                "sum_attended_possible": total.attended_possible,
                "sum_possible2": total.possible_squared,
            }
            if not weekly:
                row |= {"persistent_enrolments": total.persistent, "severe_enrolments": total.severe}
            rows.append(row)
    return rows


def make(folder: Path) -> None:
    """Writes the return: year totals from 2024/25, terms and weeks from 2025/26."""
    rows: list[dict[str, object]] = []
    for start in range(FIRST, THIS_YEAR + 1):
        for school in ACADEMIES:
            if school.returns_in(start) and (school.key, start) not in MISSING:
                rows += _rows(school, start)
    write_dicts(folder / "pupil_attendance.csv", HEAD, rows)
