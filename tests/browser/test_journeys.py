"""What three readers set out to do, from the first page to the answer, by what they would click.

A headteacher on Monday morning, an executive before a meeting of heads, a governor who follows. A step that takes more
clicks than promised fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.sample import sample_folder as sample_trust

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served, settled

PAGES = ("Governance", "Equality", "Teaching", "Outcomes", "People", "Culture", "Employment")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The app over the sample trust, as each of three people sees it."""
    sample_trust()
    none = str(tmp_path_factory.mktemp("none"))
    with ExitStack() as stack:
        yield {
            who: stack.enter_context(served({"TRUST_KPI_DATA": none, "TRUST_KPI_LOOK_AROUND": who}))
            for who in ("headteacher", "executive", "governor")
        }


def test_a_headteacher_sees_the_own_exceptions_on_one_screen_without_a_click(
    page: Page, addresses: dict[str, str]
) -> None:
    page.goto(addresses["headteacher"])
    settled(page)
    expect(page.locator("h1")).to_have_text("What needs Netherquill Academy’s attention")
    first = page.locator(".card.discuss a.go").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < 500
    listed = page.locator(".card.discuss li:visible")
    assert listed.count() >= 3
    third = listed.nth(2).bounding_box()
    assert third is not None
    assert third["y"] + third["height"] < 900


def test_any_kpi_is_two_clicks_away_and_back_keeps_the_filters(page: Page, addresses: dict[str, str]) -> None:
    """One click for the group, one for the KPI; "back" twice is where one began, with the academy still chosen."""
    begin = f"{addresses['executive']}/?academy=900006"
    page.goto(begin)
    settled(page)
    found = set()
    for name in PAGES:
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        title = next(group.title for group in GROUPS if group.id == name.lower())
        expect(page.get_by_role("navigation", name=title)).to_be_visible()
        settled(page)
        links = [link.get_attribute("href") or "" for link in page.locator("ul.kpis a").all()]
        found |= {match[1] for link in links if (match := re.search(r"kpi=([a-z0-9-]+)", link))}
        assert all("academy=900006" in link for link in links)
    assert found == set(CATALOGUE)
    page.locator("ul.kpis a").last.click()
    settled(page)
    current = page.get_by_role("navigation", name="Pages").locator("a[aria-current]")
    for name in (*PAGES[::-1], "Overview"):
        page.go_back()
        expect(current).to_have_text(name)
        settled(page)
    expect(page).to_have_url(begin)
    expect(page.locator("h1")).to_contain_text("Netherquill Academy")


def test_an_exception_leads_to_the_figure_and_the_figure_to_its_file(page: Page, addresses: dict[str, str]) -> None:
    page.goto(f"{addresses['headteacher']}/?year=2025/26")
    settled(page)
    row = page.locator(".card.discuss a.go.row").first
    said = row.locator(".said").inner_text().strip()
    row.click()
    expect(page.locator("h1")).not_to_contain_text("attention")
    settled(page)
    told = page.locator("h1").inner_text().replace("\u00a0", " ")
    assert said.replace("\u00a0", " ").rstrip("◆ …").rstrip(".")[:60] in told
    page.get_by_text("Where this figure comes from").click()
    expect(page.get_by_role("cell", name=re.compile(r"\.(csv|xlsx).* rows? [0-9]")).first).to_be_visible()


def test_an_executive_finds_out_who_can_be_told_apart(page: Page, addresses: dict[str, str]) -> None:
    page.goto(f"{addresses['executive']}/culture?kpi=pupil-attendance&academy=900006&year=2025/26")
    settled(page)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Compare").click()
    page.wait_for_url(re.compile("/compare"))
    settled(page)
    page.goto(f"{addresses['executive']}/compare?kpi=pupil-attendance&academy=900006&year=2025/26")
    settled(page)
    expect(page.locator("h1")).to_contain_text(re.compile(r"academies.*trust", re.IGNORECASE))
    page.get_by_role("link", name="Over the years").click()
    expect(page).to_have_url(re.compile("chart=years"))
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")
    page.go_back()
    page.get_by_role("link", name="By value").click()
    expect(page.get_by_text("not reliable").first).to_be_visible()


def test_a_note_is_written_corrected_and_read_again_but_not_by_a_governor(
    browser: Browser, page: Page, addresses: dict[str, str]
) -> None:
    where = "culture?kpi=pupil-attendance&academy=900006&year=2025/26"
    page.goto(f"{addresses['headteacher']}/{where}")
    settled(page)
    page.get_by_text("Write a note").click()
    page.get_by_label("Your note").fill("Year 9 mornings: breakfast club begins in January.")
    page.get_by_role("button", name="Save the note").click()
    note = page.locator("article.written")
    expect(note).to_contain_text("breakfast club begins in January")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("The note").fill("Year 9 mornings: breakfast club begins in February.")
    page.get_by_role("button", name="Save the change").click()
    expect(note.locator(".words")).to_contain_text("February")
    page.reload()
    settled(page)
    expect(page.locator("article.written .words")).to_contain_text("February")
    expect(page.locator("article.written details")).to_contain_text("history")
    page.goto(f"{addresses['governor']}/{where}")
    settled(page)
    assert page.get_by_text("Write a note").count() == 0


def test_a_governor_finds_hidden_what_points_at_few_and_no_way_to_write(page: Page, addresses: dict[str, str]) -> None:
    page.goto(f"{addresses['governor']}/culture?kpi=pupils-safe&academy=900008")
    settled(page)
    assert page.get_by_role("button", name=re.compile("Save")).count() == 0
    assert "Accounts" not in page.get_by_role("navigation", name="Pages").inner_text()
