"""Benchmark, direction, certainty and DfE's words, by hand-made intervals."""

import pytest

from kpi_engine import judgement
from kpi_engine.answers import BenchmarkStatus, CertaintyStatus, DirectionStatus
from kpi_engine.judgement import Change
from kpi_engine.measures import MEASURES
from kpi_engine.model import Polarity, Unit
from kpi_engine.stats import Interval
from kpi_engine.wording import counted, inside, one_of, span

READING, P8, TURNOVER = MEASURES["ks2_reading"], MEASURES["progress8"], MEASURES["staff_turnover"]


@pytest.mark.parametrize(
    ("lower", "upper", "status"),
    [(71.1, 86.7, "No clear difference"), (75.0, 86.7, "Above national"), (60.0, 74.8, "Below national"),
     (74.9, 80.0, "No clear difference"), (70.0, 74.9, "No clear difference")],
)  # fmt: skip
def test_never_above_or_below_when_the_interval_includes_it(lower, upper, status):
    found = judgement.versus_benchmark((lower + upper) / 2, lower, upper, 74.9, "England", MEASURES["pupils_happy"])
    assert found.status == status
    assert found.reason == f"{lower:.1f}–{upper:.1f} % (95 % interval) against England 74.9 %."


def test_without_an_interval_neither_is_called_higher():
    found = judgement.versus_benchmark(60.0, None, None, 46.0, "England", MEASURES["attainment8"])
    assert found.status is BenchmarkStatus.NO_DIFFERENCE


def test_negative_limits_are_joined_by_a_word():
    found = judgement.versus_benchmark(-0.1, -0.22, 0.02, -0.03, "England", P8)
    assert found.reason == "−0.22 to 0.02 (95 % interval) against England −0.03."
    assert span(1.0, 2.0, "%", 0) == "1–2 %"
    assert span(-1000, 2000, "£", 0) == "−£1,000 to £2,000"


@pytest.mark.parametrize(
    ("polarity", "lower", "upper", "status"),
    [
        (Polarity.HIGHER, 1.0, 5.0, "Improving"),
        (Polarity.HIGHER, -5.0, -1.0, "Worsening"),
        (Polarity.LOWER, 1.0, 5.0, "Worsening"),
        (Polarity.LOWER, -5.0, -1.0, "Improving"),
        (Polarity.HIGHER, -1.0, 5.0, "No clear change"),
        (Polarity.HIGHER, 0.0, 5.0, "No clear change"),
        (Polarity.NEITHER, 1.0, 5.0, "No clear change"),
    ],
)
def test_a_change_whose_interval_includes_0_is_no_clear_change(polarity, lower, upper, status):
    change = Change((lower + upper) / 2, Interval(lower, upper, "x"), "2023/24", 50.0)
    assert judgement.direction(change, polarity, TURNOVER).status == status


def test_a_change_that_rounding_would_hide_is_shown_or_said_to_be_almost_nothing():
    def said(change, unit=None):
        return judgement.direction(Change(change, None, "2023/24", 10.0), Polarity.HIGHER, TURNOVER, unit=unit).reason

    assert said(0.04).startswith("Up 0.04 points from 10.0 %")
    assert said(-0.0004).startswith("Almost unchanged from")
    assert said(0.0).startswith("Unchanged from")
    assert said(-217.0, Unit.POUNDS).startswith("Down £217")


def test_money_that_has_no_good_way_is_no_matter_of_intervals():
    change = Change(200.0, None, "2023/24", 6000.0)
    found = judgement.direction(change, Polarity.NEITHER, MEASURES["income_per_pupil"])
    assert found.status is DirectionStatus.NO_CHANGE
    assert found.reason == "Up £200 from £6,000 in 2023/24; neither way is better by itself."


@pytest.mark.parametrize(
    ("measure", "people", "status", "reason"),
    [
        ("ks2_reading", 10, "Small cohort", "10 pupils; one pupil changes this figure by 10.0 points."),
        ("ks2_reading", 1, "Small cohort", "1 pupil; one pupil changes this figure by 100.0 points."),
        ("ks2_reading", 11, "Large cohort", "11 pupils."),
        ("progress8", 8, "Small cohort", "8 pupils: read with caution."),
        ("staff_turnover", 9, "Small cohort", "9 staff; one member of staff changes this figure by 11.1 points."),
        ("ks2_reading", None, "No figure", "The number of pupils is not given."),
    ],
)
def test_fewer_than_eleven_are_few(measure, people, status, reason):
    found = judgement.certainty(MEASURES[measure], people)
    assert (found.status, found.reason) == (status, reason)


def test_a_checklist_is_no_matter_of_chance():
    assert judgement.certainty(MEASURES["board_skills"], 12).status is CertaintyStatus.NOT_CHANCE


@pytest.mark.parametrize(
    ("value", "lower", "upper", "words"),
    [
        (0.5, 0.2, 0.8, "well above average"),
        (0.49, 0.2, 0.8, "above average"),
        (0.6, -0.1, 1.3, "average"),
        (-0.5, -0.8, -0.2, "below average"),
        (-0.51, -0.8, -0.2, "well below average"),
    ],
)
def test_dfes_bands_in_words(value, lower, upper, words):
    assert judgement.progress8_band(value, lower, upper) == words


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("pupils", "pupil"),
        ("academies with both inspections", "academy with both inspections"),
        ("packs due", "pack due"),
        ("parents and carers", "parent or carer"),
        ("more staff", "more member of staff"),
        ("key stages above England", "key stage above England"),
    ],
)
def test_one_of_many(many, one):
    assert one_of(many) == one
    assert counted(1, many) == f"1 {one}"
    assert counted(1527, many) == f"1,527 {many}"


def test_titles_inside_a_sentence_keep_their_names():
    assert inside("DfE efficiency checks") == "DfE efficiency checks"
    assert inside("Attainment 8") == "Attainment 8"
    assert inside("SEN support") == "SEN support"
    assert inside("Staff turnover") == "staff turnover"
