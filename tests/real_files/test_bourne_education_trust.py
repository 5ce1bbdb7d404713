"""A real trust in 2018/19, recomputed from the published rows of the academies that had joined by 1 September 2018."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import Membership, WithheldKind

SUBJECTS = {
    "ks2-reading": "PTREAD_EXP",
    "ks2-writing": "PTWRITTA_EXP",
    "ks2-maths": "PTMAT_EXP",
    "ks2-gps": "PTGPS_EXP",
}
PROGRESS = {"ks2-reading-progress": "READ", "ks2-writing-progress": "WRIT", "ks2-maths-progress": "MAT"}


@pytest.fixture(scope="module")
def links(read_real):
    """URN -> the day it joined, from the trust's own group, not the sponsor of the same name."""
    return {
        row["URN"]: row["Joined date"]
        for row in read_real("gias/group_links_202203.csv")
        if row["Group Name"].upper() == "BOURNE EDUCATION TRUST" and row["Group Type"] == "Multi-academy trust"
    }


@pytest.fixture(scope="module")
def members(links):
    return sorted(urn for urn, joined in links.items() if joined <= "2018-09-01")


@pytest.fixture(scope="module")
def ks2_rows(files, members):
    rows = [row for (_, year), some in files.ks2.items() if year == "2018/19" for row in files.schools(some)]
    return {row["URN"]: row for row in rows if row["URN"] in members}


@pytest.fixture(scope="module")
def ks4_rows(files, members):
    return {row["URN"]: row for row in files.schools(files.ks4) if row["URN"] in members}


@pytest.fixture(scope="module")
def england(files):
    (row,) = [row for row in files.ks2["Surrey", "2018/19"] if row["RECTYPE"] == "5"]
    return row


def test_its_academies_are_those_of_the_trusts_group_and_a_sponsor_of_the_name_is_not_meant(links, bourne):
    assert {a.urn: a.joined for a in bourne.academies()} == links


def test_members_of_2018_19_had_joined_by_the_first_of_september(members, bourne):
    found = [r.academy for r in bourne.compare("ks2-reading", "2018/19") if r.membership is Membership.MEMBER]
    assert sorted(found) == members


@pytest.mark.parametrize("kpi", SUBJECTS)
def test_ks2_subjects(kpi, files, ks2_rows, england, bourne):
    column = SUBJECTS[kpi]
    parts = {
        u: (files.number(r[column]), files.number(r["TELIG"])) for u, r in ks2_rows.items() if files.number(r[column])
    }
    got = bourne.result(kpi, "trust", "2018/19")
    pupils = sum(d for _, d in parts.values())
    assert got.numerator == pytest.approx(sum(v * d / 100 for v, d in parts.values()))
    assert got.denominator == pupils
    assert got.value == pytest.approx(sum(v * d for v, d in parts.values()) / pupils)
    assert got.coverage.have == len(parts)
    assert got.benchmark == files.number(england[column])
    expected = TargetStatus.MET if got.value > got.benchmark else TargetStatus.NEAR
    assert got.target.status == (expected if got.value >= got.benchmark - 2 else TargetStatus.MISSED)


@pytest.mark.parametrize("kpi", PROGRESS)
def test_ks2_progress(kpi, files, ks2_rows, bourne):
    prefix = PROGRESS[kpi]
    parts = [
        (files.number(r[f"{prefix}PROG"]), files.number(r["TELIG"]) * files.number(r[f"{prefix}COV"]) / 100)
        for r in ks2_rows.values()
        if files.number(r[f"{prefix}PROG"]) is not None
    ]
    got = bourne.result(kpi, "trust", "2018/19")
    assert got.denominator == pytest.approx(sum(d for _, d in parts))
    assert got.value == pytest.approx(sum(v * d for v, d in parts) / sum(d for _, d in parts))


def test_progress_8(files, ks4_rows, bourne):
    parts = [
        (files.number(r["P8MEA"]), files.number(r["P8PUP"]))
        for r in ks4_rows.values()
        if files.number(r["P8MEA"]) is not None
    ]
    got = bourne.result("progress-8", "trust", "2018/19")
    pupils = sum(d for _, d in parts)
    assert (got.denominator, got.stage) == (pupils, "provisional")
    assert got.value == pytest.approx(sum(v * d for v, d in parts) / pupils)
    # 1.28 is the deviation between pupils that the published limits of all schools of the year imply.
    assert got.upper - got.lower == pytest.approx(2 * 1.96 * 1.28 / pupils**0.5, rel=0.02)
    assert got.coverage.have == len(parts)
    assert got.coverage.missing == ("Chertsey High School",)


def test_key_stage_attainment(files, ks2_rows, ks4_rows, england, bourne):
    (secondary,) = [row for row in files.ks4 if row["RECTYPE"] == "7"]
    above = of = 0
    for row in ks2_rows.values():
        value = files.number(row["PTRWM_EXP"])
        if value is not None:
            of += 1
            above += value > files.number(england["PTRWM_EXP"])
    for row in ks4_rows.values():
        values = [files.number(row[name]) for name in ("ATT8SCR", "PTL2BASICS_95")]
        if None not in values:
            of += 1
            above += all(
                v > files.number(secondary[name]) for v, name in zip(values, ("ATT8SCR", "PTL2BASICS_95"), strict=True)
            )
    got = bourne.result("key-stage-attainment", "trust", "2018/19")
    assert (got.numerator, got.denominator) == (above, of)


def test_gap_disadvantage(files, ks2_rows, england, bourne):
    parts = [
        (files.number(r["PTRWM_EXP_FSM6CLA1A"]), files.number(r["TFSM6CLA1A"]))
        for r in ks2_rows.values()
        if files.number(r["PTRWM_EXP_FSM6CLA1A"]) is not None
    ]
    got = bourne.result("gap-disadvantage", "trust", "2018/19", {"measure": "ks2_rwm"})
    group = sum(v * d for v, d in parts) / sum(d for _, d in parts)
    assert got.sides[0].value == pytest.approx(group)
    assert got.sides[0].denominator == sum(d for _, d in parts)
    assert got.sides[1].value == files.number(england["PTRWM_EXP_NotFSM6CLA1A"])
    assert got.value == pytest.approx(files.number(england["PTRWM_EXP_NotFSM6CLA1A"]) - group, abs=1e-6)


def test_results_before_a_conversion_come_from_the_predecessors_row(files, bourne):
    rows = {row["URN"]: row for row in files.schools(files.ks2["Surrey", "2018/19"])}
    (academy,) = [a for a in bourne.academies() if "124940" in a.predecessors]
    assert academy.urn not in rows
    got = bourne.result("ks2-maths", academy.urn, "2018/19")
    assert got.value == files.number(rows["124940"]["PTMAT_EXP"])
    assert got.detail == "as URN 124940"
    assert got.membership is Membership.DURING


def test_the_wide_absence_file_has_no_counts_so_the_trust_has_no_attendance(members, bourne):
    withheld = bourne.result("pupil-attendance", "trust", "2018/19").withheld
    assert withheld.kind is WithheldKind.NOT_PUBLISHED
    assert all(bourne.result("pupil-attendance", urn, "2018/19").value is not None for urn in members)
