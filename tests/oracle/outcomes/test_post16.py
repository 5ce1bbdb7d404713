"""Post-16 value added: as printed, weighted by students for the trust, and the years without it."""

from __future__ import annotations

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

WIDE = ["2016/17", "2017/18", "2018/19"]


@pytest.fixture(scope="module")
def value_added(raw, tables):
    cell, wide_file, Printed = tables.cell, tables.wide_file, tables.printed  # noqa: N806
    found = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year, table="ks5")):
            if row["URN"] in raw.academies and row["RECTYPE"] == "1":
                value, code = cell(row["VA_INS_ALEV"])
                limits = (cell(row[name])[0] for name in ("LCI_INS_ALEV", "UCI_INS_ALEV"))
                found[row["URN"], year] = Printed(value, cell(row["TALLPUP_ALEV_1618"])[0], code, *limits)
    rows = tables.tidy_years(raw, raw.csv("ks5/institution_performance_202225_API.csv"))
    for row in rows:
        if (
            row["exam_cohort"] == "A level"
            and row["disadvantage_status"] == "Total"
            and row["school_urn"] in raw.academies
        ):
            value, code = cell(row["value_added"])
            limits = (cell(row[f"value_added_{end}_ci"])[0] for end in ("lower", "upper"))
            found[row["school_urn"], row["year"]] = Printed(value, cell(row["end1618_student_count"])[0], code, *limits)
    return found


def test_post_16_value_added_is_as_printed_and_weighted_by_students_for_the_trust(raw, value_added, ask):
    for year in (*WIDE, "2023/24", "2024/25"):
        parts = {u: value_added[u, year] for u in raw.members(year) if (u, year) in value_added}
        assert len(parts) == 2
        for urn, printed in parts.items():
            got = ask("post16-value-added", urn, year)
            assert (got.value, got.lower, got.upper) == (printed.value, printed.lower, printed.upper), (urn, year)
            assert (got.denominator, got.benchmark) == (printed.cohort, 0.0)
            expected = (
                TargetStatus.MET if got.value > 0 else TargetStatus.NEAR if got.value == 0 else TargetStatus.MISSED
            )
            assert got.target.status == expected, (urn, year)
        trust = ask("post16-value-added", "trust", year)
        students = sum(part.cohort for part in parts.values())
        assert trust.denominator == students
        assert trust.value == pytest.approx(sum(part.sum for part in parts.values()) / students)
        assert trust.lower < trust.value < trust.upper
        assert trust.coverage.missing == ()


def test_post_16_value_added_was_not_published_for_four_years(raw, ask):
    for year in ("2019/20", "2020/21", "2021/22", "2022/23"):
        for academy in ("trust", "900005", "900006"):
            assert ask("post16-value-added", academy, year).withheld.kind is WithheldKind.NOT_PUBLISHED
    without = [u for u in raw.academies if raw.academies[u]["sixth_form"] == "N"]
    assert {ask("post16-value-added", u, "2018/19").withheld.kind for u in without} == {WithheldKind.NOT_APPLICABLE}
