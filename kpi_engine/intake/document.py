"""``docs/data-formats.md`` written from the layouts: ``python -m kpi_engine.intake.document``."""

from __future__ import annotations

import importlib
import pkgutil
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from kpi_engine.intake import codes, layouts
from kpi_engine.intake.layout import Column, Kind, Layout

_HEAD = """# Data formats

Every table that the explorer reads. A file is known by its columns; its name does not matter, except that the year,
the stage (provisional, revised, final) and the date are looked for there when the table does not say them. This page
is written from `kpi_engine/intake/layouts/` by `python -m kpi_engine.intake.document`; edit those, not this. The
trust's own returns, with an example of each, are in [returns.md](returns.md); which file to fetch where is in
[loading.md](loading.md).

## How files are read

- **Formats.** CSV (comma, semicolon or tab; UTF-8 with or without a byte order mark, UTF-16, else Windows-1252), XLSX
  (every sheet) and Parquet. Rows above the header are passed over. Cells are read as text first, so that a URN stays
  `100097` and a code stays a code.
- **Names of columns** are compared without regard to case, to runs of spaces, to `_` and `-`, which count as a
  space, and to a question mark at the end.
- **Short rows** are filled with empty cells and reported, because publishers cut short the rows of schools without
  data. A file that breaks off inside its last row is refused as an incomplete download.
- **Numbers** may carry `%`, `£` and thousands separators (`45%`, `£45,421`). A decimal comma is refused.
- **Years** are academic years, 2018/19, taken from the table, else from the file's name, else from `--year`; where the
  two disagree the file is refused. Some tables are released under a later year than the one they are about; their lag
  is given below.
- **Schools.** Of a national file only the rows of the trust's academies, of their predecessors and of no school in
  particular (England, local authorities) are kept.

## Codes in place of a figure

A code is never 0. It makes an academy's figure an answer with a reason, is left out of both sides of a trust's sum, and
the sum names the academies that it leaves out. A blank cell is unknown.

| code | meaning | shown as |
|---|---|---|
"""
_MEANING: Mapping[str, str] = {
    "SUPP": "hidden by the publisher: five pupils or fewer, or another group would give them away",
    "C": "hidden by the publisher (tidy files)",
    "LOWCOV": "hidden by the publisher: too few of the cohort have a prior result",
    "Z": "does not apply to this row (tidy files)",
    "NE": "no entries",
    "NOT APPLICABLE": "does not apply",
    "NA": "not available for the year or the school",
    "NP": "not published for this kind of school",
    "NEW": "a new school without results",
    "SN": "not available (destinations; the publisher gives no definition)",
    "X": "not available (tidy files)",
    ":": "not available (tidy files up to 2020/21)",
    "..": "not available",
    ".": "not available",
    "NULL": "empty in the publisher's database",
    "DNS": "the school did not supply the figure (finance)",
    "N/A": "not available",
    "K": "too small to print: it would round to 0",
    "LOW": "too small to print: it would round to 0",
    "SP": "more than none, but a percentage that would round to 0 (destinations; the publisher gives no definition)",
}
_SHOWN = (
    (codes.SUPPRESSED, "suppressed"),
    (codes.NOT_APPLICABLE, "not applicable"),
    (codes.NOT_AVAILABLE, "not published"),
    (codes.ROUNDS_TO_ZERO, "suppressed"),
)
_RETURNS = "returns_"
_WIDTH = 120
_GLUE = "\x00"


def document() -> str:
    """The whole page as Markdown. Raises KeyError for a code whose meaning is not written down here."""
    rows = [f"| `{code}` | {_MEANING[code]} | {shown} |" for held, shown in _SHOWN for code in sorted(held)]
    parts = [_HEAD, "\n".join(rows), "\n"]
    families = [module for module in _modules() if getattr(module, "LAYOUTS", ())]
    published = [module for module in families if not _short_name(module).startswith(_RETURNS)]
    parts.append("\n## Tables\n")
    parts += [_family(module) for module in published]
    parts.append("\n## The trust's own returns\n\nWhat stands in each column is in [returns.md](returns.md).\n\n")
    parts.append("| layout | what it is |\n|---|---|\n")
    own = [layout for module in families if module not in published for layout in module.LAYOUTS]
    parts += [f"| `{layout.id}` | {layout.title} |\n" for layout in own]
    return "".join(parts)


def _modules() -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(layouts.__path__))
    return [importlib.import_module(f"{layouts.__name__}.{name}") for name in names]


def _short_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _family(module: ModuleType) -> str:
    """A module's docstring as a section, then its layouts."""
    first, _, rest = (module.__doc__ or "").strip().partition("\n")
    paragraphs = [_wrapped(_markdown(paragraph)) for paragraph in re.split(r"\n\s*\n", rest) if paragraph.strip()]
    title = _markdown(first).rstrip(".")
    return "\n".join([f"\n### {title}\n", *(f"{text}\n" for text in paragraphs), *map(_layout, module.LAYOUTS)])


def _layout(layout: Layout) -> str:
    known = f"known by {_names(layout.needs)}"
    if layout.lacks:
        known += f", and by the absence of {_names(layout.lacks)}"
    needed = [column for column in layout.columns if column.required]
    others = [column for column in layout.columns if not column.required]
    lines = [f"**`{layout.id}`** {layout.title} ({layout.publisher})\n", _item(known)]
    if needed:
        lines.append(_item(f"must have {', '.join(map(_column, needed))}"))
    if others:
        lines.append(_item(f"also reads, where there, {', '.join(map(_column, others))}"))
    if layout.declared_only:
        lines.append(_item("every other column is dropped unread, before anything is kept"))
    lines.append(_item(_year(layout)))
    lines.append(_item(_replaces(layout)))
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    name = f"`{column.name}`"
    return name if column.kind is Kind.TEXT or not column.required else f"{name} ({column.kind.value})"


def _year(layout: Layout) -> str:
    if not layout.one_year:
        return "date: the one in the file or its name" if layout.keeps_vintages else "years: every row carries its own"
    if layout.lag:
        ago = {1: "the year", 2: "two years"}[-layout.lag]
        return f"year: a release named for one year is about {ago} before"
    return "year: one for the whole file"


def _replaces(layout: Layout) -> str:
    if layout.keeps_vintages:
        return "every vintage is kept; the newest decides where they disagree"
    return f"dataset `{layout.dataset}`: a later file takes the place of an earlier one of the same year and stage"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _item(text: str) -> str:
    return _wrapped(text, "- ", "  ")


def _markdown(text: str) -> str:
    return text.replace("``", "`").strip()


def _wrapped(text: str, first: str = "", following: str = "") -> str:
    """The text in lines; a column's name is never broken."""
    whole = re.sub(r"`[^`]*`", lambda name: name.group().replace(" ", _GLUE), " ".join(text.split()))
    return textwrap.fill(
        whole,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace(_GLUE, " ")


if __name__ == "__main__":
    page = Path(__file__).resolve().parents[2] / "docs" / "data-formats.md"
    page.write_text(document(), encoding="utf-8", newline="\n")
