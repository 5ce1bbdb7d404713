"""The version file: exact, ordered, read-only, any number of threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine.errors import Damaged, UsageError, WarehouseError
from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.warehouse.schema import SCHEMA_VERSION
from kpi_engine.warehouse.store import Store, run_script, write_version

META = {
    "as_at": "2025-09-30",
    "trust_name": "Wychbourne Learning Trust",
    "trust_uid": "",
    "version": "abc",
    "engine": "1.0",
    "schema": str(SCHEMA_VERSION),
    "built_from": "2",
}
Fact = Callable[..., dict[str, object]]
Frame = Callable[..., pd.DataFrame]


@pytest.fixture
def store(tmp_path: Path, fact: Fact, frame: Frame) -> Iterator[Store]:
    rows = [
        fact("ks2_rwm", 21.06, 27, series="published", published_value=78.0),
        fact("ks2_rwm", 9.94, 14, series="published", sex="M", published_value=71.0),
        fact("ks2_rwm", 11.05, 13, series="published", sex="F", published_value=85.0),
        fact("ks2_rwm", None, series="published", urn="900002", code="SUPP"),
        fact("ks2_rwm", 20, 30, series="published", academic_year="2023/24"),
        *(
            fact("attendance", 90.5, 100, series="daily", period=period, year_group=group, sex=sex)
            for period in ("Spring", "Autumn", "2025-W02")
            for group in ("10", "2", "R", "1")
            for sex in ("F", "M")
        ),
        fact("attendance", 950, 1000, series="daily", sum_nn=8.7e9, sum_nd=8.8e9, sum_dd=8.9e9, people=500),
        fact("attendance", 95, 100, series="daily", period="YTD", send="K"),
        fact("staff_turnover", 1, 12, staff_group="teacher"),
    ]
    path = tmp_path / "version.duckdb"
    write_version(path, {"facts": frame(*rows)}, META)
    with Store(path) as opened:
        yield opened


def test_a_fact_comes_back_as_it_was_written(store: Store) -> None:
    found = store.facts(["ks2_rwm"], years=["2024/25"])
    assert [(o.urn, o.numerator, o.denominator, o.published_value, o.code) for o in found] == [
        ("900001", 21.06, 27.0, 78.0, None),
        ("900002", None, None, None, "SUPP"),
    ]
    assert dict(found[0].breakdown) == {}


def test_numbers_are_kept_as_exact_decimals(store: Store) -> None:
    kept = store.export("facts")
    rwm = kept[(kept["measure"] == "ks2_rwm") & (kept["academic_year"] == "2024/25")]
    assert sum(Decimal(text) for text in rwm["numerator"].dropna()) == Decimal("42.05")
    large = kept[kept["sum_nn"].notna()].iloc[0]
    assert [large["sum_nn"], large["sum_nd"]] == ["8700000000.000000", "8800000000.000000"]


def test_facts_are_ordered_with_year_groups_as_people_order_them(store: Store) -> None:
    found = store.facts(["attendance"], by=["year_group"], within={"sex": "F"})
    assert [o.period for o in found] == ["2025-W02"] * 4 + ["Autumn"] * 4 + ["Spring"] * 4
    assert [o.breakdown["year_group"] for o in found[:4]] == ["R", "1", "2", "10"]
    assert all(o.breakdown["sex"] == "F" for o in found)


def test_only_the_shape_that_was_asked_for_is_answered(store: Store) -> None:
    assert [o.breakdown["sex"] for o in store.facts(["ks2_rwm"], by=["sex"])] == ["F", "M"]
    assert store.facts(["ks2_rwm"], by=["sex", "disadvantage"]) == []
    assert store.facts(["ks2_rwm"], within={"sex": "Total"}) == store.facts(["ks2_rwm"])
    assert store.facts(["ks2_rwm"], urns=[]) == []
    assert [o.period for o in store.facts(["attendance"], periods=["Year"])] == ["Year"]


def test_an_unknown_dimension_is_a_wrong_question(store: Store) -> None:
    with pytest.raises(UsageError, match="'colour' is not a dimension"):
        store.facts(["ks2_rwm"], by=["colour"])


def test_the_headline_holds_totals_and_single_pupil_groups_of_whole_years(store: Store) -> None:
    found = store.headline(["ks2_rwm", "attendance", "staff_turnover"])
    shapes = [(o.measure, o.academic_year, o.urn, o.period, tuple(o.breakdown.items())) for o in found]
    assert shapes == [
        ("attendance", "2024/25", "900001", "YTD", (("send", "K"),)),
        ("attendance", "2024/25", "900001", "Year", ()),
        ("ks2_rwm", "2023/24", "900001", "Year", ()),
        ("ks2_rwm", "2024/25", "900001", "Year", ()),
        ("ks2_rwm", "2024/25", "900001", "Year", (("sex", "F"),)),
        ("ks2_rwm", "2024/25", "900001", "Year", (("sex", "M"),)),
        ("ks2_rwm", "2024/25", "900002", "Year", ()),
    ]


def test_shapes_say_what_a_drill_may_offer(store: Store) -> None:
    found = {(shape.kind, shape.dimensions, shape.academies) for shape in store.shapes("attendance")}
    assert found == {
        ("Year", (), 1),
        ("YTD", ("send",), 1),
        ("term", ("year_group", "sex"), 1),
        ("week", ("year_group", "sex"), 1),
    }


def test_any_number_of_threads_may_ask_at_once(store: Store) -> None:
    alone = store.facts(["attendance"], by=["year_group", "sex"])
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: store.facts(["attendance"], by=["year_group", "sex"]), range(64)))
    assert all(found == alone for found in together)


def test_the_file_is_read_only_and_reaches_no_other_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n", encoding="utf-8")
    for statement in (
        f"SELECT * FROM read_csv('{(tmp_path / 'other.csv').as_posix()}')",
        "SET enable_external_access = true",
        "DELETE FROM facts",
    ):
        with pytest.raises(WarehouseError):
            store._rows(statement)


def test_a_closed_version_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(WarehouseError, match="could not answer"):
        store.facts(["ks2_rwm"])


def test_a_version_is_written_once(store: Store) -> None:
    with pytest.raises(WarehouseError, match="only once"):
        write_version(store.path, {}, META)


def test_two_facts_of_one_key_are_refused(tmp_path: Path, fact: Fact, frame: Frame) -> None:
    rows = frame(fact("ks2_rwm", 1, 2), fact("ks2_rwm", 2, 2))
    with pytest.raises(WarehouseError, match="share one key: ks2_rwm, return, 2024/25, 900001"):
        write_version(tmp_path / "v.duckdb", {"facts": rows}, META)


def test_a_number_beyond_the_columns_is_refused(tmp_path: Path, fact: Fact, frame: Frame) -> None:
    with pytest.raises(WarehouseError, match="too large"):
        write_version(tmp_path / "v.duckdb", {"facts": frame(fact("ks2_rwm", 1e13, 2))}, META)


def test_what_is_no_version_file_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="missing"):
        Store(tmp_path / "none.duckdb")
    (tmp_path / "text.duckdb").write_text("not a database " * 1000, encoding="utf-8")
    with pytest.raises(Damaged, match="cannot be opened"):
        Store(tmp_path / "text.duckdb")


def test_a_script_reads_its_own_tables_and_no_other_file(tmp_path: Path) -> None:
    marks = pd.DataFrame({"urn": ["900001", "900001", "900002"], "present": [1, 0, 1]})
    marks.to_parquet(tmp_path / "marks.parquet")
    marks.to_parquet(tmp_path / "other.parquet")
    statements = ["CREATE TABLE sums AS SELECT urn, sum(present) AS n, count(*) AS d FROM marks GROUP BY 1 ORDER BY 1"]
    found = run_script(statements, parquet={"marks": [tmp_path / "marks.parquet"]}, answers=["sums"])
    assert found["sums"].astype({"n": int, "d": int}).values.tolist() == [["900001", 1, 2], ["900002", 1, 1]]
    with pytest.raises(WarehouseError):
        run_script([f"SELECT * FROM read_parquet('{(tmp_path / 'other.parquet').as_posix()}')"])


def test_a_script_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(WarehouseError, match=r"given up after 0\.3 seconds"):
        run_script(["SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"], timeout=0.3)


def test_an_empty_version_answers_with_nothing(tmp_path: Path) -> None:
    write_version(tmp_path / "v.duckdb", {"facts": pd.DataFrame(columns=list(FACT_COLUMNS))}, META)
    with Store(tmp_path / "v.duckdb") as empty:
        assert empty.facts(["ks2_rwm"]) == []
        assert empty.roster() == ()
        assert empty.meta.as_at.isoformat() == "2025-09-30"
