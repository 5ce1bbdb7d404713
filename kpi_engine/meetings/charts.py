"""The charts of a meeting: a row for each academy, or a line over the academic years."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kpi_engine import telling, wording, years
from kpi_engine.answers import Result
from kpi_engine.engine.events import EventKind, cuts
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.meetings.document import Chart, ChartKind, Mark, MarkKind, Point, Tone
from kpi_engine.meetings.figures import Course, Named, asked_of, england_words, figure, inapplicable, number_of, tone

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
INTERVALS = "The bars are 95 % intervals."


def rows(kpi: Kpi, title: str, found: Sequence[Named], reach: tuple[float, float]) -> Chart | None:
    """A dot for each academy with its interval, England's mark and the target's; None where no academy has a figure.

    Academies that the KPI does not apply to are named in a note; one without a figure keeps its place.
    """
    asked = [each for each in found if not inapplicable(each.result)]
    known = [each.result for each in asked if each.result.value is not None]
    if not known:
        return None
    yardsticks = {england_words(r) for r in known if r.benchmark is not None}
    apart = len(yardsticks) > 1
    points = tuple(_row(kpi, each, apart) for each in asked)
    marks = (*([] if apart else _england_mark(known)), *_target_marks(kpi, asked))
    limits = any(r.lower is not None for r in known)
    notes = [INTERVALS if limits else ""]
    if apart:
        notes.append("The dashed mark in a row is England’s figure for schools of that phase.")
    left_out = [each.name for each in found if inapplicable(each.result)]
    if left_out:
        notes.append(f"Not applicable to {', '.join(left_out)}.")
    notes += _own_targets(asked)
    return Chart(
        ChartKind.ROWS,
        title,
        _told(title, points, marks),
        *reach,
        known[0].decimals,
        *_affixes(known[0]),
        points,
        marks,
        tuple(note for note in notes if note),
    )


def course(kpi: Kpi, title: str, along: Course, reach: tuple[float, float]) -> Chart | None:
    """A line over the academic years with England's beside it; None where no year has a figure.

    No line crosses a break, another source, the day of joining, or a year that is not over.
    """
    known = [r for r in along.found if r.value is not None]
    if not known:
        return None
    points = _points(kpi, along)
    last = known[-1]
    line = last.target_value
    marks: tuple[Mark, ...] = ()
    if along.named.judged.band is not None:
        marks = _band(last, along.named.judged.band)
    elif line is not None and not isinstance(kpi.answer, Gap):
        marks = (Mark(MarkKind.TARGET, line, f"Target {_line(last, line)}"),)
    said = [event.sentence for event in along.happened if event.kind is not EventKind.NO_FIGURE]
    return Chart(
        ChartKind.YEARS,
        title,
        _told(title, points, marks),
        *reach,
        last.decimals,
        *_affixes(last),
        points,
        marks,
        (*said, *telling.why_missing(kpi, along.found)),
    )


def before(kpi: Kpi, course: Course) -> str:
    """The year before's figure in words, where it may be held beside this one's; else nothing."""
    result = course.named.result
    if result.value is None or result.period == "YTD":
        return ""
    by_year = {point.label: point for point in _points(kpi, course)}
    own, earlier = by_year.get(result.academic_year), years.shift(result.academic_year, -1)
    was = by_year.get(earlier)
    if own is None or own.apart or was is None or was.value is None:
        return ""
    return f"{was.shown} in {earlier}"


def reach(kpi: Kpi, found: Sequence[Result]) -> tuple[float, float]:
    """The axis of an item: the KPI's own, made longer where a figure or a target lies beyond it.

    It is one for all academies, so that going from one to another never rescales. Where the KPI's own axis is that of
    what is missed, it is turned round.
    """
    axis = kpi.axis
    low, high = (100 - axis.high, 100 - axis.low) if axis.complement else (axis.low, axis.high)
    target = not isinstance(kpi.answer, Gap)
    numbers = [
        n
        for r in found
        if r.value is not None
        for n in (r.value, r.benchmark, r.target_value if target else None)
        if n is not None
    ]
    step = _step(high - low)
    if numbers and min(numbers) < low:
        low = math.floor(min(numbers) / step) * step
    if numbers and max(numbers) > high:
        high = math.ceil(max(numbers) / step) * step
    return low, high


def _step(span: float) -> float:
    """A round tenth of an axis."""
    size = 10.0 ** math.floor(math.log10(span / 10))
    return next(size * step for step in _STEPS if size * step >= span / 10 - 1e-9)


def _row(kpi: Kpi, named: Named, apart: bool) -> Point:
    result, d = named.result, named.result.decimals
    return Point(
        named.name,
        number_of(result.value, d),
        number_of(result.lower, d),
        number_of(result.upper, d),
        number_of(result.benchmark, d) if apart else None,
        figure(kpi, result),
        tone(result),
        named.key,
    )


def _points(kpi: Kpi, along: Course) -> tuple[Point, ...]:
    cut = cuts(along.happened, [float(years.start_of(r.academic_year)) for r in along.found])
    made: list[Point] = []
    was: Result | None = None
    broken = False
    for result in along.found:
        broken = broken or float(years.start_of(result.academic_year)) in cut
        if result.value is None:
            was, joined = None, False
        else:
            joined = was is not None and not broken and (was.series, was.period) == (result.series, result.period)
            was, broken = result, False
        d = result.decimals
        so_far = " so far" if result.period == "YTD" and result.value is not None else ""
        made.append(
            Point(
                f"{result.academic_year}{so_far}",
                number_of(result.value, d),
                number_of(result.lower, d),
                number_of(result.upper, d),
                number_of(result.benchmark, d),
                figure(kpi, result),
                Tone.PLAIN,
                along.named.key,
                apart=bool(made) and not joined,
            )
        )
    return tuple(made)


def _england_mark(known: Sequence[Result]) -> tuple[Mark, ...]:
    first = next((r for r in known if r.benchmark is not None), None)
    if first is None:
        return ()
    return (Mark(MarkKind.ENGLAND, number_of(first.benchmark, first.decimals) or 0.0, england_words(first)),)


def _target_marks(kpi: Kpi, asked: Sequence[Named]) -> tuple[Mark, ...]:
    """The target that most have, where it is one line or one band."""
    known = [each for each in asked if each.result.value is not None and each.judged.asked == _common(asked)]
    if not known or isinstance(kpi.answer, Gap):
        return ()
    bands = {each.judged.band for each in known}
    lines = {each.result.target_value for each in known}
    band = next(iter(bands)) if len(bands) == 1 else None
    if band is not None:
        return _band(known[0].result, band)
    line = next(iter(lines)) if len(lines) == 1 else None
    if line is None or bands != {None}:
        return ()
    return (Mark(MarkKind.TARGET, line, f"Target {_line(known[0].result, line)}"),)


def _band(like: Result, band: tuple[float, float]) -> tuple[Mark, ...]:
    low, high = band
    return (
        Mark(MarkKind.TARGET, low, f"Target from {_line(like, low)}"),
        Mark(MarkKind.TARGET, high, f"to {_line(like, high)}"),
    )


def _line(like: Result, value: float) -> str:
    """A target with the decimals that it was set with."""
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return wording.shown(value, like.unit, decimals)


def _common(asked: Sequence[Named]) -> str:
    """The target that most of these have, in words."""
    said = [each.judged.asked for each in asked]
    return max(dict.fromkeys(said), key=said.count)


def _own_targets(asked: Sequence[Named]) -> list[str]:
    """Whose target is another than most have, each in a sentence of its own."""
    common = _common(asked)
    return [
        f"The target for {each.name} is its own: {asked_of(each)}." for each in asked if each.judged.asked != common
    ]


def _affixes(like: Result) -> tuple[str, str]:
    """What stands before and after the numbers of an axis."""
    suffix = telling.suffix(like.unit)
    return ("£", "") if suffix == "£" else ("", suffix)


def _told(title: str, points: Sequence[Point], marks: Sequence[Mark]) -> str:
    """A chart for somebody who does not see it."""
    listed = "; ".join(f"{point.label} {point.shown}" for point in points)
    lines = "".join(f" {mark.words}." for mark in marks)
    return f"{title}. {listed}.{lines}"
