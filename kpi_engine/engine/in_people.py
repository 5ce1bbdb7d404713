"""A figure told in people: how many of how many, what one of them is worth, how many lie between it and a line.

Worked out from a result and nothing else, so that it says no more than the result does. A figure about five people or
fewer, which only a publisher's table or a headteacher's right shows, is not told again in other words.
"""

from __future__ import annotations

from kpi_engine.answers import BenchmarkStatus, Result, Side
from kpi_engine.disclosure.rule import FEW
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Measure, Polarity, Spread
from kpi_engine.stats import people_to_target
from kpi_engine.wording import counted, inside, number, one_of, shown


def in_people(kpi: Kpi, result: Result) -> tuple[str, ...]:
    """The sentences, none where the figure is withheld, speaks of too few people, or of no people at all."""
    if result.value is None or result.people is None or result.people <= FEW:
        return ()
    match kpi.answer:
        case Gap():
            return tuple(_gap(result))
        case Single():
            measure = MEASURES[kpi.measure_by(result.breakdown)]
            lower = kpi.polarity is Polarity.LOWER
            if measure.id != kpi.answer.measure:
                lower = not measure.higher_is_better
            return tuple(_single(measure, result, lower))
        case _:
            return ()


def _single(measure: Measure, result: Result, lower: bool) -> list[str]:
    n, d = result.numerator, result.denominator
    if n is None or not d:
        return []
    match measure.spread:
        case Spread.PEOPLE:
            said = [_share(measure, n, d)]
            if result.distance is None:
                return [*said, *_to_england(measure, result, n, d, lower)]
            said.append(result.distance.sentence)
            if result.target_value is not None:
                return [*said, *_to_england(measure, result, n, d, lower)]
            # The target is England's figure itself: the same distance is not told twice.
            hedge = _hedge(result, counted(d, measure.people)).removeprefix("; ")
            return [*said, *([_large(f"{hedge}.")] if hedge else [])]
        case Spread.COUNTED:
            return [_events(measure, n, d), *_events_to_england(measure, result, d)]
        case Spread.OVER_PEOPLE:
            return _units(measure, result, n, d)
        case Spread.KNOWN_DEVIATION:
            one, many = one_of(measure.people), counted(d, measure.people)
            by = number(1 / d, 2) if d <= 200 else "less than 0.01"
            return [f"{many}; were one {one}’s score 1 point higher, this figure would be {by} higher."]
        case _:
            return []


def _share(measure: Measure, n: float, d: float) -> str:
    about = "" if abs(n - round(n)) < 0.05 else "about "
    text = (
        f"{about}{number(n, 0)} of {counted(d, measure.people)}; one {one_of(measure.people)} changes this figure by "
    )
    return _large(f"{text}{_points(measure.factor / d)}.")


def _to_england(measure: Measure, result: Result, n: float, d: float, lower: bool) -> list[str]:
    """How many people lie between a share and England's, hedged where chance reaches further than that."""
    england = result.benchmark
    if england is None or not 0 <= england <= 100 or not 0 <= n <= d:
        return []
    found = people_to_target(n, d, england / 100, higher_is_better=not lower)
    if found is None:
        return []
    apart = found.short or -found.spare
    if not apart:
        said = f"That is {_at(result)}, to the nearest {one_of(measure.people)}"
    else:
        way = "more" if (apart > 0) is not lower else "fewer"
        said = f"At {_at(result)} it would be {counted(abs(apart), measure.people)} {way}"
    return [f"{said}{_hedge(result, counted(d, measure.people))}."]


def _at(result: Result) -> str:
    """England's figure in words, with the number: ``the figure of England's primary schools (94.8 %)``."""
    assert result.benchmark is not None
    label = result.benchmark_label
    said = label if label.startswith("the ") else f"the figure of {label}"
    return f"{said} ({shown(result.benchmark, result.unit, result.decimals)})"


def _events(measure: Measure, n: float, d: float) -> str:
    one = one_of(measure.numerator)
    return (
        f"{counted(n, measure.numerator)} among {counted(d, measure.people)}; one {one} changes this figure by "
        f"{number(measure.factor / d, 2 if measure.factor / d < 0.95 else 1)} per 100."
    )


def _events_to_england(measure: Measure, result: Result, d: float) -> list[str]:
    england = result.benchmark
    if england is None:
        return []
    expected = england * d / measure.factor
    said = f"about {counted(round(expected), measure.numerator)}" if expected >= 0.5 else "less than one"
    return [f"At {_at(result)} it would be {said}{_hedge(result, counted(d, measure.people))}."]


def _units(measure: Measure, result: Result, n: float, d: float) -> list[str]:
    """Half-days or working days, for each of the people they belong to."""
    people = result.people
    if not people:
        return []
    unit = measure.denominator.removesuffix(" possible")
    missed = n if not measure.higher_is_better else d - n
    one = one_of(measure.people)
    said = [f"Each {one} missed {number(missed / people, 1)} of {number(d / people, 0)} {unit} on average."]
    if result.benchmark is not None and result.value is not None:
        apart = (result.benchmark - result.value) / 100 * d / people
        came = "attended" if measure.higher_is_better else "missed"
        if abs(apart) < 0.05:
            said.append(f"That is as at {_at(result)}, to a tenth of a {one_of(unit)}.")
        else:
            more = "more" if apart > 0 else "fewer"
            text = f"At {_at(result)} it would be {number(abs(apart), 1)} {unit} {more} {came} for each {one}"
            said.append(f"{text}{_hedge(result, counted(people, measure.people))}.")
    return said


def _gap(result: Result) -> list[str]:
    """A gap in people of the group, and what one of the smaller side is worth; shares of people alone."""
    if not result.sides or result.value is None or MEASURES[result.outcome].spread is not Spread.PEOPLE:
        return []
    group = result.sides[0]
    sizes = [(side.denominator, side) for side in result.sides if side.denominator]
    if not group.denominator or any(size <= FEW for size, _ in sizes):
        return []
    smallest = min(sizes, key=lambda each: each[0])
    said = [_of_side(*smallest)]
    equal = round(abs(result.value) / 100 * group.denominator)
    if equal:
        points = _points(abs(result.value), result.decimals)
        said.append(
            f"A gap of {points} is as much as {number(equal, 0)} of the {counted(group.denominator, 'pupils')} "
            f"in “{inside(group.name)}”."
        )
    return said


def _of_side(size: float, side: Side) -> str:
    return f"{side.name}: {counted(size, 'pupils')}; one of them changes the gap by {_points(100 / size)}."


def _hedge(result: Result, people: str) -> str:
    """The caution after a distance from England that chance alone could make."""
    if result.versus_benchmark.status is BenchmarkStatus.NO_DIFFERENCE:
        return f"; with {people}, chance alone can make such a difference"
    return ""


def _points(value: float, decimals: int = 1) -> str:
    if value < 0.05:
        return "less than 0.1 points"
    said = number(value, decimals)
    return f"{said} point{'' if said == '1' else 's'}"


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]
