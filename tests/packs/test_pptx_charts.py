"""The charts of the slides, read back: what is drawn, what stands behind it, and that both are the document's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from kpi_engine.meetings.document import Chart
from kpi_engine.packs.pptx import pptx
from kpi_engine.packs.pptx_chart_xml import tick_step
from tests.meetings.example import example
from tests.packs.office_files import (
    CHECK,
    members,
    numbers,
)
from tests.packs.slides import (
    charts_of,
    opened,
    rows_of,
    shape_text,
    sheet_of,
    slides_of,
    with_years,
)

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PLACES = ("Place", "From", "To")


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


def test_longer_series_come_first() -> None:
    """LibreOffice loses the points of series that a longer one follows."""
    for content in (v for k, v in members(pptx(with_years(example(5, 9)), CHECK)).items() if "/charts/chart" in k):
        if content.startswith(b"<?xml"):
            root = etree.fromstring(content)
            sizes = [int(s.find(f"{C}yVal//{C}ptCount").get("val")) for s in root.iter(f"{C}ser")]
            assert sizes == sorted(sizes, reverse=True)


def test_a_chart_without_any_figure_is_no_chart() -> None:
    document = example(3, 4)
    item = document.items[1]
    assert isinstance(item.chart, Chart)
    bare = tuple(replace(p, value=None, lower=None, upper=None, shown="Not published") for p in item.chart.points)
    item = replace(item, chart=replace(item.chart, points=bare))
    deck = opened(replace(document, items=(item,)))
    assert charts_of(deck, item) == []
    assert "Not published" in "\n".join(shape_text(s) for s in slides_of(deck, item)[0].shapes)
