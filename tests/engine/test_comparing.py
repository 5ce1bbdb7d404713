"""Which academies can be told apart: each test by a second formula, and what must hold whatever the figures are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.access import Role, Viewer
from kpi_engine.answers import Judgement, Result, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.disclosure.rule import CLOSED
from kpi_engine.engine import compared, comparing
from kpi_engine.engine.comparing import Held, Stand, Verdict, Whole
from kpi_engine.engine.figure import Figure, of_academy
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy, Coverage, Observation, Phase, Unit, Withheld, WithheldKind

Z = 1.959963984540054
YEAR = "2024/25"
EXECUTIVE = Viewer("di", Role.EXECUTIVE)
HEAD = Viewer("bo", Role.HEADTEACHER, frozenset({"1"}))


def wilson(n, d):
    centre, half = 2 * n + Z * Z, Z * math.sqrt(Z * Z + 4 * n * (1 - n / d))
    return (centre - half) / (2 * (d + Z * Z)), (centre + half) / (2 * (d + Z * Z))


def square_and_add(a, limits_a, b, limits_b):
    low = a - b - math.hypot(a - limits_a[0], limits_b[1] - b)
    high = a - b + math.hypot(limits_a[1] - a, b - limits_b[0])
    return low, high


def byar(n):
    low = n * (1 - 1 / (9 * n) - Z / (3 * math.sqrt(n))) ** 3 if n else 0.0
    return low, (n + 1) * (1 - 1 / (9 * (n + 1)) + Z / (3 * math.sqrt(n + 1))) ** 3


def stand_of(comparison, urn) -> Stand:
    return next(s for s in comparison.stands if s.result.academy == urn)


def verdicts(comparison):
    return {s.result.academy: s.verdict for s in comparison.stands}


@pytest.fixture
def happy(fact):
    """Pupils who are happy: 60 of 100, 90 of 100, 88 of 100 and 170 of 200."""
    counts = {"1": (60, 100), "2": (90, 100), "3": (88, 100), "4": (170, 200)}
    return [fact("pupils_happy", urn, n, d) for urn, (n, d) in counts.items()]


# Each kind of measure, against the rest of the trust


def test_a_proportion_is_held_against_the_rest_of_the_trust_by_newcombe(trust, happy):
    found = trust(happy).view.compared("pupils-happy", YEAR)
    ash = stand_of(found, "1")
    low, high = square_and_add(0.60, wilson(60, 100), 348 / 400, wilson(348, 400))
    assert (ash.difference, ash.lower, ash.upper) == pytest.approx((60 - 87, 100 * low, 100 * high))
    assert verdicts(found) == {
        "1": Verdict.BELOW, "2": Verdict.ABOVE, "3": Verdict.LEVEL, "4": Verdict.LEVEL, "5": Verdict.UNTESTED,
    }  # fmt: skip
    assert found.sentence == (
        "Of 4 academies, 1 is clearly above the trust's figure (81.6 %), 1 clearly below; 2 cannot be told apart."
    )
    assert "Each is held against all the others together" in found.notes[0]
    assert found.notes[1] == "Not counted, for want of a figure: 1 no data loaded (Elder Special)."


def test_half_days_are_tested_over_people(trust, fact):
    def of(urn, n, d, people, nn, nd, dd):
        return fact("attendance", urn, n, d, series="daily", people=people, sum_nn=nn, sum_nd=nd, sum_dd=dd)

    # 100 pupils with 10 half-days each, half of them missing one; 50 pupils who miss two each but one who misses none.
    whole = [of("1", 950, 1000, 100, 9050, 9500, 10000), of("2", 402, 500, 50, 3236, 4020, 5000)]
    found = trust(whole).view.compared("pupil-attendance", YEAR)
    mean_one, mean_two = 0.95, 402 / 500
    variance_one = 100 / 99 * (9050 - 2 * mean_one * 9500 + mean_one**2 * 10000) / 1000**2
    variance_two = 50 / 49 * (3236 - 2 * mean_two * 4020 + mean_two**2 * 5000) / 500**2
    half = 100 * Z * math.sqrt(variance_one + variance_two)
    one = stand_of(found, "1")
    assert (one.difference, one.lower, one.upper) == pytest.approx((14.6, 14.6 - half, 14.6 + half))
    assert stand_of(found, "2").difference == pytest.approx(-14.6)
    assert found.turned
    assert found.sentence == (
        "Of 2 academies, 1 is clearly above the trust's figure (9.9 % missed), 1 clearly below; all can be told apart."
    )


def test_a_rate_of_events_is_tested_by_byars_limits(trust, fact):
    counts = {"1": (40, 1000), "2": (10, 1000), "3": (12, 2000)}
    found = trust([fact("permanent_exclusions", u, n, d) for u, (n, d) in counts.items()]).view.compared(
        "permanent-exclusions", YEAR
    )
    rest = [x / 3000 * 100 for x in byar(22)]
    low, high = square_and_add(4.0, [x / 10 for x in byar(40)], 2200 / 3000, rest)
    ash = stand_of(found, "1")
    assert (ash.difference, ash.lower, ash.upper) == pytest.approx((4 - 2200 / 3000, low, high))
    assert ash.verdict is Verdict.ABOVE


def test_repeat_suspensions_widen_the_rest_as_they_widen_the_whole(trust, fact):
    events, pupils = {"1": 90, "2": 60, "3": 30}, {"1": 30, "2": 30, "3": 20}
    facts = [fact("suspensions", u, n, 500) for u, n in events.items()]
    facts += [fact("pupils_suspended", u, n, 500) for u, n in pupils.items()]
    found = trust(facts).view.compared("suspensions", YEAR)
    own_phi, phi = 90 / 30, 180 / 80
    own = [own_phi * x / 5 for x in byar(90 / own_phi)]
    rest = [phi * x / 10 for x in byar(90 / phi)]
    low, high = square_and_add(18.0, own, 9.0, rest)
    ash = stand_of(found, "1")
    assert (ash.lower, ash.upper) == pytest.approx((low, high))


def test_where_repeats_are_not_known_nothing_is_called_clear(trust, fact):
    facts = [fact("suspensions", u, n, 500) for u, n in (("1", 200), ("2", 10), ("3", 20))]
    found = trust(facts).view.compared("suspensions", YEAR)
    assert {s.verdict for s in found.stands} == {Verdict.UNTESTED}
    assert found.sentence == ""
    assert "how many pupils lie behind the events is not known" in " ".join(found.notes)


def test_a_progress_score_is_tested_with_the_national_deviation(trust, fact):
    def score(urn, mean, pupils, academy_deviation=1.28):
        half = 1.96 * academy_deviation / math.sqrt(pupils)
        return fact(
            "progress8", urn, mean * pupils, pupils, series="published",
            published_value=mean, lower=mean - half, upper=mean + half,
        )  # fmt: skip

    found = trust([score("3", 0.6, 150), score("4", -0.2, 100)]).view.compared("progress-8", YEAR)
    half = math.hypot(1.96 * 1.28 / math.sqrt(150), Z * 1.28 / math.sqrt(100))
    cedar = stand_of(found, "3")
    assert (cedar.difference, cedar.lower, cedar.upper) == pytest.approx((0.8, 0.8 - half, 0.8 + half), abs=1e-4)
    assert verdicts(found)["3"] is Verdict.ABOVE


def test_a_gap_is_held_against_the_gap_in_the_rest_of_the_trust(trust, fact):
    def sides(urn, girls, boys):
        return [
            fact("ks2_rwm", urn, girls, 100, series="published", sex="F"),
            fact("ks2_rwm", urn, boys, 100, series="published", sex="M"),
        ]

    facts = [*sides("1", 80, 40), *sides("2", 62, 60), *sides("4", 66, 60)]
    found = trust(facts).view.compared("gap-sex", YEAR, {"measure": "ks2_rwm"})
    own = square_and_add(0.8, wilson(80, 100), 0.4, wilson(40, 100))
    rest = square_and_add(0.64, wilson(128, 200), 0.6, wilson(120, 200))
    low, high = square_and_add(0.4, own, 0.04, rest)
    ash = stand_of(found, "1")
    assert (ash.difference, ash.lower, ash.upper) == pytest.approx((36, 100 * low, 100 * high))
    assert ash.verdict is Verdict.ABOVE
    assert "(16.0 points)" in found.sentence


def test_what_is_counted_in_full_is_not_tested(trust, fact):
    found = trust([fact("budget_spend", u, n, 100.0) for u, n in (("1", 90), ("2", 120))]).view.compared(
        "within-budget", YEAR
    )
    assert found.sentence == ""
    assert "No difference is called clear here: counted in full, so that no interval belongs to it." in found.notes


# Who is part of the sum, and who is not


def test_a_special_school_outside_the_sum_is_held_against_the_whole_of_it(trust, fact):
    facts = [fact("ks2_reading", u, n, 100, series="published") for u, n in (("1", 80), ("2", 70), ("5", 20))]
    found = trust(facts).view.compared("ks2-reading", YEAR)
    assert found.reference.value == 75
    assert stand_of(found, "5").difference == pytest.approx(20 - 75)
    assert stand_of(found, "1").difference == pytest.approx(80 - 70)


def test_a_figure_of_another_series_is_not_held_against_the_sum(trust, fact):
    facts = [fact("ks2_reading", u, 80, 100, series="published") for u in ("1", "2")]
    facts.append(fact("ks2_reading", "4", 20, 100, series="return"))
    dogwood = stand_of(trust(facts).view.compared("ks2-reading", YEAR), "4")
    assert (dogwood.verdict, dogwood.why) == (Verdict.UNTESTED, "its figure comes from another series")


def test_one_academy_alone_is_not_told_apart_from_itself(trust, fact):
    found = trust([fact("pupils_happy", "1", 50, 100)]).view.compared("pupils-happy", YEAR)
    assert stand_of(found, "1").why == "there is no other academy in the figure"
    assert found.sentence == ""


def test_without_a_figure_of_the_trust_nothing_is_said(trust, happy):
    guards = {("pupils_happy", "return", YEAR, "trust", "Year", ()): CLOSED}
    rows = [*happy[:3], happy[3]._replace(guard=CLOSED)]
    found = trust(rows, viewer=EXECUTIVE, guards=guards).view.compared("pupils-happy", YEAR)
    assert (found.reference.value, found.sentence) == (None, "")
    assert {s.verdict for s in found.stands} == {Verdict.UNTESTED}


# England, and one of the academies


def test_england_is_held_against_by_the_score_test(trust, fact, england):
    facts = [fact("ks2_reading", u, n, 100, series="published") for u, n in (("1", 86), ("2", 78), ("4", 60))]
    found = trust(facts, [england("ks2_reading", 75, "primary")]).view.compared("ks2-reading", YEAR, against="England")
    p = {u: math.erfc(abs(n / 100 - 0.75) / math.sqrt(0.75 * 0.25 / 100) / math.sqrt(2)) for u, n in
         (("1", 86), ("2", 78), ("4", 60))}  # fmt: skip
    assert p["4"] < 0.05 / 3
    assert p["1"] < 2 * 0.05 / 3
    assert p["2"] > 0.05
    assert [verdicts(found)[u] for u in ("1", "2", "4")] == [Verdict.ABOVE, Verdict.LEVEL, Verdict.BELOW]
    assert "clearly above England (75 %)" in found.sentence
    assert found.reference is None


def test_one_academy_can_be_what_the_others_are_held_against(trust, happy):
    found = trust(happy).view.compared("pupils-happy", YEAR, chosen=["2", "4"], against="1")
    assert [s.result.academy for s in found.stands] == ["1", "2", "4"]
    low, high = square_and_add(0.9, wilson(90, 100), 0.6, wilson(60, 100))
    beech = stand_of(found, "2")
    assert (beech.difference, beech.lower, beech.upper) == pytest.approx((30, 100 * low, 100 * high))
    assert stand_of(found, "1").why == "the others are held against it"
    assert found.sentence.startswith("Of 2 academies, 2 are clearly above the figure of Ash Primary (60.0 %)")


# Many at once


def test_clearly_allows_for_how_many_are_tested(trust, fact):
    """One of twelve alike lies just outside by its own interval, which is what chance brings about."""
    academies = [Academy(str(i), f"School {i:02}", Phase.PRIMARY, "2010-09-01") for i in range(12)]
    facts = [fact("pupils_happy", str(i), 80 if i else 70, 100) for i in range(12)]
    found = trust(facts, academies=academies).view.compared("pupils-happy", YEAR)
    first = stand_of(found, "0")
    assert first.upper < 0
    assert first.verdict is Verdict.LEVEL
    alone = trust(facts, academies=academies).view.compared("pupils-happy", YEAR, chosen=["0"])
    assert stand_of(alone, "0").verdict is Verdict.BELOW
    assert alone.sentence == "School 00 is clearly below the trust's figure (79.2 %)."


# What holds whatever the figures are

counts = st.lists(
    st.tuples(st.integers(5, 300), st.floats(0, 1)).map(lambda t: (round(t[0] * t[1]), t[0])), min_size=2, max_size=9
)
KPI, MEASURE = CATALOGUE["pupils-happy"], MEASURES["pupils_happy"]


def _figure(urn: str, n: float, d: float) -> Figure:
    fact = Observation("pupils_happy", "return", "final", YEAR, urn, "Year", float(n), float(d))
    return of_academy(MEASURE, fact, None, Phase.PRIMARY)


def _result(urn: str, found: Figure | None) -> Result:
    """An academy's answer with nothing in it but what a comparison reads."""
    value = found.value if found is not None else None
    none = Judgement(TargetStatus.NONE, "")
    return Result(
        "pupils-happy", urn, f"School {urn}", YEAR, value, Unit.PERCENT, 1, None, None, None, None, None, "", None,
        "England", none, none, none, none,
        None if found is not None else Withheld(WithheldKind.HIDDEN, "Hidden."), Coverage(1, 1), "",
    )  # fmt: skip


def _held(some: Sequence[tuple[int, int]], hidden: Sequence[str] = ()) -> list[Held]:
    figures = [_figure(str(i), n, d) for i, (n, d) in enumerate(some)]
    held = [Held(_result(found.urn, found), found) for found in figures]
    return [*held, *(Held(_result(urn, None), None) for urn in hidden)]


def _whole(some: Sequence[tuple[int, int]]) -> Whole:
    total = _figure("trust", sum(n for n, _ in some), sum(d for _, d in some))
    return Whole(total, {str(i) for i in range(len(some))})


def _told(found: Sequence[Stand]) -> dict[str, tuple[Verdict, float | None]]:
    return {s.result.academy: (s.verdict, s.difference) for s in found}


@given(counts)
def test_the_rest_and_the_part_make_the_whole(some):
    figures = [_figure(str(i), n, d) for i, (n, d) in enumerate(some)]
    n, d = sum(n for n, _ in some), sum(d for _, d in some)
    whole = _figure("trust", n, d)
    for own, (part, of) in zip(figures, some, strict=True):
        rest = comparing.rest(MEASURE, whole, own)
        assert rest is not None
        assert (rest.numerator, rest.denominator) == (n - part, d - of)
        assert rest.value == pytest.approx(100 * (n - part) / (d - of))


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_the_academies_changes_no_verdict(some, random):
    held, whole = _held(some), _whole(some)
    first = _told(comparing.stands(KPI, held, whole))
    random.shuffle(held)
    assert _told(comparing.stands(KPI, held, whole)) == first


@given(counts, st.lists(st.sampled_from("ABCDEF"), unique=True), st.randoms(use_true_random=False))
def test_those_without_a_figure_are_never_counted_and_stand_last_by_name(some, hidden, random):
    seen = comparing.stands(KPI, _held(some), _whole(some))
    held = _held(some, hidden)
    random.shuffle(held)
    both = comparing.stands(KPI, held, _whole(some))
    told = _told(both)
    assert {urn: told.pop(urn) for urn in hidden} == dict.fromkeys(hidden, (Verdict.UNTESTED, None))
    assert told == _told(seen)
    of_all, of_seen = (compared.told(KPI, YEAR, "England", "", None, each).sentence for each in (both, seen))
    assert of_all == of_seen
    by_value = comparing.by_value(both)
    assert [s.result.academy for s in by_value[len(some) :]] == sorted(hidden)
    values = [s.result.value for s in by_value[: len(some)]]
    assert values == sorted(values, reverse=True)


@given(counts)
def test_what_is_called_clear_is_never_within_its_own_limits_and_lies_on_its_side(some):
    for found in comparing.stands(KPI, _held(some), _whole(some)):
        if found.verdict is Verdict.ABOVE:
            assert found.lower > 0
        elif found.verdict is Verdict.BELOW:
            assert found.upper < 0


@given(st.integers(1, 200), st.integers(1, 200), st.data())
def test_two_academies_held_against_each_other_agree(d1, d2, data):
    n1, n2 = data.draw(st.integers(0, d1)), data.draw(st.integers(0, d2))
    one, two = _figure("1", n1, d1), _figure("2", n2, d2)
    there = comparing.difference(MEASURE, one, two)
    back = comparing.difference(MEASURE, two, one)
    assert (there.value, there.lower, there.upper) == pytest.approx((-back.value, -back.upper, -back.lower))
    assert there.p == pytest.approx(back.p)


def test_hidden_ones_stand_last_even_where_values_are_below_zero():
    some = [
        Stand(_result(urn, _figure(urn, 1, 2)._replace(value=v)), Verdict.LEVEL) for urn, v in (("1", -1), ("2", 2))
    ]
    found = comparing.by_value([Stand(_result("A", None), Verdict.UNTESTED), *some])
    assert [s.result.academy for s in found] == ["2", "1", "A"]


def test_of_attendance_above_is_said_of_what_is_missed(trust, fact):
    """Two academies miss 2 of 100 half-days, one misses 10: the two are the ones below."""
    facts = [
        fact(
            "attendance", urn, 100 * (100 - missed), 10000, series="daily", people=100,
            sum_nn=100 * (100 - missed) ** 2 + 100, sum_nd=10000 * (100 - missed), sum_dd=1000000,
        )
        for urn, missed in (("1", 2), ("2", 2), ("3", 10))
    ]  # fmt: skip
    found = trust(facts).view.compared("pupil-attendance", YEAR)
    assert [verdicts(found)[urn] for urn in "123"] == [Verdict.ABOVE, Verdict.ABOVE, Verdict.BELOW]
    assert found.sentence == (
        "Of 3 academies, 1 is clearly above the trust's figure (4.7 % missed), 2 clearly below; all can be told apart."
    )


def test_a_hidden_figure_has_no_number_in_a_comparison(trust, happy):
    rows = [*happy[:3], happy[3]._replace(guard=CLOSED)]
    found = trust(rows, viewer=EXECUTIVE).view.compared("pupils-happy", YEAR)
    dogwood = stand_of(found, "4")
    assert (dogwood.verdict, dogwood.difference, dogwood.lower, dogwood.upper) == (Verdict.UNTESTED, None, None, None)
    assert "1 hidden (Dogwood All-through)" in found.notes[1]
    assert "170" not in f"{found.sentence}{found.notes}"


def test_a_headteacher_compares_the_own_returns_and_what_others_published(trust, fact):
    happy = [fact("pupils_happy", u, 60 + i, 100, guard=1) for i, u in enumerate("1234")]
    reading = [fact("ks2_reading", u, n, 100, series="published") for u, n in (("1", 90), ("2", 60), ("4", 60))]
    view = trust([*happy, *reading], viewer=HEAD).view
    own = view.compared("pupils-happy", YEAR)
    assert [s.result.academy for s in own.stands if s.result.value is not None] == ["1"]
    assert "3 hidden (Beech Primary, Cedar High, Dogwood All-through)" in own.notes[1]
    published = view.compared("ks2-reading", YEAR)
    assert [s.result.value for s in published.stands if s.result.value is not None] == [90, 60, 60]
    assert verdicts(published)["1"] is Verdict.ABOVE
