"""Invented pupils: one cohort per school and year of entry, who stay the same people as they grow up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from sample_data.make.tools import chance
from sample_data.make.trust import School

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Pupils:
    """Parallel arrays, one place per pupil. ``ability`` is in standard deviations within the school."""

    year_group: Texts
    girl: Flags
    disadvantaged: Flags
    send: Texts
    looked_after: Flags
    eal: Flags
    ability: Floats

    def __len__(self) -> int:
        return len(self.girl)


SIZES = {
    # (school, year of entry): pupils, disadvantaged, looked after
    ("netherquill", 7, 2021): (236, 74, 4),
    ("netherquill", 7, 2022): (240, 75, 3),
    ("netherquill", 7, 2023): (239, 76, 3),
    ("netherquill", 7, 2024): (241, 75, 2),
    ("netherquill", 7, 2025): (248, 77, 3),
    ("netherquill", 7, 2020): (201, 61, 2),
    ("netherquill", 7, 2019): (196, 60, 3),
    # a group of four hides the other one too, in the wide table and in the tidy one
    ("osierholt", 0, 2012): (22, 4, 1),
    ("osierholt", 0, 2018): (24, 4, 0),
    # four looked-after pupils at the end of KS2 in 2025/26
    ("osierholt", 0, 2019): (26, 8, 4),
    ("marlwick", 0, 2017): (44, 13, 1),
    ("marlwick", 0, 2018): (45, 14, 0),
    # a special school's five pupils: the whole row is hidden
    ("rillhaven", 0, 2012): (5, 3, 1),
    ("rillhaven", 0, 2018): (4, 2, 0),
}


@cache
def cohort(school: School, point: int, entry: int) -> Pupils:
    """The pupils who entered in reception (``point`` 0), year 7 or year 12 in September of ``entry``."""
    draw = chance("cohort", school.key, point, entry)
    usual = {0: school.entry, 7: school.entry7, 12: school.entry12}[point]
    spread = max(1, round(usual * 0.06))
    size, poor, cared = SIZES.get((school.key, point, entry), (0, 0, 0))
    if not size:
        size = int(usual + draw.randint(-spread, spread + 1)) if usual else 0
        share = school.disadvantaged * (0.7 if point == 12 else 1.0)
        poor = int(draw.binomial(size, share)) if size else 0
        cared = int(draw.binomial(poor, 0.05)) if point != 12 else int(draw.binomial(poor, 0.03))
    disadvantaged = np.zeros(size, dtype=bool)
    disadvantaged[:poor] = True
    looked_after = np.zeros(size, dtype=bool)
    looked_after[:cared] = True
    order = draw.permutation(size)
    disadvantaged, looked_after = disadvantaged[order], looked_after[order]
    girl = draw.random_sample(size) < (0.3 if school.phase == "special" else 0.49)
    need = draw.random_sample(size)
    more = np.where(disadvantaged, 1.5, 0.8)
    plan = need < np.minimum(school.plan * more, 1.0) if school.phase != "special" else np.ones(size, dtype=bool)
    support = ~plan & (need < (school.plan + school.support) * more)
    send = np.where(plan, "E", np.where(support, "K", "N"))
    eal = draw.random_sample(size) < school.eal
    ability = draw.standard_normal(size)
    return Pupils(np.full(size, str(point)), girl, disadvantaged, send, looked_after, eal, ability)


def entry_year(group: str, start: int, school: School) -> tuple[int, int]:
    """Where the pupils of a year group came in: the point of entry and the calendar year."""
    number = 0 if group == "R" else int(group)
    if number >= 12:
        return 12, start - (number - 12)
    if number >= 7 and school.entry7:
        return 7, start - (number - 7)
    return 0, start - number


def in_year_group(school: School, group: str, start: int) -> Pupils:
    """The pupils of one year group in an academic year; nobody where the school had not grown that far."""
    point, entry = entry_year(group, start, school)
    founded = int(school.opened[:4])
    if school.key == "oxlowe" and entry < founded:
        return _nobody()
    people = cohort(school, point, entry)
    return Pupils(
        np.full(len(people), group),
        people.girl,
        people.disadvantaged,
        people.send,
        people.looked_after,
        people.eal,
        people.ability,
    )


def _nobody() -> Pupils:
    none = np.zeros(0, dtype=bool)
    return Pupils(np.zeros(0, dtype="<U2"), none, none, np.zeros(0, dtype="<U1"), none, none, np.zeros(0))


@cache
def roll(school: School, start: int, sixth: bool = False) -> Pupils:
    """Everybody in compulsory schooling (reception to year 11) in an academic year; with ``sixth`` also 12 and 13."""
    groups = list(school.year_groups) + (["12", "13"] if sixth and school.sixth_form else [])
    parts = [in_year_group(school, group, start) for group in groups]
    return Pupils(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("year_group", "girl", "disadvantaged", "send", "looked_after", "eal", "ability")
        )
    )


def groups_of(people: Pupils) -> list[tuple[dict[str, str], Flags]]:
    """Everybody, then each pupil group by itself, in the columns of the trust's returns."""
    found: list[tuple[dict[str, str], Flags]] = [({}, np.ones(len(people), dtype=bool))]
    found += [({"sex": code}, people.girl == (code == "F")) for code in "FM"]
    found += [({"disadvantage": code}, people.disadvantaged == (code == "Y")) for code in "YN"]
    found += [({"send": code}, people.send == code) for code in "NKE"]
    found += [({"looked_after": code}, people.looked_after == (code == "Y")) for code in "YN"]
    return [(labels, chosen) for labels, chosen in found if chosen.any()]


PUPIL_COLUMNS = ("year_group", "sex", "disadvantage", "send", "looked_after")
ALL_PUPILS = dict.fromkeys(PUPIL_COLUMNS, "Total")
