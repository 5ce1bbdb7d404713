"""Returns as files: the examples of the documentation, and what the column checks refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import Examined, examine

DOCUMENT = (Path(__file__).parents[2] / "docs" / "returns.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```csv (\w+)\n(.*?)```", DOCUMENT, re.DOTALL))


def read(folder: Path, text: str) -> Examined:
    file = folder / "any name.csv"
    file.write_text(text, encoding="utf-8")
    return examine([file])


def test_every_return_has_an_example() -> None:
    assert {f"return_{name}" for name in EXAMPLES} == {
        layout.id for layout in all_layouts() if layout.id.startswith("return_")
    }
    assert len(EXAMPLES) == 18


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_documentations_examples_are_accepted_as_they_stand(tmp_path: Path, name: str) -> None:
    examined = read(tmp_path, EXAMPLES[name])
    assert [str(each.error) for each in examined.rejected] == []
    assert [item.layout for item in examined.accepted] == [f"return_{name}"]
    assert examined.notes == ()
    layout = next(each for each in all_layouts() if each.id == f"return_{name}")
    made = layout.produce(examined.accepted[0])
    assert all(len(frame) > 0 for frame in made.values())


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("cash", "3150000", "n/a", ("row 2", "closing_cash", "n/a", "not a number")),
        ("survey", ",58,52,", ",58,-52,", ("row 2", "answered", "-52", "0 or more")),
        ("survey", "pupil,safe", "pupils,safe", ("row 2", "respondent", "pupils", "pupil, parent, staff")),
        ("suspensions", ",6,4,0,", ",6.5,4,0,", ("row 2", "suspensions", "6.5", "whole number")),
        ("accounts_log", "2025-12-19", "2025-12-39", ("row 2", "due_date", "2025-12-39", "date")),
        ("accounts_log", "2025-12-19", "", ("row 2", "due_date", "must not be empty")),
        ("funding", "900001", "9001", ("row 2", "urn", "9001", "six-digit URN")),
        ("funding", "2025/26", "2025", ("row 2", "academic_year", "2025", "academic year")),
        ("budget_monitoring", "teaching", "teachers", ("row 3", "line", "teachers", "education_support")),
        ("efficiency_checks", ",1,evid", ",11,evid", ("row 2", "check_1_10", "11", "one of 1, 2")),
        ("skills_audit", "Y,4", "Y,5", ("row 2", "level_0_4", "5", "0, 1, 2, 3, 4")),
        ("pupil_attendance", ",5,Total", ",15,Total", ("row 2", "year_group", "15", "R, 1, 2")),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_column_and_value(
    tmp_path: Path, name: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    assert old in EXAMPLES[name]
    examined = read(tmp_path, EXAMPLES[name].replace(old, new, 1))
    (rejection,) = examined.rejected
    assert all(word in str(rejection.error) for word in ("any name.csv", *words)), str(rejection.error)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_row_that_is_given_twice_is_refused(tmp_path: Path, name: str) -> None:
    last = EXAMPLES[name].rstrip("\n").splitlines()[-1]
    examined = read(tmp_path, f"{EXAMPLES[name]}{last}\n")
    (rejection,) = examined.rejected
    assert re.search(r"row \d.*(repeats row|second target)", str(rejection.error)), str(rejection.error)


def test_central_services_have_a_budget_but_no_register(tmp_path: Path) -> None:
    assert read(tmp_path, EXAMPLES["budget_monitoring"].replace("900001", "central")).accepted
    (rejection,) = read(tmp_path, EXAMPLES["pupil_attendance"].replace("900001", "central")).rejected
    assert "central" in str(rejection.error)


def test_a_return_without_its_pupil_columns_is_recognised(tmp_path: Path) -> None:
    text = "urn,academic_year,measure,entries,total\n900001,2024/25,phonics,58,47\n"
    (item,) = read(tmp_path, text).accepted
    assert item.layout == "return_results"


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    text = "urn,month,staff_group,headcount,fte,leavers,reason\n900001,2025-12,teacher,24,21.6,1,retired\n"
    (rejection,) = read(tmp_path, text).rejected
    assert "leavers_within_trust" in str(rejection.error)
