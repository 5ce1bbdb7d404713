"""Presenting a frozen meeting: from the key to the next slide, from a question to the live answer, and what is sent.

Measured in headless Chromium. A key's time ends when the picture with its change has been handed over for drawing.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Line
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.presenting import EXECUTIVE, REAL, made
from tests.meetings.example import example
from ui import deck_slides

if TYPE_CHECKING:
    from playwright.sync_api import Page

NEXT, LIVE = 20.0, 150.0
TIMES = 60
_PRESSED = """(() => {
    window.took = [];
    window.addEventListener('keydown', (event) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.took.push(performance.now() - event.timeStamp);
        channel.port2.postMessage(0);
    }), true);
})()"""
_ASKED = """() => new Promise((done) => {
    const root = document.querySelector('#deck').shadowRoot;
    const from = performance.now();
    const watch = new MutationObserver(() => {
        if (!root.querySelector('.live .figure')) return;
        watch.disconnect();
        done(performance.now() - from);
    });
    watch.observe(root, { childList: true, subtree: true });
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l' }));
})"""


def presenting() -> Iterator[Line]:
    """The deck of a meeting: made, sent, and gone through."""
    for kpis, academies in ((12, 8), (26, 8)):
        document = example(kpis, academies)
        began = time.perf_counter()
        packed = deck_slides.packed(document, "0" * 64, None)
        took = (time.perf_counter() - began) * 1000
        what = f"{kpis} KPIs, {academies} academies"
        yield Line(f"slides made once ({what})", "ms", (took,))
        yield Line(f"slides sent once ({what})", "kB", (len(packed) / 1000,))
    if CHROMIUM is None:
        print("these need Chromium: install it, or name it in TRUST_KPI_CHROMIUM", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = made(Path(folder))
        server.start()
        try:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            context = server.context(chromium, EXECUTIVE)
            context.add_init_script(_PRESSED)
            page = server.deck(context, REAL)
            slides = tuple(_pressed(page))
            yield Line("key press to the next slide", "ms", slides, NEXT)
            yield Line("key press to the next slide, 95 in 100", "ms", slides, NEXT, at_95=True)
            yield Line("live answer of the data", "ms", tuple(_asked(page)), LIVE)
            chromium.close()
        finally:
            server.kill()


def _pressed(page: Page) -> list[float]:
    page.wait_for_timeout(1000)
    keys = itertools.cycle(("ArrowRight", "1", "ArrowUp", "ArrowLeft"))
    for key in itertools.islice(keys, TIMES):
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    found: list[float] = page.evaluate("() => window.took")
    return found


def _asked(page: Page) -> Iterator[float]:
    page.keyboard.press("Home")
    for number in ("1", "3", "5", "7", "2", "4", "6", "8"):
        page.keyboard.press(number)
        page.wait_for_timeout(200)
        yield float(page.evaluate(_ASKED))
        page.wait_for_timeout(200)
