"""Staff turnover and attendance, and reviews of teaching, from the raw returns and the raw turnover table."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import Membership

YEARS = [f"{start}/{start - 1999}" for start in range(2016, 2027)]
OF_MONTH = """CASE WHEN month[6:]::INT >= 9 THEN month[:4] || '/' || (month[3:4]::INT + 1)
    ELSE (month[:4]::INT - 1) || '/' || month[3:4] END"""


@pytest.fixture(scope="module")
def own_turnover(raw, known):
    """Leavers without moves inside the trust, over the mean of the months' headcounts; complete years only."""

    def rows(groups="('teacher', 'leader', 'support')"):
        return known(
            f"""WITH months AS (SELECT urn, {OF_MONTH} AS year, month, sum(leavers::INT - leavers_within_trust::INT) AS left_,
                sum(headcount::INT) AS heads FROM staff_movement WHERE reason = 'Total' AND staff_group IN {groups}
                GROUP BY ALL)
            SELECT urn, year, sum(left_), round(avg(heads), 6) FROM months GROUP BY ALL HAVING count(*) = 12"""
        )

    return rows


@pytest.fixture(scope="module")
def published_turnover(raw):
    found = {}
    for urn, year, n, d in raw.sql(
        f"""SELECT school_urn, time_period[:4] || '/' || time_period[5:], teacher_fte_in_census_year::DOUBLE
            - remained_in_the_same_school::DOUBLE, teacher_fte_in_census_year::DOUBLE
        FROM {raw.csv("workforce/teacher_turnover_school_level.csv")} WHERE geographic_level = 'School'"""
    ):
        found[raw.current(urn), year] = (n, d)
    return found


def test_staff_turnover_is_leavers_over_the_mean_headcount_of_twelve_months(own_turnover, raw, compare, ask):
    counted = own_turnover()
    assert len(counted) > 45
    for (urn, year), expected in counted.items():
        got = ask("staff-turnover", urn, year)
        assert got.series == "return", (urn, year)
        assert got.numerator == expected.n, (urn, year)
        assert got.denominator == pytest.approx(expected.d, abs=2e-6), (urn, year)
        assert got.value == pytest.approx(100 * expected.n / expected.d, abs=1e-4), (urn, year)


def test_turnover_of_24_per_cent_leaves_out_nine_moves_inside_the_trust(raw, ask):
    leavers, moves, heads = raw.one(
        f"""SELECT sum(leavers::INT), sum(leavers_within_trust::INT), sum(headcount::INT) / 12 FROM staff_movement
        WHERE urn = '900006' AND reason = 'Total' AND {OF_MONTH} = '2025/26'"""
    )
    assert (leavers - moves, moves, heads) == (28, 9, 116)
    got = ask("staff-turnover", "900006", "2025/26")
    assert (got.numerator, got.denominator) == (28, 116)
    assert got.value == pytest.approx(24.14, abs=0.005)


def test_before_the_return_begins_turnover_is_the_published_one_of_teachers(own_turnover, published_turnover, raw, ask):
    own = own_turnover()
    seen = 0
    for (urn, year), (n, d) in published_turnover.items():
        if urn not in raw.academies or (urn, year) in own:
            continue
        got = ask("staff-turnover", urn, year)
        assert got.series == "ees", (urn, year)
        assert got.value == pytest.approx(100 * n / d, abs=1e-6), (urn, year)
        assert got.denominator == pytest.approx(d)
        seen += 1
    assert seen > 15


def test_the_trusts_turnover_is_of_one_series_and_adds_up(own_turnover, published_turnover, raw, ask):
    own = own_turnover()
    for year in YEARS[1:-1]:
        members = raw.members(year)
        mine = [own[u, year] for u in members if (u, year) in own]
        theirs = [published_turnover[u, year] for u in members if (u, year) in published_turnover]
        got = ask("staff-turnover", "trust", year)
        if len(mine) >= len(theirs):
            n, d, series = sum(m.n for m in mine), sum(m.d for m in mine), "return"
        else:
            n, d, series = sum(t[0] for t in theirs), sum(t[1] for t in theirs), "ees"
        assert got.series == series, year
        assert got.numerator == pytest.approx(n), year
        assert got.denominator == pytest.approx(d, abs=1e-4), year


def test_turnover_of_a_staff_group_rests_on_its_own_headcount(own_turnover, ask):
    for (urn, year), expected in own_turnover("('teacher')").items():
        got = ask("staff-turnover", urn, year, staff_group="teacher")
        assert (got.numerator, got.denominator) == (expected.n, pytest.approx(expected.d, abs=2e-6)), (urn, year)


def around(value, low, high, room):
    if low <= value <= high:
        return TargetStatus.MET
    return TargetStatus.NEAR if low - room <= value <= high + room else TargetStatus.MISSED


def test_turnover_is_met_from_8_to_12_and_in_the_special_school_from_10_to_14(own_turnover, raw, ask):
    seen = set()
    for (urn, year), counted in own_turnover().items():
        low = 10 if raw.phase(urn) == "special" else 8
        expected = around(100 * counted.n / counted.d, low, low + 4, 2)
        assert ask("staff-turnover", urn, year).target.status == expected, (urn, year)
        seen.add(expected)
    assert seen == {TargetStatus.MET, TargetStatus.NEAR, TargetStatus.MISSED}


def test_the_turnover_of_a_year_that_has_hardly_begun_is_shown_and_not_judged(ask):
    got = ask("staff-turnover", "trust", "2026/27")
    assert got.target.status == TargetStatus.NONE
    assert got.value is None or got.period == "YTD"


@pytest.fixture(scope="module")
def days(known):
    def rows(extra="TRUE"):
        return known(
            f"""SELECT urn, {OF_MONTH} AS year, round(sum(working_days::DECIMAL(12, 3) - sick_days::DECIMAL(12, 3)
                - other_absence_days::DECIMAL(12, 3)), 3)::DOUBLE, sum(working_days::DECIMAL(12, 3))::DOUBLE
            FROM staff_absence WHERE {extra} GROUP BY ALL"""
        )

    return rows


def test_staff_attendance_is_days_not_lost_over_working_days(days, compare):
    worked = days()
    years = YEARS[4:]
    assert compare.academies("staff-attendance", worked, years=years) > 35
    compare.trust("staff-attendance", worked, years=years)


@pytest.mark.parametrize(("extra", "asked"), [("staff_group = 'support'", {"staff_group": "support"}),
                                              ("month = '2026-05'", {"month": "2026-05"})])  # fmt: skip
def test_staff_attendance_of_a_group_and_of_a_month(extra, asked, days, compare):
    assert compare.academies("staff-attendance", days(extra), years=["2025/26"], **asked) >= 7


def test_staff_attendance_is_asked_to_be_above_95_and_in_2025_26_95_point_5_in_every_academy(days, raw, ask):
    judged: dict[str, list[TargetStatus]] = {}
    for (urn, year), counted in days().items():
        value = 100 * counted.n / counted.d
        if year == "2025/26":
            met, near = value >= 95.5, value >= 94.5
        else:
            met, near = value > 95, value >= 94
        expected = TargetStatus.MET if met else TargetStatus.NEAR if near else TargetStatus.MISSED
        assert ask("staff-attendance", urn, year).target.status == expected, (urn, year)
        if urn in raw.members(year):
            judged.setdefault(year, []).append(expected)
    for year, statuses in judged.items():
        met = all(one == TargetStatus.MET for one in statuses)
        assert ask("staff-attendance", "trust", year).target.status == (
            TargetStatus.MET if met else TargetStatus.MISSED
        ), year


def test_part_of_a_year_of_an_academy_that_joined_in_january_is_marked(ask):
    assert ask("staff-attendance", "900004", "2025/26").membership is Membership.DURING


# teaching


@pytest.fixture(scope="module")
def lessons(known):
    def rows(extra="TRUE"):
        return known(
            f"""SELECT urn, academic_year, sum(good_or_better::INT), sum(reviews::INT)
            FROM lesson_quality WHERE {extra} GROUP BY ALL"""
        )

    return rows


def test_teaching_good_adds_up_terms_and_departments(lessons, compare):
    counted = lessons()
    assert compare.academies("teaching-good", counted, years=YEARS) > 30
    compare.trust("teaching-good", counted, years=YEARS)


@pytest.mark.parametrize(("extra", "asked"), [("term = 'Autumn'", {"term": "Autumn"}),
                                              ("department = 'Early years'", {"department": "Early years"})])  # fmt: skip
def test_teaching_good_of_a_term_and_of_a_department(extra, asked, lessons, compare):
    assert compare.academies("teaching-good", lessons(extra), years=["2024/25", "2025/26"], **asked) >= 8


def test_teaching_good_is_met_only_when_every_review_is(lessons, ask):
    for (urn, year), counted in lessons().items():
        value = 100 * counted.n / counted.d
        expected = TargetStatus.MET if value == 100 else TargetStatus.NEAR if value >= 98 else TargetStatus.MISSED
        assert ask("teaching-good", urn, year).target.status == expected, (urn, year)
