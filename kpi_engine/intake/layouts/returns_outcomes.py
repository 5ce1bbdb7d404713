"""Teaching, results and leavers: ``lesson_quality.csv``, ``results.csv`` and ``destinations.csv``."""

from __future__ import annotations

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_rules import AddUpTo, AtMost, Known, TotalOrFilled, findings, plain
from kpi_engine.intake.table import RawTable
from kpi_engine.measures import MEASURES
from kpi_engine.model import PUPIL_DIMENSIONS, TOTAL, Unit


def _lessons(item: Accepted) -> Produced:
    table = item.table
    reviews, good = common.value(table, "reviews"), common.value(table, "good_or_better")
    return common.as_facts(
        [
            common.rows(
                item, "lesson_quality", common.year(table), common.urn(table), reviews.notna() & good.notna(),
                period=table.text("term"), breakdown={"department": common.dimension(table, "department")},
                numerator=good, denominator=reviews, people=reviews,
            )
        ]
    )  # fmt: skip


LESSONS = Layout(
    id="return_lesson_quality",
    title="Reviews of teaching by department and term",
    publisher=common.PUBLISHER,
    dataset="return_lesson_quality",
    needs=("urn", "academic_year", "term", "department", "reviews", "good_or_better"),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        common.choice("term", "Autumn", "Spring", "Summer"),
        Column("department"),
        common.figure("reviews"),
        common.figure("good_or_better"),
    ),
    produce=_lessons,
    checks=(
        AtMost("good_or_better", "reviews"),
        TotalOrFilled(("department",)),
        Known(("reviews", "good_or_better"), "these rows give no share"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "term", "department"),
)

RESULTS_MEASURES = (
    "eyfs_gld", "phonics", "ks1_reading", "ks1_writing", "ks1_maths",
    "ks2_rwm", "ks2_reading", "ks2_writing", "ks2_maths", "ks2_gps",
    "ks2_reading_progress", "ks2_writing_progress", "ks2_maths_progress",
    "attainment8", "progress8", "engmath_5", "engmath_4", "alevel_aps",
)  # fmt: skip
"""The measures a results return may give: our measures by their ids."""


def _is_score(measures: pd.Series[str]) -> pd.Series[bool]:
    scores = [name for name in RESULTS_MEASURES if MEASURES[name].unit is Unit.POINTS]
    return measures.isin(scores)


def _results(item: Accepted) -> Produced:
    """Pupils meeting the standard, or the sum of their points, over entries; squares only for points.

    Each entry weighs 1, so the sum of squared weights is the entries and the sum of products is the total.
    """
    table = item.table
    academies, year = common.urn(table), common.year(table)
    named, breakdown = table.text("measure"), common.dimensions(table, *PUPIL_DIMENSIONS)
    entries, total = common.value(table, "entries"), common.value(table, "total")
    squares = common.value(table, "sum_of_squares").where(_is_score(named))
    known = entries.notna() & total.notna()
    return common.as_facts(
        [
            common.rows(
                item, measure, year, academies, known, among=named == measure, breakdown=breakdown,
                numerator=total, denominator=entries, people=entries,
                sum_nn=squares, sum_nd=total.where(squares.notna()), sum_dd=entries.where(squares.notna()),
            )
            for measure in RESULTS_MEASURES
        ]
    )  # fmt: skip


def _pupils_meeting_a_standard(table: RawTable) -> list[Finding]:
    total, entries = common.value(table, "total"), common.value(table, "entries")
    counted = ~_is_score(table.text("measure"))
    part = counted & ((total < 0) | (total != total.round())) & total.notna()
    found = findings(table, part, "total", "is not a number of pupils", "a whole number of 0 or more")
    expected = entries.map(lambda number: f"at most the row's entries, {plain(number)}", na_action="ignore")
    message = "is more than the pupils entered"
    return found + findings(table, counted & (total > entries), "total", message, expected)


def _no_points_without_entries(table: RawTable) -> list[Finding]:
    broken = (common.value(table, "entries") == 0) & (common.value(table, "total") != 0)
    broken &= common.value(table, "total").notna()
    return findings(table, broken, "total", "is not 0 although nobody was entered", "0, or the entries")


def _squares_are_possible(table: RawTable) -> list[Finding]:
    """Squares add up to the square of the sum over the number at the least (Cauchy and Schwarz)."""
    total, entries = common.value(table, "total"), common.value(table, "entries")
    least = (total**2 / entries).where((entries > 0) & _is_score(table.text("measure")))
    broken = common.value(table, "sum_of_squares") < least * (1 - 1e-9)
    expected = least.map(lambda number: f"{plain(number)} or more, total squared over entries", na_action="ignore")
    return findings(table, broken, "sum_of_squares", "is less than these scores can have", expected)


RESULTS = Layout(
    id="return_results",
    title="The trust's own results",
    publisher=common.PUBLISHER,
    dataset="return_results",
    needs=("urn", "academic_year", "measure", "entries", "total"),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        common.choice("measure", *RESULTS_MEASURES),
        *common.pupil_columns(*PUPIL_DIMENSIONS),
        common.figure("entries"),
        common.figure("total", Kind.NUMBER),
        common.figure("sum_of_squares", Kind.AMOUNT, required=False),
    ),
    produce=_results,
    checks=(
        _pupils_meeting_a_standard,
        _no_points_without_entries,
        _squares_are_possible,
        TotalOrFilled(PUPIL_DIMENSIONS),
        Known(("entries", "total"), "these rows give no result"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "measure", *PUPIL_DIMENSIONS),
)

_LEAVER_GROUPS = ("sex", "disadvantage", "send", "looked_after")
_DESTINATIONS = ("education", "apprenticeship", "employment", "neet", "not_known")
_COUNTED = {
    "Y11": {
        "y11_engaged": ("education", "apprenticeship", "employment"),
        "y11_neet": ("neet",),
        "y11_neet_or_unknown": ("neet", "not_known"),
    },
    "Y13": {"y13_neet": ("neet",), "y13_neet_or_unknown": ("neet", "not_known")},
}


def _destinations(item: Accepted) -> Produced:
    """Leavers by what they do, from the newest follow-up that the file holds of each academy's cohort."""
    table = item.table
    academies, year = common.urn(table), common.year(table, "leaving_year")
    cohort, asked = table.text("cohort"), common.day(table, "as_at")
    newest = asked == asked.groupby([academies, year, cohort]).transform("max")
    leavers = common.value(table, "leavers")
    breakdown = {**common.dimensions(table, *_LEAVER_GROUPS), "level": common.dimension(table, "level")}
    detail = asked.map(lambda day: f"as at {day}" if day else None).astype(object)
    frames = []
    for name, measures in _COUNTED.items():
        for measure, parts in measures.items():
            counted = pd.DataFrame({part: common.value(table, part) for part in parts}).sum(axis=1, skipna=False)
            known = counted.notna() & leavers.notna()
            frames.append(
                common.rows(
                    item, measure, year, academies, known, among=newest & (cohort == name), breakdown=breakdown,
                    numerator=counted, denominator=leavers, people=leavers, detail=detail,
                )
            )  # fmt: skip
    return common.as_facts(frames)


def _level_of_year_13_only(table: RawTable) -> list[Finding]:
    broken = (table.text("cohort") == "Y11") & ~table.text("level").isin(["", TOTAL])
    message = "is given for Year 11 leavers, who have none"
    return findings(table, broken, "level", message, f"an empty cell or {TOTAL}")


def _after_the_cohort_left(table: RawTable) -> list[Finding]:
    year, asked = common.year(table, "leaving_year"), common.day(table, "as_at")
    ends = year.map(lambda text: f"{int(text[:4]) + 1}-06-01" if text else "")
    expected = ends.map(lambda day: f"{day} or later, when the leaving year's cohort leaves")
    broken = (asked != "") & (ends != "") & (asked < ends)
    return findings(table, broken, "as_at", "is before the cohort left", expected)


DESTINATIONS = Layout(
    id="return_destinations",
    title="Where Year 11 and Year 13 leavers went",
    publisher=common.PUBLISHER,
    dataset="return_destinations",
    needs=("urn", "leaving_year", "cohort", "level", "as_at", "leavers", *_DESTINATIONS),
    columns=(
        common.URN,
        Column("leaving_year", Kind.YEAR, filled=True),
        common.choice("cohort", "Y11", "Y13"),
        common.choice("level", "2", "3", TOTAL, filled=False),
        common.date("as_at", filled=True),
        *common.pupil_columns(*_LEAVER_GROUPS),
        common.figure("leavers"),
        *(common.figure(name) for name in _DESTINATIONS),
    ),
    produce=_destinations,
    checks=(
        AddUpTo(_DESTINATIONS, "leavers"),
        _level_of_year_13_only,
        _after_the_cohort_left,
        TotalOrFilled(_LEAVER_GROUPS),
        TotalOrFilled(("level",), lambda table: table.text("cohort") == "Y13"),
        Known(("leavers", "neet"), "these rows give no share"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "leaving_year", "cohort", "level", "as_at", *_LEAVER_GROUPS),
)

LAYOUTS = (LESSONS, RESULTS, DESTINATIONS)
