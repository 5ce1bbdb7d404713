"""The financial half of governance, from the raw returns and the accounts return."""

from __future__ import annotations

import openpyxl
import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

YEARS = [f"{start}/{start - 1999}" for start in range(2019, 2027)]
NO_LONGER_OR_NOT_YET = ["2016/17", "2018/19"]
STAFF = {
    "aar": ("teaching", "supply", "education_support", "admin", "other_staff", "agency"),
    "all_staff": (
        "teaching",
        "supply",
        "education_support",
        "premises_staff",
        "admin",
        "catering_staff",
        "other_staff",
        "agency",
    ),
}
"""Staff lines of the accounts return's Total Staff Costs, which leaves premises and catering out, and all of them."""


@pytest.fixture(scope="module")
def newest(raw):
    """Each academy's newest month of each financial year: lines with their amounts in pounds."""
    raw.sql(
        """CREATE OR REPLACE TABLE newest AS
        SELECT urn, financial_year AS year, month, line, budget_ytd::DOUBLE AS budget, actual_ytd::DOUBLE AS actual,
            budget_full_year::DOUBLE AS set_, forecast_full_year::DOUBLE AS forecast
        FROM budget_monitoring b
        WHERE month = (SELECT max(month) FROM budget_monitoring WHERE urn = b.urn AND financial_year = b.financial_year)"""
    )
    return "newest"


@pytest.fixture(scope="module")
def spending(newest, known):
    return known(
        f"""SELECT urn, year, sum(actual), sum(budget) FROM {newest}
        WHERE line <> 'income' AND urn <> 'central' GROUP BY ALL"""
    )


@pytest.fixture(scope="module")
def balances(newest, raw):
    """Forecast balance of the year less the balance that was set, in pounds."""
    rows = raw.sql(
        f"""SELECT urn, year, sum(CASE line WHEN 'income' THEN forecast ELSE -forecast END),
            sum(CASE line WHEN 'income' THEN set_ ELSE -set_ END) FROM {newest} GROUP BY ALL"""
    )
    return {(urn, year): (forecast, was_set) for urn, year, forecast, was_set in rows}


def test_within_budget_is_spending_to_date_over_budget_to_date(spending, compare):
    assert compare.academies("within-budget", spending, years=[*NO_LONGER_OR_NOT_YET, *YEARS]) > 50
    compare.trust("within-budget", spending, years=[*NO_LONGER_OR_NOT_YET, *YEARS])


def test_within_budget_is_judged_by_spending_and_forecast_together(spending, balances, raw, ask):
    seen = set()
    by_year: dict[str, list[TargetStatus]] = {}
    for (urn, year), spent in spending.items():
        share = 100 * spent.n / spent.d
        forecast, was_set = balances[urn, year]
        kept = forecast >= was_set
        expected = (
            TargetStatus.MET
            if share <= 100 and kept
            else TargetStatus.NEAR
            if share <= 102 and kept
            else TargetStatus.MISSED
        )
        assert ask("within-budget", urn, year).target.status == expected, (urn, year)
        seen.add(expected)
        if urn in raw.members(year):
            by_year.setdefault(year, []).append(expected)
    assert TargetStatus.MISSED in seen
    for year, judged in by_year.items():
        met = all(one == TargetStatus.MET for one in judged)
        expected = TargetStatus.MET if met else TargetStatus.MISSED
        assert ask("within-budget", "trust", year).target.status == expected, year


def test_a_planned_deficit_that_is_kept_to_is_no_miss(balances, ask):
    forecast, was_set = balances["900005", "2025/26"]
    assert was_set == -85_000
    assert forecast > was_set
    assert ask("within-budget", "900005", "2025/26").target.status == TargetStatus.MET


def test_a_forecast_41_300_pounds_below_the_balance_that_was_set_is_a_miss(balances, ask):
    forecast, was_set = balances["900003", "2025/26"]
    assert forecast - was_set == -41_300
    got = ask("within-budget", "900003", "2025/26")
    assert got.target.status == TargetStatus.MISSED
    assert "£41,300" in got.target.reason


def test_an_academy_that_joined_in_january_is_outside_the_trusts_budget(spending, ask):
    assert ("900004", "2025/26") in spending
    assert "Osierholt Primary" not in ask("within-budget", "trust", "2025/26").coverage.missing
    others = sum(s.d for (u, y), s in spending.items() if y == "2025/26" and u not in ("900004", "900009"))
    assert ask("within-budget", "trust", "2025/26").denominator == others


def test_a_budget_line_and_a_month_are_the_rows_of_the_return(raw, known, newest, compare):
    teaching = known(f"SELECT urn, year, actual, budget FROM {newest} WHERE line = 'teaching' AND urn <> 'central'")
    assert compare.academies("within-budget", teaching, years=["2024/25", "2025/26"], line="teaching") > 14
    march = known(
        """SELECT urn, financial_year, sum(actual_ytd::DOUBLE), sum(budget_ytd::DOUBLE) FROM budget_monitoring
        WHERE month = '2026-03' AND line <> 'income' AND urn <> 'central' GROUP BY ALL"""
    )
    assert ("900004", "2025/26") not in march
    assert compare.academies("within-budget", march, years=["2025/26"], month="2026-03") == 7


def test_a_year_that_is_not_over_is_shown_to_date(ask):
    assert ask("within-budget", "trust", "2026/27").period == "YTD"
    assert ask("within-budget", "trust", "2025/26").period == "Year"


@pytest.fixture(scope="module")
def staffing(newest, known):
    """Staff costs over expenditure of the monitoring, by each of the two definitions."""
    return {
        series: known(
            f"""SELECT urn, year, sum(actual) FILTER (line IN {lines}), sum(actual) FROM {newest}
            WHERE line <> 'income' AND urn <> 'central' GROUP BY ALL"""
        )
        for series, lines in STAFF.items()
    }


@pytest.fixture(scope="module")
def accounts(raw):
    """Staff costs and expenditure as the accounts return of 2023/24 states them."""
    book = openpyxl.load_workbook(raw.files / "finance" / "AAR_2023-24_download.xlsx", read_only=True, data_only=True)
    rows = [list(row) for row in book["Academies"].iter_rows(values_only=True)]
    at = next(place for place, row in enumerate(rows[:10]) if "URN" in [str(cell).strip() for cell in row])
    head = [str(cell or "").strip() for cell in rows[at]]
    columns = [head.index(name) for name in ("URN", "Total Staff Costs", "Total Expenditure")]
    found = {}
    for row in rows[at + 1 :]:
        urn, staff, total = (row[column] for column in columns)
        if str(urn) in raw.academies:
            found[str(urn)] = (float(staff), float(total))
    return found


def test_staffing_share_is_of_one_definition_and_says_which(staffing, accounts, raw, compare, ask):
    for series, counted in staffing.items():
        years = [y for y in YEARS if ask("staffing-share", "trust", y).series == series]
        if series == "aar" and "2023/24" in years:
            years.remove("2023/24")
        if years:
            assert compare.trust("staffing-share", counted, years=years) == len(years)
        for urn, year in counted:
            got = ask("staffing-share", urn, year)
            if got.series == series and (series, year) != ("aar", "2023/24"):
                assert compare.academies("staffing-share", counted, years=[year], urns=[urn]) == 1
    for urn in raw.members("2023/24"):
        got = ask("staffing-share", urn, "2023/24")
        if got.series == "aar":
            monitored = staffing["aar"][urn, "2023/24"]
            assert (got.numerator, got.denominator) in [(monitored.n, monitored.d), accounts[urn]], urn


def test_staffing_share_is_held_against_the_plans_73_and_75_by_all_staff_lines_only(staffing, raw, ask):
    for urn, year in staffing["aar"]:
        got = ask("staffing-share", urn, year)
        if got.series == "all_staff" and raw.phase(urn) in ("primary", "secondary"):
            assert got.benchmark == {"primary": 73, "secondary": 75}[raw.phase(urn)], (urn, year)
        elif got.series == "aar":
            assert got.benchmark not in (73, 75), (urn, year)


def test_staffing_share_is_met_within_two_points_and_not_judged_without_a_benchmark(raw, ask):
    seen = set()
    for year in YEARS:
        for academy in (*raw.members(year), "trust"):
            got = ask("staffing-share", academy, year)
            if got.benchmark is None:
                assert got.target.status == TargetStatus.NONE, (academy, year)
                continue
            apart = abs(got.value - got.benchmark)
            expected = TargetStatus.MET if apart <= 2 else TargetStatus.NEAR if apart <= 4 else TargetStatus.MISSED
            assert got.target.status == expected, (academy, year)
            seen.add(expected)
    assert seen


@pytest.fixture(scope="module")
def income(known):
    return known(
        """SELECT urn, academic_year, sum(amount::DOUBLE), max(pupils::DOUBLE), max(pupils::DOUBLE)
        FROM funding WHERE urn <> 'central' GROUP BY ALL"""
    )


def test_fair_funding_is_income_over_pupils_and_judges_nobody(income, raw, compare, ask):
    assert compare.academies("fair-funding", income, factor=1.0, years=YEARS) > 50
    compare.trust("fair-funding", income, factor=1.0, years=YEARS)
    assert {ask("fair-funding", urn, year).target.status for urn, year in income} == {TargetStatus.NONE}


def test_a_funding_line_is_held_against_the_same_pupils(known, compare):
    premium = known(
        """SELECT urn, academic_year, amount::DOUBLE, pupils::DOUBLE FROM funding
        WHERE line = 'pupil_premium' AND urn <> 'central'"""
    )
    assert (
        compare.academies("fair-funding", premium, factor=1.0, years=["2024/25", "2025/26"], line="pupil_premium") > 14
    )


@pytest.fixture(scope="module")
def packs(known):
    """Packs presented on or before their due date, over packs due by the date of the data."""
    return known(
        """SELECT urn, CASE WHEN month[6:]::INT >= 9 THEN month[:4] || '/' || (month[3:4]::INT + 1)
                ELSE (month[:4]::INT - 1) || '/' || month[3:4] END AS year,
            count(*) FILTER (presented_date <= due_date), count(*)
        FROM accounts_log WHERE due_date <= '2026-11-14' GROUP BY ALL"""
    )


def test_timely_accounts_count_overdue_packs_as_late(packs, compare, ask):
    years = ["2021/22", *YEARS[3:]]
    assert compare.academies("timely-accounts", packs, years=years) > 30
    compare.trust("timely-accounts", packs, years=years)
    september = ask("timely-accounts", "900006", "2026/27", month="2026-09")
    assert (september.value, september.numerator, september.denominator) == (0.0, 0.0, 1.0)
    assert "not presented" in september.detail


def test_timely_accounts_are_near_within_two_points(packs, ask):
    for (urn, year), counted in packs.items():
        value = 100 * counted.n / counted.d
        expected = TargetStatus.MET if value == 100 else TargetStatus.NEAR if value >= 98 else TargetStatus.MISSED
        assert ask("timely-accounts", urn, year).target.status == expected, (urn, year)


@pytest.fixture(scope="module")
def checks(known):
    return known(
        """SELECT urn, academic_year, count(*) FILTER (status = 'evidenced'), 10
        FROM efficiency_checks GROUP BY ALL"""
    )


def test_top10_efficiency_counts_evidence_of_ten(checks, raw, compare, ask):
    assert compare.academies("top10-efficiency", checks, years=YEARS) > 45
    compare.trust("top10-efficiency", checks, years=YEARS)
    for (urn, year), counted in checks.items():
        short = 10 - counted.n
        expected = TargetStatus.MET if short == 0 else TargetStatus.NEAR if short == 1 else TargetStatus.MISSED
        assert ask("top10-efficiency", urn, year).target.status == expected, (urn, year)
    for year in YEARS[:-1]:
        all_ten = all(checks[urn, year].n == 10 for urn in raw.members(year))
        assert ask("top10-efficiency", "trust", year).target.status == (
            TargetStatus.MET if all_ten else TargetStatus.MISSED
        )


def test_one_check_is_evidenced_or_not(known, compare):
    third = known(
        """SELECT urn, academic_year, (status = 'evidenced')::INT, 1 FROM efficiency_checks WHERE check_1_10 = '3'"""
    )
    assert compare.academies("top10-efficiency", third, years=["2024/25", "2025/26"], check="3") > 14


@pytest.fixture(scope="module")
def cash(raw):
    rows = raw.sql(
        """SELECT CASE WHEN month[6:]::INT >= 9 THEN month[:4] || '/' || (month[3:4]::INT + 1)
                ELSE (month[:4]::INT - 1) || '/' || month[3:4] END AS year,
            count(*) FILTER (closing_cash::DOUBLE >= policy_floor::DOUBLE), count(*) FROM cash GROUP BY year"""
    )
    return {year: (kept, months) for year, kept, months in rows}


def test_cash_flow_counts_months_at_or_above_the_floor(cash, ask):
    assert cash["2025/26"] == (11, 12)
    for year, (kept, months) in cash.items():
        got = ask("cash-flow", "trust", year)
        assert (got.numerator, got.denominator) == (kept, months), year
        assert got.value == pytest.approx(100 * kept / months)
        value = 100 * kept / months
        expected = TargetStatus.MET if value == 100 else TargetStatus.NEAR if value >= 98 else TargetStatus.MISSED
        assert got.target.status == expected, year
    april = ask("cash-flow", "trust", "2025/26", month="2026-04")
    assert (april.numerator, april.denominator) == (0.0, 1.0)


def test_cash_flow_is_a_matter_of_the_trust(raw, ask):
    assert {ask("cash-flow", urn, "2025/26").withheld.kind for urn in raw.academies} == {WithheldKind.NOT_APPLICABLE}
