"""Income per pupil and the trust's cash: ``funding.csv`` and ``cash.csv``."""

from __future__ import annotations

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_common import pounds
from kpi_engine.intake.layouts.returns_finance import known_sum, made_at
from kpi_engine.intake.layouts.returns_rules import AMonth, Known, findings
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TOTAL, TRUST

_CHARGE = "central_charge"


def _funding(item: Accepted) -> Produced:
    """Income per pupil for each line, and for all lines over the pupils counted once.

    The pupils of the total are those of the ``gag`` line, else the most that any line states.
    """
    table = item.table
    rows = pd.DataFrame(
        {
            "urn": common.urn(table),
            "year": common.year(table),
            "line": table.text("line"),
            "n": common.value(table, "amount"),
            "d": common.value(table, "pupils"),
        }
    )
    rows["row"], rows["month"], rows["detail"] = rows.index, "Year", None
    rows["own"] = rows["d"].where(rows["line"] == "gag")
    total = rows.groupby(["urn", "year"], as_index=False, sort=False).agg(
        n=("n", known_sum), own=("own", "max"), most=("d", "max"), row=("row", "min")
    )
    total["d"] = total["own"].where(total["own"].notna(), total["most"])
    total = total.assign(line=TOTAL, month="Year", detail=None)
    made = [
        made_at(item, "income_per_pupil", frame[frame["n"].notna() & frame["d"].notna()], common.SERIES)
        for frame in (total, rows)
    ]
    return {"facts": stack([frame.assign(people=frame["denominator"]) for frame in made], FACT_COLUMNS)}


def _charge_is_paid(table: RawTable) -> list[Finding]:
    broken = (table.text("line") == _CHARGE) & (common.value(table, "amount") > 0)
    message = "is above 0 and counts as income of the academy"
    return findings(table, broken, "amount", message, "a minus sign if the academy pays the charge", blocking=False)


def _same_pupils(table: RawTable) -> list[Finding]:
    pupils = common.value(table, "pupils")
    place = [common.urn(table), common.year(table)]
    broken = pupils.notna() & (pupils != pupils.groupby(place).transform("max"))
    message = "is not the same as in the academy's other lines; its total uses the gag line's pupils, else the most"
    return findings(table, broken, "pupils", message, "the academy's pupils, repeated in each line", blocking=False)


FUNDING = Layout(
    id="return_funding",
    title="Funding by line",
    publisher=common.PUBLISHER,
    dataset="return_funding",
    needs=("urn", "academic_year", "line", "amount", "pupils"),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        common.choice("line", "gag", "pupil_premium", "send", _CHARGE, "other"),
        common.figure("amount", Kind.NUMBER),
        common.figure("pupils", Kind.AMOUNT),
    ),
    produce=_funding,
    checks=(_charge_is_paid, _same_pupils, Known(("amount",), "the academy's income per pupil is not known")),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "line"),
)


def _cash(item: Accepted) -> Produced:
    """The trust's cash at month ends: at or above its own floor, in days of spending, and the low ahead."""
    table = item.table
    month = common.month(table)
    year, trust = month.map(common.year_of_month), pd.Series(TRUST, index=month.index)
    closing, floor = common.value(table, "closing_cash"), common.value(table, "policy_floor")
    low, annual = common.value(table, "forecast_3m_low"), common.value(table, "annual_expenditure")
    detail = pd.Series(
        [
            f"{pounds(cash)} against a floor of {pounds(least)}" if pd.notna(cash) and pd.notna(least) else None
            for cash, least in zip(closing, floor, strict=True)
        ],
        index=month.index,
        dtype=object,
    )
    return common.as_facts(
        [
            common.rows(
                item, "cash_floor", year, trust, closing.notna() & floor.notna(), period=month,
                numerator=(closing >= floor).astype(float), denominator=1.0, detail=detail,
            ),
            common.rows(
                item, "cash_days", year, trust, closing.notna() & (annual > 0), period=month,
                numerator=closing, denominator=annual / 365,
            ),
            common.rows(item, "cash_low", year, trust, low.notna(), period=month, numerator=low),
        ]
    )  # fmt: skip


def _spends(table: RawTable) -> list[Finding]:
    broken = common.value(table, "annual_expenditure") <= 0
    return findings(table, broken, "annual_expenditure", "is not above 0", "a year's expenditure in pounds")


CASH = Layout(
    id="return_cash",
    title="The trust's cash by month",
    publisher=common.PUBLISHER,
    dataset="return_cash",
    needs=("month", "closing_cash", "policy_floor", "forecast_3m_low", "annual_expenditure"),
    columns=(
        Column("month", filled=True),
        common.figure("closing_cash", Kind.NUMBER),
        common.figure("policy_floor", Kind.NUMBER),
        common.figure("forecast_3m_low", Kind.NUMBER),
        common.figure("annual_expenditure", Kind.NUMBER),
    ),
    produce=_cash,
    checks=(
        AMonth(),
        _spends,
        Known(("closing_cash", "policy_floor"), "these months are not counted as reported"),
    ),
    one_year=False,
    own_return=True,
    key=("month",),
)

LAYOUTS = (FUNDING, CASH)
