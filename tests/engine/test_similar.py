"""Similar academies: distances worked out by hand, the reason in words, and what is said where there is nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.engine.similar import Profile, nearest
from kpi_engine.model import Academy, Phase

PRIMARIES = tuple(
    Academy(urn, name, Phase.PRIMARY, "2010-09-01")
    for urn, name in (("1", "Ash"), ("2", "Beech"), ("3", "Cherry"), ("4", "Damson"))
)
HIGH = Academy("9", "Hazel High", Phase.SECONDARY, "2010-09-01")


def census(fact, urn, roll, disadvantaged, send, year="2023/24"):
    return [
        fact("roll_disadvantaged", urn, disadvantaged, roll, year, series="census"),
        fact("roll_send", urn, send, roll, year, series="census"),
    ]


def test_the_distance_is_in_standard_deviations_with_size_on_a_logarithmic_scale():
    focus = Profile("1", "Ash", 100, 20, 10)
    others = [Profile("2", "Beech", 200, 30, 10), Profile("3", "Cherry", 400, 20, 16)]
    near, far = nearest(focus, others)
    # The logarithms of 100, 200, 400 lie log 2 apart: their sample deviation is log 2; that of 20, 30, 20 is
    # sqrt(100 / 3), that of 10, 10, 16 sqrt(12).
    beech = math.sqrt((1 + (10 / math.sqrt(100 / 3)) ** 2 + 0) / 3)
    cherry = math.sqrt((4 + 0 + (6 / math.sqrt(12)) ** 2) / 3)
    assert [(near.name, near.distance), (far.name, far.distance)] == [
        ("Beech", pytest.approx(beech)),
        ("Cherry", pytest.approx(cherry)),
    ]


def test_the_reason_names_what_is_alike_and_what_is_not(trust, fact):
    rows = [
        *census(fact, "1", 412, 128, 58),
        *census(fact, "2", 430, 120, 64),
        *census(fact, "3", 210, 122, 30),
        *census(fact, "9", 420, 126, 60),
    ]
    found = trust(rows, academies=(*PRIMARIES, HIGH)).view.similar("1", "2024/25")
    assert [like.name for like in found.likes] == ["Beech", "Cherry"]
    assert found.likes[0].reason == (
        "similar in size (412 and 430 pupils), disadvantage (31 % and 28 %) and SEND (14 % and 15 %)"
    )
    assert found.likes[1].reason == (
        "similar in SEND (14 % and 14 %); not in size (412 and 210 pupils) and disadvantage (31 % and 58 %)"
    )
    assert "3 primary academies" not in found.said
    assert "by the January census of 2023/24; schools outside the trust are not kept one by one" in found.said


def test_the_census_of_the_year_or_the_newest_before_it_is_taken(trust, fact):
    rows = [*census(fact, "1", 300, 30, 30, "2021/22"), *census(fact, "2", 300, 30, 30, "2021/22")]
    rows += [*census(fact, "1", 300, 30, 30, "2023/24"), *census(fact, "2", 600, 30, 30, "2023/24")]
    view = trust(rows, academies=PRIMARIES).view
    assert view.similar("1", "2022/23").census_year == "2021/22"
    assert view.similar("1", "2023/24").likes[0].traits[0].other == 600
    assert view.similar("1", "2019/20").census_year == "2021/22"


def test_a_characteristic_that_is_not_loaded_is_said_and_left_out(trust, fact):
    rows = [fact("roll_disadvantaged", u, 30, 100, "2023/24", series="census") for u in ("1", "2")]
    found = trust(rows, academies=PRIMARIES).view.similar("1", "2024/25")
    assert found.unknown == ("SEND",)
    assert "Not loaded for Ash: SEND." in found.said
    assert [t.name for t in found.likes[0].traits] == ["size", "disadvantage"]


def test_without_a_census_or_another_academy_of_the_phase_nobody_is_named(trust, fact):
    nothing = trust([], academies=PRIMARIES).view.similar("1", "2024/25")
    assert nothing.likes == ()
    assert "No school census is loaded" in nothing.said
    rows = [*census(fact, "1", 300, 30, 30), *census(fact, "9", 900, 90, 90)]
    alone = trust(rows, academies=(*PRIMARIES, HIGH)).view.similar("9", "2024/25")
    assert alone.likes == ()
    assert "the one secondary academy of the trust" in alone.said


profiles = st.lists(
    st.builds(
        Profile,
        st.integers(0, 30).map(str),
        st.just("A school"),
        st.floats(20, 2000),
        st.floats(0, 100),
        st.floats(0, 100),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda p: p.urn,
)


@given(profiles)
def test_the_nearest_are_the_same_whatever_their_order_and_come_in_order_of_distance(found):
    focus, *others = found
    first = nearest(focus, others)
    again = nearest(focus, others[::-1])
    assert [like.distance for like in again] == pytest.approx([like.distance for like in first])
    assert [like.distance for like in first] == sorted(like.distance for like in first)
    assert focus.urn not in {like.urn for like in first}


@given(profiles)
def test_a_twin_is_the_nearest(found):
    focus, *others = found
    twin = focus._replace(urn="twin", name="")
    assert nearest(focus, [*others, twin])[0].distance == pytest.approx(0.0, abs=1e-9)
