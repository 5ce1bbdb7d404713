"""What can be asked: the years and the breakdown values for which figures are loaded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kpi_engine.engine import benchmarks
from kpi_engine.engine.holdings import Holdings, applies
from kpi_engine.engine.lens import HIDDEN
from kpi_engine.engine.scope import COMPARATOR, COMPARATORS, KEY_STAGE, OUTCOME, PERIOD_KINDS, Scope, Slice, slice_of
from kpi_engine.kpi import Gap, Kpi, Single, Stages
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, NO_BREAKDOWN, TRUST, Observation, Withheld, WithheldKind
from kpi_engine.wording import series_words

_PERIOD_FORMS = {
    "term": re.compile(r"Autumn|Spring|Summer"),
    "month": re.compile(r"\d{4}-\d\d"),
    "week": re.compile(r"\d{4}-W\d\d"),
}
_TERMS = ("Autumn", "Spring", "Summer")


def years_of(holdings: Holdings, kpi: Kpi) -> list[str]:
    """The academic years for which the KPI has a figure that its answer can be given from, oldest first."""
    holdings.warm(kpi.measures)
    match kpi.answer:
        case Single(measure, _, within):
            return holdings.years_with(measure, within)
        case Gap(dimension=dimension, group=group, primary=primary, secondary=secondary):
            national = kpi.answer.national_comparator
            other = {dimension: kpi.answer.comparator}
            return sorted(
                {
                    year
                    for m in (primary, secondary)
                    for year in holdings.years_with(m, {dimension: group})
                    if not national or benchmarks.any_for(holdings, m, year, other)
                }
            )
        case Stages():
            return sorted(
                {
                    year
                    for m in kpi.measures
                    for year in holdings.years_of(m)
                    if benchmarks.any_for(holdings, m, year, NO_BREAKDOWN)
                }
            )


def values(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, by: str, within: Mapping[str, str]) -> list[str]:
    """The values of a dimension that figures are loaded for, in the order in which readers expect them."""
    answer = kpi.answer
    if by == KEY_STAGE and isinstance(answer, Stages):
        return [name for name, _ in answer.stages]
    if by == COMPARATOR:
        return list(COMPARATORS)
    if by == OUTCOME and isinstance(answer, Gap):
        urns = [a.urn for a in scope.academies]
        return [
            m
            for m in answer.outcomes
            if any(urn in urns for urn in holdings.facts(m, year, {answer.dimension: answer.group}))
        ]
    if isinstance(answer, Gap) and by == answer.dimension:
        return [answer.group, *(value for value, _ in answer.further_groups)]
    facts = _observed(holdings, kpi, scope, year, by, within)
    if by in PERIOD_KINDS:
        return sorted({f.period for f in facts}, key=_in_order)
    return sorted({f.breakdown[by] for f in facts}, key=_in_order)


def _observed(
    holdings: Holdings, kpi: Kpi, scope: Scope, year: str | None, by: str, within: Mapping[str, str]
) -> list[Observation]:
    """The facts by a dimension, or by a kind of period; of every year where none is given."""
    answer = kpi.answer
    measures = _measures_asked(kpi, {**within, by: ""})
    part = slice_of(kpi, within)
    fixed = dict(part.dimensions)
    if isinstance(answer, Single):
        fixed |= dict(answer.within)
    if isinstance(answer, Gap):
        fixed |= {answer.dimension: answer.group}
    urns = [a.urn for a in scope.academies] + ([TRUST] if scope.academy is None else [])
    own = scope.academy
    if by == "reason" and own is not None and (year is None or _hides_events(holdings, measures, own.urn, year, part)):
        # Which reasons there were would tell of how many there were; so everybody's are offered.
        urns = list(holdings.academies)
    if by in PERIOD_KINDS:
        form = _PERIOD_FORMS[by]
        facts = holdings.observations(measures, year, urns=urns, within=fixed)
        return [f for f in facts if form.fullmatch(f.period)]
    if by not in DIMENSIONS:
        return []
    periods = (part.period,) if part.period else ("Year", "YTD")
    return holdings.observations(measures, year, urns=urns, by=(by,), within=fixed, periods=periods)


@dataclass(frozen=True, slots=True)
class Offered:
    """A breakdown that a KPI has: whether there is anything to see by it here, and if not, why, as a sentence."""

    dimension: str
    available: bool
    reason: str = ""


def offered(
    holdings: Holdings,
    kpi: Kpi,
    scope: Scope,
    year: str,
    within: Mapping[str, str],
    answer: Callable[[Mapping[str, str]], Withheld | None],
) -> tuple[Offered, ...]:
    """Every breakdown of the KPI in its own order, without those already taken, and that by academy for one academy.

    ``answer`` says why there is no figure for the viewer in a breakdown, None where there is one. A breakdown is
    available as soon as one of its parts has a figure.
    """
    found = []
    for name in kpi.drill:
        if name in within or (name == "academy" and scope.academy is not None):
            continue
        if name in ("academy", OUTCOME, KEY_STAGE, COMPARATOR):
            found.append(Offered(name, True))
        elif parts := values(holdings, kpi, scope, year, name, within):
            if _nowhere_seen(holdings, kpi, scope, year, name, within):
                parts = parts[:1]  # an academy's parts without a number all have the reason of the first
            found.append(_by_parts(name, (answer({**within, name: value}) for value in parts)))
        else:
            found.append(Offered(name, False, _nothing(holdings, kpi, scope, year, name, within)))
    return tuple(found)


def _nowhere_seen(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, name: str, within: Mapping[str, str]) -> bool:
    """Whether facts of one academy are there by a dimension, every one of them hidden."""
    if scope.academy is None or isinstance(kpi.answer, Stages):
        return False
    facts = _observed(holdings, kpi, scope, year, name, within)
    return bool(facts) and all(f.code == HIDDEN for f in facts)


def _by_parts(name: str, parts: Iterable[Withheld | None]) -> Offered:
    """Available when any part has a figure; else the reason that most parts give."""
    reasons: Counter[str] = Counter()
    kinds: dict[str, WithheldKind] = {}
    for why in parts:
        if why is None:
            return Offered(name, True)
        reasons[why.reason] += 1
        kinds[why.reason] = why.kind
    (reason, _), *others = reasons.most_common()
    return Offered(name, False, _EVERY[kinds[reason]] if others and kinds[reason] in _EVERY else reason)


def _nothing(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, name: str, within: Mapping[str, str]) -> str:
    """Why there is no figure by a dimension at all: not here, not in this year, not together, or never loaded."""
    measures = [MEASURES[m] for m in _measures_asked(kpi, {**within, name: ""})]
    if scope.academy is not None and not any(applies(m, scope.academy) for m in measures):
        return f"It does not apply to {scope.academy.name}."
    if (
        holdings.sight is not None
        and holdings.sight.own is not None
        and values(holdings.whole, kpi, scope, year, name, within)
    ):
        return "It comes from another academy's own returns, which are for the executive to see."
    if within and values(holdings, kpi, scope, year, name, NO_BREAKDOWN):
        return "It is given for the whole, and not divided once more within what is chosen."
    other = max((f.academic_year for f in _observed(holdings, kpi, scope, None, name, within)), default="")
    if other:
        return f"Nothing is loaded by it for {year}; there is for {other}."
    series = {f.series for m in measures for by in holdings.facts(m.id, year).values() for f in by.values()}
    if series and "return" not in series and "daily" not in series:
        names = " and ".join(sorted(series_words(each) for each in series))
        return f"The figures come from {names}, which do not give it."
    return f"Nothing that is loaded for {scope.name} gives it."


_EVERY: Mapping[WithheldKind, str] = {
    WithheldKind.NOT_PUBLISHED: "No part of it was published.",
    WithheldKind.NOT_APPLICABLE: "No part of it applies here.",
    WithheldKind.SUPPRESSED: "The publisher hid every part of it.",
    WithheldKind.NO_DATA: "No part of it has been loaded.",
}
"""What is said where the parts give several reasons of one kind."""


def _hides_events(holdings: Holdings, measures: tuple[str, ...], urn: str, year: str, part: Slice) -> bool:
    """Whether an academy's number of events, all reasons together, is hidden from the viewer."""
    dimensions = {name: value for name, value in part.dimensions.items() if name != "reason"}
    return any(
        fact.code == HIDDEN
        for id in measures
        for fact in holdings.facts(id, year, dimensions, part.period).get(urn, {}).values()
    )


def _measures_asked(kpi: Kpi, within: Mapping[str, str]) -> tuple[str, ...]:
    match kpi.answer:
        case Single():
            return (kpi.measure_by(within),)
        case Gap(primary=primary, secondary=secondary):
            return (within[OUTCOME],) if within.get(OUTCOME) else (primary, secondary)
        case Stages():
            return kpi.measures


def _in_order(value: str) -> tuple[int, int, str]:
    """Reception before year 1, numbers as numbers, terms in the year's order, the rest by alphabet."""
    if value in _TERMS:
        return (0, _TERMS.index(value), "")
    if value in ("N1", "N2", "R"):
        return (0, {"N1": -3, "N2": -2, "R": -1}[value], "")
    if value.isdigit():
        return (0, int(value), "")
    return (1, 0, value)
