"""Budget monitoring, funding, cash and the log of management accounts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sample_data.make.months import LAST_MONTH, YEARS, later, months_of
from sample_data.make.pupils import roll
from sample_data.make.tools import chance, to_hundreds, write_dicts, year_label
from sample_data.make.trust import ACADEMIES, TODAY, School

LINES = {
    "teaching": (0.462, 0.535),
    "supply": (0.010, 0.009),
    "education_support": (0.150, 0.078),
    "premises_staff": (0.022, 0.020),
    "admin": (0.052, 0.066),
    "catering_staff": (0.012, 0.008),
    "other_staff": (0.014, 0.014),
    "agency": (0.012, 0.014),
    "non_staff": (0.266, 0.256),
}
BUDGET = [
    "urn",
    "financial_year",
    "month",
    "line",
    "budget_full_year",
    "budget_ytd",
    "actual_ytd",
    "forecast_full_year",
]
MONTHLY_FROM = 2023
SET_BALANCE = {("corvane", 2025): -85000, ("netherquill", 2025): 6000, ("marlwick", 2025): 12000}
SHORTFALL = {("marlwick", 2025): 41300, ("netherquill", 2025): 9800}
"""How far the forecast balance ends below the balance that was set."""
MISSING = {("osierholt", "2026-03")}


def income(school: School, start: int) -> int:
    """A year's income in pounds."""
    per_pupil = {"primary": 5950, "secondary": 7150, "all-through": 6500, "special": 26800}[school.phase]
    poor = float(roll(school, start).disadvantaged.mean())
    pupils = len(roll(school, start, sixth=True))
    return to_hundreds(pupils * per_pupil * (1 + 0.28 * (poor - 0.25)) * 0.962 ** (2025 - start))


def _shares(school: School) -> dict[str, float]:
    column = 0 if school.phase in ("primary", "special") else 1
    weights = {line: pair[column] for line, pair in LINES.items()}
    if school.phase == "special":
        weights |= {"teaching": 0.38, "education_support": 0.262, "non_staff": 0.236}
    total = sum(weights.values())
    return {line: weight / total for line, weight in weights.items()}


def _budget_rows(
    urn: str,
    key: str,
    start: int,
    total_income: int,
    shares: dict[str, float],
    months: list[str],
    share_of_year: float = 1.0,
) -> list[dict[str, object]]:
    draw = chance("budget", key, start)
    earned = round(total_income * share_of_year)
    balance = SET_BALANCE.get((key, start), to_hundreds(earned * float(draw.uniform(0.002, 0.009))))
    spend = earned - balance
    budgets = {line: round(spend * share) for line, share in shares.items()}
    budgets["non_staff"] += spend - sum(budgets.values())
    # most end a little below their budget; one or two do not
    under = float(draw.uniform(0.001, 0.008))
    outturn = {line: round(amount * (1 - under * float(draw.uniform(0.3, 1.7)))) for line, amount in budgets.items()}
    short = SHORTFALL.get((key, start))
    if short is not None:
        outturn["agency"] += spend + short - sum(outturn.values())
    earned_forecast = earned
    rows: list[dict[str, object]] = []
    for month in months:
        # an academy that joined in the middle of the year keeps a year of its own, from joining to August
        place = (months.index(month) + 1) / _length(months, start)
        for line in ("income", *budgets):
            full = earned if line == "income" else budgets[line]
            final = earned_forecast if line == "income" else outturn[line]
            # drift grows with the year and the forecast settles on it
            budget = round(full * place)
            wobble = float(draw.normal(0, 0.001)) * (1 - place)
            actual = round(final * place * (1 + wobble)) if place < 1 else final
            forecast = final if place > 0.45 or month > "2026-08" else round((full + final) / 2)
            rows.append(
                {
                    "urn": urn,
                    "financial_year": year_label(start),
                    "month": month,
                    "line": line,
                    "budget_full_year": full,
                    "budget_ytd": budget,
                    "actual_ytd": actual,
                    "forecast_full_year": forecast,
                }
            )
    return rows


def _length(months: list[str], start: int) -> int:
    first = months[0]
    return 12 - ((int(first[:4]) - start) * 12 + int(first[5:]) - 9)


def budget(folder: Path) -> None:
    """Writes ``budget_monitoring.csv``: August only until 2022/23, every month since; central services apart."""
    rows: list[dict[str, object]] = []
    for start in YEARS:
        for school in ACADEMIES:
            months = [month for month in months_of(start) if school.member_in(month)]
            if not months:
                continue
            found = _budget_rows(
                school.urn,
                school.key,
                start,
                income(school, start),
                _shares(school),
                months,
                _length(months, start) / 12,
            )
            rows += [
                row
                for row in found
                if (school.key, row["month"]) not in MISSING
                and (start >= MONTHLY_FROM or str(row["month"]).endswith("-08"))
            ]
        members = [school for school in ACADEMIES if school.member_all_year(start)]
        centre = round(sum(income(school, start) for school in members) * 0.045)
        shares = {
            "teaching": 0.0,
            "supply": 0.0,
            "education_support": 0.06,
            "premises_staff": 0.04,
            "admin": 0.52,
            "catering_staff": 0.0,
            "other_staff": 0.05,
            "agency": 0.01,
            "non_staff": 0.32,
        }
        found = _budget_rows("central", "central", start, centre, shares, months_of(start))
        rows += [row for row in found if start >= MONTHLY_FROM or str(row["month"]).endswith("-08")]
    write_dicts(folder / "budget_monitoring.csv", BUDGET, rows)


def funding(folder: Path) -> None:
    """Writes ``funding.csv``: what each academy receives, and the share of it that pays for central services."""
    rows: list[dict[str, object]] = []
    for start in YEARS:
        for school in ACADEMIES:
            if not school.returns_in(start):
                continue
            pupils = roll(school, start, sixth=True)
            total = income(school, start)
            premium = int(pupils.disadvantaged.sum()) * (1515 if school.phase == "primary" else 1075)
            send = (
                int((pupils.send == "E").sum()) * (9800 if school.phase == "special" else 5200)
                + int((pupils.send == "K").sum()) * 310
            )
            other = round(total * 0.045)
            gag = total - premium - send - other
            for line, amount in (
                ("gag", gag),
                ("pupil_premium", premium),
                ("send", send),
                ("central_charge", -round(gag * 0.05)),
                ("other", other),
            ):
                rows.append(
                    {
                        "urn": school.urn,
                        "academic_year": year_label(start),
                        "line": line,
                        "amount": amount,
                        "pupils": len(pupils),
                    }
                )
    write_dicts(folder / "funding.csv", ["urn", "academic_year", "line", "amount", "pupils"], rows)


def cash(folder: Path) -> None:
    """Writes ``cash.csv``: April 2026 closed below the policy floor."""
    rows: list[dict[str, object]] = []
    for start in YEARS:
        spend = sum(income(school, start) for school in ACADEMIES if school.member_in(f"{start}-09"))
        floor = round(spend / 12 * 0.9 / 10000) * 10000
        draw = chance("cash", start)
        season = (1.62, 1.55, 1.47, 1.36, 1.42, 1.38, 1.30, 1.24, 1.28, 1.33, 1.40, 1.52)
        for index, month in enumerate(months_of(start)):
            closing = to_hundreds(floor * season[index] * float(draw.uniform(0.97, 1.04)))
            low = min(season[min(index + step, 11)] for step in (1, 2, 3)) if index < 11 else season[0]
            forecast = to_hundreds(floor * low * 0.985)
            if month == "2026-04":
                closing = to_hundreds(floor * 0.968)
            if month in ("2026-01", "2026-02", "2026-03"):
                forecast = to_hundreds(floor * (1.01 if month != "2026-03" else 0.98))
            rows.append(
                {
                    "month": month,
                    "closing_cash": int(closing),
                    "policy_floor": int(floor),
                    "forecast_3m_low": int(forecast),
                    "annual_expenditure": round(spend * 0.995),
                }
            )
    write_dicts(
        folder / "cash.csv", ["month", "closing_cash", "policy_floor", "forecast_3m_low", "annual_expenditure"], rows
    )


LATE = {
    ("tansymere", "2026-09"): 14,
    ("netherquill", "2026-05"): 9,
    ("netherquill", "2026-02"): 22,
    ("rillhaven", "2025-11"): 6,
    ("corvane", "2024-12"): 11,
    ("netherquill", "2025-06"): 17,
    ("oxlowe", "2024-03"): 8,
}
NEVER = {("netherquill", "2026-09")}
"""Due on 20 October 2026 and still not presented: overdue."""


def accounts(folder: Path) -> None:
    """Writes ``accounts_log.csv``. Packs are due on the 20th of the month after; October's is not due yet."""
    rows: list[dict[str, object]] = []
    for school in ACADEMIES:
        for start in range(2022, YEARS.stop):
            for month in months_of(start):
                if not school.member_in(month):
                    continue
                due = dt.date.fromisoformat(later(month, 1) + "-20")
                draw = chance("accounts", school.key, month)
                issued = due - dt.timedelta(days=int(draw.randint(5, 11)))
                given = due - dt.timedelta(days=int(draw.randint(0, 4)))
                late = LATE.get((school.key, month))
                if late:
                    issued, given = due + dt.timedelta(days=late - 2), due + dt.timedelta(days=late)
                open_still = month == LAST_MONTH or (school.key, month) in NEVER
                shown = issued.isoformat() if issued.isoformat() <= TODAY and (school.key, month) not in NEVER else ""
                rows.append(
                    {
                        "urn": school.urn,
                        "month": month,
                        "due_date": due.isoformat(),
                        "issued_date": shown,
                        "presented_date": "" if open_still else given.isoformat(),
                        "presented_to": "" if open_still else "Local governing body",
                    }
                )
    write_dicts(
        folder / "accounts_log.csv", ["urn", "month", "due_date", "issued_date", "presented_date", "presented_to"], rows
    )
