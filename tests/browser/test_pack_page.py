"""The web page of a meeting in a real browser, opened as a file: it asks for nothing, folds out, and axe is content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest

from kpi_engine.packs.html import html
from tests.packs.paper import check_of, nasty, small

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Iterator[Page]:
    document = small(6, 8)
    file = tmp_path / "pack.html"
    file.write_bytes(html(document, check_of(document)))
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    yield page
    assert asked == [file.as_uri()]
    assert said == []


def test_it_opens_from_a_file_and_asks_for_nothing(opened: Page) -> None:
    assert opened.title() == "Board 2026-11-26 v2 · Parts 1 and 2 (confidential) · Wychbourne Learning Trust"
    assert opened.locator("h1").inner_text() == "Board 2026-11-26 v2"
    # The style is let in by its hash: without it the heading would be of the browser's own size.
    assert opened.locator("h1").evaluate("e => getComputedStyle(e).fontSize") == "35.7px"


def test_an_academy_folds_out_by_keyboard(opened: Page) -> None:
    first = opened.locator("#item-2 summary").nth(1)
    assert not opened.locator("#item-2 details").nth(1).locator("svg").is_visible()
    first.focus()
    opened.keyboard.press("Enter")
    assert opened.locator("#item-2 details").nth(1).locator("svg").is_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_is_wider_than_its_window(page: Page, tmp_path: Path, width: int) -> None:
    for name, document in (("plain", small(3, 8)), ("nasty", nasty())):
        file = tmp_path / f"{name}.html"
        file.write_bytes(html(document, check_of(document)))
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_of_pictures_stay_within_them(opened: Page) -> None:
    """With the fonts of this computer, which may be wider than the one that was measured."""
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    beyond = opened.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()])
                .filter(([_, b]) => b.left < frame.left - 1 || b.right > frame.right + 1)
                .map(([text]) => text);
        })"""
    )
    assert beyond == []


def test_axe_finds_nothing(page: Page, tmp_path: Path) -> None:
    document = small(6, 4)
    content = html(document, check_of(document)).decode("utf-8")
    # axe is a script, which the page's policy refuses: the same page without its policy is looked at.
    start, _, rest = content.partition('<meta http-equiv="Content-Security-Policy"')
    file = tmp_path / "pack.html"
    file.write_text(start + rest.partition(">\n")[2], encoding="utf-8")
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.add_script_tag(content=AXE)
    found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.slice(0, 2).map(n => n.html)]))")
    assert found == []
