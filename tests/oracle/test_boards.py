"""Boards, governing bodies and reviews, from the raw returns."""

from __future__ import annotations

import datetime as dt

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

TODAY = "2026-11-14"
YEARS = [f"{start}/{start - 1999}" for start in range(2019, 2027)]


def last_day(year):
    return min(f"{int(year[:4]) + 1}-08-31", TODAY)


def skills(raw, body, year):
    """Skills covered and required by the newest audit on the day, with its date."""
    (newest,) = raw.one(
        "SELECT max(audit_date) FROM skills_audit WHERE body = ? AND audit_date <= ?", body, last_day(year)
    )
    if newest is None:
        return None
    covered, required = raw.one(
        """SELECT count(*) FILTER (best >= 3), count(*) FROM
        (SELECT skill, max(level_0_4::INT) AS best FROM skills_audit
         WHERE body = ? AND audit_date = ? AND required = 'Y' GROUP BY skill)""",
        body,
        newest,
    )
    return covered, required, newest


def over_a_year_old(audit, year):
    then = dt.date.fromisoformat(audit)
    return dt.date.fromisoformat(last_day(year)) > then.replace(year=then.year + 1)


@pytest.mark.parametrize("year", YEARS)
def test_board_skills_are_those_held_at_level_three_by_a_trustee(year, raw, ask):
    covered, required, audit = skills(raw, "trust", year)
    got = ask("board-skills", "trust", year)
    assert (got.numerator, got.denominator) == (covered, required)
    assert got.value == pytest.approx(100 * covered / required)
    missing = required - covered
    expected = TargetStatus.MET if not missing else TargetStatus.NEAR if missing == 1 else TargetStatus.MISSED
    assert got.target.status == (TargetStatus.MISSED if over_a_year_old(audit, year) else expected)


def test_board_skills_are_a_matter_of_the_trust_and_start_with_the_first_audit(raw, ask):
    for urn in raw.academies:
        assert ask("board-skills", urn, "2025/26").withheld.kind is WithheldKind.NOT_APPLICABLE
    assert ask("board-skills", "trust", "2018/19").withheld.kind is WithheldKind.NO_DATA


def test_one_skill_is_covered_or_not_by_the_trustees_own_ratings(raw, ask):
    audit = skills(raw, "trust", "2025/26")[2]
    for skill, best in raw.sql(
        """SELECT skill, max(level_0_4::INT) FROM skills_audit
        WHERE body = 'trust' AND audit_date = ? AND required = 'Y' GROUP BY skill""",
        audit,
    ):
        got = ask("board-skills", "trust", "2025/26", skill=skill)
        assert (got.numerator, got.denominator) == (float(best >= 3), 1.0), skill


@pytest.fixture(scope="module")
def places(known):
    """Filled and constituted places on the newest list of each academic year."""
    return known(
        """WITH lists AS (SELECT *, CASE WHEN as_at[6:7]::INT >= 9 THEN as_at[:4]::INT ELSE as_at[:4]::INT - 1 END AS start
            FROM governors WHERE as_at <= '2026-11-14'),
        newest AS (SELECT urn, start, max(as_at) AS as_at FROM lists GROUP BY ALL)
        SELECT urn, start || '/' || right((start + 1)::VARCHAR, 2), sum(filled::INT), sum(places::INT)
        FROM lists JOIN newest USING (urn, start, as_at) GROUP BY ALL"""
    )


def test_lgb_places_of_every_academy_and_the_trust(places, compare):
    assert compare.academies("lgb-complement", places, years=YEARS) > 30
    assert compare.trust("lgb-complement", places, years=YEARS) == len(YEARS)


def test_lgb_is_met_with_every_place_filled_and_every_skill_covered(raw, places, ask):
    order = [TargetStatus.MISSED, TargetStatus.NEAR, TargetStatus.MET]
    seen = set()
    by_year: dict[str, list[TargetStatus]] = {}
    for (urn, year), counted in places.items():
        audit = skills(raw, urn, year)
        got = ask("lgb-complement", urn, year).target.status
        vacant = int(counted.d - counted.n)
        if audit is None:
            assert got == (TargetStatus.MISSED if vacant else TargetStatus.NONE), (urn, year)
        else:
            short = 99 if over_a_year_old(audit[2], year) else vacant + audit[1] - audit[0]
            expected = order[2] if short == 0 else order[1] if short == 1 else order[0]
            assert got == expected, (urn, year)
            seen.add(expected)
        if got != TargetStatus.NONE and urn in raw.members(year):
            by_year.setdefault(year, []).append(got)
    assert seen >= {TargetStatus.MET, TargetStatus.NEAR}
    for year, judged in by_year.items():
        all_met = all(one == TargetStatus.MET for one in judged)
        assert ask("lgb-complement", "trust", year).target.status == (
            TargetStatus.MET if all_met else TargetStatus.MISSED
        ), year


def test_a_place_that_nobody_has_filled_since_march_2024_is_the_category_that_is_short(raw, ask):
    category, places, filled = raw.one(
        """SELECT category, places::INT, filled::INT FROM governors
        WHERE urn = '900006' AND as_at = '2026-05-31' AND oldest_vacancy_date = '2024-03-18'"""
    )
    got = ask("lgb-complement", "900006", "2025/26", category=category)
    assert (got.numerator, got.denominator) == (filled, places)
    assert got.value < 100
    assert "18 March 2024" in got.detail


def test_an_overdue_skills_audit_fails_the_governing_body(raw, ask):
    covered, required, audit = skills(raw, "900002", "2026/27")
    assert over_a_year_old(audit, "2026/27")
    assert covered == required
    got = ask("lgb-complement", "900002", "2026/27")
    assert (got.value, got.target.status) == (100.0, TargetStatus.MISSED)
    assert "twelve months" in got.target.reason


@pytest.fixture(scope="module")
def reviews(raw):
    """1 of 1 for an academy with an external review in the year, 0 of 1 for an open one without."""
    return set(
        raw.sql(
            """SELECT DISTINCT urn, CASE WHEN review_date[6:7]::INT >= 9 THEN review_date[:4]::INT
                ELSE review_date[:4]::INT - 1 END FROM qa_reviews WHERE external = 'Y' AND review_date <= '2026-11-14'"""
        )
    )


def test_critical_friends_of_every_member_and_the_trust(raw, reviews, ask):
    for year in YEARS:
        members = raw.members(year)
        have = [urn for urn in members if (urn, int(year[:4])) in reviews]
        for urn in members:
            got = ask("critical-friends", urn, year)
            assert (got.numerator, got.denominator) == (float(urn in have), 1.0), (urn, year)
            if year == "2026/27":
                assert got.target.status == TargetStatus.NONE
            else:
                assert got.target.status == (TargetStatus.MET if urn in have else TargetStatus.MISSED), (urn, year)
        trust = ask("critical-friends", "trust", year)
        assert (trust.numerator, trust.denominator) == (len(have), len(members)), year
        if year == "2026/27":
            assert (trust.period, trust.target.status) == ("YTD", TargetStatus.NONE)
        else:
            expected = TargetStatus.MET if len(have) == len(members) else TargetStatus.MISSED
            assert trust.target.status == expected, year


def test_a_year_without_a_review_from_outside_is_rillhavens_2025_26(reviews, ask):
    assert ("900008", 2025) not in reviews
    got = ask("critical-friends", "900008", "2025/26")
    assert (got.value, got.target.status) == (0.0, TargetStatus.MISSED)
