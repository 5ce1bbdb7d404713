"""The web page of a meeting: read back whole, without script, and safe to open from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace

import pytest

from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import TRUST_KEY, Document, Part
from kpi_engine.packs.html import html
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
    small,
    texts,
    web,
)

NAMES = frozenset({"key", "kpi", "item", "kind", "tone", "unit", "prefix", "suffix", "urn", "due"})
"""Fields of a meeting that are no words for a reader, and a date that is written another way."""


@pytest.fixture(scope="module")
def document() -> Document:
    return small(6, 4)


@pytest.fixture(scope="module")
def made(document: Document) -> bytes:
    return html(document, check_of(document))


@pytest.mark.parametrize("part", [None, Part.OPEN, Part.CONFIDENTIAL])
def test_every_text_of_the_part_stands_on_the_page(document: Document, part: Part | None) -> None:
    found = bare("".join(web(html(document, check_of(document), part))[0]))
    there = [item for item in document.items if part is None or item.part is part]
    kpis = {item.kpi for item in there}
    things = [
        there,
        [row for row in document.scorecard if part is None or row.part is part],
        [each for each in document.exceptions if part is None or each.part is part],
        [each for each in document.definitions if each.kpi in kpis],
    ]
    told = [said for thing in things for said in texts(thing, NAMES) if said]
    assert len(told) > 100
    for said in (*told, document.trust, document.label, document.data_version):
        assert bare(said) in found, said


def test_no_number_stands_there_that_the_meeting_does_not_hold(document: Document, made: bytes) -> None:
    held = numbers(short(check_of(document))) | {"26", "21", "1", "2026"} | {str(t) for t in range(50, 101, 5)}
    for said in texts(document):
        held |= numbers(said)
    for item in document.items:
        held.add(str(item.number))
        for figure in [item.figure, *(d.figure for d in item.details)]:
            if figure is not None and figure.lower is not None:
                held |= {f"{figure.lower:.1f}", f"{figure.upper:.1f}"}
        for chart in [item.chart, *(d.chart for d in item.details)]:
            for point in () if chart is None else chart.points:
                known = (point.value, point.lower, point.upper, point.england)
                held |= {f"{number:.1f}" for number in known if number is not None}
    said_there = [said for said in web(made)[0] if "default-src" not in said and "width=device" not in said]
    for said in said_there:
        assert numbers(said) <= held, said


def test_a_hidden_figure_is_a_word_and_nothing_around_it_is_a_number_of_its_own(made: bytes) -> None:
    section = made.decode("utf-8").split('<section id="item-4">')[1].split("</section>")[0]
    (detail,) = [d for d in section.split("<details>")[1:] if '<summary dir="auto">Pellmere High' in d]
    said = " ".join(web(detail.encode("utf-8"))[0])
    assert "Hidden: it would point at single people." in said
    years = {str(year) for year in range(2021, 2025)} | {str(year) for year in range(22, 26)}
    england, target = {"80.0", "81.0", "82.0", "83.0", "81.5"}, {"80.0"}
    assert numbers(said) <= years | england | target | {str(tick) for tick in range(50, 101, 5)}
    # The points that are drawn are England's.
    drawn = re.findall(r"<(?:circle|rect) [^>]*fill=\"([^\"]+)\"", detail)
    assert set(drawn) == {"#1B2430"}


def test_a_page_of_part_1_holds_nothing_of_part_2(document: Document) -> None:
    secret = marked(document)
    assert SECRET.encode() in html(secret, check_of(secret))
    opened = html(secret, check_of(secret), Part.OPEN)
    assert SECRET.encode() not in opened
    assert b"Part 2" not in opened
    assert b"measure-4" not in opened


def test_there_is_no_script_and_nothing_from_outside(made: bytes) -> None:
    _, tags = web(made)
    names = {tag for tag, _ in tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "form", "img", "base", "input", "button", "use"}
    for tag, attributes in tags:
        assert "style" not in attributes, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert "src" not in attributes
        if "href" in attributes:
            assert str(attributes["href"]).startswith("#")
    assert b"http://" not in made.replace(b"http://www.w3.org/2000/svg", b"")
    assert b"https://" not in made


def test_its_policy_allows_its_own_style_alone(made: bytes) -> None:
    text = made.decode("utf-8")
    style = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode("utf-8")).digest()).decode("ascii")
    policy = next(a["content"] or "" for tag, a in web(made)[1] if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_every_link_leads_to_a_place_that_is_there_once(made: bytes) -> None:
    _, tags = web(made)
    places = [a["id"] for _, a in tags if "id" in a]
    assert len(places) == len(set(places))
    links = {str(a["href"]).removeprefix("#") for tag, a in tags if tag == "a"}
    assert links <= set(places)
    named = {one for _, a in tags for one in str(a.get("aria-labelledby") or "").split()}
    assert named <= set(places)
    assert {"scorecard", "exceptions", "definitions", *(f"item-{i + 1}" for i in range(8))} <= links


def test_tables_have_heads_for_columns_and_rows(made: bytes) -> None:
    _, tags = web(made)
    scopes = [a.get("scope") for tag, a in tags if tag == "th"]
    assert set(scopes) == {"col", "row", "rowgroup"}
    rows = sum(tag == "tr" for tag, _ in tags)
    tables = sum(tag == "table" for tag, _ in tags)
    assert scopes.count("row") + scopes.count("rowgroup") == rows - tables
    assert scopes.count("rowgroup") == len({"Teaching", "Culture"})


def test_pictures_have_a_title_and_stand_beside_a_table(document: Document, made: bytes) -> None:
    _, tags = web(made)
    pictures = [a for tag, a in tags if tag == "svg"]
    charts = [c for i in document.items for c in (i.chart, *(d.chart for d in i.details)) if c is not None]
    assert len(pictures) == len(charts)
    assert all(a.get("role") == "img" and a.get("aria-labelledby") for a in pictures)
    assert sum(tag == "table" for tag, _ in tags) > len(charts)


def test_nothing_is_lost_of_long_and_strange_texts_and_none_is_read_as_markup() -> None:
    document = nasty()
    content = html(document, check_of(document))
    found, tags = web(content)
    whole = "".join(found)
    item = document.items[1]
    assert item.title in whole
    assert f"word{9_999}" in whole
    assert item.comment.split("\n\n")[0] in whole
    for said in (EMOJI, HEBREW, ARABIC, CHINESE, *item.questions):
        assert said in whole
    assert document.items[0].text.split("\n\n")[1] in whole
    assert "\x00" not in whole
    assert "\x07" not in whole
    assert not {tag for tag, _ in tags} & {"the", "e"}
    assert b"<b>Academy" not in content


def test_texts_of_other_directions_find_their_own(document: Document) -> None:
    _, tags = web(html(nasty(), check_of(document)))
    assert all(a.get("dir") == "auto" for tag, a in tags if tag in ("h2", "summary", "td") and "class" not in a and a)


def test_each_page_says_what_it_is_of(document: Document, made: bytes) -> None:
    whole = " ".join(web(made)[0])
    for said in (document.label, "Data to 21 Jul 2026", f"check {short(check_of(document))}", "Parts 1 and 2"):
        assert said in whole


def test_with_many_academies_their_years_are_tables_and_the_trusts_are_drawn() -> None:
    document = small(4, 100)
    _, tags = web(html(document, check_of(document)))
    assert sum(tag == "svg" for tag, _ in tags) == 8
    assert sum(tag == "details" for tag, _ in tags) == 4 * 101
    trusts = [d for i in document.items for d in i.details if d.key == TRUST_KEY]
    assert len(trusts) == 4


def test_the_same_meeting_gives_the_same_bytes(document: Document, made: bytes) -> None:
    assert html(document, check_of(document)) == made
    assert html(replace(document, version=3), check_of(document)) != made


def test_a_meeting_without_items_is_a_page() -> None:
    empty = replace(small(0, 0), items=(), missing=())
    whole = " ".join(web(html(empty, check_of(empty)))[0])
    assert "Scorecard" not in whole
    assert empty.label in whole


def test_a_page_of_26_kpis_and_8_academies_takes_a_second() -> None:
    document = small(26, 8)
    before = time.process_time()
    html(document, check_of(document))
    assert time.process_time() - before < 3
