"""What governance records mean on a date. Everybody and everything is invented; answers are worked out by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from kpi_engine.derive.governance import derive
from kpi_engine.facts import FACT_COLUMNS, RECORD_COLUMNS
from kpi_engine.model import DIMENSIONS, TOTAL, Academy, Phase

ELM = Academy("900001", "Elmfield Academy", Phase.PRIMARY, "2019-09-01")
OAK = Academy("900002", "Oakhurst School", Phase.SECONDARY, "2025-09-01")


def records(table: str, *rows: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    columns = list(RECORD_COLUMNS[table])
    filled = [(*row, "file1", str(place)) for place, row in enumerate(rows, 2)]
    return {table: pd.DataFrame(filled, columns=columns, dtype=object)}


def state(
    found: dict[str, pd.DataFrame], on: str, *academies: Academy, measure: str = "", year: str = ""
) -> pd.DataFrame:
    frame = derive(found, academies or (ELM, OAK), dt.date.fromisoformat(on))
    assert list(frame.columns) == list(FACT_COLUMNS)
    if measure:
        frame = frame[frame["measure"] == measure]
    if year:
        frame = frame[frame["academic_year"] == year]
    return frame


def total(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame[list(DIMENSIONS)] == TOTAL).all(axis=1)]


AUDIT = (
    ("trust", "2025-05-03", "AB", "Finance", "Y", "4", ""),
    ("trust", "2025-05-03", "CD", "Finance", "Y", "1", "2025-06-10"),
    ("trust", "2025-05-03", "AB", "Law", "Y", "2", ""),
    ("trust", "2025-05-03", "CD", "Law", "Y", "", ""),
    ("trust", "2025-05-03", "CD", "Gardening", "N", "4", ""),
)


def test_a_required_skill_is_covered_by_one_trustee_at_level_3_or_more() -> None:
    frame = state(records("skills", *AUDIT), "2026-05-03", measure="board_skills", year="2025/26")
    row = total(frame).iloc[0]
    assert (row["urn"], row["numerator"], row["denominator"]) == ("trust", 1.0, 2.0)
    assert row["detail"] == "audit of 3 May 2025"
    assert (row["series"], row["stage"], row["period"]) == ("return", "final", "Year")
    skills = frame[(frame["skill"] != TOTAL) & (frame["member"] == TOTAL)].set_index("skill")
    assert skills["numerator"].to_dict() == {"Finance": 1.0, "Law": 0.0}
    assert skills.loc["Finance", "detail"] == "audit of 3 May 2025; held by AB"
    assert skills.loc["Law", "detail"] == "audit of 3 May 2025; held by nobody at level 3 or more"


def test_members_show_what_they_hold_and_their_training_but_not_unknown_levels() -> None:
    frame = state(records("skills", *AUDIT), "2026-05-03", measure="board_skills", year="2025/26")
    members = frame[(frame["member"] != TOTAL) & (frame["skill"] == TOTAL)].set_index("member")
    assert members["numerator"].to_dict() == {"AB": 1.0, "CD": 0.0}
    assert members.loc["CD", "detail"] == "audit of 3 May 2025; training 10 June 2025"
    cells = frame[(frame["member"] != TOTAL) & (frame["skill"] != TOTAL)]
    assert set(zip(cells["skill"], cells["member"], strict=True)) == {
        ("Finance", "AB"),
        ("Finance", "CD"),
        ("Law", "AB"),
    }


def test_an_audit_is_overdue_the_day_after_twelve_months_and_keeps_its_numbers() -> None:
    row = total(state(records("skills", *AUDIT), "2026-05-04", measure="board_skills", year="2025/26")).iloc[0]
    assert row["detail"] == "overdue: last audit 3 May 2025"
    assert (row["numerator"], row["denominator"]) == (1.0, 2.0)


def test_each_year_is_judged_on_its_31_august_by_the_audit_of_that_time() -> None:
    later = [("trust", "2026-09-20", "AB", skill, "Y", "3", "") for skill in ("Finance", "Law")]
    found = total(state(records("skills", *AUDIT, *later), "2026-10-01", measure="board_skills"))
    by_year = found.set_index("academic_year")
    assert by_year["numerator"].to_dict() == {"2024/25": 1.0, "2025/26": 1.0, "2026/27": 2.0}
    assert by_year["detail"].to_dict() == {
        "2024/25": "audit of 3 May 2025",
        "2025/26": "overdue: last audit 3 May 2025",
        "2026/27": "audit of 20 September 2026",
    }


def test_an_audit_replaces_the_one_before_it_so_that_a_member_who_left_covers_nothing() -> None:
    newer = ("trust", "2026-01-10", "EF", "Finance", "Y", "2", "")
    row = total(state(records("skills", *AUDIT, newer), "2026-02-01", measure="board_skills", year="2025/26"))
    assert row[["numerator", "denominator"]].to_numpy().tolist() == [[0.0, 1.0]]


def test_an_audit_after_the_date_is_not_known_yet() -> None:
    assert state(records("skills", *AUDIT), "2025-05-02").empty


def test_governing_bodies_have_their_own_measure_while_they_are_in_the_trust() -> None:
    audit = [("900002", "2025-03-01", "AB", "Finance", "Y", "3", "")]
    frame = total(state(records("skills", *audit), "2026-02-01", measure="lgb_skills"))
    # Oakhurst joined on 1 September 2025, so that the year of the audit is not the trust's.
    assert frame[["urn", "academic_year", "numerator"]].to_numpy().tolist() == [["900002", "2025/26", 1.0]]


def test_places_by_category_with_the_age_of_the_oldest_vacancy() -> None:
    found = records(
        "governors",
        ("900001", "2025-10-01", "Parent", "4", "2", "2025-09-24"),
        ("900001", "2025-10-01", "Staff", "1", "1", ""),
        ("900001", "2025-09-05", "Parent", "4", "4", ""),
    )
    frame = state(found, "2026-02-15", measure="lgb_places").set_index("category")
    assert frame[["numerator", "denominator"]].T.to_dict("list") == {
        "Parent": [2.0, 4.0],
        "Staff": [1.0, 1.0],
        "Total": [3.0, 5.0],
    }
    # 24 September to 15 February: 6 + 31 + 30 + 31 + 31 + 15 days.
    assert frame.loc["Parent", "detail"] == "2 vacant, the longest for 144 days (since 24 September 2025)"
    assert frame.loc["Staff", "detail"] == "full"
    assert frame.loc["Total", "detail"] == "on 1 October 2025"


def test_an_unknown_category_leaves_the_total_unknown() -> None:
    found = records(
        "governors",
        ("900001", "2025-10-01", "Parent", "4", "", ""),
        ("900001", "2025-10-01", "Staff", "1", "1", ""),
    )
    assert state(found, "2026-02-15", measure="lgb_places")["category"].tolist() == ["Staff"]


def test_a_list_of_last_year_says_nothing_about_this_year() -> None:
    found = records("governors", ("900001", "2024-10-01", "Parent", "4", "4", ""))
    assert set(state(found, "2026-02-15")["academic_year"]) == {"2024/25"}


REVIEWS = (
    ("900001", "2025-01-20", "Peers of the North", "Y", "Reading", "Secure"),
    ("900001", "2025-11-12", "Trust team", "N", "Maths", "Developing"),
)


def test_an_academy_needs_an_external_review_each_year() -> None:
    frame = state(records("reviews", *REVIEWS), "2026-02-15", measure="critical_friends")
    found = total(frame).set_index(["academic_year", "urn"])
    assert found["numerator"].to_dict() == {
        ("2024/25", "900001"): 1.0,
        ("2025/26", "900001"): 0.0,
        ("2025/26", "900002"): 0.0,
    }
    assert set(found["denominator"]) == {1.0}
    assert found.loc[("2024/25", "900001"), "detail"] == "1 external review"
    assert found.loc[("2025/26", "900001"), "detail"] == "no external reviews, up to 15 February 2026"


def test_reviews_are_listed_with_what_they_found() -> None:
    frame = state(records("reviews", *REVIEWS), "2026-02-15", measure="critical_friends")
    listed = frame[frame["review"] != TOTAL].set_index("review")
    assert listed["detail"].to_dict() == {
        "2025-01-20 Peers of the North": "external: Reading: Secure",
        "2025-11-12 Trust team": "internal: Maths: Developing",
    }
    assert listed["numerator"].tolist() == [1.0, 0.0]


def test_a_closed_academy_is_not_asked_for_reviews() -> None:
    closed = Academy("900003", "Ashgrove Academy", Phase.PRIMARY, "2019-09-01", closed="2025-08-31")
    frame = total(state(records("reviews", *REVIEWS), "2026-02-15", closed, measure="critical_friends"))
    assert frame["academic_year"].tolist() == ["2024/25"]


PACKS = (
    ("900001", "2025-09", "2025-10-20", "2025-10-15", "2025-10-20", "FGB"),
    ("900001", "2025-10", "2025-11-20", "2025-11-18", "2025-11-23", "FGB"),
    ("900001", "2025-11", "2025-12-20", "2025-12-18", "", ""),
    ("900001", "2025-12", "2026-01-20", "", "", ""),
)


def test_a_pack_is_on_time_on_its_due_date_and_late_when_overdue_and_not_presented() -> None:
    frame = state(records("accounts", *PACKS), "2025-12-31", measure="timely_accounts")
    found = frame.set_index("period")
    assert found["numerator"].to_dict() == {"2025-09": 1.0, "2025-10": 0.0, "2025-11": 0.0}
    assert found["detail"].to_dict() == {
        "2025-09": "presented to FGB on 20 October 2025, on time",
        "2025-10": "presented to FGB on 23 November 2025, 3 days late",
        "2025-11": "due on 20 December 2025, not presented, 11 days late",
    }
    assert set(found["academic_year"]) == {"2025/26"}
    assert set(found["denominator"]) == {1.0}


def test_what_was_presented_after_the_date_is_not_known_on_it() -> None:
    frame = state(records("accounts", *PACKS), "2025-11-21", measure="timely_accounts").set_index("period")
    assert frame.loc["2025-10", "numerator"] == 0.0
    assert frame.loc["2025-10", "detail"] == "due on 20 November 2025, not presented, 1 day late"


def test_augusts_pack_counts_in_its_own_year_although_it_falls_due_after_it() -> None:
    pack = ("900001", "2025-08", "2025-09-20", "", "2025-09-19", "")
    frame = state(records("accounts", pack), "2025-10-01", measure="timely_accounts")
    assert frame[["academic_year", "period", "numerator"]].to_numpy().tolist() == [["2024/25", "2025-08", 1.0]]


def test_without_records_there_is_no_fact() -> None:
    assert state({}, "2026-02-15").empty
