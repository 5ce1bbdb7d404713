"""Native charts for slides: scatter charts whose every point and line stands in the workbook behind them.

A row's interval is a line of two points, since error bars of one's own are not drawn everywhere. The workbook holds the
figures of the slide and the places of the points, and nothing else; a point without a value has neither in the chart.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from kpi_engine.meetings.document import Chart, ChartKind, Mark, MarkKind, Point
from kpi_engine.packs.office import number_format, one_line
from kpi_engine.packs.pptx_chart_xml import COLOURS, FOCUS, OTHER, Cells, Inner, Series, chart_xml

_DASHES = {MarkKind.ENGLAND: "dash", MarkKind.TARGET: "sysDot", MarkKind.TRUST: "solid"}
_SHEET = "Figures"
_TICK = 0.38
"""How far the mark of a row's own figure for England reaches, in rows."""
Value = str | float | None


@dataclass(frozen=True, slots=True)
class Native:
    """A chart's XML, and the workbook behind it."""

    xml: bytes
    workbook: bytes


class _Grid:
    """The sheet while it is being filled: rows of cells, and where they stand."""

    def __init__(self, head: Sequence[str]) -> None:
        self.rows: list[list[Value]] = [list(head)]

    def add(self, *cells: Value) -> int:
        self.rows.append(list(cells))
        return len(self.rows)

    def cells(self, columns: str, first: int, last: int) -> Cells:
        left, right = ord(columns[0]) - 65, ord(columns[-1]) - 65
        found = [self.rows[row][column] for row in range(first - 1, last) for column in range(left, right + 1)]
        return Cells(f"{_SHEET}!${columns[0]}${first}:${columns[-1]}${last}", tuple(_number(each) for each in found))


def native(chart: Chart, points: Sequence[Point], inner: Inner, created: dt.datetime) -> Native:
    """The chart of these points, which are all of the chart's or the share of them that one slide holds."""
    rows = chart.kind is ChartKind.ROWS
    grid = _Grid(
        ("Name", "As shown", "Value", "Lower", "Upper", "Place", "Place", "England", "England", "From", "To")
        if rows
        else ("Year", "As shown", "Place", "Place", "Lower", "Upper", "Value", "England")
    )
    drawn = _rows(grid, chart, points) if rows else _years(grid, chart, points)
    # LibreOffice drops the points of a series that a longer one follows.
    series = sorted(drawn, key=lambda each: -len(each.x.values))
    return Native(chart_xml(chart, series, inner, len(points)).encode(), _workbook(grid, chart, created))


def _rows(grid: _Grid, chart: Chart, points: Sequence[Point]) -> list[Series]:
    place = {id(point): float(len(points) - i) for i, point in enumerate(points)}
    valued = [point for point in points if point.value is not None]
    lines: list[Series] = []
    ticks: list[Series] = []
    series: list[Series] = []
    for point in [*valued, *(p for p in points if p.value is None)]:
        at = place[id(point)]
        england = (None,) * 4 if point.england is None else (point.england, point.england, at - _TICK, at + _TICK)
        row = grid.add(one_line(point.label), one_line(point.shown), point.value, *_limits(point), at, at, *england)
        if point.england is not None:
            beside = grid.cells("HI", row, row), grid.cells("JK", row, row)
            ticks.append(Series("England", f"{_SHEET}!$H$1", *beside, "000000", 2, "sysDash", told=not ticks))
        if None not in _limits(point):
            name, named_at = one_line(point.label), f"{_SHEET}!$A${row}"
            ends, level = grid.cells("DE", row, row), grid.cells("FG", row, row)
            lines.append(Series(name, named_at, ends, level, _colour(point), 3))
    if valued:
        last = len(valued) + 1
        tones = tuple((p.tone, p.focus) for p in valued)
        dots = grid.cells("C", 2, last), grid.cells("F", 2, last)
        series.append(Series("Value", f"{_SHEET}!$C$1", *dots, FOCUS, tones=tones, marker="circle"))
    marks = []
    if chart.marks:
        grid.add()
        grid.add("Line", "As shown", "Value", "Value", None, "From", "To")
    for mark in chart.marks:
        words = one_line(mark.words)
        row = grid.add(words, words, mark.value, mark.value, None, 0.5, len(points) + 0.5)
        marks.append(_line(mark, f"{_SHEET}!$A${row}", grid.cells("CD", row, row), grid.cells("FG", row, row)))
    return [*marks, *ticks, *lines, *series]


def _years(grid: _Grid, chart: Chart, points: Sequence[Point]) -> list[Series]:
    lines = []
    for place, point in enumerate(points, start=1):
        row = grid.add(
            *(one_line(point.label), one_line(point.shown), float(place), float(place), *_limits(point)),
            *(point.value, point.england),
        )
        if None not in _limits(point):
            named_at = f"{_SHEET}!$A${row}"
            at, ends = grid.cells("CD", row, row), grid.cells("EF", row, row)
            lines.append(Series(one_line(point.label), named_at, at, ends, _colour(point), 3))
    values: list[Series] = []
    for first, last in _runs(points, [point.value for point in points]):
        tones = tuple((p.tone, p.focus) for p in points[first - 2 : last - 1])
        at, held = grid.cells("C", first, last), grid.cells("G", first, last)
        values.append(Series("Value", f"{_SHEET}!$G$1", at, held, FOCUS, 2.25, tones=tones, marker="circle"))
    england: list[Series] = []
    for first, last in _runs(points, [point.england for point in points]):
        at, held = grid.cells("C", first, last), grid.cells("H", first, last)
        name, told = f"{_SHEET}!$H$1", not england
        england.append(Series("England", name, at, held, "000000", 1.5, "dash", marker="dash", told=told))
    marks = []
    if chart.marks:
        grid.add()
        grid.add("Line", "As shown", "From", "To", "Value", "Value")
    for mark in chart.marks:
        words = one_line(mark.words)
        row = grid.add(words, words, 0.5, len(points) + 0.5, mark.value, mark.value)
        marks.append(_line(mark, f"{_SHEET}!$A${row}", grid.cells("CD", row, row), grid.cells("EF", row, row)))
    return [*marks, *england, *lines, *values]


def _line(mark: Mark, named_at: str, x: Cells, y: Cells) -> Series:
    colour = FOCUS if mark.kind is MarkKind.TRUST else "000000"
    return Series(one_line(mark.words), named_at, x, y, colour, 1.75, _DASHES[mark.kind], told=True)


def _runs(points: Sequence[Point], values: Sequence[float | None]) -> list[tuple[int, int]]:
    """First and last row of the sheet of each stretch of years that a line joins."""
    runs: list[tuple[int, int]] = []
    for place, (point, value) in enumerate(zip(points, values, strict=True)):
        if value is None:
            continue
        joined = runs and runs[-1][1] == place + 1 and not point.apart
        if joined:
            runs[-1] = (runs[-1][0], place + 2)
        else:
            runs.append((place + 2, place + 2))
    return runs


def _limits(point: Point) -> tuple[float | None, float | None]:
    held = point.value is None or point.lower is None or point.upper is None
    return (None, None) if held else (point.lower, point.upper)


def _colour(point: Point) -> str:
    return COLOURS[point.tone] if point.focus else OTHER


def _number(cell: Value) -> float:
    assert isinstance(cell, int | float), "a chart's points are numbers"
    return float(cell)


def _workbook(grid: _Grid, chart: Chart, created: dt.datetime) -> bytes:
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": created})
    sheet = book.add_worksheet(_SHEET)
    figures = book.add_format({"num_format": number_format(chart.prefix, chart.suffix, chart.decimals)})
    sheet.set_column(0, 0, 32)
    held = {"Value", "Lower", "Upper", "England"}
    head: list[Value] = []
    for row, cells in enumerate(grid.rows):
        if cells and cells[0] in ("Name", "Year", "Line"):
            head = cells
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif cell is not None:
                sheet.write_number(row, column, cell, figures if head[column] in held else None)
    book.close()
    return out.getvalue()
