"""Adding facts up exactly: parts to a total, with the codes and gaps among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, NUMBERS
from kpi_engine.intake.codes import SUPPRESSED
from kpi_engine.warehouse.tables import from_micro, micro, numbered

ADDED = ("numerator", "denominator", "people", "sum_nn", "sum_nd", "sum_dd")


def totals(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One fact for each value of ``keys``: the exact sums of its parts.

    A column of which any part has no number gives none. A total without a numerator, or with a denominator of
    only some parts, is left out, unless a part carries a code: then it carries that code (a suppressed one first)
    and says in ``detail`` how many parts do.
    """
    if rows.empty:
        return rows[list(FACT_COLUMNS)]
    place = numbered(rows, keys)
    count = int(place.max()) + 1
    size = np.bincount(place, minlength=count)
    _, first = np.unique(place, return_index=True)
    out = rows.iloc[first][list(dict.fromkeys((*keys, *FACT_COLUMNS)))].reset_index(drop=True)
    for name in ADDED:
        out[name] = _column(rows[name], place, count)
    out[["published_value", "lower", "upper"]] = np.nan
    out["source_row"] = np.nan
    out["source_id"] = joined_sources(rows, place, count)
    codes, detail = _codes(rows, place, count, size)
    out["code"], out["detail"] = codes, detail
    coded = out["code"].notna()
    out.loc[coded, list(NUMBERS)] = np.nan
    some = np.bincount(place, weights=rows["denominator"].notna(), minlength=count) > 0
    partly = some & out["denominator"].isna().to_numpy()
    return out[(out["numerator"].notna() & ~partly) | coded]


def _column(values: pd.Series[Any], place: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    units, missing = micro(values)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, place, units)
    gaps = np.bincount(place, weights=missing, minlength=count) > 0
    return np.where(gaps, np.nan, from_micro(total))


def joined_sources(rows: pd.DataFrame, place: np.ndarray[Any, Any], count: int) -> list[str]:
    """The source ids behind each total, each once, in order, joined by ``;``."""
    ids, labels = pd.factorize(rows["source_id"])
    pairs = np.unique(place * len(labels) + ids)
    found: list[set[str]] = [set() for _ in range(count)]
    for at, id in zip((pairs // len(labels)).tolist(), (pairs % len(labels)).tolist(), strict=True):
        found[at].update(str(labels[id]).split(";"))
    return [";".join(sorted(each)) for each in found]


def _codes(
    rows: pd.DataFrame, place: np.ndarray[Any, Any], count: int, size: np.ndarray[Any, Any]
) -> tuple[list[str | None], list[str | None]]:
    codes: list[str | None] = [None] * count
    detail: list[str | None] = [None] * count
    with_code = rows["code"].notna().to_numpy()
    found: dict[int, list[str]] = {}
    for at, code in zip(place[with_code].tolist(), rows["code"][with_code].tolist(), strict=True):
        found.setdefault(at, []).append(str(code))
    for at, parts in found.items():
        codes[at] = min(parts, key=lambda code: (code not in SUPPRESSED, code))
        detail[at] = f"not added up: {len(parts)} of {size[at]} parts have no figure ({', '.join(sorted(set(parts)))})"
    return codes, detail


def over_reasons(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows of reasons as one row: numerators add up, the denominator and people are the one that they share.

    Without a denominator, or with two different ones, there is no row: a sum of reasons says nothing by itself,
    since one event may have several.
    """
    if rows.empty:
        return rows
    shared = ["denominator", "people"]
    group = rows.groupby(keys, sort=False, dropna=False)
    one = (group[shared].transform("nunique") <= 1).all(axis=1)
    one &= group["denominator"].transform("count") > 0
    rows = rows[one].reset_index(drop=True)
    if rows.empty:
        return rows
    stated = rows.groupby(keys, sort=False, dropna=False)[shared].transform("first")
    added = totals(rows, keys)
    firsts = rows.assign(**{f"_{name}": stated[name] for name in shared}).drop_duplicates(keys)
    merged = added.merge(firsts[[*keys, "_denominator", "_people"]], on=keys, how="left")
    for name in shared:
        merged[name] = merged[f"_{name}"].where(merged["code"].isna())
    return merged
