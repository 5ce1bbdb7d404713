"""The pictures of a meeting as files: all there, safe to unpack, and the same each time."""

from __future__ import annotations

import io
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pytest
from PIL import Image

from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import Document, Part
from kpi_engine.packs.images import images
from tests.packs.paper import EMOJI, SECRET, check_of, marked, nasty, numbers, small, texts

SVG = "{http://www.w3.org/2000/svg}"


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture(scope="module")
def document() -> Document:
    """The fifth KPI is confidential, the third has a hidden figure."""
    return small(5, 3)


@pytest.fixture(scope="module")
def files(document: Document) -> dict[str, bytes]:
    return unpacked(images(document, check_of(document)))


def words(content: bytes) -> str:
    return "\n".join("".join(t.itertext()) for t in ET.fromstring(content).iter(f"{SVG}text")).replace("\u00a0", " ")


def test_each_item_has_its_chart_and_its_years_as_svg_and_png(document: Document, files: dict[str, bytes]) -> None:
    names = [name.rpartition(".") for name in files if name != "contents.txt"]
    stems = {stem for stem, _, _ in names}
    assert sorted(names) == sorted((stem, ".", ending) for stem in stems for ending in ("svg", "png"))
    assert stems == {
        f"{n + 2:03d}_part-{2 if n == 4 else 1}_measure-{n}{years}" for n in range(5) for years in ("", "_years")
    }
    assert document.items[5].part is Part.CONFIDENTIAL


def test_a_png_is_its_svg_twice_as_large(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if not name.endswith(".png"):
            continue
        wide, high = struct.unpack(">II", content[16:24])
        root = ET.fromstring(files[name.replace(".png", ".svg")])
        assert (wide, high) == (2 * float(root.get("width", "")), 2 * float(root.get("height", "")))
        with Image.open(io.BytesIO(content)) as picture:
            colours = picture.convert("RGB").getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 20


def test_a_picture_says_what_it_shows_and_where_it_comes_from(document: Document, files: dict[str, bytes]) -> None:
    for item in document.items[1:6]:
        assert item.chart is not None
        part = 1 if item.part is Part.OPEN else 2
        content = files[f"{item.number:03d}_part-{part}_{item.kpi}.svg"]
        said = " ".join(words(content).split())
        for told in (item.title, item.chart.title, *item.chart.notes, document.label, str(item.part)):
            assert told in said
        for point in item.chart.points:
            assert point.label in said
            assert point.shown in said
        assert f"check {short(check_of(document))}" in said
        assert item.chart.alt in (ET.fromstring(content).findtext(f"{SVG}desc") or "")


def test_no_number_stands_in_a_picture_that_the_meeting_does_not_hold(
    document: Document, files: dict[str, bytes]
) -> None:
    held = numbers(short(check_of(document))) | {"21", "2026"} | {str(tick) for tick in range(50, 101, 5)}
    for said in texts(document):
        held |= numbers(said)
    england = [p.england for i in document.items for d in i.details if d.chart for p in d.chart.points]
    held |= {f"{value:.1f}" for value in england if value is not None}
    for name, content in files.items():
        if name.endswith(".svg"):
            assert numbers(words(content)) <= held


def test_a_hidden_figure_is_in_no_picture(files: dict[str, bytes]) -> None:
    row = next(
        group
        for group in ET.fromstring(files["004_part-1_measure-2.svg"]).iter(f"{SVG}g")
        if group.get("data-key") == "a3"
    )
    assert ["".join(t.itertext()) for t in row] == ["Pellmere High", "Hidden"]
    # What it would be: 60 + (2 × 7.3 + 2 × 3.1 + 4 × 1.7) mod 35.
    assert not any("87.6" in words(content) for name, content in files.items() if name.endswith(".svg"))
    assert "87.6" not in files["contents.txt"].decode("utf-8")


def test_pictures_of_part_1_hold_nothing_of_part_2(document: Document) -> None:
    secret = marked(document)
    whole = unpacked(images(secret, check_of(secret)))
    assert any(SECRET.encode() in content for content in whole.values())
    packed = images(secret, check_of(secret), Part.OPEN)
    opened = unpacked(packed)
    assert not any(SECRET.encode() in content or b"Part 2" in content for content in opened.values())
    assert not [name for name in opened if "measure-4" in name or "part-2" in name]
    assert len(opened) == len(whole) - 4


def test_names_are_safe_whatever_a_title_is(document: Document) -> None:
    item = replace(document.items[1], kpi="", title="../../Ünfit: <name>? *| “CON” " + "x" * 300)
    found = unpacked(images(replace(document, items=(item,)), check_of(document)))
    for name in found:
        assert re.fullmatch(r"[a-z0-9_-]{1,90}\.(svg|png|txt)", name), name
        assert ".." not in name


def test_the_list_says_what_each_file_shows(document: Document, files: dict[str, bytes]) -> None:
    told = files["contents.txt"].decode("utf-8")
    for name in files:
        if name.endswith(".png"):
            assert f"{name.removesuffix('.png')} (.svg, .png)" in told
    assert all(item.chart.alt in told for item in document.items if item.chart is not None)
    assert document.label in told


def test_signs_that_no_font_has_are_in_the_svg_as_they_are() -> None:
    document = nasty()
    found = unpacked(images(document, check_of(document)))
    assert EMOJI.encode("utf-8") in found["002_part-1_measure-0.svg"]
    assert found["002_part-1_measure-0.png"].startswith(b"\x89PNG")


def test_the_same_meeting_gives_the_same_bytes(document: Document, files: dict[str, bytes]) -> None:
    one = images(document, check_of(document))
    assert unpacked(one) == files
    assert images(document, check_of(document)) == one
    with zipfile.ZipFile(io.BytesIO(one)) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_very_long_chart_keeps_its_own_size_and_its_order() -> None:
    document = small(1, 90)
    found = unpacked(images(document, check_of(document)))
    wide, high = struct.unpack(">II", found["002_part-1_measure-0.png"][16:24])
    assert wide == 800
    assert high > 2000
    assert struct.unpack(">I", found["002_part-1_measure-0_years.png"][16:20])[0] == 1600


def test_a_meeting_without_charts_is_a_list_alone() -> None:
    document = small(0, 0)
    assert list(unpacked(images(document, check_of(document)))) == ["contents.txt"]
