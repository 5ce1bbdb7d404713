"""What holds for any KPI and any slice of the sample trust: the raw row comes back, parts add up, filters commute."""

from __future__ import annotations

from math import fsum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.kpi import Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Membership

PUPIL = ("year_group", "sex", "disadvantage", "send", "looked_after")
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def integer(cell):
    return float(cell)


def agree(row):
    return integer(row["strongly_agree"]) + integer(row["agree"]), integer(row["answered"])


def attended(row):
    missed = integer(row["sessions_authorised"]) + integer(row["sessions_unauthorised"])
    return integer(row["sessions_possible"]) - missed, integer(row["sessions_possible"])


SURVEY = {("pupil", "happy"): "pupils-happy", ("pupil", "safe"): "pupils-safe", ("parent", "happy"): "parents-happy",
          ("parent", "safe"): "parents-safe", ("staff", "wellbeing"): "staff-wellbeing"}  # fmt: skip
RESULTS = {"ks2_reading": "ks2-reading", "ks2_writing": "ks2-writing", "ks2_maths": "ks2-maths", "ks2_gps": "ks2-gps"}


def question(source, row):
    """(kpi, urn, year, breakdown, (n, d)) that a raw row of a return answers, or None."""
    broken = {name: row[name] for name in (*PUPIL, "staff_group", "level") if row.get(name, "Total") != "Total"}
    match source:
        case "survey":
            return SURVEY[row["respondent"], row["question"]], row["urn"], row["academic_year"], broken, agree(row)
        case "pupil_attendance":
            if "-W" in row["period"]:
                broken["week"] = row["period"]
            elif row["period"] not in ("Year", "YTD"):
                broken["term"] = row["period"]
            return "pupil-attendance", row["urn"], row["academic_year"], broken, attended(row)
        case "suspensions":
            if row["reason"] != "Total":
                return None
            if row["period"] != "Year":
                broken["term"] = row["period"]
            counted = integer(row["suspensions"]), integer(row["headcount"])
            return "suspensions", row["urn"], row["academic_year"], broken, counted
        case "destinations":
            kpi = {"Y11": "neet-post16", "Y13": "neet-post18"}[row["cohort"]]
            return kpi, row["urn"], row["leaving_year"], broken, (integer(row["neet"]), integer(row["leavers"]))
        case "results":
            kpi = RESULTS.get(row["measure"])
            # Earlier years are published, and the published figure comes before the trust's own.
            if kpi is None or row["academic_year"] != "2025/26":
                return None
            return kpi, row["urn"], row["academic_year"], broken, (integer(row["total"]), integer(row["entries"]))
        case "staff_absence":
            worked = float(row["working_days"])
            lost = float(row["sick_days"]) + float(row["other_absence_days"])
            year = int(row["month"][:4]) - (int(row["month"][5:]) < 9)
            at = {"staff_group": row["staff_group"], "month": row["month"]}
            return "staff-attendance", row["urn"], f"{year}/{year - 1999}", at, (round(worked - lost, 3), worked)
        case "budget_monitoring":
            if row["line"] == "income" or row["urn"] == "central":
                return None
            at = {"line": row["line"], "month": row["month"]}
            spent = float(row["actual_ytd"]), float(row["budget_ytd"])
            return "within-budget", row["urn"], row["financial_year"], at, spent
    raise AssertionError(source)


SOURCES = ("survey", "pupil_attendance", "suspensions", "destinations", "results", "staff_absence", "budget_monitoring")


@pytest.fixture(scope="module")
def questions(returns):
    return {
        source: [found for row in returns(source) if (found := question(source, row)) is not None] for source in SOURCES
    }


@MANY
@given(data=st.data())
def test_the_raw_row_of_any_slice_comes_back_unchanged(data, questions, view):
    source = data.draw(st.sampled_from(SOURCES))
    kpi, urn, year, broken, (n, d) = data.draw(st.sampled_from(questions[source]))
    got = view.result(kpi, urn, year, broken)
    if not d:
        assert got.value is None
        return
    assert (got.numerator, got.denominator) == (pytest.approx(n), pytest.approx(d)), (kpi, urn, year, broken)
    assert got.value == pytest.approx(100 * n / d)


PARTED = {"pupil-attendance": ("sex", "disadvantage", "send", "looked_after", "year_group"),
          "suspensions": ("sex", "disadvantage", "send", "looked_after", "year_group"),
          "pupils-happy": ("sex", "disadvantage", "send", "year_group"), "pupils-safe": ("sex", "disadvantage"),
          "neet-post16": ("sex", "disadvantage"), "staff-attendance": ("staff_group",), "within-budget": ("line",),
          "teaching-good": ("department",), "fair-funding": ("line",)}  # fmt: skip


@MANY
@given(data=st.data())
def test_the_parts_of_a_partition_add_up_to_the_whole(data, view):
    kpi = data.draw(st.sampled_from(sorted(PARTED)))
    by = data.draw(st.sampled_from(PARTED[kpi]))
    urn = data.draw(st.sampled_from([a.urn for a in view.academies()]))
    year = data.draw(st.sampled_from(["2024/25", "2025/26"]))
    whole = view.result(kpi, urn, year)
    parts = view.breakdown(kpi, by, urn, year)
    if whole.value is None or not parts or any(part.value is None for part in parts):
        return
    if by in ("sex", "disadvantage", "looked_after") and len(parts) != 2:
        return
    assert fsum(part.numerator for part in parts) == pytest.approx(whole.numerator), (kpi, by, urn, year)
    # Lines of income share one roll of pupils; every other denominator is parted too.
    if kpi != "fair-funding":
        assert fsum(part.denominator for part in parts) == pytest.approx(whole.denominator), (kpi, by, urn, year)


ADDED = sorted(
    kpi.id
    for kpi in CATALOGUE.values()
    if isinstance(kpi.answer, Single) and not kpi.trust_only and kpi.pool_years == 1
)


def sums(view, kpi, year, within, urns):
    """The members' own numerators and denominators of the trust's series, added up; None where nobody has any."""
    trust = view.result(kpi, "trust", year, within, among=urns)
    own = [
        r
        for r in view.compare(kpi, year, within, among=urns)
        if r.membership is Membership.MEMBER and r.numerator is not None and r.denominator and r.series == trust.series
    ]
    measure = MEASURES[CATALOGUE[kpi].answer.measure]
    special = {a.urn for a in view.academies("special")}
    return trust, [r for r in own if measure.special_counts_for_trust or r.academy not in special]


@MANY
@given(data=st.data())
def test_the_trusts_total_is_the_sum_of_its_members_whoever_is_asked_about(data, view):
    kpi = data.draw(st.sampled_from(ADDED))
    year = data.draw(st.sampled_from([y for y in view.years() if y >= "2016/17"]))
    urns = data.draw(st.lists(st.sampled_from([a.urn for a in view.academies()]), min_size=1, unique=True))
    trust, own = sums(view, kpi, year, {}, urns)
    if trust.value is None:
        return
    assert trust.numerator == pytest.approx(fsum(r.numerator for r in own)), (kpi, year, urns)
    assert trust.denominator == pytest.approx(fsum(r.denominator for r in own)), (kpi, year, urns)
    assert trust.coverage.have == len(own), (kpi, year, urns)


@SOME
@given(data=st.data())
def test_narrowing_then_breaking_down_is_breaking_down_then_narrowing(data, view):
    kpi = data.draw(st.sampled_from(["pupil-attendance", "suspensions", "pupils-happy", "parents-safe", "neet-post16"]))
    by = data.draw(st.sampled_from([d for d in CATALOGUE[kpi].drill if d in PUPIL]))
    year = data.draw(st.sampled_from(["2024/25", "2025/26"]))
    urns = data.draw(st.lists(st.sampled_from([a.urn for a in view.academies()]), min_size=1, unique=True))
    for part in view.breakdown(kpi, by, "trust", year, among=urns):
        again, own = sums(view, kpi, year, part.breakdown, urns)
        assert again.as_dict() == part.as_dict()
        if part.value is not None:
            assert part.numerator == pytest.approx(fsum(r.numerator for r in own)), (kpi, by, year, urns)
            assert part.denominator == pytest.approx(fsum(r.denominator for r in own)), (kpi, by, year, urns)


@SOME
@given(data=st.data())
def test_the_order_in_which_academies_are_named_does_not_matter(data, view):
    kpi = data.draw(st.sampled_from(sorted(CATALOGUE)))
    urns = data.draw(st.permutations([a.urn for a in view.academies()]))
    assert view.result(kpi, "trust", among=urns).as_dict() == view.result(kpi, "trust", among=sorted(urns)).as_dict()
