"""A small invented trust, its returns, and a way to run a command in an empty working folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi_engine.cli.main import main
from kpi_engine.settings import FILE_VARIABLE, SETTINGS

ACADEMIES = """urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority
900201,Larkhill Primary,primary,2019-09-01,,2019-09-01,,,N,Northshire
900202,Fernbank Primary,primary,2019-09-01,,2019-09-01,,,N,Northshire
"""
# 2 of 3 months at or above the floor
CASH = """month,closing_cash,policy_floor,forecast_3m_low,annual_expenditure
2025-09,400000,300000,310000,6000000
2025-10,300000,300000,290000,6000000
2025-11,299999,300000,280000,6000000
"""
# Larkhill: 3 of 4 reviews good or better; Fernbank: 6 of 6; the trust: 9 of 10
LESSONS = """urn,academic_year,term,department,reviews,good_or_better
900201,2025/26,Autumn,Total,4,3
900202,2025/26,Autumn,Total,6,6
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit code and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, without settings from outside."""
    for variable in (FILE_VARIABLE, *(setting.variable for setting in SETTINGS)):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(workplace: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as a person would, from the working folder."""

    def command(*words: object) -> Ran:
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return command


@pytest.fixture(scope="session")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The returns of a trust of two primaries."""
    folder = tmp_path_factory.mktemp("returns")
    for name, text in (("academies", ACADEMIES), ("cash", CASH), ("lesson_quality", LESSONS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def loaded_once(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded") / "data"
    assert main(["load", str(returns), "--into", str(folder)]) == 0
    return folder


@pytest.fixture
def loaded(loaded_once: Path, workplace: Path) -> Path:
    """A data folder with the small trust in it, for this test alone."""
    return Path(shutil.copytree(loaded_once, workplace / "data"))
