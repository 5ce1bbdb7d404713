"""What the engine works from: one version's facts, England's figures, the academies, and a date.

Facts of a measure are read once, in one query for many measures, and looked up from then on: a version never
changes, so nothing here can go stale.
"""

from __future__ import annotations

import copy
import datetime as dt
import threading
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from kpi_engine import years
from kpi_engine.disclosure.rule import CLOSED, OPEN, kind_of
from kpi_engine.engine.figure import value_of
from kpi_engine.engine.lens import NOT_YOURS, Sight
from kpi_engine.errors import UsageError
from kpi_engine.measures import MEASURES
from kpi_engine.model import (
    CENTRAL,
    DIMENSIONS,
    NO_BREAKDOWN,
    PUPIL_DIMENSIONS,
    Academy,
    Measure,
    Membership,
    NationalFigure,
    Observation,
    Phase,
    Source,
)
from kpi_engine.national import PLAN, reference
from kpi_engine.roster import applies, counts_for_trust, membership, membership_until
from kpi_engine.stats import pupil_deviation_from_limits

ENGLAND = "England"
Members = Literal["then", "current"]
__all__ = ["CENTRAL", "FactStore", "Holdings", "Members", "applies", "counts_for_trust"]

BySeries = Mapping[str, Observation]
ByUrn = Mapping[str, BySeries]
_NOTHING: ByUrn = {}
_Place = tuple[str, str, tuple[tuple[str, str], ...], str | None]
SumKey = tuple[str, str, str, str, str, tuple[tuple[str, str], ...]]
_SLICES_KEPT = 4096
_ENGLANDS: Mapping[Phase, tuple[Phase, ...]] = {Phase.ALL_THROUGH: (Phase.PRIMARY, Phase.SECONDARY)}


class FactStore(Protocol):
    """What the engine needs of a warehouse version."""

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
    ) -> list[Observation]: ...

    def headline(self, measures: Sequence[str], years: Sequence[str] | None = None) -> list[Observation]: ...

    def traced(
        self, measure: str, series: str, year: str, urns: Sequence[str], within: Mapping[str, str] = NO_BREAKDOWN
    ) -> list[tuple[Observation, int | None]]: ...

    def traced_national(self, figure: NationalFigure) -> list[tuple[str, int | None]]: ...

    def national(self, measures: Sequence[str]) -> list[NationalFigure]: ...

    def roster(self) -> tuple[Academy, ...]: ...

    def sources(self) -> Mapping[str, Source]: ...

    def guarded_sums(self) -> Mapping[SumKey, int]: ...


class Holdings:
    """Facts, national figures and academies as of a date; safe to share between threads.

    ``sight`` is how much of them is seen (None: all of them, which nobody outside the engine is given), ``whole`` the
    holdings without it. ``decided`` says that the version's decision about its sums holds: for another date or other
    members these would be other sums.
    """

    def __init__(self, store: FactStore, as_at: dt.date, members: Members = "then", decided: bool = True) -> None:
        self._store = store
        self.sight: Sight | None = None
        self.whole = self
        self.decided = decided
        self._guards = store.guarded_sums()
        self._seen: dict[_Place, ByUrn] = {}
        self._gathered: dict[Hashable, list[Observation]] | None = None
        self.as_at = as_at
        self.version = ""
        self.members = members
        self.current_year = years.year_of(as_at)
        self.academies: Mapping[str, Academy] = {a.urn: a for a in store.roster()}
        self.central = Academy(CENTRAL, "Central services", Phase.ALL_THROUGH, None)
        self.sources = store.sources()
        self._lock = threading.RLock()
        self._facts: dict[str, dict[tuple[str, str, str], dict[str, dict[str, Observation]]]] = {}
        self._years: dict[str, tuple[str, ...]] = {}
        self._memberships: dict[tuple[str, str, str], Membership] = {}
        self._national: dict[str, list[NationalFigure]] = {}
        self._series: dict[tuple[str, str], tuple[str, ...]] = {}
        self.remembered: dict[Hashable, Any] = {}
        """Answers that are the same for many academies, kept by those who work them out."""
        self._national_index: dict[
            str, dict[tuple[str, str, str, tuple[tuple[str, str], ...]], list[NationalFigure]]
        ] = {}
        self._slices: dict[tuple[str, str, tuple[tuple[str, str], ...], str | None], ByUrn] = {}

    def through(self, sight: Sight) -> Holdings:
        """The same holdings as somebody sees them; what has been read already is shared."""
        seen = copy.copy(self)
        seen.sight = sight
        seen._seen = {}
        return seen

    def gathering(self) -> Holdings:
        """The same holdings for one who asks about every academy in turn: which facts there are is read for all at once
        and kept."""
        all_at_once = copy.copy(self)
        all_at_once._gathered = {}
        return all_at_once

    def for_counting(self) -> Holdings:
        """What may be counted into a statement about the trust: for a headteacher other academies' returns as well,
        as far as the executive sees them. None of their figures may be named."""
        if self.sight is None or self.sight.own is None:
            return self
        return self.through(self.sight.of_all())

    def guard_of(
        self, measure: str, series: str, year: str, scope: str, period: str, breakdown: Mapping[str, str]
    ) -> int:
        """The guard of a sum: of the trust, of ``phase:`` and a phase, or of pooled years of an academy.

        A sum about people that the version has not decided on is for nobody; what is not about people is for all.
        """
        period = "Year" if period == "YTD" else period
        undecided = OPEN if kind_of(MEASURES[measure]) is None else CLOSED
        return self._guards.get((measure, series, year, scope, period, _in_order(breakdown)), undecided)

    def academy(self, urn: str) -> Academy:
        """The academy of that URN (its predecessors' URNs find it too); UsageError when the trust has none."""
        found = self.academies.get(urn)
        if found is not None:
            return found
        if urn == CENTRAL:
            return self.central
        for academy in self.academies.values():
            if urn in academy.predecessors:
                return academy
        known = ", ".join(f"{a.urn} {a.name}" for a in self.academies.values())
        raise UsageError(f"{urn!r} is no academy of this trust; its academies are: {known}")

    def warm(self, measures: Iterable[str]) -> None:
        """Read the facts and England's figures of all these measures that have not been read yet, each in one query."""
        wanted = sorted({m for m in measures if m not in self._facts})
        if not wanted:
            return
        with self._lock:
            wanted = [m for m in wanted if m not in self._facts]
            if not wanted:
                return
            fresh: dict[str, dict[tuple[str, str, str], dict[str, dict[str, Observation]]]] = {m: {} for m in wanted}
            seen: dict[str, set[str]] = {m: set() for m in wanted}
            for fact in self._store.headline(wanted):
                dimension, value = next(iter(fact.breakdown.items()), ("", ""))
                slot = fresh[fact.measure].setdefault((fact.academic_year, dimension, value), {})
                held = slot.setdefault(fact.urn, {})
                other = held.get(fact.series)
                if other is None or (other.period != "Year" and fact.period == "Year"):
                    held[fact.series] = fact
                if not dimension and (fact.published_value is not None or fact.numerator is not None):
                    seen[fact.measure].add(fact.academic_year)
            national: dict[str, list[NationalFigure]] = {m: [] for m in wanted}
            loaded = (_valued(n) for n in self._store.national(wanted) if n.urn == ENGLAND)
            for figure in (*loaded, *reference()):
                if figure.measure in national:
                    national[figure.measure].append(figure)
            self._national.update(national)
            self._years.update({m: tuple(sorted(found)) for m, found in seen.items()})
            self._facts.update(fresh)

    def facts(
        self, measure: str, year: str, breakdown: Mapping[str, str] = NO_BREAKDOWN, period: str | None = None
    ) -> ByUrn:
        """Facts of a measure in a year and breakdown, as URN -> series -> fact; of the whole year by default."""
        found = self._all(measure, year, breakdown, period)
        if self.sight is None:
            return found
        place = (measure, year, _key(breakdown), period)
        seen = self._seen.get(place)
        if seen is None:
            seen = _through(self.sight, found)
            if len(self._seen) >= _SLICES_KEPT * 4:
                self._seen.clear()
            self._seen[place] = seen
        return seen

    def observations(
        self,
        measures: Sequence[str],
        year: str | None,
        *,
        urns: Sequence[str] | None = None,
        by: Sequence[str] = (),
        within: Mapping[str, str] = NO_BREAKDOWN,
        periods: Sequence[str] | None = None,
    ) -> list[Observation]:
        """The facts of one shape in a year (None: in all), without those of others' returns; hidden ones emptied."""
        wanted = None if year is None else (year,)
        found = self._gather(measures, wanted, urns, by, within, periods)
        if self.sight is None:
            return found
        seen = (self.sight.seen(fact) for fact in found)
        return [fact for fact in seen if fact.code != NOT_YOURS]

    def _gather(
        self,
        measures: Sequence[str],
        years: Sequence[str] | None,
        urns: Sequence[str] | None,
        by: Sequence[str],
        within: Mapping[str, str],
        periods: Sequence[str] | None,
    ) -> list[Observation]:
        if self._gathered is None:
            return self._store.facts(measures, years=years, urns=urns, by=by, within=within, periods=periods)
        place = (tuple(measures), years, tuple(by), tuple(sorted(within.items())), periods)
        found = self._gathered.get(place)
        if found is None:
            found = self._store.facts(measures, years=years, by=by, within=within, periods=periods)
            self._gathered[place] = found
        return found if urns is None else [fact for fact in found if fact.urn in urns]

    def traced(
        self, measure: str, series: str, year: str, urns: Sequence[str], within: Mapping[str, str]
    ) -> list[tuple[Observation, int | None]]:
        """All facts at ``within`` and below, each with its row in the file, as the version has them.

        They are not yet looked at through anybody's ``sight``: whoever asks does so before showing a number or a row.
        """
        return self._store.traced(measure, series, year, urns, within)

    def traced_national(self, figure: NationalFigure) -> list[tuple[str, int | None]]:
        """The loaded files that give England's figure, each with its row in them."""
        return self._store.traced_national(figure)

    def _all(self, measure: str, year: str, breakdown: Mapping[str, str], period: str | None) -> ByUrn:
        if period is None and len(breakdown) <= 1:
            dimension, value = next(iter(breakdown.items()), ("", ""))
            if not dimension or dimension in PUPIL_DIMENSIONS:
                if measure not in self._facts:
                    self.warm((measure,))
                return self._facts[measure].get((year, dimension, value), _NOTHING)
        key = (measure, year, tuple(sorted(breakdown.items())), period)
        kept = self._slices.get(key)
        if kept is not None:
            return kept
        if len(self._slices) >= _SLICES_KEPT:
            self._slices.clear()
        found: dict[str | None, dict[str, dict[str, Observation]]] = {period: {}}
        # Whoever asks for one week asks for its neighbours next, and one question for all costs hardly more.
        periods = ("Year", "YTD") if period is None else None
        for fact in self._store.facts((measure,), years=(year,), within=breakdown, periods=periods):
            held = found.setdefault(fact.period if period is not None else None, {}).setdefault(fact.urn, {})
            other = held.get(fact.series)
            if other is None or (other.period == "YTD" and fact.period == "Year"):
                held[fact.series] = fact
        for each, result in found.items():
            self._slices[*key[:3], each] = result
        return found[period]

    def by_year_group(self, measure: str, year: str, urn: str, period: str, series: str) -> Mapping[str, Observation]:
        """An academy's facts by year group (one of the headline breakdowns, so read with the rest)."""
        if period in ("Year", "YTD"):
            self.warm((measure,))
            return {
                value: held[series]
                for (y, dimension, value), by_urn in self._facts[measure].items()
                if y == year and dimension == "year_group" and (held := by_urn.get(urn, {})) and series in held
            }
        found = self._store.facts(
            (measure,), years=(year,), urns=(urn,), by=("year_group",), periods=(period,), series=(series,)
        )
        return {fact.breakdown["year_group"]: fact for fact in found}

    def years_of(self, measure: str) -> tuple[str, ...]:
        """The academic years for which the measure has a figure for any academy, oldest first."""
        self.warm((measure,))
        return self._years[measure]

    def years_with(self, measure: str, breakdown: Mapping[str, str]) -> list[str]:
        """The academic years with a figure in that breakdown (none or one pupil dimension), oldest first."""
        if not breakdown:
            return list(self.years_of(measure))
        self.warm((measure,))
        ((dimension, value),) = breakdown.items()
        return sorted(
            year
            for (year, d, v), by_urn in self._facts[measure].items()
            if d == dimension
            and v == value
            and any(
                fact.numerator is not None or fact.published_value is not None
                for held in by_urn.values()
                for fact in held.values()
            )
        )

    def national(self, measure: str) -> Sequence[NationalFigure]:
        """England's figures: those of loaded files before those that come with the engine."""
        if measure not in self._national:
            self.warm((measure,))
        return self._national[measure]

    def national_at(
        self, measure: str, year: str, phase: str, period: str, breakdown: Mapping[str, str]
    ) -> Sequence[NationalFigure]:
        """England's figures with a value for one year, phase, window and breakdown, in any series and release."""
        index = self._national_index.get(measure)
        if index is None:
            index = {}
            for figure in self.national(measure):
                if figure.value is not None:
                    place = (figure.academic_year, figure.phase, figure.period, _key(figure.breakdown))
                    index.setdefault(place, []).append(figure)
            self._national_index[measure] = index
        return index.get((year, phase, period, _key(breakdown)), ())

    def series_of(self, measure: Measure, year: str) -> tuple[str, ...]:
        """The measure's series in the order they are preferred for a year.

        Where a comparator matters more than the series' own order, the one comes first in which most of the trust's
        academies have a comparator of their phase. It is one order for all of them, so that academies side by side
        are never in two series for the comparator's sake.
        """
        if not measure.prefer_comparable:
            return measure.series
        order = self._series.get((measure.id, year))
        if order is not None:
            return order
        known = {
            (n.series, n.phase)
            for n in self.national(measure.id)
            if n.value is not None and not n.breakdown and (n.academic_year == year or n.note == PLAN)
        }
        able = {
            series: sum(
                all((series, str(phase)) in known for phase in _ENGLANDS.get(academy.phase, (academy.phase,)))
                for academy in self.academies.values()
            )
            for series in measure.series
        }
        order = tuple(sorted(measure.series, key=lambda s: -able[s]))
        self._series[measure.id, year] = order
        return order

    def membership(self, academy: Academy, year: str, period: str = "Year") -> Membership:
        """Whether the academy was in the trust for the whole period; with ``current`` members, as of today."""
        key = (academy.urn, year, period)
        found = self._memberships.get(key)
        if found is None:
            if academy.urn == CENTRAL:
                found = Membership.MEMBER
            elif self.members == "current":
                found = membership(academy, self.as_at, self.as_at)
            else:
                found = membership_until(academy, year, period, self.as_at)
            self._memberships[key] = found
        return found

    def deviation(self, measure: Measure, year: str) -> float | None:
        """The national pupil deviation of a progress score, as implied by the published limits of the year.

        DfE uses one deviation for every school of a year, so each school's limits give it back up to rounding; the
        median is taken. None when no limits were published.
        """
        limits = [
            (fact.denominator, fact.lower, fact.upper)
            for by_series in self.facts(measure.id, year).values()
            for fact in by_series.values()
            if fact.denominator and fact.lower is not None and fact.upper is not None
        ]
        return pupil_deviation_from_limits(limits) if limits else None


def _valued(national: NationalFigure) -> NationalFigure:
    """A national row that gives sums in place of a value, with the value that they make."""
    if national.value is not None or national.code is not None:
        return national
    measure = MEASURES[national.measure]
    return national._replace(value=value_of(measure, national.numerator, national.denominator))


def _through(sight: Sight, found: ByUrn) -> ByUrn:
    """What is seen of facts; the very same object when that is all of them."""
    changed: dict[str, BySeries] = {}
    for urn, by_series in found.items():
        seen = {series: sight.seen(fact) for series, fact in by_series.items()}
        if any(seen[series] is not fact for series, fact in by_series.items()):
            changed[urn] = seen
    return {**found, **changed} if changed else found


def _in_order(breakdown: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A breakdown as the version's sums are named: its dimensions in their own order."""
    if len(breakdown) < 2:
        return tuple(breakdown.items())
    return tuple((name, breakdown[name]) for name in DIMENSIONS if name in breakdown)


def _key(breakdown: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(breakdown.items())) if breakdown else ()
