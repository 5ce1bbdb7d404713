"""What is proposed for an item by rule: a title that says what happened, and what could be asked about it.

Titles count academies whose figures stand beside them on the slide, and no others: whoever has no figure, for whatever
reason, is in none of their numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kpi_engine import telling, years
from kpi_engine.answers import BenchmarkStatus, DirectionStatus, Result, TargetStatus
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.meetings.figures import counted_in_words, figure, inapplicable
from kpi_engine.model import TRUST, Polarity, WithheldKind

MOST_QUESTIONS = 3
_NAMED = 2
"""Academies that a question names at most."""

_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "ofsted-journey": "The share of academies whose Ofsted rating was kept or improved",
        "ofsted-leadership": "Ofsted’s judgement of leadership and management",
        "board-skills": "The cover of skills on the Trust Board",
        "critical-friends": "External quality assurance",
        "lgb-complement": "The strength of Local Governing Bodies",
        "within-budget": "Spending against the budget",
        "staffing-share": "Staffing as a share of expenditure",
        "fair-funding": "Income per pupil",
        "timely-accounts": "Management accounting on time",
        "top10-efficiency": "Progress on DfE’s efficiency checks",
        "cash-flow": "Cash",
        "gap-sex": "The gap between girls and boys",
        "gap-disadvantage": "The gap of disadvantaged pupils to others nationally",
        "gap-send": "The gap of pupils with special educational needs",
        "teaching-good": "Teaching judged good or better",
        "ofsted-good": "Ofsted’s judgement",
        "key-stage-attainment": "Attainment across the key stages",
        "ks2-reading": "Reading at key stage 2",
        "ks2-writing": "Writing at key stage 2",
        "ks2-maths": "Maths at key stage 2",
        "ks2-gps": "Grammar, punctuation and spelling at key stage 2",
        "ks2-reading-progress": "Reading progress to key stage 2",
        "ks2-writing-progress": "Writing progress to key stage 2",
        "ks2-maths-progress": "Maths progress to key stage 2",
        "progress-8": "Progress 8",
        "post16-value-added": "Post-16 value added",
        "staff-turnover": "Staff turnover",
        "staff-attendance": "Staff attendance",
        "pupils-happy": "The share of pupils who are happy at school",
        "pupils-safe": "The share of pupils who feel safe at school",
        "parents-happy": "The share of parents who say their child is happy",
        "parents-safe": "The share of parents who say their child feels safe",
        "staff-wellbeing": "Staff well-being",
        "pupil-attendance": "Attendance",
        "suspensions": "The rate of suspensions",
        "permanent-exclusions": "The rate of permanent exclusions",
        "looked-after-destinations": "The share of looked-after leavers in study or work",
        "neet-post16": "The share of year 11 leavers not in education, employment or training",
        "neet-post18": "The share of sixth-form leavers not in education, employment or training",
    }
)
"""What each KPI's figure is called at the head of a title, in the singular."""


def title(kpi: Kpi, whole: Result, each: Sequence[Result] = ()) -> str:
    """What happened, as the title of a slide. ``each`` are the academies' results, none where one academy is meant.

    England first, where an academy is told apart from it; else the target; else the figure.
    """
    subject = _SUBJECTS.get(kpi.id, kpi.short)
    known = [r for r in each if r.withheld is None]
    said = (_england(kpi, known) or _target(known)) if known else ""
    if said:
        left_out = any(r.withheld is not None and not inapplicable(r) for r in each)
        return f"{subject} {said}{' with a figure' if left_out else ''}"
    where = "" if whole.academy == TRUST else f" at {whole.academy_name}"
    if whole.withheld is not None:
        return f"{subject}{where} has no figure for {whole.academic_year}: {whole.withheld.kind}"
    return f"{subject}{where} {_alone(kpi, whole)}"


def questions(kpi: Kpi, whole: Result, each: Sequence[Result] = ()) -> tuple[str, ...]:
    """What could be asked: first who stands out and what has changed, then what the measure's passport asks."""
    found = [*_standing_out(kpi, each), *_changed(whole), *_awaited(each), *kpi.passport.questions]
    return tuple(dict.fromkeys(found))[:MOST_QUESTIONS]


def yardstick(results: Sequence[Result]) -> str:
    """What these results are held against, in words: ``England’s secondary average``."""
    labels = {r.benchmark_label for r in results if r.benchmark is not None}
    if len(labels) != 1:
        return "England’s average for its phase"
    label = labels.pop().replace("'", "’")
    if label.startswith("the plan"):
        return "the plan’s figure"
    if label.endswith("gap"):
        return "England’s gap"
    if label.startswith("England’s ") and label.endswith(" schools"):
        return f"England’s {label.removeprefix('England’s ').removesuffix(' schools')} average"
    return "England’s average" if label.startswith("England") else f"that of {label}"


def _england(kpi: Kpi, known: Sequence[Result]) -> str:
    """How many academies stand clearly on one side of England’s figure, the worse side first."""
    judged = [r for r in known if r.versus_benchmark.status is not BenchmarkStatus.NONE]
    if len(judged) < 2:
        return ""
    sides = Counter(r.versus_benchmark.status for r in judged)
    order = [BenchmarkStatus.BELOW, BenchmarkStatus.ABOVE]
    if kpi.polarity is Polarity.LOWER:
        order.reverse()
    for side in order:
        if sides[side]:
            return f"is {_side(kpi, side)} {yardstick(judged)} at {_share(sides[side], len(judged))}"
    return ""


def _side(kpi: Kpi, side: BenchmarkStatus) -> str:
    if isinstance(kpi.answer, Gap):
        return "wider than" if side is BenchmarkStatus.ABOVE else "narrower than"
    return "above" if side is BenchmarkStatus.ABOVE else "below"


def _target(known: Sequence[Result]) -> str:
    """How many academies miss their target; where none does, how many are near or meet it."""
    judged = [r for r in known if r.target.status is not TargetStatus.NONE]
    if len(judged) < 2:
        return ""
    found = Counter(r.target.status for r in judged)
    if found[TargetStatus.MISSED]:
        return f"misses its target at {_share(found[TargetStatus.MISSED], len(judged))}"
    if found[TargetStatus.NEAR]:
        return f"is near its target, and short of it, at {_share(found[TargetStatus.NEAR], len(judged))}"
    return f"meets its target at {_share(len(judged), len(judged))}"


def _share(count: int, of: int) -> str:
    if count == of:
        return "both academies" if of == 2 else f"all {counted_in_words(of)} academies"
    return f"{counted_in_words(count)} of {counted_in_words(of)} academies"


def _alone(kpi: Kpi, result: Result) -> str:
    """A single figure: against England where it is told apart from it, else against its target."""
    value = figure(kpi, result)
    so_far = " so far" if result.period == "YTD" else ""
    status = BenchmarkStatus(result.versus_benchmark.status)
    if status in (BenchmarkStatus.ABOVE, BenchmarkStatus.BELOW):
        said = f"is {_side(kpi, status)} {yardstick([result])}, at {value}"
    else:
        judged = {
            TargetStatus.MET: "meets its target",
            TargetStatus.NEAR: "is near its target",
            TargetStatus.MISSED: "misses its target",
        }.get(TargetStatus(result.target.status), "")
        said = f"{judged}, at {value}" if judged else f"is {value} in {result.academic_year}{so_far}"
    moving = {DirectionStatus.IMPROVING: "improving", DirectionStatus.WORSENING: "worsening"}
    direction = moving.get(DirectionStatus(result.direction.status), "")
    return f"{said}, and {direction}" if direction else said


def _standing_out(kpi: Kpi, each: Sequence[Result]) -> list[str]:
    """Asks after the academies that are clearly worse than England, or else miss their target, where few do."""
    known = [r for r in each if r.withheld is None]
    worse = {Polarity.HIGHER: BenchmarkStatus.BELOW, Polarity.LOWER: BenchmarkStatus.ABOVE}.get(kpi.polarity)
    behind = [r for r in known if worse is not None and r.versus_benchmark.status is worse]
    missed = [r for r in known if r.target.status is TargetStatus.MISSED]
    found = behind or missed
    if not found or len(found) > _NAMED:
        return []
    names = " and ".join(r.academy_name for r in found)
    inner = next((d for d in kpi.drill if d in ("year_group", "staff_group", "department", "line", "check")), "")
    if inner and len(found) == 1:
        return [f"Which {_parts(inner)} explain the figure of {names}?"]
    return [f"What explains {'the figure' if len(found) == 1 else 'the figures'} of {names}, and what is being done?"]


def _parts(dimension: str) -> str:
    plural = {"line": "budget lines", "check": "checks"}
    return plural.get(dimension, f"{telling.dimension(dimension).lower()}s")


def _changed(whole: Result) -> list[str]:
    if whole.withheld is not None:
        return []
    earlier = years.shift(whole.academic_year, -1)
    match whole.direction.status:
        case DirectionStatus.WORSENING:
            return [f"What has changed since {earlier}, and where did it begin?"]
        case DirectionStatus.IMPROVING:
            return [f"What has helped since {earlier}, and can others learn from it?"]
        case _:
            return []


def _awaited(each: Sequence[Result]) -> list[str]:
    """Asks when figures come that could be there."""
    kinds = (WithheldKind.NO_DATA, WithheldKind.NOT_DUE)
    names = [r.academy_name for r in each if r.withheld is not None and r.withheld.kind in kinds]
    if not names or len(names) > _NAMED:
        return []
    return [f"When will there be a figure for {' and '.join(names)}?"]
