"""KS4 performance tables, wide: ``england_ks4final.csv``, ``…revised``, ``…provisional``, one row per school.

``RECTYPE`` 1 mainstream, 2 special, 4 local authority, 5 England all schools, 7 England state-funded; only 7
is used as England's figure. Column names as in the table's dictionary of 2018/19; the provisional table has
the headline columns and no groups. Only the file's own year is read: columns with ``_17``, ``_18`` are other
releases. Cohorts: ``TPUP`` and the groups' own counts for Attainment 8 and for grades 4 and 5 in English and
maths, ``P8PUP`` (pupils with a score) for Progress 8.
"""

from __future__ import annotations

import re

import pandas as pd

from kpi_engine import years
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published
from kpi_engine.intake.layouts.wide_common import (
    between,
    england,
    not_over,
    only,
    percent_scale,
    scaled,
    schools_once,
    urns,
    within_limits,
)
from kpi_engine.intake.table import RawTable

_GROUPS = (
    # suffix of scores, breakdown, cohort, grades in English and maths
    ("_FSM6CLA1A", {"disadvantage": "Y"}, "TFSM6CLA1A", "PTFSM6CLA1ABASICS_9"),
    ("_NFSM6CLA1A", {"disadvantage": "N"}, "TNOTFSM6CLA1A", "PTNOTFSM6CLA1ABASICS_9"),
    ("_BOYS", {"sex": "M"}, "BPUP", "PBL2BASICS_9"),
    ("_GIRLS", {"sex": "F"}, "GPUP", "PGL2BASICS_9"),
)
_ALL: tuple[str, dict[str, str], str, str] = ("", {}, "TPUP", "PTL2BASICS_9")
_GRADES = {"engmath_5": "5", "engmath_4": "4"}
_PERCENTAGES = tuple(f"{row[3]}{grade}" for row in (_ALL, *_GROUPS) for grade in _GRADES.values())
_SCHOOL, _ENGLAND = ("1", "2"), "7"


def _year(table: RawTable) -> str | None:
    """The year after the newest of the columns of earlier years: ``ATT8SCR_18`` means 2018/19."""
    suffixes = [int(m.group(1)) for c in table.columns if (m := re.fullmatch(r"att8scr (\d\d)", c))]
    return years.label(2000 + max(suffixes)) if suffixes else None


def _produce(item: Accepted) -> Produced:
    rectype = item.table.text("RECTYPE")
    scale = percent_scale(item.table, _PERCENTAGES)
    schools = only(item, rectype.isin(_SCHOOL))
    country = only(item, rectype == _ENGLAND)
    return {
        "facts": stack(_facts(schools, urns(schools), scale, None), FACT_COLUMNS),
        "national": national(_facts(country, england(country), scale, "secondary")),
    }


def _facts(item: Accepted, urn: pd.Series[str], scale: float, phase: str | None) -> list[pd.DataFrame]:
    def column(name: str) -> Numbers | None:
        return number(item, name) if item.table.has(name) else None

    frames = []
    for suffix, breakdown, cohort, grades in (_ALL, *_GROUPS):
        pupils = column(cohort)
        attainment = column(f"ATT8SCR{suffix}")
        if attainment is not None:
            frames.append(
                published(item, "attainment8", urn, attainment, pupils, breakdown=dict(breakdown), phase=phase)
            )
        progress = column(f"P8MEA{suffix}")
        if progress is not None:
            frames.append(
                published(
                    item,
                    "progress8",
                    urn,
                    progress,
                    column(f"P8PUP{suffix}"),
                    lower=column(f"P8CILOW{suffix}"),
                    upper=column(f"P8CIUPP{suffix}"),
                    breakdown=dict(breakdown),
                    phase=phase,
                )
            )
        for measure, grade in _GRADES.items():
            share = column(f"{grades}{grade}")
            if share is not None:
                frames.append(
                    published(
                        item,
                        measure,
                        urn,
                        scaled(share, scale),
                        pupils,
                        breakdown=dict(breakdown),
                        phase=phase,
                    )
                )
    return frames


LAYOUT = Layout(
    id="ks4_wide",
    title="KS4 performance tables (one row per school)",
    publisher="Department for Education",
    dataset="ks4",
    needs=("RECTYPE", "URN", "TPUP", "ATT8SCR"),
    columns=(
        Column("RECTYPE", Kind.CHOICE, choices=("1", "2", "4", "5", "7"), filled=True),
        Column("URN"),
        Column("TPUP", Kind.COUNT),
        Column("P8PUP", Kind.COUNT, required=False),
        *(Column(row[2], Kind.COUNT, required=False) for row in _GROUPS),
        *(Column(f"P8PUP{row[0]}", Kind.COUNT, required=False) for row in _GROUPS),
        *(Column(f"ATT8SCR{row[0]}", Kind.AMOUNT, required=row is _ALL) for row in (_ALL, *_GROUPS)),
        *(
            Column(f"{name}{row[0]}", Kind.NUMBER, required=False)
            for row in (_ALL, *_GROUPS)
            for name in ("P8MEA", "P8CILOW", "P8CIUPP")
        ),
        *(Column(name, Kind.PERCENT, required=False) for name in _PERCENTAGES),
    ),
    produce=_produce,
    checks=(
        schools_once,
        between("ATT8SCR", 0, 90),
        not_over(("P8PUP",), "TPUP"),
        *(within_limits(f"P8CILOW{row[0]}", f"P8MEA{row[0]}", f"P8CIUPP{row[0]}") for row in (_ALL, *_GROUPS)),
    ),
    year_of=_year,
    urn_column="URN",
)

LAYOUTS = (LAYOUT,)
