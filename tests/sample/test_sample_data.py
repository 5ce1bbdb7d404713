"""The sample trust: made the same every time, and every hard case really in its raw files.

Files are read with csv and pandas only, never with the code that is meant to read them.
"""

from __future__ import annotations

import csv
import filecmp
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FILES = ROOT / "sample_data" / "files"
PUBLISHED = ROOT / "sample_data" / "make" / "published"
REAL = ROOT / "tests" / "real"
PUPIL_COLUMNS = ["year_group", "sex", "disadvantage", "send", "looked_after"]


def read(path: str, encoding: str = "utf-8-sig", **how: object) -> pd.DataFrame:
    return pd.read_csv(FILES / path, dtype=str, keep_default_na=False, encoding=encoding, **how)  # type: ignore[call-overload, no-any-return]


def returns(name: str) -> pd.DataFrame:
    return read(f"returns/{name}.csv")


def whole(frame: pd.DataFrame, *but: str) -> pd.DataFrame:
    """Rows that are not broken down, except by the named columns."""
    columns = [name for name in (*PUPIL_COLUMNS, "reason", "level") if name in frame and name not in but]
    return frame[(frame[columns] == "Total").all(axis=1)]


def number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text)


# made the same every time, and small


def test_making_it_again_gives_identical_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "sample_data.make", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    committed = sorted(path.relative_to(FILES) for path in FILES.rglob("*") if path.is_file())
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert made == committed
    different = [str(name) for name in committed if not filecmp.cmp(FILES / name, tmp_path / name, shallow=False)]
    assert different == []


def test_the_files_stay_under_ten_megabytes() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "sample_data").rglob("*") if path.is_file()) < 10_000_000


# invented, apart from England


def _names() -> set[str]:
    register = read("gias/edubasealldata20261114.csv", "cp1252")
    workbook = pd.read_excel(FILES / "finance/AAR_2023-24_download.xlsx", sheet_name="Academies", engine="openpyxl")
    return {name.casefold() for name in [*register["EstablishmentName"], *workbook["School Name"]]}


def test_no_school_bears_the_name_of_a_real_one() -> None:
    columns = ("EstablishmentName", "SCHNAME", "School name", "Group Name", "school_name")
    real: set[str] = set()
    for path in REAL.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
            for row in csv.DictReader(handle):
                real.update(str(row[column]).casefold() for column in columns if row.get(column))
    assert "the aldgate school" in real or len(real) > 20
    assert not _names() & real
    assert "wychbourne learning trust" not in real


def test_every_urn_lies_where_the_register_gives_none() -> None:
    urns = set(read("gias/edubasealldata20261114.csv", "cp1252")["URN"])
    assert urns
    assert all(900001 <= int(urn) <= 900999 for urn in urns)


@pytest.mark.parametrize(("file", "source"), [("2017-2018", "ks2_2017-2018"), ("2018-2019", "ks2_2018-2019")])
def test_england_s_ks2_rows_are_the_published_ones(file: str, source: str) -> None:
    ours = read(f"ks2/{file}_england_ks2final.csv").query("RECTYPE in ['4', '5']")
    theirs = pd.read_csv(PUBLISHED / f"{source}.csv", dtype=str, keep_default_na=False)
    assert ours.reset_index(drop=True).equals(theirs)


def test_england_s_figures_agree_with_the_published_averages() -> None:
    table = pd.read_csv(PUBLISHED / "national_averages.csv")
    lookup = {(row.measure, row.phase, row.group, row.year): row.value for row in table.itertuples()}
    for release, year in (("2016-2017", "2016/17"), ("2017-2018", "2017/18"), ("2018-2019", "2018/19")):
        rows = read(f"absence/{release}_england_abs.csv").query("LA == 'NAT'").set_index("ESTAB")
        for code, phase in (("PRI", "primary"), ("SEC", "secondary"), ("SPE", "special")):
            assert float(rows.loc[code, "PERCTOT"]) == pytest.approx(
                lookup["absence_overall_pct", phase, "all", year], abs=0.051
            )
        england = read(f"ks4/{release}_england_ks4final.csv").query("RECTYPE == '7'").iloc[0]
        assert float(england["ATT8SCR"]) == lookup["ks4_att8", "secondary", "all", year]
        assert float(england["P8MEA"]) == lookup["ks4_p8", "secondary", "all", year]
        england = read(f"ks5/{release}_england_ks5final.csv").query("RECTYPE == '5'").iloc[0]
        assert float(england["TALLPPE_ALEV_1618"]) == lookup["ks5_alevel_aps_per_entry", "post16", "all", year]


def test_england_s_attendance_of_2025_26_is_the_published_one() -> None:
    rows = read("absence/2025-26_attendance_ytd.csv").set_index("education_phase")
    assert set(rows["geographic_level"]) == {"National"}
    assert float(rows.loc["Secondary", "attendance_perc"]) == pytest.approx(91.5102, abs=0.0001)
    assert set(rows["time_period"]) == {"202526"}


# who belongs


def test_group_links_hold_today_s_eight_members_only() -> None:
    links = read("gias/alllinksdata20261114.csv", "cp1252")
    ours = links[(links["Group UID"] == "99001") & (links["Group Type"] == "Multi-academy trust")]
    assert len(ours) == 8
    assert "900009" not in set(ours["URN"])
    left = returns("academies").set_index("urn").loc["900009"]
    assert (left["joined"], left["left"]) == ("2016-09-01", "2021-08-31")


def test_a_sponsor_bears_the_trust_s_name() -> None:
    groups = read("gias/allgroupsdata20261114.csv", "cp1252")
    same = groups[groups["Group Name"] == "Wychbourne Learning Trust"]
    assert sorted(same["Group Type"]) == ["Multi-academy trust", "School sponsor"]
    links = read("gias/alllinksdata20261114.csv", "cp1252")
    sponsored = links[links["Group Type"] == "School sponsor"]
    assert "900211" in set(sponsored["URN"])


def test_the_register_is_only_readable_as_cp1252() -> None:
    path = FILES / "gias/edubasealldata20261114.csv"
    with pytest.raises(UnicodeDecodeError):
        path.read_text("utf-8")
    assert "St Osyth\u2019s Road" in path.read_text("cp1252")


def test_joined_dates_are_day_first_and_tell_the_two_late_joiners() -> None:
    links = read("gias/alllinksdata20261114.csv", "cp1252").drop_duplicates("URN").set_index("URN")
    assert links.loc["900002", "Joined date"] == "01-01-2022"
    assert links.loc["900004", "Joined date"] == "01-01-2026"


def test_marlwick_s_results_stand_under_the_old_urn_until_it_converted() -> None:
    links = read("gias/links_edubasealldata20261114.csv", "cp1252")
    assert ((links["URN"] == "900003") & (links["LinkURN"] == "900103") & (links["LinkType"] == "Predecessor")).any()
    for release in ("2016-2017", "2017-2018", "2018-2019"):
        urns = set(read(f"ks2/{release}_england_ks2final.csv")["URN"])
        assert "900103" in urns
        assert "900003" not in urns
    converter = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900103"]
    assert (converter["URN_AC"], converter["OPEN_AC"]) == ("900003", "20190901")
    assert "900003" in set(read("ks2/2021-2022_ks2_school_attainment_data.csv")["school_urn"])


# results


def test_nothing_was_published_for_the_two_years_without_exams() -> None:
    results = returns("results")
    assert not set(results["academic_year"]) & {"2019/20", "2020/21"}
    for folder in ("ks2", "ks4", "ks5"):
        for path in (FILES / folder).glob("*.csv"):
            frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
            if "time_period" in frame and "national" not in path.name:
                assert not set(frame["time_period"]) & {"201920", "202021"}
            assert not path.name.startswith(("2019-2020", "2020-2021"))


def test_a_group_of_four_hides_both_sides_in_the_wide_and_the_tidy_table() -> None:
    wide = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900004"]
    assert wide["TFSM6CLA1A"] == "4"
    assert {wide["PTRWM_EXP_FSM6CLA1A"], wide["PTRWM_EXP_NotFSM6CLA1A"], wide["DIFFN_RWM_EXP"]} == {"SUPP"}
    assert wide["PTRWM_EXP"].endswith("%")
    tidy = read("ks2/2024-2025_ks2_school_attainment_data.csv").query(
        "school_urn == '900004' and time_period == '202425'"
    )
    groups = tidy[tidy["breakdown_topic"] == "Disadvantaged status"]
    assert set(groups["expected_standard_pupil_percent"]) == {"c"}
    assert "c" not in set(tidy[tidy["breakdown"] == "Total"]["expected_standard_pupil_percent"])


def test_four_looked_after_pupils_took_ks2_at_osierholt() -> None:
    rows = returns("results").query("urn == '900004' and academic_year == '2025/26' and measure == 'ks2_rwm'")
    assert set(rows[rows["looked_after"] == "Y"]["entries"]) == {"4"}


def test_a_special_school_s_cohort_of_five_is_hidden_altogether() -> None:
    row = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900008"]
    assert (row["RECTYPE"], row["TELIG"], row["PTRWM_EXP"], row["READPROG"]) == ("2", "SUPP", "SUPP", "SUPP")


def test_a_school_without_year_6_has_a_short_row() -> None:
    with (FILES / "ks2/2018-2019_england_ks2final.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    short = [row for row in rows if len(row) < len(rows[0])]
    assert [(row[4], len(row)) for row in short] == [("900007", 26)]


def test_years_before_stand_in_columns_with_a_suffix() -> None:
    later = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900001"]
    before = read("ks2/2017-2018_england_ks2final.csv").set_index("URN").loc["900001"]
    assert later["PTRWM_EXP_18"] == before["PTRWM_EXP"] != ""
    assert {"PTRWM_EXP_16", "READPROG_DESCR_16"} <= set(read("ks2/2016-2017_england_ks2final.csv").columns)


def test_ks2_progress_stops_after_2022_23() -> None:
    tidy = read("ks2/2024-2025_ks2_school_attainment_data.csv").query("breakdown == 'Total' and subject == 'Maths'")
    by_year = tidy.groupby("time_period")["progress_measure_score"].agg(set)
    assert by_year["202324"] == by_year["202425"] == {"z"}
    assert len(by_year["202223"] - {"z", "c"}) > 5


def test_there_is_no_progress_8_in_2024_25_and_2025_26() -> None:
    for name in ("202425_performance_tables_schools_revised", "202526_performance_tables_schools_provisional"):
        assert set(read(f"ks4/{name}.csv")["progress8_average"]) <= {"z", "c"}
    before = read("ks4/202324_performance_tables_schools_final.csv").query("breakdown == 'Total'")
    assert number(before["progress8_average"]).between(-3, 2).all()


@pytest.mark.parametrize(
    ("first", "second", "urn", "value"),
    [
        (
            "202425_performance_tables_schools_provisional",
            "202425_performance_tables_schools_revised",
            "school_urn",
            "attainment8_average",
        ),
        ("2018-2019_england_ks4provisional", "2018-2019_england_ks4final", "URN", "ATT8SCR"),
    ],
)
def test_a_later_stage_of_the_same_release_differs(first: str, second: str, urn: str, value: str) -> None:
    frames = []
    for name in (first, second):
        frame = read(f"ks4/{name}.csv")
        frame = frame[frame["breakdown"] == "Total"] if "breakdown" in frame else frame
        frames.append(frame[frame[urn] != ""].set_index(urn)[value])
    both = pd.concat(frames, axis=1, keys=["first", "second"]).dropna()
    assert len(both) >= 5
    assert (both["first"] != both["second"]).sum() >= 3


def test_netherquill_s_gap_is_14_2_and_then_15_8_points() -> None:
    for name, expected, other in (
        ("202324_information_about_schools_final", "-14.2", 50.0),
        ("202425_information_about_schools_revised", "-15.8", 50.4),
    ):
        about = read(f"ks4/{name}.csv").set_index("school_urn").loc["900006"]
        tables = read("ks4/" + name.replace("information_about", "performance_tables") + ".csv")
        poor = tables[(tables["school_urn"] == "900006") & (tables["breakdown"] == "Disadvantaged")].iloc[0]
        assert about["attainment8_diffn"] == expected
        assert float(poor["attainment8_average"]) - other == pytest.approx(float(expected), abs=0.001)


def test_marlwick_s_gap_closed_because_the_others_fell() -> None:
    rows = returns("results").query("urn == '900003' and measure == 'ks2_rwm'")
    rates = {}
    for year in ("2023/24", "2024/25"):
        for side in "YN":
            row = rows[(rows["academic_year"] == year) & (rows["disadvantage"] == side)].iloc[0]
            rates[year, side] = int(row["total"]) / int(row["entries"])
    gap = {year: rates[year, "N"] - rates[year, "Y"] for year in ("2023/24", "2024/25")}
    assert gap["2024/25"] < gap["2023/24"] - 0.1
    assert rates["2024/25", "N"] < rates["2023/24", "N"] - 0.1
    assert abs(rates["2024/25", "Y"] - rates["2023/24", "Y"]) < 0.05


def test_value_added_returns_in_2023_24() -> None:
    tidy = read("ks5/institution_performance_202225_API.csv").query(
        "exam_cohort == 'A level' and disadvantage_status == 'Total'"
    )
    by_year = tidy.groupby("time_period")["value_added"].agg(list)
    assert set(by_year["202122"]) == set(by_year["202223"]) == {"z"}
    assert all(text not in "zcx" for text in by_year["202324"] + by_year["202425"])


# Ofsted


def ofsted(ending: str, encoding: str = "cp1252", **how: object) -> pd.DataFrame:
    (path,) = (FILES / "ofsted").glob(f"*{ending}.csv")
    return read(f"ofsted/{path.name}", encoding, **how)


def test_ofsted_s_layouts_differ_as_they_do_in_life() -> None:
    first = ofsted("31_August_2019", skiprows=1)
    assert "Quality of teaching, learning and assessment" in first.columns
    (path,) = (FILES / "ofsted").glob("*31_August_2019.csv")
    assert not path.read_text("cp1252").startswith("Web link")
    assert len(ofsted("31_August_2024").columns) == 74
    assert "Overall effectiveness" not in ofsted("31_May_2025").columns
    assert len(ofsted("28_February_2026", "utf-8-sig").columns) == 41
    assert len(ofsted("30_June_2026", "utf-8").columns) == 85


def test_baselines_stand_under_the_predecessors_urns() -> None:
    rows = ofsted("31_August_2019", skiprows=1).set_index("URN")
    assert rows.loc["900103", "Overall effectiveness"] == "3"
    assert (rows.loc["900106", "Overall effectiveness"], rows.loc["900106", "Category of concern"]) == ("4", "SM")
    assert "Academy First Section 5" in set(rows["Inspection type"])


def test_codes_for_no_grade_are_all_there() -> None:
    old, latest = ofsted("31_August_2024"), ofsted("30_June_2026", "utf-8")
    cells = set(old.to_numpy().ravel()) | set(latest.to_numpy().ravel())
    assert {"9", "NULL", "Not judged", "Not applicable", "School remains Good"} <= cells
    assert "8" in set(ofsted("31_August_2019", skiprows=1)["Early years provision (where applicable)"])


def test_report_cards_stand_beside_old_grades() -> None:
    row = ofsted("30_June_2026", "utf-8").set_index("URN").loc["900007"]
    assert row["Leadership and governance"] == "Expected standard"
    assert row["Latest OEIF overall effectiveness"] == "2"
    assert row["Safeguarding standards"] == "Met"


def test_netherquill_s_leadership_requires_improvement() -> None:
    rows = ofsted("31_May_2025").set_index("URN")
    assert rows.loc["900006", "Effectiveness of leadership and management"] == "3"


def test_osierholt_has_not_been_inspected_since_it_joined() -> None:
    row = ofsted("30_June_2026", "utf-8").set_index("URN").loc["900004"]
    assert row["Inspection start date of latest OEIF graded inspection"] == "07/02/2023"
    assert row["Inspection start date"] == "NULL"


# returns that are consistent with one another


def test_weeks_add_up_to_terms_and_terms_to_the_year() -> None:
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
def test_groups_that_partition_pupils_add_up_to_everybody(name: str) -> None:
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


def test_no_part_is_larger_than_its_whole() -> None:
    results = returns("results")
    counted = results[~results["measure"].isin(["attainment8", "progress8", "alevel_aps"])]
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


def test_own_results_agree_with_the_published_ones() -> None:
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


def test_rillhaven_sent_no_attendance_for_2025_26() -> None:
    rows = returns("pupil_attendance").query("urn == '900008'")
    assert "2025/26" not in set(rows["academic_year"])
    assert {"2024/25", "2026/27"} <= set(rows["academic_year"])


def test_one_month_of_osierholt_s_budget_is_missing() -> None:
    months = sorted(set(returns("budget_monitoring").query("urn == '900004'")["month"]))
    assert months[0] == "2026-01"
    assert "2026-03" not in months
    assert {"2026-02", "2026-04", "2026-10"} <= set(months)


def test_attendance_goes_on_by_week_until_mid_november() -> None:
    weeks = sorted(period for period in set(returns("pupil_attendance")["period"]) if period.startswith("2026-W"))
    assert weeks[-1] == "2026-W46"
    assert "2026-W44" not in weeks


def test_netherquill_stands_as_the_story_says() -> None:
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


def test_neet_at_netherquill_depends_on_the_not_known() -> None:
    row = whole(
        returns("destinations").query("urn == '900006' and cohort == 'Y11' and leaving_year == '2024/25'")
    ).iloc[0]
    leavers, neet, unknown = (int(row[name]) for name in ("leavers", "neet", "not_known"))
    assert neet / leavers < 0.05 < (neet + unknown) / leavers


def test_a_parent_governor_s_place_has_been_empty_for_two_years() -> None:
    rows = returns("governors").query("urn == '900006' and category == 'Parent' and as_at >= '2024-05-31'")
    assert len(rows) >= 7
    assert set(rows["oldest_vacancy_date"]) == {"2024-03-18"}
    assert (number(rows["filled"]) == number(rows["places"]) - 1).all()


def test_an_audit_and_a_pack_are_overdue() -> None:
    audits = returns("skills_audit")
    assert audits[audits["body"] == "900002"]["audit_date"].max() < "2025-11-14"
    packs = returns("accounts_log")
    open_packs = packs[(packs["presented_date"] == "") & (packs["due_date"] < "2026-11-14")]
    assert list(open_packs["urn"]) == ["900006"]
    assert ((packs["presented_date"] > packs["due_date"]) & (packs["presented_date"] != "")).sum() >= 5


def test_one_month_closed_below_the_cash_floor() -> None:
    cash = returns("cash")
    assert list(cash[number(cash["closing_cash"]) < number(cash["policy_floor"])]["month"]) == ["2026-04"]


def _balances(urn: str) -> tuple[int, int]:
    rows = returns("budget_monitoring").query("urn == @urn and month == '2026-08'").set_index("line")
    costs = rows.index != "income"
    found = []
    for column in ("budget_full_year", "forecast_full_year"):
        amounts = number(rows[column])
        found.append(int(amounts["income"] - amounts[costs].sum()))
    return found[0], found[1]


def test_a_planned_deficit_and_an_unplanned_one() -> None:
    planned, outcome = _balances("900005")
    assert planned == -85000
    assert outcome > planned
    planned, outcome = _balances("900003")
    assert outcome - planned == -41300


def test_central_services_keep_a_budget_of_their_own() -> None:
    assert "central" in set(returns("budget_monitoring")["urn"])


def test_rillhaven_had_no_review_from_outside_in_2025_26() -> None:
    rows = returns("qa_reviews").query("urn == '900008' and '2025-09-01' <= review_date <= '2026-08-31'")
    assert set(rows["external"]) == {"N"}


def test_few_of_netherquill_s_parents_answered() -> None:
    rows = returns("survey").query(
        "urn == '900006' and respondent == 'parent' and academic_year == '2025/26' and year_group == 'Total'"
    )
    assert (number(rows["answered"]) / number(rows["invited"]) < 0.3).all()


def test_exclusion_files_change_their_names_and_their_rows() -> None:
    old, new = read("exclusions/exc_school_201617_to_201819.csv"), read("exclusions/exc_school_201920_to_202324.csv")
    assert "fixed_excl" in old.columns
    assert "suspension" in new.columns
    assert set(new["time_identifier"]) == {"Autumn term", "Spring term", "Summer term"}
    assert set(old["school_type"]) == {"state-funded primary", "state-funded secondary", "special"}


def test_destinations_tables_name_the_release_not_the_leavers() -> None:
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


# plausible


def test_results_lie_around_england_s() -> None:
    table = pd.read_csv(PUBLISHED / "national_averages.csv")
    england = table.query("measure == 'ks2_mat_exp_pct' and group == 'all'").set_index("year")["value"]
    own = whole(returns("results").query("measure == 'ks2_maths' and urn != '900008'"))
    for year in ("2021/22", "2022/23", "2023/24", "2024/25"):
        rows = own[own["academic_year"] == year]
        rate = 100 * number(rows["total"]).sum() / number(rows["entries"]).sum()
        assert abs(rate - england[year]) < 12


def test_read_me_tells_where_each_case_is() -> None:
    text = (ROOT / "sample_data" / "README.md").read_text("utf-8")
    for word in ("Marlwick", "Osierholt", "Rillhaven", "Fennacre", "Netherquill", "Open Government Licence"):
        assert word in text
