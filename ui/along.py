"""Events along a chart of years: where each stands, its short label, and labels kept apart from one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpi_engine.engine.events import Event, EventKind, position
from ui.figure import Figure, note
from ui.theme import QUIET

ROW = 17
"""Pixels that one row of labels takes above the chart."""
_LETTER = 7.2
_WIDE = 560.0
"""The width, in pixels, that a chart's years have at least on a desk; labels are kept apart for that."""


class Mark(NamedTuple):
    """An event's label: where it stands on the axis, where its words begin, and in which row above the chart."""

    at: float
    text: str
    row: int
    centred: bool


def rules(found: Sequence[Event]) -> list[float]:
    """Where a dotted line is drawn across the chart."""
    return sorted({position(e) for e in found if e.cuts})


def marks(found: Sequence[Event], first: float, last: float) -> list[Mark]:
    """The labels, in as few rows as keep them from touching; one label for events at one place."""
    per = _WIDE / max(last - first, 1.0)
    by_place: dict[tuple[float, bool], list[str]] = {}
    for event in found:
        if event.label:
            place = (position(event), event.kind is EventKind.NO_FIGURE)
            by_place.setdefault(place, []).append(event.label)
    made: list[Mark] = []
    ends: list[float] = []
    for (at, centred), labels in sorted(by_place.items()):
        text = " · ".join(dict.fromkeys(labels))
        wide = len(text) * _LETTER / per
        begin = at - wide / 2 if centred else at
        row = next((i for i, end in enumerate(ends) if begin > end), len(ends))
        ends[row : row + 1] = [begin + wide + _LETTER / per]
        made.append(Mark(at, text, row, centred))
    return made


def labels(found: Sequence[Mark]) -> list[Figure]:
    """The labels as annotations above the chart, the first row nearest to it."""
    return [
        {
            **note(mark.at, 1.0, mark.text, QUIET),
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": "center" if mark.centred else "left",
            "yshift": 3 + ROW * mark.row,
            "xshift": 0 if mark.centred else -3,
            "font": {"size": 12, "color": QUIET},
        }
        for mark in found
    ]


def headroom(found: Sequence[Mark]) -> int:
    """Pixels that the labels need above the chart."""
    return ROW * (max((mark.row for mark in found), default=-1) + 1)


def sentences(found: Sequence[Event]) -> dict[str, str]:
    """What is said in the table's note, by academic year."""
    said: dict[str, str] = {}
    for event in found:
        if event.kind is not EventKind.NO_FIGURE:
            said[event.at] = " ".join(part for part in (said.get(event.at, ""), event.sentence) if part)
    return said
