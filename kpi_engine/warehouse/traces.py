"""What is left about an academy in a data folder: every file of it is searched, as text or cell by cell.

Parquet and DuckDB keep text compressed, so that looking through their bytes proves nothing; their cells are looked
through instead, in every table that is in them. All other files are looked through byte by byte. A number that stands
in a column of figures is no trace: £900,202 is not the academy 900202.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi_engine.errors import Damaged
from kpi_engine.intake.layout import Kind, Layout
from kpi_engine.intake.table import normal
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.files import UNFINISHED
from kpi_engine.warehouse.schema import quoted
from kpi_engine.warehouse.store import Store

URN_COLUMN = re.compile(r"(.* )?urn( .*)?|body|scope|linkurn|old urn|latest urn|predecessors")
"""Columns (as ``table.normal`` writes them) whose cells are URNs."""

_NUMBER = re.compile(r"[\d.,+\-%£ ]+")
_FIGURES = (Kind.COUNT, Kind.NUMBER, Kind.PERCENT, Kind.AMOUNT)
_COUNTS = frozenset(("rows", "source row", "places", "filled", "target", "tolerance", "value"))
"""Columns of a version's tables that are text and hold figures."""

_OWN = ("current", "pins.json", "backups.json", "lock", "lock-holder.json", "made-from.txt")
DATABASES = (".sqlite", ".sqlite3", ".db")
JOURNALS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, and takes away, while somebody has it open."""


@dataclass(frozen=True, slots=True)
class Searched:
    """How much was searched, and what was found: ``traces`` in words, ``strange`` files that are not the explorer's
    own and of which only the bytes could be searched."""

    files: int
    tables: int
    cells: int
    traces: tuple[str, ...]
    strange: tuple[str, ...]


@dataclass(slots=True)
class _Search:
    files: int = 0
    tables: int = 0
    cells: int = 0
    traces: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def took(self, rows: int, columns: int) -> None:
        self.tables += 1
        self.cells += rows * columns


class Words:
    """Texts that are looked for, each as a whole word."""

    def __init__(self, texts: Collection[str]) -> None:
        self.texts = tuple(sorted(text for text in texts if text.strip()))
        anyone = "|".join(map(re.escape, self.texts))
        self._text = re.compile(rf"(?<!\w)(?:{anyone})(?!\w)", re.IGNORECASE)
        encoded = [re.escape(text.encode(code)) for text in self.texts for code in ("utf-8", "utf-16-le")]
        self._bytes = re.compile(rb"(?<![0-9A-Za-z])(?:" + b"|".join(encoded) + rb")(?![0-9A-Za-z])", re.IGNORECASE)

    def in_text(self, cell: str, figures: bool = False) -> bool:
        """Whether a cell mentions one; with ``figures`` a cell that is nothing but a number does not."""
        return self._text.search(cell) is not None and not (figures and _NUMBER.fullmatch(cell))

    def in_bytes(self, content: bytes) -> bool:
        """Whether a file's bytes do, as UTF-8 or UTF-16."""
        return self._bytes.search(content) is not None

    def in_cell(self, cell: object) -> bool:
        """Whether a cell of any type does."""
        if isinstance(cell, bytes):
            return self.in_bytes(cell)
        return cell is not None and self.in_text(str(cell))


def search(root: Path, urns: Collection[str], names: Collection[str], layouts: Mapping[str, Layout]) -> Searched:
    """Search a data folder for the URNs, and what people wrote (``state/``) for the ``names`` too. Changes nothing."""
    words, spoken = Words(urns), Words([*urns, *names])
    found = _Search()
    manifests = papers.all_manifests(root)
    kept = {each.kept: (each.file, layouts.get(each.layout)) for one in manifests for each in one.inputs}
    named = {each.warehouse for each in manifests}
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        place = path.relative_to(root).as_posix()
        found.files += 1
        if path.parent == root / "inputs" and path.name in kept:
            _in_parquet(path, place, words, *kept[path.name], found)
        elif path.parent == root and path.name in named:
            _in_version(path, place, words, found)
        elif place.startswith("state/"):
            _in_state(path, place, spoken, found)
        elif place.startswith(("inputs/", "warehouse-")) or path.name.startswith(UNFINISHED):
            found.traces.append(f"{place} is still there, because another program holds it open")
        else:
            if place not in _OWN and not (path.parent == root / "manifests" and path.suffix == ".json"):
                found.strange.append(place)
            if words.in_bytes(path.read_bytes()) or words.in_text(place):
                found.traces.append(f"{place} mentions it")
    return Searched(found.files, found.tables, found.cells, tuple(found.traces), tuple(found.strange))


def search_emptied(root: Path) -> Searched:
    """Look for anything that a folder without data should not hold."""
    found = _Search()
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        place = path.relative_to(root).as_posix()
        found.files += 1
        if place.startswith(("manifests/", "inputs/", "state/", "warehouse-")) or path.name.startswith(UNFINISHED):
            found.traces.append(f"{place} is still there, because another program holds it open")
        elif place not in ("lock", "lock-holder.json", "backups.json"):
            found.strange.append(place)
    return Searched(found.files, found.tables, found.cells, tuple(found.traces), tuple(found.strange))


def _in_parquet(path: Path, place: str, words: Words, file: str, layout: Layout | None, found: _Search) -> None:
    """The kept copy of a loaded file."""
    listed = {
        normal(name): column.kind
        for column in (layout.columns if layout else ())
        for name in (column.name, *column.aliases)
    }
    with pq.ParquetFile(path) as opened:
        table = opened.read()
    found.took(table.num_rows, table.num_columns)
    if words.in_bytes(repr(table.schema.metadata).encode()):
        found.traces.append(f"{place} ({file}) mentions it above its table")
    for number, full in enumerate(table.column_names):
        name = full.rsplit("\u0001", 1)[-1]
        column = table.column(number)
        if words.in_text(name):
            found.traces.append(f"{place} ({file}) has a column called after it")
        if not pa.types.is_string(column.type) or listed.get(normal(name)) in _FIGURES:
            continue
        # Of a column that no layout lists, nobody can tell whether a bare number is a figure.
        bare = normal(name) not in listed and not URN_COLUMN.fullmatch(normal(name))
        hits = [row for row, cell in _near(column, words) if words.in_text(cell, bare)]
        if hits:
            rows = table.column(0).to_pylist() if table.column_names[0].endswith("\u0001row") else range(1, 10**9)
            found.traces.append(f"{place} ({file}), column {name!r}, row {rows[hits[0]]}" + _more(hits))


def _near(column: pa.ChunkedArray, words: Words) -> Iterator[tuple[int, str]]:
    """The cells in which one of the texts stands, as a word or not."""
    for text in words.texts:
        places = pc.indices_nonzero(pc.fill_null(pc.match_substring(column, text, ignore_case=True), False))
        for place in places.to_pylist():
            yield place, column[place].as_py()


def _more(hits: Collection[object]) -> str:
    return "" if len(hits) == 1 else f" and {len(hits) - 1:,} more cells"


def _in_version(path: Path, place: str, words: Words, found: _Search) -> None:
    """Every table of a version, whichever there are."""
    try:
        with Store(path) as store:
            for table, rows in store.counts().items():
                columns = store.text_columns(table)
                found.took(rows, len(columns))
                for name in columns:
                    cells = [cell for text in words.texts for cell in store.cells_with(table, name, text)]
                    hits = [cell for cell in cells if words.in_text(cell, normal(name) in _COUNTS)]
                    if hits:
                        found.traces.append(f"{place}, table {table}, column {name!r}" + _more(hits))
    except Damaged as error:
        found.traces.append(f"{place} could not be searched: {error}")


def _in_state(path: Path, place: str, words: Words, found: _Search) -> None:
    if words.in_text(place):
        found.traces.append(f"{place} is called after it")
    if path.name.endswith(JOURNALS):
        # A database is read with its journal; what is left in it of rows that are gone was truncated with them.
        return
    if path.suffix not in DATABASES:
        if words.in_bytes(path.read_bytes()):
            found.traces.append(f"{place} mentions it")
        return
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        for table in tables_of(database):
            cursor = database.execute(f"SELECT * FROM {quoted(table)}")
            rows = cursor.fetchall()
            found.took(len(rows), len(cursor.description))
            hits = [row for row in rows if any(map(words.in_cell, row))]
            if hits:
                found.traces.append(f"{place}, table {table}" + _more(hits))


def tables_of(database: sqlite3.Connection) -> list[str]:
    """The tables of a SQLite database that hold somebody's rows."""
    listed = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [str(name) for (name,) in listed if not str(name).startswith("sqlite_")]
