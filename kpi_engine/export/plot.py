"""A figure as a piece of SVG of a given width: margins, axes, grid, data, words, in the order in which they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from kpi_engine.export import axes, fonts, markup, traces
from kpi_engine.export.allowed import Figure, checked, one_of
from kpi_engine.export.axes import Axis, numeric
from kpi_engine.export.marks import Field, remarks, shapes

_HEIGHT = 450.0
_MARGIN: Mapping[str, float] = {"l": 80, "r": 80, "t": 100, "b": 80}
_GAP = 6.0
_LONGEST = 0.42
"""The share of the width that the names at the left may take; longer ones are broken."""


class Plot(NamedTuple):
    """A figure's elements and its height in pixels."""

    body: str
    height: float


def plot(figure: Figure, width: float, name: str = "plot") -> Plot:
    """Draw a figure. ``name`` keeps its marks apart from those of other figures on the same page.

    Raises ExportError for a figure with something that cannot be drawn.
    """
    checked("figure", figure)
    layout: Figure = figure.get("layout") or {}
    one_of("legend", bool(layout.get("showlegend", False)), (False,))
    base: Figure = checked("font", layout.get("font"))
    height = numeric(layout.get("height", _HEIGHT))
    data = [t for t in figure.get("data", ()) if t.get("visible", True) is True]
    for trace in data:
        one_of("kind of data", trace.get("type", "scatter"), ("scatter", "bar"))
    found = _axes(layout, data)
    field = _field(layout, found, base, width, height)
    placed = field.axes
    both = (placed["x"], placed["y"])
    bars = [(i, t) for i, t in enumerate(data) if t.get("type") == "bar"]
    drawn = []
    if bars:
        drawn.append(traces.bars(bars, *both, layout, base))
    drawn += [traces.scatter(t, i, *both, base) for i, t in enumerate(data) if t.get("type", "scatter") == "scatter"]
    marks: Sequence[Figure] = layout.get("shapes") or ()
    clip = f"{name}-field"
    inner = "".join(each.inside for each in drawn)
    parts = [
        _ground(layout, field, width, height),
        markup.element("clipPath", _rect(field), id=clip),
        shapes(marks, field, "below"),
        *(_grid(axis, field) for axis in placed.values()),
        shapes(marks, field, "between"),
        markup.element("g", inner, clip_path=f"url(#{clip})") if inner else "",
        "".join(each.over for each in drawn),
        *(_words(axis, field, base, width) for axis in placed.values()),
        shapes(marks, field, "above"),
        remarks(layout.get("annotations") or (), field, width, base),
    ]
    return Plot("".join(parts), height)


def _axes(layout: Figure, data: Sequence[Figure]) -> dict[str, Axis]:
    """The two axes by their letter; and the layout is asked for nothing else."""
    for trace in data:
        for letter in "xy":
            one_of("axis", trace.get(f"{letter}axis") or letter, (letter,))
    checked("layout", {key: value for key, value in layout.items() if key not in ("xaxis", "yaxis")})
    found = {}
    for letter in "xy":
        values: list[object] = []
        bars = False
        for trace in data:
            values += list(trace.get(letter) or ())
            along = "x" if trace.get("orientation", "v") == "h" else "y"
            bars = bars or (trace.get("type") == "bar" and along == letter)
        found[letter] = axes.axis(letter, layout, values, bars)
    return found


def _field(layout: Figure, found: Mapping[str, Axis], base: Figure, width: float, height: float) -> Field:
    """The room for the data: margins as the figure has them, wider where the axes' words need it."""
    margin: dict[str, float] = {**_MARGIN, **{k: float(v) for k, v in checked("margin", layout.get("margin")).items()}}
    left, right, top, bottom = (margin[side] for side in "lrtb")
    for axis in found.values():
        size, _ = axes.font(axis.style, base)
        titled = _title(axis)
        if not axis.shown("showticklabels", True):
            continue
        said = [markup.box(text, size) for _, text in axis.ticks]
        if axis.of_x:
            need = max((b.height for b in said), default=0.0) + _GAP + (size * markup.LINE + _GAP if titled else 0.0)
            if axis.style.get("side") == "top":
                top = max(top, need)
            else:
                bottom = max(bottom, need)
        else:
            wide = min(max((b.width for b in said), default=0.0), width * _LONGEST)
            left = max(left, wide + _GAP + (size * markup.LINE + _GAP if titled else 0.0))
    edges = (left, top, width - right, height - bottom)
    placed = {}
    for name, axis in found.items():
        if axis.of_x:
            placed[name] = replace(axis, start=edges[0], end=edges[2])
        else:
            placed[name] = replace(axis, start=edges[3], end=edges[1])
    return Field(*edges, placed)


def _rect(field: Field, **style: str | float | None) -> str:
    return markup.element(
        "rect", x=field.left, y=field.top, width=field.right - field.left, height=field.bottom - field.top, **style
    )


def _ground(layout: Figure, field: Field, width: float, height: float) -> str:
    paper, _ = markup.paint(str(layout.get("paper_bgcolor") or "#FFFFFF"))
    ground, _ = markup.paint(str(layout.get("plot_bgcolor") or "#FFFFFF"))
    drawn = markup.element("rect", width=width, height=height, fill=paper) if paper else ""
    return drawn + (_rect(field, fill=ground) if ground and ground != paper else "")


def _grid(axis: Axis, field: Field) -> str:
    """Lines at the ticks, the line at zero, and the axis's own line."""
    style = axis.style
    drawn = []
    if axis.shown("showgrid", True):
        zero = axis.shown("zeroline", True)
        lines = [at for at, _ in axis.ticks if not (zero and at == 0)]
        drawn.append(_rules(axis, field, lines, style.get("gridcolor", "#E6EAEE"), style.get("gridwidth", 1)))
    if axis.shown("zeroline", True) and min(axis.low, axis.high) <= 0 <= max(axis.low, axis.high) and not axis.names:
        drawn.append(_rules(axis, field, [0], style.get("zerolinecolor", "#444444"), style.get("zerolinewidth", 1)))
    if axis.shown("showline", False):
        drawn.append(
            _rules(axis, field, [axis.low], style.get("linecolor", "#444444"), style.get("linewidth", 1), crossing=True)
        )
    return "".join(drawn)


def _rules(axis: Axis, field: Field, values: Sequence[float], colour: Any, width: Any, crossing: bool = False) -> str:
    stroke, opacity = markup.paint(str(colour))
    if not values or stroke is None:
        return ""
    steps = []
    for value in values:
        if crossing:
            ends = [(axis.start, field.bottom), (axis.end, field.bottom)]
            ends = ends if axis.of_x else [(field.left, axis.start), (field.left, axis.end)]
        else:
            at = axis.at(value)
            ends = [(at, field.top), (at, field.bottom)] if axis.of_x else [(field.left, at), (field.right, at)]
        steps.append(markup.path(ends))
    return markup.element(
        "path", d=" ".join(steps), fill="none", stroke=stroke, stroke_opacity=opacity, stroke_width=numeric(width)
    )


def _words(axis: Axis, field: Field, base: Figure, width: float) -> str:
    """The words at the ticks, and the axis's title."""
    size, colour = axes.font(axis.style, base)
    drawn = []
    if axis.shown("showticklabels", True):
        for at, text in axis.ticks:
            place = axis.at(at)
            if axis.of_x:
                said = markup.box(text, size)
                above = axis.style.get("side") == "top"
                y = field.top - said.height / 2 - _GAP / 2 if above else field.bottom + said.height / 2 + _GAP / 2
                half = said.width / 2
                drawn.append(markup.label(said, min(max(place, half), width - half), y, colour, "middle"))
            else:
                said = markup.box(text, size, min(field.left - _GAP + 0.1, width * _LONGEST), 2)
                drawn.append(markup.label(said, field.left - _GAP, place, colour, "end"))
    title = _title(axis)
    if title:
        style = checked("font", checked("title", axis.style.get("title")).get("font"))
        tall = numeric(style.get("size", base.get("size", 12)))
        ink = str(style.get("color") or base.get("color") or "#1B2430")
        said = markup.box(title, tall)
        if axis.of_x:
            under = max((markup.box(text, size).height for _, text in axis.ticks), default=0.0)
            y = field.bottom + under + _GAP + said.height / 2
            drawn.append(markup.label(said, (field.left + field.right) / 2, y, ink, "middle"))
        else:
            wide = max((fonts.width(text, size) for _, text in axis.ticks), default=0.0)
            x, y = field.left - wide - 2 * _GAP - tall / 2, (field.top + field.bottom) / 2
            turned = f"rotate(-90 {markup.fixed(x)} {markup.fixed(y)})"
            drawn.append(markup.element("g", markup.label(said, x, y, ink, "middle"), transform=turned))
    return "".join(drawn)


def _title(axis: Axis) -> str:
    given = axis.style.get("title")
    if given is None:
        return ""
    return given if isinstance(given, str) else str(checked("title", given).get("text") or "")
