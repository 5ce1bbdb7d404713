"""Frames to Arrow tables with exact numbers, ready to be written to a version file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kpi_engine.errors import WarehouseError
from kpi_engine.model import DIMENSIONS, TOTAL, Academy, Phase, Source
from kpi_engine.warehouse.schema import EXACT, dims_key, quoted

SCALE = 1_000_000
"""Exact numbers are whole millionths."""

_LARGEST = 9_000_000_000_000.0


def micro(values: pd.Series[Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Numbers as whole millionths (int64) and where there is none (bool).

    The whole part is split off first, so that large whole numbers stay exact. Raises WarehouseError for infinity
    and for numbers of nine million million and more.
    """
    floats = pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(floats)
    filled = np.where(missing, 0.0, floats)
    if np.any(np.abs(filled) >= _LARGEST):
        worst = filled[np.argmax(np.abs(filled))]
        raise WarehouseError(f"{worst!r} is too large for a figure; the largest is {_LARGEST:,.0f}")
    whole = np.floor(filled)
    parts = np.rint((filled - whole) * SCALE)
    return whole.astype(np.int64) * SCALE + parts.astype(np.int64), missing


def from_micro(units: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Whole millionths as floats, each the nearest to the exact number."""
    whole, rest = np.divmod(units, SCALE)
    return np.where(np.abs(units) < 2**53, units / SCALE, whole.astype(float) + rest.astype(float) / SCALE)


def numbered(frame: pd.DataFrame, keys: Sequence[str]) -> np.ndarray[Any, Any]:
    """For each row the number of its group: 0 for the group whose keys sort first, none last, and so on.

    What ``groupby(keys, dropna=False).ngroup()`` gives, without its cost for keys that are the same in all rows.
    """
    group = np.zeros(len(frame), dtype=np.int64)
    room = 1
    for name in keys:
        code, found = pd.factorize(frame[name].to_numpy(), sort=True, use_na_sentinel=True)
        if len(found) == 1 and (code == 0).all():
            continue
        values = len(found) + 1
        if room * values >= 2**62:
            group = np.unique(group, return_inverse=True)[1]
            room = len(frame)
        group = group * values + np.where(code < 0, len(found), code)
        room *= values
    return np.unique(group, return_inverse=True)[1]


def dims_of(frame: pd.DataFrame) -> pd.Series[str]:
    """For each row the names of its dimensions that are not Total, joined as in the ``dims`` column."""
    mask = np.zeros(len(frame), dtype=np.int64)
    for place, name in enumerate(DIMENSIONS):
        mask |= (frame[name] != TOTAL).to_numpy(dtype=bool).astype(np.int64) << place
    names = {
        int(code): dims_key([name for place, name in enumerate(DIMENSIONS) if int(code) >> place & 1])
        for code in np.unique(mask)
    }
    return pd.Series([names[int(code)] for code in mask], index=frame.index, dtype=object)


def numeric_table(frame: pd.DataFrame | None, types: Mapping[str, str], order: Sequence[str] = ()) -> pa.Table:
    """Facts or national rows as Arrow: text, doubles, whole millionths for exact numbers, and ``dims``.

    Sorted by the text columns ``order``, each by its letters' code points.
    """
    if frame is None or frame.empty:
        return pa.table({name: pa.array([], type=_arrow_type(name, kind)) for name, kind in types.items()})
    coded = {
        name: _coded(dims_of(frame) if name == "dims" else frame[name])
        for name, kind in types.items()
        if kind == "VARCHAR"
    }
    place = _sorted_places([coded[name] for name in order], len(frame))
    arrays = {}
    for name, kind in types.items():
        if name in coded:
            code, words = coded[name]
            at = pa.array(code[place], mask=code[place] < 0, type=pa.int32())
            arrays[name] = pa.DictionaryArray.from_arrays(at, pa.array(words, type=pa.string()))
        elif name in EXACT:
            units, missing = micro(frame[name])
            arrays[name] = pa.array(units[place], mask=missing[place], type=pa.int64())
        else:
            floats = pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)[place]
            array = pa.array(floats, mask=np.isnan(floats), type=pa.float64())
            arrays[name] = array.cast(_arrow_type(name, kind))
    return pa.table(arrays)


def _coded(values: pd.Series[Any]) -> tuple[np.ndarray[Any, Any], list[str]]:
    """For each cell the place of its text among the sorted different texts, -1 for none; and those texts."""
    code, found = pd.factorize(values.to_numpy(dtype=object))
    words = [_text(word, None) for word in found]
    different = sorted({word for word in words if word is not None})
    rank = {word: place for place, word in enumerate(different)}
    to_rank = np.array([-1 if word is None else rank[word] for word in words] + [-1], dtype=np.int64)
    return to_rank[code], different


def _sorted_places(keys: Sequence[tuple[np.ndarray[Any, Any], Sequence[str]]], count: int) -> np.ndarray[Any, Any]:
    """Where the rows go: sorted by the keys, packed into as few whole numbers as hold them."""
    packed: list[np.ndarray[Any, Any]] = []
    room = 0
    for code, words in keys:
        values = len(words) + 1
        if room < values:
            packed.append(np.zeros(count, dtype=np.int64))
            room = 2**62
        packed[-1] = packed[-1] * values + code + 1
        room //= values
    return np.lexsort(packed[::-1]) if packed else np.arange(count)


def _arrow_type(name: str, kind: str) -> pa.DataType:
    if name in EXACT:
        return pa.int64()
    return {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "INTEGER": pa.int32(), "TINYINT": pa.int8()}[kind]


def select_column(name: str, kind: str) -> str:
    """How a column of the Arrow table is read into the version file."""
    if name in EXACT:
        return f"CAST(CAST({name} AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6)) AS {kind}) AS {name}"
    return quoted(name)


def texts(values: pd.Series[Any], empty: str | None) -> list[str | None]:
    """Cells as text; whole floats without their ``.0``; ``empty`` where there is none."""
    return [_text(value, empty) for value in values.tolist()]


def _text(value: Any, empty: str | None) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return empty
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def text_table(frame: pd.DataFrame | None, columns: Sequence[str]) -> pa.Table:
    """Records as Arrow, every cell text, "" for none, in the frame's order."""
    if frame is None or frame.empty:
        return pa.table({name: pa.array([], type=pa.string()) for name in columns})
    return pa.table({name: pa.array(texts(frame[name], ""), type=pa.string()) for name in columns})


def academies(roster: pd.DataFrame) -> tuple[Academy, ...]:
    """The rows of the roster table as academies."""
    return tuple(
        Academy(
            urn=row["urn"],
            name=row["name"],
            phase=Phase(row["phase"]),
            joined=row["joined"] or None,
            left=row["left"] or None,
            opened=row["opened"] or None,
            closed=row["closed"] or None,
            predecessors=tuple(row["predecessors"].split()),
            sixth_form=row["sixth_form"] == "Y",
            local_authority=row["local_authority"] or None,
        )
        for row in roster.to_dict("records")
    )


def sources(table: pd.DataFrame) -> dict[str, Source]:
    """The rows of the sources table by source id."""
    return {
        row["source_id"]: Source(row["file"], row["sha256"], int(row["rows"]), row["title"], row["stage"])
        for row in table.to_dict("records")
    }
