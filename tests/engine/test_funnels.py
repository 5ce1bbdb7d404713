"""The funnel: its limits by a second formula, what widens them, and who is drawn."""

from __future__ import annotations

import math

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.disclosure.rule import CLOSED
from kpi_engine.engine import funnels
from kpi_engine.model import Academy, Phase

Z = 1.959963984540054
Z998 = 3.0902323061678132
YEAR = "2024/25"


def many(count):
    return tuple(Academy(str(i), f"School {i:02}", Phase.PRIMARY, "2010-09-01") for i in range(count))


def test_a_proportions_limits_are_the_binomials(trust, fact):
    counts = {"1": (60, 100), "2": (90, 100), "3": (340, 400)}
    found = trust([fact("pupils_happy", u, n, d) for u, (n, d) in counts.items()]).view.funnel("pupils-happy", YEAR)
    p = 490 / 600
    assert found.centre == pytest.approx(100 * p)
    for limit in found.limits:
        half = math.sqrt(p * (1 - p) / limit.size)
        assert limit.lower95 == pytest.approx(max(0, 100 * (p - Z * half)))
        assert limit.upper998 == pytest.approx(min(100, 100 * (p + Z998 * half)))
    # 90 % of 100 is 8.3 points above; 1.96 deviations of 3.9 reach 7.6, and 3.09 of them 12.0.
    assert {d.result.academy: d.beyond for d in found.dots} == {"1": -2, "2": 1, "3": 0}
    assert found.sentence.startswith("Ash Primary lies beyond the 99.8 % limits around the trust's figure (81.7 %)")


def test_repeats_widen_the_limits(trust, fact):
    rows = [fact("suspensions", u, n, 500) for u, n in (("1", 90), ("2", 60), ("3", 30))]
    known = [fact("pupils_suspended", u, n, 500) for u, n in (("1", 30), ("2", 30), ("3", 20))]
    found = trust([*rows, *known]).view.funnel("suspensions", YEAR)
    assert found.phi == pytest.approx(180 / 80)
    assert any("repeats for the same pupil" in note for note in found.notes)


def test_where_repeats_are_not_known_the_spread_between_academies_widens_them(trust, fact):
    rows = [fact("suspensions", u, n, 500) for u, n in (("1", 90), ("2", 60), ("3", 30))]
    found = trust(rows).view.funnel("suspensions", YEAR)
    # Each is expected to have 60; squared z-scores are 900 / 60, 0 and 900 / 60, and none is trimmed off of three.
    assert found.phi == pytest.approx((15 + 0 + 15) / 3)
    assert {d.beyond for d in found.dots} == {0}


@pytest.mark.parametrize(("count", "widened"), [(9, False), (12, True)])
def test_the_spread_between_few_academies_is_not_taken_for_over_dispersion(trust, fact, count, widened):
    rows = [fact("permanent_exclusions", str(i), 40 if i % 2 else 10, 1000) for i in range(count)]
    found = trust(rows, academies=many(count)).view.funnel("permanent-exclusions", YEAR)
    assert (found.phi > 1.0) is widened
    if widened:
        # Expected 25 each: every z-score is 3, its square 9.
        assert found.phi == pytest.approx(9.0)


def test_the_spread_between_academies_is_held_against_the_binomials_own(trust, fact):
    """40 and 60 of 100 around a half: two standard deviations of 5 each, whose square is 4."""
    rows = [fact("pupils_happy", str(i), 60 if i % 2 else 40, 100) for i in range(12)]
    found = trust(rows, academies=many(12)).view.funnel("pupils-happy", YEAR)
    assert found.phi == pytest.approx(4.0)
    assert {d.beyond for d in found.dots} == {0}


def test_what_is_hidden_is_not_drawn_and_named_without_a_number(trust, fact):
    rows = [fact("pupils_happy", u, n, 100) for u, n in (("1", 60), ("2", 90), ("3", 77))]
    rows.append(fact("pupils_happy", "4", 12345, 20000, guard=CLOSED))
    viewer = Viewer("di", Role.EXECUTIVE)
    guards = {("pupils_happy", "return", YEAR, "trust", "Year", ()): CLOSED}
    found = trust(rows, viewer=viewer, guards=guards).view.funnel("pupils-happy", YEAR)
    assert [d.result.academy for d in found.dots] == ["1", "2", "3"]
    assert [r.academy for r in found.without] == ["4", "5"]
    assert found.centre == pytest.approx(100 * 227 / 300)
    assert found.label == "what these academies come to together"
    assert "12345" not in repr(found)


def test_two_academies_make_no_funnel_nor_does_a_rate_of_none(trust, fact):
    two = [fact("pupils_happy", u, 60, 100) for u in ("1", "2")]
    assert trust(two).view.funnel("pupils-happy", YEAR) is None
    none = [fact("permanent_exclusions", u, 0, 100) for u in ("1", "2", "3")]
    assert trust(none).view.funnel("permanent-exclusions", YEAR) is None


def test_a_funnel_is_for_rates_and_proportions_of_single_years():
    suits = {id for id, kpi in CATALOGUE.items() if funnels.suits(kpi)}
    assert {"suspensions", "permanent-exclusions", "pupils-happy", "ks2-reading", "neet-post16"} <= suits
    assert suits.isdisjoint({"pupil-attendance", "progress-8", "gap-sex", "within-budget", "looked-after-destinations"})
