"""Register marks as they stand in a file, a few million rows at a time, and only the five columns that are needed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi_engine.errors import UnreadableFile
from kpi_engine.intake.mapping import Section
from kpi_engine.intake.registers import Array
from kpi_engine.intake.table import RawTable, normal
from kpi_engine.intake.workbook import as_text

COLUMNS = ("pupil", "urn", "date", "session", "code")
BATCH = 2_000_000
"""Rows that are in memory at a time."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Word:
    """A column of a batch: its different words and, for each row, which of them stands there."""

    words: list[str]
    at: Array


Batch = tuple[Mapping[str, Word], Array]
"""The five columns of some rows, and the rows' numbers."""


def of_frame(table: RawTable) -> Iterator[Batch]:
    """Rows that are text already (CSV, Excel)."""
    for start in range(0, len(table.frame), BATCH):
        part = table.frame.iloc[start : start + BATCH]
        columns = {name: _words(pa.chunked_array([pa.array(part[table.columns[name]])]), name) for name in COLUMNS}
        yield columns, part.index.to_numpy(dtype=np.int64)


def of_parquet(
    table: RawTable, source: Path | bytes, section: Section | None, progress: Progress | None
) -> Iterator[Batch]:
    """Rows straight from the file, only the columns that are needed."""
    theirs = {normal(ours): name for ours, name in (section.columns if section else {}).items()}
    fixed = {normal(ours): word for ours, word in (section.fixed if section else {}).items()}
    words = {normal(ours): each for ours, each in (section.values if section else {}).items()}
    try:
        file = pq.ParquetFile(source if isinstance(source, Path) else io.BytesIO(source))
        schema = file.schema_arrow
        own = {normal(name): name for name in reversed(schema.names)}
        names = {name: own[normal(theirs.get(name, name))] for name in COLUMNS if name not in fixed}
        text = [name for name in names.values() if pa.types.is_string(schema.field(name).type)]
        file = pq.ParquetFile(source if isinstance(source, Path) else io.BytesIO(source), read_dictionary=text)
        done, total = 0, file.metadata.num_rows
        for some in _groups(file):
            batch = file.read_row_groups(some, columns=list(dict.fromkeys(names.values())))
            for start in range(0, batch.num_rows, 2 * BATCH):
                part = batch.slice(start, 2 * BATCH)
                count = part.num_rows
                columns = {
                    name: Word([fixed[name]], np.zeros(count, dtype=np.int32))
                    if name in fixed
                    else _words(part.column(names[name]), name, words.get(name))
                    for name in COLUMNS
                }
                yield columns, np.arange(done + 2, done + count + 2, dtype=np.int64)
                done += count
                if progress is not None:
                    progress(f"Reading {table.file}", done, total)
    except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(f"{table.file}: the Parquet file is damaged ({type(error).__name__})") from None


def _groups(file: pq.ParquetFile) -> Iterator[list[int]]:
    """Row groups, together about as many rows as a batch."""
    some: list[int] = []
    rows = 0
    for number in range(file.num_row_groups):
        some.append(number)
        rows += file.metadata.row_group(number).num_rows
        if rows >= BATCH:
            yield some
            some, rows = [], 0
    if some:
        yield some


def _words(column: pa.ChunkedArray, name: str, change: Mapping[str, str] | None = None) -> Word:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.unify_dictionaries()
    known = column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
    text = pc.utf8_trim_whitespace(pc.fill_null(as_text(pa.chunked_array([known]), name, name), ""))
    words = [str(word) for word in text.to_pylist()]
    if change is not None:
        bare = {theirs.strip(): ours for theirs, ours in change.items()}
        words = [bare.get(word, word) for word in words]
    indices = [pc.fill_null(chunk.indices, len(words)).to_numpy(zero_copy_only=False) for chunk in column.chunks]
    blank = "" if change is None else change.get("", "")
    return Word([*words, blank], np.concatenate(indices) if indices else np.zeros(0, dtype=np.int32))
