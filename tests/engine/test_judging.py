"""Direction, target and distance as the engine gives them: never across a break, a series or a part of a year."""

import pytest

from kpi_engine.answers import BenchmarkStatus, DirectionStatus, TargetStatus


@pytest.mark.parametrize(
    ("kpi", "measure", "urn", "year", "words"),
    [
        ("ks2-writing", "ks2_writing", "1", "2017/18", "the KS2 writing framework changed"),
        ("progress-8", "progress8", "3", "2022/23", "returned to the standard of 2019"),
        ("suspensions", "suspensions", "3", "2019/20", "closed to most pupils"),
        ("ofsted-good", "ofsted_good", "1", "2025/26", "report cards took the place of grades"),
    ],
)
def test_direction_is_never_read_across_a_break(trust, fact, kpi, measure, urn, year, words):
    from kpi_engine.years import shift

    series = "graded" if measure.startswith("ofsted") else "return"
    rows = [fact(measure, urn, n, 100, y, series=series) for n, y in ((10, shift(year, -1)), (90, year))]
    found = trust(rows, as_at="2026-11-14").view.result(kpi, urn, year)
    assert found.value is not None
    assert found.direction.status is DirectionStatus.NONE
    assert words in found.direction.reason


def test_direction_is_never_read_across_two_series(trust, fact):
    rows = [
        fact("attendance", "1", 900, 1000, "2023/24", series="census"),
        fact("attendance", "1", 990, 1000, series="daily"),
    ]
    found = trust(rows).view.result("pupil-attendance", "1", "2024/25")
    assert found.direction.status is DirectionStatus.NONE
    assert found.direction.reason == (
        "2023/24 rests on DfE's absence by school, 2024/25 on daily registers; the two series are not compared."
    )


@pytest.mark.parametrize(
    ("kpi", "measure", "then", "now", "status"),
    [
        ("pupils-happy", "pupils_happy", 500, 800, "Improving"),
        ("pupils-happy", "pupils_happy", 800, 500, "Worsening"),
        ("pupils-happy", "pupils_happy", 800, 805, "No clear change"),
        ("suspensions", "suspensions", 500, 100, "Improving"),
        ("suspensions", "suspensions", 100, 500, "Worsening"),
        ("staff-turnover", "staff_turnover", 100, 500, "No clear change"),
    ],
)
def test_direction_follows_the_polarity(trust, fact, kpi, measure, then, now, status):
    rows = [fact(measure, "3", then, 1000, "2023/24"), fact(measure, "3", now, 1000)]
    assert trust(rows).view.result(kpi, "3", "2024/25").direction.status == status


def test_fewer_half_days_missed_are_better_though_attendance_counts_the_other_way(trust, fact):
    # A hundred pupils of 100 half-days each; half of them miss one less than the mean, half one more.
    rows = [
        fact("absence_reason", "1", 100 * mean, 10000, year, series="daily", reason="Illness", people=100,
             sum_nn=50 * (mean - 1) ** 2 + 50 * (mean + 1) ** 2, sum_nd=10000 * mean, sum_dd=1_000_000)
        for mean, year in ((5, "2023/24"), (2, "2024/25"))
    ]  # fmt: skip
    rows += [fact("attendance", "1", 9300, 10000, y, series="daily") for y in ("2023/24", "2024/25")]
    found = trust(rows).view.result("pupil-attendance", "1", "2024/25", {"reason": "Illness"})
    assert found.direction.status is DirectionStatus.IMPROVING
    assert found.target.status is TargetStatus.NONE


def test_a_year_to_date_is_shown_and_not_judged_against_a_whole_years_target(trust, fact):
    rows = [
        fact("staff_turnover", "1", 2, 50, "2025/26", period="YTD"),
        fact("staff_turnover", "1", 1, 50, "2025/26", period="2025-10"),
    ]
    view = trust(rows).view
    for by in ({}, {"month": "2025-10"}):
        found = view.result("staff-turnover", "1", "2025/26", by)
        assert found.value is not None
        assert found.target.status is TargetStatus.NONE
        assert "whole year" in found.target.reason


def test_a_single_month_is_not_said_to_be_a_year_that_is_not_over(trust, fact):
    rows = [fact("staff_attendance", "1", 95, 100, "2023/24", period="2023-11")]
    found = trust(rows).view.result("staff-attendance", "1", "2023/24", {"month": "2023-11"})
    assert found.direction.reason == "A single month or week is not compared with the year before."


def test_one_trustees_share_of_the_skills_is_not_judged(trust, fact):
    rows = [fact("board_skills", "trust", 12, 12), fact("board_skills", "trust", 2, 12, member="Chair")]
    view = trust(rows).view
    assert view.result("board-skills", "trust", "2024/25").target.status is TargetStatus.MET
    assert view.result("board-skills", "trust", "2024/25", {"member": "Chair"}).target.status is TargetStatus.NONE


@pytest.mark.parametrize(
    ("neet", "unknown", "status", "sentence"),
    [
        (3, 4, "Met", "Met with no pupil NEET or not known to spare."),
        (3, 9, "Near", "5 fewer pupils NEET or not known would have met the target."),
        (6, 9, "Missed", "5 fewer pupils NEET or not known would have met the target."),
    ],
)
def test_the_distance_of_neet_never_contradicts_its_judgement(trust, fact, neet, unknown, status, sentence):
    rows = [fact("y11_neet", "3", neet, 100), fact("y11_neet_or_unknown", "3", unknown, 100)]
    found = trust(rows).view.result("neet-post16", "3", "2024/25")
    assert (found.target.status, found.distance.sentence) == (status, sentence)
    assert f"Year 11 leavers NEET or not known: {unknown}.0 % ({unknown} of 100)." in found.notes


def test_no_distance_is_given_where_nothing_is_judged(trust, fact):
    rows = [fact("ks2_reading", "1", 30, 40, "2030/31")]
    found = trust(rows, as_at="2031-12-31").view.result("ks2-reading", "1", "2030/31")
    assert (found.target.status, found.distance) == (TargetStatus.NONE, None)


def test_published_percentages_of_half_days_need_a_point(trust, fact, england):
    national = [england("attendance", 94.0, "primary", series="census")]

    def judged(value):
        row = fact("attendance", "1", None, None, series="census", published_value=value)
        return trust([row], national).view.result("pupil-attendance", "1", "2024/25")

    assert judged(95.0).target.status is TargetStatus.MET
    assert judged(95.0).versus_benchmark.status is BenchmarkStatus.ABOVE
    assert judged(94.9).target.status is TargetStatus.NEAR
    assert judged(94.9).versus_benchmark.status is BenchmarkStatus.NO_DIFFERENCE
    assert judged(93.9).target.status is TargetStatus.MISSED


def test_every_academy_has_to_meet_it_and_those_short_are_named(trust, fact):
    rows = [fact("staff_attendance", urn, n, 1000) for urn, n in (("1", 960), ("2", 940))]
    found = trust(rows).view.result("staff-attendance", "trust", "2024/25")
    assert found.value == 95.0
    assert found.target.status is TargetStatus.MISSED
    assert found.target.reason == "1 of 2 academies meets it; not yet: Beech Primary."


def test_each_phase_is_held_against_its_own_england(trust, fact, england):
    rows = [fact("suspensions", "1", 1, 100), fact("suspensions", "3", 20, 100)]
    national = [england("suspensions", 2.0, "primary"), england("suspensions", 15.0, "secondary")]
    found = trust(rows, national).view.result("suspensions", "trust", "2024/25")
    assert found.target.status is TargetStatus.MISSED
    assert "secondary" in found.target.reason
