"""A chart over academic years: a line with intervals that stops where figures cannot be joined, England's, targets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kpi_engine.export import markup
from kpi_engine.export.axes import Axis
from kpi_engine.meetings.document import Chart, Point
from kpi_engine.packs.drawing_parts import (
    GRID,
    INK,
    QUIET,
    Pen,
    at,
    beyond,
    dash_of,
    figure,
    legend,
    scale,
    widest,
)

_HEIGHT = 18.0
"""How high the chart is where nothing else is said, in parts of the words' size."""
_SIDE = 0.26
"""The most that the words at the lines' ends take of the width."""
_LEAST = 8.0


def years(chart: Chart, width: float, height: float | None, pen: Pen) -> tuple[str, float]:
    """The chart's elements and its height."""
    gap = pen.text * 0.5
    ends = _ends(chart, width * _SIDE, pen)
    side = max((box.width for _, box in ends), default=0.0)
    left, right = widest(pen, chart) + gap, width - (side + 2 * gap if side else gap)
    count = max(len(chart.points), 1)
    step = (right - left) / count
    xs = [left + step * (i + 0.5) for i in range(len(chart.points))]
    keys, keys_high = legend(pen, chart, width)
    names = _names(chart.points, step, pen)
    named = max((box.height for box in names), default=pen.line)
    bottom = named + gap + (keys_high + pen.text * 0.4 if keys else 0.0)
    whole = max(pen.text * _HEIGHT if height is None else height, pen.text * _LEAST + bottom)
    top, end = pen.line * 1.1, whole - bottom
    axis = scale(chart, "y", end, top, min(max(int((end - top) / (pen.line * 1.8)), 2), 6))
    parts = [_grid(axis, left, right, pen)]
    parts += [
        pen.stroke([(left, at(axis, mark.value)), (right, at(axis, mark.value))], INK, 0.08, dash_of(mark))
        for mark in chart.marks
    ]
    parts += _joined(chart.points, xs, axis, lambda p: p.england, pen, INK, 0.1, "-")
    parts += [
        markup.element("circle", cx=x, cy=at(axis, p.england), r=pen.text * 0.16, fill=pen.colour(INK))
        for p, x in zip(chart.points, xs, strict=True)
        if p.england is not None and not beyond(axis, p.england)
    ]
    parts += _breaks(chart.points, xs, top, end, pen)
    parts += _joined(chart.points, xs, axis, lambda p: p.value, pen, _line_colour(chart.points), 0.16, "")
    for point, x in zip(chart.points, xs, strict=True):
        parts.append(_point(point, x, axis, pen))
    parts += _values(chart.points, xs, axis, (left, top - pen.line * 0.9, right + gap / 2, end), step, pen)
    parts += _at_ends(ends, axis, right + gap, (top, end), pen)
    every = math.ceil((max((box.width for box in names), default=0.0) + pen.text * 0.3) / step)
    parts += [
        pen.write(box, x, end + gap / 2 + box.height / 2, QUIET, "middle")
        for i, (box, x) in enumerate(zip(reversed(names), reversed(xs), strict=True))
        if i % every == 0
    ]
    if keys:
        down = end + gap + named + pen.text * 0.3
        parts.append(markup.element("g", keys, transform=f"translate(0 {markup.fixed(down)})"))
    return "".join(parts), whole


def _ends(chart: Chart, room: float, pen: Pen) -> list[tuple[float, markup.Box]]:
    """What the lines are called, at the height of their last value."""
    found = [(mark.value, pen.said(mark.words, room)) for mark in chart.marks]
    england = [p.england for p in chart.points if p.england is not None]
    if england:
        found.append((england[-1], pen.said(f"England {figure(chart, england[-1])}", room)))
    return found


def _grid(axis: Axis, left: float, right: float, pen: Pen) -> str:
    drawn = []
    for value, said in axis.ticks:
        y = axis.at(value)
        drawn.append(pen.stroke([(left, y), (right, y)], GRID, 0.06))
        drawn.append(pen.write(pen.said(said, left + right), left - pen.text * 0.5, y, QUIET, "end"))
    return "".join(drawn)


def _line_colour(points: Sequence[Point]) -> str:
    return "#12436D" if any(p.focus for p in points) else "#8A929A"


def _joined(
    points: Sequence[Point],
    xs: Sequence[float],
    axis: Axis,
    of: Callable[[Point], float | None],
    pen: Pen,
    colour: str,
    wide: float,
    dash: str,
) -> list[str]:
    """Lines through the values; none over a year without one or over a break."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point, x in zip(points, xs, strict=True):
        value = of(point)
        if point.apart or value is None:
            runs.append([])
        if value is not None:
            runs[-1].append((x, at(axis, value)))
    return [pen.stroke(run, colour, wide, dash) for run in runs if len(run) > 1]


def _breaks(points: Sequence[Point], xs: Sequence[float], top: float, end: float, pen: Pen) -> list[str]:
    middles = [(xs[i - 1] + xs[i]) / 2 for i, point in enumerate(points) if point.apart and i]
    return [pen.stroke([(x, top), (x, end)], QUIET, 0.05, ".") for x in middles]


def _point(point: Point, x: float, axis: Axis, pen: Pen) -> str:
    if point.value is None:
        return ""
    lower = point.value if point.lower is None else point.lower
    upper = point.value if point.upper is None else point.upper
    ends = (at(axis, lower), at(axis, upper))
    parts = [pen.stroke([(x, ends[0]), (x, ends[1])], pen.of(point), 0.12)] if ends[0] != ends[1] else []
    past = beyond(axis, point.value)
    if past:
        up = -past if axis.low < axis.high else past
        parts.append(pen.arrow(point, x, at(axis, point.value), (0, up)))
    else:
        parts.append(pen.symbol(point, x, axis.at(point.value)))
    return markup.element("g", "".join(parts), data_key=point.key or None)


def _values(
    points: Sequence[Point],
    xs: Sequence[float],
    axis: Axis,
    room: tuple[float, float, float, float],
    step: float,
    pen: Pen,
) -> list[str]:
    """Values in words above or below their points, and what is said in place of one at the foot of its year.

    Where years stand too close for all, the last is written, and as many before it as have room. ``room`` is the
    field's left, top, right and bottom.
    """
    left, top, right, bottom = room
    drawn = []
    free = right
    for point, x in reversed(list(zip(points, xs, strict=True))):
        if point.value is None:
            drawn.append(_instead(point.shown, x, bottom, step, pen))
            continue
        wide = pen.width(point.shown, True)
        middle = max(min(x, right - wide / 2), left + wide / 2)
        if middle + wide / 2 > free:
            continue
        free = middle - wide / 2 - pen.text * 0.3
        box = pen.said(point.shown, wide + 1, bold=True)
        y = _beside(point, axis, top, pen)
        drawn.append(pen.write(box, middle, y, INK if point.focus else QUIET, "middle", halo=True))
    return drawn


def _instead(said: str, x: float, bottom: float, step: float, pen: Pen) -> str:
    """What is said in place of a value; turned where the year is too narrow for it."""
    longest = max((pen.width(word) for word in said.split()), default=0.0)
    if longest <= step * 0.96:
        box = pen.said(said, step * 0.96)
        return pen.write(box, x, bottom - box.height / 2 - pen.text * 0.2, QUIET, "middle", halo=True)
    box = pen.said(said, pen.width(said) + 1)
    y = bottom - pen.text * 0.4
    turned = f"rotate(-90 {markup.fixed(x)} {markup.fixed(y)})"
    return markup.element("g", pen.write(box, x, y, QUIET, halo=True), transform=turned)


def _beside(point: Point, axis: Axis, top: float, pen: Pen) -> float:
    """The height of a value's words: above its interval, or below where England's point or the edge is in the way."""
    assert point.value is not None
    limits = [at(axis, point.value if each is None else each) for each in (point.value, point.upper, point.lower)]
    away = pen.line / 2 + pen.text * 0.05
    above = min(limits[0] - pen.text * 0.45, *limits) - away
    below = max(limits[0] + pen.text * 0.45, *limits) + away
    england = None if point.england is None else at(axis, point.england)
    taken = england is not None and above - pen.line * 0.7 < england < above + pen.line * 0.7
    return below if taken or above - pen.line / 2 < top else above


def _at_ends(
    ends: Sequence[tuple[float, markup.Box]], axis: Axis, x: float, room: tuple[float, float], pen: Pen
) -> list[str]:
    """The lines' names at their ends, moved down where one would lie on another."""
    placed: list[tuple[float, markup.Box]] = []
    free = room[0] - pen.line
    for value, box in sorted(ends, key=lambda each: at(axis, each[0])):
        y = max(at(axis, value), free + box.height / 2)
        placed.append((y, box))
        free = y + box.height / 2
    over = max(free - room[1], 0.0)
    return [pen.write(box, x, y - over, INK) for y, box in placed]


def _names(points: Sequence[Point], step: float, pen: Pen) -> list[markup.Box]:
    """The years in words, broken where a year is narrower; where that is not enough, not every year is named."""
    longest = max((pen.width(word) for p in points for word in p.label.split()), default=0.0)
    return [pen.said(p.label, max(step - pen.text * 0.3, longest + 1)) for p in points]
