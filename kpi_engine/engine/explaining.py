"""What a view says about its own answers: where they come from, why one is missing, what lies behind and beside it."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_engine.answers import Result
from kpi_engine.catalogue import kpi as find_kpi
from kpi_engine.engine import absence, evidence, judged_by, judging, offers, years_together
from kpi_engine.engine import events as happenings
from kpi_engine.engine.absence import Absence
from kpi_engine.engine.events import Event
from kpi_engine.engine.evidence import Evidence
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.judged_by import JudgedBy
from kpi_engine.engine.offers import Offered
from kpi_engine.engine.scope import Scope, slice_of
from kpi_engine.engine.years_together import Together
from kpi_engine.kpi import Kpi
from kpi_engine.model import NO_BREAKDOWN, TRUST, Withheld
from kpi_engine.targets.book import Book, OwnTarget

_LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a view's answers rest on: the data's date and version, whose academies count, the trust's own targets."""

    as_at: dt.date
    version: str
    members: str
    targets: tuple[OwnTarget, ...]


class Explaining(ABC):
    """Explanations of answers, each made of answers that the same viewer is given."""

    _holdings: Holdings
    _book: Book

    def basis(self) -> Basis:
        """What every answer here rests on."""
        held = self._holdings
        return Basis(held.as_at, held.version, held.members, self._book.own)

    def evidence(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = _LATEST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Evidence:
        """Where the answer to one question comes from: files, rows in them, and what each academy's facts put in."""
        kpi, scope = find_kpi(kpi_id), self._scope(academy, among)
        at, part = self._year(kpi, year), slice_of(kpi, breakdown)
        found = judging.figure(self._holdings, kpi, scope, at, part)
        return evidence.evidence(self._holdings, kpi, scope, at, part, found if isinstance(found, Figure) else None)

    def absence(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = _LATEST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Absence | None:
        """Why there is no figure, what would help and where there is one; None where there is a figure."""
        kpi = find_kpi(kpi_id)

        def ask(where: str, when: str, within: Mapping[str, str]) -> Result:
            return self.result(kpi_id, where, when, within, among if where == TRUST else None)

        result = ask(academy, year, breakdown)
        return absence.of(self._holdings, kpi, result, ask, offers.years_of(self._holdings, kpi))

    def together(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = _LATEST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Together | None:
        """Up to three years as one figure where one year speaks of few people; None where that is not offered."""
        kpi, scope = find_kpi(kpi_id), self._scope(academy, among)
        return years_together.together(self._holdings, kpi, scope, self._year(kpi, year), slice_of(kpi, breakdown))

    def offers(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = _LATEST,
        within: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> tuple[Offered, ...]:
        """Every breakdown that the KPI has, not counting those already taken: whether there is anything, or why not."""
        kpi, scope = find_kpi(kpi_id), self._scope(academy, among)
        at = self._year(kpi, year)

        def answer(part: Mapping[str, str]) -> Withheld | None:
            found = judging.figure(self._holdings, kpi, scope, at, slice_of(kpi, part))
            return found if isinstance(found, Withheld) else None

        return offers.offered(self._holdings, kpi, scope, at, within, answer)

    def judged_by(self, kpi_id: str, academy: str = TRUST, year: str = _LATEST) -> JudgedBy:
        """How the KPI is judged for an academy and year: target, England, direction, interval."""
        kpi, scope = find_kpi(kpi_id), self._scope(academy, None)
        at = self._year(kpi, year)
        return judged_by.judged_by(kpi, self._book.standing(kpi.id, kpi.target, kpi.tolerance, scope.academy, at))

    def events(self, kpi_id: str, academy: str, trend: Sequence[Result]) -> tuple[Event, ...]:
        """What happened along a trend of the KPI: joining the trust, breaks, years that nobody published."""
        return happenings.events(find_kpi(kpi_id), self._scope(academy, None).academy, trend)

    @abstractmethod
    def result(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = _LATEST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Result: ...

    @abstractmethod
    def _year(self, kpi: Kpi, year: str) -> str: ...

    @abstractmethod
    def _scope(self, academy: str, among: Sequence[str] | None) -> Scope: ...
