"""What people wait for, in headless Chromium: from the click to the last change on the screen.

A change is settled when the app has run and nothing on the page has changed for a while; what counts is when the last
change was, so that the wait for quiet is not counted. The ordinary way is measured in the same run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.measuring import Line
from kpi_engine.sample import sample_folder
from tests.browser.conftest import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = (
    "", "compare", "governance", "equality", "teaching", "outcomes", "people", "culture", "employment",
)  # fmt: skip
GROUP_PAGES = PAGES[2:]
TIMES = 7
FILTER, FILTER_95, SWITCH, FIRST, DRILL = 250.0, 400.0, 400.0, 2500.0, 300.0
_WATCH = """() => {
    window.lastChange = performance.now();
    new MutationObserver(() => { window.lastChange = performance.now(); })
        .observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    document.addEventListener('click', () => { window.clicked = performance.now(); }, true);
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') window.clicked = performance.now();
    }, true);
}"""
_QUIET = """(quiet) => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true]')
    && performance.now() - Math.max(window.lastChange, window.clicked) > quiet
    && window.lastChange > window.clicked && window.lastChange - window.clicked"""


def browser() -> Iterator[Line]:
    """The sample trust: filters, pages, going down, the first page; and the ordinary way's filter."""
    yield from _measured(lambda: _folder(sample_folder()), "sample")


def browser_large() -> Iterator[Line]:
    """The same over 100 academies and ten years."""
    yield from _measured(servers.large, "100 academies")


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    yield path


def _measured(data: Callable[[], AbstractContextManager[Path]], where: str) -> Iterator[Line]:
    if CHROMIUM is None:
        print("these need Chromium: install it, or name it in TRUST_KPI_CHROMIUM", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with data() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with servers.app(folder) as served:
            yield Line(f"first page on a fresh server ({where})", "ms", (_first(chromium, served),), FIRST)
            page = _page(chromium, served)
            ours: list[float] = []
            for path in PAGES:
                found = _filters(page, served, path)
                ours += found if path in GROUP_PAGES else []
                name = path or "overview"
                yield Line(f"filter change, {name} ({where})", "ms", tuple(found), FILTER)
            yield Line(f"filter change, all group pages ({where})", "ms", tuple(ours), FILTER_95, at_95=True)
            yield Line(f"page switch ({where})", "ms", tuple(_switches(page)), SWITCH)
            yield Line(f"drill click ({where})", "ms", tuple(_drills(page, served)), DRILL)
        with servers.ordinary(folder) as served:
            theirs = _ordinary(chromium, served)
            yield Line(f"filter change, the ordinary way ({where})", "ms", tuple(theirs))
            middle = sorted(theirs)[len(theirs) // 2]
            yield Line(f"filter change, ours against the ordinary way ({where})", "ms", tuple(ours), against=middle)


def _page(chromium: Browser, served: servers.Served) -> Page:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    if served.cookie:
        name, _, value = served.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": served.address}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(f"window.clicked = 0; document.addEventListener('DOMContentLoaded', {_WATCH})")
    return page


def _settled(page: Page, quiet: int = 300) -> float:
    """Wait for quiet; milliseconds from the last click, or the loading, to the last change."""
    return float(page.wait_for_function(_QUIET, arg=quiet, polling=50).json_value())


def _first(chromium: Browser, served: servers.Served) -> float:
    page = _page(chromium, served)
    page.goto(served.address)
    page.wait_for_selector("h1")
    found = _settled(page)
    page.context.close()
    return found


def _filters(page: Page, served: servers.Served, path: str) -> list[float]:
    """Each academy in turn, after a round that does not count: it asks everything for the first time."""
    page.goto(f"{served.address}/{path}")
    page.wait_for_selector("h1")
    _settled(page)
    found = []
    for number in range(2 * TIMES):
        _choose(page, "Academy", 1 + number % TIMES)
        found.append(_settled(page))
    return found[TIMES:]


def _choose(page: Page, label: str, place: int) -> None:
    page.get_by_role("combobox", name=label).first.click()
    option = page.locator("[role=option]").nth(place)
    option.wait_for()
    option.click()


def _switches(page: Page) -> list[float]:
    found = []
    for _ in range(2):
        for path in PAGES:
            page.locator(f"nav[aria-label=Pages] a[href^='{path or './'}']").first.click()
            page.wait_for_selector("h1")
            found.append(_settled(page))
    return found[len(PAGES) :]


def _drills(page: Page, served: servers.Served) -> list[float]:
    """A row of a breakdown, and back up by the breadcrumb."""
    page.goto(f"{served.address}/culture?kpi=pupil-attendance")
    page.wait_for_selector(".st-key-breakdown table a.go")
    _settled(page)
    found = []
    for number in range(TIMES + 1):
        page.locator(".st-key-breakdown table a.go").nth(number % 4).click()
        found.append(_settled(page))
        page.locator("nav.crumbs a.go").first.click()
        _settled(page)
    return found[1:]


def _ordinary(chromium: Browser, served: servers.Served) -> list[float]:
    page = _page(chromium, served)
    page.goto(served.address)
    page.wait_for_selector(".main-svg")
    _settled(page)
    found = []
    for number in range(TIMES * 2 + 1):
        _choose(page, "Academy", 1 + number % 7)
        found.append(_settled(page))
    return found[1:]
