"""Reading files for the tests of tidy layouts: plain csv, so that nothing here rests on the engine's own reader."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi_engine.errors import Finding
from kpi_engine.intake.check import check
from kpi_engine.intake.layout import Accepted, Layout
from kpi_engine.intake.layouts import (
    ees_16_18,
    ees_absence,
    ees_attendance_ytd,
    ees_destinations,
    ees_exclusions,
    ees_information_about_schools,
    ees_ks2,
    ees_ks4_mats,
    ees_ks4_national,
    ees_ks4_schools,
    ees_turnover,
)
from kpi_engine.intake.table import RawTable

REAL = Path(__file__).parents[1] / "real"
MODULES = (
    ees_16_18,
    ees_absence,
    ees_attendance_ytd,
    ees_destinations,
    ees_exclusions,
    ees_information_about_schools,
    ees_ks2,
    ees_ks4_mats,
    ees_ks4_national,
    ees_ks4_schools,
    ees_turnover,
)


def _table(name: str, text: str) -> RawTable:
    rows = list(csv.reader(io.StringIO(text)))
    cells = [[cell.strip() for cell in row] for row in rows[1:] if row]
    frame = pd.DataFrame(cells, columns=rows[0], dtype=object)
    frame.index += 2
    return RawTable.of(name, "0" * 64, frame)


class File:
    """A table with the layout that fits it; facts and findings are asked for by name."""

    def __init__(self, table: RawTable) -> None:
        self.table = table

    @property
    def fitting(self) -> list[Layout]:
        return [layout for each in MODULES for layout in each.LAYOUTS if layout.matches(self.table.columns)]

    @property
    def layout(self) -> Layout:
        (only,) = self.fitting
        return only

    def findings(self) -> list[Finding]:
        return check(self.table, self.layout)

    def blocking(self) -> list[str]:
        return [str(finding) for finding in self.findings() if finding.blocking]

    def produced(self) -> Mapping[str, pd.DataFrame]:
        stage = self.layout.stage_of(self.table) or "final"
        return self.layout.produce(Accepted(self.table, self.layout.id, None, stage, "", "file-1"))

    def rows(self, table: str = "facts", **wanted: str) -> pd.DataFrame:
        """The produced rows of these values; dimensions that are not named are ``Total``."""
        frame = self.produced()[table]
        dims = ("sex", "disadvantage", "send", "reason", "cohort", "level", "year_group")
        for name, value in {**dict.fromkeys(dims, "Total"), **wanted}.items():
            if value != "any":
                frame = frame[frame[name] == value]
        return frame

    def one(self, table: str = "facts", **wanted: str) -> dict[str, Any]:
        frame = self.rows(table, **wanted)
        assert len(frame) == 1, frame.to_string()
        return {name: _plain(value) for name, value in frame.iloc[0].items()}


def _plain(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


@pytest.fixture
def real() -> Callable[[str], File]:
    """A file of tests/real by its path there."""
    return lambda path: File(_table(Path(path).name, (REAL / path).read_text("utf-8-sig")))


@pytest.fixture
def made() -> Callable[[str], File]:
    """A table written in the test: rows of cells between bars, the first of them the header."""

    def build(text: str, name: str = "made.csv") -> File:
        lines = [line.strip().strip("|") for line in text.strip().splitlines()]
        rows = [[cell.strip() for cell in line.split("|")] for line in lines]
        return File(_table(name, "\n".join(",".join(map(json.dumps, row)) for row in rows)))

    return build


@pytest.fixture
def every_layout() -> list[Layout]:
    """The layouts of all tidy files."""
    return [layout for module in MODULES for layout in module.LAYOUTS]
