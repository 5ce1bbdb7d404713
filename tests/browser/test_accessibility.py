"""Accessibility, as far as axe cannot see it (what axe sees is tried with each page's picture, in test_every_page).

The keyboard reaches everything and shows where it is, nothing is told by colour alone, a chart has words and a table.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")
pytest.importorskip("axe_playwright_python", reason="these tests run axe: pip install axe-playwright-python")

from playwright.sync_api import Browser, Page

from tests.browser.conftest import served, settled

PAGES = (
    "",
    "?academy=900006",
    "governance",
    "governance?kpi=within-budget",
    "equality",
    "teaching",
    "outcomes",
    "people",
    "culture?kpi=pupil-attendance&academy=900003",
    "culture?kpi=pupils-happy",
    "employment",
    "compare",
    "actions",
    "meetings",
    "meetings?new=1",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, as the executive sees it."""
    sample_trust()
    with served({"TRUST_KPI_DATA": str(tmp_path_factory.mktemp("none")), "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


def test_the_keyboard_alone_reaches_every_link_and_control_and_shows_where_it_is(page: Page, address: str) -> None:
    page.goto(f"{address}/culture?kpi=pupil-attendance&academy=900003")
    settled(page)
    reachable = page.evaluate(
        """() => {
            const found = [...document.querySelectorAll('[data-testid=stMain] :is(a[href], summary, button)')];
            const shown = found.filter((each) => each.checkVisibility());
            shown.forEach((each, place) => { each.dataset.place = place; });
            return shown.length;
        }"""
    )
    seen: set[str] = set()
    hidden = []
    for _ in range(reachable + 60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at);
                const ring = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
                const place = at.dataset.place;
                return place ? [place, ring || at.offsetWidth < 2, at.outerHTML.slice(0, 200)] : null;
            }"""
        )
        if told:
            seen.add(told[0])
            if not told[1]:
                hidden.append(told[2])
    assert len(seen) == reachable > 20
    assert hidden == []


def test_every_chart_has_words_and_a_table(page: Page, address: str) -> None:
    for path in PAGES:
        page.goto(f"{address}/{path}")
        settled(page)
        for chart in page.locator("[data-testid=stPlotlyChart]").all():
            chart.locator(".main-svg").first.wait_for()
            assert len(chart.get_attribute("aria-label") or "") > 20 or chart.locator("[aria-label]").count(), path
        if page.locator("[data-testid=stPlotlyChart]").count():
            assert page.locator("[data-testid=stMain] table").count(), path


def test_no_status_is_told_by_colour_alone(page: Page, address: str) -> None:
    """In a grid without colours each status still has its word, and a shape of its own."""
    page.goto(f"{address}/")
    settled(page)
    shapes = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('table a.mark')].map((mark) => [
            mark.textContent.trim(), getComputedStyle(mark, '::before').maskImage]))"""
    )
    assert {"Met", "Near", "Missed"} <= set(shapes)
    assert len({shapes["Met"], shapes["Near"], shapes["Missed"]}) == 3
    assert "none" not in (shapes["Met"], shapes["Near"], shapes["Missed"])


def test_nothing_moves_for_whoever_asked_for_less_motion(browser: Browser, address: str) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{address}/")
        settled(page)
        longest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('*')].map((each) => "
            "parseFloat(getComputedStyle(each).transitionDuration) || 0))"
        )
        assert longest < 0.01
