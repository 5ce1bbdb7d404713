"""Files with invented people planted in them, a trust to load them into, and a search of all that is left behind."""

from __future__ import annotations

import csv
import io
import logging
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi_engine.cli.main import main
from kpi_engine.people.trail import Trail
from kpi_engine.settings import FILE_VARIABLE, SETTINGS

FORENAME, SURNAME = "Marmaduke", "Featherstonehaugh"
NAME = f"{FORENAME} {SURNAME}"
UPN, INSURANCE = "A123456789012", "QQ123456C"
BORN, BORN_UK = "2014-02-28", "28/02/2014"
OTHER = "ZQ4472XW"
ADDRESS = "marmaduke.f@pupils.example"
PLANTED = (FORENAME, SURNAME, UPN, INSURANCE, BORN, BORN_UK, ADDRESS)

ACADEMIES = """urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority
900001,Elmfield Academy,primary,2015-09-01,,2015-09-01,,,N,Northshire
900002,Oakmere School,secondary,2015-09-01,,2015-09-01,,,Y,Northshire
"""
PUPILS = f"""pupil,urn,academic_year,year_group,sex,disadvantage,send,looked_after,from,to
{UPN},900001,2025/26,5,F,Y,N,N,2025-09-01,
{OTHER},900001,2025/26,5,M,N,N,N,2025-09-01,
"""
MARKS = f"""pupil,urn,date,session,code
{UPN},900001,2025-11-03,AM,/
{UPN},900001,2025-11-03,PM,I
{OTHER},900001,2025-11-03,AM,/
"""
_DOCUMENT = (Path(__file__).parents[2] / "docs" / "returns.md").read_text(encoding="utf-8")
EXAMPLES = {
    **dict(re.findall(r"```csv (\w+)\n(.*?)```", _DOCUMENT, re.DOTALL)),
    "academies": ACADEMIES,
    "pupils": PUPILS,
    "attendance_marks": MARKS,
}
"""Every file that a trust makes itself, as the documentation shows them, and two pupil-level extracts."""

Rows = list[list[str]]


def rows_of(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text)))


def write(folder: Path, name: str, rows: Rows, kind: str = "csv") -> Path:
    """A table as a file of that kind, every cell text but for what a workbook must hold as a number."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        header, *cells = rows
        pq.write_table(pa.table(dict(zip(header, map(list, zip(*cells, strict=True)), strict=True))), path)
    return path


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    said: str


@dataclass(frozen=True, slots=True)
class Place:
    """A working folder: ``run`` a command as a person does; ``everything`` is all that was written or said so far."""

    folder: Path
    run: Callable[..., Ran]
    everything: Callable[[], Iterator[tuple[str, str]]]


@pytest.fixture
def place(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Place:
    for variable in (FILE_VARIABLE, *(setting.variable for setting in SETTINGS)):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TRUST_KPI_LOG", "debug")
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    def run(*words: object) -> Ran:
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = "".join(capfd.readouterr())
        told.append(said)
        return Ran(code, said)

    def everything() -> Iterator[tuple[str, str]]:
        yield "what was said", "\n".join(told)
        yield "what was logged", caplog.text
        yield "the trail", repr(Trail(folder / "private" / "trail.sqlite").read(limit=None))
        yield from texts_in(folder)

    return Place(folder, run, everything)


def texts_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a folder as it is, and cell by cell what is compressed in it, read without the engine."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        yield from texts_of(path.relative_to(folder).as_posix(), path.read_bytes(), path)


def texts_of(name: str, content: bytes, path: Path | None) -> Iterator[tuple[str, str]]:
    yield f"{name} as a name", name
    yield name, content.decode("latin-1")
    yield f"{name} as UTF-16", content.decode("utf-16-le", "replace")
    if name.endswith(".parquet"):
        table = pq.read_table(io.BytesIO(content))
        yield f"{name} metadata", f"{table.schema.metadata} {table.column_names}"
        for number in range(table.num_columns):
            yield f"{name} column {number}", repr(table.column(number).to_pylist())
    elif name.endswith(".duckdb") and path is not None:
        with duckdb.connect(str(path), read_only=True) as database:
            for (table,) in database.execute("SELECT table_name FROM information_schema.tables").fetchall():
                yield f"{name} {table}", repr(database.execute(f'SELECT * FROM "{table}"').fetchall())
    elif name.endswith(".sqlite") and path is not None:
        with sqlite3.connect(path) as state:
            for (table,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                yield f"{name} {table}", repr(state.execute(f'SELECT * FROM "{table}"').fetchall())
    elif name.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from texts_of(f"{name}/{member}", archive.read(member), None)


def found(planted: Sequence[str], where: Iterator[tuple[str, str]]) -> list[str]:
    """Which of the planted texts stand where; in any case of letters."""
    looked, hits = 0, []
    for name, text in where:
        looked += 1
        lowered = text.lower()
        hits += [f"{each} in {name}" for each in planted if each.lower() in lowered]
    assert looked
    return hits
