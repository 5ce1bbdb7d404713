"""A table as CSV that programs and Excel both read: UTF-8 with its mark, one header, one row for each figure.

Nothing stands above or below the table. What a file is taken for once it has been sorted, cut and mailed on depends on
what is in the rows themselves, so the strip stands there: as columns at the end, the same in every row.
"""

from __future__ import annotations

import csv
import io
import re

from kpi_engine.export.rows import Cell, Number, Table
from kpi_engine.export.strip import Strip

_FORMULA = tuple("=+-@＝＋－＠")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_REPEATED = ("Handling", "Stage", "Coverage", "Scope", "KPI", "Year")
"""What rows say themselves, each of itself."""


def csv_file(table: Table, strip: Strip) -> bytes:
    """The file. Numbers are plain, with a point and the decimals shown; a missing one is an empty cell."""
    about = [(name, said) for name, said in strip.items() if name not in _REPEATED]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*table.header, *(name for name, _ in about), "File"])
    last = [*(safe(said) for _, said in about), safe(" · ".join(strip.lines()))]
    for row in table.rows:
        writer.writerow([*(_text(cell) for cell in row), *last])
    return out.getvalue().encode("utf-8-sig")


def clean(text: str) -> str:
    """A text on one line, without what cannot be printed."""
    return _CONTROL.sub(" ", text).strip()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that would begin like one is led by an apostrophe."""
    line = clean(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Number):
        return f"{cell.value:.{cell.decimals}f}"
    return safe(cell)
