"""KS2 attainment, tidy: by school (``ks2_school_attainment_data``) and for England by characteristic.

The school file has a row for each school, subject and breakdown, in percentages and scores only: the number of
eligible pupils stands in a second file (KS2 school information, ``telig``), joined when a version is built.
Without it an academy's own figure is known and a trust's is not. Rows whose breakdown is ``3 year average`` belong
to no single year and are left out. Headers seen: breakdown_topic, breakdown, subject,
expected_standard_pupil_percent, higher_standard_pupil_percent, average_scaled_score, progress_measure_score,
progress_measure_lower_conf_interval, progress_measure_upper_conf_interval; England also eligible_pupil_count,
expected_standard_pupil_count.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, ordered, within

_SUBJECTS = {
    "reading, writing and maths": "ks2_rwm",
    "reading": "ks2_reading",
    "writing": "ks2_writing",
    "maths": "ks2_maths",
    "grammar, punctuation and spelling": "ks2_gps",
}
_PROGRESS = ("ks2_reading", "ks2_writing", "ks2_maths")
_LIMITS = (
    "progress_measure_lower_conf_interval",
    "progress_measure_score",
    "progress_measure_upper_conf_interval",
)


def _frames(rows: ees.Tidy) -> list[pd.DataFrame]:
    subject = rows.text("subject").str.strip().str.casefold()
    frames = []
    for name, measure in _SUBJECTS.items():
        own = rows.where(subject == name)
        eligible = own.number("eligible_pupil_count")
        frames.append(
            ees.printed(
                own,
                measure,
                own.number("expected_standard_pupil_percent"),
                eligible,
                numerator=own.number("expected_standard_pupil_count"),
            )
        )
        if measure in _PROGRESS and own.item.table.has("progress_measure_score"):
            lower, score, upper = (own.number(column) for column in _LIMITS)
            frames.append(
                ees.printed(
                    own,
                    f"{measure}_progress",
                    score,
                    own.number("progress_measure_eligible_pupil_count"),
                    lower=lower,
                    upper=upper,
                    numerator=own.number("progress_measure_total_score"),
                )
            )
    return frames


def _produce(item: Accepted) -> Produced:
    facts = stack(_frames(ees.schools(item)), FACT_COLUMNS)
    return {"facts": facts, "national": national(_frames(ees.england(item, "primary")))}


_COLUMNS = (
    *ees.COLUMNS,
    Column("subject", filled=True),
    Column("expected_standard_pupil_percent", Kind.PERCENT),
    Column("eligible_pupil_count", Kind.COUNT, required=False),
    Column("expected_standard_pupil_count", Kind.COUNT, required=False),
    *(Column(name, Kind.NUMBER, required=False) for name in _LIMITS),
)
_CHECKS = (academic_years, within("expected_standard_pupil_count", "eligible_pupil_count"), ordered(*_LIMITS))
_NEEDS = (*ees.GEOGRAPHY, "subject", "expected_standard_pupil_percent")

SCHOOLS = Layout(
    id="ees_ks2_schools",
    title="KS2 attainment by school (tidy)",
    publisher="Department for Education",
    dataset="ks2",
    needs=(*_NEEDS, "school_urn", "breakdown"),
    columns=(*_COLUMNS, Column("school_urn", filled=True)),
    checks=(
        *_CHECKS,
        one_row_each(
            "time_period",
            "geographic_level",
            "school_urn",
            "version",
            "breakdown_topic",
            "breakdown",
            "subject",
        ),
    ),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

ENGLAND = Layout(
    id="ees_ks2_england",
    title="KS2 attainment in England by characteristic (tidy)",
    publisher="Department for Education",
    dataset="ks2_england",
    needs=(*_NEEDS, "eligible_pupil_count", "expected_standard_pupil_count"),
    lacks=("school_urn", "trust_id", "social_care_group"),
    columns=_COLUMNS,
    checks=_CHECKS,
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
)

_COHORTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("telig", {}),
    ("belig", {"sex": "M"}),
    ("gelig", {"sex": "F"}),
    ("tfsm6cla1a", {"disadvantage": "Y"}),
    ("tnotfsm6cla1a", {"disadvantage": "N"}),
)


def _cohorts(item: Accepted) -> Produced:
    rows = ees.schools(item)
    frames = [
        ees.printed(rows, "ks2_cohort", rows.number(column), None, breakdown=breakdown)
        for column, breakdown in _COHORTS
        if item.table.has(column)
    ]
    return {"facts": stack(frames, FACT_COLUMNS)}


INFORMATION = Layout(
    id="ees_ks2_information",
    title="KS2 school information (tidy)",
    publisher="Department for Education",
    dataset="ks2_information",
    needs=(*ees.GEOGRAPHY, "school_urn", "telig"),
    lacks=("expected_standard_pupil_percent",),
    columns=(*ees.COLUMNS, Column("school_urn", filled=True), Column("telig", Kind.COUNT)),
    checks=(academic_years,),
    produce=_cohorts,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

LAYOUTS = (SCHOOLS, ENGLAND, INFORMATION)
