"""What keeps the doors closed: the server's settings, pages that only define, one place for SQL, a shut file."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from kpi_engine.errors import UsageError, WarehouseError
from kpi_engine.warehouse.folder import open_store
from kpi_engine.warehouse.store import Store
from tests.app.conftest import ROOT

SAFE = {
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],
    "browser.gatherUsageStats": False,
    "server.address": "localhost",
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "runner.magicEnabled": False,
}
UNSET = ("server.trustedUserHeaders", "server.scriptHealthCheckEnabled", "global.e2eTest", "global.developmentMode")
DATABASES = {f"kpi_engine/warehouse/{name}.py" for name in ("store", "traces", "state")}
IN_SQLITE = ("kpi_engine/people/", "kpi_engine/written/", "kpi_engine/meetings/")
HOSTILE = (
    'sex" FROM facts; DROP TABLE facts; --', "sex, guard", "guard", "*", "1", "", "sex'", '"', "Total", "urn",
    "sex\x00", "(SELECT 1)", "SEX", " sex", "year_group) OR (1=1", "read_csv('/etc/passwd')",
)  # fmt: skip
FORBIDDEN = (
    "INSERT INTO meta VALUES ('a', 'b')", "UPDATE facts SET guard = 0", "DELETE FROM facts", "DROP TABLE facts",
    "CREATE TABLE mine (a INTEGER)", "ALTER TABLE facts ADD COLUMN a INTEGER", "CREATE VIEW mine AS SELECT 1",
    "ATTACH '{file}' AS other", "COPY facts TO '{file}'", "COPY (SELECT 1) TO '{file}' (FORMAT parquet)",
    "EXPORT DATABASE '{folder}'", "SELECT * FROM read_csv('{file}')", "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')", "SELECT * FROM read_parquet('{file}')", "SELECT * FROM '{file}'",
    "SELECT * FROM glob('{folder}/*')", "SET enable_external_access = true", "SET lock_configuration = false",
    "SET allowed_paths = ['{file}']", "SET temp_directory = '{folder}'", "RESET lock_configuration", "INSTALL httpfs",
    "LOAD httpfs", "SELECT * FROM read_csv('https://kpis.trust.example/a.csv')", "CREATE SECRET (TYPE s3)",
    "IMPORT DATABASE '{folder}'", "CREATE TABLE temp_facts AS SELECT * FROM facts",
)  # fmt: skip


def test_the_server_s_settings_are_the_safe_ones() -> None:
    found = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    flat = {f"{section}.{name}": value for section, named in found.items() for name, value in named.items()}
    assert {name: flat.get(name) for name in SAFE} == SAFE
    assert not [name for name in UNSET if name in flat]
    # A setting that Streamlit does not know would be one that nobody obeys.
    parts = ("theme.sidebar", "theme.light", "theme.dark")
    assert not [name for name in flat if name not in parts and name not in st.config.get_config_options()]


@pytest.mark.parametrize("file", sorted((ROOT / "pages").glob("*.py")), ids=lambda file: file.name)
def test_a_page_s_file_only_defines(file: Path) -> None:
    """At its top stand imports, functions, classes and constants, and that it goes to the app when it is run alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            assert not getattr(node, "decorator_list", []), ast.unparse(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            assert node.value is not None
            called = [each for each in ast.walk(node.value) if isinstance(each, ast.Call)]
            assert {ast.unparse(each.func) for each in called} <= {"ZoneInfo", "frozenset"}, ast.unparse(node)
        elif isinstance(node, ast.If):
            assert ast.unparse(node.test) == "__name__ == '__main__'"
            assert [ast.unparse(each).partition("(")[0] for each in node.body] == ["to_the_app"]
        else:
            assert isinstance(node, ast.Expr), ast.unparse(node)
            assert isinstance(node.value, ast.Constant), ast.unparse(node)


def _engine_files() -> Iterator[tuple[str, ast.Module]]:
    for part in ("kpi_engine", "ui", "pages"):
        for file in sorted((ROOT / part).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def test_one_module_speaks_to_the_warehouse() -> None:
    importing = [
        name
        for name, tree in _engine_files()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(each.name.partition(".")[0] == "duckdb" for each in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "duckdb")
    ]
    assert importing == ["kpi_engine/warehouse/store.py"]
    executing = {
        name
        for name, tree in _engine_files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript", "sql", "query")
        if not (name.startswith("kpi_engine/warehouse/") and node.attr == "sql")
        if not (node.attr == "query" and not name.startswith("kpi_engine/"))
    }
    # The others keep people, the trail, what is written and the traces of pupils in SQLite.
    assert {name for name in executing if not name.startswith(IN_SQLITE)} == DATABASES


def test_no_value_is_written_into_sql_about_people() -> None:
    """What is put into SQL of accounts, trail and notes are names of tables and columns; values are bound."""
    for name, tree in _engine_files():
        if not name.startswith(IN_SQLITE):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute":
                (sql, *_) = node.args
                put = [each for each in ast.walk(sql) if isinstance(each, ast.FormattedValue)]
                assert all(isinstance(each.value, ast.Name | ast.Call | ast.BinOp) for each in put), ast.unparse(sql)
                names = {ast.unparse(each.value) for each in put}
                assert not names & {"user", "who", "detail", "code", "password", "id", "name_given", "text", "value"}, (
                    name,
                    names,
                )


@pytest.fixture(scope="module")
def store(sample_folder: Path) -> Iterator[Store]:
    with open_store(sample_folder) as opened:
        yield opened


@pytest.mark.parametrize("name", HOSTILE)
def test_a_breakdown_that_is_no_dimension_is_refused_before_any_sql(store: Store, name: str) -> None:
    with pytest.raises(UsageError):
        store.facts(["attendance"], by=[name])
    with pytest.raises(UsageError):
        store.facts(["attendance"], within={name: "F"})


def test_values_are_bound_and_find_nothing_however_they_are_written(store: Store) -> None:
    counted = store.counts()
    for value in HOSTILE:
        if value in ("Total",):
            continue
        assert store.facts([value]) == []
        assert store.facts(["attendance"], within={"sex": value}, years=["2024/25"]) == []
        for named in ("years", "urns", "periods", "series"):
            assert store.facts(["attendance"], **{named: [value]}) == []  # type: ignore[arg-type]
        assert store.headline([value]) == []
        assert store.national([value]) == []
        assert store.shapes(value) == []
        with pytest.raises(UsageError):
            store.records(value)
    assert store.counts() == counted
    assert len(store.facts(["attendance"], within={"sex": "F"}, years=["2024/25"])) > 0


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_open_version_writes_nothing_and_reaches_no_other_file(
    store: Store, tmp_path: Path, statement: str
) -> None:
    """Even if a statement of somebody else's making got as far as the connection."""
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    before = store.path.stat().st_mtime_ns
    with pytest.raises(WarehouseError):
        store._rows(statement.format(file=file.as_posix(), folder=tmp_path.as_posix()))
    assert file.read_text(encoding="utf-8") == "a,b\n1,2\n"
    assert [each.name for each in tmp_path.iterdir()] == ["other.csv"]
    assert store.path.stat().st_mtime_ns == before
