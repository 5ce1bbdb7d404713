"""The data folder: versions beside one another, one writer, readers that keep what they opened, and undoing."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kpi_engine.errors import Busy, Damaged, NoAcademies, UsageError, WarehouseError, WrongContent
from kpi_engine.intake.layout import Accepted
from kpi_engine.warehouse import folder, housekeeping, undo
from kpi_engine.warehouse.backup import backup
from kpi_engine.warehouse.folder import current_manifest, load, open_store, rebuild
from kpi_engine.warehouse.lock import locked

Make = Callable[..., Accepted]
KS2_LATER = ("1,900001,20,9,9,50%" + "," * 9,)


def rwm(root: Path, version: str | None = None) -> list[tuple[str, str, float | None]]:
    with open_store(root, version) as store:
        return [(o.urn, o.academic_year, o.published_value) for o in store.facts(["ks2_rwm"])]


def listing(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("lock")
    }


def test_loading_makes_a_version_that_can_be_read(root: Path, academies: Accepted, ks2: Make) -> None:
    report = load([academies, ks2()], root)
    assert (report.changed, report.academies, report.added) == (True, 3, ("academies.csv", "ks2.csv"))
    assert report.as_at == dt.date(2019, 8, 31)
    assert rwm(root) == [("900001", "2018/19", 78), ("900002", "2018/19", 40)]
    with open_store(root) as store:
        assert store.meta.version == report.version
        source = store.sources()[ks2().source_id]
        assert (source.file, source.rows, source.sha256) == ("ks2.csv", 4, ks2().table.sha256)
        assert [academy.name for academy in store.roster()] == [
            "Ferrant High",
            "Quillbrook Primary",
            "Tansymere Primary",
        ]


def test_loading_the_same_files_again_changes_nothing(root: Path, academies: Accepted, ks2: Make) -> None:
    first = load([academies, ks2()], root)
    before = listing(root)
    again = load([ks2(), academies], root)
    assert (again.changed, again.version, again.unchanged) == (False, first.version, ("academies.csv", "ks2.csv"))
    assert listing(root) == before


def test_the_order_on_the_command_line_does_not_matter(tmp_path: Path, academies: Accepted, ks2: Make) -> None:
    before = ks2(KS2_LATER, year="2017/18", file="before.csv")
    one = load([academies, ks2(), before], tmp_path / "one")
    two = load([before, ks2(), academies], tmp_path / "two")
    assert one.version == two.version


def test_a_second_load_adds_to_the_first(root: Path, academies: Accepted, ks2: Make, renamed: Callable) -> None:
    first = load([academies, ks2()], root)
    second = load([renamed(ks2(year="2017/18"), "before.csv")], root)
    assert second.version != first.version
    assert [year for _, year, _ in rwm(root)] == ["2017/18", "2017/18", "2018/19", "2018/19"]
    assert rwm(root, first.version) == [("900001", "2018/19", 78), ("900002", "2018/19", 40)]


def test_the_same_file_read_as_another_year_replaces_its_earlier_reading(
    root: Path, academies: Accepted, ks2: Make
) -> None:
    load([academies, ks2()], root)
    report = load([ks2(year="2017/18")], root)
    assert report.replaced == ("ks2.csv",)
    assert {year for _, year, _ in rwm(root)} == {"2017/18"}


def test_a_load_that_fails_changes_nothing(root: Path, ks2: Make, academies: Accepted, read: Make) -> None:
    with pytest.raises(NoAcademies):
        load([ks2()], root)
    assert current_manifest(root) is None
    load([academies, ks2()], root)
    before = rwm(root)
    stranger = read(
        "return_lesson_quality",
        "lessons.csv",
        "urn,academic_year,term,department,reviews,good_or_better\n999999,2024/25,Autumn,Science,10,8\n",
    )
    with pytest.raises(WrongContent, match="999999"):
        load([ks2(KS2_LATER, year="2017/18", file="b.csv"), stranger], root)
    assert rwm(root) == before


def test_the_trust_and_a_date_that_was_asked_for_are_in_the_versions_name(
    root: Path, academies: Accepted, ks2: Make
) -> None:
    versions = {load([academies, ks2()], root).version}
    versions.add(load([], root, as_at=dt.date(2020, 1, 1)).version)
    report = load([], root)
    assert report.version in versions
    assert len(versions) == 2


def test_a_reader_keeps_the_version_it_opened(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies, ks2()], root)
    with open_store(root) as reader:
        before = reader.facts(["ks2_rwm"])
        for number in range(3):
            rows = [f"1,900001,2{number},9,9,50%" + "," * 9]
            load([ks2(rows, year=f"201{number}/1{number + 1}", file=f"{number}.csv")], root)
        undo.purge(root, "900002")
        assert reader.facts(["ks2_rwm"]) == before


def test_a_second_load_waits_and_then_names_the_holder(root: Path, academies: Accepted, ks2: Make) -> None:
    with locked(root, "a load", 0), pytest.raises(Busy, match=r"in use: a load by process \d+ .* since 20"):
        load([academies, ks2()], root, wait=0.2)
    assert load([academies, ks2()], root).changed


def test_two_loads_at_once_both_arrive(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies], root)
    errors: list[BaseException] = []

    def one(year: str) -> None:
        try:
            load(
                [ks2(year=year, file=f"{year[:4]}.csv", rows=[f"1,900001,{year[2:4]},9,9,50%" + "," * 9])],
                root,
                wait=60,
            )
        except BaseException as error:  # noqa: BLE001 - any failure of a thread is the test's failure
            errors.append(error)

    threads = [threading.Thread(target=one, args=(year,)) for year in ("2016/17", "2017/18", "2018/19")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [year for _, year, _ in rwm(root)] == ["2016/17", "2017/18", "2018/19"]


def test_two_processes_load_one_after_the_other(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies], root)
    start = multiprocessing.get_context("spawn")
    items = [ks2(year=year, file=f"{year[:4]}.csv", rows=[f"1,900001,2{i},9,9,50%" + "," * 9])
             for i, year in enumerate(("2017/18", "2018/19"))]  # fmt: skip
    both = [start.Process(target=load, args=([item], root), kwargs={"wait": 60.0}) for item in items]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert [year for _, year, _ in rwm(root)] == ["2017/18", "2018/19"]


def test_a_damaged_version_is_found_and_made_again(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies, ks2()], root)
    manifest = current_manifest(root)
    assert manifest is not None
    path = root / manifest.warehouse
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"does not match its checksum"):
        open_store(root)
    assert load([academies, ks2()], root).changed
    assert len(rwm(root)) == 2


def test_a_damaged_manifest_and_a_damaged_copy_are_found(root: Path, academies: Accepted, ks2: Make) -> None:
    report = load([academies, ks2()], root)
    path = root / "manifests" / f"{report.version}.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2019-08-31", "2019-08-30"), encoding="utf-8")
    with pytest.raises(Damaged, match=r"manifest .* does not match its checksum"):
        open_store(root)
    path.write_text(text, encoding="utf-8")
    copy = next((root / "inputs").glob("*.parquet"))
    copy.write_bytes(copy.read_bytes()[:-9])
    with pytest.raises(Damaged, match=r"kept copy of .* does not match its checksum"):
        load([ks2(year="2017/18", file="b.csv", rows=KS2_LATER)], root)


def test_a_damaged_pointer_is_mended_by_naming_a_version(root: Path, academies: Accepted, ks2: Make) -> None:
    report = load([academies, ks2()], root)
    (root / "current").write_text("{", encoding="utf-8")
    with pytest.raises(Damaged, match="current"):
        open_store(root)
    undo.rollback(root, report.version)
    assert len(rwm(root)) == 2


def test_a_version_of_another_engine_is_rebuilt_when_opened(
    root: Path, academies: Accepted, ks2: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load([academies, ks2()], root)
    monkeypatch.setattr(folder, "ENGINE_VERSION", "2.0")
    with open_store(root) as store:
        assert store.meta.engine == "2.0"
        assert store.meta.version != first.version
        assert len(store.facts(["ks2_rwm"])) == 2
    assert not rebuild(root).changed


def test_twelve_versions_and_the_pinned_ones_are_kept(root: Path, academies: Accepted) -> None:
    first = load([academies], root).version
    housekeeping.pin(root, first, "Board meeting, 6 July 2026")
    days = [dt.date(2020, 1, day) for day in range(1, 15)]
    made = [load([], root, as_at=day).version for day in days]
    kept = [line.manifest.version for line in undo.history(root)]
    assert kept == [*reversed(made[2:]), first]
    assert undo.history(root)[-1].pinned == ("Board meeting, 6 July 2026",)
    assert len(list(root.glob("warehouse-*.duckdb"))) == 13
    housekeeping.unpin(root, first, "Board meeting, 6 July 2026")
    load([], root, as_at=dt.date(2020, 2, 1))
    assert first not in [line.manifest.version for line in undo.history(root)]


def test_rollback_goes_back_and_can_itself_be_taken_back(root: Path, academies: Accepted, ks2: Make) -> None:
    first = load([academies, ks2()], root).version
    second = load([], root, as_at=dt.date(2020, 1, 1)).version
    assert undo.rollback(root).version == first
    assert [(v.manifest.version, v.current) for v in undo.history(root)] == [(second, False), (first, True)]
    assert undo.rollback(root, second).version == second
    with pytest.raises(UsageError, match="no version 000000"):
        undo.rollback(root, "000000")


def test_there_is_nothing_before_the_first_version(root: Path, academies: Accepted) -> None:
    with pytest.raises(WarehouseError, match="nothing has been loaded"):
        open_store(root)
    load([academies], root, as_at=dt.date(2020, 1, 1))
    with pytest.raises(UsageError, match="no version before"):
        undo.rollback(root)


@pytest.mark.parametrize("how", ["file", "sha256", "dataset"])
def test_unloading_takes_a_file_out(root: Path, academies: Accepted, ks2: Make, how: str) -> None:
    first = load([academies, ks2()], root)
    later = ks2(year="2017/18", file="before.csv", rows=KS2_LATER)
    load([later], root)
    which = {"file": "before.csv", "sha256": later.table.sha256[:12], "dataset": "ks2"}[how]
    more = {"year": "2017-18"} if how == "dataset" else {}
    report = undo.unload(root, **{how: which}, **more)
    assert (report.version, report.removed) == (first.version, ("before.csv",))
    assert {year for _, year, _ in rwm(root)} == {"2018/19"}


def test_unloading_what_is_not_there_names_what_is(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies, ks2()], root)
    with pytest.raises(UsageError, match=r"no loaded file is 'x\.csv'; there are academies\.csv, ks2\.csv"):
        undo.unload(root, file="x.csv")
    with pytest.raises(UsageError, match="say which file"):
        undo.unload(root)


def test_a_purged_academy_is_in_no_file_of_the_folder(
    root: Path, academies: Accepted, ks2: Make, tmp_path: Path
) -> None:
    rows = [*ks2().table.frame.agg(",".join, axis=1), "1,900102,33,14,13,51%,71%,85%,81%,85%,85%,1.7,-0.6,4,96%"]
    load([academies, ks2(rows=rows)], root)
    kept = backup(root, tmp_path / "b.zip")
    purged = undo.purge(root, "900002")
    assert purged.rows == 3
    assert purged.backups == (str(kept.path.resolve()),)
    assert not kept.path.exists()
    assert {urn for urn, _, _ in rwm(root)} == {"900001"}
    with open_store(root) as store:
        assert "Tansymere Primary" not in [academy.name for academy in store.roster()]
    for name, content in listing(root).items():
        if name.startswith("inputs/"):
            text = str(pq.read_table(root / name).to_pydict())
            assert "900002" not in text
            assert "900102" not in text
        assert b"Tansymere" not in content
    assert len(undo.history(root)) == 1


def test_purging_everything_leaves_nothing(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies, ks2()], root)
    (root / "state").mkdir()
    (root / "state" / "notes.sqlite").write_bytes(b"x")
    undo.purge(root)
    left = [name for name, content in listing(root).items() if name != "backups.json"]
    assert left == []
    with pytest.raises(WarehouseError, match="nothing has been loaded"):
        open_store(root)
    assert load([academies, ks2()], root).changed


def test_purging_an_unknown_academy_says_so(root: Path, academies: Accepted, ks2: Make) -> None:
    load([academies, ks2()], root)
    with pytest.raises(UsageError, match="no loaded file has a row about 999999"):
        undo.purge(root, "999999")


def test_a_manifest_tells_where_everything_came_from(root: Path, academies: Accepted, ks2: Make) -> None:
    report = load([academies, ks2()], root)
    told = json.loads((root / "manifests" / f"{report.version}.json").read_text(encoding="utf-8"))
    entry = next(each for each in told["inputs"] if each["file"] == "ks2.csv")
    assert {name: entry[name] for name in ("rows", "layout", "dataset", "year", "stage")} == {
        "rows": 4,
        "layout": "ks2_wide",
        "dataset": "ks2",
        "year": "2018/19",
        "stage": "final",
    }
    assert dt.datetime.fromisoformat(entry["loaded_at"]).tzinfo is not None


def test_the_kept_copy_gives_back_the_very_table(root: Path, academies: Accepted, ks2: Make) -> None:
    item = replace(ks2(), table=replace(ks2().table, preamble=("A title row", "")))
    load([academies, item], root)
    manifest = current_manifest(root)
    assert manifest is not None
    kept = next(each for each in manifest.inputs if each.file == "ks2.csv")
    again = folder.inputs.read_accepted(root, kept)
    assert again.table.frame.to_dict() == item.table.frame.to_dict()
    assert (again.table.columns, again.table.preamble) == (item.table.columns, item.table.preamble)
    assert (again.year, again.stage, again.source_id) == (item.year, item.stage, item.source_id)
