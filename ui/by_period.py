"""One year by week, month or term, against England, with the limits of chance where the series carries them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kpi_engine.answers import Result
from kpi_engine.engine.frequent import Frequent
from kpi_engine.kpi import Axis, Single
from kpi_engine.model import WithheldKind
from kpi_engine.narrative import value_words
from kpi_engine.telling import drawn, suffix
from ui import words
from ui.charts import Line, lines
from ui.figure import RANGE, Figure, Point, note
from ui.picture import Picture, heads, hover, row
from ui.place import Place
from ui.theme import FOCUS, MISSED, QUIET

_TERMS = ("Autumn", "Spring", "Summer")
_WHEELER = "individuals chart, Wheeler 2000"


def over_periods(kind: str, place: Place) -> Picture | None:
    """One year by week, month or term."""
    choice = place.choice
    found = place.context.ask.breakdown(place.kpi.id, kind, choice.academy, place.year, place.within, choice.among)
    values = [(dict(r.breakdown)[kind], r) for r in found]
    if not values:
        return None
    axis = place.axis
    at = {value: _position(kind, value) for value, _ in values}
    points, cuts, previous = [], set(), None
    for value, r in values:
        x = at[value]
        if previous is not None and x - previous > 1:
            cuts.add(x)
        previous = x
        if r.value is not None:
            go = f"in={kind}:{value}"
            ends = drawn(axis, r.lower), drawn(axis, r.upper)
            points.append(Point(x, drawn(axis, r.value), *ends, hover(value_words(kind, value), place, r), go))
        else:
            points.append(Point(x, None, None, None, ""))
    name = place.context.scope_name if not place.whole or choice.phase else "The trust"
    drawn_lines = [Line(name, points, FOCUS, cut=frozenset(cuts))]
    england = [_england(at[value], r, axis) for value, r in values]
    if any(p.y is not None for p in england):
        drawn_lines.append(Line("England", england, "#000000", dashed=True, cut=frozenset(cuts)))
    ticks = [(at[value], _tick(kind, value)) for value, _ in values]
    every = max(1, len(ticks) // 10)
    figure = lines(
        drawn_lines, axis, [t for i, t in enumerate(ticks) if i % every == 0 or i == len(ticks) - 1],
        suffix(values[0][1].unit), zero=axis.low < 0 < axis.high,
    )  # fmt: skip
    frequent = _frequent(kind, place)
    outside = _limits(figure, frequent, place, axis, at, values)
    named = dict.fromkeys(outside, "Outside the limits of chance.")
    return Picture(
        title=words.axis_words(place.kpi),
        subtitle=f"by {kind}, {place.year}",
        alt=place.result.sentence,
        figure=figure,
        header=heads(words.dimension(kind), place),
        rows=tuple(_noted(row(words.value(kind, v), place, r), named.get(v, "")) for v, r in values),
        notes=(
            *_told(kind, frequent, outside),
            *(("The line is broken where weeks without school lie between.",) if kind == "week" and cuts else ()),
            *_no_england(kind, values),
            *_hidden(kind, values),
            *words.restricted([r for _, r in values]),
        ),
    )


def _frequent(kind: str, place: Place) -> Frequent | None:
    """The limits of the whole series; none for a KPI that is no single measure."""
    if not isinstance(place.kpi.answer, Single):
        return None
    choice = place.choice
    return place.context.ask.limits(place.kpi.id, kind, choice.academy, place.within, choice.among)


def _limits(
    figure: Figure,
    frequent: Frequent | None,
    place: Place,
    axis: Axis,
    at: dict[str, float],
    values: Sequence[tuple[str, Result]],
) -> tuple[str, ...]:
    """Draw the limits, and a ring round each point outside them; those points' periods come back."""
    if frequent is None or frequent.limits is None:
        return ()
    shown = [
        (v, r) for v, r in values if r.value is not None and (r.benchmark is not None or not frequent.against_england)
    ]
    for limit in (frequent.limits.lower, frequent.limits.upper):
        ends = [
            (at[v], drawn(axis, (r.benchmark or 0.0 if frequent.against_england else 0.0) + limit)) for v, r in shown
        ]
        inside = [(x, y) for x, y in ends if y is not None and axis.low <= y <= axis.high]
        if len(inside) < 2:
            continue
        figure["data"].append(_edge(inside))
        if limit == max(frequent.limits.upper, frequent.limits.lower, key=lambda each: drawn(axis, each) or each):
            figure["layout"]["annotations"].append(_label(inside, axis, shown[0][1], shown[-1][1]))
    beyond = {(frequent.years[i], frequent.periods[i]) for i in frequent.limits.outside}
    outside = tuple(v for v, _ in values if (place.year, v) in beyond)
    rings = [(at[v], drawn(axis, r.value)) for v, r in values if v in outside and r.value is not None]
    if rings:
        figure["data"].append(_rings([(x, y) for x, y in rings if y is not None]))
    return outside


def _label(limit: Sequence[tuple[float, float]], axis: Axis, first: Result, last: Result) -> Figure:
    """The limit's name over that end of it from which the series is farther away, clear of the series' own name."""
    ends = (limit[0], first), (limit[-1], last)
    away = [abs((drawn(axis, r.value) or 0.0) - y) for (_, y), r in ends]
    (x, y), _ = ends[0] if away[0] >= away[1] else ends[1]
    label = note(x, y, "limits of chance", QUIET)
    side = "left" if away[0] >= away[1] else "right"
    return {**label, "xanchor": side, "yshift": 10, "font": {"size": 12, "color": QUIET}}


def _edge(points: Sequence[tuple[float, float]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "line": {"color": RANGE, "width": 1.2, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _rings(points: Sequence[tuple[float, float]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "marker": {"size": 17, "symbol": "circle-open", "color": MISSED, "line": {"color": MISSED, "width": 2}},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _told(kind: str, frequent: Frequent | None, outside: Sequence[str]) -> tuple[str, ...]:
    """What the limits say of this year, or why there are none."""
    if frequent is None or not frequent.values:
        return ()
    if frequent.limits is None:
        return (f"No limits of chance: {frequent.why}",)
    count = len(frequent.values)
    of = f"of the difference from England over {count} {kind}s" if frequent.against_england else f"over {count} {kind}s"
    if outside:
        named = ", ".join(_named(kind, v) for v in outside[:6])
        rest = f" and {len(outside) - 6} more" if len(outside) > 6 else ""
        lies = "lies" if len(outside) == 1 else "lie"
        said = (
            f"Ringed: {named}{rest} {lies} outside the limits {of} ({_WHEELER}), more than chance alone usually brings."
        )
    else:
        said = f"No {kind} of this year lies outside the limits {of} ({_WHEELER})."
    why = frequent.why or ("" if frequent.against_england else "Season alone can put points outside.")
    return (said, *((why,) if why else ()))


def _no_england(kind: str, values: Sequence[tuple[str, Result]]) -> tuple[str, ...]:
    """That England has no figure by week, where it has one for the year as a whole that could be missed here."""
    known = [r for _, r in values if r.value is not None]
    if kind == "week" and known and all(r.benchmark is None for r in known):
        return ("No weekly figure of England’s is loaded, so these weeks stand by themselves.",)
    return ()


def _noted(cells: tuple[str, ...], said: str) -> tuple[str, ...]:
    """A row of the table with a sentence in its note."""
    return (*cells[:-1], " ".join(part for part in (cells[-1], said) if part))


def _england(x: float, result: Result, axis: Axis) -> Point:
    text = "" if result.benchmark is None else words.in_unit(result, result.benchmark)
    said = f"{result.benchmark_label}, {result.academic_year}<br><b>{text}</b>"
    return Point(x, drawn(axis, result.benchmark), None, None, said)


def _hidden(kind: str, values: Sequence[tuple[str, Result]]) -> tuple[str, ...]:
    """The reason where periods have no figure since too few people are behind it, said once for all of them."""
    notes: dict[str, list[str]] = {}
    for value, r in values:
        if r.withheld is not None and r.withheld.kind is WithheldKind.HIDDEN:
            notes.setdefault(r.withheld.reason.rstrip("."), []).append(value_words(kind, value))
    return tuple(f"{', '.join(span)}: {reason}." for reason, span in notes.items())


def _position(kind: str, value: str) -> float:
    if kind == "week":
        return float(_monday(value).toordinal() // 7)
    if kind == "month":
        return float(int(value[:4]) * 12 + int(value[5:7]))
    return float(_TERMS.index(value))


def _monday(week: str) -> dt.date:
    return dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def _named(kind: str, value: str) -> str:
    """A period as its tick names it: a week by its Monday."""
    return f"the week of {_tick(kind, value)}" if kind == "week" else value_words(kind, value)


def _tick(kind: str, value: str) -> str:
    if kind == "week":
        return f"{_monday(value).day} {_monday(value):%b}"
    if kind == "month":
        return dt.date(int(value[:4]), int(value[5:7]), 1).strftime("%b")
    return value
