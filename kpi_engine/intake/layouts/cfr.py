"""Consistent financial reporting (CFR) of maintained schools: April to March, in pounds.

The workbook's sheet is ``CFR Data`` or ``CFR_Data``.

For comparing with academies: ``staffing_share`` in the series ``aar``, that is without premises staff (E04)
and catering staff (E06), as the header of the return's own total spells it: ``Staff Total: (E01:E03) + E05 +
(E07: E11) + E26``. Where a vintage prints no such total it is added up from the lines by that rule. d is
total expenditure with community spending and without revenue financing of capital (``E01:E29 + E31 + E32``).
Headers differ by vintage only after the line's code or the total's name, so totals are found by how they
begin.

A financial year is filed under the academic year with the same label: April 2022 to March 2023 under
2022/23, of which it shares seven months. The lead school of a federation reports for all of it; the others
are ``DNS``.
"""

from __future__ import annotations

import re

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import number
from kpi_engine.intake.layouts.finance_common import balance, masked, share, together
from kpi_engine.intake.layouts.wide_common import added, is_school, like, only, urns
from kpi_engine.intake.table import RawTable

LINES = {
    "teaching": "e01",
    "supply": "e02",
    "education_support": "e03",
    "admin": "e05",
    "premises_staff": "e04",
    "catering_staff": "e06",
    "other_staff": "e07",
}
_STAFF_TOTAL = ("e01", "e02", "e03", "e05", "e07", "e08", "e09", "e10", "e11", "e26")


def _total_expenditure(table: RawTable) -> str | None:
    """The column of total expenditure: not net of income, not "excluding E30"."""
    return like(table, "total expenditure", without=("minus", "excluding"))


def _line(item: Accepted, code: str) -> Numbers:
    """The column of one line of the return, whatever words follow its code."""
    for name, own in item.table.columns.items():
        if re.match(rf"{code}\b", name):
            return number(item, own)
    return number(item, code)


def _staff(item: Accepted) -> Numbers:
    printed = like(item.table, "staff total")
    if printed is not None:
        return number(item, printed)
    return added(*(_line(item, code) for code in _STAFF_TOTAL))


def _produce(item: Accepted) -> Produced:
    item = only(item, is_school(item.table))
    in_year = like(item.table, "in year balance")
    amounts = masked(
        item,
        {
            "staff": _staff(item),
            "spent": number(item, _total_expenditure(item.table) or ""),
            "balance": number(item, in_year or ""),
            **{line: _line(item, code) for line, code in LINES.items()},
        },
    )
    urn, rows = together(urns(item), amounts)
    frames: list[pd.DataFrame] = [share(item, urn, rows["staff"], rows["spent"])]
    frames += [share(item, urn, rows[line], rows["spent"], line) for line in LINES]
    frames.append(balance(item, urn, rows["balance"]))
    return {"facts": stack(frames, FACT_COLUMNS)}


def _has_total(table: RawTable) -> list[Finding]:
    if _total_expenditure(table) is not None:
        return []
    message = "no column of total expenditure was found"
    return [Finding(table.file, message, expected="a column that begins with 'Total Expenditure'")]


LAYOUT = Layout(
    id="cfr",
    title="Consistent financial reporting, maintained schools",
    publisher="Department for Education",
    dataset="cfr",
    needs=("URN", "Overall Phase", "E01 Teaching staff", "E03 Education support staff", "E04 Premises staff",
           "E05 Administrative and clerical staff", "E06 Catering staff"),
    columns=(
        Column("URN"),
        Column("Overall Phase"),
        Column("Did Not Supply flag", required=False),
        Column("E01 Teaching staff", Kind.NUMBER),
        Column("E03 Education support staff", Kind.NUMBER),
        Column("E04 Premises staff", Kind.NUMBER),
        Column("E05 Administrative and clerical staff", Kind.NUMBER),
        Column("E06 Catering staff", Kind.NUMBER),
    ),
    produce=_produce,
    checks=(_has_total,),
    urn_column="URN",
)  # fmt: skip

LAYOUTS = (LAYOUT,)
