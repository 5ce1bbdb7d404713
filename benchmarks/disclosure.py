"""What hiding small numbers costs: time while a version is built, and how many figures are not shown."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pandas as pd

from benchmarks.asking import sample_file
from benchmarks.measuring import Line
from kpi_engine.disclosure.decide import decide
from kpi_engine.disclosure.rule import CLOSED, OFFICE, kind_of
from kpi_engine.facts import FACT_COLUMNS
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TOTAL
from kpi_engine.warehouse.store import Store

_RUNS = 3
_NUMBERS = ("numerator", "denominator", "people")
_TERMS = ("Year", "YTD")


def disclosure() -> Iterator[Line]:
    """Deciding for the sample trust, and the price in per cent of the figures and sums about people."""
    own_layouts = {layout.id for layout in all_layouts() if layout.own_return}
    with Store(sample_file()) as store:
        facts = store.export("facts")[list(FACT_COLUMNS)]
        sources, academies, as_at = store.records("sources"), store.roster(), store.meta.as_at
    for name in _NUMBERS:
        facts[name] = pd.to_numeric(facts[name]).astype(float)
    own = set(sources.loc[sources["layout"].isin(own_layouts), "source_id"])
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        found = decide(facts, own, MEASURES, academies, as_at)
        times.append((time.perf_counter() - start) * 1000)
    yield Line(f"deciding what may be shown ({len(facts):,} facts)", "ms", tuple(times))
    price = found.price
    for who, first, hidden in (
        ("the office", price.office_first, price.office),
        ("the board", price.board_first, price.board),
    ):
        yield Line(
            f"hidden from {who} by the first rule ({price.cells:,} figures and sums)", "%", (100 * first / price.cells,)
        )
        yield Line(f"hidden from {who} beyond it", "%", (100 * (hidden - first) / price.cells,))
    mine = facts.assign(guard=found.guard)
    mine = mine[(mine["guard"] > 0) & mine["numerator"].notna() & mine["measure"].isin(_about_people())]
    whole = mine[mine["period"].isin(_TERMS)]
    groups = (whole[list(DIMENSIONS)] != TOTAL).sum(axis=1)
    for words, rows in (("undivided", whole[groups == 0]), ("by one group", whole[groups == 1])):
        for who, level in (("the office", CLOSED), ("the board", OFFICE)):
            share = 100 * float((rows["guard"] >= level).mean())
            yield Line(f"hidden from {who} of {len(rows):,} academies' figures of a year, {words}", "%", (share,))


def _about_people() -> list[str]:
    return [id for id, measure in MEASURES.items() if kind_of(measure) is not None]
