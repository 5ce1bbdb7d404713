"""How long signing in with OpenID takes: through a provider on this computer, in a browser, with the app itself.

The provider answers at once and asks for no password, so that what is measured is ours: the way there, the check of
what the provider says, and the page that was asked for.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Line
from kpi_engine import settings as settings_file
from kpi_engine.sample import sample_folder
from tests.sign_in_oidc import harness
from ui.sign_in import oidc

TIMES = 9
CHECKS = 300
PAGE = "/culture?academy=900003&year=2023/24"


def sign_in() -> Iterator[Line]:
    """From the button to the page, and what asking who is there adds to each run of a page."""
    if harness.CHROMIUM is None:
        print("sign-in needs Chromium: install it, or name it in TRUST_KPI_CHROMIUM", file=sys.stderr)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        harness.provider() as issuer,
        harness.served(Path(folder), sample_folder(), issuer) as running,
    ):
        yield Line("sign-in, from the button to the page asked for", "ms", _in_a_browser(running))
        yield Line("who is there, on each run of a page", "ms", _checks(running, Path(folder)))


def _in_a_browser(running: harness.Served) -> tuple[float, ...]:
    """Milliseconds of each sign-in; a new browser each time, on a server where somebody has been before."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=harness.CHROMIUM, args=harness.FLAGS)
        for _ in range(TIMES + 1):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(running.address + PAGE)
            button = page.get_by_role("button", name="Sign in with your trust account")
            button.wait_for()
            page.wait_for_selector(harness.SETTLED)
            start = time.perf_counter()
            button.click()
            page.get_by_role("button", name="imogen.farrow", exact=True).click()
            page.wait_for_selector("nav[aria-label=Pages]")
            page.wait_for_selector(harness.SETTLED)
            found.append(1000 * (time.perf_counter() - start))
            assert page.url == running.address + PAGE
            context.close()
        browser.close()
    return tuple(found[1:])


def _checks(running: harness.Served, folder: Path) -> tuple[float, ...]:
    """Milliseconds of each check of somebody who is signed in: claims, session, directory."""
    auth = tomllib.loads((folder / "secrets.toml").read_text(encoding="utf-8"))["auth"]
    settings = settings_file.load(folder, {"TRUST_KPI_PRIVATE": str(running.private), "TRUST_KPI_SIGN_IN": "oidc"})
    now = dt.datetime.now(dt.UTC)
    claims = running.claims(harness.EXECUTIVE, now.timestamp() - 1)
    found = []
    for _ in range(CHECKS + 1):
        start = time.perf_counter()
        identity = oidc.signed_in(claims, auth, settings, now)
        found.append(1000 * (time.perf_counter() - start))
        assert identity is not None
    return tuple(found[1:])
