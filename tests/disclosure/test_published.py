"""Figures that published tables print beside the trust's own returns: everybody can take them from there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kpi_engine.disclosure.rule import CLOSED, OFFICE, OPEN
from kpi_engine.model import Academy, Phase
from tests.disclosure.assessing import assess, seen
from tests.disclosure.attacker import Key, Table
from tests.disclosure.invented import AS_AT, YEAR, academies, decided, fact, published, remembered, together

BOTH = (OPEN, OFFICE)
PRIMARIES = academies(4, Phase.PRIMARY)


def own(academy: Academy, breakdown: tuple[tuple[str, str], ...] = (), measure: str = "ks2_rwm") -> Key:
    return (measure, "return", YEAR, academy.urn, "Year", breakdown)


def of_trust(measure: str = "ks2_rwm") -> Key:
    return (measure, "return", YEAR, "trust", "Year", ())


def safe(facts: pd.DataFrame, members: Sequence[Academy]) -> Table:
    """The board's table; for the board and the office the attack, with the published tables at hand, got nothing."""
    found = decided(facts, members)
    for level in BOTH:
        cells = seen(facts, found, members, AS_AT, level)
        assert [str(each) for each in assess([cells], members, AS_AT).breaches] == []
    return seen(facts, found, members, AS_AT, OPEN)


def unsafe(facts: pd.DataFrame, members: Sequence[Academy]) -> list[str]:
    """What the attack gets when the published tables were not at hand for deciding, and are for the attack."""
    returns = facts[facts["source_id"] == "own"]
    found = decided(returns.reset_index(drop=True), members)
    guard = np.zeros(len(facts), np.int8)
    guard[returns.index] = found.guard
    cells = seen(facts, replace(found, guard=guard), members, AS_AT, OPEN)
    return [str(each) for each in assess([cells], members, AS_AT).breaches]


def groups(academy: Academy, girls: tuple[int, int], boys: tuple[int, int]) -> list[pd.DataFrame]:
    return [
        fact("ks2_rwm", academy, *girls, {"sex": "F"}),
        fact("ks2_rwm", academy, *boys, {"sex": "M"}),
        fact("ks2_rwm", academy, girls[0] + boys[0], girls[1] + boys[1]),
    ]


GIRLS, BOYS = (("sex", "F"),), (("sex", "M"),)


def test_a_published_total_and_a_shown_group_do_not_say_the_other_group():
    """57 of 60 are hidden as all but three, so are the girls (27 of 30); the boys (30 of 30) could be shown. With 95 %
    of 60 in the published table the girls would be 57 - 30. Without the boys they are 27 to 30, as published."""
    rows = groups(PRIMARIES[0], (27, 30), (30, 30))
    rows += [row for each in PRIMARIES[1:] for row in groups(each, (15, 30), (14, 28))]
    printed = published("ks2_rwm", PRIMARIES[0], 57, 60, decimals=0)
    without = safe(together(rows), PRIMARIES)
    assert without[own(PRIMARIES[0], BOYS)].shown
    facts = together([*rows, printed])
    assert [line.split(":")[0] for line in unsafe(facts, PRIMARIES)] == [str(own(PRIMARIES[0], GIRLS))]
    cells = safe(facts, PRIMARIES)
    assert (cells[own(PRIMARIES[0])].least, cells[own(PRIMARIES[0])].most) == (57, 57)
    assert not cells[own(PRIMARIES[0], GIRLS)].shown
    assert not cells[own(PRIMARIES[0], BOYS)].shown


def test_a_figure_that_the_publisher_suppressed_is_not_the_trusts_total_less_the_published_ones():
    """3, 20, 30 and 40 of 60; the publisher leaves out the 3 and prints the others."""
    counts = (3, 20, 30, 40)
    rows = [fact("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES, counts, strict=True)]
    rows += [published("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES[1:], counts[1:], strict=True)]
    facts = together(rows)
    assert any(PRIMARIES[0].urn in line for line in unsafe(facts, PRIMARIES))
    cells = safe(facts, PRIMARIES)
    assert {key for key, cell in cells.items() if not cell.shown} == {own(PRIMARIES[0]), of_trust()}


def test_a_total_of_published_figures_is_as_good_as_published():
    """All four are printed, the small one too: their sum protects nothing when it is hidden, and is shown."""
    counts = (3, 20, 30, 40)
    rows = [fact("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES, counts, strict=True)]
    rows += [published("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES, counts, strict=True)]
    cells = safe(together(rows), PRIMARIES)
    assert {key for key, cell in cells.items() if not cell.shown} == {own(PRIMARIES[0])}


def test_a_sum_that_follows_from_published_figures_needs_nothing_hidden_for_it():
    """1 + 0 + 2 + 0 is a small sum of printed figures. It stays hidden as a small one, and no other for its sake."""
    counts = (1, 0, 2, 0)
    rows = [fact("engmath_5", each, n, 60) for each, n in zip(academies(4), counts, strict=True)]
    rows += [published("engmath_5", each, n, 60) for each, n in zip(academies(4), counts, strict=True)]
    cells = safe(together(rows), academies(4))
    members = academies(4)
    small = {own(members[0], (), "engmath_5"), own(members[2], (), "engmath_5"), of_trust("engmath_5")}
    assert {key for key, cell in cells.items() if not cell.shown} == small


def test_a_published_group_is_known_as_well_as_a_published_total():
    """Disadvantaged: 2 of 12 hidden; the others 30 of 48 and the total 32 of 60 are printed, so nothing can help."""
    rows = [
        fact("ks2_rwm", PRIMARIES[0], 2, 12, {"disadvantage": "Y"}),
        fact("ks2_rwm", PRIMARIES[0], 30, 48, {"disadvantage": "N"}),
        fact("ks2_rwm", PRIMARIES[0], 32, 60),
        published("ks2_rwm", PRIMARIES[0], 30, 48, {"disadvantage": "N"}),
        published("ks2_rwm", PRIMARIES[0], 32, 60),
    ]
    cells = safe(together(rows), PRIMARIES[:1])
    assert cells[own(PRIMARIES[0])].shown
    assert cells[own(PRIMARIES[0], (("disadvantage", "N"),))].shown
    assert not cells[own(PRIMARIES[0], (("disadvantage", "Y"),))].shown


@pytest.mark.parametrize(
    ("decimals", "least", "most"),
    [
        (0, 2, 5),
        (1, 4, 4),
    ],  # 0.5 % of 400 are 2, and 1.5 % are 6, which is printed as 2 %; 0.95 and 1.05 % are 3.8 and 4.2
    ids=["whole per cent", "one decimal"],
)
def test_a_percentage_says_as_much_as_its_rounding_leaves(decimals: int, least: int, most: int):
    members = academies(4)
    counts = (4, 133, 150, 160)
    rows = [fact("engmath_5", each, n, 400) for each, n in zip(members, counts, strict=True)]
    rows += [published("engmath_5", each, n, 400, decimals=decimals) for each, n in zip(members, counts, strict=True)]
    cells = safe(together(rows), members)
    cell = cells[own(members[0], (), "engmath_5")]
    assert (cell.least, cell.most) == (least, most)
    assert not cell.shown
    # What the rounding leaves open must not be taken from the trust's total; what it does not is no secret.
    assert cells[of_trust("engmath_5")].shown == (decimals == 1)


def test_a_published_remainder_is_as_good_as_the_figure():
    """Two of 100 leavers were not engaged: 98 engaged in the published table say so, and so do 2 that were not."""
    members = academies(3)
    rows = []
    for each, n in zip(members, (98, 80, 85), strict=True):
        rows += [fact("y11_engaged", each, n, 100), fact("y11_neet_or_unknown", each, 100 - n, 100)]
    rows.append(published("y11_neet_or_unknown", members[0], 2, 100))
    cells = safe(together(rows), members)
    small = {own(members[0], (), id) for id in ("y11_engaged", "y11_neet_or_unknown")}
    assert {key for key, cell in cells.items() if not cell.shown} == small


def test_a_published_figure_that_differs_does_not_uncover_the_own_one():
    """The return says 57 of 60, the published table 54: these are not the same pupils, and 57 stays as hidden."""
    rows = groups(PRIMARIES[0], (27, 30), (30, 30))
    rows += [row for each in PRIMARIES[1:] for row in groups(each, (15, 30), (14, 28))]
    without = safe(together(rows), PRIMARIES)
    cells = safe(together([*rows, published("ks2_rwm", PRIMARIES[0], 54, 60)]), PRIMARIES)
    assert {key for key, cell in cells.items() if not cell.shown} == {
        key for key, cell in without.items() if not cell.shown
    }
    assert math.isinf(cells[own(PRIMARIES[0])].most)


def test_events_are_the_same_events_beside_another_headcount():
    """3, 20, 30 and 40 suspensions; the publisher leaves the 3 out, and divides the others by January's headcount."""
    members = academies(4)
    counts = (3, 20, 30, 40)
    rows = [fact("suspensions", each, n, 300) for each, n in zip(members, counts, strict=True)]
    rows += [published("suspensions", each, n, 312) for each, n in zip(members[1:], counts[1:], strict=True)]
    cells = safe(together(rows), members)
    assert {key for key, cell in cells.items() if not cell.shown} == {
        own(members[0], (), "suspensions"),
        of_trust("suspensions"),
        ("suspensions", "return", YEAR, "phase:secondary", "Year", ()),
    }


# Published tables that come later


def later(one: pd.DataFrame, two: pd.DataFrame, members: Sequence[Academy]) -> tuple[list[str], Table]:
    """What an attack with both versions gets, and the second's table."""
    first = decided(one, members)
    second = decided(two, members, before=remembered(one, first))
    lines: list[str] = []
    for level in BOTH:
        both = [seen(one, first, members, AS_AT, level), seen(two, second, members, AS_AT, level)]
        hidden = {key for key, cell in both[0].items() if not cell.shown}
        assert hidden <= {key for key, cell in both[1].items() if not cell.shown}
        lines += [str(each) for each in assess(both, members, AS_AT).breaches]
    return lines, both[1]


def test_a_published_total_that_comes_later_is_reckoned_with_from_then_on():
    """First the totals, 57 of 60 hidden; then the girls and boys with the published 57: the boys are hidden now."""
    totals = [fact("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES, (57, 29, 30, 31), strict=True)]
    parts = groups(PRIMARIES[0], (27, 30), (30, 30))[:2]
    lines, cells = later(
        together(totals), together([*totals, *parts, published("ks2_rwm", PRIMARIES[0], 57, 60)]), PRIMARIES
    )
    assert lines == []
    assert not cells[own(PRIMARIES[0], GIRLS)].shown
    assert not cells[own(PRIMARIES[0], BOYS)].shown


def test_what_was_shown_before_and_is_published_now_cannot_be_taken_back():
    """The boys (30 of 30) were shown while the total was not; with the published 57 of 60 the girls are known. No later
    choice can mend that, and none that was hidden is shown for it."""
    rows = groups(PRIMARIES[0], (27, 30), (30, 30))
    rows += [row for each in PRIMARIES[1:] for row in groups(each, (15, 30), (14, 28))]
    lines, _ = later(together(rows), together([*rows, published("ks2_rwm", PRIMARIES[0], 57, 60)]), PRIMARIES)
    assert {line.split(":")[0] for line in lines} == {str(own(PRIMARIES[0], GIRLS))}


def test_a_correction_of_what_is_published_leaves_the_published_number_known():
    """20 is printed and becomes 19 in the return; both versions' neighbours are protected from 20 and from 19."""
    counts = (3, 20, 30, 40)
    rows = [fact("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES, counts, strict=True)]
    printed = [published("ks2_rwm", each, n, 60) for each, n in zip(PRIMARIES[1:], counts[1:], strict=True)]
    corrected = [rows[0], fact("ks2_rwm", PRIMARIES[1], 19, 60), *rows[2:]]
    lines, cells = later(together([*rows, *printed]), together([*corrected, *printed]), PRIMARIES)
    assert lines == []
    assert not cells[own(PRIMARIES[0])].shown
    assert not cells[of_trust()].shown


def test_guards_of_published_figures_stay_nought():
    facts = together([fact("ks2_rwm", PRIMARIES[0], 3, 60), published("ks2_rwm", PRIMARIES[0], 3, 60)])
    assert decided(facts, PRIMARIES[:1]).guard.tolist() == [CLOSED, 0]
