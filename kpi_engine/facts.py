"""The shape of what layouts produce: facts, national figures and records, as pandas frames with fixed columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.model import DIMENSIONS, TOTAL

KEYS = ("measure", "series", "stage", "academic_year", "urn", "period")
NUMBERS = (
    "numerator",
    "denominator",
    "people",
    "sum_nn",
    "sum_nd",
    "sum_dd",
    "published_value",
    "lower",
    "upper",
)
TAIL = ("code", "detail", "source_id", "source_row")
FACT_COLUMNS = (*KEYS, *DIMENSIONS, *NUMBERS, *TAIL)
"""One fact a row. Numbers are float64 (NaN = none); ``published_value``/``lower``/``upper`` in display units."""

NATIONAL_COLUMNS = (*KEYS, "phase", *DIMENSIONS, *NUMBERS, *TAIL)
"""A publisher's own national row: as a fact, with ``urn`` = ``England`` (or a trust's ``TR…`` for its own row)
and ``phase`` one of primary, secondary, special, 16-19, all."""

RECORD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "inspections": (
        "urn",
        "school_urn",
        "inspection",
        "inspection_type",
        "framework",
        "start_date",
        "published_date",
        "area",
        "grade",
        "graded",
        "outcome",
        "vintage",
        "source_id",
        "source_row",
    ),
    "skills": (
        "body",
        "audit_date",
        "member",
        "skill",
        "required",
        "level",
        "training_date",
        "source_id",
        "source_row",
    ),
    "governors": (
        "urn",
        "as_at",
        "category",
        "places",
        "filled",
        "oldest_vacancy_date",
        "source_id",
        "source_row",
    ),
    "accounts": (
        "urn",
        "month",
        "due_date",
        "issued_date",
        "presented_date",
        "presented_to",
        "source_id",
        "source_row",
    ),
    "reviews": (
        "urn",
        "review_date",
        "reviewer_organisation",
        "external",
        "scope",
        "outcome",
        "source_id",
        "source_row",
    ),
    "establishments": (
        "urn",
        "name",
        "phase",
        "low_age",
        "high_age",
        "opened",
        "closed",
        "sixth_form",
        "local_authority",
        "special",
        "vintage",
        "source_id",
    ),
    "memberships": (
        "urn",
        "group_uid",
        "group_id",
        "group_name",
        "group_type",
        "joined",
        "left",
        "vintage",
        "source_id",
    ),
    "links": ("urn", "predecessor_urn", "established", "source_id"),
    "own_academies": (
        "urn",
        "name",
        "phase",
        "joined",
        "left",
        "opened",
        "closed",
        "predecessor_urn",
        "sixth_form",
        "local_authority",
        "source_id",
    ),
    "own_targets": (
        "kpi",
        "scope",
        "academic_year",
        "operator",
        "target",
        "tolerance",
        "owner",
        "source",
        "source_id",
        "source_row",
    ),
}
"""Rows that are not sums: they are kept as they are, and facts that depend on a date are derived from them.

Dates are ISO text (``2024-06-12``) or "". ``inspections`` has a row for each judgement area of each inspection,
``framework`` is ``graded`` (grades 1-4 as text) or ``report_card`` (Ofsted's words); ungraded visits have
``graded`` = "N", area ``Outcome`` and their outcome in words. Their ``urn`` is the school's at the time of the
inspection, ``school_urn`` the one it has in the file's vintage. ``memberships`` without a ``urn`` only name a group.
"""


def facts(
    measure: str,
    series: str,
    stage: str,
    academic_year: str,
    urn: pd.Series[Any],
    source_id: str,
    *,
    period: str | pd.Series[Any] = "Year",
    breakdown: Mapping[str, str | pd.Series[Any]] | None = None,
    phase: str | pd.Series[Any] | None = None,
    **values: pd.Series[Any] | np.ndarray[Any, Any] | float | str | None,
) -> pd.DataFrame:
    """Fact rows, one for each entry of ``urn``, whose index is the source row number.

    ``breakdown`` maps dimensions to a value or a column; the rest are ``Total``. ``values`` are any of the number
    columns, ``code`` and ``detail``: one for all rows, a column, or an array in the rows' order. With ``phase`` the
    rows are national ones. Raises ValueError for a column that facts do not have.
    """
    unknown = set(values) - set(NUMBERS) - {"code", "detail"} | set(breakdown or ()) - set(DIMENSIONS)
    if unknown:
        raise ValueError(f"facts have no column {sorted(unknown)}")
    index = urn.index
    keys = {
        "measure": measure,
        "series": series,
        "stage": stage,
        "academic_year": academic_year,
        "urn": urn,
        "period": period,
    }
    if phase is not None:
        keys["phase"] = phase
    keys |= {name: (breakdown or {}).get(name, TOTAL) for name in DIMENSIONS}
    parts = [
        _block(list(keys.values()), _KEYS if phase is None else _NATIONAL_KEYS, index, object),
        _block([values.get(name, np.nan) for name in NUMBERS], _NUMBERS, index, float),
        _block([values.get("code"), values.get("detail"), source_id], _TEXTS, index, object),
        pd.DataFrame(index.to_numpy()[:, np.newaxis], index=index, columns=_SOURCE_ROW),
    ]
    return pd.concat(parts, axis=1)


_KEYS = pd.Index([*KEYS, *DIMENSIONS], dtype=object)
_NATIONAL_KEYS = pd.Index([*KEYS, "phase", *DIMENSIONS], dtype=object)
_NUMBERS = pd.Index(NUMBERS, dtype=object)
_TEXTS = pd.Index(TAIL[:3], dtype=object)
_SOURCE_ROW = pd.Index(TAIL[3:], dtype=object)


def _block(values: Sequence[Any], names: pd.Index[Any], index: pd.Index[Any], kind: type) -> pd.DataFrame:
    """Columns of one type in one block: a load makes hundreds of small frames, whose cost is their columns."""
    cells: np.ndarray[Any, np.dtype[Any]] = np.empty((len(names), len(index)), dtype=kind)
    for place, value in enumerate(values):
        if isinstance(value, pd.Series):
            value = value if value.index is index else value.reindex(index)
            value = value.to_numpy(dtype=kind, na_value=np.nan) if kind is float else value.to_numpy(dtype=kind)
        cells[place] = value
    return pd.DataFrame(cells.T, index=index, columns=names, dtype=kind, copy=False)


def stack(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """The frames under one another with exactly ``columns``; an empty frame of them when there is none."""
    wanted = list(columns)
    kept = [frame if frame.columns.tolist() == wanted else frame[wanted] for frame in frames if len(frame)]
    if not kept:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    return pd.concat(kept, ignore_index=True)
