"""Native charts for slides: scatter charts whose every point and line stands in the workbook behind them.

A row's interval is a line of two points, since error bars of one's own are not drawn everywhere. The workbook holds the
figures of the slide and the places of the points, and nothing else; a point without a value has neither in the chart.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import xlsxwriter

from kpi_engine.meetings.document import Chart, ChartKind, Mark, MarkKind, Point, Tone
from kpi_engine.packs.office import number_format, one_line

INK, QUIET, GRID, FOCUS = "1B2430", "55606C", "E6EAEE", "12436D"
MISSED, NEAR, OTHER = "B8420B", "5F6368", "9AA1A8"
COLOURS = {Tone.GOOD: FOCUS, Tone.NEAR: NEAR, Tone.BAD: MISSED, Tone.PLAIN: QUIET}
_SYMBOLS = {Tone.GOOD: "circle", Tone.NEAR: "diamond", Tone.BAD: "square", Tone.PLAIN: "circle"}
_DASHES = {MarkKind.ENGLAND: "dash", MarkKind.TARGET: "sysDot", MarkKind.TRUST: "solid"}
_TEXT = 1200
_SHEET = "Figures"
_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
Value = str | float | None


@dataclass(frozen=True, slots=True)
class Inner:
    """Where in its frame a chart draws its points, in shares of the frame: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Native:
    """A chart as the slide's library takes it in: its XML, and the workbook behind it."""

    xml: bytes
    xlsx_blob: bytes

    def xml_bytes(self, _kind: object) -> bytes:
        """The chart's XML, whatever kind is asked for."""
        return self.xml


@dataclass(frozen=True, slots=True)
class _Cells:
    """Some cells of the sheet in one row or one column, and the numbers in them."""

    where: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    named_at: str
    x: _Cells
    y: _Cells
    colour: str
    width: float = 0
    dash: str = "solid"
    tones: tuple[tuple[Tone, bool], ...] = ()
    marker: str = "none"
    told: bool = False


class _Grid:
    """The sheet while it is being filled: rows of cells, and where they stand."""

    def __init__(self, head: Sequence[str]) -> None:
        self.rows: list[list[Value]] = [list(head)]

    def add(self, *cells: Value) -> int:
        self.rows.append(list(cells))
        return len(self.rows)

    def cells(self, columns: str, first: int, last: int) -> _Cells:
        left, right = ord(columns[0]) - 65, ord(columns[-1]) - 65
        found = [self.rows[row][column] for row in range(first - 1, last) for column in range(left, right + 1)]
        return _Cells(f"{_SHEET}!${columns[0]}${first}:${columns[-1]}${last}", tuple(_number(each) for each in found))


def native(chart: Chart, points: Sequence[Point], inner: Inner, created: dt.datetime) -> Native:
    """The chart of these points, which are all of the chart's or the share of them that one slide holds."""
    rows = chart.kind is ChartKind.ROWS
    grid = _Grid(
        ("Name", "As shown", "Value", "Lower", "Upper", "Place", "Place")
        if rows
        else ("Year", "As shown", "Place", "Place", "Lower", "Upper", "Value", "England")
    )
    drawn = _rows(grid, chart, points) if rows else _years(grid, chart, points)
    # LibreOffice drops the points of a series that a longer one follows.
    series = sorted(drawn, key=lambda each: -len(each.x.values))
    return Native(_chart_xml(chart, series, inner, len(points)).encode(), _workbook(grid, chart, created))


def _rows(grid: _Grid, chart: Chart, points: Sequence[Point]) -> list[_Series]:
    place = {id(point): float(len(points) - i) for i, point in enumerate(points)}
    valued = [point for point in points if point.value is not None]
    lines, series = [], []
    for point in [*valued, *(p for p in points if p.value is None)]:
        at = place[id(point)]
        row = grid.add(one_line(point.label), one_line(point.shown), point.value, *_limits(point), at, at)
        if None not in _limits(point):
            name, named_at = one_line(point.label), f"{_SHEET}!$A${row}"
            ends, level = grid.cells("DE", row, row), grid.cells("FG", row, row)
            lines.append(_Series(name, named_at, ends, level, _colour(point), 3))
    if valued:
        last = len(valued) + 1
        tones = tuple((p.tone, p.focus) for p in valued)
        dots = grid.cells("C", 2, last), grid.cells("F", 2, last)
        series.append(_Series("Value", f"{_SHEET}!$C$1", *dots, FOCUS, tones=tones, marker="circle"))
    marks = []
    if chart.marks:
        grid.add()
        grid.add("Line", "As shown", "Value", "Value", None, "From", "To")
    for mark in chart.marks:
        words = one_line(mark.words)
        row = grid.add(words, words, mark.value, mark.value, None, 0.5, len(points) + 0.5)
        marks.append(_line(mark, f"{_SHEET}!$A${row}", grid.cells("CD", row, row), grid.cells("FG", row, row)))
    return [*marks, *lines, *series]


def _years(grid: _Grid, chart: Chart, points: Sequence[Point]) -> list[_Series]:
    lines = []
    for place, point in enumerate(points, start=1):
        row = grid.add(
            *(one_line(point.label), one_line(point.shown), float(place), float(place), *_limits(point)),
            *(point.value, point.england),
        )
        if None not in _limits(point):
            named_at = f"{_SHEET}!$A${row}"
            at, ends = grid.cells("CD", row, row), grid.cells("EF", row, row)
            lines.append(_Series(one_line(point.label), named_at, at, ends, _colour(point), 3))
    values: list[_Series] = []
    for first, last in _runs(points, [point.value for point in points]):
        tones = tuple((p.tone, p.focus) for p in points[first - 2 : last - 1])
        at, held = grid.cells("C", first, last), grid.cells("G", first, last)
        values.append(_Series("Value", f"{_SHEET}!$G$1", at, held, FOCUS, 2.25, tones=tones, marker="circle"))
    england: list[_Series] = []
    for first, last in _runs(points, [point.england for point in points]):
        at, held = grid.cells("C", first, last), grid.cells("H", first, last)
        name, told = f"{_SHEET}!$H$1", not england
        england.append(_Series("England", name, at, held, "000000", 1.5, "dash", marker="dash", told=told))
    marks = []
    if chart.marks:
        grid.add()
        grid.add("Line", "As shown", "From", "To", "Value", "Value")
    for mark in chart.marks:
        words = one_line(mark.words)
        row = grid.add(words, words, 0.5, len(points) + 0.5, mark.value, mark.value)
        marks.append(_line(mark, f"{_SHEET}!$A${row}", grid.cells("CD", row, row), grid.cells("EF", row, row)))
    return [*marks, *england, *lines, *values]


def _line(mark: Mark, named_at: str, x: _Cells, y: _Cells) -> _Series:
    colour = FOCUS if mark.kind is MarkKind.TRUST else "000000"
    return _Series(one_line(mark.words), named_at, x, y, colour, 1.75, _DASHES[mark.kind], told=True)


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


def _chart_xml(chart: Chart, series: Sequence[_Series], inner: Inner, points: int) -> str:
    rows = chart.kind is ChartKind.ROWS
    told = any(each.told for each in series)
    legend = ""
    if told:
        gone = "".join(
            f'<c:legendEntry><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>'
            for i, each in enumerate(series)
            if not each.told
        )
        legend = (
            f'<c:legend><c:legendPos val="t"/>{gone}<c:layout><c:manualLayout><c:xMode val="edge"/>'
            f'<c:yMode val="edge"/><c:x val="{inner.left:.5f}"/><c:y val="0"/></c:manualLayout></c:layout>'
            f'<c:overlay val="0"/>{_letters(INK)}</c:legend>'
        )
    figures = _axis(
        1 if rows else 2, 2 if rows else 1, "b" if rows else "l", chart.low, chart.high, _ticks(chart), shown=True
    )
    places = _axis(2 if rows else 1, 1 if rows else 2, "l" if rows else "b", 0.5, points + 0.5, "General", shown=False)
    box = "".join(f'<c:{k} val="{v:.5f}"/>' for k, v in zip("xywh", _shares(inner), strict=True))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMESPACES}><c:date1904 val="0"/>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout><c:manualLayout>'
        '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{box}</c:manualLayout></c:layout>"
        '<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>'
        f"{''.join(_series_xml(i, each, chart) for i, each in enumerate(series))}"
        '<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
        f"{figures if rows else places}{places if rows else figures}"
        "<c:spPr><a:noFill/></c:spPr></c:plotArea>"
        f'{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_letters(INK)}</c:chartSpace>"
    )


def _shares(inner: Inner) -> tuple[float, float, float, float]:
    return inner.left, inner.top, inner.width, inner.height


def _ticks(chart: Chart) -> str:
    """The format of the axis: no decimals where its ticks stand whole numbers apart."""
    return number_format(chart.prefix, chart.suffix, 0 if chart.high - chart.low >= 5 else chart.decimals)


def _axis(own: int, other: int, side: str, low: float, high: float, form: str, *, shown: bool) -> str:
    grid = f'<c:majorGridlines><c:spPr><a:ln w="9525">{_fill(GRID)}</a:ln></c:spPr></c:majorGridlines>' if shown else ""
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/><c:max val="{_text(high)}"/>'
        f'<c:min val="{_text(low)}"/></c:scaling><c:delete val="{0 if shown else 1}"/><c:axPos val="{side}"/>{grid}'
        f'<c:numFmt formatCode="{escape(form, {chr(34): "&quot;"})}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_letters(QUIET)}<c:crossAx val="{other}"/><c:crosses val="min"/><c:crossBetween val="midCat"/></c:valAx>'
    )


def _series_xml(place: int, series: _Series, chart: Chart) -> str:
    line = (
        f'<a:ln w="{round(series.width * 12700)}" cap="flat">{_fill(series.colour)}<a:prstDash val="{series.dash}"/>'
        "<a:round/></a:ln>"
        if series.width
        else "<a:ln><a:noFill/></a:ln>"
    )
    points = "".join(
        f'<c:dPt><c:idx val="{i}"/>{_marker(_SYMBOLS[tone], COLOURS[tone] if focus else OTHER)}<c:bubble3D val="0"/>'
        f"<c:spPr>{line}</c:spPr></c:dPt>"
        for i, (tone, focus) in enumerate(series.tones)
    )
    form = escape(number_format(chart.prefix, chart.suffix, chart.decimals))
    rows = chart.kind is ChartKind.ROWS
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>{series.named_at}</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(series.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"<c:spPr>{line}</c:spPr>{_marker(series.marker, series.colour)}{points}"
        f"<c:xVal>{_numbers(series.x, form if rows else 'General')}</c:xVal>"
        f'<c:yVal>{_numbers(series.y, "General" if rows else form)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _numbers(cells: _Cells, form: str) -> str:
    held = "".join(f'<c:pt idx="{i}"><c:v>{_text(each)}</c:v></c:pt>' for i, each in enumerate(cells.values))
    return (
        f"<c:numRef><c:f>{cells.where}</c:f><c:numCache><c:formatCode>{form}</c:formatCode>"
        f'<c:ptCount val="{len(cells.values)}"/>{held}</c:numCache></c:numRef>'
    )


def _marker(symbol: str, colour: str) -> str:
    if symbol == "none":
        return '<c:marker><c:symbol val="none"/></c:marker>'
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{6 if symbol == "dash" else 10}"/><c:spPr>{_fill(colour)}'
        f'<a:ln w="9525">{_fill("FFFFFF" if symbol != "dash" else colour)}</a:ln></c:spPr></c:marker>'
    )


def _fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _letters(colour: str) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{_TEXT}">{_fill(colour)}'
        '<a:latin typeface="Arial"/></a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
    )


def _text(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
