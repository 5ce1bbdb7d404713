"""A load that is cut short, at whatever moment, loses nothing and leaves nothing half done."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import pkgutil
import random
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi_engine.intake import layouts
from kpi_engine.intake.layout import Accepted
from kpi_engine.warehouse import files
from kpi_engine.warehouse.folder import current_manifest, load, open_store

Make = Callable[..., Accepted]
QUICK = "forkserver" in multiprocessing.get_all_start_methods()
KILLS = 100 if QUICK else 12
"""Where a process cannot be forked (Windows), starting each takes seconds, so that fewer are killed."""

TARGETS = "kpi,scope,academic_year,operator,target,tolerance,owner,source\n"
AT = dt.date(2025, 1, 6)


@pytest.fixture
def first(academies: Accepted) -> list[Accepted]:
    return [academies]


@pytest.fixture
def second(read: Make) -> Accepted:
    """A file without figures: most of its load is writing, which is where being killed matters."""
    return read("return_targets", "targets.csv", f"{TARGETS}staff-turnover,trust,,around,12,2,Director,Board\n")


def loaded(root: Path) -> list[str]:
    with open_store(root) as store:
        return [source.file for source in store.sources().values()]


BEFORE, AFTER = ["academies.csv"], ["academies.csv", "targets.csv"]


def test_a_load_killed_at_any_moment_loses_nothing(tmp_path: Path, first: list[Accepted], second: Accepted) -> None:
    start = multiprocessing.get_context("forkserver" if QUICK else "spawn")
    if QUICK:
        every = [f"{layouts.__name__}.{module.name}" for module in pkgutil.iter_modules(layouts.__path__)]
        start.set_forkserver_preload(["kpi_engine.warehouse.folder", "pyarrow.parquet", *every])
    template = tmp_path / "template"
    load(first, template, as_at=AT)

    def cut_short(root: Path, after: float | None) -> float:
        """Load in a process of its own, killed after so many seconds; how long it ran."""
        shutil.copytree(template, root)
        process = start.Process(target=load, args=([second], root, None, AT))
        process.start()
        began = time.monotonic()
        if after is not None:
            time.sleep(after)
            process.kill()
        process.join()
        return time.monotonic() - began

    took = max(cut_short(tmp_path / f"whole-{number}", None) for number in range(3))
    expected = current_manifest(tmp_path / "whole-0")
    assert expected is not None
    assert loaded(tmp_path / "whole-0") == AFTER

    def kill(number: int, after: float) -> bool:
        root = tmp_path / f"killed-{number}"
        cut_short(root, after)
        found = loaded(root)
        assert found in (BEFORE, AFTER)
        if number % 10 == 0:
            assert load([second], root, None, AT, wait=0).version == expected.version
            assert loaded(root) == AFTER
            assert not list(root.rglob(f"{files.UNFINISHED}*"))
            assert len(list(root.glob("warehouse-*.duckdb"))) == 2
        shutil.rmtree(root)
        return found == AFTER

    chance = random.Random(20261123)
    moments = [chance.uniform(0, took) for _ in range(KILLS)]
    with ThreadPoolExecutor(2) as pool:
        arrived = list(pool.map(kill, range(KILLS), moments))
    assert not all(arrived)


class CutShort(BaseException):
    """Stands for the power going: nothing in the engine catches it."""


@pytest.mark.parametrize("step", range(1, 9))
def test_a_load_cut_short_before_each_of_its_renames_loses_nothing(
    tmp_path: Path,
    first: list[Accepted],
    second: Accepted,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:
    root = tmp_path / "data"
    load(first, root, as_at=AT)
    rename, renames = files.replace, []

    def until(old: Path, new: Path) -> None:
        if len(renames) + 1 == step:
            raise CutShort
        renames.append(new.name)
        rename(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace", until)
        try:
            load([second], root, as_at=AT)
        except CutShort:
            assert loaded(root) == (AFTER if "current" in renames else BEFORE)
        else:
            assert len(renames) < step
    load([second], root, as_at=AT)
    assert loaded(root) == AFTER
    assert not list(root.rglob(f"{files.UNFINISHED}*"))


def test_a_first_load_cut_short_before_the_switch_is_taken_up(
    root: Path, first: list[Accepted], second: Accepted
) -> None:
    load(first, root, as_at=AT)
    (root / "current").unlink()
    assert loaded(root) == BEFORE
    load([second], root, as_at=AT)
    assert loaded(root) == AFTER
