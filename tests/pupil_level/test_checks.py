"""What is refused or pointed out in the two extracts: by file, row, count and value, and never by pupil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi_engine.errors import WrongContent
from kpi_engine.intake.layouts.ees_reasons import DAILY
from kpi_engine.intake.pipeline import examine
from kpi_engine.intake.register_codes import BY_CODE, CODES, REASONS, Counts
from kpi_engine.warehouse import undo
from kpi_engine.warehouse.folder import LoadReport, load, open_store

from .conftest import Files, errors, stored
from .test_oracle import APPROVED, AUTHORISED, NOT_COUNTED, PRESENT, UNAUTHORISED

Load = Callable[..., LoadReport]
PUPILS = ("AAAA11,900001,2025/26,5,F,Y,N,N,2025-09-01,", "BBBB22,900001,2025/26,6,M,N,K,N,2025-09-01,2026-02-13")
MARKS = ("AAAA11,900001,2025-11-03,AM,/", "AAAA11,900001,2025-11-03,PM,\\", "BBBB22,900001,2025-11-03,AM,I")


def test_the_codes_are_those_of_the_guidance() -> None:
    counts = {kind: {code for code, each in BY_CODE.items() if each.counts is kind} for kind in Counts}
    assert counts == {
        Counts.PRESENT: PRESENT,
        Counts.APPROVED: APPROVED,
        Counts.AUTHORISED: set(AUTHORISED),
        Counts.UNAUTHORISED: set(UNAUTHORISED),
        Counts.NOT_COUNTED: NOT_COUNTED,
    }
    assert len(BY_CODE) == len(CODES)
    assert {each.code for each in CODES if each.since} == {
        "C1", "C2", "J1", "K", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7",
    }  # fmt: skip
    assert {each.code for each in CODES if each.until} == {"H", "J", "Y"}


def test_reasons_have_the_names_of_the_published_daily_series() -> None:
    assert set(REASONS) == set(DAILY.values()) - {"Total", "Authorised absence", "Unauthorised absence"}


def refused(files: Files, *marks: str) -> str:
    return errors(files.marks(marks))


@pytest.mark.parametrize("how", ["csv", "parquet"])
def test_an_unknown_code_is_named_with_its_first_row_and_how_often(files: Files, how: str) -> None:
    rows = [*MARKS, "BBBB22,900001,2025-11-03,PM,F", "AAAA11,900001,2025-11-04,AM,F", "AAAA11,900001,2025-11-04,PM,qq"]
    path = files.marks(rows)
    if how == "parquet":
        path = as_parquet(files, rows)
    said = errors(path).splitlines()
    assert said[0].startswith(
        f"{path.name}, row 5, column 'code': this is not a code of the attendance register, in 2 "
    )
    assert "found 'F'" in said[0]
    assert said[1].startswith(f"{path.name}, row 7, column 'code'")
    assert "found 'qq'" in said[1]
    assert "C1 C2" in said[0]


def as_parquet(files: Files, rows: list[str] | tuple[str, ...], name: str = "marks.parquet") -> Path:
    columns = zip(*(row.split(",") for row in rows), strict=True)
    names = ("pupil", "urn", "date", "session", "code")
    pq.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), files.folder / name)
    return files.folder / name


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("AAAA11,90001,2025-11-04,AM,/", ("row 5", "'urn'", "'99999'", "six-digit URN")),
        ("AAAA11,900001,04/11/2025,AM,/", ("row 5", "'date'", "'99/99/9999'", "2025-11-03")),
        ("AAAA11,900001,2025-02-30,AM,/", ("row 5", "'date'", "not a date of the calendar")),
        ("AAAA11,900001,2025-11-04,Eve,/", ("row 5", "'session'", "'Eve'", "AM or PM")),
        (",900001,2025-11-04,AM,/", ("row 5", "'pupil'", "must not be empty")),
        ("AAAA11,900001,2025-11-04,AM,/,more", ("row 5", "more than the 5 fields")),
    ],
)
def test_a_wrong_cell_is_named(files: Files, row: str, words: tuple[str, ...]) -> None:
    said = refused(files, *MARKS, row)
    assert all(word in said for word in ("marks.csv", *words)), said
    assert "AAAA11" not in said


def test_small_letters_spaces_and_whole_floats_are_understood(files: Files) -> None:
    path = files.marks((" AAAA11 ,900001.0,2025-11-03 00:00:00,am,i", "AAAA11,900001,2025-11-03,pm,c2"))
    (item,) = examine([path]).accepted
    registers = item.table.registers
    assert registers is not None
    assert (registers.marks, list(registers.urns), len(registers.pupils)) == (2, ["900001"], 1)


@pytest.mark.parametrize("how", ["csv", "parquet"])
def test_a_half_day_that_is_marked_twice_is_refused_with_both_rows(files: Files, how: str) -> None:
    rows = [*MARKS, "AAAA11,900001,2025-11-04,AM,/", "AAAA11,900001,2025-11-03,PM,I", "AAAA11,900001,2025-11-03,PM,\\"]
    said = errors(files.marks(rows) if how == "csv" else as_parquet(files, rows))
    assert (
        "row 6: 2 marks are for a half-day of a pupil that is marked already; the first is here and repeats row 3"
        in said
    )


def test_the_same_half_day_at_two_academies_is_no_repetition_but_pointed_out(
    files: Files, loaded: Load, root: Path
) -> None:
    files.pupils((*PUPILS, "AAAA11,900002,2025/26,5,F,Y,N,N,,"))
    files.marks((*MARKS, "AAAA11,900002,2025-11-03,AM,/", "AAAA11,900002,2025-11-03,PM,D"))
    report = loaded(files.folder)
    assert ["1 half-days" in each.text for each in report.messages if each.kind == "assumed"] == [True]
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (2, 3, 2)
        assert stored(store, "attendance", urn="900002")[()] == (1, 1, 1)


def test_half_days_without_a_mark_are_not_possible_and_counted_in_a_note(
    files: Files, loaded: Load, root: Path
) -> None:
    files.pupils(PUPILS)
    path = files.marks((*MARKS, "BBBB22,900001,2025-11-03,PM,-", "AAAA11,900001,2025-11-04,AM,"))
    (note,) = examine([path]).notes
    assert (note.row, note.column, note.message.split(" ")[0]) == (5, "code", "2")
    loaded(files.folder)
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (2, 3, 2)


def rejected(files: Files, root: Path, as_at: dt.date | None = None) -> str:
    examined = examine([files.folder])
    assert [str(each.error) for each in examined.rejected] == []
    with pytest.raises(WrongContent) as caught:
        load(examined.accepted, root, as_at=as_at, private=root.parent / "private")
    assert not (root / "current").exists()
    assert not any(id in str(caught.value) for id in ("AAAA11", "BBBB22", "CCCC33"))
    return str(caught.value)


def test_marks_without_a_pupils_file_are_refused_with_the_remedy(files: Files, root: Path) -> None:
    files.marks(MARKS)
    said = rejected(files, root)
    assert "there are marks of 900001 in 2025/26, but no pupils file says who its pupils are in that year" in said
    assert "a pupils file with rows of 900001 and 2025/26" in said


def test_marks_of_another_year_than_the_pupils_file_are_refused(files: Files, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks((*MARKS, "AAAA11,900001,2052-11-03,AM,/"))
    assert "row 5, column 'urn': there are marks of 900001 in 2052/53, but no pupils file" in rejected(files, root)


def test_a_pupil_who_is_not_in_the_pupils_file_is_counted_and_placed_by_row(files: Files, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks(
        (*MARKS, "CCCC33,900001,2025-11-03,AM,/", "CCCC33,900001,2025-11-03,PM,/", "DDDD44,900001,2025-11-03,AM,Z")
    )
    said = rejected(files, root)
    assert "marks.csv, row 5, column 'pupil': 2 marks are of 1 pupil without a row in the pupils file" in said


def test_marks_outside_the_time_on_roll_are_counted_and_placed(files: Files, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks(
        (*MARKS, "BBBB22,900001,2026-02-13,PM,/", "BBBB22,900001,2026-02-16,AM,/", "BBBB22,900001,2026-02-16,PM,O")
    )
    said = rejected(files, root)
    assert "marks.csv, row 4, column 'date': 2 marks are outside the pupil's time on roll" in said
    assert "2026-02-16 AM of the pupil whose marks begin in this row" in said


def test_a_code_that_does_not_count_may_lie_outside_the_time_on_roll(files: Files, loaded: Load) -> None:
    files.pupils(PUPILS)
    files.marks((*MARKS, "BBBB22,900001,2026-02-16,AM,Z"))
    assert loaded(files.folder).changed


def test_a_pupil_who_comes_back_has_two_rows_and_is_one_enrolment(files: Files, loaded: Load, root: Path) -> None:
    files.pupils(
        (
            "AAAA11,900001,2025/26,5,F,N,N,N,2025-09-01,2025-10-24",
            "AAAA11,900001,2025/26,5,F,Y,N,N,2026-01-05,",
        )
    )
    files.marks(("AAAA11,900001,2025-10-24,PM,O", "AAAA11,900001,2026-01-05,AM,/"))
    loaded(files.folder)
    with open_store(root) as store:
        assert stored(store, "severe_absence", "disadvantage") == {"Y": (1, 1, 1)}
    files.marks(("AAAA11,900001,2025-10-24,PM,O", "AAAA11,900001,2025-11-03,AM,/"))
    with pytest.raises(WrongContent, match="1 mark is outside"):
        load(examine([files.folder]).accepted, root, private=root.parent / "private")


def test_marks_after_the_date_of_the_figures_are_refused(files: Files, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks((*MARKS, "AAAA11,900001,2025-11-05,AM,/"))
    said = rejected(files, root, as_at=dt.date(2025, 11, 4))
    assert "row 2, column 'date': 1 marks are of days after 2025-11-04" in said
    assert "2025-11-05 AM" in said


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((*PUPILS, "AAAA11,900001,2025/26,5,F,Y,N,N,2025-11-01,"), ("row 4", "1 row is", "overlaps row 2")),
        ((*PUPILS, "CCCC33,900001,2025/26,5,,Y,N,N,,"), ("row 4", "'sex'", "is empty while other rows")),
        ((*PUPILS, "CCCC33,900001,2025/26,Total,F,Y,N,N,,"), ("row 4", "'year_group'", "R, 1, 2")),
        ((*PUPILS, "CCCC33,900001,2025/26,5,F,Y,N,N,2026-01-05,2025-12-01"), ("row 4", "'to'", "before from")),
        (
            (*PUPILS, "CCCC33,900001,2025/26,5,F,Y,N,N,2026-09-01,"),
            ("row 4", "'from'", "after the row's academic_year"),
        ),
        ((*PUPILS, "CCCC33,900001,2025/26,5,F,Y,N,N,,2025-07-18"), ("row 4", "'to'", "before the row's academic_year")),
        ((*PUPILS, ",900001,2025/26,5,F,Y,N,N,,"), ("row 4", "'pupil'", "must not be empty")),
    ],
)
def test_a_wrong_row_of_the_pupils_file_is_named(files: Files, rows: tuple[str, ...], words: tuple[str, ...]) -> None:
    said = errors(files.pupils(rows))
    assert all(word in said for word in ("pupils.csv", *words)), said
    assert not any(id in said for id in ("AAAA11", "BBBB22", "CCCC33"))


def test_academies_of_others_are_refused(files: Files, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks((*MARKS, "AAAA11,900009,2025-11-03,AM,/", "AAAA11,900009,2025-11-03,PM,/"))
    said = rejected(files, root)
    assert "marks.csv, row 5, column 'urn': the URN is not one of the trust's; 2 marks have it (found '900009'" in said


def test_an_mis_export_is_mapped(files: Files, loaded: Load, root: Path) -> None:
    files.write(
        "mapping.toml",
        """
[attendance_marks.columns]
pupil = "Admission No"
date = "Mark Date"
session = "Half"
code = "Mark"
[attendance_marks.fixed]
urn = "900001"
[attendance_marks.values.session]
"1" = "AM"
"2" = "PM"
""",
    )
    files.pupils(PUPILS)
    table = pa.table(
        {
            "Forename": ["Ann", "Ann", "Ben"],
            "Admission No": ["AAAA11", "AAAA11", "BBBB22"],
            "Mark Date": [dt.date(2025, 11, 3)] * 3,
            "Half": [1, 2, 1],
            "Mark": ["/", "\\", "I"],
        }
    )
    pq.write_table(table, files.folder / "export.parquet")
    loaded(files.folder)
    with open_store(root) as store:
        assert stored(store, "attendance", "sex") == {"F": (2, 2, 1), "M": (0, 1, 1)}


def test_the_whole_year_to_date_replaces_the_file_before_it(files: Files, loaded: Load, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks(MARKS)
    loaded(files.folder)
    files.marks((*MARKS, "AAAA11,900001,2025-11-10,AM,/"))
    report = loaded(files.folder)
    assert "2025/26 attendance marks: a later file replaces an earlier one for 1 academy" in [
        m.text for m in report.messages
    ]
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (3, 4, 2)


def test_a_file_of_the_last_week_alone_is_refused(files: Files, loaded: Load, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks(MARKS)
    first = loaded(files.folder)
    files.marks(("AAAA11,900001,2025-11-10,AM,/",))
    with pytest.raises(WrongContent, match=r"begin on 2025-11-10 AM, but those of marks\.csv.*on 2025-11-03 AM"):
        load(examine([files.folder]).accepted, root, private=root.parent / "private")
    with open_store(root) as store:
        assert store.meta.version == first.version


RETURN = (
    "urn,academic_year,period,enrolments,sessions_possible,sessions_authorised,sessions_unauthorised,"
    "persistent_enrolments,severe_enrolments\n"
    "900001,2025/26,YTD,400,8000,400,100,60,8\n"
    "900001,2025/26,2025-W40,400,4000,200,50,60,8\n"
    "900002,2025/26,YTD,300,6000,300,100,50,6\n"
    "900001,2024/25,Year,390,140000,7000,1000,55,7\n"
)


def test_marks_come_before_the_aggregated_return_of_the_same_academy_and_year(
    files: Files, loaded: Load, root: Path
) -> None:
    files.pupils(PUPILS)
    files.marks(MARKS)
    loaded(files.folder)
    files.write("pupil_attendance.csv", RETURN)
    report = loaded(files.folder)
    assert any(
        each.kind == "replaced"
        and each.text.startswith("2025/26 Pupil attendance from the registers: 12 figures of 1 academy")
        for each in report.messages
    )
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (2, 3, 2)
        assert stored(store, "attendance", urn="900002")[()] == (5600, 6000, 300)
        assert stored(store, "attendance", period="Year", year="2024/25")[()] == (132000, 140000, 390)
        assert not store.facts(["attendance"], urns=["900001"], periods=["2025-W40"])


def test_unloading_the_marks_brings_the_return_back(files: Files, loaded: Load, root: Path) -> None:
    files.pupils(PUPILS)
    files.marks(MARKS)
    files.write("pupil_attendance.csv", RETURN)
    loaded(files.folder)
    with pytest.raises(WrongContent, match="no pupils file"):
        undo.unload(root, file="pupils.csv")
    undo.unload(root, dataset="attendance_marks")
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (7500, 8000, 400)


def test_an_academy_is_purged_from_the_kept_marks(files: Files, loaded: Load, root: Path) -> None:
    files.pupils((*PUPILS, "CCCC33,900002,2025/26,5,F,Y,N,N,,"))
    files.marks((*MARKS, "CCCC33,900002,2025-11-03,AM,/", "CCCC33,900002,2025-11-04,AM,/"))
    loaded(files.folder)
    assert undo.purge(root, "900002").rows == 4
    kept = [pq.read_table(path) for path in (root / "inputs").glob("*.parquet")]
    assert not any(
        "900002" in table.column(name).to_pylist() for table in kept for name in table.column_names if name != "marks"
    )
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (2, 3, 2)


def test_a_predecessors_marks_stand_under_the_academy(files: Files, loaded: Load, root: Path) -> None:
    files.pupils(("AAAA11,900102,2016/17,5,F,Y,N,N,,",))
    files.marks(("AAAA11,900102,2016-11-03,AM,/", "AAAA11,900102,2016-11-03,PM,O"))
    loaded(files.folder)
    with open_store(root) as store:
        (fact,) = store.facts(["attendance"], periods=["Autumn"])
        assert (fact.urn, fact.numerator, fact.denominator, fact.detail) == ("900002", 1, 2, "as URN 900102")
