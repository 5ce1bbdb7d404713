"""One press of a button under a KPI, and the file is there.

Needs Chromium and the ``playwright`` package; without them the whole file is skipped and says what to install.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import Page, expect

from tests.browser.conftest import served, settled

STARTS = {"CSV": b"\xef\xbb\xbfTable", "Excel": b"PK", "PNG": b"\x89PNG", "SVG": b"<svg "}
ENDINGS = {"CSV": "csv", "Excel": "xlsx", "PNG": "png", "SVG": "svg"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, as the executive sees it."""
    sample_trust()
    made = tmp_path_factory.mktemp("none")
    own = {"TRUST_KPI_DATA": str(made / "data"), "TRUST_KPI_PRIVATE": str(made / "private")}
    with served({**own, "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


def test_each_file_comes_with_one_press_and_the_page_stays_as_it_is(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/culture?kpi=pupil-attendance&academy=900006&chart=years")
    settled(page)
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")
    before = page.url
    for label, start in STARTS.items():
        button = page.get_by_role("button", name=label, exact=True)
        expect(button).to_be_visible()
        with page.expect_download() as awaited:
            button.press("Enter")
        file = tmp_path / awaited.value.suggested_filename
        awaited.value.save_as(file)
        assert file.name == f"pupil-attendance_netherquill-academy_2026-27_2026-11-14.{ENDINGS[label]}"
        assert file.read_bytes().startswith(start)
    assert page.url == before
    with Image.open(next(tmp_path.glob("*.png"))) as picture:
        assert picture.width == 2 * 960


def test_on_a_narrow_screen_the_buttons_stand_within_it(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{address}/culture?kpi=pupil-attendance&academy=900006&chart=years")
    settled(page)
    for label in STARTS:
        button = page.get_by_role("button", name=label, exact=True)
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
