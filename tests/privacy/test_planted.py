"""Names, pupil numbers, birth dates and addresses planted in input files are nowhere afterwards: not in a file of the
data folder or a backup, not in what a command says or logs, not in an answer, not in the trail.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from kpi_engine import log
from kpi_engine.intake.layout import Kind
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.personal import LONGEST
from kpi_engine.intake.pipeline import examine

from .conftest import (
    ADDRESS,
    BORN,
    BORN_UK,
    EXAMPLES,
    FORENAME,
    INSURANCE,
    NAME,
    OTHER,
    PLANTED,
    SURNAME,
    UPN,
    Place,
    Rows,
    found,
    rows_of,
    texts_in,
    write,
)

BESIDE = {
    "forename": FORENAME,
    "Surname": SURNAME,
    "UPN": UPN,
    "dob": BORN,
    "date of birth": BORN_UK,
    "e-mail": ADDRESS,
    "NI number": INSURANCE,
    "comment": f"{NAME}, born {BORN_UK}, {ADDRESS}",
}
"""Columns that somebody leaves in an export."""

LABELS = {
    ("academies", "name"),
    ("academies", "local_authority"),
    ("targets", "owner"),
    ("targets", "source"),
    ("suspensions", "reason"),
    ("staff_movement", "reason"),
    ("accounts_log", "presented_to"),
    ("skills_audit", "skill"),
    ("governors", "category"),
    ("qa_reviews", "reviewer_organisation"),
    ("qa_reviews", "scope"),
    ("qa_reviews", "outcome"),
    ("lesson_quality", "department"),
}
"""Free text that a page shows. A name there cannot be told from other words; docs/returns.md says what to write."""

PATTERNED = {
    ("pupil_attendance", "period"),
    ("budget_monitoring", "month"),
    ("cash", "month"),
    ("accounts_log", "month"),
    ("staff_movement", "month"),
    ("staff_absence", "month"),
    ("targets", "kpi"),
    ("targets", "scope"),
}
"""Text that must have a form, or be one of the catalogue's or the trust's own words."""

NOT_KEPT = {("skills_audit", "member"), ("efficiency_checks", "note")}
"""Shortened to initials; emptied."""


@pytest.fixture(autouse=True)
def quiet_afterwards():
    yield
    log.set_up("warning")
    logging.getLogger(log.NAME).propagate = True


def beside(rows: Rows, front: bool) -> Rows:
    """The table with columns about a person in front of its own or behind them."""
    extra = [list(BESIDE), *([list(BESIDE.values())] * (len(rows) - 1))]
    return [[*more, *row] if front else [*row, *more] for row, more in zip(rows, extra, strict=True)]


def ask_everything(place: Place) -> None:
    """Every way in which a person gets an answer from the command line."""
    assert place.run("status", "--format", "json").code == 0
    assert place.run("status").code == 0
    for form in ("json", "csv", "table"):
        assert place.run("results", "--format", form).code == 0
    for kpi, dimension in (
        ("governing-skills", "skill"),
        ("governing-skills", "member"),
        ("external-reviews", "review"),
        ("suspensions", "reason"),
        ("pupil-attendance", "sex"),
    ):
        place.run("results", "--kpi", kpi, "--by", dimension, "--format", "json")
    assert place.run("backup", "kept.zip").code == 0
    assert place.run("trail", "--format", "json").code == 0


@pytest.mark.parametrize(("kind", "front"), [("csv", True), ("xlsx", False), ("parquet", True)])
def test_columns_about_people_are_nowhere_afterwards(place: Place, tmp_path: Path, kind: str, front: bool) -> None:
    given = tmp_path / "given"
    for name, text in EXAMPLES.items():
        write(given, name, beside(rows_of(text), front), kind)
    assert found(PLANTED, texts_in(given)), "they are in what is given"
    assert place.run("check", given).code == 0
    ran = place.run("load", given)
    assert ran.code == 0, ran.said
    assert "are none of this table's and not kept" in ran.said
    told = json.loads(place.run("status", "--format", "json").said.split("\n20")[0])
    assert len(told["files"]) == len(EXAMPLES) == 20
    ask_everything(place)
    assert found(PLANTED, place.everything()) == []


def test_the_search_would_find_them_in_each_kind_of_file(place: Place, tmp_path: Path) -> None:
    """A search that finds nothing is worth nothing unless it can find something."""
    given = tmp_path / "given"
    rows = rows_of(EXAMPLES["lesson_quality"])
    department = rows[0].index("department")
    for row in rows[1:]:
        row[department] = SURNAME
    write(given, "lessons", rows)
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    assert place.run("load", given).code == 0
    ask_everything(place)
    places = {
        hit.split(" in ")[1].split(" ")[0].split("/")[-1].split(".")[-1] for hit in found([SURNAME], place.everything())
    }
    assert {"parquet", "duckdb"} <= places
    assert any("kept.zip/inputs" in hit for hit in found([SURNAME], place.everything()))


def test_a_pupils_id_that_is_a_upn_is_only_kept_as_a_hash(place: Place, tmp_path: Path) -> None:
    given = tmp_path / "given"
    for name in ("academies", "pupils", "attendance_marks"):
        write(given, name, rows_of(EXAMPLES[name]))
    assert place.run("load", given).code == 0
    ask_everything(place)
    assert found((UPN, OTHER), texts_in(given))
    assert found((UPN, OTHER), place.everything()) == []


def test_every_text_of_the_trusts_own_files_is_one_of_those_that_were_thought_about() -> None:
    own = [layout for layout in all_layouts() if layout.own_return and layout.masked is None]
    texts = {(each.id.removeprefix("return_"), c.name) for each in own for c in each.columns if c.kind is Kind.TEXT}
    assert texts == LABELS | PATTERNED | NOT_KEPT


def with_cell(name: str, column: str, value: str) -> Rows:
    rows = rows_of(EXAMPLES[name])
    rows[1][rows[0].index(column)] = value
    return rows


def refused(folder: Path, rows: Rows) -> str:
    examined = examine([write(folder, "return", rows)])
    assert not examined.accepted
    return "\n".join(str(each.error) for each in examined.rejected)


ABOUT = (UPN, f"see {ADDRESS}", INSURANCE, f"born {BORN_UK}", BORN, f"{NAME} ({UPN.lower()})")


@pytest.mark.parametrize(("name", "column"), sorted(LABELS))
def test_what_is_plainly_about_a_person_is_refused_in_free_text_and_not_repeated(
    tmp_path: Path, name: str, column: str
) -> None:
    for value in ABOUT:
        if (name, column) == ("targets", "source") and value in (BORN, f"born {BORN_UK}"):
            continue  # the day of a decision may stand there
        said = refused(tmp_path, with_cell(name, column, value))
        assert f"row 2, column '{column}': the text holds " in said
        assert not [each for each in PLANTED if each.lower() in said.lower()]
    assert f"more than {LONGEST} characters" in refused(tmp_path, with_cell(name, column, "x" * (LONGEST + 1)))


@pytest.mark.parametrize(("name", "column"), sorted(PATTERNED - {("targets", "kpi"), ("targets", "scope")}))
def test_text_that_must_have_a_form_takes_nothing_about_a_person(tmp_path: Path, name: str, column: str) -> None:
    for value in ABOUT:
        if value == BORN and column == "month":
            continue
        said = refused(tmp_path, with_cell(name, column, value))
        assert f"row 2, column '{column}'" in said
        assert not [each for each in (UPN, ADDRESS, INSURANCE) if each.lower() in said.lower()]


def test_a_month_that_is_given_as_a_day_keeps_no_day(place: Place, tmp_path: Path) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    write(given, "cash", with_cell("cash", "month", "2014-02-11"))
    assert place.run("load", given).code == 0
    assert found(("2014-02-11",), place.everything()) == []
    assert found(("2014-02",), texts_in(place.folder))


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("qa_reviews", "outcome", ADDRESS),
        ("targets", "kpi", UPN),
        ("targets", "scope", UPN),
        ("governors", "category", BORN),
    ],
)
def test_a_load_that_is_refused_for_it_leaves_nothing_behind(
    place: Place, tmp_path: Path, name: str, column: str, value: str
) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    write(given, name, with_cell(name, column, value))
    for command in ("check", "load"):
        ran = place.run(command, given)
        assert ran.code == 1
        assert f"{name}.csv, row 2, column '{column}'" in ran.said
    assert found(PLANTED, place.everything()) == []


@pytest.mark.parametrize(
    "value", [NAME, NAME.upper(), f"{NAME} (chair)", f"Chair: {NAME}", f"{NAME} {BORN}", ADDRESS, UPN, INSURANCE, BORN]
)
@pytest.mark.parametrize(("name", "column"), sorted(NOT_KEPT))
def test_members_are_kept_as_initials_and_notes_not_at_all(
    place: Place, tmp_path: Path, name: str, column: str, value: str
) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    rows = with_cell(name, column, value)
    write(given, name, rows)
    ran = place.run("load", given)
    assert ran.code == 0, ran.said
    ask_everything(place)
    # The day of the example's own audit or evidence is not the planted one.
    assert BORN not in EXAMPLES[name]
    assert found(PLANTED, place.everything()) == []


def test_two_rows_about_one_member_are_refused_without_the_name(place: Place, tmp_path: Path) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    rows = with_cell("skills_audit", "member", NAME)
    write(given, "skills_audit", [*rows, rows[1]])
    ran = place.run("load", given)
    assert ran.code == 1
    assert "the row repeats row 2" in ran.said
    assert "member MF" in ran.said
    assert found(PLANTED, place.everything()) == []


def test_title_rows_above_a_return_are_not_kept(place: Place, tmp_path: Path) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    rows = rows_of(EXAMPLES["cash"])
    title = [[f"Made by {NAME}", ADDRESS], ["For the board"]]
    write(given, "cash", [*([*each, *[""] * (len(rows[0]) - len(each))] for each in title), *rows])
    assert place.run("load", given).code == 0
    ask_everything(place)
    assert found(PLANTED, place.everything()) == []


@pytest.mark.parametrize("value", [UPN, ADDRESS, INSURANCE])
@pytest.mark.parametrize(
    ("name", "column"),
    [("funding", "amount"), ("funding", "urn"), ("survey", "sex"), ("cash", "month"), ("accounts_log", "due_date")],
)
def test_a_wrong_cell_about_a_person_is_shown_by_its_shape(
    place: Place, tmp_path: Path, name: str, column: str, value: str
) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    write(given, name, with_cell(name, column, value))
    ran = place.run("load", given)
    assert ran.code == 1
    assert f"row 2, column '{column}'" in ran.said
    assert found(PLANTED, place.everything()) == []


def test_a_wrong_word_stays_on_the_terminal_of_whoever_loads(place: Place, tmp_path: Path) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    write(given, "survey", with_cell("survey", "sex", FORENAME))
    assert f"found '{FORENAME}'" in place.run("load", given).said
    lines = [line for line in next(place.everything())[1].splitlines() if " kpi_engine." in line]
    assert lines
    assert not [line for line in lines if FORENAME in line]
    assert found(PLANTED, ((n, t) for n, t in place.everything() if n != "what was said")) == []


GIAS = (
    "URN,LA (name),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),OpenDate,CloseDate,"
    "PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,OfficialSixthForm (name),HeadTitle (name),HeadFirstName,"
    "HeadLastName,HeadHonours,HeadPreferredJobTitle,TelephoneNum,PropsName,Contact e-mail\n"
    "900001,Northshire,Elmfield Academy,Academy converter,Open,01-09-2015,,Primary,4,11,Does not have a sixth form,"
    f"Mr,{FORENAME},{SURNAME},OBE,Headteacher,01234567890,{NAME},{ADDRESS}\n"
)


def test_the_headteachers_whom_the_register_names_are_not_kept(place: Place, tmp_path: Path) -> None:
    given = tmp_path / "given"
    write(given, "academies", rows_of(EXAMPLES["academies"]))
    write(given, "edubasealldata20260701", rows_of(GIAS))
    ran = place.run("load", given)
    assert ran.code == 0, ran.said
    ask_everything(place)
    assert found((*PLANTED, "01234567890"), place.everything()) == []
    kept = [text for name, text in place.everything() if "metadata" in name and "OfficialSixthForm" in text]
    assert kept
    assert all("EstablishmentStatus (name)" in text for text in kept), "what is not about people may be read one day"
