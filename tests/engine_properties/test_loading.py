"""What holds for any input: order does not matter, a code never becomes a number, a blank never becomes 0."""

from __future__ import annotations

import random
from math import fsum
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.access import EVERYTHING
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.intake.pipeline import examine
from kpi_engine.measures import MEASURES
from kpi_engine.model import WithheldKind
from kpi_engine.warehouse.folder import current_manifest, load

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
URNS = ("900601", "900602", "900603", "900604")
ACADEMIES = "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority"
ROSTER = [
    (urn, f"Made-up School {urn[-1]}", "secondary", "2010-09-01", None, None, None, None, "N", "Madeshire")
    for urn in URNS
]
ATTENDANCE = (
    "urn,academic_year,period,year_group,sex,disadvantage,send,looked_after,enrolments,sessions_possible,"
    "sessions_authorised,sessions_unauthorised,persistent_enrolments,severe_enrolments"
)
KS4 = (
    "RECTYPE,LEA,ESTAB,URN,SCHNAME,ICLOSE,NFTYPE,TPUP,ATT8SCR,P8PUP,TP8ADJ,P8MEA,P8CILOW,P8CIUPP,P8MEA_ORIG,P8CILOW_ORIG,"
    "P8CIUPP_ORIG,PTL2BASICS_94,PTL2BASICS_95,EBACCAPS,PTEBACC_E_PTQ_EE,PTEBACC_94,PTEBACC_95,PT5EM_94,P8_BANDING"
)
ABSENCE = "LA,ESTAB,URN,PERCTOT,PPERSABS10"

counts = st.integers(20, 400)


@st.composite
def attendance(draw):
    """Attendance of every academy by year group and sex, with neither totals nor years."""
    rows = []
    for urn in URNS:
        for term in ("Autumn", "Spring", "Summer"):
            for group in ("7", "8"):
                for sex in ("F", "M"):
                    people = draw(counts)
                    possible = people * draw(st.integers(100, 130))
                    missed = draw(st.integers(0, possible // 8)), draw(st.integers(0, possible // 8))
                    persistent = draw(st.integers(0, people))
                    rows.append(
                        (
                            urn,
                            "2023/24",
                            term,
                            group,
                            sex,
                            "Total",
                            "Total",
                            "Total",
                            people,
                            possible,
                            *missed,
                            persistent,
                            draw(st.integers(0, persistent)),
                        )
                    )
    return rows


def everything(view, kpis=("pupil-attendance",)):
    """Every answer of the KPIs, without what names the files, whose bytes differ when rows are shuffled."""
    found = []
    for kpi in kpis:
        for academy in (*URNS, "trust"):
            for broken in ({}, {"sex": "F"}, {"year_group": "8"}, {"term": "Spring"}, {"sex": "M", "year_group": "7"}):
                found.append({**view.result(kpi, academy, "2023/24", broken).as_dict(), "source": None})
    return found


@FEW
@given(rows=attendance(), seed=st.integers(0, 2**32))
def test_shuffled_rows_give_the_same_answers(rows, seed, loaded, table):
    shuffled = random.Random(seed).sample(rows, len(rows))
    with loaded({"academies.csv": table(ACADEMIES, ROSTER), "pupil_attendance.csv": table(ATTENDANCE, rows)}) as view:
        first = everything(view)
    with loaded({"academies.csv": table(ACADEMIES, ROSTER[::-1]), "a.csv": table(ATTENDANCE, shuffled)}) as view:
        assert everything(view) == first


@FEW
@given(rows=attendance())
def test_terms_and_groups_without_totals_add_up_to_the_year(rows, loaded, table):
    with loaded({"academies.csv": table(ACADEMIES, ROSTER), "pupil_attendance.csv": table(ATTENDANCE, rows)}) as view:
        for urn in (*URNS, "trust"):
            own = [row for row in rows if urn in (row[0], "trust")]
            got = view.result("pupil-attendance", urn, "2023/24")
            assert got.denominator == sum(row[9] for row in own)
            assert got.numerator == sum(row[9] - row[10] - row[11] for row in own)
            boys = view.result("pupil-attendance", urn, "2023/24", {"sex": "M"})
            assert boys.denominator == sum(row[9] for row in own if row[4] == "M")


@FEW
@given(rows=attendance(), blank=st.sets(st.integers(0, 47), min_size=1, max_size=4))
def test_a_blank_is_unknown_and_never_nought(rows, blank, loaded, table):
    """A row without its unauthorised absence has no figure, nor has its term; the year says that it is without it."""
    holed = [row if place not in blank else (*row[:11], None, *row[12:]) for place, row in enumerate(rows)]
    with loaded({"academies.csv": table(ACADEMIES, ROSTER), "pupil_attendance.csv": table(ATTENDANCE, holed)}) as view:
        holes = {(rows[place][0], rows[place][2]) for place in blank}
        for place, row in enumerate(rows):
            at = {"term": row[2], "year_group": row[3], "sex": row[4]}
            got = view.result("pupil-attendance", row[0], "2023/24", at)
            if place in blank:
                assert got.value is None, at
                assert got.withheld.reason
            else:
                assert (got.numerator, got.denominator) == (row[9] - row[10] - row[11], row[9]), at
        known = [row for row in rows if (row[0], row[2]) not in holes]
        for urn in URNS:
            own = [row for row in known if row[0] == urn]
            got = view.result("pupil-attendance", urn, "2023/24")
            if not own:
                assert got.value is None, urn
                continue
            assert got.denominator == sum(row[9] for row in own), urn
            assert got.numerator == sum(row[9] - row[10] - row[11] for row in own), urn
            gone = sorted(term for hole, term in holes if hole == urn)
            assert got.detail == (f"without {', '.join(gone)}" if gone else None), urn
        trust = view.result("pupil-attendance", "trust", "2023/24")
        assert trust.denominator == (sum(row[9] for row in known) or None)
        for urn in URNS:
            gone = sorted(term for hole, term in holes if hole == urn)
            if gone and any(row[0] == urn for row in known):
                assert f"Made-up School {urn[-1]} counts without {', '.join(gone)}." in trust.notes


CODES = {"SUPP": WithheldKind.SUPPRESSED, "LOWCOV": WithheldKind.SUPPRESSED, "NE": WithheldKind.NOT_APPLICABLE,
         "NA": WithheldKind.NOT_PUBLISHED, "NP": WithheldKind.NOT_PUBLISHED}  # fmt: skip
scores = st.integers(-250, 250).map(lambda hundredths: hundredths / 100)
printed = st.one_of(scores, st.sampled_from([*CODES, ""]))


@FEW
@given(cells=st.lists(st.tuples(printed, st.integers(12, 300)), min_size=4, max_size=4))
def test_a_publishers_code_never_becomes_a_number(cells, loaded, table):
    rows = []
    for urn, (cell, pupils) in zip(URNS, cells, strict=True):
        number = isinstance(cell, float)
        limits = (round(cell - 0.3, 2), round(cell + 0.3, 2)) if number else (cell, cell)
        rows.append(
            (
                "1",
                "999",
                f"40{urn[-1]}0",
                urn,
                f"Made-up School {urn[-1]}",
                "0",
                "AC",
                pupils + 5,
                "45.0",
                pupils,
                "0",
                cell,
                *limits,
                "",
                "",
                "",
                "60.0%",
                "40.0%",
                "",
                "",
                "",
                "",
                "",
                "",
            )
        )
    given = {"academies.csv": table(ACADEMIES, ROSTER), "2018-2019_england_ks4final.csv": table(KS4, rows)}
    with loaded(given) as view:
        for urn, (cell, pupils) in zip(URNS, cells, strict=True):
            got = view.result("progress-8", urn, "2018/19")
            if isinstance(cell, float):
                assert (got.value, got.denominator) == (cell, pupils)
                assert got.numerator == pytest.approx(cell * pupils)
            else:
                assert (got.value, got.numerator, got.denominator, got.lower) == (None, None, None, None)
                if cell:
                    assert got.withheld.kind is CODES[cell]
                    assert cell in got.withheld.reason
        numbers = [(cell, pupils) for cell, pupils in cells if isinstance(cell, float)]
        trust = view.result("progress-8", "trust", "2018/19")
        if not numbers:
            assert trust.value is None
            return
        assert trust.denominator == sum(pupils for _, pupils in numbers)
        assert trust.numerator == pytest.approx(fsum(cell * pupils for cell, pupils in numbers))
        assert (trust.coverage.have, len(trust.coverage.missing)) == (len(numbers), len(cells) - len(numbers))


@FEW
@given(
    cells=st.lists(
        st.one_of(st.integers(0, 400).map(lambda t: t / 10), st.sampled_from(["SUPP", ""])), min_size=4, max_size=4
    )
)
def test_hidden_absence_is_never_full_attendance(cells, loaded, table):
    rows = [("999", f"40{urn[-1]}0", urn, cell, "") for urn, cell in zip(URNS, cells, strict=True)]
    rows.append(("NAT", "SEC", "", "5.5", "13.7"))
    given = {"academies.csv": table(ACADEMIES, ROSTER), "2018-2019_england_abs.csv": table(ABSENCE, rows)}
    with loaded(given) as view:
        for urn, cell in zip(URNS, cells, strict=True):
            got = view.result("pupil-attendance", urn, "2018/19")
            assert got.value == (round(100 - cell, 1) if isinstance(cell, float) else None), (urn, cell)
        assert view.result("pupil-attendance", "trust", "2018/19").value is None


def test_two_builds_of_the_same_inputs_are_the_same_to_the_last_bit(
    sample_folder, sample_engine, tmp_path: Path, sample_files
):
    examined = examine([sample_files])
    again = tmp_path / "again"
    again.mkdir()
    load(examined.accepted, again)
    assert current_manifest(again).version == current_manifest(sample_folder).version
    second = Engine.open(again)
    try:
        assert second.store.headline(sorted(MEASURES)) == sample_engine.store.headline(sorted(MEASURES))
        one, other = sample_engine.as_seen_by(EVERYTHING), second.as_seen_by(EVERYTHING)
        for kpi in CATALOGUE:
            for academy in ("trust", *(a.urn for a in one.academies())):
                first, repeated = one.trend(kpi, academy), other.trend(kpi, academy)
                assert [r.as_dict() for r in first] == [r.as_dict() for r in repeated], (kpi, academy)
    finally:
        second.close()
