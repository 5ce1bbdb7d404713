"""Schools added up as if they were one trust, against the rows that the same files print for an LA and for England.

How near they must be. A school's percentage is printed to a whole number, so it is up to half a point off, evenly
spread: a standard deviation of 1 / sqrt(12). Over many schools, weighted by pupils, four standard deviations of
the sum are ``4 / sqrt(12) * sqrt(sum d^2) / sum d`` points. The total's own row is rounded too: half a point (0.05
for a score). Pupils of schools whose figure is hidden are in the total and not in the sum; they can move it by
their share times the widest possible difference (100 points for a percentage, 10 for a KS2 score).
"""

from __future__ import annotations

from math import sqrt

import pytest

SUBJECTS = {
    "ks2-reading": "PTREAD_EXP",
    "ks2-writing": "PTWRITTA_EXP",
    "ks2-maths": "PTMAT_EXP",
    "ks2-gps": "PTGPS_EXP",
}
PROGRESS = {"ks2-reading-progress": "READ", "ks2-writing-progress": "WRIT", "ks2-maths-progress": "MAT"}
PLACES = [("Surrey", "2018/19"), ("Hampshire", "2018/19"), ("Surrey", "2017/18")]


def tolerance(cohorts, everybody, digit, widest):
    total = sum(cohorts)
    hidden = max(everybody - total, 0.0)
    rounding = 4 / sqrt(12) * digit * sqrt(sum(d * d for d in cohorts)) / total
    return digit / 2 + rounding + widest * hidden / (hidden + total)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kpi", SUBJECTS)
def test_the_schools_of_an_la_add_up_to_its_own_row(kpi, place, files, everyone):
    rows = files.ks2[place]
    (la,) = [row for row in rows if row["RECTYPE"] == "3"]
    urns = sorted({row["URN"] for row in files.schools(rows)})
    got = everyone.result(kpi, "trust", place[1], among=urns)
    cohorts = [
        files.number(row["TELIG"])
        for row in files.schools(rows)
        if files.number(row[SUBJECTS[kpi]]) is not None and files.number(row["TELIG"])
    ]
    assert got.denominator == sum(cohorts)
    assert got.coverage.have == len(cohorts)
    room = tolerance(cohorts, files.number(la["TELIG"]), 1.0, 100.0)
    assert room < 0.75
    assert abs(got.value - files.number(la[SUBJECTS[kpi]])) <= room


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kpi", PROGRESS)
def test_the_progress_of_an_las_schools_adds_up_to_its_own_row(kpi, place, files, everyone):
    rows = files.ks2[place]
    (la,) = [row for row in rows if row["RECTYPE"] == "3"]
    prefix = PROGRESS[kpi]
    urns = sorted({row["URN"] for row in files.schools(rows)})
    got = everyone.result(kpi, "trust", place[1], among=urns)
    cohorts = [
        files.number(row["TELIG"]) * files.number(row[f"{prefix}COV"]) / 100
        for row in files.schools(rows)
        if None
        not in (files.number(row["TELIG"]), files.number(row[f"{prefix}COV"]), files.number(row[f"{prefix}PROG"]))
    ]
    # The LA's coverage is printed to a whole per cent, so its own cohort is known to half a per cent only.
    everybody = files.number(la["TELIG"]) * (files.number(la[f"{prefix}COV"]) + 0.5) / 100
    assert got.denominator == pytest.approx(sum(cohorts))
    room = tolerance(cohorts, min(everybody, sum(cohorts) * 1.005), 0.1, 10.0)
    assert room < 0.12
    assert abs(got.value - files.number(la[f"{prefix}PROG"])) <= room


def test_the_benchmark_of_an_la_is_the_files_own_state_funded_row(files, everyone):
    for place in PLACES:
        (england,) = [row for row in files.ks2[place] if row["RECTYPE"] == "5"]
        urns = sorted({row["URN"] for row in files.schools(files.ks2[place])})
        for kpi, column in SUBJECTS.items():
            got = everyone.result(kpi, "trust", place[1], among=urns)
            assert got.benchmark == files.number(england[column]), (kpi, place)


def hidden_mean(got_n, got_d, total, pupils):
    """What the pupils who are in the national row, and in no school's, must have on average."""
    return (total * pupils - got_n) / (pupils - got_d)


def test_progress_8_of_all_schools_is_short_of_englands_by_the_hidden_pupils_only(files, everyone):
    """Schools sum to -0.01 and England's row says -0.03: the 5,412 pupils that no school's row shows, in alternative
    provision and in schools with few pupils, explain it with a score that is possible there."""
    (england,) = [row for row in files.ks4 if row["RECTYPE"] == "7"]
    rows = [row for row in files.schools(files.ks4) if files.number(row["P8MEA"]) is not None]
    got = everyone.result(
        "progress-8", "trust", "2018/19", among=sorted({row["URN"] for row in files.schools(files.ks4)})
    )
    assert got.denominator == sum(files.number(row["P8PUP"]) for row in rows)
    assert got.numerator == pytest.approx(sum(files.number(row["P8PUP"]) * files.number(row["P8MEA"]) for row in rows))
    assert got.coverage.have == len(rows)
    pupils = files.number(england["P8PUP"])
    assert 0.98 < got.denominator / pupils < 1
    assert abs(got.value - files.number(england["P8MEA"])) < 0.03
    assert -3 < hidden_mean(got.numerator, got.denominator, files.number(england["P8MEA"]), pupils) < 0
    assert got.benchmark == files.number(england["P8MEA"])


@pytest.mark.parametrize(
    ("measure", "column", "divisor", "highest"),
    [
        ("attainment8", "ATT8SCR", 1, 15),
        ("engmath_5", "PTL2BASICS_95", 100, 0.15),
        ("engmath_4", "PTL2BASICS_94", 100, 0.2),
    ],
)
def test_ks4_facts_of_all_schools_add_up_to_england_but_for_the_hidden_pupils(
    measure, column, divisor, highest, files, everyone, everyones_engine
):
    (england,) = [row for row in files.ks4 if row["RECTYPE"] == "7"]
    rows = [
        row for row in files.schools(files.ks4) if None not in (files.number(row[column]), files.number(row["TPUP"]))
    ]
    urns = sorted({row["URN"] for row in files.schools(files.ks4)})
    n = sum(files.number(row[column]) * files.number(row["TPUP"]) / divisor for row in rows)
    d = sum(files.number(row["TPUP"]) for row in rows)
    if measure == "attainment8":
        stage = everyone.breakdown("key-stage-attainment", "key_stage", "trust", "2018/19", among=urns)
        assert [r for r in stage if r.value is not None]
    facts = [f for f in everyones_engine.store.facts((measure,), years=("2018/19",)) if f.numerator is not None]
    assert sum(f.denominator for f in facts) == d
    assert sum(f.numerator for f in facts) == pytest.approx(n, rel=1e-9)
    total, pupils = files.number(england[column]) / divisor, files.number(england["TPUP"])
    assert 0.98 < d / pupils < 1
    assert 0 <= hidden_mean(n, d, total, pupils) < highest
