"""Many people at once: each changes a filter every two seconds, and what is measured is the server's own answer.

The people are connections that speak the server's language without a browser, so that two cores are left to the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from benchmarks import servers
from benchmarks.measuring import Line
from kpi_engine.sample import sample_folder
from tests.gate.wire import Tried, Wire

PEOPLE = 20
EVERY = 2.0
FRESH = 20.0
SECONDS = 60.0
MINUTES = 30.0
GOAL_95 = 300.0
_PAGES = ("governance", "equality", "teaching", "outcomes", "people", "culture", "employment", "")
_ACADEMIES = ("900001", "900003", "900004", "900005", "900006", "trust")
_YEARS = ("2023/24", "2024/25", "latest")


def crowd() -> Iterator[Line]:
    """Twenty people on a server that has just been started, and the same for a minute after that."""
    with servers.app(sample_folder()) as served:
        yield Line(f"{PEOPLE} people at once on a fresh server", "ms", tuple(_used(served, FRESH)))
        yield Line(f"{PEOPLE} people, the server's answer", "ms", tuple(_used(served, SECONDS)), GOAL_95, at_95=True)


def memory() -> Iterator[Line]:
    """Twenty people for half an hour: the server's memory after five minutes and at the end."""
    with servers.app(sample_folder()) as served:
        _used(served, 60.0)
        found = [served.memory]
        for _ in range(int(MINUTES) // 5):
            _used(served, 300.0)
            found.append(served.memory)
        settled = found[1]
        yield Line("memory, every five minutes of use", "MB", tuple(found))
        yield Line("memory at the end against five minutes in", "MB", (found[-1],), 1.1, against=settled)


def _used(served: servers.Served, seconds: float) -> list[float]:
    """Milliseconds of every answer. The first of each person, which opens the session, is not counted."""
    found: list[list[float]] = [[] for _ in range(PEOPLE)]
    until = time.monotonic() + seconds
    people = [
        threading.Thread(target=_person, args=(served, number, until, found[number]), daemon=True)
        for number in range(PEOPLE)
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    if not all(found):
        raise RuntimeError("somebody was not answered")
    return [one for each in found for one in each]


def _person(served: servers.Served, number: int, until: float, found: list[float]) -> None:
    time.sleep(number * EVERY / PEOPLE)
    with Wire(served.address, Tried(), served.cookie) as wire:
        wire.run(_PAGES[number % len(_PAGES)])
        step = number
        while time.monotonic() < until:
            begun = time.perf_counter()
            answer = wire.run(_PAGES[number % len(_PAGES)], _query(step, _ACADEMIES, _YEARS))
            took = time.perf_counter() - begun
            if not answer.ended or answer.exceptions:
                raise RuntimeError(f"a page was not answered: {_PAGES[number % len(_PAGES)]!r}")
            found.append(took * 1000)
            step += 1
            time.sleep(max(0.0, EVERY - took))


def _query(step: int, academies: Sequence[str], years: Sequence[str]) -> str:
    return f"academy={academies[step % len(academies)]}&year={years[step // len(academies) % len(years)]}"
