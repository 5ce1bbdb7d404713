"""School workforce by school: ``england_swf.csv`` of the performance tables, and the census workbook.

``england_swf.csv`` prints pupils per teacher (full-time equivalent); n is the ratio times the printed
teachers, so that a trust's ratio weighs academies by their teachers. National rows say ``NAT`` in place of
the local authority or URN.

The workbook (``School_Tables_School_Workforce_Census_…``, a few title rows above the header) prints days
lost to teacher sickness for each school. n is the printed average over all teachers times teachers
(headcount), because the printed total of days speaks of everybody who taught there in the year, and the
headcount of one day in November. **Sickness is about the academic year before the census**: from 2024 on the
columns name it (``… in 2023/24``), before that a census of November 2022 means 2021/22.
"""

from __future__ import annotations

import re

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import UsageError
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published
from kpi_engine.intake.layouts.wide_common import (
    PHASE_OF_ROW,
    between,
    england,
    has_column_like,
    is_school,
    like,
    only,
    schools_once,
    urns,
)
from kpi_engine.intake.table import RawTable

_RATIO = "Pupil: Teacher Ratio"
_TEACHERS = "Total Number of Teachers (Full-Time Equivalent)"
_HEADCOUNT = "Total Number of Teachers (Headcount)"
_SICKNESS = "average number of days lost to teacher sickness absence (all teachers"
_WORKFORCE = "Total School Workforce (Headcount)"


def _phase(table: RawTable) -> pd.Series[str]:
    """The phase of national rows: from ``School Phase``, else from PRI, SEC or SPE in place of the number."""
    words = table.text("School Phase").str.lower()
    coded = table.text("Establishment Number").str.upper().map(PHASE_OF_ROW)
    named = pd.Series(None, index=table.frame.index, dtype=object)
    for phase in ("primary", "secondary", "special"):
        named = named.where(~words.str.contains(phase, regex=False), phase)
    return named.where(named.notna(), coded)


def _ratios(item: Accepted) -> Produced:
    table = item.table
    schools = only(item, is_school(table))
    phase = _phase(table)
    of_england = (table.text("URN").str.upper() == "NAT") | (table.text("LA Number").str.upper() == "NAT")
    of_england &= phase.notna()
    country = only(item, of_england)

    def ratio(part: Accepted, urn: pd.Series[str], where: pd.Series[str] | None) -> pd.DataFrame:
        teachers = number(part, _TEACHERS)
        return published(part, "pupil_teacher_ratio", urn, number(part, _RATIO), teachers, phase=where)

    return {
        "facts": stack([ratio(schools, urns(schools), None)], FACT_COLUMNS),
        "national": national([ratio(country, england(country), phase[of_england])]),
    }


def _sickness(item: Accepted) -> Produced:
    schools = only(item, is_school(item.table))
    column = like(schools.table, _SICKNESS)
    days = number(schools, column or _SICKNESS)
    frame = published(schools, "teacher_sickness_days", urns(schools), days, number(schools, _HEADCOUNT))
    return {"facts": stack([frame], FACT_COLUMNS)}


def _sickness_year(table: RawTable) -> str | None:
    """The year that the sickness columns name, else the one before the census of the sheet or the title."""
    named = like(table, _SICKNESS)
    if named is not None and (match := re.search(r"\bin (\d{4}[/-]\d{2,4})", named)):
        try:
            return years.parse_year(match.group(1))
        except UsageError:
            return None
    found = {
        int(match.group(1))
        for text in (table.sheet or "", *table.preamble)
        for match in re.finditer(r"(?:schools|november|census)\s+(20\d\d)(?!\s*[/-]\s*\d)", text, re.IGNORECASE)
    }
    return years.label(found.pop() - 1) if len(found) == 1 else None


RATIOS = Layout(
    id="workforce_wide",
    title="Workforce by school (performance tables)",
    publisher="Department for Education",
    dataset="workforce",
    needs=("URN", "School Phase", _HEADCOUNT, _TEACHERS, _RATIO),
    lacks=(_WORKFORCE,),
    columns=(
        Column("LA Number", required=False),
        Column("URN"),
        Column("School Phase"),
        Column(_HEADCOUNT, Kind.AMOUNT),
        Column(_TEACHERS, Kind.AMOUNT),
        Column(_RATIO, Kind.AMOUNT),
        Column("Mean Gross FTE Salary of All Teachers (£s)", Kind.AMOUNT, required=False),
    ),
    produce=_ratios,
    checks=(schools_once, between(_RATIO, 0, 200)),
    urn_column="URN",
)

SICKNESS = Layout(
    id="workforce_census_schools",
    title="School workforce census, tables by school",
    publisher="Department for Education",
    dataset="workforce_sickness",
    needs=("URN", _WORKFORCE, _HEADCOUNT, "Teachers with Qualified Teacher Status (%) (Headcount)"),
    columns=(Column("URN"), Column(_HEADCOUNT, Kind.AMOUNT), Column(_WORKFORCE, Kind.AMOUNT)),
    produce=_sickness,
    checks=(schools_once, has_column_like(_SICKNESS)),
    year_of=_sickness_year,
    lag=-1,
    urn_column="URN",
)

LAYOUTS = (RATIOS, SICKNESS)
