"""Facts from inspections: ``ofsted_journey``, ``ofsted_leadership`` and ``ofsted_good``, year by year.

The state of an academic year is that of its 31 August, or of the ``as_at`` date within it. An inspection
counts from the day on which it was published (begun, where that is not known). Every fact's ``detail`` says
what it rests on; graded inspections and report cards are separate series.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.derive.grades import (
    GRADED,
    KEY_JUDGEMENTS,
    LEADERSHIP,
    OVERALL,
    REPORT_CARD,
    SAFEGUARDING,
    good,
    word,
)
from kpi_engine.derive.inspections import Inspection, gather
from kpi_engine.derive.journey import day, judge, under
from kpi_engine.facts import FACT_COLUMNS, NUMBERS
from kpi_engine.model import DIMENSIONS, TOTAL, Academy

FIRST_YEAR = "2016/17"
"""The year before the trust's plan began; earlier states are not of use."""

_NOT_INSPECTED, _NOT_APPLICABLE = "NOT_INSPECTED", "NOT_APPLICABLE"
_NAMES = {GRADED: "graded inspection", REPORT_CARD: "report card"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """Yes, no, or the code of a special answer; with the reason."""

    met: bool | None
    code: str | None
    detail: str


def derive(records: Mapping[str, pd.DataFrame], roster_academies: Sequence[Academy], as_at: dt.date) -> pd.DataFrame:
    """Fact rows (``FACT_COLUMNS``) for every academy and academic year up to that of ``as_at``.

    Years begin with 2016/17, or with the earliest loaded inspection of these academies where that is later.
    Each total has rows by ``inspection`` beside it (label: date and type; inspections before joining
    included), and ``ofsted_good`` and ``ofsted_journey`` by ``area``. Without any inspection of these
    academies there is no fact.
    """
    found = gather(records, roster_academies)
    starts = [one.start for inspections in found.values() for one in inspections]
    rows: list[dict[str, Any]] = []
    if starts:
        first = max(years.start_of(FIRST_YEAR), years.start_of(years.year_of(min(starts))))
        last = years.start_of(years.year_of(as_at))
        source = _newest_source(records)
        for academy in roster_academies:
            for start in range(first, last + 1):
                rows += _year(academy, found[academy.urn], years.label(start), as_at, source)
    return _frame(rows)


def _year(
    academy: Academy, inspections: Sequence[Inspection], year: str, as_at: dt.date, source: str
) -> list[dict[str, Any]]:
    """All rows of one academy and year; none before the academy existed or after it left."""
    end = academy.left or academy.closed
    if end is not None and end < years.first_day(year).isoformat():
        return []
    at = min(years.last_day(year), as_at)
    if end is not None:
        at = min(at, dt.date.fromisoformat(end))
    known = [one for one in inspections if one.known <= at]
    if not known and academy.opened is not None and academy.opened > at.isoformat():
        return []
    base = {"academic_year": year, "urn": academy.urn, "source_id": source}
    return _journey(academy, known, at, base) + _states(academy, known, at, base)


def _journey(
    academy: Academy, known: Sequence[Inspection], at: dt.date, base: Mapping[str, Any]
) -> list[dict[str, Any]]:
    verdict = judge(academy, known, at)
    row = {**base, "measure": "ofsted_journey", "series": verdict.series}
    rests_on = verdict.test or verdict.baseline
    rows = [_fact(row, _Answer(verdict.kept, verdict.code, verdict.detail), rests_on)]
    for pair in verdict.areas:
        detail = f"{word(pair.before)}, then {word(pair.since)}"
        rows.append(_fact(row, _Answer(pair.kept, None, detail), verdict.test, area=pair.area))
    for label, one in _labelled(known):
        met, part = None, ""
        if one is verdict.baseline:
            part = "; the baseline"
        elif one is verdict.test:
            met, part = verdict.kept, "; the inspection that decides"
        answer = _Answer(met, None if met is not None else _NOT_APPLICABLE, _told(academy, one) + part)
        rows.append(_fact(row, answer, one, inspection=label))
    return rows


def _states(
    academy: Academy, known: Sequence[Inspection], at: dt.date, base: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Leadership, and good or better, by the latest graded inspection."""
    latest = next((one for one in reversed(known) if one.graded), None)
    series = latest.framework if latest else GRADED
    none = _Answer(None, _NOT_INSPECTED, f"No graded inspection published by {day(at)} is in the loaded files")
    rows = []
    for measure, answer_of in (("ofsted_leadership", _leadership), ("ofsted_good", _good)):
        row = {**base, "measure": measure, "series": series}
        answer = none if latest is None else answer_of(latest)
        note = "" if latest is None else _under_note(academy, latest)
        rows.append(_fact(row, _Answer(answer.met, answer.code, answer.detail + note), latest))
        if latest is not None and measure == "ofsted_good":
            for area, grade in latest.grades.items():
                detail = f"{word(grade)} on {day(latest.start)}"
                rows.append(_fact(row, _Answer(good(grade), None, detail), latest, area=area))
        for label, one in _labelled(known):
            own = answer_of(one) if one.graded and one.framework == series else None
            met = own.met if own else None
            code = None if met is not None else _NOT_APPLICABLE
            rows.append(_fact(row, _Answer(met, code, _told(academy, one)), one, inspection=label))
    return rows


def _leadership(inspection: Inspection) -> _Answer:
    area = LEADERSHIP[inspection.framework]
    grade = inspection.grades.get(area)
    if grade is None:
        reason = f"The inspection of {day(inspection.start)} has no grade for {area.lower()}"
        return _Answer(None, _NOT_APPLICABLE, reason)
    return _Answer(good(grade), None, f"{word(grade)} on {day(inspection.start)}")


def _good(inspection: Inspection) -> _Answer:
    """Overall effectiveness, else all four key judgements; on a report card every area and safeguarding."""
    grades, when = inspection.grades, day(inspection.start)
    if inspection.framework == GRADED and OVERALL in grades:
        return _Answer(good(grades[OVERALL]), None, f"{word(grades[OVERALL])} on {when}")
    needed: tuple[str, ...]
    if inspection.framework == GRADED:
        needed = KEY_JUDGEMENTS
        rule = f"all four key judgements good or better on {when} (no overall grade is given)"
    else:
        needed = tuple(dict.fromkeys((*grades, SAFEGUARDING)))
        rule = f"every graded area at the expected standard or better and safeguarding met on {when}"
    short = [area for area in needed if area in grades and not good(grades[area])]
    if short:
        named = ", ".join(f"{area} {word(grades[area])}" for area in short)
        return _Answer(False, None, f"Not {rule}: {named}")
    missing = [area for area in needed if area not in grades]
    if missing or not grades:
        named = ", ".join(missing)
        return _Answer(None, _NOT_APPLICABLE, f"The inspection of {when} has no grade for {named}")
    return _Answer(True, None, rule[0].upper() + rule[1:])


def _told(academy: Academy, inspection: Inspection) -> str:
    """What an inspection said, whether it was before or after joining, and under which URN."""
    if not inspection.graded:
        said = f"{inspection.outcome or 'No outcome stated'}; not graded, so it changes no grade"
    elif not inspection.grades:
        said = "Graded, but the loaded files leave its grades out"
    elif OVERALL in inspection.grades:
        said = f"{word(inspection.grades[OVERALL])} overall"
    else:
        kind = "Report card" if inspection.framework == REPORT_CARD else "No overall grade"
        said = kind + ": " + ", ".join(f"{area} {word(grade)}" for area, grade in inspection.grades.items())
    if academy.joined is None:
        place = "date of joining not known"
    else:
        place = "before joining" if inspection.start.isoformat() < academy.joined else "after joining"
    return f"{said}; {place}; URN {inspection.urn}"


def _under_note(academy: Academy, inspection: Inspection) -> str:
    """A note for a judgement that was made before the academy joined, or under a predecessor's URN."""
    note = under(inspection, academy)
    if academy.joined is not None and inspection.start.isoformat() < academy.joined:
        note += ", before it joined the trust"
    return note


def _labelled(inspections: Sequence[Inspection]) -> list[tuple[str, Inspection]]:
    """Inspections by date with a label each: the date and the type, and the number where two are alike."""
    labels = [f"{day(one.start)}, {one.kind or _kind(one)}" for one in inspections]
    count = Counter(labels)
    return [
        (label if count[label] == 1 else f"{label} ({one.number or one.urn})", one)
        for label, one in zip(labels, inspections, strict=True)
    ]


def _kind(inspection: Inspection) -> str:
    return _NAMES[inspection.framework] if inspection.graded else "ungraded visit"


def _fact(base: Mapping[str, Any], answer: _Answer, source: Inspection | None, **breakdown: str) -> dict[str, Any]:
    row: dict[str, Any] = {**base, "detail": answer.detail, "code": answer.code, **breakdown}
    if answer.met is not None:
        row |= {"numerator": float(answer.met), "denominator": 1.0}
    if source is not None:
        row |= {"source_id": source.source_id, "source_row": source.source_row}
    return row


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    defaults: dict[str, Any] = {"stage": "final", "period": "Year", "source_row": 0}
    defaults |= dict.fromkeys(DIMENSIONS, TOTAL) | dict.fromkeys(NUMBERS, float("nan"))
    frame = pd.DataFrame([{**defaults, **row} for row in rows], columns=list(FACT_COLUMNS))
    return frame.astype(dict.fromkeys(NUMBERS, float))


def _newest_source(records: Mapping[str, pd.DataFrame]) -> str:
    """The file of the newest vintage: what the answer that nothing was found rests on."""
    table = records["inspections"]
    return str(table.sort_values(["vintage", "source_id"])["source_id"].iloc[-1])
