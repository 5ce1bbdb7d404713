"""From accepted files to tables: which file stands, whose figures they are, and the same again every time."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_engine.errors import NoAcademies, WarehouseError
from kpi_engine.intake.layout import Accepted
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.model import Observation
from kpi_engine.warehouse.build import Built, build
from kpi_engine.warehouse.schema import SCHEMA_VERSION, TEXT_TABLES
from kpi_engine.warehouse.store import Store, write_version

Make = Callable[..., Accepted]
ROW = "1,{urn},{cohort},14,13,{rwm}%,71%,85%,81%,85%,85%,1.7,-0.6,4,96%"


@pytest.fixture(scope="module")
def layouts() -> dict[str, object]:
    return {layout.id: layout for layout in all_layouts()}


@pytest.fixture
def made(tmp_path: Path, layouts: dict) -> Callable[..., tuple[Store, Built]]:
    def make(*inputs: Accepted, as_at: dt.date | None = None) -> tuple[Store, Built]:
        built = build(inputs, layouts, as_at=as_at)
        path = tmp_path / f"{hashlib.sha256(repr(inputs).encode()).hexdigest()[:8]}-{len(list(tmp_path.iterdir()))}"
        meta = {"as_at": built.as_at.isoformat(), "trust_name": built.trust_name, "trust_uid": built.trust_uid}
        meta |= {"version": "v", "engine": "1.0", "schema": str(SCHEMA_VERSION), "built_from": str(len(inputs))}
        write_version(path, built.frames, meta)
        return Store(path), built

    return make


def rwm(store: Store, **more: object) -> list[Observation]:
    return store.facts(["ks2_rwm"], **more)


def test_figures_as_published_with_their_numerators(made: Callable, academies: Accepted, ks2: Make) -> None:
    store, _ = made(academies, ks2())
    found = rwm(store)
    # 78 % of 27 and 40 % of 49, worked out by hand; the second is no whole number of pupils, and stays so.
    assert [(o.urn, o.numerator, o.denominator, o.published_value) for o in found] == [
        ("900001", 21.06, 27, 78),
        ("900002", 19.6, 49, 40),
    ]
    assert [(o.urn, dict(o.breakdown), o.numerator) for o in rwm(store, by=["sex"])] == [
        ("900001", {"sex": "F"}, 11.05),
        ("900001", {"sex": "M"}, 9.94),
        ("900002", {"sex": "F"}, 10.56),
        ("900002", {"sex": "M"}, 9.0),
    ]


def test_schools_of_others_are_left_out_and_england_is_kept(made: Callable, academies: Accepted, ks2: Make) -> None:
    store, _ = made(academies, ks2())
    assert {o.urn for o in rwm(store)} == {"900001", "900002"}
    england = [f for f in store.national(["ks2_rwm"]) if not f.breakdown]
    assert [(f.urn, f.phase, f.value, f.academic_year, f.stage) for f in england] == [
        ("England", "primary", 65.0, "2018/19", "final")
    ]


def test_the_same_inputs_give_the_same_tables(made: Callable, academies: Accepted, ks2: Make) -> None:
    exports = []
    for _ in range(2):
        store, _built = made(academies, ks2(), ks2(year="2017/18", file="before.csv"), as_at=dt.date(2019, 12, 1))
        text = "".join(store.export(table).to_csv() for table in ("facts", "national", *TEXT_TABLES))
        exports.append(hashlib.sha256(text.encode()).hexdigest())
    assert exports[0] == exports[1]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_final_stands_before_revised_before_provisional(
    made: Callable, academies: Accepted, ks2: Make, order: tuple[int, ...]
) -> None:
    releases = [
        ks2([ROW.format(urn="900001", cohort=27, rwm=rwm)], stage=stage, file=f"{stage}.csv")
        for stage, rwm in (("provisional", 70), ("revised", 74), ("final", 78))
    ]
    store, built = made(academies, *(releases[i] for i in order))
    assert [(o.stage, o.published_value) for o in rwm(store)] == [("final", 78)]
    said = [message.text for message in built.messages if message.kind == "replaced"]
    assert "2018/19 KS2 performance tables (one row per school): final replaces revised for 1 academy: 1 figure" in (
        " ".join(said)
    )


def test_an_academy_that_the_later_stage_leaves_out_keeps_its_earlier_figure(
    made: Callable, academies: Accepted, ks2: Make
) -> None:
    first = ks2(stage="provisional", file="p.csv")
    later = ks2([ROW.format(urn="900001", cohort=27, rwm=79)], stage="revised", file="r.csv")
    store, _ = made(academies, first, later)
    assert [(o.urn, o.stage, o.published_value) for o in rwm(store)] == [
        ("900001", "revised", 79),
        ("900002", "provisional", 40),
    ]


def test_the_later_file_of_a_stage_replaces_the_earlier(made: Callable, academies: Accepted, ks2: Make) -> None:
    one, two = (ks2([ROW.format(urn="900001", cohort=27, rwm=rwm)], file=f"{rwm}.csv") for rwm in (60, 61))
    assert rwm(made(academies, one, two)[0])[0].published_value == 61
    assert rwm(made(academies, two, one)[0])[0].published_value == 60


def test_a_monthly_return_leaves_the_earlier_months_alone(made: Callable, academies: Accepted, read: Make) -> None:
    header = "urn,month,staff_group,headcount,fte,leavers,leavers_within_trust,reason\n"
    months = [
        read("return_staff_movement", f"{month}.csv", f"{header}900001,{month},Total,30,28,{n},0,Total\n")
        for n, month in enumerate(("2024-09", "2024-10", "2024-11"), 1)
    ]
    store, _ = made(academies, *months)
    found = store.facts(["staff_turnover"])
    assert [(o.period, o.numerator) for o in found] == [("2024-09", 1), ("2024-10", 2), ("2024-11", 3), ("YTD", 6)]


def test_figures_of_a_predecessor_stand_under_the_academys_urn(made: Callable, academies: Accepted, ks2: Make) -> None:
    store, built = made(academies, ks2([ROW.format(urn="900102", cohort=30, rwm=50)], year="2016/17"))
    found = rwm(store)
    assert [(o.urn, o.numerator, o.detail) for o in found] == [("900002", 15, "as URN 900102")]
    assert any(m.kind == "re-keyed" and "900102" in m.text for m in built.messages)


def test_a_conversion_is_never_counted_twice(made: Callable, academies: Accepted, ks2: Make) -> None:
    rows = [ROW.format(urn="900102", cohort=30, rwm=50), ROW.format(urn="900002", cohort=30, rwm=60)]
    store, built = made(academies, ks2(rows, year="2017/18"))
    assert [(o.urn, o.published_value) for o in rwm(store)] == [("900002", 60)]
    assert any(m.kind == "dropped" and "has its own figures" in m.text for m in built.messages)


def test_a_new_urn_without_figures_gives_way_to_the_old_one(made: Callable, academies: Accepted, ks2: Make) -> None:
    new = "1,900002,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA"
    rows = [ROW.format(urn="900102", cohort=30, rwm=50), new]
    store, _ = made(academies, ks2(rows, year="2017/18"))
    assert [(o.urn, o.published_value, o.detail) for o in rwm(store)] == [("900002", 50, "as URN 900102")]


def test_a_suppressed_figure_does_not_give_way_to_a_predecessors(
    made: Callable, academies: Accepted, ks2: Make
) -> None:
    new = "1,900002,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP,SUPP"
    store, _ = made(academies, ks2([ROW.format(urn="900102", cohort=30, rwm=50), new], year="2017/18"))
    assert [(o.urn, o.code, o.numerator) for o in rwm(store)] == [("900002", "SUPP", None)]


def test_two_predecessors_in_one_year_are_not_merged(made: Callable, read: Make, ks2: Make) -> None:
    header = "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority"
    own = read(
        "return_academies", "academies.csv", f"{header}\n900003,Brackwater Primary,primary,2019-09-01,,,,900103,N,W"
    )
    links = read(
        "gias_links",
        "links.csv",
        "URN,LinkURN,LinkType,LinkEstablishedDate\n900003,900104,Predecessor - merged,01-09-2019",
        vintage="2020-01-01",
    )
    rows = [ROW.format(urn=urn, cohort=30, rwm=50) for urn in ("900103", "900104")]
    store, built = made(own, links, ks2(rows, year="2017/18"))
    assert set(store.roster()[0].predecessors) == {"900103", "900104"}
    assert rwm(store) == []
    assert any(m.kind == "dropped" and "more than one predecessor" in m.text for m in built.messages)


def test_nothing_says_who_belongs(layouts: dict, ks2: Make) -> None:
    with pytest.raises(NoAcademies):
        build([ks2()], layouts)


def test_an_input_of_a_later_engine_is_named(layouts: dict, academies: Accepted, read: Make) -> None:
    strange = read("of_tomorrow", "strange.csv", "a\n1\n")
    with pytest.raises(WarehouseError, match=r"strange\.csv was read as 'of_tomorrow'"):
        build([academies, strange], layouts)


def test_the_date_is_the_newest_in_the_data(layouts: dict, academies: Accepted, ks2: Make, read: Make) -> None:
    assert build([academies, ks2()], layouts).as_at == dt.date(2019, 8, 31)
    log = "urn,month,due_date,issued_date,presented_date,presented_to\n900001,2024-10,2024-11-20,2024-11-10,,\n"
    accounts = read("return_accounts_log", "accounts.csv", log)
    assert build([academies, ks2(), accounts], layouts).as_at == dt.date(2024, 11, 10)
    assert build([academies, ks2(), accounts], layouts, as_at=dt.date(2025, 1, 6)).as_at == dt.date(2025, 1, 6)


def test_a_term_counts_with_its_end_only_where_no_day_is_known_within_it(
    layouts: dict, academies: Accepted, read: Make
) -> None:
    header = "urn,academic_year,term,department,reviews,good_or_better\n"
    reviews = read("return_lesson_quality", "lessons.csv", f"{header}900001,2024/25,Autumn,Science,10,8\n")
    assert build([academies, reviews], layouts).as_at == dt.date(2024, 12, 31)
    log = "urn,month,due_date,issued_date,presented_date,presented_to\n900001,2024-10,2024-11-20,2024-11-10,,\n"
    accounts = read("return_accounts_log", "accounts.csv", log)
    assert build([academies, reviews, accounts], layouts).as_at == dt.date(2024, 11, 10)
