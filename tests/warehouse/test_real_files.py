"""Published files of real schools, loaded whole; expected figures read from the same files with the csv module."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine.intake.pipeline import examine
from kpi_engine.warehouse.folder import load, open_store
from kpi_engine.warehouse.store import Store

REAL = Path(__file__).parent.parent / "real"
KS2 = REAL / "ks2" / "2018-2019_england_ks2final_LA936.csv"
LINKS = REAL / "gias" / "group_links_202203.csv"
TRUST = "South Farnham Educational Trust"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("real")
    examined = examine([KS2, LINKS])
    assert examined.rejected == ()
    load(examined.accepted, root, trust=TRUST)
    return open_store(root)


@pytest.fixture(scope="module")
def members() -> set[str]:
    with LINKS.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["URN"]
            for row in csv.DictReader(file)
            if row["Group Name"].casefold() == TRUST.casefold() and row["Group Type"] == "Multi-academy trust"
        }


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    with KS2.open(encoding="utf-8-sig", newline="") as file:
        return {row["URN"].strip() or f"RECTYPE {row['RECTYPE']}": row for row in csv.DictReader(file)}


def test_the_roster_is_the_trusts_in_group_links(store: Store, members: set[str]) -> None:
    assert {academy.urn for academy in store.roster()} == members
    assert store.meta.trust_name.casefold() == TRUST.casefold()


def test_every_academys_ks2_figures_are_those_of_its_published_row(
    store: Store, members: set[str], rows: dict[str, dict[str, str]]
) -> None:
    columns = {"ks2_rwm": "PTRWM_EXP", "ks2_reading": "PTREAD_EXP", "ks2_maths": "PTMAT_EXP", "ks2_gps": "PTGPS_EXP"}
    expected = {}
    for urn in members & set(rows):
        for measure, column in columns.items():
            value, cohort = rows[urn][column].rstrip("%"), rows[urn]["TELIG"]
            if value.isdigit():
                expected[measure, urn] = (Decimal(value) * Decimal(cohort) / 100, Decimal(cohort), Decimal(value))
    kept = store.export("facts")
    kept = kept[(kept["dims"] == "") & kept["measure"].isin(columns) & kept["numerator"].notna()]
    found = {
        (row["measure"], row["urn"]): (
            Decimal(row["numerator"]),
            Decimal(row["denominator"]),
            Decimal(row["published_value"]),
        )
        for row in kept.to_dict("records")
    }
    assert len(expected) >= 8
    assert found == expected


def test_englands_own_row_of_the_release_is_kept(store: Store, rows: dict[str, dict[str, str]]) -> None:
    england = [figure for figure in store.national(["ks2_rwm"]) if not figure.breakdown]
    assert [f"{figure.value:.0f}%" for figure in england] == [rows["RECTYPE 5"]["PTRWM_EXP"]]
