"""Questions to the engine, each answered once for a version of the data and a viewer, and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import streamlit as st

from kpi_engine.answers import Cell, Result
from kpi_engine.engine import LATEST, View
from kpi_engine.model import TRUST
from ui.choice import Within


@st.cache_resource(max_entries=6000, show_spinner=False)
def _answer(_view: View, version: str, viewer: str, question: str, given: tuple[object, ...]) -> object:
    """The view's answer. Version and viewer are part of the memory's key, so no viewer meets another's answer."""
    del version, viewer
    return getattr(_view, question)(*(dict(g) if isinstance(g, _Parts) else g for g in given))


class _Parts(tuple[tuple[str, str], ...]):
    """A breakdown among a question's arguments."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A view with a memory. Answers are frozen and may be shared between sessions."""

    view: View
    version: str

    def result(
        self,
        kpi: str,
        academy: str = TRUST,
        year: str = LATEST,
        within: Within = (),
        among: Sequence[str] | None = None,
    ) -> Result:
        return cast(Result, self._ask("result", kpi, academy, year, _Parts(within), _some(among)))

    def trend(
        self, kpi: str, academy: str = TRUST, within: Within = (), among: Sequence[str] | None = None
    ) -> list[Result]:
        return cast(list[Result], self._ask("trend", kpi, academy, _Parts(within), _some(among)))

    def breakdown(
        self,
        kpi: str,
        by: str,
        academy: str = TRUST,
        year: str = LATEST,
        within: Within = (),
        among: Sequence[str] | None = None,
    ) -> list[Result]:
        return cast(list[Result], self._ask("breakdown", kpi, by, academy, year, _Parts(within), _some(among)))

    def compare(
        self, kpi: str, year: str = LATEST, within: Within = (), among: Sequence[str] | None = None
    ) -> list[Result]:
        return cast(list[Result], self._ask("compare", kpi, year, _Parts(within), _some(among)))

    def scorecard(self, year: str = LATEST, among: Sequence[str] | None = None) -> list[Cell]:
        return cast(list[Cell], self._ask("scorecard", year, _some(among)))

    def drills(self, kpi: str, academy: str, year: str, within: Within) -> tuple[str, ...]:
        return cast(tuple[str, ...], self._ask("drills", kpi, academy, year, _Parts(within)))

    def latest(self, kpi: str) -> str:
        return cast(str, self._ask("latest", kpi))

    def years(self) -> tuple[str, ...]:
        return cast(tuple[str, ...], self._ask("years"))

    def _ask(self, question: str, *given: object) -> object:
        viewer = self.view.viewer
        who = f"{viewer.user}|{viewer.role}|{','.join(sorted(viewer.academies))}"
        return _answer(self.view, self.version, who, question, given)


def _some(among: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if among is None else tuple(among)
