"""Gaps: two sides over the same academies, signed so that positive is worse, with the interval of the difference."""

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from kpi_engine.answers import BenchmarkStatus, DirectionStatus, TargetStatus
from kpi_engine.model import WithheldKind


def sexes(fact, urn, girls, boys, year="2024/25", measure="ks2_rwm", **more):
    return [fact(measure, urn, *girls, year, sex="F", **more), fact(measure, urn, *boys, year, sex="M", **more)]


def test_the_gap_between_the_sexes_counts_either_way_round_with_newcombes_interval(trust, fact):
    found = trust(sexes(fact, "1", (24, 30), (12, 30))).view.result("gap-sex", "1", "2024/25")
    low, high = confint_proportions_2indep(24, 30, 12, 30, compare="diff", method="newcomb")
    assert found.value == pytest.approx(40)
    assert (found.lower, found.upper) == (pytest.approx(100 * low, abs=1e-3), pytest.approx(100 * high, abs=1e-3))
    turned = trust(sexes(fact, "1", (12, 30), (24, 30))).view.result("gap-sex", "1", "2024/25")
    assert (turned.value, turned.lower, turned.upper) == (
        pytest.approx(40),
        pytest.approx(found.lower),
        pytest.approx(found.upper),
    )
    assert found.people == 30


def test_disadvantage_is_held_against_other_pupils_in_england(trust, fact, england):
    rows = [fact("ks2_rwm", "1", 10, 20, disadvantage="Y"), fact("ks2_rwm", "1", 36, 40, disadvantage="N")]
    national = [
        england("ks2_rwm", 70.0, "primary", disadvantage="N"),
        england("ks2_rwm", 45.0, "primary", disadvantage="Y"),
    ]
    view = trust(rows, national).view
    national_view = view.result("gap-disadvantage", "1", "2024/25")
    assert national_view.value == pytest.approx(20)  # 70 nationally less 50 here
    assert national_view.benchmark == pytest.approx(25)
    assert national_view.sides[1].name == "Other pupils nationally"
    inside = view.result("gap-disadvantage", "1", "2024/25", {"comparator": "school"})
    assert inside.value == pytest.approx(40)  # 90 here less 50 here
    assert inside.sides[1].name == "Other pupils here"


def test_without_englands_other_pupils_there_is_no_gap_and_no_near_relative(trust, fact, england):
    rows = [fact("ks2_rwm", "1", 10, 20, disadvantage="Y", year="2030/31")]
    wrong_phase = england("ks2_rwm", 70.0, "secondary", "2030/31", disadvantage="N")
    found = trust(rows, [wrong_phase], as_at="2031-12-31").view.result("gap-disadvantage", "1", "2030/31")
    assert found.withheld.kind is WithheldKind.NOT_PUBLISHED
    assert "other pupils nationally" in found.withheld.reason


def test_a_gap_in_attendance_is_held_against_englands_same_phase(trust, fact, england):
    rows = [fact("attendance", "1", 900, 1000, series="daily", disadvantage="Y")]
    everybody = england("attendance", 94.0, "all", series="daily", disadvantage="N")
    primary = england("attendance", 95.0, "primary", series="daily", disadvantage="N")
    asked = ("gap-disadvantage", "1", "2024/25", {"measure": "attendance"})
    assert trust(rows, [everybody, primary]).view.result(*asked).value == pytest.approx(5.0)
    assert trust(rows, [everybody]).view.result(*asked).withheld is not None


@pytest.mark.parametrize(("n", "expected"), [(4, 2.0), (1, -1.0)])
def test_where_lower_is_better_a_higher_rate_is_a_shortfall(trust, fact, n, expected):
    rows = [fact("suspensions", "3", n, 100, send="K"), fact("suspensions", "3", 2, 100, send="N")]
    found = trust(rows).view.result("gap-send", "3", "2024/25", {"measure": "suspensions"})
    assert found.value == pytest.approx(expected)
    if expected < 0:
        assert "sEN" not in found.sentence
        assert "SEN support lower by 1.0 points in suspensions" in found.sentence


def test_both_sides_of_a_trusts_gap_are_about_the_same_academies(trust, fact):
    rows = sexes(fact, "1", (20, 40), (10, 40))
    rows += [  # Beech's girls were published without their number, so its boys may not count either
        fact("ks2_rwm", "2", None, None, sex="F", published_value=90.0),
        fact("ks2_rwm", "2", 1, 40, sex="M"),
    ]
    found = trust(rows).view.result("gap-sex", "trust", "2024/25")
    assert found.value == pytest.approx(25)
    assert [side.denominator for side in found.sides] == [40, 40]
    assert "Beech Primary" in found.coverage.missing


def test_a_side_that_is_suppressed_withholds_the_gap(trust, fact):
    rows = [fact("ks2_rwm", "1", 20, 40, sex="F"), fact("ks2_rwm", "1", None, None, sex="M", code="SUPP")]
    found = trust(rows).view.result("gap-sex", "1", "2024/25")
    assert found.withheld.kind is WithheldKind.SUPPRESSED


def all_through(fact, ks2_now, ks4_now):
    rows = []
    for measure, now in (("ks2_rwm", ks2_now), ("attainment8", ks4_now)):
        rows += sexes(fact, "4", (60, 100), (50, 100), "2023/24", measure)
        rows += sexes(fact, "4", (50 + now, 100), (50, 100), "2024/25", measure)
    return rows


def test_two_outcomes_decide_an_all_through_academy_and_the_worse_holds(trust, fact):
    # Shortfalls were 10 points (KS2) and 0.1 (Attainment 8 of 0.6 against 0.5).
    found = trust(all_through(fact, 3, 200)).view.result("gap-sex", "4", "2024/25")
    assert found.value == pytest.approx(3)
    assert found.target.status is TargetStatus.MISSED
    assert found.target.reason.startswith("Attainment 8: Missed (")
    assert "Reading, writing and maths: Met (" in found.target.reason


@pytest.mark.parametrize(
    ("girls_then", "girls_now", "status"),
    [(70, 64, "Met"), (70, 70, "Near"), (70, 72, "Missed"), (70, 50, "Met")],
)
def test_the_target_is_plain_arithmetic(trust, fact, girls_then, girls_now, status):
    rows = sexes(fact, "1", (girls_then, 100), (50, 100), "2023/24") + sexes(fact, "1", (girls_now, 100), (50, 100))
    found = trust(rows).view.result("gap-sex", "1", "2024/25")
    assert found.target.status == status
    if girls_now == 72:
        assert found.direction.status is DirectionStatus.NO_CHANGE


def test_a_gap_that_closed_because_the_higher_side_fell_is_said_so(trust, fact):
    rows = sexes(fact, "1", (70, 100), (50, 100), "2023/24") + sexes(fact, "1", (55, 100), (49, 100))
    found = trust(rows).view.result("gap-sex", "1", "2024/25")
    assert (
        "The gap is smaller because the figure of girls came down: girls down 15.0, boys down 1.0 "
        "since the year before." in found.notes
    )
    assert [side.moved for side in found.sides] == [pytest.approx(-15), pytest.approx(-1)]


def test_where_lower_is_better_the_better_side_rose(trust, fact):
    rows = []
    for year, (k, n) in {"2023/24": (20, 10), "2024/25": (20, 16)}.items():
        rows += [
            fact("persistent_absence", "1", k, 100, year, series="daily", send="K"),
            fact("persistent_absence", "1", n, 100, year, series="daily", send="N"),
        ]
    found = trust(rows).view.result("gap-send", "1", "2024/25", {"measure": "persistent_absence"})
    assert found.value == pytest.approx(4)
    assert any(
        note.startswith("The gap is smaller because the figure of no identified SEN rose") for note in found.notes
    )


def test_a_year_without_exams_is_not_compared(trust, fact):
    rows = sexes(fact, "1", (24, 30), (12, 30), "2021/22") + sexes(fact, "1", (24, 30), (12, 30), "2018/19")
    found = trust(rows).view.result("gap-sex", "1", "2021/22")
    assert found.target.status is TargetStatus.NONE
    assert found.direction.status is DirectionStatus.NONE
    assert "pandemic" in found.direction.reason


def test_an_interval_that_includes_englands_gap_is_no_clear_difference(trust, fact, england):
    national = [england("ks2_rwm", 60.0, "primary", sex="F"), england("ks2_rwm", 50.0, "primary", sex="M")]
    wide = trust(sexes(fact, "1", (8, 10), (5, 10)), national).view.result("gap-sex", "1", "2024/25")
    assert wide.versus_benchmark.status is BenchmarkStatus.NO_DIFFERENCE
    clear = trust(sexes(fact, "1", (950, 1000), (400, 1000)), national).view.result("gap-sex", "1", "2024/25")
    assert clear.versus_benchmark.status is BenchmarkStatus.ABOVE
