"""Key stages above England, and years pooled so that no two pools overlap."""

import pytest

from kpi_engine.answers import CertaintyStatus, DirectionStatus, TargetStatus
from kpi_engine.catalogue import kpi
from kpi_engine.engine.pooled import pool_of
from kpi_engine.model import WithheldKind


def test_a_stage_is_above_when_each_of_its_measures_is(trust, fact, england):
    rows = [fact("attainment8", "3", 5000, 100, published_value=50.0), fact("engmath_5", "3", 40, 100)]
    national = [england("attainment8", 46.0, "secondary"), england("engmath_5", 45.0, "secondary")]
    found = trust(rows, national).view.result("key-stage-attainment", "3", "2024/25")
    assert (found.numerator, found.denominator) == (0, 1)
    assert "Attainment 8 50.0 against 46.0, grade 5 or above in English and maths 40.0 % against 45.0 %" in found.detail
    assert found.target.status is TargetStatus.MISSED


def test_ahead_in_one_measure_says_nothing_while_england_of_the_other_is_unknown(trust, fact, england):
    year = "2030/31"
    rows = [fact("attainment8", "3", 5000, 100, year), fact("engmath_5", "3", 60, 100, year)]
    national = [england("attainment8", 46.0, "secondary", year)]
    found = trust(rows, national, as_at="2031-12-31").view.result("key-stage-attainment", "3", year)
    assert found.withheld.kind is WithheldKind.NOT_PUBLISHED
    behind = [england("attainment8", 56.0, "secondary", year)]
    assert trust(rows, behind, as_at="2031-12-31").view.result("key-stage-attainment", "3", year).value == 0.0


def test_the_trust_adds_up_its_academies_stages_without_the_special_school(trust, fact, england):
    rows = [fact("ks2_rwm", urn, n, 10) for urn, n in (("1", 7), ("2", 5), ("5", 9))]
    found = trust(rows, [england("ks2_rwm", 62.0, "primary")]).view.result("key-stage-attainment", "trust", "2024/25")
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_changed_number_of_stages_is_never_called_a_clear_change(trust, fact, england):
    rows = [fact("ks2_rwm", urn, n, 10, y) for y, n in (("2023/24", 7), ("2024/25", 5)) for urn in "12"]
    national = [england("ks2_rwm", 60.0, "primary", y) for y in ("2023/24", "2024/25")]
    found = trust(rows, national).view.result("key-stage-attainment", "trust", "2024/25")
    assert found.direction.status is DirectionStatus.NO_CHANGE
    assert found.certainty.status is CertaintyStatus.SMALL


def test_pools_never_overlap():
    asked = kpi("looked-after-destinations")
    windows = {pool_of(asked).window(f"{y}/{y - 1999:02d}") for y in range(2012, 2035)}
    years = [year for window in windows for year in window]
    assert len(years) == len(set(years))
    assert pool_of(asked).window("2019/20") == ("2017/18", "2018/19", "2019/20")


def leavers(fact, urn, n, d, year, **more):
    return fact("y11_engaged", urn, n, d, year, looked_after="Y", **more)


def test_a_pool_answers_the_same_whichever_of_its_years_is_asked(trust, fact):
    rows = [leavers(fact, "3", 1, 2, "2023/24"), leavers(fact, "3", 3, 3, "2024/25")]
    view = trust(rows).view
    both = [view.result("looked-after-destinations", "3", year) for year in ("2023/24", "2024/25")]
    assert [found.value for found in both] == [80.0, 80.0]
    assert "Leavers of 2023/24 to 2024/25 taken together." in both[0].notes
    assert both[0].direction.status is DirectionStatus.NONE


def test_a_pool_mixes_no_series_and_counts_no_year_outside_the_trust(trust, fact):
    from kpi_engine.model import Academy, Phase

    academies = (
        Academy("3", "Cedar High", Phase.SECONDARY, "2024-09-01"),
        Academy("6", "Former High", Phase.SECONDARY, "2010-09-01", left="2019-08-31"),
    )
    rows = [
        leavers(fact, "3", 0, 5, "2023/24"),
        leavers(fact, "3", 4, 4, "2024/25"),
        leavers(fact, "3", 9, 9, "2024/25", series="sustained"),
        leavers(fact, "6", 1, 9, "2024/25"),
    ]
    found = trust(rows, academies=academies).view.result("looked-after-destinations", "trust", "2024/25")
    assert (found.numerator, found.denominator) == (4, 4)
    assert (found.coverage.have, found.coverage.of, found.coverage.missing) == (1, 1, ())


@pytest.mark.parametrize("reason", ["Retirement", "Relocation"])
def test_leavers_of_one_reason_are_divided_by_everybody(trust, fact, reason):
    rows = [
        fact("staff_turnover", "1", 4, 40),
        fact("staff_turnover", "2", 6, 60),
        fact("staff_turnover", "1", 4, 40, reason="Retirement"),
        fact("staff_turnover", "2", 6, 60, reason="Relocation"),
    ]
    found = trust(rows).view.result("staff-turnover", "trust", "2024/25", {"reason": reason})
    assert found.denominator == 100
    assert found.target.status is TargetStatus.NONE
