"""Absence from the school census, tidy: ``1a_absence_3term_school``, one- and two-term files, England.

Attendance is the possible half-days less those missed; persistent and severe absence are counted over
enrolments. The series rests on the census and is not the daily registers' series. Headers seen: enrolments,
sess_possible, sess_overall, sess_overall_percent, enrolments_pa_10_exact(_percent),
enrolments_pa_50_exact(_percent), a column for each reason (``sess_auth_illness``, ``sess_unauth_late`` …);
``education_phase`` was ``school_type`` before 2020.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, within
from kpi_engine.intake.layouts.ees_reasons import CENSUS
from kpi_engine.intake.layouts.ees_time import by_value, period_of
from kpi_engine.intake.table import RawTable


def _periods(table: RawTable) -> pd.Series[str]:
    named = table.text("absence_terms")
    text = named.where(named.str.contains("term|year", case=False), table.text("time_identifier"))
    return by_value(text, period_of)


def _frames(rows: ees.Tidy) -> list[pd.DataFrame]:
    period = _periods(rows.item.table)
    rows = rows.where(period.notna())
    period = period[period.notna()]
    possible, missed, enrolled = (rows.number(c) for c in ("sess_possible", "sess_overall", "enrolments"))
    percent = rows.number("sess_overall_percent")
    people = enrolled.value
    attended = type(missed)(possible.value - missed.value, missed.code, missed.bad)
    shown = ees.less_from_100(percent, rows.text("sess_overall_percent"))
    frames = [ees.counted(rows, "attendance", "census", attended, possible, people=people, value=shown, period=period)]
    for measure, column in (
        ("persistent_absence", "enrolments_pa_10_exact"),
        ("severe_absence", "enrolments_pa_50_exact"),
    ):
        if rows.item.table.has(column):
            value = rows.number(f"{column}_percent").value
            frames.append(
                ees.counted(rows, measure, "census", rows.number(column), enrolled, value=value, period=period)
            )
        elif rows.item.table.has(f"{column}_percent"):
            frames.append(
                ees.printed(rows, measure, rows.number(f"{column}_percent"), enrolled, series="census", period=period)
            )
    for column, reason in CENSUS.items():
        if rows.item.table.has(column):
            frames.append(
                ees.counted(
                    rows,
                    "absence_reason",
                    "census",
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


LAYOUT = Layout(
    id="ees_absence",
    title="Absence from the school census (tidy)",
    publisher="Department for Education",
    dataset="absence",
    needs=(*ees.GEOGRAPHY, "enrolments", "sess_possible", "sess_overall", "sess_overall_percent"),
    columns=(
        *ees.COLUMNS,
        Column("school_urn", required=False),
        Column("education_phase", aliases=("school_type",), required=False),
        Column("enrolments", Kind.AMOUNT),
        Column("sess_possible", Kind.COUNT),
        Column("sess_overall", Kind.COUNT),
        Column("sess_overall_percent", Kind.PERCENT),
        Column("enrolments_pa_10_exact", Kind.COUNT, required=False),
        Column("enrolments_pa_50_exact", Kind.COUNT, required=False),
        Column("enrolments_pa_10_exact_percent", Kind.PERCENT, required=False),
        Column("enrolments_pa_50_exact_percent", Kind.PERCENT, required=False),
        *(Column(name, Kind.COUNT, required=False) for name in CENSUS if name != "sess_overall"),
    ),
    checks=(
        academic_years,
        within("sess_overall", "sess_possible"),
        within("enrolments_pa_10_exact", "enrolments"),
        within("enrolments_pa_50_exact", "enrolments_pa_10_exact"),
        one_row_each(
            *(
                "time_period",
                "time_identifier",
                "absence_terms",
                "geographic_level",
                "region_code",
                "new_la_code",
            ),
            *("la_name", "lad_code", "school_urn", "school_laestab", "education_phase", "school_type"),
            *("breakdown_topic", "breakdown", "characteristic_group", "characteristic", "sex", "year_group"),
            *("fsm_status", "ethnicity_major", "ethnicity_minor", "sen_status", "sen_primary_need"),
        ),
    ),
    produce=_produce,
    one_year=False,
    urn_column="school_urn",
)

LAYOUTS = (LAYOUT,)
