"""Columns of text to a RawTable: unique header names, stripped cells, no empty rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.errors import Finding, UnreadableFile
from kpi_engine.intake.table import RawTable, normal


@dataclass(frozen=True, slots=True)
class Header:
    """Column names, made unique. ``unnamed`` are the positions of blank names."""

    names: tuple[str, ...]
    repeated: tuple[str, ...]
    unnamed: tuple[int, ...]

    @property
    def width(self) -> int:
        return len(self.names)

    def notes(self, file: str) -> list[Finding]:
        return [
            Finding(
                file,
                "the column stands more than once in the header; the first is read",
                column=name,
                blocking=False,
            )
            for name in self.repeated
        ]


def header_of(file: str, cells: Sequence[str]) -> Header:
    """The header's names; a name that stands twice keeps its first place, later ones become ``name (column
    7)``.

    Raises UnreadableFile when no cell is filled.
    """
    names: list[str] = []
    seen: set[str] = set()
    repeated, unnamed = [], []
    for place, cell in enumerate(cells, 1):
        name = cell.replace("\ufeff", "").strip()
        if not name:
            unnamed.append(place - 1)
            name = f"(column {place})"
        elif normal(name) in seen:
            repeated.append(name)
            name = f"{name} (column {place})"
        seen.add(normal(name))
        names.append(name)
    if len(unnamed) == len(names):
        raise UnreadableFile(f"{file}: the file has no header row")
    return Header(tuple(names), tuple(repeated), tuple(unnamed))


def table_of(
    file: str,
    sha256: str,
    header: Header,
    columns: Sequence[pa.ChunkedArray],
    rows: Sequence[int],
    *,
    sheet: str | None = None,
    preamble: tuple[str, ...] = (),
    notes: tuple[Finding, ...] = (),
    surplus: Mapping[int, tuple[str, ...]] | None = None,
) -> RawTable:
    """A RawTable of stripped text; rows and unnamed columns that are empty throughout are left out.

    Raises UnreadableFile when no row is filled.
    """
    stripped = [pc.utf8_trim_whitespace(pc.fill_null(column, "")) for column in columns]
    filled = _filled_rows(stripped, len(rows))
    index = np.asarray(rows, dtype=np.int64)
    if not filled.all():
        mask = pa.array(filled)
        stripped = [column.filter(mask) for column in stripped]
        index = index[filled]
    if not len(index):
        raise UnreadableFile(f"{file}: the table has a header but no rows below it")
    empty = {place for place in header.unnamed if not pc.any(pc.not_equal(stripped[place], "")).as_py()}
    names = [name for place, name in enumerate(header.names) if place not in empty]
    kept = [column for place, column in enumerate(stripped) if place not in empty]
    frame = text_frame(kept, names, index)
    return RawTable.of(file, sha256, frame, sheet, preamble, notes, header.repeated, surplus)


def text_frame(columns: Sequence[pa.ChunkedArray], names: Sequence[str], index: np.ndarray) -> pd.DataFrame:
    """A frame of Python text in one block, equal cells of a column being one object.

    Layouts take rows and compare cells hundreds of times a file, at which text held by Arrow is several times slower.
    """
    cells = np.empty((len(columns), len(index)), dtype=object)
    for place, column in enumerate(columns):
        coded = column.combine_chunks().dictionary_encode()
        words = np.array(coded.dictionary.to_pylist(), dtype=object)
        cells[place] = words[coded.indices.to_numpy()]
    return pd.DataFrame(cells.T, index=pd.Index(index), columns=pd.Index(list(names), dtype="str"), dtype=object)


def _filled_rows(columns: Sequence[pa.ChunkedArray], count: int) -> np.ndarray:
    filled = np.zeros(count, dtype=bool)
    for column in columns:
        filled |= np.asarray(pc.not_equal(column, ""))
        if filled.all():
            break
    return filled
