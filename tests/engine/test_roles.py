"""What each role is given: own returns, published figures, sums, and small numbers."""

from __future__ import annotations

import dataclasses

import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.answers import TargetStatus
from kpi_engine.disclosure.rule import CLOSED, OFFICE, OPEN
from kpi_engine.model import Academy, Phase, WithheldKind

YEAR = "2024/25"
GOVERNOR = Viewer("governor", Role.GOVERNOR)
EXECUTIVE = Viewer("executive", Role.EXECUTIVE)
HEAD = Viewer("head", Role.HEADTEACHER, frozenset({"1"}))
TRUSTED_HEAD = dataclasses.replace(HEAD, small_numbers=True)
KPI = "suspensions"


@pytest.fixture
def returns(fact):
    """Suspensions of four academies from their returns: 8 of 100, 3 of 200 (too few), 12 of 300, 20 of 400 pupils."""
    counts = {"1": (8, 100, OPEN), "2": (3, 200, CLOSED), "3": (12, 300, OPEN), "4": (20, 400, OPEN)}
    return [fact("suspensions", urn, n, d, guard=guard) for urn, (n, d, guard) in counts.items()]


def hidden(found):
    assert (found.value, found.numerator, found.denominator, found.people) == (None, None, None, None)
    assert (found.distance, found.sides, found.notes) == (None, None, ())
    assert found.withheld.kind is WithheldKind.HIDDEN
    return found.withheld.reason


@pytest.mark.parametrize("viewer", [GOVERNOR, EXECUTIVE, Viewer("admin", Role.ADMIN)])
def test_nobody_is_given_a_small_number_but_the_trusts_total_holds_it(trust, returns, viewer):
    view = trust(returns, viewer=viewer).view
    assert "so few people" in hidden(view.result(KPI, "2", YEAR))
    total = view.result(KPI, "trust", YEAR)
    assert (total.numerator, total.denominator, str(total.coverage)) == (43, 1000, "4 of 5 academies")
    assert [f.value for f in view.compare(KPI, YEAR)] == [8.0, None, 4.0, 5.0, None]
    assert {c.academy: c.value for c in view.scorecard(YEAR, kpis=[KPI])} == {
        "1": 8.0, "2": None, "3": 4.0, "4": 5.0, "5": None, "trust": pytest.approx(4.3),
    }  # fmt: skip


def test_a_choice_of_academies_adds_up_only_what_is_shown(trust, returns):
    view = trust(returns, viewer=EXECUTIVE).view
    some = view.result(KPI, "trust", YEAR, among=["2", "3"])
    assert (some.numerator, some.denominator, some.coverage.missing) == (12, 300, ("Beech Primary",))
    assert "Left out because its figure is hidden: Beech Primary." in some.notes


def test_the_sum_of_a_whole_phase_holds_its_small_numbers_unless_its_guard_is_closed(trust, returns):
    primaries = ["1", "2"]
    shown = trust(returns, viewer=EXECUTIVE).view.result(KPI, "trust", YEAR, among=primaries)
    assert (shown.numerator, shown.denominator) == (11, 300)
    guards = {("suspensions", "return", YEAR, "phase:primary", "Year", ()): CLOSED}
    closed = trust(returns, viewer=EXECUTIVE, guards=guards).view.result(KPI, "trust", YEAR, among=primaries)
    assert (closed.numerator, closed.denominator) == (8, 100)


def test_a_sum_whose_own_guard_is_closed_is_hidden(trust, returns):
    guards = {("suspensions", "return", YEAR, "trust", "Year", ()): CLOSED}
    view = trust(returns, viewer=EXECUTIVE, guards=guards).view
    assert "the trust" in hidden(view.result(KPI, "trust", YEAR))


def test_a_sum_that_the_version_has_not_decided_on_is_for_nobody(trust, returns):
    asked = trust(returns, viewer=EXECUTIVE)
    asked.holdings._guards = {}
    assert "the trust" in hidden(asked.view.result(KPI, "trust", YEAR))
    assert asked.view.result(KPI, "trust", YEAR, among=["1", "2"]).numerator == 8
    assert asked.view.result(KPI, "1", YEAR).numerator == 8


def test_what_is_not_about_people_needs_no_decision_to_be_added_up(trust):
    assert trust([]).holdings.guard_of("budget_balance", "return", YEAR, "trust", "Year", {}) == OPEN


SEVEN = tuple(
    Academy(urn, f"School {urn}", phase, "2010-09-01")
    for urn, phase in zip("1234567", [Phase.PRIMARY] * 3 + [Phase.SECONDARY] * 3 + [Phase.SPECIAL], strict=True)
)


@pytest.mark.parametrize(("specials", "phase_total"), [(1, None), (2, None), (3, 60)])
def test_a_head_is_given_no_sums_of_phases_that_leave_one_or_two_academies_of_the_trusts(
    trust, fact, specials, phase_total
):
    """Seven hold 20 each: 140 less the primaries' 60 and the secondaries' 60 would be the one special's 20."""
    others = [Academy(str(7 + i), f"School {7 + i}", Phase.SPECIAL, "2010-09-01") for i in range(specials)]
    academies = (*SEVEN[:6], *others)
    guards = {("suspensions", "return", YEAR, "phase:special", "Year", ()): CLOSED}
    rows = [fact("suspensions", a.urn, 20, 100, guard=OPEN) for a in academies]
    view = trust(rows, academies=academies, viewer=HEAD, guards=guards).view
    total = view.result(KPI, "trust", YEAR)
    assert total.numerator == 20 * len(academies)
    assert view.result(KPI, "trust", YEAR, among=["4", "5", "6"]).numerator == phase_total
    own_alone = view.result(KPI, "trust", YEAR, among=["1", "2", "3"]).numerator
    assert own_alone == (phase_total or 20)


def test_a_head_is_given_the_sums_of_phases_where_the_trusts_is_hidden(trust, fact):
    guards = {("suspensions", "return", YEAR, "trust", "Year", ()): CLOSED}
    rows = [fact("suspensions", a.urn, 20, 100, guard=OPEN) for a in SEVEN]
    view = trust(rows, academies=SEVEN, viewer=HEAD, guards=guards).view
    hidden(view.result(KPI, "trust", YEAR))
    assert view.result(KPI, "trust", YEAR, among=["4", "5", "6"]).numerator == 60


@pytest.fixture
def in_phases(fact, england):
    """Two primaries and two secondaries; the second of each speaks of too few. England: 5 and 10 per 100."""
    counts = {"1": (8, 200, OPEN), "2": (3, 200, CLOSED), "4": (60, 400, OPEN), "5": (4, 200, CLOSED)}
    rows = [fact("suspensions", urn, n, d, guard=guard) for urn, (n, d, guard) in counts.items()]
    values = {"primary": 5.0, "secondary": 10.0}
    return rows, [england("suspensions", value, phase, series="return") for phase, value in values.items()]


@pytest.mark.parametrize(
    ("closed", "reason"),
    [
        ((), "1 of 2 phases meets it; not yet: secondary."),
        (("secondary",), "The one phase that can be judged meets it."),
        (("primary", "secondary"), "No phase can be judged: The figure of a phase without all of its academies"),
    ],
)
def test_a_phase_whose_sum_is_hidden_is_not_judged_by_the_academies_that_are_shown(trust, in_phases, closed, reason):
    """The primaries' 11 of 400 are under England's 5, the secondaries' 64 of 600 over 10."""
    rows, national = in_phases
    academies = tuple(SEVEN[i] for i in (0, 1, 3, 4))
    guards = {("suspensions", "return", YEAR, f"phase:{phase}", "Year", ()): CLOSED for phase in closed}
    found = trust(rows, national, academies, viewer=EXECUTIVE, guards=guards).view.result(KPI, "trust", YEAR)
    assert found.numerator == 75
    assert found.target.reason.startswith(reason)


def test_a_head_is_told_of_phases_by_their_names(trust, fact, england):
    academies = SEVEN[:6]
    rows = [fact("suspensions", a.urn, 20, 200, guard=OPEN) for a in academies]
    national = [
        england("suspensions", value, phase, series="return") for phase, value in (("primary", 5), ("secondary", 11))
    ]
    found = trust(rows, national, academies, viewer=HEAD).view.result(KPI, "trust", YEAR)
    assert found.target.reason == "1 of 2 phases meets it; not yet: primary."


def test_figures_for_the_office_are_shown_to_the_executive_and_not_to_governors_or_an_audience(trust, fact):
    rows = [fact("staff_attendance", urn, 95, 100, people=8, guard=OFFICE) for urn in "123"]
    assert trust(rows, viewer=EXECUTIVE).view.result("staff-attendance", "2", YEAR).value == 95.0
    for viewer in (
        GOVERNOR,
        dataclasses.replace(EXECUTIVE, presenting=True),
        dataclasses.replace(HEAD, presenting=True),
    ):
        hidden(trust(rows, viewer=viewer).view.result("staff-attendance", "1", YEAR))
    assert trust(rows, viewer=HEAD).view.result("staff-attendance", "1", YEAR).value == 95.0


def test_a_head_sees_own_returns_and_others_published_figures_only(trust, fact, returns):
    published = [fact("suspensions", "4", 40, 400, series="published")]
    view = trust([*returns, *published], viewer=HEAD).view
    assert view.result(KPI, "1", YEAR).value == 8.0
    assert "for the executive" in hidden(view.result(KPI, "3", YEAR))
    assert (view.result(KPI, "4", YEAR).value, view.result(KPI, "4", YEAR).series) == (10.0, "published")
    by_academy = {found.academy: found for found in view.compare(KPI, YEAR)}
    assert [urn for urn, found in by_academy.items() if found.value is not None] == ["1", "4"]


def test_a_head_of_two_academies_sees_both(trust, returns):
    view = trust(returns, viewer=dataclasses.replace(HEAD, academies=frozenset({"1", "3"}))).view
    assert [view.result(KPI, urn, YEAR).value for urn in "13"] == [8.0, 4.0]


def test_a_head_sees_the_trusts_total_and_nothing_of_its_parts(trust, fact, returns):
    parts = [fact("suspensions", urn, 50, 60, guard=OPEN, sex="F") for urn in "1234"]
    view = trust([*returns, *parts], viewer=HEAD).view
    assert view.result(KPI, "trust", YEAR).numerator == 43
    assert "parts" in hidden(view.result(KPI, "trust", YEAR, {"sex": "F"}))
    assert view.result(KPI, "1", YEAR, {"sex": "F"}).numerator == 50


def test_a_total_of_two_academies_is_not_for_heads(trust, fact):
    rows = [fact("suspensions", urn, 20, 100, guard=OPEN) for urn in "13"]
    assert "Fewer than 3" in hidden(trust(rows, viewer=HEAD).view.result(KPI, "trust", YEAR))
    assert trust(rows, viewer=EXECUTIVE).view.result(KPI, "trust", YEAR).numerator == 40


def test_a_total_is_hidden_from_a_head_when_all_but_the_own_academy_is_a_small_number(trust, fact):
    counts = {"1": 30, "2": 0, "3": 4}
    rows = [fact("suspensions", urn, n, 100, guard=OPEN if n != 4 else CLOSED) for urn, n in counts.items()]
    assert trust(rows, viewer=EXECUTIVE).view.result(KPI, "trust", YEAR).numerator == 34
    hidden(trust(rows, viewer=HEAD).view.result(KPI, "trust", YEAR))


def test_the_right_to_small_numbers_is_for_the_own_academy_and_never_for_an_audience(trust, fact):
    rows = [fact("suspensions", urn, 3, 100, guard=CLOSED) for urn in "123"]
    shown = trust(rows, viewer=TRUSTED_HEAD).view.result(KPI, "1", YEAR)
    assert (shown.value, shown.restricted, shown.as_dict()["restricted"]) == (3.0, True, True)
    cells = {c.academy: c for c in trust(rows, viewer=TRUSTED_HEAD).view.scorecard(YEAR, kpis=[KPI])}
    assert [cells[urn].restricted for urn in "12"] == [True, False]
    hidden(trust(rows, viewer=TRUSTED_HEAD).view.result(KPI, "2", YEAR))
    for viewer in (HEAD, dataclasses.replace(TRUSTED_HEAD, presenting=True), EXECUTIVE):
        hidden(trust(rows, viewer=viewer).view.result(KPI, "1", YEAR))


def test_the_year_before_is_not_given_away_by_what_is_said_of_this_year(trust, fact):
    rows = [fact("suspensions", "1", 9, 100, "2023/24", guard=CLOSED), fact("suspensions", "1", 8, 100, guard=OPEN)]
    found = trust(rows, viewer=EXECUTIVE).view.result(KPI, "1", YEAR)
    assert found.value == 8.0
    assert "9" not in found.direction.reason.replace(YEAR, "").replace("2023/24", "")
    assert "no figure for 2023/24" in found.direction.reason.replace("There is ", "")


def test_a_head_is_told_how_many_academies_meet_a_target_but_not_which(trust, fact):
    rows = [
        fact("staff_attendance", urn, n, 100, people=40, guard=OPEN)
        for urn, n in (("1", 97), ("2", 90), ("3", 98), ("4", 99))
    ]
    told = trust(rows, viewer=HEAD).view.result("staff-attendance", "trust", YEAR).target
    executive = trust(rows, viewer=EXECUTIVE).view.result("staff-attendance", "trust", YEAR).target
    assert told.status is executive.status is TargetStatus.MISSED
    assert "Beech Primary" in executive.reason
    assert told.reason == "3 of 4 academies meet it; not yet: another academy."


def test_the_scope_of_a_viewer_is_all_that_decides():
    assert HEAD.scope != TRUSTED_HEAD.scope
    assert dataclasses.replace(EVERYTHING, presenting=True).scope != EVERYTHING.scope
    assert (HEAD.leads("1"), HEAD.leads("2"), EXECUTIVE.leads("1")) == (True, False, False)
