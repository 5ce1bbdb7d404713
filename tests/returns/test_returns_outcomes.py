"""Lesson quality, results and destinations. All academies and figures are invented and worked out by hand."""

from __future__ import annotations

import pytest

LESSONS = "urn,academic_year,term,department,reviews,good_or_better\n"
RESULTS = "urn,academic_year,measure,sex,disadvantage,entries,total,sum_of_squares\n"
DESTINATIONS = (
    "urn,leaving_year,cohort,level,as_at,sex,looked_after,leavers,education,apprenticeship,employment,neet,not_known\n"
)


def test_reviews_by_term_and_department(facts, pairs) -> None:
    text = LESSONS + "900001,2025/26,Autumn,Maths,12,9\n900001,2025/26,Autumn,Total,40,33"
    found = facts("return_lesson_quality", text, "lesson_quality")
    assert pairs(found, "period", "department") == {
        ("Autumn", "Maths"): (9.0, 12.0),
        ("Autumn", "Total"): (33.0, 40.0),
    }
    assert found["people"].tolist() == [12.0, 40.0]


def test_more_good_reviews_than_reviews_is_named(broken) -> None:
    assert broken("return_lesson_quality", LESSONS + "900001,2025/26,Autumn,Maths,12,13") == [
        (
            "r.csv, row 2, column 'good_or_better': is more than reviews (found '13', "
            "expected at most the row's reviews, 12)"
        )
    ]


def test_a_standard_is_pupils_over_entries(facts, pairs) -> None:
    text = RESULTS + "900001,2024/25,phonics,Total,Y,18,13,\n900001,2024/25,phonics,Total,Total,58,47,"
    found = facts("return_results", text, "phonics")
    assert pairs(found, "disadvantage") == {"Y": (13.0, 18.0), "Total": (47.0, 58.0)}
    assert found["sum_nn"].isna().all()
    assert set(found["period"]) == {"Year"}
    assert set(found["series"]) == {"return"}


def test_points_carry_the_sums_of_their_squares(facts) -> None:
    # Three pupils with 40, 50 and 60 points: sum 150, squares 1600 + 2500 + 3600 = 7700.
    text = RESULTS + "900001,2024/25,attainment8,Total,Total,3,150,7700"
    row = facts("return_results", text, "attainment8").iloc[0]
    assert (row["numerator"], row["denominator"]) == (150.0, 3.0)
    assert (row["sum_nn"], row["sum_nd"], row["sum_dd"]) == (7700.0, 150.0, 3.0)


def test_progress_may_be_negative_and_without_squares(facts, broken) -> None:
    text = RESULTS + "900001,2023/24,progress8,Total,Total,180,-21.6,"
    row = facts("return_results", text, "progress8").iloc[0]
    assert (row["numerator"], row["denominator"]) == (-21.6, 180.0)
    assert row[["sum_nn", "sum_nd", "sum_dd"]].isna().all()
    assert broken("return_results", text) == []


def test_an_empty_total_is_not_nobody(facts) -> None:
    assert facts("return_results", RESULTS + "900001,2024/25,phonics,Total,Total,58,,", "phonics").empty


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2024/25,phonics,Total,Total,58,59,",
            (
                "r.csv, row 2, column 'total': is more than the pupils entered (found '59', "
                "expected at most the row's entries, 58)"
            ),
        ),
        (
            "900001,2024/25,ks2_rwm,Total,Total,58,40.6,",
            (
                "r.csv, row 2, column 'total': is not a number of pupils (found '40.6', "
                "expected a whole number of 0 or more)"
            ),
        ),
        (
            "900001,2024/25,attainment8,Total,Total,0,150,",
            (
                "r.csv, row 2, column 'total': is not 0 although nobody was entered (found '150', "
                "expected 0, or the entries)"
            ),
        ),
        (
            "900001,2024/25,attainment8,Total,Total,3,150,7499",
            (
                "r.csv, row 2, column 'sum_of_squares': is less than these scores can have (found '7499', "
                "expected 7500 or more, total squared over entries)"
            ),
        ),
    ],
)
def test_results_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_results", RESULTS + row) == [sentence]


def test_leavers_engaged_neet_and_not_known(facts, pairs) -> None:
    text = DESTINATIONS + "900001,2024/25,Y11,,2026-01-15,Total,Total,180,150,12,6,7,5"
    made = {
        measure: facts("return_destinations", text, measure)
        for measure in ("y11_engaged", "y11_neet", "y11_neet_or_unknown", "y13_neet")
    }
    assert pairs(made["y11_engaged"], "academic_year") == {"2024/25": (168.0, 180.0)}
    assert pairs(made["y11_neet"], "academic_year") == {"2024/25": (7.0, 180.0)}
    assert pairs(made["y11_neet_or_unknown"], "academic_year") == {"2024/25": (12.0, 180.0)}
    assert made["y13_neet"].empty
    assert made["y11_neet"]["detail"].tolist() == ["as at 2026-01-15"]


def test_year_13_leavers_by_level(facts, pairs) -> None:
    text = (
        DESTINATIONS
        + """900001,2024/25,Y13,3,2026-01-15,Total,Total,80,60,8,8,3,1
        900001,2024/25,Y13,2,2026-01-15,Total,Total,20,10,4,2,3,1"""
    )
    assert pairs(facts("return_destinations", text, "y13_neet_or_unknown"), "level") == {
        "3": (4.0, 80.0),
        "2": (4.0, 20.0),
    }


def test_a_later_follow_up_takes_the_place_of_an_earlier_one(facts, pairs) -> None:
    text = (
        DESTINATIONS
        + """900001,2024/25,Y11,,2025-11-01,Total,Total,180,140,12,6,7,15
        900001,2024/25,Y11,,2026-01-15,Total,Total,180,150,12,6,7,5
        900002,2024/25,Y11,,2025-11-01,Total,Total,90,80,4,2,1,3"""
    )
    assert pairs(facts("return_destinations", text, "y11_neet_or_unknown"), "urn") == {
        "900001": (12.0, 180.0),
        "900002": (4.0, 90.0),
    }


def test_unknown_not_known_leaves_only_what_is_known(facts) -> None:
    text = DESTINATIONS + "900001,2024/25,Y11,,2026-01-15,Total,Total,180,150,12,6,7,"
    assert len(facts("return_destinations", text, "y11_neet")) == 1
    assert len(facts("return_destinations", text, "y11_engaged")) == 1
    assert facts("return_destinations", text, "y11_neet_or_unknown").empty


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2024/25,Y11,,2026-01-15,Total,Total,180,150,12,6,7,6",
            (
                "r.csv, row 2, column 'leavers': is not what its parts add up to (found '180', "
                "expected 181, the sum of education, apprenticeship, employment, neet and not_known)"
            ),
        ),
        (
            "900001,2024/25,Y11,3,2026-01-15,Total,Total,180,150,12,6,7,5",
            (
                "r.csv, row 2, column 'level': is given for Year 11 leavers, who have none (found '3', "
                "expected an empty cell or Total)"
            ),
        ),
        (
            "900001,2024/25,Y11,,2024-11-15,Total,Total,180,150,12,6,7,5",
            (
                "r.csv, row 2, column 'as_at': is before the cohort left (found '2024-11-15', "
                "expected 2025-06-01 or later, when the leaving year's cohort leaves)"
            ),
        ),
    ],
)
def test_destinations_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_destinations", DESTINATIONS + row) == [sentence]
