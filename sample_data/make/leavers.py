"""Where invented leavers went: the trust's own count in autumn, DfE's sustained destinations years later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sample_data.make.pupils import Pupils, Texts, cohort, in_year_group
from sample_data.make.tools import chance
from sample_data.make.trust import School

KINDS = ("education", "apprenticeship", "employment", "neet", "not_known")
SHARES = {
    "11": {"quiet": (0.905, 0.045, 0.02, 0.02, 0.01), "netherquill": (0.86, 0.05, 0.02, 0.045, 0.025)},
    "13": {"quiet": (0.62, 0.11, 0.20, 0.035, 0.035), "netherquill": (0.56, 0.12, 0.22, 0.06, 0.04)},
}
PINS = {
    # NEET alone is below 5 %, NEET with the not known is above it
    ("netherquill", "11", 2024): {"neet": 9, "not_known": 5},
    ("netherquill", "11", 2023): {"neet": 8, "not_known": 4},
    ("corvane", "11", 2024): {"neet": 4, "not_known": 2},
    # the newest leavers are counted in October, with many answers still to come
    ("netherquill", "11", 2025): {"neet": 10, "not_known": 19},
    ("corvane", "11", 2025): {"neet": 3, "not_known": 6},
}


@dataclass(frozen=True)
class Leavers:
    """Leavers of one summer; ``where`` is one of ``KINDS`` for each, ``level`` 2 or 3 (year 13 only)."""

    people: Pupils
    where: Texts
    level: Texts


@cache
def leavers(school: School, group: str, start: int) -> Leavers | None:
    """The year 11 or year 13 leavers of an academic year, or None where the school has none."""
    if group == "13":
        if not school.sixth_form:
            return None
        people = cohort(school, 12, start - 1)
    else:
        if not school.entry7:
            return None
        people = in_year_group(school, "11", start)
    if not len(people):
        return None
    draw = chance("leavers", school.key, group, start)
    shares = np.array(SHARES[group].get(school.key, SHARES[group]["quiet"]))
    worse = 1 + 0.9 * people.disadvantaged + 0.8 * people.looked_after
    worse = worse / worse.mean()
    roll_ = draw.random_sample(len(people))
    neet, unknown = shares[3] * worse, shares[4] * worse
    work = shares[2] + np.zeros(len(people))
    training = shares[1] + np.zeros(len(people))
    edges = np.cumsum([neet, unknown, work, training], axis=0)
    where = np.full(len(people), "education", dtype="<U14")
    for kind, upper in zip(("training", "work", "unknown", "neet"), edges[::-1], strict=True):
        where[roll_ < upper] = {
            "training": "apprenticeship",
            "work": "employment",
            "unknown": "not_known",
            "neet": "neet",
        }[kind]
    if school.phase == "special":
        where[np.isin(where, ("apprenticeship", "employment"))] = "education"
    for kind, wanted in PINS.get((school.key, group, start), {}).items():
        _pin(where, kind, wanted, people)
    level = np.where(people.ability > -1.0, "3", "2")
    return Leavers(people, where, level)


def _pin(where: Texts, kind: str, wanted: int, people: Pupils) -> None:
    """Moves people between ``kind`` and education until exactly ``wanted`` are there: the least able first."""
    order = np.argsort(people.ability, kind="stable")
    have = [place for place in order if where[place] == kind]
    spare = [place for place in order if where[place] == "education" and not people.looked_after[place]]
    for place in have[wanted:]:
        where[place] = "education"
    for place in spare[: max(0, wanted - len(have))]:
        where[place] = kind
