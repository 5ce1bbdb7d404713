"""The app in a real browser: every page settles, links and the keyboard work, "back" keeps the filters.

Needs Chromium and the ``playwright`` package; without them the whole file is skipped and says what to install.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served, settled

PAGES = ("", "compare", "governance", "equality", "teaching", "outcomes", "people", "culture", "employment")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, where nobody has to sign in, as the executive sees it."""
    sample_trust()
    with served({"TRUST_KPI_DATA": str(tmp_path_factory.mktemp("none")), "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


def test_a_link_to_a_page_works_on_a_server_that_nobody_has_visited_yet(page: Page, address: str) -> None:
    """Runs first: the first visitor's link goes through the app, not to the page's file alone."""
    page.goto(f"{address}/culture?kpi=suspensions&academy=900006")
    settled(page)
    expect(page.locator("h1")).to_contain_text("Netherquill Academy")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_settles_without_an_error(page: Page, address: str, path: str, tmp_path: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/{path}")
    settled(page)
    if path:
        page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg, table.matrix, table.rows")
    page.screenshot(path=tmp_path / f"{path or 'overview'}.png")
    assert errors == []


def test_nothing_is_fetched_from_anywhere_else(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/culture?kpi=pupil-attendance")
    settled(page)
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_from_a_cell_to_a_year_group_and_back_without_loading_the_page_anew(page: Page, address: str) -> None:
    page.goto(f"{address}/?year=2025/26")
    settled(page)
    page.evaluate("window.sameDocument = true")
    page.locator('table.grid a[href="culture?kpi=pupil-attendance&academy=900006&year=2025/26"]').click()
    expect(page.locator("h1")).to_contain_text("Pupil attendance at Netherquill Academy")
    page.get_by_role("link", name="Year 9", exact=True).click()
    expect(page.locator("h1")).to_contain_text("year 9")
    assert "in=year_group:9" in page.url
    page.locator("nav.crumbs").get_by_role("link", name="Netherquill Academy").click()
    expect(page.locator("h1")).not_to_contain_text("year 9")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("year 9")
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("What needs the trust’s attention")
    assert "year=2025/26" in page.url
    assert page.evaluate("window.sameDocument") is True


def test_the_filters_survive_a_switch_of_pages_and_back_undoes_one(page: Page, address: str) -> None:
    page.goto(f"{address}/people")
    settled(page)
    page.get_by_role("combobox", name="Academy").first.click()
    page.get_by_role("option", name="Netherquill Academy").click()
    expect(page.locator("h1")).to_contain_text("at Netherquill Academy")
    assert "academy=900006" in page.url
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Employment").click()
    expect(page.locator(".strip")).to_contain_text("Netherquill Academy")
    assert "academy=900006" in page.url
    page.go_back()
    expect(page.locator("h1")).to_contain_text("at Netherquill Academy")
    assert "/people" in page.url
    settled(page)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("across the trust")
    assert "academy" not in page.url


def test_the_keyboard_reaches_the_first_cell_and_opens_it(page: Page, address: str) -> None:
    page.goto(address)
    settled(page)
    cell = page.locator("table.grid tbody td a").first
    for _ in range(120):
        page.keyboard.press("Tab")
        if cell.evaluate("cell => cell === document.activeElement"):
            break
    else:
        pytest.fail("the first cell is not reached in 120 steps")
    assert cell.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Ofsted")


def test_a_click_on_a_dot_goes_to_its_academy(page: Page, address: str) -> None:
    page.goto(f"{address}/culture?kpi=pupil-attendance&chart=academies")
    settled(page)
    page.wait_for_selector("[data-testid=stPlotlyChart] .points path")
    page.locator("[data-testid=stPlotlyChart] .points path").nth(2).click(force=True)
    expect(page.locator("h1")).not_to_contain_text("across the trust")
    expect(page).to_have_url(re.compile(r"academy=90000\d"))
    name = page.locator(".strip").inner_text().split(" · ")[1]
    expect(page.locator("h1")).to_contain_text(f"at {name} ")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_a_narrow_screen_shows_the_page_without_scrolling_sideways(
    browser: Browser, address: str, width: int, height: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    for path in ("", "culture?kpi=pupil-attendance&academy=900006"):
        page.goto(f"{address}/{path}")
        settled(page)
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    page.close()
