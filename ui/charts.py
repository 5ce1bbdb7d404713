"""Figures as plain dicts. Everything drawn comes from the engine's answers; here it only gets a place and a colour.

A figure is ``{"data": [...], "layout": {...}}`` as Plotly has it. Axes belong to the KPI, so that switching academy
never rescales; where the KPI's axis shows the complement, absence is drawn from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpi_engine.kpi import Axis
from ui.figure import Figure, Point, layout, limits, note, scale
from ui.theme import FOCUS, QUIET

_APART = 17
"""How many pixels apart two names must stand."""


class Line(NamedTuple):
    """A line of points; a point without a value breaks it, and so does ``cut``: positions it never crosses."""

    name: str
    points: Sequence[Point]
    colour: str = FOCUS
    dashed: bool = False
    cut: frozenset[float] = frozenset()
    hollow: bool = False


def lines(
    found: Sequence[Line],
    axis: Axis,
    ticks: Sequence[tuple[float, str]],
    suffix: str,
    *,
    target: tuple[float, str] | None = None,
    gaps: Sequence[float] = (),
    cuts: Sequence[float] = (),
    zero: bool = False,
    height: int = 330,
    shade: bool = False,
    starts: Sequence[tuple[float, str, str]] = (),
) -> Figure:
    """Lines over time. ``gaps`` are positions without a figure (shaded), ``cuts`` places where a series breaks.

    ``starts`` say, with position, words and colour, where another series begins.
    """
    data: list[Figure] = []
    for line in found:
        for segment in _segments(line):
            data.append(_segment(line, segment))
    if shade and len(found) > 1:
        data = [*_between(found[0], found[1]), *data]
    shapes = [_band(x) for x in gaps] + [_cut(x) for x in cuts]
    labels = _labels(found, axis, height)
    notes = labels + [_start(*start) for start in starts]
    if target is not None:
        shapes.append(_rule(target[0]))
        beside = note(1.0, target[0], target[1], QUIET, x_of="paper", shift=6)
        notes.append({**beside, "yshift": _clear(target[0], labels, _least(axis, height))})
    made = layout(height)
    first, last = ticks[0][0], ticks[-1][0]
    room = max(0.35, (last - first) * 0.03)
    made["xaxis"] = {
        "range": [first - room, last + room],
        "tickvals": [x for x, _ in ticks],
        "ticktext": [t for _, t in ticks],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13, "color": QUIET},
    }
    made["yaxis"] = scale(axis, suffix, zero)
    made["shapes"] = shapes
    made["annotations"] = notes
    made["margin"] = {"l": 8, "r": 132, "t": 12, "b": 28}
    return {"data": data, "layout": made}


def _segments(line: Line) -> list[list[Point]]:
    found: list[list[Point]] = [[]]
    for point in line.points:
        if point.y is None or point.x in line.cut:
            found.append([])
        if point.y is not None:
            found[-1].append(point)
    return [s for s in found if s]


def _segment(line: Line, points: Sequence[Point]) -> Figure:
    trace: Figure = {
        "type": "scatter",
        "mode": "lines+markers" if not line.dashed or len(points) == 1 else "lines",
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "line": {"color": line.colour, "width": 1.8 if line.dashed else 3, "dash": "dash" if line.dashed else "solid"},
        "marker": {
            "size": 5 if line.dashed else 9,
            "color": "#FFFFFF" if line.hollow else line.colour,
            "line": {"color": line.colour, "width": 2 if line.hollow else 0},
        },
        "customdata": [[p.words, p.go] for p in points],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "cliponaxis": False,
    }
    ranges = limits(points, lambda p: p.y or 0.0)
    if ranges and not line.dashed:
        trace["error_y"] = ranges
    return trace


def _between(group: Line, comparator: Line) -> list[Figure]:
    """The area between two lines, segment by segment."""
    other = {p.x: p.y for p in comparator.points}
    areas = []
    for segment in _segments(group):
        xs = [p.x for p in segment if other.get(p.x) is not None]
        if len(xs) < 2:
            continue
        ys = [p.y for p in segment if other.get(p.x) is not None]
        areas.append(
            {
                "type": "scatter",
                "mode": "none",
                "x": xs + xs[::-1],
                "y": ys + [other[x] for x in reversed(xs)],
                "fill": "toself",
                "fillcolor": "rgba(18,67,109,0.10)",
                "hoverinfo": "skip",
            }
        )
    return areas


def _labels(found: Sequence[Line], axis: Axis, height: int) -> list[Figure]:
    """Each line's name at its last point, moved apart where they would touch; at one that ends early, beside it."""
    ends = []
    labels = []
    furthest = max((p.x for line in found for p in line.points if p.y is not None), default=0.0)
    for line in found:
        last = next((p for p in reversed(line.points) if p.y is not None), None)
        if last is None or not line.name:
            continue
        if last.x < furthest - 0.01:
            others = [p.y for o in found if o is not line for p in o.points if p.x == last.x and p.y is not None]
            under = bool(others) and (last.y or 0.0) <= others[0]
            beside = note(last.x, last.y or 0.0, line.name, line.colour, strong=not line.dashed)
            labels.append({**beside, "xanchor": "right", "yshift": -16 if under else 18})
        else:
            ends.append((last, line))
    ends.sort(key=lambda e: e[0].y or 0.0)
    least = _least(axis, height)
    floor = axis.low + least * 0.3
    for point, line in ends:
        y = max(point.y or 0.0, floor + least)
        floor = y
        labels.append(note(point.x, y, line.name, line.colour, shift=12, strong=not line.dashed))
    return labels


def _clear(y: float, labels: Sequence[Figure], least: float) -> int:
    """How far up or down, in pixels, a name at ``y`` must stand to be clear of the lines' names beside the axis."""
    taken = [label["y"] for label in labels if label["xanchor"] == "left"]
    steps = (0, -1, 1, -2, 2)
    found = next((s for s in steps if all(abs(y + s * least - other) >= 0.95 * least for other in taken)), 0)
    return _APART * found


def _least(axis: Axis, height: int) -> float:
    """How far apart two names must stand, in the axis's unit."""
    return _APART * (axis.high - axis.low) / max(height - 60, 1)


def _start(x: float, text: str, colour: str) -> Figure:
    return {**note(x, 1.0, text, colour), "yref": "paper", "yanchor": "top", "xshift": -6}


def _band(x: float) -> Figure:
    return {
        "type": "rect",
        "x0": x - 0.42,
        "x1": x + 0.42,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": "#F1F3F5",
        "line": {"width": 0},
        "layer": "below",
    }


def _cut(x: float) -> Figure:
    return {
        "type": "line",
        "x0": x - 0.5,
        "x1": x - 0.5,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": "#8A8A8A", "width": 1.2, "dash": "dot"},
        "layer": "below",
    }


def _rule(y: float) -> Figure:
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": y,
        "y1": y,
        "line": {"color": "#55606C", "width": 1.4, "dash": "dot"},
        "layer": "below",
    }
