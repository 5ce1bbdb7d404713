"""What may stand in a file about a person, and is not let in: columns that no figure needs, names, numbers, addresses.

A name cannot be told from any other words. So nothing is kept of a return but the columns that the return has, names
are shortened to initials where people are listed, and free text is kept only where a page shows it; what can be told
(a pupil's number, an e-mail address, a birth date) is refused there.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Kind, Layout, own_name
from kpi_engine.intake.table import RawTable, normal

_NUMBER = r"(?<![0-9A-Za-z])(?:[A-Za-z]\d{11}[0-9A-Za-z]|[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d])(?![0-9A-Za-z])"
_ADDRESS = r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>()]+"
_DAY = r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?!\d)"
LONGEST = 200
"""Characters of free text: room for a label, and hardly for a story about somebody."""

_TOLD = {
    "a pupil's or National Insurance number": re.compile(_NUMBER),
    "an e-mail address": re.compile(_ADDRESS),
    "a date, which could be a birth date": re.compile(_DAY),
    f"more than {LONGEST} characters": re.compile(rf"(?s).{{{LONGEST + 1}}}"),
}
_DATED = frozenset(("month", "period", "source"))
"""Columns of text in which a day may stand: that of a month, and that of the decision behind a target."""

_DAY_OF_MONTH = re.compile(r"^(\d{4}-\d\d)-\d\d(?:[ T]00:00(?::00)?)?$")
"""A month as a spreadsheet saves it again; the day says nothing about a month."""

_ABOUT_PEOPLE = re.compile(
    r"head ?(?:teacher|title|first ?name|last ?name|honours|preferred|of group)\b.*|headteacher|props ?name|"
    r"(?:.* )?(?:forenames?|surname|upn|uln|dob|birth|e ?mail|telephone|telephonenum|phone|contact)(?: .*)?|"
    r"(?:first|last|middle|full|pupil|student|staff|teacher|inspector|candidate) ?name"
)
"""Columns (as ``table.normal`` writes them) of published files that are about people: GIAS names every headteacher."""


def looks_personal(text: str) -> bool:
    """Whether a text holds a pupil's or National Insurance number or an e-mail address."""
    return re.search(f"{_NUMBER}|{_ADDRESS}", text) is not None


def without(table: RawTable, layout: Layout) -> RawTable:
    """The table without what is about people and no figure needs.

    Of the trust's own files only the listed columns stay, shortened where the layout says so, and no rows above the
    header; of published files all but the columns about people, which a later engine may read.
    """
    listed = [name for column in layout.columns if (name := own_name(table, column)) is not None]
    if not (layout.own_return or layout.declared_only):
        gone = [
            name for name in table.frame.columns if name not in listed and _ABOUT_PEOPLE.fullmatch(normal(str(name)))
        ]
        return table if not gone else _with(table, [name for name in table.frame.columns if name not in gone])
    strange = [place for place, name in enumerate(table.frame.columns, 1) if name not in listed]
    table = _with(replace(table, preamble=()), listed)
    if strange and layout.masked is None:
        table = replace(table, notes=(*table.notes, _left_out(table.file, strange)))
    changed: dict[str, pd.Series[str] | str] = {}
    for column in layout.columns:
        name = own_name(table, column)
        if name is not None and not column.kept:
            changed[name] = ""
        elif name is not None and column.name == "month":
            changed[name] = table.frame[name].str.replace(_DAY_OF_MONTH, r"\1", regex=True)
    if changed:
        table = replace(table, frame=table.frame.assign(**changed))
    return layout.shortened(table)


def _with(table: RawTable, names: list[str]) -> RawTable:
    return replace(table, frame=table.frame[names], columns={normal(str(name)): str(name) for name in names})


def _left_out(file: str, places: list[int]) -> Finding:
    """By place, since the heading of a column that does not belong there may say anything."""
    which = f"column {places[0]} is" if len(places) == 1 else f"{len(places)} columns (the first is {places[0]}) are"
    return Finding(file, f"{which} none of this table's and not kept", blocking=False)


def refused(table: RawTable, layout: Layout) -> list[Finding]:
    """The rows of a return whose free text holds something about a person; the text itself is not repeated."""
    found: list[Finding] = []
    if not layout.own_return or layout.masked is not None:
        return found
    for column in layout.columns:
        name = own_name(table, column)
        if name is None or column.kind is not Kind.TEXT:
            continue
        for what, pattern in _TOLD.items():
            if pattern.pattern == _DAY and column.name in _DATED:
                continue
            wrong = table.frame[name].str.contains(pattern)
            found += [
                Finding(
                    table.file,
                    f"the text holds {what}; it is kept and shown, so it may hold nothing about a person",
                    row=int(row),
                    column=column.name,
                    expected="words such as a role, a subject or an organisation",
                )
                for row in table.frame.index[wrong.to_numpy(dtype=bool)]
            ]
    return found
