"""The sample trust: made the same every time, small, invented apart from England, in the publishers' formats."""

from __future__ import annotations

import csv
import filecmp
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FILES = ROOT / "sample_data" / "files"
PUBLISHED = ROOT / "sample_data" / "make" / "published"
REAL = ROOT / "tests" / "real"
PUPIL_COLUMNS = ["year_group", "sex", "disadvantage", "send", "looked_after"]
Read = Callable[..., pd.DataFrame]
Returns = Callable[[str], pd.DataFrame]


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


def _names(read: Read) -> set[str]:
    register = read("gias/edubasealldata20261114.csv", "cp1252")
    workbook = pd.read_excel(FILES / "finance/AAR_2023-24_download.xlsx", sheet_name="Academies", engine="openpyxl")
    return {name.casefold() for name in [*register["EstablishmentName"], *workbook["School Name"]]}


def test_no_school_bears_the_name_of_a_real_one(read: Read) -> None:
    columns = ("EstablishmentName", "SCHNAME", "School name", "Group Name", "school_name")
    real: set[str] = set()
    for path in REAL.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
            for row in csv.DictReader(handle):
                real.update(str(row[column]).casefold() for column in columns if row.get(column))
    assert "the aldgate school" in real or len(real) > 20
    assert not _names(read) & real
    assert "wychbourne learning trust" not in real


def test_every_urn_lies_where_the_register_gives_none(read: Read) -> None:
    urns = set(read("gias/edubasealldata20261114.csv", "cp1252")["URN"])
    assert urns
    assert all(900001 <= int(urn) <= 900999 for urn in urns)


@pytest.mark.parametrize(("file", "source"), [("2017-2018", "ks2_2017-2018"), ("2018-2019", "ks2_2018-2019")])
def test_england_s_ks2_rows_are_the_published_ones(read: Read, file: str, source: str) -> None:
    ours = read(f"ks2/{file}_england_ks2final.csv").query("RECTYPE in ['4', '5']")
    theirs = pd.read_csv(PUBLISHED / f"{source}.csv", dtype=str, keep_default_na=False)
    assert ours.reset_index(drop=True).equals(theirs)


def test_england_s_figures_agree_with_the_published_averages(read: Read) -> None:
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


def test_england_s_attendance_of_2025_26_is_the_published_one(read: Read) -> None:
    rows = read("absence/2025-26_attendance_ytd.csv").set_index("education_phase")
    assert set(rows["geographic_level"]) == {"National"}
    assert float(rows.loc["Secondary", "attendance_perc"]) == pytest.approx(91.5102, abs=0.0001)
    assert set(rows["time_period"]) == {"202526"}


# who belongs


def test_group_links_hold_today_s_eight_members_only(read: Read, returns: Returns) -> None:
    links = read("gias/alllinksdata20261114.csv", "cp1252")
    ours = links[(links["Group UID"] == "99001") & (links["Group Type"] == "Multi-academy trust")]
    assert len(ours) == 8
    assert "900009" not in set(ours["URN"])
    left = returns("academies").set_index("urn").loc["900009"]
    assert (left["joined"], left["left"]) == ("2016-09-01", "2021-08-31")


def test_a_sponsor_bears_the_trust_s_name(read: Read) -> None:
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


def test_joined_dates_are_day_first_and_tell_the_two_late_joiners(read: Read) -> None:
    links = read("gias/alllinksdata20261114.csv", "cp1252").drop_duplicates("URN").set_index("URN")
    assert links.loc["900002", "Joined date"] == "01-01-2022"
    assert links.loc["900004", "Joined date"] == "01-01-2026"


def test_marlwick_s_results_stand_under_the_old_urn_until_it_converted(read: Read) -> None:
    links = read("gias/links_edubasealldata20261114.csv", "cp1252")
    assert ((links["URN"] == "900003") & (links["LinkURN"] == "900103") & (links["LinkType"] == "Predecessor")).any()
    for release in ("2016-2017", "2017-2018", "2018-2019"):
        urns = set(read(f"ks2/{release}_england_ks2final.csv")["URN"])
        assert "900103" in urns
        assert "900003" not in urns
    converter = read("ks2/2018-2019_england_ks2final.csv").set_index("URN").loc["900103"]
    assert (converter["URN_AC"], converter["OPEN_AC"]) == ("900003", "20190901")
    assert "900003" in set(read("ks2/2021-2022_ks2_school_attainment_data.csv")["school_urn"])


# formats


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("ks2/2017-2018_england_ks2final.csv", 326),
        ("ks2/2018-2019_england_ks2final.csv", 318),
        ("ks4/2018-2019_england_ks4final.csv", 505),
        ("ks4/2018-2019_england_ks4provisional.csv", 25),
        ("absence/2018-2019_england_abs.csv", 5),
        ("census/2018-2019_england_census.csv", 22),
    ],
)
def test_wide_tables_have_every_column_and_a_byte_order_mark(read: Read, file: str, columns: int) -> None:
    data = (FILES / file).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    assert len(read(file).columns) == columns


def test_tidy_tables_say_their_stage(read: Read) -> None:
    for stage in ("Provisional", "Revised"):
        frame = read(f"ks4/202425_performance_tables_schools_{stage.lower()}.csv")
        assert set(frame["version"]) == {stage}


def test_census_percentages_gain_a_sign(read: Read) -> None:
    assert "%" not in "".join(read("census/2018-2019_england_census.csv")["PNORG"])
    assert all(text.endswith("%") for text in read("census/2020-2021_england_census.csv")["PNORG"])


def test_returns_have_the_columns_of_their_templates(returns: Returns) -> None:
    expected = {
        "academies": "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority",
        "targets": "kpi,scope,academic_year,operator,target,tolerance,owner,source",
        "skills_audit": "body,audit_date,member,skill,required,level_0_4,training_date",
        "governors": "urn,as_at,category,places,filled,oldest_vacancy_date",
        "budget_monitoring": "urn,financial_year,month,line,budget_full_year,budget_ytd,actual_ytd,forecast_full_year",
        "funding": "urn,academic_year,line,amount,pupils",
        "accounts_log": "urn,month,due_date,issued_date,presented_date,presented_to",
        "cash": "month,closing_cash,policy_floor,forecast_3m_low,annual_expenditure",
        "efficiency_checks": "urn,academic_year,check_1_10,status,evidence_date,note",
        "qa_reviews": "urn,review_date,reviewer_organisation,external,scope,outcome",
        "lesson_quality": "urn,academic_year,term,department,reviews,good_or_better",
        "staff_movement": "urn,month,staff_group,headcount,fte,leavers,leavers_within_trust,reason",
        "staff_absence": "urn,month,staff_group,fte,working_days,sick_days,other_absence_days",
    }
    for name, columns in expected.items():
        assert list(returns(name).columns) == columns.split(",")


# plausible


def test_results_lie_around_england_s(returns: Returns) -> None:
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
