"""Facts from the trust's own records of governance: skills, places, reviews and management accounts, by year.

The state of an academic year is that of its 31 August, or of the ``as_at`` date within it. What had not
happened by then does not count. Every fact's ``detail`` says what it rests on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.derive.skills import skills_facts
from kpi_engine.derive.states import day_words, days_words, fact, frame_of, in_trust, rows_of, state_day
from kpi_engine.model import Academy


def derive(records: Mapping[str, pd.DataFrame], roster_academies: Sequence[Academy], as_at: dt.date) -> pd.DataFrame:
    """Fact rows (``FACT_COLUMNS``) of the measures ``board_skills``, ``lgb_skills``, ``lgb_places``,
    ``critical_friends`` and ``timely_accounts``.

    Years begin with the first record and end with that of ``as_at``. An academy has rows for the years in
    which it was in the trust; the Trust Board's stand under ``urn`` = ``trust``. Without records there is no fact.
    """
    rows = [
        *skills_facts(records, roster_academies, as_at),
        *_places(records, roster_academies, as_at),
        *_reviews(records, roster_academies, as_at),
        *_accounts(records, roster_academies, as_at),
    ]
    return frame_of(rows)


def _places(
    records: Mapping[str, pd.DataFrame], academies: Sequence[Academy], as_at: dt.date
) -> Iterator[dict[str, Any]]:
    """Filled over constituted places, by category and in all, from a year's newest list of governors.

    A list of an earlier year says nothing about this one. Where a category's places or filled places are not
    known, neither is the total.
    """
    ours = {academy.urn: academy for academy in academies}
    lists: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = {}
    for row in rows_of(records, "governors"):
        day = dt.date.fromisoformat(row["as_at"])
        if row["urn"] in ours and day <= as_at:
            year = years.year_of(day)
            lists.setdefault((row["urn"], year), {}).setdefault(row["as_at"], []).append(row)
    for (urn, year), by_day in lists.items():
        if not in_trust(ours[urn], year, as_at):
            continue
        newest = max(by_day)
        state = state_day(year, as_at)
        listed = by_day[newest]
        base = {"measure": "lgb_places", "academic_year": year, "urn": urn}
        known = [row for row in listed if row["places"] != "" and row["filled"] != ""]
        for row in known:
            places, filled = float(row["places"]), float(row["filled"])
            yield fact(base, filled, places, _vacancy(row, state), row, category=row["category"])
        if len(known) == len(listed):
            filled = sum(float(row["filled"]) for row in listed)
            places = sum(float(row["places"]) for row in listed)
            yield fact(base, filled, places, f"on {day_words(newest)}", listed[0])


def _vacancy(row: Mapping[str, str], state: dt.date) -> str:
    vacant = round(float(row["places"]) - float(row["filled"]))
    if vacant == 0:
        return "full"
    words = f"{vacant} vacant"
    since = row["oldest_vacancy_date"]
    if not since:
        return f"{words}, since when is not stated"
    age = days_words((state - dt.date.fromisoformat(since)).days)
    return f"{words}, {'the longest ' if vacant > 1 else ''}for {age} (since {day_words(since)})"


def _reviews(
    records: Mapping[str, pd.DataFrame], academies: Sequence[Academy], as_at: dt.date
) -> Iterator[dict[str, Any]]:
    """Whether each academy had an external review in the year, and each of its reviews.

    An academy without any review counts as 0 of 1 in every year since the trust's first review on record. A year
    that is not over is a year to date, since a review may still come.
    """
    held = [row for row in rows_of(records, "reviews") if row["review_date"] <= as_at.isoformat()]
    if not held:
        return
    first = years.start_of(years.year_of(dt.date.fromisoformat(min(row["review_date"] for row in held))))
    for start in range(first, years.start_of(years.year_of(as_at)) + 1):
        year, state = years.label(start), state_day(years.label(start), as_at)
        so_far = f", up to {day_words(state.isoformat())}" if state < years.last_day(year) else ""
        for academy in academies:
            if not in_trust(academy, year, as_at):
                continue
            base = {"measure": "critical_friends", "academic_year": year, "urn": academy.urn}
            base["period"] = "YTD" if so_far else "Year"
            own = [
                row
                for row in held
                if row["urn"] == academy.urn and years.year_of(dt.date.fromisoformat(row["review_date"])) == year
            ]
            external = sum(row["external"] == "Y" for row in own)
            reviews = "1 external review" if external == 1 else f"{external or 'no'} external reviews"
            detail = f"{reviews}{so_far}"
            yield fact(base, float(external > 0), 1.0, detail, own[0] if own else held[0])
            for label, row in _labelled(own):
                yield fact(base, float(row["external"] == "Y"), 1.0, _told(row), row, review=label)


def _labelled(reviews: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Reviews by date and reviewer, numbered where both are the same."""
    seen: dict[str, int] = {}
    for row in sorted(reviews, key=lambda row: (row["review_date"], row["reviewer_organisation"], row["scope"])):
        label = f"{row['review_date']} {row['reviewer_organisation']}"
        seen[label] = seen.get(label, 0) + 1
        yield (label if seen[label] == 1 else f"{label} ({seen[label]})"), row


def _told(row: Mapping[str, str]) -> str:
    kind = "external" if row["external"] == "Y" else "internal"
    return ": ".join(part for part in (kind, row["scope"], row["outcome"]) if part)


def _accounts(
    records: Mapping[str, pd.DataFrame], academies: Sequence[Academy], as_at: dt.date
) -> Iterator[dict[str, Any]]:
    """Whether each pack that was due by ``as_at`` reached governors on time, in the month it is about.

    A year's last packs fall due after its 31 August, so here ``as_at`` alone decides. A pack that is overdue
    and was not presented by then is late.
    """
    ours = {academy.urn: academy for academy in academies}
    for row in rows_of(records, "accounts"):
        due = dt.date.fromisoformat(row["due_date"])
        year = years.year_of(dt.date.fromisoformat(f"{row['month']}-01"))
        if due > as_at or row["urn"] not in ours or not in_trust(ours[row["urn"]], year, as_at):
            continue
        presented = row["presented_date"]
        base = {
            "measure": "timely_accounts",
            "academic_year": year,
            "urn": row["urn"],
            "period": row["month"],
        }
        if presented and presented <= as_at.isoformat():
            late = (dt.date.fromisoformat(presented) - due).days
            to = f" to {row['presented_to']}" if row["presented_to"] else ""
            when = f"presented{to} on {day_words(presented)}"
            detail = f"{when}, {days_words(late)} late" if late > 0 else f"{when}, on time"
            yield fact(base, float(late <= 0), 1.0, detail, row)
            continue
        waiting = (as_at - due).days
        detail = f"due on {day_words(row['due_date'])}, not presented" + (
            f", {days_words(waiting)} late" if waiting else " yet"
        )
        yield fact(base, 0.0, 1.0, detail, row)
