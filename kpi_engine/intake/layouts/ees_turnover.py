"""Teacher turnover by school, tidy (school workforce census): teachers who did not stay at the same school.

Full-time equivalents of teachers in the census year; those who remained are printed, so the rest left the
school, whether for another one or out of the state sector. The printed parts need not add up to the whole
(14.2 against 11.2 + 1 + 2), which is why only the whole and the remainder are used. This is not DfE's
leaver rate, which counts only those who leave the state sector.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, within

DETAIL = "teachers, full-time equivalent; moves to another school of the trust count as leaving"
_WHOLE, _STAYED = "teacher_fte_in_census_year", "remained_in_the_same_school"


def _frames(rows: ees.Tidy) -> list[pd.DataFrame]:
    whole, stayed = rows.number(_WHOLE), rows.number(_STAYED)
    left = whole.value - stayed.value
    # More stayers than teachers is a slip of the source, said by the check; it is no negative turnover.
    gone = Numbers(left.where(left >= 0).round(6), stayed.code, stayed.bad)
    return [ees.counted(rows, "staff_turnover", "ees", gone, whole, detail=DETAIL)]


def _produce(item: Accepted) -> Produced:
    facts = stack(_frames(ees.schools(item)), FACT_COLUMNS)
    return {"facts": facts, "national": national(_frames(ees.england(item)))}


LAYOUT = Layout(
    id="ees_turnover",
    title="Teacher turnover by school (tidy)",
    publisher="Department for Education",
    dataset="teacher_turnover",
    needs=(*ees.GEOGRAPHY, _WHOLE, _STAYED),
    columns=(
        *ees.COLUMNS,
        Column("school_urn", required=False),
        Column(_WHOLE, Kind.AMOUNT),
        Column(_STAYED, Kind.AMOUNT),
    ),
    checks=(
        academic_years,
        within(_STAYED, _WHOLE, blocking=False),
        one_row_each("time_period", "geographic_level", "region_code", "new_la_code", "school_urn", "school_laestab"),
    ),
    produce=_produce,
    one_year=False,
    urn_column="school_urn",
)

LAYOUTS = (LAYOUT,)
