"""GIAS files become establishments, memberships and links, whatever the spelling of their dates and columns."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.errors import WrongContent
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.intake.layouts import gias
from kpi_engine.intake.pipeline import Examined, examine

REAL = Path(__file__).parents[1] / "real" / "gias"
REGISTER = (
    "URN,LA (code),LA (name),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),OpenDate,"
    "CloseDate,PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,OfficialSixthForm (name),"
    "Linked establishments\n"
)
LINKS = "URN,Group UID,Group ID,Group Name,Group Type,Joined date,EstablishmentName,PhaseOfEducation (name)\n"


def _raw(name: str) -> list[dict[str, str]]:
    with (REAL / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_record_table_has_exactly_its_columns(real: dict[str, pd.DataFrame]) -> None:
    assert set(real) == {"establishments", "memberships", "links"}
    for name, frame in real.items():
        assert tuple(frame.columns) == RECORD_COLUMNS[name]


def test_group_links_keep_every_row_and_the_date_that_the_file_prints(real: dict[str, pd.DataFrame]) -> None:
    printed = {(row["URN"], row["Group UID"]): row["Joined date"] for row in _raw("group_links_202203.csv")}
    kept = real["memberships"][real["memberships"]["urn"] != ""]
    assert len(kept) == len(printed)
    for row in kept.to_dict("records"):
        date = printed[row["urn"], row["group_uid"]]
        assert row["joined"] == ("" if date == "1900-01-01" else date)


def test_the_file_with_an_unnamed_index_column_is_still_group_links() -> None:
    (item,) = examine([REAL / "group_links_202203.csv"], layouts=gias.LAYOUTS).accepted
    assert item.layout == "gias_group_links"
    assert item.vintage == "2022-03-31"
    assert item.year is None


def test_register_dates_are_read_day_first(real: dict[str, pd.DataFrame]) -> None:
    raw = next(row for row in _raw("establishments_surrey_hampshire_20220420.csv") if row["URN"] == "139479")
    assert raw["OpenDate"] == "01-04-2013"
    found = real["establishments"].query("urn == '139479' and low_age != ''").iloc[0]
    assert (found["opened"], found["low_age"], found["high_age"]) == ("2013-04-01", "2", "11")
    assert found["vintage"] == "2022-04-20"


def test_rows_with_one_field_too_many_keep_their_columns_and_all_their_links(
    real: dict[str, pd.DataFrame],
) -> None:
    name = "establishments_surrey_hampshire_20220420.csv"
    with (REAL / name).open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    long = [row for row in rows if len(row) > len(header)]
    assert len(long) == 69
    links = set(zip(real["links"]["urn"], real["links"]["predecessor_urn"], strict=True))
    found = real["establishments"].query("low_age != ''").set_index("urn")
    for row in long:
        assert found.at[row[0], "name"] == row[header.index("EstablishmentName")]
        for cell in row[header.index("Linked establishments") :]:
            other, _, kind = cell.partition(" ")
            if kind.startswith("Predecessor"):
                assert (row[0], other) in links
            if kind.startswith("Successor"):
                assert (other, row[0]) in links


def test_urn_look_up_drops_point_zero_and_keeps_only_changed_urns(real: dict[str, pd.DataFrame]) -> None:
    (item,) = examine([REAL / "urn_lookup_202203.csv"], layouts=gias.LAYOUTS).accepted
    layout = next(each for each in gias.LAYOUTS if each.id == item.layout)
    links = layout.produce(item)["links"]
    changed = [row for row in _raw("urn_lookup_202203.csv") if row["OLD_URN"] != row["LATEST_URN"][:-2]]
    assert len(links) == len(changed)
    assert ("143419", "102924") in set(zip(links["urn"], links["predecessor_urn"], strict=True))


def test_the_full_extract_is_the_same_register(records: Callable[..., dict[str, pd.DataFrame]]) -> None:
    both = (
        "URN,EstablishmentName,EstablishmentStatus (code),EstablishmentStatus (name),OpenDate,CloseDate,"
        "PhaseOfEducation (code),PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,"
        "TypeOfEstablishment (name),OfficialSixthForm (name),LA (name)\n"
        "900005,Corvane High,1,Open,01-01-2016,,4,Secondary,11,18,Academy converter,Has a sixth form,Wychbourne\n"
    )
    row = records({"edubasealldata20251101.csv": both})["establishments"].iloc[0]
    assert (row["sixth_form"], row["special"], row["opened"]) == ("Y", "N", "2016-01-01")
    assert (row["vintage"], row["local_authority"]) == ("2025-11-01", "Wychbourne")


def test_the_first_of_january_1900_is_unknown_in_both_spellings(
    records: Callable[..., dict[str, pd.DataFrame]],
) -> None:
    text = LINKS + (
        "900001,99001,TR99001,Wychbourne Learning Trust,Multi-academy trust,1900-01-01,Quillbrook,Primary\n"
        "900002,99001,TR99001,Wychbourne Learning Trust,Multi-academy trust,01-01-1900,Tansymere,Primary\n"
        "900003,99001,TR99001,Wychbourne Learning Trust,Multi-academy trust,01-09-2019,Marlwick,Primary\n"
    )
    joined = records({"group_links.csv": text})["memberships"]["joined"]
    assert list(joined) == ["", "", "2019-09-01"]


def test_special_schools_and_alternative_provision_are_told_by_type(
    records: Callable[..., dict[str, pd.DataFrame]],
) -> None:
    kinds = ("Academy special converter", "Free schools alternative provision", "Pupil referral unit",
             "Academy converter", "")  # fmt: skip
    rows = "".join(
        f"90000{place},999,Wychbourne,School {place},{kind},Open,,,Not applicable,4,16,Not applicable,\n"
        for place, kind in enumerate(kinds)
    )
    found = records({"register_20250101.csv": REGISTER + rows})["establishments"]
    assert list(found["special"]) == ["Y", "Y", "Y", "N", ""]


def test_links_run_from_the_newer_school_to_the_older_one_whichever_row_says_so(
    records: Callable[..., dict[str, pd.DataFrame]],
) -> None:
    text = (
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
        "900003,900103,Old,Predecessor,01-09-2019\n"
        "900106,900006,New,Successor,01-09-2016\n"
        "900008,900108,Infants,Predecessor - amalgamated,01-09-2016\n"
        "900001,900101,Half,Predecessor - Split School,01-09-2016\n"
        "900009,900010,Centre,Sixth Form Centre Link,01-09-2016\n"
    )
    links = records({"links.csv": text})["links"]
    assert set(zip(links["urn"], links["predecessor_urn"], strict=True)) == {
        ("900003", "900103"),
        ("900006", "900106"),
        ("900008", "900108"),
    }
    assert links["established"].iloc[0] == "2019-09-01"


def test_a_joined_date_that_is_no_date_refuses_the_file_and_names_the_cell(
    load: Callable[..., Examined],
) -> None:
    text = LINKS + "900001,99001,TR99001,Wychbourne Learning Trust,Multi-academy trust,soon,Quillbrook,Primary\n"
    (rejection,) = load({"group_links.csv": text}).rejected
    assert isinstance(rejection.error, WrongContent)
    (finding,) = rejection.error.findings
    assert (finding.row, finding.column, finding.value) == (2, "Joined date", "soon")


def test_an_odd_opening_date_is_reported_and_does_not_refuse_the_register(
    load: Callable[..., Examined],
) -> None:
    row = "900001,999,Wychbourne,Quillbrook,Academy converter,Open,31-02-2015,,Primary,4,11,Not applicable,\n"
    examined = load({"register.csv": REGISTER + row})
    assert [item.layout for item in examined.accepted] == ["gias_register"]
    assert [note.value for note in examined.notes] == ["31-02-2015"]


def test_memberships_with_leaving_dates_keep_them(records: Callable[..., dict[str, pd.DataFrame]]) -> None:
    text = (
        "URN,Group UID,Group ID,Group Name,Group Type,Date Joined Group,Date Left Group\n"
        "900009,99001,TR99001,Wychbourne Learning Trust,Multi-academy trust,01-09-2016,31-08-2021\n"
    )
    row = records({"memberships.csv": text})["memberships"].iloc[0]
    assert (row["joined"], row["left"]) == ("2016-09-01", "2021-08-31")


@pytest.mark.parametrize("layout", gias.LAYOUTS, ids=lambda layout: layout.id)
def test_snapshots_are_of_no_academic_year_and_every_vintage_is_kept(layout: object) -> None:
    assert not layout.one_year  # type: ignore[attr-defined]
    assert layout.keeps_vintages  # type: ignore[attr-defined]
