"""Checks every cell of a table against its layout: kinds of columns, filled cells, keys, rules, the trust's
URNs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding, UsageError
from kpi_engine.intake import personal
from kpi_engine.intake.codes import numbers
from kpi_engine.intake.dates import dates
from kpi_engine.intake.layout import Column, Kind, Layout, own_name
from kpi_engine.intake.registers import Registers
from kpi_engine.intake.table import RawTable, normal
from kpi_engine.model import TOTAL

SHOWN = 50
"""Findings listed for one column and one fault; the rest are counted in one more finding."""

_NO_ACADEMY = ("", "central", "trust", "total")
_NUMERIC = (Kind.COUNT, Kind.NUMBER, Kind.PERCENT, Kind.AMOUNT)


def check(table: RawTable, layout: Layout) -> list[Finding]:
    """Everything that breaks the layout's rules, in the order of its columns. No finding: the table can be
    used.

    The reader's notes are not repeated here, but for the trust's own returns a row that is longer than the
    header blocks: an unquoted comma has moved its cells to the right.
    """
    findings: list[Finding] = []
    for column in layout.columns:
        name = own_name(table, column)
        if name is not None:
            findings += check_column(table, column, name)
        elif column.required:
            findings.append(Finding(table.file, "the column is missing from the header", column=column.name))
    findings += personal.refused(table, layout)
    findings += _header_faults(table, layout)
    findings += _keys(table, layout)
    if not findings:
        for rule in layout.checks:
            findings += rule(table)
    return findings


def check_column(table: RawTable, column: Column, name: str) -> list[Finding]:
    """Findings for the cells of one column; ``name`` is the header's spelling."""
    text = table.frame[name]
    if column.kind in _NUMERIC:
        findings = _figures(table, column, name, text)
    else:
        findings = cells(table, name, text, _wrong(text, column), *_words(column))
    if column.filled:
        findings += cells(table, name, None, text == "", "the cell must not be empty", None)
    return findings


def _figures(table: RawTable, column: Column, name: str, text: pd.Series[str]) -> list[Finding]:
    read = numbers(text, column.codes)
    value = read.value
    findings = cells(table, name, text, read.bad, *_words(column))
    if column.kind is not Kind.NUMBER:
        findings += cells(table, name, text, value < 0, "the figure is negative", "0 or more")
    if column.kind is Kind.COUNT:
        part = value.notna() & (value % 1 != 0) & (value >= 0)
        findings += cells(table, name, text, part, "a count has a fraction", "a whole number")
    if column.kind is Kind.PERCENT:
        findings += cells(table, name, text, value > 100, "the percentage is over 100", "0 to 100")
    return findings


def _wrong(text: pd.Series[str], column: Column) -> pd.Series[bool]:
    """Which cells are not of the column's kind; blanks never are wrong."""
    match column.kind:
        case Kind.DATE | Kind.UK_DATE:
            return dates(text, uk=column.kind is Kind.UK_DATE, codes=column.codes).bad
        case Kind.URN:
            return _among(text, lambda cell: _is_urn(cell) or cell in column.choices)
        case Kind.YEAR:
            return _among(text, _is_year)
        case Kind.CHOICE:
            return _among(text, lambda cell: cell in column.choices)
        case _:
            return pd.Series(False, index=text.index)


def _words(column: Column) -> tuple[str, str]:
    match column.kind:
        case Kind.CHOICE:
            return "the word is not one of those listed", "one of " + ", ".join(column.choices)
        case Kind.URN:
            more = "".join(f" or {word}" for word in column.choices)
            return "this is not a URN", Kind.URN.value + more
        case Kind.DATE | Kind.UK_DATE:
            return "this is not a date of the calendar", column.kind.value
        case Kind.YEAR:
            return "this is not an academic year", column.kind.value
        case _:
            return "this is not a number", column.kind.value


def _among(text: pd.Series[str], right: Callable[[str], bool]) -> pd.Series[bool]:
    wrong = [cell for cell in text.unique() if cell != "" and not right(str(cell))]
    return text.isin(wrong)


def _is_urn(cell: str) -> bool:
    bare = cell.removesuffix(".0")
    return len(bare) == 6 and bare.isascii() and bare.isdigit()


def _is_year(cell: str) -> bool:
    try:
        years.parse_year(cell)
    except UsageError:
        return False
    return True


def cells(
    table: RawTable,
    name: str | None,
    text: pd.Series[str] | None,
    wrong: pd.Series[bool],
    message: str,
    expected: str | None,
) -> list[Finding]:
    """One finding for each of the first ``SHOWN`` rows of ``wrong``, with the cell's value, and one for the
    rest.
    """
    if not wrong.any():
        return []
    rows: list[int] = wrong.index[wrong.to_numpy(dtype=bool)].tolist()
    found = [
        Finding(
            table.file,
            message,
            row=row,
            column=name,
            value=None if text is None else str(text.at[row]),
            expected=expected,
        )
        for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        found.append(
            Finding(table.file, f"{message}, in {len(rows) - SHOWN:,} more rows", column=name, expected=expected)
        )
    return found


def _header_faults(table: RawTable, layout: Layout) -> list[Finding]:
    read = {normal(name) for column in layout.columns for name in (column.name, *column.aliases)}
    found = [
        Finding(
            table.file,
            "the column stands more than once in the header, so it is not clear which counts",
            column=name,
        )
        for name in table.repeated
        if normal(name) in read
    ]
    if layout.own_return:
        found += [
            Finding(
                table.file,
                f"the row has {len(beyond)} more than the {len(table.frame.columns)} fields of the header; a comma "
                "inside a cell needs quotation marks around the cell",
                row=row,
                value=beyond[0],
            )
            for row, beyond in list(table.surplus.items())[:SHOWN]
        ]
    return found


def _keys(table: RawTable, layout: Layout) -> list[Finding]:
    """Rows whose key occurred before, naming both. Rows without any key cell are not compared."""
    if not layout.key:
        return []
    by_name = {column.name: column for column in layout.columns}
    columns = [_compared(table, by_name.get(name, Column(name))).tolist() for name in layout.key]
    first: dict[tuple[str, ...], int] = {}
    again: list[tuple[int, int, tuple[str, ...]]] = []
    for row, key in zip(table.frame.index.tolist(), zip(*columns, strict=True), strict=True):
        if first.setdefault(key, row) != row and any(cell not in ("", TOTAL) for cell in key):
            again.append((row, first[key], key))
    found = []
    for row, earlier, key in again[:SHOWN]:
        said = ", ".join(
            f"{name} {cell}" for name, cell in zip(layout.key, key, strict=True) if cell not in ("", TOTAL)
        )
        same = (table.frame.loc[row] == table.frame.loc[earlier]).all()
        message = f"the row repeats row {earlier:,}" if same else f"the row is about the same as row {earlier:,}"
        found.append(Finding(table.file, f"{message} ({said}); only one of them can count", row=row))
    if len(again) > SHOWN:
        found.append(Finding(table.file, f"{len(again) - SHOWN:,} more rows repeat an earlier one"))
    return found


def _compared(table: RawTable, column: Column) -> pd.Series[str]:
    """A key column so that equal things are equal: an empty breakdown is its total, 2025-26 is 2025/26."""
    text = table.text(column.name, *column.aliases).astype(object)
    if TOTAL in column.choices:
        return text.where(text != "", TOTAL)
    if column.kind is Kind.YEAR:
        return text.map({cell: years.parse_year(cell) if _is_year(cell) else cell for cell in text.unique()})
    return text


def check_urns(
    table: RawTable, layout: Layout, known: Collection[str], real: Collection[str] | None = None
) -> list[Finding]:
    """Rows of a trust's own return whose URN is not one of the trust's academies.

    ``known`` are the trust's URNs (predecessors included); ``real`` those of the national register, where one
    is loaded, to tell a slip of the pen from another trust's academy. The words ``central``, ``trust`` and
    ``Total`` pass: the layout's own columns say where they may stand. Layouts that are not own returns give
    no finding.
    """
    if not layout.own_return or layout.urn_column is None:
        return []
    if table.registers is not None:
        return _strangers_marks(table, table.registers, known)
    name = table.columns.get(normal(layout.urn_column))
    if name is None:
        return []
    text = table.frame[name].str.replace(r"\.0$", "", regex=True)
    stray = ~(text.isin(list(known)) | text.str.casefold().isin(_NO_ACADEMY))
    elsewhere = text.isin(list(real)) if real is not None else pd.Series(False, index=text.index)
    expected = "the URN of one of the trust's academies; correct it, or add the academy to academies.csv"
    unknown = "no school of the register has this URN" if real is not None else "the URN is not one of the trust's"
    return cells(table, name, text, stray & ~elsewhere, unknown, expected) + cells(
        table, name, text, stray & elsewhere, "the school is not one of the trust's academies", expected
    )


def _strangers_marks(table: RawTable, registers: Registers, known: Collection[str]) -> list[Finding]:
    stray = [urn not in known for urn in registers.urns]
    return [
        Finding(
            table.file,
            f"the URN is not one of the trust's; {registers.where(registers.urns == urn).marks:,} marks have it",
            int(registers.first_rows[registers.urns == urn].min()),
            "urn",
            str(urn),
            "the URN of one of the trust's academies; correct it, or add the academy to academies.csv",
        )
        for urn in list(dict.fromkeys(registers.urns[stray]))[:SHOWN]
    ]
