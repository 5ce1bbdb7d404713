"""Published absence: the wide table, the tidy file by school, and England's attendance of 2025/26."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make import trust
from sample_data.make.ees import PLACE, SCHOOL, of_school
from sample_data.make.registers import register, sums
from sample_data.make.tools import england, plain, release, table, write, write_dicts
from sample_data.make.trust import SCHOOLS

PHASES = {
    "primary": "State-funded primary",
    "secondary": "State-funded secondary",
    "all-through": "State-funded secondary",
    "special": "Special",
}
TIDY = [
    *PLACE,
    *SCHOOL,
    "education_phase",
    "academy_type",
    "academy_open_date",
    "enrolments",
    "sess_possible",
    "sess_overall",
    "sess_authorised",
    "sess_unauthorised",
    "sess_overall_percent",
    "sess_authorised_percent",
    "sess_unauthorised_percent",
    "enrolments_pa_10_exact",
    "enrolments_pa_10_exact_percent",
    "enrolments_pa_50_exact",
    "enrolments_pa_50_exact_percent",
]
OPEN = {school.key: school.opened for school in SCHOOLS}


def _exists(key: str, start: int) -> bool:
    school = next(school for school in SCHOOLS if school.key == key)
    return bool(school.old_urn) or OPEN[key] <= f"{start + 1}-03-01"


def _wide(folder: Path, start: int) -> None:
    published = table("absence_2018-2019.csv")
    rows = [published[0]]
    for school in sorted(SCHOOLS, key=lambda school: school.estab):
        if not _exists(school.key, start):
            continue
        found = register(school, start)
        total = sums(found, np.ones(len(found.people), dtype=bool), np.ones(len(found.weeks), dtype=bool))
        missed = total.authorised + total.unauthorised
        rows.append(
            [
                trust.LA_CODE,
                school.estab,
                school.urn_in(start),
                plain(100 * missed / total.possible, 1),
                plain(100 * total.persistent / total.enrolments, 1),
            ]
        )
    if start == 2018:
        rows += published[1:]
    else:
        rows += [
            [
                "NAT",
                code,
                "",
                plain(england("absence_overall_pct", start, phase) or 0, 1),
                plain(england("absence_persistent_pct", start, phase) or 0, 1),
            ]
            for code, phase in (("PRI", "primary"), ("SEC", "secondary"), ("SPE", "special"))
        ]
    write(folder / f"{release(start)}_england_abs.csv", rows, encoding="utf-8-sig", line="\r\n")


def _tidy(folder: Path) -> None:
    rows = []
    for start in range(2020, 2025):
        for school in SCHOOLS:
            found = register(school, start)
            total = sums(found, np.ones(len(found.people), dtype=bool), np.ones(len(found.weeks), dtype=bool))
            # the tidy file leaves blank what a maintained school does not have, with the code of its year
            none = ":" if start == 2020 else "z"
            academy = "school" not in school.kind and school.urn_in(start) == school.urn
            missed = total.authorised + total.unauthorised
            rows.append(
                of_school(school, start)
                | {
                    "education_phase": PHASES[school.phase],
                    "academy_type": school.kind if academy else none,
                    "academy_open_date": "/".join(reversed(school.opened.split("-"))) if academy else none,
                    "enrolments": total.enrolments,
                    "sess_possible": total.possible,
                    "sess_overall": missed,
                    "sess_authorised": total.authorised,
                    "sess_unauthorised": total.unauthorised,
                    "sess_overall_percent": repr(100 * missed / total.possible),
                    "sess_authorised_percent": repr(100 * total.authorised / total.possible),
                    "sess_unauthorised_percent": repr(100 * total.unauthorised / total.possible),
                    "enrolments_pa_10_exact": total.persistent,
                    "enrolments_pa_10_exact_percent": repr(100 * total.persistent / total.enrolments),
                    "enrolments_pa_50_exact": total.severe,
                    "enrolments_pa_50_exact_percent": repr(100 * total.severe / total.enrolments),
                }
            )
    write_dicts(folder / "1a_absence_3term_school.csv", TIDY, rows)


def make(folder: Path) -> None:
    """Writes three wide tables, the tidy file of 2020/21 to 2024/25, and England's year to date of 2025/26."""
    for start in (2016, 2017, 2018):
        _wide(folder, start)
    _tidy(folder)
    write(folder / "2025-26_attendance_ytd.csv", table("attendance_ytd_2025-26.csv"), quote_all=True)
