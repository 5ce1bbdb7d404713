"""Every page as it looks: light, dark, on a telephone and on paper. The pictures stay in ``.pictures`` to be looked at.

A machine can see no more of a picture than that it is one: that it has the colours of the paper asked for, that much is
drawn on it, and that nothing went wrong while it was drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from PIL import Image
from playwright.sync_api import Browser

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
def test_every_page_is_drawn_on_the_paper_asked_for(browser: Browser, address: str, way: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    with browser.new_context(**WAYS[way]) as context:
        page = context.new_page()
        errors: list[str] = []
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
        assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_prints_on_white_paper_without_what_cannot_be_clicked(
    browser: Browser, address: str, scheme: Any
) -> None:
    """Printed as a browser prints it; on screen with the style of paper, so that it can be looked into."""
    PICTURES.mkdir(exist_ok=True)
    with browser.new_context(viewport={"width": 1123, "height": 794}, color_scheme=scheme) as context:
        page = context.new_page()
        for name, path in list(PAGES.items())[:: 1 if scheme == "light" else 4]:
            page.goto(f"{address}/{path}")
            settled(page)
            if scheme == "light":
                page.pdf(path=PICTURES / f"{name}-print.pdf", prefer_css_page_size=True)
            page.emulate_media(media="print")
            dark, _ = _paper(page.screenshot(path=PICTURES / f"{name}-print-{scheme}.png"))
            assert not dark, name
            assert not page.locator("[data-testid=stSidebar]").is_visible()
            assert page.locator(".strip").is_visible()
            shown = [button.inner_text() for button in page.locator("button").all() if button.is_visible()]
            assert not [text for text in shown if text.strip()], name
            page.emulate_media(media="screen")


def _paper(picture: bytes) -> tuple[bool, int]:
    """Whether the paper, the colour seen most, is dark; and how many colours there are."""
    with Image.open(io.BytesIO(picture)) as opened:
        found = opened.convert("RGB").getcolors(1 << 24)
    assert found is not None
    _, (red, green, blue) = max(found)
    return red + green + blue < 380, len(found)
