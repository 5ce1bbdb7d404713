"""Opening the app as each kind of person, over data folders in which what they must not see can be recognised."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import local_script_runner

from kpi_engine import stats
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.warehouse.folder import current_manifest
from tests.app.conftest import ROOT, VARIABLES, app_at, session_of
from tests.gate import worlds
from tests.gate.visits import KNOWN, Kept, Visitor
from tests.gate.worlds import World

Browse = Callable[..., Visitor]
Made = Callable[..., World]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A private folder whose directory knows five people: two headteachers and one of each other role."""
    folder = private.make(tmp_path / "private")
    directory.write(folder / private.DIRECTORY, KNOWN)
    return folder


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch, people: Path) -> Browse:
    """``browse(person, data_folder)`` is that person's browser, signed in; ``browse(None, ...)`` nobody's."""
    monkeypatch.chdir(ROOT)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(people))
    monkeypatch.setattr(local_script_runner, "ForwardMsgQueue", Kept)

    def opened(person: Person | None, data: Path, small_numbers: bool = False) -> Visitor:
        monkeypatch.setenv("TRUST_KPI_DATA", str(data))
        monkeypatch.setenv("TRUST_KPI_SMALL_NUMBERS", "own-academy" if small_numbers else "hidden")
        if data.name.startswith(worlds.marked.__name__):
            # It is summed person by person, and marks are hundreds of millions of them; 0 has the sentence always said.
            monkeypatch.setattr(stats, "chance_of_landing", lambda *_: 0.0)
        app = app_at()
        if person is not None:
            app.session_state["password: session"] = session_of(people, person.user)
        return Visitor(app)

    return opened


@pytest.fixture(scope="session")
def facts(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample trust's version file in SQL: a copy, since an engine may hold the file itself."""
    manifest = current_manifest(sample_folder)
    assert manifest is not None
    copy = tmp_path_factory.mktemp("facts") / "copy.duckdb"
    shutil.copy(sample_folder / manifest.warehouse, copy)
    with duckdb.connect(str(copy), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def world(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """``world(worlds.marked, person)``: the sample trust with what that person must not see changed in that way."""
    made: dict[tuple[object, ...], World] = {}

    def of(kind: Callable[..., World], person: Person, small_numbers: bool = False) -> World:
        key = (kind, worlds.forbidden(person, small_numbers))
        if key not in made:
            folder = tmp_path_factory.mktemp("world") / f"{kind.__name__}-{secrets.token_hex(6)}"
            made[key] = kind(sample_folder, folder, person, small_numbers)
        return made[key]

    return of
