"""What a view says of figures beside one another: who can be told apart, a funnel, who is alike, what may be chance."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence, Set

from kpi_engine import years
from kpi_engine.answers import Result
from kpi_engine.catalogue import kpi as find_kpi
from kpi_engine.engine import compared, comparing, differences, funnels, judging, pooled, similar
from kpi_engine.engine.differences import Tested
from kpi_engine.engine.explaining import Explaining
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.scope import Scope, slice_of
from kpi_engine.kpi import Kpi
from kpi_engine.model import NO_BREAKDOWN, TRUST, Academy, Phase, Withheld
from kpi_engine.roster import applies, counts_for_trust

_LATEST = "latest"


class Weighing(Explaining):
    """Comparisons, each made of answers that the same viewer is given."""

    def compared(
        self,
        kpi_id: str,
        year: str = _LATEST,
        within: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
        chosen: Sequence[str] | None = None,
        against: str = TRUST,
    ) -> compared.Comparison:
        """Which academies are clearly above or below, and which cannot be told apart, from the trust's figure.

        ``chosen`` are the academies compared (None: all of ``among``); ``against`` another thing to hold them against:
        ``England``, or an academy by its URN, which then stands among them.
        """
        kpi = find_kpi(kpi_id)
        at, part = self._year(kpi, year), slice_of(kpi, within)
        wanted = None if chosen is None else {self._holdings.academy(urn).urn for urn in chosen}
        held = self._held(kpi, at, within, among, wanted)
        untold = comparing.repeats_unknown(kpi, held)
        if against == compared.ENGLAND:
            stands = comparing.stands(kpi, held, untold or comparing.England())
            return compared.told(kpi, at, against, "England's figure", None, stands)
        scope = self._scope(against, among if against == TRUST else None)
        reference = self._result(kpi, scope, at, within)
        label = self._sum_named(among) if against == TRUST else f"the figure of {scope.name}"
        found = judging.figure(self._holdings, kpi, scope, at, part)
        own = comparing.Held(reference, found if isinstance(found, Figure) else None)
        if against != TRUST and all(h.result.academy != scope.urn for h in held):
            held = sorted((*held, own), key=lambda h: h.result.academy_name)
        if isinstance(found, Withheld):
            untold = f"there is no figure to hold it against: {found.reason.rstrip('.')}"
        stands = comparing.stands(kpi, held, untold or self._reference(kpi, scope, at, found))
        return compared.told(kpi, at, against, label, reference, stands)

    def funnel(
        self,
        kpi_id: str,
        year: str = _LATEST,
        within: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
        chosen: Sequence[str] | None = None,
    ) -> funnels.Funnel | None:
        """Each academy's rate over its size, with the limits of chance around the figure of the trust.

        None for a KPI that no funnel can be drawn of, and where fewer than three academies have figures.
        """
        kpi = find_kpi(kpi_id)
        if not funnels.suits(kpi):
            return None
        at = self._year(kpi, year)
        wanted = None if chosen is None else {self._holdings.academy(urn).urn for urn in chosen}
        held = self._held(kpi, at, within, among, wanted)
        if sum(1 for each in held if each.found is not None) < funnels.LEAST:
            return None
        whole = judging.figure(self._holdings, kpi, self._scope(TRUST, among), at, slice_of(kpi, within))
        return funnels.funnel(kpi, at, held, whole if isinstance(whole, Figure) else None, self._sum_named(among))

    def similar(self, academy: str, year: str = _LATEST) -> similar.Similar:
        """The academies of the same phase that are nearest in size, disadvantage and SEND, with the reason in words."""
        at = self._holdings.current_year if year == _LATEST else years.parse_year(year)
        return similar.similar(self._holdings, self._holdings.academy(academy), at)

    def tested(
        self, kpi_id: str, academy: str = TRUST, year: str = _LATEST, among: Sequence[str] | None = None
    ) -> Tested:
        """How a figure differs from England's, from the year before's and from its target, with p-values."""
        kpi = find_kpi(kpi_id)
        return differences.of(self._holdings, self._book, kpi, self._scope(academy, among), self._year(kpi, year))

    @abstractmethod
    def academies(self, phase: Phase | str | None = None) -> tuple[Academy, ...]: ...

    @abstractmethod
    def compare(
        self,
        kpi_id: str,
        year: str = _LATEST,
        within: Mapping[str, str] = NO_BREAKDOWN,
        among: Sequence[str] | None = None,
    ) -> list[Result]: ...

    @abstractmethod
    def _result(self, kpi: Kpi, scope: Scope, year: str, breakdown: Mapping[str, str]) -> Result: ...

    def _held(
        self,
        kpi: Kpi,
        year: str,
        within: Mapping[str, str],
        among: Sequence[str] | None,
        wanted: Set[str] | None,
    ) -> list[comparing.Held]:
        """Each academy's answer with the figure behind it, by name."""
        part = slice_of(kpi, within)
        out = []
        for result in self.compare(kpi.id, year, within, among):
            if wanted is not None and result.academy not in wanted:
                continue
            found = judging.figure(self._holdings, kpi, self._scope(result.academy, None), year, part)
            out.append(comparing.Held(result, found if isinstance(found, Figure) else None))
        return out

    def _reference(self, kpi: Kpi, scope: Scope, year: str, found: Figure | Withheld) -> comparing.Reference | str:
        """What academies are held against: another of them, or a sum with those that are part of it."""
        if isinstance(found, Withheld):
            return found.reason
        if scope.academy is not None:
            return comparing.Other(found)
        if kpi.pool_years == 1:
            return comparing.Whole(found, frozenset(urn for urn, _, _ in found.contributions))
        measure, window = judging.measure_of(kpi, found), pooled.pool_of(kpi).window(year)
        counts = {
            a.urn: [counts_for_trust(measure, a, self._holdings.membership(a, y)) for y in window]
            for a in scope.academies
            if applies(measure, a) and a.name not in found.missing
        }
        inside = frozenset(urn for urn, each in counts.items() if all(each))
        partly = frozenset(urn for urn, each in counts.items() if any(each) and not all(each))
        return comparing.Whole(found, inside, partly)

    def _sum_named(self, among: Sequence[str] | None) -> str:
        """What the figure of these academies together is called."""
        if among is None:
            return "the trust's figure"
        for phase in Phase:
            if set(among) == {a.urn for a in self.academies(phase)}:
                return f"the figure of the trust's {phase} academies"
        return f"the figure of these {len(among)} academies"
