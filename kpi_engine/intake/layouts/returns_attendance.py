"""Attendance and exclusions as an MIS adds them up: ``pupil_attendance.csv`` and ``suspensions.csv``."""

from __future__ import annotations

import re

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_rules import AddUpTo, AtMost, Known, TotalOrFilled, findings
from kpi_engine.intake.table import RawTable
from kpi_engine.model import PUPIL_DIMENSIONS, TOTAL

_WHOLE_PERIODS = ("Year", "YTD", "Autumn", "Spring", "Summer")
_WEEK = re.compile(r"(20\d\d)-W(0[1-9]|[1-4]\d|5[0-3])")
_SUMS = {"sum_nn": "sum_attended2", "sum_nd": "sum_attended_possible", "sum_dd": "sum_possible2"}
_DAILY = "daily"


def _attendance(item: Accepted) -> Produced:
    table = item.table
    academies, year, period = common.urn(table), common.year(table), table.text("period")
    breakdown = common.dimensions(table, *PUPIL_DIMENSIONS)
    possible, pupils = common.value(table, "sessions_possible"), common.value(table, "enrolments")
    authorised = common.value(table, "sessions_authorised")
    unauthorised = common.value(table, "sessions_unauthorised")
    missed = authorised + unauthorised
    frames = [
        common.rows(
            item, "attendance", year, academies, missed.notna() & possible.notna(),
            series=_DAILY, period=period, breakdown=breakdown,
            numerator=possible - missed, denominator=possible, people=pupils,
            sum_nn=common.value(table, _SUMS["sum_nn"]), sum_nd=common.value(table, _SUMS["sum_nd"]),
            sum_dd=common.value(table, _SUMS["sum_dd"]),
        )
    ]  # fmt: skip
    for reason, sessions in (
        (TOTAL, missed),
        ("Authorised absence", authorised),
        ("Unauthorised absence", unauthorised),
    ):
        frames.append(
            common.rows(
                item, "absence_reason", year, academies, sessions.notna() & possible.notna(),
                series=_DAILY, period=period, breakdown={**breakdown, "reason": reason},
                numerator=sessions, denominator=possible, people=pupils,
            )
        )  # fmt: skip
    for measure, column in (
        ("persistent_absence", "persistent_enrolments"),
        ("severe_absence", "severe_enrolments"),
    ):
        counted = common.value(table, column)
        frames.append(
            common.rows(
                item, measure, year, academies, counted.notna() & pupils.notna(),
                series=_DAILY, period=period, breakdown=breakdown,
                numerator=counted, denominator=pupils, people=pupils,
            )
        )  # fmt: skip
    return common.as_facts(frames)


def _is_a_period(table: RawTable) -> list[Finding]:
    period, year = table.text("period"), common.year(table)
    week = period.map(lambda text: _WEEK.fullmatch(text) is not None)
    unknown = (period != "") & ~period.isin(_WHOLE_PERIODS) & ~week
    expected = f"{', '.join(_WHOLE_PERIODS)} or an ISO week as 2025-W46"
    found = findings(table, unknown, "period", "is not a period", expected)
    outside = pd.Series(
        [w and y != "" and y not in _years_of_week(p) for p, w, y in zip(period, week, year, strict=True)],
        index=period.index,
        dtype=bool,
    )
    expected_week = year.map(lambda text: f"a week of {text}")
    return found + findings(table, outside, "period", "is not in the row's academic_year", expected_week)


def _years_of_week(period: str) -> tuple[str, ...]:
    """The academic years in which a week's days fall; none for a week 53 that the year has not."""
    try:
        monday, sunday = years.period_days("", period)
    except ValueError:
        return ()
    return years.year_of(monday), years.year_of(sunday)


def _sums_are_possible(table: RawTable) -> list[Finding]:
    """(Sum of n x d) squared is at most sum of n squared times sum of d squared (Cauchy and Schwarz)."""
    squares = {name: common.value(table, column) for name, column in _SUMS.items()}
    given = pd.DataFrame({column: table.text(column) != "" for column in _SUMS.values()})
    partly = given.any(axis=1) & ~given.all(axis=1)
    column = "sum_attended_possible"
    found = findings(
        table,
        partly,
        column,
        "stands without one of the other two sums, or they without it",
        "all three or none",
    )
    limit = (squares["sum_nn"] * squares["sum_dd"]) ** 0.5
    expected = limit.map(
        lambda number: f"at most {number:.0f}, from sum_attended2 and sum_possible2", na_action="ignore"
    )
    return found + findings(
        table,
        squares["sum_nd"] > limit * (1 + 1e-9),
        column,
        "is more than these sums of squares allow",
        expected,
    )


ATTENDANCE = Layout(
    id="return_pupil_attendance",
    title="Pupil attendance from the registers",
    publisher=common.PUBLISHER,
    dataset="return_pupil_attendance",
    needs=(
        "urn", "academic_year", "period", "enrolments", "sessions_possible", "sessions_authorised",
        "sessions_unauthorised", "persistent_enrolments", "severe_enrolments",
    ),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        Column("period", filled=True),
        *common.pupil_columns(*PUPIL_DIMENSIONS),
        common.figure("enrolments"),
        common.figure("sessions_possible"),
        common.figure("sessions_authorised"),
        common.figure("sessions_unauthorised"),
        common.figure("persistent_enrolments"),
        common.figure("severe_enrolments"),
        *(common.figure(column, Kind.AMOUNT, required=False) for column in _SUMS.values()),
    ),
    produce=_attendance,
    checks=(
        _is_a_period,
        AddUpTo(("sessions_authorised", "sessions_unauthorised"), "sessions_possible", remainder=True),
        AtMost("persistent_enrolments", "enrolments"),
        AtMost("severe_enrolments", "persistent_enrolments"),
        AtMost("severe_enrolments", "enrolments"),
        AtMost("sum_attended_possible", "sum_possible2"),
        AtMost("sum_attended2", "sum_attended_possible"),
        _sums_are_possible,
        TotalOrFilled(PUPIL_DIMENSIONS),
        Known(
            ("sessions_possible", "sessions_authorised", "sessions_unauthorised"),
            "these rows give no attendance",
        ),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "period", *PUPIL_DIMENSIONS),
)  # fmt: skip

_EXCLUSIONS = ("suspensions", "pupils_suspended", "permanent_exclusions")


def _suspensions(item: Accepted) -> Produced:
    """Rows of a reason carry their counts alone: the headcount stands once, on the ``Total`` row."""
    table = item.table
    academies, year, reason = common.urn(table), common.year(table), common.dimension(table, "reason")
    headcount = common.value(table, "headcount").where(reason == TOTAL)
    breakdown = {**common.dimensions(table, *PUPIL_DIMENSIONS), "reason": reason}
    frames = []
    for measure in _EXCLUSIONS:
        counted = common.value(table, measure)
        known = counted.notna() & (headcount.notna() | (reason != TOTAL))
        frames.append(
            common.rows(
                item, measure, year, academies, known, period=table.text("period"), breakdown=breakdown,
                numerator=counted, denominator=headcount, people=headcount,
            )
        )  # fmt: skip
    return common.as_facts(frames)


def _headcount_on_totals_only(table: RawTable) -> list[Finding]:
    broken = (common.dimension(table, "reason") != TOTAL) & (table.text("headcount") != "")
    message = "is given on the row of a reason, where it would be counted twice"
    return findings(table, broken, "headcount", message, f"an empty cell, and the headcount on the {TOTAL} row")


def _pupils_behind_suspensions(table: RawTable) -> list[Finding]:
    broken = (common.value(table, "suspensions") > 0) & (common.value(table, "pupils_suspended") == 0)
    return findings(table, broken, "pupils_suspended", "is 0 although there are suspensions", "1 or more")


def _reasons_within_total(table: RawTable) -> list[Finding]:
    """A suspension may have several reasons, so they need not add up; but none exceeds the total."""
    reason = common.dimension(table, "reason")
    place = common.urn(table) + "|" + common.year(table) + "|" + table.text("period")
    for group in PUPIL_DIMENSIONS:
        place = place + "|" + common.dimension(table, group)
    found: list[Finding] = []
    for column in _EXCLUSIONS:
        counted = common.value(table, column)
        totals = pd.Series(counted[reason == TOTAL].to_numpy(), index=place[reason == TOTAL].to_numpy())
        whole = place.map(totals[~totals.index.duplicated()])
        expected = whole.map(lambda number: f"at most {number:.0f}", na_action="ignore")
        broken = (counted > whole) & (reason != TOTAL)
        found += findings(table, broken, column, f"is more than the {TOTAL} row states", expected)
    return found


SUSPENSIONS = Layout(
    id="return_suspensions",
    title="Suspensions and permanent exclusions",
    publisher=common.PUBLISHER,
    dataset="return_suspensions",
    needs=("urn", "academic_year", "period", "headcount", *_EXCLUSIONS),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        common.choice("period", "Year", "Autumn", "Spring", "Summer"),
        *common.pupil_columns(*PUPIL_DIMENSIONS),
        common.figure("headcount"),
        *(common.figure(name) for name in _EXCLUSIONS),
        Column("reason", required=False),
    ),
    produce=_suspensions,
    checks=(
        AtMost("pupils_suspended", "suspensions"),
        AtMost("pupils_suspended", "headcount"),
        AtMost("permanent_exclusions", "headcount"),
        _pupils_behind_suspensions,
        _headcount_on_totals_only,
        _reasons_within_total,
        TotalOrFilled((*PUPIL_DIMENSIONS, "reason")),
        Known(("suspensions", "permanent_exclusions"), "these rows give no figure for it"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "period", *PUPIL_DIMENSIONS, "reason"),
)

LAYOUTS = (ATTENDANCE, SUSPENSIONS)
