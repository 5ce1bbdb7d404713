"""How well the trust checks itself: efficiency checks, quality assurance and lesson reviews."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import trust
from sample_data.make.months import YEARS
from sample_data.make.school import School
from sample_data.make.tools import chance, write_dicts, year_label
from sample_data.make.trust import ACADEMIES, THIS_YEAR, TODAY

Row = dict[str, object]
PARTIAL = {
    ("900006", 2025): {4: "partial", 9: "no"},
    ("900004", 2025): {1: "partial", 7: "partial", 10: "no"},
    ("900002", 2025): {6: "partial"},
}


def efficiency(folder: Path) -> None:
    """Writes ``efficiency_checks.csv``: ten checks an academy and year."""
    rows: list[Row] = []
    notes = {"no": "Not started", "partial": "Evidence to be completed by the spring term", "evidenced": ""}
    for start in range(2019, THIS_YEAR):
        for school in ACADEMIES:
            if not school.returns_in(start):
                continue
            draw = chance("efficiency", school.key, start)
            for check in range(1, 11):
                status = str(draw.choice(["evidenced"] * 9 + ["partial"])) if start < 2024 else "evidenced"
                status = PARTIAL.get((school.urn, start), {}).get(check, status)
                date = f"{start + 1}-{int(draw.randint(1, 7)):02d}-{int(draw.randint(1, 28)):02d}"
                rows.append(
                    {
                        "urn": school.urn,
                        "academic_year": year_label(start),
                        "check_1_10": check,
                        "status": status,
                        "evidence_date": date if status == "evidenced" else "",
                        "note": notes[status],
                    }
                )
    write_dicts(
        folder / "efficiency_checks.csv",
        ["urn", "academic_year", "check_1_10", "status", "evidence_date", "note"],
        rows,
    )


INTERNAL_ONLY = {("rillhaven", 2025)}
REVIEWERS = (
    "Saltmarsh School Improvement Partners",
    "Brackenhythe Peer Review Network",
    "Independent consultant (English)",
    "Independent consultant (SEND)",
)
SCOPES = (
    "Quality of education",
    "Safeguarding",
    "SEND provision",
    "Attendance and behaviour",
    "Early reading",
    "Leadership",
)


def quality(folder: Path) -> None:
    """Writes ``qa_reviews.csv``. In 2025/26 Rillhaven was reviewed by the trust's own staff alone."""
    rows: list[Row] = []
    for start in YEARS:
        for school in ACADEMIES:
            if not school.returns_in(start):
                continue
            draw = chance("quality", school.key, start)
            kept = 0
            late = school.joined > f"{start}-11-01"
            for number in range(3 if late else int(draw.randint(1, 4))):
                month = (11, 3, 6)[number]
                date = f"{start + (month < 9)}-{month:02d}-{int(draw.randint(2, 27)):02d}"
                if date > TODAY or date < school.joined:
                    continue
                external = kept == 0 and (school.key, start) not in INTERNAL_ONLY
                kept += 1
                rows.append(
                    {
                        "urn": school.urn,
                        "review_date": date,
                        "external": "Y" if external else "N",
                        "reviewer_organisation": str(draw.choice(REVIEWERS)) if external else trust.TRUST_NAME,
                        "scope": str(draw.choice(SCOPES)),
                        "outcome": str(
                            draw.choice(["Effective", "Effective", "Largely effective", "Needs further work"])
                        ),
                    }
                )
    write_dicts(
        folder / "qa_reviews.csv", ["urn", "review_date", "reviewer_organisation", "external", "scope", "outcome"], rows
    )


DEPARTMENTS = {
    "primary": ("Early years", "Key stage 1", "Key stage 2"),
    "secondary": ("English", "Mathematics", "Science", "Humanities", "Languages", "Arts and technology", "PE"),
    "all-through": ("Early years", "Key stage 1", "Key stage 2", "English", "Mathematics", "Science", "Humanities"),
    "special": ("Primary", "Secondary"),
}


def _good(school: School, department: str, start: int) -> float:
    base = {"netherquill": 0.78, "tansymere": 0.88, "osierholt": 0.94}.get(school.key, 0.985)
    base += 0.012 * (start - 2025)
    return min(0.995, base - (0.12 if school.key == "netherquill" and department == "Mathematics" else 0.0))


def lessons(folder: Path) -> None:
    """Writes ``lesson_quality.csv``: reviews by department and term from 2021/22."""
    rows: list[Row] = []
    for start in range(2021, THIS_YEAR + 1):
        for school in ACADEMIES:
            for term, month in (
                ("Autumn", f"{start}-09"),
                ("Spring", f"{start + 1}-01"),
                ("Summer", f"{start + 1}-04"),
            ):
                if not school.member_in(month) or (start == THIS_YEAR and term != "Autumn"):
                    continue
                for department in DEPARTMENTS[school.phase]:
                    draw = chance("lessons", school.key, start, term, department)
                    reviews = int(draw.randint(4, 13)) // (2 if start == THIS_YEAR else 1)
                    rows.append(
                        {
                            "urn": school.urn,
                            "academic_year": year_label(start),
                            "term": term,
                            "department": department,
                            "reviews": reviews,
                            "good_or_better": int(draw.binomial(reviews, _good(school, department, start))),
                        }
                    )
    write_dicts(
        folder / "lesson_quality.csv", ["urn", "academic_year", "term", "department", "reviews", "good_or_better"], rows
    )
