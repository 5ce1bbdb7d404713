"""Signing in through a real provider, in a real browser, with the app itself.

Needs Chromium and the ``playwright`` package; without them the whole file is skipped and says what to install.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from kpi_engine.access import Role
from kpi_engine.people.directory import Person
from kpi_engine.people.trail import Event, Trail
from tests.sign_in_oidc import harness
from tests.sign_in_oidc.harness import BY_SUBJECT, EXECUTIVE, HEADTEACHER, STRANGER, Served

try:
    from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
except ImportError:
    pytest.skip("these tests drive a real browser: pip install playwright", allow_module_level=True)

if harness.CHROMIUM is None:
    pytest.skip("these tests drive Chromium; install it, or name it in CHROMIUM", allow_module_level=True)

LINK = "/culture?academy=900003&year=2023/24"
PAGES_OF_THE_APP = "nav[aria-label=Pages]"
PAGES = ("", "outcomes", "people", "culture?kpi=pupil-attendance")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=harness.CHROMIUM, headless=True, args=harness.FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A browser that has never been here, and a directory with the people it has at first."""
    served.let_in(EXECUTIVE, HEADTEACHER, BY_SUBJECT)
    fresh = browser.new_context(viewport={"width": 1440, "height": 900})
    fresh.set_default_timeout(20_000)
    yield fresh
    fresh.close()


def settled(page: Page) -> None:
    page.wait_for_selector(harness.SETTLED)
    page.wait_for_selector("h1")
    assert page.locator("[data-testid=stException]").count() == 0


def sign_in(page: Page, served: Served, who: str, path: str = "/") -> None:
    """From a page of the app to the provider, where one says who one is, and back."""
    page.goto(served.address + path)
    page.get_by_role("button", name="Sign in with your trust account").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url(f"{served.address}/**")
    settled(page)


def asked_to_sign_in(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Please sign in")
    expect(page.locator(PAGES_OF_THE_APP)).to_have_count(0)


def cookie(served: Served, value: str) -> dict[str, Any]:
    return {"name": "_streamlit_user", "value": value, "url": served.address, "httpOnly": True, "sameSite": "Lax"}


def kept(context: BrowserContext) -> dict[str, Any]:
    """The cookie that says who is signed in."""
    (found,) = (each for each in context.cookies() if each["name"] == "_streamlit_user")
    return dict(found)


def opened_with(context: BrowserContext, served: Served, value: str, path: str = "/people") -> Page:
    """A page opened with a cookie that says who is signed in."""
    context.clear_cookies()
    context.add_cookies([cookie(served, value)])
    page = context.new_page()
    page.goto(served.address + path)
    settled(page)
    return page


def trail(served: Served) -> list[tuple[Event, str]]:
    return [(entry.what, entry.who) for entry in Trail(served.private / "trail.sqlite").read()]


def test_the_page_asked_for_is_there_after_signing_in(context: BrowserContext, served: Served) -> None:
    page = context.new_page()
    page.goto(served.address + LINK)
    settled(page)
    asked_to_sign_in(page)
    sign_in(page, served, "imogen.farrow", LINK)
    assert page.url == served.address + LINK
    expect(page.locator("h1")).to_contain_text("Marlwick Primary")
    expect(page.locator(".who")).to_contain_text("Imogen Farrow")
    assert (Event.SIGNED_IN, EXECUTIVE.user) in trail(served)

    found = kept(context)
    assert (found["httpOnly"], found["sameSite"]) == (True, "Lax")
    assert found["expires"] - time.time() < 9 * 3600 + 5
    names = {each["name"] for each in context.cookies(served.address)}
    assert names == {"_streamlit_user", "_streamlit_session", "_streamlit_xsrf"}


def test_what_one_sees_is_what_the_directory_says(context: BrowserContext, served: Served) -> None:
    colleagues_return = "/governance?kpi=staffing-share&academy=900003"
    page = opened_with(context, served, served.signed(served.claims(EXECUTIVE, time.time())), colleagues_return)
    expect(page.locator("h1")).to_contain_text("73.4 %")

    other = context.browser.new_context()
    try:
        page = other.new_page()
        sign_in(page, served, "rowan.ashdale", colleagues_return)
        expect(page.locator(".who")).to_contain_text("Rowan Ashdale")
        expect(page.locator("h1")).to_contain_text("hidden")
        assert "73.4" not in page.locator("[data-testid=stApp]").inner_html()
    finally:
        other.close()


def test_a_person_may_stand_in_the_directory_with_the_subject(context: BrowserContext, served: Served) -> None:
    page = context.new_page()
    sign_in(page, served, BY_SUBJECT.user)
    expect(page.locator(".who")).to_contain_text("Idris Whitlock")


def test_somebody_the_directory_does_not_know_is_told_whom_to_ask_and_nothing_else(
    context: BrowserContext, served: Served
) -> None:
    page = context.new_page()
    sign_in(page, served, STRANGER, LINK)
    expect(page.locator("body")).to_contain_text("Please ask")
    expect(page.locator(PAGES_OF_THE_APP)).to_have_count(0)
    text = page.locator("body").inner_text()
    assert not [word for word in ("Marlwick", "900003", "%", "academ") if word in text]


def test_signing_out_ends_every_tab_and_an_old_cookie_signs_nobody_in(context: BrowserContext, served: Served) -> None:
    page, other_tab = context.new_page(), context.new_page()
    sign_in(page, served, "imogen.farrow")
    other_tab.goto(served.address + "/people")
    settled(other_tab)
    before = kept(context)

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(f"{served.address}/**")
    asked_to_sign_in(page)
    assert [each for each in context.cookies() if each["name"] == "_streamlit_user"] == []
    assert (Event.SIGNED_OUT, EXECUTIVE.user) in trail(served)

    other_tab.get_by_role("link", name="Culture").click()
    asked_to_sign_in(other_tab)

    thief = context.browser.new_context()
    try:
        thief.add_cookies([cookie(served, before["value"])])
        page = thief.new_page()
        page.goto(served.address + LINK)
        settled(page)
        asked_to_sign_in(page)
    finally:
        thief.close()


def test_a_sign_in_that_is_too_old_or_was_changed_is_refused(context: BrowserContext, served: Served) -> None:
    now = time.time()
    good = served.signed(served.claims(EXECUTIVE, now))
    # Made like those that follow, to show that nothing else is wrong with them.
    expect(opened_with(context, served, good).locator(PAGES_OF_THE_APP)).to_be_visible()

    old = served.signed(served.claims(EXECUTIVE, now - 9 * 3600, lasts=24 * 3600))
    middle = len(good) // 3
    changed = good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1 :]
    for value in (old, changed):
        asked_to_sign_in(opened_with(context, served, value))


def test_the_directory_is_followed_from_the_very_next_step(context: BrowserContext, served: Served) -> None:
    page = opened_with(context, served, served.signed(served.claims(EXECUTIVE, time.time())))
    expect(page.locator(".who")).to_contain_text("executive", ignore_case=True)
    served.let_in(Person(EXECUTIVE.user, "Imogen Farrow", Role.GOVERNOR), HEADTEACHER)
    page.get_by_role("link", name="Culture").click()
    expect(page.locator(".who")).to_contain_text("governor", ignore_case=True)

    served.let_in(HEADTEACHER)
    page.get_by_role("link", name="Employment").click()
    expect(page.locator("body")).to_contain_text("Please ask")
    expect(page.locator(PAGES_OF_THE_APP)).to_have_count(0)


def test_every_page_works_within_what_the_headers_allow(context: BrowserContext, served: Served) -> None:
    refused: list[str] = []
    asked: list[str] = []
    page = opened_with(context, served, served.signed(served.claims(EXECUTIVE, time.time())))
    page.on("console", lambda message: refused.append(message.text) if "Policy" in message.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(f"{served.address}/{path}")
        settled(page)
        if path:
            page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg, table.matrix, table.rows")
    assert page.evaluate("window.kpiLinks") is True, "the app's own script has not run"
    assert refused == []
    assert [url for url in asked if not url.startswith((served.address, "data:", "blob:"))] == []

    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.foreign = 1'; document.body.append(s)"
    )
    assert page.evaluate("window.foreign === undefined"), "a script that is not ours has run"
    assert any("Content Security Policy" in text for text in refused)
