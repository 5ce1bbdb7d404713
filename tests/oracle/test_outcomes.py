"""Attainment and progress against the raw performance tables, wide and tidy, and the trust's own results."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

WIDE = ["2016/17", "2017/18", "2018/19"]
TIDY = ["2021/22", "2022/23", "2023/24", "2024/25"]
NO_EXAMS = ["2019/20", "2020/21"]
SUBJECTS = {
    "ks2-reading": ("PTREAD_EXP", "Reading", "ks2_reading", "ks2_read_exp_pct"),
    "ks2-writing": ("PTWRITTA_EXP", "Writing", "ks2_writing", "ks2_writ_ta_exp_pct"),
    "ks2-maths": ("PTMAT_EXP", "Maths", "ks2_maths", "ks2_mat_exp_pct"),
    "ks2-gps": ("PTGPS_EXP", "Grammar, punctuation and spelling", "ks2_gps", "ks2_gps_exp_pct"),
    "rwm": ("PTRWM_EXP", "Reading, writing and maths", "ks2_rwm", "ks2_rwm_exp_pct"),
}
PROGRESS = {
    "ks2-reading-progress": ("READ", "Reading", "ks2_read_progress"),
    "ks2-writing-progress": ("WRIT", "Writing", "ks2_writ_progress"),
    "ks2-maths-progress": ("MAT", "Maths", "ks2_mat_progress"),
}


class Printed(NamedTuple):
    """A published figure: the value as printed (None for a code), what it stands over, and its limits."""

    value: float | None
    cohort: float | None
    code: str = ""
    lower: float | None = None
    upper: float | None = None

    @property
    def sum(self):
        return None if self.value is None or self.cohort is None else self.value * self.cohort


def cell(text):
    """(number, code) of a publisher's cell."""
    text = (text or "").strip().removesuffix("%")
    try:
        return float(text), ""
    except ValueError:
        return None, text


def wide_file(year, stage="final", table="ks2"):
    start = int(year[:4])
    return f"{table}/{start}-{start + 1}_england_{table}{stage}.csv"


def tidy_years(raw, sql):
    return raw.rows(f"SELECT *, time_period[:4] || '/' || time_period[5:] AS year FROM {sql}")


@pytest.fixture(scope="module")
def ks2(raw):
    """(kpi, urn, year) -> Printed, for the subjects and the three progress scores; England's rows under its name."""
    found: dict[tuple[str, str, str], Printed] = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year)):
            urn = "England" if row["RECTYPE"] == "5" else raw.current(row["URN"])
            if row["RECTYPE"] not in ("1", "2", "5") or (urn != "England" and urn not in raw.academies):
                continue
            cohort, _ = cell(row["TELIG"])
            for kpi, (column, *_) in SUBJECTS.items():
                value, code = cell(row[column])
                found[kpi, urn, year] = Printed(value, cohort, code)
            for kpi, (prefix, *_) in PROGRESS.items():
                value, code = cell(row[f"{prefix}PROG"])
                coverage, _ = cell(row[f"{prefix}COV"])
                scored = cohort * coverage / 100 if cohort is not None and coverage is not None else None
                limits = (cell(row[f"{prefix}PROG_{end}"])[0] for end in ("LOWER", "UPPER"))
                found[kpi, urn, year] = Printed(value, scored, code, *limits)
    for name in ("2021-2022", "2024-2025"):
        information = tidy_years(raw, raw.csv(f"ks2/{name}_ks2_school_information_data.csv"))
        cohorts = {(row["school_urn"], row["year"]): cell(row["telig"])[0] for row in information}
        for row in tidy_years(raw, raw.csv(f"ks2/{name}_ks2_school_attainment_data.csv")):
            if (
                row["geographic_level"] != "School"
                or row["breakdown"] != "Total"
                or row["school_urn"] not in raw.academies
            ):
                continue
            cohort = cohorts.get((row["school_urn"], row["year"]))
            for kpi, (_, subject, *_) in SUBJECTS.items():
                if row["subject"] == subject:
                    value, code = cell(row["expected_standard_pupil_percent"])
                    found[kpi, row["school_urn"], row["year"]] = Printed(value, cohort, code)
            for kpi, (_, subject, _) in PROGRESS.items():
                if row["subject"] == subject:
                    names = ("score", "lower_conf_interval", "upper_conf_interval")
                    value, lower, upper = (row[f"progress_measure_{name}"] for name in names)
                    found[kpi, row["school_urn"], row["year"]] = Printed(
                        cell(value)[0], cohort, cell(value)[1], cell(lower)[0], cell(upper)[0]
                    )
    return found


@pytest.fixture(scope="module")
def results(raw):
    """The trust's own results: (measure, urn, year) -> (pupils at the standard or points, entries)."""
    rows = raw.sql(
        f"SELECT measure, urn, academic_year, total::DOUBLE, entries::DOUBLE FROM results WHERE {raw.undivided}"
    )
    return {(measure, urn, year): (n, d) for measure, urn, year, n, d in rows}


def has_ks2(raw, urn):
    return raw.phase(urn) in ("primary", "all-through", "special")


# KS2, expected standard


@pytest.mark.parametrize("kpi", ["ks2-reading", "ks2-writing", "ks2-maths", "ks2-gps"])
def test_ks2_of_every_academy_is_as_printed_else_the_own_result_else_a_reason(kpi, raw, ks2, results, ask):
    wrong, printed_seen = [], 0
    for urn in filter(lambda u: has_ks2(raw, u), raw.academies):
        for year in (*WIDE, *NO_EXAMS, *TIDY, "2025/26"):
            got = ask(kpi, urn, year)
            printed = ks2.get((kpi, urn, year))
            own = results.get((SUBJECTS[kpi][2], urn, year))
            if printed is not None and printed.value is not None:
                printed_seen += 1
                n = printed.value / 100 * printed.cohort
                if got.value != printed.value or (got.numerator, got.denominator) != (pytest.approx(n), printed.cohort):
                    wrong.append(f"{urn} {year}: {got.value} {got.numerator}/{got.denominator}, not {printed}")
            elif own is not None:
                if (got.numerator, got.denominator, got.series) != (*own, "return"):
                    wrong.append(f"{urn} {year}: {got.numerator}/{got.denominator} {got.series}, not {own}")
            elif got.value is not None:
                wrong.append(f"{urn} {year}: {got.value}, though nothing says so")
            elif printed is not None and printed.code in ("SUPP", "c"):
                if got.withheld.kind is not WithheldKind.SUPPRESSED:
                    wrong.append(f"{urn} {year}: {got.withheld}")
            elif year in NO_EXAMS and got.withheld.kind is not WithheldKind.NOT_PUBLISHED:
                wrong.append(f"{urn} {year}: {got.withheld}")
    assert wrong == []
    assert printed_seen > 40


@pytest.mark.parametrize("kpi", ["ks2-reading", "ks2-writing", "ks2-maths", "ks2-gps"])
@pytest.mark.parametrize("year", [*WIDE, *TIDY, "2025/26"])
def test_ks2_of_the_trust_adds_pupils_up_and_leaves_the_special_school_out(kpi, year, raw, ks2, results, ask):
    members = [u for u in raw.members(year) if raw.phase(u) in ("primary", "all-through")]
    printed = {
        u: (ks2[kpi, u, year].sum / 100, ks2[kpi, u, year].cohort)
        for u in members
        if (kpi, u, year) in ks2 and ks2[kpi, u, year].sum is not None
    }
    measure = SUBJECTS[kpi][2]
    own = {u: results[measure, u, year] for u in members if (measure, u, year) in results}
    series, parts = ("published", printed) if len(printed) >= len(own) else ("return", own)
    got = ask(kpi, "trust", year)
    n, d = sum(p[0] for p in parts.values()), sum(p[1] for p in parts.values())
    assert got.series == series
    assert got.numerator == pytest.approx(n)
    assert got.denominator == d
    assert got.value == pytest.approx(100 * n / d)
    assert got.people == d
    assert (got.coverage.have, got.coverage.of) == (len(parts), len(members))
    assert sorted(got.coverage.missing) == sorted(raw.name(u) for u in members if u not in parts)


@pytest.mark.parametrize("kpi", ["ks2-reading", "ks2-writing", "ks2-maths", "ks2-gps"])
def test_ks2_is_held_against_england_of_the_same_release_and_year(kpi, raw, ks2, ask):
    judged = 0
    for year in (*WIDE, *TIDY, "2025/26"):
        england = ks2[kpi, "England", year].value if year in WIDE else raw.england(SUBJECTS[kpi][3], "primary", year)
        for academy in ("trust", *filter(lambda u: has_ks2(raw, u), raw.academies)):
            got = ask(kpi, academy, year)
            if got.value is None:
                continue
            if england is None or (academy != "trust" and raw.phase(academy) == "special"):
                assert got.benchmark is None, (academy, year)
                assert got.target.status == TargetStatus.NONE, (academy, year)
                continue
            assert got.benchmark == england, (academy, year)
            ahead = got.value - england
            expected = (
                TargetStatus.MET if ahead > 1e-9 else TargetStatus.NEAR if ahead >= -2 - 1e-9 else TargetStatus.MISSED
            )
            assert got.target.status == expected, (academy, year)
            judged += 1
    assert judged > 40


def test_the_same_release_comes_before_the_later_list_of_averages(ks2, raw, ask):
    assert ks2["ks2-reading", "England", "2018/19"].value == 73
    assert raw.england("ks2_read_exp_pct", "primary", "2018/19") == 74
    assert ask("ks2-reading", "trust", "2018/19").benchmark == 73


def test_results_before_conversion_stand_under_the_new_urn_and_are_not_the_trusts(ks2, ask):
    got = ask("ks2-reading", "900003", "2018/19")
    assert (got.value, got.membership.value) == (ks2["ks2-reading", "900003", "2018/19"].value, "before joining")
    assert "Marlwick Primary" not in ask("ks2-reading", "trust", "2018/19").coverage.missing


def test_tansymere_joined_in_the_middle_of_2021_22_and_counts_from_the_next_year(ask):
    assert ask("ks2-reading", "900002", "2021/22").membership.value == "joined during the year"
    assert ask("ks2-reading", "trust", "2021/22").coverage.of == 3
    assert ask("ks2-reading", "trust", "2022/23").coverage.of == 4


def test_the_academy_that_left_counts_to_its_last_year_and_not_after(ask):
    assert ask("ks2-reading", "900009", "2018/19").membership.value == "member"
    assert ask("ks2-reading", "900009", "2021/22").membership.value == "after leaving"


# KS2 progress


@pytest.mark.parametrize("kpi", PROGRESS)
def test_ks2_progress_of_every_academy_is_as_printed_with_its_limits(kpi, raw, ks2, ask):
    seen = 0
    for urn in filter(lambda u: has_ks2(raw, u), raw.academies):
        for year in (*WIDE, *NO_EXAMS, *TIDY):
            got = ask(kpi, urn, year)
            printed = ks2.get((kpi, urn, year))
            if printed is not None and printed.value is not None:
                assert (got.value, got.lower, got.upper) == (printed.value, printed.lower, printed.upper), (urn, year)
                assert got.denominator == pytest.approx(printed.cohort), (urn, year)
                assert got.numerator == pytest.approx(printed.sum), (urn, year)
                seen += 1
            elif year in ("2019/20", "2020/21", "2023/24", "2024/25"):
                assert got.withheld.kind is WithheldKind.NOT_PUBLISHED, (urn, year)
            elif printed is not None and printed.code == "SUPP":
                assert got.withheld.kind is WithheldKind.SUPPRESSED, (urn, year)
    assert seen > 25


@pytest.mark.parametrize("kpi", PROGRESS)
@pytest.mark.parametrize("year", [*WIDE, "2021/22", "2022/23"])
def test_ks2_progress_of_the_trust_is_the_pupil_weighted_mean(kpi, year, raw, ks2, ask):
    members = [u for u in raw.members(year) if raw.phase(u) in ("primary", "all-through")]
    parts = [ks2[kpi, u, year] for u in members if (kpi, u, year) in ks2 and ks2[kpi, u, year].sum is not None]
    got = ask(kpi, "trust", year)
    pupils = sum(part.cohort for part in parts)
    assert got.numerator == pytest.approx(sum(part.sum for part in parts))
    assert got.denominator == pytest.approx(pupils)
    assert got.value == pytest.approx(sum(part.sum for part in parts) / pupils)
    assert (got.coverage.have, got.coverage.of) == (len(parts), len(members))
    # One national deviation, as the schools' published limits imply it: half width x root of pupils / 1.96.
    listed = [p for (k, u, y), p in ks2.items() if (k, y) == (kpi, year) and u != "England" and p.lower is not None]
    deviation = median((p.upper - p.lower) / 2 * p.cohort**0.5 / 1.96 for p in listed)
    assert got.lower == pytest.approx(got.value - 1.96 * deviation / pupils**0.5, abs=0.06)
    assert got.upper == pytest.approx(got.value + 1.96 * deviation / pupils**0.5, abs=0.06)


@pytest.mark.parametrize("kpi", PROGRESS)
def test_ks2_progress_is_met_above_zero_and_above_england(kpi, raw, ask):
    for year in ("2017/18", "2018/19", "2021/22", "2022/23"):
        england = raw.england(PROGRESS[kpi][2], "primary", year)
        for academy in ("trust", *(u for u in raw.academies if raw.phase(u) == "primary")):
            got = ask(kpi, academy, year)
            if got.value is None:
                continue
            assert got.benchmark == england, (academy, year)
            met = got.value > 0 and got.value > england
            near = got.value >= 0 and got.value >= england
            expected = TargetStatus.MET if met else TargetStatus.NEAR if near else TargetStatus.MISSED
            assert got.target.status == expected, (academy, year)


# Progress 8


@pytest.fixture(scope="module")
def progress8(raw):
    """(urn, year) -> Printed; the last stage of each year. England's RECTYPE 7 rows under its name."""
    found: dict[tuple[str, str], Printed] = {}
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
def progress8_sums(raw):
    """The exact sums that the tidy tables print beside the average."""
    found = {}
    for year in ("2021/22", "2022/23", "2023/24"):
        name = f"ks4/{year[:4]}{year[5:]}_performance_tables_schools_final.csv"
        for urn, total in raw.sql(f"SELECT school_urn, progress8_sum FROM {raw.csv(name)} WHERE breakdown = 'Total'"):
            found[urn, year] = cell(total)[0]
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


def test_provisional_figures_are_replaced_by_final_ones_that_differ(raw, progress8, ask):
    provisional = {
        raw.current(row["URN"]): cell(row["P8MEA"])[0]
        for row in raw.wide(wide_file("2018/19", "provisional", "ks4"))
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


def test_progress_8_of_disadvantaged_pupils_is_their_own_column(raw, ask):
    for row in raw.wide(wide_file("2018/19", table="ks4")):
        urn = raw.current(row["URN"])
        if row["RECTYPE"] == "1" and urn in raw.academies:
            value, _ = cell(row["P8MEA_FSM6CLA1A"])
            assert ask("progress-8", urn, "2018/19", disadvantage="Y").value == value, urn


# post-16 value added


@pytest.fixture(scope="module")
def value_added(raw):
    found: dict[tuple[str, str], Printed] = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year, table="ks5")):
            if row["URN"] in raw.academies and row["RECTYPE"] == "1":
                value, code = cell(row["VA_INS_ALEV"])
                limits = (cell(row[name])[0] for name in ("LCI_INS_ALEV", "UCI_INS_ALEV"))
                found[row["URN"], year] = Printed(value, cell(row["TALLPUP_ALEV_1618"])[0], code, *limits)
    rows = tidy_years(raw, raw.csv("ks5/institution_performance_202225_API.csv"))
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


# every key stage


@pytest.fixture(scope="module")
def ks4(raw):
    """(urn, year) -> (Attainment 8, grade 5 or above in English and maths), as printed in the last stage."""
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
    for row in tidy_years(raw, raw.csv("ks4/202425_national_characteristics_summary_all_state_funded_revised.csv")):
        if row["breakdown"] == "Total" and row["geographic_level"] == "National":
            found.setdefault(
                ("England", row["year"]), (cell(row["attainment8_average"])[0], cell(row["engmath_95_percent"])[0])
            )
    return found


@pytest.fixture(scope="module")
def alevel(raw):
    found = {}
    for year in WIDE:
        for row in raw.wide(wide_file(year, table="ks5")):
            if row["RECTYPE"] == "1":
                found[row["URN"], year] = cell(row["TALLPPE_ALEV_1618"])[0]
    for row in tidy_years(raw, raw.csv("ks5/institution_performance_202225_API.csv")):
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
