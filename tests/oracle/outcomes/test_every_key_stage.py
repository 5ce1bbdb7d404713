"""Key stages above England, counted from the printed figures of each."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus

WIDE = ["2016/17", "2017/18", "2018/19"]
TIDY = ["2021/22", "2022/23", "2023/24", "2024/25"]


@pytest.fixture(scope="module")
def ks4(raw, tables):
    """(urn, year) -> (Attainment 8, grade 5 or above in English and maths), as printed in the last stage."""
    cell, wide_file = tables.cell, tables.wide_file
    found = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year, table="ks4")):
            urn = "England" if row["RECTYPE"] == "7" else raw.current(row["URN"])
            if row["RECTYPE"] in ("1", "2", "7"):
                found[urn, year] = (cell(row["ATT8SCR"])[0], cell(row["PTL2BASICS_95"])[0])
    for year, stage in (("2021/22", "final"), ("2022/23", "final"), ("2023/24", "final"), ("2024/25", "revised")):
        name = f"ks4/{year[:4]}{year[5:]}_performance_tables_schools_{stage}.csv"
        for row in raw.rows(f"SELECT * FROM {raw.csv(name)} WHERE breakdown = 'Total'"):
            found[row["school_urn"], year] = (cell(row["attainment8_average"])[0], cell(row["engmath_95_percent"])[0])
    for row in tables.tidy_years(
        raw, raw.csv("ks4/202425_national_characteristics_summary_all_state_funded_revised.csv")
    ):
        if row["breakdown"] == "Total" and row["geographic_level"] == "National":
            found.setdefault(
                ("England", row["year"]), (cell(row["attainment8_average"])[0], cell(row["engmath_95_percent"])[0])
            )
    return found


@pytest.fixture(scope="module")
def alevel(raw, tables):
    cell, wide_file = tables.cell, tables.wide_file
    found = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year, table="ks5")):
            if row["RECTYPE"] == "1":
                found[row["URN"], year] = cell(row["TALLPPE_ALEV_1618"])[0]
    for row in tables.tidy_years(raw, raw.csv("ks5/institution_performance_202225_API.csv")):
        if row["exam_cohort"] == "A level" and row["disadvantage_status"] == "Total":
            found[row["school_urn"], row["year"]] = cell(row["aps_per_entry"])[0]
    return found


@pytest.mark.parametrize("year", [*WIDE, *TIDY])
def test_key_stage_attainment_counts_stages_above_england(year, raw, ks2, ks4, alevel, ask):
    england_ks2 = ks2["rwm", "England", year].value if year in WIDE else raw.england("ks2_rwm_exp_pct", "primary", year)
    england_a = raw.england("ks5_alevel_aps_per_entry", "post16", year)
    totals = [0, 0]
    for urn in raw.academies:
        if raw.phase(urn) == "special":
            continue
        stages = []
        printed = ks2.get(("rwm", urn, year))
        if printed is not None and printed.value is not None:
            stages.append(printed.value > england_ks2)
        if raw.phase(urn) in ("secondary", "all-through") and (urn, year) in ks4 and ks4[urn, year][0] is not None:
            both = zip(ks4[urn, year], ks4["England", year], strict=True)
            stages.append(all(own > theirs for own, theirs in both))
        if raw.academies[urn]["sixth_form"] == "Y" and alevel.get((urn, year)) is not None:
            stages.append(alevel[urn, year] > england_a)
        got = ask("key-stage-attainment", urn, year)
        if not stages:
            assert got.value is None, urn
            continue
        assert (got.numerator, got.denominator) == (sum(stages), len(stages)), (urn, got.detail)
        assert got.target.status == (TargetStatus.MET if all(stages) else TargetStatus.MISSED), urn
        if urn in raw.members(year):
            totals = [totals[0] + sum(stages), totals[1] + len(stages)]
    trust = ask("key-stage-attainment", "trust", year)
    assert [trust.numerator, trust.denominator] == totals
    assert trust.value == pytest.approx(100 * totals[0] / totals[1])
    assert trust.target.status == (TargetStatus.MET if totals[0] == totals[1] else TargetStatus.MISSED)


def test_one_key_stage_can_be_asked_for(raw, ks2, ask):
    for urn in ("900001", "900007"):
        got = ask("key-stage-attainment", urn, "2024/25", key_stage="Key stage 2")
        above = ks2["rwm", urn, "2024/25"].value > raw.england("ks2_rwm_exp_pct", "primary", "2024/25")
        assert (got.numerator, got.denominator) == (float(above), 1.0)
