"""KS2 performance tables, wide: one row per school, ``RECTYPE`` 1 mainstream, 2 special, 3 LA, 4 and 5 national.

Only the file's own year is read; its columns of earlier years (``_17``, ``_18``) are other releases.
"""

from __future__ import annotations

import re

import pandas as pd

from kpi_engine import years
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published, urn_text
from kpi_engine.intake.table import RawTable

_SUBJECTS = {
    "ks2_rwm": "PTRWM_EXP",
    "ks2_reading": "PTREAD_EXP",
    "ks2_writing": "PTWRITTA_EXP",
    "ks2_maths": "PTMAT_EXP",
    "ks2_gps": "PTGPS_EXP",
}
_PROGRESS = {"ks2_reading_progress": "READ", "ks2_writing_progress": "WRIT", "ks2_maths_progress": "MAT"}
_GROUPS = {
    "_B": ({"sex": "M"}, "BELIG"),
    "_G": ({"sex": "F"}, "GELIG"),
    "_FSM6CLA1A": ({"disadvantage": "Y"}, "TFSM6CLA1A"),
    "_NotFSM6CLA1A": ({"disadvantage": "N"}, "TNotFSM6CLA1A"),
}
_SCHOOL, _ENGLAND = ("1", "2"), "5"


def _year(table: RawTable) -> str | None:
    """The year after the newest one among the suffixes of earlier years, e.g. ``READPROG_18`` means 2018/19."""
    suffixes = [int(m.group(1)) for c in table.columns if (m := re.fullmatch(r"readprog (\d\d)", c))]
    return years.label(2000 + max(suffixes)) if suffixes else None


def _produce(item: Accepted) -> Produced:
    rectype = item.table.text("RECTYPE").str.strip()
    schools = _facts(_only(item, rectype.isin(_SCHOOL)), None)
    england = _facts(_only(item, rectype == _ENGLAND), "primary")
    return {"facts": stack(schools, FACT_COLUMNS), "national": national(england)}


def _only(item: Accepted, mask: pd.Series[bool]) -> Accepted:
    return Accepted(item.table.where(mask), item.layout, item.year, item.stage, item.vintage, item.source_id)


def _facts(item: Accepted, phase: str | None) -> list[pd.DataFrame]:
    urn = urn_text(item.table.text("URN")) if phase is None else _england(item)
    eligible = number(item, "TELIG")
    frames = []
    for measure, column in _SUBJECTS.items():
        frames.append(published(item, measure, urn, number(item, column), eligible, phase=phase))
        for suffix, (breakdown, cohort) in _GROUPS.items():
            if item.table.has(column + suffix):
                value = number(item, column + suffix)
                frames.append(
                    published(item, measure, urn, value, number(item, cohort), breakdown=dict(breakdown), phase=phase)
                )
    for measure, prefix in _PROGRESS.items():
        score = f"{prefix}PROG"
        limits = (number(item, f"{score}_LOWER"), number(item, f"{score}_UPPER"))
        frames.append(
            published(
                item,
                measure,
                urn,
                number(item, score),
                eligible,
                coverage=number(item, f"{prefix}COV"),
                lower=limits[0],
                upper=limits[1],
                phase=phase,
            )
        )
        for suffix, (breakdown, _) in _GROUPS.items():
            frames.append(
                published(
                    item,
                    measure,
                    urn,
                    number(item, score + suffix),
                    None,
                    lower=number(item, f"{score}{suffix}_LOWER"),
                    upper=number(item, f"{score}{suffix}_UPPER"),
                    breakdown=dict(breakdown),
                    phase=phase,
                )
            )
    return frames


def _england(item: Accepted) -> pd.Series[str]:
    return pd.Series("England", index=item.table.frame.index)


LAYOUT = Layout(
    id="ks2_wide",
    title="KS2 performance tables (one row per school)",
    publisher="Department for Education",
    dataset="ks2",
    needs=("RECTYPE", "URN", "TELIG", "PTRWM_EXP", "PTREAD_EXP", "PTWRITTA_EXP", "PTMAT_EXP"),
    columns=(
        Column("RECTYPE", Kind.CHOICE, choices=("1", "2", "3", "4", "5"), filled=True),
        Column("URN"),
        Column("TELIG", Kind.COUNT),
        *(
            Column(column + suffix, Kind.PERCENT, required=False)
            for column in _SUBJECTS.values()
            for suffix in ("", *_GROUPS)
        ),
        *(
            Column(f"{prefix}PROG{part}", Kind.NUMBER, required=False)
            for prefix in _PROGRESS.values()
            for part in ("", "_LOWER", "_UPPER")
        ),
        *(Column(f"{prefix}COV", Kind.PERCENT, required=False) for prefix in _PROGRESS.values()),
    ),
    produce=_produce,
    year_of=_year,
    urn_column="URN",
)

LAYOUTS = (LAYOUT,)
