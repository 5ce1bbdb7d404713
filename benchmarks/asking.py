"""How quickly questions are answered: the query behind an answer, a whole answer, and the scorecard."""

from __future__ import annotations

import gc
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks import large_trust
from benchmarks.measuring import Line, timed
from kpi_engine.access import EVERYTHING
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.model import TRUST
from kpi_engine.sample import sample_folder
from kpi_engine.warehouse.folder import current_manifest
from kpi_engine.warehouse.store import Store

SEED = 2026
QUERY_RATIO = 2.0
ANSWER_MS = 8.0
SCORECARD_MS = 30.0
LARGE_SCORECARD_MS = 120.0
OPENED_MS = 400.0

_BY_HAND = """
    SELECT measure, series, stage, academic_year, urn, period, CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE),
        CAST(people AS DOUBLE), CAST(sum_nn AS DOUBLE), CAST(sum_nd AS DOUBLE), CAST(sum_dd AS DOUBLE),
        published_value, lower, upper, code, detail, source_id
    FROM facts WHERE measure = ? AND dims = '' AND period IN ('Year', 'YTD')
    ORDER BY academic_year, urn, series, period"""


def sample_file() -> Path:
    """The version file of the sample trust, loaded first where that has not been done."""
    folder = sample_folder()
    manifest = current_manifest(folder)
    assert manifest is not None, "the sample trust has just been loaded"
    return folder / manifest.warehouse


@contextmanager
def large_file() -> Iterator[tuple[Path, int]]:
    """The version file of the invented large trust, and how many facts it has."""
    with TemporaryDirectory(prefix="kpi-benchmark-") as folder:
        path = Path(folder) / "large.duckdb"
        yield path, large_trust.make(sample_file(), path)


def query() -> Iterator[Line]:
    """All academies and years of one measure: the store's answer against the same facts asked for by hand."""
    yield from _query(sample_file(), "sample trust")
    with large_file() as (path, count):
        yield from _query(path, f"100 academies x 10 years, {count:,} facts")


def _query(path: Path, where: str) -> Iterator[Line]:
    measures = sorted({measure for kpi in CATALOGUE.values() for measure in kpi.measures})
    with Store(path) as store:
        held = store.measures()
        asked = [measure for measure in measures if measure in held]
        # A copy, since one process cannot open a file twice in two ways.
        with TemporaryDirectory(prefix="kpi-benchmark-") as folder, _by_hand(path, Path(folder)) as connection:

            def by_hand(measure: str) -> int:
                with connection.cursor() as cursor:
                    return len(cursor.execute(_BY_HAND, [measure]).fetchall())

            def stored(measure: str) -> int:
                return len(store.facts((measure,), periods=("Year", "YTD")))

            ours, theirs = [], []
            for measure in asked:
                assert stored(measure) == by_hand(measure), f"the two ask for other facts of {measure}"
                # In turn, so that a machine that grows busier slows both.
                for _ in range(5):
                    theirs.append(_ms(partial(by_hand, measure)))
                    ours.append(_ms(partial(stored, measure)))
    by_hand_line = Line(f"query by hand ({where})", "ms", tuple(theirs))
    yield by_hand_line
    yield Line(f"query through the store ({where})", "ms", tuple(ours), QUERY_RATIO, by_hand_line.median)


def _by_hand(path: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    copy = folder / "by-hand.duckdb"
    shutil.copyfile(path, copy)
    return duckdb.connect(str(copy), read_only=True)


def _ms(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def _answered(view: View, kpi: str, academy: str) -> dict[str, object]:
    return view.result(kpi, academy).as_dict()


def answer() -> Iterator[Line]:
    """Whole answers (interval, four judgements, sentence, source): every KPI, for some academies and the trust."""
    path = sample_file()
    with Store(path) as store:
        urns = [academy.urn for academy in store.roster()]
    chance = random.Random(SEED)
    asked = [(kpi, academy) for kpi in CATALOGUE for academy in (*chance.sample(urns, 3), TRUST)]
    first, again = [], []
    engine = Engine(Store(path))
    view = engine.as_seen_by(EVERYTHING)
    view.scorecard()
    for kpi, academy in asked:
        first.append(_ms(partial(_answered, view, kpi, academy)))
        again.append(_ms(partial(_answered, view, kpi, academy)))
    engine.close()
    yield Line("answer, its facts read before", "ms", tuple(again), ANSWER_MS, at_95=True)
    yield Line("answer, asked for the first time", "ms", tuple(first), ANSWER_MS, at_95=True)
    cold = []
    for kpi in CATALOGUE:
        engine = Engine(Store(path))
        view = engine.as_seen_by(EVERYTHING)
        cold.append(_ms(partial(_answered, view, kpi, TRUST)))
        engine.close()
    yield Line("answer, the first of a new engine (reads its facts)", "ms", tuple(cold))


def scorecard() -> Iterator[Line]:
    """The scorecard of all KPIs, for the sample's academies of today and for a hundred."""
    yield from _scorecard(sample_file(), "sample trust", SCORECARD_MS, OPENED_MS)
    with large_file() as (path, count):
        yield from _scorecard(path, f"100 academies x 10 years, {count:,} facts", LARGE_SCORECARD_MS, None)


def _scorecard(path: Path, where: str, goal: float, opened_goal: float | None) -> Iterator[Line]:
    engine = Engine(Store(path))
    engine.warm()
    gc.collect()
    gc.freeze()  # as the app does once a version is open
    view = engine.as_seen_by(EVERYTHING)
    count = len(view.current_academies())
    yield timed(f"scorecard, {len(CATALOGUE)} KPIs x {count} academies ({where})", view.scorecard, 9, goal=goal)
    engine.close()
    gc.unfreeze()

    def opened() -> None:
        fresh = Engine(Store(path))
        fresh.as_seen_by(EVERYTHING).scorecard()
        fresh.close()

    yield timed(f"opening the version and its first scorecard ({where})", opened, 5, goal=opened_goal)
