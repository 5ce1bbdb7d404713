"""Copies of the sample trust in which what a role must not see is changed, and nothing else.

What is forbidden is said here in plain SQL over the version file's facts, beside the engine and not through it. Two
kinds of change: *marked*, where every forbidden number becomes one that stands nowhere else, so that it can be looked
for in whatever is sent; and *exchanged*, where academies have swapped their forbidden figures, so that every sum
stays what it was and two pages that differ have given a forbidden figure away.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kpi_engine.access import Role
from kpi_engine.model import DIMENSIONS
from kpi_engine.people.directory import Person
from kpi_engine.warehouse.folder import current_manifest
from kpi_engine.warehouse.manifest import Pointer, write_manifest, write_pointer

MARK = "zqx"
"""Begins every forbidden text in a marked world."""

_KEY = ("measure", "series", "academic_year", "urn", "period", *DIMENSIONS)
_NUMBERS = ("numerator", "denominator", "people")


@dataclass(frozen=True, slots=True)
class World:
    """A data folder, and how many facts in it were changed. ``numbers`` are the marks, ``values`` what they make."""

    folder: Path
    changed: int
    numbers: frozenset[int] = frozenset()
    values: tuple[float, ...] = ()


def forbidden(person: Person, small_numbers: bool = False) -> str:
    """The facts whose numbers this person must not see, as a condition in SQL.

    A fact's ``guard``: 0 published, 1 for everybody in the trust, 2 not for governors (fewer than ten staff), 3 for
    nobody but, where the trust says so, the academy's own headteacher.
    """
    if person.role is Role.GOVERNOR:
        return "guard >= 2"
    if person.role is not Role.HEADTEACHER:
        return "guard >= 3"
    own = ", ".join(f"'{urn}'" for urn in sorted(person.academies))
    others = f"guard >= 1 AND urn <> 'trust' AND urn NOT IN ({own})"
    return f"({others})" if small_numbers else f"({others}) OR guard >= 3"


def marked(sample: Path, folder: Path, person: Person, small_numbers: bool = False) -> World:
    """A world in which every forbidden number is unlike every other number, shares staying between 40 and 51 %."""

    condition = forbidden(person, small_numbers)

    def mark(version: duckdb.DuckDBPyConnection) -> int:
        version.execute(
            f"CREATE TEMP TABLE marks AS SELECT rowid AS place, row_number() OVER (ORDER BY rowid) AS k FROM facts "
            f"WHERE {condition}"
        )
        version.execute(
            "UPDATE facts SET "
            f"numerator = CASE WHEN numerator IS NULL THEN NULL ELSE {_mark(200_000, 7, 199_999)} END, "
            f"denominator = CASE WHEN denominator IS NULL THEN NULL ELSE {_mark(500_000, 13, 299_993)} END, "
            f"people = CASE WHEN people IS NULL THEN NULL ELSE {_mark(900_000, 3, 99_991)} END, "
            "sum_nn = NULL, sum_nd = NULL, sum_dd = NULL, "
            f"detail = CASE WHEN detail IS NULL THEN NULL ELSE '{MARK}' || k END "
            "FROM marks WHERE facts.rowid = marks.place"
        )
        (count,) = version.execute("SELECT count(*) FROM marks").fetchone() or (0,)
        return int(count)

    changed, version = _changed(sample, folder, mark)
    with duckdb.connect(str(version), read_only=True) as opened:
        rows = opened.execute(f"SELECT {', '.join(_NUMBERS)} FROM facts WHERE ({condition})").fetchall()
    numbers = frozenset(int(number) for row in rows for number in row if number is not None)
    shares = [float(n) / float(d) for n, d, _ in rows if n is not None and d is not None]
    values = sorted({value for share in shares for value in (100 * share, 100 - 100 * share)})
    return World(folder, changed, numbers, tuple(values))


def _mark(least: int, factor: int, among: int) -> str:
    """The k-th fact's mark in SQL: nine digits, one more than a multiple of 1,009, so that no sum of marks is one."""
    return f"1 + 1009 * ({least} + ({factor} * k * k + 48271 * k) % {among})"


def exchanged(sample: Path, folder: Path, person: Person, small_numbers: bool = False) -> World:
    """A world in which academies have handed their forbidden figures round.

    Only among academies of one phase that were in the trust for the whole year, so that every sum that somebody may
    see stays what it was; among figures that are hidden to the same degree, since where something is hidden is no
    secret; and not between a headteacher's own academies and others.
    """

    condition = forbidden(person, small_numbers)

    def exchange(version: duckdb.DuckDBPyConnection) -> int:
        about = ", ".join(name if name != "check" else '"check"' for name in _KEY if name != "urn")
        version.execute(
            "CREATE TEMP TABLE handed AS SELECT rowid AS place, urn, "
            f"lead(urn) OVER around AS to_next, first_value(urn) OVER around AS to_first FROM facts "
            'JOIN (SELECT urn, phase, joined, "left" FROM roster) USING (urn) '
            f"WHERE ({condition}) AND numerator IS NOT NULL AND joined <= left(academic_year, 4) || '-09-01' "
            "AND (\"left\" = '' OR \"left\" >= (CAST(left(academic_year, 4) AS INTEGER) + 1) || '-08-31') "
            f"WINDOW around AS (PARTITION BY {about}, phase, guard, list_contains(?, urn) ORDER BY urn "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
            [sorted(person.academies)],
        )
        version.execute("DELETE FROM handed WHERE coalesce(to_next, to_first) = urn")
        version.execute(
            "UPDATE facts SET urn = coalesce(to_next, to_first) FROM handed WHERE facts.rowid = handed.place"
        )
        (count,) = version.execute("SELECT count(*) FROM handed").fetchone() or (0,)
        return int(count)

    changed, _ = _changed(sample, folder, exchange)
    return World(folder, changed)


def _changed(sample: Path, folder: Path, change: Callable[[duckdb.DuckDBPyConnection], int]) -> tuple[int, Path]:
    """Copy a data folder's current version and change the copy; its papers agree with it again afterwards."""
    manifest = current_manifest(sample)
    assert manifest is not None
    (folder / "manifests").mkdir(parents=True)
    version = folder / manifest.warehouse
    shutil.copy(sample / manifest.warehouse, version)
    with duckdb.connect(str(version)) as opened:
        count = change(opened)
        # What the app remembers is kept by the version's name, and this is another version. Names are of one length.
        name = hashlib.sha256(folder.name.encode()).hexdigest()[: len(manifest.version)]
        opened.execute("UPDATE meta SET value = ? WHERE key = 'version'", [name])
        opened.execute("CHECKPOINT")
    digest = hashlib.sha256(version.read_bytes()).hexdigest()
    write_manifest(folder, dataclasses.replace(manifest, version=name, warehouse_sha256=digest))
    write_pointer(folder, Pointer(name))
    return count, version
