"""Absence by school, wide: ``england_abs.csv`` of the performance tables, a full year in percentages.

``PERCTOT`` is the share of half-days missed and ``PPERSABS10`` the share of pupils who missed 10 % or more.
Attendance is 100 less the printed absence. The table has no denominators: academies' own figures, and no
total of a trust. National rows have ``LA`` = ``NAT`` and ``ESTAB`` = ``PRI``, ``SEC``, ``SPE``. Before
2015/16 persistent absence meant 15 % (``PPERSABS15``); that is another measure and is not read. The figures
come from the school census, never to be joined with daily registers: series ``census``.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published
from kpi_engine.intake.layouts.wide_common import (
    PHASE_OF_ROW,
    complement,
    england,
    is_school,
    only,
    schools_once,
    urns,
)

_SERIES = "census"


def _produce(item: Accepted) -> Produced:
    schools = only(item, is_school(item.table))
    phase = item.table.text("ESTAB").str.upper().map(PHASE_OF_ROW)
    of_england = (item.table.text("LA").str.upper() == "NAT") & phase.notna()
    country = only(item, of_england)
    return {
        "facts": stack(_facts(schools, urns(schools), None), FACT_COLUMNS),
        "national": national(_facts(country, england(country), phase[of_england])),
    }


def _facts(item: Accepted, urn: pd.Series[str], phase: pd.Series[str] | None) -> list[pd.DataFrame]:
    attended = complement(number(item, "PERCTOT"))
    frames = [published(item, "attendance", urn, attended, None, series=_SERIES, phase=phase)]
    if item.table.has("PPERSABS10"):
        persistent = number(item, "PPERSABS10")
        frames.append(published(item, "persistent_absence", urn, persistent, None, series=_SERIES, phase=phase))
    return frames


LAYOUT = Layout(
    id="absence_wide",
    title="Absence by school (percentages for the year)",
    publisher="Department for Education",
    dataset="absence",
    needs=("LA", "ESTAB", "URN", "PERCTOT"),
    columns=(
        Column("LA", filled=True),
        Column("ESTAB", filled=True),
        Column("URN"),
        Column("PERCTOT", Kind.PERCENT),
        Column("PPERSABS10", Kind.PERCENT, required=False),
    ),
    produce=_produce,
    checks=(schools_once,),
    urn_column="URN",
)

LAYOUTS = (LAYOUT,)
