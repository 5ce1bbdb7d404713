"""16-18 performance tables, wide (``england_ks5final.csv`` and its kind): one row per institution.

``RECTYPE`` 1 is an institution, 3 a local authority; England's state-funded row is 7 where the file has one,
else 5 (4 is England with independent schools, which is not used).

Value added and points per entry come by exam cohort. The undivided figure (no cohort named) **is the A level
one**: there is no figure over all cohorts. Disadvantage: ``_DIS`` and ``_NOTDIS``. The tables print no
number of entries, so students with an entry in the cohort (``TALLPUP_…``) are the weights; such rows say so
in ``detail``. Without those columns (a trimmed file) n and d are absent: academies' own figures, and no
total of a trust.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published
from kpi_engine.intake.layouts.wide_common import england, is_school, only, schools_once, urns, within_limits
from kpi_engine.model import TOTAL

_COHORTS = (
    # cohort, suffix of value added, suffix of points and students
    ("A level", "ALEV", "ALEV_1618"),
    ("Academic", "ACAD", "ACAD_1618"),
    ("Applied general", "AGEN", "AGEN"),
    ("Tech level", "TLEV", "TLEV"),
    ("Technical certificate", "TECHCERT", "TECHCERT"),
)
_GROUPS = (("", TOTAL), ("_DIS", "Y"), ("_NOTDIS", "N"))
_WEIGHTS = "weighted by students with an entry: the table prints no number of entries"


def _produce(item: Accepted) -> Produced:
    rectype = item.table.text("RECTYPE")
    schools = only(item, rectype.isin(("1", "2")) & is_school(item.table))
    country = only(item, rectype == ("7" if (rectype == "7").any() else "5"))
    return {
        "facts": stack(_facts(schools, urns(schools), None), FACT_COLUMNS),
        "national": national(_facts(country, england(country), "16-19")),
    }


def _facts(item: Accepted, urn: pd.Series[str], phase: str | None) -> list[pd.DataFrame]:
    frames = []
    for cohort, added, points in _COHORTS:
        for suffix, disadvantage in _GROUPS:
            columns = {
                "post16_va": (
                    f"VA_INS_{added}{suffix}",
                    f"LCI_INS_{added}{suffix}",
                    f"UCI_INS_{added}{suffix}",
                ),
                "alevel_aps": (f"TALLPPE_{points}{suffix}", None, None),
            }
            students = f"TALLPUP_{points}{suffix}"
            weights = number(item, students) if item.table.has(students) else None
            for measure, (value, low, high) in columns.items():
                if not item.table.has(value):
                    continue
                for shown in (TOTAL, cohort) if cohort == "A level" else (cohort,):
                    frame = published(
                        item,
                        measure,
                        urn,
                        number(item, value),
                        weights,
                        lower=number(item, low) if low else None,
                        upper=number(item, high) if high else None,
                        breakdown={"cohort": shown, "disadvantage": disadvantage},
                        phase=phase,
                    )
                    frame["detail"] = frame["detail"].where(frame["denominator"].isna(), _WEIGHTS)
                    frames.append(frame)
    return frames


LAYOUT = Layout(
    id="ks5_wide",
    title="16-18 performance tables (one row per institution)",
    publisher="Department for Education",
    dataset="ks5",
    needs=("RECTYPE", "URN", "VA_INS_ALEV", "TALLPPE_ALEV_1618"),
    columns=(
        Column("RECTYPE", filled=True),
        Column("URN"),
        *(
            Column(f"{name}_{added}{suffix}", Kind.NUMBER, required=f"{name}_{added}{suffix}" == "VA_INS_ALEV")
            for name in ("VA_INS", "LCI_INS", "UCI_INS")
            for _, added, _ in _COHORTS
            for suffix, _ in _GROUPS
        ),
        *(
            Column(f"TALLPPE_{points}{suffix}", Kind.AMOUNT, required=f"{points}{suffix}" == "ALEV_1618")
            for _, _, points in _COHORTS
            for suffix, _ in _GROUPS
        ),
        *(
            Column(f"TALLPUP_{points}{suffix}", Kind.COUNT, required=False)
            for _, _, points in _COHORTS
            for suffix, _ in _GROUPS
        ),
    ),
    produce=_produce,
    checks=(
        schools_once,
        *(
            within_limits(f"LCI_INS_{added}{suffix}", f"VA_INS_{added}{suffix}", f"UCI_INS_{added}{suffix}")
            for _, added, _ in _COHORTS
            for suffix, _ in _GROUPS
        ),
    ),
    urn_column="URN",
)

LAYOUTS = (LAYOUT,)
