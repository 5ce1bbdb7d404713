"""The log says what happened and never whose data."""

from __future__ import annotations

import io
import logging
import re

import pytest

from kpi_engine import log

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR) kpi_engine\.\w+: .+$")


def _lines(err):
    return [line for line in err.splitlines() if LINE.match(line)]


def test_a_load_logs_counts_and_the_version_and_nobodys_data(run, returns, workplace):
    ran = run("load", returns)
    lines = _lines(ran.err)
    version = next(iter((workplace / "data" / "manifests").glob("*.json"))).stem
    assert any(
        "load done: 3 files given, 3 new" in line and "2 academies" in line and version in line for line in lines
    )
    for whose in (
        "900201",
        "900202",
        "Larkhill",
        "Fernbank",
        "Northshire",
        "cash.csv",
        "400000",
        "75.0",
        str(workplace),
    ):
        assert not any(whose in line for line in lines)


def test_a_refused_load_logs_the_kinds_of_refusal_only(run, returns, workplace):
    (workplace / "merits.csv").write_text("pupil,house,merits\nLarkhill Lou,Red,14\n", encoding="utf-8")
    lines = _lines(run("load", returns, workplace / "merits.csv").err)
    assert any(line.endswith("load refused: 1 UnknownLayout; nothing changed") for line in lines)
    assert not any("merits" in line or "Lou" in line for line in lines)


def test_a_purge_logs_that_it_happened_and_not_whom_it_was_about(run, loaded):
    lines = _lines(run("purge", "--urn", "900202", "--yes").err)
    assert any("purge ended with 0" in line for line in lines)
    assert not any("900202" in line for line in lines)


def test_the_settings_decide_how_much_is_logged(run, loaded, monkeypatch):
    assert _lines(run("status").err) == []
    monkeypatch.setenv("TRUST_KPI_LOG", "debug")
    assert any("status ended with 0" in line for line in _lines(run("status").err))
    monkeypatch.setenv("TRUST_KPI_LOG", "error")
    assert _lines(run("unload", "cash.csv", "--yes").err) == []


@pytest.fixture
def quiet_afterwards():
    yield
    log.set_up("warning")


def test_setting_up_twice_writes_each_line_once(quiet_afterwards):
    out = io.StringIO()
    log.set_up("info", out)
    log.set_up("info", out)
    log.of("load").info("3 files")
    log.of("load").debug("not this")
    assert out.getvalue().count("3 files") == 1
    assert "not this" not in out.getvalue()
    assert logging.getLogger("kpi_engine").propagate is False
