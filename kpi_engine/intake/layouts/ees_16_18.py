"""16 to 18 results, tidy: by institution (``institution_performance_…``) and by multi-academy trust.

A row for each exam cohort (A level, Academic, Applied general, Tech level …) and disadvantage status. The
headline is the A level cohort; each cohort also stands under its own name, and they overlap, so they are
never added up. The institution file prints students (``aps_per_entry_student_count``), not entries: its
figures are weighted by students, and say so. ``end1618_student_count`` is the whole institution's and
repeats in every cohort, so it weighs nothing. The trusts' file prints points and entries.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, ordered

HEADLINE = "a level"
BY_STUDENTS = "weighted by students: the file has no number of entries"
_LIMITS = ("value_added_lower_ci", "value_added", "value_added_upper_ci")
_OWN = ("exam_cohort",)


def _frames(rows: ees.Tidy) -> list[pd.DataFrame]:
    cohort = rows.text("exam_cohort").str.strip()
    headline = rows.where(cohort.str.casefold() == HEADLINE)
    return [*_points_and_value_added(headline, {}), *_points_and_value_added(rows, {"cohort": cohort})]


def _points_and_value_added(rows: ees.Tidy, breakdown: dict[str, Any]) -> list[pd.DataFrame]:
    entries = rows.item.table.has("entries_count")
    weight = rows.number("entries_count", "aps_per_entry_student_count")
    detail = None if entries else BY_STUDENTS
    lower, score, upper = (rows.number(name) for name in _LIMITS)
    return [
        ees.printed(
            rows,
            "alevel_aps",
            rows.number("aps_per_entry"),
            weight,
            numerator=rows.number("points_sum") if entries else None,
            breakdown=breakdown,
            detail=detail,
        ),
        ees.printed(rows, "post16_va", score, weight, lower=lower, upper=upper, breakdown=breakdown, detail=detail),
    ]


def _institutions(item: Accepted) -> Produced:
    england = national(_frames(ees.england(item, "16-19", _OWN)))
    return {"facts": stack(_frames(ees.schools(item, _OWN)), FACT_COLUMNS), "national": england}


def _trusts(item: Accepted) -> Produced:
    rows = national(_frames(ees.trusts(item, "16-19", _OWN)))
    return {"facts": stack([], FACT_COLUMNS), "national": rows}


_COLUMNS = (
    *ees.COLUMNS,
    Column("exam_cohort", filled=True),
    Column("disadvantage_status", required=False),
    Column("aps_per_entry", Kind.AMOUNT),
    *(Column(name, Kind.NUMBER, required=False) for name in _LIMITS),
)

INSTITUTIONS = Layout(
    id="ees_16_18",
    title="16 to 18 results by school and college (tidy)",
    publisher="Department for Education",
    dataset="ks5",
    needs=(*ees.GEOGRAPHY, "school_urn", "exam_cohort", "aps_per_entry", "value_added"),
    lacks=("trust_id", "subject"),
    columns=(
        *_COLUMNS,
        Column("school_urn", filled=True),
        Column("aps_per_entry_student_count", Kind.COUNT, required=False),
    ),
    checks=(
        academic_years,
        ordered(*_LIMITS),
        one_row_each("time_period", "geographic_level", "school_urn", "version", "exam_cohort", "disadvantage_status"),
    ),
    produce=_institutions,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

TRUSTS = Layout(
    id="ees_16_18_mats",
    title="16 to 18 results of multi-academy trusts (tidy)",
    publisher="Department for Education",
    dataset="ks5_trusts",
    needs=(*ees.GEOGRAPHY, "trust_id", "exam_cohort", "aps_per_entry"),
    lacks=("school_urn",),
    columns=(
        *_COLUMNS,
        Column("trust_id", filled=True),
        Column("points_sum", Kind.AMOUNT, required=False),
        Column("entries_count", Kind.AMOUNT, required=False),
    ),
    checks=(
        academic_years,
        ordered(*_LIMITS),
        one_row_each("time_period", "trust_id", "version", "exam_cohort", "disadvantage_status"),
    ),
    produce=_trusts,
    one_year=False,
    stage_of=ees.newest_stage,
)

LAYOUTS = (INSTITUTIONS, TRUSTS)
