"""Traps that give hidden figures away elsewhere, one by one: each is set, and the attacker gets nothing from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest

from kpi_engine.disclosure.decide import Decided, decide
from kpi_engine.disclosure.rule import CLOSED, OFFICE, OPEN
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy, Phase
from tests.disclosure.assessing import assess, seen
from tests.disclosure.attacker import Key, Table
from tests.disclosure.invented import AS_AT, YEAR, academies, academy, decided, fact, remembered, together

BOTH = (OPEN, OFFICE)


def protected(facts: pd.DataFrame, found: Decided, members: Sequence[Academy], as_at: dt.date = AS_AT) -> Table:
    """The board's table, after an attack on it and on the office's that came to nothing."""
    for level in BOTH:
        cells = seen(facts, found, members, as_at, level)
        assert [str(each) for each in assess([cells], members, as_at).breaches] == []
    return seen(facts, found, members, as_at, OPEN)


def hidden(cells: Table) -> set[Key]:
    return {key for key, cell in cells.items() if not cell.shown}


def by_sex(measure: str, one: Academy, girls: tuple[float, float], boys: tuple[float, float]) -> list[pd.DataFrame]:
    return [
        fact(measure, one, girls[0], girls[1], {"sex": "F"}),
        fact(measure, one, boys[0], boys[1], {"sex": "M"}),
        fact(measure, one, girls[0] + boys[0], girls[1] + boys[1]),
    ]


def test_a_one_is_not_betrayed_by_hiding_a_nought_beside_it():
    """[0, 1]: "hide 1 to 4 and the next smallest" hides both, and their known sum of 1 says all but which is which."""
    members = academies(2)
    facts = together([*by_sex("suspensions", members[0], (0, 40), (1, 40)), fact("suspensions", members[1], 30, 80)])
    cells = protected(facts, decided(facts, members), members)
    (own,) = {cell.shown for key, cell in cells.items() if key[3] == members[0].urn and not key[5]}
    assert not own


def test_two_fours_are_not_betrayed_by_totals_rounded_apart():
    """[4, 4]: sums are of the true figures and never rounded, and a shown one leaves its hidden parts open."""
    members = academies(3)
    facts = together([part for one in members for part in by_sex("suspensions", one, (4, 50), (4, 50))])
    cells = protected(facts, decided(facts, members), members)
    for key, cell in cells.items():
        if cell.shown and key[3] == "trust":
            assert cell.n == sum(c.n for k, c in cells.items() if k[3] in {m.urn for m in members} and k[5] == key[5])


def test_of_two_groups_both_are_hidden_or_their_total_is():
    members = academies(1)
    facts = together(by_sex("y11_engaged", members[0], (28, 31), (20, 35)))
    cells = protected(facts, decided(facts, members), members)
    girls, boys, both = ((("sex", "F"),), (("sex", "M"),), ())
    shown = {key[5] for key, cell in cells.items() if cell.shown and key[3] == members[0].urn}
    assert girls not in shown
    assert not {boys, both} <= shown


def test_the_only_academy_of_a_phase_hides_the_phase_too():
    members = (academy(1, Phase.PRIMARY), academy(2), academy(3), academy(4))
    counts = (3, 40, 50, 60)
    facts = together([fact("suspensions", one, n, 300) for one, n in zip(members, counts, strict=True)])
    cells = protected(facts, decided(facts, members), members)
    assert ("suspensions", "return", YEAR, members[0].urn, "Year", ()) in hidden(cells)
    assert ("suspensions", "return", YEAR, "phase:primary", "Year", ()) in hidden(cells)


def test_a_total_of_one_is_hidden_with_whatever_it_is_made_of():
    members = academies(4)
    facts = together([fact("permanent_exclusions", one, n, 900) for one, n in zip(members, (1, 0, 0, 0), strict=True)])
    cells = protected(facts, decided(facts, members), members)
    assert ("permanent_exclusions", "return", YEAR, "trust", "Year", ()) in hidden(cells)
    assert len([key for key in hidden(cells) if key[3] != "trust"]) >= 2


def test_a_shown_none_says_none_of_its_parts_and_nothing_else_is_lost():
    """When none of 900 was excluded, none of the nine looked-after ones was; hiding the 900 would protect nobody."""
    members = academies(3)
    facts = together(
        [
            part
            for one in members
            for part in (
                fact("permanent_exclusions", one, 0, 9, {"looked_after": "Y"}),
                fact("permanent_exclusions", one, 0, 891, {"looked_after": "N"}),
                fact("permanent_exclusions", one, 0, 900),
            )
        ]
    )
    cells = protected(facts, decided(facts, members), members)
    assert {key[5] for key in hidden(cells)} == {(("looked_after", "Y"),)}


@pytest.mark.parametrize("period", ["2025-03", "Spring"])
def test_a_month_that_is_the_whole_year_is_hidden_with_it(period: str):
    members = academies(3)
    facts = together(
        [
            part
            for one, n in zip(members, (58, 40, 35), strict=True)
            for part in (fact("pupils_happy", one, n, 60), fact("pupils_happy", one, n, 60, period=period))
        ]
    )
    cells = protected(facts, decided(facts, members), members)
    first = {key[4] for key in hidden(cells) if key[3] == members[0].urn}
    assert first == {"Year", period}


def test_a_pool_of_three_years_does_not_give_the_third_away():
    members = academies(3)
    looked_after = {"looked_after": "Y"}
    years = ("2017/18", "2018/19", "2019/20")
    rows = [
        fact("y11_engaged", one, n, 14, looked_after, year=year)
        for one in members
        for n, year in zip((8, 8, 12), years, strict=True)
    ]
    facts = together(rows)
    cells = protected(facts, decided(facts, members), members)
    for one in members:
        own = {key[2] for key in hidden(cells) if key[3] == one.urn and key[4] == "Year"}
        pool = ("y11_engaged", "return", "2017/18", one.urn, "Pool", (("looked_after", "Y"),))
        assert "2019/20" in own
        assert len(own) > 1 or pool in hidden(cells)


def test_an_academy_that_joined_in_the_year_is_not_the_difference_of_two_sums():
    """It counts for the trust's summer and not for its year: the two sums together must not say its figure."""
    joined = academy(9, joined="2025-01-01")
    members = (*academies(3), joined)
    rows = []
    for one in members[:3]:
        rows += [fact("suspensions", one, 20, 300, period=term) for term in ("Autumn", "Spring", "Summer")]
        rows.append(fact("suspensions", one, 60, 300))
    rows += [fact("suspensions", joined, n, 300, period=term) for n, term in ((2, "Spring"), (1, "Summer"))]
    rows.append(fact("suspensions", joined, 3, 300))
    facts = together(rows)
    protected(facts, decided(facts, members), members)


def test_an_academy_without_the_breakdown_is_not_the_difference_of_the_trusts_sums():
    members = academies(3)
    rows = [part for one in members[:2] for part in by_sex("suspensions", one, (20, 150), (30, 150))]
    facts = together([*rows, fact("suspensions", members[2], 3, 200)])
    protected(facts, decided(facts, members), members)


def test_a_bound_from_another_measure_is_not_left_beside_a_hidden_figure():
    """Who was suspended has a suspension: six suspensions shown say that at most six pupils were, and at least one."""
    members = academies(3)
    rows = []
    for one, events, pupils in zip(members, (6, 30, 40), (3, 12, 20), strict=True):
        rows += [fact("suspensions", one, events, 300), fact("pupils_suspended", one, pupils, 300)]
    facts = together(rows)
    protected(facts, decided(facts, members), members)


def test_the_remainder_under_another_name_is_hidden_too():
    members = academies(3)
    rows = []
    for one, n in zip(members, (97, 80, 85), strict=True):
        rows += [fact("y11_engaged", one, n, 100), fact("y11_neet_or_unknown", one, 100 - n, 100)]
    facts = together(rows)
    cells = protected(facts, decided(facts, members), members)
    assert {key[3] for key in hidden(cells) if key[0] == "y11_engaged"} == {
        key[3] for key in hidden(cells) if key[0] == "y11_neet_or_unknown"
    }


def test_scores_of_three_pupils_are_not_shown_as_the_difference_of_groups():
    """Two groups of two and one pupil are hidden one by one; their sum would still be a figure about three."""
    members = academies(2)
    rows = []
    for one in members:
        rows += [
            fact("attainment8", one, 90, 2, {"send": "E"}),
            fact("attainment8", one, 40, 1, {"send": "K"}),
            fact("attainment8", one, 5000, 100, {"send": "N"}),
            fact("attainment8", one, 5130, 103),
        ]
    facts = together(rows)
    protected(facts, decided(facts, members), members)


def test_staff_groups_under_ten_are_for_the_office_and_not_for_the_board():
    members = academies(3)
    rows = []
    for one in members:
        rows += [
            fact("staff_wellbeing", one, 6, 9, {"staff_group": "leader"}, people=9),
            fact("staff_wellbeing", one, 30, 60, {"staff_group": "teacher"}),
            fact("staff_wellbeing", one, 20, 40, {"staff_group": "support"}),
            fact("staff_wellbeing", one, 56, 109),
        ]
    facts = together(rows).assign(numerator=lambda all: all["numerator"], denominator=lambda all: all["denominator"])
    found = decided(facts, members)
    office, board = (seen(facts, found, members, AS_AT, level) for level in (OFFICE, OPEN))
    leaders = [key for key in board if dict(key[5]).get("staff_group") == "leader" and key[3] != "trust"]
    assert leaders
    assert not any(board[key].shown for key in leaders)
    small = [key for key in leaders if not office[key].shown]
    assert small == leaders  # three of nine: a remainder of 1 to 5 is for nobody


# Two versions


def versions(
    one: pd.DataFrame, two: pd.DataFrame, members: Sequence[Academy], later: Sequence[Academy] | None = None
) -> tuple[Table, Table]:
    """Both tables as the board sees them, after an attack by somebody who has both."""
    first = decided(one, members)
    second = decided(two, later or members, before=remembered(one, first))
    tables = []
    for level in BOTH:
        both = [
            seen(one, first, members, AS_AT, level),
            seen(two, second, later or members, AS_AT, level),
        ]
        if later is None:
            assert [str(each) for each in assess(both, members, AS_AT).breaches] == []
        for key, cell in both[0].items():
            now = both[1].get(key)
            if now is not None and (now.n, now.d) == (cell.n, cell.d) and not cell.shown:
                assert not now.shown, f"{key} was hidden and has not changed"
        tables.append(both)
    return tables[0][0], tables[0][1]


def test_a_corrected_figure_does_not_turn_the_choice_round():
    members = academies(4)
    one = together([fact("suspensions", each, n, 300) for each, n in zip(members, (3, 40, 50, 60), strict=True)])
    two = together([fact("suspensions", each, n, 300) for each, n in zip(members, (3, 40, 50, 7), strict=True)])
    before, after = versions(one, two, members)
    assert {key for key in hidden(before) if key[3] != members[3].urn} <= hidden(after)


def test_what_stays_small_stays_hidden_when_its_neighbour_grows():
    members = academies(4)
    one = together([fact("suspensions", each, n, 300) for each, n in zip(members, (3, 4, 50, 60), strict=True)])
    two = together([fact("suspensions", each, n, 300) for each, n in zip(members, (3, 44, 50, 60), strict=True)])
    before, after = versions(one, two, members)
    key = ("suspensions", "return", YEAR, members[0].urn, "Year", ())
    assert key in hidden(before)
    assert key in hidden(after)


def test_a_figure_that_is_no_longer_small_does_not_take_the_trusts_total_with_it():
    """It stays hidden itself, since its neighbour does: shown, the two would say what it was before."""
    members = academies(4)
    one = together([fact("suspensions", each, n, 300) for each, n in zip(members, (3, 40, 50, 60), strict=True)])
    two = together([fact("suspensions", each, n, 300) for each, n in zip(members, (30, 40, 50, 60), strict=True)])
    before, after = versions(one, two, members)
    assert hidden(after) == hidden(before)
    assert after["suspensions", "return", YEAR, "trust", "Year", ()].shown


def test_returns_that_come_one_by_one_are_not_the_difference_of_two_totals():
    """On Monday the trust's total is of three academies, on Tuesday of four: the fourth has three suspensions."""
    members = academies(4)
    rows = [fact("suspensions", each, n, 300) for each, n in zip(members, (30, 40, 50, 3), strict=True)]
    _, after = versions(together(rows[:3]), together(rows), members)
    assert not after["suspensions", "return", YEAR, "trust", "Year", ()].shown


def test_a_return_that_is_unloaded_is_not_the_difference_of_two_totals():
    members = academies(4)
    rows = [fact("suspensions", each, n, 300) for each, n in zip(members, (30, 40, 50, 3), strict=True)]
    _, after = versions(together(rows), together(rows[:3]), members)
    assert not after["suspensions", "return", YEAR, "trust", "Year", ()].shown


def test_an_academy_that_leaves_takes_its_small_number_with_it():
    members = academies(4)
    later = (*members[:3], academy(3, left="2025-01-31"))
    rows = together([fact("suspensions", each, n, 300) for each, n in zip(members, (30, 40, 50, 3), strict=True)])
    first = decided(rows, members)
    second = decided(rows, later, before=remembered(rows, first))
    after = seen(rows, second, later, AS_AT, OPEN)
    key = ("suspensions", "return", YEAR, members[3].urn, "Year", ())
    assert key in hidden(seen(rows, first, members, AS_AT, OPEN))
    assert key in hidden(after)
    # 123 before and 120 now: the totals may not both be shown.
    assert not after["suspensions", "return", YEAR, "trust", "Year", ()].shown


def test_closed_is_closed_for_the_board_too():
    members = academies(3)
    facts = together([part for one in members for part in by_sex("y11_engaged", one, (28, 31), (20, 35))])
    found = decided(facts, members)
    assert set(found.guard.tolist()) <= {OPEN, OFFICE, CLOSED}
    board, office = (hidden(seen(facts, found, members, AS_AT, level)) for level in (OPEN, OFFICE))
    assert office <= board


def test_guards_stand_with_their_own_facts_when_the_version_before_has_its_say():
    """Published figures stand between the returns, and only some families of measures are decided anew."""
    members = academies(4)
    england = together([fact("suspensions", each, 99, 300, year="2018/19", series="published") for each in members])
    surveys = together([fact("pupils_happy", each, 58, 60) for each in members])
    counted = [fact("suspensions", each, n, 300) for each, n in zip(members, (30, 40, 50, 3), strict=True)]

    def version(some: Sequence[pd.DataFrame], before: pd.DataFrame | None = None) -> tuple[pd.DataFrame, Decided]:
        facts = together([england.assign(source_id="england"), surveys, *some])
        return facts, decide(facts, frozenset({"own"}), MEASURES, members, AS_AT, before)

    facts, first = version(counted[:3])
    later, second = version(counted, remembered(facts, first))
    guards = {
        (row["measure"], row["urn"], row["series"]): guard
        for row, guard in zip(later.to_dict("records"), second.guard.tolist(), strict=True)
    }
    assert {guard for (_, _, series), guard in guards.items() if series == "published"} == {0}
    assert guards["suspensions", members[3].urn, "return"] == CLOSED
    assert guards["suspensions", members[0].urn, "return"] == OPEN
    assert all(guards["pupils_happy", each.urn, "return"] == CLOSED for each in members)
