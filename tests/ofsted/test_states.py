"""Leadership, and good or better, by the latest graded inspection; what vintages add to one another."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.derive.ofsted import derive
from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.model import Academy

Rows = list[dict[str, object]]
Inspected = Callable[..., Rows]
Facts = Callable[..., pd.DataFrame]
One = Callable[..., pd.Series]
KEY = ("Quality of education", "Behaviour and attitudes", "Personal development", "Leadership and management")
CARD = {
    "Safeguarding": "Met",
    "Inclusion": "Expected standard",
    "Achievement": "Strong standard",
    "Leadership and governance": "Expected standard",
}


@pytest.mark.parametrize(("grade", "met"), [("1", 1.0), ("2", 1.0), ("3", 0.0), ("4", 0.0)])
def test_overall_and_leadership_count_from_grade_2(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy, grade: str, met: float
) -> None:
    areas = {"Overall effectiveness": grade, "Leadership and management": grade}
    facts = facts_of(inspected("1", "2021-06-12", areas), marlwick)
    assert one(facts, "ofsted_good", "2021/22")["numerator"] == met
    assert one(facts, "ofsted_leadership", "2021/22")["numerator"] == met


def test_trap_overall_effectiveness_leads_where_it_is_given(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    areas = {"Overall effectiveness": "2", **dict.fromkeys(KEY, "2"), "Personal development": "3"}
    facts = facts_of(inspected("1", "2021-06-12", areas), marlwick)
    assert one(facts, "ofsted_good", "2021/22")["numerator"] == 1.0


def test_without_overall_all_four_key_judgements_must_be_good_and_the_detail_says_so(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    good = facts_of(inspected("1", "2024-11-12", dict.fromkeys(KEY, "2")), marlwick)
    short = facts_of(inspected("1", "2024-11-12", dict.fromkeys(KEY, "2") | {KEY[1]: "3"}), marlwick)
    fact = one(good, "ofsted_good", "2024/25")
    assert fact["numerator"] == 1.0
    assert "four key judgements" in fact["detail"]
    fact = one(short, "ofsted_good", "2024/25")
    assert fact["numerator"] == 0.0
    assert "Behaviour and attitudes Requires improvement" in fact["detail"]


def test_a_key_judgement_that_is_not_given_is_not_taken_for_good(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    facts = facts_of(inspected("1", "2024-11-12", dict.fromkeys(KEY[1:], "2")), marlwick)
    assert one(facts, "ofsted_good", "2024/25")["code"] == "NOT_APPLICABLE"


@pytest.mark.parametrize(
    ("change", "met"),
    [
        ({}, 1.0),
        ({"Achievement": "Needs attention"}, 0.0),
        ({"Inclusion": "Urgent improvement"}, 0.0),
        ({"Safeguarding": "Not met"}, 0.0),
        ({"Inclusion": "Exceptional"}, 1.0),
    ],
)
def test_a_report_card_needs_every_graded_area_and_safeguarding(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy, change: dict[str, str], met: float
) -> None:
    facts = facts_of(inspected("1", "2026-01-13", CARD | change, framework="report_card"), marlwick)
    fact = one(facts, "ofsted_good", "2025/26")
    assert (fact["series"], fact["numerator"]) == ("report_card", met)


def test_a_report_card_without_safeguarding_cannot_be_called_good(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    areas = {area: grade for area, grade in CARD.items() if area != "Safeguarding"}
    facts = facts_of(inspected("1", "2026-01-13", areas, framework="report_card"), marlwick)
    assert one(facts, "ofsted_good", "2025/26")["code"] == "NOT_APPLICABLE"
    assert one(facts, "ofsted_leadership", "2025/26")["numerator"] == 1.0


def test_trap_a_report_card_does_not_change_the_years_before_it(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2021-06-12", {"Overall effectiveness": "3", "Leadership and management": "3"})
    rows += inspected("2", "2026-01-13", CARD, framework="report_card")
    facts = facts_of(rows, marlwick)
    before, after = (one(facts, "ofsted_leadership", year) for year in ("2024/25", "2025/26"))
    assert (before["series"], before["numerator"]) == ("graded", 0.0)
    assert (after["series"], after["numerator"]) == ("report_card", 1.0)


def test_a_predecessors_grade_counts_until_the_academy_has_its_own_and_says_so(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", {"Leadership and management": "3"}, urn="900103")
    rows += inspected("2", "2021-06-12", {"Leadership and management": "2"})
    facts = facts_of(rows, marlwick)
    early, late = (one(facts, "ofsted_leadership", year) for year in ("2019/20", "2021/22"))
    assert (early["numerator"], late["numerator"]) == (0.0, 1.0)
    assert early["detail"] == "Requires improvement on 5 March 2015 (as URN 900103), before it joined the trust"
    assert late["detail"] == "Good on 12 June 2021"


def test_ofsteds_own_link_finds_a_predecessor_that_gias_links_lack(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", {"Overall effectiveness": "2"}, urn="900199", school_urn="900003")
    facts = facts_of(rows, replace(marlwick, predecessors=()))
    assert "as URN 900199" in one(facts, "ofsted_good", "2019/20")["detail"]


def test_areas_show_the_grade_in_words_and_its_date(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    areas = {"Overall effectiveness": "2", "Early years": "3", "Safeguarding": "Yes"}
    facts = facts_of(inspected("1", "2021-06-12", areas), marlwick)
    early = one(facts, "ofsted_good", "2021/22", area="Early years")
    assert (early["numerator"], early["detail"]) == (0.0, "Requires improvement on 12 June 2021")
    assert one(facts, "ofsted_good", "2021/22", area="Safeguarding")["detail"] == "effective on 12 June 2021"


def test_an_academy_nobody_has_inspected_is_not_inspected(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    other = replace(marlwick, urn="900001", predecessors=(), joined="2015-11-01", opened="2015-11-01")
    facts = facts_of(inspected("1", "2021-06-12", {"Overall effectiveness": "2"}), marlwick, other)
    fact = one(facts[facts["urn"] == "900001"], "ofsted_good", "2021/22")
    assert fact["code"] == "NOT_INSPECTED"
    assert "31 August 2022" in fact["detail"]
    assert fact["source_id"] == "file"


def test_years_run_from_2016_17_to_the_chosen_date(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2008-03-05", {"Overall effectiveness": "2"}, urn="900103")
    rows += inspected("2", "2019-06-12", {"Overall effectiveness": "3"}, urn="900103")
    facts = facts_of(rows, marlwick, as_at="2019-06-01")
    assert sorted(facts["academic_year"].unique()) == ["2016/17", "2017/18", "2018/19"]
    assert one(facts, "ofsted_good", "2018/19")["numerator"] == 1.0  # the second is later than the chosen date


def test_facts_begin_with_the_earliest_loaded_inspection_where_that_is_later(
    inspected: Inspected, facts_of: Facts, marlwick: Academy
) -> None:
    facts = facts_of(inspected("1", "2022-03-05", {"Overall effectiveness": "2"}), marlwick)
    assert facts["academic_year"].min() == "2021/22"


def test_without_inspections_there_are_no_facts_but_all_columns(facts_of: Facts, marlwick: Academy) -> None:
    facts = facts_of([], marlwick)
    assert facts.empty
    assert tuple(facts.columns) == FACT_COLUMNS
    assert derive({}, [marlwick], dt.date(2026, 8, 31)).empty


def test_trap_the_same_inspection_in_three_vintages_is_one_inspection(
    inspected: Inspected, facts_of: Facts, marlwick: Academy
) -> None:
    grades = {"Overall effectiveness": "2", "Quality of education": "2"}
    rows = [
        row
        for vintage in ("2023-08-31", "2024-08-31", "2026-06-30")
        for row in inspected("1", "2021-06-12", grades, vintage=vintage, source_id=vintage)
    ]
    facts = facts_of(rows, marlwick)
    labels = facts.query("measure == 'ofsted_good' and academic_year == '2021/22' and inspection != 'Total'")
    assert list(labels["inspection"]) == ["12 June 2021, graded inspection"]


def test_a_newer_vintage_that_drops_a_grade_does_not_lose_it(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2021-06-12", {"Overall effectiveness": "2"}, vintage="2024-08-31")
    rows += inspected("1", "2021-06-12", graded="Y", vintage="2026-06-30", source_id="newer")
    fact = one(facts_of(rows, marlwick), "ofsted_good", "2025/26")
    assert (fact["numerator"], fact["source_id"]) == (1.0, "file")


def test_a_corrected_grade_of_a_newer_vintage_wins(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2021-06-12", {"Overall effectiveness": "2"}, vintage="2022-08-31")
    rows += inspected("1", "2021-06-12", {"Overall effectiveness": "3"}, vintage="2023-08-31")
    assert one(facts_of(rows, marlwick), "ofsted_good", "2022/23")["numerator"] == 0.0


def test_trap_a_later_publication_date_beside_a_previous_inspection_does_not_delay_it(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    grades = {"Overall effectiveness": "2"}
    rows = inspected("1", "2020-03-03", grades, published_date="2022-07-01", vintage="2022-08-31")
    rows += inspected("1", "2020-03-03", grades, published_date="2020-04-02", vintage="2021-08-31")
    assert one(facts_of(rows, marlwick), "ofsted_good", "2019/20")["numerator"] == 1.0


def test_a_publication_date_before_the_inspection_began_is_not_believed(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", {"Overall effectiveness": "2"}, urn="900103")
    rows += inspected("2", "2021-10-12", {"Overall effectiveness": "3"}, published_date="2015-04-01")
    facts = facts_of(rows, marlwick)
    assert [one(facts, "ofsted_good", year)["numerator"] for year in ("2020/21", "2021/22")] == [1.0, 0.0]


_DAYS = st.dates(dt.date(2014, 1, 1), dt.date(2026, 8, 30)).map(dt.date.isoformat)
_GRADED = st.tuples(_DAYS, st.sampled_from("1234"), st.sampled_from(["900003", "900103"]))


@settings(max_examples=40, deadline=None)
@given(graded=st.lists(_GRADED, min_size=1, max_size=5), visit=_DAYS)
def test_adding_an_ungraded_visit_changes_no_judgement(
    inspected: Inspected, facts_of: Facts, marlwick: Academy, graded: list[tuple[str, str, str]], visit: str
) -> None:
    rows = [
        row
        for place, (start, grade, urn) in enumerate(graded)
        for row in inspected(f"{place}", start, {"Overall effectiveness": grade}, urn=urn)
    ]
    later = max(visit, *(start for start, _, _ in graded))  # never earlier, or there would be more years
    plain, more = (
        facts_of(each, marlwick).query("inspection == 'Total'")
        for each in (rows, rows + inspected("visit", later, outcome="School remains Good"))
    )
    pd.testing.assert_frame_equal(plain.reset_index(drop=True), more.reset_index(drop=True))


@settings(max_examples=40, deadline=None)
@given(graded=st.lists(_GRADED, min_size=1, max_size=5), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(
    inspected: Inspected, facts_of: Facts, marlwick: Academy, graded: list[tuple[str, str, str]], seed: int
) -> None:
    rows = [
        row
        for place, (start, grade, urn) in enumerate(graded)
        for row in inspected(
            f"{place % 3}", start, {"Overall effectiveness": grade, KEY[0]: "2"}, urn=urn,
            vintage=f"202{place}-08-31", source_row=place,
        )
    ]  # fmt: skip
    shuffled = rows.copy()
    random.Random(seed).shuffle(shuffled)
    pd.testing.assert_frame_equal(facts_of(rows, marlwick), facts_of(shuffled, marlwick))
