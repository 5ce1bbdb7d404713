"""Progress 8: printed scores and limits, final before provisional, and the trust's mean with one national deviation."""

from __future__ import annotations

from statistics import median

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

WIDE = ["2016/17", "2017/18", "2018/19"]
NO_EXAMS = ["2019/20", "2020/21"]


@pytest.fixture(scope="module")
def progress8(raw, tables):
    cell, wide_file, Printed = tables.cell, tables.wide_file, tables.printed  # noqa: N806
    found = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year, table="ks4")):
            urn = "England" if row["RECTYPE"] == "7" else raw.current(row["URN"])
            if row["RECTYPE"] in ("1", "2", "7") and (urn == "England" or urn in raw.academies):
                value, code = cell(row["P8MEA"])
                limits = (cell(row[name])[0] for name in ("P8CILOW", "P8CIUPP"))
                found[urn, year] = Printed(value, cell(row["P8PUP"])[0], code, *limits)
    for year in ("2021/22", "2022/23", "2023/24"):
        name = f"ks4/{year[:4]}{year[5:]}_performance_tables_schools_final.csv"
        for row in raw.rows(f"SELECT * FROM {raw.csv(name)} WHERE breakdown = 'Total' AND geographic_level = 'School'"):
            if row["school_urn"] in raw.academies:
                value, code = cell(row["progress8_average"])
                limits = (cell(row[f"progress8_{end}_95_ci"])[0] for end in ("lower", "upper"))
                found[row["school_urn"], year] = Printed(value, cell(row["progress8_pupil_count"])[0], code, *limits)
    return found


@pytest.fixture(scope="module")
def progress8_sums(raw, tables):
    """The exact sums that the tidy tables print beside the average."""
    found = {}
    for year in ("2021/22", "2022/23", "2023/24"):
        name = f"ks4/{year[:4]}{year[5:]}_performance_tables_schools_final.csv"
        for urn, total in raw.sql(f"SELECT school_urn, progress8_sum FROM {raw.csv(name)} WHERE breakdown = 'Total'"):
            found[urn, year] = tables.cell(total)[0]
    return found


def p8_sum(printed, exact, urn, year):
    return exact.get((urn, year)) if exact.get((urn, year)) is not None else printed[urn, year].sum


def test_progress_8_of_every_academy_is_as_printed_with_its_limits(raw, progress8, progress8_sums, ask):
    seen = 0
    for urn in raw.academies:
        for year in (*WIDE, "2021/22", "2022/23", "2023/24"):
            printed = progress8.get((urn, year))
            if printed is None or printed.value is None:
                assert ask("progress-8", urn, year).value is None, (urn, year)
                continue
            got = ask("progress-8", urn, year)
            assert (got.value, got.lower, got.upper) == (printed.value, printed.lower, printed.upper), (urn, year)
            assert got.denominator == printed.cohort, (urn, year)
            assert got.people == printed.cohort, (urn, year)
            assert got.numerator == pytest.approx(p8_sum(progress8, progress8_sums, urn, year), abs=1e-6), (urn, year)
            seen += 1
    assert seen >= 20


@pytest.mark.parametrize("year", [*WIDE, "2021/22", "2022/23", "2023/24"])
def test_progress_8_of_the_trust_is_the_pupil_weighted_mean_of_its_mainstream_academies(
    year, raw, progress8, progress8_sums, ask
):
    members = [u for u in raw.members(year) if raw.phase(u) in ("secondary", "all-through")]
    have = [u for u in members if (u, year) in progress8 and progress8[u, year].value is not None]
    pupils = sum(progress8[u, year].cohort for u in have)
    total = sum(p8_sum(progress8, progress8_sums, u, year) for u in have)
    got = ask("progress-8", "trust", year)
    assert got.numerator == pytest.approx(total)
    assert (got.denominator, got.people) == (pupils, pupils)
    assert got.value == pytest.approx(total / pupils)
    assert (got.coverage.have, got.coverage.of) == (len(have), len(members))
    assert sorted(got.coverage.missing) == sorted(raw.name(u) for u in members if u not in have)
    deviations = [
        (p.upper - p.lower) / 2 * p.cohort**0.5 / 1.96
        for (u, y), p in progress8.items()
        if y == year and p.lower is not None
    ]
    assert median(deviations) == pytest.approx(1.28, abs=0.05)
    assert got.upper - got.lower == pytest.approx(2 * 1.96 * median(deviations) / pupils**0.5, abs=0.005)
    england = progress8["England", year].value if year in WIDE else raw.england("ks4_p8", "secondary", year)
    assert got.benchmark == england
    met = got.value > 0 and got.value > england
    assert got.target.status == (TargetStatus.MET if met else TargetStatus.MISSED)


def test_provisional_figures_are_replaced_by_final_ones_that_differ(raw, progress8, tables, ask):
    provisional = {
        raw.current(row["URN"]): tables.cell(row["P8MEA"])[0]
        for row in raw.wide(tables.wide_file("2018/19", "provisional", "ks4"))
        if row["RECTYPE"] in ("1", "2")
    }
    changed = [
        u for u in raw.academies if (u, "2018/19") in progress8 and provisional.get(u) != progress8[u, "2018/19"].value
    ]
    assert changed
    for urn in changed:
        got = ask("progress-8", urn, "2018/19")
        assert (got.value, got.stage) == (progress8[urn, "2018/19"].value, "final")


def test_there_is_no_progress_8_after_two_years_without_tests(raw, ask):
    for academy in ("trust", "900005", "900006", "900007", "900008"):
        for year in (*NO_EXAMS, "2024/25", "2025/26"):
            withheld = ask("progress-8", academy, year).withheld
            assert withheld.kind is WithheldKind.NOT_PUBLISHED, (academy, year)
    assert ask("progress-8", "900001", "2018/19").withheld.kind is WithheldKind.NOT_APPLICABLE


def test_progress_8_of_disadvantaged_pupils_is_their_own_column(raw, tables, ask):
    for row in raw.wide(tables.wide_file("2018/19", table="ks4")):
        urn = raw.current(row["URN"])
        if row["RECTYPE"] == "1" and urn in raw.academies:
            value, _ = tables.cell(row["P8MEA_FSM6CLA1A"])
            assert ask("progress-8", urn, "2018/19", disadvantage="Y").value == value, urn
