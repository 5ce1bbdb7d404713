"""Views that tell too much, to see that they are found out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import LATEST, View
from kpi_engine.kpi import Single
from kpi_engine.model import DIMENSIONS, NO_BREAKDOWN, TRUST, WithheldKind
from tests.disclosure.attacker import Key
from tests.disclosure.view_worlds import Truth

Spoil = Callable[[Result, Sequence[str] | None], Result]


@dataclass(frozen=True, slots=True)
class Leaky:
    """A view whose every result passes through ``spoil``."""

    view: View
    spoil: Spoil

    def __getattr__(self, name: str) -> Any:
        return getattr(self.view, name)

    def result(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = LATEST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Result:
        return self.spoil(self.view.result(kpi_id, academy, year, breakdown, among), among)

    def trend(self, *asked: Any, among: Sequence[str] | None = None) -> list[Result]:
        return [self.spoil(found, among) for found in self.view.trend(*asked, among=among)]

    def breakdown(self, *asked: Any, among: Sequence[str] | None = None) -> list[Result]:
        return [self.spoil(found, among) for found in self.view.breakdown(*asked, among=among)]


@dataclass(frozen=True, slots=True)
class World:
    """The true numerators of one of the two worlds."""

    truth: Truth
    changes: Mapping[Key, float]

    def n(self, result: Result, urn: str) -> float | None:
        """What stands behind an academy's answer, hidden or not."""
        kpi = CATALOGUE[result.kpi]
        if not isinstance(kpi.answer, Single):
            return None
        asked = {**kpi.answer.within, **result.breakdown}
        dims = tuple((name, asked[name]) for name in DIMENSIONS if name in asked)
        period = next((asked[kind] for kind in ("term", "month", "week") if kind in asked), "Year")
        for series in ("return", "daily"):
            key = (kpi.answer.measure, series, result.academic_year, urn, period, dims)
            if key in self.truth.facts:
                return self.truth.facts[key].n + self.changes.get(key, 0.0)
        return None


def _is_hidden(result: Result) -> bool:
    return result.withheld is not None and result.withheld.kind is WithheldKind.HIDDEN


def unhidden(world: World) -> Spoil:
    """One academy's hidden figure is given after all."""

    def spoil(result: Result, among: Sequence[str] | None) -> Result:
        n = world.n(result, result.academy)
        if not _is_hidden(result) or n is None or result.academy != "900006":
            return result
        return replace(
            result, withheld=None, value=n, numerator=n, denominator=100.0, series="return", period=_period(result)
        )

    return spoil


def in_a_note(world: World) -> Spoil:
    """A hidden answer carries a note that says how many there were."""

    def spoil(result: Result, among: Sequence[str] | None) -> Result:
        n = world.n(result, result.academy)
        if not _is_hidden(result) or n is None or result.academy_name == "":
            return result
        return replace(result, notes=(*result.notes, f"({n:.0f} pupils)"))

    return spoil


def literally(world: World) -> Spoil:
    """A hidden answer carries a number that happens to be the same in both worlds."""

    def spoil(result: Result, among: Sequence[str] | None) -> Result:
        return replace(result, notes=("(3 pupils)",)) if _is_hidden(result) else result

    return spoil


def in_the_whole(world: World) -> Spoil:
    """The trust's shown figure has a note that speaks of an academy whose figure is hidden."""

    def spoil(result: Result, among: Sequence[str] | None) -> Result:
        n = world.n(result, "900008")
        if result.academy != TRUST or result.withheld is not None or n is None:
            return result
        return replace(result, notes=(*result.notes, f"Rillhaven Special is {'above' if n > 2 else 'below'} two."))

    return spoil


def by_its_limits(world: World) -> Spoil:
    """A shown figure's upper limit is moved by what another academy's hidden figure is."""

    def spoil(result: Result, among: Sequence[str] | None) -> Result:
        n = world.n(result, "900007")
        if result.upper is None or n is None or result.academy != "900006":
            return result
        return replace(result, upper=result.upper + n / 1000)

    return spoil


def any_sum(world: World) -> Spoil:
    """Whatever academies are chosen, all of them are added up."""

    def spoil(result: Result, among: Sequence[str] | None) -> Result:
        if among is None or result.numerator is None or CATALOGUE[result.kpi].pool_years > 1:
            return result
        every = [world.n(result, urn) for urn in among]
        known = [n for n in every if n is not None]
        if len(known) < 2:
            return result
        return replace(result, numerator=sum(known), coverage=replace(result.coverage, missing=()))

    return spoil


def _period(result: Result) -> str:
    return next((result.breakdown[kind] for kind in ("term", "month", "week") if kind in result.breakdown), "Year")


LEAKS: tuple[Callable[[World], Spoil], ...] = (unhidden, in_a_note, literally, in_the_whole, by_its_limits, any_sum)
