"""Presenting in a real browser: the keys, hidden names, a server that is gone, writing down, sizes, and time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpi_engine.meetings.document import ItemKind, Part
from tests.meetings.example import NAMES, example

pytest.importorskip("playwright", reason="these tests drive a real browser: pip install playwright")
pytest.importorskip("axe_playwright_python", reason="these tests run axe: pip install axe-playwright-python")

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.presenting import (
    BOARD,
    CLERK,
    EXECUTIVE,
    GOVERNOR,
    LONG,
    LONGEST,
    OTHER,
    PASSWORD,
    REAL,
    RIGHT_TO_LEFT,
    Server,
    made,
)

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
ITEMS = example().items
SIZES = ((1920, 1080), (1366, 768), (390, 844))

# Everything that the page holds, in its own tree and in the deck's, with attributes and the title.
SOURCE = """() => document.title + document.documentElement.outerHTML +
  [...document.querySelectorAll('*')].filter((e) => e.shadowRoot).map((e) => e.shadowRoot.innerHTML).join('')"""

# The size in pixels of each text that is seen, as it is drawn: a picture may be scaled.
TEXTS = """() => {
  const root = document.querySelector('#deck').shadowRoot;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const on = walker.currentNode.parentElement;
    if (!text || !on || on.closest('style, title, desc, .sr, [hidden], .ahead')) continue;
    if (!on.checkVisibility()) continue;
    const svg = on.closest('svg');
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    found.push([parseFloat(getComputedStyle(on).fontSize) * scale, text.slice(0, 60)]);
  }
  return found;
}"""

# What is cut: higher or wider than its place, without a way to scroll there.
CUT = """() => [...document.querySelector('#deck').shadowRoot.querySelectorAll('main *')].filter((e) => {
  if (!e.checkVisibility() || e.closest('svg, .sr, .ahead')) return false;
  const style = getComputedStyle(e);
  const high = e.scrollHeight > e.clientHeight + 2 && style.overflowY === 'hidden' && e.clientHeight > 0;
  return high;
}).map((e) => e.className + ' ' + e.scrollHeight + ' > ' + e.clientHeight)"""

# From the key being pressed until the picture of the next slide has been drawn.
PRESSED = """(() => {
  window.took = [];
  window.addEventListener('keydown', (event) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.took.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0);
  }), true);
})()"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = made(tmp_path_factory.mktemp("presented"))
    found.start()
    yield found
    found.kill()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """The executive's window."""
    found = server.context(browser, EXECUTIVE)
    yield found
    found.close()


@pytest.fixture
def deck(server: Server, context: BrowserContext) -> Page:
    return server.deck(context)


def title(page: Page) -> str:
    return page.locator("#deck main h1").inner_text()


def where(page: Page) -> str:
    return page.locator("#deck .where").inner_text()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_slide_has_the_window_to_itself_and_says_where_it_stands_and_comes_from(deck: Page):
    press(deck, "ArrowRight", "ArrowRight")
    item = ITEMS[2]
    assert title(deck) == item.title
    assert where(deck) == f"3 of {len(ITEMS)} · {item.group}"
    assert (
        deck.locator("#deck .label").inner_text() == "Wychbourne Learning Trust · Board 2026-11-26 v1 · Part 1 (open)"
    )
    assert re.search(
        r"Registers to 21 Jul 2026.*check [0-9a-f]{4}-[0-9a-f]{4}$", deck.locator("#deck .source").inner_text()
    )
    for part in ("stSidebar", "stHeader", "stToolbar", "stStatusWidget", "stDialog"):
        assert not any(each.is_visible() for each in deck.get_by_test_id(part).all())
    box = deck.locator("#deck .deck").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1920, "height": 1080}


def test_the_keys_lead_through_the_slides_and_stop_at_both_ends(deck: Page):
    for key, at in (
        ("ArrowRight", 2), ("PageDown", 3), (" ", 4), ("ArrowLeft", 3), ("PageUp", 2), ("End", len(ITEMS)),
        ("ArrowRight", len(ITEMS)), ("Home", 1), ("ArrowLeft", 1),
    ):  # fmt: skip
        press(deck, key)
        assert where(deck).startswith(f"{at} of "), key
        assert title(deck) == ITEMS[at - 1].title


def test_every_key_has_a_button_that_does_the_same(deck: Page):
    press(deck, "ArrowRight")
    bar = deck.get_by_role("toolbar", name="Keys")
    bar.get_by_role("button", name="Next slide").click()
    assert title(deck) == ITEMS[2].title
    bar.get_by_role("button", name="Previous slide").click()
    bar.get_by_role("button", name="Drill").click()
    assert title(deck) == NAMES[0]
    bar.get_by_role("button", name="Back").click()
    bar.get_by_role("button", name="Table").click()
    expect(deck.locator("#deck .picture table")).to_be_visible()
    bar.get_by_role("button", name="Definition").click()
    expect(deck.get_by_role("dialog", name="Definition")).to_contain_text("Those who could have been there")
    deck.get_by_role("button", name="Close").click()
    bar.get_by_role("button", name="Agenda").click()
    deck.get_by_role("dialog", name="Agenda").get_by_role("button", name=re.compile("^5")).click()
    assert where(deck).startswith("5 of ")
    bar.get_by_role("button", name="Help").click()
    listed = deck.get_by_role("dialog", name="Keys")
    for key in ("→", "←", "↓", "↑", "T", "D", "L", "H", "N", "G", "B", "F", "C", "Home", "End", "?", "Esc"):
        expect(listed.locator("li kbd", has_text=re.compile(rf"^{re.escape(key)}$"))).to_be_visible()
    listed.get_by_role("button", name="First slide").click()
    assert where(deck).startswith("1 of ")


def test_down_opens_the_highlighted_academy_and_up_comes_back(deck: Page):
    press(deck, "ArrowRight")
    expect(deck.locator("#deck svg .hot")).to_have_count(1)
    press(deck, "ArrowDown")
    assert title(deck) == NAMES[0]
    press(deck, "ArrowDown")
    assert title(deck) == NAMES[1]
    press(deck, "ArrowUp")
    assert title(deck) == ITEMS[1].title
    press(deck, "ArrowDown")
    assert title(deck) == NAMES[1], "the highlight stays where somebody has been"
    press(deck, "t")
    expect(deck.locator("#deck .picture caption")).to_have_text("By sex")
    press(deck, "Escape")
    assert title(deck) == ITEMS[1].title


@pytest.mark.parametrize(("meeting", "academies"), [(BOARD, 4), (LONG, 12)])
def test_any_academy_and_back_takes_four_presses_at_most(server, context, meeting, academies):
    page = server.deck(context, meeting)
    press(page, "ArrowRight", "ArrowRight")
    slide = title(page)
    document = example(3, academies)
    for number, academy in enumerate(document.academies, start=1):
        digits = str(number).zfill(len(str(academies)))
        press(page, *digits)
        assert title(page) == academy.name
        press(page, "ArrowUp")
        assert title(page) == slide
        assert len(digits) + 1 <= 4
    press(page, "0" * len(str(academies))) if academies < 10 else press(page, "0", "0")
    assert title(page) == "All academies"


def test_the_keys_of_the_app_below_do_nothing(deck: Page):
    messages: list[Any] = []
    deck.on("websocket", lambda socket: messages.append(socket))
    press(deck, "ArrowRight", "r", "c", "c", "x", "Escape")
    deck.wait_for_timeout(500)
    assert deck.locator("[data-testid=stDialog]").count() == 0
    assert title(deck) == ITEMS[1].title
    assert messages == []


def test_the_screen_goes_black_and_any_key_brings_it_back_without_moving_on(deck: Page):
    press(deck, "ArrowRight", "b")
    expect(deck.locator("#deck .black")).to_be_visible()
    press(deck, "ArrowRight")
    expect(deck.locator("#deck .black")).to_be_hidden()
    assert title(deck) == ITEMS[1].title


def test_the_clock_can_be_hidden(deck: Page):
    expect(deck.locator("#deck .clock")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    press(deck, "c")
    expect(deck.locator("#deck .clock")).to_have_text("")


def test_hidden_names_are_nowhere_in_the_page(deck: Page):
    names = NAMES[:4]
    press(deck, "ArrowRight")
    assert all(name in deck.evaluate(SOURCE) for name in names)
    press(deck, "h")
    views = [
        ["ArrowRight"],
        ["ArrowDown"],
        ["t"],
        ["ArrowDown"],
        ["Escape"],
        ["g"],
        ["g"],
        ["d"],
        ["d"],
        ["?"],
        ["?"],
        ["n"],
    ]
    for step in [[], *views, ["Escape"], *[["ArrowRight"]] * len(ITEMS)]:
        press(deck, *step)
        deck.wait_for_timeout(150)
        source = deck.evaluate(SOURCE)
        for name in names:
            assert name not in source
            assert name.split()[0] not in source
        # The region that announces, too.
    assert "Names hidden" in deck.locator("#deck .marks").inner_text()
    deck.reload()
    deck.wait_for_selector("#deck .slide h1")
    assert not any(name in deck.evaluate(SOURCE) for name in names)
    press(deck, "Home", "ArrowRight", "h")
    assert all(name in deck.evaluate(SOURCE) for name in names)


def test_the_next_slide_is_there_within_20_ms(server, context, capsys):
    context.add_init_script(PRESSED)
    page = server.deck(context, REAL)
    page.wait_for_timeout(600)
    for key in itertools.islice(itertools.cycle(("ArrowRight", "ArrowLeft", "1", "ArrowUp")), 40):
        page.keyboard.press(key)
        page.wait_for_timeout(90)
    took = sorted(page.evaluate("() => window.took"))
    assert len(took) == 40
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    with capsys.disabled():
        print(f"\nkey press to pixel: median {middle:.1f} ms, 95th percentile {late:.1f} ms, slowest {took[-1]:.1f} ms")
    assert middle < 20


def test_asking_the_data_now_is_marked_as_live_and_names_stay_hidden_in_it(server, context, capsys):
    page = server.deck(context, REAL)
    took = []
    for number in ("1", "3", "5", "7", "3"):
        press(page, number)
        took.append(
            page.evaluate("""() => new Promise((done) => {
          const root = document.querySelector('#deck').shadowRoot;
          const from = performance.now();
          const watch = new MutationObserver(() => {
            if (!root.querySelector('.live .figure')) return;
            watch.disconnect();
            done(performance.now() - from);
          });
          watch.observe(root, { childList: true, subtree: true });
          window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l' }));
        })""")
        )
    with capsys.disabled():
        print(f"\nlive answers after {', '.join(f'{each:.0f}' for each in took)} ms")
    assert min(took) < 150
    live = page.locator("#deck .live")
    expect(live).to_contain_text("Live, not frozen · data to 14 Nov 2026 · asked ")
    expect(live).to_contain_text("Netherquill Academy")
    press(page, "h")
    expect(live).to_contain_text("Live, not frozen")
    assert "Netherquill" not in page.evaluate(SOURCE)
    press(page, "ArrowUp", "3")
    expect(page.locator("#deck .live")).to_have_count(1)
    press(page, "t")
    expect(page.locator("#deck .live")).to_have_count(0)


def test_two_people_present_different_meetings_without_mixing(browser, server, context):
    second = server.context(browser, CLERK)
    try:
        one, two = server.deck(context), server.deck(second, OTHER)
        for at in range(2, 5):
            press(one, "ArrowRight")
            press(two, "ArrowRight")
            assert title(one) == ITEMS[at - 1].title
            assert title(two) == f"Elsewhere {at}"
        press(one, "n")
        one.keyboard.type("Only of the first meeting. ")
        expect(one.locator("#deck .state")).to_contain_text("Saved")
        two.reload()
        two.wait_for_selector("#deck .slide h1")
        press(two, "n")
        expect(two.locator("#deck .written")).to_contain_text("Nothing has been written down")
        assert where(two).startswith("4 of 5")
    finally:
        second.close()


def test_what_is_written_down_is_saved_word_by_word_and_a_clerk_at_another_screen_sees_it(browser, server, context):
    page = server.deck(context)
    press(page, "End", "n")
    page.get_by_label("What is to be kept").press_sequentially("Visit Tamsel ")
    expect(page.locator("#deck .state")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    page.get_by_label("Action").check()
    page.get_by_label("What is to be kept").press_sequentially("before Christmas")
    page.get_by_label("Owner").fill("Rosalind Achterberg")
    page.get_by_label("By when").fill("2026-12-18")
    page.get_by_role("button", name="Done, another").click()
    row = page.locator("#deck .written li")
    expect(row).to_contain_text("Visit Tamsel before Christmas")
    expect(row).to_contain_text("Rosalind Achterberg, by 18 December 2026")
    expect(row).to_contain_text("Di Penn, ")
    other = server.context(browser, CLERK)
    reader = server.context(browser, GOVERNOR)
    try:
        clerk = server.deck(other)
        press(clerk, "End", "n")
        expect(clerk.locator("#deck .written li")).to_contain_text("Visit Tamsel before Christmas")
        clerk.get_by_role("button", name="Change this action").click()
        clerk.get_by_label("What is to be kept").press("End")
        clerk.get_by_label("What is to be kept").press_sequentially(", both of us. ")
        expect(clerk.locator("#deck .state")).to_contain_text("Saved")
        press(page, "ArrowRight")
        page.get_by_label("What is to be kept").press_sequentially("Another note. ")
        expect(row.filter(has_text="both of us")).to_contain_text("Ada Quill")
        governor = server.deck(reader)
        press(governor, "End", "n")
        governor.wait_for_timeout(300)
        assert governor.get_by_role("button", name="Note").count() == 0
        assert governor.locator("#deck .panel").count() == 0
        assert "before Christmas" not in governor.evaluate(SOURCE)
    finally:
        other.close()
        reader.close()


def test_the_meeting_goes_on_while_the_server_is_gone_and_what_is_typed_is_kept(server, context):
    page = server.deck(context)
    press(page, "ArrowRight")
    server.kill()
    try:
        expect(page.locator("#deck .offline")).to_have_text("Offline", timeout=15_000)
        press(page, "ArrowRight")
        assert title(page) == ITEMS[2].title
        press(page, "2")
        assert title(page) == NAMES[1]
        press(page, "l")
        expect(page.locator("#deck .picture")).to_contain_text("The server cannot be reached")
        press(page, "ArrowUp", "ArrowRight", "n")
        page.keyboard.type("Decided without ", delay=40)
        # The app below opens a dialogue of its own meanwhile, which must take neither the sight nor the keys.
        page.wait_for_selector("[data-testid=stDialog]", state="attached", timeout=20_000)
        page.keyboard.type("the server. ", delay=40)
        expect(page.get_by_label("What is to be kept")).to_have_value("Decided without the server. ")
        expect(page.locator("#deck .state")).to_have_text("Kept here until the server is back")
        assert not page.locator("[data-testid=stDialog]").is_visible()
    finally:
        server.start()
    expect(page.locator("#deck .offline")).to_have_text("", timeout=60_000)
    expect(page.locator("#deck .state")).to_contain_text("Saved", timeout=60_000)
    page.reload()
    page.wait_for_selector("#deck .slide h1", timeout=60_000)
    assert title(page) == ITEMS[3].title
    press(page, "n")
    expect(page.locator("#deck .written li", has_text="Decided without the server.")).to_contain_text("Di Penn")


def test_text_that_was_not_sent_yet_survives_a_crash_of_the_browser(server, context):
    page = server.deck(context)
    press(page, "ArrowRight", "n")
    context.set_offline(True)
    page.keyboard.type("Almost lost")
    expect(page.locator("#deck .offline")).to_have_text("Offline")
    page.close()
    context.set_offline(False)
    again = server.deck(context)
    press(again, "ArrowRight", "n")
    expect(again.locator("#deck .written li", has_text="Almost lost")).to_contain_text("Di Penn", timeout=20_000)


def test_who_has_to_sign_in_anew_is_led_there_and_back_to_the_same_slide(browser, server):
    context = server.context(browser, CLERK)
    page = server.deck(context)
    press(page, "ArrowRight", "ArrowRight")
    server.sign_out(CLERK)
    press(page, "1", "l")
    page.get_by_role("button", name="Show what the server asks").click(timeout=60_000)
    page.get_by_label("Name or e-mail address").fill(CLERK)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#deck .slide h1", timeout=60_000)
    assert title(page) == NAMES[0]
    assert where(page).startswith("3 of ")
    context.close()


def test_what_waits_for_a_slide_of_part_2_is_sent_when_both_parts_are_presented(server, context):
    page = server.deck(context)
    closed = next(i for i, item in enumerate(ITEMS) if item.part is Part.CONFIDENTIAL)
    press(page, *["ArrowRight"] * closed, "n")
    context.set_offline(True)
    page.keyboard.type("Not for everybody. ")
    page.close()
    context.set_offline(False)
    alone = server.deck(context, more="&part=1")
    press(alone, "n")
    alone.keyboard.type("For everybody. ")
    expect(alone.locator("#deck .state")).to_contain_text("Saved")
    assert "Not for everybody" not in alone.evaluate(SOURCE)
    both = server.deck(context)
    press(both, *["ArrowRight"] * closed, "n")
    expect(both.locator("#deck .written li", has_text="Not for everybody.")).to_contain_text("Di Penn", timeout=20_000)


def test_the_whole_screen_is_taken_and_given_back(deck: Page):
    press(deck, "f")
    deck.wait_for_timeout(300)
    assert deck.evaluate("() => !!document.fullscreenElement")
    press(deck, "ArrowRight", "f")
    deck.wait_for_timeout(300)
    assert not deck.evaluate("() => !!document.fullscreenElement")
    assert title(deck) == ITEMS[1].title


def test_part_1_alone_has_no_slide_of_part_2(server, context):
    page = server.deck(context, more="&part=1")
    open_items = [item for item in ITEMS if item.part is Part.OPEN]
    assert len(open_items) < len(ITEMS)
    press(page, "g")
    cards = page.get_by_role("dialog", name="Agenda").get_by_role("button").filter(has_not_text="Close")
    assert cards.count() == len(open_items)
    assert "Part 2" not in page.evaluate(SOURCE)


def test_whoever_leaves_comes_to_the_app_again(deck: Page):
    press(deck, "?")
    deck.get_by_role("link", name="Leave the meeting").click()
    deck.wait_for_selector("#deck", state="detached")
    expect(deck.locator("h1").first).to_be_visible()
    assert deck.locator("[inert]").count() == 0


@pytest.mark.parametrize("meeting", [BOARD, LONG, REAL])
def test_no_text_is_too_small_and_nothing_is_cut_silently(server, browser, meeting):
    for (width, height), least in zip(SIZES, (24, 16, 13), strict=True):
        context = server.context(browser, EXECUTIVE, width, height)
        page = server.deck(context, meeting)
        count = int(where(page).split(" of ")[1].split(" ")[0])
        for _ in range(count):
            for step in ([], ["t"], ["t"], ["ArrowDown"], ["ArrowUp"]):
                press(page, *step)
                page.wait_for_timeout(60)
                small = [(size, text) for size, text in page.evaluate(TEXTS) if size < least - 0.1]
                assert not small, (width, title(page), small[:3])
                if width > height:
                    heading = page.locator("#deck main h1").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
                    assert heading >= 32 * width / 1920 - 0.1
                    cut = page.evaluate(CUT)
                    assert not cut, (width, title(page), cut)
                else:
                    assert page.locator("#deck .deck").evaluate("(e) => e.scrollWidth") <= width
            press(page, "ArrowRight")
        context.close()


def test_a_title_of_300_characters_an_emoji_and_right_to_left_text_are_whole(server, context):
    page = server.deck(context, LONG)
    press(page, "ArrowRight")
    assert title(page) == LONGEST
    comment = page.locator("#deck .comment")
    assert comment.inner_text().endswith("last")
    comment.focus()
    press(page, *["PageDown"] * 3)
    page.wait_for_timeout(300)
    assert comment.evaluate("(e) => e.scrollTop") > 0
    assert title(page) == LONGEST, "what scrolls takes the keys that scroll"
    page.locator("#deck .deck").focus()
    press(page, "ArrowRight")
    assert title(page) == RIGHT_TO_LEFT
    assert page.locator("#deck main h1").evaluate("(e) => getComputedStyle(e).direction") == "rtl"


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(server, browser, size):
    context = server.context(browser, EXECUTIVE, *size)
    page = server.deck(context)
    found: dict[str, list[str]] = {}
    page.evaluate(AXE)
    for step in (
        [],
        ["ArrowRight"],
        ["t"],
        ["t"],
        ["1"],
        ["t"],
        ["h"],
        ["ArrowUp"],
        ["g"],
        ["Escape"],
        ["d"],
        ["d"],
        ["?"],
        ["?"],
        ["n"],
        ["Escape"],
        ["End"],
    ):
        press(page, *step)
        page.wait_for_timeout(80)
        result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        for rule in result["violations"]:
            found.setdefault(rule["id"], []).extend(str(node["html"])[:200] for node in rule["nodes"])
    context.close()
    assert found == {}


def test_the_keyboard_goes_round_within_the_deck_and_shows_where_it_is(deck: Page):
    press(deck, "ArrowRight")
    seen = set()
    for _ in range(40):
        press(deck, "Tab")
        here = deck.evaluate("""() => { const e = document.querySelector('#deck').shadowRoot.activeElement;
          if (!e) return null;
          return [e.textContent + e.className, getComputedStyle(e).outlineStyle, e.matches(':focus-visible')]; }""")
        assert here is not None
        assert here[1] == "solid"
        assert here[2]
        seen.add(here[0])
    assert len(seen) >= 12


def test_the_slide_is_announced(deck: Page):
    press(deck, "ArrowRight")
    expect(deck.locator("#deck [data-live]")).to_have_text(f"2 of {len(ITEMS)}: {ITEMS[1].title}")
    assert deck.locator("#deck [data-live]").get_attribute("aria-live") == "polite"


def test_a_swipe_turns_the_slide(browser, server):
    context = server.context(browser, EXECUTIVE, 390, 844)
    page = server.deck(context)
    page.evaluate("""() => {
      const root = document.querySelector('#deck').shadowRoot.querySelector('.slide');
      const touch = (x) => new Touch({ identifier: 1, target: root, clientX: x, clientY: 300 });
      root.dispatchEvent(new TouchEvent('touchstart', { bubbles: true, composed: true, touches: [touch(300)] }));
      root.dispatchEvent(new TouchEvent('touchend', { bubbles: true, composed: true, changedTouches: [touch(100)] }));
    }""")
    assert title(page) == ITEMS[1].title
    context.close()


def test_the_last_slide_lists_what_was_asked(deck: Page):
    assert ITEMS[-1].kind is ItemKind.LAST
    press(deck, "End")
    said = deck.locator("#deck .asked").inner_text()
    for text in (
        "Decision: Keep the target for attendance.",
        "Rosalind Achterberg",
        "by 1 October 2026",
        "A date is being found.",
    ):
        assert text in said.replace("\u00a0", " ")
