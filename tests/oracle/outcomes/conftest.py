"""Published results as the raw tables print them, wide and tidy, and the trust's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

WIDE = ["2016/17", "2017/18", "2018/19"]
SUBJECTS = {
    "ks2-reading": ("PTREAD_EXP", "Reading", "ks2_reading", "ks2_read_exp_pct"),
    "ks2-writing": ("PTWRITTA_EXP", "Writing", "ks2_writing", "ks2_writ_ta_exp_pct"),
    "ks2-maths": ("PTMAT_EXP", "Maths", "ks2_maths", "ks2_mat_exp_pct"),
    "ks2-gps": ("PTGPS_EXP", "Grammar, punctuation and spelling", "ks2_gps", "ks2_gps_exp_pct"),
    "rwm": ("PTRWM_EXP", "Reading, writing and maths", "ks2_rwm", "ks2_rwm_exp_pct"),
}
PROGRESS = {
    "ks2-reading-progress": ("READ", "Reading", "ks2_read_progress"),
    "ks2-writing-progress": ("WRIT", "Writing", "ks2_writ_progress"),
    "ks2-maths-progress": ("MAT", "Maths", "ks2_mat_progress"),
}


class Printed(NamedTuple):
    """A published figure: the value as printed (None for a code), what it stands over, and its limits."""

    value: float | None
    cohort: float | None
    code: str = ""
    lower: float | None = None
    upper: float | None = None

    @property
    def sum(self):
        return None if self.value is None or self.cohort is None else self.value * self.cohort


def cell(text):
    """(number, code) of a publisher's cell."""
    text = (text or "").strip().removesuffix("%")
    try:
        return float(text), ""
    except ValueError:
        return None, text


def wide_file(year, stage="final", table="ks2"):
    start = int(year[:4])
    return f"{table}/{start}-{start + 1}_england_{table}{stage}.csv"


def tidy_years(raw, sql):
    return raw.rows(f"SELECT *, time_period[:4] || '/' || time_period[5:] AS year FROM {sql}")


class Tables(NamedTuple):
    """How published tables are read here."""

    cell: Callable[[str], tuple[float | None, str]]
    wide_file: Callable[..., str]
    tidy_years: Callable[..., list[dict[str, str]]]
    printed: type[Printed]


@pytest.fixture(scope="session")
def tables() -> Tables:
    return Tables(cell, wide_file, tidy_years, Printed)


@pytest.fixture(scope="session")
def ks2(raw):
    """(kpi, urn, year) -> Printed, for the subjects and the three progress scores; England's rows under its name."""
    found: dict[tuple[str, str, str], Printed] = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year)):
            urn = "England" if row["RECTYPE"] == "5" else raw.current(row["URN"])
            if row["RECTYPE"] not in ("1", "2", "5") or (urn != "England" and urn not in raw.academies):
                continue
            cohort, _ = cell(row["TELIG"])
            for kpi, (column, *_) in SUBJECTS.items():
                value, code = cell(row[column])
                found[kpi, urn, year] = Printed(value, cohort, code)
            for kpi, (prefix, *_) in PROGRESS.items():
                value, code = cell(row[f"{prefix}PROG"])
                coverage, _ = cell(row[f"{prefix}COV"])
                scored = cohort * coverage / 100 if cohort is not None and coverage is not None else None
                limits = (cell(row[f"{prefix}PROG_{end}"])[0] for end in ("LOWER", "UPPER"))
                found[kpi, urn, year] = Printed(value, scored, code, *limits)
    for name in ("2021-2022", "2024-2025"):
        information = tidy_years(raw, raw.csv(f"ks2/{name}_ks2_school_information_data.csv"))
        cohorts = {(row["school_urn"], row["year"]): cell(row["telig"])[0] for row in information}
        for row in tidy_years(raw, raw.csv(f"ks2/{name}_ks2_school_attainment_data.csv")):
            if (
                row["geographic_level"] != "School"
                or row["breakdown"] != "Total"
                or row["school_urn"] not in raw.academies
            ):
                continue
            cohort = cohorts.get((row["school_urn"], row["year"]))
            for kpi, (_, subject, *_) in SUBJECTS.items():
                if row["subject"] == subject:
                    value, code = cell(row["expected_standard_pupil_percent"])
                    found[kpi, row["school_urn"], row["year"]] = Printed(value, cohort, code)
            for kpi, (_, subject, _) in PROGRESS.items():
                if row["subject"] == subject:
                    names = ("score", "lower_conf_interval", "upper_conf_interval")
                    value, lower, upper = (row[f"progress_measure_{name}"] for name in names)
                    found[kpi, row["school_urn"], row["year"]] = Printed(
                        cell(value)[0], cohort, cell(value)[1], cell(lower)[0], cell(upper)[0]
                    )
    return found


@pytest.fixture(scope="session")
def results(raw):
    """The trust's own results: (measure, urn, year) -> (pupils at the standard or points, entries)."""
    rows = raw.sql(
        f"SELECT measure, urn, academic_year, total::DOUBLE, entries::DOUBLE FROM results WHERE {raw.undivided}"
    )
    return {(measure, urn, year): (n, d) for measure, urn, year, n, d in rows}
