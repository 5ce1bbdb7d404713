"""Tables as the layouts get them, and the same files read in the plainest way for what is expected."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine import years
from kpi_engine.intake.layout import Accepted, Layout, Produced, stage_in_name, year_in_name
from kpi_engine.intake.layouts import (
    aar,
    absence_wide,
    census_wide,
    cfr,
    destinations_wide,
    ks4_wide,
    ks5_wide,
    nccis,
    workforce,
)
from kpi_engine.intake.read import read_tables
from kpi_engine.intake.recognise import is_header, recognise, shapes
from kpi_engine.intake.table import RawTable

REAL = Path(__file__).parents[1] / "real"
MODULES = (
    aar,
    absence_wide,
    census_wide,
    cfr,
    destinations_wide,
    ks4_wide,
    ks5_wide,
    nccis,
    workforce,
)
EVERY = shapes([layout for module in MODULES for layout in module.LAYOUTS])

Tables = Callable[[Path], list[RawTable]]
Invented = Callable[..., RawTable]
Run = Callable[..., Produced]


@pytest.fixture
def real() -> Path:
    return REAL


@pytest.fixture
def every_layout() -> list[Layout]:
    return [shape.layout for shape in EVERY]


@pytest.fixture
def tables() -> Tables:
    """Read a file; headers of the layouts under test are told from title rows."""
    return lambda path: read_tables(path, display_name=path.name, known=lambda cells: is_header(list(cells), EVERY))


@pytest.fixture
def invented() -> Invented:
    """A table of invented schools from dicts; absent cells are blank."""

    def make(*rows: dict[str, str], file: str = "invented.csv", **more: object) -> RawTable:
        header = list(dict.fromkeys(name for row in rows for name in row))
        cells = [[row.get(name, "") for name in header] for row in rows]
        frame = pd.DataFrame(cells, columns=header, dtype=object, index=range(2, 2 + len(rows)))
        return RawTable.of(file, "0" * 64, frame, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def run() -> Run:
    """What a table's own layout makes of it: recognised by its columns, year from table or name with the lag."""

    def produce(table: RawTable, year: str | None = None) -> Produced:
        layout = recognise(table, EVERY)
        named = year_in_name(table.file)
        found = layout.year_of(table) or (years.shift(named, layout.lag) if named else None)
        stage = stage_in_name(table.file) or "final"
        return layout.produce(Accepted(table, layout.id, year or found, stage, "", "source"))

    return produce


@pytest.fixture
def findings() -> Callable[[RawTable], list[str]]:
    """What the checks of a table's layout say about it."""
    return lambda table: [str(f) for check in recognise(table, EVERY).checks for f in check(table)]


@pytest.fixture(scope="session")
def plain() -> Callable[[Path], list[dict[str, str]]]:
    """A CSV's rows by the standard library."""

    def rows(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [{name: (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(stream)]

    return functools.cache(rows)


@pytest.fixture
def by_school() -> Callable[..., dict[str, dict[str, object]]]:
    """Facts of one measure and breakdown, by URN."""

    def rows(produced: Produced, measure: str, **breakdown: str) -> dict[str, dict[str, object]]:
        frame = produced["facts"]
        mask = frame["measure"] == measure
        for name in ("sex", "disadvantage", "cohort", "level", "line"):
            mask &= frame[name] == breakdown.get(name, "Total")
        chosen = frame[mask]
        assert chosen["urn"].is_unique
        return chosen.set_index("urn").to_dict("index")

    return rows
