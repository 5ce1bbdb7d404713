"""Invented inspections as record rows, and files read through the layouts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.derive.ofsted import derive
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.intake.layouts import ofsted
from kpi_engine.intake.pipeline import Examined, examine
from kpi_engine.model import TOTAL, Academy, Phase

Rows = list[dict[str, object]]


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str, str | bytes], Examined]:
    """Writes one file and examines it with Ofsted's layouts."""

    def run(name: str, content: str | bytes) -> Examined:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return examine([path], layouts=ofsted.LAYOUTS)

    return run


@pytest.fixture
def produced(load: Callable[[str, str | bytes], Examined]) -> Callable[[str, str | bytes], pd.DataFrame]:
    """The ``inspections`` rows of one invented file, which must be accepted."""

    def run(name: str, content: str | bytes) -> pd.DataFrame:
        examined = load(name, content)
        assert examined.rejected == ()
        (item,) = examined.accepted
        layout = next(each for each in ofsted.LAYOUTS if each.id == item.layout)
        return layout.produce(item)["inspections"]

    return run


@pytest.fixture(scope="session")
def inspected() -> Callable[..., Rows]:
    """Record rows of one inspection: ``grades`` by area; none of them makes an ungraded visit."""

    def run(
        number: str, start: str, grades: Mapping[str, str] | None = None, *, urn: str = "900003", **more: object
    ) -> Rows:
        base: dict[str, object] = dict.fromkeys(RECORD_COLUMNS["inspections"], "")
        base |= {"inspection": number, "urn": urn, "school_urn": urn, "start_date": start, "framework": "graded"}
        base |= {"vintage": "2026-06-30", "source_id": "file", "source_row": 2} | more
        if not grades:
            return [{"graded": "N", "area": "Outcome"} | base | {"area": "Outcome", "graded": more.get("graded", "N")}]
        return [base | {"graded": "Y", "area": area, "grade": grade} for area, grade in grades.items()]

    return run


@pytest.fixture(scope="session")
def marlwick() -> Academy:
    """An invented academy that joined on 1 September 2019 under a new URN."""
    return Academy(
        "900003", "Marlwick Primary", Phase.PRIMARY, "2019-09-01", opened="2019-09-01", predecessors=("900103",)
    )


@pytest.fixture(scope="session")
def facts_of() -> Callable[..., pd.DataFrame]:
    """All facts of some inspections of academies as at a date."""

    def run(rows: Sequence[Mapping[str, object]], *academies: Academy, as_at: str = "2026-08-31") -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=list(RECORD_COLUMNS["inspections"]))
        return derive({"inspections": table}, academies, dt.date.fromisoformat(as_at))

    return run


@pytest.fixture(scope="session")
def one() -> Callable[..., pd.Series]:
    """The one undivided fact of a measure in a year (or that of a breakdown)."""

    def run(facts: pd.DataFrame, measure: str, year: str, **breakdown: str) -> pd.Series:
        wanted = {"measure": measure, "academic_year": year, "area": TOTAL, "inspection": TOTAL} | breakdown
        found = facts
        for column, value in wanted.items():
            found = found[found[column] == value]
        assert len(found) == 1, found
        return found.iloc[0]

    return run
