"""Every page as it looks: light, dark, on a telephone and on paper. The pictures stay in ``.pictures`` to be looked at.

On each page, in each way, axe finds nothing serious or critical, with all folded parts open. Of a picture a machine
sees no more than that it is one: that it has the colours of the paper asked for, that much is drawn on it, and that
nothing went wrong while it was drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.axe import found
from tests.browser.conftest import ROOT, served, settled

PICTURES = ROOT / ".pictures"
PAGES = {
    "overview": "",
    "overview-of-an-academy": "?academy=900006",
    "compare": "compare?kpi=pupil-attendance",
    "governance": "governance",
    "equality": "equality",
    "teaching": "teaching",
    "outcomes": "outcomes?kpi=progress-8",
    "people": "people",
    "culture": "culture?kpi=pupil-attendance&academy=900003",
    "employment": "employment",
    "actions": "actions",
    "meetings": "meetings",
    "new-meeting": "meetings?new=1",
    "money": "governance?kpi=within-budget",
    "not-published": "outcomes?kpi=progress-8&year=2019/20",
    "special-school": "culture?kpi=pupils-happy&academy=900008",
}
WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, as the executive sees it."""
    sample_trust()
    with served({"TRUST_KPI_DATA": str(tmp_path_factory.mktemp("none")), "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_drawn_as_asked_and_axe_finds_nothing_serious(browser: Browser, address: str, way: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    with browser.new_context(**WAYS[way]) as context:
        page = context.new_page()
        errors: list[str] = []
        wrong = {}
        page.on("pageerror", lambda error: errors.append(str(error)))
        for name, path in PAGES.items():
            page.goto(f"{address}/{path}")
            settled(page)
            if page.locator("[data-testid=stPlotlyChart]").count():
                page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")
            picture = page.screenshot(path=PICTURES / f"{name}-{way}.png", animations="disabled")
            dark, colours = _paper(picture)
            assert dark == (way == "dark"), name
            assert colours > 40, f"{name}: next to nothing is drawn"
            if way == "narrow":
                # As wide as 1280 pixels at 400 %: what is wider, a table or a chart, scrolls by itself.
                assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") == 320, name
            if way == "light":
                page.pdf(path=PICTURES / f"{name}-print.pdf", prefer_css_page_size=True)
                _printed(page, name, way)
            wrong[name] = found(page)
        assert errors == []
        assert {name: each for name, each in wrong.items() if each} == {}


def test_a_dark_page_prints_on_white_paper(browser: Browser, address: str) -> None:
    with browser.new_context(viewport={"width": 1123, "height": 794}, color_scheme="dark") as context:
        page = context.new_page()
        for name, path in list(PAGES.items())[::4]:
            page.goto(f"{address}/{path}")
            settled(page)
            _printed(page, name, "dark")


def _printed(page: Page, name: str, scheme: str) -> None:
    """On screen with the style of paper, so that it can be looked into: white, and nothing that cannot be clicked."""
    page.emulate_media(media="print")
    dark, _ = _paper(page.screenshot(path=PICTURES / f"{name}-print-{scheme}.png"))
    assert not dark, name
    assert not page.locator("[data-testid=stSidebar]").is_visible()
    assert page.locator(".strip").is_visible()
    shown = page.evaluate(
        "[...document.querySelectorAll('button')].filter((each) => each.checkVisibility({ visibilityProperty: true }))"
        ".map((each) => each.innerText.trim()).filter((text) => text)"
    )
    assert not shown, name
    page.emulate_media(media="screen")


def _paper(picture: bytes) -> tuple[bool, int]:
    """Whether the paper, the colour seen most, is dark; and how many colours there are."""
    with Image.open(io.BytesIO(picture)) as opened:
        found = opened.convert("RGB").getcolors(1 << 24)
    assert found is not None
    _, (red, green, blue) = max(found)
    return red + green + blue < 380, len(found)
