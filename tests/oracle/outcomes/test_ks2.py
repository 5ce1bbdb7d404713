"""KS2, expected standard: as printed, else the trust's own result, else a reason; pupils added up for the trust."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

WIDE = ["2016/17", "2017/18", "2018/19"]
TIDY = ["2021/22", "2022/23", "2023/24", "2024/25"]
NO_EXAMS = ["2019/20", "2020/21"]
SUBJECTS = {
    "ks2-reading": ("PTREAD_EXP", "Reading", "ks2_reading", "ks2_read_exp_pct"),
    "ks2-writing": ("PTWRITTA_EXP", "Writing", "ks2_writing", "ks2_writ_ta_exp_pct"),
    "ks2-maths": ("PTMAT_EXP", "Maths", "ks2_maths", "ks2_mat_exp_pct"),
    "ks2-gps": ("PTGPS_EXP", "Grammar, punctuation and spelling", "ks2_gps", "ks2_gps_exp_pct"),
    "rwm": ("PTRWM_EXP", "Reading, writing and maths", "ks2_rwm", "ks2_rwm_exp_pct"),
}


def has_ks2(raw, urn):
    return raw.phase(urn) in ("primary", "all-through", "special")


@pytest.mark.parametrize("kpi", ["ks2-reading", "ks2-writing", "ks2-maths", "ks2-gps"])
def test_ks2_of_every_academy_is_as_printed_else_the_own_result_else_a_reason(kpi, raw, ks2, results, ask):
    wrong, printed_seen = [], 0
    for urn in filter(lambda u: has_ks2(raw, u), raw.academies):
        for year in (*WIDE, *NO_EXAMS, *TIDY, "2025/26"):
            got = ask(kpi, urn, year)
            printed = ks2.get((kpi, urn, year))
            own = results.get((SUBJECTS[kpi][2], urn, year))
            if printed is not None and printed.value is not None:
                printed_seen += 1
                n = printed.value / 100 * printed.cohort
                if got.value != printed.value or (got.numerator, got.denominator) != (pytest.approx(n), printed.cohort):
                    wrong.append(f"{urn} {year}: {got.value} {got.numerator}/{got.denominator}, not {printed}")
            elif own is not None:
                if (got.numerator, got.denominator, got.series) != (*own, "return"):
                    wrong.append(f"{urn} {year}: {got.numerator}/{got.denominator} {got.series}, not {own}")
            elif got.value is not None:
                wrong.append(f"{urn} {year}: {got.value}, though nothing says so")
            elif printed is not None and printed.code in ("SUPP", "c"):
                if got.withheld.kind is not WithheldKind.SUPPRESSED:
                    wrong.append(f"{urn} {year}: {got.withheld}")
            elif year in NO_EXAMS and got.withheld.kind is not WithheldKind.NOT_PUBLISHED:
                wrong.append(f"{urn} {year}: {got.withheld}")
    assert wrong == []
    assert printed_seen > 40


@pytest.mark.parametrize("kpi", ["ks2-reading", "ks2-writing", "ks2-maths", "ks2-gps"])
@pytest.mark.parametrize("year", [*WIDE, *TIDY, "2025/26"])
def test_ks2_of_the_trust_adds_pupils_up_and_leaves_the_special_school_out(kpi, year, raw, ks2, results, ask):
    members = [u for u in raw.members(year) if raw.phase(u) in ("primary", "all-through")]
    printed = {
        u: (ks2[kpi, u, year].sum / 100, ks2[kpi, u, year].cohort)
        for u in members
        if (kpi, u, year) in ks2 and ks2[kpi, u, year].sum is not None
    }
    measure = SUBJECTS[kpi][2]
    own = {u: results[measure, u, year] for u in members if (measure, u, year) in results}
    series, parts = ("published", printed) if len(printed) >= len(own) else ("return", own)
    got = ask(kpi, "trust", year)
    n, d = sum(p[0] for p in parts.values()), sum(p[1] for p in parts.values())
    assert got.series == series
    assert got.numerator == pytest.approx(n)
    assert got.denominator == d
    assert got.value == pytest.approx(100 * n / d)
    assert got.people == d
    assert (got.coverage.have, got.coverage.of) == (len(parts), len(members))
    assert sorted(got.coverage.missing) == sorted(raw.name(u) for u in members if u not in parts)


@pytest.mark.parametrize("kpi", ["ks2-reading", "ks2-writing", "ks2-maths", "ks2-gps"])
def test_ks2_is_held_against_england_of_the_same_release_and_year(kpi, raw, ks2, ask):
    judged = 0
    for year in (*WIDE, *TIDY, "2025/26"):
        england = ks2[kpi, "England", year].value if year in WIDE else raw.england(SUBJECTS[kpi][3], "primary", year)
        for academy in ("trust", *filter(lambda u: has_ks2(raw, u), raw.academies)):
            got = ask(kpi, academy, year)
            if got.value is None:
                continue
            if england is None or (academy != "trust" and raw.phase(academy) == "special"):
                assert got.benchmark is None, (academy, year)
                assert got.target.status == TargetStatus.NONE, (academy, year)
                continue
            assert got.benchmark == england, (academy, year)
            ahead = got.value - england
            expected = (
                TargetStatus.MET if ahead > 1e-9 else TargetStatus.NEAR if ahead >= -2 - 1e-9 else TargetStatus.MISSED
            )
            assert got.target.status == expected, (academy, year)
            judged += 1
    assert judged > 40


def test_the_same_release_comes_before_the_later_list_of_averages(ks2, raw, ask):
    assert ks2["ks2-reading", "England", "2018/19"].value == 73
    assert raw.england("ks2_read_exp_pct", "primary", "2018/19") == 74
    assert ask("ks2-reading", "trust", "2018/19").benchmark == 73


def test_results_before_conversion_stand_under_the_new_urn_and_are_not_the_trusts(ks2, ask):
    got = ask("ks2-reading", "900003", "2018/19")
    assert (got.value, got.membership.value) == (ks2["ks2-reading", "900003", "2018/19"].value, "before joining")
    assert "Marlwick Primary" not in ask("ks2-reading", "trust", "2018/19").coverage.missing


def test_tansymere_joined_in_the_middle_of_2021_22_and_counts_from_the_next_year(ask):
    assert ask("ks2-reading", "900002", "2021/22").membership.value == "joined during the year"
    assert ask("ks2-reading", "trust", "2021/22").coverage.of == 3
    assert ask("ks2-reading", "trust", "2022/23").coverage.of == 4


def test_the_academy_that_left_counts_to_its_last_year_and_not_after(ask):
    assert ask("ks2-reading", "900009", "2018/19").membership.value == "member"
    assert ask("ks2-reading", "900009", "2021/22").membership.value == "after leaving"
