"""Which side of a gap moved, in one sentence; every expected figure is worked out by hand."""

import pytest

from kpi_engine.engine import moved


def both(fact, then, now, measure="ks2_rwm"):
    """Girls and boys in two years, as (numerator, denominator) each."""
    found = []
    for year, (girls, boys) in (("2023/24", then), ("2024/25", now)):
        found += [fact(measure, "1", *girls, year, sex="F"), fact(measure, "1", *boys, year, sex="M")]
    return found


def said(trust, facts, kpi="gap-sex", **breakdown):
    return moved.sentence(trust(facts).view.result(kpi, "1", "2024/25", breakdown))


def test_both_sides_rose_and_the_gap_narrowed(trust, fact):
    # 60 to 63 and 40 to 49.5 of a hundred: from 20 to 13.5 apart.
    facts = both(fact, ((120, 200), (80, 200)), ((126, 200), (99, 200)))
    assert said(trust, facts).startswith("The gap narrowed by 6.5 points: girls rose by 3.0, boys by 9.5.")


def test_a_side_that_fell_is_told_from_one_that_rose(trust, fact):
    facts = both(fact, ((120, 200), (80, 200)), ((130, 200), (70, 200)))
    assert said(trust, facts).startswith("The gap widened by 10.0 points: girls rose by 5.0, boys fell by 5.0.")


def test_a_side_that_stood_still_says_so(trust, fact):
    facts = both(fact, ((120, 200), (80, 200)), ((120, 200), (100, 200)))
    assert said(trust, facts).startswith("The gap narrowed by 10.0 points: girls did not move, boys rose by 10.0.")


def test_a_gap_that_stays_says_so_though_both_sides_moved(trust, fact):
    facts = both(fact, ((120, 200), (80, 200)), ((130, 200), (90, 200)))
    assert said(trust, facts).startswith("The gap did not change: girls rose by 5.0, boys by 5.0.")


def test_a_change_that_chance_could_bring_says_so_and_a_clear_one_does_not(trust, fact):
    few = both(fact, ((12, 20), (8, 20)), ((13, 20), (8, 20)))
    assert said(trust, few).endswith("A change of this size may be chance alone.")
    many = both(fact, ((9000, 10000), (4000, 10000)), ((9000, 10000), (8000, 10000)))
    assert said(trust, many) == "The gap narrowed by 40.0 points: girls did not move, boys rose by 40.0."


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        # SEN support first, then no identified SEN, in per cent: behind by 10, then ahead by 4; and so on.
        (
            (40, 50),
            (54, 50),
            "behind by 10.0 points and are now ahead by 4.0: SEN support rose by 14.0",
        ),
        (
            (54, 50),
            (40, 50),
            "ahead by 4.0 points and are now behind by 10.0: SEN support fell by 14.0",
        ),
        ((54, 50), (56, 50), "ahead by 4.0 points and are now by 6.0: SEN support rose by 2.0"),
        ((54, 50), (50, 50), "ahead by 4.0 points and are now level: SEN support fell by 4.0"),
    ],
)
def test_a_group_that_is_ahead_is_not_said_to_have_a_gap(trust, fact, then, now, expected):
    facts = [
        fact("ks2_rwm", "1", value, 100, year, send=group)
        for year, pair in (("2023/24", then), ("2024/25", now))
        for group, value in zip("KN", pair, strict=True)
    ]
    assert said(trust, facts, "gap-send").startswith(f"SEN support were {expected}, no identified SEN did not move.")


def test_where_less_is_better_a_side_that_fell_closes_the_gap(trust, fact):
    # Of a hundred pupils 30 and 20 missed 10 % or more, then 24 and 19: the shortfall goes from 10 to 5.
    facts = [
        fact("persistent_absence", "1", value, 100, year, series="daily", send=group)
        for year, pair in (("2023/24", (30, 20)), ("2024/25", (24, 19)))
        for group, value in zip("KN", pair, strict=True)
    ]
    told = said(trust, facts, "gap-send", measure="persistent_absence")
    assert told.startswith("The gap narrowed by 5.0 points: SEN support fell by 6.0, no identified SEN by 1.0.")


def test_nothing_is_said_where_nothing_is_compared_or_the_kpi_is_no_gap(trust, fact):
    one_year = both(fact, ((1, 2), (1, 2)), ((120, 200), (80, 200)))[2:]
    assert said(trust, one_year) == ""
    view = trust([fact("staff_turnover", "1", 12, 100, "2023/24"), fact("staff_turnover", "1", 10, 100)]).view
    assert moved.sentence(view.result("staff-turnover", "1", "2024/25")) == ""
