"""Every fact against loops in plain Python, and a million marks against pandas over the raw table."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.warehouse.folder import LoadReport, open_store

from .conftest import Files, as_dictionary, facts_of, stored

# Spelled out again on purpose: the register's codes by what the guidance of August 2024 says of each.
PRESENT, APPROVED = {"/", "\\", "L"}, {"B", "J", "K", "P", "V", "W"}
AUTHORISED = {
    "C": "Other authorised", "C1": "Regulated performance", "C2": "Temporary reduced timetable",
    "E": "Suspended or excluded", "H": "Authorised holiday", "I": "Illness", "J1": "Interview",
    "M": "Medical or dental appointment", "R": "Religious observance", "S": "Study leave", "T": "Mobile child",
}  # fmt: skip
UNAUTHORISED = {
    "G": "Unauthorised holiday", "N": "No reason yet", "O": "Other unauthorised", "U": "Late after registers closed",
}  # fmt: skip
NOT_COUNTED = {"D", "Q", "X", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#", "-"}
EVERY = sorted(PRESENT | APPROVED | set(AUTHORISED) | set(UNAUTHORISED) | NOT_COUNTED)
DIMENSIONS = ("year_group", "sex", "disadvantage", "send", "looked_after")
DAYS = [dt.date(*day) for day in (
    (2024, 9, 2), (2024, 12, 31), (2025, 1, 1), (2025, 4, 15), (2025, 4, 16), (2025, 8, 31), (2025, 9, 1), (2025, 9, 3),
    (2025, 12, 29), (2026, 1, 2), (2026, 7, 20),
)]  # fmt: skip


def term(day: dt.date) -> str:
    if day.month >= 9:
        return "Autumn"
    return "Spring" if (day.month, day.day) <= (4, 15) else "Summer"


def year(day: dt.date) -> str:
    start = day.year if day.month >= 9 else day.year - 1
    return f"{start}/{(start + 1) % 100}"


pupils = st.fixed_dictionaries(
    {
        "year_group": st.sampled_from(["R", "6", "10"]),
        "sex": st.sampled_from("FM"),
        "disadvantage": st.sampled_from("YN"),
        "send": st.sampled_from("NKE"),
        "looked_after": st.sampled_from("YN"),
    }
)
marks = st.dictionaries(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["900001", "900002"]),
        st.sampled_from(DAYS),
        st.sampled_from(["AM", "PM"]),
    ),
    st.sampled_from(EVERY),
    min_size=1,
    max_size=60,
)


def expected(rolls: list[Mapping[str, str]], given: Mapping[tuple[int, str, dt.date, str], str]) -> dict:
    per: dict[tuple[str, str, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    reasons: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for (pupil, urn, day, _), code in given.items():
        if code in NOT_COUNTED:
            continue
        iso = day.isocalendar()
        label = "Year" if year(day) == "2024/25" and summer(given, urn) else "YTD"
        for period in (label, term(day), f"{iso[0]}-W{iso[1]:02d}"):
            counted = per[urn, year(day), period][pupil]
            counted[1] += 1
            counted[0] += code in PRESENT | APPROVED
            if code in AUTHORISED:
                reasons[urn, year(day), period, AUTHORISED[code]] += 1
                reasons[urn, year(day), period, "Authorised absence"] += 1
            if code in UNAUTHORISED:
                reasons[urn, year(day), period, UNAUTHORISED[code]] += 1
                reasons[urn, year(day), period, "Unauthorised absence"] += 1
    found: dict[tuple[str, ...], tuple[float, ...]] = {}
    total = ("Total",) * 5
    for (urn, label, period), people in per.items():
        long = "-W" not in period
        possible = sum(d for _, d in people.values())
        missed = sum(d - n for n, d in people.values())
        names = ["Total", "Authorised absence", "Unauthorised absence", *AUTHORISED.values(), *UNAUTHORISED.values()]
        for reason in names:
            count = missed if reason == "Total" else reasons[urn, label, period, reason]
            found["absence_reason", urn, label, period, *total, reason] = (count, possible, len(people), -1, -1, -1)
        sets = [(), *((name,) for name in DIMENSIONS)]
        if long:
            sets += [("year_group", name) for name in DIMENSIONS[1:]]
        for wanted in sets:
            groups = defaultdict(list)
            for pupil, counted in people.items():
                groups[tuple(rolls[pupil][name] if name in wanted else "Total" for name in DIMENSIONS)].append(counted)
            for group, own in groups.items():
                n, d = sum(a for a, _ in own), sum(b for _, b in own)
                squares = (sum(a * a for a, _ in own), sum(a * b for a, b in own), sum(b * b for _, b in own))
                found["attendance", urn, label, period, *group, "Total"] = (n, d, len(own), *squares)
                if long:
                    for measure, share in (("persistent_absence", 10), ("severe_absence", 50)):
                        many = sum(1 for a, b in own if (b - a) * 100 >= share * b)
                        found[measure, urn, label, period, *group, "Total"] = (many, len(own), len(own), -1, -1, -1)
    return found


def summer(given: Mapping[tuple[int, str, dt.date, str], str], urn: str) -> bool:
    """Whether the academy has a half-day that counts in the summer term of 2024/25."""
    return any(
        place[1] == urn and year(place[2]) == "2024/25" and term(place[2]) == "Summer" and code not in NOT_COUNTED
        for place, code in given.items()
    )


@settings(max_examples=60)
@given(st.lists(pupils, min_size=4, max_size=4), marks, st.randoms(use_true_random=False))
def test_every_fact_is_what_plain_loops_count(rolls, given, shuffled) -> None:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as name:
        files = Files(Path(name) / "given")
        files.pupils(
            [
                ",".join([f"PUPIL-{pupil}", urn, label, *(roll[name] for name in DIMENSIONS), "", ""])
                for pupil, roll in enumerate(rolls)
                for urn in ("900001", "900002")
                for label in ("2024/25", "2025/26")
            ]
        )
        rows = [f"PUPIL-{pupil},{urn},{day},{session},{code}" for (pupil, urn, day, session), code in given.items()]
        shuffled.shuffle(rows)
        files.marks(rows)
        found = as_dictionary(facts_of(files.folder))
    assert found == expected(rolls, given)


@settings(max_examples=25)
@given(st.lists(pupils, min_size=4, max_size=4), marks)
def test_the_parts_of_a_partition_add_up(rolls, given) -> None:  # type: ignore[no-untyped-def]
    """Groups to their total, weeks to the year (but for people), single reasons to authorised and unauthorised."""
    found = expected(rolls, given)
    with tempfile.TemporaryDirectory() as name:
        files = Files(Path(name) / "given")
        files.pupils(
            [
                ",".join([f"PUPIL-{pupil}", urn, label, *(roll[name] for name in DIMENSIONS), "", ""])
                for (pupil, roll), urn, label in itertools.product(
                    enumerate(rolls), ("900001", "900002"), ("2024/25", "2025/26")
                )
            ]
        )
        files.marks([f"PUPIL-{p},{urn},{day},{half},{code}" for (p, urn, day, half), code in given.items()])
        facts = facts_of(files.folder)
    assert len(facts) == len(found)
    scope = ["measure", "urn", "academic_year", "period"]
    numbers = ["numerator", "denominator", "people", "sum_nn", "sum_nd", "sum_dd"]
    groups = facts[facts["reason"] == "Total"]
    whole = groups[(groups[list(DIMENSIONS)] == "Total").all(axis=1)].set_index(scope)[numbers].fillna(0)
    for name in DIMENSIONS:
        others = [other for other in DIMENSIONS if other != name]
        parts = groups[(groups[name] != "Total") & (groups[others] == "Total").all(axis=1)]
        summed = parts.groupby(scope)[numbers].sum()
        assert summed.equals(whole.loc[summed.index].astype(float))
    attendance = facts[(facts["measure"] == "attendance") & (facts[list(DIMENSIONS)] == "Total").all(axis=1)]
    weeks = attendance["period"].str.contains("-W")
    by_year = ["urn", "academic_year"]
    both = ["numerator", "denominator"]
    years = attendance[attendance["period"].isin(["Year", "YTD"])].set_index(by_year)[both].sort_index()
    assert attendance[weeks].groupby(by_year)[both].sum().equals(years)
    reasons = facts[facts["measure"] == "absence_reason"].pivot_table(
        index=scope[1:], columns="reason", values="numerator", aggfunc="sum"
    )
    if len(reasons):
        assert (reasons[list(AUTHORISED.values())].sum(axis=1) == reasons["Authorised absence"]).all()
        assert (reasons[list(UNAUTHORISED.values())].sum(axis=1) == reasons["Unauthorised absence"]).all()
        assert (reasons["Authorised absence"] + reasons["Unauthorised absence"] == reasons["Total"]).all()


def test_a_million_marks_are_what_pandas_counts(files: Files, loaded: Callable[..., LoadReport], root: Path) -> None:
    """1,000 pupils at each of three academies (one pupil in ten is at two), 190 days, in no order at all."""
    random = np.random.default_rng(20261123)
    files.write(
        "academies.csv",
        "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority\n"
        + "".join(f"90000{n},School {n},primary,2015-11-01,,,,,N,Wychbourne\n" for n in (1, 2, 3)),
    )
    days = [dt.date(2024, 9, 2) + dt.timedelta(days=n) for n in range(320)]
    days = [day for day in days if day.weekday() < 5][:190]
    ids = np.array([f"{number:08d}" for number in range(2_700)])
    at = {"900001": ids[:1000], "900002": ids[900:1900], "900003": ids[1700:2700]}
    roll = pd.DataFrame([(urn, id) for urn, own in at.items() for id in own], columns=["urn", "pupil"])
    roll["academic_year"] = "2024/25"
    for name, words in (("year_group", ["R", "1", "6"]), ("sex", ["F", "M"]), ("disadvantage", ["Y", "N"]),
                        ("send", ["N", "K", "E"]), ("looked_after", ["Y", "N"])):  # fmt: skip
        roll[name] = random.choice(words, len(roll))
    roll["from"], roll["to"] = "", ""
    weights = np.array([40 if code in ("/", "\\") else 1 for code in EVERY], dtype=float)
    half_days = pd.MultiIndex.from_product([range(len(roll)), days, ["AM", "PM"]]).to_frame(index=False)
    half_days.columns = pd.Index(["place", "date", "session"])
    half_days["code"] = random.choice(EVERY, len(half_days), p=weights / weights.sum())
    half_days["pupil"] = roll["pupil"].to_numpy()[half_days["place"]]
    half_days["urn"] = roll["urn"].to_numpy()[half_days["place"]]
    half_days = half_days.sample(frac=1, random_state=1).reset_index(drop=True)
    assert len(half_days) == 1_140_000
    pq.write_table(
        pa.table({name: pa.array(half_days[name]) for name in ("code", "session", "pupil", "date", "urn")}),
        files.folder / "marks.parquet",
        row_group_size=100_000,
    )
    roll.to_csv(files.folder / "pupils.csv", index=False)
    loaded(files.folder, as_at=dt.date(2025, 8, 31))

    half_days["d"] = ~half_days["code"].isin(NOT_COUNTED)
    half_days["n"] = half_days["code"].isin(PRESENT | APPROVED)
    own = half_days.groupby("place")[["n", "d"]].sum()
    joined = roll.join(own)
    joined = joined[joined["d"] > 0]
    joined["pa"] = (joined["d"] - joined["n"]) / joined["d"] >= 0.1
    with open_store(root) as store:
        for urn in at:
            mine = joined[joined["urn"] == urn]
            for by in (["sex"], ["year_group", "send"], ["looked_after"]):
                want = (
                    mine.groupby(by if len(by) > 1 else by[0])[["n", "d", "pa"]]
                    .sum()
                    .assign(people=mine.groupby(by)["n"].size())
                )
                got = stored(store, "attendance", *by, urn=urn, period="Year", year="2024/25")
                assert got == {key: (row.n, row.d, row.people) for key, row in want.iterrows()}
                absent = stored(store, "persistent_absence", *by, urn=urn, period="Year", year="2024/25")
                assert absent == {key: (row.pa, row.people, row.people) for key, row in want.iterrows()}
            illness = ((half_days["urn"] == urn) & (half_days["code"] == "I")).sum()
            reasons = stored(store, "absence_reason", "reason", urn=urn, period="Year", year="2024/25")
            assert reasons["Illness"][0] == illness
        weekly = store.facts(["attendance"], urns=["900002"], periods=["2024-W45"])[0]
        week = half_days[(half_days["urn"] == "900002") & (half_days["date"] >= dt.date(2024, 11, 4))]
        week = week[week["date"] <= dt.date(2024, 11, 10)].groupby("place")[["n", "d"]].sum().astype(int)
        assert (weekly.numerator, weekly.denominator) == (week["n"].sum(), week["d"].sum())
        assert weekly.sum_nd == (week["n"] * week["d"]).sum()
        assert weekly.people == (week["d"] > 0).sum()
