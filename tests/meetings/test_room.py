"""What a meeting is made with: the view for many questions, what its answers rest on, and whose words they are in."""

from __future__ import annotations

import datetime as dt

import pytest

from kpi_engine import telling
from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from ui import words

PRESENTING = Viewer("clerk", Role.EXECUTIVE, presenting=True)


def test_a_view_for_many_questions_gives_the_same_answers(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(PRESENTING)
    many = view.for_many()
    compared = 0
    for kpi in CATALOGUE.values():
        for urn in ("trust", "900005", "900006", "900001"):
            for by in kpi.drill:
                if by == "academy" or (kpi.trust_only and urn != "trust"):
                    continue
                assert many.breakdown(kpi.id, by, urn) == view.breakdown(kpi.id, by, urn), (kpi.id, by, urn)
                compared += 1
    assert compared > 300
    assert many.offers("pupil-attendance", "900006") == view.offers("pupil-attendance", "900006")


def test_a_view_for_many_questions_sees_no_more(sample_engine: Engine) -> None:
    head = sample_engine.as_seen_by(Viewer("h", Role.HEADTEACHER, frozenset({"900006"})))
    many = head.for_many()
    for urn in ("900006", "900005", "trust"):
        for id in ("pupils-safe", "staff-turnover"):
            for by in ("sex", "staff_group"):
                if by in CATALOGUE[id].drill:
                    assert many.breakdown(id, by, urn, "2025/26") == head.breakdown(id, by, urn, "2025/26")


def test_the_basis_names_the_data_and_the_trust_s_own_targets(sample_engine: Engine) -> None:
    basis = sample_engine.as_seen_by(PRESENTING).basis()
    assert basis.as_at == dt.date(2026, 11, 14)
    assert basis.version == sample_engine.meta.version
    assert basis.members == "then"
    assert [(t.kpi, t.scope) for t in basis.targets] == sorted((t.kpi, t.scope) for t in basis.targets)
    assert ("neet-post16", "900006") in [(t.kpi, t.scope) for t in basis.targets]


@pytest.mark.parametrize(
    ("kpi", "urn", "asked"),
    [
        ("pupils-safe", "900001", "at least 100 %"),
        ("staff-turnover", "900005", "8 to 12 %"),
        ("staff-turnover", "900008", "10 to 14 %"),
        ("pupil-attendance", "trust", "clearly better than England, in every academy"),
    ],
)
def test_a_target_is_told_by_itself(sample_engine: Engine, kpi: str, urn: str, asked: str) -> None:
    judged = sample_engine.as_seen_by(PRESENTING).judged_by(kpi, urn)
    assert judged.asked == asked
    assert judged.asked in judged.target


def test_screens_say_what_meetings_say() -> None:
    for name in ("answers", "counted", "figure", "special", "status", "value"):
        assert getattr(words, name) is getattr(telling, name)
