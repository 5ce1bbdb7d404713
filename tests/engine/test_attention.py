"""What is discussed, watched and left alone; which exceptions hold when all differences are looked at together."""

from __future__ import annotations

import math

import pytest
from scipy import optimize
from scipy import stats as scipy_stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from kpi_engine.access import Role, Viewer
from kpi_engine.answers import (
    BenchmarkStatus,
    CertaintyStatus,
    DirectionStatus,
    Judgement,
    Result,
    TargetStatus,
)
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.disclosure.rule import CLOSED, OPEN
from kpi_engine.engine.attention import Place, attention, discuss, watch
from kpi_engine.engine.differences import Against
from kpi_engine.model import Coverage, Unit
from kpi_engine.targets.book import OwnTarget

MET, NEAR, MISSED = TargetStatus.MET, TargetStatus.NEAR, TargetStatus.MISSED
BETTER, SAME, WORSE = DirectionStatus.IMPROVING, DirectionStatus.NO_CHANGE, DirectionStatus.WORSENING
ABOVE, ALIKE, BELOW = BenchmarkStatus.ABOVE, BenchmarkStatus.NO_DIFFERENCE, BenchmarkStatus.BELOW
YEAR = "2024/25"


def result(kpi: str, target: TargetStatus, direction: DirectionStatus, england: BenchmarkStatus) -> Result:
    return Result(
        kpi, "trust", "the trust", YEAR, 10.0, Unit.PERCENT, 1, 1.0, 10.0, 10.0, None, None, "", None, "England",
        Judgement(target, ""), Judgement(england, ""), Judgement(direction, ""), Judgement(CertaintyStatus.LARGE, ""),
        None, Coverage(1, 1), "",
    )  # fmt: skip


def seen(view, academy="trust", significant=False, among=None):
    """The overview of a scope by KPI, of those KPIs that have a figure or an exception."""
    cells = view.scorecard(YEAR, among)
    found = attention(view, cells, academy, among, significant)
    return found, {item.kpi.id: item for item in found.items if item.place is not Place.UNJUDGED or item.missed_at}


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
def test_a_missed_target_is_discussed_unless_the_other_answers_speak_against_it(kpi, target, direction, england, where):
    found = result(kpi, target, direction, england)
    told = [discuss(CATALOGUE[kpi], found), watch(CATALOGUE[kpi], found)]
    assert told == [where == "discuss", where == "watch"]


def test_an_academys_kpis_stand_in_their_places_with_the_reason(trust, fact):
    rows = [
        fact("pupils_happy", "3", 500, 1000),  # 50 % of 90 %
        fact("parents_happy", "3", 890, 1000),  # within two points of 90 %
        fact("pupils_safe", "3", 1000, 1000),
    ]
    _, by = seen(trust(rows).view, "3")
    assert {id: (item.place, item.why) for id, item in by.items()} == {
        "pupils-happy": (Place.DISCUSS, "missed"),
        "parents-happy": (Place.WATCH, "near"),
        "pupils-safe": (Place.ON_TRACK, "met"),
    }


def test_what_is_clearly_worsening_comes_before_what_is_missed_alone(trust, fact):
    rows = [fact("pupils_happy", "3", 500, 1000), fact("staff_wellbeing", "3", 500, 1000)]
    rows += [fact("staff_wellbeing", "3", 900, 1000, "2023/24")]
    found, _ = seen(trust(rows).view, "3")
    assert [item.kpi.id for item in found.placed(Place.DISCUSS)] == ["staff-wellbeing", "pupils-happy"]
    assert found.placed(Place.DISCUSS)[0].why == "missed, clearly worsening"


def test_the_trusts_row_names_the_academies_that_miss_it(trust, fact):
    rows = [fact("pupils_happy", urn, n, 100) for urn, n in (("1", 50), ("2", 95), ("3", 60), ("4", 89))]
    _, by = seen(trust(rows).view)
    item = by["pupils-happy"]
    assert (item.place, set(item.missed_at), item.judged) == (Place.DISCUSS, {"1", "3"}, 4)


def test_a_trust_that_meets_a_target_is_watched_where_one_academy_misses_it(trust, fact):
    rows = [fact("pupils_happy", urn, n, 1000) for urn, n in (("1", 500), ("2", 990), ("3", 990), ("4", 990))]
    rows += [fact("pupils_happy", "5", 9900, 10000)]
    _, by = seen(trust(rows).view)
    item = by["pupils-happy"]
    assert item.result.target.status is MET
    assert (item.place, item.why, item.missed_at) == (Place.WATCH, "met by the trust as a whole", ("1",))


def test_it_is_discussed_where_half_of_the_academies_miss_what_the_trust_meets(trust, fact):
    rows = [fact("pupils_happy", urn, n, 100) for urn, n in (("1", 50), ("2", 50), ("3", 99))]
    rows += [fact("pupils_happy", "4", 9900, 10000)]
    _, by = seen(trust(rows).view)
    assert by["pupils-happy"].result.target.status is MET
    assert by["pupils-happy"].place is Place.DISCUSS


def test_a_choice_of_academies_names_none_outside_it(trust, fact):
    rows = [fact("pupils_happy", urn, 50, 100) for urn in "123"]
    _, by = seen(trust(rows).view, among=("1", "2"))
    assert (set(by["pupils-happy"].missed_at), by["pupils-happy"].judged) == ({"1", "2"}, 2)


def test_nobody_is_told_that_an_academy_whose_figure_is_hidden_misses_its_target(trust, fact):
    rows = [fact("pupils_happy", urn, 50, 100, guard=OPEN) for urn in "134"]
    rows += [fact("pupils_happy", "2", 3, 100, guard=CLOSED)]
    head = Viewer("head", Role.HEADTEACHER, frozenset({"1"}))
    governor = Viewer("governor", Role.GOVERNOR)
    assert seen(trust(rows, viewer=governor).view)[1]["pupils-happy"].missed_at == ("1", "3", "4")
    # Another academy's own return is not for a headteacher, so no judgement of it is either.
    item = seen(trust(rows, viewer=head).view)[1]["pupils-happy"]
    assert (item.missed_at, item.judged) == (("1",), 1)


def test_the_owner_is_the_one_that_the_target_names(trust, fact):
    own = OwnTarget("pupils-happy", "3", "", ">=", 80.0, 2.0, "Head of Cedar", "Board")
    of_all = OwnTarget("pupils-happy", "trust", "", ">=", 80.0, 2.0, "Director of Education", "Board")
    rows = [fact("pupils_happy", urn, 50, 100) for urn in "13"]
    view = trust(rows, targets=[own, of_all]).view
    assert [view.owner("pupils-happy", urn, YEAR) for urn in ("3", "1", "trust")] == [
        "Head of Cedar", "Director of Education", "Director of Education",
    ]  # fmt: skip
    assert seen(view, "3")[1]["pupils-happy"].owner == "Head of Cedar"
    assert trust(rows).view.owner("pupils-happy", "1", YEAR) == ""


# Differences and their p-values, held against scipy and statsmodels


def p_of(view, kpi, academy, against):
    return {each.against: each for each in view.tested(kpi, academy, YEAR).differences}[against]


def test_a_share_against_its_target_is_a_score_test(trust, fact):
    view = trust([fact("pupils_happy", "3", 170, 200)]).view
    found = p_of(view, "pupils-happy", "3", Against.TARGET)
    z = (170 / 200 - 0.9) / math.sqrt(0.9 * 0.1 / 200)
    assert found.p == pytest.approx(2 * scipy_stats.norm.sf(abs(z)))
    assert found.worse
    assert not p_of(trust([fact("pupils_happy", "3", 199, 200)]).view, "pupils-happy", "3", Against.TARGET).worse


@pytest.mark.parametrize(("then", "now"), [(180, 150), (150, 180), (198, 189), (200, 190), (12, 0), (100, 100)])
def test_a_change_is_as_likely_as_the_level_at_which_newcombes_interval_touches_nought(trust, fact, then, now):
    rows = [fact("pupils_happy", "3", then, 200, "2023/24"), fact("pupils_happy", "3", now, 210)]
    found = p_of(trust(rows).view, "pupils-happy", "3", Against.BEFORE)

    def nearest(p):
        low, high = confint_proportions_2indep(now, 210, then, 200, method="newcomb", alpha=p)
        return low if now / 210 > then / 200 else -high

    assert found.p == pytest.approx(optimize.brentq(nearest, 1e-12, 1 - 1e-9), rel=1e-4)
    assert found.worse is (now / 210 < then / 200)


def test_a_published_score_against_england_is_a_normal_test(trust, fact, england):
    row = fact("progress8", "3", None, 100, published_value=-0.3, lower=-0.5, upper=-0.1, series="published")
    view = trust([row], [england("progress8", -0.03, "secondary")]).view
    result = view.result("progress-8", "3", YEAR)
    assert (result.benchmark, result.versus_benchmark.status) == (-0.03, BELOW)
    deviation = 0.2 / scipy_stats.norm.ppf(0.975)
    found = p_of(view, "progress-8", "3", Against.ENGLAND)
    assert found.p == pytest.approx(2 * scipy_stats.norm.sf(0.27 / deviation))
    assert found.worse


def test_a_rate_against_england_agrees_with_its_interval_and_knows_which_way_is_worse(trust, fact, england):
    national = [england("suspensions", 5.0, "secondary")]
    for count in range(20, 90, 3):
        view = trust([fact("suspensions", "3", count, 1000)], national).view
        result = view.result("suspensions", "3", YEAR)
        found = p_of(view, "suspensions", "3", Against.ENGLAND)
        assert (found.p < 0.05) is (not result.lower <= 5.0 <= result.upper)
        assert found.worse is (count > 50)


def test_attendance_of_pupils_is_tested_over_pupils_and_totals_alone_are_not(trust, fact, england):
    # A hundred pupils of 100 half-days each; half of them miss one less than the mean, half one more.
    sums = {"people": 100, "sum_nn": 50 * 91**2 + 50 * 93**2, "sum_nd": 100 * 9200, "sum_dd": 100 * 100**2}
    national = [england("attendance", 92.3, "secondary", series="daily")]
    view = trust([fact("attendance", "3", 9200, 10000, series="daily", **sums)], national).view
    deviation = math.sqrt(100 / 99 * 100) / 10000
    found = p_of(view, "pupil-attendance", "3", Against.ENGLAND)
    assert found.p == pytest.approx(2 * scipy_stats.norm.sf(0.003 / deviation), rel=1e-6)
    totals = trust([fact("attendance", "3", 9200, 10000, series="daily")], national).view
    assert totals.tested("pupil-attendance", "3", YEAR).differences == ()


def test_what_is_counted_in_full_is_no_matter_of_chance(trust, fact):
    found = trust([fact("board_skills", "trust", 2, 12)]).view.tested("board-skills", "trust", YEAR)
    assert (found.differences, found.counted_in_full) == ((), True)
    assert trust([]).view.tested("board-skills", "trust", YEAR).counted_in_full is False


def test_a_band_is_left_by_its_nearer_edge_and_within_it_there_is_nothing_to_test(trust, fact):
    def against(n):
        return trust([fact("staff_turnover", "3", n, 500)]).view.tested("staff-turnover", "3", YEAR).differences

    z = (0.2 - 0.12) / math.sqrt(0.12 * 0.88 / 500)
    assert [(d.against, d.worse) for d in against(100)] == [(Against.TARGET, True)]
    assert against(100)[0].p == pytest.approx(2 * scipy_stats.norm.sf(z))
    z = (0.08 - 0.02) / math.sqrt(0.08 * 0.92 / 500)
    assert against(10)[0].p == pytest.approx(2 * scipy_stats.norm.sf(z))
    assert against(50) == ()


# The switch


@pytest.fixture
def surveyed(trust, fact):
    """Five academies whose pupils were asked: 1 is far below its target, 2 to 4 a little, 5 far above."""
    asked = {"1": (600, 1000), "2": (84, 100), "3": (165, 200), "4": (166, 200), "5": (1000, 1000)}
    view = trust([fact("pupils_happy", urn, n, d) for urn, (n, d) in asked.items()]).view
    return asked, view


def test_the_switch_keeps_what_holds_when_all_are_looked_at_together(surveyed):
    asked, view = surveyed
    counts = {**asked, "trust": (sum(n for n, _ in asked.values()), sum(d for _, d in asked.values()))}
    p = [
        2 * scipy_stats.norm.sf(abs(n / d - 0.9) / math.sqrt(0.09 / d)) if (n, d) != (0, 0) else 1.0
        for n, d in counts.values()
    ]
    kept = dict(zip(counts, multipletests(p, 0.05, "fdr_bh")[0], strict=True))
    found, by = seen(view, significant=True)
    assert by["pupils-happy"].missed_at == tuple(urn for urn, (n, d) in asked.items() if kept[urn] and n / d < 0.88)
    assert found.significance.considered == len(counts)
    assert found.significance.hold == sum(kept.values())
    assert by["pupils-happy"].holds == ("the target",)
    assert by["pupils-happy"].beyond_chance
    assert not seen(view)[1]["pupils-happy"].beyond_chance


def test_a_difference_that_holds_alone_can_fall_when_many_are_looked_at(trust, fact):
    # 50 of 62 against 90 %: outside its own 95 % interval, p 0.014.
    _, high = proportion_confint(50, 62, method="wilson")
    assert high < 0.9
    alone, by = seen(trust([fact("pupils_happy", "3", 50, 62)]).view, "3", significant=True)
    assert by["pupils-happy"].place is Place.DISCUSS
    assert alone.significance.considered == 1
    rows = [fact("pupils_happy", "3", 50, 62, year) for year in ("2023/24", YEAR)]
    rows += [fact(m, "3", 86, 100, y) for m in ("parents_happy", "staff_wellbeing") for y in ("2023/24", YEAR)]
    beside, by = seen(trust(rows).view, "3", significant=True)
    # Each of the three against its target and against the year before; 0.05 / 6 is asked of the least p-value.
    assert (beside.significance.considered, beside.significance.hold) == (6, 0)
    assert "pupils-happy" not in by
    assert beside.significance.left_out >= 1


def test_the_switch_leaves_out_what_differs_for_the_better_alone(trust, fact):
    # Missed by little, and clearly better than the year before.
    rows = [fact("pupils_happy", "3", 100, 200, "2023/24"), fact("pupils_happy", "3", 172, 200)]
    view = trust(rows).view
    assert seen(view, "3")[1]["pupils-happy"].place is Place.WATCH
    found, by = seen(view, "3", significant=True)
    assert "pupils-happy" not in by
    assert (found.significance.hold, found.significance.left_out) == (1, 1)


def test_the_switch_keeps_what_is_counted_in_full_and_touches_nothing_on_track(trust, fact):
    rows = [fact("board_skills", "trust", 2, 12), fact("pupils_safe", "3", 1000, 1000)]
    rows += [fact("efficiency_checks", "3", 2, 10), fact("efficiency_checks", "1", 10, 10)]
    before, _ = seen(trust(rows).view)
    after, by = seen(trust(rows).view, significant=True)
    assert by["board-skills"].place is Place.DISCUSS
    checks = by["top10-efficiency"]
    assert (checks.missed_at, checks.beyond_chance) == (("3",), False)
    assert after.placed(Place.ON_TRACK) == before.placed(Place.ON_TRACK)
    assert after.significance.left_out == 0


def test_without_figures_nothing_is_considered(trust):
    found, by = seen(trust([]).view, significant=True)
    assert by == {}
    assert (found.significance.considered, found.significance.hold) == (0, 0)
