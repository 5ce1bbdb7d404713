"""Academies accounts return (AAR), September to August, in pounds.

The workbook's sheets are ``Academies`` and ``CentralServices``.

Staffing share (series ``aar``): n = ``Total Staff Costs`` (on the central sheet ``Staff Total``), d =
``Total Expenditure``. The return's total of staff costs leaves out premises and catering staff, and takes in
agency supply, indirect employee expenses, training and insurance; the staff lines are therefore shown beside
it, each over the same total expenditure, and do not add up to it. An academy that changed trust has a return
for each part of the year: they are added up. Income per pupil is given for returns of twelve months in all;
a shorter one says so in place of a figure.

Central services stand under ``urn`` = ``central`` where the file is one trust's. In a file of several trusts
that would give one trust another's costs, so there they stand under ``central_urn(UID)``, and whoever knows
the trust's UID turns its own row into ``central``. ``detail`` names the trust's UID and company number
(``trust_of`` reads them).

Benchmark: ``national`` has, for each phase, the sums of staff costs and of expenditure of all academies of
that phase in the file that returned twelve months and both amounts, in all and by staff line. A phase is
given only when at least 30 such academies remain **after leaving out the largest trust's**, so that
whichever trust is looked at, 30 academies of others stand behind its benchmark, and a single trust's own
extract never becomes "all academies". Pupil referral units, university technical colleges and nurseries are
in no phase's pool.
"""

from __future__ import annotations

import re

import pandas as pd

from kpi_engine.errors import UsageError
from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.codes import Numbers
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number
from kpi_engine.intake.layouts.finance_common import balance, masked, share, together
from kpi_engine.intake.layouts.wide_common import is_school, not_over, only, urns
from kpi_engine.intake.table import RawTable
from kpi_engine.years import parse_year

LINES = {
    "teaching": "Teaching staff",
    "supply": "Supply teaching staff",
    "education_support": "Education support staff",
    "admin": "Administrative and clerical staff",
    "premises_staff": "Premises staff",
    "catering_staff": "Catering staff",
    "other_staff": "Other staff",
}
POOL = 30
"""Academies of other trusts that a phase's benchmark needs."""

_PUPILS = (
    "Number of pupils in academy (FTE)",
    "Number of pupils in academy (FTE) plus dual subsidiary registrations",
)
_PHASES = {
    "primary": "primary",
    "secondary": "secondary",
    "special": "special",
    "all-through": "all-through",
    "all through": "all-through",
    "16 plus": "16-19",
    "post-16": "16-19",
}
_TWELVE = 12


def _academies(item: Accepted) -> Produced:
    item = only(item, is_school(item.table))
    amounts = masked(
        item,
        {
            "staff": number(item, "Total Staff Costs"),
            "spent": number(item, "Total Expenditure"),
            "income": number(item, "Total Income"),
            "balance": number(item, "In year balance"),
            **{line: number(item, column) for line, column in LINES.items()},
        },
    )
    months = number(item, "Period covered by return")
    urn, rows = together(urns(item), {**amounts, "months": months})
    spent = rows["spent"]
    frames = [share(item, urn, rows["staff"], spent)]
    frames += [share(item, urn, rows[line], spent, line) for line in LINES]
    frames.append(balance(item, urn, rows["balance"]))
    frames.append(_income_per_pupil(item, urn, rows))
    return {"facts": stack(frames, FACT_COLUMNS), "national": national(_pool(item, urn, rows))}


def _income_per_pupil(item: Accepted, urn: pd.Series[str], rows: dict[str, Numbers]) -> pd.DataFrame:
    pupils = number(item, *_PUPILS).value.reindex(urn.index)
    income, months = rows["income"], rows["months"].value
    short = months.notna() & (months != _TWELVE) & income.code.isna() & income.value.notna()
    code = income.code.where(~short, "NOT_APPLICABLE")
    detail = months.map(lambda n: f"the accounts return covers {n:g} months, not a year").where(short, None)
    known = code.isna() & income.value.notna() & (pupils > 0)
    frame = facts(
        "income_per_pupil",
        "published",
        item.stage,
        item.year or "",
        urn,
        item.source_id,
        numerator=income.value.where(known),
        denominator=pupils.where(known),
        people=pupils,
        code=code,
        detail=detail,
    )
    return frame[known | code.notna()]


def _pool(item: Accepted, urn: pd.Series[str], rows: dict[str, Numbers]) -> list[pd.DataFrame]:
    """The national rows of every phase that has enough academies; see the module's rule."""
    staff, spent, months = rows["staff"].value, rows["spent"].value, rows["months"].value
    phase = item.table.text("Overall Phase").str.lower().map(_PHASES).reindex(urn.index)
    usable = staff.notna() & (spent > 0) & (months.isna() | (months == _TWELVE)) & phase.notna()
    owner = _owner(item.table).reindex(urn.index)
    frames: list[pd.DataFrame] = []
    for name in sorted(phase[usable].unique()):
        mask = usable & (phase == name)
        if mask.sum() - owner[mask].value_counts().max() < POOL:
            continue
        frames.append(_sum(item, "staff", rows, mask, name))
        frames += [_sum(item, line, rows, mask, name, line) for line in LINES if rows[line].value[mask].notna().any()]
    return frames


def _owner(table: RawTable) -> pd.Series[str]:
    """What tells trusts apart: UID, company number, lead UPIN or name; the academy where all are blank."""
    owner = table.text("URN")
    for name in ("Trust or Company Name", "Lead UPIN", "Company Number", "UID"):
        text = table.text(name)
        owner = owner.where(text.isin(["", "NULL"]), name + " " + text)
    return owner


def _sum(
    item: Accepted,
    name: str,
    rows: dict[str, Numbers],
    mask: pd.Series[bool],
    phase: str,
    line: str | None = None,
) -> pd.DataFrame:
    kept = mask & rows[name].value.notna()
    first = kept.index[kept.to_numpy()][:1]
    return facts(
        "staffing_share",
        "aar",
        item.stage,
        item.year or "",
        pd.Series("England", index=first, dtype=object),
        item.source_id,
        breakdown={"line": line} if line else None,
        phase=phase,
        numerator=float(rows[name].value[kept].sum()),
        denominator=float(rows["spent"].value[kept].sum()),
        detail=f"all {int(kept.sum())} academies of the phase in the file with a return of twelve months",
    )


def _central(item: Accepted) -> Produced:
    table = item.table
    uid, company, name = (
        table.text("UID"),
        table.text("Company Number"),
        table.text("Trust or Company Name", "Company Name"),
    )
    item = only(item, (uid != "") | (company != ""))
    several = (uid + " " + company)[item.table.frame.index].nunique() > 1
    urn = uid[item.table.frame.index].map(lambda own: central_urn(own) if several else "central")
    detail = ("UID " + uid + "; company " + company + "; " + name).reindex(urn.index)
    amounts = masked(
        item,
        {
            "staff": number(item, "Staff Total", "Total Staff Costs"),
            "spent": number(item, "Total Expenditure"),
            "balance": number(item, "In Year Balance"),
            **{line: number(item, column) for line, column in LINES.items()},
        },
    )
    frames = [share(item, urn, amounts["staff"], amounts["spent"], detail=detail)]
    frames += [share(item, urn, amounts[line], amounts["spent"], line, detail=detail) for line in LINES]
    frames.append(balance(item, urn, amounts["balance"], detail=detail))
    return {"facts": stack(frames, FACT_COLUMNS)}


def central_urn(uid: str) -> str:
    """The ``urn`` of one trust's central services in a file of several trusts."""
    return f"central {uid}"


def trust_of(detail: str) -> tuple[str, str]:
    """The UID and company number in a central services row's ``detail``; "" where the file had none."""
    match = re.match(r"UID (.*?); company (.*?); ", detail)
    return (match.group(1), match.group(2)) if match else ("", "")


def _year(table: RawTable) -> str | None:
    """The year where ``Period covered by return`` spells one; most vintages print a number of months."""
    spelled = {text for text in table.text("Period covered by return").unique() if not text.isdigit()} - {
        "",
        "NULL",
    }
    if len(spelled) != 1:
        return None
    try:
        return parse_year(spelled.pop())
    except UsageError:
        return None


_AMOUNTS = tuple(Column(column, Kind.NUMBER) for column in LINES.values())

ACADEMIES = Layout(
    id="aar_academies",
    title="Academies accounts return, academies",
    publisher="Department for Education",
    dataset="aar_academies",
    needs=("URN", "Overall Phase", "Period covered by return", "In year balance", "Total Income",
           "Total Staff Costs", "Total Expenditure"),
    columns=(
        Column("URN"),
        Column("Overall Phase"),
        Column("Period covered by return"),
        Column("Did Not Supply flag", required=False),
        *(Column(name, Kind.AMOUNT, required=False) for name in _PUPILS),
        *_AMOUNTS,
        *(Column(name, Kind.NUMBER) for name in
          ("Total Income", "Total Staff Costs", "Total Expenditure", "In year balance")),
    ),
    produce=_academies,
    checks=(not_over(("Total Staff Costs",), "Total Expenditure", blocking=False),),
    year_of=_year,
    # no urn_column: a file cut down to the trust's own academies would have no pool for the benchmark
)  # fmt: skip

CENTRAL = Layout(
    id="aar_central",
    title="Academies accounts return, central services",
    publisher="Department for Education",
    dataset="aar_central",
    needs=("Company Number", "Percentage of pupils in trust with EHCP", "In Year Balance", "Staff Total",
           "Total Expenditure"),
    lacks=("URN",),
    columns=(
        Column("Company Number"),
        Column("Did Not Supply flag", required=False),
        *_AMOUNTS,
        *(Column(name, Kind.NUMBER) for name in ("Staff Total", "Total Expenditure", "In Year Balance")),
    ),
    produce=_central,
)  # fmt: skip

LAYOUTS = (ACADEMIES, CENTRAL)
