"""Invented suspensions and permanent exclusions, pupil by pupil, term by term and reason by reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sample_data.make.pupils import Flags, Pupils, roll
from sample_data.make.registers import Ints
from sample_data.make.tools import chance, england
from sample_data.make.trust import THIS_YEAR, School

TERMS = ("Autumn", "Spring", "Summer")
REASONS = (
    "Persistent or general disruptive behaviour",
    "Verbal abuse or threatening behaviour against an adult",
    "Physical assault against a pupil",
    "Physical assault against an adult",
    "Verbal abuse or threatening behaviour against a pupil",
    "Damage",
    "Drug and alcohol related",
    "Use or threat of use of an offensive weapon or prohibited item",
    "Bullying",
    "Other",
)
_REASON_SHARES = (0.49, 0.16, 0.12, 0.05, 0.05, 0.03, 0.03, 0.03, 0.01, 0.03)
REPEATS = 2.7


@dataclass(frozen=True)
class Incidents:
    """Per pupil: suspensions by term (columns), the term of a permanent exclusion (-1: none). Reasons by term."""

    people: Pupils
    suspensions: Ints
    excluded: Ints
    reasons: dict[str, dict[str, int]]
    excluded_reasons: dict[str, dict[str, int]]


def rates(school: School, start: int) -> tuple[float, float]:
    """England's suspensions and permanent exclusions per pupil for the phase; the last published year after that."""
    year = min(start, 2023)
    phase = "secondary" if school.phase == "all-through" else school.phase
    share = 0.6 if school.phase == "all-through" else 1.0
    return (
        share * (england("suspension_rate", year, phase) or 0) / 100,
        share * (england("perm_excl_rate", year, phase) or 0) / 100,
    )


@cache
def incidents(school: School, start: int) -> Incidents:
    """One school's academic year; of 2026/27 only the autumn so far."""
    people = roll(school, start, sixth=True)
    draw = chance("incidents", school.key, start)
    size = len(people)
    mean, excluded_mean = rates(school, start)
    mean *= school.suspended * float(np.exp(draw.normal(0, 0.1)))
    age = np.array([0 if group == "R" else int(group) for group in people.year_group])
    odds = (
        (1 + 1.6 * people.disadvantaged)
        * (1 + 0.9 * (people.send == "K") + 0.7 * (people.send == "E"))
        * np.where(people.girl, 0.7, 1.3)
        * np.where(age >= 12, 0.1, np.where(age >= 9, 1.3, 1.0))
        * (1 + 0.8 * people.looked_after)
    )
    rate = mean * odds / odds.mean()
    at_risk = draw.random_sample(size) < np.clip(rate / REPEATS, 0, 0.75)
    events = np.where(at_risk, 1 + draw.poisson(REPEATS - 1, size), 0)
    parts = {2019: (0.55, 0.40, 0.05), 2020: (0.42, 0.15, 0.43)}.get(start, (0.36, 0.35, 0.29))
    suspensions = np.zeros((size, 3), dtype=np.int64)
    for place in np.flatnonzero(events):
        suspensions[place] = draw.multinomial(int(events[place]), parts)
    excluded = np.full(size, -1, dtype=np.int64)
    gone = draw.random_sample(size) < np.clip(excluded_mean * 0.8 * odds / odds.mean(), 0, 0.2)
    excluded[gone] = draw.randint(0, 3, int(gone.sum()))
    if start == THIS_YEAR:
        suspensions = (suspensions * np.array([1, 0, 0])) * (draw.random_sample((size, 1)) < 0.75)
        excluded[excluded > 0] = -1
    by_term: dict[str, dict[str, int]] = {}
    by_term_excluded: dict[str, dict[str, int]] = {}
    for index, term in enumerate(TERMS):
        counts = draw.multinomial(int(suspensions[:, index].sum()), _REASON_SHARES)
        by_term[term] = dict(zip(REASONS, map(int, counts), strict=True))
        counts = draw.multinomial(int((excluded == index).sum()), _REASON_SHARES)
        by_term_excluded[term] = dict(zip(REASONS, map(int, counts), strict=True))
    return Incidents(people, suspensions, excluded, by_term, by_term_excluded)


def count(found: Incidents, chosen: Flags, terms: tuple[int, ...]) -> tuple[int, int, int]:
    """A group's suspensions, pupils suspended at least once, and permanent exclusions over some terms."""
    events = found.suspensions[chosen][:, list(terms)]
    return int(events.sum()), int((events.sum(axis=1) > 0).sum()), int(np.isin(found.excluded[chosen], terms).sum())
