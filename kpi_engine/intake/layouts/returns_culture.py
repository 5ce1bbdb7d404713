"""How pupils, parents and staff feel: the survey return, ``survey.csv``."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_rules import AddUpTo, AtMost, DayIn, Known, TotalOrFilled, findings
from kpi_engine.intake.table import RawTable
from kpi_engine.model import DIMENSIONS, TOTAL

MEASURE_OF = {
    ("pupil", "happy"): "pupils_happy",
    ("pupil", "safe"): "pupils_safe",
    ("parent", "happy"): "parents_happy",
    ("parent", "safe"): "parents_safe",
    ("staff", "wellbeing"): "staff_wellbeing",
}
"""Which measure a question put to a group of respondents answers; other pairs are asked by no KPI."""

_GROUPS = ("year_group", "sex", "disadvantage", "send")
_ANSWERS = ("strongly_agree", "agree", "neutral", "disagree", "strongly_disagree")


def _produce(item: Accepted) -> Produced:
    """Agreement over answers, and answers over invitations, in the month of the survey.

    Two surveys of a year are two months; over a year they are added, numerators and denominators apart.
    """
    table = item.table
    academies, year = common.urn(table), common.year(table)
    month = common.day(table, "survey_date").str[:7]
    answered, invited = common.value(table, "answered"), common.value(table, "invited")
    agreed = common.value(table, "strongly_agree") + common.value(table, "agree")
    breakdown = common.dimensions(table, *_GROUPS, "staff_group")
    frames = []
    for (respondent, question), measure in MEASURE_OF.items():
        asked = (table.text("respondent") == respondent) & (table.text("question") == question)
        known = agreed.notna() & answered.notna()
        frames.append(
            common.rows(
                item, measure, year, academies, known, among=asked, period=month, breakdown=breakdown,
                numerator=agreed, denominator=answered, people=answered,
            )
        )  # fmt: skip
        known = answered.notna() & invited.notna()
        frames.append(
            common.rows(
                item, f"{measure}_response", year, academies, known, among=asked, period=month, breakdown=breakdown,
                numerator=answered, denominator=invited, people=invited,
            )
        )  # fmt: skip
    return {"facts": _added_within_a_month(stack(frames, FACT_COLUMNS))}


def _added_within_a_month(frame: pd.DataFrame) -> pd.DataFrame:
    """One row where surveys of one month ask the same people the same question, at the first one's number."""
    keys = ["measure", "series", "stage", "academic_year", "urn", "period", *DIMENSIONS]
    if not frame.duplicated(keys).any():
        return frame
    counts = ["numerator", "denominator", "people"]
    sums = frame.groupby(keys, sort=False)[counts].agg(_known_sum).reset_index()
    first = frame.drop_duplicates(keys).drop(columns=counts)
    return first.merge(sums, on=keys)[list(FACT_COLUMNS)]


def _known_sum(counts: pd.Series[Any]) -> float:
    return float(counts.sum(skipna=False))


def _pupils_or_parents(table: RawTable) -> pd.Series[bool]:
    return table.text("respondent").isin(["pupil", "parent"])


def _staff(table: RawTable) -> pd.Series[bool]:
    return table.text("respondent") == "staff"


def _broken_down_by_its_own_columns(table: RawTable) -> list[Finding]:
    found = findings(
        table,
        _pupils_or_parents(table) & ~table.text("staff_group").isin(["", TOTAL]),
        "staff_group",
        "is given for respondents who are not staff",
        f"an empty cell or {TOTAL}",
    )
    for column in _GROUPS:
        given = _staff(table) & ~table.text(column).isin(["", TOTAL])
        found += findings(table, given, column, "is given for staff, who are no pupils", f"an empty cell or {TOTAL}")
    return found


def _asked_by_a_kpi(table: RawTable) -> list[Finding]:
    respondent, question = table.text("respondent"), table.text("question")
    known = pd.Series(
        [(who, what) in MEASURE_OF for who, what in zip(respondent, question, strict=True)],
        index=respondent.index,
    )
    expected = "happy or safe for pupils and parents, wellbeing for staff"
    message = "is a question that no KPI asks of these respondents, so the row is left out"
    return findings(table, ~known & (question != ""), "question", message, expected, blocking=False)


SURVEY = Layout(
    id="return_survey",
    title="Surveys of pupils, parents and staff",
    publisher=common.PUBLISHER,
    dataset="return_survey",
    needs=("urn", "academic_year", "survey_date", "respondent", "question", "invited", "answered", *_ANSWERS),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        common.date("survey_date", filled=True),
        common.choice("respondent", "pupil", "parent", "staff"),
        common.choice("question", "happy", "safe", "wellbeing"),
        *common.pupil_columns(*_GROUPS),
        Column("staff_group", Kind.CHOICE, required=False, choices=("teacher", "leader", "support", TOTAL)),
        common.figure("invited"),
        common.figure("answered"),
        *(common.figure(name) for name in _ANSWERS),
    ),
    produce=_produce,
    checks=(
        AtMost("answered", "invited"),
        AddUpTo(_ANSWERS, "answered"),
        DayIn("survey_date"),
        TotalOrFilled(_GROUPS, _pupils_or_parents),
        TotalOrFilled(("staff_group",), _staff),
        _broken_down_by_its_own_columns,
        _asked_by_a_kpi,
        Known(("answered", "strongly_agree", "agree"), "these rows give no share of agreement"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "survey_date", "respondent", "question", *_GROUPS, "staff_group"),
)

LAYOUTS = (SURVEY,)
