"""KS4 information about schools, tidy: recognised, and nothing is counted from it.

Its ``attainment8_diffn`` and ``progress8_diffn`` are a school's disadvantaged pupils less England's others,
printed without cohorts. The gap is worked out here from its two sides instead, so that each side, its
cohort and which side moved can be shown; a difference alone cannot be added up or taken apart.
"""

from __future__ import annotations

from kpi_engine.intake.layout import Column, Kind, Layout
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, says, within

LAYOUT = Layout(
    id="ees_information_about_schools",
    title="KS4 information about schools (tidy)",
    publisher="Department for Education",
    dataset="information_about_schools",
    needs=(*ees.GEOGRAPHY, "school_urn", "attainment8_diffn", "endks4_pupil_count"),
    lacks=("attainment8_average",),
    columns=(
        *ees.COLUMNS,
        Column("school_urn", filled=True),
        Column("endks4_pupil_count", Kind.COUNT),
        Column("attainment8_diffn", Kind.NUMBER),
        Column("progress8_diffn", Kind.NUMBER, required=False),
        Column("sen_pupil_count", Kind.COUNT, required=False),
    ),
    checks=(
        academic_years,
        within("sen_pupil_count", "endks4_pupil_count"),
        one_row_each("time_period", "school_urn", "version"),
        says(
            "holds gaps without their cohorts (attainment8_diffn); gaps are worked out from the performance"
            " tables by school and England's figures instead, so nothing is counted from this file"
        ),
    ),
    produce=ees.no_facts,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

LAYOUTS = (LAYOUT,)
