"""Tables for a terminal and for a spreadsheet."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence

_GAP = "  "


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    """Columns under a header, as wide as their widest cell; the last one is cut where the terminal ends."""
    if not rows:
        return ""
    limit = width or shutil.get_terminal_size((160, 24)).columns
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    used = sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
    widths[-1] = max(20, min(widths[-1], limit - used))
    lines = [_line(header, widths), _GAP.join("-" * w for w in widths)]
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def comma_separated(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """CSV text with a header; cells that a spreadsheet would take for a formula are quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in ("=", "@", "+", "\t", "\r"):
        return "'" + cell
    return "" if cell is None else cell


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    fitted = [c if len(c) <= w else c[: w - 1] + "…" for c, w in zip(map(str, cells), widths, strict=True)]
    return _GAP.join(cell.ljust(w) for cell, w in zip(fitted, widths, strict=True)).rstrip()
