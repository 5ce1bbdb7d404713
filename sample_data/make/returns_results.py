"""The trust's own results and destinations: what is not published by school, and 2025/26 before it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make.attainment import ks2, ks4, ks5
from sample_data.make.ks2_ees import PROGRESS_YEARS
from sample_data.make.leavers import KINDS, leavers
from sample_data.make.pupils import ALL_PUPILS, PUPIL_COLUMNS, Flags, Floats, Pupils, groups_of, in_year_group
from sample_data.make.tools import chance, plain, write_dicts, year_label
from sample_data.make.trust import ACADEMIES, NO_EXAMS, School

Row = dict[str, object]
HEAD = ["urn", "academic_year", "measure", *PUPIL_COLUMNS, "entries", "total", "sum_of_squares"]
EARLY = {
    "eyfs_gld": ("R", 0.68),
    "phonics": ("1", 0.81),
    "ks1_reading": ("2", 0.70),
    "ks1_writing": ("2", 0.61),
    "ks1_maths": ("2", 0.72),
}


def _counted(key: Row, people: Pupils, met: Flags) -> list[Row]:
    return [
        key | ALL_PUPILS | labels | {"entries": int(chosen.sum()), "total": int((met & chosen).sum())}
        for labels, chosen in groups_of(people)
    ]


def _scored(key: Row, people: Pupils, score: Floats, weight: Floats, digits: int) -> list[Row]:
    return [
        key
        | ALL_PUPILS
        | labels
        | {
            "entries": plain(float(weight[chosen].sum())),
            "total": plain(float(score[chosen].sum()), digits),
            "sum_of_squares": plain(float((score[chosen] ** 2).sum()), 6),
        }
        for labels, chosen in groups_of(people)
    ]


def _only(people: Pupils, chosen: Flags) -> Pupils:
    """Some of the pupils."""
    return Pupils(
        people.year_group[chosen],
        people.girl[chosen],
        people.disadvantaged[chosen],
        people.send[chosen],
        people.looked_after[chosen],
        people.eal[chosen],
        people.ability[chosen],
    )


def _early(school: School, start: int) -> list[Row]:
    """Early years, phonics and key stage 1; key stage 1 has not been statutory since 2023/24 and was dropped."""
    rows: list[Row] = []
    for measure, (group, rate) in EARLY.items():
        if measure.startswith("ks1") and start > 2022:
            continue
        people = in_year_group(school, group, start)
        if not len(people):
            continue
        draw = chance(measure, school.key, start)
        shift = 0.09 * (dict(school.levels).get(start, school.level)) + (
            0.02 * (start - 2024) if start >= 2021 else 0.02
        )
        if school.phase == "special":
            rate, shift = 0.04, 0.0
        odds = (
            rate
            + shift
            - 0.16 * people.disadvantaged
            - 0.3 * (people.send == "K")
            - 0.5 * (people.send == "E")
            + 0.07 * people.girl
            + 0.07
        )
        met = draw.random_sample(len(people)) < np.clip(odds, 0.01, 0.98)
        rows += _counted({"urn": school.urn, "academic_year": year_label(start), "measure": measure}, people, met)
    return rows


def _stages(school: School, start: int) -> list[Row]:
    rows: list[Row] = []
    key: Row = {"urn": school.urn, "academic_year": year_label(start)}
    primary = ks2(school, start)
    if primary is not None:
        for subject in ("rwm", "reading", "writing", "maths", "gps"):
            rows += _counted(key | {"measure": f"ks2_{subject}"}, primary.people, primary.expected[subject])
        for subject, scores in primary.progress.items() if start in PROGRESS_YEARS else ():
            people = _only(primary.people, primary.covered)
            known = scores[primary.covered]
            rows += _scored(key | {"measure": f"ks2_{subject}_progress"}, people, known, np.ones(len(known)), 2)
    secondary = ks4(school, start)
    if secondary is not None:
        ones = np.ones(len(secondary.people))
        rows += _scored(key | {"measure": "attainment8"}, secondary.people, secondary.attainment8, ones, 1)
        if start <= 2023:
            covered = secondary.covered
            people = _only(secondary.people, covered)
            rows += _scored(key | {"measure": "progress8"}, people, secondary.progress8[covered], ones[covered], 3)
        rows += _counted(key | {"measure": "engmath_5"}, secondary.people, secondary.grade5)
        rows += _counted(key | {"measure": "engmath_4"}, secondary.people, secondary.grade4)
    sixth = ks5(school, start)
    if sixth is not None:
        for labels, chosen in groups_of(sixth.people):
            if set(labels) <= {"sex", "disadvantage"}:
                rows.append(
                    key
                    | {"measure": "alevel_aps"}
                    | ALL_PUPILS
                    | labels
                    | {
                        "entries": int(sixth.entries[chosen].sum()),
                        "total": plain(float(sixth.points[chosen].sum()), 1),
                    }
                )
    return rows


def results(folder: Path) -> None:
    """Writes ``results.csv`` for the years since 2018/19 in which each academy was in the trust at their end."""
    rows: list[Row] = []
    for start in range(2018, 2026):
        if start in NO_EXAMS:
            continue
        for school in ACADEMIES:
            if school.member_in(f"{start + 1}-07"):
                rows += _early(school, start) if school.entry else []
                rows += _stages(school, start) if start >= 2021 else []
    write_dicts(folder / "results.csv", HEAD, rows)


LEAVERS = [
    "urn",
    "leaving_year",
    "cohort",
    "level",
    "as_at",
    "sex",
    "disadvantage",
    "send",
    "looked_after",
    "leavers",
    *KINDS,
]


def destinations(folder: Path) -> None:
    """Writes ``destinations.csv``: leavers since 2018/19, counted in the November after; the newest in October."""
    rows: list[Row] = []
    for start in range(2018, 2026):
        for school in ACADEMIES:
            if not school.member_in(f"{start + 1}-07"):
                continue
            for group in ("11", "13"):
                found = leavers(school, group, start)
                if found is None:
                    continue
                levels = [("Total", np.ones(len(found.people), dtype=bool))]
                levels += [(level, found.level == level) for level in ("2", "3")] if group == "13" else []
                for level, at in levels:
                    for labels, chosen in groups_of(found.people):
                        if (level != "Total" and labels) or not (chosen & at).any():
                            continue
                        who = found.where[chosen & at]
                        rows.append(
                            {
                                "urn": school.urn,
                                "leaving_year": year_label(start),
                                "cohort": "Y" + group,
                                "level": level,
                                "as_at": "2026-10-31" if start == 2025 else f"{start + 1}-11-30",
                                **{name: text for name, text in ALL_PUPILS.items() if name != "year_group"},
                                **labels,
                                "leavers": len(who),
                                **{kind: int((who == kind).sum()) for kind in KINDS},
                            }
                        )
    write_dicts(folder / "destinations.csv", LEAVERS, rows)
