"""Small inputs made by hand: an invented trust of three academies, and files about them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.facts import FACT_COLUMNS, NUMBERS
from kpi_engine.intake.layout import Accepted
from kpi_engine.intake.table import RawTable
from kpi_engine.model import DIMENSIONS, TOTAL

Make = Callable[..., Accepted]

ACADEMIES = """urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority
900001,Quillbrook Primary,primary,2015-11-01,,2011-09-01,,,N,Wychbourne
900002,Tansymere Primary,primary,2018-01-01,,2018-01-01,,900102,N,Wychbourne
900005,Ferrant High,secondary,2014-09-01,,2012-09-01,,,Y,Wychbourne
"""

KS2_HEADER = (
    "RECTYPE,URN,TELIG,BELIG,GELIG,PTRWM_EXP,PTRWM_EXP_B,PTRWM_EXP_G,PTREAD_EXP,PTWRITTA_EXP,PTMAT_EXP,"
    "READPROG,READPROG_LOWER,READPROG_UPPER,READCOV"
)
KS2_ROWS = (
    "1,900001,27,14,13,78%,71%,85%,81%,85%,85%,1.7,-0.6,4,96%",
    "1,900002,49,25,24,40%,36%,44%,55%,49%,51%,-0.4,-2,1.2,98%",
    "1,123456,30,15,15,67%,67%,67%,70%,73%,73%,0.1,-1.9,2.1,100%",
    "5,,620000,310000,310000,65%,61%,69%,73%,78%,79%,,,,",
)


def table(file: str, text: str, preamble: tuple[str, ...] = ()) -> RawTable:
    """A CSV text as the readers hand it on: stripped text, rows numbered as a spreadsheet shows them."""
    lines = [line.split(",") for line in text.strip().splitlines()]
    frame = pd.DataFrame(lines[1:], columns=pd.Index(lines[0], dtype="str"), dtype="str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return RawTable.of(file, hashlib.sha256(text.encode()).hexdigest(), frame, preamble=preamble)


def accept(
    layout: str, file: str, text: str, year: str | None = None, stage: str = "final", vintage: str = ""
) -> Accepted:
    raw = table(file, text)
    return Accepted(raw, layout, year, stage, vintage, raw.sha256[:16])


@pytest.fixture
def academies() -> Accepted:
    return accept("return_academies", "academies.csv", ACADEMIES)


@pytest.fixture
def ks2() -> Make:
    def make(
        rows: Sequence[str] = KS2_ROWS, year: str = "2018/19", stage: str = "final", file: str = "ks2.csv"
    ) -> Accepted:
        return accept("ks2_wide", file, "\n".join((KS2_HEADER, *rows)), year, stage)

    return make


@pytest.fixture
def read() -> Make:
    """Any file: ``read(layout, file, text, year, stage, vintage)``."""
    return accept


@pytest.fixture
def fact() -> Callable[..., dict[str, object]]:
    """One fact row; what is not given is Total, none, or an ordinary key."""

    def make(measure: str, n: float | None, d: float | None = None, **more: object) -> dict[str, object]:
        row: dict[str, object] = dict.fromkeys(FACT_COLUMNS)
        row |= dict.fromkeys(NUMBERS, float("nan")) | dict.fromkeys(DIMENSIONS, TOTAL)
        row |= {
            "measure": measure,
            "series": "return",
            "stage": "final",
            "academic_year": "2024/25",
            "urn": "900001",
            "period": "Year",
            "numerator": float("nan") if n is None else n,
            "denominator": float("nan") if d is None else d,
            "source_id": "returns",
            "source_row": 2,
        }
        return row | more

    return make


@pytest.fixture
def frame() -> Callable[..., pd.DataFrame]:
    def make(*rows: dict[str, object]) -> pd.DataFrame:
        return pd.DataFrame(list(rows), columns=list(FACT_COLUMNS))

    return make


@pytest.fixture
def renamed() -> Callable[[Accepted, str], Accepted]:
    """The same table under another file name and checksum."""

    def make(item: Accepted, file: str) -> Accepted:
        sha = hashlib.sha256(file.encode() + item.table.sha256.encode()).hexdigest()
        return replace(item, table=replace(item.table, file=file, sha256=sha), source_id=sha[:16])

    return make


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"
