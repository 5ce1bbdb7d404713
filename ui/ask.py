"""Questions to the engine, each answered once for a version of the data and a viewer, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import streamlit as st

from kpi_engine.answers import Cell, Result
from kpi_engine.engine import LATEST, View
from kpi_engine.model import TRUST
from ui.choice import Within


@st.cache_resource(max_entries=6000, show_spinner=False)
def _answer(_view: View, version: str, scope: tuple[object, ...], question: str, given: tuple[object, ...]) -> object:
    """The view's answer. The version and all that decides what the viewer may see are part of the memory's key."""
    del version, scope
    return getattr(_view, question)(*(dict(g) if isinstance(g, _Parts) else g for g in given))


_Answer = TypeVar("_Answer", Result, Cell)


class _Parts(tuple[tuple[str, str], ...]):
    """A breakdown among a question's arguments."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A view with a memory. Answers are frozen and may be shared between sessions.

    ``seen`` is called with every answer that is given by a headteacher's right to small numbers, before it is shown.
    """

    view: View
    version: str
    seen: Callable[[Result | Cell], None]

    def result(
        self,
        kpi: str,
        academy: str = TRUST,
        year: str = LATEST,
        within: Within = (),
        among: Sequence[str] | None = None,
    ) -> Result:
        found = cast(Result, self._ask("result", kpi, academy, year, _Parts(within), _some(among)))
        return self._seen([found])[0]

    def trend(
        self, kpi: str, academy: str = TRUST, within: Within = (), among: Sequence[str] | None = None
    ) -> list[Result]:
        return self._results("trend", kpi, academy, _Parts(within), _some(among))

    def breakdown(
        self,
        kpi: str,
        by: str,
        academy: str = TRUST,
        year: str = LATEST,
        within: Within = (),
        among: Sequence[str] | None = None,
    ) -> list[Result]:
        return self._results("breakdown", kpi, by, academy, year, _Parts(within), _some(among))

    def compare(
        self, kpi: str, year: str = LATEST, within: Within = (), among: Sequence[str] | None = None
    ) -> list[Result]:
        return self._results("compare", kpi, year, _Parts(within), _some(among))

    def scorecard(self, year: str = LATEST, among: Sequence[str] | None = None) -> list[Cell]:
        return self._seen(cast(list[Cell], self._ask("scorecard", year, _some(among))))

    def drills(self, kpi: str, academy: str, year: str, within: Within) -> tuple[str, ...]:
        return cast(tuple[str, ...], self._ask("drills", kpi, academy, year, _Parts(within)))

    def latest(self, kpi: str) -> str:
        return cast(str, self._ask("latest", kpi))

    def years(self) -> tuple[str, ...]:
        return cast(tuple[str, ...], self._ask("years"))

    def _results(self, question: str, *given: object) -> list[Result]:
        return self._seen(cast(list[Result], self._ask(question, *given)))

    def _seen(self, found: list[_Answer]) -> list[_Answer]:
        for each in found:
            if each.restricted:
                self.seen(each)
        return found

    def _ask(self, question: str, *given: object) -> object:
        return _answer(self.view, self.version, self.view.viewer.scope, question, given)


def _some(among: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if among is None else tuple(among)
