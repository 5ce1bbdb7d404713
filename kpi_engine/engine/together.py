"""Sums over academies: which facts may go into one, for somebody who does not see them all.

The trust's total, and that of each phase, come from every academy's fact when the version's own decision lets the sum
be shown. Any other choice of academies adds up only what the viewer sees anyway, so that no two sums give a hidden
figure away by their difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi_engine.disclosure.relations import PHASE
from kpi_engine.disclosure.rule import kind_of, unsafe_one
from kpi_engine.engine import withholding
from kpi_engine.engine.holdings import ByUrn, Holdings
from kpi_engine.engine.lens import Sight
from kpi_engine.model import NO_BREAKDOWN, TRUST, Academy, Measure, Observation, Withheld
from kpi_engine.roster import applies, counts_for_trust

LEAST = 3
"""A trust's total of returns is shown to a headteacher only when so many academies contribute."""


def summable(
    holdings: Holdings,
    measure: Measure,
    series: str,
    academies: Sequence[Academy],
    year: str,
    raw: ByUrn,
    seen: ByUrn,
    breakdown: Mapping[str, str] = NO_BREAKDOWN,
    period: str | None = None,
) -> ByUrn | Withheld:
    """The facts that may be added up for these academies; or why the sum is not shown.

    ``raw`` are all facts of the question and ``seen`` what the viewer sees of them.
    """
    sight = holdings.sight
    facts = _of_series(raw, academies, series)
    if sight is None or all(sight.refuses(fact) == "" for fact in facts):
        return raw
    everyone = [
        a
        for a in holdings.academies.values()
        if applies(measure, a) and counts_for_trust(measure, a, holdings.membership(a, year, period or "Year"))
    ]
    asked = {a.urn for a in academies}
    have = {a.urn for a in everyone if series in raw.get(a.urn, {})}
    if holdings.decided and have <= asked:
        why = refused(holdings, sight, measure, series, TRUST, year, facts, breakdown, period)
        return raw if why is None else why
    found = dict(seen)
    if holdings.decided and measure.phases_apart and _is_whole(breakdown, period):
        for of_phase in _phases_given(holdings, sight, measure, series, everyone, year, raw, period):
            if {a.urn for a in of_phase if series in raw.get(a.urn, {})} <= asked:
                found |= {a.urn: raw[a.urn] for a in of_phase if a.urn in raw}
    return found


def _phases_given(
    holdings: Holdings,
    sight: Sight,
    measure: Measure,
    series: str,
    everyone: Sequence[Academy],
    year: str,
    raw: ByUrn,
    period: str | None,
) -> list[list[Academy]]:
    """The academies of each phase whose sum of a whole year is shown.

    A headteacher who has the trust's total could take the sums of phases from it: what that leaves must be safe to
    give as well.
    """

    def why(scope: str, part: Sequence[Observation]) -> Withheld | None:
        return refused(holdings, sight, measure, series, scope, year, part, NO_BREAKDOWN, period)

    given: list[list[Academy]] = []
    outside: list[Observation] = []
    for phase in dict.fromkeys(a.phase for a in everyone):
        of_phase = [a for a in everyone if a.phase is phase]
        part = _of_series(raw, of_phase, series)
        if why(f"{PHASE}{phase}", part) is None:
            given.append(of_phase)
        else:
            outside += part
    if sight.own is None or not outside or refused_to_head(measure, sight.own, outside, year) is None:
        return given
    return [] if why(TRUST, _of_series(raw, everyone, series)) is None else given


def refused(
    holdings: Holdings,
    sight: Sight,
    measure: Measure,
    series: str,
    scope: str,
    year: str,
    facts: Sequence[Observation],
    breakdown: Mapping[str, str],
    period: str | None,
) -> Withheld | None:
    """Why the sum of these facts, for a whole ``scope`` (the trust, or a phase), is not shown; None when it is.

    A headteacher is given the total of a whole year, of three academies or more, from which taking away the own
    academies leaves neither a small number nor one academy.
    """
    if holdings.guard_of(measure.id, series, year, scope, period or "Year", breakdown) > sight.shown:
        return withholding.hidden("the trust", year)
    if sight.own is None:
        return None
    if not _is_whole(breakdown, period):
        return withholding.not_yours("A headteacher sees the trust's total of a whole year; its parts are")
    return refused_to_head(measure, sight.own, facts, year)


def refused_to_head(measure: Measure, own: frozenset[str], facts: Sequence[Observation], year: str) -> Withheld | None:
    """Why a headteacher may not have the total of these facts, knowing the own academies' part of it; None: may."""
    rest = [fact for fact in facts if fact.urn not in own]
    if len({fact.urn for fact in facts}) < LEAST:
        return withholding.not_yours(f"Fewer than {LEAST} academies make up the trust's total, which is")
    if len({fact.urn for fact in rest}) == 1:
        return withholding.not_yours("One academy besides the own ones makes up the trust's total, which is")
    kind = kind_of(measure)
    if kind is None or not rest:
        return None
    if unsafe_one(
        kind, *(_sum(getattr(fact, name) for fact in rest) for name in ("numerator", "denominator", "people"))
    ):
        return withholding.hidden("the trust", year)
    return None


def _is_whole(breakdown: Mapping[str, str], period: str | None) -> bool:
    """Whether a sum is of a whole year and undivided: sums of phases are decided for no other."""
    return not breakdown and period in (None, "Year", "YTD")


def _sum(numbers: Iterable[float | None]) -> float | None:
    total = 0.0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _of_series(found: ByUrn, academies: Sequence[Academy], series: str) -> list[Observation]:
    return [found[a.urn][series] for a in academies if series in found.get(a.urn, {})]
