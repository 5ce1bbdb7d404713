"""Surveys: those who agree over those who answered, against the raw return."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus

SURVEYS = {
    "pupils-happy": ("pupil", "happy", 90),
    "pupils-safe": ("pupil", "safe", 100),
    "parents-happy": ("parent", "happy", 90),
    "parents-safe": ("parent", "safe", 100),
    "staff-wellbeing": ("staff", "wellbeing", 80),
}
EVERY_YEAR = [f"{start}/{start - 1999}" for start in range(2016, 2027)]


def status(value: float, target: float, tolerance: float = 2.0) -> TargetStatus:
    if value >= target:
        return TargetStatus.MET
    return TargetStatus.NEAR if value >= target - tolerance else TargetStatus.MISSED


@pytest.fixture(scope="module")
def survey(raw, known):
    def answers(kpi, extra="TRUE"):
        respondent, question, _ = SURVEYS[kpi]
        return known(
            f"""SELECT urn, academic_year, sum(strongly_agree::INT + agree::INT), sum(answered::INT)
            FROM survey WHERE respondent = ? AND question = ? AND {extra} GROUP BY ALL""",
            respondent,
            question,
        )

    return answers


@pytest.mark.parametrize("kpi", SURVEYS)
def test_surveys_count_agreement_over_those_who_answered(kpi, raw, survey, compare):
    answers = survey(kpi, f"{raw.everybody} AND staff_group = 'Total'")
    assert compare.academies(kpi, answers, years=EVERY_YEAR) > 40
    compare.trust(kpi, answers, years=EVERY_YEAR)


@pytest.mark.parametrize("kpi", SURVEYS)
def test_surveys_are_met_at_the_target_and_near_within_two_points(kpi, raw, survey, ask):
    for (urn, year), counted in survey(kpi, f"{raw.everybody} AND staff_group = 'Total'").items():
        # The trust set 88 % for parents of secondary academies; 90 % stays for all others.
        target = 88 if kpi == "parents-happy" and raw.phase(urn) == "secondary" else SURVEYS[kpi][2]
        value = 100 * counted.n / counted.d
        assert ask(kpi, urn, year).target.status == status(value, target), (urn, year)


@pytest.mark.parametrize(
    ("kpi", "column", "value"),
    [
        ("pupils-happy", "sex", "F"),
        ("pupils-safe", "send", "E"),
        ("pupils-happy", "year_group", "5"),
        ("parents-safe", "year_group", "9"),
        ("staff-wellbeing", "staff_group", "teacher"),
    ],
)
def test_surveys_broken_down_are_the_rows_of_the_return(kpi, column, value, raw, survey, compare):
    names = ("year_group", "sex", "disadvantage", "send", "staff_group")
    answers = survey(kpi, " AND ".join(f"{name} = '{value if name == column else 'Total'}'" for name in names))
    assert compare.academies(kpi, answers, **{column: value}) >= 5
