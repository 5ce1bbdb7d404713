"""Tables as files, read back by other hands (csv, pandas, openpyxl): their numbers are those of the results."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.export import notes, rows
from kpi_engine.export.strip import HANDLING, file_name
from kpi_engine.export.table import csv_file
from kpi_engine.export.workbook import xlsx_file
from kpi_engine.wording import series_words
from tests.export.conftest import EXECUTIVE, GOVERNOR, HEAD_BY_RIGHT, STRIP, At
from ui import takeaway

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "<script>",
    "x" * 200,
    'a"b,c\r\nd',
)
NUMBERS = (
    *("Value", "n", "Counted", "Out of", "Lower 95 % limit", "Upper 95 % limit", "England", "Target value"),
    *("Group’s value", "Group’s n", "Its value", "Its n"),
)


def told(place: Any) -> tuple[list[rows.Part], list[Result], rows.Table]:
    parts = list(takeaway.parts(place))
    return parts, [t.result for p in parts for t in p.rows], rows.table(parts, "Wychbourne Learning Trust")


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes a CSV for UTF-8 by its mark"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]], Any]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Notes", "Figures"]
    header, *body = book["Figures"].iter_rows()
    names = [cell.value for cell in header]
    empty = dict.fromkeys(rows.HEADER)
    figures = [{**empty, **dict(zip(names, [cell.value for cell in line], strict=True))} for line in body]
    return figures, list(book["Notes"].iter_rows(values_only=True)), book


def near(found: Any, wanted: float | None, decimals: int) -> bool:
    """Whether a cell holds that value, rounded; an empty cell where there is none."""
    if wanted is None:
        return found in (None, "")
    return abs(float(found) - wanted) <= 0.5 * 10**-decimals + 1e-9


def hostile(place: Any, name: str) -> Any:
    """A result as it would be if the academy had such a name."""
    return replace(place.result, academy_name=name, sentence=f"{name} was 94 %.", detail=name)


@pytest.mark.parametrize("academy", ["trust", "900006"])
@pytest.mark.parametrize("kpi", CATALOGUE)
def test_the_numbers_of_both_files_are_those_of_the_results(at: At, kpi: str, academy: str) -> None:
    place = at(kpi, academy)
    parts, results, table = told(place)
    plain = read_csv(csv_file(table, STRIP))
    typed, _, _ = read_xlsx(xlsx_file(table, notes.about(place.kpi, place.result, results, STRIP), STRIP))
    assert [len(plain), len(typed)] == [len(results)] * 2
    titles = [p.title for p in parts for _ in p.rows]
    for title, result, text, cell in zip(titles, results, plain, typed, strict=True):
        for row in (text, cell):
            assert row["Table"] == title
            assert row["Academic year"] == result.academic_year
            assert row["Scope"] == ("Wychbourne Learning Trust" if result.academy == "trust" else result.academy_name)
            assert (row["URN"] or "trust") == result.academy
            if result.withheld is None:
                d = result.decimals
                assert near(row["Value"], result.value, d)
                assert near(row["Lower 95 % limit"], result.lower, d)
                assert near(row["Upper 95 % limit"], result.upper, d)
                assert near(row["England"], result.benchmark, d)
                assert near(row["Target value"], result.target_value, 4)
                assert near(row["n"], result.people, 1)
                assert near(row["Out of"], result.denominator, 1)
                assert near(row["Counted"], result.numerator, 0)
                assert row["Target"] == str(result.target.status)
                assert row["Against England"] == str(result.versus_benchmark.status)
                assert row["Direction"] == str(result.direction.status)
                assert row["Certainty"] == str(result.certainty.status)
                assert row["Figures from"] == series_words(result.series)
            assert row["Unit"] == str(result.unit)
        if result.withheld is None:
            assert re.fullmatch(rf"-?\d+(\.\d{{{result.decimals}}})?", text["Value"])
            assert isinstance(cell["Value"], int | float)
            assert text["In place of a figure"] == ""
        else:
            word = str(result.withheld.kind).capitalize()
            assert text["In place of a figure"].lower() == cell["Value"].lower() == word.lower()
            assert text["Note"] == cell["Note"] == result.withheld.reason


@pytest.mark.parametrize("viewer", [EXECUTIVE, GOVERNOR, HEAD_BY_RIGHT], ids=lambda v: str(v.role))
def test_a_row_without_a_figure_holds_no_number_whoever_asks(at: At, viewer: Any) -> None:
    held = 0
    for kpi in CATALOGUE:
        for academy in ("trust", "900006", "900008"):
            place = at(kpi, academy, viewer, by="sex")
            _, results, table = told(place)
            typed, _, _ = read_xlsx(xlsx_file(table, notes.about(place.kpi, place.result, results, STRIP), STRIP))
            for result, text, cell in zip(results, read_csv(csv_file(table, STRIP)), typed, strict=True):
                if result.withheld is None:
                    continue
                held += 1
                assert [text[name] for name in NUMBERS] == [""] * len(NUMBERS)
                assert not [v for v in cell.values() if isinstance(v, int | float)]
                assert [cell[name] for name in NUMBERS[1:]] == [None] * (len(NUMBERS) - 1)
    assert held > 100


def test_a_hidden_figure_stands_nowhere_in_any_file(at: At, sample_engine: Any, unguarded: Any) -> None:
    """What nobody may see is put in place of a marked number, and every byte of every file is searched for it.

    The sample's hidden figures are small whole numbers, which stand everywhere; so the percentages with their decimals
    are looked for, where they are not those of a shown figure too.
    """
    looked_for = 0
    for kpi in (
        "suspensions",
        "staff-turnover",
        "staff-attendance",
        "pupils-happy",
        "parents-recommend",
        "neet-post16",
    ):
        if kpi not in CATALOGUE:
            continue
        place = at(kpi, "900008", GOVERNOR)
        _, results, table = told(place)
        whole = unguarded(sample_engine)
        hidden = {
            f"{found.value:.6f}".rstrip("0")[:9]
            for r in results
            if r.withheld is not None and str(r.withheld.kind) == "hidden"
            for found in [whole.result(kpi, r.academy, r.academic_year, dict(r.breakdown))]
            if found.value is not None and found.value % 1
        }
        data = [csv_file(table, STRIP)]
        book = zipfile.ZipFile(
            io.BytesIO(xlsx_file(table, notes.about(place.kpi, place.result, results, STRIP), STRIP))
        )
        data += [book.read(name) for name in book.namelist()]
        shown = {f"{r.value:.6f}".rstrip("0")[:9] for r in results if r.value is not None}
        for figure in hidden - shown:
            looked_for += 1
            assert not [1 for each in data if figure.encode() in each], (kpi, figure)
            short = f"{float(figure):.1f}".encode()
            rows_with = [line for line in data[0].splitlines() if b"Hidden" in line and short in line]
            assert not rows_with, (kpi, figure)
    assert looked_for > 5


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:24])
def test_a_hostile_name_is_no_formula_in_any_file(at: At, name: str) -> None:
    place = at("pupil-attendance", "900006")
    result = hostile(place, name)
    table = rows.table([rows.Part(name, [rows.Told(place.kpi, name, result)])], "Trust")
    strip = replace(STRIP, trust=name, scope=name)
    data = csv_file(table, strip)
    (row,) = read_csv(data)
    line = " ".join(name.split())
    for cell in (row["Scope"], row["Part"], row["Table"], row["Trust"], row["File"]):
        assert cell.lstrip("'")[:1] == line[:1] or cell.startswith(line[:10])
        assert cell[:1] not in tuple("=+-@＝\t\r ")
    assert row["Scope"].lstrip("'").replace("  ", " ") == line
    made = xlsx_file(table, notes.about(place.kpi, result, (), strip), strip)
    typed, _, book = read_xlsx(made)
    assert " ".join(str(typed[0]["Scope"]).split()) == line
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
    packed = zipfile.ZipFile(io.BytesIO(made))
    assert not [n for n in packed.namelist() if re.search(rb"<f[ >]|hyperlink", packed.read(n))]
    assert re.fullmatch(r"[a-z0-9_-]+\.csv", file_name("pupil-attendance", strip, "csv"))


def test_negative_numbers_stay_numbers(at: At) -> None:
    place = at("progress-8", "900006")
    _, results, table = told(place)
    data = csv_file(table, STRIP)
    frame = pd.read_csv(io.BytesIO(data))
    assert frame["Value"].dtype == float
    assert (frame["Value"] < 0).any()
    assert frame["Value"].dropna().tolist() == [round(r.value, 2) for r in results if r.value is not None]


def test_a_workbook_is_laid_out_to_be_read_sorted_and_printed(at: At) -> None:
    place = at("pupil-attendance", "900006")
    _, results, table = told(place)
    _, told_notes, book = read_xlsx(xlsx_file(table, notes.about(place.kpi, place.result, results, STRIP), STRIP))
    sheet = book["Figures"]
    assert sheet.freeze_panes == "A2"
    assert not sheet.merged_cells.ranges
    assert not book["Notes"].merged_cells.ranges
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "Page &P of &N" in re.sub(r"&\[Page\]", "&P", str(sheet.oddFooter.right.text))
    assert sheet["G"][0].value == "Value"
    assert all(any(c.value is not None for c in column[1:]) for column in sheet.columns), "a column that nobody fills"
    values = [c for c in sheet["G"][1:] if isinstance(c.value, int | float)]
    assert {c.number_format for c in values} == {"#,##0.0"}
    said = {row[0]: row[1] for row in told_notes if row[0]}
    assert said["What it says"] == place.result.sentence
    assert said["Definition"] == place.kpi.passport.definition
    assert "7b85b494f97b" in said["How to cite"]
    files = {(row[1].split(" · ")[0], row[2].removeprefix("SHA-256 ")) for row in told_notes if row[0] == "Source file"}
    assert files == {(s.file, s.sha256) for r in results for s in r.source}
    assert all(len(checksum) == 64 for _, checksum in files)
    kinds = {str(r.withheld.kind).capitalize() for r in results if r.withheld is not None}
    assert kinds <= {str(name).strip("“”") for name in said}
    assert book.properties.created.date() == dt.date(2026, 11, 14)


def test_the_strip_stands_in_every_row_and_in_the_notes(at: At) -> None:
    place = at("pupil-attendance", "900006")
    _, results, table = told(place)
    strip = replace(STRIP, restricted=True)
    for row in read_csv(csv_file(table, strip)):
        assert row["Trust"] == strip.trust
        assert row["Data to"] == "14 Nov 2026"
        assert row["Version"] == "7b85b494f97b"
        assert row["Seen as"] == "Executive"
        assert HANDLING in row["File"]
    _, told_notes, book = read_xlsx(xlsx_file(table, notes.about(place.kpi, place.result, results, strip), strip))
    said = [row[:2] for row in told_notes]
    for pair in strip.items():
        assert pair in said
    assert "Small numbers" in str(book["Figures"].oddFooter.left.text)


def test_the_same_results_give_the_same_bytes(at: At) -> None:
    made = []
    for _ in range(2):
        place = at("gap-sex", "900006")
        _, results, table = told(place)
        found = notes.about(place.kpi, place.result, results, STRIP)
        made.append((csv_file(table, STRIP), xlsx_file(table, found, STRIP)))
    assert made[0] == made[1]


def test_a_head_s_small_numbers_are_marked_in_their_rows_and_on_the_whole_file(at: At) -> None:
    marked = 0
    for kpi in CATALOGUE:
        place = at(kpi, "900006", HEAD_BY_RIGHT)
        data, restricted = takeaway._table(place, "csv")
        results = [t.result for p in takeaway.parts(place) for t in p.rows]
        lines = read_csv(data)
        assert restricted == any(r.restricted for r in results)
        for result, row in zip(results, lines, strict=True):
            assert row["Handling"] == ("Do not pass on" if result.restricted else "")
            assert (HANDLING in row["File"]) == restricted
        marked += restricted
    assert marked > 0


def test_a_row_says_what_stands_behind_it_in_words(at: At) -> None:
    """A numerator that nobody published is rounded to whole people, and the row says so."""
    place = at("ks2-reading", "trust")
    _, results, table = told(place)
    for result, row in zip(results, read_csv(csv_file(table, STRIP)), strict=True):
        if result.withheld is None and result.numerator is not None:
            worked = abs(result.numerator - round(result.numerator)) >= 0.05
            assert (rows.WORKED_BACK in row["Note"]) == worked
            assert row["Counted"].isdigit()
