"""Excel workbooks and Parquet files to tables of text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import fastexcel
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi_engine.errors import UnreadableFile
from kpi_engine.intake.delimited import TITLE_ROWS, IsHeader
from kpi_engine.intake.frames import Header, header_of, table_of
from kpi_engine.intake.recognise import Project, Projection
from kpi_engine.intake.sniff import Sniffed
from kpi_engine.intake.table import RawTable

LARGEST_UNPACKED = 1 << 30
"""Bytes. A workbook that unpacks to more is refused before it is unpacked; Excel's own limit is far below
it.
"""

_INSIDE = (
    ("word/", "is a Word document"),
    ("ppt/", "is a PowerPoint presentation"),
    ("content.xml", "is an OpenDocument file; save it as .xlsx or CSV"),
)


def read_workbook(stream: BinaryIO, name: str, sniffed: Sniffed, is_header: IsHeader) -> list[RawTable]:
    """Every sheet that has a table; sheets of notes are passed over. Cells are text: a URN stays ``100097``,
    dates become ``2024-06-12``. Rows are numbered as the sheet numbers them.

    Raises UnreadableFile for an archive that is not a workbook, a damaged one, or one without a table.
    """
    stream.seek(0)
    data = stream.read()
    _inspect(data, name)
    tables = []
    try:
        book = fastexcel.read_excel(data)
        for sheet in book.sheet_names:
            grid = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_arrow()
            table = _sheet(grid, sheet, name, sniffed, is_header)
            if table is not None:
                tables.append(table)
    except UnreadableFile:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - the reader's panics derive from BaseException
        raise UnreadableFile(
            f"{name}: the workbook is damaged or incomplete ({_first_line(error)}); open and save it again in Excel"
        ) from None
    if not tables:
        raise UnreadableFile(f"{name}: no sheet of the workbook holds a table with a header and rows")
    return tables


def _inspect(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableFile(
            f"{name}: the file is a damaged or incomplete workbook or zip archive; download or save it again"
        ) from None
    names = [member.filename for member in members]
    if not any(each.startswith("xl/") for each in names):
        for start, what in _INSIDE:
            if any(each.startswith(start) for each in names):
                raise UnreadableFile(f"{name}: the file {what}")
        raise UnreadableFile(f"{name}: the file is a zip archive; unpack it and give the files inside")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise UnreadableFile(
            f"{name}: the workbook unpacks to more than {LARGEST_UNPACKED >> 20:,} MB; save the sheet as CSV"
        )


def _sheet(grid: pa.RecordBatch, sheet: str, name: str, sniffed: Sniffed, is_header: IsHeader) -> RawTable | None:
    top = [
        [str(cell or "").strip() for cell in cells]
        for cells in zip(*(column.to_pylist() for column in grid.slice(0, TITLE_ROWS).columns), strict=True)
    ]
    at = _header_row(top, is_header)
    if at is None or grid.num_rows <= at + 1:
        return None
    label = f"{name} ({sheet})"
    header = header_of(label, top[at])
    columns = [pa.chunked_array([_days(column)]) for column in grid.slice(at + 1).columns]
    if not any(pc.any(pc.not_equal(pc.fill_null(column, ""), "")).as_py() for column in columns):
        return None
    lines = tuple(" ".join(cell for cell in cells if cell) for cells in top[:at])
    return table_of(
        label,
        sniffed.sha256,
        header,
        columns,
        range(at + 2, grid.num_rows + 1),
        sheet=sheet,
        preamble=tuple(line for line in lines if line),
        notes=tuple(header.notes(label)),
    )


def _header_row(top: Sequence[Sequence[str]], is_header: IsHeader) -> int | None:
    for at, cells in enumerate(top):
        if is_header(cells):
            return at
    filled = [sum(1 for cell in cells if cell) for cells in top]
    if not filled or max(filled) < 2:
        return None
    return next(at for at, count in enumerate(filled) if 2 * count >= max(filled))


def _days(column: pa.Array) -> pa.Array:
    """Dates, which come with a time of midnight, as plain days."""
    return pc.replace_substring_regex(column, r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1")


def read_parquet(
    stream: BinaryIO, name: str, sniffed: Sniffed, project: Project, source: Path | None
) -> list[RawTable]:
    """The one table of a Parquet file as text: no value gives ``""``, whole floats lose their ``.0``, dates
    are ISO. Where ``project`` names the columns to read, no others are; of a bulk file only the header, and
    ``source`` (its bytes, when it is no file) goes with the table.

    Raises UnreadableFile for a damaged file, one without rows, or one with nested columns.
    """
    stream.seek(0)
    try:
        only = project(names := pq.read_schema(stream).names)
        if only is not None and only.bulk:
            return [_header_only(stream, name, sniffed, header_of(name, names), only, source)]
        table = pq.read_table(stream, columns=None if only is None else list(only.columns))
        table.validate(full=True)
        columns = [as_text(table.column(place), field.name, name) for place, field in enumerate(table.schema)]
    except UnreadableFile:
        raise
    except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(f"{name}: the Parquet file is damaged ({_first_line(error)})") from None
    if not columns:
        raise UnreadableFile(f"{name}: the file has no columns")
    header = header_of(name, table.column_names)
    rows = range(2, table.num_rows + 2)
    return [table_of(name, sniffed.sha256, header, columns, rows, notes=tuple(header.notes(name)))]


def _header_only(
    stream: BinaryIO, name: str, sniffed: Sniffed, header: Header, only: Projection, source: Path | None
) -> RawTable:
    stream.seek(0)
    kept = [heading for heading in header.names if heading in only.columns]
    frame = pd.DataFrame({heading: pd.Series(dtype="str") for heading in kept})
    table = RawTable.of(name, sniffed.sha256, frame, repeated=header.repeated)
    return replace(table, source=stream.read() if source is None else source)


def as_text(column: pa.ChunkedArray, heading: str, name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type), heading, name)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise UnreadableFile(f"{name}: column {heading!r} holds {kind}, not single values")
    text = column.cast(pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        text = pc.replace_substring_regex(text, r"^nan$", "")
        text = pc.replace_substring_regex(text, r"^(-?\d+)\.0+$", r"\1")
    if pa.types.is_timestamp(kind):
        text = pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0+", r"\1")
        text = pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d) 00:00:00Z?$", r"\1")
    return text


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
