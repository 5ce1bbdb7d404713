"""Governance records, efficiency checks, and the trust's own lists. Everything is invented."""

from __future__ import annotations

import pytest

from kpi_engine.intake.layouts.returns_governance import member_label

SKILLS = "body,audit_date,member,skill,required,level_0_4,training_date\n"
CHECKS = "urn,academic_year,check_1_10,status,evidence_date,note\n"
TARGETS = "kpi,scope,academic_year,operator,target,tolerance,owner,source\n"
ACADEMIES = "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority\n"


def test_checks_missing_from_the_return_are_not_evidenced_and_the_total_is_over_ten(facts, pairs) -> None:
    rows = [f"900001,2025/26,{check},evidenced,2026-01-10," for check in range(1, 8)]
    text = CHECKS + "\n".join([*rows, "900001,2025/26,8,partial,,half done"])
    found = facts("return_efficiency_checks", text, "efficiency_checks")
    by_check = pairs(found, "check")
    assert by_check["Total"] == (7.0, 10.0)
    assert by_check["8"] == (0.0, 1.0)
    assert by_check["10"] == (0.0, 1.0)
    assert len(by_check) == 11
    detail = found.set_index("check")["detail"]
    assert detail["1"] == "evidenced, 2026-01-10"
    assert detail["8"] == "partial"
    assert detail["10"] == "not in the return"


def test_evidence_of_another_year_does_not_count(facts, pairs, broken) -> None:
    text = CHECKS + "900001,2025/26,1,evidenced,2025-06-10,\n900001,2025/26,2,evidenced,,"
    assert pairs(facts("return_efficiency_checks", text, "efficiency_checks"), "check")["Total"] == (1.0, 10.0)
    assert broken("return_efficiency_checks", text) == []
    assert broken("return_efficiency_checks", text, blocking=False) == [
        (
            "r.csv, row 2, column 'evidence_date': is not in the row's academic_year (found '2025-06-10', "
            "expected a date from 2025-09-01 to 2026-08-31)"
        )
    ]


@pytest.mark.parametrize(
    ("member", "label"),
    [
        ("AB", "AB"),
        ("A.B.", "A.B."),
        ("Chair", "Chair"),
        ("Parent governor 2", "Parent governor 2"),
        ("Ada Bright", "AB"),
        ("Ada Mary Bright-Stone", "AMBS"),
        ("T7", "T7"),
    ],
)
def test_a_name_becomes_initials_and_a_role_stays(member: str, label: str) -> None:
    assert member_label(member) == label


def test_members_with_the_same_initials_stay_apart_and_names_are_not_kept(produce) -> None:
    text = (
        SKILLS
        + """trust,2025-05-03,Ada Bright,Finance,Y,3,
        trust,2025-05-03,Alan Byrd,Finance,Y,2,2025-06-01"""
    )
    frame = produce("return_skills_audit", text)["skills"]
    assert frame["member"].tolist() == ["AB", "AB 2"]
    assert frame["level"].tolist() == ["3", "2"]
    assert frame["training_date"].tolist() == ["", "2025-06-01"]
    assert frame["source_row"].tolist() == [2, 3]


def test_a_skill_is_required_of_all_or_of_none(broken) -> None:
    text = SKILLS + "trust,2025-05-03,AB,Finance,Y,3,\ntrust,2025-05-03,CD,Finance,N,3,"
    assert broken("return_skills_audit", text) == [
        (
            "r.csv, row 3, column 'required': differs between members for the same skill of one audit (found 'N', "
            "expected Y, as in the audit's first row of this skill)"
        )
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2025-10-01,Parent,4,5,",
            "r.csv, row 2, column 'filled': is more than places (found '5', expected at most the row's places, 4)",
        ),
        (
            "900001,2025-10-01,Parent,4,4,2025-05-01",
            (
                "r.csv, row 2, column 'oldest_vacancy_date': is given although every place is filled "
                "(found '2025-05-01', expected an empty cell, or fewer filled places)"
            ),
        ),
        (
            "900001,2025-10-01,Parent,4,3,2025-11-01",
            (
                "r.csv, row 2, column 'as_at': is before oldest_vacancy_date (found '2025-10-01', "
                "expected 2025-11-01 or later)"
            ),
        ),
    ],
)
def test_governor_rows_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_governors", f"urn,as_at,category,places,filled,oldest_vacancy_date\n{row}") == [sentence]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "900001,2025-11,2025-10-20,,,",
            (
                "r.csv, row 2, column 'due_date': is before the month that the accounts are for (found '2025-10-20', "
                "expected a date in 2025-11 or later)"
            ),
        ),
        (
            "900001,2025-11,2025-12-20,2025-12-15,2025-12-10,FGB",
            (
                "r.csv, row 2, column 'presented_date': is before issued_date (found '2025-12-10', "
                "expected 2025-12-15 or later)"
            ),
        ),
    ],
)
def test_accounts_rows_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    header = "urn,month,due_date,issued_date,presented_date,presented_to\n"
    assert broken("return_accounts_log", header + row) == [sentence]


def test_records_keep_their_cells_as_text(produce) -> None:
    header = "urn,month,due_date,issued_date,presented_date,presented_to\n"
    made = produce("return_accounts_log", header + "900001,2025-11-01,2025-12-20,,,FGB")["accounts"]
    assert made.iloc[0].to_dict() == {
        "urn": "900001",
        "month": "2025-11",
        "due_date": "2025-12-20",
        "issued_date": "",
        "presented_date": "",
        "presented_to": "FGB",
        "source_id": "file1",
        "source_row": 2,
    }
    reviews = "urn,review_date,reviewer_organisation,external,scope,outcome\n900001,2025-11-04,Peers,Y,Reading,Strong"
    assert produce("return_qa_reviews", reviews)["reviews"]["scope"].tolist() == ["Reading"]


def test_the_trusts_academies_and_targets_are_kept(produce, broken) -> None:
    text = ACADEMIES + "900001,Elmfield Academy,primary,2019-09-01,,2019-09-01,,900101,N,Northshire"
    row = produce("return_academies", text)["own_academies"].iloc[0]
    assert (row["urn"], row["predecessor_urn"], row["joined"], row["left"]) == (
        "900001",
        "900101",
        "2019-09-01",
        "",
    )
    targets = TARGETS + "pupil-attendance,900001,,>=,94.5,1,Head,Board minutes"
    kept = produce("return_targets", targets)["own_targets"].iloc[0]
    assert (kept["kpi"], kept["scope"], kept["academic_year"], kept["target"]) == (
        "pupil-attendance",
        "900001",
        "",
        "94.5",
    )
    assert broken("return_academies", text) == []
    assert broken("return_targets", targets) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "pupil-attendance,north,,>=,94.5,1,,",
            (
                "r.csv, row 2, column 'scope': is no scope of a target (found 'north', expected trust, "
                "primary, secondary, "
                "all-through, special, 16-19 or a six-digit URN)"
            ),
        ),
        (
            "pupil-attendance,trust,,>=,,1,,",
            "r.csv, row 2, column 'target': is empty (found '', expected a number for the operator >=)",
        ),
        (
            "gap-sex,trust,,gap_narrows,3,1,,",
            (
                "r.csv, row 2, column 'target': is a number that nothing would use (found '3', "
                "expected an empty cell, since gap_narrows is measured against other figures)"
            ),
        ),
        (
            "pupil-attendance,trust,,>=,95,-1,,",
            (
                "r.csv, row 2, column 'tolerance': is below 0 (found '-1', "
                "expected how far off still counts as near, 0 or more)"
            ),
        ),
        (
            "pupil-attendance,trust,2025/26,>=,95,1,,\npupil-attendance,Trust,2025-26,>=,96,1,,",
            (
                "r.csv, row 3, column 'kpi': has a second target for the same scope and year "
                "(found 'pupil-attendance', expected one row for each)"
            ),
        ),
    ],
)
def test_targets_that_cannot_be_are_named(broken, row: str, sentence: str) -> None:
    assert broken("return_targets", TARGETS + row) == [sentence]


def test_an_academy_that_left_before_it_joined_is_named(broken) -> None:
    text = ACADEMIES + "900001,Elmfield Academy,primary,2019-09-01,2018-08-31,,,900001,N,"
    assert broken("return_academies", text) == [
        "r.csv, row 2, column 'left': is before joined (found '2018-08-31', expected 2019-09-01 or later)",
        (
            "r.csv, row 2, column 'predecessor_urn': is the academy's own URN (found '900001', "
            "expected the URN of the school before it)"
        ),
    ]
