"""What opens and what does not: wrong settings, a damaged folder, a page's file run alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.warehouse.folder import current_manifest
from tests.app.conftest import ADMIN, ROOT, Open, heading, text_of


@pytest.mark.parametrize("file", sorted((ROOT / "pages").glob("*.py")), ids=lambda f: f.name)
def test_a_page_s_file_run_alone_shows_nothing(file: Path) -> None:
    app = AppTest.from_file(str(file), default_timeout=30).run()
    assert not app.exception
    assert len(app.main) == 0
    assert len(app.sidebar) == 0


def test_a_wrong_setting_stops_everything_and_is_named_in_the_log_and_not_to_strangers(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, logged: list[str]
) -> None:
    monkeypatch.setenv("TRUST_KPI_MEMBERS", "sometimes")
    app = open_app()
    assert not app.exception
    assert heading(app) == "A setting needs mending"
    assert "sometimes" not in text_of(app)
    assert any("TRUST_KPI_MEMBERS" in line and "sometimes" in line for line in logged)
    assert len(app.selectbox) == 0


def test_a_damaged_version_is_named_to_an_admin_and_no_figure_is_shown(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample_folder: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(sample_folder, folder)
    manifest = current_manifest(folder)
    assert manifest is not None
    warehouse = next(folder.rglob(manifest.warehouse))
    warehouse.write_bytes(b"not a database")
    monkeypatch.setenv("TRUST_KPI_DATA", str(folder))
    app = open_app(user=ADMIN)
    assert not app.exception
    assert heading(app) == "The data cannot be opened"
    assert manifest.warehouse in text_of(app)
    assert "restore" in text_of(app)
    other = open_app()
    assert heading(other) == "The data cannot be opened"
    assert manifest.warehouse not in text_of(other)
    assert str(folder) not in text_of(other)
    assert heading(open_app(user="")) == "Sign in"


def test_a_pointer_that_cannot_be_read_is_no_traceback_either(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample_folder: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(sample_folder, folder)
    (folder / "current").write_text("{", encoding="utf-8")
    monkeypatch.setenv("TRUST_KPI_DATA", str(folder))
    app = open_app()
    assert not app.exception
    assert heading(app) == "The data cannot be opened"
