"""Pictures over time: the academic years, the weeks or months of one year, both sides of a gap."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from kpi_engine import years
from kpi_engine.answers import DirectionStatus, Result
from kpi_engine.kpi import Axis, Gap
from kpi_engine.measures import MEASURES
from kpi_engine.model import Break, WithheldKind
from kpi_engine.narrative import value_words
from ui import words
from ui.charts import Line, lines
from ui.figure import Point, beyond_axis, drawn, outcome_axis
from ui.picture import Kind, Picture, heads, hover, row, series_words, suffix
from ui.place import Place
from ui.theme import FOCUS

_EARLIER = "#6F8CA8"
_COMPARATOR = "#5F6368"
_TERMS = ("Autumn", "Spring", "Summer")


def over_years(place: Place) -> Picture | None:
    """The KPI over all academic years, with England beside it; no line crosses a break or a year without a figure."""
    every = _trend(place)
    found = _since_loaded(every)
    if not found:
        return None
    kpi = place.kpi
    axis = place.axis
    cuts, reasons = _cuts(place, found)
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
        drawn_lines.append(Line(label, whole, colour, cut=frozenset(cuts), hollow=not latest))
        if unfinished:
            drawn_lines.append(Line(f"{name},<br>the year so far", so_far, colour, hollow=True))
    england = [_england(r, axis) for r in found]
    if any(p.y is not None for p in england):
        drawn_lines.append(Line("England", england, "#000000", dashed=True, cut=frozenset(cuts)))
    last = found[-1]
    target = None
    if last.target_value is not None and not isinstance(kpi.answer, Gap):
        at = drawn(axis, last.target_value)
        target = (at, f"Target {words.on_axis(kpi, last, last.target_value)}") if at is not None else None
    ticks = [(float(years.start_of(r.academic_year)), _short(r.academic_year, len(found))) for r in found]
    gaps = [float(years.start_of(r.academic_year)) for r in found if r.value is None]
    off = [f"{r.academic_year} {words.figure(r)}" for r in found if beyond_axis(axis, r.value)]
    reasons += [f"Beyond this axis, which is the same for every academy: {', '.join(off)}."] if off else []
    figure = lines(
        drawn_lines, axis, ticks, suffix(last.unit), target=target, gaps=gaps, cuts=cuts,
        zero=axis.low < 0 < axis.high, starts=starts,
    )  # fmt: skip
    return Picture(
        title=words.axis_words(kpi),
        subtitle="the gap in points, over the academic years" if words.is_gap(kpi) else "over the academic years",
        alt=place.result.sentence,
        figure=figure if len(off) < sum(1 for r in found if r.value is not None) else None,
        header=heads("Year", place),
        rows=tuple(row(r.academic_year, place, r) for r in every),
        notes=(*reasons, *_why_missing(place, found), *words.restricted(found)),
        thin=sum(1 for r in found if r.value is not None) < 2,
    )


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
    england = [_england(r, axis)._replace(x=at[value]) for value, r in values]
    if any(p.y is not None for p in england):
        drawn_lines.append(Line("England", england, "#000000", dashed=True, cut=frozenset(cuts)))
    ticks = [(at[value], _tick(kind, value)) for value, _ in values]
    every = max(1, len(ticks) // 10)
    figure = lines(
        drawn_lines, axis, [t for i, t in enumerate(ticks) if i % every == 0 or i == len(ticks) - 1],
        suffix(values[0][1].unit), zero=axis.low < 0 < axis.high,
    )  # fmt: skip
    return Picture(
        title=words.axis_words(place.kpi),
        subtitle=f"by {kind}, {place.year}",
        alt=place.result.sentence,
        figure=figure,
        header=heads(words.dimension(kind), place),
        rows=tuple(row(words.value(kind, v), place, r) for v, r in values),
        notes=(
            *(("The line is broken where weeks without school lie between.",) if kind == "week" and cuts else ()),
            *_hidden(kind, values),
            *words.restricted([r for _, r in values]),
        ),
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
    cuts, reasons = _cuts(place, found)
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
                cut=frozenset(cuts),
                hollow=side == 1,
            )
        )
    ticks = [(float(years.start_of(r.academic_year)), _short(r.academic_year, len(found))) for r in found]
    gaps = [float(years.start_of(r.academic_year)) for r in found if r.value is None]
    unit = MEASURES[outcome].unit
    figure = lines(
        found_lines, axis, ticks, suffix(unit), gaps=gaps, cuts=cuts, shade=True, zero=axis.low < 0 < axis.high
    )
    rows = tuple(
        (r.academic_year, words.side(r, 0), words.side(r, 1), words.figure(r), words.counted(place.kpi, r),
         r.withheld.reason if r.withheld else "")
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
        notes=(*reasons, *_why_missing(place, found), *left_out, *words.restricted(with_sides)),
    )


def _trend(place: Place) -> list[Result]:
    choice = place.choice
    return place.context.ask.trend(place.kpi.id, choice.academy, place.within, choice.among)


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


def _cuts(place: Place, found: Sequence[Result]) -> tuple[list[float], list[str]]:
    """Where the line must not run on, because another series begins or the series was declared broken, and why."""
    at: list[float] = []
    reasons: list[str] = []
    for before, now in pairwise(found):
        if now.value is None or before.value is None:
            continue
        if now.series != before.series:
            at.append(float(years.start_of(now.academic_year)))
            came = f"{series_words(now.series)}, before that from {series_words(before.series)}"
            reasons.append(f"From {now.academic_year} the figures come from {came}: two series, not one line.")
            continue
        if now.direction.status is not DirectionStatus.NONE:
            continue
        declared = [b for b in _breaks(place, now) if b.year == now.academic_year]
        if declared:
            at.append(float(years.start_of(now.academic_year)))
            reasons.append(f"Break before {now.academic_year}: {declared[0].reason}.")
    return at, reasons


def _breaks(place: Place, result: Result) -> tuple[Break, ...]:
    measure = result.outcome or place.kpi.measures[0]
    return MEASURES[measure].breaks


def _since_loaded(every: list[Result]) -> list[Result]:
    """The years from the first that has a figure on, leaving out those before it that nothing was loaded for."""
    first = next((i for i, r in enumerate(every) if r.value is not None), len(every))
    while first and (why := every[first - 1].withheld) is not None and why.kind is not WithheldKind.NO_DATA:
        first -= 1
    return every[first:] if any(r.value is not None for r in every) else []


def _why_missing(place: Place, found: Sequence[Result]) -> tuple[str, ...]:
    """The reason for each year without a figure, said once where several years share it."""
    notes: dict[str, list[str]] = {}
    for r in found:
        if r.withheld is not None:
            reason = re.sub(rf"(,| in| for) {r.academic_year}", "", r.withheld.reason.rstrip("."))
            for name in place.kpi.measures:
                reason = reason.replace(MEASURES[name].title, words.outcome(name))
            notes.setdefault(reason, []).append(r.academic_year)
    return tuple(f"{', '.join(span)}: {reason}." for reason, span in notes.items())


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


def _tick(kind: str, value: str) -> str:
    if kind == "week":
        return f"{_monday(value).day} {_monday(value):%b}"
    if kind == "month":
        return dt.date(int(value[:4]), int(value[5:7]), 1).strftime("%b")
    return value


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
