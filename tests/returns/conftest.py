"""Returns as text, read the way the intake hands them on: every cell as text, rows numbered as a spreadsheet does."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from kpi_engine.facts import FACT_COLUMNS, RECORD_COLUMNS
from kpi_engine.intake.layout import Accepted, Layout
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.table import RawTable
from kpi_engine.model import DIMENSIONS, TOTAL

Tables = Callable[[str], RawTable]
Produce = Callable[[str, str], Mapping[str, pd.DataFrame]]
Broken = Callable[[str, str], list[str]]


@pytest.fixture
def layouts() -> Mapping[str, Layout]:
    return {layout.id: layout for layout in all_layouts()}


def _table(text: str, file: str) -> RawTable:
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    frame = pd.read_csv(io.StringIO(lines), dtype=str, keep_default_na=False).astype(object)
    frame.index = pd.RangeIndex(2, 2 + len(frame))
    return RawTable.of(file, "0" * 64, frame)


@pytest.fixture
def produce(layouts: Mapping[str, Layout]) -> Produce:
    """Facts (or a record table) of a return's text; only facts that are complete frames of facts pass."""

    def run(layout: str, text: str) -> Mapping[str, pd.DataFrame]:
        made = layouts[layout].produce(Accepted(_table(text, "r.csv"), layout, None, "final", "", "file1"))
        for name, frame in made.items():
            assert list(frame.columns) == list(FACT_COLUMNS if name == "facts" else RECORD_COLUMNS[name])
        return made

    return run


@pytest.fixture
def facts(produce: Produce) -> Callable[..., pd.DataFrame]:
    """The facts of one measure; ``only`` picks values of columns."""

    def run(layout: str, text: str, measure: str, **only: str) -> pd.DataFrame:
        frame = produce(layout, text)["facts"]
        frame = frame[frame["measure"] == measure]
        for name, value in only.items():
            frame = frame[frame[name] == value]
        return frame

    return run


@pytest.fixture
def broken(layouts: Mapping[str, Layout]) -> Broken:
    """What the layout's own rules find in a return, as the sentences that a person reads; notes are left out."""

    def run(layout: str, text: str, blocking: bool = True) -> list[str]:
        table = _table(text, "r.csv")
        found = [finding for rule in layouts[layout].checks for finding in rule(table)]
        return [str(finding) for finding in found if finding.blocking is blocking]

    return run


def pairs(frame: pd.DataFrame, *by: str) -> dict[object, tuple[float, float]]:
    """Numerator and denominator by the named columns."""
    keys = frame[list(by)].itertuples(index=False, name=None)
    names = [key[0] if len(by) == 1 else key for key in keys]
    assert len(names) == len(set(names)), "the same fact stands twice"
    return dict(zip(names, zip(frame["numerator"], frame["denominator"], strict=True), strict=True))


@pytest.fixture(name="pairs")
def _pairs() -> Callable[..., dict[object, tuple[float, float]]]:
    return pairs


@pytest.fixture
def undivided() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The facts that are not broken down at all."""
    return lambda frame: frame[(frame[list(DIMENSIONS)] == TOTAL).all(axis=1)]
