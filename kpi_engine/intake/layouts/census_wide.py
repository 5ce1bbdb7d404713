"""Pupils on roll by school, wide: ``england_census.csv`` of the performance tables (January school census).

Percentages are printed as ``49.5`` up to 2019 and as ``50.7%`` in later files; national rows have ``URN`` =
``NAT`` and ``ESTAB`` = ``PRI``, ``SEC``, ``SPE``. Both measures are shares of all pupils on roll (``NOR``),
worked out from the printed counts: ``NUMFSMEVER`` (eligible for free school meals at any time in six years)
and ``TSENELSE`` + ``TSENELK`` (education, health and care plan, SEN support). The printed ``PNUMFSMEVER`` is
a share of fewer pupils (38 of 285 on roll is printed as 16.2 in the file of 2018/19), so it is not taken for
the value. England's own row of special schools can print more pupils with SEND than pupils on roll; such a
share is left out.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number
from kpi_engine.intake.layouts.wide_common import (
    PHASE_OF_ROW,
    added,
    england,
    is_school,
    not_over,
    only,
    schools_once,
    urns,
)


def _produce(item: Accepted) -> Produced:
    schools = only(item, is_school(item.table))
    phase = item.table.text("ESTAB").str.upper().map(PHASE_OF_ROW)
    of_england = (item.table.text("URN").str.upper() == "NAT") & phase.notna()
    country = only(item, of_england)
    return {
        "facts": stack(_facts(schools, urns(schools), None), FACT_COLUMNS),
        "national": national(_facts(country, england(country), phase[of_england])),
    }


def _facts(item: Accepted, urn: pd.Series[str], phase: pd.Series[str] | None) -> list[pd.DataFrame]:
    roll = number(item, "NOR")
    counts = {
        "roll_disadvantaged": number(item, "NUMFSMEVER"),
        "roll_send": added(number(item, "TSENELSE"), number(item, "TSENELK")),
    }
    return [_share(item, measure, urn, count, roll, phase) for measure, count in counts.items()]


def _share(
    item: Accepted,
    measure: str,
    urn: pd.Series[str],
    count: Numbers,
    roll: Numbers,
    phase: pd.Series[str] | None,
) -> pd.DataFrame:
    code = count.code.where(count.code.notna(), roll.code)
    known = code.isna() & (roll.value > 0) & (count.value <= roll.value)
    frame = facts(
        measure,
        "census",
        item.stage,
        item.year or "",
        urn,
        item.source_id,
        phase=phase,
        numerator=count.value.where(known),
        denominator=roll.value.where(known),
        people=roll.value,
        code=code,
    )
    return frame[known | code.notna()]


LAYOUT = Layout(
    id="census_wide",
    title="Pupils on roll by school (January census)",
    publisher="Department for Education",
    dataset="census",
    needs=("URN", "LA", "ESTAB", "NOR", "TSENELSE", "TSENELK", "NUMFSMEVER"),
    columns=(
        Column("URN", filled=True),
        Column("ESTAB", filled=True),
        Column("NOR", Kind.COUNT),
        Column("TSENELSE", Kind.COUNT),
        Column("TSENELK", Kind.COUNT),
        Column("NUMFSMEVER", Kind.COUNT),
        Column("PSENELSE", Kind.PERCENT, required=False),
        Column("PSENELK", Kind.PERCENT, required=False),
        Column("PNUMFSMEVER", Kind.PERCENT, required=False),
    ),
    produce=_produce,
    checks=(schools_once, not_over(("NUMFSMEVER",), "NOR"), not_over(("TSENELSE", "TSENELK"), "NOR")),
    urn_column="URN",
)

LAYOUTS = (LAYOUT,)
