"""What a meeting shows of a result: the figure in words and numbers, charts of rows and of years, tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kpi_engine import telling, wording, years
from kpi_engine.answers import Result, TargetStatus
from kpi_engine.engine.events import Event, EventKind, cuts
from kpi_engine.engine.judged_by import JudgedBy
from kpi_engine.export.rows import covered, rounded
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.meetings.document import Chart, ChartKind, Chip, Mark, MarkKind, Point, Shown, Table, Tone
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.wording import inside, number

_SIGNS: Mapping[str, str] = {
    "met": "✓",
    "near": "◐",
    "missed": "✕",
    "above": "▲",
    "below": "▼",
    "level": "≈",
    "up": "↗",
    "down": "↘",
    "large": "●",
    "small": "○",
    "none": "–",
}
_TONES: Mapping[str, Tone] = {
    "met": Tone.GOOD,
    "good": Tone.GOOD,
    "near": Tone.NEAR,
    "missed": Tone.BAD,
    "bad": Tone.BAD,
}
_TARGETS: Mapping[TargetStatus, Tone] = {
    TargetStatus.MET: Tone.GOOD,
    TargetStatus.NEAR: Tone.NEAR,
    TargetStatus.MISSED: Tone.BAD,
    TargetStatus.NONE: Tone.PLAIN,
}
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
INTERVALS = "The bars are 95 % intervals."


class Named(NamedTuple):
    """A result with its key and name in the document, and the target that holds for it."""

    key: str
    name: str
    result: Result
    judged: JudgedBy


class Course(NamedTuple):
    """A result's years: the results from the first year that something was loaded for, and what happened along them."""

    named: Named
    found: Sequence[Result]
    happened: Sequence[Event]


# Words


def inapplicable(result: Result) -> bool:
    """Whether the KPI does not apply there at all."""
    return result.withheld is not None and result.withheld.kind is WithheldKind.NOT_APPLICABLE


def figure(kpi: Kpi, result: Result) -> str:
    """The value with its unit, or the special answer; a gap in points."""
    said = telling.figure(result)
    return f"{said} points" if isinstance(kpi.answer, Gap) and result.value is not None else said


def england(label: str) -> str:
    """England's label as it stands at a mark: ``England, secondary`` for England's secondary schools."""
    if label.startswith("England's ") and label.endswith(" schools"):
        phase = label.removeprefix("England's ").removesuffix(" schools")
        return f"England, {phase}"
    return label[:1].upper() + label[1:]


def number_of(value: float | None, decimals: int) -> float | None:
    """A number as it is shown, with as many decimals, so that what is frozen says no more than the screen does."""
    found = rounded(value, decimals)
    return None if found is None else found.value


def chips(kpi: Kpi, result: Result) -> tuple[Chip, ...]:
    """The four answers; none where there is no figure."""
    if result.withheld is not None:
        return ()
    made = []
    for asked, name, words, reason in telling.answers(kpi, result):
        sign, _, tone = name.partition(" ")
        if asked == "Target" and result.distance is not None:
            reason = f"{reason} {result.distance.sentence}"
        made.append(Chip(_SIGNS[sign], words, _TONES.get(tone or sign, Tone.PLAIN), reason))
    return tuple(made)


def tone(result: Result) -> Tone:
    """How a result's point is coloured: by its target."""
    return Tone.PLAIN if result.withheld is not None else _TARGETS[TargetStatus(result.target.status)]


def shown(kpi: Kpi, named: Named, before: str = "") -> Shown:
    """The figure as a slide shows it. ``before`` is the year before's in words."""
    result = named.result
    there = result.withheld is None
    target = result.target_value if there and not isinstance(kpi.answer, Gap) else None
    return Shown(
        key=named.key,
        name=named.name,
        year=result.academic_year,
        shown=figure(kpi, result),
        value=number_of(result.value, result.decimals),
        unit=str(result.unit),
        decimals=result.decimals,
        lower=number_of(result.lower, result.decimals),
        upper=number_of(result.upper, result.decimals),
        benchmark=number_of(result.benchmark, result.decimals),
        benchmark_words="" if result.benchmark is None else _england_words(result),
        target_value=target,
        target_words=_first_large(named.judged.asked),
        counted=(telling.counted(kpi, result) or telling.UNCOUNTED) if there else "",
        before=before,
        coverage=covered(result.academy == TRUST, result.coverage) if there else "",
        sentence=result.sentence,
        reason="" if result.withheld is None else result.withheld.reason,
        chips=chips(kpi, result),
        notes=_notes(result) if there else (),
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


def _notes(result: Result) -> tuple[str, ...]:
    said = list(result.notes)
    detail = (result.detail or "").rstrip(".")
    if detail and detail[1:].lower() not in result.sentence.lower():
        said.insert(0, f"{_first_large(detail)}.")
    return tuple(said)


def _england_words(result: Result) -> str:
    return f"{england(result.benchmark_label)} {telling.in_unit(result, result.benchmark or 0.0)}"


def _first_large(said: str) -> str:
    return said[:1].upper() + said[1:]


# Charts


def rows(kpi: Kpi, title: str, found: Sequence[Named], reach: tuple[float, float]) -> Chart | None:
    """A dot for each academy with its interval, England's mark and the target's; None where no academy has a figure.

    Academies that the KPI does not apply to are named in a note; one without a figure keeps its place.
    """
    asked = [each for each in found if not inapplicable(each.result)]
    known = [each.result for each in asked if each.result.value is not None]
    if not known:
        return None
    yardsticks = {_england_words(r) for r in known if r.benchmark is not None}
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


def reach(kpi: Kpi, found: Sequence[Result]) -> tuple[float, float]:
    """The axis of an item: the KPI's own, made longer where a figure or a target lies beyond it.

    It is one for all academies, so that going from one to another never rescales. Where the KPI's own axis is that of
    what is missed, it is turned round.
    """
    axis = kpi.axis
    low, high = (100 - axis.high, 100 - axis.low) if axis.complement else (axis.low, axis.high)
    numbers = [n for r in found for n in (r.value, r.benchmark) if n is not None and r.value is not None]
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
    return (Mark(MarkKind.ENGLAND, number_of(first.benchmark, first.decimals) or 0.0, _england_words(first)),)


def _target_marks(kpi: Kpi, asked: Sequence[Named]) -> tuple[Mark, ...]:
    """The target, where it is one line or one band for all."""
    known = [each for each in asked if each.result.value is not None]
    if isinstance(kpi.answer, Gap):
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


def _own_targets(asked: Sequence[Named]) -> list[str]:
    """Whose target is another than most have, each in a sentence of its own."""
    said = [each.judged.asked for each in asked]
    common = max(dict.fromkeys(said), key=said.count)
    return [f"The target for {each.name}: {each.judged.asked}." for each in asked if each.judged.asked != common]


def _affixes(like: Result) -> tuple[str, str]:
    """What stands before and after the numbers of an axis."""
    suffix = telling.suffix(like.unit)
    return ("£", "") if suffix == "£" else ("", suffix)


def _told(title: str, points: Sequence[Point], marks: Sequence[Mark]) -> str:
    """A chart for somebody who does not see it."""
    listed = "; ".join(f"{point.label} {point.shown}" for point in points)
    lines = "".join(f" {mark.words}." for mark in marks)
    return f"{title}. {listed}.{lines}"


# Tables


def table(kpi: Kpi, title: str, first: str, found: Sequence[Named]) -> Table:
    """A row for each of these, with the columns that have anything in them. ``first`` heads the names."""
    head = (first, _value_head(kpi), _people_head(kpi), "95 % interval", "England", "Target", "Note")
    rows = [
        (
            each.name,
            figure(kpi, each.result),
            telling.counted(kpi, each.result) if each.result.value is not None else "",
            telling.interval(each.result),
            "" if each.result.benchmark is None else telling.in_unit(each.result, each.result.benchmark),
            telling.status(each.result)[1] if each.result.value is not None else "",
            "" if each.result.withheld is None else each.result.withheld.reason,
        )
        for each in found
    ]
    return _without_empty(title, head, rows)


def by_year(kpi: Kpi, title: str, found: Sequence[Named]) -> Table:
    """A row for each year."""
    return table(kpi, title, "Year", [each._replace(name=each.result.academic_year) for each in found])


def breakdown(kpi: Kpi, by: str, found: Sequence[Result]) -> Table | None:
    """The parts of a figure by one dimension; None where no part has one."""
    asked = [r for r in found if not inapplicable(r)]
    if not any(r.value is not None for r in asked):
        return None
    head = (telling.dimension(by), _value_head(kpi), _cohort_head(kpi, asked), "England", "Target")
    rows = [
        (
            telling.value(by, dict(r.breakdown)[by]),
            figure(kpi, r),
            telling.cohort(kpi, r) if r.value is not None else "",
            "" if r.benchmark is None else telling.in_unit(r, r.benchmark),
            telling.status(r)[1] if r.withheld is None and telling.status(r)[0] != "none" else "",
        )
        for r in asked
    ]
    return _without_empty(f"By {telling.dimension(by)[:1].lower()}{telling.dimension(by)[1:]}", head, rows)


def _without_empty(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    kept = [i for i in range(len(head)) if i < 2 or any(row[i] for row in rows)]
    return Table(title, tuple(head[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows))


def _value_head(kpi: Kpi) -> str:
    return "Gap" if isinstance(kpi.answer, Gap) else "Value"


def _people_head(kpi: Kpi) -> str:
    return "Counted" if telling.people(kpi) in ("", "Academies") else "n"


def _cohort_head(kpi: Kpi, found: Sequence[Result]) -> str:
    sides = {(r.sides[0].name, r.sides[1].name) for r in found if r.sides}
    if len(sides) == 1 and any(r.sides and r.sides[1].people for r in found):
        group, other = next(iter(sides))
        return f"{group} / {inside(other)}"
    return telling.people(kpi) or "n"


def counted_in_words(count: int) -> str:
    """A count up to twelve as a word, a larger one in digits."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else number(count, 0)
