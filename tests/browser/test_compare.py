"""The Compare page in a real browser: a mark leads to the measure's page, and "back" to the comparison as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import served, settled

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import Page, expect

from kpi_engine.sample import sample_folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, as the executive sees it."""
    sample_folder()
    with served({"TRUST_KPI_DATA": str(tmp_path_factory.mktemp("none")), "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


def test_a_mark_leads_to_the_measures_page_and_back_to_the_comparison(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?kpi=pupils-happy&year=2025/26&sort=value")
    settled(page)
    page.wait_for_selector(".scatterlayer .point")
    said = page.locator("h1").inner_text()
    page.evaluate("window.sameDocument = true")
    box = page.locator(".scatterlayer .point").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("h1")).to_contain_text("Pupils who are happy at school at Quillbrook Primary")
    assert page.url.endswith("/culture?kpi=pupils-happy&academy=900001&year=2025/26")
    page.go_back()
    expect(page.locator("h1")).to_have_text(said)
    assert page.url.endswith("/compare?kpi=pupils-happy&year=2025/26&sort=value")
    assert page.evaluate("window.sameDocument")


def test_it_can_be_used_on_a_narrow_screen(page: Page, address: str, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{address}/compare?kpi=ks2-reading&year=2023/24&academy=900001")
    settled(page)
    page.wait_for_selector("table.compare-rows")
    page.screenshot(path=tmp_path / "narrow.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.get_by_role("link", name="Compare with similar academies")).to_be_visible()
