"""Everything that the view is asked besides its figures: where they come from, why one is lacking, how academies stand.

Each function gives one kind of questions with its answers, in the same order for views that answer alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import View
from kpi_engine.engine.attention import attention
from kpi_engine.engine.changes import changes, printed, secret
from kpi_engine.engine.compared import ENGLAND
from kpi_engine.engine.comparing import by_value
from kpi_engine.engine.in_people import in_people
from kpi_engine.kpi import Kpi
from kpi_engine.model import NO_BREAKDOWN, TRUST
from tests.disclosure.view_asking import Answer, phases, whose

Part = tuple[str, str, Any]
"""A KPI, whose figure and its breakdown."""


def explained(view: View, kpis: Sequence[Kpi], years: Sequence[str], chance: random.Random) -> Iterator[Answer]:
    """Evidence, absence, several years together, what is offered, how it is judged, in people: undivided everywhere,
    and within a sample of breakdowns."""
    for kpi in kpis:
        for year in years:
            for urn in whose(view):
                yield from _of(view, kpi, urn, year, NO_BREAKDOWN)
            for urn in chance.sample(whose(view), 3):
                for by in (by for by in view.drills(kpi.id, urn, year) if by != "academy"):
                    values = view.breakdown(kpi.id, by, urn, year)
                    for each in chance.sample(values, min(2, len(values))):
                        yield from _of(view, kpi, urn, year, each.breakdown)
            for among in phases(view):
                yield from _of(view, kpi, TRUST, year, NO_BREAKDOWN, among)


def _of(view: View, kpi: Kpi, urn: str, year: str, part: Any, among: tuple[str, ...] | None = None) -> Iterator[Answer]:
    at = f"{kpi.id} {urn} {year} {dict(part)} {among or ''}"
    result = view.result(kpi.id, urn, year, part, among)
    yield Answer(f"result {at}", among, result)
    yield Answer(f"people {at}", among, in_people(kpi, result))
    yield Answer(f"evidence {at}", among, view.evidence(kpi.id, urn, year, part, among))
    yield Answer(f"absence {at}", among, view.absence(kpi.id, urn, year, part, among))
    yield Answer(f"together {at}", among, view.together(kpi.id, urn, year, part, among))
    yield Answer(f"offers {at}", among, view.offers(kpi.id, urn, year, part, among))
    if not part and among is None:
        yield Answer(f"judged by {at}", among, view.judged_by(kpi.id, urn, year))
        yield Answer(f"owner {at}", among, view.owner(kpi.id, urn, year))
    if not part:
        yield Answer(f"tested {at}", among, view.tested(kpi.id, urn, year, among))


def along(view: View, kpis: Sequence[Kpi]) -> Iterator[Answer]:
    """The events of every trend."""
    for kpi in kpis:
        for urn in whose(view):
            yield Answer(f"events {kpi.id} {urn}", None, view.events(kpi.id, urn, view.trend(kpi.id, urn)))


def beside_one_another(
    view: View, kpis: Sequence[Kpi], years: Sequence[str], chance: random.Random
) -> Iterator[Answer]:
    """Comparisons with the trust, England and each other, their order by value, and funnels: undivided, by a sample of
    breakdowns, by phase, and of a few academies."""
    urns = [academy.urn for academy in view.academies()]
    for kpi in kpis:
        for year in years:
            some = tuple(chance.sample(urns, 4))
            for against in (TRUST, ENGLAND, *some[:2]):
                yield from _compared(view, kpi, year, {}, against)
            for among in (*phases(view), some):
                yield from _compared(view, kpi, year, {}, TRUST, among)
            yield from _compared(view, kpi, year, {}, TRUST, chosen=some)
            for by in (by for by in view.drills(kpi.id, TRUST, year) if by != "academy"):
                values = view.breakdown(kpi.id, by, TRUST, year)
                for each in chance.sample(values, min(1, len(values))):
                    for against in (TRUST, chance.choice(urns)):
                        yield from _compared(view, kpi, year, each.breakdown, against)


def _compared(
    view: View,
    kpi: Kpi,
    year: str,
    part: Any,
    against: str,
    among: tuple[str, ...] | None = None,
    chosen: tuple[str, ...] | None = None,
) -> Iterator[Answer]:
    at = f"{kpi.id} {year} {dict(part)} {among or ''} {chosen or ''}"
    found = view.compared(kpi.id, year, part, among, chosen, against)
    yield Answer(f"compared {at} against {against}", among, found)
    order = [(stand.result.academy, stand.verdict) for stand in by_value(found.stands)]
    yield Answer(f"order {at} against {against}", among, order)
    if against == TRUST:
        yield Answer(f"funnel {at}", among, view.funnel(kpi.id, year, part, among, chosen))


def alike(view: View, years: Sequence[str]) -> Iterator[Answer]:
    """The academies that are most like each."""
    for year in years:
        for academy in view.academies():
            yield Answer(f"similar {academy.urn} {year}", None, view.similar(academy.urn, year))


def looked_at(view: View, years: Sequence[str]) -> Iterator[Answer]:
    """What needs discussion, for the trust, each academy and each phase, by chance or not."""
    for year in years:
        for among in (None, *phases(view)):
            cells = view.scorecard(year, among)
            places = [TRUST] if among is not None else [TRUST, *(academy.urn for academy in view.academies())]
            for urn in places:
                for significant in (False, True):
                    found = attention(view, cells, urn, among, significant)
                    for item in found.items:
                        yield Answer(f"attention {year} {urn} {among} {significant} {item.kpi.id}", among, item)
                    yield Answer(f"attention {year} {urn} {among} {significant}", among, found.significance)


def since(now: View, then: View, years: Sequence[str]) -> Iterator[Answer]:
    """What has changed since another version, and the cells it is told by."""
    for year in years:
        for change in changes(now, then, year=year):
            yield Answer(f"change {year} {change.kpi.id} {change.academy}", None, change)
        for cell in now.scorecard(year):
            yield Answer(f"printed {year} {cell.kpi} {cell.academy}", None, (printed(cell), secret(cell)))


def results_in(said: Any) -> Iterator[Result]:
    """The results within an answer, at whatever depth."""
    if isinstance(said, Result):
        yield said
    elif isinstance(said, (list, tuple)):
        for each in said:
            yield from results_in(each)
    elif hasattr(said, "__dataclass_fields__") and not isinstance(said, (Kpi, type)):
        for name in said.__dataclass_fields__:
            yield from results_in(getattr(said, name))


def every_kpi() -> list[Kpi]:
    return list(CATALOGUE.values())
