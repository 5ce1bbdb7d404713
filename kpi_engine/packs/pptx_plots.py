"""A chart and what stands beside it: the names, values and judgements as a table whose rows are the chart's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi_engine.meetings.document import Chart, ChartKind, Chip, Item, Point
from kpi_engine.packs.lettering import LEADING, width, wrapped
from kpi_engine.packs.office import midnight, one_line
from kpi_engine.packs.pptx_chart_xml import COLOURS, INK, QUIET, Inner
from kpi_engine.packs.pptx_charts import native
from kpi_engine.packs.pptx_deck import Deck, deepest
from kpi_engine.packs.pptx_shapes import PAD, Box, Cell, cell, chart, table
from kpi_engine.packs.pptx_template import FOOT, MARGIN, ROOM
from kpi_engine.wording import number

LEAST = 130.0
"""The least height that a chart is drawn in."""
_AXIS, _TALLEST = 24.0, 56.0
_YEARS = 14
_LABELS = 110.0


def plots(deck: Deck, slide: Any, item: Item, part: str, over: str, box: Box) -> None:
    """The item's chart on its slide, and what the slide cannot hold on further ones."""
    if item.chart is None:
        return
    rest = Box(MARGIN, 0, ROOM, FOOT - 20 - deepest(item.title))
    if item.chart.kind is ChartKind.ROWS:
        counts = _with_counts(item, box)
        first, others = (_row_count(item, each, counts) for each in (box, rest))
    else:
        counts, first, others = False, _YEARS, _YEARS
    left = list(item.chart.points)
    shares = [left[:first], *(left[start : start + others] for start in range(first, len(left), others))]
    for place, share in enumerate(shares, start=1):
        if place > 1:
            slide, top = deck.add(f"{item.title} ({place} of {len(shares)})", part, over)
            box = Box(MARGIN, top + 4, ROOM, FOOT - 14 - top)
        told = f" ({place} of {len(shares)})" if len(shares) > 1 else ""
        if item.chart.kind is ChartKind.ROWS:
            _rows(deck, slide, item, share, box, told, counts)
        else:
            _years(deck, slide, item, share, box, told)


def _with_counts(item: Item, box: Box) -> bool:
    """Whether the column of what each figure is based on has room; without it, the notes have it alone."""
    assert item.chart is not None
    points = item.chart.points
    if _row_count(item, box, True) >= len(points):
        return True
    higher, least = (_columns(item, points, 12.0, counts)[1] for counts in (True, False))
    return higher <= least


def _row_count(item: Item, box: Box, counts: bool) -> int:
    assert item.chart is not None
    _, least = _columns(item, item.chart.points, 12.0, counts)
    return max(1, int((box.height - _legend(item.chart) - _AXIS) // least))


def _rows(deck: Deck, slide: Any, item: Item, points: Sequence[Point], box: Box, counted: str, counts: bool) -> None:
    assert item.chart is not None
    head = _legend(item.chart)
    room = box.height - head - _AXIS
    size = 12.0
    widths, least = _columns(item, points, 14.0, counts)
    if least * len(points) <= room:
        size = 14.0
    else:
        widths, least = _columns(item, points, size, counts)
    high = max(least, min(_TALLEST, room / len(points)))
    heads = ("", "Value", "Target", "Based on")
    judged = _judged(item)
    rows: list[tuple[float, list[Cell]]] = [(head, [cell(each, 12, True, QUIET) for each in heads[: len(widths)]])]
    for point in points:
        cells = [cell(one_line(point.label), size), cell(one_line(point.shown), size, point.value is not None)]
        if len(widths) > 2:
            chip, counted_words = judged.get(point.key, (None, ""))
            words = _chip_words(chip)
            cells.append(cell(words, size, colour=COLOURS[chip.tone] if chip else QUIET))
            if counts:
                cells.append(cell(counted_words, size, colour=QUIET))
        rows.append((high, cells))
    told = f"{one_line(item.chart.title)}: names and values{counted}"
    table(slide, box.left, box.top, widths, rows, "Names and values", told)
    if all(point.value is None for point in points):
        return
    frame = Box(box.left + sum(widths), box.top, box.width - sum(widths), head + high * len(points) + _AXIS)
    inner = Inner(
        14 / frame.width, head / frame.height, (frame.width - 44) / frame.width, high * len(points) / frame.height
    )
    made = native(item.chart, points, inner, midnight(deck.document))
    chart(slide, frame, made, one_line(item.chart.title) or "Chart", item.chart.alt + counted)


def _columns(item: Item, points: Sequence[Point], size: float, counts: bool) -> tuple[list[float], float]:
    """The widths of the table's columns, and the least height of its rows."""
    judged = _judged(item)
    columns = [[one_line(point.label) for point in points], [one_line(point.shown) for point in points]]
    found = [judged[point.key] for point in points if point.key in judged]
    if found:
        columns.append([_chip_words(chip) for chip, _ in found])
    if found and counts:
        columns.append([words for _, words in found])
    widest = (240.0, 130.0, 140.0, 170.0)
    bold = (False, True, False, False)
    widths = [
        min(most, max([48.0, *(width(each, size, heavy) for each in held)]) + 2 * PAD + 8)
        for held, most, heavy in zip(columns, widest, bold, strict=False)
    ]
    lines = max(
        len(wrapped(each, size, wide - 2 * PAD, heavy))
        for held, wide, heavy in zip(columns, widths, bold, strict=False)
        for each in held
    )
    return widths, lines * size * LEADING + 3


def _judged(item: Item) -> Mapping[str, tuple[Chip | None, str]]:
    """What each academy's figure was judged to be, and what it counts, by its key."""
    return {
        each.key: (each.figure.chips[0], one_line(each.figure.counted))
        if each.figure.value is not None and each.figure.chips
        else (None, "")
        for each in item.details
    }


def _chip_words(chip: Chip | None) -> str:
    return " ".join(one_line(each) for each in (chip.sign, chip.words) if each) if chip else ""


def _legend(held: Chart) -> float:
    """How high the names of the lines stand, which is the height of the table's head too."""
    names = [one_line(mark.words) for mark in held.marks] + ["England"] * any(
        p.england is not None for p in held.points
    )
    words = sum(width(name, 12) + 50 for name in names)
    return 24.0 if words < 300 else 42.0


def _years(deck: Deck, slide: Any, item: Item, points: Sequence[Point], box: Box, counted: str) -> None:
    held = item.chart
    assert held is not None
    column = min(190.0, (box.width - _LABELS) / max(1, len(points)))
    widths = [_LABELS, *[column] * len(points)]
    england = [_england(held, point) for point in points]
    said = [("", [one_line(each.label) for each in points]), ("Value", [one_line(each.shown) for each in points])]
    said += [("England", england)] if any(england) else []
    rows: list[tuple[float, list[Cell]]] = []
    for place, (name, cells) in enumerate(said):
        high = max(len(wrapped(each, 12, column - 2 * PAD, True)) for each in cells) * 12 * LEADING + 5
        line = [cell(each, 12, place < 2, QUIET if place == 0 else INK, "ctr") for each in cells]
        rows.append((high, [cell(name, 12, True, QUIET), *line]))
    below = sum(high for high, _ in rows)
    head = _legend(held)
    frame = Box(box.left, box.top, sum(widths) + 30, box.height - below)
    if any(point.value is not None for point in points):
        inner = Inner(
            _LABELS / frame.width,
            head / frame.height,
            column * len(points) / frame.width,
            (frame.height - head - 8) / frame.height,
        )
        made = native(held, points, inner, midnight(deck.document))
        chart(slide, frame, made, one_line(held.title) or "Chart", held.alt + counted)
    told = f"{one_line(held.title)}: the years and their values{counted}"
    table(slide, box.left, box.top + frame.height, widths, rows, "Years and values", told)


def _england(held: Chart, point: Point) -> str:
    if point.england is None:
        return ""
    return one_line(f"{held.prefix}{number(point.england, held.decimals)}{held.suffix}")
