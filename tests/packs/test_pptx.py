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

import pptx as office
import pypdf
import pytest
from lxml import etree

from kpi_engine.meetings.document import Document, ItemKind, Part
from kpi_engine.packs.pptx import pptx
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
    plain,
    secretive,
    words,
)
from tests.packs.slides import (
    opened,
    shape_text,
    slide_notes,
    slides_of,
    title_of,
    with_years,
)

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
OFFICE = shutil.which("soffice")


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


def test_an_empty_meeting_is_a_deck_too() -> None:
    empty = replace(example(1, 1), items=(), scorecard=(), exceptions=(), definitions=(), academies=())
    assert [title_of(slide) for slide in opened(empty).slides] == ["Board, 26 Nov 2026", "Agenda"]


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
