"""GIAS files, real and invented, read through the layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.intake.layouts import gias
from kpi_engine.intake.pipeline import Examined, examine

REAL = Path(__file__).parents[1] / "real" / "gias"
Records = dict[str, pd.DataFrame]


@pytest.fixture
def load(tmp_path: Path) -> Callable[[Mapping[str, str]], Examined]:
    """Writes files (name -> text) and examines them with the GIAS layouts."""

    def run(files: Mapping[str, str]) -> Examined:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return examine([tmp_path / name for name in files], layouts=gias.LAYOUTS)

    return run


def _records(examined: Examined) -> Records:
    layouts = {layout.id: layout for layout in gias.LAYOUTS}
    found: dict[str, list[pd.DataFrame]] = {}
    for item in examined.accepted:
        for name, frame in layouts[item.layout].produce(item).items():
            found.setdefault(name, []).append(frame)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}


@pytest.fixture
def records(load: Callable[[Mapping[str, str]], Examined]) -> Callable[[Mapping[str, str]], Records]:
    """The record tables of invented files, none of which may be refused."""

    def run(files: Mapping[str, str]) -> Records:
        examined = load(files)
        assert examined.rejected == ()
        return _records(examined)

    return run


@pytest.fixture(scope="session")
def real() -> Records:
    """The record tables of all real GIAS files."""
    examined = examine([REAL], layouts=gias.LAYOUTS)
    assert examined.rejected == ()
    return _records(examined)


@pytest.fixture
def own() -> Callable[..., pd.DataFrame]:
    """Rows of the trust's own list, blank where nothing is given."""

    def run(*rows: Mapping[str, str]) -> pd.DataFrame:
        columns = RECORD_COLUMNS["own_academies"]
        return pd.DataFrame([{name: row.get(name, "") for name in columns} for row in rows])

    return run
