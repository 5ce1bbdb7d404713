"""Figures with a row for each name: dots with intervals, dumbbells, 100 % bars. Plain dicts, as Plotly has them."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine.kpi import Axis
from ui.figure import RANGE, Figure, Point, bold, layout, limits, scale
from ui.theme import FOCUS, INK, OTHER, QUIET


def dots(
    points: Sequence[tuple[str, Point, bool]],
    axis: Axis,
    suffix: str,
    *,
    marks: Sequence[tuple[float, str, str]] = (),
    band: tuple[float, float] | None = None,
    unsaid: Sequence[tuple[int, str]] = (),
    zero: bool = False,
    each: Sequence[float | None] = (),
) -> Figure:
    """A row for each name: a dot with its interval; the focused ones in colour, the others grey.

    ``marks`` are vertical lines with a label; ``each`` is a mark
    in every row; ``unsaid`` are rows without a figure and the words in its place.
    """
    count = len(points)
    height = 74 + 34 * max(count, 2)
    data: list[Figure] = []
    for focused in (False, True):
        some = [(i, p) for i, (_, p, f) in enumerate(points) if f is focused and p.y is not None]
        if some:
            data.append(_dots([p._replace(x=p.y or 0.0, y=float(-i)) for i, p in some], FOCUS if focused else OTHER))
    made = layout(height)
    made["xaxis"] = {**scale(axis, suffix, zero), "side": "bottom"}
    made["yaxis"] = {
        "range": [-count + 0.4, 0.75 if not marks else 1.1],
        "tickvals": [-i for i in range(count)],
        "ticktext": [bold(name) if focus else name for name, _, focus in points],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13.5, "color": INK},
        "automargin": True,
    }
    made["shapes"] = [_rule(x, 0.55, 0.4 - count, dash) for x, _, dash in marks]
    made["shapes"] += [_rule(x, 0.36 - i, -0.36 - i, "dash") for i, x in enumerate(each) if x is not None]
    if band is not None:
        made["shapes"].insert(0, _target_band(band))
    made["annotations"] = _mark_labels(marks, axis) + [
        {
            "x": 0.008,
            "xref": "paper",
            "y": -i,
            "text": text,
            "showarrow": False,
            "xanchor": "left",
            "font": {"size": 13, "color": QUIET},
        }
        for i, text in unsaid
    ]
    made["margin"] = {"l": 8, "r": 16, "t": 8, "b": 8}
    return {"data": data, "layout": made}


def dumbbells(
    rows: Sequence[tuple[str, float | None, float | None, str, bool]],
    names: tuple[str, str],
    low: float,
    high: float,
    suffix: str,
    unsaid: Sequence[tuple[int, str]] = (),
) -> Figure:
    """A row for each name with the group's dot and the comparator's, joined; the words say the gap and both n."""
    count = len(rows)
    data: list[Figure] = []
    for i, (_, left, right, words, focus) in enumerate(rows):
        if left is None or right is None:
            continue
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [left, right],
                "y": [-i, -i],
                "line": {"color": FOCUS if focus else OTHER, "width": 4},
                "hoverinfo": "skip",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [left, right],
                "y": [-i, -i],
                "marker": {
                    "size": 13,
                    "color": [FOCUS if focus else "#8A8A8A", "#FFFFFF"],
                    "line": {"color": FOCUS if focus else "#8A8A8A", "width": 2.5},
                },
                "customdata": [words, words],
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        )
    made = layout(96 + 34 * max(count, 2))
    made["xaxis"] = scale(Axis(low, high), suffix, False)
    made["yaxis"] = {
        "range": [-count + 0.4, 1.2],
        "tickvals": [-i for i in range(count)],
        "ticktext": [bold(n) if f else n for n, *_, f in rows],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13.5, "color": INK},
        "automargin": True,
    }
    made["annotations"] = [
        _corner(0.0, f"● {names[0]}     ○ {names[1]}"),
        *(
            {
                "x": 0.008,
                "xref": "paper",
                "y": -i,
                "text": text,
                "showarrow": False,
                "xanchor": "left",
                "font": {"size": 13, "color": QUIET},
            }
            for i, text in unsaid
        ),
    ]
    made["margin"] = {"l": 8, "r": 16, "t": 8, "b": 8}
    return {"data": data, "layout": made}


def shares(rows: Sequence[tuple[str, float, str, bool]], names: tuple[str, str], target: float | None) -> Figure:
    """A 100 % bar for each name: the share that the KPI counts, and the rest; the target as a line."""
    count = len(rows)
    y = [-i for i in range(count)]
    data: list[Figure] = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [v for _, v, _, _ in rows],
            "y": y,
            "marker": {"color": [FOCUS if f else "#6F8CA8" for *_, f in rows]},
            "text": [t.split("\n")[0] for _, _, t, _ in rows],
            "textposition": "inside",
            "insidetextanchor": "start",
            "textfont": {"color": "#FFFFFF", "size": 13},
            "customdata": [t.replace("\n", "<br>") for _, _, t, _ in rows],
            "hovertemplate": "%{customdata}<extra></extra>",
            "width": 0.62,
        },
        {
            "type": "bar",
            "orientation": "h",
            "x": [100 - v for _, v, _, _ in rows],
            "y": y,
            "marker": {"color": "#E3E8ED"},
            "hoverinfo": "skip",
            "width": 0.62,
        },
    ]
    made = layout(92 + 34 * max(count, 2))
    made["barmode"] = "stack"
    made["xaxis"] = scale(Axis(0, 100), " %", False)
    made["yaxis"] = {
        "range": [-count + 0.4, 1.15],
        "tickvals": y,
        "ticktext": [bold(n) if f else n for n, *_, f in rows],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13.5, "color": INK},
        "automargin": True,
    }
    made["annotations"] = [_corner(0.0, f"■ {names[0]}     □ {names[1]}")]
    if target is not None:
        made["shapes"] = [
            {
                "type": "line",
                "x0": target,
                "x1": target,
                "y0": -count + 0.4,
                "y1": 0.5,
                "line": {"color": "#000", "width": 1.8, "dash": "dot"},
            }
        ]
        made["annotations"].append(
            {
                "x": target,
                "y": 0.95,
                "text": f"Target {target:g} %",
                "showarrow": False,
                "xanchor": "right" if target > 60 else "left",
                "font": {"size": 12.5, "color": INK},
            }
        )
    made["margin"] = {"l": 8, "r": 16, "t": 8, "b": 8}
    return {"data": data, "layout": made}


def _dots(points: Sequence[Point], colour: str) -> Figure:
    trace: Figure = {
        "type": "scatter",
        "mode": "markers",
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "marker": {
            "size": 12,
            "color": colour,
            "line": {"color": "#6B7680" if colour == OTHER else colour, "width": 1.2},
        },
        "customdata": [[p.words, p.go] for p in points],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
    }
    ranges = limits(points, lambda p: p.x)
    if ranges:
        trace["error_x"] = {**ranges, "color": RANGE if colour == FOCUS else "#C9CFD5"}
    return trace


def _mark_labels(marks: Sequence[tuple[float, str, str]], axis: Axis) -> list[Figure]:
    """The labels over vertical lines; the second steps aside when both stand close together."""
    out = []
    close = len(marks) > 1 and abs(marks[0][0] - marks[1][0]) < (axis.high - axis.low) * 0.3
    middle = (axis.low + axis.high) / 2
    ordered = sorted(range(len(marks)), key=lambda i: marks[i][0])
    for place, i in enumerate(ordered):
        x, text, dash = marks[i]
        side = "center"
        if close:
            side = "right" if place == 0 else "left"
        elif x > middle + (axis.high - axis.low) * 0.3:
            side = "right"
        elif x < middle - (axis.high - axis.low) * 0.3:
            side = "left"
        out.append(
            {
                "x": x,
                "y": 0.85,
                "text": text,
                "showarrow": False,
                "xanchor": side,
                "font": {"size": 12.5, "color": INK if dash == "dash" else QUIET},
            }
        )
    return out


def _corner(x: float, text: str) -> Figure:
    return {
        "x": x,
        "xref": "paper",
        "y": 1.0,
        "yref": "paper",
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top",
        "font": {"size": 13, "color": INK},
    }


def _target_band(band: tuple[float, float]) -> Figure:
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


def _rule(x: float, top: float, bottom: float, dash: str) -> Figure:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": bottom,
        "y1": top,
        "line": {"color": "#000000" if dash == "dash" else "#7B8794", "width": 1.7, "dash": dash},
        "layer": "below",
    }
