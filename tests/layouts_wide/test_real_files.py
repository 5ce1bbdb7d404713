"""Every school of the real files comes back as it was published; expected figures are read by plain csv."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd
import pytest

CODES = {"NA", "NE", "SUPP", "LOWCOV", "SP"}


def figure(cell: str) -> float | None:
    return None if cell == "" or cell in CODES else float(cell.rstrip("%"))


def same_as_printed(facts, printed) -> None:
    """``printed`` maps URN to a cell; blank cells have no fact, codes are codes, the rest the printed number."""
    assert set(facts) == {urn for urn, cell in printed.items() if cell}
    for urn, fact in facts.items():
        cell = printed[urn]
        if cell in CODES:
            assert fact["code"] == cell
            assert all(math.isnan(fact[n]) for n in ("numerator", "denominator", "published_value", "lower", "upper"))
        else:
            assert fact["code"] is None
            assert fact["published_value"] == figure(cell), urn


@pytest.fixture
def ks4(real, tables, run, plain):
    path = real / "ks4/2018-2019_england_ks4provisional.csv"
    return run(tables(path)[0]), plain(path)


@pytest.mark.parametrize(
    ("measure", "column"),
    [
        ("attainment8", "ATT8SCR"),
        ("progress8", "P8MEA"),
        ("engmath_5", "PTL2BASICS_95"),
        ("engmath_4", "PTL2BASICS_94"),
    ],
)
def test_every_school_of_the_provisional_ks4_table_is_as_published(ks4, by_school, measure, column):
    produced, rows = ks4
    printed = {row["URN"]: row[column] for row in rows if row["RECTYPE"] in ("1", "2")}
    same_as_printed(by_school(produced, measure), printed)
    assert (produced["facts"]["stage"] == "provisional").all()
    assert (produced["facts"]["academic_year"] == "2018/19").all()


def test_ks4_cohorts_and_limits_are_the_printed_ones(ks4, by_school):
    produced, rows = ks4
    attainment, progress = by_school(produced, "attainment8"), by_school(produced, "progress8")
    compared = 0
    for row in rows:
        if row["RECTYPE"] not in ("1", "2") or figure(row["P8MEA"]) is None:
            continue
        score, entry = progress[row["URN"]], attainment[row["URN"]]
        assert score["denominator"] == figure(row["P8PUP"])
        assert score["lower"] == figure(row["P8CILOW"])
        assert score["upper"] == figure(row["P8CIUPP"])
        assert entry["denominator"] == figure(row["TPUP"])
        assert entry["numerator"] == pytest.approx(figure(row["TPUP"]) * figure(row["ATT8SCR"]))
        compared += 1
    assert compared > 3000


def test_ks4_schools_add_up_to_their_local_authority(ks4):
    """Within 0.35 points (0.02 for Progress 8) where schools print 99.5 % or more of the authority's pupils.

    The rest are pupils of schools whose figures are hidden, who may score up to 60 points lower: 0.5 % of 60 is 0.3.
    """
    produced, rows = ks4
    school = produced["facts"].merge(pd.DataFrame(rows)[["URN", "LEA"]], left_on="urn", right_on="URN")
    sums = {
        measure: part.groupby("LEA")[["numerator", "denominator"]].sum() for measure, part in school.groupby("measure")
    }
    compared = 0
    for row in rows:
        if row["RECTYPE"] != "4" or figure(row["ATT8SCR"]) is None:
            continue
        pupils = sums["attainment8"].at[row["LEA"], "denominator"]
        if not 0.995 <= pupils / figure(row["TPUP"]) <= 1:
            continue
        compared += 1
        for measure, column, factor, tolerance in (
            ("attainment8", "ATT8SCR", 1, 0.35),
            ("progress8", "P8MEA", 1, 0.02),
            ("engmath_5", "PTL2BASICS_95", 100, 0.35),
        ):
            n, d = sums[measure].loc[row["LEA"]]
            assert factor * n / d == pytest.approx(figure(row[column]), abs=tolerance), (row["LEA"], measure)
    assert compared >= 30


def test_england_state_funded_is_the_ks4_benchmark_and_no_other_row(ks4):
    produced, _ = ks4
    country = produced["national"].set_index("measure")
    assert country["published_value"].to_dict() == {
        "attainment8": 46.5,
        "progress8": -0.03,
        "engmath_5": 43.0,
        "engmath_4": 64.4,
    }
    assert set(country["phase"]) == {"secondary"}
    assert set(country["urn"]) == {"England"}
    assert country.at["progress8", "denominator"] == 513055


@pytest.mark.parametrize(("measure", "column"), [("post16_va", "VA_INS_ALEV"), ("alevel_aps", "TALLPPE_ALEV_1618")])
def test_every_institution_of_the_trimmed_ks5_table_is_as_published(
    real, tables, run, plain, by_school, measure, column
):
    path = real / "ks5/2018-2019_england_ks5final_trimmed.csv"
    produced, rows = run(tables(path)[0]), plain(path)
    printed = {row["URN"]: row[column] for row in rows}
    undivided = by_school(produced, measure)
    same_as_printed(undivided, printed)
    assert all(math.isnan(fact["denominator"]) for fact in undivided.values())
    a_level = by_school(produced, measure, cohort="A level")
    assert {u: f["published_value"] for u, f in a_level.items() if f["code"] is None} == {
        u: f["published_value"] for u, f in undivided.items() if f["code"] is None
    }
    assert len(produced["national"]) == 0


def test_every_school_of_the_absence_table_is_as_published(real, tables, run, plain, by_school):
    path = real / "absence/2018-2019_england_abs.csv"
    produced, rows = run(tables(path)[0]), plain(path)
    schools = {row["URN"]: row for row in rows if row["URN"]}
    same_as_printed(by_school(produced, "persistent_absence"), {u: r["PPERSABS10"] for u, r in schools.items()})
    # a percentage of tenths is a whole number of tenths: 100 % is 1,000 of them
    attended = {u: (1000 - round(float(r["PERCTOT"]) * 10)) / 10 for u, r in schools.items()}
    assert {u: f["published_value"] for u, f in by_school(produced, "attendance").items()} == attended
    assert len(attended) == 21214
    assert (produced["facts"]["series"] == "census").all()
    country = produced["national"]
    assert country[country["measure"] == "attendance"].set_index("phase")["published_value"].to_dict() == {
        "primary": 96.0,
        "secondary": 94.5,
        "special": 89.9,
    }


def test_every_school_of_the_census_has_its_printed_counts(real, tables, run, plain, by_school):
    path = real / "census/2018-2019_england_census.csv"
    produced, rows = run(tables(path)[0]), plain(path)
    schools = {row["URN"]: row for row in rows if row["URN"] != "NAT"}
    disadvantaged, send = by_school(produced, "roll_disadvantaged"), by_school(produced, "roll_send")
    for urn, row in schools.items():
        for fact, cells in (
            (disadvantaged.get(urn), [row["NUMFSMEVER"]]),
            (send.get(urn), [row["TSENELSE"], row["TSENELK"]]),
        ):
            if "NA" in cells or row["NOR"] == "NA":
                assert fact["code"] == "NA", urn
            elif row["NOR"] == "0":
                assert fact is None, urn
            else:
                assert (fact["numerator"], fact["denominator"]) == (sum(map(int, cells)), int(row["NOR"])), urn


def test_census_schools_add_up_exactly_to_the_national_rows(real, tables, run, plain):
    path = real / "census/2018-2019_england_census.csv"
    produced, rows = run(tables(path)[0]), plain(path)
    kinds = {row["URN"]: row["SCHOOLTYPE"] for row in rows}
    facts = produced["facts"].assign(kind=produced["facts"]["urn"].map(kinds))
    sums = facts.groupby(["kind", "measure"])[["numerator", "denominator"]].sum()
    country = produced["national"].set_index(["phase", "measure"])
    for phase in ("primary", "secondary"):
        for measure in ("roll_disadvantaged", "roll_send"):
            printed = country.loc[(phase, measure)]
            assert sums.at[(f"State-funded {phase}", measure), "numerator"] == printed["numerator"]
    assert country.at[("primary", "roll_send"), "denominator"] == 4727089


def test_a_national_share_above_the_whole_is_left_out(real, tables, run):
    """England's row of special schools prints 122,268 + 2,014 pupils with SEND of 121,738 on roll."""
    produced = run(tables(real / "census/2018-2019_england_census.csv")[0])
    country = produced["national"]
    assert set(country[country["measure"] == "roll_send"]["phase"]) == {"primary", "secondary"}


@pytest.mark.parametrize(("suffix", "group"), [("", "Total"), ("_DIS", "Y"), ("_NONDIS", "N")])
def test_every_school_of_the_destinations_table_is_as_published(real, tables, run, plain, by_school, suffix, group):
    path = real / "destinations/2018-2019_england_ks4-pupdest.csv"
    produced, rows = run(tables(path)[0]), plain(path)
    schools = [row for row in rows if row["RECTYPE"] in ("1", "2")]
    for measure, name in (("y11_engaged", "OVERALL_DEST"), ("y11_neet", "NOT_SUSTAINED")):
        facts = by_school(produced, measure, disadvantage=group)
        same_as_printed(facts, {row["URN"]: row[f"{name}PER{suffix}"] for row in schools})
        for row in schools:
            if figure(row[f"{name}PER{suffix}"]) is not None and figure(row[f"COHORT{suffix}"]):
                assert facts[row["URN"]]["numerator"] == figure(row[f"{name}{suffix}"])
                assert facts[row["URN"]]["denominator"] == figure(row[f"COHORT{suffix}"])
    both = by_school(produced, "y11_neet_or_unknown", disadvantage=group)
    for row in schools:
        counts = [figure(row[f"{name}{suffix}"]) for name in ("NOT_SUSTAINED", "UNKNOWN")]
        if None in counts:
            assert both[row["URN"]]["code"] == "SUPP"
        elif figure(row[f"COHORT{suffix}"]):
            assert both[row["URN"]]["numerator"] == sum(counts)
            assert math.isnan(both[row["URN"]]["published_value"])


def test_destinations_are_filed_under_the_year_of_the_leavers(real, tables, run):
    produced = run(tables(real / "destinations/2018-2019_england_ks4-pupdest.csv")[0])
    assert set(produced["facts"]["academic_year"]) == {"2016/17"}
    assert set(produced["national"]["academic_year"]) == {"2016/17"}
    assert set(produced["facts"]["series"]) == {"sustained"}


def test_a_percentage_that_is_a_code_stays_a_code_and_says_its_printed_count(real, tables, run, plain):
    path = real / "destinations/2018-2019_england_ks4-pupdest.csv"
    facts = run(tables(path)[0])["facts"]
    coded = facts[(facts["code"] == "SP") & (facts["measure"] == "y11_neet")]
    printed = {
        (row["URN"], group): f"printed as {row[f'NOT_SUSTAINED{s}']} of {row[f'COHORT{s}']} pupils"
        for row in plain(path)
        for s, group in (("", "Total"), ("_DIS", "Y"), ("_NONDIS", "N"))
        if row["RECTYPE"] in ("1", "2") and row[f"NOT_SUSTAINEDPER{s}"] == "SP"
    }
    assert {(f.urn, f.disadvantage): f.detail for f in coded.itertuples()} == printed
    assert len(printed) == 32


def test_destinations_of_schools_add_up_to_their_local_authority(real, tables, run, plain):
    """Within 2 pupils where no school is hidden and the printed cohorts themselves agree within 2."""
    path = real / "destinations/2018-2019_england_ks4-pupdest.csv"
    produced, rows = run(tables(path)[0]), plain(path)
    where = {row["URN"]: row["LEA"] for row in rows}
    cohort: dict[str, float] = defaultdict(float)
    hidden = set()
    for row in rows:
        if row["RECTYPE"] in ("1", "2"):
            cohort[row["LEA"]] += figure(row["COHORT"])
            if row["OVERALL_DEST"] == "SUPP":
                hidden.add(row["LEA"])
    facts = produced["facts"]
    total = facts[(facts["measure"] == "y11_engaged") & (facts["disadvantage"] == "Total")]
    sums = total.assign(lea=total["urn"].map(where)).groupby("lea")["numerator"].sum()
    authorities = [row for row in rows if row["RECTYPE"] == "LA" and row["LEA"] not in hidden]
    compared = [row for row in authorities if abs(cohort[row["LEA"]] - figure(row["COHORT"])) <= 2]
    assert len(compared) >= 20
    for row in compared:
        assert abs(sums[row["LEA"]] - figure(row["OVERALL_DEST"])) <= 2, row["LEA"]


@pytest.mark.parametrize(
    ("file", "measure", "columns"),
    [
        ("ks4/2018-2019_england_ks4provisional.csv", "attainment8", ("ATT8SCR",)),
        ("ks4/2018-2019_england_ks4provisional.csv", "progress8", ("P8MEA",)),
        ("absence/2018-2019_england_abs.csv", "persistent_absence", ("PPERSABS10",)),
        (
            "destinations/2018-2019_england_ks4-pupdest.csv",
            "y11_neet",
            ("NOT_SUSTAINEDPER", "NOT_SUSTAINEDPER_DIS", "NOT_SUSTAINEDPER_NONDIS"),
        ),
    ],
)
def test_as_many_codes_come_out_as_went_in(real, tables, run, plain, file, measure, columns):
    facts = run(tables(real / file)[0])["facts"]
    out = facts[facts["measure"] == measure]["code"].value_counts().to_dict()
    into: dict[str, int] = defaultdict(int)
    for row in plain(real / file):
        if row["URN"]:
            for column in columns:
                if row[column] in CODES:
                    into[row[column]] += 1
    assert out == dict(into)
    assert out["SUPP"] > 0


def test_nccis_gives_england_only_under_the_year_whose_winter_it_is(real, tables, run):
    produced = run(tables(real / "nccis/UD_NEETNK_LA_dashboard_2022_final.csv")[0])
    assert set(produced) == {"national"}
    country = produced["national"].set_index("measure")
    assert country["published_value"].to_dict() == {"y11_neet": 2.6, "y11_neet_or_unknown": 4.7}
    assert set(country["academic_year"]) == {"2021/22"}
    assert set(country["series"]) == {"nccis"}
    assert set(country["phase"]) == {"all"}
    assert country.at["y11_neet", "denominator"] == 1208392.7


def test_pupil_teacher_ratios_are_as_published(real, tables, run, plain, by_school, tmp_path):
    """The whole rows of a download that broke off; what is left of its last row is not used."""
    whole = (real / "broken/england_swf_truncated.csv").read_text(encoding="utf-8-sig").splitlines()[:-1]
    path = tmp_path / "2016-2017_england_swf.csv"
    path.write_text("\n".join(whole) + "\n", encoding="utf-8")
    produced, rows = run(tables(path)[0]), plain(path)
    ratios = by_school(produced, "pupil_teacher_ratio")
    printed = {row["URN"]: row["Pupil:     Teacher Ratio"] for row in rows}
    same_as_printed(ratios, printed)
    assert len(ratios) > 8000
    assert ratios["100000"]["denominator"] == 19.1
    assert ratios["100000"]["numerator"] == pytest.approx(15.0 * 19.1)


@pytest.mark.parametrize(
    "file",
    [
        "ks4/2018-2019_england_ks4provisional.csv",
        "ks5/2018-2019_england_ks5final_trimmed.csv",
        "absence/2018-2019_england_abs.csv",
        "census/2018-2019_england_census.csv",
        "destinations/2018-2019_england_ks4-pupdest.csv",
        "nccis/UD_NEETNK_LA_dashboard_2022_final.csv",
        "finance_layouts/academy_ar.xlsx",
    ],
)
def test_real_files_pass_the_checks_across_columns(real, tables, findings, every_layout, file):
    for table in tables(real / file):
        assert findings(table) == []
        assert sum(layout.matches(table.columns) for layout in every_layout) == 1
