"""Frequent series (weeks, months, terms): do they move by more than chance? Annual results get intervals instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kpi_engine import stats
from kpi_engine.engine import benchmarks, judging
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.kpi import Kpi
from kpi_engine.wording import series_words

LEAST = 12
"""Fewer points than this give no limits."""


class Frequent(NamedTuple):
    """A frequent series in time order, with the limits within which it moves by chance alone.

    ``values`` are in the KPI's unit; with ``against_england`` they are differences from England's figure of the same
    period, since season and trend would otherwise ring false alarms. ``why`` says why there are no limits, or why
    England is left out.
    """

    years: tuple[str, ...]
    periods: tuple[str, ...]
    values: tuple[float, ...]
    against_england: bool
    limits: stats.XmrLimits | None
    why: str = ""


def limits(holdings: Holdings, kpi: Kpi, scope: Scope, asked: Iterable[tuple[str, Slice]]) -> Frequent:
    """Limits of an individuals chart over the newest unbroken run of one series.

    ``asked`` are the periods in time order, each with its academic year. A change of series or a break of the measure
    begins the series anew.
    """
    run: list[tuple[Figure, float | None]] = []
    for year, part in asked:
        found = judging.figure(holdings, kpi, scope, year, part)
        if not isinstance(found, Figure) or found.value is None:
            continue
        measure = judging.measure_of(kpi, found)
        last = run[-1][0] if run else None
        broken = last is not None and (
            last.series != found.series or (last.year != year and bool(judging.break_at(measure, year)))
        )
        if broken:
            run.clear()
        run.append((found, benchmarks.england(holdings, measure, found, part.dimensions).value))
    compared = bool(run) and all(england is not None for _, england in run)
    values = tuple(
        (found.value or 0.0) - (england if compared and england is not None else 0.0) for found, england in run
    )
    made = stats.xmr_limits(values, LEAST)
    known = sum(england is not None for _, england in run)
    why = ""
    if run and not compared and known:
        why = (
            f"England's figure is at hand for {known} of {len(run)} points, so the values are shown as they are; "
            "season alone can put points outside."
        )
    if made is None:
        rests = f" from {series_words(run[-1][0].series)}" if run else ""
        why = f"{len(run)} points{rests}; limits are drawn from {LEAST} points on."
    return Frequent(
        tuple(found.year for found, _ in run),
        tuple(found.period for found, _ in run),
        values,
        compared,
        made,
        why,
    )
