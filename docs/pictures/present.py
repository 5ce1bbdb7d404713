"""Takes the pictures of ``docs/presenting.md`` anew: ``python -m docs.pictures.present``.

Starts the app on the sample trust and goes the way of a meeting in headless Chromium: prepares it from a reusable
agenda, freezes it, presents it, writes an action down and follows it up. Stops with an error where the way is no longer
there.
"""

from __future__ import annotations

import re
import tempfile

from playwright.sync_api import Page, expect, sync_playwright

from docs.pictures.take import WIDE, take
from kpi_engine.sample import sample_folder
from tests.browser.conftest import CHROMIUM, FLAGS, served, settled

MEETING = "board-2026-11-26"


def main() -> None:
    """Take all pictures."""
    sample_folder()
    with (
        tempfile.TemporaryDirectory() as none,
        served({"TRUST_KPI_DATA": none, "TRUST_KPI_LOOK_AROUND": "executive"}) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(30_000)
        _prepared(page, address)
        _frozen(page, address)
        _presented(page, address)
        _followed_up(page, address)
        _listed(page, address)
        browser.close()


def _prepared(page: Page, address: str) -> None:
    page.goto(f"{address}/meetings?new=1")
    settled(page)
    page.get_by_role("spinbutton", name="day, Date of the meeting").click()
    page.keyboard.type("26112026")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Prepare the agenda").click()
    page.wait_for_url(re.compile(f"draft={MEETING}"))
    row = page.locator(".agenda-list a.go").filter(has_text="Staff turnover")
    row.click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value(re.compile("turnover"))
    settled(page)
    page.locator("[data-testid=stMain]").evaluate("each => each.scrollTo(0, 0)")
    take(page, "present-2-agenda")


def _frozen(page: Page, address: str) -> None:
    page.goto(f"{address}/meetings?draft={MEETING}&freeze=1")
    settled(page)
    take(page, "present-3-freeze")
    page.get_by_role("button", name=re.compile("^Freeze")).click()
    page.wait_for_url(re.compile("version=1"), timeout=60_000)
    expect(page.locator("h1")).to_have_text("Board 2026-11-26 v1")
    settled(page)
    take(page, "present-4-frozen")


def _presented(page: Page, address: str) -> None:
    """The deck: a slide with a chart, and an action that is written down on it."""
    page.goto(f"{address}/present?meeting={MEETING}&version=1")
    bar = page.get_by_role("toolbar", name="Keys")
    bar.wait_for()
    while "turnover" not in page.get_by_role("heading", level=1).last.inner_text():
        page.keyboard.press("ArrowRight")
    take(page, "present-5-slide")
    page.keyboard.press("n")
    page.get_by_role("radio", name="Action").check()
    page.get_by_label("Owner").fill("Head of people")
    page.get_by_label("What is to be kept").fill("Ask leavers of the last year why they went, and report in March. ")
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    page.wait_for_timeout(1500)


def _followed_up(page: Page, address: str) -> None:
    page.goto(f"{address}/meetings?meeting={MEETING}&version=1")
    settled(page)
    page.get_by_role("button", name="Follow up").first.click()
    page.get_by_role("textbox", name="How it is going").fill("Eleven of fourteen have answered.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#written, .entry").last).to_be_visible()
    expect(page.get_by_text("Eleven of fourteen have answered.")).to_be_visible()
    settled(page)
    page.get_by_text("Eleven of fourteen have answered.").scroll_into_view_if_needed()
    take(page, "present-6-written")


def _listed(page: Page, address: str) -> None:
    page.goto(f"{address}/meetings?new=1")
    settled(page)
    page.get_by_role("combobox", name="Begin from").click()
    page.get_by_role("option", name="People committee", exact=True).click()
    page.get_by_role("button", name="Prepare the agenda").click()
    page.wait_for_url(re.compile("draft="))
    settled(page)
    page.goto(f"{address}/meetings")
    settled(page)
    take(page, "present-1-list")


if __name__ == "__main__":
    main()
