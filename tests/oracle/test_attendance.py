"""Pupil attendance: the trust's own return, the published absence files, and England beside them."""

from __future__ import annotations

from math import sqrt

import pytest

from kpi_engine.answers import BenchmarkStatus, TargetStatus
from kpi_engine.model import Membership, WithheldKind


@pytest.fixture(scope="module")
def daily(known):
    """Half-days attended over half-days possible, of the trust's own return; people are enrolments."""

    def rows(extra, period="period IN ('Year', 'YTD')"):
        return known(
            f"""SELECT urn, academic_year,
                sessions_possible::INT - sessions_authorised::INT - sessions_unauthorised::INT,
                sessions_possible::INT, enrolments::INT
            FROM pupil_attendance WHERE {period} AND {extra}"""
        )

    return rows


@pytest.fixture(scope="module")
def census(raw, known):
    """The same of the published absence file, 2020/21 to 2024/25."""
    return known(
        f"""SELECT school_urn, time_period[:4] || '/' || time_period[5:],
            sess_possible::INT - sess_overall::INT, sess_possible::INT, enrolments::INT
        FROM {raw.csv("absence/1a_absence_3term_school.csv")} WHERE school_urn IN (SELECT urn FROM academies)"""
    )


WITH_COUNTS = ["2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2025/26", "2026/27"]


def of_most(raw, daily, census, year):
    """The series that most members have, the trust's own where as many have either; and its rows."""
    own = daily(raw.undivided)
    members = raw.members(year)
    if sum((u, year) in own for u in members) >= sum((u, year) in census for u in members):
        return "daily", own
    return "census", census


def test_pupil_attendance_is_the_return_and_where_there_is_none_the_census(raw, daily, census, compare):
    assert compare.academies("pupil-attendance", census | daily(raw.undivided), years=WITH_COUNTS) > 50


def test_pupil_attendance_of_the_trust_never_mixes_the_two_series(raw, daily, census, compare, ask):
    seen = set()
    for year in WITH_COUNTS:
        series, rows = of_most(raw, daily, census, year)
        assert compare.trust("pupil-attendance", rows, years=[year]) == 1
        assert ask("pupil-attendance", "trust", year).series == series
        seen.add(series)
    assert seen == {"daily", "census"}


def test_a_return_that_never_came_leaves_both_sums_and_is_named(ask):
    trust = ask("pupil-attendance", "trust", "2025/26")
    assert trust.coverage.missing == ("Rillhaven Special",)
    assert (trust.coverage.have, trust.coverage.of) == (6, 7)
    alone = ask("pupil-attendance", "900008", "2025/26")
    assert alone.withheld is not None
    assert alone.withheld.kind is WithheldKind.NO_DATA


def test_an_academy_that_joined_in_january_is_shown_and_not_counted(raw, daily, ask):
    joined = ask("pupil-attendance", "900004", "2025/26")
    assert joined.membership is Membership.DURING
    own = daily(raw.undivided)
    total = sum(own[urn, "2025/26"].d for urn in raw.members("2025/26") if (urn, "2025/26") in own and urn != "900004")
    assert ask("pupil-attendance", "trust", "2025/26").denominator == total


@pytest.mark.parametrize("year", ["2016/17", "2017/18", "2018/19"])
def test_attendance_from_the_wide_table_is_100_less_the_printed_absence(year, raw, ask):
    start = int(year[:4])
    rows = raw.wide(f"absence/{start}-{start + 1}_england_abs.csv")
    national = {row["ESTAB"]: 100 - float(row["PERCTOT"]) for row in rows if row["LA"] == "NAT"}
    words = {"primary": "PRI", "secondary": "SEC", "special": "SPE"}
    seen = 0
    for row in rows:
        urn = raw.current(row["URN"])
        if urn not in raw.academies:
            continue
        got = ask("pupil-attendance", urn, year)
        assert got.value == round(100 - float(row["PERCTOT"]), 1), urn
        assert (got.numerator, got.denominator) == (None, None)
        england = national.get(words.get(raw.phase(urn), ""))
        if england is None:
            assert got.benchmark is None
            assert got.target.status == TargetStatus.NONE
            continue
        assert got.benchmark == pytest.approx(england, abs=0.05)
        ahead = got.value - got.benchmark
        expected = (
            TargetStatus.MET if ahead >= 1 - 1e-9 else TargetStatus.NEAR if ahead >= -1e-9 else TargetStatus.MISSED
        )
        assert got.target.status == expected, urn
        seen += 1
    assert seen >= 6
    trust = ask("pupil-attendance", "trust", year)
    assert trust.withheld is not None
    assert trust.withheld.kind is WithheldKind.NOT_PUBLISHED


def test_the_year_that_schools_closed_has_no_attendance(raw, ask):
    for academy in (*raw.academies, "trust"):
        withheld = ask("pupil-attendance", academy, "2019/20").withheld
        assert withheld is not None
        assert withheld.kind is WithheldKind.NOT_PUBLISHED


@pytest.fixture(scope="module")
def england_daily(raw):
    rows = raw.rows(f"SELECT * FROM {raw.csv('absence/2025-26_attendance_ytd.csv')}")
    return {row["education_phase"].lower(): float(row["attendance_perc"]) for row in rows}


def interval(raw, urn, year):
    """Cochran's ratio estimator over pupils, written out again."""
    n, d, people, nn, nd, dd = (
        float(cell)
        for cell in raw.one(
            f"""SELECT sessions_possible::INT - sessions_authorised::INT - sessions_unauthorised::INT,
            sessions_possible, enrolments, sum_attended2, sum_attended_possible, sum_possible2
            FROM pupil_attendance WHERE urn = ? AND academic_year = ? AND period = 'Year' AND {raw.undivided}""",
            urn,
            year,
        )
    )
    ratio = n / d
    deviation = sqrt(people / (people - 1) * (nn - 2 * ratio * nd + ratio**2 * dd)) / d
    return 100 * (ratio - 1.959964 * deviation), 100 * (ratio + 1.959964 * deviation)


@pytest.mark.parametrize("urn", ["900001", "900003", "900005", "900006"])
def test_attendance_is_above_england_only_when_its_whole_interval_over_pupils_is(urn, raw, ask, england_daily):
    got = ask("pupil-attendance", urn, "2025/26")
    lower, upper = interval(raw, urn, "2025/26")
    assert (got.lower, got.upper) == (pytest.approx(lower, abs=1e-4), pytest.approx(upper, abs=1e-4))
    national = england_daily[raw.phase(urn)]
    assert got.benchmark == pytest.approx(national, abs=1e-9)
    expected = (
        TargetStatus.MET if lower > national else TargetStatus.NEAR if got.value >= national else TargetStatus.MISSED
    )
    assert got.target.status == expected
    versus = (
        BenchmarkStatus.ABOVE
        if lower > national
        else BenchmarkStatus.BELOW
        if upper < national
        else BenchmarkStatus.NO_DIFFERENCE
    )
    assert got.versus_benchmark.status == versus


def test_an_own_target_asks_one_academy_only_for_more_than_england(ask, england_daily):
    got = ask("pupil-attendance", "900002", "2025/26")
    ahead = got.value - england_daily["primary"]
    expected = TargetStatus.MET if ahead > 0 else TargetStatus.NEAR if ahead >= -1 else TargetStatus.MISSED
    assert got.target.status == expected


def test_an_all_through_academy_is_held_against_both_phases_by_its_own_half_days(raw, daily, ask, england_daily):
    weights = {"primary": 0.0, "secondary": 0.0}
    for year_group, possible in raw.sql(
        """SELECT year_group, sessions_possible::INT FROM pupil_attendance
        WHERE urn = '900007' AND academic_year = '2025/26' AND period = 'Year' AND year_group <> 'Total'
        AND sex = 'Total' AND disadvantage = 'Total' AND send = 'Total' AND looked_after = 'Total'"""
    ):
        weights["primary" if year_group in ("R", "1", "2", "3", "4", "5", "6") else "secondary"] += possible
    expected = sum(england_daily[p] * w for p, w in weights.items()) / sum(weights.values())
    assert ask("pupil-attendance", "900007", "2025/26").benchmark == pytest.approx(expected, abs=1e-9)
    # The trust: the same, with the other members' half-days in their own phases.
    own = daily(raw.undivided)
    for urn in raw.members("2025/26"):
        if urn != "900007" and (urn, "2025/26") in own:
            weights[raw.phase(urn)] += own[urn, "2025/26"].d
    expected = sum(england_daily[p] * w for p, w in weights.items()) / sum(weights.values())
    assert ask("pupil-attendance", "trust", "2025/26").benchmark == pytest.approx(expected, abs=1e-9)


def test_the_census_years_are_held_against_englands_census_figure(raw, census, ask):
    for (urn, year), _ in census.items():
        absence = raw.england("absence_overall_pct", raw.phase(urn), year)
        got = ask("pupil-attendance", urn, year)
        if got.series == "census" and absence is not None:
            assert got.benchmark == pytest.approx(100 - absence, abs=1e-9), (urn, year)
        elif got.series == "daily" and year != "2025/26":
            assert got.benchmark is None, (urn, year)


@pytest.mark.parametrize(
    ("column", "value"), [("sex", "M"), ("disadvantage", "Y"), ("send", "K"), ("year_group", "9"), ("year_group", "R")]
)
def test_attendance_broken_down_is_the_row_of_the_return(column, value, raw, daily, compare):
    names = ("year_group", "sex", "disadvantage", "send", "looked_after")
    rows = daily(" AND ".join(f"{name} = '{value if name == column else 'Total'}'" for name in names))
    assert compare.academies("pupil-attendance", rows, years=["2024/25", "2025/26"], **{column: value}) >= 2
    if column != "year_group":
        compare.trust("pupil-attendance", rows, years=["2025/26"], **{column: value})


@pytest.mark.parametrize("period", ["Autumn", "Spring", "Summer"])
def test_attendance_of_a_term_and_of_a_week_is_the_row_of_the_return(period, raw, daily, compare):
    rows = daily(raw.undivided, f"period = '{period}'")
    assert compare.academies("pupil-attendance", rows, years=["2025/26"], term=period) >= 6
    rows = daily(raw.undivided, "period = '2026-W40'")
    assert compare.academies("pupil-attendance", rows, years=["2026/27"], week="2026-W40") == 8
