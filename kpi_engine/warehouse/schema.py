"""What a version file holds: its tables, their columns and types, and the versions that name them.

Numerators, denominators, people and the sums over people are DECIMAL, so that sums are exact and two builds give
identical figures; figures as printed by a publisher (``published_value``, ``lower``, ``upper``) are DOUBLE.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kpi_engine.disclosure.decide import GUARDED_COLUMNS
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.model import DIMENSIONS

SCHEMA_VERSION = 2
"""Rises when a table changes; versions of another schema are rebuilt from the kept inputs."""

ENGINE_VERSION = "1.1"
"""Rises when the same inputs would give other facts; older versions are rebuilt from the kept inputs."""

YEAR_GROUPS = ("R", *(str(number) for number in range(1, 15)))

EXACT: Mapping[str, str] = {
    "numerator": "DECIMAL(18,6)",
    "denominator": "DECIMAL(18,6)",
    "people": "DECIMAL(18,6)",
    "sum_nn": "DECIMAL(28,6)",
    "sum_nd": "DECIMAL(28,6)",
    "sum_dd": "DECIMAL(28,6)",
}
PRINTED = ("published_value", "lower", "upper")

_KEYS = ("measure", "series", "stage", "academic_year", "urn", "period")
_TAIL = {"code": "VARCHAR", "detail": "VARCHAR", "source_id": "VARCHAR", "source_row": "INTEGER"}

FACT_TYPES: Mapping[str, str] = {
    **dict.fromkeys(_KEYS, "VARCHAR"),
    **dict.fromkeys(DIMENSIONS, "VARCHAR"),
    **EXACT,
    **dict.fromkeys(PRINTED, "DOUBLE"),
    **_TAIL,
    "dims": "VARCHAR",
    "guard": "TINYINT",
}
"""Columns of ``facts``. ``dims`` names the dimensions that are not Total, in their order, joined by commas.
``guard`` is 0 for published figures and 1 to 3 for the trust's own returns: who may see them (``disclosure.rule``)."""

NATIONAL_TYPES: Mapping[str, str] = {
    **{name: kind for name, kind in FACT_TYPES.items() if name != "guard"},
    "phase": "VARCHAR",
}

GUARDED_TYPES: Mapping[str, str] = {name: FACT_TYPES[name] for name in (*GUARDED_COLUMNS, "dims")}
"""Columns of ``guarded``: sums over academies, phases and years that are not shown to everybody."""

ROSTER_COLUMNS = (
    "urn",
    "name",
    "phase",
    "joined",
    "left",
    "opened",
    "closed",
    "predecessors",
    "sixth_form",
    "local_authority",
)
SOURCE_COLUMNS = ("source_id", "file", "sha256", "rows", "title", "stage", "layout", "dataset", "year")
MESSAGE_COLUMNS = ("kind", "message")
META_COLUMNS = ("key", "value")

TEXT_TABLES: Mapping[str, Sequence[str]] = {
    "roster": ROSTER_COLUMNS,
    "sources": SOURCE_COLUMNS,
    "messages": MESSAGE_COLUMNS,
    "meta": META_COLUMNS,
    **RECORD_COLUMNS,
}
"""Tables whose every cell is text."""

ORDER = ("measure", "academic_year", "urn", "series", "period", *DIMENSIONS, "stage")
"""How facts are sorted in the file, which is what makes slices quick."""


class Shape(NamedTuple):
    """A combination for which facts exist: ``kind`` is Year, YTD, term, month or week."""

    series: str
    academic_year: str
    kind: str
    dimensions: tuple[str, ...]
    academies: int


class Meta(NamedTuple):
    """What a version says of itself."""

    as_at: dt.date
    trust_name: str
    trust_uid: str
    version: str
    engine: str
    schema: int
    built_from: int
    """How many kept inputs the version was built from."""


def dims_key(dimensions: Sequence[str]) -> str:
    """The value of ``dims`` for a set of broken-down dimensions, whatever their order."""
    wanted = set(dimensions)
    return ",".join(name for name in DIMENSIONS if name in wanted)


def quoted(name: str) -> str:
    """A column name as SQL (``left`` is a keyword)."""
    return '"' + name.replace('"', '""') + '"'
