"""The app as the tests of its pages open it, with accounts in the private folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi_engine.people import private
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.trail import Trail
from tests.app.conftest import ADMIN, PEOPLE, ROOT, _settings, folder, logged, open_app, session_of
from ui.sign_in.password import COOKIE

__all__ = ["_settings", "folder", "logged", "open_app"]

PASSWORD = "amber kettle violin"
CHEAP = 4


@pytest.fixture
def accounts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """An account with the same password for each of the four people; hashing costs the app little here."""
    found = Accounts(folder / private.PEOPLE, CHEAP)
    monkeypatch.setattr("ui.sign_in.password._accounts", lambda _: found)
    for person in PEOPLE:
        found.add(person.user, PASSWORD, must_change=False)
    return found


@pytest.fixture
def trail(folder: Path) -> Callable[[], list[tuple[str, str, str]]]:
    """What the trail says: who, what, about what; oldest first."""

    def told() -> list[tuple[str, str, str]]:
        return [(entry.who, entry.what, entry.detail) for entry in reversed(Trail(folder / private.TRAIL).read())]

    return told


@pytest.fixture
def browser_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the browser present a token in its cookie."""

    def present(token: str) -> None:
        monkeypatch.setattr(type(st.context), "cookies", {COOKIE: token})

    return present


@pytest.fixture
def open_first(folder: Path) -> Callable[..., AppTest]:
    """``open_first("accounts", user=ADMIN)`` opens that page as the app's first one, where its buttons work.

    Streamlit's test runner takes every run of a page that is not the first for a change of pages, and drops what was
    pressed.
    """

    def opened(path: str, user: str = ADMIN) -> AppTest:
        source = (ROOT / "app.py").read_text(encoding="utf-8")
        swapped = source.replace('frame.Page("",', 'frame.Page("overview",').replace(
            f'frame.Page("{path}",', 'frame.Page("",'
        )
        assert swapped.count('frame.Page("",') == 1
        app = AppTest.from_string(swapped, default_timeout=60)
        app.session_state["password: session"] = session_of(folder, user)
        return app.run()

    return opened
