"""Text with delimiters to a table: finds the delimiter and the header row, pads short rows, refuses broken
ends.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa

from kpi_engine.errors import Finding, TruncatedFile, UnreadableFile
from kpi_engine.intake.frames import Header, header_of, table_of
from kpi_engine.intake.sniff import Progress, Sniffed
from kpi_engine.intake.table import RawTable

IsHeader = Callable[[Sequence[str]], bool]
"""Whether the cells of a row are a header that some layout knows."""

TITLE_ROWS = 15
"""How far down a header is looked for: Ofsted and the workforce census put up to five rows above it."""

_BATCH = 20_000
_DELIMITERS = ",;\t|"
_END = "\x1e end of file \x1e"
"""Fed to the csv reader after the last line. Where it comes back inside a field, a quotation mark is open."""


@dataclass(slots=True)
class _Ragged:
    """Rows that do not have as many fields as the header."""

    short: list[tuple[int, int]] = field(default_factory=list)
    surplus: dict[int, tuple[str, ...]] = field(default_factory=dict)


def read_delimited(
    stream: BinaryIO, name: str, sniffed: Sniffed, is_header: IsHeader, progress: Progress | None = None
) -> RawTable:
    """The one table of a text file. Rows are numbered as a spreadsheet shows them (blank rows count).

    Raises UnreadableFile for a file without rows or with a quoted cell that swallows rows, TruncatedFile when
    the file breaks off inside its last row.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, sniffed.encoding, newline="")
    try:
        return _read(text, stream, name, sniffed, is_header, progress)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{name}: the letters cannot be read as {sniffed.encoding}: {error.reason}") from None
    except csv.Error as error:
        raise UnreadableFile(
            f"{name}: the file cannot be parted into cells ({error}); a quotation mark may be missing its partner"
        ) from None
    finally:
        text.detach()


def _read(
    text: io.TextIOWrapper,
    stream: BinaryIO,
    name: str,
    sniffed: Sniffed,
    is_header: IsHeader,
    progress: Progress | None,
) -> RawTable:
    top = list(itertools.islice(text, 4 * TITLE_ROWS))
    delimiter, above = _shape(top, is_header)
    reader = csv.reader(itertools.chain(top, text, [_END]), delimiter=delimiter)
    preamble = [next(reader) for _ in range(above)]
    header = header_of(name, next(reader))
    row = above + 1
    ragged, arrays, numbers = _Ragged(), [], []
    last = header.width
    while batch := list(itertools.islice(reader, _BATCH)):
        ended = _END in batch[-1][-1] if batch[-1] else False
        if ended:
            _closed(batch.pop(), name, row + len(batch) + 1)
        if not batch:
            break
        last = len(batch[-1])
        rows, kept = _fit(batch, row, header.width, ragged)
        _no_swallowed_rows(rows, kept, delimiter, name, header)
        if rows:
            arrays.append([pa.array(column, pa.string()) for column in zip(*rows, strict=True)])
            numbers.extend(kept)
        row += len(batch)
        if progress is not None:
            progress(f"Reading {name}", stream.tell(), sniffed.size)
        if ended:
            break
    if not sniffed.whole and 0 < last < header.width:
        raise TruncatedFile(
            f"{name}: the file breaks off inside its last row, row {row:,}: {last} of {header.width} fields; "
            "download or export it again"
        )
    if not numbers:
        raise UnreadableFile(f"{name}: the file has a header but no rows below it")
    notes = _notes(name, header, ragged)
    lines = tuple(" ".join(cell.strip() for cell in cells if cell.strip()) for cells in preamble)
    return table_of(
        name,
        sniffed.sha256,
        header,
        [pa.chunked_array(column) for column in zip(*arrays, strict=True)],
        numbers,
        preamble=tuple(line for line in lines if line),
        notes=notes,
        surplus=ragged.surplus,
    )


def _shape(top: Sequence[str], is_header: IsHeader) -> tuple[str, int]:
    """The delimiter, and how many rows stand above the header.

    Where no layout knows any row: the delimiter that parts most rows into equally many cells, and the first
    row that is at least half as filled as the fullest.
    """
    best, score = (",", 0), (1, 0)
    for delimiter in _DELIMITERS:
        rows = list(itertools.islice(csv.reader(top, delimiter=delimiter), TITLE_ROWS))
        for at, cells in enumerate(rows):
            if is_header(cells):
                return delimiter, at
        width, alike = Counter(len(cells) for cells in rows).most_common(1)[0]
        if width > 1 and (alike, width) > score:
            score = (alike, width)
            filled = [sum(1 for cell in cells if cell.strip()) for cells in rows]
            best = (delimiter, next(at for at, count in enumerate(filled) if 2 * count >= max(filled)))
    return best


def _closed(end: list[str], name: str, row: int) -> None:
    if len(end) > 1 or end[0] != _END:
        raise TruncatedFile(
            f"{name}: a quotation mark opens in row {row:,}, field {len(end)}, and is never closed; either the file "
            "breaks off there (download or export it again) or the mark does not belong there"
        )


def _fit(batch: list[list[str]], before: int, width: int, ragged: _Ragged) -> tuple[list[list[str]], list[int]]:
    """Rows of exactly ``width`` cells with their numbers; empty lines are left out, the rest is told to
    ``ragged``.
    """
    first = before + 1
    if set(map(len, batch)) == {width}:
        return batch, list(range(first, first + len(batch)))
    rows, kept = [], []
    for number, cells in enumerate(batch, first):
        if not cells:
            continue
        if len(cells) < width:
            ragged.short.append((number, len(cells)))
            cells = cells + [""] * (width - len(cells))
        elif len(cells) > width:
            beyond = tuple(cell.strip() for cell in cells[width:])
            if any(beyond):
                ragged.surplus[number] = beyond
            cells = cells[:width]
        rows.append(cells)
        kept.append(number)
    return rows, kept


def _no_swallowed_rows(rows: list[list[str]], numbers: list[int], delimiter: str, name: str, header: Header) -> None:
    """Two stray quotation marks make one cell of all rows between them: lost without a trace unless looked
    for.
    """
    if header.width < 3:
        return
    between = re.compile(re.escape(delimiter) + r"(?! )")
    for number, cells in zip(numbers, rows, strict=True):
        joined = "".join(cells)
        if "\n" not in joined and "\r" not in joined:
            continue
        for column, cell in zip(header.names, cells, strict=True):
            if any(len(between.findall(line)) >= header.width - 1 for line in cell.splitlines()[1:]):
                raise UnreadableFile(
                    f"{name}: row {number:,}, column {column!r}: a quotation mark opens here and closes rows later, "
                    "so that one cell swallows whole rows; remove or double the stray quotation mark"
                )


def _notes(name: str, header: Header, ragged: _Ragged) -> tuple[Finding, ...]:
    notes = list(header.notes(name))
    if ragged.short:
        rows = [number for number, _ in ragged.short]
        fewest = min(count for _, count in ragged.short)
        notes.append(
            Finding(
                name,
                f"{_rows(rows)} shorter than the header (down to {fewest} of {header.width} fields); "
                "the missing cells are taken as empty",
                row=rows[0],
                blocking=False,
            )
        )
    if ragged.surplus:
        rows = list(ragged.surplus)
        notes.append(
            Finding(
                name,
                f"{_rows(rows)} longer than the header of {header.width} fields; what stands beyond it is left out",
                row=rows[0],
                value=ragged.surplus[rows[0]][0],
                blocking=False,
            )
        )
    return tuple(notes)


def _rows(rows: list[int]) -> str:
    shown = ", ".join(f"{row:,}" for row in rows[:10])
    more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
    return f"1 row ({shown}) is" if len(rows) == 1 else f"{len(rows):,} rows ({shown}{more}) are"
