"""Takes the pictures of ``docs/tour.md`` and of the README anew: ``python -m docs.pictures.take``.

Starts the app on the sample trust, goes the way that the tour describes in headless Chromium, by clicking what a reader
would click, and leaves a picture of each stop in this folder. Stops with an error where the way is no longer there.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kpi_engine.sample import sample_folder
from tests.browser.conftest import CHROMIUM, FLAGS, served, settled

HERE = Path(__file__).resolve().parent
WIDE = {"width": 1440, "height": 900}


def main() -> None:
    """Take all pictures."""
    sample_folder()
    with (
        tempfile.TemporaryDirectory() as none,
        served({"TRUST_KPI_DATA": none}) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for way in (_as_headteacher, _as_executive, _in_the_dark, _on_a_telephone):
            way(browser, address)


def _as_headteacher(browser: Browser, address: str) -> None:
    page = _page(browser)
    page.goto(address)
    settled(page)
    take(page, "tour-1-who")
    _look_around(page, "headteacher")
    take(page, "tour-2-head")
    page.context.close()


def _as_executive(browser: Browser, address: str) -> None:
    page = _page(browser)
    _open(page, address)
    take(page, "tour-3-overview")
    take(page, "overview")
    page.locator(".card.discuss a.go").first.click()
    _arrived(page, lambda: expect(page.locator("h1")).not_to_contain_text("attention"))
    _open(page, f"{address}/culture?kpi=pupil-attendance&year=2025/26")
    _drawn(page)
    take(page, "tour-4-kpi")
    page.locator(".st-key-breakdown").get_by_role("link", name="Netherquill Academy", exact=True).click()
    _arrived(page, lambda: expect(page.locator("h1")).to_contain_text("at Netherquill Academy"))
    page.locator(".st-key-breakdown").get_by_role("link", name="Year 9", exact=True).click()
    _arrived(page, lambda: expect(page.locator("h1")).to_contain_text("year 9"))
    page.locator("h1").scroll_into_view_if_needed()
    take(page, "tour-5-down")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Compare").click()
    _arrived(page, lambda: expect(page).to_have_url(re.compile("/compare")))
    _open(page, f"{address}/compare?kpi=pupil-attendance&academy=900006&year=2025/26")
    _drawn(page)
    take(page, "tour-6-compare")
    _open(page, f"{address}/equality?kpi=gap-disadvantage")
    _drawn(page)
    take(page, "tour-7-gap")
    _open(page, f"{address}/governance?kpi=ofsted-leadership")
    take(page, "tour-8-ofsted")
    _open(page, f"{address}/outcomes?kpi=progress-8&year=2019/20")
    take(page, "tour-9-not-there")
    page.context.close()


def _in_the_dark(browser: Browser, address: str) -> None:
    page = _page(browser, color_scheme="dark")
    _open(page, f"{address}/culture?kpi=pupil-attendance&academy=900006&year=2025/26")
    _drawn(page)
    take(page, "tour-10-dark")
    page.context.close()


def _on_a_telephone(browser: Browser, address: str) -> None:
    page = _page(browser, viewport={"width": 390, "height": 844})
    page.goto(address)
    settled(page)
    _look_around(page, "headteacher")
    take(page, "tour-11-telephone")
    page.context.close()


def _page(browser: Browser, **asked: object) -> Page:
    page = browser.new_context(**{"viewport": WIDE, **asked}).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    return page


def _open(page: Page, address: str) -> None:
    """An address typed anew asks again as whom one looks around."""
    page.goto(address)
    settled(page)
    _look_around(page, "executive")


def _look_around(page: Page, who: str) -> None:
    page.get_by_role("button", name=re.compile(who, re.IGNORECASE)).first.click()
    _arrived(page, lambda: page.wait_for_selector("nav[aria-label=Pages]", state="attached"))


def _arrived(page: Page, there: Callable[[], object]) -> None:
    there()
    settled(page)


def _drawn(page: Page) -> None:
    settled(page)
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")


def take(page: Page, name: str) -> None:
    """The picture, with 128 colours: they are as clear, and a third as large."""
    page.wait_for_timeout(700)
    path = HERE / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as opened:
        reduced = opened.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


if __name__ == "__main__":
    main()
