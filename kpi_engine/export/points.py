"""The points of a figure: their symbols, and the words at them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kpi_engine.errors import ExportError
from kpi_engine.export import markup
from kpi_engine.export.allowed import Figure, checked, one_of
from kpi_engine.export.axes import numeric

_TEXTS = {
    "left": (-1, 0, "end"),
    "right": (1, 0, "start"),
    "center": (0, 0, "middle"),
}


def points(trace: Figure, at: Sequence[tuple[float, float] | None], colour: str) -> str:
    """A symbol at each place that has a value."""
    marker = checked("marker", trace.get("marker"))
    edge = checked("edge", marker.get("line"))
    drawn = []
    for i, point in enumerate(at):
        if point is None:
            continue
        size = numeric(each(marker.get("size"), i, 6))
        own = str(each(marker.get("color"), i, colour))
        symbol = str(each(marker.get("symbol"), i, "circle"))
        thick = numeric(each(edge.get("width"), i, 0))
        stroke = str(each(edge.get("color"), i, own))
        fill: str | None = own
        if symbol.endswith("-open"):
            symbol, fill, stroke, thick = symbol.removesuffix("-open"), None, own, max(thick, 1.0)
        drawn.append(_symbol(symbol, point, size / 2, fill, stroke, thick, partly(each(marker.get("opacity"), i, 1))))
    return "".join(drawn)


_OUTLINES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "triangle-up": ((0, -1), (1.155, 0.577), (-1.155, 0.577)),
    "triangle-down": ((0, 1), (1.155, -0.577), (-1.155, -0.577)),
    "triangle-left": ((-1, 0), (0.577, 1.155), (0.577, -1.155)),
    "triangle-right": ((1, 0), (-0.577, 1.155), (-0.577, -1.155)),
}
_STROKES: Mapping[str, tuple[tuple[tuple[float, float], tuple[float, float]], ...]] = {
    "line-ns": (((0, -1.4), (0, 1.4)),),
    "line-ew": (((-1.4, 0), (1.4, 0)),),
    "x-thin": (((-1, -1), (1, 1)), ((-1, 1), (1, -1))),
    "cross-thin": (((-1.4, 0), (1.4, 0)), ((0, -1.4), (0, 1.4))),
}


def _symbol(
    symbol: str, at: tuple[float, float], radius: float, fill: str | None, stroke: str, thick: float, part: float | None
) -> str:
    inner, inner_opacity = markup.paint(fill) if fill else (None, None)
    outer, _ = markup.paint(stroke)
    style: dict[str, str | float | None] = {
        "fill": inner or "none",
        "fill_opacity": inner_opacity,
        "stroke": outer if thick else None,
        "stroke_width": thick if thick and outer else None,
        "opacity": part,
    }
    if symbol == "circle":
        return markup.element("circle", cx=at[0], cy=at[1], r=radius, **style)
    if symbol in _OUTLINES:
        points = [(at[0] + a * radius, at[1] + b * radius) for a, b in _OUTLINES[symbol]]
        return markup.element("path", d=markup.path(points, closed=True), **style)
    strokes = _STROKES.get(symbol)
    if strokes is None:
        one_of("symbol of a point", symbol, ("circle", *_OUTLINES, *_STROKES))
        raise AssertionError
    d = " ".join(markup.path([(at[0] + a * radius, at[1] + b * radius) for a, b in one]) for one in strokes)
    return markup.element("path", d=d, fill="none", stroke=outer, stroke_width=max(thick, 1.0), opacity=part)


def texts(trace: Figure, at: Sequence[tuple[float, float] | None], base: Figure) -> str:
    """The words at each point."""
    style = checked("font", trace.get("textfont"))
    radius = (trace.get("marker") or {}).get("size", 6)
    drawn = []
    for i, point in enumerate(at):
        said = str(each(trace.get("text"), i, "") or "")
        if point is None or not said:
            continue
        box = markup.box(said, numeric(each(style.get("size"), i, base.get("size", 12))))
        down, _, side = str(each(trace.get("textposition"), i, "middle center")).partition(" ")
        across, _, anchor = _TEXTS[one_of("side of a point’s words", side, tuple(_TEXTS))]
        away = numeric(each(radius, i, 6)) / 2 + 3 if "markers" in str(trace.get("mode", "")) else 2
        step = {"top": -1, "middle": 0, "bottom": 1}[one_of("side of words", down, ("top", "middle", "bottom"))]
        x = point[0] + across * (away if not step else 0)
        y = point[1] + step * (away + box.height / 2)
        drawn.append(markup.label(box, x, y, str(each(style.get("color"), i, base.get("color", "#1B2430"))), anchor))
    return "".join(drawn)


def each(given: Any, place: int, default: Any) -> Any:
    """A property that is one for all points, or a list with one for each."""
    if given is None:
        return default
    if isinstance(given, list | tuple):
        if place >= len(given):
            raise ExportError("a picture’s list of properties is shorter than its list of points")
        return default if given[place] is None else given[place]
    return given


def partly(opacity: Any) -> float | None:
    found = numeric(opacity)
    return None if math.isclose(found, 1.0) else found
