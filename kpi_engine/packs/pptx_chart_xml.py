"""The XML of a slide's chart: a scatter chart in DrawingML, each of its series pointing at the workbook's cells.

The order of elements is the schema's (ECMA-376, part 1, section 21.2); Office mends a file that keeps to another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from kpi_engine.meetings.document import Chart, ChartKind, Tone
from kpi_engine.packs.office import number_format

INK, QUIET, GRID, FOCUS = "1B2430", "55606C", "E6EAEE", "12436D"
MISSED, NEAR, OTHER = "B8420B", "5F6368", "9AA1A8"
COLOURS = {Tone.GOOD: FOCUS, Tone.NEAR: NEAR, Tone.BAD: MISSED, Tone.PLAIN: QUIET}
_SYMBOLS = {Tone.GOOD: "circle", Tone.NEAR: "diamond", Tone.BAD: "square", Tone.PLAIN: "circle"}
_TEXT = 1200
_TICKS = 6
"""Stretches between an axis’s ticks at most."""
_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


@dataclass(frozen=True, slots=True)
class Inner:
    """Where in its frame a chart draws its points, in shares of the frame: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cells:
    """Some cells of the sheet in one row or one column, and the numbers in them."""

    where: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A line, some dots, or both: its name and where that stands, and its points. ``told`` puts it into the legend."""

    name: str
    named_at: str
    x: Cells
    y: Cells
    colour: str
    width: float = 0
    dash: str = "solid"
    tones: tuple[tuple[Tone, bool], ...] = ()
    marker: str = "none"
    told: bool = False


def chart_xml(chart: Chart, series: Sequence[Series], inner: Inner, points: int) -> str:
    """The chart with these series and so many places along its rows or years."""
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
    """The format of the axis, with as many decimals as its ticks need."""
    step = tick_step(chart.low, chart.high)
    decimals = next((each for each in range(3) if round(step, each) == step and round(chart.low, each) == chart.low), 3)
    return number_format(chart.prefix, chart.suffix, decimals)


def tick_step(low: float, high: float) -> float:
    """How far apart an axis has its ticks: a round number, of which at most six fill the axis, evenly if any does."""
    span = high - low
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span))
    steps = [power * each for each in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5) if span / (power * each) <= _TICKS + 1e-9]
    even = [step for step in steps if abs(span / step - round(span / step)) < 1e-9]
    return round((even or steps)[0], 9)


def _axis(own: int, other: int, side: str, low: float, high: float, form: str, *, shown: bool) -> str:
    step = f'<c:majorUnit val="{_text(tick_step(low, high))}"/>' if shown else ""
    grid = f'<c:majorGridlines><c:spPr><a:ln w="9525">{_fill(GRID)}</a:ln></c:spPr></c:majorGridlines>' if shown else ""
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/><c:max val="{_text(high)}"/>'
        f'<c:min val="{_text(low)}"/></c:scaling><c:delete val="{0 if shown else 1}"/><c:axPos val="{side}"/>{grid}'
        f'<c:numFmt formatCode="{escape(form, {chr(34): "&quot;"})}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_letters(QUIET)}<c:crossAx val="{other}"/><c:crosses val="min"/>'
        f'<c:crossBetween val="midCat"/>{step}</c:valAx>'
    )


def _series_xml(place: int, series: Series, chart: Chart) -> str:
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


def _numbers(cells: Cells, form: str) -> str:
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
