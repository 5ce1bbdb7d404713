"""What the accounts returns of academies and of maintained schools share: amounts, rows and facts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kpi_engine.facts import facts
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted
from kpi_engine.model import TOTAL

_NO = frozenset({"", "NULL", "N", "NO", "0", "FALSE"})


def masked(item: Accepted, amounts: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Amounts with the code ``DNS`` wherever the row's ``Did Not Supply flag`` is set."""
    absent = ~item.table.text("Did Not Supply flag").str.upper().isin(list(_NO))
    return {
        name: Numbers(read.value.where(~absent), read.code.where(~absent, "DNS"), read.bad)
        for name, read in amounts.items()
    }


def together(urn: pd.Series[str], amounts: Mapping[str, Numbers]) -> tuple[pd.Series[str], dict[str, Numbers]]:
    """One row for each URN; a school with several returns (it changed trust) has their sum.

    A code in any of its returns stands for the school: half a year is not a year. The index is the first row's.
    """
    if urn.is_unique:
        return urn, dict(amounts)
    first = urn[~urn.duplicated()]
    names = first.to_numpy()
    summed = {}
    for name, read in amounts.items():
        code = read.code.groupby(urn).first().reindex(names).to_numpy()
        value = read.value.groupby(urn).sum(min_count=1).reindex(names).to_numpy()
        codes = pd.Series(code, index=first.index, dtype=object)
        values = pd.Series(value, index=first.index).where(codes.isna())
        summed[name] = Numbers(values, codes, pd.Series(False, index=first.index))
    return first, summed


def share(
    item: Accepted,
    urn: pd.Series[str],
    part: Numbers,
    whole: Numbers,
    line: str = TOTAL,
    *,
    phase: pd.Series[str] | None = None,
    detail: pd.Series[str] | None = None,
) -> pd.DataFrame:
    """``staffing_share``, series ``aar``: n a staff line, d total expenditure, or either's code."""
    code = part.code.where(part.code.notna(), whole.code)
    known = code.isna() & part.value.notna() & (whole.value > 0)
    frame = facts(
        "staffing_share",
        "aar",
        item.stage,
        item.year or "",
        urn,
        item.source_id,
        breakdown={"line": line},
        phase=phase,
        numerator=part.value.where(known),
        denominator=whole.value.where(known),
        code=code,
        detail=detail,
    )
    return frame[known | code.notna()]


def balance(item: Accepted, urn: pd.Series[str], amount: Numbers, detail: pd.Series[str] | None = None) -> pd.DataFrame:
    """``in_year_balance`` as printed: income less expenditure, in pounds."""
    frame = facts(
        "in_year_balance",
        "published",
        item.stage,
        item.year or "",
        urn,
        item.source_id,
        numerator=amount.value,
        published_value=amount.value,
        code=amount.code,
        detail=detail,
    )
    return frame[amount.value.notna() | amount.code.notna()]
