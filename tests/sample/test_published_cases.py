"""Hard cases of results and inspections stand in the sample's raw files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FILES = ROOT / "sample_data" / "files"
Read = Callable[..., pd.DataFrame]
Returns = Callable[[str], pd.DataFrame]


def number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text)


# results


def test_nothing_was_published_for_the_two_years_without_exams(returns: Returns) -> None:
    results = returns("results")
    assert not set(results["academic_year"]) & {"2019/20", "2020/21"}
    for folder in ("ks2", "ks4", "ks5"):
        for path in (FILES / folder).glob("*.csv"):
            frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
            if "time_period" in frame and "national" not in path.name:
                assert not set(frame["time_period"]) & {"201920", "202021"}
            assert not path.name.startswith(("2019-2020", "2020-2021"))


def test_a_group_of_four_hides_both_sides_in_the_wide_and_the_tidy_table(read: Read) -> None:
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


def test_four_looked_after_pupils_took_ks2_at_osierholt(returns: Returns) -> None:
    rows = returns("results").query("urn == '900004' and academic_year == '2025/26' and measure == 'ks2_rwm'")
    assert set(rows[rows["looked_after"] == "Y"]["entries"]) == {"4"}


def test_a_special_school_s_cohort_of_five_is_hidden_altogether(read: Read) -> None:
    row = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900008"]
    assert (row["RECTYPE"], row["TELIG"], row["PTRWM_EXP"], row["READPROG"]) == ("2", "SUPP", "SUPP", "SUPP")


def test_a_school_without_year_6_has_a_short_row() -> None:
    with (FILES / "ks2/2018-2019_england_ks2final.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    short = [row for row in rows if len(row) < len(rows[0])]
    assert [(row[4], len(row)) for row in short] == [("900007", 26)]


def test_years_before_stand_in_columns_with_a_suffix(read: Read) -> None:
    later = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900001"]
    before = read("ks2/2017-2018_england_ks2final.csv").set_index("URN").loc["900001"]
    assert later["PTRWM_EXP_18"] == before["PTRWM_EXP"] != ""
    assert {"PTRWM_EXP_16", "READPROG_DESCR_16"} <= set(read("ks2/2016-2017_england_ks2final.csv").columns)


def test_ks2_progress_stops_after_2022_23(read: Read) -> None:
    tidy = read("ks2/2024-2025_ks2_school_attainment_data.csv").query("breakdown == 'Total' and subject == 'Maths'")
    by_year = tidy.groupby("time_period")["progress_measure_score"].agg(set)
    assert by_year["202324"] == by_year["202425"] == {"z"}
    assert len(by_year["202223"] - {"z", "c"}) > 5


def test_there_is_no_progress_8_in_2024_25_and_2025_26(read: Read) -> None:
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
def test_a_later_stage_of_the_same_release_differs(read: Read, first: str, second: str, urn: str, value: str) -> None:
    frames = []
    for name in (first, second):
        frame = read(f"ks4/{name}.csv")
        frame = frame[frame["breakdown"] == "Total"] if "breakdown" in frame else frame
        frames.append(frame[frame[urn] != ""].set_index(urn)[value])
    both = pd.concat(frames, axis=1, keys=["first", "second"]).dropna()
    assert len(both) >= 5
    assert (both["first"] != both["second"]).sum() >= 3


def test_netherquill_s_gap_is_14_2_and_then_15_8_points(read: Read) -> None:
    for name, expected, other in (
        ("202324_information_about_schools_final", "-14.2", 50.0),
        ("202425_information_about_schools_revised", "-15.8", 50.4),
    ):
        about = read(f"ks4/{name}.csv").set_index("school_urn").loc["900006"]
        tables = read("ks4/" + name.replace("information_about", "performance_tables") + ".csv")
        poor = tables[(tables["school_urn"] == "900006") & (tables["breakdown"] == "Disadvantaged")].iloc[0]
        assert about["attainment8_diffn"] == expected
        assert float(poor["attainment8_average"]) - other == pytest.approx(float(expected), abs=0.001)


def test_marlwick_s_gap_closed_because_the_others_fell(returns: Returns) -> None:
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


def test_value_added_returns_in_2023_24(read: Read) -> None:
    tidy = read("ks5/institution_performance_202225_API.csv").query(
        "exam_cohort == 'A level' and disadvantage_status == 'Total'"
    )
    by_year = tidy.groupby("time_period")["value_added"].agg(list)
    assert set(by_year["202122"]) == set(by_year["202223"]) == {"z"}
    assert all(text not in "zcx" for text in by_year["202324"] + by_year["202425"])


# Ofsted


def test_ofsted_s_layouts_differ_as_they_do_in_life(ofsted: Read) -> None:
    first = ofsted("31_August_2019", skiprows=1)
    assert "Quality of teaching, learning and assessment" in first.columns
    (path,) = (FILES / "ofsted").glob("*31_August_2019.csv")
    assert not path.read_text("cp1252").startswith("Web link")
    assert len(ofsted("31_August_2024").columns) == 74
    assert "Overall effectiveness" not in ofsted("31_May_2025").columns
    assert len(ofsted("28_February_2026", "utf-8-sig").columns) == 41
    assert len(ofsted("30_June_2026", "utf-8").columns) == 85


def test_baselines_stand_under_the_predecessors_urns(ofsted: Read) -> None:
    rows = ofsted("31_August_2019", skiprows=1).set_index("URN")
    assert rows.loc["900103", "Overall effectiveness"] == "3"
    assert (rows.loc["900106", "Overall effectiveness"], rows.loc["900106", "Category of concern"]) == ("4", "SM")
    assert "Academy First Section 5" in set(rows["Inspection type"])


def test_codes_for_no_grade_are_all_there(ofsted: Read) -> None:
    old, latest = ofsted("31_August_2024"), ofsted("30_June_2026", "utf-8")
    cells = set(old.to_numpy().ravel()) | set(latest.to_numpy().ravel())
    assert {"9", "NULL", "Not judged", "Not applicable", "School remains Good"} <= cells
    assert "8" in set(ofsted("31_August_2019", skiprows=1)["Early years provision (where applicable)"])


def test_report_cards_stand_beside_old_grades(ofsted: Read) -> None:
    row = ofsted("30_June_2026", "utf-8").set_index("URN").loc["900007"]
    assert row["Leadership and governance"] == "Expected standard"
    assert row["Latest OEIF overall effectiveness"] == "2"
    assert row["Safeguarding standards"] == "Met"


def test_netherquill_s_leadership_requires_improvement(ofsted: Read) -> None:
    rows = ofsted("31_May_2025").set_index("URN")
    assert rows.loc["900006", "Effectiveness of leadership and management"] == "3"


def test_osierholt_has_not_been_inspected_since_it_joined(ofsted: Read) -> None:
    row = ofsted("30_June_2026", "utf-8").set_index("URN").loc["900004"]
    assert row["Inspection start date of latest OEIF graded inspection"] == "07/02/2023"
    assert row["Inspection start date"] == "NULL"
