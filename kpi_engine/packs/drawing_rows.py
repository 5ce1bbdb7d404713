"""A chart with a row for each name: the name, a dot with its interval, and the value in words."""

from __future__ import annotations

from typing import NamedTuple

from kpi_engine.export import markup
from kpi_engine.export.axes import Axis
from kpi_engine.meetings.document import Chart, Point
from kpi_engine.packs.drawing_parts import (
    GRID,
    INK,
    QUIET,
    Labelled,
    Pen,
    at,
    beyond,
    cut,
    dash_of,
    lanes,
    legend,
    scale,
    widest,
)

_NAMES, _VALUES = 0.3, 0.22
"""The most that names and values take of the width."""
_ROW, _DENSE, _MOST = 2.0, 1.7, 4.6
"""How high a row is at least, among many, and at most where a height is to be filled; in parts of the words' size."""
_MANY = 12
"""More rows than this stand closer together."""
_RULED = 6
"""From so many rows on, a fine line leads from the name to the value."""


class _Row(NamedTuple):
    point: Point
    name: markup.Box
    value: markup.Box
    high: float


def rows(chart: Chart, width: float, height: float | None, pen: Pen) -> tuple[str, float]:
    """The chart's elements and its height, which grows with its rows where ``height`` does not hold them."""
    found = _rows(chart, width, pen)
    name_room = max((row.name.width for row in found), default=0.0)
    value_room = max((row.value.width for row in found), default=0.0)
    left, right = name_room + pen.text * 1.2, width - value_room - pen.text * 1.0
    steps = int((right - left) / max(widest(pen, chart) * 1.6, 1.0))
    axis = scale(chart, "x", left, right, min(max(steps, 2), 7))
    labels = lanes(pen, [(mark, at(axis, mark.value)) for mark in chart.marks], width)
    top = _above(pen, labels)
    keys, keys_high = legend(pen, chart, width)
    bottom = pen.line + pen.text * 0.5 + (keys_high + pen.text * 0.4 if keys else 0.0)
    found = _stretched(found, None if height is None else height - top - bottom, pen)
    end = top + sum(row.high for row in found)
    parts = [_grid(axis, top, end, pen)]
    if len(found) > _RULED:
        parts.append(_rules(found, top, width, pen))
    parts += [_line(each, labels, top, end, pen) for each in labels]
    y = top
    for row in found:
        parts.append(_drawn(row, axis, y + row.high / 2, width - value_room, pen))
        y += row.high
    parts += [_label(each, labels, top, pen) for each in labels]
    ends = end + pen.line / 2 + pen.text * 0.3
    for value, said in axis.ticks:
        parts.append(pen.write(pen.said(said, width), axis.at(value), ends, QUIET, "middle"))
    if keys:
        down = end + pen.line + pen.text * 0.9
        parts.append(markup.element("g", keys, transform=f"translate(0 {markup.fixed(down)})"))
    return "".join(parts), end + bottom


def _rows(chart: Chart, width: float, pen: Pen) -> list[_Row]:
    found = []
    least = _ROW if len(chart.points) <= _MANY else _DENSE
    for point in chart.points:
        name = pen.said(point.label, width * _NAMES, most=2)
        value = pen.said(point.shown, width * _VALUES, bold=point.value is not None, most=3)
        high = max(pen.text * least, name.height + pen.text * 0.4, value.height + pen.text * 0.4)
        found.append(_Row(point, name, value, high))
    return found


def _stretched(found: list[_Row], room: float | None, pen: Pen) -> list[_Row]:
    """Rows with what is left of the room given to them all, as far as they stay together."""
    if room is None or not found:
        return found
    more = (room - sum(row.high for row in found)) / len(found)
    return [row._replace(high=row.high + min(max(more, 0.0), (_MOST - _ROW) * pen.text)) for row in found]


def _above(pen: Pen, labels: tuple[Labelled, ...]) -> float:
    return sum(_lane(labels, lane) for lane in range(1 + max((each.lane for each in labels), default=0))) + (
        pen.text * 0.3
    )


def _lane(labels: tuple[Labelled, ...], lane: int) -> float:
    return max((each.box.height for each in labels if each.lane == lane), default=0.0)


def _middle(each: Labelled, labels: tuple[Labelled, ...], top: float, pen: Pen) -> float:
    below = sum(_lane(labels, lane) for lane in range(each.lane))
    return top - pen.text * 0.3 - below - _lane(labels, each.lane) / 2


def _line(each: Labelled, labels: tuple[Labelled, ...], top: float, end: float, pen: Pen) -> str:
    middle = _middle(each, labels, top, pen)
    beside = not each.left < each.x < each.left + each.box.width
    start = middle + (-pen.line / 2 + pen.text * 0.2 if beside else each.box.height / 2)
    return pen.stroke([(each.x, start), (each.x, end)], INK, 0.07, dash_of(each.mark))


def _label(each: Labelled, labels: tuple[Labelled, ...], top: float, pen: Pen) -> str:
    return pen.write(each.box, each.left, _middle(each, labels, top, pen), INK)


def _grid(axis: Axis, top: float, end: float, pen: Pen) -> str:
    return "".join(pen.stroke([(axis.at(v), top), (axis.at(v), end)], GRID, 0.06) for v, _ in axis.ticks)


def _rules(found: list[_Row], top: float, width: float, pen: Pen) -> str:
    drawn, y = [], top
    for row in found[:-1]:
        y += row.high
        drawn.append(pen.stroke([(0, y), (width, y)], GRID, 0.05))
    return "".join(drawn)


def _drawn(row: _Row, axis: Axis, y: float, values: float, pen: Pen) -> str:
    point = row.point
    ink = INK if point.focus else QUIET
    parts = [markup.element("title", markup.words(point.label))] if cut(point.label, row.name) else []
    parts.append(pen.write(row.name, 0, y, ink))
    if point.england is not None and not beyond(axis, point.england):
        x, half = axis.at(point.england), row.high * 0.36
        parts.append(pen.stroke([(x, y - half), (x, y + half)], INK, 0.1, "-"))
    if point.value is not None:
        lower = point.value if point.lower is None else point.lower
        upper = point.value if point.upper is None else point.upper
        ends = (at(axis, lower), at(axis, upper))
        if ends[0] != ends[1]:
            parts.append(pen.stroke([(ends[0], y), (ends[1], y)], pen.of(point), 0.16))
        past = beyond(axis, point.value)
        if past:
            away = past if axis.low < axis.high else -past
            parts.append(pen.arrow(point, at(axis, point.value), y, (away, 0)))
        else:
            parts.append(pen.symbol(point, axis.at(point.value), y))
    parts.append(pen.write(row.value, values, y, ink if point.value is not None else QUIET))
    return markup.element("g", "".join(parts), data_key=point.key or None)
