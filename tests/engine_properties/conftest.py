"""Small trusts made of random rows, loaded and asked in the blink of an eye."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from kpi_engine.engine import Engine, View
from kpi_engine.intake.pipeline import examine
from kpi_engine.warehouse.folder import load

Loaded = Callable[[Mapping[str, str]], "Iterator[View]"]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, unguarded: Callable[[Engine], View]):
    """``with loaded({file name: text}) as view``: the trust that these files make."""
    base = tmp_path_factory.mktemp("made")

    @contextmanager
    def make(texts: Mapping[str, str]) -> Iterator[View]:
        given, folder = base / "given", base / "folder"
        for place in (given, folder):
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
        for name, text in texts.items():
            (given / name).write_text(text, encoding="utf-8")
        examined = examine([given])
        assert [str(each.error) for each in examined.rejected] == []
        load(examined.accepted, folder)
        engine = Engine.open(folder)
        try:
            yield unguarded(engine)
        finally:
            engine.close()

    return make


@pytest.fixture(scope="session")
def table() -> Callable[[str, Sequence[Sequence[object]]], str]:
    """A CSV text of a header and rows; None is an empty cell."""

    def text(head: str, rows: Sequence[Sequence[object]]) -> str:
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        return "\n".join([head, *lines]) + "\n"

    return text


@pytest.fixture(scope="session")
def view(sample_engine: Engine, unguarded: Callable[[Engine], View]) -> View:
    return unguarded(sample_engine)


@pytest.fixture(scope="session")
def returns(sample_files: Path) -> Callable[[str], list[dict[str, str]]]:
    """The raw rows of one of the sample trust's returns, cells as text."""
    connection = duckdb.connect()

    def rows(name: str) -> list[dict[str, str]]:
        path = (sample_files / "returns" / f"{name}.csv").as_posix()
        cursor = connection.execute(f"SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return rows
