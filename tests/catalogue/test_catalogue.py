"""The catalogue holds the plan's 39 KPIs, each fully described, over measures and breakdowns that exist."""

from __future__ import annotations

import pytest

from kpi_engine.catalogue import CATALOGUE, GROUPS, kpi, of_group
from kpi_engine.engine.scope import slice_of
from kpi_engine.errors import UsageError
from kpi_engine.kpi import Gap, Kpi, Single, Stages
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, Phase, Polarity, Unit
from kpi_engine.targets import EveryAcademy

# The plan's list, by group, in its own order.
PLAN = {
    "governance": "ofsted-journey ofsted-leadership board-skills critical-friends lgb-complement within-budget "
    "staffing-share fair-funding timely-accounts top10-efficiency cash-flow",
    "equality": "gap-sex gap-disadvantage gap-send",
    "teaching": "teaching-good ofsted-good",
    "outcomes": "key-stage-attainment ks2-reading ks2-writing ks2-maths ks2-gps ks2-reading-progress "
    "ks2-writing-progress ks2-maths-progress progress-8 post16-value-added",
    "people": "staff-turnover staff-attendance",
    "culture": "pupils-happy pupils-safe parents-happy parents-safe staff-wellbeing pupil-attendance suspensions "
    "permanent-exclusions",
    "employment": "looked-after-destinations neet-post16 neet-post18",
}
IDS = [id for ids in PLAN.values() for id in ids.split()]
KINDS = {*DIMENSIONS, "academy", "term", "month", "week", "measure", "key_stage", "comparator"}

every_kpi = pytest.mark.parametrize("found", CATALOGUE.values(), ids=lambda found: found.id)


def test_the_catalogue_holds_the_39_kpis_of_the_plan_in_its_order() -> None:
    assert len(IDS) == 39
    assert list(CATALOGUE) == IDS


def test_the_groups_stand_in_the_plans_order_and_hold_its_kpis() -> None:
    assert [group.id for group in GROUPS] == list(PLAN)
    for group, ids in PLAN.items():
        assert [found.id for found in of_group(group)] == ids.split()


@every_kpi
def test_every_measure_of_a_kpi_exists(found: Kpi) -> None:
    assert found.measures
    assert set(found.measures) <= set(MEASURES)


@every_kpi
def test_the_unit_is_the_measures_own_and_points_for_a_gap(found: Kpi) -> None:
    match found.answer:
        case Single(measure):
            assert found.unit is MEASURES[measure].unit
        case Gap():
            assert found.unit is Unit.POINTS
        case Stages():
            assert found.unit is Unit.PERCENT


@every_kpi
def test_polarity_agrees_with_the_measure(found: Kpi) -> None:
    if isinstance(found.answer, Single) and MEASURES[found.answer.measure].spread.name == "COUNTED":
        assert found.polarity is Polarity.LOWER
        assert not MEASURES[found.answer.measure].higher_is_better


@every_kpi
def test_every_drill_is_a_breakdown_that_the_engine_knows(found: Kpi) -> None:
    assert found.drill
    assert len(set(found.drill)) == len(found.drill)
    assert set(found.drill) <= KINDS
    for name in found.drill:
        if name != "academy":
            known = {"comparator": "school"}
            if isinstance(found.answer, Gap):
                known["measure"] = found.answer.outcomes[0]
            slice_of(found, {name: known.get(name, "anything")})


@every_kpi
def test_a_kpi_is_drilled_by_academy_first_unless_it_is_the_trusts_alone(found: Kpi) -> None:
    assert (found.drill[0] == "academy") is not found.trust_only


@every_kpi
def test_the_passport_leaves_nothing_out(found: Kpi) -> None:
    passport = found.passport
    texts = [
        found.title,
        found.promise,
        passport.definition,
        passport.numerator,
        passport.denominator,
        passport.source,
        passport.lag,
        passport.missing_years,
        *passport.changes,
        *passport.questions,
    ]
    assert passport.changes
    assert all(text.strip() == text and text for text in texts)
    assert all(text.endswith(".") for text in (found.promise, *texts[2:8], *passport.changes))


@every_kpi
def test_three_different_questions_end_with_a_question_mark(found: Kpi) -> None:
    assert len(set(found.passport.questions)) == 3
    assert all(question.endswith("?") for question in found.passport.questions)


@every_kpi
def test_titles_fit_the_scorecards_head(found: Kpi) -> None:
    assert 0 < len(found.short) <= 22
    assert len(found.title) <= 70


def test_titles_and_short_titles_are_told_apart() -> None:
    assert len({found.short for found in CATALOGUE.values()}) == 39
    assert len({found.title for found in CATALOGUE.values()}) == 39


@every_kpi
def test_the_axis_runs_upwards(found: Kpi) -> None:
    assert found.axis.low < found.axis.high


def test_attendance_is_drawn_as_absence_from_zero() -> None:
    drawn = {found.id: found.axis.low for found in CATALOGUE.values() if found.axis.complement}
    assert drawn == {"pupil-attendance": 0, "staff-attendance": 0}


def test_what_the_plan_asks_of_all_academies_is_judged_academy_by_academy() -> None:
    asked = {found.id for found in CATALOGUE.values() if isinstance(found.target, EveryAcademy)}
    assert asked == {
        "ofsted-journey",
        "ofsted-leadership",
        "critical-friends",
        "lgb-complement",
        "within-budget",
        "top10-efficiency",
        "ofsted-good",
        "staff-attendance",
        "pupil-attendance",
    }


def test_tolerances_are_the_plans() -> None:
    tolerances = {found.id: found.tolerance for found in CATALOGUE.values()}
    assert {id for id in tolerances if id.startswith("gap-") and tolerances[id] == 0.5} == {
        "gap-sex",
        "gap-disadvantage",
        "gap-send",
    }
    assert tolerances["neet-post16"] == tolerances["neet-post18"] == tolerances["staff-attendance"] == 1.0
    assert tolerances["ks2-reading"] == tolerances["pupils-happy"] == tolerances["teaching-good"] == 2.0
    assert tolerances["ofsted-good"] == tolerances["ofsted-leadership"] == 0.0


def test_kpis_of_a_whole_year_are_marked() -> None:
    assert {found.id for found in CATALOGUE.values() if found.whole_year} == {
        "staff-turnover",
        "suspensions",
        "permanent-exclusions",
        "critical-friends",
        "top10-efficiency",
        "looked-after-destinations",
        "neet-post16",
        "neet-post18",
    }


def test_kpis_without_a_yardstick_are_not_compared_with_england() -> None:
    compared = {found.id for found in CATALOGUE.values() if found.benchmark and not found.context_only}
    assert compared == {
        "staffing-share",
        "ofsted-good",
        "pupil-attendance",
        "suspensions",
        "permanent-exclusions",
        "staff-turnover",
        *PLAN["equality"].split(),
        *PLAN["outcomes"].split(),
    }
    context = {found.id for found in CATALOGUE.values() if found.context_only}
    assert context == {"looked-after-destinations", "neet-post16"}


def test_figures_about_staff_are_marked_so() -> None:
    assert {found.id for found in CATALOGUE.values() if found.staff} == {
        "staff-turnover",
        "staff-attendance",
        "staff-wellbeing",
    }


def test_phases_are_those_of_the_measure() -> None:
    assert Phase.SECONDARY not in kpi("ks2-maths").phases
    assert Phase.PRIMARY not in kpi("progress-8").phases
    for id in ("post16-value-added", "neet-post18"):
        assert kpi(id).sixth_form_only


def test_the_disadvantage_gap_is_measured_against_other_pupils_nationally() -> None:
    gaps = {id: found.answer for id, found in CATALOGUE.items() if isinstance(found.answer, Gap)}
    assert {id: (g.dimension, g.group, g.comparator) for id, g in gaps.items()} == {
        "gap-sex": ("sex", "F", "M"),
        "gap-disadvantage": ("disadvantage", "Y", "N"),
        "gap-send": ("send", "K", "N"),
    }
    assert [id for id, g in gaps.items() if g.national_comparator] == ["gap-disadvantage"]
    assert [id for id, g in gaps.items() if g.absolute] == ["gap-sex"]
    assert gaps["gap-send"].further_groups == (("E", "EHC plan"),)


def test_an_unknown_kpi_is_refused_with_those_that_come_near() -> None:
    with pytest.raises(UsageError, match="pupil-attendance"):
        kpi("pupil-atendance")
    with pytest.raises(UsageError, match="did you mean ks2-reading"):
        kpi("KS2_reading")
    with pytest.raises(UsageError, match="neet-post16"):
        kpi("neet")
    with pytest.raises(UsageError, match="catalogue"):
        kpi("xyzzy")


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(UsageError, match="governance"):
        of_group("finance")


def test_no_text_speaks_with_an_adverb_of_praise_or_blame() -> None:
    for found in CATALOGUE.values():
        words = f"{found.title} {found.promise} {found.passport.definition}".lower().split()
        assert not {"very", "strong", "poor"} & set(words), found.id
