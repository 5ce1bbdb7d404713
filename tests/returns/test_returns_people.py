"""Staff movement and staff absence. All academies and figures are invented and worked out by hand."""

from __future__ import annotations

import pytest

MOVEMENT = "urn,month,staff_group,headcount,fte,leavers,leavers_within_trust,reason\n"
ABSENCE = "urn,month,staff_group,fte,working_days,sick_days,other_absence_days\n"


def test_moves_inside_the_trust_are_left_out_of_turnover_and_shown_apart(facts, pairs) -> None:
    text = MOVEMENT + "900001,2025-11,teacher,40,36.2,3,1,"
    assert pairs(facts("return_staff_movement", text, "staff_turnover"), "period", "staff_group") == {
        ("2025-11", "teacher"): (2.0, 40.0)
    }
    moves = facts("return_staff_movement", text, "staff_moves")
    assert pairs(moves, "period", "staff_group") == {("2025-11", "teacher"): (1.0, 40.0)}
    assert moves["academic_year"].tolist() == ["2025/26"]
    assert moves["source_row"].tolist() == [2]


def test_a_headcount_repeated_for_each_reason_is_counted_once(facts, pairs) -> None:
    text = (
        MOVEMENT
        + """900001,2025-12,teacher,40,36,1,0,retirement
        900001,2025-12,teacher,40,36,2,1,new post"""
    )
    by_reason = pairs(facts("return_staff_movement", text, "staff_turnover"), "reason")
    assert by_reason == {"Total": (2.0, 40.0), "retirement": (1.0, 40.0), "new post": (1.0, 40.0)}
    assert pairs(facts("return_staff_movement", text, "staff_moves"), "reason") == {"Total": (1.0, 40.0)}


def test_a_headcount_stated_in_one_of_the_rows_serves_them_all(facts, pairs) -> None:
    text = (
        MOVEMENT
        + """900001,2025-12,teacher,40,36,1,0,retirement
        900001,2025-12,teacher,,,2,0,new post"""
    )
    assert pairs(facts("return_staff_movement", text, "staff_turnover"), "reason")["Total"] == (3.0, 40.0)


def test_a_total_row_is_not_added_to_its_reasons(facts, pairs) -> None:
    text = (
        MOVEMENT
        + """900001,2025-12,support,30,20,5,1,Total
        900001,2025-12,support,,,3,0,new post"""
    )
    by_reason = pairs(facts("return_staff_movement", text, "staff_turnover"), "reason")
    assert by_reason == {"Total": (4.0, 30.0), "new post": (3.0, 30.0), "not stated": (1.0, 30.0)}


def test_every_reason_rests_on_the_same_headcounts_in_every_month_and_group(facts, pairs) -> None:
    text = (
        MOVEMENT
        + """900001,2025-09,teacher,40,36,1,0,retirement
        900001,2025-10,teacher,41,36,0,0,
        900001,2025-10,support,20,12,1,0,new post"""
    )
    found = pairs(facts("return_staff_movement", text, "staff_turnover"), "period", "staff_group", "reason")
    assert found[("2025-10", "teacher", "retirement")] == (0.0, 41.0)
    assert found[("2025-10", "support", "retirement")] == (0.0, 20.0)
    assert found[("2025-09", "teacher", "new post")] == (0.0, 40.0)
    assert len(found) == 9


def test_reasons_of_one_academy_are_not_those_of_another(facts) -> None:
    text = (
        MOVEMENT
        + """900001,2025-09,teacher,40,36,1,0,retirement
        900002,2025-09,teacher,22,20,0,0,"""
    )
    frame = facts("return_staff_movement", text, "staff_turnover", urn="900002")
    assert frame["reason"].tolist() == ["Total"]


def test_unknown_leavers_are_not_nobody(facts) -> None:
    text = (
        MOVEMENT
        + """900001,2025-09,Total,40,36,,,
        900001,2025-10,Total,40,36,2,,
        900001,2025-11,Total,40,36,0,,
        900001,2025-12,Total,,36,1,0,"""
    )
    assert facts("return_staff_movement", text, "staff_turnover")["period"].tolist() == ["2025-11"]


def test_an_unknown_staff_group_keeps_its_place_so_that_the_others_are_not_the_whole(facts) -> None:
    text = (
        MOVEMENT
        + """900001,2025-09,teacher,40,36,,,
        900001,2025-09,support,20,12,1,0,"""
    )
    frame = facts("return_staff_movement", text, "staff_turnover").set_index("staff_group")
    assert frame.loc["support", "numerator"] == 1
    assert frame["numerator"].isna()["teacher"]
    assert frame["denominator"].isna()["teacher"]
    assert frame.loc["teacher", "detail"] == "not stated in the return"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            "900001,2025-11,teacher,40,36,1,2,",
            (
                "r.csv, row 2, column 'leavers_within_trust': is more than leavers (found '2', "
                "expected at most the row's leavers, 1)"
            ),
        ),
        (
            "900001,Nov 25,teacher,40,36,1,0,",
            "r.csv, row 2, column 'month': is not a month (found 'Nov 25', expected a month as 2025-11)",
        ),
        (
            "900001,2025-11,teacher,40,36,1,0,retirement\n900001,2025-11,teacher,41,36,1,0,new post",
            (
                "r.csv, row 3, column 'headcount': differs between the rows of one month and staff group, "
                "whose headcount "
                "it is (found '41', expected 40, as in the month's first row)"
            ),
        ),
        (
            "900001,2025-11,teacher,40,36,1,0,retirement\n900001,2025-11,teacher,40,36,1,0,",
            (
                "r.csv, row 3, column 'reason': is empty beside other rows of the same month and staff group "
                "(found '', expected Total for all of them together, a reason, or 'not stated')"
            ),
        ),
        (
            "900001,2025-11,teacher,40,36,1,0,Total\n900001,2025-11,teacher,40,36,2,0,new post",
            (
                "r.csv, row 2, column 'leavers': is less than the month's reasons add up to (found '1', "
                "expected 2 or more, the sum of the month's reasons)"
            ),
        ),
        (
            "900001,2025-11,teacher,0,0,1,0,",
            (
                "r.csv, row 2, column 'leavers': counts leavers from a group without staff (found '1', "
                "expected 0, or a headcount)"
            ),
        ),
    ],
)
def test_movement_rows_that_cannot_be_are_named(broken, rows: str, sentence: str) -> None:
    assert broken("return_staff_movement", MOVEMENT + rows) == [sentence]


def test_a_sound_movement_return_has_no_finding(broken) -> None:
    text = MOVEMENT + "900001,2025-11,teacher,40,36.2,3,1,\n900001,2025-11,support,20,11,0,0,"
    assert broken("return_staff_movement", text) == []
    assert broken("return_staff_movement", text, blocking=False) == []


def test_days_lost_are_sickness_and_every_other_absence(facts) -> None:
    text = ABSENCE + "900001,2026-01,teacher,40.3,403.3,10.1,4"
    row = facts("return_staff_absence", text, "staff_attendance").iloc[0]
    assert (row["numerator"], row["denominator"], row["people"]) == (389.2, 403.3, 40.3)
    assert (row["academic_year"], row["period"], row["staff_group"]) == ("2025/26", "2026-01", "teacher")
    assert row["detail"] == "10.1 days of sickness, 4 of other absence"


def test_unknown_absence_is_not_full_attendance(facts, broken) -> None:
    text = ABSENCE + "900001,2026-01,Total,40,400,,4\n900001,2026-02,Total,40,400,8,"
    assert facts("return_staff_absence", text, "staff_attendance").empty
    assert broken("return_staff_absence", text) == []
    assert broken("return_staff_absence", text, blocking=False) == [
        (
            "r.csv, column 'sick_days': is empty in row 2: these rows give no staff attendance; write "
            "0 only where it is "
            "known to be 0"
        ),
        (
            "r.csv, column 'other_absence_days': is empty in row 3: these rows give no staff attendance; write 0 only "
            "where it is known to be 0"
        ),
    ]


def test_more_days_lost_than_worked_is_named(broken) -> None:
    assert broken("return_staff_absence", ABSENCE + "900001,2026-01,teacher,1,20,15,6.5") == [
        (
            "r.csv, row 2, column 'working_days': is less than the days lost (found '20', "
            "expected 21.5 or more, sick_days and other_absence_days together)"
        )
    ]
