"""Checks that tidy EES files share: academic years, one row for each key, counts within what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi_engine.errors import Finding
from kpi_engine.intake.check import SHOWN, cells
from kpi_engine.intake.codes import numbers
from kpi_engine.intake.layout import Check
from kpi_engine.intake.layouts.ees_time import academic_year, by_value
from kpi_engine.intake.table import RawTable, normal

_TOTALS = ["Total", "total"]


def academic_years(table: RawTable) -> Sequence[Finding]:
    """Every ``time_period`` must be an academic year such as ``202425``."""
    text = table.text("time_period")
    wrong = by_value(text, academic_year).isna()
    message = "the time period is not an academic year"
    return cells(table, "time_period", text, wrong, message, "two years that follow one another, as 202425")


def one_row_each(*columns: str) -> Check:
    """A check that no two rows agree in all of ``columns``, nor in any other column that has a ``Total``.

    Only columns that the file has are compared; a column with a ``Total`` is a filter and tells rows apart.
    """
    names = {normal(name) for name in columns}

    def check(table: RawTable) -> Sequence[Finding]:
        own = [
            column for name, column in table.columns.items() if name in names or table.frame[column].isin(_TOTALS).any()
        ]
        frame = table.frame[own]
        again = frame.duplicated()
        if not again.any():
            return ()
        firsts = frame[frame.duplicated(keep=False) & ~again].reset_index(names="first")
        found = frame[again].head(SHOWN).reset_index(names="row").merge(firsts, on=own, how="left")
        listed = ", ".join(own)
        findings = [
            Finding(
                table.file,
                f"repeats row {int(str(first)):,}: both have the same {listed}",
                row=int(str(row)),
                expected="one row for each",
            )
            for row, first in zip(found["row"], found["first"], strict=True)
        ]
        if int(again.sum()) > SHOWN:
            findings.append(Finding(table.file, f"{int(again.sum()) - SHOWN:,} more rows repeat an earlier one"))
        return findings

    return check


def within(part: str, whole: str, blocking: bool = True) -> Check:
    """A check that the count ``part`` is never larger than the count ``whole`` in the same row."""

    def check(table: RawTable) -> Sequence[Finding]:
        if not (table.has(part) and table.has(whole)):
            return ()
        over = numbers(table.text(part)).value > numbers(table.text(whole)).value
        name = table.columns[normal(part)]
        found = cells(table, name, table.text(part), over, f"more than {whole} in the same row", None)
        return found if blocking else [replace(finding, blocking=False) for finding in found]

    return check


def ordered(lower: str, value: str, upper: str) -> Check:
    """A check that a figure lies between its printed limits."""

    def check(table: RawTable) -> Sequence[Finding]:
        if not all(table.has(name) for name in (lower, value, upper)):
            return ()
        low, mid, high = (numbers(table.text(name)).value for name in (lower, value, upper))
        outside = (mid < low) | (mid > high)
        message = f"lies outside its own limits, {lower} and {upper}"
        return cells(table, table.columns[normal(value)], table.text(value), outside, message, None)

    return check


def says(message: str) -> Check:
    """Not a check but a note that goes with every such file, for instance that nothing is counted from it."""

    def note(table: RawTable) -> Sequence[Finding]:
        return (Finding(table.file, message, blocking=False),)

    return note
