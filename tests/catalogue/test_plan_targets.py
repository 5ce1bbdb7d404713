"""The plan's targets, judged on figures worked out by hand from its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from kpi_engine.answers import Judgement, TargetStatus
from kpi_engine.catalogue import kpi
from kpi_engine.targets import Case

MET, NEAR, MISSED, NONE = TargetStatus.MET, TargetStatus.NEAR, TargetStatus.MISSED, TargetStatus.NONE


def judge(id: str, value: float, **more: Any) -> Judgement:
    found = kpi(id)
    return found.target(Case(value, str(found.unit), 1, found.polarity, found.tolerance, **more))


def parts(*statuses: TargetStatus) -> Sequence[tuple[str, Judgement]]:
    return [(f"Academy {letter}", Judgement(status, "why")) for letter, status in zip("ABCDEF", statuses, strict=False)]


@pytest.mark.parametrize(
    ("value", "status"), [(95.1, MET), (95.0, NEAR), (94.0, NEAR), (93.9, MISSED), (100.0, MET), (0.0, MISSED)]
)
def test_staff_attendance_is_above_95_near_within_a_point(value: float, status: TargetStatus) -> None:
    assert judge("staff-attendance", value).status is status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (10.0, MET),
        (8.0, MET),
        (12.0, MET),
        (7.9, NEAR),
        (6.0, NEAR),
        (5.9, MISSED),
        (12.1, NEAR),
        (14.0, NEAR),
        (14.1, MISSED),
        (0.0, MISSED),
    ],
)
def test_turnover_is_missed_on_both_sides_of_its_band(value: float, status: TargetStatus) -> None:
    assert judge("staff-turnover", value).status is status


def test_turnover_says_on_which_side_it_is_missed() -> None:
    assert judge("staff-turnover", 3.2).reason == "3.2 % against a band of 8.0 % to 12.0 %. It is below the band."
    assert judge("staff-turnover", 15.0).reason.endswith("It is above the band.")


@pytest.mark.parametrize(
    ("id", "known", "with_unknown", "status"),
    [
        ("neet-post16", 2.0, 4.9, MET),
        ("neet-post16", 2.0, 5.0, NEAR),
        ("neet-post16", 4.9, 9.0, NEAR),
        ("neet-post16", 5.0, 5.0, MISSED),
        ("neet-post16", 7.0, 8.0, MISSED),
        ("neet-post18", 5.0, 5.9, MET),
        ("neet-post18", 5.9, 6.0, NEAR),
        ("neet-post18", 6.0, 7.0, MISSED),
    ],
)
def test_neet_is_judged_with_and_without_those_not_known(
    id: str, known: float, with_unknown: float, status: TargetStatus
) -> None:
    both = kpi(id).measures[1]
    assert judge(id, known, beside={both: with_unknown}).status is status


def test_neet_between_says_that_it_depends_on_the_not_known() -> None:
    found = judge("neet-post16", 3.0, beside={"y11_neet_or_unknown": 6.0})
    assert found.reason == "3.0 % NEET, 6.0 % with not known, against below 5 %: it depends on the not known."


def test_neet_alone_can_miss_but_not_meet_while_the_not_known_are_missing() -> None:
    assert judge("neet-post16", 3.0).status is NONE
    assert judge("neet-post16", 5.5).status is MISSED


@pytest.mark.parametrize(
    ("now", "before", "status"),
    [
        (10.0, 12.0, MET),
        (11.4, 12.0, MET),
        (11.5, 12.0, NEAR),
        (12.0, 12.0, NEAR),
        (12.5, 12.0, NEAR),
        (12.6, 12.0, MISSED),
        (0.0, -3.0, MET),
        (-4.0, -9.0, MET),
        (0.4, 0.0, NEAR),
    ],
)
def test_a_gap_narrows_by_more_than_half_a_point(now: float, before: float, status: TargetStatus) -> None:
    for id in ("gap-sex", "gap-disadvantage", "gap-send"):
        assert judge(id, now, previous=before, previous_year="2022/23").status is status


def test_a_gap_without_a_year_before_is_not_judged() -> None:
    assert judge("gap-send", 12.0).status is NONE
    found = judge("gap-send", 12.0, comparable=False, not_comparable_because="There were no exams in 2019/20.")
    assert found == Judgement(NONE, "There were no exams in 2019/20.")


def test_a_figure_from_across_a_break_never_judges_a_gap() -> None:
    found = judge("gap-sex", 5.0, previous=9.0, previous_year="2018/19", comparable=False, not_comparable_because="No.")
    assert found.status is NONE


@pytest.mark.parametrize(
    ("spent", "variance", "status"),
    [
        (99.0, 0.0, MET),
        (100.0, 12_000.0, MET),
        (101.9, 0.0, NEAR),
        (102.1, 0.0, MISSED),
        (99.0, -500.0, MISSED),
        (101.0, -500.0, MISSED),
    ],
)
def test_a_budget_is_kept_by_spending_and_by_forecast(spent: float, variance: float, status: TargetStatus) -> None:
    assert judge("within-budget", spent, beside={"budget_balance": variance}).status is status


def test_a_planned_deficit_is_no_miss() -> None:
    # Set: a deficit of £40,000 from reserves. Forecast: £38,000. The forecast is £2,000 better than set.
    found = judge("within-budget", 98.0, beside={"budget_balance": -38_000.0 - -40_000.0})
    assert found.status is MET
    assert found.reason == "98.0 % of the budget to date spent; the forecast is no worse than set."


def test_a_forecast_below_the_balance_set_says_by_how_much() -> None:
    found = judge("within-budget", 98.0, beside={"budget_balance": -7_250.0})
    assert found.reason == "98.0 % of the budget to date spent; the forecast is £7,250 below the balance that was set."


def test_one_academy_short_misses_what_is_asked_of_all() -> None:
    for id in ("ofsted-good", "staff-attendance", "pupil-attendance", "within-budget", "critical-friends"):
        assert judge(id, 99.0, parts=parts(MET, MET, NEAR)).status is MISSED
        assert judge(id, 50.0, parts=parts(MET, MET, MET)).status is MET


def test_the_academies_that_fall_short_are_named() -> None:
    found = judge("ofsted-good", 50.0, parts=parts(MET, MISSED, NONE, NEAR))
    assert found.reason == "1 of 3 academies meets it; not yet: Academy B, Academy D."


def test_academies_that_cannot_be_judged_are_left_out() -> None:
    assert judge("ofsted-good", 100.0, parts=parts(MET, NONE)).reason == "The one academy that can be judged meets it."
    assert judge("ofsted-good", 100.0, parts=parts(NONE, NONE)).status is NONE


@pytest.mark.parametrize(
    ("lower", "upper", "benchmark", "status"),
    [(94.9, 95.5, 94.8, MET), (94.8, 95.5, 94.8, NEAR), (94.0, 95.5, 94.8, NEAR), (93.0, 94.5, 94.8, MISSED)],
)
def test_attendance_is_met_when_its_whole_interval_is_above_england(
    lower: float, upper: float, benchmark: float, status: TargetStatus
) -> None:
    value = (lower + upper) / 2 + (0.2 if lower == 94.0 else 0.0)
    assert judge("pupil-attendance", value, lower=lower, upper=upper, benchmark=benchmark).status is status


@pytest.mark.parametrize(("value", "status"), [(95.8, MET), (95.7, NEAR), (94.8, NEAR), (94.7, MISSED)])
def test_attendance_without_counts_needs_a_point_above_england(value: float, status: TargetStatus) -> None:
    found = judge("pupil-attendance", value, benchmark=94.8)
    assert found.status is status
    assert "a margin of 1 point is asked for" in found.reason


def test_attendance_without_a_national_figure_is_not_judged() -> None:
    assert judge("pupil-attendance", 99.0).status is NONE


@pytest.mark.parametrize(("value", "status"), [(22.6, MET), (22.6134, NEAR), (24.8, NEAR), (24.9, MISSED), (0.0, MET)])
def test_suspensions_are_below_england_near_within_a_tenth(value: float, status: TargetStatus) -> None:
    # England's secondary schools in 2023/24: 22.6134; a tenth more is 24.87.
    assert judge("suspensions", value, benchmark=22.6134).status is status


def test_suspensions_of_a_trust_are_judged_in_each_phase() -> None:
    phases = [("primary", Judgement(MET, "why")), ("secondary", Judgement(MISSED, "why"))]
    found = judge("suspensions", 8.0, benchmark=11.0, parts=phases)
    assert found == Judgement(MISSED, "1 of 2 phases meets it; not yet: secondary.")
    near = [("primary", Judgement(MET, "why")), ("secondary", Judgement(NEAR, "why"))]
    assert judge("suspensions", 8.0, benchmark=11.0, parts=near).status is NEAR


@pytest.mark.parametrize(
    ("value", "benchmark", "status"),
    [(75.0, 74.0, MET), (74.0, 74.0, NEAR), (72.0, 74.0, NEAR), (71.9, 74.0, MISSED)],
)
def test_ks2_is_above_england_near_within_two_points(value: float, benchmark: float, status: TargetStatus) -> None:
    assert judge("ks2-reading", value, benchmark=benchmark).status is status


@pytest.mark.parametrize(
    ("value", "status"), [(0.01, MET), (-0.01, MISSED), (-0.02, MISSED), (-0.4, MISSED), (0.5, MET)]
)
def test_progress_8_is_above_england_and_positive(value: float, status: TargetStatus) -> None:
    # England's state-funded schools in 2018/19: -0.03. A score between that and 0 is not positive.
    assert judge("progress-8", value, benchmark=-0.03).status is status


def test_progress_says_whether_it_is_more_than_chance() -> None:
    reasons = {
        "above 0": judge("progress-8", 0.3, benchmark=-0.03, lower=0.1, upper=0.5).reason,
        "includes 0": judge("progress-8", 0.1, benchmark=-0.03, lower=-0.1, upper=0.3).reason,
        "below 0": judge("progress-8", -0.3, benchmark=-0.03, lower=-0.5, upper=-0.1).reason,
    }
    assert all(words in reason for words, reason in reasons.items())


@pytest.mark.parametrize(("value", "status"), [(77.0, MET), (73.0, MET), (79.0, NEAR), (79.1, MISSED), (70.9, MISSED)])
def test_staffing_is_within_two_points_of_its_comparator_on_either_side(value: float, status: TargetStatus) -> None:
    assert judge("staffing-share", value, benchmark=75.0).status is status


@pytest.mark.parametrize(("have", "status"), [(12, MET), (11, NEAR), (10, MISSED)])
def test_the_board_lacks_one_skill_at_most_to_be_near(have: int, status: TargetStatus) -> None:
    assert judge("board-skills", 100 * have / 12, have=have, of=12).status is status


def test_an_overdue_audit_fails_whatever_it_says() -> None:
    found = judge("board-skills", 100.0, have=12, of=12, overdue="The audit is 14 months old.")
    assert found == Judgement(MISSED, "The audit is 14 months old.")


@pytest.mark.parametrize(
    ("filled", "skills", "status"),
    [(12, 8, MET), (11, 8, NEAR), (12, 7, NEAR), (11, 7, MISSED), (10, 8, MISSED), (13, 7, NEAR), (13, 6, MISSED)],
)
def test_a_governing_body_is_full_and_skilled(filled: int, skills: int, status: TargetStatus) -> None:
    beside = {"lgb_skills.have": float(skills), "lgb_skills.of": 8.0}
    assert judge("lgb-complement", 100 * filled / 12, have=filled, of=12, beside=beside).status is status


def test_a_full_governing_body_without_an_audit_cannot_be_judged() -> None:
    assert judge("lgb-complement", 100.0, have=12, of=12).status is NONE
    assert judge("lgb-complement", 91.7, have=11, of=12).reason == "1 place is vacant; no skills audit is loaded."


def test_checks_of_an_academy_are_near_with_one_missing_and_the_trust_is_not() -> None:
    assert judge("top10-efficiency", 90.0, have=9, of=10).status is NEAR
    assert judge("top10-efficiency", 98.0, have=39, of=40, parts=parts(MET, MET, MET, NEAR)).status is MISSED


def test_every_key_stage_has_to_be_above() -> None:
    assert judge("key-stage-attainment", 100.0, have=3, of=3).status is MET
    assert judge("key-stage-attainment", 66.7, have=2, of=3).reason == "2 of 3; every key stage is asked for."
    assert judge("key-stage-attainment", 66.7, have=2, of=3).status is MISSED


@pytest.mark.parametrize(
    ("id", "met", "near", "missed"),
    [
        ("pupils-happy", 90.0, 88.0, 87.9),
        ("parents-happy", 90.0, 88.0, 87.9),
        ("pupils-safe", 100.0, 98.0, 97.9),
        ("parents-safe", 100.0, 98.0, 97.9),
        ("staff-wellbeing", 80.0, 78.0, 77.9),
        ("teaching-good", 100.0, 98.0, 97.9),
        ("timely-accounts", 100.0, 98.0, 97.9),
        ("cash-flow", 100.0, 98.0, 97.9),
        ("looked-after-destinations", 100.0, 98.0, 97.9),
    ],
)
def test_plain_percentages_are_near_within_two_points(id: str, met: float, near: float, missed: float) -> None:
    assert judge(id, met).status is MET
    assert judge(id, near).status is NEAR
    assert judge(id, missed).status is MISSED


def test_funding_is_shown_without_judgement() -> None:
    assert judge("fair-funding", 6200.0).status is NONE
