"""The data of a figure: lines, areas, intervals, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kpi_engine.errors import ExportError
from kpi_engine.export import markup
from kpi_engine.export.allowed import Figure, checked, one_of
from kpi_engine.export.axes import Axis, numeric
from kpi_engine.export.points import each, partly, points, texts

_COLOURS = ("#12436D", "#B8420B", "#6B7680")


class Drawn(NamedTuple):
    """What a trace becomes: ``inside`` is cut off at the edge of the plot, ``over`` is not."""

    inside: str
    over: str


def scatter(trace: Figure, place: int, x: Axis, y: Axis, base: Figure) -> Drawn:
    """Lines, areas and points. Raises ExportError for what cannot be drawn."""
    checked("scatter", trace)
    xs, ys = list(trace.get("x") or ()), list(trace.get("y") or ())
    if len(xs) != len(ys):
        raise ExportError(f"a picture’s line has {len(xs)} places and {len(ys)} values")
    mode = trace.get("mode", "lines+markers" if len(xs) < 20 else "lines")
    parts = set() if mode == "none" else set(str(mode).split("+"))
    for part in parts:
        one_of("mode of a line", part, ("lines", "markers", "text"))
    colour = str((trace.get("line") or {}).get("color") or _COLOURS[place % len(_COLOURS)])
    at: list[tuple[float, float] | None] = [
        None if a is None or b is None else (x.at(a), y.at(b)) for a, b in zip(xs, ys, strict=True)
    ]
    inside = [_area(trace, at, x, y, colour)]
    inside += [_errors(trace, letter, xs, ys, x, y, colour) for letter in ("x", "y")]
    if "lines" in parts:
        inside.append(_lines(trace, at, colour))
    over = points(trace, at, colour) if "markers" in parts else ""
    if "text" in parts:
        over += texts(trace, at, base)
    if trace.get("cliponaxis", True):
        inside.append(over)
        over = ""
    return Drawn(*(_faded(trace, part) for part in ("".join(inside), over)))


def bars(traces: Sequence[tuple[int, Figure]], x: Axis, y: Axis, layout: Figure, base: Figure) -> Drawn:
    """All bars of a figure together, since where one begins depends on those before. Raises ExportError."""
    how = one_of("barmode", layout.get("barmode", "group"), ("group", "stack", "overlay", "relative"))
    ends: dict[tuple[str, float, bool], float] = {}
    found = []
    for order, (place, trace) in enumerate(traces):
        checked("bar", trace)
        flat = one_of("orientation of bars", trace.get("orientation", "v"), ("h", "v")) == "h"
        along, across = (x, y) if flat else (y, x)
        lengths, rows = (trace.get("x"), trace.get("y")) if flat else (trace.get("y"), trace.get("x"))
        for i, (given, row) in enumerate(zip(lengths or (), rows or (), strict=True)):
            if given is None or row is None:
                continue
            length, middle = numeric(given), across.value(row)
            thick = numeric(each(trace.get("width"), i, 1 - numeric(layout.get("bargap", 0.2))))
            shift = -thick / 2
            if how == "group" and len(traces) > 1:
                gap = numeric(layout.get("bargroupgap", 0))
                thick = thick / len(traces)
                shift = (order - len(traces) / 2) * thick + thick * gap / 2
                thick *= 1 - gap
            if trace.get("offset") is not None:
                shift = numeric(each(trace["offset"], i, 0))
            start = numeric(each(trace.get("base"), i, 0.0))
            if how in ("stack", "relative"):
                key = (across.letter, middle, length < 0)
                start += ends.get(key, 0.0)
                ends[key] = start + length
            a, b = along.at(start), along.at(start + length)
            c, d = across.at(middle + shift), across.at(middle + shift + thick)
            edges = (a, c, b, d) if flat else (c, a, d, b)
            found.append(_faded(trace, _bar(trace, i, place, edges, flat, base)))
        for letter in ("x", "y"):
            found.append(
                _errors(trace, letter, list(trace.get("x") or ()), list(trace.get("y") or ()), x, y, "#1B2430")
            )
    return Drawn("".join(found), "")


def _bar(trace: Figure, i: int, place: int, edges: tuple[float, float, float, float], flat: bool, base: Figure) -> str:
    marker = checked("marker", trace.get("marker"))
    fill, opacity = markup.paint(str(each(marker.get("color"), i, _COLOURS[place % len(_COLOURS)])))
    edge = checked("edge", marker.get("line"))
    stroke, _ = markup.paint(str(each(edge.get("color"), i, "transparent")))
    thick = numeric(each(edge.get("width"), i, 0))
    left, right = sorted((edges[0], edges[2]))
    top, bottom = sorted((edges[1], edges[3]))
    drawn = markup.element(
        "rect",
        x=left,
        y=top,
        width=right - left,
        height=bottom - top,
        rx=numeric(marker["cornerradius"]) if marker.get("cornerradius") else None,
        fill=fill or "none",
        fill_opacity=opacity,
        opacity=partly(each(marker.get("opacity"), i, 1)),
        stroke=stroke if thick else None,
        stroke_width=thick if thick and stroke else None,
    )
    text = str(each(trace.get("text"), i, "") or "")
    where = one_of("place of a bar’s words", trace.get("textposition", "auto"), ("inside", "outside", "none", "auto"))
    if not text or where == "none":
        return drawn
    style = checked("font", trace.get("insidetextfont" if where == "inside" else "outsidetextfont")) or checked(
        "font", trace.get("textfont")
    )
    said = markup.box(text, numeric(each(style.get("size"), i, base.get("size", 12))))
    colour = str(each(style.get("color"), i, base.get("color", "#1B2430")))
    if not flat:
        y = top - said.height / 2 - 2 if where != "inside" else (top + bottom) / 2
        return drawn + markup.label(said, (left + right) / 2, y, colour, "middle")
    room = right - left - 8
    if where == "outside" or (where == "auto" and said.width > room):
        return drawn + markup.label(said, right + 4, (top + bottom) / 2, colour)
    one_of("angle of a bar’s words", trace.get("textangle", 0), (0, "auto"))
    squeezed = one_of("squeeze of a bar’s words", trace.get("constraintext", "both"), ("none", "both", "inside"))
    # A bar that is shorter than its words carries them at a smaller size, as it does on the screen.
    if squeezed != "none" and said.width > room > 0:
        said = markup.box(text, max(said.size * room / said.width, 5.0))
    anchor = {"start": "start", "middle": "middle", "end": "end"}[str(trace.get("insidetextanchor", "end"))]
    x = {"start": left + 4, "middle": (left + right) / 2, "end": right - 4}[anchor]
    return drawn + markup.label(said, x, (top + bottom) / 2, colour, anchor)


def dashes(dash: object, width: float) -> str | None:
    """Plotly's dash as SVG writes it: lengths follow the line's width."""
    unit = max(width, 3.0)
    known = {"solid": (), "dot": (1, 1), "dash": (3, 3), "longdash": (5, 5), "dashdot": (3, 1, 1, 1)}
    lengths = known[one_of("dash of a line", dash or "solid", tuple(known))]
    return " ".join(markup.fixed(unit * each) for each in lengths) or None


def _lines(trace: Figure, at: Sequence[tuple[float, float] | None], colour: str) -> str:
    style = checked("line", trace.get("line"))
    shape = one_of("shape of a line", style.get("shape", "linear"), ("linear", "hv", "vh"))
    width = numeric(style.get("width", 2))
    stroke, opacity = markup.paint(colour)
    if not width or stroke is None:
        return ""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in at:
        if point is None:
            if not trace.get("connectgaps"):
                runs.append([])
            continue
        if runs[-1] and shape != "linear":
            last = runs[-1][-1]
            runs[-1].append((point[0], last[1]) if shape == "hv" else (last[0], point[1]))
        runs[-1].append(point)
    d = " ".join(markup.path(run) for run in runs if len(run) > 1)
    if not d:
        return ""
    return markup.element(
        "path",
        d=d,
        fill="none",
        stroke=stroke,
        stroke_opacity=opacity,
        stroke_width=width,
        stroke_linejoin="round",
        stroke_dasharray=dashes(style.get("dash"), width),
    )


def _area(trace: Figure, at: Sequence[tuple[float, float] | None], x: Axis, y: Axis, colour: str) -> str:
    how = one_of("fill", trace.get("fill", "none"), ("none", "toself", "tozeroy", "tozerox"))
    edge = [point for point in at if point is not None]
    if how == "none" or len(edge) < 2:
        return ""
    if how == "tozeroy":
        edge = [*edge, (edge[-1][0], y.at(0)), (edge[0][0], y.at(0))]
    elif how == "tozerox":
        edge = [*edge, (x.at(0), edge[-1][1]), (x.at(0), edge[0][1])]
    fill, opacity = markup.paint(str(trace.get("fillcolor") or colour))
    if not trace.get("fillcolor"):
        opacity = 0.5
    return markup.element("path", d=markup.path(edge, closed=True), fill=fill or "none", fill_opacity=opacity)


def _errors(trace: Figure, letter: str, xs: Sequence[Any], ys: Sequence[Any], x: Axis, y: Axis, colour: str) -> str:
    """Intervals around points. ``width`` is the half length of their ends, as Plotly has it."""
    if trace.get(f"error_{letter}") is None:
        return ""
    style = checked("error", trace[f"error_{letter}"])
    one_of("kind of interval", style.get("type", "data"), ("data", "constant"))
    if not style.get("visible", True):
        return ""
    stroke, opacity = markup.paint(str(style.get("color") or colour))
    width = numeric(style.get("thickness", 2))
    end = numeric(style.get("width", 4))
    steps = []
    for i, (a, b) in enumerate(zip(xs, ys, strict=True)):
        if a is None or b is None:
            continue
        up = numeric(each(style.get("array"), i, style.get("value") or 0) or 0)
        down = up
        if not style.get("symmetric", "arrayminus" not in style):
            down = numeric(each(style.get("arrayminus"), i, style.get("valueminus") or 0) or 0)
        if not up and not down:
            continue
        if letter == "x":
            level = y.at(b)
            ends = [x.at(x.value(a) - down), x.at(x.value(a) + up)]
            steps.append(markup.path([(ends[0], level), (ends[1], level)]))
            steps += [markup.path([(e, level - end), (e, level + end)]) for e in ends if end]
        else:
            level = x.at(a)
            ends = [y.at(y.value(b) - down), y.at(y.value(b) + up)]
            steps.append(markup.path([(level, ends[0]), (level, ends[1])]))
            steps += [markup.path([(level - end, e), (level + end, e)]) for e in ends if end]
    if not steps or stroke is None:
        return ""
    return markup.element(
        "path", d=" ".join(steps), fill="none", stroke=stroke, stroke_opacity=opacity, stroke_width=width
    )


def _faded(trace: Figure, drawn: str) -> str:
    opacity = partly(trace.get("opacity", 1))
    return markup.element("g", drawn, opacity=opacity) if opacity is not None and drawn else drawn
