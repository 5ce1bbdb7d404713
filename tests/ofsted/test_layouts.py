"""Every layout of Ofsted's management information gives the grades that its file prints, and no others."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.errors import WrongContent
from kpi_engine.intake.layouts import ofsted
from kpi_engine.intake.pipeline import Examined, examine

REAL = Path(__file__).parents[1] / "real" / "ofsted"
Produce = Callable[[str, str | bytes], pd.DataFrame]

PRINTED_2024 = {
    "Overall effectiveness": "Overall effectiveness",
    "Quality of education": "Quality of education",
    "Behaviour and attitudes": "Behaviour and attitudes",
    "Personal development": "Personal development",
    "Effectiveness of leadership and management": "Leadership and management",
    "Safeguarding is effective?": "Safeguarding",
    "Early years provision (where applicable)": "Early years",
    "Sixth form provision (where applicable)": "Sixth form",
}
PRINTED_CARDS = {
    "Safeguarding standards": "Safeguarding",
    "Inclusion": "Inclusion",
    "Curriculum and teaching": "Curriculum and teaching",
    "Achievement": "Achievement",
    "Attendance and behaviour": "Attendance and behaviour",
    "Personal development and wellbeing": "Personal development and wellbeing",
    "Early years (where applicable)": "Early years",
    "Post-16 provision (where applicable)": "Post-16 provision",
    "Leadership and governance": "Leadership and governance",
}
ALL_2026 = (
    "URN,School name,Inspection number,Inspection type,Inspection start date,Publication date,"
    "Outcomes for ungraded and monitoring inspections,Safeguarding standards,Inclusion,Curriculum and teaching,"
    "Achievement,Attendance and behaviour,Personal development and wellbeing,Early years (where applicable),"
    "Post-16 provision (where applicable),Leadership and governance\n"
)
ALL_2025 = (
    "URN,School name,Inspection number,Inspection type,Inspection start date,Publication date,"
    "Outcomes for ungraded and monitoring inspections,Quality of education,Behaviour and attitudes,"
    "Personal development,Effectiveness of leadership and management,Safeguarding is effective,"
    "Early years provision (where applicable),Sixth form provision (where applicable),Previous inspection number,"
    "Previous inspection start date,Previous publication date,URN at time of previous inspection,"
    "Previous overall effectiveness\n"
)


def _produced(name: str) -> pd.DataFrame:
    (item,) = examine([REAL / name], layouts=ofsted.LAYOUTS).accepted
    layout = next(each for each in ofsted.LAYOUTS if each.id == item.layout)
    return layout.produce(item)["inspections"]


def _raw(name: str) -> list[dict[str, str]]:
    with (REAL / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _expected(row: dict[str, str], printed: dict[str, str], prefix: str = "") -> dict[str, str]:
    """Area -> grade, straight from a raw row."""
    found = {}
    for column, area in printed.items():
        own = column if not prefix else prefix + column[0].lower() + column[1:]
        cell = row.get(own) or row.get(own.replace("Latest OEIF s", "Latest OEIF  s")) or ""
        if cell not in ("", "NULL", "9", "8", "Not applicable"):
            found[area] = cell
    return found


def _grades(rows: pd.DataFrame, number: str) -> dict[str, str]:
    own = rows[(rows["inspection"] == number) & (rows["grade"] != "")]
    return dict(zip(own["area"], own["grade"], strict=True))


def test_the_grades_of_august_2024_come_out_as_printed() -> None:
    rows = _produced("excerpt_latest_2024-08-31.csv")
    for raw in _raw("excerpt_latest_2024-08-31.csv"):
        number = raw["Inspection number of latest graded inspection"]
        assert _grades(rows, number) == _expected(raw, PRINTED_2024)
    assert set(rows["vintage"]) == {"2024-08-31"}


def test_the_previous_inspections_of_august_2024_come_out_as_printed() -> None:
    rows = _produced("excerpt_latest_2024-08-31.csv")
    for raw in _raw("excerpt_latest_2024-08-31.csv"):
        printed = _expected(raw, PRINTED_2024, "Previous ")
        printed["Overall effectiveness"] = raw["Previous graded inspection overall effectiveness"]
        assert _grades(rows, raw["Previous graded inspection number"]) == printed


def test_trap_grade_9_is_no_grade() -> None:
    rows = _produced("excerpt_latest_2024-08-31.csv")
    assert not set(rows["grade"]) & {"8", "9", "NULL"}
    assert _grades(rows, "ITS425578") == {"Overall effectiveness": "1", "Leadership and management": "1"}


def test_the_report_card_of_june_2026_comes_out_as_printed() -> None:
    rows = _produced("excerpt_latest_2026-06-30.csv")
    raw = next(row for row in _raw("excerpt_latest_2026-06-30.csv") if row["URN"] == "100025")
    assert _grades(rows, "10428056") == _expected(raw, PRINTED_CARDS)
    assert set(rows[rows["inspection"] == "10428056"]["framework"]) == {"report_card"}


def test_the_old_grades_in_june_2026_come_out_as_printed_and_stay_graded() -> None:
    rows = _produced("excerpt_latest_2026-06-30.csv")
    for raw in _raw("excerpt_latest_2026-06-30.csv"):
        number = raw["Inspection number of latest OEIF graded inspection"]
        if number != "NULL":
            assert _grades(rows, number) == _expected(raw, PRINTED_2024, "Latest OEIF ")
            assert set(rows[rows["inspection"] == number]["framework"]) == {"graded"}


def test_an_ungraded_inspection_is_one_row_with_its_outcome() -> None:
    rows = _produced("excerpt_latest_2026-06-30.csv").set_index("inspection")
    visit = rows.loc["10345615"]
    assert (visit["graded"], visit["area"], visit["grade"]) == ("N", "Outcome", "")
    assert (visit["outcome"], visit["start_date"], visit["published_date"]) == (
        "Standards maintained",
        "2024-12-18",
        "2025-01-29",
    )


def test_a_school_without_an_inspection_gives_no_row(produced: Produce) -> None:
    rows = produced(
        "all.csv",
        ALL_2026 + "900003,Marlwick,NULL,NULL,NULL,NULL,NULL" + ",NULL" * 9 + "\n"
        "900001,Quillbrook,10500001,S5 Inspection,12/01/2026,10/02/2026,NULL,Met" + ",Strong standard" * 8 + "\n",
    )
    assert set(rows["urn"]) == {"900001"}


def test_all_inspections_of_2026_are_report_cards(produced: Produce) -> None:
    rows = produced(
        "all_inspections_28_Feb_2026.csv",
        ALL_2026 + "900003,Marlwick,10500001,Academy First Section 5,12/01/2026,10/02/2026,,Met,Strong standard,"
        "Expected standard,Needs attention,Expected standard,Strong standard,Exceptional,Not applicable,"
        "Expected standard\n"
        "900001,Quillbrook,10500002,Monitoring,14/01/2026,11/02/2026,Taking effective action to tackle… ,"
        + ",".join(["NULL"] * 9)
        + "\n",
    )
    grades = _grades(rows, "10500001")
    assert grades["Safeguarding"] == "Met"
    assert grades["Achievement"] == "Needs attention"
    assert "Post-16 provision" not in grades
    assert list(rows[rows["inspection"] == "10500002"]["graded"]) == ["N"]
    assert set(rows["inspection_type"]) == {"Academy First Section 5", "Monitoring"}
    assert set(rows["vintage"]) == {"2026-02-11"}


def test_all_inspections_of_2025_have_no_overall_grade_but_keep_the_previous_one(produced: Produce) -> None:
    rows = produced(
        "all_inspections_31_May_2025.csv",
        ALL_2025 + "900003,Marlwick,10300001,S5 Inspection,12/11/2024,10/12/2024,NULL,2,1,2,2,Yes,2,9,ITS100001,"
        "03/03/2015,01/04/2015,900103,2\n",
    )
    assert _grades(rows, "10300001") == {
        "Quality of education": "2",
        "Behaviour and attitudes": "1",
        "Personal development": "2",
        "Leadership and management": "2",
        "Safeguarding": "Yes",
        "Early years": "2",
    }
    previous = rows[rows["inspection"] == "ITS100001"].iloc[0]
    assert (previous["urn"], previous["school_urn"], previous["start_date"]) == ("900103", "900003", "2015-03-03")
    assert _grades(rows, "ITS100001") == {"Overall effectiveness": "2"}


def test_files_of_2015_to_2019_have_a_title_row_and_older_areas(produced: Produce) -> None:
    text = (
        "Management information - state-funded schools - 1 September 2015 to 31 August 2019,,,,,,,,,,,,\n"
        "Academic year,URN,School name,Inspection number,Inspection type,Inspection start date,Inspection end date,"
        "Publication date,Outcomes for S8 inspections that did not convert,Overall effectiveness,"
        "Category of concern,Effectiveness of leadership and management,"
        '"Quality of teaching, learning and assessment","Personal development, behaviour and welfare",'
        "Outcomes for pupils,Early years provision (where applicable),"
        "16 to 19 study programmes (where applicable),Is safeguarding effective?\n"
        "2017/18,900106,Netherquill,10000001,S5 Inspection,12/06/2018,13/06/2018,11/07/2018,NULL,3,NULL,2,3,2,3,9,2,"
        "Yes\n"
        "2018/19,900106,Netherquill,10000002,Section 8,12/06/2019,12/06/2019,11/07/2019,School remains Good,9,NULL,"
        "9,9,9,9,9,9,9\n"
    )
    rows = produced("Management_information_1_September_2015_to_31_August_2019.csv", text)
    assert _grades(rows, "10000001") == {
        "Overall effectiveness": "3",
        "Leadership and management": "2",
        "Quality of teaching, learning and assessment": "3",
        "Personal development, behaviour and welfare": "2",
        "Outcomes for pupils": "3",
        "16 to 19 study programmes": "2",
        "Safeguarding": "Yes",
    }
    visit = rows[rows["inspection"] == "10000002"].iloc[0]
    assert (visit["graded"], visit["outcome"]) == ("N", "School remains Good")
    assert set(rows["vintage"]) == {"2019-07-11"}  # not the date with which the file's name begins


def test_the_previous_full_inspections_of_2022_are_found_under_their_old_column_names(produced: Produce) -> None:
    text = (
        "URN,Inspection number of latest full inspection,Inspection type,Inspection start date,Publication date,"
        "URN at time of latest full inspection,Overall effectiveness,Quality of education,"
        "Effectiveness of leadership and management,Safeguarding is effective?,Previous full inspection number,"
        "Previous inspection start date,Previous publication date,URN at time of previous full inspection,"
        "Previous full inspection overall effectiveness,Date of latest section 8 inspection,"
        "Latest section 8 inspection number since last full inspection,Section 8 inspection overall outcome\n"
        "900003,10200001,S5 Inspection,10/05/2022,08/06/2022,900003,2,2,2,Yes,10100001,05/03/2015,01/04/2015,900103,1,"
        "01/06/2021,10150001,School remains Good\n"
    )
    rows = produced("as_at_31_Aug_2022.csv", text)
    assert _grades(rows, "10100001") == {"Overall effectiveness": "1"}
    assert rows[rows["inspection"] == "10100001"]["urn"].iloc[0] == "900103"
    assert rows[rows["inspection"] == "10150001"]["outcome"].iloc[0] == "School remains Good"


def test_windows_1252_and_two_spaces_in_a_header_are_read(produced: Produce) -> None:
    text = (
        "URN,Inspection number of latest graded inspection,Event type grouping,Inspection start date,"
        "Overall  effectiveness,Effectiveness of leadership and management,Safeguarding is effective\r\n"
        "900003,10300001,Schools – Section 8 conversion,12/06/2024,2,2,Yes\r\n"
    )
    rows = produced("latest_31_Aug_2024.csv", text.encode("cp1252"))
    assert _grades(rows, "10300001")["Overall effectiveness"] == "2"


def test_not_judged_overall_is_no_grade(produced: Produce) -> None:
    text = (
        "URN,Inspection number of latest graded inspection,Inspection start date,Overall effectiveness,"
        "Effectiveness of leadership and management\n900003,10300001,12/11/2024,Not judged,2\n"
    )
    assert _grades(produced("latest.csv", text), "10300001") == {"Leadership and management": "2"}


@pytest.mark.parametrize(
    ("column", "value"), [("Inclusion", "Superb"), ("Inspection start date", "31/02/2026"), ("Achievement", "2")]
)
def test_an_unknown_grade_or_date_refuses_the_file_and_names_the_cell(
    load: Callable[[str, str], Examined], column: str, value: str
) -> None:
    cells = dict(zip(ALL_2026.strip().split(","), ["900003", "Marlwick", "10500001", "S5", "12/01/2026", "10/02/2026",
                                                   "", "Met", *["Strong standard"] * 8], strict=True))  # fmt: skip
    cells[column] = value
    (rejection,) = load("all.csv", ALL_2026 + ",".join(cells.values()) + "\n").rejected
    assert isinstance(rejection.error, WrongContent)
    assert [(each.row, each.column, each.value) for each in rejection.error.findings] == [(2, column, value)]


def test_an_inspection_without_any_date_is_reported(load: Callable[[str, str], Examined]) -> None:
    row = "900003,Marlwick,10500001,S5 Inspection,NULL,NULL,NULL,Met" + ",Strong standard" * 8 + "\n"
    examined = load("all.csv", ALL_2026 + row)
    assert [(note.row, note.value) for note in examined.notes] == [(2, "10500001")]


def test_old_vintages_are_never_replaced() -> None:
    assert all(layout.keeps_vintages and not layout.one_year for layout in ofsted.LAYOUTS)
