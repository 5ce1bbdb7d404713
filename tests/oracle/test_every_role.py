"""Every KPI for every academy and year as each role sees it: the figure itself, or hidden, and never another figure."""

from __future__ import annotations

import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.kpi import Gap
from kpi_engine.model import WithheldKind

YEARS = [f"{start}/{start - 1999}" for start in range(2018, 2027)]
OWN = "900005"
HEAD = Viewer("head", Role.HEADTEACHER, frozenset({OWN}))
OWN_SERIES = {"return", "daily"}
VIEWERS = (EVERYTHING, Viewer("governor", Role.GOVERNOR), Viewer("presenter", Role.EXECUTIVE, presenting=True))


@pytest.fixture(scope="module")
def unhidden(view, raw):
    """(kpi, academy, year) -> the figure before anything is hidden."""
    academies = ("trust", *raw.academies)
    return {(k, a, y): view.result(k, a, y) for k in CATALOGUE for a in academies for y in YEARS}


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
def test_each_figure_is_the_same_or_hidden(sample_engine, unhidden, viewer):
    asked = sample_engine.as_seen_by(viewer)
    hidden = 0
    for (kpi, academy, year), whole in unhidden.items():
        seen = asked.result(kpi, academy, year)
        if seen.withheld is not None and seen.withheld.kind is WithheldKind.HIDDEN:
            hidden += 1
            # One side of a gap can be hidden where the other side is not published.
            has_sides = isinstance(CATALOGUE[kpi].answer, Gap)
            assert whole.withheld is None or has_sides, (kpi, academy, year, "is hidden, but there is nothing to hide")
            continue
        assert (seen.withheld is None) == (whole.withheld is None), (kpi, academy, year)
        if seen.withheld is not None:
            assert seen.withheld.kind is whole.withheld.kind, (kpi, academy, year)
            continue
        same = ("value", "numerator", "denominator", "people", "series", "coverage", "outcome")
        for name in same:
            assert getattr(seen, name) == getattr(whole, name), (kpi, academy, year, name)
        assert not seen.restricted
    assert 150 < hidden < 600


def test_a_head_sees_own_academy_as_the_executive_does_and_of_others_what_was_published(sample_engine, unhidden):
    head, executive = sample_engine.as_seen_by(HEAD), sample_engine.as_seen_by(EVERYTHING)
    published = 0
    for kpi, academy, year in unhidden:
        seen = head.result(kpi, academy, year)
        if academy == OWN:
            assert seen.as_dict() == executive.result(kpi, academy, year).as_dict(), (kpi, year)
        elif academy == "trust" and seen.value is not None and seen.series in OWN_SERIES:
            assert seen.value == executive.result(kpi, academy, year).value, (kpi, year)
            assert seen.coverage.have >= 3 or seen.coverage.of == 0, (kpi, year)
        elif academy != "trust" and seen.value is not None:
            assert seen.series not in OWN_SERIES, (kpi, academy, year)
            published += 1
    assert published > 200


def test_the_scorecard_is_what_the_results_say_for_each_role(sample_engine):
    for viewer in (*VIEWERS, HEAD):
        asked = sample_engine.as_seen_by(viewer)
        for cell in asked.scorecard("2024/25"):
            found = asked.result(cell.kpi, cell.academy, cell.academic_year)
            assert (cell.value, cell.target.status, cell.withheld) == (found.value, found.target.status, found.withheld)
