"""Pictures as files: every figure that the app draws, at the places where it draws it, with all its words."""

from __future__ import annotations

import io
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFont

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.errors import ExportError
from kpi_engine.export import fonts
from kpi_engine.export.allowed import _KNOWN
from kpi_engine.export.plot import plot
from kpi_engine.export.png import png
from kpi_engine.export.svg import Told, size_of, svg
from tests.export.conftest import EXECUTIVE, GOVERNOR, HEAD_BY_RIGHT, STRIP, At
from ui.pictures import KINDS

NS = "{http://www.w3.org/2000/svg}"
TOLD = Told("Attendance was 94.1 %.", "Half-days missed · over the years", "A line.", ("A break.",))
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "x" * 200, "A & B's <b", "\x00\x07\ud800?", "&lt;i&gt;")


def drawn(figure: dict[str, Any], told: Told = TOLD) -> ET.Element:
    return ET.fromstring(svg(figure, told, STRIP))


def texts(root: ET.Element) -> str:
    """Everything that is written, line breaks and hard spaces as spaces."""
    found = " ".join(" ".join(each.itertext()) for each in root.iter(f"{NS}text"))
    return " ".join(found.replace("\u00a0", " ").split())


def simple(**layout: Any) -> dict[str, Any]:
    """A figure whose places can be worked out by hand: 500 wide, 50 at each side, 10 above, 40 below, 250 high."""
    hidden = {"showgrid": False, "zeroline": False, "showticklabels": False}
    return {
        "data": [{"type": "scatter", "mode": "markers", "x": [5], "y": [2.5], "marker": {"size": 8}}],
        "layout": {
            "height": 250,
            "margin": {"l": 50, "r": 50, "t": 10, "b": 40},
            "showlegend": False,
            "xaxis": {"range": [0, 10], **hidden},
            "yaxis": {"range": [0, 10], **hidden},
            **layout,
        },
    }


def elements(figure: dict[str, Any], name: str) -> list[ET.Element]:
    body = plot(figure, 500).body
    return list(ET.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>').iter(f"{NS}{name}"))


def symbols(trace: dict[str, Any]) -> list[str]:
    """The symbol of each point."""
    found = trace["marker"].get("symbol", "circle")
    return [found] * len(trace["x"]) if isinstance(found, str) else found


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_figure_that_the_app_draws_becomes_a_file_with_every_word_of_it(at: At, kind: str) -> None:
    """A property that files do not know raises ExportError, so that no part of a figure is left out in silence."""
    made = 0
    for kpi in CATALOGUE:
        for academy, viewer in (("trust", EXECUTIVE), ("900006", HEAD_BY_RIGHT), ("900001", GOVERNOR)):
            place = at(kpi, academy, viewer)
            fits = KINDS[kind].fits(place) or kind == "spread"  # offered with more academies than the sample has
            picture = KINDS[kind].draw(place) if fits else None
            if picture is None or picture.figure is None:
                continue
            made += 1
            root = drawn(picture.figure, Told(place.result.sentence, picture.title, picture.alt, picture.notes))
            said = texts(root)
            layout = picture.figure["layout"]
            wanted = [a["text"] for a in layout["annotations"]]
            wanted += [t for axis in ("xaxis", "yaxis") for t in layout[axis].get("ticktext", ())]
            for text in [*wanted, place.result.sentence, *picture.notes]:
                plain = " ".join(re.sub(r"<br>|</?b>|</?span[^>]*>", " ", text).replace("\u00a0", " ").split())
                assert plain in said, (kpi, academy, plain)
            marked = [t for t in picture.figure["data"] if t["type"] == "scatter" and "markers" in t.get("mode", "")]
            dashes = [t for t in marked if t["marker"].get("symbol") == "line-ew"]
            dots = [name for t in marked if t not in dashes for name in symbols(t) if "triangle" not in name]
            assert len(list(root.iter(f"{NS}circle"))) == len(dots)
            wide = [p for p in root.iter(f"{NS}path") if p.get("stroke-width") == "4"]
            joined = [t for t in marked if "lines" in t["mode"] and t["line"]["width"] == 4]
            assert len(wide) == sum(len(t["x"]) for t in dashes) + len(joined)
            bars = sum(len(t["x"]) for t in picture.figure["data"] if t["type"] == "bar")
            clipped = root.find(f".//{NS}g[@clip-path]")
            assert bars == 0 or (clipped is not None and len(list(clipped.iter(f"{NS}rect"))) == bars)
    # Judgements and budget lines are tables; every other kind has a figure in the sample.
    assert made or kind in ("areas", "cards", "journey", "lines")


def test_a_point_stands_where_its_value_is() -> None:
    (point,) = elements(simple(), "circle")
    # 50 + 5/10 of 400; 10 + (1 - 2.5/10) of 200.
    assert (point.get("cx"), point.get("cy"), point.get("r")) == ("250", "160", "4")


def test_an_interval_reaches_from_limit_to_limit() -> None:
    figure = simple()
    figure["data"][0]["error_y"] = {"type": "data", "symmetric": False, "array": [2.5], "arrayminus": [1], "width": 0}
    (path,) = [p for p in elements(figure, "path") if "M250" in str(p.get("d"))]
    # From 3.5... 2.5 - 1 = 1.5 at 180 to 2.5 + 2.5 = 5 at 110.
    assert path.get("d") == "M250 180 L250 110"


def test_bars_that_are_stacked_begin_where_the_one_before_ends() -> None:
    bar = {"type": "bar", "orientation": "h", "y": [5], "width": 2}
    figure = simple(barmode="stack")
    figure["data"] = [{**bar, "x": [4]}, {**bar, "x": [6]}]
    first, second = [r for r in elements(figure, "rect") if r.get("height") == "40"]
    assert (first.get("x"), first.get("width")) == ("50", "160")
    assert (second.get("x"), second.get("width")) == ("210", "240")


def test_words_and_lines_stand_where_they_are_asked_for_on_the_axis_and_on_the_paper() -> None:
    line = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 5, "y1": 5, "line": {"width": 1, "dash": "dot"}}
    note = {"x": 1, "xref": "paper", "y": 5, "text": "Target", "showarrow": False, "xanchor": "left", "xshift": 6}
    (rule,) = elements(simple(shapes=[line]), "line")
    assert [rule.get(k) for k in ("x1", "x2", "y1", "y2")] == ["50", "450", "110", "110"]
    assert rule.get("stroke-dasharray") == "3 3"
    (text,) = elements(simple(annotations=[note]), "text")
    assert text.text == "Target"
    # The edge of the data at 450, six further, and one for the room around words.
    assert text.get("x") == "457"


def test_words_may_be_bold_smaller_and_on_several_lines() -> None:
    text = '<b>Corvane</b><br><span style="font-size:11.5px">3 of 5</span><br><span style="color:red">x</span>'
    (drawn,) = elements(simple(annotations=[{"x": 5, "y": 5, "text": text, "showarrow": False}]), "text")
    first, second, third = drawn.findall(f"{NS}tspan")
    assert (first[0].text, first[0].get("font-weight")) == ("Corvane", "600")
    assert (second[0].text, second[0].get("font-size")) == ("3 of 5", "11.5")
    assert third.text == '<span style="color:red">x</span>'.removesuffix("</span>")
    assert float(str(second.get("y"))) - float(str(first.get("y"))) == pytest.approx(12 * 1.3, abs=0.01)


def test_a_line_is_broken_where_a_value_is_missing() -> None:
    figure = simple()
    figure["data"] = [{"type": "scatter", "mode": "lines", "x": [0, 1, 2, 3, 4], "y": [1, 1, None, 1, 1]}]
    (path,) = elements(figure, "path")
    assert str(path.get("d")).count("M") == 2


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(0, 30, "0 10 20 30"), (0, 100, "0 20 40 60 80 100"), (-2, 2, "−2 −1 0 1 2"), (80, 120, "80 90 100 110 120")],
)
def test_ticks_stand_at_the_same_round_values_as_on_the_screen(low: float, high: float, wanted: str) -> None:
    """As Plotly 7.1 was seen to set them on these axes."""
    figure = simple(xaxis={"range": [low, high], "nticks": 6})
    assert " ".join(str(t.text) for t in elements(figure, "text")) == wanted


UNKNOWN = [
    ("data", {"type": "pie"}),
    ("data", {"mode": "lines", "stackgroup": "one"}),
    ("data", {"marker": {"colorscale": "Viridis"}}),
    ("data", {"fill": "tonext"}),
    ("data", {"marker": {"symbol": "hexagram"}}),
    ("data", {"marker": {"color": "url(https://evil.example/x)"}}),
    ("data", {"x": [float("nan")]}),
    ("layout", {"showlegend": True}),
    ("layout", {"polar": {}}),
    ("layout", {"shapes": [{"type": "path", "path": "M0 0", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]}),
    ("layout", {"annotations": [{"x": 1, "y": 1, "text": "a", "showarrow": True}]}),
    ("layout", {"xaxis": {"type": "log", "range": [0, 1]}}),
    ("layout", {"xaxis": {"rangeslider": {}}}),
]


@pytest.mark.parametrize(("part", "more"), UNKNOWN, ids=lambda found: str(found)[:40])
def test_what_cannot_be_drawn_is_refused(part: str, more: dict[str, Any]) -> None:
    figure = simple()
    if part == "data":
        figure["data"][0].update(more)
    else:
        figure["layout"].update(more)
    with pytest.raises(ExportError):
        svg(figure, TOLD, STRIP)


def test_every_property_that_is_drawn_is_one_that_plotly_has() -> None:
    """Else the list would hold names that no figure can ever bear."""
    import plotly.graph_objects as go

    own = {"scatter": go.Scatter(), "bar": go.Bar(), "layout": go.Layout(), "annotation": go.layout.Annotation()}
    own |= {"axis": go.layout.XAxis(), "shape": go.layout.Shape(), "error": go.scatter.ErrorX()}
    for name, thing in own.items():
        assert _KNOWN[name] - {"type"} <= set(thing), name


def test_a_file_says_what_it_is_to_those_who_see_it_and_to_those_who_do_not() -> None:
    root = drawn(simple())
    assert root.get("role") == "img"
    ids = str(root.get("aria-labelledby")).split()
    named = {each.get("id"): each for each in root.iter() if each.get("id")}
    assert named[ids[0]].tag == f"{NS}title"
    assert named[ids[0]].text == TOLD.sentence
    assert named[ids[1]].tag == f"{NS}desc"
    assert str(named[ids[1]].text).startswith(TOLD.alt)
    said = texts(root)
    for part in (TOLD.sentence, TOLD.title, *TOLD.notes, *STRIP.lines()):
        assert part in said
    for part in ("Wychbourne Learning Trust", "Data to 14 Nov 2026", "7 of 8 academies", "7b85b494f97b", "executive"):
        assert part in said


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:20])
def test_a_hostile_name_is_nothing_but_text(name: str) -> None:
    figure = simple(
        annotations=[{"x": 9, "y": 5, "text": name, "showarrow": False, "xanchor": "left"}],
        yaxis={"range": [0, 10], "tickvals": [5], "ticktext": [name]},
    )
    made = svg(figure, Told(name, name, name, (name,)), STRIP)
    root = ET.fromstring(made)
    assert {each.tag.removeprefix(NS) for each in root.iter()} <= {
        *("svg", "title", "desc", "rect", "text", "tspan", "g", "clipPath", "circle", "line", "path")
    }
    width, _ = size_of(made)
    for text in root.iter(f"{NS}text"):
        for line in ["".join(span.itertext()) for span in text.findall(f"{NS}tspan[@x]")] or ["".join(text.itertext())]:
            assert fonts.width(line, float(str(text.get("font-size")))) <= width
    assert Image.open(io.BytesIO(png(made))).width == 2 * width
    shown = re.sub("[\x00\x07\ud800]", "", name).replace("&lt;", "<").replace("&gt;", ">")
    if len(name) < 200:
        assert " ".join(shown.split()) in texts(root)


def test_the_same_figure_gives_the_same_bytes(at: At) -> None:
    place = at("pupil-attendance", "900006")
    first, second = (KINDS["years"].draw(place) for _ in range(2))
    assert first is not None
    assert second is not None
    one, two = svg(first.figure or {}, TOLD, STRIP), svg(second.figure or {}, TOLD, STRIP)
    assert one == two
    assert png(one) == png(two)
    assert not re.search(r"\d\.\d{3}", one.split("<svg")[1].replace("94.1", "")), (
        "coordinates have two decimals at most"
    )


def test_a_png_is_twice_the_size_and_its_words_are_set_in_the_font_that_is_shipped() -> None:
    made = svg(simple(), Told("MMMM", "", ""), STRIP)
    image = Image.open(io.BytesIO(png(made))).convert("L")
    width, height = size_of(made)
    assert image.size == (2 * width, 2 * height)
    # The sentence: 20 units at 24, 24. Pillow sets the same letters in the same file, by another way.
    font = ImageFont.truetype(str(fonts.FOLDER / "SourceSans3-Semibold.ttf"), 40)
    ink = image.crop((0, 40, 400, 110)).point(lambda p: 255 if p < 128 else 0).getbbox()
    assert ink is not None
    wanted = font.getmask("MMMM").getbbox()
    assert abs((ink[2] - ink[0]) - (wanted[2] - wanted[0])) <= 2
    assert abs((ink[3] - ink[1]) - (wanted[3] - wanted[1])) <= 2


@pytest.mark.parametrize("weight", ["Regular", "Semibold"])
def test_widths_are_those_of_the_font(weight: str) -> None:
    """Pillow's, which knows kerning, are a little narrower at most."""
    font = ImageFont.truetype(
        str(fonts.FOLDER / f"SourceSans3-{weight}.ttf"), 1000, layout_engine=ImageFont.Layout.BASIC
    )
    for text in ("Netherquill Academy", "94.1 %", "−0.24", "● Girls ○ Boys", "£41,300"):
        own = fonts.width(text, 1000, weight == "Semibold")
        assert own == pytest.approx(sum(font.getlength(c) for c in text), abs=0.5 * len(text))


def test_the_font_s_licence_stands_beside_it_and_the_font_is_the_original() -> None:
    """The licence lets the name "Source" be used for the original alone, so that it is shipped unchanged."""
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "LICENSE.md").read_text(encoding="utf-8").upper()
    for file in sorted(fonts.FOLDER.glob("*.ttf")):
        data = file.read_bytes()
        count = struct.unpack_from(">H", data, 4)[0]
        assert count > 10
        for i in range(count):
            tag, told, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * i)
            if tag != b"head":
                assert _sum(data, offset, length) == told, (file.name, tag)


def _sum(data: bytes, offset: int, length: int) -> int:
    """A table's checksum, as its makers wrote it into the file: the sum of its 32-bit words."""
    part = data[offset : offset + length]
    part += b"\0" * (-len(part) % 4)
    return sum(struct.unpack(f">{len(part) // 4}I", part)) % 2**32


def test_what_long_names_become_still_ends_within_the_picture() -> None:
    assert fonts.wrapped("a b c", 10, 1000) == ["a b c"]
    assert fonts.wrapped("was 94.1 % in", 10, fonts.width("was 94.1", 10)) == ["was", "94.1\u00a0%", "in"]
    assert "".join(fonts.wrapped("x" * 200, 10, 100)) == "x" * 200
    cut = fonts.wrapped("word " * 50, 10, 100, most=2)
    assert len(cut) == 2
    assert cut[1].endswith("…")
    assert all(fonts.width(line, 10) <= 100 for line in cut)
    assert Path(fonts.FOLDER).is_dir()
