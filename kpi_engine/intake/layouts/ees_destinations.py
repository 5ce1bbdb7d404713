"""Destinations after KS4 and after 16 to 18 study, tidy, in both shapes.

``time_period`` is the year in which the cohort *left*, not the year of the release. The older shape has a
column for each destination and two rows for each group (``data_type``: number and percentage); the newer
one a row for each destination (``destination_description``) with ``pupil_count`` and ``pupil_percent``.
Figures are *sustained* destinations, two years late: ``not sustained`` stands in for NEET only as a
labelled proxy, and adding ``activity not captured`` for NEET or not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import academic_years, one_row_each, within
from kpi_engine.intake.layouts.ees_time import by_value

PROXY = "sustained destinations, not NEET itself"
_OWN = ("data_type", "institution_group", "institution_type", "cohort_level_group", "cohort_level")
_MAINSTREAM = ("state-funded mainstream schools", "state-funded mainstream schools & colleges")
_LEVELS = {"total": "Total", "level 2": "2", "level 3": "3", "": "Total"}
_MEASURES = {
    "engaged": ("overall",),
    "neet": ("not_sustained",),
    "neet_or_unknown": ("not_sustained", "unknown"),
}
_OLD = {"overall": "overall", "not_sustained": "all_notsust", "unknown": "all_unknown"}
_DESCRIBED = {
    "sustained education, employment & apprenticeships": "overall",
    "not recorded as a sustained destination": "not_sustained",
    "activity not captured": "unknown",
}


Parts = Mapping[str, tuple[Numbers, Numbers]]
"""Each destination's printed count and printed percentage."""

Shape = Callable[[ees.Tidy, pd.DataFrame], "tuple[pd.Index[Any], Numbers, Parts]"]
"""Of a shape's rows: which ones the facts are named after, their cohort, and the destinations beside them."""


def _produce(item: Accepted) -> Produced:
    after_16_18 = item.table.has("cohort_level_group")
    shape = _described if item.table.has("destination_description") else _in_columns
    england = ees.england(item, "16-19" if after_16_18 else "secondary", _OWN)
    group = england.text("institution_group", "establishment_type_group").str.strip().str.casefold()
    total = england.text("institution_type").str.strip().str.casefold().isin(["", "total"])
    england = england.where((group.isin(_MAINSTREAM) | (group == "")) & total)
    facts = stack(_facts(ees.schools(item, _OWN), shape, after_16_18), FACT_COLUMNS)
    return {"facts": facts, "national": national(_facts(england, shape, after_16_18))}


def _facts(rows: ees.Tidy, shape: Shape, after_16_18: bool) -> list[pd.DataFrame]:
    level = by_value(rows.text("cohort_level_group"), lambda value: _LEVELS.get(value.strip().casefold()))
    whole = rows.text("cohort_level").str.strip().str.casefold().isin(["", "total"])
    rows = rows.where(level.notna() & whole)
    level = level[rows.urn.index]
    keys = pd.DataFrame(
        {
            "academic_year": rows.year,
            "urn": rows.urn,
            "level": level,
            **{name: rows.breakdown.get(name, "Total") for name in ("sex", "disadvantage", "send")},
            "phase": "" if rows.phase is None else rows.phase,
        },
        index=rows.urn.index,
    )
    base, cohort, parts = shape(rows, keys)
    # A school that stands in two institution groups is the same school: its first row is enough.
    base = base[~keys.loc[base].duplicated().to_numpy()]
    own = rows.where(pd.Series(rows.urn.index.isin(base), index=rows.urn.index))
    leavers = "y13" if after_16_18 else "y11"
    breakdown = {"level": level[own.urn.index]} if after_16_18 else {}
    frames = []
    for outcome, names in _MEASURES.items():
        if after_16_18 and outcome == "engaged":
            continue
        counts = [_count(*parts[name], cohort) for name in names]
        value = parts[names[0]][1].value if len(names) == 1 else None
        frames.append(
            ees.counted(
                own,
                f"{leavers}_{outcome}",
                "sustained",
                _sum(counts),
                cohort,
                value=value,
                breakdown=breakdown,
                detail=None if outcome == "engaged" else PROXY,
            )
        )
    return frames


def _in_columns(rows: ees.Tidy, keys: pd.DataFrame) -> tuple[pd.Index[Any], Numbers, Parts]:
    """Percentage rows with the counts of their Number rows beside them; either alone will do."""
    percent = rows.text("data_type").str.strip().str.casefold().str.startswith("percent")
    base = rows.where(percent) if percent.any() else rows
    counts = rows.where(~percent)
    place = pd.MultiIndex.from_frame(keys[~percent])
    wanted = pd.MultiIndex.from_frame(keys.loc[base.urn.index])

    def beside(column: str) -> Numbers:
        return _aligned(counts.number(column), place, wanted, base.urn.index)

    parts = {
        name: (beside(column), base.number(column) if percent.any() else _nothing(base.urn.index))
        for name, column in _OLD.items()
    }
    cohort = beside("cohort") if len(counts.urn) else base.number("cohort")
    return base.urn.index, cohort, parts


def _described(rows: ees.Tidy, keys: pd.DataFrame) -> tuple[pd.Index[Any], Numbers, Parts]:
    """The rows of all sustained destinations, with those of the other two beside them."""
    what = by_value(rows.text("destination_description"), lambda value: _DESCRIBED.get(value.strip().casefold()))
    base = rows.where(what == "overall")
    wanted = pd.MultiIndex.from_frame(keys.loc[base.urn.index])
    parts = {}
    for name in _OLD:
        own = rows.where(what == name)
        place = pd.MultiIndex.from_frame(keys.loc[own.urn.index])
        count = _aligned(own.number("pupil_count"), place, wanted, base.urn.index)
        percent = _aligned(own.number("pupil_percent"), place, wanted, base.urn.index)
        parts[name] = (count, percent)
    return base.urn.index, base.number("cohort_count", "cohort"), parts


def _aligned(column: Numbers, place: pd.MultiIndex, wanted: pd.MultiIndex, index: pd.Index[Any]) -> Numbers:
    first = ~place.duplicated()
    at = place[first].get_indexer(wanted)
    found = at >= 0
    result = _nothing(index)
    result.value[found] = column.value.to_numpy()[first][at[found]]
    result.code[found] = column.code.to_numpy()[first][at[found]]
    return result


def _nothing(index: pd.Index[Any]) -> Numbers:
    return Numbers(
        pd.Series(np.nan, index=index, dtype=float),
        pd.Series(None, index=index, dtype=object),
        pd.Series(False, index=index),
    )


def _count(count: Numbers, percent: Numbers, cohort: Numbers) -> Numbers:
    """The printed count, or the percentage times the cohort; a code where neither is printed."""
    value = count.value.where(count.value.notna(), percent.value * cohort.value / 100)
    code = count.code.where(count.code.notna(), percent.code).where(value.isna(), None)
    return Numbers(value, code, count.bad)


def _sum(counts: list[Numbers]) -> Numbers:
    value, code = counts[0].value, counts[0].code
    for more in counts[1:]:
        value = value + more.value
        code = code.where(code.notna(), more.code)
    return Numbers(value, code, counts[0].bad)


_COLUMNS = (
    *ees.COLUMNS,
    Column("disadvantage_status", required=False),
    Column("sex", required=False),
    Column("cohort_level_group", required=False),
)
_KEY = (
    *(
        "time_period",
        "geographic_level",
        "country_code",
        "region_code",
        "new_la_code",
        "lad_code",
        "pcon_code",
    ),
    *(
        "school_urn",
        "institution_group",
        "institution_type",
        "establishment_type_group",
        "cohort_level_group",
    ),
    *("cohort_level", "breakdown_topic", "breakdown", "sex", "ethnicity_major", "disadvantage_status"),
    *("data_type", "destination_group", "destination_description", "version"),
)

IN_COLUMNS = Layout(
    id="ees_destinations",
    title="Destinations after KS4 or 16 to 18 study (tidy)",
    publisher="Department for Education",
    dataset="destinations",
    needs=(*ees.GEOGRAPHY, "data_type", "cohort", "overall", "all_notsust", "all_unknown"),
    columns=(
        *_COLUMNS,
        Column("data_type", filled=True),
        Column("cohort", Kind.AMOUNT),
        *(Column(name, Kind.AMOUNT) for name in _OLD.values()),
    ),
    checks=(academic_years, one_row_each(*_KEY)),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

DESCRIBED = Layout(
    id="ees_destinations_described",
    title="Destinations after KS4 or 16 to 18 study (tidy, a row for each destination)",
    publisher="Department for Education",
    dataset="destinations",
    needs=(*ees.GEOGRAPHY, "destination_description", "pupil_percent"),
    columns=(
        *_COLUMNS,
        Column("destination_description", filled=True),
        Column("pupil_percent", Kind.PERCENT),
        Column("pupil_count", Kind.COUNT, required=False),
        Column("cohort_count", Kind.COUNT, required=False),
        Column("cohort", Kind.COUNT, required=False),
    ),
    checks=(academic_years, within("pupil_count", "cohort_count"), one_row_each(*_KEY)),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
    urn_column="school_urn",
)

LAYOUTS = (IN_COLUMNS, DESCRIBED)
