"""The drawing of a chart: whoever looks at it, or reads it, finds each name and value where it belongs."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

from kpi_engine.export.fonts import width as width_of
from kpi_engine.meetings.document import Chart, ChartKind, Mark, MarkKind, Point, Tone
from kpi_engine.packs.drawing import svg

SVG = "{http://www.w3.org/2000/svg}"
LONG = "The Academy of Science, Technology & the Performing Arts at Upper Wychbourne-under-Lyne with Saint Osyth <b>"


def point(label: str, value: float | None, shown: str = "", **more: object) -> Point:
    limits = (None, None) if value is None else (value - 2, value + 2)
    said = shown or f"{value:.1f} %"
    return Point(label, value, *limits, None, said, **more)  # type: ignore[arg-type]


def chart(*points: Point, kind: ChartKind = ChartKind.ROWS, marks: tuple[Mark, ...] = ()) -> Chart:
    return Chart(kind, "Academies compared", "What it shows.", 50, 100, 1, "", " %", points, marks)


THREE = (
    point("Corvane High", 60.0, tone=Tone.BAD, key="a1"),
    point("Netherquill Academy", 75.0, tone=Tone.NEAR, key="a2"),
    point("Pellmere High", 90.0, tone=Tone.GOOD, key="a3"),
)
MARKS = (Mark(MarkKind.ENGLAND, 80.0, "England, secondary 80.0 %"), Mark(MarkKind.TARGET, 81.0, "Target 81.0 %"))


def read(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)


def words(text: ET.Element) -> str:
    """What is written, its lines joined, with the space that keeps a unit on its number's line as any other."""
    lines = ["".join(each.itertext()) for each in text if each.get("y")] or ["".join(text.itertext())]
    return " ".join(lines).replace("\u00a0", " ")


def said(root: ET.Element) -> list[str]:
    return [words(each) for each in root.iter(f"{SVG}text")]


def row(root: ET.Element, key: str) -> ET.Element:
    return next(g for g in root.iter(f"{SVG}g") if g.get("data-key") == key)


def middle(group: ET.Element) -> tuple[str, float, float]:
    """The symbol of a row: its kind and where its middle is."""
    for each in group:
        if each.tag == f"{SVG}circle":
            return "disc", float(each.get("cx", "")), float(each.get("cy", ""))
        if each.tag == f"{SVG}rect":
            half = float(each.get("width", "")) / 2
            return "square", float(each.get("x", "")) + half, float(each.get("y", "")) + half
        if each.tag == f"{SVG}path" and each.get("fill") != "none":
            found = [float(n) for n in re.findall(r"-?[\d.]+", each.get("d", ""))]
            return "diamond", sum(found[::2]) / 4, sum(found[1::2]) / 4
    raise AssertionError("a row without a symbol")


def test_each_row_has_its_name_its_value_and_a_symbol_where_the_axis_says() -> None:
    root = read(svg(chart(*THREE, marks=MARKS), 800, name="c"))
    ticks = {words(t): float(t.get("x", "")) for t in root.iter(f"{SVG}text") if t.get("text-anchor") == "middle"}
    # Two ticks are enough to know the axis, worked out here by proportion.
    one, two = ticks["60 %"], ticks["90 %"]
    per = (two - one) / 30
    for each in THREE:
        assert each.value is not None
        group = row(root, each.key)
        assert each.label in said(group)
        assert each.shown in said(group)
        assert middle(group)[1] == pytest.approx(one + (each.value - 60) * per, abs=0.06)


def test_tones_differ_by_shape_and_are_named() -> None:
    root = read(svg(chart(*THREE), 800, name="c"))
    assert [middle(row(root, key))[0] for key in ("a1", "a2", "a3")] == ["square", "diamond", "disc"]
    assert {"target met", "near the target", "target missed"} <= set(said(root))


def test_plain_points_alone_need_no_key() -> None:
    root = read(svg(chart(point("Corvane High", 60.0, key="a1")), 800, name="c"))
    assert "no target" not in said(root)


def test_in_greys_there_is_no_colour() -> None:
    drawn = svg(chart(*THREE, marks=MARKS), 800, name="c", grey=True)
    colours = re.findall("#([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})", drawn)
    assert colours
    assert all(a == b == c for a, b, c in colours)
    assert re.search("#(?!([0-9A-F]{2})\\1\\1)[0-9A-F]{6}", svg(chart(*THREE, marks=MARKS), 800, name="c"))


def test_a_row_without_a_value_says_why_and_has_no_symbol() -> None:
    held = point("Skerrow Primary", None, "Not yet published", key="a4")
    group = row(read(svg(chart(*THREE, held), 800, name="c")), "a4")
    assert said(group) == ["Skerrow Primary", "Not yet published"]
    assert [each.tag for each in group] == [f"{SVG}text", f"{SVG}text"]


def test_england_is_dashed_and_the_target_dotted_at_their_values() -> None:
    root = read(svg(chart(*THREE, marks=MARKS), 800, name="c"))
    lines = [e for e in root.iter(f"{SVG}path") if e.get("stroke-dasharray")]
    dashes = [float(e.get("stroke-dasharray", "").split()[0]) for e in lines]
    assert len(lines) == 2
    assert dashes[0] > 3 * dashes[1]
    places = [float(re.findall(r"M(\S+)", e.get("d", ""))[0]) for e in lines]
    good, bad = (middle(row(root, key))[1] for key in ("a3", "a1"))
    assert places[0] == pytest.approx(bad + (good - bad) * 20 / 30, abs=0.06)
    assert places[1] == pytest.approx(bad + (good - bad) * 21 / 30, abs=0.06)
    assert {"England, secondary 80.0 %", "Target 81.0 %"} <= set(said(root))


def boxes(root: ET.Element, size: float) -> list[tuple[float, float, float, float]]:
    """Where each text stands, with the widths of the font's own table: left, top, right, bottom.

    Texts that are moved or turned with their group are left out.
    """
    moved = {id(text) for g in root.iter(f"{SVG}g") if g.get("transform") for text in g.iter(f"{SVG}text")}
    found = []
    for text in root.iter(f"{SVG}text"):
        if id(text) in moved:
            continue
        spans = [s for s in text if s.get("y")] or [text]
        for span in spans:
            x, y = float(span.get("x", "")), float(span.get("y", ""))
            bold = any(s.get("font-weight") for s in span.iter())
            wide = width_of("".join(span.itertext()), size, bold)
            left = {None: x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor")]
            found.append((left, y - size * 0.75, left + wide, y + size * 0.2))
    return found


def assert_apart(root: ET.Element, wide: float, size: float) -> None:
    found = boxes(root, size)
    assert len(found) > 8
    for i, one in enumerate(found):
        assert one[0] >= -0.5
        assert one[2] <= wide + 0.5
        for other in found[i + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)


@pytest.mark.parametrize(("wide", "size"), [(1784, 26), (800, 14), (480, 9), (340, 14)])
@pytest.mark.parametrize("values", [(80.0, 80.4), (98.0, 99.0), (50.0, 51.0), (99.9, 50.1)])
def test_labels_lie_on_no_other_text_and_within_the_picture(
    wide: float, size: float, values: tuple[float, float]
) -> None:
    marks = tuple(replace(m, value=v) for m, v in zip(MARKS, values, strict=True))
    points = (*THREE, point(LONG, None, "Not yet published", key="a4"))
    assert_apart(read(svg(chart(*points, marks=marks), wide, text=size, name="c")), wide, size)


@pytest.mark.parametrize(("wide", "size"), [(1784, 26), (800, 14), (480, 9), (340, 14)])
@pytest.mark.parametrize("values", [(80.0, 80.4), (98.0, 99.0), (50.0, 51.0), (99.9, 50.1)])
def test_labels_of_years_lie_on_no_other_text(wide: float, size: float, values: tuple[float, float]) -> None:
    marks = (replace(MARKS[1], value=values[0]),)
    points = [replace(point(f"20{15 + i}/{16 + i}", 60.0 + 3 * i), england=values[1]) for i in range(7)]
    points[3] = point("2018/19", None, "Not yet published")
    points[6] = replace(points[6], label="2021/22 so far", apart=True)
    root = read(svg(chart(*points, kind=ChartKind.YEARS, marks=marks), wide, text=size, name="c"))
    assert_apart(root, wide, size)
    assert {"Not yet published", points[6].label, points[6].shown} <= set(said(root))


def test_words_follow_the_size_that_is_asked_for() -> None:
    root = read(svg(chart(*THREE, marks=MARKS), 1784, text=26, name="c"))
    sizes = {t.get("font-size") for t in root.iter(f"{SVG}text")}
    assert sizes == {"26"}


def test_a_long_name_takes_two_lines_and_is_whole_in_its_title() -> None:
    group = row(read(svg(chart(point(LONG, 60.0, key="a1")), 800, name="c")), "a1")
    shown = next(t for t in group if t.tag == f"{SVG}text")
    lines = ["".join(s.itertext()) for s in shown]
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert group.findtext(f"{SVG}title") == LONG


def test_a_name_that_fits_has_no_title_of_its_own() -> None:
    group = row(read(svg(chart(*THREE), 800, name="c")), "a1")
    assert group.find(f"{SVG}title") is None


def test_a_hundred_rows_make_the_picture_higher_and_keep_apart() -> None:
    points = tuple(point(f"Academy {i}", 60 + i % 30, key=f"a{i}", tone=Tone.GOOD) for i in range(100))
    root = read(svg(chart(*points), 1784, 620, text=26, name="c"))
    assert float(root.get("height", "")) > 100 * 26 * 1.5
    levels = [middle(row(root, f"a{i}"))[2] for i in range(100)]
    assert min(b - a for a, b in pairwise(levels)) >= 26 * 1.5


def test_a_height_that_is_asked_for_is_filled() -> None:
    root = read(svg(chart(*THREE, marks=MARKS), 1784, 500, text=26, name="c"))
    assert float(root.get("height", "")) == pytest.approx(500, abs=1)


def test_a_value_beyond_the_axis_is_an_arrow_at_its_end() -> None:
    group = row(read(svg(chart(*THREE, point("Tamsel Junior", 20.0, key="a4")), 800, name="c")), "a4")
    assert "20.0 %" in said(group)
    arrow = next(e for e in group if e.tag == f"{SVG}path" and e.get("fill") != "none")
    xs = [float(n) for n in re.findall(r"[ML](\S+)", arrow.get("d", ""))]
    assert len(xs) == 3
    assert xs[0] == min(xs)


def years(*points: Point, marks: tuple[Mark, ...] = ()) -> Chart:
    return chart(*points, kind=ChartKind.YEARS, marks=marks)


def lines_of(root: ET.Element, colour: str = "#12436D") -> list[str]:
    return [
        e.get("d", "")
        for e in root.iter(f"{SVG}path")
        if e.get("fill") == "none" and e.get("stroke") == colour and not e.get("stroke-dasharray")
    ]


def test_no_line_crosses_a_break_or_a_missing_year() -> None:
    found = years(
        point("2019/20", 60.0, tone=Tone.BAD),
        point("2020/21", None, "Not published"),
        point("2021/22", 62.0, tone=Tone.BAD),
        point("2022/23", 63.0, tone=Tone.BAD),
        point("2023/24", 70.0, tone=Tone.BAD, apart=True),
        point("2024/25", 71.0, tone=Tone.BAD),
    )
    root = read(svg(found, 800, name="c"))
    assert [d.count("L") for d in lines_of(root)] == [1, 1]
    assert "Not published" in said(root)
    whole = replace(found, points=tuple(replace(p, apart=False) for p in found.points))
    assert [d.count("L") for d in lines_of(read(svg(whole, 800, name="c")))] == [3]


def test_years_stand_in_order_with_their_values_and_england_beside() -> None:
    found = years(
        *(replace(point(f"20{20 + i}/{21 + i}", 60.0 + 5 * i), england=70.0 + i) for i in range(4)),
        marks=(Mark(MarkKind.TARGET, 85.0, "Target at least 85 %"),),
    )
    root = read(svg(found, 800, name="c"))
    places = {words(t): float(t.get("x", "")) for t in root.iter(f"{SVG}text")}
    order = [places[p.label] for p in found.points]
    assert order == sorted(order)
    assert [places[p.shown] for p in found.points] == pytest.approx(order)
    assert {"England 73.0 %", "Target at least 85 %"} <= set(said(root))
    dashed = [e for e in root.iter(f"{SVG}path") if e.get("stroke-dasharray")]
    assert len(dashed) == 2


@pytest.mark.parametrize("kind", list(ChartKind))
def test_a_picture_has_a_title_and_description_and_reads_nothing_from_outside(kind: ChartKind) -> None:
    drawn = svg(chart(*THREE, point(LONG, 70.0), kind=kind, marks=MARKS), 800, name="item-1")
    root = read(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "item-1-title item-1-desc"
    assert root.findtext(f"{SVG}title") == "Academies compared"
    assert root.findtext(f"{SVG}desc") == "What it shows."
    assert not re.search("<script|href|url\\(|<style|<image| on[a-z]+=", drawn)
    assert drawn == svg(chart(*THREE, point(LONG, 70.0), kind=kind, marks=MARKS), 800, name="item-1")


@pytest.mark.parametrize("kind", list(ChartKind))
def test_a_chart_without_points_is_an_empty_one(kind: ChartKind) -> None:
    root = read(svg(chart(kind=kind, marks=MARKS), 800, name="c"))
    assert "Target 81.0 %" in said(root)


def test_money_has_its_sign_before_the_number() -> None:
    money = Chart(ChartKind.YEARS, "", "", -500, 500, 0, "£", "", (point("2023/24", -400, "−£400"),))
    found = said(read(svg(money, 800, name="c")))
    assert "−£500" in found or "−£400" in found[1:]
    assert not any("£−" in each or "£-" in each for each in found)
