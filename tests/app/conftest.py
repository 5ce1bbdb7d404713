"""Opening the app without a browser: a page by its path, with whatever stands in its link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi_engine.sample import sample_folder

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _sample() -> None:
    """The sample trust's data, made once before the first page is opened."""
    sample_folder()


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No settings but the test's own, an empty data folder, and nothing remembered from the test before."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRUST_KPI_DATA", str(tmp_path / "data"))
    for name in ("TRUST_KPI_SETTINGS", "TRUST_KPI_NAME", "TRUST_KPI_LOGO", "TRUST_KPI_MEMBERS", "TRUST_KPI_LOG"):
        monkeypatch.delenv(name, raising=False)
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_app() -> Open:
    """``open_app("culture", kpi="suspensions", **{"in": ["sex:F"]})`` opens that page and runs it."""

    def opened(path: str = "", **link: str | list[str]) -> AppTest:
        app = AppTest.from_string(_script(path), default_timeout=60)
        for name, value in link.items():
            app.query_params[name] = value
        return app.run()

    return opened


def text_of(app: AppTest) -> str:
    """Everything that the page says, as the HTML it is said in."""
    return "\n".join(str(block.value) for block in app.html)


def _script(path: str) -> str:
    """The app with another page as its first: a test cannot type an address."""
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    if not path:
        return source
    assert f'("{path}",' in source, f"app.py has no page {path!r}"
    return source.replace("default=not path", f'default=path == "{path}"')
