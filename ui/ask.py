"""Questions to the engine, each answered once for a version of the data and a viewer, and remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

import streamlit as st

from kpi_engine.answers import Cell, Result
from kpi_engine.engine import LATEST, View
from kpi_engine.engine.absence import Absence
from kpi_engine.engine.attention import Attention, attention
from kpi_engine.engine.compared import Comparison
from kpi_engine.engine.evidence import Evidence
from kpi_engine.engine.frequent import Frequent
from kpi_engine.engine.funnels import Funnel
from kpi_engine.engine.judged_by import JudgedBy
from kpi_engine.engine.offers import Offered
from kpi_engine.engine.similar import Similar
from kpi_engine.engine.years_together import Together
from kpi_engine.model import TRUST, WithheldKind
from ui.choice import Within

Restricted = Result | Cell | Evidence | Together
"""What may hold small numbers that are shown by a headteacher's right."""


_KEPT = 6000
_Answer = TypeVar("_Answer", Result, Cell, Evidence, Together)
_Asked = tuple[str, tuple[object, ...], str, tuple[object, ...]]
"""The version, all that decides what the viewer may see, the question, and what is given with it."""


class Memory:
    """Answers by what was asked, of which version, for whom; those asked for longest ago are forgotten first.

    Any number of threads may ask. Where two ask for the same at once, both work it out, and get the same.
    """

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._held: OrderedDict[_Asked, object] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, asked: _Asked, work_out: Callable[[], object]) -> object:
        """The answer that is remembered, else that which ``work_out`` gives."""
        with self._lock:
            if asked in self._held:
                self._held.move_to_end(asked)
                return self._held[asked]
        found = work_out()
        with self._lock:
            self._held[asked] = found
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return found


@st.cache_resource(show_spinner=False)
def _memory() -> Memory:
    """One memory for all sessions of the server."""
    return Memory()


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
    seen: Callable[[Restricted], None]
    memory: Memory = field(default_factory=_memory)

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

    def hides(self, kpi: str, academy: str, year: str) -> bool:
        """Whether the undivided figure is hidden from the viewer. It is not shown, so that nobody has seen it."""
        found = cast(Result, self._ask("result", kpi, academy, year, _Parts(), None))
        return found.withheld is not None and found.withheld.kind is WithheldKind.HIDDEN

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

    def evidence(
        self, kpi: str, academy: str, year: str, within: Within = (), among: Sequence[str] | None = None
    ) -> Evidence:
        found = cast(Evidence, self._ask("evidence", kpi, academy, year, _Parts(within), _some(among)))
        return self._seen([found])[0]

    def compared(
        self,
        kpi: str,
        year: str = LATEST,
        within: Within = (),
        among: Sequence[str] | None = None,
        chosen: Sequence[str] | None = None,
        against: str = TRUST,
    ) -> Comparison:
        given = (kpi, year, _Parts(within), _some(among), _some(chosen), against)
        found = cast(Comparison, self._ask("compared", *given))
        self._seen(list(found.results))
        return found

    def funnel(
        self,
        kpi: str,
        year: str = LATEST,
        within: Within = (),
        among: Sequence[str] | None = None,
        chosen: Sequence[str] | None = None,
    ) -> Funnel | None:
        found = cast(Funnel | None, self._ask("funnel", kpi, year, _Parts(within), _some(among), _some(chosen)))
        if found is not None:
            self._seen([*(dot.result for dot in found.dots), *found.without])
        return found

    def similar(self, academy: str, year: str = LATEST) -> Similar:
        return cast(Similar, self._ask("similar", academy, year))

    def absence(
        self, kpi: str, academy: str, year: str, within: Within = (), among: Sequence[str] | None = None
    ) -> Absence | None:
        return cast("Absence | None", self._ask("absence", kpi, academy, year, _Parts(within), _some(among)))

    def together(
        self, kpi: str, academy: str, year: str, within: Within = (), among: Sequence[str] | None = None
    ) -> Together | None:
        found = cast("Together | None", self._ask("together", kpi, academy, year, _Parts(within), _some(among)))
        return None if found is None else self._seen([found])[0]

    def offers(
        self, kpi: str, academy: str, year: str, within: Within = (), among: Sequence[str] | None = None
    ) -> tuple[Offered, ...]:
        return cast(tuple[Offered, ...], self._ask("offers", kpi, academy, year, _Parts(within), _some(among)))

    def judged_by(self, kpi: str, academy: str, year: str) -> JudgedBy:
        return cast(JudgedBy, self._ask("judged_by", kpi, academy, year))

    def limits(
        self, kpi: str, by: str, academy: str, within: Within = (), among: Sequence[str] | None = None
    ) -> Frequent:
        return cast(Frequent, self._ask("limits", kpi, by, academy, _Parts(within), _some(among)))

    def scorecard(self, year: str = LATEST, among: Sequence[str] | None = None) -> list[Cell]:
        return self._seen(cast(list[Cell], self._ask("scorecard", year, _some(among))))

    def attention(
        self, academy: str, year: str, among: Sequence[str] | None = None, significant: bool = False
    ) -> Attention:
        """What the academy, or the trust, should look at first."""
        given = (academy, year, _some(among), significant)
        cells = self.scorecard(year, among)
        asked = (self.version, self.view.viewer.scope, "attention", given)
        among = _some(among)
        found = cast(
            Attention,
            self.memory.answer(asked, lambda: attention(self.view, cells, academy, among, significant)),
        )
        self._seen([item.result for item in found.items])
        return found

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
        return self.memory.answer(
            (self.version, self.view.viewer.scope, question, given),
            lambda: getattr(self.view, question)(*(dict(g) if isinstance(g, _Parts) else g for g in given)),
        )


def _some(among: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if among is None else tuple(among)
