"""The trust's own targets over the plan's: by year, academy, phase and trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kpi_engine.model import Academy
from kpi_engine.targets.base import Rule
from kpi_engine.targets.figures import (
    Around,
    AtLeast,
    AtMost,
    BetterThanBenchmark,
    GapNarrowing,
    SignificantlyBetter,
)
from kpi_engine.targets.special import EachPhase, EveryAcademy, plain

OPERATORS = (">=", "<=", "around", "above_national", "sig_above_national", "gap_narrows")


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """A row of ``targets.csv``: ``scope`` is trust, a phase or a URN; an empty year holds for every year."""

    kpi: str
    scope: str
    academic_year: str
    operator: str
    target: float | None
    tolerance: float | None
    owner: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The target that holds for a question: the rule, its tolerance, and whose it is."""

    rule: Rule
    tolerance: float
    owner: str = ""
    source: str = "the plan"


class Book:
    """Every target, looked up by KPI, academy and year.

    An academy's own target comes before its phase's, that before the trust's, that before the plan's; one for
    the year before one without a year. A past year keeps what was set for it.
    """

    def __init__(self, own: Iterable[OwnTarget]) -> None:
        found: dict[tuple[str, str, str], OwnTarget] = {}
        for target in own:
            found[(target.kpi, target.scope, target.academic_year)] = target
        self._own: Mapping[tuple[str, str, str], OwnTarget] = MappingProxyType(found)
        self._kpis = frozenset(kpi for kpi, _, _ in found)

    @property
    def own(self) -> tuple[OwnTarget, ...]:
        """The trust's own targets, in an order that is always the same."""
        return tuple(self._own[place] for place in sorted(self._own))

    def standing(self, kpi: str, plan: Rule, tolerance: float, academy: Academy | None, year: str) -> Standing:
        """The target that holds for a KPI, academy (None for the trust) and year."""
        if kpi in self._kpis:
            scopes = (academy.urn, str(academy.phase), "trust") if academy is not None else ("trust",)
            for scope in scopes:
                for when in (year, ""):
                    own = self._own.get((kpi, scope, when))
                    if own is not None:
                        rule = _rule(own, plan)
                        if isinstance(plan, EveryAcademy):
                            rule = EveryAcademy(rule, plan.near_if_near)
                        elif isinstance(plan, EachPhase):
                            rule = EachPhase(rule)
                        room = own.tolerance if own.tolerance is not None else tolerance
                        return Standing(rule, room, own.owner, own.source or "targets.csv")
        return Standing(plan, tolerance)


def _rule(own: OwnTarget, plan: Rule) -> Rule:
    value = own.target if own.target is not None else 0.0
    match own.operator:
        case ">=":
            return AtLeast(value)
        case "<=":
            return AtMost(value)
        case "around":
            room = own.tolerance if own.tolerance is not None else 2.0
            return Around(value - room, value + room, value - 2 * room, value + 2 * room)
        case "above_national":
            # A rate's tolerance is a share of England's figure; the trust's own tolerance, in points, replaces it.
            asked = plain(plan)
            share = asked.tolerance_share if isinstance(asked, BetterThanBenchmark) else None
            return BetterThanBenchmark(tolerance_share=share if own.tolerance is None else None)
        case "sig_above_national":
            return SignificantlyBetter()
        case "gap_narrows":
            return GapNarrowing()
        case _:
            raise ValueError(f"{own.operator!r} is no operator of targets.csv; expected one of {', '.join(OPERATORS)}")
