"""A result as a meeting shows it: the figure in words and numbers, with its four answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kpi_engine import telling
from kpi_engine.answers import Result, TargetStatus
from kpi_engine.engine.events import Event
from kpi_engine.engine.judged_by import JudgedBy
from kpi_engine.export.rows import covered, rounded
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.meetings.document import Chip, Shown, Tone
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.wording import number

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
        benchmark_words="" if result.benchmark is None else england_words(result),
        target_value=target,
        target_words=first_large(asked_of(named)),
        counted=(telling.counted(kpi, result) or telling.UNCOUNTED) if there else "",
        before=before,
        coverage=covered(result.academy == TRUST, result.coverage) if there else "",
        sentence=result.sentence,
        reason="" if result.withheld is None else result.withheld.reason,
        chips=chips(kpi, result),
        notes=_notes(result) if there else (),
    )


def asked_of(named: Named) -> str:
    """The target of a figure in words; of one academy's without that all academies have it."""
    said = named.judged.asked
    if named.result.academy == TRUST:
        return said
    return said.removesuffix(", in every academy").removesuffix(", in each phase")


def _notes(result: Result) -> tuple[str, ...]:
    said = list(result.notes)
    detail = (result.detail or "").rstrip(".")
    if detail and detail[1:].lower() not in result.sentence.lower():
        said.insert(0, f"{first_large(detail)}.")
    return tuple(said)


def england_words(result: Result) -> str:
    return f"{england(result.benchmark_label)} {telling.in_unit(result, result.benchmark or 0.0)}"


def first_large(said: str) -> str:
    return said[:1].upper() + said[1:]


def counted_in_words(count: int) -> str:
    """A count up to twelve as a word, a larger one in digits."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else number(count, 0)
