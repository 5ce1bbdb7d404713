"""What the tidy files of Explore education statistics (EES) share: time, geography, filters, stage, checks.

Every tidy file carries ``time_period`` (``202425``), ``time_identifier`` and ``geographic_level``
(``National``, ``Regional``, ``Local authority``, ``School``, ``MAT``); then filters, whose value ``Total``
means everybody, then indicators. Only School, MAT and National rows are read: a regional row is nobody's
benchmark here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Produced
from kpi_engine.intake.layouts.common import number, published, urn_text
from kpi_engine.intake.layouts.ees_groups import breakdowns
from kpi_engine.intake.layouts.ees_time import by_value, in_pairs, row_year
from kpi_engine.intake.table import RawTable

GEOGRAPHY = ("time_period", "geographic_level")
COLUMNS = (
    Column("time_period", filled=True),
    Column("geographic_level", filled=True),
    Column("time_identifier", required=False),
    Column("version", required=False),
    Column("breakdown_topic", required=False),
    Column("breakdown", required=False),
)

_STAGES = {"provisional": "provisional", "revised": "revised", "final": "final"}
_PHASES = {
    "primary": "primary",
    "secondary": "secondary",
    "special": "special",
    "special school": "special",
    "special schools": "special",
    "total": "all",
    "all": "all",
    "": "all",
}
_STATE_FUNDED = frozenset({"all state-funded", "all state-funded schools", "state-funded", "state-funded schools"})


@dataclass(frozen=True, slots=True)
class Tidy:
    """Rows of a tidy file that can become facts: every series has the index of the rows that were kept.

    ``year`` is the academic year of each row, ``stage`` its release. ``phase`` is None for schools' rows
    and the national phase otherwise; ``breakdown`` maps a dimension to each row's value (``Total`` where
    not broken down).
    """

    item: Accepted
    urn: pd.Series[str]
    year: pd.Series[str]
    stage: pd.Series[str]
    breakdown: Mapping[str, pd.Series[str]]
    phase: pd.Series[str] | None

    def number(self, *names: str) -> Numbers:
        """A column as numbers and codes; all blank when the file has none of the names."""
        return number(self.item, *names)

    def text(self, *names: str) -> pd.Series[str]:
        """A column as text; all ``""`` when the file has none of the names."""
        return self.item.table.text(*names)

    def where(self, mask: pd.Series[bool]) -> Tidy:
        """The rows of ``mask`` only."""
        return Tidy(
            replace(self.item, table=self.item.table.where(mask)),
            self.urn[mask],
            self.year[mask],
            self.stage[mask],
            {name: value[mask] for name, value in self.breakdown.items()},
            None if self.phase is None else self.phase[mask],
        )


def phase_of(text: str) -> str | None:
    """The national phase of ``education_phase`` or ``school_type``; None for pupil referral units."""
    return _PHASES.get(re.sub(r"^(all )?state[- ]funded ", "", text.strip().casefold()))


def schools(item: Accepted, own: Collection[str] = ()) -> Tidy:
    """The School rows, under their URN."""
    level = _level(item.table) == "school"
    return _tidy(item, level, "school_urn", None, own)


def trusts(item: Accepted, phase: str, own: Collection[str] = ()) -> Tidy:
    """The MAT rows, under the trust's ``TR…`` reference."""
    return _tidy(item, _level(item.table) == "mat", "trust_id", phase, own)


def england(item: Accepted, phase: str | None = None, own: Collection[str] = ()) -> Tidy:
    """The National rows of state-funded schools; without ``phase`` each row's own ``education_phase``."""
    level = _level(item.table) == "national"
    if item.table.has("establishment_type_group"):
        level &= item.table.text("establishment_type_group").str.strip().str.casefold().isin(_STATE_FUNDED)
    return _tidy(item, level, None, phase, own)


def _level(table: RawTable) -> pd.Series[str]:
    return table.text("geographic_level").str.strip().str.casefold()


def _tidy(item: Accepted, mask: pd.Series[bool], urn: str | None, phase: str | None, own: Collection[str]) -> Tidy:
    table = item.table.where(mask)
    index = table.frame.index
    found, keep = breakdowns(table, own)
    year = in_pairs(table, row_year)
    keep &= year.notna()
    phases: pd.Series[Any] | None = None
    if urn is None or phase is not None:
        own_phase = by_value(table.text("education_phase", "school_type"), phase_of)
        phases = own_phase if phase is None else pd.Series(phase, index=index, dtype=object)
        keep &= phases.notna()
    named = urn_text(table.text(urn)) if urn else pd.Series("England", index=index, dtype=object)
    default = item.stage or "final"
    stage = by_value(table.text("version"), lambda value: _STAGES.get(value.casefold(), default))
    return Tidy(replace(item, table=table), named, year, stage, found, phases).where(keep)


def newest_stage(table: RawTable) -> str | None:
    """The release stage of the newest year in the ``version`` column; None when the file does not say."""
    if not table.has("version") or not len(table.frame):
        return None
    period = table.text("time_period")
    newest = table.text("version")[period == period.max()].str.casefold()
    return next((stage for stage in _STAGES if (newest == stage).any()), None)


def printed(
    rows: Tidy,
    measure: str,
    value: Numbers,
    cohort: Numbers | None,
    *,
    breakdown: Mapping[str, str | pd.Series[Any]] | None = None,
    detail: str | None = None,
    **more: Any,
) -> pd.DataFrame:
    """Facts of a printed figure and its cohort: ``common.published`` for rows that carry their own year."""
    frame = published(
        rows.item,
        measure,
        rows.urn,
        value,
        cohort,
        breakdown={**rows.breakdown, **(breakdown or {})},
        phase=rows.phase,
        **more,
    )
    return _dated(frame, rows, detail)


def counted(
    rows: Tidy,
    measure: str,
    series: str,
    numerator: Numbers,
    denominator: Numbers,
    *,
    people: pd.Series[float] | None = None,
    value: pd.Series[float] | None = None,
    period: str | pd.Series[Any] = "Year",
    breakdown: Mapping[str, str | pd.Series[Any]] | None = None,
    detail: str | pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Facts of a printed count over a printed denominator; ``value`` is the printed rate where there is one.

    A code of either side replaces the figures. Rows without counts and code, or with a denominator of 0, give
    no fact.
    """
    code = numerator.code.where(numerator.code.notna(), denominator.code)
    usable = numerator.value.notna() & (denominator.value > 0) & code.isna()
    given = value if value is not None else pd.Series(np.nan, index=rows.urn.index)
    frame = facts(
        measure,
        series,
        rows.item.stage,
        "",
        rows.urn,
        rows.item.source_id,
        period=period,
        breakdown={**rows.breakdown, **(breakdown or {})},
        phase=rows.phase,
        numerator=numerator.value.where(usable),
        denominator=denominator.value.where(usable),
        people=people if people is not None else denominator.value,
        published_value=given.where(usable),
        code=code,
    )
    return _dated(frame[usable | code.notna()], rows, detail)


def _dated(frame: pd.DataFrame, rows: Tidy, detail: str | pd.Series[Any] | None) -> pd.DataFrame:
    dated = frame.assign(academic_year=rows.year.reindex(frame.index), stage=rows.stage.reindex(frame.index))
    return dated if detail is None else dated.assign(detail=detail)


def no_facts(item: Accepted) -> Produced:
    """What a file gives that is recognised although nothing is counted from it."""
    return {"facts": stack([], FACT_COLUMNS).assign(source_id=item.source_id)}


def less_from_100(value: Numbers, text: pd.Series[str]) -> pd.Series[float]:
    """100 less a printed percentage, exact to its printed decimals (8.4 gives 91.6, not 91.59999999999999)."""
    left = [
        float(100 - Decimal(cell.rstrip("% ").replace(",", ""))) if known else np.nan
        for cell, known in zip(text, value.value.notna(), strict=True)
    ]
    return pd.Series(left, index=text.index, dtype=float)
