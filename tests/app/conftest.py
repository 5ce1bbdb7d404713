"""Opening the app without a browser: a page by its path, with whatever stands in its link."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, sample_folder: Path) -> None:
    """The sample trust as a trust's own data, and no other settings.

    What the app remembers is kept by folder, version and viewer, so that it may stay from test to test.
    """
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRUST_KPI_DATA", str(sample_folder))
    for name in ("TRUST_KPI_SETTINGS", "TRUST_KPI_NAME", "TRUST_KPI_LOGO", "TRUST_KPI_MEMBERS", "TRUST_KPI_LOG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def open_app() -> Open:
    """``open_app("culture", kpi="suspensions", **{"in": ["sex:F"]})`` opens that page and runs it."""

    def opened(path: str = "", **link: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        # Pages that are functions cannot be switched to by name: a page is known by the hash of its path.
        app._page_hash = calc_hash(path) if path else ""
        for name, value in link.items():
            app.query_params[name] = value
        return app.run()

    return opened


def text_of(app: AppTest) -> str:
    """Everything that the page says, as the HTML it is said in, without the style and the script."""
    return "\n".join(t for t in (str(block.value) for block in app.html) if not t.startswith(("<style", "<script")))


def heading(app: AppTest) -> str:
    """The page's heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text_of(app))
    assert found is not None, "the page has no heading"
    return html.unescape(found[1]).replace("\u00a0", " ")


def links(app: AppTest) -> list[str]:
    """Where the page's links lead."""
    return [html.unescape(each) for each in re.findall(r'href="([^"]*)"', text_of(app))]
