"""What stands around the data of a figure: shapes below and above them, and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kpi_engine.export import markup
from kpi_engine.export.allowed import Figure, checked, one_of
from kpi_engine.export.axes import Axis, numeric
from kpi_engine.export.traces import dashes

_LAYERS = ("below", "between", "above")


class Field(NamedTuple):
    """The part of a picture that data are drawn in, and the axes by their letter and number; pixels."""

    left: float
    top: float
    right: float
    bottom: float
    axes: Mapping[str, Axis]

    def at(self, ref: str, value: object) -> float:
        """Where a value of a reference stands: an axis, ``paper``, or the domain of an axis."""
        name, _, domain = ref.partition(" ")
        if ref.endswith("paper") or domain == "domain":
            of_x = ref[0] in "xX" if ref[1:] == "paper" else name.startswith("x")
            share = numeric(value)
            if domain == "domain":
                axis = self.axes[name]
                return axis.start + share * (axis.end - axis.start)
            if of_x:
                return self.left + share * (self.right - self.left)
            return self.bottom - share * (self.bottom - self.top)
        return self.axes[one_of("reference", name, tuple(self.axes))].at(value)

    def x(self, ref: object, value: object) -> float:
        return self.at("xpaper" if ref == "paper" else str(ref or "x"), value)

    def y(self, ref: object, value: object) -> float:
        return self.at("ypaper" if ref == "paper" else str(ref or "y"), value)


def shapes(found: Sequence[Figure], field: Field, layer: str) -> str:
    """The shapes of one layer: below the grid, between grid and data, or above. Raises ExportError."""
    drawn = []
    for shape in found:
        checked("shape", shape)
        if one_of("layer of a shape", shape.get("layer", "above"), _LAYERS) != layer or shape.get("visible") is False:
            continue
        kind = one_of("kind of shape", shape.get("type", "rect"), ("line", "rect", "circle"))
        a, b = (field.x(shape.get("xref"), shape[name]) for name in ("x0", "x1"))
        c, d = (field.y(shape.get("yref"), shape[name]) for name in ("y0", "y1"))
        style = checked("line", shape.get("line"))
        width = numeric(style.get("width", 2))
        stroke, opacity = markup.paint(str(style.get("color") or "#444444")) if width else (None, None)
        outline: dict[str, str | float | None] = {
            "stroke": stroke,
            "stroke_opacity": opacity,
            "stroke_width": width if stroke else None,
            "stroke_dasharray": dashes(style.get("dash"), width) if stroke else None,
            "opacity": numeric(shape["opacity"]) if shape.get("opacity", 1) != 1 else None,
        }
        if kind == "line":
            drawn.append(markup.element("line", x1=a, y1=c, x2=b, y2=d, **outline))
            continue
        fill, part = markup.paint(str(shape.get("fillcolor") or "transparent"))
        filled: dict[str, str | float | None] = {"fill": fill or "none", "fill_opacity": part, **outline}
        left, right, top, bottom = min(a, b), max(a, b), min(c, d), max(c, d)
        if kind == "rect":
            size = {"width": right - left, "height": bottom - top}
            drawn.append(markup.element("rect", x=left, y=top, **size, **filled))
        else:
            middle = {"cx": (left + right) / 2, "cy": (top + bottom) / 2}
            radii = {"rx": (right - left) / 2, "ry": (bottom - top) / 2}
            drawn.append(markup.element("ellipse", **middle, **radii, **filled))
    return "".join(drawn)


def remarks(found: Sequence[Figure], field: Field, width: float, base: Figure) -> str:
    """Words at places of the figure; long ones are broken so that they end before the picture does."""
    return "".join(_annotation(note, field, width, base) for note in found if note.get("visible") is not False)


def _annotation(note: Figure, field: Field, width: float, base: Figure) -> str:
    checked("annotation", note)
    one_of("arrow of words", note.get("showarrow", True), (False,))
    style = checked("font", note.get("font"))
    size = numeric(style.get("size", base.get("size", 12)))
    colour = str(style.get("color") or base.get("color") or "#1B2430")
    x = field.x(note.get("xref"), note["x"]) + numeric(note.get("xshift", 0))
    y = field.y(note.get("yref"), note["y"]) - numeric(note.get("yshift", 0))
    x_anchor = _anchor(note.get("xanchor", "auto"), note.get("xref") == "paper", note["x"], ("left", "center", "right"))
    y_anchor = _anchor(note.get("yanchor", "auto"), note.get("yref") == "paper", note["y"], ("bottom", "middle", "top"))
    rooms = {"left": width - x, "right": x, "center": 2 * min(x, width - x)}
    said = markup.box(str(note.get("text", "")), size, max(rooms[x_anchor] - 4, 60.0), 3)
    pad = numeric(note.get("borderpad", 1))
    wide, high = said.width + 2 * pad, said.height + 2 * pad
    left = x - {"left": 0.0, "center": wide / 2, "right": wide}[x_anchor]
    top = y - {"top": 0.0, "middle": high / 2, "bottom": high}[y_anchor]
    # A centred label close to an edge would be cut off by it.
    left = min(max(left, 0.0), max(width - wide, 0.0))
    drawn = ""
    fill, part = markup.paint(str(note.get("bgcolor") or "transparent"))
    edge, _ = markup.paint(str(note.get("bordercolor") or "transparent"))
    if fill or edge:
        thick = numeric(note.get("borderwidth", 1)) if edge else None
        drawn = markup.element(
            "rect",
            x=left,
            y=top,
            width=wide,
            height=high,
            fill=fill or "none",
            fill_opacity=part,
            stroke=edge,
            stroke_width=thick,
        )
    align = one_of("alignment of words", note.get("align", "center"), ("left", "center", "right"))
    if len(said.lines) == 1:
        align = "left"
    place = {"left": left + pad, "center": left + wide / 2, "right": left + wide - pad}[align]
    anchor = {"left": "start", "center": "middle", "right": "end"}[align]
    drawn += markup.label(said, place, top + high / 2, colour, anchor)
    if note.get("opacity", 1) != 1:
        drawn = markup.element("g", drawn, opacity=numeric(note["opacity"]))
    return drawn


def _anchor(asked: object, paper: bool, value: object, names: tuple[str, str, str]) -> str:
    """Which end of the words stands at the place; left to the picture, it depends on where on the paper that is."""
    if asked != "auto":
        return str(one_of("anchor of words", asked, names))
    if not paper:
        return names[1]
    share = numeric(value)
    return names[0] if share <= 1 / 3 else names[2] if share > 2 / 3 else names[1]
