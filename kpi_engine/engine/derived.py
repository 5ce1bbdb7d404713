"""Facts that depend on a date, worked out anew for another date than the version's own."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kpi_engine.derive import governance, ofsted
from kpi_engine.disclosure.rule import OPEN
from kpi_engine.engine.holdings import FactStore, SumKey
from kpi_engine.engine.withholding import published_on
from kpi_engine.facts import FACT_COLUMNS, NUMBERS, stack
from kpi_engine.measures import MEASURES
from kpi_engine.model import (
    DIMENSIONS,
    NO_BREAKDOWN,
    PUPIL_DIMENSIONS,
    TOTAL,
    Academy,
    NationalFigure,
    Observation,
    Source,
)
from kpi_engine.warehouse.rollup import roll_up
from kpi_engine.years import period_days

DERIVED = frozenset(
    (
        "ofsted_journey",
        "ofsted_leadership",
        "ofsted_good",
        "board_skills",
        "lgb_places",
        "lgb_skills",
        "critical_friends",
        "timely_accounts",
    )
)
"""Measures that only derivations make: none of the version's own rows of them remain for another date."""

RECORDS = ("inspections", "skills", "governors", "accounts", "reviews")


class AsOf:
    """A version as it would stand on another date: its facts, with those that depend on the date replaced.

    On an earlier date whatever was not known yet is left out: years, terms, months and weeks that were not over,
    and tables by school that are published later. A figure to date reaches up to the version's own date, so it
    cannot be shown as of an earlier one.
    """

    def __init__(self, store: Any, as_at: dt.date) -> None:
        self._store: FactStore = store
        self._as_at = as_at
        self._earlier = as_at < store.meta.as_at
        records = {name: store.records(name) for name in RECORDS}
        academies = store.roster()
        frames = [module.derive(records, academies, as_at) for module in (ofsted, governance)]
        whole, _ = roll_up(stack(frames, FACT_COLUMNS), MEASURES, frozenset(), as_at)
        self._derived = observations(whole)
        self._measures = DERIVED

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
        """As the version answers, with facts of the other date for measures that are derived."""
        kept = [m for m in measures if m not in self._measures]
        found = (
            self._store.facts(kept, years=years, urns=urns, by=by, within=within, periods=periods, series=series)
            if kept
            else []
        )
        found = [fact for fact in found if self._known(fact)]
        shape = set(by) | set(within)
        found += [
            fact
            for fact in self._derived
            if fact.measure in measures
            and (years is None or fact.academic_year in years)
            and (urns is None or fact.urn in urns)
            and (periods is None or fact.period in periods)
            and (series is None or fact.series in series)
            and set(fact.breakdown) == shape
            and all(fact.breakdown[name] == value for name, value in within.items())
        ]
        return found

    def headline(
        self, measures: Sequence[str], years: Sequence[str] | None = None, divided: bool | None = None
    ) -> list[Observation]:
        kept = [m for m in measures if m not in self._measures]
        found = [fact for fact in self._store.headline(kept, years, divided) if self._known(fact)] if kept else []
        found += [
            fact
            for fact in self._derived
            if fact.measure in measures
            and fact.period in ("Year", "YTD")
            and (years is None or fact.academic_year in years)
            and len(fact.breakdown) <= 1
            and (divided is None or divided is bool(fact.breakdown))
            and all(name in PUPIL_DIMENSIONS for name in fact.breakdown)
        ]
        return found

    def _known(self, fact: Observation) -> bool:
        """Whether the figure could be known on the date."""
        if not self._earlier:
            return True
        if period_days(fact.academic_year, fact.period)[1] > self._as_at:
            return False
        measure = MEASURES.get(fact.measure)
        if measure is None or fact.series in ("return", "daily"):
            return True
        published = published_on(measure, fact.academic_year)
        return published is None or published <= self._as_at

    def traced(
        self, measure: str, series: str, year: str, urns: Sequence[str], within: Mapping[str, str] = NO_BREAKDOWN
    ) -> list[tuple[Observation, int | None]]:
        """As the version answers; nothing for measures that were worked out anew, whose rows are others."""
        if measure in self._measures:
            return []
        found = self._store.traced(measure, series, year, urns, within)
        return [(fact, row) for fact, row in found if self._known(fact)]

    def traced_national(self, figure: NationalFigure) -> list[tuple[str, int | None]]:
        return self._store.traced_national(figure)

    def national(self, measures: Sequence[str]) -> list[NationalFigure]:
        return self._store.national(measures)

    def roster(self) -> tuple[Academy, ...]:
        return self._store.roster()

    def sources(self) -> Mapping[str, Source]:
        return self._store.sources()

    def guarded_sums(self) -> Mapping[SumKey, int]:
        return self._store.guarded_sums()


def observations(frame: pd.DataFrame) -> list[Observation]:
    """Fact rows as observations, in the frame's order."""
    made = []
    for row in frame.to_dict("records"):
        breakdown = {name: str(row[name]) for name in DIMENSIONS if row[name] != TOTAL}
        numbers = {name: _number(row[name]) for name in NUMBERS}
        made.append(
            Observation(
                measure=str(row["measure"]),
                series=str(row["series"]),
                stage=str(row["stage"]),
                academic_year=str(row["academic_year"]),
                urn=str(row["urn"]),
                period=str(row["period"]),
                code=_text(row["code"]),
                detail=_text(row["detail"]),
                source_id=str(row["source_id"]),
                guard=OPEN if row["series"] == "return" else 0,
                breakdown=breakdown,
                **numbers,
            )
        )
    return made


def _number(value: object) -> float | None:
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else float(str(value))


def _text(value: object) -> str | None:
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)
