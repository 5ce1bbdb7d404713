"""Surveys, attendance and suspensions. All academies and figures are invented and worked out by hand."""

from __future__ import annotations

import pytest

SURVEY = (
    "urn,academic_year,survey_date,respondent,question,year_group,sex,disadvantage,send,staff_group,invited,answered,"
    "strongly_agree,agree,neutral,disagree,strongly_disagree\n"
)
ATTENDANCE = (
    "urn,academic_year,period,year_group,sex,enrolments,sessions_possible,sessions_authorised,sessions_unauthorised,"
    "persistent_enrolments,severe_enrolments,sum_attended2,sum_attended_possible,sum_possible2\n"
)
SUSPENSIONS = "urn,academic_year,period,sex,headcount,suspensions,pupils_suspended,permanent_exclusions,reason\n"


def test_agreement_is_over_answers_and_response_over_invitations(facts, pairs) -> None:
    text = SURVEY + "900001,2025/26,2026-02-03,pupil,safe,7,Total,Total,Total,,120,100,50,31,9,6,4"
    agreed = facts("return_survey", text, "pupils_safe")
    assert pairs(agreed, "period", "year_group") == {("2026-02", "7"): (81.0, 100.0)}
    assert agreed["people"].tolist() == [100.0]
    response = facts("return_survey", text, "pupils_safe_response")
    assert pairs(response, "period", "year_group") == {("2026-02", "7"): (100.0, 120.0)}


@pytest.mark.parametrize(
    ("respondent", "question", "measure"),
    [
        ("pupil", "happy", "pupils_happy"),
        ("pupil", "safe", "pupils_safe"),
        ("parent", "happy", "parents_happy"),
        ("parent", "safe", "parents_safe"),
        ("staff", "wellbeing", "staff_wellbeing"),
    ],
)
def test_each_question_has_its_measure(produce, respondent: str, question: str, measure: str) -> None:
    text = SURVEY + f"900001,2025/26,2026-02-03,{respondent},{question},,,,,,20,10,2,3,3,1,1"
    made = produce("return_survey", text)["facts"]
    assert sorted(made["measure"]) == [measure, f"{measure}_response"]


def test_two_surveys_of_a_year_are_two_months_and_of_a_month_are_one(facts, pairs) -> None:
    text = (
        SURVEY
        + """900001,2025/26,2025-11-03,staff,wellbeing,,,,,teacher,20,10,2,3,3,1,1
        900001,2025/26,2026-05-04,staff,wellbeing,,,,,teacher,20,10,4,3,1,1,1
        900001,2025/26,2026-05-18,staff,wellbeing,,,,,teacher,10,5,1,1,1,1,1"""
    )
    found = facts("return_survey", text, "staff_wellbeing")
    assert pairs(found, "period", "staff_group") == {
        ("2025-11", "teacher"): (5.0, 10.0),
        ("2026-05", "teacher"): (9.0, 15.0),
    }


def test_unknown_answers_give_no_share_but_a_response_where_that_is_known(facts, broken) -> None:
    text = (
        SURVEY
        + """900001,2025/26,2026-02-03,pupil,happy,,,,,,120,100,,31,9,6,4
        900001,2025/26,2026-02-03,pupil,safe,,,,,,,100,50,31,9,6,4"""
    )
    assert facts("return_survey", text, "pupils_happy").empty
    assert len(facts("return_survey", text, "pupils_happy_response")) == 1
    assert len(facts("return_survey", text, "pupils_safe")) == 1
    assert facts("return_survey", text, "pupils_safe_response").empty
    assert broken("return_survey", text) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2025/26,2026-02-03,pupil,safe,,,,,,90,100,50,31,9,6,4",
            (
                "r.csv, row 2, column 'answered': is more than invited (found '100', "
                "expected at most the row's invited, 90)"
            ),
        ),
        (
            "900001,2025/26,2026-02-03,pupil,safe,,,,,,120,100,50,31,9,6,5",
            (
                "r.csv, row 2, column 'answered': is not what its parts add up to (found '100', expected "
                "101, the sum of "
                "strongly_agree, agree, neutral, disagree and strongly_disagree)"
            ),
        ),
        (
            "900001,2025/26,2026-02-03,pupil,safe,,,,,,120,100,90,31,,,",
            (
                "r.csv, row 2, column 'answered': is not what its parts add up to (found '100', expected "
                "121 or more, the "
                "sum of strongly_agree, agree, neutral, disagree and strongly_disagree)"
            ),
        ),
        (
            "900001,2025/26,2026-09-03,pupil,safe,,,,,,120,100,50,31,9,6,4",
            (
                "r.csv, row 2, column 'survey_date': is not in the row's academic_year (found '2026-09-03', "
                "expected a date from 2025-09-01 to 2026-08-31)"
            ),
        ),
        (
            "900001,2025/26,2026-02-03,pupil,safe,,,,,teacher,120,100,50,31,9,6,4",
            (
                "r.csv, row 2, column 'staff_group': is given for respondents who are not staff (found 'teacher', "
                "expected an empty cell or Total)"
            ),
        ),
        (
            "900001,2025/26,2026-02-03,staff,wellbeing,,F,,,,120,100,50,31,9,6,4",
            (
                "r.csv, row 2, column 'sex': is given for staff, who are no pupils (found 'F', "
                "expected an empty cell or Total)"
            ),
        ),
    ],
)
def test_survey_rows_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_survey", SURVEY + row) == [sentence]


def test_an_empty_group_beside_filled_ones_is_refused_but_staff_need_no_year_group(broken) -> None:
    text = (
        SURVEY
        + """900001,2025/26,2026-02-03,pupil,safe,7,,,,,120,100,50,31,9,6,4
        900001,2025/26,2026-02-03,pupil,safe,,,,,,120,100,50,31,9,6,4
        900001,2025/26,2026-02-03,staff,wellbeing,,,,,,20,10,2,3,3,1,1"""
    )
    assert broken("return_survey", text) == [
        (
            "r.csv, row 3, column 'year_group': is empty while other rows are broken down (found '', "
            "expected Total where the row is not broken down)"
        )
    ]


def test_a_question_that_no_kpi_asks_is_left_out_aloud(produce, broken) -> None:
    text = SURVEY + "900001,2025/26,2026-02-03,staff,happy,,,,,,20,10,2,3,3,1,1"
    assert produce("return_survey", text)["facts"].empty
    assert broken("return_survey", text) == []
    assert "is a question that no KPI asks" in broken("return_survey", text, blocking=False)[0]


def test_attended_is_possible_less_missed_and_people_are_enrolments(facts) -> None:
    text = ATTENDANCE + "900001,2025/26,Autumn,7,F,90,12000,600,150,14,2,1500000,1600000,1710000"
    row = facts("return_pupil_attendance", text, "attendance").iloc[0]
    assert (row["series"], row["stage"], row["period"]) == ("daily", "final", "Autumn")
    assert (row["numerator"], row["denominator"], row["people"]) == (11250.0, 12000.0, 90.0)
    assert (row["sum_nn"], row["sum_nd"], row["sum_dd"]) == (1500000.0, 1600000.0, 1710000.0)
    assert (row["year_group"], row["sex"], row["send"]) == ("7", "F", "Total")


def test_absence_by_reason_persistent_and_severe(facts, pairs) -> None:
    text = ATTENDANCE + "900001,2025/26,YTD,Total,Total,90,12000,600,150,14,2,,,"
    assert pairs(facts("return_pupil_attendance", text, "absence_reason"), "reason") == {
        "Total": (750.0, 12000.0),
        "Authorised absence": (600.0, 12000.0),
        "Unauthorised absence": (150.0, 12000.0),
    }
    assert pairs(facts("return_pupil_attendance", text, "persistent_absence"), "period") == {"YTD": (14.0, 90.0)}
    assert pairs(facts("return_pupil_attendance", text, "severe_absence"), "period") == {"YTD": (2.0, 90.0)}


def test_unknown_absence_is_not_full_attendance(facts) -> None:
    text = ATTENDANCE + "900001,2025/26,Year,Total,Total,90,12000,600,,,2,,,"
    assert facts("return_pupil_attendance", text, "attendance").empty
    assert facts("return_pupil_attendance", text, "persistent_absence").empty
    reasons = facts("return_pupil_attendance", text, "absence_reason").set_index("reason")["numerator"]
    assert reasons.dropna().to_dict() == {"Authorised absence": 600.0}
    assert "Total" not in reasons
    assert len(facts("return_pupil_attendance", text, "severe_absence")) == 1


def test_an_unknown_year_group_keeps_its_place_without_numbers(facts) -> None:
    text = ATTENDANCE + "900001,2025/26,Year,7,Total,90,12000,600,,14,2,,,"
    row = facts("return_pupil_attendance", text, "attendance").iloc[0]
    assert row[["numerator", "denominator", "people"]].isna().all()
    assert row["detail"] == "not stated in the return"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2025/26,2026-W03,Total,Total,90,800,600,250,14,2,,,",
            (
                "r.csv, row 2, column 'sessions_possible': is less than its parts add up to (found '800', "
                "expected 850 or more, the sum of sessions_authorised and sessions_unauthorised)"
            ),
        ),
        (
            "900001,2025/26,Winter,Total,Total,90,800,60,25,14,2,,,",
            (
                "r.csv, row 2, column 'period': is not a period (found 'Winter', "
                "expected Year, YTD, Autumn, Spring, Summer or an ISO week as 2025-W46)"
            ),
        ),
        (
            "900001,2025/26,2026-W46,Total,Total,90,800,60,25,14,2,,,",
            (
                "r.csv, row 2, column 'period': is not in the row's academic_year (found '2026-W46', "
                "expected a week of 2025/26)"
            ),
        ),
        (
            "900001,2025/26,Year,Total,Total,90,800,60,25,14,15,,,",
            (
                "r.csv, row 2, column 'severe_enrolments': is more than persistent_enrolments (found '15', "
                "expected at most the row's persistent_enrolments, 14)"
            ),
        ),
        (
            "900001,2025/26,Year,Total,Total,90,800,60,25,14,2,16,,",
            (
                "r.csv, row 2, column 'sum_attended_possible': stands without one of the other two sums, "
                "or they without "
                "it (found '', expected all three or none)"
            ),
        ),
        (
            "900001,2025/26,Year,Total,Total,90,800,60,25,14,2,100,121,144",
            (
                "r.csv, row 2, column 'sum_attended_possible': is more than these sums of squares allow (found '121', "
                "expected at most 120, from sum_attended2 and sum_possible2)"
            ),
        ),
    ],
)
def test_attendance_rows_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_pupil_attendance", ATTENDANCE + row) == [sentence]


def test_the_week_of_1_september_belongs_to_either_year(broken) -> None:
    # The Monday of 2026-W36 is 31 August.
    for year in ("2025/26", "2026/27"):
        assert broken("return_pupil_attendance", ATTENDANCE + f"900001,{year},2026-W36,,,90,8,0,0,1,0,,,") == []


def test_a_reason_carries_its_count_and_the_headcount_stands_once(facts, pairs) -> None:
    text = (
        SUSPENSIONS
        + """900001,2025/26,Spring,Total,1000,30,21,1,Total
        900001,2025/26,Spring,Total,,12,10,0,Persistent disruptive behaviour"""
    )
    found = facts("return_suspensions", text, "suspensions")
    assert found.set_index("reason")["numerator"].to_dict() == {
        "Total": 30.0,
        "Persistent disruptive behaviour": 12.0,
    }
    assert found["denominator"].sum() == 1000.0
    assert found["people"].sum() == 1000.0
    assert pairs(facts("return_suspensions", text, "pupils_suspended", reason="Total"), "period") == {
        "Spring": (21.0, 1000.0)
    }
    assert facts("return_suspensions", text, "permanent_exclusions")["numerator"].tolist() == [1.0, 0.0]


def test_without_a_headcount_there_is_no_rate_and_an_empty_count_is_not_none(facts) -> None:
    text = SUSPENSIONS + "900001,2025/26,Year,Total,,30,21,1,Total\n900002,2025/26,Year,Total,500,,,0,Total"
    assert facts("return_suspensions", text, "suspensions").empty
    assert facts("return_suspensions", text, "permanent_exclusions")["urn"].tolist() == ["900002"]


def test_a_return_without_reasons_and_groups_is_a_total(facts, undivided) -> None:
    text = (
        "urn,academic_year,period,headcount,suspensions,pupils_suspended,permanent_exclusions\n"
        "900001,2025/26,Year,1000,30,21,1"
    )
    assert len(undivided(facts("return_suspensions", text, "suspensions"))) == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2025/26,Year,Total,1000,20,21,1,Total",
            (
                "r.csv, row 2, column 'pupils_suspended': is more than suspensions (found '21', "
                "expected at most the row's suspensions, 20)"
            ),
        ),
        (
            "900001,2025/26,Year,Total,1000,20,0,1,Total",
            (
                "r.csv, row 2, column 'pupils_suspended': is 0 although there are suspensions (found '0', "
                "expected 1 or more)"
            ),
        ),
        (
            "900001,2025/26,Year,Total,1000,20,8,1,Bullying",
            (
                "r.csv, row 2, column 'headcount': is given on the row of a reason, where it would be counted twice "
                "(found '1000', expected an empty cell, and the headcount on the Total row)"
            ),
        ),
        (
            "900001,2025/26,Year,Total,1000,20,8,1,Total\n900001,2025/26,Year,Total,,21,8,1,Bullying",
            "r.csv, row 3, column 'suspensions': is more than the Total row states (found '21', expected at most 20)",
        ),
    ],
)
def test_suspension_rows_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_suspensions", SUSPENSIONS + row) == [sentence]
