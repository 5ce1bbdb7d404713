"""mapping.toml: other systems' names and words become ours, and a wrong mapping says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.errors import SettingsError
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.mapping import read_mapping
from kpi_engine.intake.pipeline import examine

EXPORT = (
    "Register summary,,,,,,,\n"
    "School,Gender,Pupils,Possible,Authorised,Unauthorised,PA,SA\n"
    "900001,Female,100,14000,560,140,15,2\n"
    "900001,Male,110,15400,616,154,16,2\n"
)
MAPPING = """
[pupil_attendance]
file = "SIMS*.csv"

[pupil_attendance.columns]
urn = "School"
sex = "gender"
enrolments = "Pupils"
sessions_possible = "Possible"
sessions_authorised = "Authorised"
sessions_unauthorised = "Unauthorised"
persistent_enrolments = "PA"
severe_enrolments = "SA"

[pupil_attendance.values.sex]
"Female" = "F"
"Male" = "M"

[pupil_attendance.fixed]
academic_year = "2025/26"
period = "Autumn"
"""


def folder(tmp_path: Path, mapping: str, export: str = EXPORT, name: str = "SIMS autumn.csv") -> Path:
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    (tmp_path / name).write_text(export, encoding="utf-8")
    return tmp_path / name


def refusal(tmp_path: Path, mapping: str, export: str = EXPORT) -> str:
    examined = examine([folder(tmp_path, mapping, export)])
    assert not examined.accepted
    (rejection,) = examined.rejected
    assert isinstance(rejection.error, SettingsError)
    return str(rejection.error)


def test_a_mapped_export_is_accepted_with_our_names_words_and_fixed_columns(tmp_path: Path) -> None:
    examined = examine([folder(tmp_path, MAPPING)])
    assert examined.rejected == ()
    (item,) = examined.accepted
    assert item.layout == "return_pupil_attendance"
    assert list(item.table.text("sex")) == ["F", "M"]
    assert list(item.table.text("urn")) == ["900001", "900001"]
    assert list(item.table.text("sessions_possible")) == ["14000", "15400"]
    assert set(item.table.text("academic_year")) == {"2025/26"}
    assert list(item.table.frame.index) == [3, 4]


def test_a_mapping_is_not_a_file_to_load(tmp_path: Path) -> None:
    folder(tmp_path, MAPPING)
    examined = examine([tmp_path])
    assert len(examined.accepted) == 1
    assert examined.passed_over == ()


def test_files_whose_name_does_not_fit_are_left_as_they_are(tmp_path: Path) -> None:
    examined = examine([folder(tmp_path, MAPPING, name="Arbor autumn.csv")])
    assert "'School'" in str(examined.rejected[0].error)


def test_words_that_are_not_listed_stay_and_are_named_by_the_checks(tmp_path: Path) -> None:
    (rejection,) = examine([folder(tmp_path, MAPPING, EXPORT.replace("Male", "Boys"))]).rejected
    assert "row 4, column 'sex'" in str(rejection.error)
    assert "'Boys'" in str(rejection.error)


def test_a_folder_without_mapping_has_none(tmp_path: Path) -> None:
    assert read_mapping(tmp_path, all_layouts()) is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[pupil_attendance]", "[pupil_attendance", ("not valid TOML",)),
        ("pupil_attendance", "pupil_attendence", ("no table called [pupil_attendence]", "pupil_attendance")),
        ("sessions_possible =", "possible_sessions =", ("'possible_sessions'", "sessions_possible")),
        ('"Possible"', "5", ("sessions_possible", "must be text")),
        ('"Possible"', '"Half days"', ("'Half days'", "School, Gender")),
        ('file = "SIMS*.csv"', "file = 3", ("file must be text",)),
        ('file = "SIMS*.csv"', 'files = "SIMS*.csv"', ("'files' is not known",)),
        ('academic_year = "2025/26"', 'urn = "900001"', ("both columns and fixed",)),
        ("[pupil_attendance.values.sex]", "[pupil_attendance.values.send]", ("no column 'send'",)),
        ("[pupil_attendance.values.sex]", "[pupil_attendance.values.house]", ("no column 'house'",)),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    said = refusal(tmp_path, MAPPING.replace(old, new))
    assert said.startswith("mapping.toml")
    for word in words:
        assert word in said


def test_a_column_that_the_export_has_already_is_not_overwritten(tmp_path: Path) -> None:
    export = EXPORT.replace("School,Gender", "School,Gender,Period").replace("900001,", "900001,Spring,")
    export = export.replace("School,Gender,Period", "School,Period,Gender")
    assert "a column 'period' of its own" in refusal(tmp_path, MAPPING, export)
