"""The same figure everywhere: every KPI, academy and year, on pages, in tables and files, and on the command line.

What the command line prints is taken as the one answer; it comes from the engine without any page. Each other place is
read as a reader would read it, in the decimals that it shows.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.cli.main import main
from kpi_engine.engine import Engine
from kpi_engine.export import notes, rows
from kpi_engine.export.strip import Strip
from kpi_engine.export.table import csv_file
from kpi_engine.export.workbook import xlsx_file
from kpi_engine.model import TRUST
from tests.app.conftest import Open, text_of
from ui import words

EVERY_YEAR = (
    "2016/17", "2017/18", "2018/19", "2019/20", "2020/21", "2021/22",
    "2022/23", "2023/24", "2024/25", "2025/26", "2026/27",
)  # fmt: skip
Key = tuple[str, str, str]
NUMBER = re.compile(r"[−-]?£?[0-9][0-9,]*(?:\.[0-9]+)?")


class Said(NamedTuple):
    """What the command line says of one KPI, academy and year: the value, or why there is none; and the target."""

    value: float | None
    withheld: str
    target: str
    sentence: str


@pytest.fixture(scope="module")
def said(sample_folder: Path) -> Mapping[Key, Said]:
    """Every result as ``results --format json`` prints it."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["results", "--from", str(sample_folder), "--format", "json", "--year", *EVERY_YEAR]) == 0
    found = {
        (each["kpi"], each["academy"], each["academic_year"]): Said(
            each["value"],
            each["withheld"]["kind"] if each["withheld"] else "",
            each["target"]["status"],
            each["sentence"],
        )
        for each in json.loads(out.getvalue())
    }
    assert len(found) == len(CATALOGUE) * len(EVERY_YEAR) * 10
    return found


@pytest.fixture(scope="module")
def engine(sample_folder: Path) -> Iterator[Engine]:
    """The engine that answers the pages."""
    with contextlib.closing(Engine.open(sample_folder)) as opened:
        yield opened


def shown_as(text: str) -> tuple[float, int]:
    """The number that stands in a text, and its decimals."""
    found = NUMBER.search(text)
    assert found is not None, text
    plain = found[0].replace("−", "-").replace("£", "").replace(",", "")
    return float(plain), len(plain.partition(".")[2])


def agrees(text: str, value: float) -> bool:
    """Whether the text shows the value, as far as its decimals go."""
    number, decimals = shown_as(text)
    return abs(number - value) <= 0.5 * 10**-decimals + 1e-9


def test_the_overview_s_grid_and_the_comparison_have_the_command_line_s_figures(
    said: Mapping[Key, Said], engine: Engine
) -> None:
    view = engine.as_seen_by(EVERYTHING)
    compared = 0
    for year in EVERY_YEAR:
        for cell in view.scorecard(year):
            own = said[cell.kpi, cell.academy, year]
            assert (cell.value, str(cell.withheld.kind) if cell.withheld else "") == own[:2], cell
            assert cell.withheld is not None or str(cell.target.status) == own.target, cell
            compared += 1
        for kpi in CATALOGUE:
            for result in view.compare(kpi, year):
                own = said[kpi, result.academy, year]
                assert (result.value, str(result.withheld.kind) if result.withheld else "") == own[:2]
                assert result.sentence == own.sentence
                compared += 1
    assert compared > 6000


def test_every_file_has_the_command_line_s_figures(said: Mapping[Key, Said], engine: Engine) -> None:
    """Each year's whole grid as Excel and CSV, read back by another library."""
    view = engine.as_seen_by(Viewer("di@trust.example", Role.EXECUTIVE))
    titles = {kpi.title: kpi for kpi in CATALOGUE.values()}
    strip = Strip("A trust", "All", "All KPIs", "", engine.as_at, "0" * 12, "Executive")
    compared = 0
    for year in EVERY_YEAR:
        results = [view.result(c.kpi, c.academy, year) for c in view.scorecard(year)]
        told = [rows.Told(CATALOGUE[result.kpi], "All", result) for result in results]
        table = rows.table([rows.Part("All", told)], "A trust")
        sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file(table, notes.about_many(results, strip), strip)))["Figures"]
        head, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
        place = {name: number for number, name in enumerate(head)}
        lines = [line for line in lines if line[place["KPI"]] in titles]
        assert len(lines) == len(results)
        for line in lines:
            kpi, urn = titles[line[place["KPI"]]], line[place["URN"]] or TRUST
            own = said[kpi.id, urn, year]
            value = line[place["Value"]]
            if own.value is None:
                assert not isinstance(value, int | float), line
            else:
                assert isinstance(value, int | float), line
                result = next(r for r in results if (r.kpi, r.academy) == (kpi.id, urn))
                assert abs(value - own.value) <= 0.5 * 10**-result.decimals + 1e-9, line
            compared += 1
        text = csv_file(table, strip).decode("utf-8-sig")
        assert all(str(value) in text for value in (line[place["Value"]] for line in lines) if value is not None)
    assert compared > 3000


@pytest.mark.parametrize("kpi", CATALOGUE)
def test_a_kpi_s_page_and_its_comparison_show_the_command_line_s_figures(
    open_app: Open, said: Mapping[Key, Said], engine: Engine, kpi: str
) -> None:
    """The large number of the trust's page, its table of academies, and Compare's, in three years that have a figure.

    That every year is the same to the pages' questions is tried above; how a page shows it does not hang on the year.
    """
    view = engine.as_seen_by(EVERYTHING)
    names = {academy.name: academy.urn for academy in view.academies()}
    every = [year for year in EVERY_YEAR if said[kpi, TRUST, year].value is not None]
    years = sorted({*every[:1], *every[len(every) // 2 :][:1], *every[-1:]})
    for year in years:
        text = page(open_app, CATALOGUE[kpi].group, kpi=kpi, year=year, by="academy")
        large = re.search(r'<div class="value">(.*?)</div>', text, re.DOTALL)
        own = said[kpi, TRUST, year]
        assert large is not None
        assert own.value is not None
        assert agrees(plain(large[1]), own.value), (kpi, year)
        assert plain(own.sentence) in plain(text)
        sources = [text]
        if not words.is_gap(CATALOGUE[kpi]):
            # Compare measures the gaps of a phase on that phase’s outcome, an all-through school’s own may differ.
            sources.append(page(open_app, "compare", kpi=kpi, year=year))
        for source in sources:
            found = academies_in(source, names)
            assert found or "academy" not in CATALOGUE[kpi].drill, (kpi, year)
            for urn, told in found.items():
                one = said[kpi, urn, year]
                if one.value is None:
                    assert not NUMBER.match(told), (kpi, urn, year, told)
                else:
                    assert agrees(told, one.value), (kpi, urn, year, told, one.value)


def page(open_app: Open, path: str, **link: Any) -> str:
    """What a page says."""
    app = open_app(path, **link)
    assert not app.exception
    return text_of(app)


def plain(text: str) -> str:
    """HTML as a reader reads it."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u00a0", " ")


def academies_in(text: str, names: Mapping[str, str]) -> dict[str, str]:
    """What stands as the value in an academy's row, by URN: in Compare beside the name, else what is bold."""
    found = {}
    for kind, table in re.findall(r'<table class="(compare-rows|rows)">(.*?)</table>', text, re.DOTALL):
        for line in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL):
            cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL)
            link = re.search(r"<a[^>]*>(.*?)</a>", cells[0], re.DOTALL)
            urn = names.get(plain(link[1])) if link else None
            bold = [each for cell in cells[1:] for each in re.findall(r"<b>(.*?)</b>", cell, re.DOTALL)]
            if urn is not None:
                found[urn] = plain(
                    re.sub("<", " <", cells[1] if kind == "compare-rows" or not bold else bold[0])
                ).strip()
    return found


def test_words_are_read_as_they_are_meant() -> None:
    assert shown_as("−0.24") == (-0.24, 2)
    assert shown_as("£7,283") == (7283.0, 0)
    assert shown_as("94.1 %") == (94.1, 1)
    assert agrees("94.1 %", 94.149)
    assert not agrees("94.1 %", 94.16)
