"""KS4 results of multi-academy trusts, tidy: DfE's own row for each trust, kept beside England's.

The averages are weighted by DfE (pupils of academies that joined lately weigh less), so the printed figure
times the pupils is not a sum of scores: the figure and the pupils are kept, no numerator and no
denominator. The file of *information about* trusts describes them and holds no result; it is recognised and
nothing is counted from it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, ordered, says

WEIGHTED = "average weighted by the Department for Education"
_LIMITS = ("progress8_lower_95_ci", "progress8_average_weighted", "progress8_upper_95_ci")
_MEASURES = {
    "attainment8": "attainment8_average_weighted",
    "engmath_5": "engmath_95_percent_weighted",
    "engmath_4": "engmath_94_percent_weighted",
}


def without_sums(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its numerators and denominators taken out: a weighted average is not their ratio."""
    return frame.assign(numerator=np.nan, denominator=np.nan)


def _produce(item: Accepted) -> Produced:
    rows = ees.trusts(item, "secondary")
    pupils = rows.number("pupil_count")
    frames = [
        ees.printed(rows, measure, rows.number(column), pupils, detail=WEIGHTED)
        for measure, column in _MEASURES.items()
        if item.table.has(column)
    ]
    lower, score, upper = (rows.number(name) for name in _LIMITS)
    share = rows.number("progress8_pupil_percent")
    frames.append(
        ees.printed(rows, "progress8", score, pupils, coverage=share, lower=lower, upper=upper, detail=WEIGHTED)
    )
    return {"facts": stack([], FACT_COLUMNS), "national": national([without_sums(frame) for frame in frames])}


PERFORMANCE = Layout(
    id="ees_ks4_mats",
    title="KS4 performance tables of multi-academy trusts (tidy)",
    publisher="Department for Education",
    dataset="ks4_trusts",
    needs=(*ees.GEOGRAPHY, "trust_id", "pupil_count", "attainment8_average_weighted"),
    columns=(
        *ees.COLUMNS,
        Column("trust_id", filled=True),
        Column("disadvantage_status", required=False),
        Column("pupil_count", Kind.COUNT),
        Column("attainment8_average_weighted", Kind.AMOUNT),
        Column("engmath_95_percent_weighted", Kind.PERCENT, required=False),
        Column("engmath_94_percent_weighted", Kind.PERCENT, required=False),
        Column("progress8_pupil_percent", Kind.PERCENT, required=False),
        *(Column(name, Kind.NUMBER, required=False) for name in _LIMITS),
    ),
    checks=(
        academic_years,
        ordered(*_LIMITS),
        one_row_each("time_period", "trust_id", "version", "breakdown_topic", "disadvantage_status"),
    ),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
)

INFORMATION = Layout(
    id="ees_information_about_mats",
    title="Information about multi-academy trusts (tidy)",
    publisher="Department for Education",
    dataset="information_about_trusts",
    needs=(*ees.GEOGRAPHY, "trust_id", "academy_eligibility", "urns"),
    lacks=("attainment8_average_weighted", "aps_per_entry"),
    columns=(*ees.COLUMNS, Column("trust_id", filled=True)),
    checks=(academic_years, says("describes trusts; it holds no result, so nothing is counted from it")),
    produce=ees.no_facts,
    one_year=False,
    stage_of=ees.newest_stage,
)

LAYOUTS = (PERFORMANCE, INFORMATION)
