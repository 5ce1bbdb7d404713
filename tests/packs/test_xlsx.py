"""The workbook, read back with openpyxl: every figure is the document's, and what is hidden is a word."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from lxml import etree

from kpi_engine.meetings.document import Document, ItemKind, Part, Shown
from kpi_engine.packs.xlsx import xlsx
from kpi_engine.packs.xlsx_sheets import Names
from tests.meetings.example import example
from tests.packs.office_files import (
    BEHIND,
    BEHIND_WORDS,
    CHECK,
    COMMENT,
    FORMULAS,
    MARK,
    all_text,
    confidential,
    hostile,
    members,
    numbers,
    plain,
    secretive,
)

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def opened(document: Document, part: Part | None = None) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx(document, CHECK, part)))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = list(sheet.iter_rows(values_only=True))
    names = [name for name in head if name is not None]
    return [dict(zip(names, row, strict=False)) for row in rows if any(each is not None for each in row)]


def sheet_of(book: Any, number: int) -> Any:
    (name,) = [name for name in book.sheetnames if name.startswith(f"{number} ")]
    return book[name]


def figures_of(document: Document) -> list[tuple[int, list[Shown]]]:
    """Each measure's item with the trust's figure and each academy's."""
    made = []
    for item in document.items:
        if item.kind is ItemKind.KPI and item.figure is not None:
            made.append((item.number, [item.figure, *(d.figure for d in item.details[1:])]))
    return made


def test_a_measures_sheet_has_the_trust_and_each_academy_with_real_numbers() -> None:
    document = example(6, 8)
    book = opened(document)
    hidden = 0
    for number, figures in figures_of(document):
        sheet = sheet_of(book, number)
        rows = rows_of(sheet)
        assert [row["Name"] for row in rows] == [figure.name for figure in figures]
        for row, figure in zip(rows, figures, strict=True):
            assert row["Value"] == (figure.shown if figure.value is None else figure.value)
            assert (row["Lower"], row["Upper"]) == (figure.lower, figure.upper)
            assert (row["England"], row["Target value"]) == (figure.benchmark, figure.target_value)
            assert row["What it says"] == figure.sentence
            assert row["Based on"] == (figure.counted or None)
            hidden += figure.value is None
    assert hidden == 2


def test_numbers_are_shown_as_the_meeting_shows_them() -> None:
    document = example(2, 3)
    money = replace(document.items[1].figure, unit="£", decimals=0, value=-41300.0, shown="−£41,300")
    items = (document.items[0], replace(document.items[1], figure=money), document.items[2])
    book = opened(replace(document, items=items))
    formats = [sheet_of(book, number).cell(row, 3).number_format for number, row in ((2, 2), (2, 3), (3, 2))]
    assert formats == ['"£"#,##0;"−""£"#,##0', '#,##0.0" %";"−"#,##0.0" %"', '#,##0.0" %";"−"#,##0.0" %"']


def test_a_unit_stands_at_a_number_where_the_meeting_shows_it_there() -> None:
    document = example(2, 1)
    shown = [
        replace(document.items[i].figure, unit="points", value=-1.0, shown=s)
        for i, s in ((1, "−1.0"), (2, "−1.0 points"))
    ]
    items = [replace(document.items[i + 1], figure=shown[i], details=()) for i in range(2)]
    book = opened(replace(document, items=tuple(items)))
    formats = [sheet_of(book, item.number)["C2"].number_format.split(";")[0] for item in items]
    assert formats == ["#,##0.0", '#,##0.0" points"']


def test_no_column_is_too_narrow_for_its_numbers() -> None:
    """Excel shows hashes there. A digit is one of the widths that columns are measured by."""
    document = example(3, 4)
    item = document.items[1]
    assert item.figure is not None
    large = replace(item.figure, unit="£", decimals=0, value=1_234_567_890.0, shown="£1,234,567,890")
    book = opened(replace(document, items=(replace(item, figure=large), *document.items[2:])))
    checked = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "n" and cell.value is not None:
                    said = "£1,234,567,890" if cell.value == large.value else f"{cell.value} %"
                    assert sheet.column_dimensions[cell.column_letter].width >= len(said), (
                        sheet.title,
                        cell.coordinate,
                    )
                    checked += 1
    assert checked > 100


def test_no_number_is_another_than_the_documents() -> None:
    document = example(5, 6)
    allowed = numbers(document)
    seen = 0
    for sheet in opened(document):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "n" and cell.value is not None:
                    assert float(cell.value) in allowed, (sheet.title, cell.coordinate)
                    seen += 1
    assert seen > 300


def test_the_scorecard_has_real_numbers_and_judgements() -> None:
    document = example(5, 4)
    rows = rows_of(opened(document)["Scorecard"])
    names = ["Trust", *(academy.name for academy in document.academies)]
    values = {number: {f.key: f for f in figures} for number, figures in figures_of(document)}
    items = [item for item in document.items if item.kind is ItemKind.KPI]
    assert len(rows) == len(items)
    for row, held, item in zip(rows, document.scorecard, items, strict=True):
        for name, cell in zip(names, held.cells, strict=True):
            figure = values[item.number][cell.key]
            assert row[name] == (cell.shown if figure.value is None else figure.value)
            assert row[f"{name}: target"] == f"{cell.sign} {cell.status}".strip()


def test_a_cell_of_the_scorecard_that_says_something_else_stays_a_word() -> None:
    document = example(1, 1)
    (held,) = document.scorecard
    cells = (replace(held.cells[0], shown="Good"), *held.cells[1:])
    book = opened(replace(document, scorecard=(replace(held, cells=cells),)))
    assert rows_of(book["Scorecard"])[0]["Trust"] == "Good"


def test_every_year_of_every_academy_is_there() -> None:
    document = example(3, 4)
    rows = rows_of(opened(document)["Over the years"])
    points = [
        (definition.short, detail.figure.name, point)
        for item, definition in zip(document.items[1:], document.definitions, strict=False)
        for detail in item.details
        if detail.chart is not None
        for point in detail.chart.points
    ]
    assert len(rows) == len(points) == 3 * 5 * 4
    for row, (short, name, point) in zip(rows, points, strict=True):
        assert (row["Measure"], row["Name"], row["Year"]) == (short, name, point.label)
        assert row["Value"] == (point.shown if point.value is None else point.value)
        assert (row["Lower"], row["Upper"], row["England"]) == (point.lower, point.upper, point.england)
        assert row["Compared with year before"] == ("No" if point.apart else "Yes")


def test_charts_draw_the_data_sheet_and_nothing_where_there_is_no_figure() -> None:
    document = example(6, 4)
    items = list(document.items)
    items[1] = replace(items[1], chart=items[1].details[1].chart)
    document = replace(document, items=tuple(items))
    content = xlsx(document, CHECK)
    book = openpyxl.load_workbook(io.BytesIO(content))
    data = book["Chart data"]
    assert b"<AppVersion>12." in members(content)["docProps/app.xml"]
    charts = [etree.fromstring(v) for k, v in sorted(members(content).items()) if k.startswith("xl/charts/chart")]
    assert len(charts) == 6
    drawn = 0
    for chart in charts:
        # Left out, an empty cell is a gap: that is what Excel 2007 meant, which the workbook names as its maker.
        assert chart.find(f".//{C}dispBlanksAs") is None
        for held in chart.iter(f"{C}val"):
            where = held.find(f".//{C}f").text
            assert where.startswith("'Chart data'!")
            cells = [row[0].value for row in data[where.split("!")[1].replace("$", "")]]
            cached = {int(pt.get("idx")): float(pt.find(f"{C}v").text) for pt in held.iter(f"{C}pt")}
            assert cached == {i: value for i, value in enumerate(cells) if value is not None}
            drawn += len(cached)
    assert drawn > 80
    rows = rows_of(data)
    points = [(item, point) for item in items if item.chart is not None for point in item.chart.points]
    assert len(rows) == len(points)
    for row, (item, point) in zip(rows, points, strict=True):
        assert row["Point"] == point.label
        assert [row[k] for k in ("Value", "Value, after break 1") if row[k] is not None] == (
            [] if point.value is None else [point.value]
        )
        assert (row["Lower"], row["Upper"]) == (point.lower, point.upper)
        assert item.chart is not None
        assert [row[f"Line {i + 1}"] for i in range(len(item.chart.marks))] == [m.value for m in item.chart.marks]


def test_a_line_begins_anew_after_a_break() -> None:
    document = example(2, 2)
    item = replace(document.items[1], chart=document.items[1].details[0].chart)
    rows = rows_of(opened(replace(document, items=(item,)))["Chart data"])
    # The third of the four years is apart from those before it.
    assert [row["Value"] is not None for row in rows] == [True, True, False, False]
    assert [row["Value, after break 1"] is not None for row in rows] == [False, False, True, True]
    assert [row["England"] is not None for row in rows] == [True, True, False, False]


def test_a_hidden_figure_is_in_no_member_in_any_form() -> None:
    said = all_text(xlsx(secretive(example(9, 6)), CHECK))
    assert "Hidden" in said
    for behind in (*(f"{each:.0f}" for each in BEHIND), *(str(each) for each in BEHIND), *BEHIND_WORDS, "98763"):
        assert behind not in said


def test_the_open_part_has_nothing_of_the_other() -> None:
    document = confidential(example(10, 4))
    said = all_text(xlsx(document, CHECK, Part.OPEN))
    assert MARK not in said
    assert "Part 2" not in said
    assert MARK in all_text(xlsx(document, CHECK))
    closed = opened(document, Part.CONFIDENTIAL)
    assert {row["Part"] for row in rows_of(closed["Agenda"])} == {"Part 2 (confidential)"}


def test_the_same_document_gives_the_same_bytes_and_tells_no_time_of_day() -> None:
    document = example(4, 4)
    first = xlsx(document, CHECK)
    assert xlsx(document, CHECK) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = openpyxl.load_workbook(io.BytesIO(first)).properties
    assert about.created == about.modified == dt.datetime.fromisoformat("2026-11-26")
    assert (about.creator, about.title) == ("Wychbourne Learning Trust", document.label)


def test_notes_come_first_and_say_what_this_is() -> None:
    document = example(3, 4)
    book = opened(document)
    assert book.sheetnames[:4] == ["Notes", "Agenda", "Scorecard", "Exceptions"]
    assert book.active.title == "Notes"
    told = {row[0]: row[1] for row in book["Notes"].iter_rows(values_only=True, min_row=2)}
    assert told["Version"] == "Board 2026-11-26 v2"
    assert told["Check"] == f"7f3a-91c2 (SHA-256 {CHECK})"
    assert told["Data to"] == "21 Jul 2026"
    assert told["Data version"] == document.data_version
    assert "“Hidden” means that so few people are behind the figure" in told["Words for figures"]
    assert document.definitions[0].denominator in told["Definition: Measure 0"]
    assert told["No figure"] == document.missing[0]


def test_sheets_are_ready_to_print_and_nothing_is_merged() -> None:
    book = opened(example(4, 4))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert "check 7f3a-91c2" in sheet.oddFooter.left.text
        assert "Board 2026-11-26 v2" in sheet.oddFooter.left.text
        assert sheet.oddFooter.right.text == "Page &P of &N"
        assert sheet.freeze_panes is not None
        assert not sheet.merged_cells.ranges


def test_no_text_is_a_formula_or_a_link() -> None:
    document = hostile()
    content = xlsx(document, CHECK)
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                found.add(cell.value)
    assert set(FORMULAS) <= found
    assert not any(re.search(rb"<f>|<f |hyperlink ", v) for k, v in members(content).items() if "/worksheets/" in k)


def test_what_people_paste_is_all_there() -> None:
    document = hostile()
    content = xlsx(document, CHECK)
    for name, member in members(content).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(member)
    rows = rows_of(openpyxl.load_workbook(io.BytesIO(content))["Agenda"])
    for item in document.items:
        own = [row for row in rows if row["Item"] == item.number]
        assert {plain(row["Subject"] or "") for row in own} == {plain(item.title)}
        for what, said in (("Text", item.text), ("Comment", item.comment), ("Source", item.source)):
            told = " ".join(row["Text"] for row in own if row["What"] == what)
            assert plain(told) == plain(said)
        assert [plain(row["Text"]) for row in own if row["What"] == "Question"] == [plain(q) for q in item.questions]
    causes = [
        row["Cause"] for row in rows_of(openpyxl.load_workbook(io.BytesIO(content))["Exceptions"]) if row["Cause"]
    ]
    assert " ".join(causes).split() == COMMENT.split() * 2


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["a/b:c*d?[e]\\f", "'quoted'", "", "History"], ["a b c d e f", "quoted", "Sheet", "History of the trust"]),
        (["Same", "same", "SAME"], ["Same", "same 2", "SAME 3"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 29 + " 2"]),
        (["😀" * 20], ["😀" * 15]),
        (["\x07bell\n"], ["bell"]),
    ],
)
def test_names_of_sheets_are_fit_and_unlike_one_another(wanted: list[str], names: list[str]) -> None:
    taken = Names()
    assert [taken.take(each) for each in wanted] == names


def test_measures_of_one_name_have_a_sheet_each() -> None:
    document = example(4, 2)
    same = tuple(replace(d, short="Persistent absence of disadvantaged pupils") for d in document.definitions)
    book = opened(replace(document, definitions=same))
    assert len([name for name in book.sheetnames if "Persistent absence" in name]) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_an_empty_meeting_is_a_workbook_too() -> None:
    empty = replace(example(1, 1), items=(), scorecard=(), exceptions=(), definitions=(), academies=())
    assert opened(empty).sheetnames == ["Notes", "Agenda"]
