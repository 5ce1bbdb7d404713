"""A load that is cut short, at whatever moment, loses nothing and leaves nothing half done."""

from __future__ import annotations

import multiprocessing
import pkgutil
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_engine.intake import layouts
from kpi_engine.intake.layout import Accepted
from kpi_engine.warehouse import files
from kpi_engine.warehouse.folder import current_manifest, load, open_store

Make = Callable[..., Accepted]
QUICK = "forkserver" in multiprocessing.get_all_start_methods()
KILLS = 200 if QUICK else 12
"""Where a process cannot be forked (Windows), starting each takes seconds, so that fewer are killed."""

LESSONS = "urn,academic_year,term,department,reviews,good_or_better\n900001,{year},Autumn,Science,{n},8\n"


@pytest.fixture
def lessons(read: Make) -> Callable[[str, int], Accepted]:
    def make(year: str, n: int) -> Accepted:
        return read("return_lesson_quality", f"lessons {year[:4]}.csv", LESSONS.format(year=year, n=n))

    return make


def figures(root: Path) -> list[float | None]:
    with open_store(root) as store:
        return [o.denominator for o in store.facts(["lesson_quality"], periods=["Autumn"])]


def test_a_load_killed_at_any_moment_loses_nothing(
    tmp_path: Path, academies: Accepted, lessons: Callable[[str, int], Accepted]
) -> None:
    start = multiprocessing.get_context("forkserver" if QUICK else "spawn")
    if QUICK:
        every = [f"{layouts.__name__}.{module.name}" for module in pkgutil.iter_modules(layouts.__path__)]
        start.set_forkserver_preload(["kpi_engine.warehouse.folder", "pyarrow.parquet", *every])
    template = tmp_path / "template"
    load([academies, lessons("2023/24", 10)], template)
    second = lessons("2024/25", 20)

    whole = tmp_path / "whole"
    shutil.copytree(template, whole)
    began = time.monotonic()
    process = start.Process(target=load, args=([second], whole))
    process.start()
    process.join()
    took = time.monotonic() - began
    assert process.exitcode == 0
    expected = current_manifest(whole)
    assert expected is not None
    print("TOOK", took)

    chance = random.Random(20261123)
    outcomes = {"before": 0, "after": 0}
    for number in range(KILLS):
        root = tmp_path / f"killed-{number}"
        shutil.copytree(template, root)
        process = start.Process(target=load, args=([second], root))
        process.start()
        time.sleep(chance.uniform(0, took))
        process.kill()
        process.join()
        found = figures(root)
        assert found in ([10.0], [10.0, 20.0]), number
        outcomes["before" if found == [10.0] else "after"] += 1
        if number % 10 == 0:
            assert load([second], root, wait=0).version == expected.version
            assert figures(root) == [10.0, 20.0]
            assert not list(root.rglob(f"{files.UNFINISHED}*"))
            assert len(list(root.glob("warehouse-*.duckdb"))) == 2
        shutil.rmtree(root)
    assert outcomes["before"] > 0


class CutShort(BaseException):
    """Stands for the power going: nothing in the engine catches it."""


@pytest.mark.parametrize("step", range(1, 9))
def test_a_load_cut_short_before_each_of_its_renames_loses_nothing(
    tmp_path: Path,
    academies: Accepted,
    lessons: Callable[[str, int], Accepted],
    monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:
    root = tmp_path / "data"
    load([academies, lessons("2023/24", 10)], root)
    rename, renames = files.replace, []

    def until(old: Path, new: Path) -> None:
        if len(renames) + 1 == step:
            raise CutShort
        renames.append(new.name)
        rename(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace", until)
        try:
            load([lessons("2024/25", 20)], root)
        except CutShort:
            switched = "current" in renames
            assert figures(root) == ([10.0, 20.0] if switched else [10.0])
        else:
            assert len(renames) < step
    report = load([lessons("2024/25", 20)], root)
    assert figures(root) == [10.0, 20.0]
    assert report.rows["facts"] > 0
    assert not list(root.rglob(f"{files.UNFINISHED}*"))


def test_a_first_load_cut_short_before_the_switch_is_taken_up(
    root: Path, academies: Accepted, lessons: Callable[[str, int], Accepted]
) -> None:
    load([academies, lessons("2023/24", 10)], root)
    (root / "current").unlink()
    assert figures(root) == [10.0]
    load([lessons("2024/25", 20)], root)
    assert figures(root) == [10.0, 20.0]
