"""Slides and the workbooks behind their charts, as they are read back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pptx as office

from kpi_engine.meetings.document import Document, Item, Part
from kpi_engine.packs.pptx import pptx
from tests.packs.office_files import (
    CHECK,
)


def opened(document: Document, part: Part | None = None) -> Any:
    return office.Presentation(io.BytesIO(pptx(document, CHECK, part)))


def shape_text(shape: Any) -> str:
    if shape.has_text_frame:
        return str(shape.text_frame.text)
    if shape.has_table:
        return "\n".join(cell.text for row in shape.table.rows for cell in row.cells)
    return ""


def title_of(slide: Any) -> str:
    return str(slide.shapes.title.text_frame.text)


def slides_of(deck: Any, item: Item) -> list[Any]:
    told = f"Item {item.number}"
    return [
        slide for slide in deck.slides
        if any(told in shape_text(s).split(" · ") for s in slide.shapes if s.name == "Trust and part")
    ]  # fmt: skip


def with_years(document: Document) -> Document:
    """The document with its second item over the years."""
    items = list(document.items)
    items[1] = replace(items[1], chart=items[1].details[2].chart)
    return replace(document, items=tuple(items))


def sheet_of(chart: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The sheet's rows by their heads, of which there may be two on it; equal heads count on."""
    made: list[dict[str, Any]] = []
    head: list[str] = []
    for row in sheet.iter_rows(values_only=True):
        if row[0] in ("Name", "Year", "Line"):
            head = [f"{each}{'*' * row[:i].count(each)}" for i, each in enumerate(row)]
            kind = row[0]
        elif any(each is not None for each in row):
            made.append({"kind": kind, **dict(zip(head, row, strict=True))})
    return made


def charts_of(deck: Any, item: Item) -> list[Any]:
    return [shape.chart for slide in slides_of(deck, item) for shape in slide.shapes if shape.has_chart]


def slide_notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text) if slide.has_notes_slide else ""
