"""A store that is read once for many questions, and whose hidden figures can be others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi_engine.model import DIMENSIONS, NO_BREAKDOWN, Observation
from kpi_engine.warehouse.store import Store
from tests.disclosure.attacker import Key

Table = dict[str, list[Observation]]
"""Facts by academic year."""
Entry = tuple[Observation, int | None]
"""A fact with its row in the file."""


@dataclass(slots=True)
class Kept:
    """A store whose questions are read once for several engines, and whose hidden figures may be others.

    It asks the real store (or ``before``, of the first world) for whole tables and takes out of them what is asked for,
    so that thousands of questions cost a few hundred queries.
    """

    store: Store
    changes: Mapping[Key, float] = field(default_factory=dict)
    before: Kept | None = None
    tables: dict[tuple[str, frozenset[str]], Table] = field(default_factory=dict)
    headlines: dict[str, list[Observation]] = field(default_factory=dict)
    rows: dict[tuple[str, str, str], dict[str, list[Entry]]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def other(self, changes: Mapping[Key, float]) -> Kept:
        """The same store in another world."""
        return Kept(self.store, changes, self)

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
        fixed = {name: value for name, value in within.items() if value != "Total"}
        shape = frozenset((*by, *fixed))
        found = []
        for id in measures:
            of_years = self.table(id, shape)
            for year in years if years is not None else sorted(of_years):
                found += [
                    fact
                    for fact in of_years.get(year, ())
                    if (urns is None or fact.urn in urns)
                    and (periods is None or fact.period in periods)
                    and (series is None or fact.series in series)
                    and all(fact.breakdown[name] == value for name, value in fixed.items())
                ]
        return found

    def headline(
        self, measures: Sequence[str], years: Sequence[str] | None = None, divided: bool | None = None
    ) -> list[Observation]:
        assert years is None
        fresh = [id for id in measures if id not in self.headlines]
        if fresh:
            self.headlines.update({id: [] for id in fresh})
            for fact in (self.before or self.store).headline(fresh):
                self.headlines[fact.measure].append(self._changed(fact))
        return [
            fact
            for id in measures
            for fact in self.headlines[id]
            if divided is None or divided is (len(fact.breakdown) > 0)
        ]

    def table(self, id: str, shape: frozenset[str]) -> Table:
        """A measure's facts of one shape by academic year."""
        if (id, shape) not in self.tables:
            made: Table = defaultdict(list)
            if self.before is None:
                for fact in self.store.facts((id,), by=tuple(name for name in DIMENSIONS if name in shape)):
                    made[fact.academic_year].append(fact)
            else:
                for year, facts in self.before.table(id, shape).items():
                    made[year] = [self._changed(fact) for fact in facts]
            self.tables[id, shape] = made
        return self.tables[id, shape]

    def traced(
        self, measure: str, series: str, year: str, urns: Sequence[str], within: Mapping[str, str] = NO_BREAKDOWN
    ) -> list[Entry]:
        by_urn = self.row_table(measure, series, year)
        wanted = within.items()
        return [each for urn in sorted(urns) for each in by_urn.get(urn, ()) if wanted <= each[0].breakdown.items()]

    def row_table(self, measure: str, series: str, year: str) -> dict[str, list[Entry]]:
        """All facts of a measure, series and year with their rows, by URN."""
        key = (measure, series, year)
        if key not in self.rows:
            made: dict[str, list[Entry]] = defaultdict(list)
            if self.before is None:
                urns = [academy.urn for academy in self.store.roster()] + ["trust", "central"]
                for entry in self.store.traced(measure, series, year, urns):
                    made[entry[0].urn].append(entry)
            else:
                for urn, entries in self.before.row_table(*key).items():
                    made[urn] = [(self._changed(fact), row) for fact, row in entries]
            self.rows[key] = made
        return self.rows[key]

    def _changed(self, fact: Observation) -> Observation:
        if not self.changes or fact.guard == 0 or fact.numerator is None:
            return fact
        dims = tuple((name, fact.breakdown[name]) for name in DIMENSIONS if name in fact.breakdown)
        change = self.changes.get((fact.measure, fact.series, fact.academic_year, fact.urn, fact.period, dims))
        if change is None:
            return fact
        squares = {
            name: value + change * by
            for name, by in (("sum_nn", 3.0), ("sum_nd", 2.0))
            if (value := getattr(fact, name)) is not None
        }
        return fact._replace(numerator=fact.numerator + change, **squares)
