"""100 % bars: a row for each name, its parts side by side, or to both sides of a middle. Plain dicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpi_engine.kpi import Axis
from ui.figure import Figure, scale
from ui.row_charts import Row, named_rows, rule, words_at
from ui.theme import FOCUS, GREY_TEXT, INK

PALE = "#E3E8ED"
_PERCENT = Axis(0, 100)
_BOTH_WAYS = Axis(-60, 100)
LINE = 19
_READABLE = 14
"""A part that is smaller than this, in per cent, has no room for its own figure inside."""


class Part(NamedTuple):
    """A category: its name, and its colour in rows that stand out and in the others."""

    name: str
    focus: str = FOCUS
    other: str = GREY_TEXT


class Bar(NamedTuple):
    """A row: its ``parts`` in per cent, in the order of the categories, summing to 100; none where there is no figure.

    ``under`` stands below the name, ``words`` are said when the row is pointed at; ``go`` says where a click leads.
    """

    name: str
    under: str
    parts: tuple[float, ...]
    words: str
    focus: bool
    go: str = ""


def rest(name: str) -> Part:
    """The category of all the others, pale."""
    return Part(name, PALE, PALE)


def bars(
    rows: Sequence[Bar],
    categories: Sequence[Part],
    *,
    target: tuple[float, str] | None = None,
    both_ways: bool = False,
    shown: int = 0,
) -> Figure:
    """A bar for each row. ``both_ways`` puts the last category to the left of a middle, the others to its right.

    ``shown`` is the category whose figure is written inside its bar where there is room.
    """
    axis = _BOTH_WAYS if both_ways else _PERCENT
    data = []
    for index, category in enumerate(categories):
        some = [(i, r) for i, r in enumerate(rows) if r.parts]
        left = both_ways and index == len(categories) - 1
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": category.name,
                "x": [-r.parts[index] if left else r.parts[index] for _, r in some],
                "y": [-i for i, _ in some],
                "marker": {"color": [category.focus if r.focus else category.other for _, r in some]},
                "text": [
                    f"{r.parts[index]:.1f} %" if index == shown and r.parts[index] >= _READABLE else "" for _, r in some
                ],
                "textposition": "inside",
                "insidetextanchor": "start",
                "textangle": 0,
                "constraintext": "none",
                "textfont": {"color": "#FFFFFF", "size": 13},
                "customdata": [[r.words, r.go] for _, r in some],
                "hovertemplate": "%{customdata[0]}<extra></extra>",
                "selected": {"marker": {"opacity": 1}},
                "unselected": {"marker": {"opacity": 1}},
                "width": 0.56,
            }
        )
    levels = 1 if target is not None else 0
    made = named_rows([Row(r.name, r.under, r.focus) for r in rows], levels, above=LINE * len(categories))
    made["barmode"] = "relative" if both_ways else "stack"
    made["xaxis"] = scale(axis, " %", both_ways)
    if both_ways:
        ticks = [-50, -25, 0, 25, 50, 75, 100]
        made["xaxis"] |= {"tickvals": ticks, "ticktext": [f"{abs(t)} %" for t in ticks]}
    made["annotations"] = key(categories)
    if target is not None:
        # On the bars a dark line is seen by its white edges.
        line = {**rule(target[0], made["yaxis"]["range"][1], 0.45 - len(rows), False), "layer": "above"}
        made["shapes"] = [{**line, "line": {"color": c, "width": w}} for c, w in (("#FFFFFF", 4), (INK, 2))]
        side = "right" if target[0] > 50 else "left"
        made["annotations"].append(words_at(target[0], made["yaxis"]["range"][1] - 0.2, target[1], side, INK))
    return {"data": data, "layout": made}


def key(categories: Sequence[Part]) -> list[Figure]:
    """The categories' names above the plot, each beside a square of its colour; an outlined one for the pale."""
    found = []
    for index, category in enumerate(categories):
        place = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": LINE * (len(categories) - 1 - index)}
        square, colour = ("□", GREY_TEXT) if category.focus == PALE else ("■", category.focus)
        mark = {**words_at(0.0, 1.0, square, "left", colour), **place}
        found.append({**mark, "font": {"size": 17, "color": colour}, "yshift": place["yshift"] - 2})
        found.append({**words_at(0.0, 1.0, category.name, "left", INK), **place, "xshift": 20})
    return found
