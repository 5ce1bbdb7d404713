"""Everything that somebody can ask of the public answers, as one long list of questions with their answers."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import View
from kpi_engine.errors import UsageError
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.model import CENTRAL, DIMENSIONS, TRUST
from tests.disclosure.attacker import Key

TERMS = ("Autumn", "Spring", "Summer")


class Answer(NamedTuple):
    """A question in words, the academies that the trust was narrowed down to (None: all), and what was answered."""

    asked: str
    among: tuple[str, ...] | None
    said: Any


def own_kpis(keys: Iterable[Key]) -> list[Kpi]:
    """The KPIs behind which figures about people of the trust's own returns stand."""
    measures = {key[0] for key in keys}
    return [kpi for kpi in CATALOGUE.values() if measures & set(kpi.measures)]


def headlines(view: View, kpis: Sequence[Kpi]) -> Iterator[Answer]:
    """Trends of the trust and of every academy: each year, undivided. With the scorecard of each year."""
    for kpi in kpis:
        for urn in whose(view):
            for found in view.trend(kpi.id, urn):
                yield _answer(found)
    for year in view.years():
        for cell in view.scorecard(year, kpis=[kpi.id for kpi in kpis]):
            yield Answer(f"scorecard {year} {cell.kpi} {cell.academy}", None, cell)


def divided(view: View, kpis: Sequence[Kpi], years: Sequence[str]) -> Iterator[Answer]:
    """Every breakdown that is offered, of the trust and of every academy."""
    for kpi, year, urn in itertools.product(kpis, years, whose(view)):
        for by in view.drills(kpi.id, urn, year):
            if by != "academy":
                for found in view.breakdown(kpi.id, by, urn, year):
                    yield _answer(found)


def deeper(view: View, kpis: Sequence[Kpi], years: Sequence[str], chance: random.Random, few: int) -> Iterator[Answer]:
    """Two breakdowns deep where offered: a sample of ``few`` places for each KPI; the comparison of the academies
    within them too, and the frequent series with its limits."""
    for kpi in kpis:
        places = list(itertools.product(years, whose(view)))
        chance.shuffle(places)
        for year, urn in places[:few]:
            firsts = [by for by in view.drills(kpi.id, urn, year) if by != "academy"]
            for by in firsts:
                values = view.breakdown(kpi.id, by, urn, year)
                for first in chance.sample(values, min(2, len(values))):
                    for second in view.drills(kpi.id, urn, year, first.breakdown):
                        for found in view.breakdown(kpi.id, second, urn, year, first.breakdown):
                            yield _answer(found)
        for by in ("term", "month", "week"):
            if by in kpi.drill:
                for urn in whose(view):
                    series = view.limits(kpi.id, by, urn)
                    yield Answer(f"limits {kpi.id} {by} {urn}", None, tuple(series))


def narrowed(
    view: View, kpis: Sequence[Kpi], years: Sequence[str], chance: random.Random, few: int
) -> Iterator[Answer]:
    """The trust narrowed down: each academy, each phase, all pairs, all but one. Undivided for every year given; by
    ``few`` values of every breakdown for a sample of the sets. With the year's comparison of the academies."""
    sets = choices(view)
    for kpi, year in itertools.product(kpis, years):
        for among in sets:
            yield _answer(view.result(kpi.id, TRUST, year, among=among), among)
        for by in view.drills(kpi.id, TRUST, year):
            if by == "academy":
                continue
            values = view.breakdown(kpi.id, by, TRUST, year)
            for first in chance.sample(values, min(few, len(values))):
                for among in chance.sample(sets, 8) + phases(view):
                    yield _answer(view.result(kpi.id, TRUST, year, first.breakdown, among), among)
    for kpi in kpis:
        for among in phases(view):
            for found in view.trend(kpi.id, TRUST, among=among):
                yield _answer(found, among)


def unforeseen(view: View, kpis: Sequence[Kpi], years: Sequence[str]) -> Iterator[Answer]:
    """Questions that no page asks: "Total" as a value, a whole year as a term, two groups that no drill offers."""
    parts: list[Mapping[str, str]] = [{name: "Total"} for name in DIMENSIONS]
    parts += [{"sex": "Total", "send": "Total"}, {"term": "Year"}, {"month": "YTD"}, {"term": "Pool"}]
    parts += [{"term": term, **extra} for term in TERMS for extra in ({"send": "Total"}, {"sex": "F"})]
    parts += [
        {"sex": "F", "disadvantage": "Y"},
        {"year_group": "7", "sex": "M"},
        {"looked_after": "Y"},
        {"looked_after": "N"},
    ]
    parts += [{"reason": "Total", "sex": "F"}, {"term": "Autumn", "week": "2025-W40"}]
    for kpi, year, part in itertools.product(kpis, years, parts):
        for urn in (TRUST, view.academies()[0].urn):
            try:
                found = view.result(kpi.id, urn, year, part)
            except UsageError as error:
                yield Answer(f"{kpi.id} {urn} {year} {dict(part)}", None, str(error))
            else:
                yield _answer(found)
    for kpi in kpis:
        if isinstance(kpi.answer, Gap):
            for year in years:
                yield _answer(view.result(kpi.id, TRUST, year, {"measure": "suspensions"}))


def whose(view: View) -> list[str]:
    return [TRUST, *(academy.urn for academy in view.academies()), CENTRAL]


def phases(view: View) -> list[tuple[str, ...]]:
    """Each phase with and without the all-through academies."""
    academies = view.academies()
    names = sorted({str(a.phase) for a in academies})
    exact = [tuple(a.urn for a in academies if str(a.phase) == name) for name in names]
    return list(dict.fromkeys([*exact, *(tuple(a.urn for a in view.academies(name)) for name in names)]))


def choices(view: View) -> list[tuple[str, ...]]:
    urns = [academy.urn for academy in view.academies()]
    found = [*phases(view), *((urn,) for urn in urns), *itertools.combinations(urns, 2)]
    found += [tuple(u for u in urns if u != one) for one in urns]
    found += [tuple(u for u in urns if u not in phase) for phase in phases(view)]
    return [among for among in dict.fromkeys(found) if among]


def _answer(found: Result, among: tuple[str, ...] | None = None) -> Answer:
    part = dict(found.breakdown) or ""
    at = f"{found.kpi} {found.academy} {found.academic_year} {part}"
    return Answer(at if among is None else f"{at} among {', '.join(among)}", among, found)
