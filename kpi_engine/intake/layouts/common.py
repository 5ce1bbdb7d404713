"""What several layouts share: reading columns of an accepted file and turning published figures into facts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.facts import NATIONAL_COLUMNS, facts, stack
from kpi_engine.intake.codes import Numbers, numbers
from kpi_engine.intake.layout import Accepted
from kpi_engine.measures import MEASURES
from kpi_engine.model import Unit


def number(item: Accepted, *names: str) -> Numbers:
    """A column of the file as numbers and codes; all blank when the file has none of the names."""
    return numbers(item.table.text(*names))


def urn_text(text: pd.Series[str]) -> pd.Series[str]:
    """URNs as six-digit text; ``100000.0`` (a re-saved file) becomes ``100000``; anything else is kept as is."""
    return text.str.strip().str.replace(r"\.0$", "", regex=True)


def published(
    item: Accepted,
    measure: str,
    urn: pd.Series[str],
    value: Numbers,
    cohort: Numbers | None,
    *,
    series: str = "published",
    lower: Numbers | None = None,
    upper: Numbers | None = None,
    coverage: Numbers | None = None,
    numerator: Numbers | None = None,
    academic_year: str | None = None,
    stage: str | None = None,
    period: str | pd.Series[Any] = "Year",
    breakdown: dict[str, str | pd.Series[Any]] | None = None,
    phase: str | pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Facts for a figure that a publisher printed: the figure as printed, and n and d from it and its cohort.

    ``n = value x cohort`` (percentages divided by 100) unless the file prints the count itself; ``coverage``
    (percent) scales the cohort to those with a score. Rows that are blank throughout give no fact. A code, of the
    value or else of the cohort, replaces the figures.
    """
    factor = MEASURES[measure].factor if MEASURES[measure].unit is not Unit.POUNDS else 1.0
    index = urn.index
    figure = _floats(value.value, index)
    known = ~np.isnan(figure)
    people = _floats(cohort.value, index) if cohort is not None else np.full(len(index), np.nan)
    if coverage is not None:
        people = people * _floats(coverage.value, index) / 100
    people = np.where(people > 0, people, np.nan)
    code = _on(value.code, index).to_numpy(dtype=object)
    coded = pd.notna(code)
    if cohort is not None:
        code = np.where(coded | known, code, _on(cohort.code, index).to_numpy(dtype=object))
        coded = pd.notna(code)
    counted = figure * people / factor
    if numerator is not None:
        own = _floats(numerator.value, index)
        counted = np.where(np.isnan(own), counted, own)
    frame = facts(
        measure,
        series,
        stage or item.stage,
        academic_year or item.year or "",
        urn,
        item.source_id,
        period=period,
        breakdown=breakdown,
        phase=phase,
        numerator=np.where(known, counted, np.nan),
        denominator=np.where(known, people, np.nan),
        people=people,
        published_value=figure,
        lower=lower.value if lower is not None else np.nan,
        upper=upper.value if upper is not None else np.nan,
        code=code,
    )
    kept = known | coded
    return frame if kept.all() else frame[kept]


def _on(values: pd.Series[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    return values if values.index is index else values.reindex(index)


def _floats(values: pd.Series[Any], index: pd.Index[Any]) -> np.ndarray[Any, Any]:
    return _on(values, index).to_numpy(dtype=float, na_value=np.nan)


def national(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """National rows under one another."""
    return stack(frames, NATIONAL_COLUMNS)
