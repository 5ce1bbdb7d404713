"""Accounts returns: the real workbook's layout (its values are synthetic) read by openpyxl, and invented schools."""

from __future__ import annotations

import math

import openpyxl
import pytest

from kpi_engine.intake.layouts.aar import central_urn, trust_of

LINES = {
    "teaching": "Teaching staff",
    "supply": "Supply teaching staff",
    "education_support": "Education support staff",
    "admin": "Administrative and clerical staff",
    "premises_staff": "Premises staff",
    "catering_staff": "Catering staff",
    "other_staff": "Other staff",
}


@pytest.fixture
def workbook(real):
    book = openpyxl.load_workbook(real / "finance_layouts/academy_ar.xlsx", data_only=True)

    def rows(sheet: str, key: str):
        lines = book[sheet].iter_rows(values_only=True)
        header = [str(cell).strip() for cell in next(lines)]
        return [r for r in (dict(zip(header, line, strict=True)) for line in lines) if r[key] is not None]

    return rows


@pytest.fixture
def sheets(real, tables):
    return {table.sheet: table for table in tables(real / "finance_layouts/academy_ar.xlsx")}


def test_every_academy_of_the_return_has_its_printed_amounts(sheets, workbook, run, by_school):
    produced = run(sheets["Academies"], year="2022/23")
    rows = workbook("Academies", "URN")
    assert len(rows) == 60
    share, balance = by_school(produced, "staffing_share"), by_school(produced, "in_year_balance")
    per_pupil = by_school(produced, "income_per_pupil")
    lines = {line: by_school(produced, "staffing_share", line=line) for line in LINES}
    for row in rows:
        urn = str(row["URN"])
        assert share[urn]["numerator"] == row["Total Staff Costs"]
        assert share[urn]["denominator"] == row["Total Expenditure"]
        assert balance[urn]["published_value"] == balance[urn]["numerator"] == row["In year balance"]
        assert per_pupil[urn]["numerator"] == row["Total Income"]
        assert per_pupil[urn]["denominator"] == row["Number of pupils in academy (FTE)"]
        for line, column in LINES.items():
            assert lines[line][urn]["numerator"] == row[column]
    assert set(produced["facts"][produced["facts"]["measure"] == "staffing_share"]["series"]) == {"aar"}


def test_central_services_stand_apart_and_name_their_trust(sheets, workbook, run):
    """The sheet's headers end in blanks (``Staff Total ``), and it has one row for every trust."""
    facts = run(sheets["CentralServices"], year="2022/23")["facts"]
    rows = workbook("CentralServices", "UID")
    total = facts[(facts["measure"] == "staffing_share") & (facts["line"] == "Total")]
    assert set(facts["urn"]) == {central_urn(str(row["UID"])) for row in rows}
    found = {trust_of(fact.detail): (fact.numerator, fact.denominator) for fact in total.itertuples()}
    assert found == {
        (str(row["UID"]), str(row["Company Number"])): (row["Staff Total"], row["Total Expenditure"]) for row in rows
    }


def test_central_services_of_a_file_of_one_trust_are_simply_central(sheets, run):
    table = sheets["CentralServices"]
    one = table.where(table.text("UID") == "2060")
    assert set(run(one, year="2022/23")["facts"]["urn"]) == {"central"}


def test_the_benchmark_is_the_sum_over_all_academies_of_the_phase(sheets, workbook, run):
    country = run(sheets["Academies"], year="2022/23")["national"]
    total = country[country["line"] == "Total"].iloc[0]
    rows = workbook("Academies", "URN")
    assert total["phase"] == "secondary"
    assert total["urn"] == "England"
    assert total["numerator"] == sum(row["Total Staff Costs"] for row in rows)
    assert total["denominator"] == sum(row["Total Expenditure"] for row in rows)
    assert set(country["phase"]) == {"secondary"}


def academy(number: int, trust: str, phase: str = "Primary", **more: str) -> dict[str, str]:
    return {
        "URN": str(900000 + number),
        "UID": trust,
        "Overall Phase": phase,
        "Period covered by return": "12",
        "Did Not Supply flag": "NULL",
        "Number of pupils in academy (FTE)": "100",
        "Total Income": "£1,100",
        "Total Staff Costs": "700",
        "Total Expenditure": "1,000",
        "In year balance": "100",
        **dict.fromkeys(LINES.values(), "100"),
    } | more


def test_a_phase_needs_thirty_academies_of_other_trusts(invented, run):
    """40 academies, 11 of them one trust's: 29 are left. With one more elsewhere there are 30."""
    rows = [academy(n, "1" if n < 11 else str(n)) for n in range(40)]
    assert len(run(invented(*rows), year="2022/23")["national"]) == 0
    one_more = run(invented(*rows, academy(40, "40")), year="2022/23")["national"]
    assert one_more[one_more["line"] == "Total"]["denominator"].tolist() == [41_000.0]


def test_a_short_return_and_one_not_supplied_stay_out_of_the_benchmark(invented, run, by_school):
    rows = [academy(n, str(n)) for n in range(32)]
    rows.append(academy(50, "50", **{"Period covered by return": "7"}))
    rows.append(academy(51, "51", **{"Did Not Supply flag": "Y"}))
    rows.append(academy(52, "52", **{"Total Staff Costs": "DNS"}))
    produced = run(invented(*rows), year="2022/23")
    country = produced["national"]
    assert country[country["line"] == "Total"]["denominator"].tolist() == [32_000.0]
    share = by_school(produced, "staffing_share")
    assert share["900050"]["numerator"] == 700
    assert share["900051"]["code"] == share["900052"]["code"] == "DNS"
    assert math.isnan(share["900052"]["numerator"])
    short = by_school(produced, "income_per_pupil")["900050"]
    assert short["code"] == "NOT_APPLICABLE"
    assert "7 months" in short["detail"]


def test_an_academy_that_changed_trust_has_the_sum_of_its_returns(invented, run, by_school):
    five = {
        "Period covered by return": "5",
        "Total Staff Costs": "300",
        "Total Expenditure": "400",
        "Total Income": "500",
    }
    seven = {
        "Period covered by return": "7",
        "Total Staff Costs": "500",
        "Total Expenditure": "600",
        "Total Income": "700",
    }
    produced = run(invented(academy(1, "1", **five), academy(1, "2", **seven), academy(2, "2")), year="2022/23")
    share = by_school(produced, "staffing_share")["900001"]
    assert (share["numerator"], share["denominator"]) == (800, 1000)
    income = by_school(produced, "income_per_pupil")["900001"]
    assert (income["numerator"], income["denominator"]) == (1200, 100)


MAINTAINED = {
    "URN": "900101",
    "Overall Phase": "Primary",
    "Did Not Supply flag": "N",
    "E01 Teaching staff": "400",
    "E02 Supply teaching staff": "20",
    "E03 Education support staff": "150",
    "E04 Premises staff": "30",
    "E05 Administrative and clerical staff": "50",
    "E06 Catering staff": "40",
    "E07 Cost of other staff": "10",
    "E08 Indirect employee expenses": "5",
    "E09 Development and training": "4",
    "E10 Supply teacher insurance": "3",
    "E11 Staff related insurance": "2",
    "E26 Agency supply teaching staff": "16",
    "In-year Balance: Total Income (I01:I18 - E30) - Total Expenditure (E01:E29 + E31 + E32)": "-25",
}
PRINTED = {
    "Staff Total: (E01:E03) + E05 + (E07: E11) + E26": "660",
    "Total Expenditure: (E01:E29 + E31 + E32)": "1000",
}
OLDER = {
    "Total Expenditure  E01 to E29 and E31 to E32 minus I9, I10, I16 and I17": "900",
    "Total Expenditure  E01 to E32": "1000",
}


@pytest.mark.parametrize("totals", [PRINTED, OLDER])
def test_a_maintained_school_is_measured_without_premises_and_catering_staff(invented, run, by_school, totals):
    """400 + 20 + 150 + 50 + (10 + 5 + 4 + 3 + 2) + 16 = 660 of 1,000, printed or added up."""
    produced = run(invented(MAINTAINED | totals, file="CFR_2022-23_Full_Data_Workbook.xlsx"))
    share = by_school(produced, "staffing_share")["900101"]
    assert (share["numerator"], share["denominator"], share["academic_year"]) == (660, 1000, "2022/23")
    assert by_school(produced, "staffing_share", line="premises_staff")["900101"]["numerator"] == 30
    assert by_school(produced, "in_year_balance")["900101"]["published_value"] == -25


def test_a_maintained_school_that_did_not_supply_is_coded(invented, run, by_school):
    absent = MAINTAINED | PRINTED | {"Did Not Supply flag": "Y"} | dict.fromkeys(PRINTED, "DNS")
    assert by_school(run(invented(absent), year="2022/23"), "staffing_share")["900101"]["code"] == "DNS"


def test_a_maintained_return_without_total_expenditure_is_refused(invented, findings):
    (found,) = findings(invented(MAINTAINED))
    assert "no column of total expenditure was found" in found
    assert "begins with 'Total Expenditure'" in found
