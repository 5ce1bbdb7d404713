"""What a layout is: how to recognise a file by its columns, check it, and turn it into facts.

A layout is data plus a few plain functions. ``layouts/__init__.py`` lists them all.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding, UsageError
from kpi_engine.intake import codes as cell
from kpi_engine.intake.table import RawTable, normal


class Kind(enum.Enum):
    """What the cells of a column must be."""

    TEXT = "text"
    COUNT = "a whole number of 0 or more"
    NUMBER = "a number"
    PERCENT = "a percentage between 0 and 100"
    AMOUNT = "a number of 0 or more"
    DATE = "a date as 2024-06-12"
    UK_DATE = "a date as 12/06/2024"
    URN = "a six-digit URN"
    YEAR = "an academic year as 2025/26"
    CHOICE = "one of the listed words"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a layout reads. ``choices`` for CHOICE; ``codes`` are accepted in place of a number.

    ``required`` columns must be in the header; ``filled`` ones must not be empty in any row. A column that is not
    ``kept`` stands in the file for the trust's own use: no figure needs it, so that its cells are emptied unread.
    """

    name: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = True
    filled: bool = False
    choices: tuple[str, ...] = ()
    codes: frozenset[str] = cell.KNOWN
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that passed its checks: what ``facts`` functions get.

    ``year`` is the academic year the figures are about (None where every row carries its own). ``vintage`` is
    the date the file speaks of (ISO), "" if none. ``source_id`` names the file in facts.
    """

    table: RawTable
    layout: str
    year: str | None
    stage: str
    vintage: str
    source_id: str


Produced = Mapping[str, pd.DataFrame]
"""``facts``, ``national`` and any of the record tables of ``facts.RECORD_COLUMNS``, each with its columns."""

Check = Callable[[RawTable], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A file family. ``needs`` (any spelling) must all be in the header; none of ``lacks`` may be.

    ``dataset`` + year + stage identify what a later file replaces; ``keeps_vintages`` files never replace one
    another. ``year_of`` finds the academic year in the table; ``lag`` is added to the year in the file's
    name. ``one_year`` is False where rows carry their own years, so that no year needs to be found.
    ``own_return`` files must speak of the trust's own academies only. ``vintage_of`` gives the date (ISO)
    that the table itself says it speaks of; the date in the file's name is used where it gives "". With
    ``declared_only`` the columns that the layout does not list are not even read (pupil-level extracts); of
    ``own_return`` files they are dropped before anything is kept. ``shortened`` takes out of the table what no screen
    needs, such as all but the initials of a name, before it is checked.
    """

    id: str
    title: str
    publisher: str
    dataset: str
    needs: tuple[str, ...]
    columns: tuple[Column, ...]
    produce: Callable[[Accepted], Produced]
    lacks: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    year_of: Callable[[RawTable], str | None] = field(default=lambda _: None)
    lag: int = 0
    one_year: bool = True
    keeps_vintages: bool = False
    own_return: bool = False
    stage_of: Callable[[RawTable], str | None] = field(default=lambda _: None)
    vintage_of: Callable[[RawTable], str] = field(default=lambda _: "")
    declared_only: bool = False
    shortened: Callable[[RawTable], RawTable] = field(default=lambda table: table)
    urn_column: str | None = None
    key: tuple[str, ...] = ()
    """Columns that together may occur only once."""
    masked: str | None = None
    """A column of pupils' ids: its cells are never shown, and only their keyed hashes are kept."""
    bulk: bool = False
    """Attendance marks, which are read into registers, since they are too many to be text."""

    def matches(self, header: Mapping[str, str]) -> bool:
        """Whether a header (normalised names) is this layout's."""
        return all(normal(name) in header for name in self.needs) and not any(
            normal(name) in header for name in self.lacks
        )

    def missing(self, header: Mapping[str, str]) -> list[str]:
        """The needed columns that a header lacks."""
        return [name for name in self.needs if normal(name) not in header]


def own_name(table: RawTable, column: Column) -> str | None:
    """How the table spells a layout's column, or None when it has neither the name nor an alias."""
    return next((table.columns[normal(name)] for name in (column.name, *column.aliases) if table.has(name)), None)


_YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_/ ]?(?:to[-_ ])?(?:(20\d\d)|(\d\d))(?!\d)")
_DATE_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_]?(\d\d)(?:[-_]?(\d\d))?(?!\d)|(\d{1,2})[ _-]([A-Za-z]+)[ _-](20\d\d)(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STAGES = ("provisional", "revised", "final")


def year_in_name(file: str) -> str | None:
    """The academic year in a file's name: ``2018-2019_…``, ``202425_…``, ``…2018-19…``; None if none or
    several.
    """
    found = set()
    for match in _YEAR_IN_NAME.finditer(file):
        try:
            found.add(years.parse_year(f"{match.group(1)}/{(match.group(2) or match.group(3))[-2:]}"))
        except UsageError:
            continue
    return found.pop() if len(found) == 1 else None


def stage_in_name(file: str) -> str | None:
    """``provisional``, ``revised`` or ``final`` when the file's name says so."""
    lowered = file.lower()
    return next((stage for stage in _STAGES if stage in lowered), None)


def date_in_name(file: str) -> str:
    """The date in a file's name as ISO text (a month alone gives its last day), or ""."""
    for match in _DATE_IN_NAME.finditer(file):
        try:
            if match.group(4):
                name = match.group(5).lower()
                month = next(i for i, m in enumerate(_MONTHS, 1) if name.startswith(m))
                return dt.date(int(match.group(6)), month, int(match.group(4))).isoformat()
            year, month = int(match.group(1)), int(match.group(2))
            if match.group(3):
                return dt.date(year, month, int(match.group(3))).isoformat()
            following = (dt.date(year, month, 1) + dt.timedelta(days=32)).replace(day=1)
            return (following - dt.timedelta(days=1)).isoformat()
        except (ValueError, StopIteration):
            continue
    return ""
