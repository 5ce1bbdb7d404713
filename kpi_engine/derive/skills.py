"""Skills audits of the Trust Board and governing bodies: which required skills somebody holds, by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.derive.states import day_words, fact, in_trust, rows_of, state_day
from kpi_engine.model import TRUST, Academy

HELD = 3
"""The level, of 0 to 4, from which a skill counts as held."""


def skills_facts(
    records: Mapping[str, pd.DataFrame], academies: Sequence[Academy], as_at: dt.date
) -> Iterator[dict[str, Any]]:
    """``board_skills`` and ``lgb_skills``: in all, by ``skill``, by ``member``, and by both.

    An audit is all the rows of a body with one date; the newest by the year's state day counts, and those
    before it no longer do. It keeps its numbers when it is more than 12 months old, and its ``detail`` begins with
    ``overdue``. A level that is not stated shows nobody to hold the skill.
    """
    ours = {academy.urn: academy for academy in academies}
    audits: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in rows_of(records, "skills"):
        audits.setdefault(row["body"], {}).setdefault(row["audit_date"], []).append(row)
    for body, by_day in audits.items():
        if body != TRUST and body not in ours:
            continue
        first = years.start_of(years.year_of(dt.date.fromisoformat(min(by_day))))
        for start in range(first, years.start_of(years.year_of(as_at)) + 1):
            year = years.label(start)
            state = state_day(year, as_at)
            done = [day for day in by_day if day <= state.isoformat()]
            if done and (body == TRUST or in_trust(ours[body], year, as_at)):
                yield from _state(body, year, by_day[max(done)], state)


def _state(body: str, year: str, audit: Sequence[Mapping[str, str]], state: dt.date) -> Iterator[dict[str, Any]]:
    required = sorted({row["skill"] for row in audit if row["required"] == "Y"})
    if not required:
        return
    day = audit[0]["audit_date"]
    overdue = state > _a_year_on(dt.date.fromisoformat(day))
    when = f"overdue: last audit {day_words(day)}" if overdue else f"audit of {day_words(day)}"
    base = {
        "measure": "board_skills" if body == TRUST else "lgb_skills",
        "academic_year": year,
        "urn": body,
    }
    asked = [row for row in audit if row["skill"] in required]
    covered = {row["skill"] for row in asked if _holds(row)}
    yield fact(base, float(len(covered)), float(len(required)), when, audit[0])
    for skill in required:
        rows = [row for row in asked if row["skill"] == skill]
        yield fact(base, float(skill in covered), 1.0, f"{when}; {_holders(rows)}", rows[0], skill=skill)
    for member in sorted({row["member"] for row in audit}):
        rows = [row for row in asked if row["member"] == member]
        if rows:
            held = float(sum(_holds(row) for row in rows))
            yield fact(base, held, float(len(required)), f"{when}{_training(rows)}", rows[0], member=member)
        for row in rows:
            if row["level"]:
                detail = f"{when}; level {row['level']}{_training([row])}"
                cell = {"skill": row["skill"], "member": member}
                yield fact(base, float(_holds(row)), 1.0, detail, row, **cell)


def _holds(row: Mapping[str, str]) -> bool:
    return row["level"] != "" and float(row["level"]) >= HELD


def _holders(rows: Sequence[Mapping[str, str]]) -> str:
    holders = sorted(row["member"] for row in rows if _holds(row))
    return f"held by {', '.join(holders)}" if holders else "held by nobody at level 3 or more"


def _training(rows: Sequence[Mapping[str, str]]) -> str:
    days = [row["training_date"] for row in rows if row["training_date"]]
    return f"; training {day_words(max(days))}" if days else ""


def _a_year_on(day: dt.date) -> dt.date:
    """The same day twelve months later; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return dt.date(day.year + 1, 3, 1)
