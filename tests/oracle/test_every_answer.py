"""Every KPI for every academy and year: never a blank, never an exception, and one value wherever it is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_engine.access import EVERYTHING
from kpi_engine.answers import CertaintyStatus, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.model import Unit, WithheldKind

YEARS = [f"{start}/{start - 1999}" for start in range(2015, 2028)]
FACTOR = {Unit.PERCENT: 100.0, Unit.PER_100: 100.0, Unit.POINTS: 1.0, Unit.POUNDS: 1.0, Unit.COUNT: 1.0}
PRINTED = {"published", "census", "ees", "sustained"}
"""Series whose values may be shown as a publisher printed them."""
HALF_A_DIGIT = {Unit.PERCENT: 0.5, Unit.PER_100: 0.000_006, Unit.POINTS: 0.051, Unit.POUNDS: 0.5, Unit.COUNT: 0.5}


@pytest.fixture(scope="module")
def everything(view, raw):
    """(kpi, academy, year) -> Result, for two years more than there are data of."""
    return {
        (kpi, academy, year): view.result(kpi, academy, year)
        for kpi in CATALOGUE
        for academy in ("trust", *raw.academies)
        for year in YEARS
    }


def test_there_are_thirty_nine_kpis_and_each_has_a_figure_somewhere(everything):
    assert len(CATALOGUE) == 39
    assert {kpi for (kpi, _, _), result in everything.items() if result.value is not None} == set(CATALOGUE)


def test_every_answer_is_a_value_or_a_special_answer_with_a_sentence(everything):
    wrong = []
    for key, result in everything.items():
        if (result.value is None) == (result.withheld is None):
            wrong.append(f"{key}: {result.value} and {result.withheld}")
        if result.withheld is not None and (
            not isinstance(result.withheld.kind, WithheldKind) or len(result.withheld.reason.split()) < 3
        ):
            wrong.append(f"{key}: {result.withheld}")
        if result.withheld is not None and (result.numerator, result.denominator, result.lower) != (None, None, None):
            wrong.append(f"{key}: numbers beside a special answer")
        if not result.sentence.strip().endswith(".") or len(result.sentence) < 20:
            wrong.append(f"{key}: {result.sentence!r}")
    assert wrong == []


def test_every_judgement_has_a_word_and_a_reason(everything):
    wrong = []
    for key, result in everything.items():
        for judgement in (result.target, result.versus_benchmark, result.direction, result.certainty):
            if not str(judgement.status) or not judgement.reason.strip() or "None" in judgement.reason.split():
                wrong.append(f"{key}: {judgement}")
    assert wrong == []


def test_every_value_is_its_numerator_over_its_denominator_to_the_printed_digit(everything):
    wrong, compared = [], 0
    for key, result in everything.items():
        if result.value is None or result.numerator is None or not result.denominator or result.sides is not None:
            continue
        exact = FACTOR[result.unit] * result.numerator / result.denominator
        room = HALF_A_DIGIT[result.unit] if result.series in PRINTED else 1e-9 * max(1.0, abs(exact))
        compared += 1
        if abs(result.value - exact) > room:
            wrong.append(f"{key}: {result.value} against {exact} ({result.series})")
    assert wrong == []
    assert compared > 1300


def test_every_gap_is_the_difference_of_its_two_sides(everything):
    compared = 0
    for key, result in everything.items():
        if result.sides is None:
            continue
        group, comparator = result.sides
        shortfall = comparator.value - group.value
        expected = abs(shortfall) if result.kpi == "gap-sex" else shortfall
        assert result.value == pytest.approx(expected, abs=1e-6), key
        compared += 1
    assert compared > 80


def test_limits_stand_on_both_sides_of_the_value_or_are_not_there(everything):
    for key, result in everything.items():
        assert (result.lower is None) == (result.upper is None), key
        if result.lower is not None:
            # Published limits and scores are rounded apart from one another.
            assert result.lower - 0.051 <= result.value <= result.upper + 0.051, key


def test_coverage_counts_those_that_are_missing(everything):
    for key, result in everything.items():
        if result.academy == "trust" and result.value is not None and result.coverage.of:
            assert result.coverage.of - result.coverage.have == len(result.coverage.missing), key


def test_a_number_has_a_source_and_a_certainty(everything):
    for key, result in everything.items():
        if result.value is not None:
            assert result.source, key
            assert all(source.file and len(source.sha256) == 64 and source.rows for source in result.source), key
        else:
            assert result.certainty.status == CertaintyStatus.NONE, key
            assert result.target.status == TargetStatus.NONE, key


def test_the_scorecard_says_the_same_as_the_full_answers(view, raw, everything):
    shown = set()
    for year in YEARS:
        for cell in view.scorecard(year):
            result = everything[cell.kpi, cell.academy, year]
            assert cell.value == result.value, (cell.kpi, cell.academy, year)
            assert cell.target.status == result.target.status, (cell.kpi, cell.academy, year)
            assert cell.withheld == result.withheld, (cell.kpi, cell.academy, year)
            shown.add((cell.academy, year))
    # An academy that has left is not in the grid of later years.
    gone = {(academy, year) for _, academy, year in everything} - shown
    assert gone <= {
        (u, y) for u in raw.academies for y in YEARS if (raw.academies[u]["left"] or "9999") < f"{y[:4]}-09-01"
    }


def test_a_trend_and_a_comparison_say_the_same_as_the_full_answers(view, everything):
    for kpi in CATALOGUE:
        for academy in ("trust", "900006"):
            for result in view.trend(kpi, academy):
                assert result.value == everything[kpi, academy, result.academic_year].value, (kpi, academy)
        for result in view.compare(kpi, "2024/25"):
            assert result.as_dict() == everything[kpi, result.academy, "2024/25"].as_dict(), (kpi, result.academy)


def test_the_newest_year_is_the_last_with_a_figure(view, everything):
    for kpi in CATALOGUE:
        newest = view.latest(kpi)
        assert any(
            everything[kpi, a, newest].value is not None for a in ("trust", *(x.urn for x in view.academies()))
        ), kpi


def test_every_breakdown_on_offer_has_answers(view, raw):
    for kpi in CATALOGUE:
        for academy in ("trust", "900006", "900007"):
            for by in view.drills(kpi, academy):
                found = view.breakdown(kpi, by, academy)
                assert found, (kpi, academy, by)
                for result in found:
                    assert (result.value is None) != (result.withheld is None), (kpi, academy, by, result.breakdown)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-m", "kpi_engine", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_command_lines_json_is_what_the_executive_sees(sample_engine, sample_folder):
    view = sample_engine.as_seen_by(EVERYTHING)
    done = run("results", "--from", str(sample_folder), "--format", "json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    academies = [*(academy.urn for academy in view.academies()), "trust"]
    expected = [view.result(kpi, academy).as_dict() for kpi in CATALOGUE for academy in academies]
    assert printed == json.loads(json.dumps(expected))
    assert len(printed) == 39 * 10


def test_the_command_lines_breakdown_is_what_the_executive_sees(sample_engine, sample_folder):
    view = sample_engine.as_seen_by(EVERYTHING)
    asked = ("--kpi", "suspensions", "--academy", "900006", "--year", "2024/25", "--by", "sex", "--format", "json")
    done = run("results", "--from", str(sample_folder), *asked)
    assert done.returncode == 0, done.stderr
    expected = [r.as_dict() for r in view.breakdown("suspensions", "sex", "900006", "2024/25")]
    assert json.loads(done.stdout) == json.loads(json.dumps(expected))
    assert [r["breakdown"] for r in expected] == [{"sex": "F"}, {"sex": "M"}]
