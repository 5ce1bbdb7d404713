"""Pictures over time: the academic years with what happened along them, both sides of a gap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kpi_engine import years
from kpi_engine.answers import Result
from kpi_engine.engine.events import Event, EventKind
from kpi_engine.engine.events import cuts as cuts_at
from kpi_engine.kpi import Axis, Gap
from kpi_engine.measures import MEASURES
from kpi_engine.telling import beyond_axis, drawn, since_loaded, suffix, why_missing
from ui import along, words
from ui.by_period import over_periods
from ui.charts import Line, lines
from ui.figure import Figure, Point, note, outcome_axis
from ui.picture import Kind, Picture, heads, hover, row, series_words
from ui.place import Place
from ui.theme import FOCUS, NEAR, QUIET

_EARLIER = "#6F8CA8"
_COMPARATOR = "#5F6368"


def over_years(place: Place) -> Picture | None:
    """The KPI over all academic years, with England beside it; no line crosses a break or a year without a figure."""
    every = _trend(place)
    found = since_loaded(every)
    if not found:
        return None
    kpi = place.kpi
    axis = place.axis
    happened = _events(place, found)
    cuts = cuts_at(happened, [float(years.start_of(r.academic_year)) for r in found])
    reasons = [e.sentence for e in happened if e.kind is not EventKind.NO_FIGURE]
    name = place.context.scope_name if not place.whole or place.choice.phase else "The trust"
    series = list(dict.fromkeys(r.series for r in found if r.value is not None))
    drawn_lines: list[Line] = []
    starts: list[tuple[float, str, str]] = []
    for one in series:
        latest = one == series[-1]
        colour = FOCUS if latest else _EARLIER
        whole = [_point(place, r, one) if r.period != "YTD" else _nowhere(r) for r in found]
        so_far = [_point(place, r, one) if r.period == "YTD" else _nowhere(r) for r in found]
        first = min((p.x for p in (*whole, *so_far) if p.y is not None), default=0.0)
        if len(series) > 1 and first:
            starts.append((first, series_words(one), colour))
        unfinished = any(p.y is not None for p in so_far)
        label = name if latest and not unfinished else ""
        drawn_lines.append(Line(label, whole, colour, cut=cuts, hollow=not latest))
        if unfinished:
            drawn_lines.append(Line(f"{name},<br>the year so far", so_far, colour, hollow=True))
    england = [_england(r, axis) for r in found]
    if any(p.y is not None for p in england):
        drawn_lines.append(Line("England", england, "#000000", dashed=True, cut=cuts))
    last = found[-1]
    target = None
    if last.target_value is not None and not isinstance(kpi.answer, Gap):
        at = drawn(axis, last.target_value)
        target = (at, f"Target {words.on_axis(kpi, last, last.target_value)}") if at is not None else None
    band = _band(place, axis)
    ticks = [(float(years.start_of(r.academic_year)), _short(r.academic_year, len(found))) for r in found]
    gaps = [float(years.start_of(r.academic_year)) for r in found if r.value is None]
    off = [f"{r.academic_year} {words.figure(r)}" for r in found if beyond_axis(axis, r.value)]
    reasons += [f"Beyond this axis, which is the same for every academy: {', '.join(off)}."] if off else []
    figure = lines(
        drawn_lines, axis, ticks, suffix(last.unit), target=target if band is None else None, gaps=gaps,
        zero=axis.low < 0 < axis.high, starts=starts,
    )  # fmt: skip
    _mark(figure, [e for e in happened if e.kind is not EventKind.SERIES or not starts], ticks)
    if band is not None:
        _shade(figure, band)
        reasons.append(f"The shaded band is the target: {band[0]:g} to {band[1]:g}{suffix(last.unit)}.")
    said = along.sentences(happened)
    return Picture(
        title=words.axis_words(kpi),
        subtitle="the gap in points, over the academic years" if words.is_gap(kpi) else "over the academic years",
        alt=place.result.sentence,
        figure=figure if len(off) < sum(1 for r in found if r.value is not None) else None,
        header=heads("Year", place),
        rows=tuple(_noted(row(r.academic_year, place, r), said.get(r.academic_year, "")) for r in every),
        notes=(*reasons, *why_missing(place.kpi, found), *words.restricted(found)),
        thin=sum(1 for r in found if r.value is not None) < 2,
    )


def both_sides(place: Place) -> Picture | None:
    """Both sides of a gap over the years, the gap shaded."""
    if not isinstance(place.kpi.answer, Gap):
        return None
    found = _trend(place)
    with_sides = [r for r in found if r.sides]
    if not with_sides:
        return None
    outcome = with_sides[-1].outcome
    axis = outcome_axis(outcome)
    happened = _events(place, found)
    cuts = cuts_at(happened, [float(years.start_of(r.academic_year)) for r in found])
    reasons = [e.sentence for e in happened if e.kind is not EventKind.NO_FIGURE]
    other = {r.academic_year for r in with_sides if r.outcome != outcome}
    names = [s.name for s in with_sides[-1].sides or ()]
    found_lines = []
    for side, colour in ((0, FOCUS), (1, _COMPARATOR)):
        points = []
        for r in found:
            x = float(years.start_of(r.academic_year))
            one = r.sides[side] if r.sides and r.academic_year not in other else None
            if one is None or one.value is None:
                points.append(Point(x, None, None, None, ""))
            else:
                says = f"{one.name}, {r.academic_year}<br><b>{words.side(r, side)}</b><br>{words.counted(place.kpi, r)}"
                points.append(Point(x, one.value, one.lower, one.upper, says))
        national = side == 1 and names[side].endswith("nationally")
        found_lines.append(
            Line(
                names[side],
                points,
                "#000000" if national else colour,
                dashed=national,
                cut=cuts,
                hollow=side == 1,
            )
        )
    ticks = [(float(years.start_of(r.academic_year)), _short(r.academic_year, len(found))) for r in found]
    gaps = [float(years.start_of(r.academic_year)) for r in found if r.value is None]
    unit = MEASURES[outcome].unit
    figure = lines(found_lines, axis, ticks, suffix(unit), gaps=gaps, shade=True, zero=axis.low < 0 < axis.high)
    _mark(figure, happened, ticks)
    said = along.sentences(happened)
    rows = tuple(
        (r.academic_year, words.side(r, 0), words.side(r, 1), words.figure(r), words.counted(place.kpi, r),
         " ".join(part for part in (r.withheld.reason if r.withheld else "", said.get(r.academic_year, "")) if part))
        for r in found
    )  # fmt: skip
    left_out = (f"Taken on another outcome and not drawn: {', '.join(sorted(other))}.",) if other else ()
    return Picture(
        title=words.outcome(outcome),
        subtitle="both sides, the gap shaded",
        alt=place.result.sentence,
        figure=figure,
        header=("Year", names[0], names[1], "Gap, points", "n", "Note"),
        rows=rows,
        notes=(*reasons, *why_missing(place.kpi, found), *left_out, *words.restricted(with_sides)),
    )


def _trend(place: Place) -> list[Result]:
    choice = place.choice
    return place.context.ask.trend(place.kpi.id, choice.academy, place.within, choice.among)


def _events(place: Place, found: Sequence[Result]) -> tuple[Event, ...]:
    return place.context.ask.view.events(place.kpi.id, place.choice.academy, found)


def _mark(figure: Figure, happened: Sequence[Event], ticks: Sequence[tuple[float, str]]) -> None:
    """Put the events on a chart: a dotted line where no line crosses, and the labels above it."""
    labels = along.marks(happened, ticks[0][0], ticks[-1][0])
    layout = figure["layout"]
    layout["shapes"] += [_rule(x) for x in along.rules(happened)]
    layout["annotations"] += along.labels(labels)
    room = along.headroom(labels)
    layout["margin"] = {**layout["margin"], "t": layout["margin"]["t"] + room}
    layout["height"] += room


def _rule(x: float) -> Figure:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": NEAR, "width": 1.2, "dash": "dot"},
        "layer": "below",
    }


def _band(place: Place, axis: Axis) -> tuple[float, float] | None:
    """The target's two ends, where it has two and the axis draws the value itself."""
    if axis.complement or isinstance(place.kpi.answer, Gap):
        return None
    return place.context.ask.judged_by(place.kpi.id, place.choice.academy, place.year).band


def _shade(figure: Figure, band: tuple[float, float]) -> None:
    """The target's band behind the lines, with its name beside it."""
    low, high = band
    figure["layout"]["shapes"].insert(
        0,
        {
            "type": "rect",
            "x0": 0,
            "x1": 1,
            "xref": "paper",
            "y0": low,
            "y1": high,
            "fillcolor": "#E3ECF4",
            "line": {"width": 0},
            "layer": "below",
        },
    )
    label = note(1.0, (low + high) / 2, f"Target {low:g} to {high:g}", QUIET, x_of="paper", shift=6)
    figure["layout"]["annotations"].append(label)


def _noted(cells: tuple[str, ...], said: str) -> tuple[str, ...]:
    """A row of the table with a sentence in its note."""
    return (*cells[:-1], " ".join(part for part in (cells[-1], said) if part))


def _has(kind: str, place: Place) -> bool:
    if kind not in place.kpi.drill:
        return False
    return kind in place.context.ask.drills(place.kpi.id, place.choice.academy, place.year, place.within)


def _nowhere(result: Result) -> Point:
    return Point(float(years.start_of(result.academic_year)), None, None, None, "")


def _point(place: Place, result: Result, only: str) -> Point:
    """The result's point, if it is of the series asked for."""
    axis = place.axis
    if result.value is None or result.series != only:
        return _nowhere(result)
    so_far = " so far" if result.period == "YTD" else ""
    return Point(
        float(years.start_of(result.academic_year)),
        drawn(axis, result.value) if not beyond_axis(axis, result.value) else None,
        drawn(axis, result.lower),
        drawn(axis, result.upper),
        hover(result.academic_year + so_far, place, result),
    )


def _england(result: Result, axis: Axis) -> Point:
    x = float(years.start_of(result.academic_year))
    y = drawn(axis, result.benchmark)
    text = "" if result.benchmark is None else words.in_unit(result, result.benchmark)
    return Point(x, y, None, None, f"{result.benchmark_label}, {result.academic_year}<br><b>{text}</b>")


def _short(year: str, count: int) -> str:
    return year if count <= 8 else f"{year[2:4]}/{year[-2:]}"


KINDS = (
    Kind("years", "Over the years", lambda _: True, over_years),
    Kind("sides", "Both sides", lambda place: words.is_gap(place.kpi), both_sides),
    Kind("weeks", "By week", partial(_has, "week"), partial(over_periods, "week")),
    Kind("months", "By month", partial(_has, "month"), partial(over_periods, "month")),
    Kind("terms", "By term", partial(_has, "term"), partial(over_periods, "term")),
)
"""What can be drawn over time."""
