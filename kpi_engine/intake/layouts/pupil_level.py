"""Pupil-level extracts: ``pupils`` and ``attendance_marks``, for trusts that would rather not add up themselves.

Neither gives a figure by itself. The build puts the two together: whose half-days they are, and how they count.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Accepted, Column, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_rules import NotBefore, findings
from kpi_engine.intake.table import RawTable
from kpi_engine.model import PUPIL_DIMENSIONS, TOTAL

PUPILS_ID = "pupils"
MARKS_ID = "attendance_marks"


def _nothing(_: Accepted) -> Produced:
    return {}


def _filled_or_left_out(table: RawTable) -> list[Finding]:
    """A pupil whose group is not known would be in the total and in no group, so that groups would not add up to it."""
    found: list[Finding] = []
    for name in PUPIL_DIMENSIONS:
        empty = table.text(name) == ""
        if empty.any() and not empty.all():
            expected = "a value in every row, or none in the whole column"
            found += _counted(table, empty, name, "is empty while other rows have a value", expected)
    return found


def _within_the_year(table: RawTable) -> list[Finding]:
    """A time on roll that ends before the academic year or begins after it belongs to another year's row."""
    year = common.year(table)
    first = year.map(lambda label: years.first_day(label).isoformat())
    last = year.map(lambda label: years.last_day(label).isoformat())
    start, end = common.day(table, "from"), common.day(table, "to")
    late = (start != "") & (start > last)
    early = (end != "") & (end < first)
    return [
        *_counted(table, late, "from", "is after the row's academic_year", "a date up to 31 August of that year"),
        *_counted(table, early, "to", "is before the row's academic_year", "a date from 1 September of that year"),
    ]


def _once(table: RawTable) -> list[Finding]:
    """A pupil may leave an academy and come back, but is not on its roll twice on one day."""
    spells = pd.DataFrame(
        {
            "pupil": table.text("pupil"),
            "urn": common.urn(table),
            "year": common.year(table),
            "from": common.day(table, "from"),
            "to": common.day(table, "to").replace("", "9999-12-31"),
            "row": table.frame.index,
        }
    ).sort_values(["pupil", "urn", "year", "from", "row"])
    enrolment = spells.groupby(["pupil", "urn", "year"], sort=False)
    before = enrolment["to"].shift()
    overlaps = before.notna() & (spells["from"] <= before)
    broken = overlaps.reindex(table.frame.index, fill_value=False)
    if not broken.any():
        return []
    first = int(str(broken.index[broken][0]))
    other = int(enrolment["row"].shift().loc[first])
    message = (
        f"{_rows(int(broken.sum()))} about a pupil who is on this academy's roll at the same time by another row; the "
        f"first is here and overlaps row {other:,}"
    )
    expected = "one row for each pupil, academy and academic year, or times that do not overlap"
    return [Finding(table.file, message, first, "from", None, expected)]


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _counted(table: RawTable, broken: pd.Series[bool], column: str, message: str, expected: str) -> list[Finding]:
    """The first row of ``broken``, and in how many more it is so."""
    if not broken.any():
        return []
    count = int(broken.sum())
    more = "" if count == 1 else f", in {count:,} rows, of which this is the first"
    first = broken & (broken.cumsum() == 1)
    return findings(table, first, column, message + more, expected)


def _newest(table: RawTable) -> str:
    return "" if table.registers is None else table.registers.newest().isoformat()


PUPILS = Layout(
    id=PUPILS_ID,
    title="Pupils on roll (pupil-level extract)",
    publisher=common.PUBLISHER,
    dataset=PUPILS_ID,
    needs=("pupil", "urn", "academic_year", "from", "to"),
    columns=(
        Column("pupil", filled=True),
        common.URN,
        common.ACADEMIC_YEAR,
        *(
            common.choice(
                name, *(word for word in common.PUPIL_CHOICES[name] if word != TOTAL), filled=False, required=False
            )
            for name in PUPIL_DIMENSIONS
        ),
        common.date("from"),
        common.date("to"),
    ),
    produce=_nothing,
    checks=(_filled_or_left_out, NotBefore("to", "from"), _within_the_year, _once),
    one_year=False,
    own_return=True,
    declared_only=True,
    urn_column="urn",
    masked="pupil",
)

MARKS = Layout(
    id=MARKS_ID,
    title="Attendance marks (pupil-level extract)",
    publisher=common.PUBLISHER,
    dataset=MARKS_ID,
    needs=("pupil", "urn", "date", "session", "code"),
    columns=tuple(Column(name) for name in ("pupil", "urn", "date", "session", "code")),
    produce=_nothing,
    vintage_of=_newest,
    one_year=False,
    own_return=True,
    declared_only=True,
    urn_column="urn",
    masked="pupil",
    bulk=True,
)

LAYOUTS = (PUPILS, MARKS)
