"""Signing in with a password in a real browser: links are kept, and after signing out nothing of the trust is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_engine.access import Role
from kpi_engine.people import directory, private
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.directory import Person

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import served, settled

HEAD, EXECUTIVE, ADMIN = "bo@trust.example", "di@trust.example", "ada@trust.example"
PASSWORD = "amber kettle violin"
COOKIE = "trust-kpi-session"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private folder with three people who can sign in."""
    made = private.make(tmp_path_factory.mktemp("people") / "private")
    people = (
        Person(HEAD, "Bo Farrow", Role.HEADTEACHER, frozenset({"900006"})),
        Person(EXECUTIVE, "Di Penn", Role.EXECUTIVE),
        Person(ADMIN, "Ada Quill", Role.ADMIN),
    )
    directory.write(made / private.DIRECTORY, people)
    for person in people:
        Accounts(made / private.PEOPLE).add(person.user, PASSWORD, must_change=False)
    return made


@pytest.fixture(scope="module")
def address(sample_folder: Path, folder: Path) -> Iterator[str]:
    """The app over the sample trust as a trust's own data."""
    with served({"TRUST_KPI_DATA": str(sample_folder), "TRUST_KPI_PRIVATE": str(folder)}) as base:
        yield base


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's window with no cookies yet."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


def sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    expect(page.locator("h1")).to_have_text("Sign in")
    page.get_by_label("Name or e-mail address").fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def cookie(context: BrowserContext) -> str:
    return next((c["value"] for c in context.cookies() if c["name"] == COOKIE), "")


def until_cookie(context: BrowserContext, page: Page, there: bool) -> str:
    """Wait until the browser has the cookie, or has it no more."""
    for _ in range(100):
        if bool(cookie(context)) is there:
            return cookie(context)
        page.wait_for_timeout(100)
    raise AssertionError(f"the cookie is {'not there yet' if there else 'still there'}")


def words(page: Page) -> str:
    """All that the page holds, seen or not, and its title."""
    return page.title() + page.content()


def test_a_link_is_kept_over_signing_in_and_nothing_is_left_after_signing_out(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/culture?kpi=suspensions&academy=900006&year=2024/25")
    settled(page)
    assert page.title() == "Trust KPI explorer"
    assert "Netherquill" not in words(page)
    sign_in(page, EXECUTIVE)
    expect(page.locator("h1")).to_contain_text("Suspensions for every 100 pupils")
    assert page.url == f"{address}/culture?kpi=suspensions&academy=900006&year=2024/25"
    first = until_cookie(context, page, True)
    held = next(c for c in context.cookies() if c["name"] == COOKIE)
    assert held["sameSite"] == "Strict"
    assert 0 < held["expires"] - page.evaluate("Date.now() / 1000") < 24 * 3600

    page.reload()
    settled(page)
    expect(page.locator("h1")).to_contain_text("Suspensions")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="People").click()
    expect(page.locator("h1")).to_contain_text("Staff turnover")

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    until_cookie(context, page, False)
    assert "Netherquill" not in words(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")
    assert "Netherquill" not in words(page)
    page.reload()
    settled(page)
    expect(page.locator("h1")).to_have_text("Sign in")

    # Somebody who copied the cookie before has nothing of it.
    context.add_cookies([{"name": COOKIE, "value": first, "url": address}])
    page.goto(f"{address}/culture")
    settled(page)
    expect(page.locator("h1")).to_have_text("Sign in")
    assert "Netherquill" not in words(page)
    assert errors == []


def test_another_window_of_the_same_browser_is_signed_in_and_out_with_the_first(
    context: BrowserContext, address: str
) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(address)
    sign_in(first, HEAD)
    expect(first.locator("h1")).to_have_text("What needs Netherquill Academy’s attention")
    until_cookie(context, first, True)
    second.goto(f"{address}/outcomes")
    settled(second)
    expect(second.locator(".who")).to_contain_text("Bo Farrow")
    first.get_by_role("button", name="Sign out").click()
    expect(first.locator("h1")).to_have_text("Sign in")
    second.get_by_role("navigation", name="Pages").get_by_role("link", name="Culture").click()
    expect(second.locator("h1")).to_have_text("Sign in")


def test_a_wrong_password_is_said_and_the_keyboard_is_enough(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    sign_in(page, HEAD, "not the password")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    assert cookie(context) == ""


def test_a_one_time_link_leaves_the_address_at_once_and_works_once(
    context: BrowserContext, address: str, folder: Path
) -> None:
    accounts = Accounts(folder / private.PEOPLE)
    code = accounts.invite(EXECUTIVE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("referer", "")))
    page.goto(f"{address}/people?invite={code}&academy=900006")
    expect(page.locator("h1")).to_have_text("Choose a password")
    expect(page).to_have_url(f"{address}/people?academy=900006")
    page.get_by_label("New password").fill("harbour pewter lime")
    page.get_by_label("The same again").fill("harbour pewter lime")
    page.get_by_role("button", name="Choose this password").click()
    expect(page.locator("h1")).to_contain_text("Netherquill Academy")
    until_cookie(context, page, True)
    assert [each for each in asked if code in each and not each.startswith(address)] == []
    page.goto(f"{address}/?invite={code}")
    settled(page)
    expect(page.locator("h1")).to_have_text("What needs the trust’s attention")
    assert code not in page.url
    accounts.set_password(EXECUTIVE, PASSWORD, must_change=False)


def test_an_export_is_there_for_an_administrator_and_for_nobody_else(
    context: BrowserContext, browser: Browser, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}/trail")
    sign_in(page, ADMIN)
    expect(page.locator("h1")).to_have_text("Trail")
    until_cookie(context, page, True)
    page.get_by_role("button", name="Prepare a CSV file").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    download = started.value
    assert download.suggested_filename == "trail.csv"
    assert "signed in" in Path(download.path()).read_text(encoding="utf-8-sig")
    stranger = browser.new_context()
    assert stranger.request.get(download.url).status == 403
    stranger.close()
