"""What the wide tables share: parts of a file, percentages kept as fractions, checks across columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.codes import Numbers, numbers
from kpi_engine.intake.layout import Accepted, Check
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.table import RawTable

PHASE_OF_ROW = {"PRI": "primary", "SEC": "secondary", "SPE": "special"}
"""How absence, census and workforce tables mark their national rows in ``ESTAB``."""


def only(item: Accepted, mask: pd.Series[bool]) -> Accepted:
    """The same accepted file with only the rows of ``mask``."""
    return Accepted(item.table.where(mask), item.layout, item.year, item.stage, item.vintage, item.source_id)


def england(item: Accepted) -> pd.Series[str]:
    """``England`` for every row, as the ``urn`` of national rows."""
    return pd.Series("England", index=item.table.frame.index, dtype=object)


def urns(item: Accepted) -> pd.Series[str]:
    """The rows' URNs as text."""
    return urn_text(item.table.text("URN"))


def is_school(table: RawTable) -> pd.Series[bool]:
    """Whether a row is one school's: its URN is six digits."""
    return urn_text(table.text("URN")).str.fullmatch(r"\d{6}").fillna(False).astype(bool)


def percent_scale(table: RawTable, names: Sequence[str]) -> float:
    """100 where the percentages are kept as fractions (Excel downloads: 0.67 for 67%), else 1.

    They are fractions when not one of the named columns' cells carries a percent sign, none is above 1 and at
    least one lies between 0 and 1.
    """
    fractions = False
    for name in names:
        text = table.text(name)
        if text.str.contains("%", regex=False).any():
            return 1.0
        value = numbers(text).value
        if (value > 1).any():
            return 1.0
        fractions = fractions or bool(((value > 0) & (value < 1)).any())
    return 100.0 if fractions else 1.0


def scaled(read: Numbers, scale: float) -> Numbers:
    """Numbers times ``scale``, rounded so that 0.662 becomes 66.2 and not a float beside it."""
    if scale == 1.0:
        return read
    return Numbers((read.value * scale).round(8), read.code, read.bad)


def complement(read: Numbers) -> Numbers:
    """100 less each percentage, exact to the printed decimals (2.6 gives 97.4); codes are kept."""
    unique = pd.Series(read.value.dropna().unique())
    exact = {value: float(Decimal(100) - Decimal(repr(float(value)))) for value in unique}
    return Numbers(read.value.map(exact).astype(float), read.code, read.bad)


def added(*parts: Numbers) -> Numbers:
    """The sum of columns; a row with a code or a blank in any of them has no sum, and the first code."""
    value = parts[0].value
    code = parts[0].code
    bad = parts[0].bad
    for part in parts[1:]:
        value = value + part.value
        code = code.where(code.notna(), part.code)
        bad = bad | part.bad
    return Numbers(value, code, bad)


def _findings(
    table: RawTable,
    wrong: pd.Series[bool],
    column: str,
    message: str,
    expected: Callable[[Any], str],
    blocking: bool,
) -> list[Finding]:
    rows = table.frame.index[wrong.to_numpy()]
    text = table.text(column)
    return [Finding(table.file, message, int(row), column, str(text.at[row]), expected(row), blocking) for row in rows]


def not_over(parts: Sequence[str], whole: str, blocking: bool = True) -> Check:
    """A check that in schools' rows the named counts together are not more than the whole."""

    def check(table: RawTable) -> list[Finding]:
        total = added(*(numbers(table.text(name)) for name in parts)).value
        limit = numbers(table.text(whole)).value
        name = " + ".join(parts)
        wrong = (total > limit) & is_school(table)
        return _findings(
            table,
            wrong,
            parts[0],
            f"{name} is more than {whole}",
            lambda row: f"at most {limit.at[row]:g}",
            blocking,
        )

    return check


def adds_up(parts: Sequence[str], whole: str, blocking: bool = True) -> Check:
    """A check that counts that are printed add up to the printed whole, in rows that print them all."""

    def check(table: RawTable) -> list[Finding]:
        total = added(*(numbers(table.text(name)) for name in parts)).value
        limit = numbers(table.text(whole)).value
        wrong = (total != limit) & total.notna() & limit.notna()
        name = " + ".join(parts)
        return _findings(
            table,
            wrong,
            parts[0],
            f"{name} is not {whole}",
            lambda row: f"a sum of {limit.at[row]:g}",
            blocking,
        )

    return check


def within_limits(low: str, value: str, high: str) -> Check:
    """A check that a score lies between its own lower and upper limit."""

    def check(table: RawTable) -> list[Finding]:
        score, lower, upper = (numbers(table.text(name)).value for name in (value, low, high))
        wrong = (score < lower) | (score > upper)
        return _findings(
            table,
            wrong,
            value,
            f"{value} lies outside {low} and {high}",
            lambda row: f"between {lower.at[row]:g} and {upper.at[row]:g}",
            True,
        )

    return check


def between(column: str, low: float, high: float) -> Check:
    """A check that a column's numbers lie in the range that the measure can have."""

    def check(table: RawTable) -> list[Finding]:
        value = numbers(table.text(column)).value
        wrong = (value < low) | (value > high)
        return _findings(table, wrong, column, "is out of range", lambda _: f"between {low:g} and {high:g}", True)

    return check


def schools_once(table: RawTable) -> list[Finding]:
    """A finding for each row whose school has been met before; rows without a URN are totals."""
    urn = urn_text(table.text("URN"))
    wrong = is_school(table) & urn.duplicated()
    return _findings(
        table,
        wrong,
        "URN",
        "the school has another row in this file",
        lambda _: "one row for each school",
        True,
    )


def has_column_like(prefix: str) -> Check:
    """A check that some column begins with ``prefix`` (normalised), where the rest of its name varies."""

    def check(table: RawTable) -> list[Finding]:
        if like(table, prefix) is not None:
            return []
        return [Finding(table.file, f"no column begins with {prefix!r}", None, None, None, "such a column")]

    return check


def like(table: RawTable, prefix: str, without: Sequence[str] = ()) -> str | None:
    """The header's own name of the first column that begins with ``prefix`` and has none of ``without``."""
    for name, own in table.columns.items():
        if name.startswith(prefix) and not any(word in name for word in without):
            return own
    return None
