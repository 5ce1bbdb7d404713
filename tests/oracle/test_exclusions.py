"""Suspensions and permanent exclusions: one count a year over one headcount, and England of each phase."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus

EVERY_YEAR = [f"{start}/{start - 1999}" for start in range(2016, 2027)]

EXCLUSIONS = {"suspensions": ("suspensions", "fixed_excl", "suspension"),
              "permanent-exclusions": ("permanent_exclusions", "perm_excl", "perm_excl")}  # fmt: skip
AVERAGES = {"suspensions": "suspension_rate", "permanent-exclusions": "perm_excl_rate"}


@pytest.fixture(scope="module")
def exclusions(raw, known):
    """n of the year over the one spring headcount: old names, then terms added, then the return."""

    def rows(kpi):
        own, old, new = EXCLUSIONS[kpi]
        published = known(
            f"""SELECT school_urn, time_period[:4] || '/' || time_period[5:], {old}::INT, headcount::INT
            FROM {raw.csv("exclusions/exc_school_201617_to_201819.csv")}"""
        ) | known(
            f"""SELECT school_urn, time_period[:4] || '/' || time_period[5:], sum({new}::INT),
                max(headcount::INT) FILTER (time_identifier = 'Spring term')
            FROM {raw.csv("exclusions/exc_school_201920_to_202324.csv")} GROUP BY ALL"""
        )
        found = {(raw.current(urn), year): figures for (urn, year), figures in published.items()}
        return {key: figures for key, figures in found.items() if key[0] in raw.academies} | known(
            f"""SELECT urn, academic_year, {own}::INT, headcount::INT FROM suspensions
            WHERE reason = 'Total' AND {raw.undivided}
            AND (period = 'Year' OR (academic_year = '2026/27' AND period = 'Autumn'))"""
        )

    return rows


@pytest.mark.parametrize("kpi", EXCLUSIONS)
def test_exclusions_are_the_years_count_over_one_headcount(kpi, raw, exclusions, compare):
    counted = exclusions(kpi)
    # Rates of the old files are printed with five decimals and shown as printed.
    assert compare.academies(kpi, counted, years=EVERY_YEAR, rounding=0.000_006) > 70
    compare.trust(kpi, counted, years=EVERY_YEAR)


@pytest.mark.parametrize("kpi", EXCLUSIONS)
def test_exclusions_are_met_below_england_of_the_phase_and_near_within_a_tenth(kpi, raw, exclusions, ask):
    judged = 0
    for (urn, year), counted in exclusions(kpi).items():
        got = ask(kpi, urn, year)
        england = raw.england(AVERAGES[kpi], raw.phase(urn), year)
        if year == "2026/27" or england is None:
            assert got.target.status == TargetStatus.NONE, (urn, year)
            continue
        rate = 100 * counted.n / counted.d
        expected = (
            TargetStatus.MET if rate < england else TargetStatus.NEAR if rate <= england * 1.1 else TargetStatus.MISSED
        )
        assert got.benchmark == pytest.approx(england, abs=0.006), (urn, year)
        assert got.target.status == expected, (urn, year)
        judged += 1
    assert judged > 40


@pytest.mark.parametrize("kpi", EXCLUSIONS)
def test_the_trust_is_below_england_only_when_each_phase_is(kpi, raw, exclusions, ask):
    counted = exclusions(kpi)
    order = [TargetStatus.MISSED, TargetStatus.NEAR, TargetStatus.MET]
    for year in [y for y in EVERY_YEAR if y < "2024/25"]:
        worst = TargetStatus.MET
        for phase in ("primary", "secondary", "special"):
            own = [counted[u, year] for u in raw.members(year) if raw.phase(u) == phase and (u, year) in counted]
            rate = 100 * sum(c.n for c in own) / sum(c.d for c in own)
            england = raw.england(AVERAGES[kpi], phase, year)
            assert england is not None
            found = (
                TargetStatus.MET
                if rate < england
                else TargetStatus.NEAR
                if rate <= england * 1.1
                else TargetStatus.MISSED
            )
            worst = min(worst, found, key=order.index)
        assert ask(kpi, "trust", year).target.status == worst, year


def test_suspensions_of_a_term_and_a_group_are_the_rows_of_the_return(raw, known, compare):
    def rows(where):
        return known(f"SELECT urn, academic_year, suspensions::INT, headcount::INT FROM suspensions WHERE {where}")

    term = rows(f"period = 'Spring' AND reason = 'Total' AND {raw.undivided}")
    assert compare.academies("suspensions", term, years=["2024/25", "2025/26"], term="Spring") == 15
    boys = rows("period = 'Year' AND reason = 'Total' AND " + raw.undivided.replace("sex = 'Total'", "sex = 'M'"))
    assert compare.academies("suspensions", boys, years=["2024/25", "2025/26"], sex="M") == 15


def test_a_reason_is_counted_over_the_headcount_of_all_reasons_and_unlisted_ones_are_none(raw, known, compare):
    reason = "Physical assault against a pupil"
    whole = " AND ".join(f"t.{part}" for part in raw.undivided.split(" AND "))
    own = " AND ".join(f"r.{part}" for part in raw.undivided.split(" AND "))
    counted = known(
        f"""SELECT t.urn, t.academic_year, coalesce(sum(r.suspensions::INT) FILTER (r.reason = ?), 0),
            max(t.headcount::INT)
        FROM suspensions t LEFT JOIN suspensions r ON r.urn = t.urn AND r.academic_year = t.academic_year
            AND r.period = t.period AND r.reason <> 'Total' AND {own}
        WHERE t.period = 'Year' AND t.reason = 'Total' AND {whole} GROUP BY ALL""",
        reason,
    )
    assert any(c.n == 0 for c in counted.values())
    assert any(c.n > 0 for c in counted.values())
    compare.academies("suspensions", counted, years=["2024/25", "2025/26"], reason=reason)
    compare.trust("suspensions", counted, years=["2024/25", "2025/26"], reason=reason)
