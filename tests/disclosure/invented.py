"""Small invented tables: academies, and facts with as many or as few people as a trap needs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kpi_engine.disclosure.decide import GUARDED_COLUMNS, Decided, decide
from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy, Phase

AS_AT = dt.date(2026, 8, 31)
YEAR = "2024/25"
ELSEWHERE = "elsewhere"
"""The source of published tables."""


def academy(
    number: int, phase: Phase = Phase.SECONDARY, joined: str = "2015-09-01", left: str | None = None
) -> Academy:
    return Academy(f"{900100 + number}", f"Academy {number}", phase, joined, left, sixth_form=True)


def academies(count: int, phase: Phase = Phase.SECONDARY) -> tuple[Academy, ...]:
    return tuple(academy(number, phase) for number in range(count))


def fact(
    measure: str,
    academy: Academy,
    n: float,
    d: float,
    breakdown: Mapping[str, str] | None = None,
    *,
    year: str = YEAR,
    period: str = "Year",
    people: float | None = None,
    series: str = "return",
) -> pd.DataFrame:
    """One fact of the trust's own returns."""
    urn = pd.Series([academy.urn])
    size = d if people is None else people
    return facts(
        measure, series, "final", year, urn, "own", period=period, breakdown=breakdown, numerator=n, denominator=d,
        people=size,
    )  # fmt: skip


def published(
    measure: str,
    academy: Academy,
    n: float,
    d: float,
    breakdown: Mapping[str, str] | None = None,
    *,
    decimals: int | None = None,
    year: str = YEAR,
    period: str = "Year",
) -> pd.DataFrame:
    """One fact of a published table: a count, or (with ``decimals``) a percentage to so many decimals and a cohort."""
    urn = pd.Series([academy.urn])
    factor = MEASURES[measure].factor
    value = math.nan if decimals is None else math.floor(n / d * factor * 10**decimals + 0.5) / 10**decimals
    return facts(
        measure, "published", "final", year, urn, ELSEWHERE, period=period, breakdown=breakdown,
        numerator=n if decimals is None else value / factor * d, denominator=d, people=d, published_value=value,
    )  # fmt: skip


def together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return stack(parts, FACT_COLUMNS).reset_index(drop=True)


def decided(
    facts: pd.DataFrame, academies: Sequence[Academy], before: pd.DataFrame | None = None, as_at: dt.date = AS_AT
) -> Decided:
    """The decision on facts that are the trust's own returns, and on published ones."""
    return decide(facts, frozenset(facts["source_id"]) - {ELSEWHERE}, MEASURES, academies, as_at, before)


def remembered(facts: pd.DataFrame, decided: Decided) -> pd.DataFrame:
    """What the next version is told of this one."""
    own = facts.assign(guard=decided.guard)
    own = own[own["guard"] > 0]
    return pd.concat([own[list(GUARDED_COLUMNS)], decided.sums[list(GUARDED_COLUMNS)]], ignore_index=True)
