"""Columns that the real extracts do not have, with invented schools and hand-worked figures."""

from __future__ import annotations

import csv

import pytest

FULL_KS4 = {
    "RECTYPE": "1", "URN": "900001", "TPUP": "100", "BPUP": "60", "GPUP": "40", "TFSM6CLA1A": "30",
    "TNOTFSM6CLA1A": "70", "ATT8SCR": "46.2", "P8MEA": "0.1", "P8CILOW": "-0.15", "P8CIUPP": "0.35", "P8PUP": "95",
    "PTL2BASICS_94": "62%", "PTL2BASICS_95": "41%",
    "ATT8SCR_FSM6CLA1A": "36.4", "ATT8SCR_NFSM6CLA1A": "50.4", "ATT8SCR_BOYS": "44", "ATT8SCR_GIRLS": "49.5",
    "P8MEA_FSM6CLA1A": "-0.4", "P8CILOW_FSM6CLA1A": "-0.85", "P8CIUPP_FSM6CLA1A": "0.05", "P8PUP_FSM6CLA1A": "28",
    "P8MEA_GIRLS": "SUPP", "P8CILOW_GIRLS": "SUPP", "P8CIUPP_GIRLS": "SUPP", "P8PUP_GIRLS": "38",
    "PTFSM6CLA1ABASICS_94": "43%", "PTFSM6CLA1ABASICS_95": "20%", "PTNOTFSM6CLA1ABASICS_95": "50%",
    "PBL2BASICS_95": "35%", "PGL2BASICS_95": "50%", "ATT8SCR_17": "45", "ATT8SCR_18": "45.5",
}  # fmt: skip


def test_ks4_groups_have_their_own_cohorts_and_limits(invented, run, by_school):
    produced = run(invented(FULL_KS4, file="england_ks4final.csv"))
    assert set(produced["facts"]["academic_year"]) == {"2018/19"}
    poor = by_school(produced, "attainment8", disadvantage="Y")["900001"]
    assert (poor["published_value"], poor["denominator"]) == (36.4, 30)
    assert poor["numerator"] == pytest.approx(1092)
    progress = by_school(produced, "progress8", disadvantage="Y")["900001"]
    assert (progress["lower"], progress["upper"], progress["denominator"]) == (-0.85, 0.05, 28)
    assert by_school(produced, "progress8", sex="F")["900001"]["code"] == "SUPP"
    assert by_school(produced, "engmath_5", sex="M")["900001"]["numerator"] == pytest.approx(21)
    assert by_school(produced, "engmath_5", sex="F")["900001"]["numerator"] == pytest.approx(20)
    assert by_school(produced, "engmath_5", disadvantage="N")["900001"]["numerator"] == pytest.approx(35)
    assert by_school(produced, "engmath_4", disadvantage="Y")["900001"]["numerator"] == pytest.approx(12.9)
    assert by_school(produced, "engmath_4", disadvantage="N") == {}


def test_every_ks4_column_that_is_read_is_in_the_dictionary(real, every_layout):
    with (real / "ks4/2018-2019_ks4_final_meta.csv").open(encoding="utf-8-sig", newline="") as stream:
        named = {cell.strip() for row in csv.reader(stream) for cell in row}
    layout = next(each for each in every_layout if each.id == "ks4_wide")
    assert [column.name for column in layout.columns if column.name not in named] == []


def test_percentages_that_excel_keeps_as_fractions_are_read_as_percentages(invented, run, by_school):
    shares = {"PTL2BASICS_94": "0.662", "PTL2BASICS_95": "0.471"}
    school = {"RECTYPE": "1", "URN": "900001", "TPUP": "136", "ATT8SCR": "47.2", **shares}
    none = school | {"URN": "900002", "PTL2BASICS_94": "1", "PTL2BASICS_95": "0"}
    produced = run(invented(school, none), year="2018/19")
    four, five = by_school(produced, "engmath_4"), by_school(produced, "engmath_5")
    assert (four["900001"]["published_value"], five["900001"]["published_value"]) == (66.2, 47.1)
    assert (four["900002"]["published_value"], five["900002"]["published_value"]) == (100.0, 0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"P8CILOW": "0.2"}, "P8MEA lies outside P8CILOW and P8CIUPP"),
        ({"P8PUP": "101"}, "P8PUP is more than TPUP"),
        ({"ATT8SCR": "462"}, "is out of range"),
    ],
)
def test_impossible_ks4_figures_are_found_with_their_row(invented, findings, change, message):
    found = findings(invented(FULL_KS4 | {"URN": "900002"}, FULL_KS4 | change))
    assert len(found) == 1
    assert message in found[0]
    assert "row 3" in found[0]


def test_a_school_with_two_rows_is_found(invented, findings):
    assert ["row 3" in f and "another row" in f for f in findings(invented(FULL_KS4, FULL_KS4))] == [True]


FULL_KS5 = {
    "RECTYPE": "1", "URN": "900001", "VA_INS_ALEV": "0.2", "LCI_INS_ALEV": "0.05", "UCI_INS_ALEV": "0.35",
    "TALLPPE_ALEV_1618": "34.5", "TALLPUP_ALEV_1618": "80", "VA_INS_ALEV_DIS": "-0.1", "LCI_INS_ALEV_DIS": "-0.5",
    "UCI_INS_ALEV_DIS": "0.3", "TALLPUP_ALEV_1618_DIS": "12", "VA_INS_AGEN": "SUPP", "TALLPPE_AGEN": "28.4",
    "TALLPUP_AGEN": "20", "VA_INS_ACAD": "0.15", "TALLPUP_ACAD_1618": "85", "VA_INS_TechCert": "NE",
}  # fmt: skip
COUNTRY = FULL_KS5 | {"RECTYPE": "5", "URN": "", "VA_INS_ALEV": "", "TALLPPE_ALEV_1618": "32.87"}


def test_value_added_comes_by_cohort_and_the_undivided_figure_is_the_a_level_one(invented, run, by_school):
    produced = run(invented(FULL_KS5, COUNTRY), year="2018/19")
    for cohort in ("Total", "A level"):
        fact = by_school(produced, "post16_va", cohort=cohort)["900001"]
        assert (fact["published_value"], fact["lower"], fact["upper"]) == (0.2, 0.05, 0.35)
        assert (fact["numerator"], fact["denominator"]) == (pytest.approx(16), 80)
        assert "weighted by students" in fact["detail"]
    assert by_school(produced, "post16_va", cohort="Academic")["900001"]["denominator"] == 85
    assert by_school(produced, "post16_va", cohort="Applied general")["900001"]["code"] == "SUPP"
    assert by_school(produced, "post16_va", cohort="Technical certificate")["900001"]["code"] == "NE"
    assert by_school(produced, "post16_va", disadvantage="Y")["900001"]["denominator"] == 12
    assert by_school(produced, "alevel_aps")["900001"]["published_value"] == 34.5
    assert by_school(produced, "alevel_aps", cohort="Applied general")["900001"]["published_value"] == 28.4
    country = produced["national"]
    points = country[(country["measure"] == "alevel_aps") & (country["cohort"] == "Total")]
    assert points["published_value"].tolist() == [32.87]
    assert set(country["phase"]) == {"16-19"}


STUDENTS = {
    "RECTYPE": "1", "URN": "900001", "TOT_COHORT": "50", "TOT_NOT_SUSTAINED": "4", "TOT_NOT_SUSTAINEDPER": "8%",
    "TOT_NOT_CAPTURED": "1", "L3_COHORT": "40", "L3_NOT_SUSTAINED": "2", "L3_NOT_SUSTAINEDPER": "5%",
    "L3_NOT_CAPTURED": "1", "L2_COHORT": "SUPP", "L2_NOT_SUSTAINED": "SUPP", "L2_NOT_SUSTAINEDPER": "SUPP",
    "L2_NOT_CAPTURED": "SUPP", "L3_COHORT_DIS": "10", "L3_NOT_SUSTAINED_DIS": "1",
    "L3_NOT_SUSTAINEDPER_DIS": "10%", "L3_NOT_CAPTURED_DIS": "0",
}  # fmt: skip


def test_destinations_after_16_18_study_come_by_level(invented, run, by_school):
    produced = run(invented(STUDENTS, file="2018-2019_england_ks5-studest.csv"))
    neet, both = by_school(produced, "y13_neet"), by_school(produced, "y13_neet_or_unknown")
    assert (neet["900001"]["numerator"], neet["900001"]["denominator"]) == (4, 50)
    assert both["900001"]["numerator"] == 5
    assert by_school(produced, "y13_neet_or_unknown", level="3")["900001"]["numerator"] == 3
    assert by_school(produced, "y13_neet", level="2")["900001"]["code"] == "SUPP"
    assert by_school(produced, "y13_neet_or_unknown", level="2")["900001"]["code"] == "SUPP"
    assert by_school(produced, "y13_neet", level="3", disadvantage="Y")["900001"]["published_value"] == 10
    assert set(produced["facts"]["academic_year"]) == {"2016/17"}


def test_destinations_that_do_not_add_up_are_found(invented, findings):
    leavers = {
        "RECTYPE": "1", "URN": "900001", "COHORT": "100", "OVERALL_DEST": "90", "OVERALL_DESTPER": "90%",
        "NOT_SUSTAINED": "5", "NOT_SUSTAINEDPER": "5%", "UNKNOWN": "4", "UNKNOWNPER": "4%",
    }  # fmt: skip
    found = findings(invented(leavers))
    assert len(found) == 1
    assert "OVERALL_DEST + NOT_SUSTAINED + UNKNOWN is not COHORT" in found[0]


def test_the_later_census_with_percent_signs_and_blanks_reads_the_same(invented, run, by_school, findings):
    school = {
        "URN": "900001", "LA": "999", "ESTAB": "2000", "SCHOOLTYPE": "State-funded primary", "NOR": "200",
        "PNORG": "50.7%", "TSENELSE": "4", "PSENELSE": "2.0%", "TSENELK": "26", "PSENELK": "13.0%",
        "NUMFSMEVER": "50", "PNUMFSMEVER": "27.9%",
    }  # fmt: skip
    blank = school | {"URN": "900002", "NUMFSMEVER": "", "TSENELK": ""}
    table = invented(school, blank, file="2020-2021_england_census.csv")
    produced = run(table)
    assert findings(table) == []
    assert by_school(produced, "roll_disadvantaged")["900001"]["numerator"] == 50
    assert by_school(produced, "roll_send")["900001"]["numerator"] == 30
    assert "900002" not in by_school(produced, "roll_send")
    assert set(produced["facts"]["academic_year"]) == {"2020/21"}


def test_more_pupils_with_send_than_on_roll_is_found(invented, findings):
    school = {
        "URN": "900001", "LA": "999", "ESTAB": "2000", "NOR": "20", "TSENELSE": "14", "TSENELK": "7", "NUMFSMEVER": "3",
    }  # fmt: skip
    assert ["TSENELSE + TSENELK is more than NOR" in f for f in findings(invented(school))] == [True]


def test_the_old_absence_table_gives_no_persistent_absence(invented, run):
    row = {"LA": "999", "ESTAB": "2000", "URN": "900001", "PERCTOT": "4.05", "PPERSABS15": "3"}
    facts = run(invented(row, file="2014-2015_england_abs.csv"))["facts"]
    assert facts["measure"].tolist() == ["attendance"]
    assert facts["published_value"].tolist() == [95.95]


TEACHERS = {
    "URN": "900001", "School Phase": "Primary", "Total School Workforce (Headcount)": "30",
    "Total Number of Teachers (Headcount)": "12", "Teachers with Qualified Teacher Status (%) (Headcount)": "100",
}  # fmt: skip
BEFORE = "Average Number of Days Lost to Teacher Sickness Absence (All Teachers in School)"


@pytest.mark.parametrize(
    ("column", "more", "year"),
    [
        (f"{BEFORE} in 2023/24 ", {}, "2023/24"),
        (BEFORE, {"sheet": "Schools 2022"}, "2021/22"),
        (BEFORE, {"preamble": ("School workforce census, November 2019",)}, "2018/19"),
    ],
)
def test_sickness_is_filed_under_the_year_before_the_census(invented, run, by_school, column, more, year):
    produced = run(invented(TEACHERS | {column: "4.5"}, TEACHERS | {"URN": "900002", column: "x"}, **more))
    days = by_school(produced, "teacher_sickness_days")
    assert days["900001"]["academic_year"] == year
    assert (days["900001"]["published_value"], days["900001"]["denominator"]) == (4.5, 12)
    assert days["900001"]["numerator"] == pytest.approx(54)
    assert days["900002"]["code"] == "X"


def test_a_workforce_table_without_sickness_is_refused(invented, findings):
    assert ["average number of days lost" in f for f in findings(invented(TEACHERS))] == [True]


def test_national_rows_of_the_workforce_table_keep_their_phase(invented, run):
    ratio = {
        "LA Number": "NAT", "Establishment Number": "SEC", "URN": "", "School Phase": "",
        "Total Number of Teachers (Headcount)": "200,000", "Pupil:     Teacher Ratio": "16.3",
        "Total Number of Teachers (Full-Time Equivalent)": "190,000",
    }  # fmt: skip
    named = ratio | {
        "Establishment Number": "",
        "School Phase": "State-funded primary",
        "Pupil:     Teacher Ratio": "20.9",
    }
    country = run(invented(ratio, named), year="2018/19")["national"]
    assert dict(zip(country["phase"], country["published_value"], strict=True)) == {
        "secondary": 16.3,
        "primary": 20.9,
    }


PLACE = {"time_period": "2025", "time_identifier": "Calendar year", "geographic_level": "National"}
OF_2025 = {
    **PLACE, "Age": "16-17", "Characteristic_grouping": "Total", "Characteristic": "Total", "avgcohort": "1,300,000",
    "avgNEET": "44,200", "avgNEETNK": "72,800", "NEETprop": "3.4", "NEETNKprop": "5.6",
}  # fmt: skip
OF_2026 = {
    **PLACE, "age": "16 to 17", "characteristic_grouping": "Total", "characteristic": "Total",
    "avg_cohort_count": "1300000", "avg_neet_count": "44200", "avg_neet_nk_count": "72800", "neet_percent": "3.4",
    "neet_nk_percent": "5.6",
}  # fmt: skip


@pytest.mark.parametrize("row", [OF_2025, OF_2026])
def test_both_later_spellings_of_the_neet_file_read_the_same(invented, run, row):
    grouping = next(name for name in row if name.lower() == "characteristic_grouping")
    age = next(name for name in row if name.lower() == "age")
    others = [
        row | {grouping: "sex"},
        row | {"geographic_level": "Regional"},
        row | {age: "16"},
    ]
    country = run(invented(row, *others, row | {"time_period": "202324"}))["national"]
    now = country[country["academic_year"] == "2024/25"].set_index("measure")
    assert now["published_value"].to_dict() == {"y11_neet": 3.4, "y11_neet_or_unknown": 5.6}
    assert now["numerator"].to_dict() == {"y11_neet": 44200, "y11_neet_or_unknown": 72800}
    assert sorted(set(country["academic_year"])) == ["2023/24", "2024/25"]


def test_a_neet_file_whose_year_is_no_year_is_found(invented, findings):
    assert ["row 2" in f and "not a year" in f for f in findings(invented(OF_2025 | {"time_period": "latest"}))] == [
        True
    ]


def test_layouts_cope_with_a_table_that_has_no_school_rows(invented, run):
    produced = run(invented(FULL_KS4 | {"RECTYPE": "4", "URN": ""}), year="2018/19")
    assert len(produced["facts"]) == len(produced["national"]) == 0
