"""Results in the words that screens, files and frozen meetings share, so that a figure reads the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from kpi_engine.answers import BenchmarkStatus, Cell, CertaintyStatus, DirectionStatus, Result, TargetStatus
from kpi_engine.kpi import Axis, Gap, Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Polarity, Spread, Unit, Withheld, WithheldKind
from kpi_engine.narrative import value_words
from kpi_engine.wording import number, shown

_DIMENSIONS = {
    "academy": "Academy",
    "area": "Judgement area",
    "category": "Governor category",
    "check": "Check",
    "cohort": "Qualification",
    "comparator": "Compared with",
    "department": "Department",
    "disadvantage": "Disadvantage",
    "inspection": "Inspection",
    "key_stage": "Key stage",
    "level": "Level",
    "line": "Budget line",
    "looked_after": "Looked-after",
    "measure": "Outcome",
    "member": "Trustee",
    "month": "Month",
    "reason": "Reason",
    "review": "Review",
    "send": "SEND",
    "sex": "Sex",
    "skill": "Skill",
    "staff_group": "Staff group",
    "term": "Term",
    "week": "Week",
    "year_group": "Year group",
}
UNCOUNTED = "The published file gives this figure without the numbers behind it."
"""What stands in the place of the n where a source names only the figure."""
_TITLE = 40
_TARGET = {
    TargetStatus.MET: ("met", "Met", "Target met"),
    TargetStatus.NEAR: ("near", "Near", "Near the target"),
    TargetStatus.MISSED: ("missed", "Missed", "Target missed"),
    TargetStatus.NONE: ("none", "No target", "No target set"),
}


def dimension(name: str) -> str:
    """A breakdown's name as readers say it."""
    return _DIMENSIONS.get(name, name.replace("_", " ").capitalize())


def value(name: str, found: str) -> str:
    """A breakdown's value at the start of a row: first letter large, the rest as it is."""
    if name == "line" and found.lower() in ("gag", "send"):
        return found.upper()
    text = outcome(found) if name == "measure" and found in MEASURES else value_words(name, found)
    return text[:1].upper() + text[1:]


def special(withheld: Withheld) -> str:
    """A special answer in a word or two: ``Not published``."""
    text = str(withheld.kind)
    return text[:1].upper() + text[1:]


def status(found: Cell | Result) -> tuple[str, str]:
    """The class (which draws the shape) and the word of a result's or cell's target, or its special answer."""
    if found.withheld is not None:
        return "none", special(found.withheld)
    mark, word, _ = _TARGET[TargetStatus(found.target.status)]
    return ("none", "No judgement") if mark == "none" else (mark, word)


def answers(kpi: Kpi, result: Result) -> list[tuple[str, str, str, str]]:
    """The four answers: what is asked, the class of the shape, the word, the reason."""
    name, _, words = _TARGET[TargetStatus(result.target.status)]
    return [
        ("Target", name, words, result.target.reason),
        ("England", *_benchmark(kpi, result), result.versus_benchmark.reason),
        ("Direction", *_direction(result), result.direction.reason),
        ("Certainty", *_certainty(result), result.certainty.reason),
    ]


def figure(result: Result) -> str:
    """The value with its unit, or the special answer."""
    if result.value is None:
        return special(result.withheld) if result.withheld is not None else ""
    return shown(result.value, result.unit, result.decimals)


def in_unit(result: Result, value: float) -> str:
    """Another value of the same measure, with its unit."""
    return shown(value, result.unit, result.decimals)


def counted(kpi: Kpi, result: Result) -> str:
    """The n that stands beside every figure: ``270 of 338 pupils``."""
    if result.sides:
        return " · ".join(f"{s.name}: {_count(s.people)} pupils" for s in result.sides if s.people)
    n, d = result.numerator, result.denominator
    if n is None or d is None:
        return f"{_count(result.people)} people" if result.people else ""
    if not isinstance(kpi.answer, Single):
        return f"{_count(n)} of {_count(d)} {'key stage' if d == 1 else 'key stages'} with a result"
    measure = MEASURES[kpi.answer.measure]
    pounds = "£" if measure.people == "pounds" else ""
    match measure.spread:
        case Spread.PEOPLE:
            # A count worked back from a published percentage is not a whole number of people.
            about = "" if abs(n - round(n)) < 0.05 else "about "
            return f"{about}{number(n, 0)} of {_count(d)} {measure.people}"
        case Spread.OVER_PEOPLE:
            who = f" · {_count(result.people)} {measure.people}" if result.people else ""
            return f"{_count(n)} of {_count(d)} {measure.denominator}{who}"
        case Spread.COUNTED:
            return f"{_count(n)} {measure.numerator} · {_count(d)} {measure.denominator}"
        case Spread.KNOWN_DEVIATION | Spread.WITH_SQUARES:
            return f"{_count(d)} {measure.denominator}"
        case _:
            if measure.people == "academies" and d == 1:
                return "one academy"
            if measure.unit is Unit.POUNDS:
                return f"£{number(n, 0)} {measure.numerator} · {_count(d)} {measure.denominator}"
            if pounds:
                return f"£{number(n, 0)} {measure.numerator} of £{number(d, 0)} {measure.denominator}"
            return f"{_count(n)} of {_count(d)} {measure.denominator}"


def cohort(kpi: Kpi, result: Result) -> str:
    """How many people a row speaks of; nothing where money is counted."""
    if result.sides:
        return " / ".join(_count(s.people) for s in result.sides if s.people)
    return _count(result.people) if result.people and people(kpi) else ""


def people(kpi: Kpi) -> str:
    """Whom or what the KPI's cohorts count, as a column's heading: ``Pupils``, ``Staff``, ``Packs``; "" for money."""
    match kpi.answer:
        case Single(measure):
            counted = MEASURES[measure].people
            return "" if counted in ("pounds", "days") else counted.capitalize()
        case Gap():
            return "Pupils"
        case _:
            return "Stages"


def outcome(measure: str) -> str:
    """An outcome's short name: ``Reading, writing and maths`` without what is counted."""
    return MEASURES[measure].title.split(":")[0]


def on_axis(kpi: Kpi, result: Result, value: float) -> str:
    """A value as the KPI's axis draws it: what is missed rather than what is attended."""
    turned = axis_of(kpi, tuple(dict(result.breakdown))).complement
    shown_as = 100 - round(value, result.decimals) if turned else value
    return in_unit(result, shown_as)


def axis_of(kpi: Kpi, dimensions: Collection[str]) -> Axis:
    """The KPI's axis for a breakdown. By reason it is already absence that is told, so nothing is turned round."""
    return replace(kpi.axis, complement=False) if "reason" in dimensions else kpi.axis


def axis_words(kpi: Kpi) -> str:
    """A chart's title: what is missed where the axis draws that; the short name where the long one is too long."""
    if not kpi.axis.complement:
        return kpi.title if len(kpi.title) <= _TITLE else kpi.short
    return "Half-days missed" if kpi.group == "culture" else "Working days lost"


def side(result: Result, which: int) -> str:
    """One side's value with its unit."""
    if not result.sides or result.sides[which].value is None:
        return ""
    measure = MEASURES[result.outcome]
    return shown(result.sides[which].value or 0.0, measure.unit, measure.decimals)


def is_gap(kpi: Kpi) -> bool:
    """Whether the KPI is a gap between two groups."""
    return isinstance(kpi.answer, Gap)


def drawn(axis: Axis, value: float | None) -> float | None:
    """A value where the axis draws it."""
    if value is None:
        return None
    return 100 - value if axis.complement else value


def beyond_axis(axis: Axis, value: float | None) -> int:
    """Whether a value lies off the axis: 1 past its high end, −1 past its low end, else 0."""
    at = drawn(axis, value)
    return 0 if at is None else (at > axis.high) - (at < axis.low)


def interval(result: Result) -> str:
    """The 95 % interval in words, or nothing where there is none."""
    if result.lower is None or result.upper is None:
        return ""
    return f"{number(result.lower, result.decimals)} to {number(result.upper, result.decimals)}"


def suffix(result_unit: str) -> str:
    """The unit as it stands on an axis."""
    return {"%": " %", "£": "£"}.get(result_unit, "")


def since_loaded(every: list[Result]) -> list[Result]:
    """The years from the first that has a figure on, leaving out those before it that nothing was loaded for."""
    first = next((i for i, r in enumerate(every) if r.value is not None), len(every))
    while first and (why := every[first - 1].withheld) is not None and why.kind is not WithheldKind.NO_DATA:
        first -= 1
    return every[first:] if any(r.value is not None for r in every) else []


def why_missing(kpi: Kpi, found: Sequence[Result]) -> tuple[str, ...]:
    """The reason for each year without a figure, said once where several years share it."""
    notes: dict[str, list[str]] = {}
    for r in found:
        if r.withheld is not None:
            reason = re.sub(rf"(,| in| for) {r.academic_year}", "", r.withheld.reason.rstrip("."))
            for name in kpi.measures:
                reason = reason.replace(MEASURES[name].title, outcome(name))
            notes.setdefault(reason, []).append(r.academic_year)
    return tuple(f"{', '.join(span)}: {reason}." for reason, span in notes.items())


def _benchmark(kpi: Kpi, result: Result) -> tuple[str, str]:
    match result.versus_benchmark.status:
        case BenchmarkStatus.ABOVE:
            bad = kpi.polarity is Polarity.LOWER
            return ("above bad" if bad else "above good", f"Above {_yardstick(result)}")
        case BenchmarkStatus.BELOW:
            bad = kpi.polarity is Polarity.HIGHER
            return ("below bad" if bad else "below good", f"Below {_yardstick(result)}")
        case BenchmarkStatus.NO_DIFFERENCE:
            return ("level", "No clear difference")
        case _:
            return ("none", "England not judged" if result.benchmark is not None else "No national figure")


def _yardstick(result: Result) -> str:
    """What a figure is held against, in a word: England, but where the plan names a figure of its own."""
    return "the plan’s figure" if result.benchmark_label.startswith("the plan") else "England"


def _direction(result: Result) -> tuple[str, str]:
    match result.direction.status:
        case DirectionStatus.IMPROVING:
            return ("up good", "Improving")
        case DirectionStatus.WORSENING:
            return ("down bad", "Worsening")
        case DirectionStatus.NO_CHANGE:
            return ("level", "No clear change")
        case _:
            return ("none", "Not compared")


def _certainty(result: Result) -> tuple[str, str]:
    match result.certainty.status:
        case CertaintyStatus.LARGE:
            return ("large", "Large cohort")
        case CertaintyStatus.SMALL:
            return ("small", "Small cohort")
        case CertaintyStatus.NOT_CHANCE:
            return ("large", "Counted in full")
        case _:
            return ("none", str(result.certainty.status))


def _count(value: float | None) -> str:
    if value is None:
        return ""
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1)
