"""Many academies in one compact picture: a dot for each along the KPI's axis, stacked where dots would touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from kpi_engine.answers import Result
from kpi_engine.kpi import Axis
from kpi_engine.model import Phase
from kpi_engine.targets import Around, NearBenchmark, plain
from kpi_engine.telling import beyond_axis, drawn, suffix
from ui import words
from ui.figure import RANGE, Figure, Point, bold, layout, limits, scale
from ui.picture import Kind, Picture, heads, hover, row
from ui.place import Place
from ui.row_charts import Mark, band_at, rule, side_of, words_at
from ui.side_by_side import compared, inapplicable, target_band, target_mark, the_trust
from ui.theme import FOCUS, GREY_TEXT, INK, OTHER, QUIET

MANY = 30
"""With more academies than this a row for each is taller than four screens; they are spread along one axis first."""
INSTEAD_OF = frozenset(("academies", "ranked", "gaps", "shares", "surveys", "leavers"))
"""Kinds of pictures with a row for each academy, before which this one comes where there are many."""
_SHAPES = {"▲": "triangle-up", "▼": "triangle-down"}
_ACROSS = 62
"""How many dots stand side by side on a desk's screen without touching."""
_STEP, _TALLEST = 11.0, 230.0
_LABEL, _OWN, _GAP = 19.0, 24.0, 10.0


class Lane(NamedTuple):
    """The academies of one phase: those with a dot and how many have none."""

    name: str
    shown: tuple[Result, ...]
    without: int


def spread(place: Place) -> Picture | None:
    """All academies along the KPI's axis, a line for each phase, the chosen one by itself with its interval."""
    if "academy" not in place.kpi.drill:
        return None
    found = [r for r in compared(place) if not inapplicable(r)]
    outcomes = [r.outcome for r in found if r.value is not None]
    wanted = place.result.outcome or max(dict.fromkeys(outcomes), key=outcomes.count, default="")
    other = sorted({words.outcome(o) for o in outcomes if o != wanted})
    found = [r for r in found if r.value is None or r.outcome == wanted]
    if not any(on_axis(place, r) for r in found):
        return None
    asked = tuple(r.academy for r in found)
    apart = place.context.ask.compared(place.kpi.id, place.year, place.within, place.choice.among, asked)
    signs = {s.result.academy: words.sign(apart.turned, s) for s in apart.stands}
    count = sum(1 for r in found if on_axis(place, r))
    notes = [apart.sentence, *explained(place, found, signs)]
    notes += [f"Judged on another outcome and not drawn here: {', '.join(other)}."] if other else []
    return Picture(
        title=words.axis_words(place.kpi),
        subtitle=f"a dot for each of {count} academies, {place.year}",
        alt=" ".join(part for part in (apart.sentence or place.result.sentence, left_out(found)) if part),
        figure=figure(place, found, signs, _marks(place, found), "" if place.whole else place.choice.academy),
        header=heads("Academy", place),
        rows=tuple(row(r.academy_name, place, r) for r in found),
        notes=(*(n for n in notes if n), *words.restricted(found)),
    )


def figure(place: Place, found: Sequence[Result], signs: Mapping[str, str], marks: Sequence[Mark], own: str) -> Figure:
    """The picture of ``found``. ``signs`` are ▲ or ▼ by URN, ``marks`` cross all lines, ``own`` is the one in colour.

    Heights are in pixels, so that dots neither touch nor stand apart. England's figure stands in each line where it is
    not one for all.
    """
    axis = place.axis
    lanes = _lanes(place, found)
    width = (axis.high - axis.low) / _ACROSS
    stacks = [_stacked([r for r in lane.shown if r.academy != own], axis, width) for lane in lanes]
    tallest = max((level for stack in stacks for level in stack.values()), default=0) + 1
    step = min(_STEP, _TALLEST / tallest)
    each = len({r.benchmark for r in found if r.benchmark is not None}) > 1
    points: list[tuple[Point, str]] = []
    chosen: list[Point] = []
    shapes: list[Figure] = []
    notes: list[Figure] = []
    ticks: list[tuple[float, str]] = []
    top = 0.0
    for lane, stack in zip(lanes, stacks, strict=True):
        begin = top
        top -= _LABEL if each else _GAP
        foot = top - step * (max(stack.values(), default=0) + 1)
        mine = next((r for r in lane.shown if r.academy == own), None)
        points += [
            (_point(place, r, foot + step * (stack[r.academy] + 0.5)), signs.get(r.academy, ""))
            for r in lane.shown
            if r.academy in stack
        ]
        if mine is not None:
            foot -= _OWN
            at = _point(place, mine, foot + _OWN / 2)
            chosen.append(at)
            notes.append(_named(place, mine, at, axis))
        middle, top = (begin + foot) / 2, foot - _GAP
        shapes += _of_lane(place, lane, begin, foot, each)
        notes += _england(place, lane, begin - _LABEL / 2, each)
        ticks.append((middle, _tick(lane, len(lanes) > 1)))
    data = [_dots(points, FOCUS if not own else OTHER)] if points else []
    data += [_own_dot(chosen)] if chosen else []
    head = _LABEL * len(marks)
    for i, mark in enumerate(sorted(marks, key=lambda m: m.x)):
        y = head - _LABEL * (i + 0.5)
        shapes.append(rule(mark.x, y, top, mark.england, mark.target))
        label = words_at(mark.x, y, mark.words, side_of(mark.x, axis), INK if mark.england else QUIET)
        notes.append({**label, "bgcolor": "#FFFFFF"})
    made = layout(round(head - top + 44))
    edge = (axis.high - axis.low) * 0.014
    made["margin"] = {"l": 8, "r": 24, "t": 8, "b": 28}
    made["xaxis"] = {
        **scale(axis, suffix(next(r.unit for r in found if r.value is not None)), axis.low < 0 < axis.high),
        "range": [axis.low - edge, axis.high + edge],
    }
    made["yaxis"] = {
        "range": [top, head],
        "tickvals": [at for at, _ in ticks],
        "ticktext": [text for _, text in ticks],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13.5, "color": INK},
        "automargin": True,
    }
    made["shapes"], made["annotations"] = shapes, notes
    return {"data": data, "layout": made}


def explained(place: Place, found: Sequence[Result], signs: Mapping[str, str]) -> list[str]:
    """What the picture's marks say, who has no dot, and what it does not show."""
    known = [r for r in found if r.value is not None]
    notes = ["Intervals are in the table: dots whose intervals meet cannot be told apart by their place."]
    if any(signs.values()):
        notes.append("▲ and ▼: clearly above and clearly below; round dots cannot be told apart.")
    england = {r.benchmark for r in known if r.benchmark is not None}
    target = plain(place.kpi.target)
    if len(england) > 1:
        notes.append("The dashed line is England’s figure for schools of that phase.")
    bands = {band for r in known if (band := target_band(place, r)) is not None}
    if isinstance(target, NearBenchmark) and bands:
        notes.append(f"The shaded band is the target: within {target.room:g} points of England’s figure.")
    elif isinstance(target, Around) and bands == {(target.low, target.high)}:
        notes.append(f"The shaded band is the target: {target.words} %.")
    elif bands:
        notes.append("The shaded band is the target of that phase, where all its academies have the same.")
    off = [r for r in known if beyond_axis(place.axis, r.value)]
    if off:
        listed = ", ".join(f"{r.academy_name} {words.on_axis(place.kpi, r, r.value or 0.0)}" for r in off)
        notes.append(f"Beyond this axis: {listed}.")
    return [*notes, left_out(found)]


def left_out(found: Sequence[Result]) -> str:
    """How many have no figure, by the reason; "" where everybody has one."""
    reasons = [words.special(r.withheld).lower() for r in found if r.withheld is not None]
    if not reasons:
        return ""
    said = ", ".join(f"{reasons.count(why)} {why}" for why in dict.fromkeys(sorted(reasons)))
    count = len(reasons)
    return f"{count} {'academy has' if count == 1 else 'academies have'} no figure here: {said}."


def on_axis(place: Place, result: Result) -> bool:
    """Whether there is a dot to draw."""
    return result.value is not None and not beyond_axis(place.axis, result.value)


def many(place: Place) -> bool:
    """Whether so many academies stand side by side here that a row for each is no first picture."""
    return "academy" in place.kpi.drill and len(place.context.listed()) > MANY


def _lanes(place: Place, found: Sequence[Result]) -> list[Lane]:
    """A line for each phase that has a dot, in the order of phases."""
    order = list(Phase)
    phases = {a.urn: a.phase for a in place.context.offered.academies}
    ranked = sorted(found, key=lambda r: order.index(phases[r.academy]))
    lanes = []
    for phase, some in groupby(ranked, key=lambda r: phases[r.academy]):
        of_phase = list(some)
        shown = tuple(r for r in of_phase if on_axis(place, r))
        if shown:
            lanes.append(Lane(str(phase).capitalize(), shown, sum(1 for r in of_phase if r.value is None)))
    return lanes


def _stacked(found: Sequence[Result], axis: Axis, width: float) -> dict[str, int]:
    """The level of each dot by URN: the lowest at which it does not touch the one before."""
    ends: list[float] = []
    levels = {}
    for r in sorted(found, key=lambda r: (drawn(axis, r.value) or 0.0, r.academy)):
        x = drawn(axis, r.value) or 0.0
        level = next((i for i, end in enumerate(ends) if x >= end), len(ends))
        ends[level : level + 1] = [x + width]
        levels[r.academy] = level
    return levels


def _point(place: Place, result: Result, y: float) -> Point:
    axis = place.axis
    said = hover(result.academy_name, place, result)
    at = drawn(axis, result.value) or 0.0
    return Point(at, y, drawn(axis, result.lower), drawn(axis, result.upper), said, f"academy={result.academy}")


def _dots(points: Sequence[tuple[Point, str]], colour: str) -> Figure:
    return {
        **_trace([point for point, _ in points]),
        "marker": {
            "size": 9,
            "color": colour,
            "symbol": [_SHAPES.get(sign, "circle") for _, sign in points],
            "line": {"color": "#FFFFFF" if colour == FOCUS else GREY_TEXT, "width": 1},
        },
    }


def _own_dot(points: Sequence[Point]) -> Figure:
    trace = {**_trace(points), "marker": {"size": 13, "color": FOCUS, "line": {"color": FOCUS, "width": 1}}}
    ranges = limits(points, lambda p: p.x)
    return trace | ({"error_x": {**ranges, "color": RANGE}} if ranges else {})


def _trace(points: Sequence[Point]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "customdata": [[p.words, p.go] for p in points],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
    }


def _named(place: Place, result: Result, at: Point, axis: Axis) -> Figure:
    """The chosen academy's name beside its dot and interval, on the side with more room."""
    ends = [end for end in (at.x, at.lower, at.upper) if end is not None]
    right = at.x <= (axis.low + axis.high) / 2
    said = f"{escape(result.academy_name)} {words.on_axis(place.kpi, result, result.value or 0.0)}"
    label = words_at(max(ends) if right else min(ends), at.y or 0.0, bold(said), "left" if right else "right", INK)
    return {**label, "xshift": 11 if right else -11}


def _of_lane(place: Place, lane: Lane, begin: float, foot: float, each: bool) -> list[Figure]:
    """England's dashed line and the target's band in one line of dots, where they are the same for all of it."""
    shapes = []
    bands = {target_band(place, r) for r in lane.shown}
    band = next(iter(bands)) if len(bands) == 1 else None
    if band is not None:
        shapes.append(band_at(band, begin - _GAP / 2, foot))
    england = _of_england(lane)
    if each and england is not None and not beyond_axis(place.axis, england.benchmark):
        shapes.append(rule(drawn(place.axis, england.benchmark) or 0.0, begin - _LABEL, foot, True))
    return shapes


def _england(place: Place, lane: Lane, y: float, each: bool) -> list[Figure]:
    england = _of_england(lane)
    if not each or england is None or beyond_axis(place.axis, england.benchmark):
        return []
    x = drawn(place.axis, england.benchmark) or 0.0
    return [words_at(x, y, _england_words(place, england), side_of(x, place.axis), INK)]


def _of_england(lane: Lane) -> Result | None:
    """A result with England's figure, where it is one for the whole line."""
    known = [r for r in lane.shown if r.benchmark is not None]
    return known[0] if len({r.benchmark for r in known}) == 1 else None


def _england_words(place: Place, result: Result) -> str:
    return f"{result.benchmark_label} {words.on_axis(place.kpi, result, result.benchmark or 0.0)}"


def _marks(place: Place, found: Sequence[Result]) -> list[Mark]:
    """The lines through all dots: England where it is one figure, the trust or the phase, the target."""
    axis = place.axis
    marks = []
    known = [r for r in found if r.benchmark is not None]
    if len({r.benchmark for r in known}) == 1 and not beyond_axis(axis, known[0].benchmark):
        marks.append(Mark(drawn(axis, known[0].benchmark) or 0.0, _england_words(place, known[0]), england=True))
    trust = the_trust(place)
    at = drawn(axis, trust.value)
    if at is not None and not beyond_axis(axis, trust.value) and trust.outcome in ("", place.result.outcome):
        name = "The trust" if not place.choice.phase else place.context.scope_name
        missed = " missed" if axis.complement else ""
        marks.append(Mark(at, f"{name} {words.on_axis(place.kpi, trust, trust.value or 0.0)}{missed}"))
    banded = any(target_band(place, r) for r in found)
    return marks + ([] if banded else target_mark(place, found))


def _tick(lane: Lane, several: bool) -> str:
    """A line's name, and under it how many dots it has."""
    name = f"{lane.name} " if several else ""
    count = len(lane.shown)
    without = f", {lane.without} without" if lane.without else ""
    small = f'<span style="font-size:11.5px">{count} shown{without} </span>'
    return f"{name}<br>{small}" if several else small


KINDS = (Kind("spread", "Spread", many, spread),)
"""What can be drawn of many academies at once."""
