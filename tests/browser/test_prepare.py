"""The whole way of a meeting in a real browser: begun, put in order, worded, frozen, and its pack taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import expect

from tests.browser.conftest import served, settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, as the executive sees it."""
    sample_trust()
    with served({"TRUST_KPI_DATA": str(tmp_path_factory.mktemp("none")), "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


def begin(page: Page, address: str, date: str, agenda: str = "People committee") -> None:
    """A new meeting of the board from a reusable agenda."""
    page.goto(f"{address}/meetings?new=1")
    settled(page)
    page.get_by_role("spinbutton", name="day, Date of the meeting").click()
    page.keyboard.type(date.replace("/", ""))
    page.get_by_role("combobox", name="Begin from").click()
    page.get_by_role("option", name=agenda, exact=True).click()
    page.get_by_role("button", name="Prepare the agenda").click()
    page.wait_for_url(re.compile("draft="))
    expect(page.locator(".agenda-list li")).to_have_count(5)


def order(page: Page) -> list[str]:
    """What the items are about, in their order."""
    return [each.split(" · ")[0] for each in page.locator(".agenda-list a .quiet").all_inner_texts()]


def saved(page: Page, about: list[str]) -> None:
    """The order is there after the page was loaded anew."""
    page.wait_for_timeout(600)
    settled(page)
    page.reload()
    settled(page)
    expect(page.locator(".agenda-list a .quiet").first).to_contain_text(about[0])
    assert order(page) == about


def opened(page: Page, place: int) -> Locator:
    """The title's box of the item at this place, once it is there."""
    row = page.locator(".agenda-list a.go").nth(place)
    said = row.locator(".said").inner_text()
    row.click()
    box = page.get_by_role("textbox", name="Title")
    expect(box).to_have_value(said)
    settled(page)
    return box


def test_a_meeting_from_a_reusable_agenda_to_its_pack(page: Page, address: str, tmp_path: Path) -> None:
    begin(page, address, "26/11/2026")
    first = order(page)
    # In order, by the keyboard alone; the focus stays on the row that moves.
    moved = page.locator(".agenda-list .handle").nth(1)
    name = moved.get_attribute("aria-label")
    moved.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".agenda-list [role=status]")).to_contain_text("now 4 of 5")
    wanted = [first[0], first[2], first[3], first[1], first[4]]
    page.wait_for_timeout(1500)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
    saved(page, wanted)

    # A title of one's own.
    title = opened(page, 1)
    title.fill("Staff are here, “nearly” always <all>")
    title.press("Tab")
    expect(page.locator(".slide-title")).to_have_text("Staff are here, “nearly” always <all>")
    expect(page.locator(".agenda-list .said").nth(1)).to_have_text("Staff are here, “nearly” always <all>")

    # Frozen, knowing what is missing.
    page.get_by_role("link", name="Freeze this meeting").click()
    page.get_by_role("button", name=re.compile("^Freeze")).click()
    page.wait_for_url(re.compile(r"meeting=board-2026-11-26&version=1$"), timeout=60_000)
    expect(page.locator("h1")).to_have_text("Board 2026-11-26 v1")
    check = page.locator(".told code").inner_text()
    assert re.fullmatch("[0-9a-f]{4}-[0-9a-f]{4}", check)

    # And taken away.
    with page.expect_download(timeout=60_000) as taken:
        page.get_by_role("button", name="PDF").click()
    assert taken.value.suggested_filename == "board-2026-11-26-v1-part-1-pack.pdf"
    taken.value.save_as(tmp_path / "pack.pdf")
    pypdf = pytest.importorskip("pypdf")
    text = " ".join(each.extract_text() for each in pypdf.PdfReader(tmp_path / "pack.pdf").pages)
    assert check in text
    assert "Staff are here" in text

    page.goto(f"{address}/meetings")
    settled(page)
    expect(page.locator("table.meetings").last).to_contain_text("Board 2026-11-26 v1")


def test_items_are_moved_with_the_mouse_and_with_their_buttons(page: Page, address: str) -> None:
    begin(page, address, "27/11/2026")
    first = order(page)
    rows = page.locator(".agenda-list li")
    grip, target = rows.nth(3).locator(".handle").bounding_box(), rows.nth(1).bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, target["y"] + 40, steps=4)
    page.mouse.move(grip["x"] + 8, target["y"] + 4, steps=4)
    page.mouse.up()
    wanted = [first[0], first[3], first[1], first[2], first[4]]
    assert order(page) == wanted
    saved(page, wanted)
    page.locator(".agenda-list li").nth(0).locator(".down").click()
    page.wait_for_timeout(900)
    saved(page, [wanted[1], wanted[0], *wanted[2:]])
    # Escape puts a row back that is being dragged.
    rows = page.locator(".agenda-list li")
    before = order(page)
    grip, target = rows.nth(0).locator(".handle").bounding_box(), rows.nth(3).bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, target["y"] + 40, steps=4)
    assert order(page) != before
    page.keyboard.press("Escape")
    page.mouse.up()
    assert order(page) == before


def test_two_tabs_that_change_the_same_draft_lose_nothing(page: Page, browser: Browser, address: str) -> None:
    begin(page, address, "30/11/2026")
    other = browser.new_page(viewport={"width": 1440, "height": 900})
    other.goto(page.url)
    settled(other)
    title = opened(other, 1)
    title.fill("Said there")
    title.press("Tab")
    expect(other.locator(".slide-title")).to_have_text("Said there")
    other.close()
    last = order(page)[4]
    page.locator(".agenda-list .handle").nth(4).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("alert")).to_contain_text("has saved this draft since")
    page.get_by_role("button", name="Make my change in theirs").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".agenda-list .said").nth(1)).to_have_text("Said there")
    page.reload()
    settled(page)
    expect(page.locator(".agenda-list .said").nth(1)).to_have_text("Said there")
    assert order(page)[3] == last


def test_what_the_browser_says_of_the_order_is_taken_as_words_alone(page: Page, address: str) -> None:
    """Titles are text in the list too, whatever stands in them."""
    begin(page, address, "01/12/2026")
    title = opened(page, 2)
    nasty = "<img src=x onerror=alert(1)> & “quotes” " + json.dumps({"a": 1})
    title.fill(nasty)
    title.press("Tab")
    expect(page.locator(".agenda-list .said").nth(2)).to_have_text(nasty)
    assert page.locator(".agenda-list img, .slide-title img, [onerror]").count() == 0
