"""What is proposed for an item: titles that say what happened in plain words, and questions to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.access import Role, Viewer
from kpi_engine.answers import BenchmarkStatus, DirectionStatus, Judgement, Result, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.meetings import proposing
from kpi_engine.model import Withheld, WithheldKind

ATTENDANCE, SUSPENSIONS, SAFE = (CATALOGUE[id] for id in ("pupil-attendance", "suspensions", "pupils-safe"))
ABOVE, BELOW, LEVEL = BenchmarkStatus.ABOVE, BenchmarkStatus.BELOW, BenchmarkStatus.NO_DIFFERENCE
MET, NEAR, MISSED = TargetStatus.MET, TargetStatus.NEAR, TargetStatus.MISSED
FORBIDDEN = re.compile(r"\b(only|very|strong|strongly|poor|poorly|bad|good news|failing|worst|best)\b", re.I)
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@pytest.fixture(scope="module")
def view(sample_engine: Engine) -> View:
    return sample_engine.as_seen_by(Viewer("clerk", Role.EXECUTIVE, presenting=True))


def told(result: Result, **more: object) -> Result:
    """A result with judgements made by hand."""
    made = {
        name: Judgement(value, "by hand")
        if isinstance(value, BenchmarkStatus | TargetStatus | DirectionStatus)
        else value
        for name, value in more.items()
    }
    return replace(result, **made)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def some(view: View) -> Result:
    """A figure of one academy, with no judgement."""
    found = view.result("pupil-attendance", "900005", "2025/26")
    return told(
        found,
        benchmark=91.5,
        benchmark_label="England's secondary schools",
        versus_benchmark=BenchmarkStatus.NONE,
        target=TargetStatus.NONE,
        direction=DirectionStatus.NONE,
    )


def row(some: Result, name: str, **more: object) -> Result:
    return told(some, academy_name=name, academy=name, **more)


def hidden(some: Result, name: str, kind: WithheldKind = WithheldKind.HIDDEN) -> Result:
    return replace(row(some, name), value=None, withheld=Withheld(kind, "Why."))


def test_the_title_of_the_mockup(some: Result) -> None:
    each = [row(some, "A", versus_benchmark=BELOW), row(some, "B", versus_benchmark=BELOW)]
    each.append(row(some, "C", versus_benchmark=ABOVE))
    assert proposing.title(ATTENDANCE, some, each) == (
        "Attendance is below England’s secondary average at two of three academies"
    )


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ((BELOW, BELOW), "is below England’s secondary average at both academies"),
        ((ABOVE, LEVEL, LEVEL), "is above England’s secondary average at one of three academies"),
        ((ABOVE, ABOVE, ABOVE), "is above England’s secondary average at all three academies"),
        ((ABOVE, BELOW, LEVEL), "is below England’s secondary average at one of three academies"),
    ],
)
def test_the_worse_side_of_england_comes_first(some: Result, sides: Sequence[BenchmarkStatus], said: str) -> None:
    each = [row(some, str(i), versus_benchmark=side) for i, side in enumerate(sides)]
    assert proposing.title(ATTENDANCE, some, each) == f"Attendance {said}"


def test_above_is_the_worse_side_where_lower_is_better(some: Result) -> None:
    each = [row(some, str(i), versus_benchmark=side) for i, side in enumerate((ABOVE, BELOW, LEVEL))]
    assert proposing.title(SUSPENSIONS, some, each).startswith("The rate of suspensions is above England’s secondary")


def test_phases_together_are_held_against_each_one_s_own(some: Result) -> None:
    each = [row(some, "A", versus_benchmark=BELOW), row(some, "B", versus_benchmark=LEVEL)]
    each[1] = replace(each[1], benchmark_label="England's primary schools")
    assert proposing.title(ATTENDANCE, some, each) == (
        "Attendance is below England’s average for its phase at one of two academies"
    )


def test_a_gap_is_wider_or_narrower(some: Result) -> None:
    each = [row(some, str(i), versus_benchmark=ABOVE, benchmark_label="England's gap") for i in range(2)]
    assert proposing.title(CATALOGUE["gap-disadvantage"], some, each).endswith(
        "is wider than England’s gap at both academies"
    )


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        ((MISSED, MET, NEAR), "misses its target at one of three academies"),
        ((MET, MET), "meets its target at both academies"),
        ((NEAR, MET, MET), "is near its target, and short of it, at one of three academies"),
        ((MISSED,) * 13, "misses its target at all 13 academies"),
    ],
)
def test_where_england_tells_nothing_the_target_does(some: Result, judged: Sequence[TargetStatus], said: str) -> None:
    each = [row(some, str(i), target=status) for i, status in enumerate(judged)]
    assert proposing.title(SAFE, some, each) == f"The share of pupils who feel safe at school {said}"


def test_whoever_has_no_figure_is_in_no_count(some: Result) -> None:
    each = [row(some, "A", target=MISSED), row(some, "B", target=MET)]
    beside = [hidden(some, "C"), hidden(some, "D"), hidden(some, "E", WithheldKind.NOT_APPLICABLE)]
    assert proposing.title(SAFE, some, [*each, *beside]) == (
        "The share of pupils who feel safe at school misses its target at one of two academies with a figure"
    )
    assert proposing.title(SAFE, some, [*each, beside[2]]).endswith("at one of two academies")


@given(st.lists(st.sampled_from((MET, NEAR, MISSED, None)), min_size=1, max_size=12))
def test_no_number_word_tells_of_hidden_figures(view: View, judged: list[TargetStatus | None]) -> None:
    base = replace(view.result("pupils-safe", "900006", "2025/26"), benchmark=None)
    each = [hidden(base, str(i)) if s is None else row(base, str(i), target=s) for i, s in enumerate(judged)]
    known = sum(s is not None for s in judged)
    said = proposing.title(SAFE, base, each)
    counted = [WORDS.index(word) + 1 for word in re.findall(r"\w+", said) if word in WORDS]
    assert all(count <= known for count in counted)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"versus_benchmark": BELOW}, "is below England’s secondary average, at {}"),
        ({"target": MET}, "meets its target, at {}"),
        ({"target": NEAR, "direction": DirectionStatus.WORSENING}, "is near its target, at {}, and worsening"),
        (
            {"versus_benchmark": BELOW, "direction": DirectionStatus.IMPROVING},
            "is below England’s secondary average, at {}, and improving",
        ),
        ({}, "is {} in 2025/26"),
    ],
)
def test_one_academy_s_figure_is_told_with_its_value(some: Result, more: dict[str, object], said: str) -> None:
    value = f"{some.value:.1f} %"
    assert proposing.title(ATTENDANCE, told(some, **more)) == f"Attendance at Corvane High {said.format(value)}"


def test_where_there_is_no_figure_the_title_says_so(some: Result) -> None:
    whole = replace(hidden(some, "the trust"), academy="trust")
    assert proposing.title(ATTENDANCE, whole) == "Attendance has no figure for 2025/26: hidden"
    assert proposing.title(ATTENDANCE, hidden(some, "Corvane High")) == (
        "Attendance at Corvane High has no figure for 2025/26: hidden"
    )
    assert proposing.title(ATTENDANCE, whole, [hidden(some, "A")]) == "Attendance has no figure for 2025/26: hidden"


def test_every_title_and_question_of_the_sample_is_plain(view: View) -> None:
    for kpi in CATALOGUE.values():
        whole = view.result(kpi.id)
        each = [] if kpi.trust_only else view.compare(kpi.id)
        found = [proposing.title(kpi, whole, each), *proposing.questions(kpi, whole, each)]
        found += [proposing.title(kpi, r) for r in each]
        for said in found:
            assert not FORBIDDEN.search(said.replace("good or better", "")), said
            assert "  " not in said
            assert "None" not in said
        assert all(said[0].isupper() for said in found)


def test_every_kpi_has_a_subject_for_its_titles() -> None:
    assert set(proposing._SUBJECTS) == set(CATALOGUE)


def test_questions_ask_after_who_stands_out_and_what_changed_before_the_passport(some: Result) -> None:
    each = [row(some, "Corvane High", versus_benchmark=BELOW), row(some, "Pellmere High", versus_benchmark=LEVEL)]
    whole = told(some, direction=DirectionStatus.WORSENING)
    assert proposing.questions(ATTENDANCE, whole, each) == (
        "Which year groups explain the figure of Corvane High?",
        "What has changed since 2024/25, and where did it begin?",
        ATTENDANCE.passport.questions[0],
    )


def test_two_who_stand_out_are_asked_after_together_and_more_are_not_named(some: Result) -> None:
    each = [row(some, name, target=MISSED) for name in ("A", "B", "C")]
    assert proposing.questions(ATTENDANCE, some, each[:2])[0] == (
        "What explains the figures of A and B, and what is being done?"
    )
    assert proposing.questions(ATTENDANCE, some, each) == ATTENDANCE.passport.questions


def test_whoever_is_hidden_is_not_asked_after_and_whoever_is_late_is(some: Result) -> None:
    each = [hidden(some, "A"), hidden(some, "B", WithheldKind.NO_DATA), row(some, "C")]
    assert proposing.questions(ATTENDANCE, some, each)[0] == "When will there be a figure for B?"


def test_there_are_never_more_than_three(view: View) -> None:
    for kpi in CATALOGUE.values():
        each = [] if kpi.trust_only else view.compare(kpi.id)
        assert 1 <= len(proposing.questions(kpi, view.result(kpi.id), each)) <= 3
