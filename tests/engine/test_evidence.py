"""Where figures come from: rows found by reading the raw files line by line, and what each role is told of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from math import fsum
from pathlib import Path

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.engine.evidence import NOT_SHOWN, Trace
from kpi_engine.model import TRUST, WithheldKind

EXECUTIVE = Viewer("Executive", Role.EXECUTIVE)
HEAD = Viewer("Head", Role.HEADTEACHER, frozenset({"900006"}))
NETHERQUILL, OXLOWE, RILLHAVEN = "900006", "900007", "900008"
Cells = dict[str, str]


@pytest.fixture(scope="module")
def lines(sample_files: Path) -> Callable[[str], dict[int, Cells]]:
    """``lines(file)``: a CSV file's rows by the line they stand in; the header is line 1."""

    def read(name: str) -> dict[int, Cells]:
        (path,) = sample_files.rglob(name)
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *body = csv.reader(file)
        return {line: dict(zip(head, cells, strict=False)) for line, cells in enumerate(body, 2)}

    return read


@pytest.fixture(scope="module")
def whole(sample_engine: Engine, unguarded: Callable[[Engine], View]) -> View:
    return unguarded(sample_engine)


def rows_of(trace: Trace) -> list[int]:
    (place,) = trace.places
    return list(place.rows)


def own(view: View, kpi: str, academy: str, year: str, **breakdown: str) -> Trace:
    """The one fact of the figure itself."""
    (found,) = [t for t in view.evidence(kpi, academy, year, breakdown).traces if not t.part]
    return found


def test_a_survey_s_figure_is_one_row_of_the_return(whole: View, lines) -> None:
    everybody = {
        "year_group": "Total",
        "sex": "Total",
        "disadvantage": "Total",
        "send": "Total",
        "staff_group": "Total",
    }
    wanted = {"urn": NETHERQUILL, "academic_year": "2024/25", "respondent": "pupil", "question": "happy", **everybody}
    raw = [n for n, row in lines("survey.csv").items() if all(row[k] == v for k, v in wanted.items())]
    found = own(whole, "pupils-happy", NETHERQUILL, "2024/25")
    assert rows_of(found) == raw
    row = lines("survey.csv")[raw[0]]
    assert (found.numerator, found.denominator) == (
        int(row["strongly_agree"]) + int(row["agree"]),
        int(row["answered"]),
    )
    assert found.places[0].file.file == "survey.csv"


def test_spending_to_date_rests_on_the_newest_month_s_lines_without_income(whole: View, lines) -> None:
    rows = {n: r for n, r in lines("budget_monitoring.csv").items() if r["urn"] == OXLOWE and r["line"] != "income"}
    rows = {n: r for n, r in rows.items() if "2024-09" <= r["month"] <= "2025-08"}
    last = max(r["month"] for r in rows.values())
    expected = {n: r for n, r in rows.items() if r["month"] == last}
    found = own(whole, "within-budget", OXLOWE, "2024/25")
    assert rows_of(found) == sorted(expected)
    assert {line.row: line.numerator for line in found.lines} == {
        n: float(r["actual_ytd"]) for n, r in expected.items()
    }
    assert fsum(line.numerator or 0 for line in found.lines) == found.numerator
    assert found.whole


def test_a_year_s_leavers_are_every_month_s_and_staff_group_s_rows(whole: View, lines) -> None:
    expected = {
        n: r
        for n, r in lines("staff_movement.csv").items()
        if r["urn"] == NETHERQUILL and "2024-09" <= r["month"] <= "2025-08" and r["reason"] == "Total"
    }
    found = own(whole, "staff-turnover", NETHERQUILL, "2024/25")
    assert rows_of(found) == sorted(expected)
    assert found.numerator == sum(int(r["leavers"]) - int(r["leavers_within_trust"]) for r in expected.values())


def test_a_published_percentage_stands_in_the_row_that_prints_it(whole: View, lines) -> None:
    found = own(whole, "ks2-reading", "900001", "2024/25")
    row = lines(found.places[0].file.file)[rows_of(found)[0]]
    assert row["school_urn"] == "900001"
    assert row["subject"] == "Reading"
    assert float(row["expected_standard_pupil_percent"]) == found.published_value
    assert found.stage == found.places[0].file.stage == "revised"


def test_a_publisher_s_code_is_shown_with_its_row(whole: View, lines) -> None:
    found = own(whole, "progress-8", NETHERQUILL, "2024/25")
    row = lines(found.places[0].file.file)[rows_of(found)[0]]
    assert (found.code, found.numerator, found.published_value) == ("Z", None, None)
    assert row["school_urn"] == NETHERQUILL
    assert "z" in {cell.lower() for cell in row.values()}


def test_pooled_years_rest_on_a_row_of_each_year(whole: View, lines) -> None:
    expected = {
        (r["leaving_year"], n)
        for n, r in lines("destinations.csv").items()
        if (r["urn"], r["cohort"], r["level"], r["looked_after"]) == (NETHERQUILL, "Y11", "Total", "Y")
        and r["leaving_year"] in ("2023/24", "2024/25", "2025/26")
    }
    found = [t for t in whole.evidence("looked-after-destinations", NETHERQUILL, "2024/25").traces if not t.part]
    assert len(expected) > 1
    assert {(trace.academic_year, *rows_of(trace)) for trace in found} == expected


def test_england_s_figure_names_its_own_row_where_it_was_loaded(whole: View, lines) -> None:
    found = whole.evidence("gap-sex", NETHERQUILL, "2024/25", {"measure": "attainment8"})
    by_label = {each.label: each for each in found.england}
    assert set(by_label) == {"Girls in England", "Boys in England"}
    for label, sex in (("Girls in England", "Girls"), ("Boys in England", "Boys")):
        (place,) = by_label[label].places
        row = lines(place.file.file)[place.rows[0]]
        assert sex in row.values()
        assert str(by_label[label].value) in row.values()


def test_england_s_figure_that_comes_with_the_engine_names_its_publication(whole: View) -> None:
    result = whole.result("ks2-reading", "900001", "2024/25")
    (england,) = whole.evidence("ks2-reading", "900001", "2024/25").england
    assert (england.value, england.places) == (result.benchmark, ())
    assert england.source == result.benchmark_source != ""


def test_a_file_says_when_it_was_loaded_and_what_date_it_bears(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(EXECUTIVE)
    (file,) = view.evidence("ofsted-good", NETHERQUILL, "2024/25").files
    assert file.dated == "2026-06-30"  # "as at 30 June 2026" stands in its name
    assert len(file.loaded) == len("2026-06-30")
    assert len(file.sha256) == 64


@pytest.mark.parametrize("academy", [TRUST, "900001", NETHERQUILL, RILLHAVEN])
def test_the_files_are_those_that_the_answer_names(sample_engine: Engine, academy: str) -> None:
    """The answer's own list of sources is put together elsewhere, from the figures."""
    view = sample_engine.as_seen_by(EXECUTIVE)
    for kpi in CATALOGUE:
        result = view.result(kpi, academy, "2024/25")
        if result.withheld is None and kpi != "key-stage-attainment":
            files = view.evidence(kpi, academy, "2024/25").files
            assert {f.file for f in files} == {s.file for s in result.source}, kpi


def test_academies_that_are_all_shown_add_up_to_the_trust_s_figure(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(EXECUTIVE)
    compared = 0
    for kpi in CATALOGUE:
        result = view.result(kpi, TRUST, "2024/25")
        traces = [t for t in view.evidence(kpi, TRUST, "2024/25").traces if not t.part]
        if result.numerator is None or len(traces) < 2 or any(t.hidden for t in traces) or result.sides:
            continue
        assert fsum(t.numerator or 0 for t in traces) == pytest.approx(result.numerator), kpi
        assert len(traces) == result.coverage.have, kpi
        compared += 1
    assert compared > 8


@pytest.mark.parametrize("viewer", [EXECUTIVE, HEAD, Viewer("Governor", Role.GOVERNOR)])
def test_a_hidden_fact_keeps_its_file_and_loses_numbers_and_rows(sample_engine: Engine, viewer: Viewer) -> None:
    view = sample_engine.as_seen_by(viewer)
    hidden = 0
    for kpi in CATALOGUE:
        for academy in (TRUST, NETHERQUILL, RILLHAVEN):
            for trace in view.evidence(kpi, academy, "2024/25").traces:
                if not trace.hidden:
                    continue
                hidden += 1
                numbers = (trace.numerator, trace.denominator, trace.published_value, trace.code, trace.detail)
                assert numbers == (None,) * 5
                assert trace.lines == ()
                assert all(place.rows == () for place in trace.places)
    assert hidden > 3


def test_what_an_academy_puts_in_is_what_its_own_page_shows(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(EXECUTIVE)
    for kpi in ("pupils-happy", "staff-turnover", "suspensions", "neet-post16", "pupil-attendance"):
        for trace in view.evidence(kpi, TRUST, "2024/25").traces:
            if trace.part:
                continue
            result = view.result(kpi, trace.academy, "2024/25")
            assert trace.hidden is (result.withheld is not None and result.withheld.kind is WithheldKind.HIDDEN)
            assert (trace.numerator, trace.denominator) == (result.numerator, result.denominator)


def test_a_part_that_is_hidden_is_not_among_the_rows(sample_engine: Engine, whole: View) -> None:
    """Netherquill's leavers by month and staff group are partly hidden from the executive; the year's are shown."""
    seen = own(sample_engine.as_seen_by(EXECUTIVE), "staff-turnover", NETHERQUILL, "2024/25")
    every = own(whole, "staff-turnover", NETHERQUILL, "2024/25")
    assert set(rows_of(seen)) < set(rows_of(every))
    assert (seen.whole, every.whole) == (False, True)
    view = sample_engine.as_seen_by(EXECUTIVE)
    for line in seen.lines:
        part = {"month": line.period, **line.breakdown}
        assert view.result("staff-turnover", NETHERQUILL, "2024/25", part).numerator == line.numerator


def test_a_headteacher_is_told_nothing_of_other_academies_returns(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(HEAD)
    other = view.evidence("pupils-happy", "900001", "2024/25")
    assert (other.traces, other.files, other.said) == ((), (), (NOT_SHOWN,))
    trust = view.evidence("pupils-happy", TRUST, "2024/25")
    assert {t.academy for t in trust.traces} == {NETHERQUILL}
    assert trust.said == (NOT_SHOWN,)
    published = view.evidence("ks2-reading", "900001", "2024/25")
    assert [t.published_value for t in published.traces] == [79.0]


def test_small_numbers_shown_by_right_are_marked(sample_engine: Engine) -> None:
    head = Viewer("Head", Role.HEADTEACHER, frozenset({RILLHAVEN}), small_numbers=True)
    view = sample_engine.as_seen_by(head)
    plain = sample_engine.as_seen_by(Viewer("Head", Role.HEADTEACHER, frozenset({RILLHAVEN})))
    assert view.evidence("neet-post16", RILLHAVEN, "2025/26").restricted
    assert not plain.evidence("neet-post16", RILLHAVEN, "2025/26").restricted
