"""Gaps: a group and its comparator, always two numbers, both cohorts, the interval, and which side moved.

The value is the shortfall: comparator less group, turned round where lower is better, so that positive always means
that the group does worse. A gap between the sexes counts either way round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpi_engine import stats
from kpi_engine.answers import Side
from kpi_engine.engine import benchmarks, together, withholding
from kpi_engine.engine.benchmarks import Benchmark
from kpi_engine.engine.figure import Figure, added_up, of_academy
from kpi_engine.engine.holdings import ByUrn, Holdings, applies, counts_for_trust
from kpi_engine.engine.lens import HIDDEN
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Academy, Measure, Phase, Spread, Withheld, WithheldKind
from kpi_engine.wording import inside


def deciding(kpi: Kpi, scope: Scope) -> tuple[str, ...]:
    """The outcomes that decide the KPI for a scope: KS2 for primaries, Attainment 8 for secondaries, both for both.

    For several academies the outcome that more of them have comes first.
    """
    answer = kpi.answer
    assert isinstance(answer, Gap)
    academies = (scope.academy,) if scope.academy is not None else scope.academies
    counts = {
        outcome: len([a for a in academies if applies(MEASURES[outcome], a)])
        for outcome in (answer.primary, answer.secondary)
    }
    if scope.academy is not None and scope.academy.phase is Phase.SPECIAL:
        return (answer.primary, answer.secondary)
    return tuple(sorted((m for m, n in counts.items() if n), key=lambda m: (-counts[m], m != answer.primary)))


def figure(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """The gap for a scope on one outcome: the one asked for, else the first deciding one that has a figure."""
    outcomes = (part.outcome,) if part.outcome else deciding(kpi, scope)
    first: Withheld | None = None
    for outcome in outcomes:
        found = on_outcome(holdings, kpi, scope, year, part, MEASURES[outcome])
        if isinstance(found, Figure) or found.kind is WithheldKind.HIDDEN:
            return found  # another outcome in the place of a hidden one would be another number under the same name
        first = first if first is not None else found
    return first or Withheld(
        WithheldKind.NOT_APPLICABLE, f"{kpi.title}: there is no outcome to compare for {scope.name}."
    )


def sides(kpi: Kpi, part: Slice) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The sides of a gap that are facts of the academies, each with its name and breakdown: the group, and its
    comparator unless that is England's."""
    answer = kpi.answer
    assert isinstance(answer, Gap)
    extra = {k: v for k, v in part.dimensions.items() if k != answer.dimension}
    group = part.dimensions.get(answer.dimension, answer.group)
    found = [(dict(answer.further_groups).get(group, answer.group_name), {**extra, answer.dimension: group})]
    if not answer.national_comparator or part.comparator == "school":
        name = "Other pupils here" if answer.national_comparator else answer.comparator_name
        found.append((name, {**extra, answer.dimension: answer.comparator}))
    return tuple(found)


def on_outcome(
    holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice, measure: Measure
) -> Figure | Withheld:
    """The gap on one outcome."""
    answer = kpi.answer
    assert isinstance(answer, Gap)
    (group_name, of_group), *own = sides(kpi, part)
    group = holdings.facts(measure.id, year, of_group, part.period)
    comparator: ByUrn | None = None
    comparator_name, of_comparator = answer.comparator_name, {**of_group, answer.dimension: answer.comparator}
    if own:
        comparator_name, of_comparator = own[0][0], dict(own[0][1])
        comparator = holdings.facts(measure.id, year, of_comparator, part.period)
    candidates = (scope.academy,) if scope.academy is not None else scope.academies
    academies = [a for a in candidates if a is not None and applies(measure, a)]
    if not academies:
        return withholding.why(holdings, measure, scope.academy, year)
    if scope.academy is None:
        academies = [
            a for a in academies if counts_for_trust(measure, a, holdings.membership(a, year, part.period or "Year"))
        ]
    known = _known if scope.academy is not None else _adds_up
    if scope.academy is None:
        sums = _summable(
            holdings,
            measure,
            academies,
            year,
            part.period,
            (of_group, group),
            (of_comparator, comparator) if comparator is not None else None,
        )
        if isinstance(sums, Withheld):
            return sums
        group, comparator = sums
    series, have = _series(measure, academies, group, comparator, known)
    if series is None:
        if known is _adds_up and _series(measure, academies, group, comparator, _known)[0] is not None:
            return withholding.no_trust_figure(measure, year)
        return _why(holdings, measure, scope, year, group, comparator, academies)
    with_both = {a.urn for a in have}
    missing = tuple(a.name for a in academies if a.urn not in with_both)
    left = _side(holdings, measure, have, group, series, year, scope, missing)
    if left.value is None:
        return withholding.nobody(measure, scope.name, year)
    right: Figure | Benchmark
    if comparator is not None:
        right = _side(holdings, measure, have, comparator, series, year, scope, missing)
        if right.value is None:
            return withholding.nobody(measure, scope.name, year)
    else:
        right = benchmarks.england(holdings, measure, left, of_comparator)
        if right.value is None:
            return Withheld(
                WithheldKind.NOT_PUBLISHED,
                f"No national figure of {inside(comparator_name)} is at hand for {year}, so no gap can be given.",
            )
    return _combined(answer, measure, group_name, comparator_name, left, right)


def _summable(
    holdings: Holdings,
    measure: Measure,
    academies: list[Academy],
    year: str,
    period: str | None,
    group: tuple[Mapping[str, str], ByUrn],
    comparator: tuple[Mapping[str, str], ByUrn] | None,
) -> tuple[ByUrn, ByUrn | None] | Withheld:
    """The facts of both sides that may go into the trust's gap, or why it is not shown.

    Both sides are about the same academies, so that a sum over only some of a side's is none of the trust's.
    """
    seen = [group] if comparator is None else [group, comparator]
    raw = [holdings.whole.facts(measure.id, year, breakdown, period) for breakdown, _ in seen]
    series, have = _series(measure, academies, raw[0], raw[1] if len(raw) > 1 else None, _adds_up)
    if series is None:
        return group[1], comparator[1] if comparator is not None else None
    allowed: list[ByUrn] = []
    for (breakdown, found), whole in zip(seen, raw, strict=True):
        sums = together.summable(holdings, measure, series, have, year, whole, found, breakdown, period)
        if isinstance(sums, Withheld):
            return sums
        allowed.append(sums)
    other = allowed[1] if comparator is not None else None
    if _series(measure, academies, allowed[0], other, _adds_up) == (series, have):
        return allowed[0], other
    # One side is all academies' and the other is not: what they have in common was never decided on.
    return group[1], comparator[1] if comparator is not None else None


def _series(
    measure: Measure,
    academies: list[Academy],
    group: ByUrn,
    comparator: ByUrn | None,
    known: Callable[[ByUrn, Academy, str], bool],
) -> tuple[str | None, list[Academy]]:
    """The series in which most academies have both sides, and those academies; both sides are about the same ones."""
    best: tuple[str | None, list[Academy]] = (None, [])
    for series in measure.series:
        if len(academies) == 1 and any(_hidden(side, academies[0], series) for side in (group, comparator or {})):
            return best
        have = [
            a for a in academies if known(group, a, series) and (comparator is None or known(comparator, a, series))
        ]
        if len(have) > len(best[1]):
            best = (series, have)
    return best


def _hidden(found: ByUrn, academy: Academy, series: str) -> bool:
    fact = found.get(academy.urn, {}).get(series)
    return fact is not None and fact.code == HIDDEN


def _known(found: ByUrn, academy: Academy, series: str) -> bool:
    fact = found.get(academy.urn, {}).get(series)
    return fact is not None and (fact.numerator is not None or fact.published_value is not None)


def _adds_up(found: ByUrn, academy: Academy, series: str) -> bool:
    fact = found.get(academy.urn, {}).get(series)
    return fact is not None and fact.numerator is not None and bool(fact.denominator)


def _side(
    holdings: Holdings,
    measure: Measure,
    academies: list[Academy],
    found: ByUrn,
    series: str,
    year: str,
    scope: Scope,
    missing: tuple[str, ...],
) -> Figure:
    needs_deviation = measure.spread is Spread.KNOWN_DEVIATION
    if scope.academy is not None:
        fact = found[scope.academy.urn][series]
        deviation = holdings.deviation(measure, year) if needs_deviation and fact.lower is None else None
        return of_academy(measure, fact, deviation, scope.academy.phase)
    deviation = holdings.deviation(measure, year) if needs_deviation else None
    return added_up(measure, [(found[a.urn][series], a.phase) for a in academies], missing, TRUST, deviation)


def _why(
    holdings: Holdings,
    measure: Measure,
    scope: Scope,
    year: str,
    group: ByUrn,
    comparator: ByUrn | None,
    academies: list[Academy],
) -> Withheld:
    coded = [
        fact
        for found in (group, comparator or {})
        for academy in academies
        for fact in found.get(academy.urn, {}).values()
        if fact.code is not None
    ]
    coded.sort(key=lambda fact: fact.code != HIDDEN)
    if coded:
        return withholding.why(holdings, measure, scope.academy, year, coded[0].code, coded[0].detail)
    return withholding.why(holdings, measure, scope.academy, year)


def _combined(
    answer: Gap,
    measure: Measure,
    group_name: str,
    comparator_name: str,
    left: Figure,
    right: Figure | Benchmark,
) -> Figure:
    assert left.value is not None
    assert right.value is not None
    sign = 1.0 if measure.higher_is_better else -1.0
    shortfall = sign * (right.value - left.value)
    interval = _interval(measure, left, right, sign)
    if answer.absolute and shortfall < 0:
        shortfall = -shortfall
        interval = interval.scaled(-1) if interval is not None else None
    people = left.people
    if isinstance(right, Figure):
        if people is not None and right.people is not None:
            people = min(people, right.people)
        other = Side(
            comparator_name,
            right.value,
            right.numerator,
            right.denominator,
            right.people,
            right.lower,
            right.upper,
        )
    else:
        other = Side(comparator_name, right.value, None, None, right.people)
    sources = left.source_ids + right.source_ids
    return left._replace(
        value=round(shortfall, 9),
        numerator=None,
        denominator=None,
        people=people,
        lower=interval.lower if interval is not None else None,
        upper=interval.upper if interval is not None else None,
        method=interval.method if interval is not None else "",
        source_ids=tuple(sorted(set(sources))),
        outcome=measure.id,
        by_right=left.by_right or (isinstance(right, Figure) and right.by_right),
        sides=(
            Side(group_name, left.value, left.numerator, left.denominator, left.people, left.lower, left.upper),
            other,
        ),
    )


def _interval(measure: Measure, left: Figure, right: Figure | Benchmark, sign: float) -> stats.Interval | None:
    """The interval of the shortfall; England's figure, of all pupils, is taken as exact."""
    if left.value is None or left.lower is None or left.upper is None or right.value is None:
        return None
    if isinstance(right, Benchmark):
        ends = sorted((sign * (right.value - left.upper), sign * (right.value - left.lower)))
        return stats.Interval(ends[0], ends[1], left.method)
    if (
        measure.spread is Spread.PEOPLE
        and left.numerator is not None
        and left.denominator
        and right.numerator is not None
        and right.denominator
    ):
        found = stats.newcombe(right.numerator, right.denominator, left.numerator, left.denominator)
        return found.scaled(sign * measure.factor)
    if right.lower is None or right.upper is None:
        return None
    found = stats.difference_from_intervals(
        right.value,
        stats.Interval(right.lower, right.upper, right.method),
        left.value,
        stats.Interval(left.lower, left.upper, left.method),
    )
    return found.scaled(sign)
