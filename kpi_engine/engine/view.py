"""The engine as one viewer sees it: results, trends, breakdowns, comparisons and the scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi_engine import years
from kpi_engine.access import Viewer
from kpi_engine.answers import Cell, Judgement, Result, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.catalogue import kpi as find_kpi
from kpi_engine.engine import (
    frequent,
    judging,
    offers,
    results,
    together,
)
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.frequent import Frequent
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.scope import (
    KEY_STAGE,
    OUTCOME,
    PERIOD_KINDS,
    WHOLE,
    Scope,
    Slice,
    slice_of,
)
from kpi_engine.engine.weighing import Weighing
from kpi_engine.errors import UsageError
from kpi_engine.kpi import Kpi, Single
from kpi_engine.model import (
    NO_BREAKDOWN,
    TRUST,
    Academy,
    Membership,
    Phase,
    Withheld,
    WithheldKind,
)
from kpi_engine.targets import EachPhase, EveryAcademy
from kpi_engine.targets.book import Book, Standing

LATEST = "latest"
_NOT_WHOLE = "The figure of a phase without all of its academies is not judged, since the others' are hidden."


class View(Weighing):
    """Answers for one viewer. ``among`` narrows the trust to some of its academies, for instance to a phase."""

    def __init__(self, holdings: Holdings, book: Book, viewer: Viewer) -> None:
        self._holdings = holdings
        self._book = book
        self.viewer = viewer

    def for_many(self) -> View:
        """The same view for one who asks about every academy in turn: quicker then, and slower for one question."""
        return View(self._holdings.gathering(), self._book, self.viewer)

    # What there is to ask about

    def academies(self, phase: Phase | str | None = None) -> tuple[Academy, ...]:
        """The trust's academies by name; those of a phase (all-through ones stand in both)."""
        found = list(self._holdings.academies.values())
        if phase is not None:
            wanted = {str(phase)}
            if wanted & {"primary", "secondary"}:
                wanted.add(str(Phase.ALL_THROUGH))
            found = [a for a in found if str(a.phase) in wanted]
        return tuple(sorted(found, key=lambda a: a.name))

    def current_academies(self, phase: Phase | str | None = None) -> tuple[Academy, ...]:
        """The academies that are in the trust on the data's date."""
        today = self._holdings.as_at.isoformat()
        return tuple(a for a in self.academies(phase) if not (a.left and a.left < today))

    def years(self) -> tuple[str, ...]:
        """Every academic year with any figure, newest first."""
        every = {m for kpi in CATALOGUE.values() for m in kpi.measures}
        self._holdings.warm(every)
        return tuple(sorted({y for m in every for y in self._holdings.years_of(m)}, reverse=True))

    def latest(self, kpi_id: str) -> str:
        """The newest academic year for which the KPI has a figure; whole years only where the KPI asks for them."""
        kpi = find_kpi(kpi_id)
        found = offers.years_of(self._holdings, kpi)
        if kpi.whole_year:
            whole = [y for y in found if years.last_day(y) <= self._holdings.as_at]
            found = whole or found
        return found[-1] if found else self._holdings.current_year

    def drills(
        self, kpi_id: str, academy: str = TRUST, year: str = LATEST, within: Mapping[str, str] = NO_BREAKDOWN
    ) -> tuple[str, ...]:
        """The KPI's breakdowns for which figures are loaded, in its own order, not counting those already taken."""
        kpi = find_kpi(kpi_id)
        at = self._year(kpi, year)
        scope = self._scope(academy, None)
        found = []
        for name in kpi.drill:
            if name in within or (name == "academy" and academy != TRUST):
                continue
            if name in ("academy", OUTCOME, KEY_STAGE) or offers.values(self._holdings, kpi, scope, at, name, within):
                found.append(name)
        return tuple(found)

    # Answers

    def result(
        self,
        kpi_id: str,
        academy: str = TRUST,
        year: str = LATEST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Result:
        """The full answer to one question. UsageError for an unknown KPI, academy, year or breakdown."""
        kpi = find_kpi(kpi_id)
        return self._result(kpi, self._scope(academy, among), self._year(kpi, year), breakdown)

    def trend(
        self,
        kpi_id: str,
        academy: str = TRUST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> list[Result]:
        """The KPI over all academic years from its first to its newest figure, oldest first, gaps with reasons."""
        kpi = find_kpi(kpi_id)
        found = offers.years_of(self._holdings, kpi)
        if not found:
            return []
        scope = self._scope(academy, among)
        span = range(years.start_of(found[0]), years.start_of(found[-1]) + 1)
        return [self._result(kpi, scope, years.label(start), breakdown) for start in span]

    def breakdown(
        self,
        kpi_id: str,
        by: str,
        academy: str = TRUST,
        year: str = LATEST,
        within: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> list[Result]:
        """The KPI by one dimension: a result for each of its values, within the breakdown already taken."""
        kpi = find_kpi(kpi_id)
        at = self._year(kpi, year)
        if by == "academy":
            return self.compare(kpi_id, at, within, among)
        if by not in kpi.drill:
            raise UsageError(f"{kpi.id} cannot be broken down by {by!r}; it can be taken by {', '.join(kpi.drill)}")
        scope = self._scope(academy, among)
        return [
            self._result(kpi, scope, at, {**within, by: value})
            for value in offers.values(self._holdings, kpi, scope, at, by, within)
        ]

    def compare(
        self,
        kpi_id: str,
        year: str = LATEST,
        within: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> list[Result]:
        """The KPI for each academy, by name; those without a figure say why."""
        kpi = find_kpi(kpi_id)
        at = self._year(kpi, year)
        return [
            self._result(kpi, self._scope(a.urn, None), at, within)
            for a in self._listed(among)
            if self._holdings.membership(a, at) is not Membership.AFTER
        ]

    def limits(
        self,
        kpi_id: str,
        by: str,
        academy: str = TRUST,
        breakdown: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> Frequent:
        """The KPI by week, month or term over all its years, with XmR limits from 12 points on.

        UsageError for a KPI that has no such series, or that is no single measure.
        """
        kpi = find_kpi(kpi_id)
        if by not in PERIOD_KINDS or by not in kpi.drill or not isinstance(kpi.answer, Single):
            kinds = [name for name in kpi.drill if name in PERIOD_KINDS]
            raise UsageError(f"{kpi.id} has no series by {by!r}; it can be taken by {', '.join(kinds) or 'year alone'}")
        scope = self._scope(academy, among)
        asked = (
            (year, slice_of(kpi, {**breakdown, by: value}))
            for year in offers.years_of(self._holdings, kpi)
            for value in offers.values(self._holdings, kpi, scope, year, by, breakdown)
        )
        return frequent.limits(self._holdings, kpi, scope, asked)

    def scorecard(
        self, year: str = LATEST, among: Sequence[str] | None = None, kpis: Sequence[str] | None = None
    ) -> list[Cell]:
        """A cell for each KPI and academy, and for the trust: value, target's judgement, or why there is none.

        The same figures and judgements as ``result`` gives, without what nobody reads in a grid.
        """
        asked = [find_kpi(k) for k in kpis] if kpis is not None else list(CATALOGUE.values())
        self._holdings.warm({m for kpi in asked for m in kpi.measures})
        today = among is None and year == LATEST
        listed = self.current_academies() if today else self._listed(among)
        trust = self._scope(TRUST, among)
        cells: list[Cell] = []
        for kpi in asked:
            at = self._year(kpi, year)
            own: dict[str, Judgement | None] = {}
            for academy in listed:
                if self._holdings.membership(academy, at) is Membership.AFTER:
                    continue
                cell = self._cell(kpi, Scope(academy, (academy,), academy.name), at, None)
                cells.append(cell)
                own[academy.urn] = cell.target if cell.withheld is None else None
            cells.append(self._cell(kpi, trust, at, own))
        return cells

    def owner(self, kpi_id: str, academy: str = TRUST, year: str = LATEST) -> str:
        """Who answers for a KPI there, as its target names them; "" where nobody is named."""
        kpi = find_kpi(kpi_id)
        found = self._scope(academy, None).academy
        return self._book.standing(kpi.id, kpi.target, kpi.tolerance, found, self._year(kpi, year)).owner or kpi.owner

    # How

    def _result(self, kpi: Kpi, scope: Scope, year: str, breakdown: Mapping[str, str]) -> Result:
        part = slice_of(kpi, breakdown)
        found = judging.figure(self._holdings, kpi, scope, year, part)
        if isinstance(found, Withheld):
            return results.withheld(self._holdings, kpi, scope, year, breakdown, found)
        standing = self._book.standing(kpi.id, kpi.target, kpi.tolerance, scope.academy, year)
        parts = self._parts(kpi, scope, year, breakdown, standing)
        return results.full(self._holdings, kpi, scope, breakdown, part, found, standing, parts)

    def _parts(
        self, kpi: Kpi, scope: Scope, year: str, breakdown: Mapping[str, str], standing: Standing
    ) -> tuple[tuple[str, Judgement], ...]:
        """The judgements of the trust's academies, or of its phases, where the target looks at them one by one."""
        if scope.academy is not None or not isinstance(standing.rule, (EveryAcademy, EachPhase)):
            return ()
        holdings = self._holdings
        members = [a for a in scope.academies if self._member(a, year)]
        if isinstance(standing.rule, EveryAcademy):
            if self._is_whole(scope):
                holdings = holdings.for_counting()
            scopes = [Scope(a, (a,), a.name) for a in members]
        else:
            phases = dict.fromkeys(a.phase for a in members)
            scopes = [Scope(None, tuple(a for a in members if a.phase is p), str(p)) for p in phases]
            if len(scopes) == 1:
                return ()
        part = slice_of(kpi, breakdown)
        found = []
        for own in scopes:
            figure = judging.figure(holdings, kpi, own, year, part)
            if own.academy is None and self._leaves_out_hidden(kpi, own, year, part, figure):
                found.append((own.name, Judgement(TargetStatus.NONE, _NOT_WHOLE)))
            elif isinstance(figure, Figure):
                judged = self._book.standing(kpi.id, kpi.target, kpi.tolerance, own.academy, year)
                found.append((own.name, results.target(holdings, kpi, own, part, figure, judged, ())))
        return self._unnamed(found) if holdings is not self._holdings else tuple(found)

    def _leaves_out_hidden(self, kpi: Kpi, phase: Scope, year: str, part: Slice, figure: Figure | Withheld) -> bool:
        """Whether a phase's figure is hidden, or is that of some of its academies since others' are: their judgement
        would be told as the phase's."""
        if isinstance(figure, Withheld):
            return figure.kind is WithheldKind.HIDDEN
        for academy in phase.academies:
            if academy.name in figure.missing:
                own = judging.figure(self._holdings, kpi, Scope(academy, (academy,), academy.name), year, part)
                if isinstance(own, Withheld) and own.kind is WithheldKind.HIDDEN:
                    return True
        return False

    def _unnamed(self, found: list[tuple[str, Judgement]]) -> tuple[tuple[str, Judgement], ...]:
        """Judgements as a headteacher is told of them: others' academies have neither name nor figure."""
        own = {self._holdings.academy(urn).name for urn in self.viewer.academies if urn in self._holdings.academies}
        judged = [(name, part) for name, part in found if part.status is not TargetStatus.NONE]
        if len(judged) < together.LEAST:
            return ()
        judged.sort(key=lambda each: each[0] not in own)  # the place among the others would tell whose it is
        return tuple(
            (name, part) if name in own else ("another academy", Judgement(part.status, "")) for name, part in judged
        )

    def _cell(self, kpi: Kpi, scope: Scope, year: str, own: Mapping[str, Judgement | None] | None) -> Cell:
        """One cell; ``own`` are the judgements of the academies that were judged already (None: no figure)."""
        found = judging.figure(self._holdings, kpi, scope, year, WHOLE)
        if isinstance(found, Withheld):
            return Cell(kpi.id, scope.urn, year, None, results.NOT_JUDGED, found)
        standing = self._book.standing(kpi.id, kpi.target, kpi.tolerance, scope.academy, year)
        if own is not None and isinstance(standing.rule, EveryAcademy) and self._sees_all_returns:
            known = [(a, own[a.urn]) for a in scope.academies if a.urn in own and self._member(a, year)]
            rest = scope._replace(academies=tuple(a for a in scope.academies if a.urn not in own))
            parts = tuple((a.name, judged) for a, judged in known if judged is not None)
            parts += self._parts(kpi, rest, year, NO_BREAKDOWN, standing)
        else:
            parts = self._parts(kpi, scope, year, NO_BREAKDOWN, standing)
        judged = results.target(self._holdings, kpi, scope, WHOLE, found, standing, parts)
        return Cell(kpi.id, scope.urn, year, found.value, judged, None, found.by_right)

    @property
    def _sees_all_returns(self) -> bool:
        return self._holdings.sight is None or self._holdings.sight.own is None

    def _is_whole(self, scope: Scope) -> bool:
        """Whether the scope is the whole trust: of fewer academies a headteacher could tell which one is meant."""
        return len(scope.academies) == len(self._holdings.academies)

    def _member(self, academy: Academy, year: str) -> bool:
        return self._holdings.membership(academy, year) is Membership.MEMBER

    def _year(self, kpi: Kpi, year: str) -> str:
        return self.latest(kpi.id) if year == LATEST else years.parse_year(year)

    def _listed(self, among: Sequence[str] | None) -> tuple[Academy, ...]:
        if among is None:
            return self.academies()
        wanted = {self._holdings.academy(urn).urn for urn in among}
        return tuple(a for a in self.academies() if a.urn in wanted)

    def _scope(self, academy: str, among: Sequence[str] | None) -> Scope:
        if academy == TRUST:
            listed = tuple(self._holdings.academies.values()) if among is None else self._listed(among)
            some = "one academy" if len(listed) == 1 else f"{len(listed)} academies"
            name = "the trust" if among is None else some
            return Scope(None, tuple(sorted(listed, key=lambda a: a.urn)), name)
        found = self._holdings.academy(academy)
        return Scope(found, (found,), found.name)
