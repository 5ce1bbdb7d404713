"""A small trust in memory: hand-made observations behind the engine's own protocol, no warehouse and no file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from kpi_engine.access import EVERYTHING, Viewer
from kpi_engine.disclosure.rule import OPEN
from kpi_engine.engine.holdings import Holdings, SumKey
from kpi_engine.engine.lens import sight_of
from kpi_engine.engine.view import View
from kpi_engine.model import (
    DIMENSIONS,
    NO_BREAKDOWN,
    PUPIL_DIMENSIONS,
    Academy,
    NationalFigure,
    Observation,
    Phase,
    Source,
)
from kpi_engine.targets.book import Book, OwnTarget

ACADEMIES = (
    Academy("1", "Ash Primary", Phase.PRIMARY, "2010-09-01"),
    Academy("2", "Beech Primary", Phase.PRIMARY, "2010-09-01"),
    Academy("3", "Cedar High", Phase.SECONDARY, "2010-09-01", sixth_form=True),
    Academy("4", "Dogwood All-through", Phase.ALL_THROUGH, "2010-09-01"),
    Academy("5", "Elder Special", Phase.SPECIAL, "2010-09-01"),
)


class InMemory:
    """What the engine needs of a warehouse version, over lists."""

    def __init__(
        self,
        facts: Sequence[Observation],
        national: Sequence[NationalFigure],
        academies: Sequence[Academy],
        guards: Mapping[SumKey, int],
    ) -> None:
        self.guards = guards
        self.held = list(facts)
        self.england = list(national)
        self.listed = tuple(academies)

    def facts(
        self,
        measures: Sequence[str],
        *,
        years: Sequence[str] | None = None,
        urns: Sequence[str] | None = None,
        by: Sequence[str] = (),
        within: Mapping[str, str] = NO_BREAKDOWN,
        periods: Sequence[str] | None = None,
        series: Sequence[str] | None = None,
    ) -> list[Observation]:
        return [
            f
            for f in self.held
            if f.measure in measures
            and (years is None or f.academic_year in years)
            and (urns is None or f.urn in urns)
            and (periods is None or f.period in periods)
            and (series is None or f.series in series)
            and set(f.breakdown) == {*by, *within}
            and all(f.breakdown[k] == v for k, v in within.items())
        ]

    def headline(
        self, measures: Sequence[str], years: Sequence[str] | None = None, divided: bool | None = None
    ) -> list[Observation]:
        return [
            f
            for f in self.held
            if f.measure in measures
            and f.period in ("Year", "YTD")
            and (years is None or f.academic_year in years)
            and (not f.breakdown or (len(f.breakdown) == 1 and set(f.breakdown) <= set(PUPIL_DIMENSIONS)))
            and divided in (None, len(f.breakdown) == 1)
        ]

    def national(self, measures: Sequence[str]) -> list[NationalFigure]:
        return [n for n in self.england if n.measure in measures]

    def roster(self) -> tuple[Academy, ...]:
        return self.listed

    def guarded_sums(self) -> Mapping[SumKey, int]:
        """Every sum over the trust and over a phase is decided on: open to all, where nothing else is said."""
        found: dict[SumKey, int] = {}
        phases = {a.urn: f"phase:{a.phase}" for a in self.listed}
        for f in self.held:
            if f.guard:
                dims = tuple((name, f.breakdown[name]) for name in DIMENSIONS if name in f.breakdown)
                period = "Year" if f.period == "YTD" else f.period
                for scope in ("trust", phases.get(f.urn, "")):
                    found[f.measure, f.series, f.academic_year, scope, period, dims] = OPEN
        return {**found, **self.guards}

    def sources(self) -> Mapping[str, Source]:
        return {name: Source(f"{name}.csv", "0" * 64, 1) for name in ("a", "b", "england")}


def _fact(measure: str, urn: str, n: float | None, d: float | None, year: str = "2024/25", **more: Any) -> Observation:
    given = {"series": "return", "stage": "final", "period": "Year", "source_id": "a", **more}
    breakdown = {key: given.pop(key) for key in list(given) if key not in Observation._fields}
    return Observation(
        measure=measure, academic_year=year, urn=urn, numerator=n, denominator=d, breakdown=breakdown, **given
    )


def _england(measure: str, value: float, phase: str, year: str = "2024/25", **more: Any) -> NationalFigure:
    given = {"series": "published", "stage": "final", "period": "Year", "source_id": "england", **more}
    breakdown = {key: given.pop(key) for key in list(given) if key not in NationalFigure._fields}
    return NationalFigure(
        measure=measure,
        academic_year=year,
        phase=phase,
        urn="England",
        numerator=None,
        denominator=None,
        value=value,
        breakdown=breakdown,
        **given,
    )


@pytest.fixture
def fact() -> Callable[..., Observation]:
    """A fact of a measure for an academy: numerator, denominator; unknown keywords are its breakdown."""
    return _fact


@pytest.fixture
def england() -> Callable[..., NationalFigure]:
    """England's figure of a measure: value and phase; unknown keywords are its breakdown."""
    return _england


@pytest.fixture
def trust() -> Callable[..., SimpleNamespace]:
    """A trust over facts and national figures: ``.holdings`` and ``.view`` of it."""

    def make(
        facts: Sequence[Observation],
        national: Sequence[NationalFigure] = (),
        academies: Sequence[Academy] = ACADEMIES,
        as_at: str = "2026-01-15",
        members: str = "then",
        viewer: Viewer = EVERYTHING,
        targets: Sequence[OwnTarget] = (),
        guards: Mapping[SumKey, int] | None = None,
    ) -> SimpleNamespace:
        store = InMemory(facts, national, academies, guards or {})
        holdings = Holdings(store, dt.date.fromisoformat(as_at), members)  # type: ignore[arg-type]
        if viewer is not EVERYTHING:
            holdings = holdings.through(sight_of(viewer))
        return SimpleNamespace(holdings=holdings, view=View(holdings, Book(targets), viewer), store=store)

    return make
