"""Figures with a row for each name: dots with intervals, dumbbells, 100 % bars. Plain dicts, as Plotly has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpi_engine.kpi import Axis
from ui.figure import RANGE, Figure, Point, bold, layout, limits, scale
from ui.theme import FOCUS, GREY_TEXT, INK, OTHER, QUIET

_PERCENT = Axis(0, 100)
_MARGIN = {"l": 8, "r": 34, "t": 8, "b": 28}


class Mark(NamedTuple):
    """A vertical line through all rows, with its label; England's is dashed."""

    x: float
    words: str
    england: bool = False


class Pair(NamedTuple):
    """A row with two ends; the words are shown when it is pointed at."""

    name: str
    left: float | None
    right: float | None
    words: str
    focus: bool


class Share(NamedTuple):
    """A row with the share that counts, in per cent."""

    name: str
    share: float
    words: str
    focus: bool


def dots(
    points: Sequence[tuple[str, Point, bool]],
    axis: Axis,
    suffix: str,
    *,
    marks: Sequence[Mark] = (),
    each: Sequence[float | None] = (),
    band: tuple[float, float] | None = None,
    unsaid: Sequence[tuple[int, str]] = (),
) -> Figure:
    """A row for each name: a dot with its interval; the focused ones in colour, the others grey.

    ``marks`` cross all rows, ``each`` is England's mark in every row, ``band`` the target's. ``unsaid`` are rows
    without a figure and the words in its place.
    """
    count = len(points)
    data = []
    for focused in (False, True):
        some = [(i, p) for i, (_, p, f) in enumerate(points) if f is focused and p.y is not None]
        if some:
            at = [p._replace(x=p.y or 0.0, y=float(-i)) for i, p in some]
            data.append(_dots(at, FOCUS if focused else OTHER))
    made = _rows([(name, focus) for name, _, focus in points], 1.1 if marks else 0.7)
    made["xaxis"] = scale(axis, suffix, axis.low < 0 < axis.high)
    edge = (axis.high - axis.low) * 0.014
    made["xaxis"]["range"] = [axis.low - edge, axis.high + edge]
    made["shapes"] = [_rule(m.x, 0.55, 0.4 - count, m.england) for m in marks]
    made["shapes"] += [_rule(x, 0.36 - i, -0.36 - i, True) for i, x in enumerate(each) if x is not None]
    if band is not None:
        made["shapes"].insert(0, _band(band))
    made["annotations"] = _mark_labels(marks, axis) + _unsaid(unsaid)
    return {"data": data, "layout": made}


def dumbbells(
    rows: Sequence[Pair], names: tuple[str, str], axis: Axis, suffix: str, unsaid: Sequence[tuple[int, str]] = ()
) -> Figure:
    """A row for each name with the group's dot and the comparator's, joined."""
    data: list[Figure] = []
    for i, row in enumerate(rows):
        if row.left is None or row.right is None:
            continue
        colour = FOCUS if row.focus else GREY_TEXT
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [row.left, row.right],
                "y": [-i, -i],
                "line": {"color": FOCUS if row.focus else OTHER, "width": 4},
                "marker": {
                    "size": 13,
                    "opacity": 1,
                    "color": [colour, "#FFFFFF"],
                    "line": {"color": colour, "width": 2.5},
                },
                "customdata": [[row.words, ""], [row.words, ""]],
                "hovertemplate": "%{customdata[0]}<extra></extra>",
                "cliponaxis": False,
            }
        )
    made = _rows([(r.name, r.focus) for r in rows], 1.2)
    made["xaxis"] = scale(axis, suffix, axis.low < 0 < axis.high)
    made["annotations"] = [_corner(f"● {names[0]}     ○ {names[1]}"), *_unsaid(unsaid)]
    return {"data": data, "layout": made}


def shares(rows: Sequence[Share], names: tuple[str, str], target: float | None) -> Figure:
    """A 100 % bar for each name: the share that the KPI counts, and the rest; the target as a line."""
    count = len(rows)
    y = [-i for i in range(count)]
    counted = {
        "type": "bar",
        "orientation": "h",
        "x": [r.share for r in rows],
        "y": y,
        "marker": {"color": [FOCUS if r.focus else "#6F8CA8" for r in rows]},
        "text": [r.words for r in rows],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textfont": {"color": "#FFFFFF", "size": 13},
        "hoverinfo": "skip",
        "width": 0.62,
    }
    rest = {
        "type": "bar",
        "orientation": "h",
        "x": [100 - r.share for r in rows],
        "y": y,
        "marker": {"color": "#E3E8ED"},
        "hoverinfo": "skip",
        "width": 0.62,
    }
    made = _rows([(r.name, r.focus) for r in rows], 1.2)
    made["barmode"] = "stack"
    made["xaxis"] = scale(_PERCENT, " %", False)
    made["annotations"] = [_corner(f"■ {names[0]}     □ {names[1]}")]
    if target is not None:
        # On the bars a dark line is seen by its white edges.
        line = {**_rule(target, 0.5, 0.4 - count, False), "layer": "above"}
        made["shapes"] = [{**line, "line": {"color": c, "width": w}} for c, w in (("#FFFFFF", 5), (INK, 2))]
        side = "right" if target > 60 else "left"
        made["annotations"].append(_words(target, 0.8, f"Target {target:g} %", side, INK))
    return {"data": [counted, rest], "layout": made}


def _rows(names: Sequence[tuple[str, bool]], top: float) -> Figure:
    """A layout with a row for each name; one that stands out among others is set bold."""
    count = len(names)
    some = not all(focus for _, focus in names)
    made = layout(66 + 34 * max(count, 2))
    made["margin"] = _MARGIN
    made["yaxis"] = {
        "range": [-count + 0.4, top],
        "tickvals": [-i for i in range(count)],
        "ticktext": [bold(f"{name} ") if focus and some else f"{name} " for name, focus in names],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13.5, "color": INK},
        "automargin": True,
    }
    return made


def _dots(points: Sequence[Point], colour: str) -> Figure:
    trace: Figure = {
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
    ranges = limits(points, lambda p: p.x)
    if ranges:
        trace["error_x"] = {**ranges, "color": RANGE if colour == FOCUS else "#8F989F"}
    return trace


def _mark_labels(marks: Sequence[Mark], axis: Axis) -> list[Figure]:
    """The labels over vertical lines; where two stand close together, each steps to its own side."""
    span = axis.high - axis.low
    ordered = sorted(marks, key=lambda m: m.x)
    close = len(marks) > 1 and ordered[1].x - ordered[0].x < span * 0.3
    out = []
    for place, mark in enumerate(ordered):
        side = "center"
        if close:
            side = "right" if place == 0 else "left"
        if mark.x > axis.high - span * 0.2:
            side = "right"
        elif mark.x < axis.low + span * 0.2:
            side = "left"
        if close and place == 1 and side == "right":
            side = "left" if mark.x < axis.high - span * 0.1 else "center"
        out.append(_words(mark.x, 0.85, mark.words, side, INK if mark.england else QUIET))
    return out


def _unsaid(rows: Sequence[tuple[int, str]]) -> list[Figure]:
    return [{**_words(0.022, -i, text, "left", QUIET), "xref": "paper"} for i, text in rows]


def _words(x: float, y: float, text: str, side: str, colour: str) -> Figure:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": side,
        "yanchor": "middle",
        "font": {"size": 13, "color": colour},
    }


def _corner(text: str) -> Figure:
    return {**_words(0.0, 1.0, text, "left", INK), "xref": "paper", "yref": "paper", "yanchor": "top"}


def _band(band: tuple[float, float]) -> Figure:
    return {
        "type": "rect",
        "x0": band[0],
        "x1": band[1],
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": "#E3ECF4",
        "line": {"width": 0},
        "layer": "below",
    }


def _rule(x: float, top: float, bottom: float, england: bool) -> Figure:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": bottom,
        "y1": top,
        "line": {"color": "#000000" if england else "#7B8794", "width": 1.7, "dash": "dash" if england else "solid"},
        "layer": "below",
    }
