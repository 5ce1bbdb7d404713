"""Surveys of pupils, parents and staff: every spring since 2021."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make.pupils import ALL_PUPILS, Flags, Pupils, groups_of, roll
from sample_data.make.registers import Ints
from sample_data.make.returns_staff import GROUPS, headcount
from sample_data.make.tools import chance, write_dicts, year_label
from sample_data.make.trust import ACADEMIES, School

HEAD = [
    "urn",
    "academic_year",
    "survey_date",
    "respondent",
    "question",
    "year_group",
    "sex",
    "disadvantage",
    "send",
    "staff_group",
    "invited",
    "answered",
    "strongly_agree",
    "agree",
    "neutral",
    "disagree",
    "strongly_disagree",
]
ANSWERS = HEAD[-5:]
AGREE = {
    "pupil": {"happy": 0.905, "safe": 0.992},
    "parent": {"happy": 0.93, "safe": 0.985},
    "staff": {"wellbeing": 0.83},
}
SHIFT = {
    "netherquill": -0.05,
    "tansymere": -0.015,
    "rillhaven": 0.02,
    "quillbrook": 0.02,
    "osierholt": 0.03,
    "corvane": -0.01,
}
RESPONSE = {"pupil": 0.86, "parent": 0.47, "staff": 0.74}
LOW_RESPONSE = {("netherquill", "parent", 2025): 0.22}
"""Fewer than three in ten parents answered."""


def _answers(size: int, agree: float, key: tuple[object, ...]) -> Ints:
    """Each person's answer, 0 (strongly agree) to 4, or -1 where none was given."""
    draw = chance("survey", *key)
    strong = agree * 0.5
    rest = 1 - agree
    return draw.choice(5, size, p=[strong, agree - strong, rest * 0.55, rest * 0.3, rest * 0.15]).astype(np.int64)


def _row(key: dict[str, object], answers: Ints, answered: Flags, chosen: Flags) -> dict[str, object]:
    given = answers[chosen & answered]
    counts = {name: int((given == index).sum()) for index, name in enumerate(ANSWERS)}
    return key | {"invited": int(chosen.sum()), "answered": len(given), **counts}


def _asked(school: School, start: int, respondent: str, people: Pupils) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    response = LOW_RESPONSE.get((school.key, respondent, start), RESPONSE[respondent])
    draw = chance("response", school.key, start, respondent)
    answered = draw.random_sample(len(people)) < response * float(draw.uniform(0.93, 1.07))
    for question, level in AGREE[respondent].items():
        agree = min(
            0.995, level + SHIFT.get(school.key, 0.0) * (0.5 if question == "safe" else 1) + 0.004 * (start - 2025)
        )
        answers = _answers(len(people), agree, (school.key, start, respondent, question))
        key: dict[str, object] = {
            "urn": school.urn,
            "academic_year": year_label(start),
            "survey_date": f"{start + 1}-03-20",
            "respondent": respondent,
            "question": question,
            "staff_group": "Total",
            **{name: "Total" for name in ALL_PUPILS if name != "looked_after"},
        }
        years = sorted(set(people.year_group.tolist()), key=lambda text: int(text.replace("R", "0")))
        cells = (
            [cell for cell in groups_of(people) if "looked_after" not in cell[0]]
            if respondent == "pupil"
            else groups_of(people)[:1]
        )
        cells = cells + [({"year_group": year}, people.year_group == year) for year in years]
        rows += [_row(key | labels, answers, answered, chosen) for labels, chosen in cells]
    return rows


def _staff(school: School, start: int) -> list[dict[str, object]]:
    counts = {group: headcount(school, group, start) for group in GROUPS}
    groups = np.repeat(np.array(list(counts)), list(counts.values()))
    level = AGREE["staff"]["wellbeing"] + 1.6 * SHIFT.get(school.key, 0.0) + 0.008 * (start - 2025)
    answers = _answers(len(groups), min(level, 0.97), (school.key, start, "staff"))
    answered = chance("response", school.key, start, "staff").random_sample(len(groups)) < RESPONSE["staff"]
    key: dict[str, object] = {
        "urn": school.urn,
        "academic_year": year_label(start),
        "survey_date": f"{start + 1}-03-20",
        "respondent": "staff",
        "question": "wellbeing",
        **{name: "Total" for name in ALL_PUPILS if name != "looked_after"},
    }
    cells = [("Total", np.ones(len(groups), dtype=bool))] + [(group, groups == group) for group in counts]
    return [_row(key | {"staff_group": label}, answers, answered, chosen) for label, chosen in cells]


def make(folder: Path) -> None:
    """Writes ``survey.csv`` from 2020/21 to 2025/26."""
    rows: list[dict[str, object]] = []
    for start in range(2020, 2026):
        for school in ACADEMIES:
            if not school.member_in(f"{start + 1}-03"):
                continue
            people = roll(school, start)
            rows += (
                _asked(school, start, "pupil", people) + _asked(school, start, "parent", people) + _staff(school, start)
            )
    write_dicts(folder / "survey.csv", HEAD, rows)
