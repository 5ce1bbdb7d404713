"""Suspensions and exclusions: the tidy files by school under old and new names, and the trust's own return."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make.absence import PHASES
from sample_data.make.ees import PLACE, SCHOOL, of_school
from sample_data.make.incidents import REASONS, TERMS, Incidents, count, incidents
from sample_data.make.pupils import ALL_PUPILS, PUPIL_COLUMNS, groups_of
from sample_data.make.tools import fixed, write_dicts, year_label
from sample_data.make.trust import ACADEMIES, SCHOOLS, THIS_YEAR, TRUST_NAME, School

Row = dict[str, object]
OLD = [
    *PLACE,
    *SCHOOL,
    "school_type",
    "headcount",
    "perm_excl",
    "perm_excl_rate",
    "fixed_excl",
    "fixed_excl_rate",
    "one_plus_fixed",
    "one_plus_fixed_rate",
]
NEW = [
    *PLACE,
    *SCHOOL,
    "trust_name",
    "academy_type",
    "academy_open_date",
    "education_phase",
    "headcount",
    "perm_excl",
    "perm_excl_rate",
    "suspension",
    "susp_rate",
    "one_plus_susp",
    "one_plus_susp_rate",
]
RETURN = [
    "urn",
    "academic_year",
    "period",
    *PUPIL_COLUMNS,
    "headcount",
    "suspensions",
    "pupils_suspended",
    "permanent_exclusions",
    "reason",
]


def _exists(school: School, start: int) -> bool:
    return bool(school.old_urn) or school.opened <= f"{start + 1}-03-01"


def _rate(part: int, whole: int) -> str:
    return "0" if not part else fixed(100 * part / whole, 5)


def _old(folder: Path) -> None:
    """2016/17 to 2018/19: a row a year, the school type in lower case."""
    rows = []
    for start in (2016, 2017, 2018):
        for school in SCHOOLS:
            if not _exists(school, start):
                continue
            found = incidents(school, start)
            size = len(found.people)
            events, pupils, gone = count(found, np.ones(size, dtype=bool), (0, 1, 2))
            rows.append(
                of_school(school, start)
                | {
                    "school_type": PHASES[school.phase].lower(),
                    "headcount": str(size),
                    "perm_excl": str(gone),
                    "perm_excl_rate": _rate(gone, size),
                    "fixed_excl": str(events),
                    "fixed_excl_rate": _rate(events, size),
                    "one_plus_fixed": str(pupils),
                    "one_plus_fixed_rate": _rate(pupils, size),
                }
            )
    write_dicts(folder / "exc_school_201617_to_201819.csv", OLD, rows)


def _new(folder: Path) -> None:
    """2019/20 to 2023/24: a row a term. Counts add up over terms, rates do not."""
    rows = []
    for start in range(2019, 2024):
        for school in SCHOOLS:
            found = incidents(school, start)
            size = len(found.people)
            inside = (
                school.in_trust
                and school.joined <= f"{start + 1}-03-31"
                and not (school.left and school.left < f"{start + 1}-03-31")
            )
            academy = "school" not in school.kind and school.urn_in(start) == school.urn
            for index, term in enumerate(TERMS):
                events, pupils, gone = count(found, np.ones(size, dtype=bool), (index,))
                rows.append(
                    of_school(school, start, f"{term} term")
                    | {
                        "trust_name": TRUST_NAME.upper() if inside else "z",
                        "academy_type": school.kind if academy else "z",
                        "academy_open_date": "/".join(reversed(school.opened.split("-"))) if academy else "z",
                        "education_phase": PHASES[school.phase],
                        "headcount": str(size),
                        "perm_excl": str(gone),
                        "perm_excl_rate": _rate(gone, size),
                        "suspension": str(events),
                        "susp_rate": _rate(events, size),
                        "one_plus_susp": str(pupils),
                        "one_plus_susp_rate": _rate(pupils, size),
                    }
                )
    write_dicts(folder / "exc_school_201920_to_202324.csv", NEW, rows)


def _return_rows(school: School, start: int, found: Incidents) -> list[Row]:
    periods = {"Year": (0, 1, 2), **{term: (index,) for index, term in enumerate(TERMS)}}
    if start == THIS_YEAR:
        periods = {"Autumn": (0,)}
    if school.joined > f"{start}-12-01":
        periods = {"Year": (1, 2), "Spring": (1,), "Summer": (2,)}
    rows: list[Row] = []
    people = found.people
    years = sorted(set(people.year_group.tolist()), key=lambda text: int(text.replace("R", "0")))
    for period, terms in periods.items():
        key: Row = {"urn": school.urn, "academic_year": year_label(start), "period": period, **ALL_PUPILS}
        cells = groups_of(people) + [({"year_group": year}, people.year_group == year) for year in years]
        if period == "Year":
            cells += [
                ({"year_group": year} | labels, chosen & (people.year_group == year))
                for year in years
                for labels, chosen in groups_of(people)[1:]
                if (chosen & (people.year_group == year)).any()
            ]
        for labels, chosen in cells:
            events, pupils, gone = count(found, chosen, terms)
            rows.append(
                key
                | labels
                | {
                    "headcount": int(chosen.sum()),
                    "suspensions": events,
                    "pupils_suspended": pupils,
                    "permanent_exclusions": gone,
                    "reason": "Total",
                }
            )
        for reason in REASONS:
            events = sum(found.reasons[TERMS[index]][reason] for index in terms)
            gone = sum(found.excluded_reasons[TERMS[index]][reason] for index in terms)
            if events or gone:
                rows.append(key | {"suspensions": events, "permanent_exclusions": gone, "reason": reason})
    return rows


def make(folder: Path) -> None:
    """Writes the two tidy files."""
    _old(folder)
    _new(folder)


def make_return(folder: Path) -> None:
    """Writes the trust's own return from 2024/25 to this autumn."""
    rows: list[Row] = []
    for start in range(2024, THIS_YEAR + 1):
        for school in ACADEMIES:
            if school.returns_in(start):
                rows += _return_rows(school, start, incidents(school, start))
    write_dicts(folder / "suspensions.csv", RETURN, rows)
