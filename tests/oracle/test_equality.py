"""Gaps: both sides from the raw tables and returns, the shortfall, the target by plain arithmetic, and who moved."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from kpi_engine.answers import TargetStatus
from kpi_engine.model import WithheldKind

WIDE = ["2016/17", "2017/18", "2018/19"]
TIDY = ["2021/22", "2022/23", "2023/24", "2024/25"]
YEARS = [*WIDE, *TIDY]
NO_EXAMS = ["2019/20", "2020/21"]
BREAKDOWNS = {"Girls": ("sex", "F"), "Boys": ("sex", "M"), "Disadvantaged": ("disadvantage", "Y"),
              "Not known to be disadvantaged": ("disadvantage", "N")}  # fmt: skip
KS2_WIDE = {("sex", "F"): ("_G", "GELIG"), ("sex", "M"): ("_B", "BELIG"), ("disadvantage", "Y"): ("_FSM6CLA1A", "TFSM6CLA1A"),
            ("disadvantage", "N"): ("_NotFSM6CLA1A", "TNotFSM6CLA1A")}  # fmt: skip
KS4_WIDE = {("sex", "F"): ("_GIRLS", "GPUP"), ("sex", "M"): ("_BOYS", "BPUP"),
            ("disadvantage", "Y"): ("_FSM6CLA1A", "TFSM6CLA1A"), ("disadvantage", "N"): ("_NFSM6CLA1A", "TNOTFSM6CLA1A")}  # fmt: skip
EES_COHORT = {("sex", "F"): "gelig", ("sex", "M"): "belig", ("disadvantage", "Y"): "tfsm6cla1a",
              ("disadvantage", "N"): "tnotfsm6cla1a"}  # fmt: skip


class Side(NamedTuple):
    value: float
    n: float | None
    d: float | None


def number(text):
    try:
        return float((text or "").strip().removesuffix("%"))
    except ValueError:
        return None


def of_percent(value, cohort):
    return None if value is None else Side(value, None if cohort is None else value * cohort / 100, cohort)


@pytest.fixture(scope="module")
def sides(raw):
    """(series, outcome, urn, year, (dimension, value)) -> Side, wherever a number is printed or returned."""
    found: dict[tuple[str, str, str, str, tuple[str, str]], Side | None] = {}
    for year in WIDE:
        start = int(year[:4])
        for row in raw.wide(f"ks2/{start}-{start + 1}_england_ks2final.csv"):
            urn = {"5": "England", "1": raw.current(row["URN"]), "2": raw.current(row["URN"])}.get(row["RECTYPE"])
            for group, (suffix, cohort) in KS2_WIDE.items() if urn else ():
                value = number(row[f"PTRWM_EXP{suffix}"])
                found["published", "ks2_rwm", urn, year, group] = of_percent(value, number(row[cohort]))
        for row in raw.wide(f"ks4/{start}-{start + 1}_england_ks4final.csv"):
            urn = {"7": "England", "1": row["URN"], "2": row["URN"]}.get(row["RECTYPE"])
            for group, (suffix, cohort) in KS4_WIDE.items() if urn else ():
                value, pupils = number(row[f"ATT8SCR{suffix}"]), number(row[cohort])
                if value is not None:
                    found["published", "attainment8", raw.current(urn), year, group] = Side(
                        value, None if pupils is None else value * pupils, pupils
                    )
    year_of = "time_period[:4] || '/' || time_period[5:]"
    for name in ("2021-2022", "2024-2025"):
        cohorts = {
            (row["school_urn"], row["y"]): row
            for row in raw.rows(f"SELECT *, {year_of} y FROM {raw.csv(f'ks2/{name}_ks2_school_information_data.csv')}")
        }
        for row in raw.rows(
            f"""SELECT *, {year_of} y FROM {raw.csv(f"ks2/{name}_ks2_school_attainment_data.csv")}
            WHERE subject = 'Reading, writing and maths' AND geographic_level = 'School'"""
        ):
            group = BREAKDOWNS.get(row["breakdown"])
            if group is not None:
                own = cohorts[row["school_urn"], row["y"]]
                found["published", "ks2_rwm", row["school_urn"], row["y"], group] = of_percent(
                    number(row["expected_standard_pupil_percent"]), number(own[EES_COHORT[group]])
                )
    stages = {
        "2021/22": "final",
        "2022/23": "final",
        "2023/24": "final",
        "2024/25": "revised",
        "2025/26": "provisional",
    }
    for year, stage in stages.items():
        for row in raw.rows(
            f"SELECT * FROM {raw.csv(f'ks4/{year[:4]}{year[5:]}_performance_tables_schools_{stage}.csv')}"
        ):
            group = BREAKDOWNS.get(row["breakdown"])
            value = number(row["attainment8_average"])
            if group is not None and value is not None:
                found["published", "attainment8", row["school_urn"], year, group] = Side(
                    value, number(row["attainment8_sum"]), number(row["pupil_count"])
                )
    for row in raw.rows(
        f"""SELECT *, {year_of} y FROM {raw.csv("ks4/202425_national_characteristics_summary_all_state_funded_revised.csv")}"""
    ):
        group = BREAKDOWNS.get(row["breakdown"])
        if group is not None and row["y"] in TIDY:
            found["published", "attainment8", "England", row["y"], group] = Side(
                number(row["attainment8_average"]), None, None
            )
    for measure, urn, year, sex, dis, send, n, d in raw.sql(
        """SELECT measure, urn, academic_year, sex, disadvantage, send, total::DOUBLE, entries::DOUBLE FROM results
        WHERE measure IN ('ks2_rwm', 'attainment8') AND year_group = 'Total' AND looked_after = 'Total' AND entries::INT > 0"""
    ):
        given = [(k, v) for k, v in (("sex", sex), ("disadvantage", dis), ("send", send)) if v != "Total"]
        if len(given) == 1:
            value = n / d * (100 if measure == "ks2_rwm" else 1)
            found["return", measure, urn, year, given[0]] = Side(value, n, d)
    for year in TIDY:
        for group, word in (("Y", "disadvantaged"), ("N", "not disadvantaged")):
            value = raw.england("ks2_rwm_exp_pct", "primary", year, word)
            if value is not None:
                found["published", "ks2_rwm", "England", year, ("disadvantage", group)] = Side(value, None, None)
    return {key: side for key, side in found.items() if side is not None}


def outcomes(raw, urn):
    return {"primary": ["ks2_rwm"], "secondary": ["attainment8"], "all-through": ["ks2_rwm", "attainment8"]}.get(
        raw.phase(urn), []
    )


def pair(sides, outcome, urn, year, dimension, group, other):
    """(series, the group's side, the comparator's): the published table where it has both, else the own return."""
    for series in ("published", "return"):
        left = sides.get((series, outcome, urn, year, (dimension, group)))
        right = (
            sides.get(("published", outcome, "England", year, (dimension, other)))
            if dimension == "disadvantage"
            else sides.get((series, outcome, urn, year, (dimension, other)))
        )
        if left is not None and right is not None:
            return series, left, right
    return None


GAPS = {"gap-sex": ("sex", "F", "M"), "gap-disadvantage": ("disadvantage", "Y", "N"), "gap-send": ("send", "K", "N")}


def shortfall(kpi, left, right):
    gap = right.value - left.value
    return abs(gap) if kpi == "gap-sex" else gap


@pytest.mark.parametrize("kpi", GAPS)
def test_both_sides_and_the_shortfall_of_every_academy_year_and_outcome(kpi, raw, sides, ask):
    wrong, seen = [], 0
    for urn in raw.academies:
        for outcome in outcomes(raw, urn):
            for year in [*YEARS, "2025/26"]:
                expected = pair(sides, outcome, urn, year, *GAPS[kpi])
                got = ask(kpi, urn, year, measure=outcome)
                if expected is None:
                    if got.value is not None:
                        wrong.append(f"{urn} {year} {outcome}: {got.value} {got.sides}, though a side is missing")
                    continue
                series, left, right = expected
                if got.value is None:
                    wrong.append(f"{urn} {year} {outcome}: {got.withheld} instead of {expected}")
                    continue
                seen += 1
                if got.series != series:
                    wrong.append(f"{urn} {year} {outcome}: series {got.series} instead of {series}")
                if abs(got.value - shortfall(kpi, left, right)) > 1e-6:
                    wrong.append(f"{urn} {year} {outcome}: {got.value} instead of {shortfall(kpi, left, right)}")
                for mine, theirs in zip(got.sides, (left, right), strict=True):
                    if abs(mine.value - theirs.value) > 1e-9:
                        wrong.append(f"{urn} {year} {outcome}: {mine.name} {mine.value} instead of {theirs.value}")
                    if (
                        (theirs.d is not None and theirs is not right)
                        or (theirs.d is not None and kpi != "gap-disadvantage")
                    ) and (mine.denominator != theirs.d or abs(mine.numerator - theirs.n) > 1e-6):
                        wrong.append(f"{urn} {year} {outcome}: {mine} instead of {theirs}")
    assert wrong == [], "\n".join(wrong)
    assert seen > 30


def narrowing(now, before):
    if now <= 1e-9:
        return TargetStatus.MET
    if before is None:
        return TargetStatus.NONE
    return (
        TargetStatus.MET
        if now - before < -0.5 - 1e-9
        else TargetStatus.NEAR
        if now - before <= 0.5 + 1e-9
        else TargetStatus.MISSED
    )


@pytest.mark.parametrize("kpi", GAPS)
def test_the_target_is_the_plans_arithmetic_against_the_year_before(kpi, raw, sides, ask):
    seen = set()
    order = [TargetStatus.MISSED, TargetStatus.NEAR, TargetStatus.MET, TargetStatus.NONE]
    for urn in raw.academies:
        for year in YEARS:
            before = f"{int(year[:4]) - 1}/{int(year[:4]) - 2000}"
            judged = []
            for outcome in outcomes(raw, urn):
                now = pair(sides, outcome, urn, year, *GAPS[kpi])
                then = pair(sides, outcome, urn, before, *GAPS[kpi])
                if now is None:
                    continue
                comparable = then is not None and then[0] == now[0]
                previous = shortfall(kpi, *then[1:]) if comparable else None
                judged.append(narrowing(shortfall(kpi, *now[1:]), previous))
            if not judged:
                continue
            expected = min(judged, key=order.index)
            got = ask(kpi, urn, year)
            assert got.target.status == expected, (urn, year, got.target)
            seen.add(expected)
    assert seen >= {TargetStatus.MISSED, TargetStatus.MET, TargetStatus.NONE}


def test_published_differences_to_other_pupils_nationally_agree_to_their_rounding(raw, ask):
    """DfE prints the disadvantage gap itself: group less national other, so the sign is turned round."""
    seen = 0
    for year in WIDE:
        start = int(year[:4])
        for row in raw.wide(f"ks2/{start}-{start + 1}_england_ks2final.csv"):
            printed, urn = number(row["DIFFN_RWM_EXP"]), raw.current(row["URN"])
            if row["RECTYPE"] == "1" and urn in raw.academies and printed is not None:
                assert abs(ask("gap-disadvantage", urn, year, measure="ks2_rwm").value + printed) <= 1, (urn, year)
                seen += 1
    for year, stage in (("2021/22", "final"), ("2022/23", "final"), ("2023/24", "final"), ("2024/25", "revised")):
        name = f"ks4/{year[:4]}{year[5:]}_information_about_schools_{stage}.csv"
        for row in raw.rows(f"SELECT * FROM {raw.csv(name)}"):
            printed = number(row["attainment8_diffn"])
            if row["school_urn"] in raw.academies and raw.phase(row["school_urn"]) != "special" and printed is not None:
                got = ask("gap-disadvantage", row["school_urn"], year, measure="attainment8")
                assert abs(got.value + printed) <= 0.11, (row["school_urn"], year)
                seen += 1
    assert seen > 20


@pytest.mark.parametrize("kpi", GAPS)
@pytest.mark.parametrize("outcome", ["ks2_rwm", "attainment8"])
def test_the_trusts_gap_adds_up_each_side_over_the_academies_that_have_both(kpi, outcome, raw, sides, ask):
    compared = 0
    for year in YEARS:
        members = [u for u in raw.members(year) if outcome in outcomes(raw, u)]
        found: dict[str, dict[str, tuple[Side, Side]]] = {"published": {}, "return": {}}
        dimension, group, other = GAPS[kpi]
        for urn in members:
            for series in found:
                left = sides.get((series, outcome, urn, year, (dimension, group)))
                right = sides.get((series, outcome, urn, year, (dimension, other)))
                if left is not None and (right is not None or dimension == "disadvantage"):
                    found[series][urn] = (left, right if right is not None else left)
        series = "published" if len(found["published"]) >= len(found["return"]) else "return"
        have = {u: both for u, both in found[series].items() if None not in (both[0].d, both[1].d)}
        got = ask(kpi, "trust", year, measure=outcome)
        if not have:
            assert got.value is None, year
            continue
        factor = 100 if outcome == "ks2_rwm" else 1
        sums = [(sum(b[i].n for b in have.values()), sum(b[i].d for b in have.values())) for i in (0, 1)]
        left = factor * sums[0][0] / sums[0][1]
        right = factor * sums[1][0] / sums[1][1]
        if dimension == "disadvantage":
            england = sides.get(("published", outcome, "England", year, (dimension, other)))
            if england is None:
                assert got.value is None, year
                continue
            right = england.value
        assert got.series == series, year
        assert got.value == pytest.approx(abs(right - left) if kpi == "gap-sex" else right - left, abs=1e-6), year
        assert got.sides[0].denominator == pytest.approx(sums[0][1]), year
        assert got.sides[0].numerator == pytest.approx(sums[0][0]), year
        assert got.coverage.have == len(have), year
        assert sorted(got.coverage.missing) == sorted(raw.name(u) for u in members if u not in have), year
        compared += 1
    assert compared >= (4 if kpi == "gap-send" else 6)


def test_a_group_of_four_is_suppressed_on_both_sides_and_gives_no_gap(raw, ask):
    for year in ("2018/19", "2024/25"):
        got = ask("gap-disadvantage", "900004", year)
        if year == "2018/19":
            assert got.withheld.kind is WithheldKind.SUPPRESSED
        assert got.value is None
    assert raw.academies["900004"]["joined"] == "2026-01-01"


def test_a_gap_that_closed_because_the_higher_group_fell_says_so(sides, ask):
    """Marlwick, combined, 2023/24 to 2024/25: by sex the higher side came down."""
    said = []
    for kpi in GAPS:
        got = ask(kpi, "900003", "2024/25")
        notes = " ".join(got.notes)
        now = pair(sides, "ks2_rwm", "900003", "2024/25", *GAPS[kpi])
        then = pair(sides, "ks2_rwm", "900003", "2023/24", *GAPS[kpi])
        if now is None or then is None or now[0] != then[0]:
            continue
        higher_fell = now[2].value < then[2].value
        narrower = shortfall(kpi, *now[1:]) < shortfall(kpi, *then[1:])
        if (
            kpi != "gap-sex"
            and narrower
            and higher_fell
            and now[1].value - then[1].value <= then[2].value - now[2].value
        ):
            assert "came down" in notes, (kpi, notes)
            said.append(kpi)
        assert got.sides[0].moved == pytest.approx(now[1].value - then[1].value), kpi
        assert got.sides[1].moved == pytest.approx(now[2].value - then[2].value), kpi
    assert said


def test_netherquills_gap_widened_from_14_2_to_15_8_points(ask):
    assert ask("gap-disadvantage", "900006", "2023/24").value == pytest.approx(14.2)
    got = ask("gap-disadvantage", "900006", "2024/25")
    assert got.value == pytest.approx(15.8)
    assert got.target.status == TargetStatus.MISSED


@pytest.mark.parametrize("kpi", GAPS)
def test_years_without_exams_have_no_gap_and_the_year_after_judges_nothing(kpi, raw, ask):
    for year in NO_EXAMS:
        for academy in ("trust", *raw.academies):
            assert ask(kpi, academy, year).withheld.kind is WithheldKind.NOT_PUBLISHED, (academy, year)
    for urn in raw.academies:
        got = ask(kpi, urn, "2021/22")
        if got.value is not None and got.value > 0:
            assert got.target.status == TargetStatus.NONE, urn


def test_ehc_plans_stand_apart_from_sen_support(sides, ask):
    seen = 0
    for (series, outcome, urn, year, group), side in sides.items():
        if series == "return" and group == ("send", "E") and outcome == "attainment8" and year in TIDY:
            none = sides.get((series, outcome, urn, year, ("send", "N")))
            got = ask("gap-send", urn, year, measure="attainment8", send="E")
            if none is not None and urn != "900008":
                assert got.value == pytest.approx(none.value - side.value, abs=1e-6), (urn, year)
                assert got.sides[0].denominator == side.d
                seen += 1
    assert seen >= 6


def test_the_national_gap_is_the_same_two_groups_of_england(raw, sides, ask):
    for year in YEARS:
        for urn, outcome in (("900001", "ks2_rwm"), ("900005", "attainment8")):
            both = [sides.get(("published", outcome, "England", year, ("disadvantage", g))) for g in "YN"]
            got = ask("gap-disadvantage", urn, year, measure=outcome)
            if got.value is None:
                continue
            expected = None if None in both else both[1].value - both[0].value
            assert got.benchmark == (None if expected is None else pytest.approx(expected, abs=1e-6)), (urn, year)


@pytest.mark.parametrize(
    ("kpi", "dimension", "group", "other"), [(k, *v) for k, v in GAPS.items() if k != "gap-disadvantage"]
)
def test_gaps_in_attendance_come_from_the_return_and_lower_is_turned_round(kpi, dimension, group, other, raw, ask):
    rows = raw.sql(
        f"""SELECT urn, {dimension}, 100.0 * (sessions_possible::INT - sessions_authorised::INT - sessions_unauthorised::INT)
            / sessions_possible::INT, 100.0 * persistent_enrolments::INT / enrolments::INT
        FROM pupil_attendance WHERE academic_year = '2025/26' AND period = 'Year' AND {dimension} <> 'Total'
        AND {" AND ".join(p for p in raw.undivided.split(" AND ") if not p.startswith(dimension))}"""
    )
    attended = {(urn, value): (attendance, persistent) for urn, value, attendance, persistent in rows}
    seen = 0
    for urn in raw.academies:
        left, right = attended.get((urn, group)), attended.get((urn, other))
        if left is None or right is None:
            continue
        sign = abs if kpi == "gap-sex" else float
        assert ask(kpi, urn, "2025/26", measure="attendance").value == pytest.approx(sign(right[0] - left[0]))
        assert ask(kpi, urn, "2025/26", measure="persistent_absence").value == pytest.approx(sign(left[1] - right[1]))
        seen += 1
    assert seen >= 6
