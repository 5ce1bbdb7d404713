"""Small, safe corrections between reading and checking, so that the same figure is spelled one way
everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.codes import numbers
from kpi_engine.intake.layout import Column, Kind, Layout, own_name
from kpi_engine.intake.personal import without
from kpi_engine.intake.table import RawTable


def tidy(table: RawTable, layout: Layout) -> RawTable:
    """The table with listed words in their listed case (``f`` to ``F``), URNs without a ``.0`` that a
    spreadsheet added, percentages of a workbook that are stored as fractions (0.67) as percentages (67), and
    without anything about people that no figure needs (``personal.without``).
    """
    changed: dict[str, pd.Series[str]] = {}
    for column in layout.columns:
        name = own_name(table, column)
        if name is None:
            continue
        if column.kind is Kind.CHOICE:
            changed |= _replaced(table, name, _in_listed_case(column.choices))
        elif column.kind is Kind.URN:
            changed |= _replaced(table, name, lambda cell: cell.removesuffix(".0"))
    fractions = _fractions(table, layout)
    notes = table.notes
    if fractions:
        notes = (
            *notes,
            Finding(
                table.file,
                f"the percentages of this sheet are stored as fractions; they are read times 100, in {len(fractions)} "
                "columns",
                column=next(iter(fractions)),
                blocking=False,
            ),
        )
    frame = table.frame
    if changed or fractions:
        frame = frame.assign(**{**changed, **fractions})
    return without(replace(table, frame=frame, notes=notes), layout)


def _in_listed_case(choices: tuple[str, ...]) -> Callable[[str], str]:
    words = {word.casefold(): word for word in choices}
    return lambda cell: words.get(cell.casefold(), cell)


def _replaced(table: RawTable, name: str, change: Callable[[str], str]) -> dict[str, pd.Series[str]]:
    text = table.frame[name]
    words = {cell: change(str(cell)) for cell in text.unique()}
    different = {old: new for old, new in words.items() if old != new}
    return {name: text.replace(different)} if different else {}


def _fractions(table: RawTable, layout: Layout) -> dict[str, pd.Series[str]]:
    """Percentage columns of a workbook, times 100, when no figure in any of them is over 1 and some are
    between.
    """
    if table.sheet is None:
        return {}
    columns = [(own_name(table, column), column) for column in layout.columns if column.kind is Kind.PERCENT]
    read = {name: _bare(table, name, column) for name, column in columns if name is not None}
    values = pd.concat(list(read.values())) if read else pd.Series(dtype=float)
    values = values.dropna()
    if values.empty or values.max() > 1 or not ((values > 0) & (values < 1)).any():
        return {}
    return {
        name: table.frame[name].where(value.isna(), (value * 100).map(lambda each: f"{each:.10g}")).astype("str")
        for name, value in read.items()
        if value.notna().any()
    }


def _bare(table: RawTable, name: str, column: Column) -> pd.Series[float]:
    text = table.frame[name]
    return numbers(text.where(~text.str.endswith("%"), "101"), column.codes).value
