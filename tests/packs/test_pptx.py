"""The slides, read back: every figure is the document's, none other is there, and everything fits where it stands."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pptx as office
import pypdf
import pytest
from lxml import etree

from kpi_engine.meetings.document import Chart, Document, Item, ItemKind, Part
from kpi_engine.packs.pptx import pptx
from kpi_engine.packs.pptx_chart_xml import tick_step
from tests.meetings.example import example
from tests.packs.office_files import (
    ARABIC,
    BEHIND,
    BEHIND_WORDS,
    CHECK,
    COMMENT,
    MARK,
    all_text,
    confidential,
    figures,
    hostile,
    members,
    numbers,
    plain,
    secretive,
    words,
)

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PLACES = ("Place", "From", "To")


def opened(document: Document, part: Part | None = None) -> Any:
    return office.Presentation(io.BytesIO(pptx(document, CHECK, part)))


def shape_text(shape: Any) -> str:
    if shape.has_text_frame:
        return str(shape.text_frame.text)
    if shape.has_table:
        return "\n".join(cell.text for row in shape.table.rows for cell in row.cells)
    return ""


def title_of(slide: Any) -> str:
    return str(slide.shapes.title.text_frame.text)


def slides_of(deck: Any, item: Item) -> list[Any]:
    told = f"Item {item.number}"
    return [
        slide for slide in deck.slides
        if any(told in shape_text(s).split(" · ") for s in slide.shapes if s.name == "Trust and part")
    ]  # fmt: skip


def with_years(document: Document) -> Document:
    """The document with its second item over the years."""
    items = list(document.items)
    items[1] = replace(items[1], chart=items[1].details[2].chart)
    return replace(document, items=tuple(items))


def sheet_of(chart: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The sheet's rows by their heads, of which there may be two on it; equal heads count on."""
    made: list[dict[str, Any]] = []
    head: list[str] = []
    for row in sheet.iter_rows(values_only=True):
        if row[0] in ("Name", "Year", "Line"):
            head = [f"{each}{'*' * row[:i].count(each)}" for i, each in enumerate(row)]
            kind = row[0]
        elif any(each is not None for each in row):
            made.append({"kind": kind, **dict(zip(head, row, strict=True))})
    return made


def charts_of(deck: Any, item: Item) -> list[Any]:
    return [shape.chart for slide in slides_of(deck, item) for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize("academies", [4, 40])
def test_the_workbook_behind_a_chart_holds_the_charts_points_and_nothing_else(academies: int) -> None:
    document = with_years(example(4, academies))
    deck = opened(document)
    for item in document.items:
        if item.chart is None:
            continue
        told = []
        marks: list[dict[str, Any]] = []
        for chart in charts_of(deck, item):
            rows = rows_of(sheet_of(chart))
            told += [row for row in rows if row["kind"] != "Line"]
            marks = [row for row in rows if row["kind"] == "Line"]
        name = "Name" if item.chart.kind == "rows" else "Year"
        found = sorted((row[name], row["Value"], row["Lower"], row["Upper"], row.get("England")) for row in told)
        assert found == sorted((p.label, p.value, p.lower, p.upper, p.england) for p in item.chart.points)
        assert [(row["Line"], row["Value"]) for row in marks] == [(m.words, m.value) for m in item.chart.marks]


def test_a_chart_draws_the_cells_of_its_workbook() -> None:
    document = with_years(example(4, 8))
    drawn = 0
    for slide in opened(document).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            sheet = sheet_of(shape.chart)
            for numbers_ in shape.chart._chartSpace.iter(f"{C}numRef"):
                where = numbers_.find(f"{C}f").text.removeprefix("Figures!").replace("$", "")
                cells = [cell.value for row in sheet[where] for cell in row]
                held = [float(v.text) for v in numbers_.iter(f"{C}v")]
                assert held == cells
                drawn += len(held)
            for named in shape.chart._chartSpace.iter(f"{C}strRef"):
                where = named.find(f"{C}f").text.removeprefix("Figures!").replace("$", "")
                assert sheet[where].value == next(named.iter(f"{C}v")).text
    assert drawn > 100


def test_no_number_in_a_chart_is_another_than_the_documents() -> None:
    document = with_years(example(5, 6))
    allowed = numbers(document)
    seen = 0
    for slide in opened(document).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                for row in rows_of(sheet_of(shape.chart)):
                    for head, value in row.items():
                        if isinstance(value, int | float) and not head.startswith(PLACES):
                            assert float(value) in allowed
                            seen += 1
    assert seen > 60


def test_every_number_in_words_is_the_documents() -> None:
    document = with_years(example(6, 9))
    deck = opened(document)
    allowed = figures(" ".join(words(document))) | {str(item.number) for item in document.items}
    allowed |= figures("26 Nov 2026 21 Jul 2026 7f3a-91c2") | {CHECK}
    allowed |= {f"{p.england:.1f}" for i in document.items if i.chart for p in i.chart.points if p.england is not None}
    for slide in deck.slides:
        said = "\n".join(shape_text(s) for s in slide.shapes) + "\n" + slide_notes(slide)
        said = re.sub(r"\(\d+ of \d+\)|academies \d+ of \d+|Parts 1 and 2", "", said).replace(CHECK, "")
        assert figures(said) - allowed == set(), title_of(slide)


def slide_notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text) if slide.has_notes_slide else ""


def test_an_items_slide_shows_its_figure_and_every_academy_with_its_value() -> None:
    document = example(5, 8)
    deck = opened(document)
    for item in document.items:
        if item.kind is not ItemKind.KPI or item.figure is None or item.chart is None:
            continue
        slides = slides_of(deck, item)
        assert title_of(slides[0]) == item.title
        assert [shape_text(s) for s in slides[0].shapes if s.name == "Figure"] == [item.figure.shown]
        assert {shape_text(s) for s in slides[0].shapes if s.name == "Answer"} == {
            f"{chip.sign} {chip.words}" for chip in item.figure.chips
        }
        rows = [
            tuple(cell.text for cell in row.cells)[:2]
            for slide in slides for s in slide.shapes if s.name == "Names and values"
            for row in list(s.table.rows)[1:]
        ]  # fmt: skip
        assert rows == [(p.label, p.shown) for p in item.chart.points]


def test_slides_stand_in_the_agendas_order() -> None:
    document = example(6, 4)
    titles = [title_of(slide) for slide in opened(document).slides]
    assert titles[:4] == ["Board, 26 Nov 2026", "Agenda", "Scorecard", "What needs discussion"]
    assert titles[4:] == [item.title for item in document.items]


def test_the_scorecard_has_each_measure_for_each_academy() -> None:
    document = example(26, 12)
    found: dict[tuple[str, str], str] = {}
    for slide in opened(document).slides:
        for shape in slide.shapes:
            if shape.has_table and shape.name.startswith("Scorecard"):
                head, *rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
                found |= {(row[0].split("\n")[0], h): c for row in rows for h, c in zip(head[1:], row[1:], strict=True)}
    names = ["Trust", *(a.name for a in document.academies)]
    for row in document.scorecard:
        for name, cell in zip(names, row.cells, strict=True):
            assert found[row.short, name].split("\n")[0] == cell.shown


def test_of_many_academies_the_scorecard_says_where_their_figures_are() -> None:
    deck = opened(example(3, 30))
    slide = next(s for s in deck.slides if title_of(s).startswith("Scorecard"))
    assert "Those of the 30 academies stand in this meeting’s workbook." in "\n".join(map(shape_text, slide.shapes))


def test_a_hidden_figure_is_in_no_member_in_any_form() -> None:
    document = secretive(with_years(example(9, 6)))
    said = all_text(pptx(document, CHECK))
    assert "Hidden" in said
    for behind in (*(f"{each:.0f}" for each in BEHIND), *(str(each) for each in BEHIND), *BEHIND_WORDS, "98763"):
        assert behind not in said


def test_a_line_is_not_drawn_across_a_break_or_a_missing_year() -> None:
    document = with_years(example(4, 4))
    item = document.items[1]
    assert item.chart is not None
    points = list(item.chart.points)
    points = [points[0], replace(points[1], value=None, lower=None, upper=None), *points[2:]]
    item = replace(item, chart=replace(item.chart, points=tuple(points)))
    deck = opened(replace(document, items=(item,)))
    (chart,) = charts_of(deck, item)
    lines = [
        [float(v.text) for v in ser.find(f"{C}yVal").iter(f"{C}v")]
        for ser in chart._chartSpace.iter(f"{C}ser")
        if next(ser.find(f"{C}tx").iter(f"{C}v")).text == "Value"
    ]
    # The first year stands alone, since the second has no figure; the third is apart from what came before.
    assert sorted(lines, key=len) == [[points[0].value], [points[2].value, points[3].value]]
    england = [
        [float(v.text) for v in ser.find(f"{C}yVal").iter(f"{C}v")]
        for ser in chart._chartSpace.iter(f"{C}ser")
        if next(ser.find(f"{C}tx").iter(f"{C}v")).text == "England"
    ]
    assert sorted(england) == [[80.0, 81.0], [82.0, 83.0]]


def test_a_rows_own_figure_for_england_stands_in_its_row() -> None:
    document = example(1, 3)
    item = document.items[1]
    assert item.chart is not None
    points = tuple(replace(p, england=None if i == 1 else 70.5 + i) for i, p in enumerate(item.chart.points))
    item = replace(item, chart=replace(item.chart, points=points))
    deck = opened(replace(document, items=(item,)))
    (chart,) = charts_of(deck, item)
    found = {row["Name"]: row["England"] for row in rows_of(sheet_of(chart)) if row["kind"] == "Name"}
    assert found == {p.label: p.england for p in points}
    ticks = [
        (
            [float(v.text) for v in ser.find(f"{C}xVal").iter(f"{C}v")],
            [float(v.text) for v in ser.find(f"{C}yVal").iter(f"{C}v")],
        )
        for ser in chart._chartSpace.iter(f"{C}ser")
        if next(ser.find(f"{C}tx").iter(f"{C}v")).text == "England"
    ]
    assert [x for x, _ in ticks] == [[70.5, 70.5], [72.5, 72.5]]
    assert [(round(sum(y) / 2, 9), y[1] > y[0]) for _, y in ticks] == [(3.0, True), (1.0, True)]


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (0, 100, 20),
        (50, 100, 10),
        (80, 120, 10),
        (-1, 1, 0.5),
        (0, 40_000, 10_000),
        (0, 7, 2),
        (3, 3, 1),
        (0, 0.3, 0.05),
    ],
)
def test_an_axis_has_few_round_ticks(low: float, high: float, step: float) -> None:
    assert tick_step(low, high) == pytest.approx(step)


def test_a_column_that_would_spread_an_item_over_slides_goes_to_the_notes() -> None:
    document = example(1, 8)
    item = document.items[1]
    long = "£1,715,464 actual expenditure to date of £1,724,267 budgeted expenditure to date"
    details = tuple(replace(d, figure=replace(d.figure, counted=long)) for d in item.details)
    item = replace(item, details=details, questions=("Why is that so?",) * 3)
    deck = opened(replace(document, items=(item,)))
    (slide,) = slides_of(deck, item)
    (table,) = [s.table for s in slide.shapes if s.name == "Names and values"]
    assert [cell.text for cell in table.rows[0].cells] == ["", "Value", "Target"]
    assert slide_notes(slide).count(long) == 9


def test_longer_series_come_first() -> None:
    """LibreOffice loses the points of series that a longer one follows."""
    for content in (v for k, v in members(pptx(with_years(example(5, 9)), CHECK)).items() if "/charts/chart" in k):
        if content.startswith(b"<?xml"):
            root = etree.fromstring(content)
            sizes = [int(s.find(f"{C}yVal//{C}ptCount").get("val")) for s in root.iter(f"{C}ser")]
            assert sizes == sorted(sizes, reverse=True)


def test_the_open_part_has_nothing_of_the_other() -> None:
    document = confidential(example(10, 4))
    open_part = all_text(pptx(document, CHECK, Part.OPEN))
    assert MARK not in open_part
    assert "Part 2" not in open_part
    assert "Part 1 (open)" in open_part
    both = opened(document)
    assert MARK in "\n".join(title_of(slide) for slide in both.slides)
    closed = opened(document, Part.CONFIDENTIAL)
    assert [i.title for i in document.items if i.part is Part.CONFIDENTIAL] == [
        title_of(slide) for slide in closed.slides
    ][-2:]


def test_the_same_document_gives_the_same_bytes_and_tells_no_time_of_day() -> None:
    document = with_years(example(4, 4))
    first = pptx(document, CHECK)
    assert pptx(document, CHECK) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = office.Presentation(io.BytesIO(first)).core_properties
    assert about.created == about.modified == dt.datetime.fromisoformat("2026-11-26")
    assert about.author == "Wychbourne Learning Trust"
    assert about.title == document.label
    books = [v for k, v in members(first).items() if k.endswith("xlsx/docProps/core.xml")]
    assert len(books) == 4
    assert all(b"2026-11-26T00:00:00Z" in book for book in books)


def test_notes_have_questions_definition_and_source() -> None:
    document = example(3, 4)
    deck = opened(document)
    item, definition = document.items[1], document.definitions[0]
    said = slide_notes(slides_of(deck, item)[0])
    assert item.figure is not None
    for each in (*item.questions, item.source, item.figure.sentence, definition.definition, definition.numerator):
        assert each in said


def test_an_item_without_anything_asked_says_so() -> None:
    document = example(1, 1)
    item = replace(document.items[-1], asked=())
    (slide,) = slides_of(opened(replace(document, items=(item,))), item)
    assert "Nothing is open from an earlier meeting." in "\n".join(shape_text(s) for s in slide.shapes)


def test_every_slide_says_label_part_date_and_check() -> None:
    document = example(6, 4)
    for slide in opened(document).slides:
        (foot,) = [s.text_frame.text for s in slide.placeholders if s.placeholder_format.idx == 11]
        assert foot.startswith("Board 2026-11-26 v2 · Part")
        assert "data to 21 Jul 2026 · check 7f3a-91c2" in foot
        assert [s for s in slide.placeholders if s.placeholder_format.idx == 12]


def test_shapes_have_alternative_texts_and_titles_come_first() -> None:
    document = with_years(example(6, 30))
    for slide in opened(document).slides:
        shapes = list(slide.shapes)
        assert shapes[0] == slide.shapes.title
        for shape in shapes[1:]:
            told = shape._element.xpath(".//p:cNvPr")[0].get("descr")
            assert told, (title_of(slide), shape.name)
            if shape.has_chart:
                alts = [i.chart.alt for i in document.items if i.chart is not None]
                assert any(told.startswith(alt) for alt in alts)


def test_letters_are_arial_and_none_is_smaller_than_twelve_points() -> None:
    for name, content in members(pptx(with_years(hostile()), CHECK)).items():
        if not re.match(r"ppt/(slides/slide\d+|charts/chart\d+|theme/theme1)\.xml", name):
            continue
        root = etree.fromstring(content)
        fonts = {each.get("typeface") for each in root.iter(f"{A}latin")}
        assert {font for font in fonts if font and not font.startswith("+")} <= {"Arial"}
        sizes = [int(e.get("sz")) for tag in ("rPr", "defRPr", "endParaRPr") for e in root.iter(A + tag) if e.get("sz")]
        assert all(size >= 1200 for size in sizes), name


@pytest.mark.parametrize("document", [hostile(), with_years(example(12, 40)), example(26, 8)], ids=["h", "many", "26"])
def test_nothing_leaves_the_slide_or_lies_on_something_else(document: Document) -> None:
    deck = opened(document)
    for number, slide in enumerate(deck.slides, start=1):
        boxes = []
        for shape in slide.shapes:
            if shape.is_placeholder and shape.placeholder_format.idx in (11, 12):
                continue
            left, top, right, low = shape.left, shape.top, shape.left + shape.width, shape.top + shape.height
            assert left >= 0, (number, shape.name)
            assert right <= deck.slide_width, (number, shape.name)
            assert low <= deck.slide_height - 27 * 12700, (number, shape.name, shape_text(shape)[:40])
            boxes.append((shape.name, left, top, right, low))
        for i, (name, left, top, right, low) in enumerate(boxes):
            for other, l2, t2, r2, b2 in boxes[i + 1 :]:
                apart = right <= l2 + 12700 or r2 <= left + 12700 or low <= t2 + 12700 or b2 <= top + 12700
                assert apart, (number, name, other)


def test_what_people_paste_is_all_there() -> None:
    document = hostile()
    content = pptx(document, CHECK)
    for name, member in members(content).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(member)
    deck = office.Presentation(io.BytesIO(content))
    for item in document.items:
        slides = slides_of(deck, item)
        assert title_of(slides[0]).startswith(plain(item.title)[:200])
        notes = plain(slide_notes(slides[0]))
        assert plain(item.comment) in notes
        for question in item.questions:
            assert plain(question) in notes
    assert COMMENT in slide_notes(slides_of(deck, document.items[0])[0])
    right = slides_of(deck, document.items[3])[0].shapes.title._element.iter(f"{A}pPr")
    assert [p.get("rtl") for p in right] == ["1"]
    assert ARABIC in title_of(slides_of(deck, document.items[3])[0])
    exceptions = next(slide for slide in deck.slides if title_of(slide).startswith("What needs discussion"))
    assert slide_notes(exceptions).count(COMMENT) == 2
    assert all(size < 120 for size in (len(deck.slides), len(slides_of(deck, document.items[0]))))


def test_a_long_text_goes_on_on_further_slides() -> None:
    document = example(1, 2)
    said = " ".join(COMMENT.split()[:600])
    item = replace(document.items[0], text=f"{said}\n\nLast.")
    slides = slides_of(opened(replace(document, items=(item,))), item)
    assert len(slides) > 1
    assert [title_of(s) for s in slides] == [f"{item.title} ({i} of {len(slides)})" for i in range(1, len(slides) + 1)]
    assert " ".join(shape_text(s) for slide in slides for s in slide.shapes if s.name == "Text").split() == [
        *said.split(),
        "Last.",
    ]


def test_a_chart_without_any_figure_is_no_chart() -> None:
    document = example(3, 4)
    item = document.items[1]
    assert isinstance(item.chart, Chart)
    bare = tuple(replace(p, value=None, lower=None, upper=None, shown="Not published") for p in item.chart.points)
    item = replace(item, chart=replace(item.chart, points=bare))
    deck = opened(replace(document, items=(item,)))
    assert charts_of(deck, item) == []
    assert "Not published" in "\n".join(shape_text(s) for s in slides_of(deck, item)[0].shapes)


def test_an_empty_meeting_is_a_deck_too() -> None:
    empty = replace(example(1, 1), items=(), scorecard=(), exceptions=(), definitions=(), academies=())
    assert [title_of(slide) for slide in opened(empty).slides] == ["Board, 26 Nov 2026", "Agenda"]


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("document", [with_years(example(6, 20)), hostile()], ids=["plain", "hostile"])
def test_libreoffice_opens_the_slides_and_shows_every_title_and_name(document: Document, tmp_path: Path) -> None:
    content = pptx(document, CHECK)
    (tmp_path / "pack.pptx").write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "pack.pptx")], check=True, capture_output=True, timeout=180)
    pages = pypdf.PdfReader(tmp_path / "pack.pdf").pages
    deck = office.Presentation(io.BytesIO(content))
    assert len(pages) == len(deck.slides)
    for page, slide in zip(pages, deck.slides, strict=True):
        said = "".join(page.extract_text().split())
        assert "check7f3a-91c2" in said
        for shape in slide.shapes:
            # What runs from right to left, and emoji, come back in another order or not at all.
            for line in shape_text(shape).split("\n"):
                if line.isascii() and shape.name in ("Names and values", "Figure", "Questions") and len(line) < 60:
                    assert "".join(line.split()) in said
