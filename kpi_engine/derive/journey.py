"""Whether an academy kept or improved its rating: the last graded inspection before joining, and since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.derive.grades import GRADED, KEY_JUDGEMENTS, OVERALL, REPORT_CARD, no_worse, word
from kpi_engine.derive.inspections import Inspection
from kpi_engine.model import Academy

_ADDED_YEARS = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """One area on both sides: the grade before, the grade since."""

    area: str
    before: str
    since: str

    @property
    def kept(self) -> bool:
        return no_worse(self.before, self.since)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer on a day; where ``kept`` is None, ``code`` says which special answer it is."""

    series: str
    kept: bool | None
    code: str | None
    detail: str
    baseline: Inspection | None = None
    test: Inspection | None = None
    areas: tuple[Compared, ...] = ()


def day(date: dt.date) -> str:
    """``5 March 2015``."""
    return f"{date.day} {date:%B %Y}"


def under(inspection: Inspection, academy: Academy) -> str:
    """`` (as URN 125105)`` when the inspection stands under another URN than the academy's; else nothing."""
    return f" (as URN {inspection.urn})" if inspection.urn != academy.urn else ""


def judge(academy: Academy, inspections: Sequence[Inspection], at: dt.date) -> Verdict:
    """The journey of an academy as it stood on a day; ``inspections`` are those known then, by date.

    Baseline: the last graded inspection begun before the joined date, under whatever URN. Test: the first
    graded one begun since. Ungraded visits never count, for they carry a grade over and do not give one.
    Without a test the answer is ``NOT_DUE`` until two years after joining and ``NOT_INSPECTED`` from then
    on. Overall effectiveness is compared with overall effectiveness; where either side has none, the key
    judgements that both have are compared one by one; a report card is compared area by area and with a
    report card only. Nothing comparable gives ``NOT_APPLICABLE``. (The trust's plan: "maintain or improve
    within 2 years of joining, or at the first section 5 inspection, whichever is sooner".)
    """
    if academy.joined is None:
        return Verdict(GRADED, None, "NOT_APPLICABLE", "The date on which it joined the trust is not known")
    joined = dt.date.fromisoformat(academy.joined)
    if joined > at:
        return Verdict(GRADED, None, "NOT_APPLICABLE", f"It joined the trust later, on {day(joined)}")
    graded = [one for one in inspections if one.graded]
    baseline = next((one for one in reversed(graded) if one.start < joined), None)
    test = next((one for one in graded if one.start >= joined), None)
    series = baseline.framework if baseline else GRADED
    if test is None:
        return _untested(series, baseline, joined, at)
    if baseline is None:
        return Verdict(
            GRADED,
            None,
            "NOT_APPLICABLE",
            f"No graded inspection before it joined on {day(joined)} is in the loaded files, so the one of "
            f"{day(test.start)} has nothing to be compared with",
            test=test,
        )
    return _compare(academy, baseline, test)


def _untested(series: str, baseline: Inspection | None, joined: dt.date, at: dt.date) -> Verdict:
    due = _years_later(joined, _ADDED_YEARS)
    if at < due:
        detail = f"Joined on {day(joined)}, not graded since; due by {day(due)}"
        return Verdict(series, None, "NOT_DUE", detail, baseline)
    detail = f"No graded inspection since it joined on {day(joined)}, which was due by {day(due)}"
    return Verdict(series, None, "NOT_INSPECTED", detail, baseline)


def _years_later(date: dt.date, by: int) -> dt.date:
    try:
        return date.replace(year=date.year + by)
    except ValueError:
        return dt.date(date.year + by, 3, 1)


def _compare(academy: Academy, baseline: Inspection, test: Inspection) -> Verdict:
    dates = (
        f"{day(baseline.start)}{under(baseline, academy)}",
        f"{day(test.start)}{under(test, academy)}",
    )
    if baseline.framework != test.framework:
        names = {GRADED: "graded inspection", REPORT_CARD: "report card"}
        return Verdict(
            baseline.framework,
            None,
            "NOT_APPLICABLE",
            f"The {names[baseline.framework]} of {dates[0]} cannot be compared with the "
            f"{names[test.framework]} of {dates[1]}: Ofsted's old and new grades have no common scale",
            baseline,
            test,
        )
    compared = _common(baseline, test)
    if not compared:
        return Verdict(
            baseline.framework,
            None,
            "NOT_APPLICABLE",
            f"The inspections of {dates[0]} and {dates[1]} have no judgement in common in the loaded files",
            baseline,
            test,
        )
    kept = all(one.kept for one in compared)
    if compared[0].area == OVERALL:
        detail = f"{word(compared[0].before)} on {dates[0]}, then {word(compared[0].since)} on {dates[1]}"
    else:
        reason = "" if baseline.framework == REPORT_CARD else "No overall grade on both sides; "
        pairs = "; ".join(f"{one.area} {word(one.before)}, then {word(one.since)}" for one in compared)
        detail = f"{reason}{dates[0]} against {dates[1]}, area by area: {pairs}"
    return Verdict(baseline.framework, kept, None, detail, baseline, test, compared)


def _common(baseline: Inspection, test: Inspection) -> tuple[Compared, ...]:
    if baseline.framework == REPORT_CARD:
        areas: tuple[str, ...] = tuple(baseline.grades)
    elif OVERALL in baseline.grades and OVERALL in test.grades:
        areas = (OVERALL,)
    else:
        areas = KEY_JUDGEMENTS
    return tuple(
        Compared(area, baseline.grades[area], test.grades[area])
        for area in areas
        if area in baseline.grades and area in test.grades
    )
