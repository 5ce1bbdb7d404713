"""What it costs to ask as somebody: answers and the scorecard through a viewer's sight, against those without one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.asking import SEED, large_file, sample_file
from benchmarks.measuring import Line
from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.model import TRUST
from kpi_engine.warehouse.store import Store

ANSWER_EXTRA_MS = 1.0
SCORECARD_EXTRA_MS = 10.0
_REPEATS = 9


def viewer() -> Iterator[Line]:
    """Extra time of an answer and of the scorecard, as a governor and as a headteacher."""
    with Store(sample_file()) as store:
        urns = [academy.urn for academy in store.roster()]
        engine = Engine(store)
        engine.warm()
        for who in (Viewer("governor", Role.GOVERNOR), Viewer("head", Role.HEADTEACHER, frozenset(urns[:1]))):
            yield from _answers(engine, who, urns)
            yield from _scorecard(engine, who, "sample trust", SCORECARD_EXTRA_MS)
    with large_file() as (path, count), Store(path) as store:
        engine = Engine(store)
        engine.warm()
        governor = Viewer("governor", Role.GOVERNOR)
        yield from _scorecard(engine, governor, f"100 academies x 10 years, {count:,} facts", None)


def _answers(engine: Engine, who: Viewer, urns: list[str]) -> Iterator[Line]:
    chance = random.Random(SEED)
    asked = [(kpi, academy) for kpi in CATALOGUE for academy in (*chance.sample(urns, 3), TRUST)]
    whole, first, again = [], [], []
    for kpi, academy in asked:
        plain, seen = _whole(engine), engine.as_seen_by(who)
        plain.result(kpi, academy)  # what both read from the version is read before either is timed
        first.append(_ms(partial(seen.result, kpi, academy)))
        whole.append(_ms(partial(plain.result, kpi, academy)))
        again.append(_ms(partial(seen.result, kpi, academy)))
    extra_first = tuple(s - w for s, w in zip(first, whole, strict=True))
    extra = tuple(s - w for s, w in zip(again, whole, strict=True))
    yield Line(
        f"asking as a {who.role} beyond asking without, first time", "ms", extra_first, ANSWER_EXTRA_MS, at_95=True
    )
    yield Line(f"asking as a {who.role} beyond asking without, again", "ms", extra, ANSWER_EXTRA_MS, at_95=True)


def _scorecard(engine: Engine, who: Viewer, where: str, goal: float | None) -> Iterator[Line]:
    extra = []
    for _ in range(_REPEATS):
        engine._seen.clear()  # each time as if nobody with this sight had asked before
        plain, seen = _whole(engine), engine.as_seen_by(who)
        without = _ms(plain.scorecard)
        extra.append(_ms(seen.scorecard) - without)
    yield Line(f"scorecard as a {who.role} beyond one without ({where})", "ms", tuple(extra), goal)


def _whole(engine: Engine) -> View:
    return View(engine._holdings.whole, engine._book, EVERYTHING)


def _ms(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000
