"""Destinations after KS4 (``england_ks4-pupdest.csv``) and after 16-18 study (``england_ks5-studest.csv``).

One row per school; ``RECTYPE`` 1 and 2 schools, ``LA``, ``NAT`` England (state-funded). **The year in the
file's name is not the year of the pupils**: the release labelled 2018-2019 follows those who left in the
summer of 2017, so the facts belong to 2016/17 (``lag`` = -2). A destination is sustained when it lasted six
months; "not sustained" is not the same as NEET, which is why these facts carry the series ``sustained``.

Engaged is the overall sustained destination, neither sustained nor known is added up from the two printed
counts: the table prints no percentage of that sum. Where a percentage is a code although the count is
printed, the code stands and ``detail`` says the count: ``SP`` stands in every such row of the 2018-2019 file
for more than none and less than 0.5 % (no definition is printed). ``_DIS`` and ``_NONDIS`` are disadvantaged
pupils and all others; 16-18 students come by level (``TOT_``, ``L3_``, ``L2_``), and unknown destinations
are there called "not captured".
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published
from kpi_engine.intake.layouts.wide_common import (
    added,
    adds_up,
    england,
    not_over,
    only,
    percent_scale,
    scaled,
    schools_once,
    urns,
)
from kpi_engine.model import TOTAL

_SERIES = "sustained"
_GROUPS = (("", TOTAL), ("_DIS", "Y"), ("_NONDIS", "N"))
_LEVELS = (("TOT_", TOTAL), ("L3_", "3"), ("L2_", "2"))
_SCHOOL, _ENGLAND = ("1", "2"), "NAT"

_Rows = Callable[[Accepted, "pd.Series[str]", float, str | None], list[pd.DataFrame]]


def _produce(item: Accepted, percentages: tuple[str, ...], phase: str, rows: _Rows) -> Produced:
    rectype = item.table.text("RECTYPE").str.upper()
    scale = percent_scale(item.table, percentages)
    schools, country = only(item, rectype.isin(_SCHOOL)), only(item, rectype == _ENGLAND)
    return {
        "facts": stack(rows(schools, urns(schools), scale, None), FACT_COLUMNS),
        "national": national(rows(country, england(country), scale, phase)),
    }


def _counted(
    item: Accepted, measure: str, urn: pd.Series[str], count: str, share: str, cohort: str, scale: float,
    breakdown: dict[str, str], phase: str | None,
) -> pd.DataFrame:  # fmt: skip
    """A destination whose count and percentage are both printed."""
    printed, pupils = number(item, count), number(item, cohort)
    frame = published(
        item,
        measure,
        urn,
        scaled(number(item, share), scale),
        pupils,
        numerator=printed,
        series=_SERIES,
        breakdown=dict(breakdown),
        phase=phase,
    )
    coded = frame.index[frame["code"].notna() & printed.value.notna() & pupils.value.notna()]
    if len(coded):
        details = [f"printed as {printed.value.at[i]:g} of {pupils.value.at[i]:g} pupils" for i in coded]
        frame["detail"] = pd.Series(details, index=coded, dtype=object).reindex(frame.index)
    return frame


def _neither(
    item: Accepted, measure: str, urn: pd.Series[str], counts: tuple[str, str], cohort: str,
    breakdown: dict[str, str], phase: str | None,
) -> pd.DataFrame:  # fmt: skip
    """Not sustained or not known: the sum of two printed counts, without a printed percentage."""
    total, pupils = added(*(number(item, name) for name in counts)), number(item, cohort)
    code = total.code.where(total.code.notna(), pupils.code)
    known = code.isna() & total.value.notna() & (pupils.value > 0)
    frame = facts(
        measure,
        _SERIES,
        item.stage,
        item.year or "",
        urn,
        item.source_id,
        breakdown=dict(breakdown),
        phase=phase,
        numerator=total.value.where(known),
        denominator=pupils.value.where(known),
        people=pupils.value,
        code=code,
    )
    return frame[known | code.notna()]


def _ks4(item: Accepted, urn: pd.Series[str], scale: float, phase: str | None) -> list[pd.DataFrame]:
    frames = []
    for suffix, group in _GROUPS:
        cohort = f"COHORT{suffix}"
        if not item.table.has(cohort):
            continue
        breakdown = {"disadvantage": group}
        for measure, name in (("y11_engaged", "OVERALL_DEST"), ("y11_neet", "NOT_SUSTAINED")):
            count, share = f"{name}{suffix}", f"{name}PER{suffix}"
            frames.append(_counted(item, measure, urn, count, share, cohort, scale, breakdown, phase))
        counts = (f"NOT_SUSTAINED{suffix}", f"UNKNOWN{suffix}")
        frames.append(_neither(item, "y11_neet_or_unknown", urn, counts, cohort, breakdown, phase))
    return frames


def _ks5(item: Accepted, urn: pd.Series[str], scale: float, phase: str | None) -> list[pd.DataFrame]:
    frames = []
    for prefix, level in _LEVELS:
        for suffix, group in _GROUPS:
            cohort = f"{prefix}COHORT{suffix}"
            if not item.table.has(cohort):
                continue
            breakdown = {"disadvantage": group, "level": level}
            count, share = f"{prefix}NOT_SUSTAINED{suffix}", f"{prefix}NOT_SUSTAINEDPER{suffix}"
            frames.append(_counted(item, "y13_neet", urn, count, share, cohort, scale, breakdown, phase))
            unknown = f"{prefix}NOT_CAPTURED{suffix}"
            if not item.table.has(unknown):
                unknown = f"{prefix}UNKNOWN{suffix}"
            frames.append(_neither(item, "y13_neet_or_unknown", urn, (count, unknown), cohort, breakdown, phase))
    return frames


_KS4_SHARES = tuple(f"{name}PER{s}" for name in ("OVERALL_DEST", "NOT_SUSTAINED") for s, _ in _GROUPS)
_KS5_SHARES = tuple(f"{p}NOT_SUSTAINEDPER{s}" for p, _ in _LEVELS for s, _ in _GROUPS)

KS4 = Layout(
    id="ks4_destinations_wide",
    title="Destinations after KS4 (one row per school)",
    publisher="Department for Education",
    dataset="ks4_destinations",
    needs=("RECTYPE", "URN", "COHORT", "OVERALL_DEST", "OVERALL_DESTPER", "NOT_SUSTAINED", "UNKNOWN"),
    columns=(
        Column("RECTYPE", filled=True),
        Column("URN"),
        *(
            Column(f"{name}{s}", Kind.COUNT, required=not s)
            for name in ("COHORT", "OVERALL_DEST", "NOT_SUSTAINED", "UNKNOWN")
            for s, _ in _GROUPS
        ),
        *(Column(name, Kind.PERCENT, required=name.endswith("PER")) for name in _KS4_SHARES),
    ),
    produce=lambda item: _produce(item, _KS4_SHARES, "secondary", _ks4),
    checks=(
        schools_once,
        *(not_over((f"OVERALL_DEST{s}",), f"COHORT{s}") for s, _ in _GROUPS),
        *(adds_up((f"OVERALL_DEST{s}", f"NOT_SUSTAINED{s}", f"UNKNOWN{s}"), f"COHORT{s}") for s, _ in _GROUPS),
    ),
    lag=-2,
    urn_column="URN",
)

KS5 = Layout(
    id="ks5_destinations_wide",
    title="Destinations after 16-18 study (one row per institution)",
    publisher="Department for Education",
    dataset="ks5_destinations",
    needs=("RECTYPE", "URN", "TOT_COHORT", "TOT_NOT_SUSTAINED", "TOT_NOT_SUSTAINEDPER"),
    columns=(
        Column("RECTYPE", filled=True),
        Column("URN"),
        *(
            Column(f"{p}{name}{s}", Kind.COUNT, required=f"{p}{name}{s}" in ("TOT_COHORT", "TOT_NOT_SUSTAINED"))
            for p, _ in _LEVELS
            for name in ("COHORT", "NOT_SUSTAINED", "NOT_CAPTURED", "UNKNOWN")
            for s, _ in _GROUPS
        ),
        *(Column(name, Kind.PERCENT, required=name == "TOT_NOT_SUSTAINEDPER") for name in _KS5_SHARES),
    ),
    produce=lambda item: _produce(item, _KS5_SHARES, "16-19", _ks5),
    checks=(
        schools_once,
        *(not_over((f"{p}NOT_SUSTAINED{s}",), f"{p}COHORT{s}") for p, _ in _LEVELS for s, _ in _GROUPS),
    ),
    lag=-2,
    urn_column="URN",
)

LAYOUTS = (KS4, KS5)
