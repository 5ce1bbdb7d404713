"""Small random tables, made to be nasty, against the attacker: one version, and two that follow one another.

What is promised: a hidden small number can be any of six numbers that follow one another, or all that its group allows,
for somebody who carries bounds through every sum and solves the equations. Somebody who solves whole tables as an
integer programme is still left with two possible numbers at the least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Step
from hypothesis import strategies as st

from kpi_engine.disclosure.rule import OFFICE, OPEN
from kpi_engine.model import DIMENSIONS, TOTAL, Academy, Phase
from tests.disclosure.assessing import assess, seen
from tests.disclosure.attacker import Table
from tests.disclosure.invented import AS_AT, academy, decided, fact, published, remembered, together

COUNTS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 45])
SIZES = st.sampled_from([1, 2, 4, 5, 6, 9, 10, 11, 14, 25, 60])
MIRROR = {"y11_engaged": "y11_neet_or_unknown", "attendance": "absence_reason"}
MIRROR |= {other: one for one, other in MIRROR.items()}
LEAST = 1.0
"""The narrowest range that an integer programme over a whole small table may leave where more is promised."""


@dataclass(frozen=True)
class Kind:
    """A measure (and what hangs together with it), how it is divided and over which times."""

    measure: str
    values: tuple[str, ...]
    dimension: str
    periods: tuple[str, ...]
    years: tuple[str, ...] = ("2024/25",)
    beside: str = ""


KINDS = (
    Kind("suspensions", ("N", "K", "E"), "send", ("Autumn", "Spring", "Summer"), beside="pupils_suspended"),
    Kind("y11_engaged", ("Y", "N"), "looked_after", (), ("2017/18", "2018/19", "2019/20"), "y11_neet_or_unknown"),
    Kind("attendance", ("F", "M"), "sex", ("2024-W40", "2024-W41"), beside="absence_reason"),
    Kind("staff_turnover", ("leader", "teacher", "support"), "staff_group", ("2024-09", "2024-10", "2024-11")),
    Kind("pupils_happy", ("7", "8", "9", "10"), "year_group", ("2025-03",)),
    Kind("engmath_4", ("Y", "N"), "disadvantage", (), beside="engmath_5"),
)


@st.composite
def members(draw: Callable) -> tuple[Academy, ...]:
    phases = st.sampled_from([Phase.SECONDARY, Phase.SECONDARY, Phase.ALL_THROUGH, Phase.SPECIAL])
    joined = st.sampled_from(["2015-09-01"] * 5 + ["2024-10-15", "2019-01-01"])
    count = draw(st.integers(2, 8))
    return tuple(academy(n, draw(phases), draw(joined)) for n in range(count))


@st.composite
def facts_of(draw: Callable, some: Sequence[Academy], kind: Kind) -> pd.DataFrame:
    """Facts of every academy in each time and group, with their sums; some are missing, some sums are wrong."""
    rows: list[pd.DataFrame] = []
    events = kind.measure == "suspensions"
    for one in some:
        values = kind.values if draw(st.integers(0, 5)) else kind.values[:1]
        sizes = {value: draw(SIZES) for value in values}
        divided = bool(draw(st.integers(0, 6)))
        for year in kind.years:
            n: dict[tuple[str, str], int] = {}
            for period in kind.periods or ("Year",):
                for value in values:
                    drawn = draw(COUNTS)
                    most = sizes[value] // 3 if kind.measure == "staff_turnover" else sizes[value]
                    n[period, value] = drawn if events else min(drawn, most)
            if len(kind.periods) > 1:
                for value in values:
                    n["Year", value] = sum(n[period, value] for period in kind.periods)
            elif kind.periods:
                for value in values:
                    n["Year", value] = n[kind.periods[0], value]
            times = 1 if kind.measure not in ("attendance",) else 10
            for period in dict.fromkeys((*kind.periods, "Year")):
                long = times * (len(kind.periods) if period == "Year" and times > 1 and kind.periods else 1)
                total_n, total_d = 0, 0
                for value in values:
                    d = sizes[value] * long
                    rows += _both(
                        kind, one, n[period, value], d, sizes[value], {kind.dimension: value}, year, period, divided
                    )
                    total_n, total_d = total_n + n[period, value], total_d + d
                extra = draw(st.sampled_from([0] * 9 + [2])) if events else 0
                people = sum(sizes.values())
                rows += _both(kind, one, total_n + extra, total_d, people, {}, year, period, True)
    kept = [row for row in rows if draw(st.integers(0, 30))]
    return together(kept or rows)


def _both(
    kind: Kind,
    one: Academy,
    n: float,
    d: float,
    people: float,
    breakdown: dict[str, str],
    year: str,
    period: str,
    divided: bool,
) -> list[pd.DataFrame]:
    if breakdown and not divided:
        return []
    found = [fact(kind.measure, one, n, d, breakdown, year=year, period=period, people=people)]
    if kind.beside in ("y11_neet_or_unknown", "absence_reason"):
        found.append(fact(kind.beside, one, d - n, d, breakdown, year=year, period=period, people=people))
    elif kind.beside:
        fewer = min(n, people) if kind.beside == "pupils_suspended" else n
        fewer = max(min(1, fewer), fewer * 2 // 3)
        found.append(fact(kind.beside, one, fewer, d, breakdown, year=year, period=period, people=people))
    return found


def breaches(tables: Sequence[Table], some: Sequence[Academy]) -> list[str]:
    """What is known more closely than is promised, by as much as an integer programme may not."""
    found = assess(tables, some, AS_AT, seconds=2).breaches
    return [str(each) for each in found if each.high - each.low < min(LEAST, each.promised) - 1e-6]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.measure)
@settings(max_examples=12, derandomize=True, phases=(Step.generate,), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_hidden_number_can_be_worked_out(kind: Kind, data: st.DataObject):
    some = data.draw(members())
    facts = data.draw(facts_of(some, kind))
    found = decided(facts, some)
    for level in (OPEN, OFFICE):
        assert breaches([seen(facts, found, some, AS_AT, level)], some) == []


@st.composite
def printed_of(draw: Callable, facts: pd.DataFrame) -> pd.DataFrame:
    """The facts with published figures beside some of them: counts, or percentages; a few are a person off."""
    rows = [facts]
    decimals = draw(st.sampled_from([None, 0, 1]))
    often = draw(st.sampled_from([2, 4, 9]))
    divided = draw(st.booleans())
    for row in facts.to_dict("records"):
        breakdown = {name: row[name] for name in DIMENSIONS if row[name] != TOTAL}
        if row["denominator"] <= 0 or (breakdown and not divided) or draw(st.integers(0, often)):
            continue
        n = row["numerator"] + draw(st.sampled_from([0] * 9 + [1]))
        one = academy(int(row["urn"]) - 900100)
        rows.append(
            published(
                row["measure"], one, n, row["denominator"], breakdown, decimals=decimals, year=row["academic_year"],
                period=row["period"],
            )
        )  # fmt: skip
    return together(rows)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.measure)
@settings(max_examples=10, derandomize=True, phases=(Step.generate,), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_published_figures_give_away_no_more_than_they_say(kind: Kind, data: st.DataObject):
    some = data.draw(members())
    facts = data.draw(printed_of(data.draw(facts_of(some, kind))))
    found = decided(facts, some)
    for level in (OPEN, OFFICE):
        assert breaches([seen(facts, found, some, AS_AT, level)], some) == []


def corrected(facts: pd.DataFrame, kind: Kind, place: int, n: float) -> pd.DataFrame:
    """The facts with another numerator at one place, and with it in whatever that is a part of."""
    row = facts.loc[place]
    change = max(0.0, min(n, row["denominator"])) - row["numerator"]
    same = (facts["urn"] == row["urn"]) & (facts["academic_year"] == row["academic_year"])
    same &= facts[kind.dimension].isin([row[kind.dimension], TOTAL]) & facts["period"].isin([row["period"], "Year"])
    for measure, sign in ((row["measure"], 1.0), (MIRROR.get(row["measure"]), -1.0)):
        facts.loc[same & (facts["measure"] == measure), "numerator"] += sign * change
    whole = facts["denominator"] - facts["numerator"]
    fits = (facts["numerator"] >= 0).all() and (whole[facts["measure"] != "suspensions"] >= 0).all()
    return facts if fits else facts.iloc[:0]


@st.composite
def two_of(
    draw: Callable, whole: pd.DataFrame, some: Sequence[Academy], kind: Kind
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two versions: an academy's returns come later or are taken out, or figures are corrected."""
    what = draw(st.sampled_from(["late", "gone", "corrected"]))
    if what == "corrected":
        two = whole.copy()
        for place in draw(st.lists(st.sampled_from(range(len(whole))), min_size=1, max_size=2, unique=True)):
            two = corrected(two.copy(), kind, place, draw(COUNTS)) if len(two) else two
        return whole, two
    urn = draw(st.sampled_from([one.urn for one in some]))
    fewer = whole[whole["urn"] != urn].reset_index(drop=True)
    return (fewer, whole) if what == "late" else (whole, fewer)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.measure)
@settings(max_examples=8, derandomize=True, phases=(Step.generate,), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_two_versions_give_away_no_more_than_one(kind: Kind, data: st.DataObject):
    """Figures are corrected, come later or are taken out; what has not changed stays as hidden as it was."""
    some = data.draw(members())
    one, two = data.draw(two_of(data.draw(facts_of(some, kind)), some, kind))
    if one.empty or two.empty:
        return
    first = decided(one, some)
    second = decided(two, some, before=remembered(one, first))
    for level in (OPEN, OFFICE):
        both = [seen(one, first, some, AS_AT, level), seen(two, second, some, AS_AT, level)]
        for key, cell in both[0].items():
            now = both[1].get(key)
            if now is not None and not cell.shown and (now.n, now.d) == (cell.n, cell.d):
                assert not now.shown, key
        assert breaches(both, some) == []
