"""What every figure shares: points, the KPI's axis, the layout. Figures are plain dicts, as Plotly has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kpi_engine.kpi import Axis
from kpi_engine.measures import MEASURES
from kpi_engine.model import Unit
from ui.theme import GRID, INK, QUIET

Figure = dict[str, Any]
FONT = '"Source Sans", "Source Sans Pro", Arial, sans-serif'
RANGE = "#7890A6"


class Point(NamedTuple):
    """One point: where it stands, its value and limits as the axis draws them, and the words shown on it."""

    x: float
    y: float | None
    lower: float | None
    upper: float | None
    words: str
    go: str = ""


def outcome_axis(outcome: str) -> Axis:
    """The axis of a gap's outcome, the same for every academy."""
    match MEASURES[outcome].unit:
        case Unit.PERCENT:
            return Axis(0, 100)
        case Unit.PER_100:
            return Axis(0, 80)
        case _:
            return Axis(-2, 2) if outcome == "progress8" else Axis(0, 90)


def limits(points: Sequence[Point], at: Callable[[Point], float]) -> Figure | None:
    if not any(p.lower is not None and p.upper is not None for p in points):
        return None
    up = [abs((p.upper if p.upper is not None else at(p)) - at(p)) for p in points]
    down = [abs(at(p) - (p.lower if p.lower is not None else at(p))) for p in points]
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "color": RANGE,
        "thickness": 2.2,
        "width": 0,
    }


def note(
    x: float, y: float, text: str, colour: str, *, x_of: str = "x", shift: int = 0, strong: bool = False
) -> Figure:
    return {
        "x": x,
        "xref": x_of,
        "y": y,
        "text": bold(text) if strong else text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": shift,
        "align": "left",
        "bgcolor": "rgba(255,255,255,0.82)",
        "font": {"size": 13, "color": colour},
    }


def scale(axis: Axis, suffix: str, zero: bool) -> Figure:
    return {
        "range": [axis.low, axis.high],
        "ticksuffix": suffix if suffix != "£" else "",
        "tickprefix": "£" if suffix == "£" else "",
        "gridcolor": GRID,
        "zeroline": zero or axis.low == 0,
        "zerolinecolor": "#55606C" if zero else "#B9C3CD",
        "zerolinewidth": 1.6 if zero else 1,
        "fixedrange": True,
        "nticks": 6,
        "tickfont": {"size": 13, "color": QUIET},
        "automargin": True,
    }


def layout(height: int) -> Figure:
    return {
        "height": height,
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "clickmode": "event+select",
        "hoverlabel": {
            "font": {"family": FONT, "size": 14, "color": INK},
            "bgcolor": "#FFFFFF",
            "bordercolor": "#9FB0C0",
            "align": "left",
        },
    }


def bold(text: str) -> str:
    return f"<b>{text}</b>"
