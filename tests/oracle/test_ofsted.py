"""Ofsted: the three KPIs worked out again from the five raw inspection files, academy by academy and year by year."""

from __future__ import annotations

import csv
import datetime as dt
from typing import NamedTuple

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

TODAY = dt.date(2026, 11, 14)
YEARS = [f"{start}/{start - 1999}" for start in range(2016, 2027)]
NAME = "Management_information_-_state-funded_schools_-_{}.csv"
KEY = ("quality of education", "behaviour and attitudes", "personal development", "leadership")
CARD = ("Inclusion", "Curriculum and teaching", "Achievement", "Attendance and behaviour",
        "Personal development and wellbeing", "Early years (where applicable)",
        "Post-16 provision (where applicable)", "Leadership and governance")  # fmt: skip
WELL = ("Exceptional", "Strong standard", "Expected standard")
SCALE = (*WELL, "Needs attention", "Urgent improvement")


class Seen(NamedTuple):
    start: dt.date
    known: dt.date
    card: bool
    grades: dict[str, str]


def date(text):
    return dt.datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=dt.UTC).date() if text not in ("", "NULL") else None


def old_grades(row, prefix, overall):
    names = {"overall": overall, KEY[0]: f"{prefix}quality of education", KEY[1]: f"{prefix}behaviour and attitudes",
             KEY[2]: f"{prefix}personal development", KEY[3]: f"{prefix}effectiveness of leadership and management"}  # fmt: skip
    lower = {name.lower(): cell.strip() for name, cell in row.items() if name}
    return {ours: lower[theirs.lower()] for ours, theirs in names.items() if lower.get(theirs.lower()) in list("1234")}


@pytest.fixture(scope="module")
def inspections(sample_files, raw):
    """Graded inspections of each academy by date, its predecessors' among them."""
    found: dict[str, dict[tuple[dt.date, bool], Seen]] = {urn: {} for urn in raw.academies}

    def add(urn, start, published, card, grades):
        urn, start = raw.current(urn), date(start)
        if urn in found and start is not None and grades:
            before = found[urn].get((start, card))
            merged = {**(before.grades if before else {}), **grades}
            found[urn][start, card] = Seen(start, date(published) or start, card, merged)

    def rows(name, skip=0):
        raw_bytes = (sample_files / "ofsted" / NAME.format(name)).read_bytes()
        text = raw_bytes.decode("utf-8-sig") if raw_bytes[:3] == b"\xef\xbb\xbf" else raw_bytes.decode("cp1252")
        return list(csv.DictReader(text.splitlines()[skip:]))

    for row in rows("all_inspections_1_September_2015_to_31_August_2019", 1):
        add(row["URN"], row["Inspection start date"], row["Publication date"], False,
            old_grades(row, "", "Overall effectiveness"))  # fmt: skip
    for row in rows("latest_inspections_as_at_31_August_2024"):
        add(row["URN at time of latest graded inspection"], row["Inspection start date"], row["Publication date"],
            False, old_grades(row, "", "Overall effectiveness"))  # fmt: skip
        add(row["URN at time of previous graded inspection"], row["Previous inspection start date"],
            row["Previous publication date"], False,
            old_grades(row, "Previous ", "Previous graded inspection overall effectiveness"))  # fmt: skip
    for row in rows("all_inspections_-_year_to_date_published_by_31_May_2025"):
        add(row["URN"], row["Inspection start date"], row["Publication date"], False, old_grades(row, "", "none"))
        add(row["URN at time of previous graded inspection"], row["Previous inspection start date"],
            row["Previous publication date"], False,
            old_grades(row, "Previous ", "Previous overall effectiveness"))  # fmt: skip
    for row in rows("all_inspections_-_year_to_date_published_by_28_February_2026"):
        add(row["URN"], row["Inspection start date"], row["Publication date"], True, card_grades(row))
    for row in rows("latest_inspections_as_at_30_June_2026"):
        add(row["URN at time of latest full inspection"], row["Inspection start date"], row["Publication date"],
            True, card_grades(row))  # fmt: skip
        add(row["URN at time of latest OEIF graded inspection"],
            row["Inspection start date of latest OEIF graded inspection"],
            row["Publication date of latest OEIF graded inspection"], False,
            old_grades(row, "Latest OEIF ", "Latest OEIF overall effectiveness"))  # fmt: skip
    return {urn: [by_date[key] for key in sorted(by_date)] for urn, by_date in found.items()}


def card_grades(row):
    grades = {area: row[area].strip() for area in CARD if row.get(area, "").strip() in SCALE}
    if grades and row["Safeguarding standards"] in ("Met", "Not met"):
        grades["Safeguarding"] = row["Safeguarding standards"]
    return grades


def state(raw, urn, year):
    """The day that a year's state is of; None when the academy had left before."""
    left = raw.academies[urn]["left"]
    if left and dt.date.fromisoformat(left) < dt.date(int(year[:4]), 9, 1):
        return None
    return min(dt.date(int(year[:4]) + 1, 8, 31), TODAY, *([dt.date.fromisoformat(left)] if left else []))


def journey(raw, seen, urn, year):
    """True or False, or the kind of answer that stands in place of one."""
    at = state(raw, urn, year)
    joined = dt.date.fromisoformat(raw.academies[urn]["joined"])
    if at is None or joined > at:
        return WithheldKind.NOT_APPLICABLE
    known = [one for one in seen if one.known <= at]
    before = [one for one in known if one.start < joined]
    since = [one for one in known if one.start >= joined]
    if not since:
        due = joined.replace(year=joined.year + 2)
        return WithheldKind.NOT_DUE if at < due else WithheldKind.NOT_INSPECTED
    if not before or before[-1].card != since[0].card:
        return WithheldKind.NOT_APPLICABLE
    old, new = before[-1].grades, since[0].grades
    if "overall" in old and "overall" in new:
        return new["overall"] <= old["overall"]
    assert set(KEY) <= set(old)
    assert set(KEY) <= set(new)
    return all(new[area] <= old[area] for area in KEY)


def test_the_raw_files_hold_the_inspections_that_the_cases_need(inspections):
    assert inspections["900003"][0].start == dt.date(2017, 3, 21)
    assert inspections["900006"][0].grades["overall"] == "4"
    assert any(one.card for one in inspections["900007"])


def test_ofsted_journey_of_every_academy_and_year(raw, inspections, ask):
    wrong, kinds = [], set()
    for urn in raw.academies:
        for year in YEARS:
            expected = journey(raw, inspections[urn], urn, year)
            got = ask("ofsted-journey", urn, year)
            if isinstance(expected, WithheldKind):
                kinds.add(expected)
                if got.withheld is None or got.withheld.kind is not expected:
                    wrong.append(f"{urn} {year}: {got.value} {got.withheld} instead of {expected}")
            elif (got.value, got.numerator, got.denominator) != (100.0 * expected, float(expected), 1.0):
                wrong.append(f"{urn} {year}: {got.value} {got.withheld} instead of {expected}")
            elif got.target.status != (TargetStatus.MET if expected else TargetStatus.MISSED):
                wrong.append(f"{urn} {year}: {got.target}")
    assert wrong == []
    assert kinds == {
        WithheldKind.NOT_APPLICABLE,
        WithheldKind.NOT_DUE,
        WithheldKind.NOT_INSPECTED,
    }


def test_ofsted_journey_of_the_trust_counts_members_with_both_inspections(raw, inspections, ask):
    for year in YEARS:
        verdicts = {urn: journey(raw, inspections[urn], urn, year) for urn in raw.members(year)}
        answers = {urn: kept for urn, kept in verdicts.items() if isinstance(kept, bool)}
        waiting = sorted(raw.name(urn) for urn, kind in verdicts.items() if kind is WithheldKind.NOT_INSPECTED)
        got = ask("ofsted-journey", "trust", year)
        if not answers:
            assert got.value is None
            assert got.withheld.kind in (WithheldKind.NOT_DUE, WithheldKind.NOT_INSPECTED)
            continue
        assert (got.numerator, got.denominator) == (sum(answers.values()), len(answers)), year
        assert got.value == pytest.approx(100 * sum(answers.values()) / len(answers))
        assert (got.coverage.have, got.coverage.of) == (len(answers), len(answers) + len(waiting)), year
        assert sorted(got.coverage.missing) == waiting, year
        assert got.target.status == (TargetStatus.MET if all(answers.values()) else TargetStatus.MISSED)


def test_the_baseline_of_a_converted_academy_stands_under_its_predecessors_urn(ask):
    detail = ask("ofsted-journey", "900003", "2023/24").detail
    assert "21 March 2017 (as URN 900103)" in detail


def test_where_one_side_has_no_overall_grade_the_key_judgements_decide(inspections, ask):
    tests = [one for one in inspections["900002"] if one.start >= dt.date(2022, 1, 1)]
    assert "overall" not in tests[0].grades
    got = ask("ofsted-journey", "900002", "2025/26")
    assert got.value == 100.0
    for area in ("Quality of education", "Behaviour and attitudes", "Personal development"):
        assert area in got.detail


def latest(raw, seen, urn, year):
    at = state(raw, urn, year)
    known = [one for one in seen if at is not None and one.known <= at]
    return known[-1] if known else None


def leadership(one):
    if one.card:
        grade = one.grades.get("Leadership and governance")
        return None if grade is None else grade in WELL
    grade = one.grades.get("leadership") or one.grades.get(KEY[3])
    return None if grade is None else grade in "12"


def good(one):
    if one.card:
        areas = [grade for area, grade in one.grades.items() if area != "Safeguarding"]
        return all(grade in WELL for grade in areas) and one.grades["Safeguarding"] == "Met"
    if "overall" in one.grades:
        return one.grades["overall"] in "12"
    return all(one.grades[area] in "12" for area in KEY)


@pytest.mark.parametrize(("kpi", "rule"), [("ofsted-leadership", leadership), ("ofsted-good", good)])
def test_the_latest_judgement_of_every_academy_and_year(kpi, rule, raw, inspections, ask):
    wrong, cards = [], 0
    for urn in raw.academies:
        for year in YEARS:
            one = latest(raw, inspections[urn], urn, year)
            expected = rule(one) if one is not None else None
            got = ask(kpi, urn, year)
            if expected is None:
                if got.value is not None:
                    wrong.append(f"{urn} {year}: {got.value} although there is no judgement")
                continue
            cards += one.card
            if (got.value, got.series) != (100.0 * expected, "report_card" if one.card else "graded"):
                wrong.append(f"{urn} {year}: {got.value} {got.series} {got.withheld} instead of {expected} {one}")
    assert wrong == []
    assert cards >= 3


@pytest.mark.parametrize(("kpi", "rule"), [("ofsted-leadership", leadership), ("ofsted-good", good)])
def test_the_trust_counts_one_series_and_names_the_others(kpi, rule, raw, inspections, ask):
    for year in YEARS:
        found = {urn: latest(raw, inspections[urn], urn, year) for urn in raw.members(year)}
        sides = {
            card: [u for u, one in found.items() if one is not None and one.card is card] for card in (False, True)
        }
        card = len(sides[True]) > len(sides[False])
        answers = [rule(found[urn]) for urn in sides[card]]
        got = ask(kpi, "trust", year)
        assert got.series == ("report_card" if card else "graded"), year
        assert (got.numerator, got.denominator) == (sum(answers), len(answers)), year
        assert sorted(got.coverage.missing) == sorted(raw.name(u) for u in found if u not in sides[card]), year
        every = [rule(one) for one in found.values() if one is not None]
        assert got.target.status == (TargetStatus.MET if all(every) else TargetStatus.MISSED), year


def test_no_stock_figure_of_england_stands_beside_leadership(ask):
    assert {ask("ofsted-leadership", "trust", year).benchmark for year in YEARS} == {None}
