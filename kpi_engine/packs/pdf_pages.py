"""What stands on the pages of a PDF, as the plain data that its template reads: every word and picture, in order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kpi_engine.export.svg import size_of
from kpi_engine.meetings.document import (
    TRUST_KEY,
    Chart,
    ChartKind,
    Chip,
    Definition,
    Item,
    ItemKind,
    ScoreRow,
    Table,
)
from kpi_engine.packs.common import (
    BY_RULE,
    Pack,
    around,
    as_table,
    asked_table,
    defined,
    exceptions_table,
    facts,
    grouped,
    of_numbers,
    paragraphs,
    signs,
    spoken,
    told,
)
from kpi_engine.packs.drawing import svg

_WIDE, _NARROW = 750.0, 480.0
"""How wide a picture is, in points: over the page, or with the answers beside it."""
_TEXT = 9.0
_TALL = 12
"""The most rows of a picture that stands beside the answers."""
_HIGH = 470.0
"""The most that a picture takes of a page's height, in points; further rows go on in another."""
_ACROSS = 10
"""The most academies in one sheet of the scorecard."""
_LONG = 14
"""The most letters of a value that is set large."""
_PAGE, _TABLE = 4000, 40
"""The most letters, and rows of a table, with which it is worth trying whether an item is one page."""
_BRIEF = 500
"""The most letters of a comment that stands beside the picture; a longer one has the page's width."""


def pages(pack: Pack) -> dict[str, Any]:
    """Everything that the template shows; it adds nothing but headings, page numbers and how it looks."""
    document = pack.document
    return {
        "title": f"{document.body}, {spoken(document.date)}",
        "subtitle": f"{document.label} · {pack.part_words}",
        "trust": document.trust,
        "description": f"{document.trust}: {pack.part_words}. {'. '.join(pack.origin)}.",
        "keywords": [document.label, pack.part_words, f"check {pack.check}"],
        "above": f"{document.trust} · {document.label}",
        "part": pack.part_words,
        "below": " · ".join((*pack.origin, f"data version {document.data_version}")),
        "facts": _facts(pack),
        "remarks": list(pack.remarks),
        "agenda": {
            "head": ["No.", "Item", "Group", "Part", "Page"],
            "rows": [
                {
                    "number": str(item.number),
                    "title": item.title,
                    "group": item.group,
                    "part": str(item.part),
                    "place": _place(i),
                }
                for i, item in enumerate(pack.items)
            ],
        },
        "missing": list(pack.missing),
        "scorecard": list(_scorecard(pack)),
        "key": signs(pack.scorecard),
        "exceptions": _exceptions(pack),
        "items": [_item(item, i, pack) for i, item in enumerate(pack.items)],
        "definitions": [_definition(each) for each in pack.definitions],
    }


def _place(i: int) -> str:
    """The name of an item's place in the file, which no text of a user's is part of."""
    return f"item-{i + 1}"


def _facts(pack: Pack) -> dict[str, Any]:
    return _rows(("What", "Of this pack"), facts(pack))


def _scorecard(pack: Pack) -> Iterator[dict[str, Any]]:
    """The scorecard in sheets of so many academies, each with the trust's figures."""
    if not pack.scorecard:
        return
    academies = pack.document.academies
    sheets = max(1, math.ceil(len(academies) / _ACROSS))
    each = math.ceil(len(academies) / sheets)
    for sheet in range(sheets):
        shown = academies[sheet * each : (sheet + 1) * each]
        keys = [TRUST_KEY, *(academy.key for academy in shown)]
        title = "Scorecard" if sheets == 1 else f"Scorecard: {shown[0].name} to {shown[-1].name}"
        yield {
            "title": title,
            "head": ["KPI", "Year", "Trust", *(academy.name for academy in shown)],
            "groups": [
                {"name": group, "rows": [_score(row, keys) for row in rows]}
                for group, rows in grouped(pack.scorecard).items()
            ],
        }


def _score(row: ScoreRow, keys: Sequence[str]) -> dict[str, Any]:
    cells = {cell.key: cell for cell in row.cells}
    found = [cells.get(key) for key in keys]
    return {
        "kpi": row.short,
        "year": row.year,
        "cells": [
            {"shown": "", "sign": "", "tone": "plain"}
            if cell is None
            else {"shown": cell.shown, "sign": cell.sign, "tone": str(cell.tone)}
            for cell in found
        ],
    }


def _exceptions(pack: Pack) -> dict[str, Any]:
    found = exceptions_table(pack)
    return {**_rows(found.head, found.rows), "told": BY_RULE}


def _item(item: Item, i: int, pack: Pack) -> dict[str, Any]:
    number = str(item.number)
    definition = next((each.title for each in pack.definitions if each.kpi == item.kpi and item.kpi), "")
    above = " · ".join(t for t in (number, definition, item.group, item.year, str(item.part)) if t)
    tables = [item.table] if item.table is not None else []
    if item.table is None and item.chart is not None:
        tables = [as_table(item.chart)]
    if item.asked:
        tables.append(asked_table(item))
    return {
        "long": len(item.text) + len(item.comment) > _PAGE or any(len(each.rows) > _TABLE for each in tables),
        "place": _place(i),
        "above": above,
        "title": item.title,
        "measured": item.kind is ItemKind.KPI,
        **_measured(item),
        "text": paragraphs(item.text),
        "tables": [_table(each, item) for each in tables],
        "comment": paragraphs(item.comment),
        "source": item.source,
    }


def _measured(item: Item) -> dict[str, Any]:
    figure = item.figure
    chart = item.chart
    beside = chart is not None and (chart.kind is ChartKind.YEARS or len(chart.points) <= _TALL)
    said = "" if figure is None else figure.shown
    return {
        "shown": said,
        "size": 30 if len(said) <= _LONG else 19,
        "chips": [] if figure is None else [_chip(each) for each in figure.chips],
        "facts": [] if figure is None else around(figure),
        "told": [] if figure is None else told(figure),
        "charts": [] if chart is None else list(_pictures(chart, _NARROW if beside else _WIDE)),
        "charttitle": "" if chart is None else chart.title,
        "chartnotes": [] if chart is None else list(chart.notes),
        "questions": list(item.questions),
        "beside": beside,
        "brief": len(item.comment) <= _BRIEF,
    }


def _chip(chip: Chip) -> dict[str, str]:
    return {"sign": chip.sign, "words": chip.words, "tone": str(chip.tone), "reason": chip.reason}


def _pictures(chart: Chart, width: float) -> Iterator[dict[str, Any]]:
    """The chart as one picture, or as several of so many rows, each with the axis and its lines."""
    for part in _split(chart, width):
        alt = chart.alt or chart.title
        if part is not chart:
            alt = f"{alt} From {part.points[0].label} to {part.points[-1].label}."
        yield {"svg": svg(part, width, text=_TEXT, name="chart"), "width": width, "alt": alt}


def _split(chart: Chart, width: float) -> tuple[Chart, ...]:
    """The chart in as few parts of about equal length as let each stand on a page."""
    points = chart.points
    for count in range(1, len(points) + 1):
        each = math.ceil(len(points) / count)
        parts = tuple(replace(chart, points=points[i : i + each]) for i in range(0, len(points), each))
        if chart.kind is not ChartKind.ROWS or each == 1:
            return parts if len(parts) > 1 else (chart,)
        if all(size_of(svg(part, width, text=_TEXT, name="chart"))[1] <= _HIGH for part in parts):
            return parts if len(parts) > 1 else (chart,)
    return (chart,)


def _table(table: Table, item: Item) -> dict[str, Any]:
    """A table with its title, which is not said a second time where it is the picture's."""
    beside = item.chart is not None and item.chart.title == table.title
    return {**_rows(table.head, table.rows), "title": "As a table" if beside else table.title}


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A table whose rows are as long as its longest, which one with a head forgotten would not be."""
    wide = max([len(head), *(len(row) for row in rows)])
    full = [[*row, *[""] * (wide - len(row))] for row in rows]
    figures = [i > 0 and of_numbers([row[i] for row in full]) for i in range(wide)]
    return {"head": [*head, *[""] * (wide - len(head))], "rows": full, "figures": figures}


def _definition(definition: Definition) -> dict[str, Any]:
    return {
        "title": definition.title,
        "group": " · ".join(t for t in (definition.short, definition.group) if t),
        "lines": defined(definition),
    }
