"""Pupil-level extracts of an invented trust, as files, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import examine
from kpi_engine.measures import MEASURES
from kpi_engine.model import PUPIL_DIMENSIONS, TOTAL
from kpi_engine.warehouse.folder import LoadReport, load
from kpi_engine.warehouse.marks import roll_up
from kpi_engine.warehouse.pseudonyms import at_the_door
from kpi_engine.warehouse.store import Store

ACADEMIES = """urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority
900001,Quillbrook Primary,primary,2015-11-01,,2011-09-01,,,N,Wychbourne
900002,Tansymere Primary,primary,2018-01-01,,2018-01-01,,900102,N,Wychbourne
"""
PUPILS_HEADER = "pupil,urn,academic_year,year_group,sex,disadvantage,send,looked_after,from,to"
MARKS_HEADER = "pupil,urn,date,session,code"
KEY = bytes(range(32))

Fact = tuple[float, float, float]
Rows = Sequence[str]


def text(header: str, rows: Rows) -> str:
    return "\n".join([header, *rows]) + "\n"


class Files:
    """A folder to write extracts into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.write("academies.csv", ACADEMIES)

    def write(self, name: str, content: str) -> Path:
        (self.folder / name).write_text(content, encoding="utf-8")
        return self.folder / name

    def pupils(self, rows: Rows, name: str = "pupils.csv", header: str = PUPILS_HEADER) -> Path:
        return self.write(name, text(header, rows))

    def marks(self, rows: Rows, name: str = "marks.csv", header: str = MARKS_HEADER) -> Path:
        return self.write(name, text(header, rows))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "given")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Where the key of pupils' ids is kept."""
    return tmp_path / "private"


@pytest.fixture
def loaded(root: Path, private: Path) -> Callable[..., LoadReport]:
    """Load files or folders that must be accepted."""

    def run(*paths: Path, as_at: dt.date | None = None) -> LoadReport:
        examined = examine(paths)
        assert [str(each.error) for each in examined.rejected] == []
        return load(examined.accepted, root, as_at=as_at, private=private)

    return run


def errors(*paths: Path) -> str:
    """What is said of files that are rejected."""
    return "\n".join(str(each.error) for each in examine(paths).rejected)


def facts_of(folder: Path, as_at: dt.date = dt.date(2026, 7, 31)) -> pd.DataFrame:
    """The facts that a folder's extracts give, before anything is kept."""
    layouts = {layout.id: layout for layout in all_layouts()}
    examined = examine([folder])
    assert [str(each.error) for each in examined.rejected] == []
    kept = [
        replace(item, table=at_the_door(item.table, layouts[item.layout], KEY))
        for item in examined.accepted
        if item.layout in ("pupils", "attendance_marks")
    ]
    pupils = [item for item in kept if item.layout == "pupils"]
    marks = [item for item in kept if item.layout == "attendance_marks"]
    return roll_up(pupils, marks, MEASURES, as_at)[0]


def stored(
    store: Store, measure: str, *by: str, period: str = "YTD", urn: str = "900001", year: str = "2025/26"
) -> Mapping[object, Fact]:
    """Numerator, denominator and people by the values of the dimensions."""
    found = store.facts([measure], by=by, periods=[period], urns=[urn], years=[year])
    keyed = [tuple(each.breakdown.get(name, TOTAL) for name in by) for each in found]
    assert len(set(keyed)) == len(keyed)
    return {
        key[0] if len(by) == 1 else key: (each.numerator, each.denominator, each.people)  # type: ignore[misc]
        for key, each in zip(keyed, found, strict=True)
    }


def as_dictionary(facts: pd.DataFrame) -> dict[tuple[str, ...], tuple[float, ...]]:
    """Every fact by its key, with all its numbers."""
    keys = ["measure", "urn", "academic_year", "period", *PUPIL_DIMENSIONS, "reason"]
    numbers = ["numerator", "denominator", "people", "sum_nn", "sum_nd", "sum_dd"]
    found = dict(
        zip(
            facts[keys].itertuples(index=False, name=None),
            facts[numbers].fillna(-1).itertuples(index=False, name=None),
            strict=True,
        )
    )
    assert len(found) == len(facts)
    return found
