"""The overview in a real browser: one screen, the switch with "back", the grid's fixed heads, a link that is copied.

Needs Chromium and the ``playwright`` package; without them the whole file is skipped and says what to install.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import Page, expect

from tests.browser.conftest import served, settled


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the sample trust, as the executive sees it."""
    sample_trust()
    with served({"TRUST_KPI_DATA": str(tmp_path_factory.mktemp("none")), "TRUST_KPI_LOOK_AROUND": "executive"}) as base:
        yield base


@pytest.mark.parametrize("academy", ["", "?academy=900006"])
def test_what_needs_attention_stands_on_one_screen(page: Page, address: str, academy: str) -> None:
    page.goto(f"{address}/{academy}")
    settled(page)
    assert page.viewport_size == {"width": 1440, "height": 900}
    for card in page.locator("section.card").all():
        box = card.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize("width", [1440, 320])
def test_nothing_makes_the_page_itself_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/?only=significant&show=changes")
    settled(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    if width == 1440:
        grid = page.locator(".card-grid")
        assert grid.evaluate("grid => grid.scrollWidth - grid.clientWidth") <= 0


def test_the_switch_is_turned_by_keyboard_and_back_turns_it_again(page: Page, address: str) -> None:
    page.goto(address)
    settled(page)
    page.evaluate("window.sameDocument = true")
    switch = page.get_by_role("switch", name="Only what is significant")
    expect(switch).not_to_be_checked()
    switch.focus()
    page.keyboard.press("Enter")
    expect(switch).to_be_checked()
    assert "only=significant" in page.url
    page.go_back()
    expect(switch).not_to_be_checked()
    assert "only=" not in page.url
    assert page.evaluate("window.sameDocument") is True


def test_the_grids_heads_stay_in_sight_while_it_scrolls(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(address)
    settled(page)
    grid = page.locator(".card-grid")
    grid.scroll_into_view_if_needed()
    grid.evaluate("grid => grid.scrollTo(300, 500)")
    frame = grid.bounding_box()
    name = grid.get_by_role("rowheader", name="NEET after sixth form").bounding_box()
    head = grid.get_by_role("columnheader", name="Netherquill Academy").bounding_box()
    phase = grid.get_by_role("columnheader", name="Secondary").bounding_box()
    assert frame is not None
    assert name is not None
    assert head is not None
    assert phase is not None
    assert abs(name["x"] - frame["x"]) < 2
    assert abs(phase["y"] - frame["y"]) < 2
    assert abs(head["y"] - phase["y"] - phase["height"]) < 2


def test_a_link_is_copied_and_opens_the_same_view(page: Page, address: str) -> None:
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(f"{address}/culture?kpi=pupils-happy&academy=900006")
    settled(page)
    before = page.url
    link = page.locator("a.copy")
    link.click()
    expect(link).to_have_text("Link copied")
    assert page.url == before
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == link.evaluate("link => link.href")
    assert "data=" in copied
    assert "year=2025/26" in copied
    heading = page.locator("h1").inner_text()
    page.goto(copied)
    settled(page)
    expect(page.locator("h1")).to_have_text(heading)
    assert errors == []


def test_without_the_script_copy_link_leads_to_its_own_address(page: Page, address: str) -> None:
    page.goto(f"{address}/culture?kpi=pupils-happy&academy=900006")
    settled(page)
    link = page.locator("a.copy")
    target = link.evaluate("link => link.href")
    link.evaluate("link => link.classList.remove('copy')")
    page.locator(f'a[href="{link_path(target)}"]').click()
    page.wait_for_url(target)
    settled(page)


def link_path(address: str) -> str:
    """An address as it stands in the page: the path's last part and what follows."""
    return address.rsplit("/culture", 1)[0] and "culture" + address.rsplit("/culture", 1)[1]
