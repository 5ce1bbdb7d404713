"""The PDF of a meeting: read back whole, checked by a validator, and the same each time."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import page
import pikepdf
import pypdf
import pytest

from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import Document, ItemKind, Part, Tone, parts
from kpi_engine.packs.pdf import pdf
from tests.packs.paper import (
    ARABIC,
    CHINESE,
    EMOJI,
    HEBREW,
    SECRET,
    bare,
    check_of,
    marked,
    nasty,
    numbers,
    page_texts,
    small,
    texts,
)

ROOT = Path(__file__).resolve().parents[2]
NOT_PRINTED = frozenset({"details", "key", "kpi", "item", "kind", "tone", "alt", "unit", "prefix", "suffix", "urn"})
"""Fields of a meeting that no page prints as they are: names of things, parts of numbers, and a drill's figures."""


def printed(document: Document, part: Part | None) -> list[str]:
    """Every text that must stand on the pages."""
    there = [item for item in document.items if part is None or item.part is part]
    rows = [row for row in document.scorecard if part is None or row.part is part]
    told: list[str] = [document.trust, document.label, document.data_version]
    for thing in (there, rows, [c for c in document.exceptions if part is None or c.part is part]):
        told += texts(thing, NOT_PRINTED | {"due", "name"})
    kpis = {item.kpi for item in there}
    told += texts([d for d in document.definitions if d.kpi in kpis], NOT_PRINTED)
    if part is None:
        told += document.missing
    return [each for each in told if each]


def strings(content: bytes) -> str:
    """Every text that stands in the file's structure: metadata, bookmarks, alternative texts."""
    found = []
    with pikepdf.open(io.BytesIO(content)) as opened:
        for each in opened.objects:
            raw = b"" if isinstance(each, pikepdf.Stream) else each.unparse(resolved=True)
            found += [_text(bytes.fromhex(said.decode())) for said in re.findall(rb"<((?:[0-9a-f]{2})+)>", raw)]
            found += [_text(re.sub(rb"\\(.)", rb"\\1", said)) for said in re.findall(rb"\(((?:\\.|[^\\()])*)\)", raw)]
            if isinstance(each, pikepdf.Stream) and each.get("/Type") == pikepdf.Name.Metadata:
                found.append(each.read_bytes().decode("utf-8"))
    return "\n".join(found)


def _text(raw: bytes) -> str:
    return raw.decode("utf-16") if raw.startswith(b"\xfe\xff") else raw.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def document() -> Document:
    return small(6, 4)


@pytest.fixture(scope="module")
def made(document: Document) -> bytes:
    return pdf(document, check_of(document))


@pytest.fixture(scope="module")
def worst() -> tuple[Document, bytes]:
    found = nasty()
    return found, pdf(found, check_of(found))


@pytest.mark.parametrize("part", [None, Part.OPEN, Part.CONFIDENTIAL])
def test_every_text_and_number_of_the_part_stands_on_the_pages(document: Document, part: Part | None) -> None:
    found = bare("".join(page_texts(pdf(document, check_of(document), part))))
    for said in printed(document, part):
        # The font has the ballot sign for a cross, and only that one.
        assert bare(said).replace("✕", "✗") in found, said


def test_no_number_stands_on_the_pages_that_the_meeting_does_not_hold(document: Document, made: bytes) -> None:
    held = set()
    for said in texts(document, frozenset({"details"})):
        held |= numbers(said)
    for item in document.items:
        held.add(str(item.number))
        if item.figure is not None and item.figure.lower is not None:
            held |= {f"{item.figure.lower:.1f}", f"{item.figure.upper:.1f}"}
    axis = {str(tick) for tick in range(50, 101, 10)}
    dates = {"26", "21", "1", "2026"}
    pages = page_texts(made)
    own = numbers(short(check_of(document))) | {str(i + 1) for i in range(len(pages))}
    for said in pages:
        assert numbers(said) <= held | axis | dates | own


def test_a_figure_that_is_hidden_is_a_word_and_no_number(document: Document, made: bytes) -> None:
    hidden = document.items[3]
    assert hidden.chart is not None
    assert hidden.chart.points[2].value is None
    # What the figure would be: 60 + (2 × 7.3 + 2 × 3.1 + 4 × 1.7) mod 35.
    value = "87.6"
    assert value not in " ".join(texts(document))
    said = next(s for s in page_texts(made) if hidden.title in s and "Questions to ask" in s)
    row = next(line for line in said.splitlines() if line.startswith("Pellmere High"))
    assert numbers(row) == set()
    assert value not in "".join(page_texts(made)) + strings(made)


def test_a_pack_of_part_1_holds_nothing_of_part_2(document: Document) -> None:
    secret = marked(document)
    whole = pdf(secret, check_of(secret))
    assert SECRET in "".join(page_texts(whole))
    assert SECRET in strings(whole)
    opened = pdf(secret, check_of(secret), Part.OPEN)
    assert SECRET not in "".join(page_texts(opened)) + strings(opened)
    assert SECRET.encode() not in opened
    assert "Part 2" not in "".join(page_texts(opened)) + strings(opened)


@pytest.mark.parametrize("part", [None, Part.OPEN])
def test_a_validator_finds_it_to_keep_to_pdf_ua_1(document: Document, part: Part | None) -> None:
    report = page.validate_pdf_bytes(pdf(document, check_of(document), part), profile="ua1")
    assert [(f.rule_id, f.message) for f in report.failures] == []
    assert report.is_compliant


def test_the_validator_would_notice_a_missing_alternative_text(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == pikepdf.Name.Figure:
                del each["/Alt"]
        spoilt = io.BytesIO()
        opened.save(spoilt)
    assert not page.is_pdf_compliant_bytes(spoilt.getvalue(), profile="ua1")


def test_each_page_says_what_it_is_of(document: Document, made: bytes) -> None:
    pages = page_texts(made)
    for i, said in enumerate(pages):
        assert f"Page {i + 1} of {len(pages)}" in said
        assert document.label in said
        assert "Data to 21 Jul 2026" in said
        assert f"check {short(check_of(document))}" in said


def test_pages_are_a4_landscape_with_one_item_after_the_other(document: Document, made: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages} == {(842, 595)}
    starts = [said.splitlines()[1] for said in page_texts(made)]
    assert [s.split(" · ")[0] for s in starts if s.startswith(tuple("12345678"))] == [str(i + 1) for i in range(8)]
    assert len(reader.pages) == 3 + len(document.items) + 1


def test_bookmarks_language_and_title_are_there(document: Document, made: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made))
    marks = [each["/Title"] for each in reader.outline if isinstance(each, dict)]
    assert marks == [
        "Board, 26 Nov 2026",
        "Scorecard",
        "Exceptions",
        *(item.title for item in document.items),
        "Definitions",
    ]
    assert reader.root_object["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert reader.metadata.title == "Board, 26 Nov 2026"
    assert reader.metadata.author == document.trust


def test_pictures_tell_what_they_show_and_rows_have_heads(document: Document, made: bytes) -> None:
    alts, heads, columns, rows = [], 0, 0, 0
    with pikepdf.open(io.BytesIO(made)) as opened:
        for each in opened.objects:
            if not isinstance(each, pikepdf.Dictionary) or "/S" not in each:
                continue
            if str(each.S) == "/Figure":
                alts.append(str(each.Alt))
            if str(each.S) == "/TR":
                rows += 1
            if str(each.S) == "/TH":
                scopes = str([str(a.get("/Scope")) for a in _list(each.A)])
                heads += "/Row" in scopes
                columns += "/Column" in scopes
    charts = [item.chart.alt for item in document.items if item.chart is not None]
    assert alts == charts
    # Facts, agenda, scorecard, exceptions; one for each KPI; what was asked last time.
    tables = 4 + len(charts) + 1
    assert heads == rows - tables
    assert columns > heads / 4


def _list(thing: Any) -> list[Any]:
    return list(thing) if isinstance(thing, pikepdf.Array) else [thing]


def test_heads_are_repeated_where_a_table_goes_on() -> None:
    document = small(1, 70)
    pages = page_texts(pdf(document, check_of(document)))
    of_item = [said for said in pages if "270 pupils Target missed" in said or " pupils Target missed" in said]
    assert len(of_item) >= 2
    assert all("Academy Value n Target" in said for said in of_item)
    sheets = [said for said in pages if "KPI Year Trust" in said]
    assert len(sheets) == 7
    named = bare("".join(sheets))
    assert all(bare(academy.name) in named for academy in document.academies)


def test_the_scorecard_of_39_kpis_and_8_academies_is_one_page() -> None:
    document = small(39, 8)
    sheets = [said for said in page_texts(pdf(document, check_of(document))) if "KPI Year Trust" in said]
    assert len(sheets) == 1
    assert all(f"\nMeasure {n} " in sheets[0] for n in range(39))


def test_nothing_is_lost_of_long_and_strange_texts(worst: tuple[Document, bytes]) -> None:
    document, content = worst
    found = bare("".join(page_texts(content)))
    item = document.items[1]
    assert len(item.title) == 300
    assert bare(item.title) in found
    words = set("".join(f" {s}" for s in page_texts(content)).split())
    assert {f"word{i}" for i in range(10_000)} <= words
    # No font has these: they are said by their names in the standard.
    assert bare(f"[{unicodedata.name(EMOJI).lower()}]") in found
    for sign in CHINESE:
        assert bare(f"[{unicodedata.name(sign).lower()}]") in found
    # Right-to-left words are drawn from the right, and may be read back in either order.
    for word in (HEBREW, ARABIC):
        shaped = unicodedata.normalize("NFKC", found)
        assert word in shaped or word[::-1] in shaped
    assert bare('#import "x"; $a$ \\ *b* _c_ @d <e> `f`') in found
    assert "Wychbournelearning" * 6 in found
    assert "<b>Academy</b>&Sons" in found
    assert page.is_pdf_compliant_bytes(content, profile="ua1")


def test_nothing_stands_outside_its_page(worst: tuple[Document, bytes]) -> None:
    """Where each run of letters begins, from the text's and the page's matrices."""
    reader = pypdf.PdfReader(io.BytesIO(worst[1]))
    found: list[tuple[float, float]] = []

    def seen(text: str, cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            x, y = float(tm[4]), float(tm[5])
            found.append((x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]))

    for each in reader.pages:
        each.extract_text(visitor_text=seen)
    assert len(found) > 500
    assert min(x for x, _ in found) >= 40
    assert max(x for x, _ in found) <= 842 - 40
    assert min(y for _, y in found) >= 15
    assert max(y for _, y in found) <= 595 - 15


def test_the_same_meeting_gives_the_same_bytes(document: Document, made: bytes) -> None:
    assert pdf(document, check_of(document)) == made
    told = (
        "import sys,hashlib; from tests.packs.paper import small, check_of; from kpi_engine.packs.pdf import pdf;"
        "d = small(6, 4); sys.stdout.write(hashlib.sha256(pdf(d, check_of(d))).hexdigest())"
    )
    again = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert again.stdout == hashlib.sha256(made).hexdigest()


def test_a_meeting_without_figures_has_a_cover_and_its_texts() -> None:
    document = small(0, 0)
    pages = page_texts(pdf(document, check_of(document)))
    assert "What the board asked for in July" in pages[1]
    assert not any("Scorecard" in said for said in pages)
    empty = replace(document, items=(), missing=())
    assert len(page_texts(pdf(empty, check_of(empty)))) == 1


def test_a_special_answer_stands_in_place_of_the_value() -> None:
    document = small(1, 2)
    item = document.items[1]
    assert item.figure is not None
    figure = replace(
        item.figure,
        shown="Not yet published by anybody",
        value=None,
        lower=None,
        upper=None,
        chips=(),
        sentence="",
        reason="DfE has not published it so far.",
    )
    without = replace(document, items=(document.items[0], replace(item, figure=figure, chart=None, table=None)))
    said = page_texts(pdf(without, check_of(without)))[-2]
    assert "Not yet published by anybody" in said
    assert "DfE has not published it so far." in said


def test_part_2_is_named_where_it_is_and_anonymous_packs_say_so(document: Document) -> None:
    letters = replace(document, anonymous=True)
    pages = page_texts(pdf(letters, check_of(letters)))
    assert "Academies have letters in place of their names." in pages[0]
    assert all("Parts 1 and 2 (confidential)" in said for said in pages)
    of_two = [item for item in parts(document, Part.CONFIDENTIAL) if item.kind is ItemKind.KPI]
    assert all(any(f"{item.number} · " in s and "Part 2 (confidential)" in s for s in pages) for item in of_two)
    assert {tone.value for tone in Tone} == {"good", "near", "bad", "plain"}


def test_a_pack_of_26_kpis_and_8_academies_takes_seconds() -> None:
    document = small(26, 8)
    before = time.process_time()
    assert pdf(document, check_of(document))
    assert time.process_time() - before < 5
