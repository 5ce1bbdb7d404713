"""A figure becomes an answer: its target, its benchmark, its direction, its certainty, and the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kpi_engine import judgement, stats, years
from kpi_engine.answers import Judgement, Side, TargetStatus
from kpi_engine.engine import benchmarks, gaps, singles, stages
from kpi_engine.engine.benchmarks import Benchmark
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.judgement import Change
from kpi_engine.kpi import Gap, Kpi, Single, Stages
from kpi_engine.measures import MEASURES
from kpi_engine.model import Measure, Polarity, Spread, Unit, Withheld
from kpi_engine.targets import Case
from kpi_engine.targets.book import Standing
from kpi_engine.wording import inside, series_words

PROXY = "sustained"
"""DfE's sustained destinations, shown where the trust's own return is lacking; not sustained is not NEET."""

NO_BENCHMARK = Benchmark(None, "England", "England is no yardstick for this KPI.")


class Before(NamedTuple):
    """The year before: its figure, or why nothing is compared."""

    figure: Figure | None
    why: str = ""


def figure(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """The KPI's figure for a scope, or why there is none."""
    match kpi.answer:
        case Single():
            return singles.figure(holdings, kpi, scope, year, part)
        case Gap():
            return gaps.figure(holdings, kpi, scope, year, part)
        case Stages():
            return stages.figure(holdings, kpi, scope, year, part)


def measure_of(kpi: Kpi, found: Figure | None = None) -> Measure:
    """The measure that a figure of the KPI is in."""
    match kpi.answer:
        case Single(measure):
            return MEASURES[found.outcome if found is not None and found.outcome else measure]
        case Gap(primary=primary):
            return MEASURES[found.outcome if found is not None and found.outcome else primary]
        case Stages():
            return MEASURES["key_stages"]


def unit_of(kpi: Kpi, measure: Measure) -> tuple[Unit, int]:
    """Unit and decimals of the KPI's value; a gap is in points, whatever its outcome's unit."""
    if isinstance(kpi.answer, Gap):
        return Unit.POINTS, max(measure.decimals, 1)
    return measure.unit, measure.decimals


def benchmark_of(holdings: Holdings, kpi: Kpi, found: Figure, part: Slice) -> Benchmark:
    """England beside the figure: the same measure, or for a gap England's own gap."""
    if kpi.context_only:
        return Benchmark(None, "England", "England's figures are about other people: context, not a yardstick.")
    if not kpi.benchmark:
        return NO_BENCHMARK
    match kpi.answer:
        case Single(within=within):
            measure = measure_of(kpi, found)
            if kpi.pool_years > 1:
                return Benchmark(None, "England", "Pooled years are not compared with a single year of England's.")
            dimensions = {**within, **part.dimensions} if within else part.dimensions
            return benchmarks.england(holdings, measure, found, dimensions)
        case Gap():
            return _national_gap(holdings, kpi.answer, found, part)
        case Stages():
            return NO_BENCHMARK


def _national_gap(holdings: Holdings, answer: Gap, found: Figure, part: Slice) -> Benchmark:
    """England's own gap: both sides of England, each for the same phases as the figure."""
    measure = MEASURES[found.outcome]
    extra = {k: v for k, v in part.dimensions.items() if k != answer.dimension}
    group = part.dimensions.get(answer.dimension, answer.group)
    left, right = (
        benchmarks.england(holdings, measure, found, {**extra, answer.dimension: value})
        for value in (group, answer.comparator)
    )
    if left.value is None or right.value is None:
        return Benchmark(
            None, "England's gap", f"England's gap in {inside(measure.title)} is not at hand for {found.year}."
        )
    sign = 1.0 if measure.higher_is_better else -1.0
    gap = sign * (right.value - left.value)
    return Benchmark(
        round(abs(gap) if answer.absolute else gap, 9),
        "England's gap",
        "",
        tuple(sorted({*left.source_ids, *right.source_ids})),
        "; ".join(dict.fromkeys(note for note in (left.note, right.note) if note)),
    )


def before(holdings: Holdings, kpi: Kpi, scope: Scope, found: Figure, part: Slice) -> Before:
    """The figure of the year before in the same series, or why there is none to compare with.

    For a part of a year (a term, a month, a week) the same part a year earlier cannot be named for weeks and
    months, so only terms and whole years are compared.
    """
    if kpi.pool_years > 1:
        return Before(None, "Pooled years are not compared with one another.")
    if found.period == "YTD":
        return Before(None, f"{found.year} is not over, so it is not compared with a whole year.")
    if found.period not in ("Year", "Autumn", "Spring", "Summer"):
        return Before(None, "A single month or week is not compared with the year before.")
    year = years.shift(found.year, -1)
    measure = measure_of(kpi, found)
    if year in measure.not_published:
        return Before(None, f"{year}: {measure.not_published[year]}.")
    earlier = figure(holdings, kpi, scope, year, part._replace(outcome=found.outcome or part.outcome))
    if isinstance(earlier, Withheld):
        return Before(None, f"There is no figure for {year}: {earlier.reason}")
    if earlier.series != found.series:
        was, now = series_words(earlier.series), series_words(found.series)
        return Before(None, f"{year} rests on {was}, {found.year} on {now}; the two series are not compared.")
    if earlier.period != found.period:
        return Before(None, f"{year} covers another part of the year.")
    return Before(earlier)


def break_at(measure: Measure, year: str) -> str:
    """Why the series cannot be compared with the year before, or ""."""
    return next((b.reason for b in measure.breaks if b.year == year), "")


def elsewhere(kpi: Kpi, found: Figure) -> bool:
    """Whether a breakdown is answered by another measure than the KPI's own (absence by reason, for attendance)."""
    return isinstance(kpi.answer, Single) and bool(found.outcome)


def polarity_of(kpi: Kpi, found: Figure) -> Polarity:
    """Which way is good for the figure: the KPI's way, or that of the other measure that answers."""
    if elsewhere(kpi, found):
        return Polarity.HIGHER if measure_of(kpi, found).higher_is_better else Polarity.LOWER
    return kpi.polarity


def direction(kpi: Kpi, found: Figure, earlier: Before) -> Judgement:
    """Improving, worsening, or no clear change against the year before; never across a break."""
    measure = measure_of(kpi, found)
    unit, decimals = unit_of(kpi, measure)
    polarity = polarity_of(kpi, found)
    broken = break_at(measure, found.year)
    if broken and earlier.figure is not None:
        return judgement.direction(None, polarity, measure, f"Not compared across a break: {broken}.")
    if earlier.figure is None:
        return judgement.direction(None, polarity, measure, earlier.why)
    change = change_since(kpi, measure, found, earlier.figure)
    return judgement.direction(change, polarity, measure, unit=unit, decimals=decimals)


def change_since(kpi: Kpi, measure: Measure, now: Figure, then: Figure) -> Change:
    """How far a figure has moved since another, with the interval that its kind of chance allows."""
    assert now.value is not None
    assert then.value is not None
    interval: stats.Interval | None = None
    if (
        isinstance(kpi.answer, Single)
        and measure.spread is Spread.PEOPLE
        and now.numerator is not None
        and now.denominator
        and then.numerator is not None
        and then.denominator
        and now.lower is not None
        and then.lower is not None
    ):
        interval = stats.newcombe(now.numerator, now.denominator, then.numerator, then.denominator).scaled(
            measure.factor
        )
    elif (
        isinstance(kpi.answer, Single)
        and measure.spread is Spread.OVER_PEOPLE
        and now.sums is not None
        and then.sums is not None
    ):
        found = stats.difference_of_ratios_over_people(now.sums, then.sums)
        interval = found.scaled(measure.factor) if found is not None else None
    elif None not in (now.lower, now.upper, then.lower, then.upper):
        interval = stats.difference_from_intervals(
            now.value,
            stats.Interval(now.lower or 0.0, now.upper or 0.0, now.method),
            then.value,
            stats.Interval(then.lower or 0.0, then.upper or 0.0, then.method),
        )
    return Change(now.value - then.value, interval, then.year, then.value)


def case_of(
    kpi: Kpi,
    found: Figure,
    standing: Standing,
    benchmark: Benchmark,
    earlier: Before | None,
    beside: Mapping[str, float],
    parts: tuple[tuple[str, Judgement], ...] = (),
) -> Case:
    """What the target rule is given."""
    assert found.value is not None
    measure = measure_of(kpi, found)
    unit, decimals = unit_of(kpi, measure)
    overdue = found.detail if found.detail and found.detail.lower().startswith("overdue") else ""
    previous = earlier.figure if earlier is not None else None
    return Case(
        found.value,
        unit,
        decimals,
        kpi.polarity,
        standing.tolerance,
        found.lower,
        found.upper,
        benchmark.value,
        benchmark.label,
        previous.value if previous is not None else None,
        previous.year if previous is not None else "",
        previous is not None,
        earlier.why if earlier is not None else "",
        parts,
        beside,
        overdue[0].upper() + overdue[1:] + "." if overdue else "",
        found.numerator,
        found.denominator,
    )


def needs_before(kpi: Kpi) -> bool:
    """Whether the target itself looks at the year before."""
    return isinstance(kpi.answer, Gap)


def target(kpi: Kpi, found: Figure, standing: Standing, case: Case, part: Slice) -> Judgement:
    """The target's judgement; a part of a year is not judged against a whole year's target."""
    if elsewhere(kpi, found) or any(name in part.dimensions for name in kpi.untargeted):
        return Judgement(TargetStatus.NONE, "No target is set for this breakdown; it is there to look into.")
    if found.series == PROXY:
        return Judgement(
            TargetStatus.NONE, "Published destinations come late and are no measure of NEET; they are not judged."
        )
    if kpi.whole_year and found.period == "YTD":
        return Judgement(TargetStatus.NONE, "{} is not over; the target is for a whole year.", found.year)
    if kpi.whole_year and found.period != "Year" and standing.rule.line is not None:
        return Judgement(TargetStatus.NONE, "The target is for a whole year, not for a part of it.")
    return standing.rule(case)


def sides_with_moves(now: Figure, then: Figure | None) -> tuple[Side, ...] | None:
    """Both sides of a gap with how far each has moved since the year before."""
    if now.sides is None or then is None or then.sides is None:
        return now.sides
    out = []
    for side, old in zip(now.sides, then.sides, strict=True):
        moved = side.value - old.value if side.value is not None and old.value is not None else None
        out.append(
            Side(
                side.name,
                side.value,
                side.numerator,
                side.denominator,
                side.people,
                side.lower,
                side.upper,
                moved,
            )
        )
    return tuple(out)


def higher_is_better(kpi: Kpi) -> bool:
    """Whether more of it is good."""
    return kpi.polarity is not Polarity.LOWER
