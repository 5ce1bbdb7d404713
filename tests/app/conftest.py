"""Opening the app without a browser: a page by its path, with whatever stands in its link, as one of four people."""

from __future__ import annotations

import datetime as dt
import html
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from kpi_engine import log
from kpi_engine.access import Role
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.sessions import Sessions

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]

HEAD, EXECUTIVE, GOVERNOR, ADMIN = "bo@trust.example", "di@trust.example", "cy@trust.example", "ada@trust.example"
PEOPLE = (
    Person(HEAD, "Bo Farrow", Role.HEADTEACHER, frozenset({"900006"})),
    Person(EXECUTIVE, "Di Penn", Role.EXECUTIVE),
    Person(GOVERNOR, "Cy Marl", Role.GOVERNOR),
    Person(ADMIN, "Ada Quill", Role.ADMIN),
)
VARIABLES = (
    "TRUST_KPI_SETTINGS", "TRUST_KPI_NAME", "TRUST_KPI_LOGO", "TRUST_KPI_MEMBERS", "TRUST_KPI_LOG", "TRUST_KPI_SIGN_IN",
    "TRUST_KPI_SIGN_IN_HOURS", "TRUST_KPI_SMALL_NUMBERS", "TRUST_KPI_CONTACT", "TRUST_KPI_LOOK_AROUND",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, sample_folder: Path, tmp_path: Path) -> None:
    """The sample trust as a trust's own data, and no other settings.

    What the app remembers is kept by folder, version and viewer, so that it may stay from test to test.
    """
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRUST_KPI_DATA", str(sample_folder))
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(tmp_path / "private"))
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private folder whose directory holds four people, one of each role."""
    made = private.make(tmp_path / "private")
    directory.write(made / private.DIRECTORY, PEOPLE)
    return made


@pytest.fixture
def open_app(folder: Path) -> Open:
    """``open_app("culture", kpi="suspensions", **{"in": ["sex:F"]})`` opens that page and runs it.

    It is the executive who opens it, or whoever ``user`` names: signed in with a password, by the session that this
    begins; with ``user=""`` nobody is signed in.
    """

    def opened(path: str = "", user: str = EXECUTIVE, **link: str | list[str]) -> AppTest:
        app = app_at(path, **link)
        if user:
            app.session_state["password: session"] = session_of(folder, user)
        return app.run()

    return opened


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What is written to the engine's log during a test."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root = logging.getLogger(log.NAME)
    handler = Kept()
    root.addHandler(handler)
    yield lines
    root.removeHandler(handler)


def app_at(path: str = "", **link: str | list[str]) -> AppTest:
    """The app at a page's address, not run yet."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    # Pages that are functions cannot be switched to by name: a page is known by the hash of its path.
    app._page_hash = calc_hash(path) if path else ""
    for name, value in link.items():
        app.query_params[name] = value
    return app


def session_of(folder: Path, user: str) -> str:
    """A session of somebody who has signed in just now."""
    id = secrets.token_urlsafe(32)
    assert Sessions(folder / private.PEOPLE).begin(user, id, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    return id


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
