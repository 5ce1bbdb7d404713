"""A figure told in people: what one is worth, the distance to England, hedged; nothing about too few."""

from __future__ import annotations

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.disclosure.rule import CLOSED
from kpi_engine.engine.in_people import in_people


def told(view, kpi: str, academy: str = "1", **breakdown: str) -> tuple[str, ...]:
    return in_people(CATALOGUE[kpi], view.result(kpi, academy, "2024/25", breakdown))


def test_one_pupil_of_24_is_worth_a_twenty_fourth(trust, fact) -> None:
    # 90 % of 24 is 21.6, so 22 were asked for.
    assert told(trust([fact("pupils_happy", "1", 18, 24, people=24)]).view, "pupils-happy") == (
        "18 of 24 pupils; one pupil changes this figure by 4.2 points.",
        "4 more pupils would have met the target.",
    )


def test_the_distance_to_england_is_told_once_where_it_is_the_target(trust, fact, england) -> None:
    rows = [fact("ks2_reading", "1", 15, 24, people=24, series="published")]
    # 73 % of 24 is 17.52: above it are 18, which is three more.
    said = told(trust(rows, [england("ks2_reading", 73.0, "primary")]).view, "ks2-reading")
    assert said[1:] == (
        "3 more pupils would have met the target.",
        "With 24 pupils, chance alone can make such a difference.",
    )


def test_a_clear_difference_carries_no_hedge(trust, fact, england) -> None:
    rows = [fact("ks2_reading", "1", 240, 400, people=400, series="published")]
    said = told(trust(rows, [england("ks2_reading", 73.0, "primary")]).view, "ks2-reading")
    assert said[1:] == ("53 more pupils would have met the target.",)  # 73 % of 400 is 292, and above it 293


def test_events_are_held_against_what_england_would_have_here(trust, fact, england) -> None:
    rows = [fact("suspensions", "1", 9, 300, people=300, series="published")]
    said = told(trust(rows, [england("suspensions", 2.0, "primary")]).view, "suspensions")
    assert said[0] == "9 suspensions among 300 pupils; one suspension changes this figure by 0.33 per 100."
    assert said[1].startswith(
        "At the figure of England's primary schools (2.0 per 100) it would be about 6 suspensions"
    )


def test_half_days_are_told_for_each_pupil(trust, fact, england) -> None:
    more = {"people": 50, "sum_nn": 165000.0, "sum_nd": 175000.0, "sum_dd": 186000.0}
    rows = [fact("attendance", "1", 9000, 9500, series="daily", **more)]
    national = [england("attendance", 95.0, "primary", series="daily")]
    said = told(trust(rows, national).view, "pupil-attendance")
    assert said[0] == "Each pupil missed 10.0 of 190 half-days on average."
    # 95 % of 190 half-days is 180.5; they came 180.
    assert said[1].startswith(
        "At the figure of England's primary schools (95.0 %) it would be 0.5 half-days more attended for each pupil"
    )


def test_a_gap_is_told_in_pupils_of_the_group_and_by_the_smaller_side(trust, fact) -> None:
    rows = [fact("ks2_rwm", "1", 9, 20, sex="F"), fact("ks2_rwm", "1", 12, 18, sex="M")]
    assert told(trust(rows).view, "gap-sex") == (
        "Boys: 18 pupils; one of them changes the gap by 5.6 points.",
        "A gap of 21.7 points is as much as 4 of the 20 pupils in “girls”.",
    )


@pytest.mark.parametrize("people", [1, 5])
def test_a_figure_of_five_or_fewer_is_not_told_again(trust, fact, people: int) -> None:
    rows = [fact("ks2_reading", "1", 1, people, people=people, series="published")]
    assert told(trust(rows).view, "ks2-reading") == ()


def test_nothing_is_told_of_a_hidden_figure(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 7, 9, people=9, guard=CLOSED)]
    assert told(trust(rows, viewer=Viewer("E", Role.EXECUTIVE)).view, "ks2-reading") == ()


def test_a_gap_with_a_tiny_side_is_not_told_in_pupils(trust, fact) -> None:
    rows = [
        fact("ks2_rwm", "1", 2, 5, sex="F", series="published"),
        fact("ks2_rwm", "1", 12, 16, sex="M", series="published"),
    ]
    assert told(trust(rows).view, "gap-sex") == ()


def test_money_and_checklists_are_not_about_people(trust, fact) -> None:
    rows = [fact("budget_spend", "1", 90, 100), fact("efficiency_checks", "1", 9, 10)]
    view = trust(rows).view
    assert told(view, "within-budget") == ()
    assert told(view, "top10-efficiency") == ()
