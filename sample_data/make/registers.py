"""Invented registers: half-days possible, missed with leave and missed without, pupil by pupil and week by week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from sample_data.make.pupils import Flags, Pupils, roll
from sample_data.make.tools import chance, england, table
from sample_data.make.trust import School

Ints = npt.NDArray[np.int64]

CALENDAR: dict[int, tuple[tuple[str, tuple[tuple[int, int, int], ...]], ...]] = {
    # academic year: term, then runs of ISO weeks (first, last, half-days of the first week); full weeks have ten
    2025: (
        ("Autumn", ((36, 43, 4), (45, 51, 8))),
        ("Spring", ((2, 7, 8), (9, 13, 10))),
        ("Summer", ((16, 21, 10), (23, 30, 8))),
    ),
    2026: (("Autumn", ((36, 43, 6), (45, 46, 8))),),
}
SHORT_WEEKS = {(2025, 19): 8, (2025, 30): 6}
SEASON = {
    36: 0.72,
    37: 0.80,
    38: 0.87,
    39: 0.92,
    40: 0.98,
    41: 1.02,
    42: 1.05,
    43: 1.02,
    45: 0.97,
    46: 1.03,
    47: 1.08,
    48: 1.14,
    49: 1.24,
    50: 1.30,
    51: 1.28,
    2: 1.10,
    3: 1.08,
    4: 1.07,
    5: 1.06,
    6: 1.05,
    7: 1.04,
    9: 1.0,
    10: 0.98,
    11: 0.96,
    12: 0.97,
    13: 1.02,
}
MISSING = {("rillhaven", 2025)}
"""The return that never came."""

LEVEL = {"netherquill": {2025: 1.245, 2026: 1.25, 2024: 1.26, 2023: 1.24}}


@dataclass(frozen=True)
class Register:
    """Half-days by pupil (rows) and week (columns)."""

    people: Pupils
    weeks: tuple[str, ...]
    terms: tuple[str, ...]
    possible: Ints
    authorised: Ints
    unauthorised: Ints


def weeks_of(start: int) -> list[tuple[str, str, int]]:
    """ISO week, term and half-days of each school week; earlier years follow the pattern of 2025/26."""
    found = []
    for term, runs in CALENDAR.get(start, CALENDAR[2025]):
        for first, last, opening in runs:
            for week in range(first, last + 1):
                calendar_year = start if week >= 36 else start + 1
                sessions = opening if week == first else SHORT_WEEKS.get((2025, week), 10)
                found.append((f"{calendar_year}-W{week:02d}", term, sessions))
    return found


def england_absence(school: School, start: int) -> float:
    """England's overall absence rate for the school's phase, as a share; the nearest published year where none is."""
    rows = {row[9]: row for row in table("attendance_ytd_2025-26.csv")[1:]}
    column = table("attendance_ytd_2025-26.csv")[0].index("overall_absence_perc")

    def rate(phase: str) -> float:
        if start >= 2025:
            return float(rows[phase.capitalize()][column]) / 100
        found = england("absence_overall_pct", start, phase)
        return (found if found is not None else england("absence_overall_pct", 2018, phase) or 5.0) / 100

    if school.phase == "all-through":
        return 0.45 * rate("primary") + 0.55 * rate("secondary")
    return rate(school.phase)


@cache
def register(school: School, start: int) -> Register:
    """One school's registers of an academic year (2026/27: until the middle of November)."""
    people = roll(school, start)
    draw = chance("register", school.key, start)
    size = len(people)
    factor = LEVEL.get(school.key, {}).get(start, school.absence) * float(np.exp(draw.normal(0, 0.02)))
    oldest = np.array([0 if group == "R" else int(group) for group in people.year_group])
    slope = 1 + 0.05 * (oldest - 9) * (oldest >= 7) if school.phase != "primary" else np.ones(size)
    odds = (1 + 0.55 * people.disadvantaged) * (1 + 0.25 * (people.send == "K") + 0.4 * (people.send == "E")) * slope
    if school.phase == "special":
        odds = np.ones(size)
    rate = england_absence(school, start) * factor * odds / odds.mean()
    share = np.minimum(rate * np.exp(draw.normal(-0.5, 1.0, size)), 0.9)
    share *= float(rate.mean() / share.mean())
    without_leave = np.clip(
        (0.38 if school.phase != "primary" else 0.27) + 0.2 * people.disadvantaged + draw.normal(0, 0.1, size),
        0.02,
        0.95,
    )
    calendar = weeks_of(start)
    mean_season = np.average(
        [SEASON.get(int(week[-2:]), 0.97) for week, _, _ in weeks_of(2025)],
        weights=[sessions for _, _, sessions in weeks_of(2025)],
    )
    mover = draw.random_sample(size)
    first = np.where(mover < 0.015, draw.randint(1, len(calendar), size), 0)
    last = np.where((mover >= 0.015) & (mover < 0.03), draw.randint(1, len(calendar), size), len(calendar))
    columns = []
    for index, (week, term, sessions) in enumerate(calendar):
        here = (first <= index) & (index < last)
        # year 11 is on study leave after the May half-term
        here &= ~((people.year_group == "11") & (term == "Summer") & (int(week[-2:]) >= 23))
        possible = np.where(here, sessions, 0)
        chance_off = np.clip(share * SEASON.get(int(week[-2:]), 0.97) / mean_season, 0, 0.97)
        missed = draw.binomial(possible, chance_off)
        unauthorised = draw.binomial(missed, without_leave)
        columns.append((possible, missed - unauthorised, unauthorised))
    possible, authorised, unauthorised = (np.stack(part, axis=1) for part in zip(*columns, strict=True))
    return Register(
        people,
        tuple(week for week, _, _ in calendar),
        tuple(term for _, term, _ in calendar),
        possible,
        authorised,
        unauthorised,
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """What a return says of a group of pupils over some weeks."""

    enrolments: int
    possible: int
    authorised: int
    unauthorised: int
    persistent: int
    severe: int
    attended_squared: int
    attended_possible: int
    possible_squared: int


def sums(found: Register, chosen: Flags, weeks: npt.NDArray[np.bool_]) -> Sums:
    """Adds up a group's half-days over some weeks; pupils without a possible half-day are not enrolled."""
    possible = found.possible[np.ix_(chosen, weeks)].sum(axis=1)
    authorised = found.authorised[np.ix_(chosen, weeks)].sum(axis=1)
    unauthorised = found.unauthorised[np.ix_(chosen, weeks)].sum(axis=1)
    here = possible > 0
    attended = possible - authorised - unauthorised
    missed = possible - attended
    return Sums(
        int(here.sum()),
        int(possible.sum()),
        int(authorised.sum()),
        int(unauthorised.sum()),
        int((here & (missed * 10 >= possible)).sum()),
        int((here & (missed * 2 >= possible)).sum()),
        int((attended**2).sum()),
        int((attended * possible).sum()),
        int((possible**2).sum()),
    )
