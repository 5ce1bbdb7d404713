"""The trust's returns agree with one another, and the cases that a trust has to explain are in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FILES = ROOT / "sample_data" / "files"
PUPIL_COLUMNS = ["year_group", "sex", "disadvantage", "send", "looked_after"]
Read = Callable[..., pd.DataFrame]
Returns = Callable[[str], pd.DataFrame]


def whole(frame: pd.DataFrame, *but: str) -> pd.DataFrame:
    """Rows that are not broken down, except by the named columns."""
    columns = [name for name in (*PUPIL_COLUMNS, "reason", "level") if name in frame and name not in but]
    return frame[(frame[columns] == "Total").all(axis=1)]


def number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text)


# returns that are consistent with one another


def test_weeks_add_up_to_terms_and_terms_to_the_year(returns: Returns) -> None:
    rows = whole(returns("pupil_attendance").query("academic_year == '2025/26'"))
    rows = rows.assign(
        **{name: number(rows[name]) for name in ("sessions_possible", "sessions_authorised", "sessions_unauthorised")}
    )
    weekly = (
        rows[rows["period"].str.contains("-W")]
        .groupby("urn")[["sessions_possible", "sessions_authorised", "sessions_unauthorised"]]
        .sum()
    )
    termly = rows[rows["period"].isin(["Autumn", "Spring", "Summer"])].groupby("urn")[list(weekly.columns)].sum()
    yearly = rows[rows["period"] == "Year"].set_index("urn")[list(weekly.columns)]
    assert weekly.equals(termly)
    assert weekly.sort_index().equals(yearly.sort_index())


@pytest.mark.parametrize("name", ["pupil_attendance", "suspensions", "results", "destinations", "survey"])
def test_groups_that_partition_pupils_add_up_to_everybody(returns: Returns, name: str) -> None:
    counted = {
        "pupil_attendance": "sessions_possible", "suspensions": "suspensions", "results": "entries",
        "destinations": "leavers", "survey": "answered",
    }[name]  # fmt: skip
    frame = returns(name)
    if name == "survey":
        frame = frame[frame["respondent"] == "pupil"]
    if name == "suspensions":
        frame = frame[frame["reason"] == "Total"]
    keys = [
        column
        for column in (
            "urn",
            "academic_year",
            "leaving_year",
            "period",
            "measure",
            "cohort",
            "level",
            "respondent",
            "question",
        )
        if column in frame
    ]
    frame = frame.assign(count=number(frame[counted]))
    total = whole(frame, "level").set_index(keys)["count"]
    for dimension in ("sex", "disadvantage", "send"):
        others = [column for column in PUPIL_COLUMNS if column in frame and column != dimension]
        parts = (
            frame[(frame[dimension] != "Total") & (frame[others] == "Total").all(axis=1)].groupby(keys)["count"].sum()
        )
        assert len(parts) > 3
        assert (parts == total.loc[parts.index]).all()


def test_no_part_is_larger_than_its_whole(returns: Returns) -> None:
    results = returns("results")
    scores = results["measure"].isin(["attainment8", "progress8", "alevel_aps"]) | results["measure"].str.endswith(
        "_progress"
    )
    counted = results[~scores]
    assert (number(counted["total"]) <= number(counted["entries"])).all()
    attendance = returns("pupil_attendance")
    missed = number(attendance["sessions_authorised"]) + number(attendance["sessions_unauthorised"])
    assert (missed <= number(attendance["sessions_possible"])).all()
    leavers = returns("destinations")
    kinds = ["education", "apprenticeship", "employment", "neet", "not_known"]
    assert (leavers[kinds].apply(pd.to_numeric).sum(axis=1) == number(leavers["leavers"])).all()
    surveys = returns("survey")
    answers = ["strongly_agree", "agree", "neutral", "disagree", "strongly_disagree"]
    assert (surveys[answers].apply(pd.to_numeric).sum(axis=1) == number(surveys["answered"])).all()
    assert (number(surveys["answered"]) <= number(surveys["invited"])).all()


def test_own_results_agree_with_the_published_ones(read: Read, returns: Returns) -> None:
    published = read("ks2/2024-2025_ks2_school_attainment_data.csv")
    published = published[(published["breakdown"] == "Total") & (published["subject"] == "Maths")]
    own = whole(returns("results").query("measure == 'ks2_maths'"))
    own = own.assign(period=own["academic_year"].str.replace("/", "")).set_index(["urn", "period"])
    compared = 0
    for row in published.itertuples():
        if (row.school_urn, row.time_period) in own.index and row.expected_standard_pupil_percent not in ("c", "z"):
            mine = own.loc[(row.school_urn, row.time_period)]
            assert (
                abs(100 * int(mine["total"]) / int(mine["entries"]) - float(row.expected_standard_pupil_percent)) <= 0.5
            )
            compared += 1
    assert compared >= 12


# what a trust has to explain


def test_rillhaven_sent_no_attendance_for_2025_26(returns: Returns) -> None:
    rows = returns("pupil_attendance").query("urn == '900008'")
    assert "2025/26" not in set(rows["academic_year"])
    assert {"2024/25", "2026/27"} <= set(rows["academic_year"])


def test_one_month_of_osierholt_s_budget_is_missing(returns: Returns) -> None:
    months = sorted(set(returns("budget_monitoring").query("urn == '900004'")["month"]))
    assert months[0] == "2026-01"
    assert "2026-03" not in months
    assert {"2026-02", "2026-04", "2026-10"} <= set(months)


def test_attendance_goes_on_by_week_until_mid_november(returns: Returns) -> None:
    weeks = sorted(period for period in set(returns("pupil_attendance")["period"]) if period.startswith("2026-W"))
    assert weeks[-1] == "2026-W46"
    assert "2026-W44" not in weeks


def test_netherquill_stands_as_the_story_says(returns: Returns) -> None:
    year = whole(
        returns("pupil_attendance").query("urn == '900006' and academic_year == '2025/26' and period == 'Year'")
    ).iloc[0]
    rate = 100 - 100 * (int(year["sessions_authorised"]) + int(year["sessions_unauthorised"])) / int(
        year["sessions_possible"]
    )
    assert rate == pytest.approx(89.7, abs=0.3)
    assert year["enrolments"] == "1204"
    staff = returns("staff_movement").query("urn == '900006' and reason == 'Total' and '2025-09' <= month <= '2026-08'")
    left = number(staff["leavers"]).sum() - number(staff["leavers_within_trust"]).sum()
    assert (left, number(staff["leavers_within_trust"]).sum(), number(staff["headcount"]).sum() / 12) == (28, 9, 116)


def test_neet_at_netherquill_depends_on_the_not_known(returns: Returns) -> None:
    row = whole(
        returns("destinations").query("urn == '900006' and cohort == 'Y11' and leaving_year == '2024/25'")
    ).iloc[0]
    leavers, neet, unknown = (int(row[name]) for name in ("leavers", "neet", "not_known"))
    assert neet / leavers < 0.05 < (neet + unknown) / leavers


def test_a_parent_governor_s_place_has_been_empty_for_two_years(returns: Returns) -> None:
    rows = returns("governors").query("urn == '900006' and category == 'Parent' and as_at >= '2024-05-31'")
    assert len(rows) >= 7
    assert set(rows["oldest_vacancy_date"]) == {"2024-03-18"}
    assert (number(rows["filled"]) == number(rows["places"]) - 1).all()


def test_an_audit_and_a_pack_are_overdue(returns: Returns) -> None:
    audits = returns("skills_audit")
    assert audits[audits["body"] == "900002"]["audit_date"].max() < "2025-11-14"
    packs = returns("accounts_log")
    open_packs = packs[(packs["presented_date"] == "") & (packs["due_date"] < "2026-11-14")]
    assert list(open_packs["urn"]) == ["900006"]
    assert ((packs["presented_date"] > packs["due_date"]) & (packs["presented_date"] != "")).sum() >= 5


def test_one_month_closed_below_the_cash_floor(returns: Returns) -> None:
    cash = returns("cash")
    assert list(cash[number(cash["closing_cash"]) < number(cash["policy_floor"])]["month"]) == ["2026-04"]


def _balances(returns: Returns, urn: str) -> tuple[int, int]:
    rows = returns("budget_monitoring").query("urn == @urn and month == '2026-08'").set_index("line")
    costs = rows.index != "income"
    found = []
    for column in ("budget_full_year", "forecast_full_year"):
        amounts = number(rows[column])
        found.append(int(amounts["income"] - amounts[costs].sum()))
    return found[0], found[1]


def test_a_planned_deficit_and_an_unplanned_one(returns: Returns) -> None:
    planned, outcome = _balances(returns, "900005")
    assert planned == -85000
    assert outcome > planned
    planned, outcome = _balances(returns, "900003")
    assert outcome - planned == -41300


def test_central_services_keep_a_budget_of_their_own(returns: Returns) -> None:
    assert "central" in set(returns("budget_monitoring")["urn"])


def test_rillhaven_had_no_review_from_outside_in_2025_26(returns: Returns) -> None:
    rows = returns("qa_reviews").query("urn == '900008' and '2025-09-01' <= review_date <= '2026-08-31'")
    assert set(rows["external"]) == {"N"}


def test_few_of_netherquill_s_parents_answered(returns: Returns) -> None:
    rows = returns("survey").query(
        "urn == '900006' and respondent == 'parent' and academic_year == '2025/26' and year_group == 'Total'"
    )
    assert (number(rows["answered"]) / number(rows["invited"]) < 0.3).all()


def test_exclusion_files_change_their_names_and_their_rows(read: Read) -> None:
    old, new = read("exclusions/exc_school_201617_to_201819.csv"), read("exclusions/exc_school_201920_to_202324.csv")
    assert "fixed_excl" in old.columns
    assert "suspension" in new.columns
    assert set(new["time_identifier"]) == {"Autumn term", "Spring term", "Summer term"}
    assert set(old["school_type"]) == {"state-funded primary", "state-funded secondary", "special"}


def test_destinations_tables_name_the_release_not_the_leavers(read: Read) -> None:
    assert (FILES / "destinations/2018-2019_england_ks4-pupdest.csv").exists()
    wide = read("destinations/2018-2019_england_ks4-pupdest.csv").set_index("URN")
    pupils = read("ks4/2016-2017_england_ks4final.csv").set_index("URN")
    assert wide.loc["900006", "COHORT"] == pupils.loc["900006", "TPUP"]


def test_the_accounts_return_has_comparators_and_one_that_did_not_supply() -> None:
    frame = pd.read_excel(FILES / "finance/AAR_2023-24_download.xlsx", sheet_name="Academies", engine="openpyxl")
    assert (frame["UID"] == 99001).sum() == 7
    assert len(frame) == 67
    assert (frame["Did Not Supply flag"] == "DNS").sum() == 1
    assert "CentralServices" in pd.ExcelFile(FILES / "finance/AAR_2023-24_download.xlsx", engine="openpyxl").sheet_names
