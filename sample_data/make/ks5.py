"""16-18 results: the wide table before the pandemic, the tidy one after it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from sample_data.make import trust
from sample_data.make.attainment import VALUE_ADDED_DEVIATION, Ks5, ks5
from sample_data.make.ees import NOT_APPLICABLE, PLACE, SCHOOL, SUPPRESSED, of_school
from sample_data.make.ks4 import BAND_WORDS, band
from sample_data.make.pupils import Flags
from sample_data.make.tools import england, fixed, plain, release, write, write_dicts
from sample_data.make.trust import SCHOOLS, School

Row = dict[str, str]
GRADES = (
    (55, "A*"),
    (50, "A"),
    (45, "A-"),
    (41.7, "B+"),
    (38.4, "B"),
    (35, "B-"),
    (31.7, "C+"),
    (28.4, "C"),
    (25, "C-"),
    (21.7, "D+"),
    (18.4, "D"),
    (15, "D-"),
    (10, "E"),
)
WIDE = [
    "RECTYPE",
    "LEA",
    "ESTAB",
    "URN",
    "SCHNAME",
    "ADDRESS1",
    "TOWN",
    "PCODE",
    "NFTYPE",
    "ICLOSE",
    "GENDER1618",
    "AGERANGE",
    "TPUP1618",
    "TALLPUP_1618",
    "TALLPUP_ALEV_1618",
    "TALLPPE_ALEV_1618",
    "TALLPPEGRD_ALEV_1618",
    "TALLPUP_ALEV_1618_DIS",
    "TALLPPE_ALEV_1618_DIS",
    "TALLPPEGRD_ALEV_DIS",
    "TB3PTSE",
    "TB3PTSE_GRD",
    "VA_INS_ALEV",
    "LCI_INS_ALEV",
    "UCI_INS_ALEV",
    "PROGRESS_BAND_ALEV",
    "VA_INS_ALEV_DIS",
    "LCI_INS_ALEV_DIS",
    "UCI_INS_ALEV_DIS",
    "PROGRESS_BAND_ALEV_DIS",
    "TALLPUP_ACAD_1618",
    "TALLPPE_ACAD_1618",
    "TALLPUP_AGEN",
    "TALLPPE_AGEN",
    "TALLPUP_TLEV",
    "TALLPPE_TLEV",
]
TIDY = [
    *PLACE,
    *SCHOOL,
    "version",
    "exam_cohort",
    "disadvantage_status",
    "end1618_student_count",
    "aps_per_entry",
    "aps_per_entry_grade",
    "aps_per_entry_student_count",
    "value_added",
    "value_added_lower_ci",
    "value_added_upper_ci",
    "progress_banding",
    "best_three_alevels_aps",
    "best_three_alevels_grade",
    "best_three_alevels_student_count",
    "retained_percent",
]
VALUE_ADDED_FROM = 2023


def grade(points: float) -> str:
    """The grade that stands for an average of points per entry."""
    return next((name for floor, name in GRADES if points >= floor), "U")


def average(found: Ks5, chosen: Flags) -> float:
    """Points per entry of a group."""
    return float(found.points[chosen].sum() / found.entries[chosen].sum())


def _best_three(found: Ks5, chosen: Flags) -> tuple[float, int]:
    three = chosen & (found.entries >= 3)
    return (float(found.points[three].sum() / found.entries[three].sum()) if three.any() else 0.0), int(three.sum())


def added(found: Ks5, chosen: Flags) -> tuple[float, float, float]:
    """A group's value added with its 95 % limits."""
    mean = float(found.value_added[chosen].mean())
    reach = 1.96 * VALUE_ADDED_DEVIATION / math.sqrt(int(chosen.sum()))
    return mean, mean - reach, mean + reach


def _wide_row(school: School, found: Ks5, start: int) -> Row:
    people, every = found.people, np.ones(len(found.people), dtype=bool)
    size = len(people)
    mean, lower, upper = added(found, every)
    best, _ = _best_three(found, every)
    row = {
        "RECTYPE": "1",
        "LEA": trust.LA_CODE,
        "ESTAB": school.estab,
        "URN": school.urn_in(start),
        "SCHNAME": school.name_in(start),
        "ADDRESS1": school.street,
        "TOWN": "Wychbourne",
        "PCODE": school.postcode,
        "NFTYPE": school.nftype,
        "ICLOSE": "0",
        "GENDER1618": "Mixed",
        "AGERANGE": f"{school.low}-{school.high}",
        "TPUP1618": str(2 * size + 9),
        "TALLPUP_1618": str(size + 6),
        "TALLPUP_ALEV_1618": str(size),
        "TALLPPE_ALEV_1618": fixed(average(found, every), 2),
        "TALLPPEGRD_ALEV_1618": grade(average(found, every)),
        "TB3PTSE": fixed(best, 2),
        "TB3PTSE_GRD": grade(best),
        "VA_INS_ALEV": plain(mean, 2),
        "LCI_INS_ALEV": plain(lower, 2),
        "UCI_INS_ALEV": plain(upper, 2),
        "PROGRESS_BAND_ALEV": str(band(mean, lower, upper)),
        "TALLPUP_ACAD_1618": str(size),
        "TALLPPE_ACAD_1618": fixed(average(found, every) + 0.02, 2),
        "TALLPUP_AGEN": "NE",
        "TALLPPE_AGEN": "NE",
        "TALLPUP_TLEV": "NE",
        "TALLPPE_TLEV": "NE",
    }
    poor = people.disadvantaged
    names = (
        "TALLPPE_ALEV_1618_DIS",
        "TALLPPEGRD_ALEV_DIS",
        "VA_INS_ALEV_DIS",
        "LCI_INS_ALEV_DIS",
        "UCI_INS_ALEV_DIS",
        "PROGRESS_BAND_ALEV_DIS",
    )
    if int(poor.sum()) < 6:
        return row | dict.fromkeys(names, "SUPP") | {"TALLPUP_ALEV_1618_DIS": "SUPP"}
    scores = added(found, poor)
    values = (
        fixed(average(found, poor), 2),
        grade(average(found, poor)),
        *(plain(score, 2) for score in scores),
        str(band(*scores)),
    )
    return row | dict(zip(names, values, strict=True)) | {"TALLPUP_ALEV_1618_DIS": str(int(poor.sum()))}


def _wide(folder: Path, start: int) -> None:
    rows: list[Row] = []
    total_points = total_entries = 0.0
    students = 0
    for school in sorted(SCHOOLS, key=lambda school: school.estab):
        found = ks5(school, start)
        if found is None:
            if school.phase == "secondary":
                rows.append(
                    {
                        "RECTYPE": "1",
                        "LEA": trust.LA_CODE,
                        "ESTAB": school.estab,
                        "URN": school.urn_in(start),
                        "SCHNAME": school.name_in(start),
                        "ICLOSE": "0",
                        "TALLPPE_ALEV_1618": "NE",
                        "TALLPPEGRD_ALEV_1618": "NE",
                        "TALLPUP_ALEV_1618": "NE",
                    }
                )
            continue
        rows.append(_wide_row(school, found, start))
        total_points += float(found.points.sum())
        total_entries += float(found.entries.sum())
        students += len(found.people)
    rows.append(
        {
            "RECTYPE": "3",
            "LEA": trust.LA_CODE,
            "SCHNAME": trust.LA_NAME,
            "TALLPUP_ALEV_1618": str(students),
            "TALLPPE_ALEV_1618": fixed(total_points / total_entries, 2),
        }
    )
    rows.append({"RECTYPE": "4"})
    rows.append({"RECTYPE": "5", "TALLPPE_ALEV_1618": fixed(england("ks5_alevel_aps_per_entry", start) or 0, 2)})
    write(
        folder / f"{release(start)}_england_ks5final.csv",
        [WIDE, *([row.get(name, "") for name in WIDE] for row in rows)],
        encoding="utf-8-sig",
        line="\r\n",
    )


def _tidy_rows(school: School, found: Ks5, start: int) -> list[Row]:
    rows = []
    poor = found.people.disadvantaged
    parts = (
        ("Total", np.ones(len(poor), dtype=bool)),
        ("Disadvantaged", poor),
        ("Not known to be disadvantaged", ~poor),
    )
    for label, chosen in parts:
        for cohort in ("A level", "Academic", "Applied general", "Tech level"):
            row = of_school(school, start) | {
                "version": "Final" if start < 2024 else "Revised",
                "exam_cohort": cohort,
                "disadvantage_status": label,
            }
            row |= dict.fromkeys(TIDY[-11:], NOT_APPLICABLE)
            size = int(chosen.sum())
            if cohort in ("Applied general", "Tech level"):
                rows.append(row)
                continue
            if size < 6 or (label != "Total" and int(poor.sum()) < 6):
                rows.append(row | dict.fromkeys(TIDY[-12:], SUPPRESSED))
                continue
            shift = 0.05 if cohort == "Academic" else 0.0
            mean = average(found, chosen) + shift
            best, three = _best_three(found, chosen)
            row |= {
                "end1618_student_count": str(size),
                "aps_per_entry": fixed(mean, 2),
                "aps_per_entry_grade": grade(mean),
                "aps_per_entry_student_count": str(size),
                "retained_percent": "94.3",
            }
            if cohort == "A level":
                row |= {
                    "best_three_alevels_aps": fixed(best, 2),
                    "best_three_alevels_grade": grade(best),
                    "best_three_alevels_student_count": str(three),
                }
                if start >= VALUE_ADDED_FROM:
                    scores = added(found, chosen)
                    row |= dict(
                        zip(
                            ("value_added", "value_added_lower_ci", "value_added_upper_ci"),
                            (fixed(score, 2) for score in scores),
                            strict=True,
                        )
                    )
                    row["progress_banding"] = BAND_WORDS[band(*scores)]
            rows.append(row)
    return rows


def make(folder: Path) -> None:
    """Writes three wide releases and the tidy file of four years."""
    for start in (2016, 2017, 2018):
        _wide(folder, start)
    rows: list[Row] = []
    for start in range(2021, 2025):
        for school in SCHOOLS:
            found = ks5(school, start)
            if found is not None:
                rows += _tidy_rows(school, found, start)
    write_dicts(folder / "institution_performance_202225_API.csv", TIDY, rows)
