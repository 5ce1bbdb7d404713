"""The sentence for a result, by rule: what happened, where, when, against what. Plain and hedged."""

from __future__ import annotations

import datetime as dt
import re

from kpi_engine.answers import BenchmarkStatus, Distance, Judgement, Side
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import NO_BREAKDOWN, TRUST, Membership, Spread, Unit, Withheld
from kpi_engine.stats import people_to_target
from kpi_engine.wording import counted, inside, number, one_of, shown

_VALUES = {
    ("sex", "F"): "girls",
    ("sex", "M"): "boys",
    ("disadvantage", "Y"): "disadvantaged pupils",
    ("disadvantage", "N"): "other pupils",
    ("send", "N"): "pupils without SEND",
    ("send", "K"): "pupils with SEN support",
    ("send", "E"): "pupils with an EHC plan",
    ("looked_after", "Y"): "looked-after pupils",
    ("looked_after", "N"): "pupils not looked after",
    ("year_group", "R"): "Reception",
}


def value_words(dimension: str, value: str) -> str:
    """A breakdown's value as readers say it: ``girls``, ``year 9``, ``teaching``."""
    found = _VALUES.get((dimension, value))
    if found is not None:
        return found
    if dimension == "year_group":
        return f"year {value}"
    if dimension == "comparator":
        return "against other pupils in England" if value == "national" else "against other pupils here"
    if dimension == "measure" and value in MEASURES:
        return MEASURES[value].title
    if dimension == "check":
        return f"check {value}"
    if dimension == "week":
        return f"week {value[6:].lstrip('0')} of {value[:4]}"
    if dimension == "month":
        return _month(value)
    return value.replace("_", " ")


def breakdown_words(breakdown: object) -> str:
    """A whole breakdown in words, or "" when there is none."""
    items = dict(breakdown).items() if breakdown else ()  # type: ignore[call-overload]
    return ", ".join(value_words(k, v) for k, v in items)


def sentence(
    kpi: Kpi,
    name: str,
    urn: str,
    year: str,
    value: float,
    unit: Unit,
    decimals: int,
    numerator: float | None,
    denominator: float | None,
    benchmark: float | None,
    benchmark_label: str,
    versus: Judgement,
    sides: tuple[Side, ...] | None = None,
    breakdown: object = NO_BREAKDOWN,
    period: str = "Year",
    membership: Membership = Membership.MEMBER,
    detail: str | None = None,
    outcome: str = "",
) -> str:
    """What happened, in one sentence that never says more than the figures do."""
    where = "across the trust" if urn == TRUST and name == "the trust" else f"at {name}"
    group = breakdown_words(breakdown)
    when = year if period != "YTD" else f"{year} so far"
    who = f" ({group})" if group else ""
    text = shown(value, unit, decimals)
    title = MEASURES[outcome].title if outcome and isinstance(kpi.answer, Single) else kpi.said or kpi.title
    single = urn != TRUST and denominator == 1 and detail
    if single and _counted_in_full(kpi) and detail:
        body = f"{title} {where}{who}, {when}: {_running(detail)}"
    elif isinstance(kpi.answer, Gap) and sides:
        body = _gap(kpi, where, when, value, decimals, sides, outcome, who)
    elif _counted_in_full(kpi) and numerator is not None and denominator:
        measure = MEASURES[kpi.answer.measure] if isinstance(kpi.answer, Single) else None
        things = measure.denominator if measure is not None else "key stages above England"
        body = f"{title} {where}{who} in {when}: {number(numerator, 0)} of {counted(denominator, things)} ({text})"
    else:
        body = f"{title} {where}{who} was {text} in {when}"
        body += _against(versus, benchmark, benchmark_label, unit, decimals)
    if membership is not Membership.MEMBER:
        body += f", {membership}"
    if detail and detail.lower().startswith("overdue"):
        body += f"; {detail}"
    return body.rstrip(".") + "."


def withheld_sentence(kpi: Kpi, name: str, withheld: Withheld, year: str) -> str:
    """The sentence where there is no number: the special answer and its reason."""
    return f"{kpi.title}, {name}, {year}: {withheld.kind}. {withheld.reason}"


def distance(
    numerator: float | None,
    denominator: float | None,
    target: float | None,
    spread: Spread,
    people: str,
    higher_is_better: bool,
    strict: bool,
) -> Distance | None:
    """How many people would have had to be on the other side of the line; None where that makes no sense."""
    if spread is not Spread.PEOPLE or numerator is None or not denominator or target is None:
        return None
    if not 0 <= target <= 100 or not -1e-9 <= numerator <= denominator + 1e-9:
        return None
    found = people_to_target(
        min(max(numerator, 0.0), denominator),
        denominator,
        target / 100,
        higher_is_better=higher_is_better,
        strict=strict,
    )
    if found is None:
        return None
    more = "more" if higher_is_better else "fewer"
    if found.short > 0:
        return Distance(found.short, f"{counted(found.short, f'{more} {people}')} would have met the target.")
    if found.spare == 0:
        return Distance(0, f"Met with no {one_of(people)} to spare.")
    return Distance(-found.spare, f"Met with {counted(found.spare, people)} to spare.")


def moved(
    now: tuple[Side, ...], before: tuple[Side, ...], narrowed: bool, decimals: int, higher_is_better: bool = True
) -> str:
    """Which side of a gap moved; said first when it closed because the side that was ahead lost ground."""
    if len(now) != 2 or len(before) != 2:
        return ""
    sides = [(side, was.value) for side, was in zip(now, before, strict=True)]
    if any(side.value is None or was is None for side, was in sides):
        return ""
    steps = [(side.name, (side.value or 0.0) - (was or 0.0), was or 0.0) for side, was in sides]
    changes = ", ".join(f"{inside(name)} {_signed(step, decimals)}" for name, step, _ in steps)
    good = 1.0 if higher_is_better else -1.0
    behind, ahead = sorted(steps, key=lambda step: good * step[2])
    lost, gained = -good * ahead[1], good * behind[1]
    if narrowed and lost > 0.5 * 10**-decimals and gained <= lost and behind[2] != ahead[2]:
        came = "came down" if higher_is_better else "rose"
        return f"The gap is smaller because the figure of {inside(ahead[0])} {came}: {changes} since the year before."
    return f"{changes[0].upper()}{changes[1:]} since the year before."


def _running(detail: str) -> str:
    """A detail inside a sentence: a judgement's word is small at its start and after "then" alike."""
    first = detail[0].lower() if detail[1:2].islower() else detail[0]
    return re.sub(r", then [A-Z](?=[a-z])", lambda found: found[0].lower(), first + detail[1:])


def _gap(
    kpi: Kpi,
    where: str,
    when: str,
    value: float,
    decimals: int,
    sides: tuple[Side, ...],
    outcome: str,
    who: str,
) -> str:
    measure = MEASURES[outcome]
    left, right = sides
    own = shown(left.value or 0.0, measure.unit, measure.decimals)
    other = shown(right.value or 0.0, measure.unit, measure.decimals)
    if abs(value) < 0.5 * 10**-decimals:
        size = "no gap"
    elif value < 0:
        ahead = "ahead" if measure.higher_is_better else "lower"
        size = f"{inside(left.name)} {ahead} by {number(-value, decimals)} points"
    else:
        size = f"a gap of {number(value, decimals)} points"
    what = inside(measure.title.split(":")[0])
    sides_words = f"{inside(left.name)} {own}, {inside(right.name)} {other}"
    return f"{kpi.title} {where}{who} in {when}: {size} in {what} ({sides_words})"


def _against(versus: Judgement, benchmark: float | None, label: str, unit: Unit, decimals: int) -> str:
    if benchmark is None:
        return ""
    england = f"{label} ({shown(benchmark, unit, decimals)})"
    match versus.status:
        case BenchmarkStatus.ABOVE:
            return f", above {england}"
        case BenchmarkStatus.BELOW:
            return f", below {england}"
        case BenchmarkStatus.NO_DIFFERENCE:
            return f", not clearly different from {england}"
        case _:
            return ""


def _counted_in_full(kpi: Kpi) -> bool:
    """Checklists and judgements read as "3 of 5", money and people as a value."""
    if not isinstance(kpi.answer, Single):
        return not isinstance(kpi.answer, Gap)
    measure = MEASURES[kpi.answer.measure]
    return measure.spread is Spread.NONE and measure.people != "pounds"


def _signed(value: float, decimals: int) -> str:
    if abs(value) < 0.5 * 10**-decimals:
        return "unchanged"
    return ("up " if value > 0 else "down ") + number(abs(value), decimals)


def _month(period: str) -> str:
    try:
        return f"{dt.date.fromisoformat(period + '-01'):%B %Y}"
    except ValueError:
        return period
