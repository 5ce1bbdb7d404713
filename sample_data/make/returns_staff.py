"""Staff movement and staff absence, by academy, month and staff group."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make.months import SCHOOL_DAYS, YEARS, months_of
from sample_data.make.pupils import roll
from sample_data.make.tools import chance, plain, write_dicts
from sample_data.make.trust import ACADEMIES, School

GROUPS = ("teacher", "leader", "support")
MOVEMENT = ["urn", "month", "staff_group", "headcount", "fte", "leavers", "leavers_within_trust", "reason"]
ABSENCE = ["urn", "month", "staff_group", "fte", "working_days", "sick_days", "other_absence_days"]
REASONS = ("Promotion elsewhere", "Relocation", "Retirement", "Left the profession", "End of contract")
MOVED = "Moved within the trust"
RATES = {"netherquill": 0.20, "osierholt": 0.16, "rillhaven": 0.135, "tansymere": 0.11}
FULL_TIME = {"teacher": 0.91, "leader": 1.0, "support": 0.72}
PINNED = {
    # out of 116 on average 28 left the trust and 9 more moved to another academy of it; left and moved by group
    ("netherquill", 2025): {"teacher": (18, 6), "leader": (2, 1), "support": (8, 2)},
    ("quillbrook", 2025): {"teacher": (4, 0), "leader": (0, 1), "support": (4, 1)},
    ("tansymere", 2025): {"teacher": (2, 1), "leader": (0, 0), "support": (3, 0)},
    ("marlwick", 2025): {"teacher": (2, 0), "leader": (0, 0), "support": (2, 1)},
    ("oxlowe", 2025): {"teacher": (5, 1), "leader": (1, 0), "support": (2, 0)},
    ("rillhaven", 2025): {"teacher": (2, 0), "leader": (0, 0), "support": (5, 1)},
}
_WHEN = (8, 12, 4)
SICK = {"netherquill": 0.046, "osierholt": 0.036, "tansymere": 0.034}


def headcount(school: School, group: str, start: int) -> int:
    """Staff of a group in an academic year."""
    pupils = len(roll(school, start, sixth=True))
    per = {"primary": (19.5, 12), "secondary": (17.0, 27), "all-through": (17.5, 21), "special": (7.0, 3.2)}[
        school.phase
    ]
    leaders = {"primary": 3, "secondary": 8, "all-through": 6, "special": 4}[school.phase]
    if school.key == "netherquill":
        return {"teacher": 68, "leader": 8, "support": 40}[group]
    return {"teacher": round(pupils / per[0]), "leader": leaders, "support": round(pupils / per[1])}[group]


def _year(school: School, group: str, start: int) -> dict[int, tuple[int, int]]:
    """Everybody who left the academy, and those of them who moved inside the trust, by calendar month."""
    draw = chance("staff", school.key, group, start)
    if (school.key, start) in PINNED:
        leavers, moves = PINNED[(school.key, start)][group]
    else:
        base = headcount(school, group, start)
        rate = RATES.get(school.key, 0.10) * {"teacher": 1.05, "leader": 0.6, "support": 1.0}[group]
        leavers, moves = int(draw.binomial(base, rate)), int(draw.binomial(base, 0.015))
    shares = (0.62, 0.2, 0.18)
    left, moved = draw.multinomial(leavers, shares), draw.multinomial(moves, shares)
    return {month: (int(a + b), int(b)) for month, a, b in zip(_WHEN, left, moved, strict=True)}


def movement(folder: Path) -> None:
    """Writes ``staff_movement.csv``. ``leavers`` are all who left the academy, moves inside the trust among them."""
    rows: list[dict[str, object]] = []
    for school in ACADEMIES:
        for start in YEARS:
            for group in GROUPS:
                gone = _year(school, group, start)
                draw = chance("posts", school.key, group, start)
                base = headcount(school, group, start)
                pinned = (school.key, start) in PINNED
                for month in months_of(start):
                    if not school.member_in(month):
                        continue
                    leavers, moves = gone.get(int(month[5:]), (0, 0))
                    wobble = 0 if pinned else int(draw.choice([-1, 0, 0, 0, 1])) * (base > 12)
                    people = base + wobble
                    key: dict[str, object] = {"urn": school.urn, "month": month, "staff_group": group}
                    rows.append(
                        key
                        | {
                            "headcount": people,
                            "fte": plain(people * FULL_TIME[group], 1),
                            "leavers": leavers,
                            "leavers_within_trust": moves,
                            "reason": "Total",
                        }
                    )
                    if leavers:
                        parts = draw.multinomial(leavers - moves, (0.32, 0.16, 0.16, 0.2, 0.16))
                        rows += [
                            key | {"leavers": int(part), "leavers_within_trust": 0, "reason": reason}
                            for reason, part in zip(REASONS, parts, strict=True)
                            if part
                        ]
                        if moves:
                            rows.append(key | {"leavers": moves, "leavers_within_trust": moves, "reason": MOVED})
    write_dicts(folder / "staff_movement.csv", MOVEMENT, rows)


def absence(folder: Path) -> None:
    """Writes ``staff_absence.csv`` from 2021/22; August has no working days."""
    rows: list[dict[str, object]] = []
    winter = {11: 1.2, 12: 1.35, 1: 1.3, 2: 1.2, 3: 1.1}
    for school in ACADEMIES:
        for start in range(2021, YEARS.stop):
            for group in GROUPS:
                draw = chance("sick", school.key, group, start)
                fte = headcount(school, group, start) * FULL_TIME[group]
                level = SICK.get(school.key, 0.027) * (1.15 if start == 2021 else 1.0)
                level *= {"teacher": 1.0, "leader": 0.55, "support": 1.15}[group]
                for month in months_of(start):
                    number = int(month[5:])
                    days = fte * SCHOOL_DAYS[number]
                    if not days or not school.member_in(month):
                        continue
                    sick = float(np.round(draw.gamma(8.0, days * level * winter.get(number, 0.85) / 8.0) * 2) / 2)
                    other = float(np.round(draw.gamma(4.0, days * 0.009 / 4.0) * 2) / 2)
                    rows.append(
                        {
                            "urn": school.urn,
                            "month": month,
                            "staff_group": group,
                            "fte": plain(fte, 1),
                            "working_days": plain(days, 1),
                            "sick_days": plain(min(sick, days / 3), 1),
                            "other_absence_days": plain(min(other, days / 6), 1),
                        }
                    )
    write_dicts(folder / "staff_absence.csv", ABSENCE, rows)
