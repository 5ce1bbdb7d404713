"""Who belongs to a trust: picked from real group links, overridden by the trust's own list."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.errors import NoAcademies, UsageError
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.model import Phase
from kpi_engine.roster import UNNAMED, build_roster, members

LINKS_FILE = Path(__file__).parents[1] / "real" / "gias" / "group_links_202203.csv"
Records = dict[str, pd.DataFrame]


def _bourne() -> dict[str, str]:
    """URN -> joined date, counted from the raw file by group type and name."""
    with LINKS_FILE.open(encoding="utf-8", newline="") as stream:
        return {
            row["URN"]: row["Joined date"]
            for row in csv.DictReader(stream)
            if row["Group Type"] == "Multi-academy trust" and row["Group Name"] == "BOURNE EDUCATION TRUST"
        }


def _table(name: str, *rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame([{column: row.get(column, "") for column in RECORD_COLUMNS[name]} for row in rows])


def _member(urn: str, joined: str, **more: str) -> dict[str, str]:
    trust = {"group_uid": "99001", "group_id": "TR99001", "group_name": "Wychbourne Learning Trust"}
    return {"urn": urn, "joined": joined, "group_type": "Multi-academy trust", "vintage": "2025-11-01"} | trust | more


@pytest.mark.parametrize("wanted", ["Bourne Education Trust", " bourne  EDUCATION trust", "2386", "TR00263", "tr00263"])
def test_bourne_has_its_nineteen_academies_by_name_uid_and_tr_number(real: Records, wanted: str) -> None:
    roster = build_roster(real, wanted)
    assert (roster.trust, roster.uid) == ("BOURNE EDUCATION TRUST", "2386")
    assert len(roster.academies) == 19
    assert {one.urn: one.joined for one in roster.academies} == _bourne()


def test_trap_the_school_sponsor_of_the_same_name_is_not_meant(real: Records) -> None:
    epsom = build_roster(real, "Bourne Education Trust").academy("137595")
    assert epsom.joined == "2011-10-01"  # the sponsor's row of the same school says 2013-03-21


def test_the_sponsors_own_number_is_refused(real: Records) -> None:
    with pytest.raises(UsageError, match="No multi-academy or single-academy trust"):
        build_roster(real, "SP00744")


def test_a_misspelt_name_lists_near_ones(real: Records) -> None:
    with pytest.raises(UsageError, match=r"BOURNE EDUCATION TRUST \(UID 2386\)"):
        build_roster(real, "Borne Education Trust")


def test_a_part_of_a_name_is_not_taken_for_the_whole(real: Records) -> None:
    with pytest.raises(UsageError, match="HAMPTON ACADEMIES TRUST"):
        build_roster(real, "Hampton")


def test_a_name_that_only_a_sponsor_bears_says_so() -> None:
    records = {
        "memberships": _table(
            "memberships",
            _member("900001", "2015-11-01"),
            _member("900001", "", group_uid="1", group_name="Fen Sponsors", group_type="School sponsor"),
        )
    }
    with pytest.raises(UsageError, match="there is a school sponsor of that name"):
        build_roster(records, "fen sponsors")


def test_two_trusts_of_one_name_are_told_apart_by_uid() -> None:
    records = {
        "memberships": _table(
            "memberships",
            _member("900001", "2015-11-01"),
            _member("900201", "2015-11-01", group_uid="99002", group_id="TR99002"),
        )
    }
    with pytest.raises(UsageError, match=r"UID 99001, TR99001.*UID 99002, TR99002"):
        build_roster(records, "Wychbourne Learning Trust")
    assert [one.urn for one in build_roster(records, "99002").academies] == ["900201"]


def test_a_closed_trust_of_the_same_name_does_not_stand_in_the_way() -> None:
    records = {
        "memberships": _table(
            "memberships",
            _member("900001", "2015-11-01"),
            _member("", "", group_uid="99002", group_id="TR99002"),
        )
    }
    assert build_roster(records, "wychbourne learning trust").uid == "99001"


def test_members_in_2018_19_are_those_that_joined_by_its_first_day(real: Records) -> None:
    roster = build_roster(real, "2386")
    by_file = {urn for urn, joined in _bourne().items() if joined <= "2018-09-01"}
    assert len(by_file) == 12
    assert {one.urn for one in members(roster, "2018/19")} == by_file
    assert len(members(roster, "2018/19", mode="current")) == 19


def test_phases_come_from_the_register_and_else_from_the_group_links(real: Records) -> None:
    phases = [one.phase for one in build_roster(real, "2386").academies]
    assert (phases.count(Phase.PRIMARY), phases.count(Phase.SECONDARY)) == (11, 8)


def test_predecessors_follow_from_the_urn_look_up_and_the_register(real: Records) -> None:
    roster = build_roster(real, "2386")
    assert roster.academy("139479").predecessors == ("125105",)
    assert set(roster.academy("145125").predecessors) == {"116435", "137113"}
    assert roster.academy("125105").name == "Broadmere Primary Academy"
    # 145796 came from 135383, which the register says came from 124957 and 125282
    assert roster.academy("145796").predecessors == ("135383", "124957", "125282")


def test_predecessors_go_back_all_the_way_and_a_circle_ends(own: Callable[..., pd.DataFrame]) -> None:
    pairs = (("900003", "900103"), ("900103", "900113"), ("900113", "900103"), ("900113", "900003"))
    records = {
        "own_academies": own({"urn": "900003", "name": "Marlwick", "phase": "primary", "joined": "2019-09-01"}),
        "links": _table("links", *({"urn": a, "predecessor_urn": b} for a, b in pairs)),
    }
    assert build_roster(records, None).academy("900003").predecessors == ("900103", "900113")


def test_trap_an_academy_of_the_trust_is_nobodys_predecessor(own: Callable[..., pd.DataFrame]) -> None:
    records = {
        "own_academies": own(
            {"urn": "900003", "name": "Marlwick", "phase": "primary", "joined": "2019-09-01"},
            {"urn": "900004", "name": "Osierholt", "phase": "primary", "joined": "2019-09-01"},
        ),
        "links": _table("links", {"urn": "900003", "predecessor_urn": "900004"}),
    }
    assert build_roster(records, None).academy("900003").predecessors == ()


def test_trap_a_predecessor_of_two_academies_would_count_twice(own: Callable[..., pd.DataFrame]) -> None:
    records = {
        "own_academies": own(
            {"urn": "900003", "name": "Marlwick", "phase": "primary", "joined": "2019-09-01"},
            {"urn": "900004", "name": "Osierholt", "phase": "primary", "joined": "2019-09-01"},
        ),
        "links": _table(
            "links",
            {"urn": "900003", "predecessor_urn": "900103"},
            {"urn": "900004", "predecessor_urn": "900103"},
            {"urn": "900004", "predecessor_urn": "900104"},
        ),
    }
    roster = build_roster(records, None)
    assert [one.predecessors for one in roster.academies] == [(), ("900104",)]
    assert any("900103" in note and "twice" in note for note in roster.notes)


def test_the_own_list_overrides_gias_and_adds_academies_that_left(own: Callable[..., pd.DataFrame]) -> None:
    records = {
        "memberships": _table("memberships", _member("900001", "2015-11-01"), _member("900002", "2022-01-01")),
        "establishments": _table(
            "establishments",
            {"urn": "900001", "name": "Quillbrook", "phase": "Primary", "opened": "2015-11-01", "vintage": "2025"},
            {"urn": "900002", "name": "Tansymere", "phase": "Primary", "vintage": "2025"},
        ),
        "own_academies": own(
            {"urn": "900001", "name": "Quillbrook Primary", "phase": "primary", "joined": "2015-12-01"},
            {"urn": "900009", "name": "Fennacre", "phase": "primary", "joined": "2016-09-01", "left": "2021-08-31"},
        ),
    }
    roster = build_roster(records, "99001")
    assert [one.urn for one in roster.academies] == ["900009", "900001", "900002"]
    quillbrook = roster.academy("900001")
    assert (quillbrook.name, quillbrook.joined, quillbrook.opened) == ("Quillbrook Primary", "2015-12-01", "2015-11-01")
    assert roster.academy("900009").left == "2021-08-31"


def test_the_own_list_alone_is_the_list_and_gias_fills_its_gaps(own: Callable[..., pd.DataFrame]) -> None:
    records = {
        "memberships": _table("memberships", _member("900001", "2015-11-01"), _member("900002", "2022-01-01")),
        "own_academies": own({"urn": "900001", "name": "Quillbrook Primary", "phase": "primary"}),
    }
    roster = build_roster(records, None)
    assert [(one.urn, one.joined) for one in roster.academies] == [("900001", "2015-11-01")]
    assert roster.trust == "Wychbourne Learning Trust"


def test_an_own_list_without_gias_needs_no_trust(own: Callable[..., pd.DataFrame]) -> None:
    records = {"own_academies": own({"urn": "900001", "name": "Quillbrook", "phase": "primary"})}
    assert build_roster(records, None).trust == UNNAMED
    assert build_roster(records, "Our Trust").trust == "Our Trust"


@pytest.mark.parametrize("trust", [None, "Wychbourne Learning Trust"])
def test_without_own_list_and_group_links_nobody_belongs(trust: str | None) -> None:
    with pytest.raises(NoAcademies, match=r"academies\.csv"):
        build_roster({}, trust)


def test_a_trust_that_only_the_list_of_groups_knows_has_no_academies() -> None:
    records = {"memberships": _table("memberships", _member("", ""))}
    with pytest.raises(NoAcademies, match="no loaded file lists its academies"):
        build_roster(records, "99001")


def test_an_academy_that_the_newest_group_links_leave_out_has_left() -> None:
    records = {
        "memberships": _table(
            "memberships",
            _member("900001", "2015-11-01", vintage="2022-03-31"),
            _member("900009", "2016-09-01", vintage="2022-03-31"),
            _member("900001", "2015-11-01"),
        )
    }
    roster = build_roster(records, "TR99001")
    assert roster.academy("900009").left == "2022-03-31"
    assert roster.academy("900001").left is None
    assert [one.urn for one in members(roster, "2025/26", mode="current")] == ["900001"]


def test_the_newest_register_wins_field_by_field() -> None:
    records = {
        "memberships": _table("memberships", _member("900005", "2016-01-01")),
        "establishments": _table(
            "establishments",
            {"urn": "900005", "name": "Corvane High", "phase": "Secondary", "sixth_form": "N", "high_age": "16",
             "low_age": "11", "vintage": "2022-04-20"},
            {"urn": "900005", "name": "Corvane Academy", "phase": "Secondary", "sixth_form": "Y", "high_age": "18",
             "vintage": "2025-04-20"},
        ),
    }  # fmt: skip
    found = build_roster(records, "99001").academy("900005")
    assert (found.name, found.sixth_form) == ("Corvane Academy", True)


@pytest.mark.parametrize(
    ("phase", "low", "high", "special", "expected"),
    [
        ("Primary", "4", "11", "N", Phase.PRIMARY),
        ("Middle deemed primary", "8", "12", "N", Phase.PRIMARY),
        ("Middle deemed secondary", "9", "13", "N", Phase.SECONDARY),
        ("All-through", "4", "18", "N", Phase.ALL_THROUGH),
        ("16 plus", "16", "19", "N", Phase.POST16),
        ("Not applicable", "4", "16", "Y", Phase.SPECIAL),
        ("Not applicable", "4", "16", "N", Phase.ALL_THROUGH),
        ("Not applicable", "11", "18", "N", Phase.SECONDARY),
        ("", "16", "19", "", Phase.POST16),
        ("", "3", "11", "", Phase.PRIMARY),
        ("Nursery", "2", "5", "N", Phase.PRIMARY),
    ],
)
def test_phase_by_type_then_gias_then_ages(phase: str, low: str, high: str, special: str, expected: Phase) -> None:
    school = {"urn": "900001", "name": "School", "phase": phase, "low_age": low, "high_age": high}
    records = {
        "memberships": _table("memberships", _member("900001", "2015-11-01")),
        "establishments": _table("establishments", school | {"special": special}),
    }
    assert build_roster(records, "99001").academy("900001").phase is expected


def test_an_unknown_joined_date_is_said_in_a_note(own: Callable[..., pd.DataFrame]) -> None:
    roster = build_roster({"memberships": _table("memberships", _member("900001", ""))}, "99001")
    assert roster.academies[0].joined is None
    assert any("joined is not known" in note for note in roster.notes)
