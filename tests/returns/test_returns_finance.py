"""Budget monitoring, funding and cash. All academies and figures are invented and worked out by hand."""

from __future__ import annotations

import math

import pytest

BUDGET = "urn,financial_year,month,line,budget_full_year,budget_ytd,actual_ytd,forecast_full_year\n"
SMALL = (
    BUDGET
    + """900001,2025/26,2025-11,income,1000000,250000,251000,1002000
    900001,2025/26,2025-11,teaching,600000,150000,149000,598000
    900001,2025/26,2025-11,premises_staff,40000,10000,10500,41000
    900001,2025/26,2025-11,catering_staff,30000,7500,7500,30000
    900001,2025/26,2025-11,agency,20000,5000,8000,27000
    900001,2025/26,2025-11,non_staff,350000,87500,85000,346000"""
)
FUNDING = "urn,academic_year,line,amount,pupils\n"
CASH = "month,closing_cash,policy_floor,forecast_3m_low,annual_expenditure\n"


def test_spending_is_expenditure_without_income_by_line_and_in_all(facts, pairs) -> None:
    found = pairs(facts("return_budget_monitoring", SMALL, "budget_spend"), "line")
    assert found.pop("Total") == (260000.0, 260000.0)
    assert found == {
        "teaching": (149000.0, 150000.0),
        "premises_staff": (10500.0, 10000.0),
        "catering_staff": (7500.0, 7500.0),
        "agency": (8000.0, 5000.0),
        "non_staff": (85000.0, 87500.0),
    }


def test_staff_share_has_two_definitions_over_the_same_expenditure(facts, pairs) -> None:
    share = facts("return_budget_monitoring", SMALL, "staffing_share")
    # 149,000 + 10,500 + 7,500 + 8,000 = 175,000 of 260,000; less premises and catering 157,000.
    found = pairs(share, "series", "line")
    assert found[("all_staff", "Total")] == (175000.0, 260000.0)
    assert found[("aar", "Total")] == (157000.0, 260000.0)
    assert ("aar", "premises_staff") not in found
    assert found[("all_staff", "premises_staff")] == (10500.0, 260000.0)
    assert found[("aar", "agency")] == (8000.0, 260000.0)


def test_a_planned_deficit_that_is_kept_to_is_no_miss(facts) -> None:
    # Set: 1,000,000 - 1,040,000 = -40,000. Forecast: 1,002,000 - 1,042,000 = -40,000.
    balance = facts("return_budget_monitoring", SMALL, "budget_balance")
    assert balance["numerator"].tolist() == [0.0]
    assert balance["denominator"].isna().all()
    assert balance["detail"].tolist() == ["forecast a deficit of £40,000 against a deficit of £40,000 set"]


def test_a_forecast_worse_than_set_is_negative(facts) -> None:
    worse = SMALL.replace("27000", "39500.5")
    assert facts("return_budget_monitoring", worse, "budget_balance")["numerator"].tolist() == [-12500.5]


def test_the_month_lies_in_the_financial_year_of_september_to_august(facts, broken) -> None:
    row = facts("return_budget_monitoring", SMALL, "budget_spend").iloc[0]
    assert (row["academic_year"], row["period"]) == ("2025/26", "2025-11")
    text = BUDGET + "900001,2025/26,2026-09,teaching,1,1,1,1"
    assert broken("return_budget_monitoring", text) == [
        (
            "r.csv, row 2, column 'month': is not in the row's financial_year (found '2026-09', "
            "expected a month from 2025-09 to 2026-08)"
        )
    ]


def test_an_empty_actual_leaves_the_total_unknown_and_names_the_line(facts) -> None:
    text = SMALL.replace("agency,20000,5000,8000", "agency,20000,5000,")
    spend = facts("return_budget_monitoring", text, "budget_spend").set_index("line")
    assert "agency" not in spend.index
    assert spend.loc["teaching", "numerator"] == 149000
    assert math.isnan(spend.loc["Total", "numerator"])
    assert math.isnan(spend.loc["Total", "denominator"])
    assert spend.loc["Total", "detail"] == "no total: not every amount is stated for agency"
    assert facts("return_budget_monitoring", text, "staffing_share").empty
    assert len(facts("return_budget_monitoring", text, "budget_balance")) == 1


def test_central_services_need_no_income_and_then_have_no_balance(facts, broken) -> None:
    text = BUDGET + "central,2025/26,2025-11,admin,400000,100000,90000,390000"
    assert facts("return_budget_monitoring", text, "budget_spend", line="Total")["urn"].tolist() == ["central"]
    assert facts("return_budget_monitoring", text, "budget_balance").empty
    assert broken("return_budget_monitoring", text, blocking=False) == [
        "r.csv, column 'line': has no income row for central in 2025-11, so its forecast balance is not known"
    ]


def test_the_pupils_of_all_lines_are_counted_once(facts, pairs) -> None:
    text = (
        FUNDING
        + """900001,2025/26,gag,5000000,1000
        900001,2025/26,pupil_premium,300000,1000
        900001,2025/26,central_charge,-250000,1000"""
    )
    found = facts("return_funding", text, "income_per_pupil")
    assert pairs(found, "line") == {
        "Total": (5050000.0, 1000.0),
        "gag": (5000000.0, 1000.0),
        "pupil_premium": (300000.0, 1000.0),
        "central_charge": (-250000.0, 1000.0),
    }
    assert set(found["period"]) == {"Year"}


def test_where_lines_name_their_own_pupils_the_gag_line_decides_and_it_is_said(facts, pairs, broken) -> None:
    text = FUNDING + "900001,2025/26,pupil_premium,300000,240\n900001,2025/26,gag,5000000,1000"
    assert pairs(facts("return_funding", text, "income_per_pupil"), "line")["Total"] == (5300000.0, 1000.0)
    assert broken("return_funding", text) == []
    assert broken("return_funding", text, blocking=False) == [
        (
            "r.csv, row 2, column 'pupils': is not the same as in the academy's other lines; its total uses the gag "
            "line's pupils, else the most (found '240', expected the academy's pupils, repeated in each line)"
        )
    ]


def test_an_unknown_amount_leaves_income_per_pupil_unknown(facts) -> None:
    text = FUNDING + "900001,2025/26,gag,5000000,1000\n900001,2025/26,send,,1000"
    assert facts("return_funding", text, "income_per_pupil")["line"].tolist() == ["gag"]


def test_a_charge_above_zero_is_pointed_out(broken) -> None:
    text = FUNDING + "900001,2025/26,central_charge,250000,1000"
    assert broken("return_funding", text, blocking=False) == [
        (
            "r.csv, row 2, column 'amount': is above 0 and counts as income of the academy (found '250000', "
            "expected a minus sign if the academy pays the charge)"
        )
    ]


def test_cash_is_held_against_the_floor_and_against_a_day_of_spending(facts) -> None:
    text = CASH + "2025-11,1500000,1500000,900000,18250000\n2025-12,1400000,1500000,,18250000"
    floor = facts("return_cash", text, "cash_floor")
    assert floor[["urn", "period", "numerator", "denominator"]].to_numpy().tolist() == [
        ["trust", "2025-11", 1.0, 1.0],
        ["trust", "2025-12", 0.0, 1.0],
    ]
    assert floor["detail"].tolist()[1] == "£1,400,000 against a floor of £1,500,000"
    # 18,250,000 a year are 50,000 a day.
    days = facts("return_cash", text, "cash_days")
    assert (days["numerator"] / days["denominator"]).tolist() == [30.0, 28.0]
    assert facts("return_cash", text, "cash_low")["numerator"].tolist() == [900000.0]


def test_a_month_without_closing_cash_is_not_a_month_reported(facts) -> None:
    text = CASH + "2025-11,,1500000,900000,18250000"
    assert facts("return_cash", text, "cash_floor").empty
    assert facts("return_cash", text, "cash_days").empty


@pytest.mark.parametrize("spending", ["0", "-5"])
def test_a_year_without_spending_is_named(broken, spending: str) -> None:
    assert broken("return_cash", CASH + f"2025-11,1,1,1,{spending}") == [
        (
            f"r.csv, row 2, column 'annual_expenditure': is not above 0 (found '{spending}', "
            "expected a year's expenditure in pounds)"
        )
    ]
