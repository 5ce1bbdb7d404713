"""Which properties of a figure are drawn. One that is not known is refused, since a picture that silently lost a part
of what the screen shows would say something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi_engine.errors import ExportError

Figure = Mapping[str, Any]
"""A figure, or a part of one, in the shape that Plotly has it."""

_POINTED_AT = frozenset(
    (
        *("customdata", "hovertemplate", "hoverinfo", "hovertext", "hoverlabel", "selected", "unselected"),
        *("selectedpoints", "ids", "uid", "meta", "name", "legendgroup", "showlegend"),
    )
)
"""What only matters to somebody who points at a picture, or to a legend, which is not drawn."""

_FONT = frozenset(("size", "color", "family"))
_KNOWN: Mapping[str, frozenset[str]] = {
    "figure": frozenset(("data", "layout")),
    "scatter": _POINTED_AT
    | frozenset(
        (
            *("type", "mode", "x", "y", "line", "marker", "fill", "fillcolor", "error_x", "error_y", "text"),
            *("textposition", "textfont", "cliponaxis", "opacity", "xaxis", "yaxis", "connectgaps", "visible"),
        )
    ),
    "bar": _POINTED_AT
    | frozenset(
        (
            *("type", "x", "y", "orientation", "marker", "text", "textposition", "insidetextanchor", "textfont"),
            *("width", "base", "offset", "error_x", "error_y", "opacity", "xaxis", "yaxis", "cliponaxis", "visible"),
            *("insidetextfont", "outsidetextfont", "textangle", "constraintext"),
        )
    ),
    "line": frozenset(("color", "width", "dash", "shape")),
    "edge": frozenset(("color", "width")),
    "marker": frozenset(("size", "color", "line", "symbol", "opacity", "cornerradius")),
    "error": frozenset(
        ("type", "symmetric", "array", "arrayminus", "color", "thickness", "width", "visible", "value", "valueminus")
    ),
    "layout": frozenset(
        (
            *("height", "width", "font", "paper_bgcolor", "plot_bgcolor", "margin", "shapes", "annotations"),
            *("barmode", "bargap", "bargroupgap", "showlegend", "hovermode", "dragmode", "clickmode", "hoverlabel"),
            *("hoverdistance", "selectdirection", "uirevision", "separators", "autosize", "modebar", "meta"),
        )
    ),
    "axis": frozenset(
        (
            *("range", "tickvals", "ticktext", "ticksuffix", "tickprefix", "gridcolor", "gridwidth"),
            *("showgrid", "zeroline", "zerolinecolor", "zerolinewidth", "fixedrange", "nticks", "tickfont"),
            *("automargin", "side", "visible", "showticklabels", "title", "type", "dtick"),
            *("tick0", "tickmode", "showline", "linecolor"),
            *("linewidth", "separatethousands", "autorange", "tickformat", "tickangle"),
            "showspikes",
        )
    ),
    "title": frozenset(("text", "font")),
    "shape": frozenset(
        ("type", "x0", "x1", "y0", "y1", "xref", "yref", "fillcolor", "line", "layer", "opacity", "name", "visible")
    ),
    "annotation": frozenset(
        (
            *("x", "y", "xref", "yref", "text", "showarrow", "xanchor", "yanchor", "xshift", "yshift", "align"),
            *("bgcolor", "bordercolor", "borderwidth", "borderpad", "font", "opacity", "name", "visible"),
            *("captureevents", "hovertext", "hoverlabel"),
        )
    ),
    "font": _FONT,
    "margin": frozenset(("l", "r", "t", "b", "autoexpand")),
}


def checked(kind: str, part: object) -> Figure:
    """The part, if all that it has can be drawn (an absent one is empty). Raises ExportError for anything else."""
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise ExportError(f"a picture’s {kind} is not a table of properties: {part!r}")
    unknown = sorted(set(part) - _KNOWN[kind])
    if unknown:
        raise ExportError(
            f"a picture’s {kind} has {', '.join(unknown)}, which files do not show yet: kpi_engine/export/allowed.py "
            "lists what they do"
        )
    return part


def one_of(what: str, found: object, known: tuple[object, ...]) -> Any:
    """The value, if it is one of those that can be drawn. Raises ExportError for any other."""
    if found not in known:
        raise ExportError(f"a picture’s {what} is {found!r}; files can show {', '.join(str(k) for k in known)}")
    return found
