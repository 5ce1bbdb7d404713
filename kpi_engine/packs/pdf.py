"""A meeting's pack as a PDF: A4 landscape, tagged for screen readers (PDF/UA-1), with the same bytes each time."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import typst

from kpi_engine.errors import ExportError
from kpi_engine.meetings.document import Document, Part
from kpi_engine.packs.common import each_text, packed
from kpi_engine.packs.pdf_glyphs import printable, typefaces
from kpi_engine.packs.pdf_pages import pages
from kpi_engine.packs.pdf_row_heads import with_row_heads

_TEMPLATE = Path(__file__).with_suffix(".typ")


def pdf(document: Document, check: str, part: Part | None = None) -> bytes:
    """Cover, scorecard, exceptions, a page for each item, definitions, of one part of the meeting or of both.

    ``check`` is the document's checksum. Whatever is long goes on to a further page: nothing is cut. Raises
    ExportError where the pages cannot be made.
    """
    # A text is spelled for the page before anything is drawn or measured with it.
    shown = packed(each_text(document, printable(document)), check, part)
    return with_row_heads(_typeset(pages(shown), _moment(document)))


def _typeset(told: dict[str, Any], moment: int) -> bytes:
    inputs = {"pack": msgspec.json.encode(told).decode("utf-8")}
    compiler = typst.Compiler(_template(), font_paths=typefaces(), sys_inputs=inputs)
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=moment)
    except typst.TypstError as error:
        raise ExportError(f"the PDF cannot be made: {error.message}") from error
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _moment(document: Document) -> int:
    """What the file gives as the moment it was made: the meeting's day, so that nothing tells when it was printed."""
    try:
        day = dt.date.fromisoformat(document.date)
    except ValueError:
        return 0
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
