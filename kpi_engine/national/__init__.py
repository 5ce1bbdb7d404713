"""England's figures that come with the engine, the source of each, and what they may be held against.

``reference()`` holds what a benchmark may use. ``context()`` holds published figures that stand beside a KPI
and never judge it, because they count something else (residents, teachers, one year's inspections).
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from kpi_engine.model import PUPIL_DIMENSIONS, TOTAL, NationalFigure

ENGLAND = "England"
PLAN = "plan"
"""The note of the plan's own figures, which serve for any year when no other comparator is at hand."""

_RESULTS = (
    "ks2_rwm",
    "ks2_reading",
    "ks2_writing",
    "ks2_maths",
    "ks2_gps",
    "ks2_reading_progress",
    "ks2_writing_progress",
    "ks2_maths_progress",
    "eyfs_gld",
    "phonics",
    "ks1_reading",
    "ks1_writing",
    "ks1_maths",
    "attainment8",
    "progress8",
    "engmath_5",
    "engmath_4",
    "alevel_aps",
    "suspensions",
    "pupils_suspended",
    "permanent_exclusions",
)

COMPARABLE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{(measure, "return"): "published" for measure in _RESULTS},
        # Teachers only, and moves between schools count as leaving: the label of the benchmark has to say so.
        ("staff_turnover", "return"): "ees",
    }
)
"""(measure, series of the trust's figure) -> series of England's figure that counts the same thing.

A trust's return of results or suspensions counts by the publisher's own rule, so it may be held against the
published figure. Where nothing stands here, a figure is compared with England's of its own series only: daily
attendance is never held against the census, nor a known NEET share against published destinations.
"""

BY_CONSTRUCTION: Mapping[str, float] = MappingProxyType({"post16_va": 0.0})
"""Measures whose England value is fixed by how they are worked out, for all students and each cohort type.

Value added compares students with others of the same starting point in the whole country, so that England's
mean is 0. It does not hold for a group of students such as the disadvantaged.
"""


class ContextFigure(NamedTuple):
    """A published figure that is shown beside a KPI, never used as a benchmark.

    ``period`` and ``group`` are the publisher's own labels; ``kpi`` is the KPI it may stand beside, or empty.
    """

    measure: str
    title: str
    period: str
    phase: str
    group: str
    value: float
    unit: str
    kpi: str
    source: str
    note: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@functools.cache
def reference() -> tuple[NationalFigure, ...]:
    """Every national figure that a measure may be held against, in display units, each with its source.

    ``breakdown`` holds only the dimensions that the figure is divided by. ``period`` is ``Year``, ``YTD`` or a
    term.
    """
    return tuple(
        NationalFigure(
            measure=row["measure"],
            series=row["series"],
            stage=row["stage"],
            academic_year=row["academic_year"],
            phase=row["phase"],
            period=row["period"],
            urn=ENGLAND,
            numerator=None,
            denominator=None,
            value=float(row["value"]),
            breakdown=MappingProxyType({name: row[name] for name in PUPIL_DIMENSIONS if row.get(name, TOTAL) != TOTAL}),
            source=row["source"],
            note=row["note"],
        )
        for row in _rows("reference.csv")
    )


@functools.cache
def context(kpi: str | None = None) -> tuple[ContextFigure, ...]:
    """Published figures for context; those that stand beside ``kpi`` when one is given."""
    return tuple(
        ContextFigure(**{**row, "value": float(row["value"])})  # type: ignore[arg-type]
        for row in _rows("context.csv")
        if kpi is None or row["kpi"] == kpi
    )


@functools.cache
def plan_figure(measure: str, series: str, phase: str) -> NationalFigure | None:
    """The plan's own comparator for a measure, for use in any year; None when the plan names none."""
    for figure in reference():
        if figure.note == PLAN and (figure.measure, figure.series, figure.phase) == (measure, series, phase):
            return figure
    return None
