"""What the overview discusses, watches and leaves alone."""

from __future__ import annotations

import pytest

from kpi_engine.answers import (
    BenchmarkStatus,
    CertaintyStatus,
    DirectionStatus,
    Judgement,
    Result,
    TargetStatus,
)
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.model import Coverage, Unit
from ui import attention

MET, NEAR, MISSED = TargetStatus.MET, TargetStatus.NEAR, TargetStatus.MISSED
BETTER, SAME, WORSE = DirectionStatus.IMPROVING, DirectionStatus.NO_CHANGE, DirectionStatus.WORSENING
ABOVE, ALIKE, BELOW = BenchmarkStatus.ABOVE, BenchmarkStatus.NO_DIFFERENCE, BenchmarkStatus.BELOW


def result(kpi: str, target: TargetStatus, direction: DirectionStatus, england: BenchmarkStatus) -> Result:
    return Result(
        kpi, "trust", "the trust", "2024/25", 10.0, Unit.PERCENT, 1, 1.0, 10.0, 10.0, None, None, "", None, "England",
        Judgement(target, ""), Judgement(england, ""), Judgement(direction, ""), Judgement(CertaintyStatus.LARGE, ""),
        None, Coverage(1, 1), "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kpi", "target", "direction", "england", "where"),
    [
        ("pupil-attendance", MISSED, SAME, BELOW, "discuss"),
        ("pupil-attendance", MISSED, SAME, ALIKE, "discuss"),
        ("pupil-attendance", MISSED, BETTER, ALIKE, "watch"),
        ("pupil-attendance", MISSED, BETTER, BELOW, "discuss"),
        ("suspensions", MISSED, BETTER, ABOVE, "discuss"),
        ("suspensions", MISSED, BETTER, BELOW, "watch"),
        ("pupil-attendance", NEAR, WORSE, BELOW, "watch"),
        ("pupil-attendance", MET, WORSE, BELOW, "neither"),
        ("gap-sex", MISSED, SAME, ALIKE, "watch"),
        ("gap-sex", MISSED, WORSE, ALIKE, "discuss"),
        ("gap-sex", NEAR, WORSE, ALIKE, "watch"),
    ],
)
def test_a_missed_target_is_discussed_unless_the_other_answers_speak_against_it(
    kpi: str, target: TargetStatus, direction: DirectionStatus, england: BenchmarkStatus, where: str
) -> None:
    found = result(kpi, target, direction, england)
    told = ("discuss" if attention.discuss(CATALOGUE[kpi], found) else "") or (
        "watch" if attention.watch(CATALOGUE[kpi], found) else "neither"
    )
    assert told == where
