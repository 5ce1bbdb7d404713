"""The questions that a version is asked, as SQL with its values. Every name in the SQL comes from the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kpi_engine.disclosure.rule import OPEN
from kpi_engine.errors import UsageError
from kpi_engine.model import DIMENSIONS, PUPIL_DIMENSIONS, TOTAL
from kpi_engine.warehouse.schema import EXACT, PRINTED, YEAR_GROUPS, dims_key, quoted

HEADLINE_DIMS = ("", *PUPIL_DIMENSIONS)
"""``dims`` of facts that are undivided, or broken down by one pupil dimension."""

SHAPES = """
    SELECT series, academic_year, CASE WHEN period IN ('Year', 'YTD') THEN period WHEN period LIKE '%-W%' THEN 'week'
        WHEN period LIKE '____-__' THEN 'month' ELSE 'term' END AS kind, dims, count(DISTINCT urn)
    FROM facts WHERE measure = ? GROUP BY ALL ORDER BY series, academic_year, kind, dims"""

TEXT_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND data_type = 'VARCHAR' ORDER BY ALL"
)

_NUMBERS = ", ".join([*(f"CAST({name} AS DOUBLE)" for name in EXACT), *PRINTED])
_FACT = f"measure, series, stage, academic_year, urn, period, {_NUMBERS}, code, detail, source_id, guard"
_NATIONAL = (
    "measure, series, stage, academic_year, phase, period, urn, CAST(numerator AS DOUBLE), "
    "CAST(denominator AS DOUBLE), published_value, lower, upper, code, source_id"
)
_ORDER = ("measure", "academic_year", "urn", "series", "period")


class Question(NamedTuple):
    """SQL, the values of its question marks, and the dimensions whose columns come last in each row."""

    sql: str
    values: list[Any]
    shown: tuple[str, ...]


def facts(
    measures: Sequence[str],
    years: Sequence[str] | None,
    urns: Sequence[str] | None,
    by: Sequence[str],
    within: Mapping[str, str],
    periods: Sequence[str] | None,
    series: Sequence[str] | None,
) -> Question:
    """Facts broken down by ``by``, at the values of ``within``, all else Total. UsageError for no dimension."""
    fixed = {name: value for name, value in within.items() if value != TOTAL}
    for name in (*by, *fixed):
        if name not in DIMENSIONS:
            raise UsageError(f"{name!r} is not a dimension; there are {', '.join(DIMENSIONS)}")
    values: list[Any] = [dims_key((*by, *fixed))]
    conditions = [
        "dims = ?",
        *_narrowed(values, measure=measures, academic_year=years, urn=urns, period=periods, series=series),
        *(f"{quoted(name)} = ?" for name in fixed),
    ]
    values += fixed.values()
    free = [name for name in by if name not in fixed]
    return _of_facts(conditions, values, tuple(dict.fromkeys((*by, *fixed))), [_rank(name) for name in free])


def headline(measures: Sequence[str], years: Sequence[str] | None, divided: bool | None) -> Question:
    """Facts of whole years and years to date, undivided or (None: and) broken down by one pupil dimension."""
    dims = HEADLINE_DIMS if divided is None else PUPIL_DIMENSIONS if divided else HEADLINE_DIMS[:1]
    values: list[Any] = list(dims)
    conditions = [
        f"dims IN ({', '.join('?' * len(dims))})",
        "period IN ('Year', 'YTD')",
        *_narrowed(values, measure=measures, academic_year=years),
    ]
    if divided is False:
        return _of_facts(conditions, values, (), ())
    order = [f"list_position({list(HEADLINE_DIMS)!r}, dims)", *(_rank(name) for name in PUPIL_DIMENSIONS)]
    return _of_facts(conditions, values, PUPIL_DIMENSIONS, order)


def national(measures: Sequence[str]) -> Question:
    """The national rows of measures."""
    values: list[Any] = []
    conditions = _narrowed(values, measure=measures)
    order = "measure, academic_year, urn, series, stage, phase, period"
    return Question(
        f"SELECT {_NATIONAL}, {names(DIMENSIONS)} FROM national WHERE {conditions[0]} "
        f"ORDER BY {order}, {names(DIMENSIONS)}",
        values,
        DIMENSIONS,
    )


def traced(measure: str, series: str, year: str, urns: Sequence[str], within: Mapping[str, str]) -> Question:
    """Facts at the values of ``within`` and below, in every breakdown and period, each with its row in the file."""
    values: list[Any] = [measure, series, year]
    conditions = ["measure = ?", "series = ?", "academic_year = ?", *_narrowed(values, urn=urns)]
    conditions += [f"{quoted(name)} = ?" for name in within]
    values += within.values()
    order = f"urn, source_id, source_row, period, {names(DIMENSIONS)}"
    return Question(
        f"SELECT {_FACT}, {names(DIMENSIONS)}, source_row FROM facts WHERE {' AND '.join(conditions)} ORDER BY {order}",
        values,
        DIMENSIONS,
    )


def traced_national(
    measure: str, series: str, stage: str, year: str, phase: str, period: str, within: Mapping[str, str]
) -> Question:
    """England's rows of one key: the file and the row in it."""
    given = {"measure": measure, "series": series, "stage": stage, "academic_year": year, "phase": phase}
    given |= {"period": period, "dims": dims_key(tuple(within)), **within}
    where = " AND ".join(f"{quoted(name)} = ?" for name in given)
    return Question(f"SELECT source_id, source_row FROM national WHERE {where} ORDER BY ALL", [*given.values()], ())


def guarded_sums() -> Question:
    """The sums that not everybody may see."""
    columns = f"measure, series, academic_year, urn, period, guard, {names(DIMENSIONS)}"
    return Question(f"SELECT {columns} FROM guarded", [], DIMENSIONS)


def guarded() -> Question:
    """Every fact and sum that not everybody may see, with its key, numerator and denominator."""
    columns = (
        f"measure, series, academic_year, urn, period, {names(DIMENSIONS)}, "
        "CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE), guard"
    )
    parts = [f"SELECT {columns} FROM {table} WHERE guard > {OPEN}" for table in ("facts", "guarded")]
    return Question(" UNION ALL ".join(parts), [], ())


def cells_with(table: str, column: str) -> str:
    """The cells of a column in which a text stands."""
    return f"SELECT {quoted(column)} FROM {quoted(table)} WHERE contains(lower({quoted(column)}), lower(?))"


def _of_facts(conditions: Sequence[str], values: list[Any], shown: tuple[str, ...], order: Sequence[str]) -> Question:
    columns = ", ".join([_FACT, *map(quoted, shown)])
    where, sort = " AND ".join(conditions), ", ".join([*_ORDER, *order])
    return Question(f"SELECT {columns} FROM facts WHERE {where} ORDER BY {sort}", values, shown)


def _narrowed(values: list[Any], **wanted: Sequence[str] | None) -> list[str]:
    """A condition for each column that is restricted; its values join ``values``."""
    conditions = []
    for column, allowed in wanted.items():
        if allowed is None:
            continue
        listed = [allowed] if isinstance(allowed, str) else list(allowed)
        conditions.append(f"{column} IN ({', '.join('?' * len(listed))})" if listed else "false")
        values.extend(listed)
    return conditions


def _rank(dimension: str) -> str:
    """What sorts a dimension as people do: year groups R, 1 to 14, everything else by its letters."""
    return f"list_position({list(YEAR_GROUPS)!r}, year_group)" if dimension == "year_group" else quoted(dimension)


def names(columns: Sequence[str]) -> str:
    """Column names as a list in SQL."""
    return ", ".join(quoted(name) for name in columns)
