"""Every school row of the real files comes back as it was published: a number as printed, or why there is none."""

from __future__ import annotations

import random

import pytest

from kpi_engine.model import WithheldKind

SUBJECTS = {
    "ks2-reading": "PTREAD_EXP",
    "ks2-writing": "PTWRITTA_EXP",
    "ks2-maths": "PTMAT_EXP",
    "ks2-gps": "PTGPS_EXP",
}
PROGRESS = {"ks2-reading-progress": "READ", "ks2-writing-progress": "WRIT", "ks2-maths-progress": "MAT"}
KINDS = {
    "SUPP": {WithheldKind.SUPPRESSED},
    "LOWCOV": {WithheldKind.SUPPRESSED},
    "SP": {WithheldKind.SUPPRESSED},
    "NE": {WithheldKind.NOT_APPLICABLE},
    "NA": {WithheldKind.NOT_PUBLISHED},
    "NP": {WithheldKind.NOT_PUBLISHED},
    "": {WithheldKind.NO_DATA, WithheldKind.NOT_PUBLISHED},
}
"""What stands in place of a number; a blank cell says nothing, so that nothing is loaded."""


def answers(view, kpi, year, urns):
    return {result.academy: result for result in view.compare(kpi, year, among=sorted(set(urns)))}


def check(got, cell, cohort, divisor, number):
    """Differences of one answer from its printed cell."""
    printed = number(cell)
    if printed is None:
        if got.withheld is None:
            return f"{got.value} for {cell!r}"
        allowed = KINDS[cell.strip()]
        if got.withheld.kind not in allowed and cohort not in KINDS:
            return f"{got.withheld} for {cell!r}"
        return None
    if got.value != printed:
        return f"{got.value} {got.withheld} for {cell!r}"
    if cohort is None:
        return None
    if got.denominator != pytest.approx(cohort, abs=1e-6) or got.numerator != pytest.approx(
        printed * cohort / divisor, abs=1e-5
    ):
        return f"{got.numerator}/{got.denominator} for {cell!r} of {cohort}"
    return None


@pytest.mark.parametrize("place", [("Surrey", "2018/19"), ("Hampshire", "2018/19"), ("Surrey", "2017/18")])
@pytest.mark.parametrize("kpi", SUBJECTS)
def test_ks2_subjects(kpi, place, files, everyone):
    rows = files.schools(files.ks2[place])
    found = answers(everyone, kpi, place[1], [row["URN"] for row in rows])
    wrong = [
        f"{row['URN']}: {said}"
        for row in rows
        if (said := check(found[row["URN"]], row[SUBJECTS[kpi]], files.number(row["TELIG"]), 100, files.number))
    ]
    assert wrong == []
    assert sum(found[row["URN"]].value is not None for row in rows) > 200


@pytest.mark.parametrize("place", [("Surrey", "2018/19"), ("Hampshire", "2018/19"), ("Surrey", "2017/18")])
@pytest.mark.parametrize("kpi", PROGRESS)
def test_ks2_progress_with_its_limits(kpi, place, files, everyone):
    rows = files.schools(files.ks2[place])
    found = answers(everyone, kpi, place[1], [row["URN"] for row in rows])
    prefix, wrong = PROGRESS[kpi], []
    for row in rows:
        got = found[row["URN"]]
        eligible, coverage = files.number(row["TELIG"]), files.number(row[f"{prefix}COV"])
        cohort = eligible * coverage / 100 if eligible is not None and coverage is not None else None
        said = check(got, row[f"{prefix}PROG"], cohort, 1, files.number)
        limits = [files.number(row[f"{prefix}PROG_{end}"]) for end in ("LOWER", "UPPER")]
        if said is None and got.value is not None and None not in limits and [got.lower, got.upper] != limits:
            said = f"{got.lower} to {got.upper} for {limits}"
        if said is not None:
            wrong.append(f"{row['URN']}: {said}")
    assert wrong == []


def test_progress_8_of_all_england_with_its_limits(files, everyone):
    rows = files.schools(files.ks4)
    found = answers(everyone, "progress-8", "2018/19", [row["URN"] for row in rows])
    wrong, numbers = [], 0
    for row in rows:
        got = found[row["URN"]]
        said = check(got, row["P8MEA"], files.number(row["P8PUP"]), 1, files.number)
        limits = [files.number(row[name]) for name in ("P8CILOW", "P8CIUPP")]
        if said is None and got.value is not None and [got.lower, got.upper] != limits:
            said = f"{got.lower} to {got.upper} for {limits}"
        numbers += got.value is not None
        if said is not None:
            wrong.append(f"{row['URN']}: {said}")
    assert wrong == []
    assert numbers > 3500
    kinds = {found[row["URN"]].withheld.kind for row in rows if row["P8MEA"] in ("LOWCOV", "NE", "NA")}
    assert kinds >= {WithheldKind.SUPPRESSED, WithheldKind.NOT_APPLICABLE, WithheldKind.NOT_PUBLISHED}


def test_attendance_of_all_england_is_100_less_the_printed_absence(files, everyone):
    rows = [row for row in files.absence if row["URN"]]
    found = answers(everyone, "pupil-attendance", "2018/19", [row["URN"] for row in rows])
    wrong = []
    for row in rows:
        got, absence = found[row["URN"]], files.number(row["PERCTOT"])
        if absence is not None:
            if got.value != round(100 - absence, 1) or got.denominator is not None:
                wrong.append(f"{row['URN']}: {got.value} for an absence of {row['PERCTOT']}")
        elif got.withheld is None or got.withheld.kind not in KINDS[row["PERCTOT"].strip()]:
            wrong.append(f"{row['URN']}: {got.value} {got.withheld} for {row['PERCTOT']!r}")
    assert wrong == []
    assert len(rows) > 21_000


def test_destinations_are_those_of_the_leavers_of_two_years_before(files, everyone):
    rows = files.schools(files.destinations)
    found = answers(everyone, "neet-post16", "2016/17", [row["URN"] for row in rows])
    wrong, numbers = [], 0
    for row in rows:
        got, count = found[row["URN"]], files.number(row["NOT_SUSTAINED"])
        if count is None:
            if got.withheld is None or got.withheld.kind not in KINDS[row["NOT_SUSTAINED"].strip()]:
                wrong.append(f"{row['URN']}: {got.value} {got.withheld} for {row['NOT_SUSTAINED']!r}")
            continue
        numbers += 1
        if row["NOT_SUSTAINEDPER"].strip() == "SP":
            # The share is a code, and one pupil of many stands beside it: the code is the answer.
            if got.withheld is None or got.withheld.kind is not WithheldKind.SUPPRESSED:
                wrong.append(f"{row['URN']}: {got.value} {got.withheld} for SP")
            continue
        if (got.numerator, got.denominator) != (count, files.number(row["COHORT"])):
            wrong.append(f"{row['URN']}: {got.numerator}/{got.denominator} for {count} of {row['COHORT']}")
        elif got.value is None or abs(got.value - 100 * count / got.denominator) > 0.5:
            wrong.append(f"{row['URN']}: {got.value} for {count} of {row['COHORT']}")
        share = files.number(row["NOT_SUSTAINEDPER"])
        if share is not None and got.value != share:
            wrong.append(f"{row['URN']}: {got.value} for {row['NOT_SUSTAINEDPER']}")
    assert wrong == []
    assert numbers > 3500


def test_one_question_at_a_time_gives_the_same_as_the_comparison_and_the_grid(files, everyone):
    chance = random.Random(20190831)
    surrey = files.schools(files.ks2["Surrey", "2018/19"])
    for kpi, year, rows, many in (
        ("ks2-reading", "2018/19", surrey, 60),
        ("ks2-maths-progress", "2018/19", surrey, 60),
        ("gap-disadvantage", "2018/19", surrey, 60),
        ("progress-8", "2018/19", files.schools(files.ks4), 150),
        ("pupil-attendance", "2018/19", [row for row in files.absence if row["URN"]], 150),
        ("neet-post16", "2016/17", files.schools(files.destinations), 100),
    ):
        urns = sorted({row["URN"] for row in chance.sample(rows, many)})
        together = answers(everyone, kpi, year, urns)
        cells = {cell.academy: cell for cell in everyone.scorecard(year, urns, [kpi])}
        for urn in urns:
            alone = everyone.result(kpi, urn, year)
            assert alone.as_dict() == together[urn].as_dict(), (kpi, urn)
            assert (cells[urn].value, cells[urn].target.status) == (alone.value, alone.target.status), (kpi, urn)


def test_every_surrey_gap_is_the_published_difference_with_its_sign_turned_round(files, everyone):
    """``DIFFN_RWM_EXP`` is reckoned before rounding, ours from two rounded percentages: within one point."""
    rows = files.schools(files.ks2["Surrey", "2018/19"])
    urns = sorted({row["URN"] for row in rows})
    found = {r.academy: r for r in everyone.compare("gap-disadvantage", "2018/19", {"measure": "ks2_rwm"}, among=urns)}
    wrong, compared = [], 0
    for row in rows:
        printed, got = files.number(row["DIFFN_RWM_EXP"]), found[row["URN"]]
        if printed is None:
            if got.value is not None and files.number(row["PTRWM_EXP_FSM6CLA1A"]) is None:
                wrong.append(f"{row['URN']}: {got.value} for {row['DIFFN_RWM_EXP']!r}")
            continue
        compared += 1
        if got.value is None or abs(got.value + printed) > 1:
            wrong.append(f"{row['URN']}: {got.value} for {printed}")
    assert wrong == []
    assert compared > 140
