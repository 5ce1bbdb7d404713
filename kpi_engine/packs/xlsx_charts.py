"""The workbook's charts, and the sheet that they draw: one row for each point, empty where there is no figure.

A word is drawn as nought, so charts never point at the cells of the measures' own sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi_engine.meetings.document import Chart, ChartKind, Item, MarkKind, Point, Tone
from kpi_engine.packs.office import number_format, one_line
from kpi_engine.packs.xlsx_sheets import Cell, Figure

DATA = "Chart data"
_FIXED = ("Item", "Chart", "Point", "Lower", "Upper")
_COLOURS = {Tone.GOOD: "#12436D", Tone.NEAR: "#5F6368", Tone.BAD: "#B8420B", Tone.PLAIN: "#55606C"}
_FAINT, _RANGE, _LINE, _GRID = "#9AA1A8", "#7890A6", "#000000", "#E6EAEE"
_DASHES = {MarkKind.ENGLAND: "dash", MarkKind.TARGET: "round_dot", MarkKind.TRUST: "solid"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each chart's points stand on the sheet: its columns, and the first row of each item (counted from 0)."""

    stretches: int
    england: int
    marks: int
    first: dict[str, int]

    @property
    def head(self) -> tuple[str, ...]:
        """The sheet's head."""
        return (
            *_FIXED,
            *_numbered("Value", self.stretches),
            *_numbered("England", self.england),
            *(f"Line {i + 1}" for i in range(self.marks)),
        )

    @property
    def values(self) -> int:
        """The first column of values."""
        return len(_FIXED)


def layout(items: Sequence[Item]) -> Layout:
    """The sheet for the charts of these items."""
    charts = [item.chart for item in items if item.chart is not None]
    first, row = {}, 1
    for item in items:
        if item.chart is not None:
            first[item.key] = row
            row += len(item.chart.points)
    return Layout(
        stretches=max((_last(stretches(each)) for each in charts), default=1),
        england=max((_last(stretches(each, england=True)) for each in charts), default=1),
        marks=max((len(each.marks) for each in charts), default=0),
        first=first,
    )


def rows(items: Sequence[Item], held: Layout) -> list[list[Cell]]:
    """The sheet's rows. A line's stretches, between which nothing is compared, have a column each."""
    made: list[list[Cell]] = []
    for item in items:
        if item.chart is None:
            continue
        form = chart_format(item.chart)
        own, england = stretches(item.chart), stretches(item.chart, england=True)
        for place, point in enumerate(item.chart.points):
            row: list[Cell] = [one_line(item.title), one_line(item.chart.title), one_line(point.label)]
            row += _limits(point, form)
            row += [_figure(point.value, form) if own[place] == i else None for i in range(held.stretches)]
            row += [_figure(point.england, form) if england[place] == i else None for i in range(held.england)]
            marks = [_figure(mark.value, form) for mark in item.chart.marks]
            made.append([*row, *marks, *[None] * (held.marks - len(marks))])
    return made


def stretches(chart: Chart, *, england: bool = False) -> list[int | None]:
    """In which stretch each point stands: a new one begins where the line is broken. None where there is no value."""
    found: list[int | None] = []
    stretch = 0
    for point in chart.points:
        if point.apart and any(each == stretch for each in found):
            stretch += 1
        value = point.england if england else point.value
        found.append(None if value is None else stretch)
    return found


def chart_format(chart: Chart) -> str:
    """How the chart's numbers are shown."""
    return number_format(chart.prefix, chart.suffix, chart.decimals)


def draw(book: Any, sheet: Any, item: Item, held: Layout, row: int) -> None:
    """The item's chart on its sheet, from that row on. Bars between the limits are Excel's high-low lines."""
    chart = item.chart
    if chart is None or not chart.points or all(point.value is None for point in chart.points):
        return
    first = held.first[item.key]
    last = first + len(chart.points) - 1

    def cells(column: int) -> list[Any]:
        return [DATA, first, column, last, column]

    def series(name: str, column: int, **drawn: Any) -> dict[str, Any]:
        return {"name": name, "categories": cells(2), "values": cells(column), **drawn}

    joined = chart.kind is ChartKind.YEARS
    made = book.add_chart({"type": "line"})
    tick = {"type": "long_dash", "size": 7, "fill": {"color": _RANGE}, "border": {"color": _RANGE}}
    bounded = any(None not in _ends(point) for point in chart.points)
    count = 0
    if bounded:
        for name, column in (("Lower", 3), ("Upper", 4)):
            made.add_series(series(name, column, line={"none": True}, marker=tick))
        made.set_high_low_lines({"line": {"color": _RANGE, "width": 2}})
        count = 2
    used = sorted({each for each in stretches(chart) if each is not None})
    for stretch in used:
        line = {"color": "#12436D", "width": 2} if joined else {"none": True}
        points = [_dot(point) for point in chart.points]
        dots = {"type": "circle", "size": 9, "fill": {"color": "#12436D"}, "border": {"color": "#FFFFFF"}}
        made.add_series(series("Value", held.values + stretch, line=line, marker=dots, points=points))
    lines = _lines(chart, held, series)
    if lines:
        over = book.add_chart({"type": "line"})
        for each in lines:
            over.add_series(each)
        made.combine(over)
    gone = [*range(count), *range(count + 1, count + len(used))]
    made.set_legend({"position": "top", "delete_series": gone} if gone else {"position": "top"})
    made.set_title({"name": one_line(chart.title)[:200], "name_font": {"size": 13}, "overlay": False})
    wide = chart.high - chart.low >= 5
    made.set_y_axis(
        {
            "min": chart.low,
            "max": chart.high,
            "num_format": number_format(chart.prefix, chart.suffix, 0 if wide else chart.decimals),
            "major_gridlines": {"visible": True, "line": {"color": _GRID}},
            "line": {"none": True},
        }
    )
    made.set_x_axis({"label_position": "low", "num_font": {"size": 10}})
    made.set_size({"width": min(2600, max(760, 110 + 64 * len(chart.points))), "height": 380})
    sheet.insert_chart(row, 0, made, {"description": one_line(chart.alt), "object_position": 2})


def _lines(chart: Chart, held: Layout, series: Any) -> list[dict[str, Any]]:
    england = held.values + held.stretches
    drawn: dict[str, Any] = {"line": {"color": _LINE, "width": 1.5, "dash_type": "dash"}}
    if chart.kind is ChartKind.ROWS:
        # Rows are not joined: each has the figure of its own phase.
        tick = {"type": "long_dash", "size": 12, "fill": {"color": _LINE}, "border": {"color": _LINE}}
        drawn = {"line": {"none": True}, "marker": tick}
    made = [
        series("England", england + i, **drawn)
        for i in sorted({each for each in stretches(chart, england=True) if each is not None})
    ]
    for i, mark in enumerate(chart.marks):
        line = {"color": _LINE, "width": 1.75, "dash_type": _DASHES[mark.kind]}
        made.append(series(one_line(mark.words) or "Line", england + held.england + i, line=line))
    return made


def _dot(point: Point) -> dict[str, Any]:
    colour = _COLOURS[point.tone] if point.focus else _FAINT
    return {"fill": {"color": colour}, "border": {"color": colour}}


def _ends(point: Point) -> tuple[float | None, float | None]:
    held = point.value is None or point.lower is None or point.upper is None
    return (None, None) if held else (point.lower, point.upper)


def _limits(point: Point, form: str) -> list[Cell]:
    return [_figure(each, form) for each in _ends(point)]


def _figure(value: float | None, form: str) -> Figure | None:
    return None if value is None else Figure(value, form)


def _last(found: Sequence[int | None]) -> int:
    return max((each + 1 for each in found if each is not None), default=1)


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return (name, *(f"{name}, after break {i}" for i in range(1, count)))
