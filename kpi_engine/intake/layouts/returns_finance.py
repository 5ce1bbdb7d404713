"""Money through the year by line and month: ``budget_monitoring.csv``."""

from __future__ import annotations

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_common import pounds
from kpi_engine.intake.layouts.returns_rules import AMonth, Known
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TOTAL

CENTRAL = "central"
INCOME = "income"
STAFF_LINES = (
    "teaching",
    "supply",
    "education_support",
    "premises_staff",
    "admin",
    "catering_staff",
    "other_staff",
    "agency",
)
NOT_IN_AAR = ("premises_staff", "catering_staff")
"""Staff lines that the Academies Accounts Return leaves out of its Total Staff Costs."""
NON_STAFF = "non_staff"
EXPENDITURE = (*STAFF_LINES, NON_STAFF)

_AMOUNTS = ("budget_full_year", "budget_ytd", "actual_ytd", "forecast_full_year")
_PLACE = ["urn", "year", "month"]


def _lines(item: Accepted) -> pd.DataFrame:
    table = item.table
    frame = pd.DataFrame({name: common.value(table, name) for name in _AMOUNTS})
    frame["urn"], frame["month"], frame["line"] = common.urn(table), common.month(table), table.text("line")
    frame["year"] = common.year(table, "financial_year")
    frame["row"] = frame.index
    return frame


def _monitoring(item: Accepted) -> Produced:
    frame = _lines(item)
    spent = frame[frame["line"].isin(EXPENDITURE)]
    return {"facts": stack([*_spend(item, spent), *_staffing(item, spent), _balance(item, frame)], FACT_COLUMNS)}


def made_at(item: Accepted, measure: str, rows: pd.DataFrame, series: str) -> pd.DataFrame:
    """Facts with ``n``, ``d``, ``line`` and ``detail`` of each of ``rows``, at its row number."""
    rows = rows.set_index(rows["row"].astype(int))
    rows.index.name = None
    made = facts(
        measure, series, common.STAGE, "", rows["urn"], item.source_id, period=rows["month"],
        breakdown={"line": rows["line"]}, numerator=rows["n"], denominator=rows["d"], detail=rows["detail"],
    )  # fmt: skip
    made["academic_year"] = rows["year"]
    return made


def _spend(item: Accepted, spent: pd.DataFrame) -> list[pd.DataFrame]:
    """Actual against budget to date, for each line and for all expenditure.

    The total of a month is known only when both amounts of every line are; else it says which is missing.
    """
    lines = spent.assign(n=spent["actual_ytd"], d=spent["budget_ytd"], detail=None)
    known = lines["n"].notna() & lines["d"].notna()
    total = lines.groupby(_PLACE, as_index=False, sort=False).agg(
        n=("n", known_sum), d=("d", known_sum), row=("row", "min")
    )
    gaps = lines[~known].groupby(_PLACE)["line"].agg(", ".join).to_dict()
    total["line"] = TOTAL
    total["detail"] = [
        f"no total: not every amount is stated for {gaps[place]}" if place in gaps else None
        for place in total[_PLACE].itertuples(index=False, name=None)
    ]
    total.loc[total["n"].isna() | total["d"].isna(), ["n", "d"]] = float("nan")
    return [
        made_at(item, "budget_spend", lines[known], common.SERIES),
        made_at(item, "budget_spend", total, common.SERIES),
    ]


def _staffing(item: Accepted, spent: pd.DataFrame) -> list[pd.DataFrame]:
    """Staff costs to date over all expenditure to date, by two definitions of staff costs."""
    whole = spent.groupby(_PLACE)["actual_ytd"].transform(known_sum)
    made = []
    for series, lines in (
        ("all_staff", STAFF_LINES),
        ("aar", tuple(line for line in STAFF_LINES if line not in NOT_IN_AAR)),
    ):
        staff = spent.assign(n=spent["actual_ytd"], d=whole, detail=None)
        staff = staff[whole.notna()]
        total = staff.assign(n=staff["n"].where(staff["line"].isin(lines), 0.0))
        total = total.groupby(_PLACE, as_index=False, sort=False).agg(
            n=("n", "sum"), d=("d", "first"), row=("row", "min")
        )
        made.append(made_at(item, "staffing_share", total.assign(line=TOTAL, detail=None), series))
        made.append(made_at(item, "staffing_share", staff[staff["line"].isin(lines)], series))
    return made


def _balance(item: Accepted, frame: pd.DataFrame) -> pd.DataFrame:
    """The forecast balance of the year less the balance that was set, so that 0 is exactly as planned.

    A deficit that was planned and is kept to is 0 here. Without an income row, or with any amount unknown,
    there is none.
    """
    sign = frame["line"].map(lambda line: 1.0 if line == INCOME else -1.0)
    signed = frame.assign(
        forecast=frame["forecast_full_year"] * sign,
        planned=frame["budget_full_year"] * sign,
        income=frame["line"] == INCOME,
        spending=frame["line"] != INCOME,
    )
    year = signed.groupby(_PLACE, as_index=False, sort=False).agg(
        forecast=("forecast", known_sum), planned=("planned", known_sum),
        income=("income", "any"), spending=("spending", "any"), row=("row", "min"),
    )  # fmt: skip
    year = year[year["income"] & year["spending"] & year["forecast"].notna() & year["planned"].notna()]
    year["n"], year["d"], year["line"] = (year["forecast"] - year["planned"]).round(2), float("nan"), TOTAL
    year["detail"] = [
        f"forecast {_balance_words(forecast)} against {_balance_words(planned)} set"
        for forecast, planned in zip(year["forecast"], year["planned"], strict=True)
    ]
    return made_at(item, "budget_balance", year, common.SERIES)


def known_sum(amounts: pd.Series[float]) -> float:
    """The sum to the penny, NaN when any amount is unknown."""
    return round(float(amounts.sum(skipna=False)), 2)


def _balance_words(amount: float) -> str:
    kind = "deficit" if round(amount) < 0 else "surplus" if round(amount) > 0 else "balance"
    return f"a {kind} of {pounds(abs(amount))}"


def _has_income(table: RawTable) -> list[Finding]:
    """Not a fault: central services may have no income line. But it leaves the forecast balance unknown."""
    place = common.urn(table) + "|" + common.month(table)
    missing = sorted(set(place) - set(place[table.text("line") == INCOME]))
    return [
        Finding(
            table.file,
            f"has no {INCOME} row for {key.replace('|', ' in ')}, so its forecast balance is not known",
            column="line",
            blocking=False,
        )
        for key in missing
    ]


MONITORING = Layout(
    id="return_budget_monitoring",
    title="Budget monitoring by line and month",
    publisher=common.PUBLISHER,
    dataset="return_budget_monitoring",
    needs=("urn", "financial_year", "month", "line", *_AMOUNTS),
    columns=(
        Column("urn", Kind.URN, filled=True, choices=(CENTRAL,)),
        Column("financial_year", Kind.YEAR, filled=True),
        Column("month", filled=True),
        common.choice("line", INCOME, *EXPENDITURE),
        *(common.figure(name, Kind.NUMBER) for name in _AMOUNTS),
    ),
    produce=_monitoring,
    checks=(
        AMonth(year_column="financial_year"),
        _has_income,
        Known(_AMOUNTS, "the totals that need these amounts are not known"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "financial_year", "month", "line"),
)

LAYOUTS = (MONITORING,)
