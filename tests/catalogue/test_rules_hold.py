"""What holds for every figure: a better value is never judged worse, and no float dust decides."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.answers import TargetStatus
from kpi_engine.model import Polarity
from kpi_engine.targets import (
    AllItems,
    Around,
    AtLeast,
    AtMost,
    BetterThanBenchmark,
    Case,
    EachPhase,
    EveryAcademy,
    GapNarrowing,
    NearBenchmark,
    NeetBelow,
    Rule,
    SignificantlyBetter,
    WithinBudget,
    plain,
)

RANK = {TargetStatus.MISSED: 0, TargetStatus.NEAR: 1, TargetStatus.MET: 2}
figures = st.decimals(-50, 150, places=2).map(float)
several = st.lists(figures, min_size=2, max_size=6, unique=True).map(sorted)

UPWARDS: list[tuple[Rule, dict[str, Any]]] = [
    (AtLeast(90.0), {}),
    (AtLeast(95.0, strictly=True), {}),
    (BetterThanBenchmark(), {"benchmark": 60.0}),
    (BetterThanBenchmark(positive=True), {"benchmark": -0.03}),
    (BetterThanBenchmark(positive=True), {"benchmark": 0.04}),
    (SignificantlyBetter(), {"benchmark": 94.8}),
    (EveryAcademy(AtLeast(100.0)), {}),
]
DOWNWARDS: list[tuple[Rule, dict[str, Any]]] = [
    (AtMost(5.0), {}),
    (AtMost(5.0, strictly=True), {}),
    (BetterThanBenchmark(tolerance_share=0.1), {"benchmark": 22.61}),
    (SignificantlyBetter(), {"benchmark": 5.2}),
    (GapNarrowing(), {"previous": 12.0, "previous_year": "2022/23"}),
    (WithinBudget(), {"beside": {"budget_balance": 0.0}}),
    (NeetBelow(5.0, "both"), {"beside": {"both": 4.0}}),
    (EachPhase(AtMost(5.0)), {}),
]


def ranks(rule: Rule, values: list[float], polarity: Polarity, tolerance: float, **more: Any) -> list[int]:
    return [
        RANK[TargetStatus(rule(Case(value, "%", 1, polarity, tolerance, **more)).status)]  # type: ignore[arg-type]
        for value in values
    ]


def climbs(found: list[int]) -> bool:
    return all(worse <= better for worse, better in pairwise(found))


@pytest.mark.parametrize(("rule", "more"), UPWARDS, ids=str)
@given(values=several, tolerance=st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_a_higher_value_is_never_judged_worse(
    rule: Rule, more: dict[str, Any], values: list[float], tolerance: float
) -> None:
    assert climbs(ranks(rule, values, Polarity.HIGHER, tolerance, **more))


@pytest.mark.parametrize(("rule", "more"), DOWNWARDS, ids=str)
@given(values=several, tolerance=st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_a_lower_value_is_never_judged_worse_where_less_is_better(
    rule: Rule, more: dict[str, Any], values: list[float], tolerance: float
) -> None:
    assert climbs(ranks(rule, values[::-1], Polarity.LOWER, tolerance, **more))


@given(values=several)
def test_further_from_a_band_is_never_judged_better(values: list[float]) -> None:
    by_distance = sorted(values, key=lambda value: -abs(value - 10.0))
    assert climbs(ranks(Around(8, 12, 6, 14), by_distance, Polarity.NEITHER, 2.0))
    assert climbs(ranks(NearBenchmark(2.0), by_distance, Polarity.NEITHER, 2.0, benchmark=10.0))


@given(have=st.integers(0, 30), of=st.integers(1, 30), spare=st.integers(0, 2))
def test_one_more_item_is_never_judged_worse(have: int, of: int, spare: int) -> None:
    rule = AllItems(spare=spare)
    fewer, more = (
        RANK[TargetStatus(rule(Case(0.0, "%", 0, Polarity.HIGHER, 0.0, have=float(n), of=float(of))).status)]  # type: ignore[arg-type]
        for n in (have, have + 1)
    )
    assert fewer <= more


@given(value=figures, up=st.floats(0, 5), down=st.floats(0, 5))
def test_a_wider_interval_is_never_judged_better(value: float, up: float, down: float) -> None:
    rule = SignificantlyBetter()

    def rank(factor: float) -> int:
        case = Case(value, "%", 1, Polarity.HIGHER, 2.0, value - down * factor, value + up * factor, benchmark=50.0)
        return RANK[TargetStatus(rule(case).status)]  # type: ignore[arg-type]

    assert rank(2.0) <= rank(1.0)


def test_float_dust_does_not_decide() -> None:
    assert 0.1 + 0.2 > 0.3
    assert AtMost(0.3)(Case(0.1 + 0.2, "%", 1, Polarity.LOWER, 0.0)).status is TargetStatus.MET
    assert AtLeast(70.0)(Case(100 * 0.7 - 1e-13, "%", 1, Polarity.HIGHER, 0.0)).status is TargetStatus.MET
    shrunk = Case(11.5 - 1e-13, "points", 1, Polarity.LOWER, 0.5, previous=12.0)
    assert GapNarrowing()(shrunk).status is TargetStatus.NEAR


def test_the_plain_rule_is_what_a_single_figure_is_judged_by() -> None:
    assert plain(EveryAcademy(EachPhase(AtLeast(1.0)))) == AtLeast(1.0)
    assert plain(AtLeast(1.0)) == AtLeast(1.0)
