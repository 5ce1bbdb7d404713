"""KS4 performance tables by school, tidy: ``…_performance_tables_schools_…``, of 2024/25 and of 2023/24.

A row for each school and breakdown; filters sex, disadvantage_status, first_language, prior_attainment,
mobility. The 2024/25 names are those of the release's data guidance; the year before calls the same columns
``t_pupils``, ``avg_att8``, ``pt_l2basics_95``, ``avg_p8score``, ``p8score_ci_low``. Progress 8 counts the
pupils who have a score (``progress8_pupil_count``); where only their share is printed, the cohort is scaled
by it.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, ordered, within

_MEASURES = {
    "attainment8": (("attainment8_average", "avg_att8"), ("attainment8_sum", "t_att8")),
    "engmath_5": (("engmath_95_percent", "pt_l2basics_95"), ("engmath_95_total", "t_l2basics_95")),
    "engmath_4": (("engmath_94_percent", "pt_l2basics_94"), ("engmath_94_total", "t_l2basics_94")),
}


def ks4(rows: ees.Tidy) -> list[pd.DataFrame]:
    """Attainment 8, Progress 8 and English and maths of rows that print averages, sums and pupils."""
    pupils = rows.number("pupil_count", "t_pupils")
    frames = [
        ees.printed(rows, measure, rows.number(*value), pupils, numerator=rows.number(*total))
        for measure, (value, total) in _MEASURES.items()
        if any(rows.item.table.has(name) for name in value)
    ]
    with_score = rows.number("progress8_pupil_count", "t_inp8calc")
    share = None
    if not any(rows.item.table.has(name) for name in ("progress8_pupil_count", "t_inp8calc")):
        with_score, share = pupils, rows.number("progress8_pupil_percent")
    frames.append(
        ees.printed(
            rows,
            "progress8",
            rows.number("progress8_average", "avg_p8score"),
            with_score,
            coverage=share,
            numerator=rows.number("progress8_sum", "t_p8score"),
            lower=rows.number("progress8_lower_95_ci", "p8score_ci_low"),
            upper=rows.number("progress8_upper_95_ci", "p8score_ci_upp"),
        )
    )
    return frames


def _produce(item: Accepted) -> Produced:
    facts = stack(ks4(ees.schools(item)), FACT_COLUMNS)
    return {"facts": facts, "national": national(ks4(ees.england(item, "secondary")))}


NEW_COLUMNS = (
    *ees.COLUMNS,
    Column("pupil_count", Kind.COUNT),
    Column("attainment8_average", Kind.AMOUNT),
    Column("attainment8_sum", Kind.AMOUNT, required=False),
    Column("engmath_95_percent", Kind.PERCENT, required=False),
    Column("engmath_94_percent", Kind.PERCENT, required=False),
    Column("engmath_95_total", Kind.COUNT, required=False),
    Column("engmath_94_total", Kind.COUNT, required=False),
    Column("progress8_average", Kind.NUMBER, required=False),
    Column("progress8_lower_95_ci", Kind.NUMBER, required=False),
    Column("progress8_upper_95_ci", Kind.NUMBER, required=False),
    Column("progress8_pupil_count", Kind.COUNT, required=False),
    Column("progress8_pupil_percent", Kind.PERCENT, required=False),
    Column("progress8_sum", Kind.NUMBER, required=False),
)
NEW_CHECKS = (
    academic_years,
    within("engmath_95_total", "pupil_count"),
    within("engmath_94_total", "pupil_count"),
    within("engmath_95_total", "engmath_94_total"),
    within("progress8_pupil_count", "pupil_count"),
    ordered("progress8_lower_95_ci", "progress8_average", "progress8_upper_95_ci"),
)
_KEY = (
    "time_period",
    "geographic_level",
    "school_urn",
    "version",
    "breakdown_topic",
    "breakdown",
    "sex",
    "disadvantage_status",
    "first_language",
    "prior_attainment",
    "mobility",
)

SCHOOLS = Layout(
    id="ees_ks4_schools",
    title="KS4 performance tables by school (tidy)",
    publisher="Department for Education",
    dataset="ks4",
    needs=(*ees.GEOGRAPHY, "school_urn", "pupil_count", "attainment8_average", "engmath_95_percent"),
    columns=(*NEW_COLUMNS, Column("school_urn", filled=True)),
    checks=(*NEW_CHECKS, one_row_each(*_KEY)),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

SCHOOLS_2024 = Layout(
    id="ees_ks4_schools_2024",
    title="KS4 performance tables by school (tidy, as published to 2023/24)",
    publisher="Department for Education",
    dataset="ks4",
    needs=(*ees.GEOGRAPHY, "school_urn", "t_pupils", "avg_att8", "pt_l2basics_95"),
    columns=(
        *ees.COLUMNS,
        Column("school_urn", filled=True),
        Column("t_pupils", Kind.COUNT),
        Column("avg_att8", Kind.AMOUNT),
        Column("pt_l2basics_95", Kind.PERCENT),
        Column("pt_l2basics_94", Kind.PERCENT, required=False),
        Column("avg_p8score", Kind.NUMBER, required=False),
        Column("p8score_ci_low", Kind.NUMBER, required=False),
        Column("p8score_ci_upp", Kind.NUMBER, required=False),
        Column("t_inp8calc", Kind.COUNT, required=False),
    ),
    checks=(academic_years, within("t_inp8calc", "t_pupils"), one_row_each(*_KEY)),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

LAYOUTS = (SCHOOLS, SCHOOLS_2024)
