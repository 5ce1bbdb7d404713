"""Invented results, pupil by pupil, set against England's published level of each year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from sample_data.make.pupils import Flags, Floats, Pupils, cohort, in_year_group
from sample_data.make.tools import chance, england
from sample_data.make.trust import NO_EXAMS, School

KS2_SUBJECTS = {"reading": "read", "writing": "writ_ta", "maths": "mat", "gps": "gps"}
HIGHER_BAR = {"reading": 1.35, "writing": 2.0, "maths": 1.5, "gps": 1.4}
PROGRESS_DEVIATION = {"reading": 6.15, "writing": 5.87, "maths": 5.31}
PROGRESS_8_DEVIATION = 1.28
VALUE_ADDED_DEVIATION = 0.66

KS2_PINS = {
    # the gap closes because the higher group falls: disadvantaged, others
    ("marlwick", 2023): (6 / 13, 25 / 31),
    ("marlwick", 2024): (7 / 14, 20 / 31),
    ("tansymere", 2023): (0.42, 0.66),
    ("tansymere", 2024): (0.36, 0.68),
}
ATTAINMENT_8_PINS = {
    # disadvantaged and others: 14.2 and then 15.8 below England's 50.0 and 50.4
    ("netherquill", 2023): (35.8, 46.4),
    ("netherquill", 2024): (34.6, 46.1),
}


@dataclass(frozen=True)
class Ks2:
    """Results at the end of KS2: met the expected standard, met the higher one, scaled and progress scores."""

    people: Pupils
    expected: dict[str, Flags]
    higher: dict[str, Flags]
    scaled: dict[str, Floats]
    progress: dict[str, Floats]
    covered: Flags


@dataclass(frozen=True)
class Ks4:
    """Results at the end of KS4."""

    people: Pupils
    attainment8: Floats
    progress8: Floats
    grade5: Flags
    grade4: Flags
    covered: Flags


@dataclass(frozen=True)
class Ks5:
    """A level results: entries and points per student, and value added."""

    people: Pupils
    entries: Floats
    points: Floats
    value_added: Floats


def _handicap(people: Pupils, gap: float) -> Floats:
    behind: Floats = (
        -gap * people.disadvantaged
        - 0.9 * (people.send == "K")
        - 1.9 * (people.send == "E")
        - 0.3 * people.looked_after
        + 0.33
    )
    return behind


def _level(school: School, start: int) -> float:
    return dict(school.levels).get(start, school.level) + float(chance("drift", school.key, start).normal(0, 0.07))


@cache
def ks2(school: School, start: int) -> Ks2 | None:
    """The year 6 results of an academic year, or None where there were none."""
    if start in NO_EXAMS or not school.entry:
        return None
    people = in_year_group(school, "6", start)
    if not len(people):
        return None
    draw = chance("ks2", school.key, start)
    level = _level(school, start)
    reference = min(start, 2024)
    expected: dict[str, Flags] = {}
    higher: dict[str, Flags] = {}
    scaled: dict[str, Floats] = {}
    progress: dict[str, Floats] = {}
    sex_effect = {"reading": 0.14, "writing": 0.26, "maths": -0.06, "gps": 0.18}
    for subject, column in KS2_SUBJECTS.items():
        rate = england(f"ks2_{column}_exp_pct", reference) or 75.0
        latent = (
            0.8 * people.ability
            + 0.6 * draw.standard_normal(len(people))
            + level
            + _handicap(people, school.gap)
            + sex_effect[subject] * (people.girl - 0.5)
        )
        bar = -NormalDist(0, 1.15).inv_cdf(rate / 100)
        expected[subject] = latent > bar
        higher[subject] = latent > bar + HIGHER_BAR[subject]
        scaled[subject] = np.clip(np.round(100 + 8.2 * (latent - bar)), 80, 120)
        if subject in PROGRESS_DEVIATION:
            deviation = PROGRESS_DEVIATION[subject]
            progress[subject] = np.round(
                draw.normal(0, deviation, len(people))
                + 2.2 * level
                - 0.7 * people.disadvantaged
                + 4 * sex_effect[subject] * (people.girl - 0.5),
                2,
            )
    together = expected["reading"] & expected["writing"] & expected["maths"]
    for group, share in zip((True, False), KS2_PINS.get((school.key, start), ()), strict=False):
        together = _pin(together, people.disadvantaged == group, share, people.ability)
        for subject in ("reading", "writing", "maths"):
            expected[subject] = expected[subject] | together
    expected["rwm"] = together
    higher["rwm"] = higher["reading"] & higher["writing"] & higher["maths"] & together
    covered = draw.random_sample(len(people)) < 0.96
    return Ks2(people, expected, higher, scaled, progress, covered)


def _pin(met: Flags, group: Flags, share: float, ability: Floats) -> Flags:
    """Makes exactly ``share`` of a group meet the standard: the ablest are the ones who do."""
    places = np.flatnonzero(group)
    ranked = places[np.argsort(-ability[places], kind="stable")]
    met = met.copy()
    met[places] = False
    met[ranked[: round(share * len(places))]] = True
    return met


@cache
def ks4(school: School, start: int) -> Ks4 | None:
    """The year 11 results of an academic year, or None where there were none."""
    if start in NO_EXAMS or not school.entry7:
        return None
    people = in_year_group(school, "11", start)
    if not len(people):
        return None
    draw = chance("ks4", school.key, start)
    level = _level(school, start)
    mean = england("ks4_att8", min(start, 2024)) or 46.0
    latent = (
        0.8 * people.ability
        + 0.6 * draw.standard_normal(len(people))
        + level
        + _handicap(people, school.gap * 1.15)
        + 0.22 * (people.girl - 0.5)
    )
    score = np.clip(np.round((mean + 17.0 * latent) * 2) / 2, 0, 90)
    for group, wanted in zip((True, False), ATTAINMENT_8_PINS.get((school.key, start), ()), strict=False):
        score = _shift(score, people.disadvantaged == group, wanted)
    noise = draw.normal(0, 6, len(people))
    rate5 = england("ks4_engmath_95_pct", min(start, 2024)) or 45.0
    rate4 = england("ks4_engmath_94_pct", min(start, 2024)) or 65.0
    spread = NormalDist(mean, 20.5)
    grade5 = score + noise > spread.inv_cdf(1 - rate5 / 100)
    grade4 = score + noise > spread.inv_cdf(1 - rate4 / 100)
    progress = np.round(
        PROGRESS_8_DEVIATION * 0.95 * draw.standard_normal(len(people))
        + 0.9 * level
        - 0.62 * (people.disadvantaged - 0.25)
        - 0.3 * (people.send != "N")
        + 0.3 * (people.girl - 0.5),
        3,
    )
    covered = draw.random_sample(len(people)) < 0.955
    return Ks4(people, score, progress, grade5, grade4, covered)


def _shift(score: Floats, group: Flags, wanted: float) -> Floats:
    """Moves a group's scores by half points until their mean is the wanted one to one decimal."""
    places = np.flatnonzero(group)
    score = score.copy()
    score[places] = np.clip(np.round((score[places] + wanted - score[places].mean()) * 2) / 2, 0, 90)
    steps = round((wanted - float(score[places].mean())) * len(places) * 2)
    for step in range(abs(steps)):
        place = places[step % len(places)]
        score[place] += math.copysign(0.5, steps)
    return score


@cache
def ks5(school: School, start: int) -> Ks5 | None:
    """The A level results of year 13 in an academic year, or None where there is no sixth form."""
    if not school.sixth_form or start in NO_EXAMS:
        return None
    people = cohort(school, 12, start - 1)
    if not len(people):
        return None
    draw = chance("ks5", school.key, start)
    level = _level(school, start)
    mean = england("ks5_alevel_aps_per_entry", min(start, 2024)) or 34.0
    entries: Floats = np.where(draw.random_sample(len(people)) < 0.83, 3.0, 2.0).astype(np.float64)
    per_entry: Floats = (
        mean
        - 1.2
        + 7.5 * level
        + 9 * (0.7 * people.ability + 0.7 * draw.standard_normal(len(people)))
        - 2.0 * people.disadvantaged
    )
    points: Floats = np.clip(np.round(per_entry / 10 * entries) * 10, 0, 60 * entries)
    usual = 0.42 * level - 0.06 * people.disadvantaged.astype(np.float64)
    added: Floats = np.round(draw.normal(0.0, VALUE_ADDED_DEVIATION, len(people)) + usual, 3)
    return Ks5(people, entries, points, added)
