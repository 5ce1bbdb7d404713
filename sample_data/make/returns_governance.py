"""Who governs: the academies, the trust's own targets, skills audits and governors' places."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import trust
from sample_data.make.months import YEARS
from sample_data.make.tools import chance, write, write_dicts
from sample_data.make.trust import ACADEMIES, THIS_YEAR, TODAY

Row = dict[str, object]
BOARD_SKILLS = (
    "Finance and audit",
    "Strategic leadership",
    "Education and standards",
    "Human resources",
    "Safeguarding",
    "Estates and health and safety",
    "Legal and compliance",
    "Risk management",
    "SEND",
    "Data and technology",
    "Communications and community",
    "Executive pay and performance",
)
LGB_SKILLS = ("Education and standards", "Finance", "Safeguarding", "SEND", "Community", "Health and safety")
TRUSTEES = (
    "Chair",
    "Vice-chair",
    "Trustee A",
    "Trustee B",
    "Trustee C",
    "Trustee D",
    "Trustee E",
    "Trustee F",
    "Trustee G",
)
GOVERNORS = ("Chair", "Governor A", "Governor B", "Governor C", "Governor D", "Governor E")
UNCOVERED = {("trust", "2022-09-28", "Data and technology"), ("trust", "2023-09-27", "Data and technology")}
"""Required skills that nobody on the Trust Board held at level 3 at an audit."""

NEVER_COVERED = {("900006", "SEND")}
"""Skills that a governing body has looked for at every audit."""


def academies(folder: Path) -> None:
    """Writes ``academies.csv``: the trust's own list, the only one that names the academy that left."""
    head = [
        "urn",
        "name",
        "phase",
        "joined",
        "left",
        "opened",
        "closed",
        "predecessor_urn",
        "sixth_form",
        "local_authority",
    ]
    write_dicts(
        folder / "academies.csv",
        head,
        [
            {
                "urn": school.urn,
                "name": school.name,
                "phase": school.phase,
                "joined": school.joined,
                "left": school.left,
                "opened": school.opened,
                "predecessor_urn": school.old_urn,
                "sixth_form": "Y" if school.sixth_form else "N",
                "local_authority": trust.LA_NAME,
            }
            for school in ACADEMIES
        ],
    )


def targets(folder: Path) -> None:
    """Writes ``targets.csv``: a handful of targets of the trust's own."""
    head = ["kpi", "scope", "academic_year", "operator", "target", "tolerance", "owner", "source"]
    write(
        folder / "targets.csv",
        [
            head,
            ["staff-attendance", "trust", "2025/26", ">=", 95.5, 1, "Director of People", "Trust Board, 10 July 2025"],
            ["staff-turnover", "special", "", "around", 12, 2, "Director of People", "Trust Board, 11 July 2024"],
            [
                "neet-post16",
                "900006",
                "2025/26",
                "<=",
                6,
                1,
                "Principal, Netherquill",
                "Recovery plan, 3 September 2025",
            ],
            ["parents-happy", "secondary", "", ">=", 88, 2, "Director of Education", "Trust Board, 10 July 2025"],
            [
                "pupil-attendance",
                "900002",
                "2025/26",
                "above_national",
                "",
                1,
                "Head, Tansymere",
                "Trust Board, 10 July 2025",
            ],
        ],
    )


def skills(folder: Path) -> None:
    """Writes ``skills_audit.csv``. Tansymere's audit is more than a year old on the sample's day: overdue."""
    rows: list[Row] = []
    days = {2019: 25, 2020: 30, 2021: 29, 2022: 28, 2023: 27, 2024: 25, 2025: 24, 2026: 30}
    for start in YEARS:
        date = f"{start}-09-{days[start]:02d}"
        rows += _audit("trust", date, TRUSTEES, BOARD_SKILLS)
    for school in ACADEMIES:
        for start in range(2022, THIS_YEAR + 1):
            if school.key == "tansymere" and start == THIS_YEAR:
                continue
            date = f"{start}-09-{18 - start % 5:02d}" if school.key != "osierholt" else "2026-03-11"
            if school.current and school.joined <= date and not (school.key == "osierholt" and start != THIS_YEAR):
                rows += _audit(school.urn, date, GOVERNORS, LGB_SKILLS)
    write_dicts(
        folder / "skills_audit.csv",
        ["body", "audit_date", "member", "skill", "required", "level_0_4", "training_date"],
        rows,
    )


def _audit(body: str, date: str, members: tuple[str, ...], wanted: tuple[str, ...]) -> list[Row]:
    draw = chance("skills", body, date)
    rows: list[Row] = []
    for index, skill in enumerate(wanted):
        expert = (index * 2 + len(body)) % len(members)
        is_weak = (body, date, skill) in UNCOVERED or (body, skill) in NEVER_COVERED
        for place, member in enumerate(members):
            level = int(draw.choice([0, 1, 1, 2, 2, 2])) if place != expert else 3 + int(draw.randint(0, 2))
            if is_weak:
                level = min(level, 2)
            trained = (
                f"{int(date[:4]) - 1}-{int(draw.randint(1, 13)):02d}-15"
                if level >= 2 and draw.random_sample() < 0.6
                else ""
            )
            rows.append(
                {
                    "body": body,
                    "audit_date": date,
                    "member": member,
                    "skill": skill,
                    "required": "Y",
                    "level_0_4": level,
                    "training_date": trained,
                }
            )
    if body == "trust":
        rows += [
            {
                "body": body,
                "audit_date": date,
                "member": member,
                "skill": "Capital projects",
                "required": "N",
                "level_0_4": int(draw.randint(0, 3)),
                "training_date": "",
            }
            for member in members
        ]
    return rows


CATEGORIES = (("Parent", 2), ("Staff", 1), ("Headteacher", 1), ("Trust-appointed", 4), ("Community", 2))


def governors(folder: Path) -> None:
    """Writes ``governors.csv``. A parent place at Netherquill has stood empty since March 2024."""
    rows: list[Row] = []
    for start in range(2021, THIS_YEAR + 1):
        for date in (f"{start}-09-30", f"{start + 1}-01-31", f"{start + 1}-05-31"):
            if date > TODAY:
                continue
            for school in ACADEMIES:
                if not (school.in_trust and school.joined <= date and not (school.left and school.left < date)):
                    continue
                draw = chance("governors", school.key, date)
                for category, places in CATEGORIES:
                    empty, since = 0, ""
                    if school.key == "netherquill" and category == "Parent" and date >= "2024-03-18":
                        empty, since = 1, "2024-03-18"
                    elif school.key == "osierholt" and category == "Trust-appointed":
                        empty, since = 1, "2026-01-01"
                    elif category in ("Community", "Parent") and draw.random_sample() < 0.09 and date < "2026-09-01":
                        empty, since = 1, f"{date[:4]}-{max(1, int(date[5:7]) - 2):02d}-12"
                    rows.append(
                        {
                            "urn": school.urn,
                            "as_at": date,
                            "category": category,
                            "places": places,
                            "filled": places - empty,
                            "oldest_vacancy_date": since,
                        }
                    )
    write_dicts(folder / "governors.csv", ["urn", "as_at", "category", "places", "filled", "oldest_vacancy_date"], rows)
