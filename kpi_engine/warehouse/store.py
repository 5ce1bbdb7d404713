"""DuckDB, and nothing but DuckDB: writes a version file once, and answers questions from one read-only.

A version file is never written twice under one name: a process that reopens a replaced file is given the old data.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import duckdb
import pandas as pd

from kpi_engine.disclosure.decide import GUARDED_COLUMNS
from kpi_engine.errors import Damaged, UsageError, WarehouseError
from kpi_engine.model import (
    DIMENSIONS,
    NO_BREAKDOWN,
    TOTAL,
    Academy,
    NationalFigure,
    Observation,
    Source,
)
from kpi_engine.warehouse import questions, tables
from kpi_engine.warehouse.questions import Question, names
from kpi_engine.warehouse.schema import (
    FACT_TYPES,
    GUARDED_TYPES,
    NATIONAL_TYPES,
    ORDER,
    SCHEMA_VERSION,
    TEXT_TABLES,
    Meta,
    Shape,
    quoted,
)

TIMEOUT = 20.0
"""Seconds after which a question is given up."""

SumKey = tuple[str, str, str, str, str, tuple[tuple[str, str], ...]]


NUMERIC_TABLES: Mapping[str, Mapping[str, str]] = {
    "facts": FACT_TYPES,
    "national": NATIONAL_TYPES,
    "guarded": GUARDED_TYPES,
}
_WIDTH = len(Observation._fields) - 1
_READ_ONLY: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}


def write_version(path: Path, frames: Mapping[str, pd.DataFrame], meta: Mapping[str, str]) -> dict[str, int]:
    """Write a new version file at ``path``, which must not exist; the rows of each table come back.

    ``frames`` holds ``facts``, ``national``, ``roster``, ``sources``, ``messages`` and any record tables, each with
    the columns of ``schema``; a table that is not given is empty. Raises WarehouseError when two facts share one
    key or a number does not fit its column.
    """
    if path.exists():
        raise WarehouseError(f"{path.name} exists already; a version file is written only once")
    rows: dict[str, int] = {}
    connection = duckdb.connect(str(path))
    try:
        for name, types in NUMERIC_TABLES.items():
            frame = frames.get(name)
            if frame is not None and "guard" in types and "guard" not in frame.columns:
                frame = frame.assign(guard=0)
            incoming = tables.numeric_table(frame, types, ORDER if "stage" in types else ())
            connection.register("incoming", incoming)
            columns = ", ".join(tables.select_column(column, kind) for column, kind in types.items())
            connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM incoming")
            connection.unregister("incoming")
            rows[name] = incoming.num_rows
        for name, text_columns in TEXT_TABLES.items():
            frame = pd.DataFrame(list(meta.items()), columns=["key", "value"]) if name == "meta" else None
            incoming = tables.text_table(frames.get(name) if frame is None else frame, text_columns)
            connection.register("incoming", incoming)
            columns = names(text_columns)
            connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM incoming")
            connection.unregister("incoming")
            rows[name] = incoming.num_rows
        _refuse_duplicates(connection)
        connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise WarehouseError(f"the new version could not be written: {error}") from error
    finally:
        connection.close()
    return rows


def _refuse_duplicates(connection: duckdb.DuckDBPyConnection) -> None:
    key = "measure, series, academic_year, urn, period, " + names(DIMENSIONS)
    found = connection.execute(
        f"SELECT {key}, count(*) FROM facts GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchone()
    if found is not None:
        raise WarehouseError(f"two facts share one key: {', '.join(str(part) for part in found[:-1])}")


class Store:
    """One version, read-only: any number of threads may ask, each question has a cursor and a time limit.

    ``path`` is the version file. Raises Damaged when it cannot be opened or is of another schema. Use as a context
    manager or ``close`` it.
    """

    def __init__(self, path: Path, timeout: float = TIMEOUT) -> None:
        self.path = path
        self._timeout = timeout
        if not path.is_file():
            raise Damaged(f"{path.name} is missing from {path.parent}; roll back or restore a backup")
        try:
            self._connection = duckdb.connect(str(path), read_only=True, config=_READ_ONLY)
        except duckdb.Error as error:
            raise Damaged(
                f"{path.name} cannot be opened as a version file; roll back or restore a backup ({error})"
            ) from error
        try:
            pairs = dict(self._rows("SELECT key, value FROM meta"))
            self.meta = Meta(
                dt.date.fromisoformat(pairs["as_at"]),
                pairs["trust_name"],
                pairs["trust_uid"],
                pairs["version"],
                pairs["engine"],
                int(pairs["schema"]),
                int(pairs["built_from"]),
            )
        except (KeyError, ValueError, WarehouseError) as error:
            self._connection.close()
            raise Damaged(f"{path.name} is not a complete version file; roll back or restore a backup") from error
        if self.meta.schema != SCHEMA_VERSION:
            self._connection.close()
            raise Damaged(
                f"{path.name} has schema {self.meta.schema}, this engine reads {SCHEMA_VERSION}; load again to rebuild"
            )

    def facts(
        self,
        measures: Sequence[str],
        *,
        years: Sequence[str] | None = None,
        urns: Sequence[str] | None = None,
        by: Sequence[str] = (),
        within: Mapping[str, str] = NO_BREAKDOWN,
        periods: Sequence[str] | None = None,
        series: Sequence[str] | None = None,
    ) -> list[Observation]:
        """The stored facts of one shape: broken down by ``by``, at the values of ``within``, all else Total.

        Ordered by measure, academic year, URN, series, period and the ``by`` dimensions (year groups R, 1 ... 14).
        ``breakdown`` of each holds the dimensions that are not Total. None means no restriction. Raises UsageError
        for an unknown dimension.
        """
        return self._observations(questions.facts(measures, years, urns, by, within, periods, series))

    def headline(
        self, measures: Sequence[str], years: Sequence[str] | None = None, divided: bool | None = None
    ) -> list[Observation]:
        """Year and year-to-date facts that are undivided or broken down by one pupil dimension, in one query.

        ``divided`` asks for one of the two alone: False for the undivided, True for those broken down.
        Ordered by measure, academic year, URN, series, period, then undivided before broken down.
        """
        return self._observations(questions.headline(measures, years, divided))

    def _observations(self, question: Question) -> list[Observation]:
        found = self._rows(question.sql, question.values)
        shown = question.shown
        if not shown:
            return [Observation._make((*row, NO_BREAKDOWN)) for row in found]
        breakdowns: dict[tuple[str, ...], Mapping[str, str]] = {}
        made = []
        for row in found:
            cells = row[_WIDTH:]
            breakdown = breakdowns.get(cells)
            if breakdown is None:
                breakdown = breakdowns[cells] = _breakdown(shown, cells)
            made.append(Observation._make((*row[:_WIDTH], breakdown)))
        return made

    def traced(
        self, measure: str, series: str, year: str, urns: Sequence[str], within: Mapping[str, str] = NO_BREAKDOWN
    ) -> list[tuple[Observation, int | None]]:
        """The facts of academies in a year at the values of ``within`` and below, each with its row in the file.

        The row is counted as the file's own: 1 is the header of a CSV file that begins with it. None for a fact that
        was added up from others. Ordered by URN, file and row.
        """
        question = questions.traced(measure, series, year, urns, within)
        made = []
        for row in self._rows(question.sql, question.values):
            breakdown = _breakdown(question.shown, row[_WIDTH:-1])
            made.append((Observation._make((*row[:_WIDTH], breakdown)), row[-1]))
        return made

    def traced_national(self, figure: NationalFigure) -> list[tuple[str, int | None]]:
        """The loaded files that give England's figure, each with its row in them."""
        question = questions.traced_national(
            figure.measure,
            figure.series,
            figure.stage,
            figure.academic_year,
            figure.phase,
            figure.period,
            figure.breakdown,
        )
        return [(str(id), row) for id, row in self._rows(question.sql, question.values) if id == figure.source_id]

    def guarded_sums(self) -> dict[SumKey, int]:
        """The guard of every sum that not everybody may see, by measure, series, academic year, whose sum it is
        (the trust, ``phase:`` and a phase, or for pooled years an academy), period, and breakdown."""
        question = questions.guarded_sums()
        return {
            (
                *row[:5],
                tuple((name, cell) for name, cell in zip(DIMENSIONS, row[6:], strict=True) if cell != TOTAL),
            ): row[5]
            for row in self._rows(question.sql, question.values)
        }

    def guarded(self) -> pd.DataFrame:
        """Every fact and sum that is not shown to everybody, as the next version is told of them."""
        question = questions.guarded()
        return pd.DataFrame(self._rows(question.sql, question.values), columns=list(GUARDED_COLUMNS))

    def national(self, measures: Sequence[str]) -> list[NationalFigure]:
        """The publishers' own national rows of the measures, and trusts' own rows, in every stage loaded."""
        question = questions.national(measures)
        width = NationalFigure._fields.index("breakdown")
        return [
            NationalFigure._make((*row[:width], _breakdown(DIMENSIONS, row[width:]), "", ""))
            for row in self._rows(question.sql, question.values)
        ]

    def shapes(self, measure: str) -> list[Shape]:
        """Which series, years, kinds of period and breakdowns have facts: what a drill menu may offer."""
        return [
            Shape(series, year, kind, tuple(dims.split(",")) if dims else (), count)
            for series, year, kind, dims, count in self._rows(questions.SHAPES, [measure])
        ]

    def measures(self) -> dict[str, int]:
        """How many facts each measure has."""
        return dict(self._rows("SELECT measure, count(*) FROM facts GROUP BY measure ORDER BY measure"))

    def records(self, table: str) -> pd.DataFrame:
        """A table of records as it was loaded, every cell text. Raises UsageError for an unknown table."""
        if table not in TEXT_TABLES:
            raise UsageError(f"{table!r} is not a table of records; there are {', '.join(TEXT_TABLES)}")
        columns = TEXT_TABLES[table]
        found = self._rows(f"SELECT {names(columns)} FROM {table}")
        return pd.DataFrame(found, columns=list(columns), dtype=object)

    def roster(self) -> tuple[Academy, ...]:
        """The academies of the trust, now and once."""
        return tables.academies(self.records("roster"))

    def sources(self) -> Mapping[str, Source]:
        """The loaded file behind each ``source_id``. A fact added up from several files joins their ids with ``;``."""
        return MappingProxyType(tables.sources(self.records("sources")))

    def messages(self) -> list[tuple[str, str]]:
        """What the build had to say, as (kind, sentence): replaced, re-keyed, dropped, not added up."""
        return [(str(kind), str(text)) for kind, text in self.records("messages").to_numpy().tolist()]

    def text_columns(self, table: str) -> list[str]:
        """The columns of a table whose cells are text."""
        return [name for (name,) in self._rows(questions.TEXT_COLUMNS, [table])]

    def cells_with(self, table: str, column: str, text: str) -> list[str]:
        """The cells of a text column in which a text stands, whatever its capitals. UsageError for no such column."""
        if column not in self.text_columns(table):
            raise UsageError(f"{table!r} has no text column {column!r}")
        return [cell for (cell,) in self._rows(questions.cells_with(table, column), [text])]

    def counts(self) -> dict[str, int]:
        """The rows of every table."""
        union = " UNION ALL ".join(
            f"SELECT '{table}', count(*) FROM {table}" for table in (*NUMERIC_TABLES, *TEXT_TABLES)
        )
        return dict(self._rows(union))

    def export(self, table: str) -> pd.DataFrame:
        """A whole table in a fixed order, with exact numbers as text: what two equal versions have in common."""
        types = NUMERIC_TABLES.get(table)
        columns = list(types or TEXT_TABLES[table])
        cells = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in columns)
        return pd.DataFrame(self._rows(f"SELECT {cells} FROM {table} ORDER BY ALL"), columns=columns, dtype=object)

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._connection.cursor() as cursor, limited(cursor, self._timeout):
                return cursor.execute(sql, list(values)).fetchall()
        except duckdb.Error as error:
            raise WarehouseError(f"{self.path.name} could not answer: {error}") from error

    def close(self) -> None:
        """Give the file back; questions after this raise WarehouseError."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def limited(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt the cursor when the block takes longer than ``seconds``; WarehouseError says so."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        cursor.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if late.is_set():
            raise WarehouseError(f"the question was given up after {seconds:g} seconds") from error
        raise
    finally:
        timer.cancel()


def _breakdown(dimensions: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    found = {name: cell for name, cell in zip(dimensions, cells, strict=True) if cell != TOTAL}
    return MappingProxyType(found) if found else NO_BREAKDOWN


def run_script(
    statements: Sequence[str],
    *,
    frames: Mapping[str, pd.DataFrame] | None = None,
    parquet: Mapping[str, Sequence[Path]] | None = None,
    answers: Sequence[str] = (),
    scratch: Path | None = None,
    memory_limit: str = "2GB",
    threads: int = 2,
    timeout: float = 3600.0,
) -> dict[str, pd.DataFrame]:
    """Run SQL over large tables in a database of its own, in memory, and give back the tables named ``answers``.

    ``frames`` and ``parquet`` files are there as tables of those names; no other file can be reached. What does not
    fit in memory goes to the folder ``scratch``, where one is given. Raises WarehouseError when a statement fails or
    all together take longer than ``timeout`` seconds.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"SET threads = {int(threads)}")
        connection.execute(f"SET memory_limit = {_text(memory_limit)}")
        connection.execute(f"SET temp_directory = {_text('' if scratch is None else str(scratch))}")
        paths = [str(path) for some in (parquet or {}).values() for path in some]
        connection.execute(f"SET allowed_paths = [{', '.join(map(_text, paths))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for name, frame in (frames or {}).items():
            connection.register(name, frame)
        for name, some in (parquet or {}).items():
            listed = ", ".join(_text(str(path)) for path in some)
            connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM read_parquet([{listed}])")
        with limited(connection, timeout):
            for statement in statements:
                connection.execute(statement)
            return {name: connection.execute(f"SELECT * FROM {quoted(name)}").df() for name in answers}
    except duckdb.Error as error:
        raise WarehouseError(f"the figures could not be worked out: {error}") from error
    finally:
        connection.close()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
