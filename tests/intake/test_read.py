"""Readers: encodings, delimiters, title rows, ragged rows, row numbers, workbooks, Parquet."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi_engine.errors import TruncatedFile, UnreadableFile
from kpi_engine.intake.read import read_bytes, read_tables
from kpi_engine.intake.sniff import LONGEST_LINE, sniff
from kpi_engine.intake.table import RawTable

ABSENCE = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n201,2001,900001,4.2,8.1\n201,2002,900002,SUPP,SUPP\n"
MOMENT = dt.datetime(2025, 10, 1, 9, 30)  # noqa: DTZ001 - a workbook's times have no zone


def read(data: bytes | str, known: Sequence[str] | None = None) -> RawTable:
    if isinstance(data, str):
        data = data.encode()

    def is_header(cells: Sequence[str]) -> bool:
        return list(cells) == list(known or ())

    return read_bytes(data, display_name="file.csv", known=None if known is None else is_header)[0]


def rows(table: RawTable) -> list[list[str]]:
    return table.frame.to_numpy(dtype=object).tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_letters_are_read_in_every_encoding_that_publishers_use(encoding: str) -> None:
    text = "URN,Name\n900001,Saint Zoë – Église\n"
    data = text.encode(encoding)
    if encoding in ("utf-16-le", "utf-16-be"):
        data = "\ufeff".encode(encoding) + data
    table = read(data)
    assert list(table.frame.columns) == ["URN", "Name"]
    assert rows(table) == [["900001", "Saint Zoë – Église"]]


def test_a_quoted_cell_may_hold_commas_quotation_marks_and_line_breaks() -> None:
    table = read('URN,Name,Note\n900001,"Oak, Ash and ""Elm""","first line\nsecond line"\n900002,Yew,\n')
    assert rows(table) == [
        ["900001", 'Oak, Ash and "Elm"', "first line\nsecond line"],
        ["900002", "Yew", ""],
    ]
    assert list(table.frame.index) == [2, 3]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_recognised(delimiter: str) -> None:
    table = read(ABSENCE.replace(",", delimiter))
    assert list(table.frame.columns) == ["LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10"]
    assert rows(table)[0] == ["201", "2001", "900001", "4.2", "8.1"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    assert rows(read(ABSENCE.replace("\n", ending))) == rows(read(ABSENCE))


def test_title_rows_above_a_known_header_are_kept_as_preamble() -> None:
    table = read("Absence in schools,,,,\n\n,Published in March,,,\n" + ABSENCE)
    assert list(table.frame.columns) == ["LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10"]
    assert table.preamble == ("Absence in schools", "Published in March")
    assert list(table.frame.index) == [5, 6]


def test_without_a_known_header_titles_are_told_by_being_sparse() -> None:
    table = read("Merits,,\nhouse,pupil,merits\nOak,A1,4\n", known=())
    assert list(table.frame.columns) == ["house", "pupil", "merits"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_empty_ones_are_left_out() -> None:
    table = read("URN,Name\n900001,Oak\n\n,\n  , \n900002,Ash\n")
    assert list(table.frame.index) == [2, 6]


def test_cells_are_stripped_so_that_one_blank_is_no_cell() -> None:
    assert rows(read("URN,Name,Rate\n 900001 ,\tOak , \n")) == [["900001", "Oak", ""]]


def test_short_rows_are_padded_and_reported_without_blocking() -> None:
    table = read("URN,Name,Rate\n900001,Oak,4\n900002,Ash\n900003,Elm,5\n900004\n")
    assert rows(table)[1] == ["900002", "Ash", ""]
    assert [(note.row, note.blocking) for note in table.notes] == [(3, False)]
    assert "2 rows (3, 5)" in table.notes[0].message
    assert "1 of 3" in table.notes[0].message


def test_fields_beyond_the_header_are_left_out_kept_aside_and_reported() -> None:
    table = read("URN,Name,Links\n900001,Oak,900011 Predecessor,900012 Predecessor\n900002,Ash,,\n")
    assert rows(table) == [["900001", "Oak", "900011 Predecessor"], ["900002", "Ash", ""]]
    assert table.surplus == {2: ("900012 Predecessor",)}
    assert "1 row (2)" in table.notes[0].message
    assert not table.notes[0].blocking


def test_an_unnamed_index_column_does_no_harm() -> None:
    table = read(",URN,Name\n0,900001,Oak\n1,900002,Ash\n")
    assert list(table.text("urn")) == ["900001", "900002"]


def test_empty_columns_that_a_spreadsheet_adds_are_left_out() -> None:
    assert list(read("URN,Name,,\n900001,Oak,,\n").frame.columns) == ["URN", "Name"]


def test_the_first_of_two_columns_with_one_name_is_read_and_the_other_reported() -> None:
    table = read("URN,Name,name\n900001,Oak,Ash\n")
    assert list(table.text("Name")) == ["Oak"]
    assert table.repeated == ("name",)
    assert not table.notes[0].blocking


def test_the_checksum_is_that_of_the_whole_file() -> None:
    assert read(ABSENCE).sha256 == hashlib.sha256(ABSENCE.encode()).hexdigest()


def test_a_last_row_without_line_break_is_whole_when_it_has_every_field() -> None:
    assert len(read(ABSENCE.rstrip("\n")).frame) == 2


def test_a_last_row_that_breaks_off_is_refused_with_its_row_and_fields() -> None:
    with pytest.raises(TruncatedFile, match="row 3: 3 of 5 fields"):
        read(ABSENCE[: ABSENCE.rindex(",SUPP,SUPP")])


def test_a_short_last_row_with_a_line_break_is_padded_like_any_other() -> None:
    assert rows(read(ABSENCE + "201,2003,900003\n"))[-1] == ["201", "2003", "900003", "", ""]


def test_a_quotation_mark_that_is_never_closed_is_found_where_it_opens() -> None:
    with pytest.raises(TruncatedFile, match=r"row 2, field 2"):
        read('URN,Name\n900001,"Oak\n900002,Ash\n')


def test_prose_with_commas_and_line_breaks_is_not_taken_for_swallowed_rows() -> None:
    note = "reading, writing, maths, and more\nspelling, grammar, punctuation, and more"
    assert rows(read(f'URN,Name,Note\n900001,Oak,"{note}"\n'))[0][2] == note


class Endless(io.RawIOBase):
    """A file that claims two gigabytes of one letter, and counts what is read of it."""

    def __init__(self) -> None:
        self.given = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        return 2 << 30 if whence == 2 else offset

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"a" * size


def test_a_line_without_end_is_refused_before_it_is_read() -> None:
    endless = Endless()
    with pytest.raises(UnreadableFile, match="without a line break"):
        sniff(endless, "endless.csv")  # type: ignore[arg-type]
    assert endless.given < 4 * LONGEST_LINE


def test_a_sparse_file_of_two_gigabytes_is_refused_at_its_first_zero_byte(tmp_path: Path) -> None:
    file = tmp_path / "sparse.csv"
    with file.open("wb") as stream:
        stream.write(b"URN,Name\n900001,Oak\n")
        stream.truncate(2 << 30)
    with pytest.raises(UnreadableFile, match="position 21"):
        read_tables(file, display_name="sparse.csv")


def test_a_line_may_be_long_but_not_over_the_limit() -> None:
    wide = ",".join(f"c{place}" for place in range(20_000))
    assert read(f"{wide}\n{wide}\n").frame.shape == (1, 20_000)
    with pytest.raises(UnreadableFile, match="without a line break"):
        read("a,b\n" + "x" * (LONGEST_LINE + 1) + ",y\n")


def test_progress_is_told_and_ends_at_the_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("URN,Name\n" + "".join(f"{900000 + row},School {row}\n" for row in range(70_000)))
    told: list[tuple[str, int, int]] = []
    table = read_tables(file, display_name="many.csv", progress=lambda what, done, of: told.append((what, done, of)))[0]
    assert len(table.frame) == 70_000
    assert table.frame.index[-1] == 70_001
    size = file.stat().st_size
    assert {of for _, _, of in told} == {size}
    for stage in ("Checking many.csv", "Reading many.csv"):
        done = [done for what, done, _ in told if what == stage]
        assert done == sorted(done)
        assert done[-1] == size


def test_missing_files_folders_and_forbidden_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match=r"gone.csv: there is no such file"):
        read_tables(tmp_path / "gone.csv", display_name="gone.csv")
    with pytest.raises(UnreadableFile, match="a folder"):
        read_tables(tmp_path, display_name="returns")
    file = tmp_path / "closed.csv"
    file.write_text(ABSENCE)

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableFile, match=r"closed.csv: the file may not be read"):
        read_tables(file, display_name="closed.csv")


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_keeps_urns_whole_and_gives_iso_dates_and_sheet_rows() -> None:
    data = workbook(
        Returns=[
            ["Governing bodies"],
            [],
            ["urn", "as_at", "category", "places", "rate"],
            [100097, dt.date(2025, 9, 30), "Parent", 2.0, 4.25],
            [],
            [100098.0, MOMENT, " ", None, "SUPP"],
        ],
        Notes=[["These figures are from the clerk."]],
        Empty=[],
    )
    (table,) = read_bytes(data, display_name="book.xlsx")
    assert table.sheet == "Returns"
    assert table.file == "book.xlsx (Returns)"
    assert table.preamble == ("Governing bodies",)
    assert rows(table) == [
        ["100097", "2025-09-30", "Parent", "2", "4.25"],
        ["100098", "2025-10-01 09:30:00", "", "", "SUPP"],
    ]
    assert list(table.frame.index) == [4, 6]


def test_every_sheet_with_a_table_is_read_and_content_not_the_name_decides() -> None:
    data = workbook(One=[["a", "b"], [1, 2]], Two=[["c", "d"], [3, 4], [5, 6]])
    tables = read_bytes(data, display_name="book.csv")
    assert [(table.sheet, table.frame.shape) for table in tables] == [("One", (1, 2)), ("Two", (2, 2))]


def test_a_workbook_of_notes_alone_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no sheet"):
        read_bytes(workbook(Notes=[["Read me"], ["Please"]]), display_name="book.xlsx")


def test_parquet_becomes_text_like_any_other_file() -> None:
    table = pa.table(
        {
            "urn": pa.array([900001.0, None, 900003.0]),
            "day": pa.array([dt.date(2025, 9, 1), None, dt.date(2025, 9, 2)]),
            "moment": pa.array([MOMENT.replace(hour=0, minute=0), MOMENT, None]),
            "code": pa.array([" L ", None, "/"]).dictionary_encode(),
            "rate": pa.array([0.5, float("nan"), 12.25]),
            "open": pa.array([True, False, None]),
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)
    (read_back,) = read_bytes(stream.getvalue(), display_name="marks.parquet")
    assert rows(read_back) == [
        ["900001", "2025-09-01", "2025-10-01", "L", "0.5", "true"],
        ["", "", "2025-10-01 09:30:00", "", "", "false"],
        ["900003", "2025-09-02", "", "/", "12.25", ""],
    ]
    assert list(read_back.frame.index) == [2, 3, 4]


def test_parquet_with_lists_in_cells_is_refused() -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"a": [[1, 2]]}), stream)
    with pytest.raises(UnreadableFile, match="single values"):
        read_bytes(stream.getvalue(), display_name="lists.parquet")
