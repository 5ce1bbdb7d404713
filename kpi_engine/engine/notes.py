"""What is said beside a figure: what was left out, what stands next to it, how far chance reaches, what moved."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_engine import narrative, stats, years
from kpi_engine.answers import Distance, Judgement, TargetStatus
from kpi_engine.engine import judging, singles
from kpi_engine.engine.benchmarks import Benchmark
from kpi_engine.engine.figure import Figure, interval_of, value_of
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.judging import PROXY, Before
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.judgement import progress8_band
from kpi_engine.kpi import Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Measure, Spread
from kpi_engine.national import context
from kpi_engine.targets import Around, AtLeast, AtMost, BetterThanBenchmark, NeetBelow, plain
from kpi_engine.targets.book import Standing
from kpi_engine.wording import counted, number, shown, span

FEW_ANSWERS = 30.0
"""Under this response rate, in per cent, the answers may not speak for those who gave none."""
POOLED_YEARS = 3
_POOLED_GROUP = "outcomes"


def beside(holdings: Holdings, kpi: Kpi, scope: Scope, found: Figure, part: Slice) -> Mapping[str, Figure]:
    """The figures of the measures that stand beside the KPI's own, by measure."""
    if not isinstance(kpi.answer, Single):
        return {}
    figures = {}
    for id in kpi.answer.beside:
        other = singles.of_measure(holdings, MEASURES[id], scope, found.year, part)
        if isinstance(other, Figure) and other.value is not None:
            figures[id] = other
    return figures


def notes(
    holdings: Holdings,
    kpi: Kpi,
    scope: Scope,
    part: Slice,
    found: Figure,
    earlier: Before,
    standing: Standing,
    decimals: int,
    others: Mapping[str, Figure],
) -> tuple[str, ...]:
    """Every note to a figure, in the order in which they are shown."""
    said = list(found.notes)
    missing = [name for name in found.missing if name not in found.apart]
    if missing:
        said.append(f"Left out for want of a figure: {', '.join(missing)}.")
    if scope.academy is None and holdings.members == "current":
        said.append("Today's academies are counted in every year, whether or not they were in the trust then.")
    if found.stage == "provisional":
        said.append("Provisional figures; they may still be revised.")
    if found.period == "YTD":
        said.append(f"{found.year} is not over: the figure covers the year so far.")
    if found.series == PROXY:
        said.append("From DfE's published destinations, a late proxy: a leaver not sustained is not always NEET.")
    if found.detail and found.detail.startswith("weighted by"):
        said.append(f"{found.detail[0].upper()}{found.detail[1:]}.")
    said += _other_academies(holdings, found, earlier)
    said += _moved(found, earlier, decimals)
    said += [_beside_words(id, figure) for id, figure in others.items()]
    said += _chance(found, standing)
    said += _pooled(holdings, kpi, scope, part, found)
    if standing.source != "the plan":
        said.append(f"Target: {standing.rule.words} ({standing.source}).")
    if kpi.id == "progress-8" and found.urn != TRUST and not part.dimensions:
        said += _band(found)
    said += _context(kpi, found.year)
    return tuple(said)


def distance(
    kpi: Kpi, found: Figure, standing: Standing, england: Benchmark, judged: Judgement, others: Mapping[str, Figure]
) -> Distance | None:
    """How far the target is, in people; None where the figure is not judged by one line."""
    if not isinstance(kpi.answer, Single) or judged.status is TargetStatus.NONE:
        return None
    measure = MEASURES[kpi.answer.measure]
    people = measure.people
    strict = True
    line: float | None
    match plain(standing.rule):
        case AtLeast(value, strictly) | AtMost(value, strictly):
            line, strict = value, strictly
        case NeetBelow(limit, with_unknown):
            # The target is met when those not known are counted as well, so the distance is theirs too.
            line = limit
            both = others.get(with_unknown)
            if both is None:
                return None
            found, people = both, f"{people} NEET or not known"
        case BetterThanBenchmark(positive=False):
            line = england.value
        case _:
            return None
    return narrative.distance(
        found.numerator,
        found.denominator,
        line,
        measure.spread,
        people,
        judging.higher_is_better(kpi),
        strict,
    )


def _beside_words(id: str, figure: Figure) -> str:
    measure = MEASURES[id]
    assert figure.value is not None
    text = f"{measure.title}: {shown(figure.value, measure.unit, measure.decimals)}"
    shares = measure.spread is Spread.PEOPLE or (measure.spread is Spread.NONE and measure.people != "pounds")
    if shares and figure.numerator is not None and figure.denominator and measure.people != "days":
        text += f" ({number(figure.numerator, 0)} of {number(figure.denominator, 0)})"
    if id.endswith("_response") and figure.value < FEW_ANSWERS:
        return f"{text}. Fewer than {FEW_ANSWERS:g} % answered, so the answers may not speak for the rest."
    if id == "staff_moves":
        return f"{text}; they are left out of the turnover."
    return f"{text}."


def _other_academies(holdings: Holdings, found: Figure, earlier: Before) -> list[str]:
    """Academies by which a trust's figure and that of the year before differ, since they move it by themselves."""
    if found.urn != TRUST or earlier.figure is None:
        return []
    now = {urn for urn, _, _ in found.contributions}
    then = {urn for urn, _, _ in earlier.figure.contributions}
    if not now or not then or now == then:
        return []
    parts = [
        f"{verb} {', '.join(sorted(holdings.academy(urn).name for urn in urns))}"
        for verb, urns in (("with", now - then), ("without", then - now))
        if urns
    ]
    return [f"Not the same academies as in {earlier.figure.year}: {'; '.join(parts)}."]


def _moved(found: Figure, earlier: Before, decimals: int) -> list[str]:
    if found.sides is None or earlier.figure is None or earlier.figure.sides is None:
        return []
    narrowed = (found.value or 0.0) < (earlier.figure.value or 0.0)
    better = MEASURES[found.outcome].higher_is_better
    said = narrative.moved(found.sides, earlier.figure.sides, narrowed, decimals, better)
    return [said] if said else []


def _chance(found: Figure, standing: Standing) -> list[str]:
    """How often a true rate in the middle of a band would land in it, where chance decides more often than not."""
    rule = plain(standing.rule)
    if not isinstance(rule, Around) or not found.people or found.period != "Year":
        return []
    people = round(found.people)
    middle = (rule.low + rule.high) / 2
    if people < 1:
        return []
    lands = stats.chance_of_landing(people, middle / 100, rule.low / 100, rule.high / 100)
    if lands >= 0.5:
        return []
    said = f"With {counted(people, 'staff')}, a true rate of {middle:g} % lands between {rule.low:g} % and "
    said += f"{rule.high:g} % in {100 * lands:.0f} of 100 years; in the others chance alone takes it outside."
    return [said]


def _pooled(holdings: Holdings, kpi: Kpi, scope: Scope, part: Slice, found: Figure) -> list[str]:
    """Annual results of up to three years taken together, never across a break or two series."""
    if kpi.group != _POOLED_GROUP or not isinstance(kpi.answer, Single) or found.period != "Year":
        return []
    measure = MEASURES[kpi.answer.measure]
    taken = [found]
    while len(taken) < POOLED_YEARS and not judging.break_at(measure, taken[-1].year):
        year = years.shift(taken[-1].year, -1)
        before = singles.figure(holdings, kpi, scope, year, part)
        if not isinstance(before, Figure) or before.series != found.series:
            break
        if before.by_right and not found.by_right:
            break  # the answer would not say that a small number went into it
        taken.append(before)
    if len(taken) < 2 or any(f.numerator is None or not f.denominator for f in taken):
        return []
    n = sum(f.numerator or 0.0 for f in taken)
    d = sum(f.denominator or 0.0 for f in taken)
    together = value_of(measure, n, d)
    if together is None:
        return []
    limits = interval_of(measure, n, d, None, _deviation(holdings, measure, taken))
    text = f"{taken[-1].year} to {found.year} taken together: {shown(together, measure.unit, measure.decimals)}"
    if limits is not None:
        text += f", {span(limits.lower, limits.upper, measure.unit, measure.decimals)} (95 % interval)"
    return [f"{text}, {counted(d, measure.people)}."]


def _deviation(holdings: Holdings, measure: Measure, taken: list[Figure]) -> float | None:
    """One deviation for pooled years: the root of the mean of the years' variances, weighted by their pupils."""
    if measure.spread is not Spread.KNOWN_DEVIATION:
        return None
    total = weight = 0.0
    for figure in taken:
        deviation = holdings.deviation(measure, figure.year)
        if deviation is None or figure.denominator is None:
            return None
        total += deviation**2 * figure.denominator
        weight += figure.denominator
    return float((total / weight) ** 0.5)


def _band(found: Figure) -> list[str]:
    if found.value is None or found.lower is None or found.upper is None:
        return []
    return [f"DfE's description: {progress8_band(found.value, found.lower, found.upper)}."]


def _context(kpi: Kpi, year: str) -> list[str]:
    """Published figures to set a context_only KPI beside: the newest of each up to the year."""
    if not kpi.context_only:
        return []
    newest: dict[tuple[str, str, str], tuple[str, str]] = {}
    for figure in context(kpi.id):
        if figure.period[:4] <= str(years.start_of(year) + 1):
            said = f"{figure.title}: {shown(figure.value, figure.unit, 1)} ({figure.period})."
            key = (figure.measure, figure.phase, figure.group)
            newest[key] = max(newest.get(key, ("", "")), (figure.period, said))
    return [f"For context: {said}" for _, said in newest.values()]


def in_short(id: str) -> str:
    """An outcome's title without its explanation: ``Reading, writing and maths``."""
    return MEASURES[id].title.split(":")[0]
