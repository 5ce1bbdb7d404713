"""KS2 progress: printed scores and limits, and the pupil-weighted mean of the trust."""

from __future__ import annotations

from statistics import median

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

WIDE = ["2016/17", "2017/18", "2018/19"]
TIDY = ["2021/22", "2022/23", "2023/24", "2024/25"]
NO_EXAMS = ["2019/20", "2020/21"]
PROGRESS = {
    "ks2-reading-progress": ("READ", "Reading", "ks2_read_progress"),
    "ks2-writing-progress": ("WRIT", "Writing", "ks2_writ_progress"),
    "ks2-maths-progress": ("MAT", "Maths", "ks2_mat_progress"),
}


def has_ks2(raw, urn):
    return raw.phase(urn) in ("primary", "all-through", "special")


@pytest.mark.parametrize("kpi", PROGRESS)
def test_ks2_progress_of_every_academy_is_as_printed_with_its_limits(kpi, raw, ks2, ask):
    seen = 0
    for urn in filter(lambda u: has_ks2(raw, u), raw.academies):
        for year in (*WIDE, *NO_EXAMS, *TIDY):
            got = ask(kpi, urn, year)
            printed = ks2.get((kpi, urn, year))
            if printed is not None and printed.value is not None:
                assert (got.value, got.lower, got.upper) == (printed.value, printed.lower, printed.upper), (urn, year)
                assert got.denominator == pytest.approx(printed.cohort), (urn, year)
                assert got.numerator == pytest.approx(printed.sum), (urn, year)
                seen += 1
            elif year in ("2019/20", "2020/21", "2023/24", "2024/25"):
                assert got.withheld.kind is WithheldKind.NOT_PUBLISHED, (urn, year)
            elif printed is not None and printed.code == "SUPP":
                assert got.withheld.kind is WithheldKind.SUPPRESSED, (urn, year)
    assert seen > 25


@pytest.mark.parametrize("kpi", PROGRESS)
@pytest.mark.parametrize("year", [*WIDE, "2021/22", "2022/23"])
def test_ks2_progress_of_the_trust_is_the_pupil_weighted_mean(kpi, year, raw, ks2, ask):
    members = [u for u in raw.members(year) if raw.phase(u) in ("primary", "all-through")]
    parts = [ks2[kpi, u, year] for u in members if (kpi, u, year) in ks2 and ks2[kpi, u, year].sum is not None]
    got = ask(kpi, "trust", year)
    pupils = sum(part.cohort for part in parts)
    assert got.numerator == pytest.approx(sum(part.sum for part in parts))
    assert got.denominator == pytest.approx(pupils)
    assert got.value == pytest.approx(sum(part.sum for part in parts) / pupils)
    assert (got.coverage.have, got.coverage.of) == (len(parts), len(members))
    # One national deviation, as the schools' published limits imply it: half width x root of pupils / 1.96.
    listed = [p for (k, u, y), p in ks2.items() if (k, y) == (kpi, year) and u != "England" and p.lower is not None]
    deviation = median((p.upper - p.lower) / 2 * p.cohort**0.5 / 1.96 for p in listed)
    assert got.lower == pytest.approx(got.value - 1.96 * deviation / pupils**0.5, abs=0.06)
    assert got.upper == pytest.approx(got.value + 1.96 * deviation / pupils**0.5, abs=0.06)


@pytest.mark.parametrize("kpi", PROGRESS)
def test_ks2_progress_is_met_above_zero_and_above_england(kpi, raw, ask):
    for year in ("2017/18", "2018/19", "2021/22", "2022/23"):
        england = raw.england(PROGRESS[kpi][2], "primary", year)
        for academy in ("trust", *(u for u in raw.academies if raw.phase(u) == "primary")):
            got = ask(kpi, academy, year)
            if got.value is None:
                continue
            assert got.benchmark == england, (academy, year)
            met = got.value > 0 and got.value > england
            near = got.value >= 0 and got.value >= england
            expected = TargetStatus.MET if met else TargetStatus.NEAR if near else TargetStatus.MISSED
            assert got.target.status == expected, (academy, year)
