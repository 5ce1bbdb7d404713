"""Kept or improved since joining: every branch of the rule, worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from kpi_engine.model import Academy, Phase

Rows = list[dict[str, object]]
Inspected = Callable[..., Rows]
Facts = Callable[..., pd.DataFrame]
One = Callable[..., pd.Series]
JOURNEY = "ofsted_journey"
CARD = {
    "Safeguarding": "Met",
    "Inclusion": "Expected standard",
    "Achievement": "Strong standard",
    "Leadership and governance": "Expected standard",
}


def _overall(grade: str) -> dict[str, str]:
    return {"Overall effectiveness": grade}


def _key(education: str, behaviour: str, development: str, leadership: str) -> dict[str, str]:
    return {
        "Quality of education": education,
        "Behaviour and attitudes": behaviour,
        "Personal development": development,
        "Leadership and management": leadership,
    }


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [("2", "2", 1.0), ("3", "2", 1.0), ("2", "1", 1.0), ("1", "2", 0.0), ("2", "3", 0.0), ("3", "4", 0.0)],
)
def test_the_predecessors_last_grade_is_the_baseline(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy, before: str, after: str, kept: float
) -> None:
    rows = inspected("1", "2015-03-05", _overall(before), urn="900103")
    rows += inspected("2", "2021-06-12", _overall(after))
    fact = one(facts_of(rows, marlwick), JOURNEY, "2021/22")
    assert (fact["numerator"], fact["denominator"], fact["series"]) == (kept, 1.0, "graded")


def test_the_detail_says_what_was_compared(inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2021-06-12", _overall("2"))
    facts = facts_of(rows, marlwick)
    assert one(facts, JOURNEY, "2021/22")["detail"] == "Good on 5 March 2015 (as URN 900103), then Good on 12 June 2021"
    assert set(facts["urn"]) == {"900003"}


def test_not_due_until_two_years_after_joining_and_not_inspected_from_then_on(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    facts = facts_of(inspected("1", "2015-03-05", _overall("2"), urn="900103"), marlwick)
    codes = {year: one(facts, JOURNEY, year)["code"] for year in ("2018/19", "2019/20", "2020/21", "2021/22")}
    assert codes == {
        "2018/19": "NOT_APPLICABLE",
        "2019/20": "NOT_DUE",
        "2020/21": "NOT_DUE",  # 31 August 2021 is the last day of the second year
        "2021/22": "NOT_INSPECTED",
    }
    assert one(facts, JOURNEY, "2021/22")["denominator"] != one(facts, JOURNEY, "2021/22")["denominator"]


def test_the_day_of_two_years_is_the_first_that_is_overdue(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    day_before = facts_of(rows, replace(marlwick, joined="2019-11-10"), as_at="2021-11-09")
    day_itself = facts_of(rows, replace(marlwick, joined="2019-11-10"), as_at="2021-11-10")
    assert one(day_before, JOURNEY, "2021/22")["code"] == "NOT_DUE"
    assert one(day_itself, JOURNEY, "2021/22")["code"] == "NOT_INSPECTED"


def test_trap_a_grade_carried_over_by_an_ungraded_visit_is_not_a_grade_maintained(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2022-06-12", outcome="School remains Good")
    assert one(facts_of(rows, marlwick), JOURNEY, "2022/23")["code"] == "NOT_INSPECTED"


def test_trap_the_first_graded_inspection_decides_and_not_the_latest(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2020-03-03", _overall("3")) + inspected("3", "2022-06-12", _overall("2"))
    facts = facts_of(rows, marlwick)
    for year in ("2019/20", "2021/22", "2024/25"):
        assert one(facts, JOURNEY, year)["numerator"] == 0.0


def test_trap_the_last_inspection_before_joining_is_the_baseline_and_not_an_earlier_one(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2012-03-05", _overall("1"), urn="900103")
    rows += inspected("2", "2016-03-05", _overall("3"), urn="900103") + inspected("3", "2021-06-12", _overall("2"))
    assert one(facts_of(rows, marlwick), JOURNEY, "2021/22")["numerator"] == 1.0


def test_an_inspection_that_begins_on_the_joined_day_is_the_test(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2019-09-01", _overall("3"))
    assert one(facts_of(rows, marlwick), JOURNEY, "2019/20")["numerator"] == 0.0


def test_without_an_overall_grade_the_key_judgements_are_compared_one_by_one(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    moved = replace(marlwick, joined="2022-01-01")
    before = inspected("1", "2020-01-14", _overall("2") | _key("2", "2", "1", "2"))
    same = before + inspected("2", "2024-11-12", _key("2", "1", "1", "2"))
    worse = before + inspected("2", "2024-11-12", _key("2", "1", "2", "2"))
    assert one(facts_of(same, moved), JOURNEY, "2024/25")["numerator"] == 1.0
    facts = facts_of(worse, moved)
    total = one(facts, JOURNEY, "2024/25")
    assert total["numerator"] == 0.0
    assert "Personal development Outstanding, then Good" in total["detail"]
    by_area = {area: one(facts, JOURNEY, "2024/25", area=area)["numerator"] for area in _key("", "", "", "")}
    assert by_area == {
        "Quality of education": 1.0,
        "Behaviour and attitudes": 1.0,
        "Personal development": 0.0,
        "Leadership and management": 1.0,
    }


def test_trap_overall_before_is_not_compared_with_key_judgements_since(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("1") | {"Leadership and management": "2"}, urn="900103")
    rows += inspected("2", "2024-11-12", _key("3", "2", "2", "2"))
    fact = one(facts_of(rows, marlwick), JOURNEY, "2024/25")
    assert fact["numerator"] == 1.0  # leadership is the only judgement that both have: Good, then Good
    assert "Leadership and management Good, then Good" in fact["detail"]
    assert "Quality of education" not in fact["detail"]


def test_nothing_in_common_is_not_applicable(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("1"), urn="900103")
    rows += inspected("2", "2024-11-12", _key("2", "2", "2", "2"))
    fact = one(facts_of(rows, marlwick), JOURNEY, "2024/25")
    assert fact["code"] == "NOT_APPLICABLE"
    assert "no judgement in common" in fact["detail"]


def test_trap_a_report_card_is_never_compared_with_a_graded_inspection(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2026-01-13", CARD, framework="report_card")
    fact = one(facts_of(rows, marlwick), JOURNEY, "2025/26")
    assert (fact["code"], fact["numerator"] == fact["numerator"]) == ("NOT_APPLICABLE", False)
    assert "no common scale" in fact["detail"]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, 1.0),
        ({"Inclusion": "Exceptional"}, 1.0),
        ({"Achievement": "Expected standard"}, 0.0),
        ({"Safeguarding": "Not met"}, 0.0),
    ],
)
def test_a_report_card_is_compared_with_a_report_card_area_by_area(
    inspected: Inspected, facts_of: Facts, one: One, change: dict[str, str], kept: float
) -> None:
    academy = Academy("900004", "Osierholt Primary", Phase.PRIMARY, "2026-01-01")
    rows = inspected("1", "2025-11-20", CARD, urn="900004", framework="report_card")
    rows += inspected("2", "2026-05-12", CARD | change, urn="900004", framework="report_card")
    fact = one(facts_of(rows, academy), JOURNEY, "2025/26")
    assert (fact["series"], fact["numerator"]) == ("report_card", kept)


def test_without_an_inspection_before_joining_there_is_nothing_to_compare(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    fact = one(facts_of(inspected("1", "2021-06-12", _overall("2")), marlwick), JOURNEY, "2021/22")
    assert fact["code"] == "NOT_APPLICABLE"
    assert "No graded inspection before it joined" in fact["detail"]


def test_an_unknown_joined_date_is_said(inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy) -> None:
    rows = inspected("1", "2021-06-12", _overall("2"))
    fact = one(facts_of(rows, replace(marlwick, joined=None)), JOURNEY, "2021/22")
    assert (fact["code"], fact["detail"]) == ("NOT_APPLICABLE", "The date on which it joined the trust is not known")


def test_trap_an_inspection_counts_from_its_publication(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2021-07-06", _overall("3"), published_date="2021-09-20")
    facts = facts_of(rows, marlwick)
    assert one(facts, JOURNEY, "2020/21")["code"] == "NOT_DUE"
    assert one(facts, JOURNEY, "2021/22")["numerator"] == 0.0


def test_a_graded_inspection_whose_grades_no_file_has_still_decides(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103")
    rows += inspected("2", "2020-03-03", graded="Y") + inspected("3", "2022-06-12", _overall("2"))
    assert one(facts_of(rows, marlwick), JOURNEY, "2024/25")["code"] == "NOT_APPLICABLE"


def test_the_inspections_of_the_journey_say_before_or_after_and_under_which_urn(
    inspected: Inspected, facts_of: Facts, one: One, marlwick: Academy
) -> None:
    rows = inspected("1", "2015-03-05", _overall("2"), urn="900103", inspection_type="S5 Inspection")
    rows += inspected("2", "2020-03-03", outcome="School remains Good")
    rows += inspected("3", "2021-06-12", _overall("3"), inspection_type="Academy First Section 5")
    facts = facts_of(rows, marlwick)
    seen = facts.query("measure == 'ofsted_journey' and academic_year == '2021/22' and inspection != 'Total'")
    details = dict(zip(seen["inspection"], seen["detail"], strict=True))
    assert details == {
        "5 March 2015, S5 Inspection": "Good overall; before joining; URN 900103; the baseline",
        "3 March 2020, ungraded visit": "School remains Good; not graded, so it changes no grade; after joining; "
        "URN 900003",
        "12 June 2021, Academy First Section 5": "Requires improvement overall; after joining; URN 900003; the "
        "inspection that decides",
    }


def test_after_an_academy_has_left_no_year_is_judged(inspected: Inspected, facts_of: Facts, marlwick: Academy) -> None:
    rows = inspected("1", "2018-03-05", _overall("2"), urn="900103") + inspected("2", "2022-06-12", _overall("3"))
    facts = facts_of(rows, replace(marlwick, left="2021-08-31"))
    assert set(facts["academic_year"]) == {"2017/18", "2018/19", "2019/20", "2020/21"}
