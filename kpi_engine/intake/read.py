"""Files to tables of text, told apart by their content, never by their names."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from kpi_engine.errors import UnreadableFile
from kpi_engine.intake.delimited import IsHeader, read_delimited
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.recognise import Project, Projection, known_headers, projection, shapes
from kpi_engine.intake.sniff import Form, Progress, sniff
from kpi_engine.intake.table import RawTable
from kpi_engine.intake.workbook import read_parquet, read_workbook


def read_tables(
    path: Path,
    *,
    display_name: str,
    known: IsHeader | None = None,
    project: Project | None = None,
    progress: Progress | None = None,
) -> list[RawTable]:
    """The tables of a CSV, Excel or Parquet file: one, or one for each sheet that has a table.

    ``known`` says whether a row's cells are the header of a known table, so that title rows above it are
    skipped; by default every layout is asked. Text is UTF-8 with or without a byte order mark, UTF-16 with
    one, or Windows-1252; the delimiter is a comma, semicolon, tab or bar. Memory holds the table, never a
    whole stray line. ``project`` says which columns of a Parquet file to read; by default those of pupil-level
    extracts that their layout lists, and all columns of anything else.

    Raises UnreadableFile (not a table, missing, no permission, no rows) or TruncatedFile (breaks off).
    """
    try:
        if path.is_dir():
            raise UnreadableFile(f"{display_name}: this is a folder, not a file")
        with path.open("rb") as stream:
            return _tables(stream, display_name, known, project, progress, path)
    except FileNotFoundError:
        raise UnreadableFile(f"{display_name}: there is no such file") from None
    except PermissionError:
        raise UnreadableFile(
            f"{display_name}: the file may not be read; close it in other programs or ask its owner"
        ) from None
    except OSError as error:
        raise UnreadableFile(f"{display_name}: the file cannot be read ({error.strerror or error})") from None


def read_bytes(data: bytes, *, display_name: str, known: IsHeader | None = None) -> list[RawTable]:
    """As ``read_tables``, for a file that is already in memory (an upload)."""
    return _tables(io.BytesIO(data), display_name, known, None, None, None)


def _tables(
    stream: BinaryIO,
    name: str,
    known: IsHeader | None,
    project: Project | None,
    progress: Progress | None,
    source: Path | None,
) -> list[RawTable]:
    known = known or known_headers(all_layouts())
    sniffed = sniff(stream, name, progress)
    match sniffed.form:
        case Form.ZIP:
            return read_workbook(stream, name, sniffed, known)
        case Form.PARQUET:
            return read_parquet(stream, name, sniffed, project or _unmapped, source)
        case Form.TEXT:
            return [read_delimited(stream, name, sniffed, known, progress)]


def _unmapped(header: Sequence[str]) -> Projection | None:
    table = RawTable.of("", "", pd.DataFrame({name: pd.Series(dtype="str") for name in header}))
    return projection(header, table, shapes(all_layouts()))
