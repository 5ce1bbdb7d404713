"""Figures with a row for each name: dots with intervals, dumbbells. Plain dicts, as Plotly has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpi_engine.kpi import Axis
from ui.figure import RANGE, Figure, Point, bold, layout, limits, scale
from ui.theme import FOCUS, GREY_TEXT, INK, OTHER, QUIET

_MARGIN = {"l": 8, "r": 34, "t": 8, "b": 28}
_LABEL = 19
BAND = "#E3ECF4"


class Row(NamedTuple):
    """A row's name, what stands small below it, and whether it stands out."""

    name: str
    under: str = ""
    focus: bool = True


class Dot(NamedTuple):
    """A row with a dot: its point, England's mark in this row, and the band that the target gives this row."""

    row: Row
    point: Point
    england: float | None = None
    band: tuple[float, float] | None = None
    told: str = ""
    """What is said where there is no dot."""


class Mark(NamedTuple):
    """A vertical line through all rows, with its label; England's is dashed, a target's dotted."""

    x: float
    words: str
    england: bool = False
    target: bool = False


class Pair(NamedTuple):
    """A row with two ends. ``said`` stands over the line between them, ``words`` are shown when it is pointed at."""

    row: Row
    left: float
    right: float
    said: str
    words: str
    go: str = ""


def dots(
    found: Sequence[Dot],
    axis: Axis,
    suffix: str,
    *,
    marks: Sequence[Mark] = (),
) -> Figure:
    """A row for each name: a dot with its interval; the focused ones in colour, the others grey.

    ``marks`` cross all rows; the bands of rows that stand together meet.
    """
    count = len(found)
    data = []
    for focused in (False, True):
        at = [
            d.point._replace(x=d.point.y or 0.0, y=float(-i))
            for i, d in enumerate(found)
            if d.row.focus is focused and d.point.y is not None
        ]
        if at:
            data.append(_dots(at, FOCUS if focused else OTHER))
    made = named_rows([d.row for d in found], len(marks))
    made["xaxis"] = scale(axis, suffix, axis.low < 0 < axis.high)
    edge = (axis.high - axis.low) * 0.014
    made["xaxis"]["range"] = [axis.low - edge, axis.high + edge]
    top = made["yaxis"]["range"][1]
    step = (top - 0.55) / len(marks) if marks else 0.0
    levels = [(m, 0.55 + step * (i + 0.5)) for i, m in enumerate(sorted(marks, key=lambda m: m.x))]
    shapes = [band_at(d.band, 0.5 - i, -0.5 - i) for i, d in enumerate(found) if d.band is not None]
    shapes += [rule(m.x, y - step / 2, 0.45 - count, m.england, m.target) for m, y in levels]
    shapes += [rule(d.england, 0.36 - i, -0.36 - i, True) for i, d in enumerate(found) if d.england is not None]
    made["shapes"] = shapes
    made["annotations"] = [
        {**words_at(m.x, y, m.words, side_of(m.x, axis), INK if m.england else QUIET), "bgcolor": "#FFFFFF"}
        for m, y in levels
    ] + _unsaid([(i, d.told) for i, d in enumerate(found) if d.told], axis)
    return {"data": data, "layout": made}


def dumbbells(rows: Sequence[Pair], names: tuple[str, str], axis: Axis, suffix: str) -> Figure:
    """A row for each name with the group's dot and the comparator's, joined, and the gap in words above them."""
    data: list[Figure] = []
    notes: list[Figure] = []
    for i, pair in enumerate(rows):
        colour = FOCUS if pair.row.focus else GREY_TEXT
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [pair.left, pair.right],
                "y": [-i, -i],
                "line": {"color": FOCUS if pair.row.focus else OTHER, "width": 4},
                "marker": {
                    "size": 13,
                    "opacity": 1,
                    "color": [colour, "#FFFFFF"],
                    "line": {"color": colour, "width": 2.5},
                },
                "customdata": [[pair.words, pair.go]] * 2,
                "hovertemplate": "%{customdata[0]}<extra></extra>",
                "selected": {"marker": {"opacity": 1}},
                "unselected": {"marker": {"opacity": 1}},
                "cliponaxis": False,
            }
        )
        middle = (pair.left + pair.right) / 2
        side = side_of(middle, axis, 0.33)
        at = {"left": min(pair.left, pair.right), "right": max(pair.left, pair.right)}.get(side, middle)
        shift = {"left": -7, "right": 7}.get(side, 0)
        notes.append({**words_at(at, -i, pair.said, side, INK), "yshift": 16, "xshift": shift})
    made = named_rows([p.row for p in rows], 0, above=2 * _LABEL, high=50)
    made["xaxis"] = scale(axis, suffix, axis.low < 0 < axis.high)
    top = {"xref": "paper", "yref": "paper", "yanchor": "bottom"}
    made["annotations"] = [
        {**words_at(0.0, 1.0, f"● {names[0]}", "left", INK), **top, "yshift": _LABEL + 2},
        {**words_at(0.0, 1.0, f"○ {names[1]}", "left", INK), **top, "yshift": 2},
        *notes,
    ]
    return {"data": data, "layout": made}


def named_rows(rows: Sequence[Row], levels: int, *, above: int = 0, high: int = 0) -> Figure:
    """A layout with a row for each name, one that stands out among others set bold.

    ``levels`` are lines of labels over the first row, ``above`` the pixels over the plot, ``high`` those of a row.
    """
    count = len(rows)
    some = not all(row.focus for row in rows)
    each = high or (40 if any(row.under for row in rows) else 34)
    top = 0.5 + levels * _LABEL / each + (0.1 if levels else 0.0)
    made = layout(round(40 + above + each * (max(count, 1) + top - 0.4)))
    made["margin"] = {**_MARGIN, "t": 8 + above}
    made["yaxis"] = {
        "range": [0.4 - max(count, 1), top],
        "tickvals": [-i for i in range(count)],
        "ticktext": [_named(row, row.focus and some) for row in rows],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13.5, "color": INK},
        "automargin": True,
    }
    return made


def rule(x: float, top: float, bottom: float, england: bool, target: bool = False) -> Figure:
    """A vertical line: England's dashed and black, a target's dotted, any other plain and grey."""
    dash = "dash" if england else "dot" if target else "solid"
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": bottom,
        "y1": top,
        "line": {"color": "#000000" if england else QUIET if target else "#7B8794", "width": 1.7, "dash": dash},
        "layer": "below",
    }


def _unsaid(rows: Sequence[tuple[int, str]], axis: Axis) -> list[Figure]:
    """What is said in rows without a figure, at the left of the plot."""
    return [{**words_at(axis.low, -i, text, "left", QUIET), "xshift": 7} for i, text in rows]


def words_at(x: float, y: float, text: str, side: str, colour: str) -> Figure:
    """Words at a place; ``side`` is the side of the words that stands there."""
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": side,
        "yanchor": "middle",
        "align": "left",
        "borderpad": 0,
        "bgcolor": "rgba(255,255,255,0.82)",
        "font": {"size": 13, "color": colour},
    }


def _named(row: Row, strong: bool) -> str:
    name = bold(row.name) if strong else row.name
    return f'{name} <br><span style="font-size:11.5px">{row.under} </span>' if row.under else f"{name} "


def scattered(points: Sequence[Point], colour: str) -> Figure:
    """Dots that can be clicked; grey ones have a darker rim."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "marker": {
            "size": 12,
            "color": colour,
            "line": {"color": GREY_TEXT if colour == OTHER else colour, "width": 1},
        },
        "customdata": [[p.words, p.go] for p in points],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
    }


def _dots(points: Sequence[Point], colour: str) -> Figure:
    trace = scattered(points, colour)
    ranges = limits(points, lambda p: p.x)
    if ranges:
        trace["error_x"] = {**ranges, "color": RANGE if colour == FOCUS else "#8F989F"}
    return trace


def side_of(x: float, axis: Axis, part: float = 0.25) -> str:
    """Which side of a label stands at ``x``, so that it stays within the plot."""
    share = (x - axis.low) / (axis.high - axis.low)
    return "left" if share < part else "right" if share > 1 - part else "center"


def band_at(band: tuple[float, float], top: float, bottom: float) -> Figure:
    return {
        "type": "rect",
        "x0": band[0],
        "x1": band[1],
        "y0": bottom,
        "y1": top,
        "fillcolor": BAND,
        "line": {"width": 0},
        "layer": "below",
    }
