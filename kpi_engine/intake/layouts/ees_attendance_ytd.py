"""Pupil attendance from daily registers, tidy: year to date, and weeks, months or terms if there.

Half-days attended are those present and those at approved education elsewhere, over those possible. The
series is not the census one: its figures of a year differ (in 2024/25 absence was 6.9 % here and 6.78 %
there), so the two are never put together. Enrolments of the year-to-date file are averages of the days
reported, hence not whole numbers. A year to date that reaches the end of the summer term is the year.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.check import cells
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import one_row_each, within
from kpi_engine.intake.layouts.ees_reasons import DAILY
from kpi_engine.intake.layouts.ees_time import in_pairs, period_of, period_of_calendar, row_year
from kpi_engine.intake.table import RawTable

_SCHOOL_YEAR = 350
"""Half-days for each pupil, of 380 in the 190 days of a school year, from which a year to date is the whole year."""


def _period(period: str, identifier: str) -> str | None:
    shorter = period_of_calendar(period, identifier)
    if shorter is not None:
        return shorter
    longer = period_of(identifier)
    return "YTD" if longer == "Year" or "year to date" in identifier.casefold() else longer


def _whole_years(period: pd.Series[str], possible: pd.Series[float], enrolled: pd.Series[float]) -> pd.Series[str]:
    """``Year`` for a year to date that has run to the end of the summer term, told by its half-days for each pupil.

    The median decides, since single schools keep other calendars.
    """
    to_date = period == "YTD"
    reached = (possible[to_date] / enrolled[to_date]).median()
    return period.mask(to_date, "Year") if reached >= _SCHOOL_YEAR else period


def _frames(rows: ees.Tidy) -> list[pd.DataFrame]:
    period = in_pairs(rows.item.table, _period)
    rows = rows.where(period.notna())
    period = period[period.notna()]
    attended, possible = rows.number("overall_attendance"), rows.number("possible_sessions")
    enrolled = rows.number("enrolments")
    period = _whole_years(period, possible.value, enrolled.value)
    value = rows.number("attendance_perc").value
    people = enrolled.value
    frames = [ees.counted(rows, "attendance", "daily", attended, possible, people=people, value=value, period=period)]
    if rows.item.table.has("pa_perc"):
        frames.append(
            ees.printed(rows, "persistent_absence", rows.number("pa_perc"), enrolled, series="daily", period=period)
        )
    for column, reason in DAILY.items():
        if rows.item.table.has(column):
            frames.append(
                ees.counted(
                    rows,
                    "absence_reason",
                    "daily",
                    rows.number(column),
                    possible,
                    people=people,
                    period=period,
                    breakdown={"reason": reason},
                )
            )
    return frames


def _produce(item: Accepted) -> Produced:
    facts = stack(_frames(ees.schools(item)), FACT_COLUMNS)
    return {"facts": facts, "national": national(_frames(ees.england(item)))}


def times(table: RawTable) -> Sequence[Finding]:
    """Every row must be about an academic year, or a week or month of a calendar year."""
    wrong = in_pairs(table, row_year).isna()
    message = "the time period is neither an academic year nor a week or month of a year"
    expected = "202526, or 2025 with time_identifier Week 46"
    return cells(table, "time_period", table.text("time_period"), wrong, message, expected)


LAYOUT = Layout(
    id="ees_attendance_ytd",
    title="Pupil attendance from daily registers (tidy)",
    publisher="Department for Education",
    dataset="attendance_daily",
    needs=(*ees.GEOGRAPHY, "education_phase", "enrolments", "overall_attendance", "possible_sessions"),
    columns=(
        *ees.COLUMNS,
        Column("education_phase"),
        Column("school_urn", required=False),
        Column("enrolments", Kind.AMOUNT),
        Column("overall_attendance", Kind.COUNT),
        Column("possible_sessions", Kind.COUNT),
        Column("attendance_perc", Kind.PERCENT, required=False),
        Column("pa_perc", Kind.PERCENT, required=False),
        *(Column(name, Kind.COUNT, required=False) for name in DAILY),
    ),
    checks=(
        times,
        within("overall_attendance", "possible_sessions"),
        within("overall_absence", "possible_sessions"),
        one_row_each(
            *(
                "time_period",
                "time_identifier",
                "time_frame",
                "attendance_date",
                "geographic_level",
                "region_code",
            ),
            *("region_name", "new_la_code", "la_name", "school_urn", "education_phase"),
        ),
    ),
    produce=_produce,
    one_year=False,
    urn_column="school_urn",
)

LAYOUTS = (LAYOUT,)
