"""What is told to be about a person, and what becomes of a name."""

from __future__ import annotations

import pytest

from kpi_engine.intake.layouts.returns_governance import member_label, member_labels
from kpi_engine.intake.personal import looks_personal


@pytest.mark.parametrize(
    ("member", "label"),
    [
        ("Ada Bright (chair)", "A B (chair)"),
        ("Chair: Ada Bright", "Chair: A B"),
        ("Vice-chair", "Vice-chair"),
        ("Chair of the audit committee", "Chair of the audit committee"),
        ("Trustee A", "Trustee A"),
        ("(Ada Bright)", "AB"),
        ("Ada O'Brien", "AO"),
        ("ADA BRIGHT", "AB"),
        ("ada.bright@mail.example", "ABME"),
        ("A123456789012", "A"),
        ("2014-02-28", "member"),
        ("28/02/2014", "member"),
        ("Élodie Bright", "ÉB"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_a_members_label_is_initials_and_roles_and_the_label_of_a_label_is_itself(member: str, label: str) -> None:
    assert member_label(member) == label
    assert member_label(label) == label


def test_labels_of_labels_stay_apart_as_they_are() -> None:
    import pandas as pd

    body = pd.Series(["trust"] * 4)
    once = member_labels(body, pd.Series(["Ada Bright", "Abel Brown", "Chair", "Ada Bright"]))
    assert list(once) == ["AB 2", "AB", "Chair", "AB 2"]
    assert list(member_labels(body, once)) == list(once)


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("A123456789012", True),
        ("pupil h80120000123b left", True),
        ("QQ 12 34 56 C", True),
        ("write to ada@trust.example", True),
        ("Ofsted", False),
        ("URN 900001, 2025/26", False),
        ("12 of 14", False),
        ("3f2a9c01d4e5", False),
        ("£1,234,567", False),
    ],
)
def test_numbers_and_addresses_are_told(text: str, personal: bool) -> None:
    assert looks_personal(text) is personal
