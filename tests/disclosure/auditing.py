"""Each number of an answer held against the raw figures behind it: may the viewer have it, of what is it the sum?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpi_engine import years
from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine.evidence import Evidence
from kpi_engine.kpi import Gap, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TRUST, WithheldKind
from kpi_engine.wording import inside
from tests.disclosure.attacker import POOLED, Dims, Key
from tests.disclosure.first_rule import small
from tests.disclosure.view_worlds import BOARD, WHOLE, Leave, Raw

RowFacts = Callable[[str, str, str, str], Mapping[int, Sequence[Key]]]
"""The figures that each row of a file gave, of a measure, series, academic year and academy."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NUMBERS = ("value", "numerator", "denominator", "people", "lower", "upper", "sides", "distance")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number out of an answer: how many were counted, of which measure, when, where and of whom."""

    measure: str
    series: str
    year: str
    urn: str
    period: str
    dims: Dims
    n: float


def figures(result: Result) -> Iterator[Figure]:
    """The figures of an answer: its own, or those of the two sides of a gap; where only a value and a denominator
    are given, what they make together."""
    kpi = CATALOGUE[result.kpi]
    own = {name: value for name, value in result.breakdown.items() if name in DIMENSIONS}
    at = (result.series, result.academic_year, result.academy, result.period)
    if isinstance(kpi.answer, Single):
        id = kpi.measure_by(own)
        n = _counted(id, result.value, result.numerator, result.denominator)
        if n is not None:
            yield Figure(id, *at, _ordered({**kpi.answer.within, **own}), n)
    if isinstance(kpi.answer, Gap):
        asked = (own.get(kpi.answer.dimension, kpi.answer.group), kpi.answer.comparator)
        for side, value in zip(result.sides or (), asked, strict=False):
            n = _counted(result.outcome, side.value, side.numerator, side.denominator)
            if n is not None:
                yield Figure(result.outcome, *at, _ordered({**own, kpi.answer.dimension: value}), n)


def _counted(id: str, value: float | None, n: float | None, d: float | None) -> float | None:
    if n is not None or value is None or d is None:
        return n
    return value / MEASURES[id].factor * d


def _ordered(dims: Mapping[str, str]) -> Dims:
    return tuple((name, dims[name]) for name in DIMENSIONS if name in dims)


@dataclass(slots=True)
class Audit:
    """What a viewer was given, and each way in which it was too much."""

    leave: Leave
    answers: int = 0
    figures: int = 0
    withheld: int = 0
    summed: int = 0
    given: set[Key] = field(default_factory=set)
    """Figures and sums of the version's own tables that some answer gave."""
    sums: dict[tuple[Key, ...], float] = field(default_factory=dict)
    """Other sums that some answer gave, by what they are the sums of."""
    holes: list[str] = field(default_factory=list)

    def take(self, result: Result, among: Sequence[str] | None = None) -> None:
        """Look at one answer."""
        self.answers += 1
        if result.withheld is not None:
            self.withheld += result.withheld.kind is WithheldKind.HIDDEN
            for name in NUMBERS:
                if getattr(result, name) is not None:
                    self._hole(result, f"is withheld and still gives {name}")
            self._words(result)
            return
        for figure in figures(result):
            if not self._known(figure):
                continue
            self.figures += 1
            if CATALOGUE[result.kpi].pool_years > 1:
                self._pool(result, figure, among)
            elif figure.urn == TRUST:
                self._sum(result, figure, among)
            else:
                self._single(result, figure)

    def _known(self, figure: Figure) -> bool:
        """Whether it is a figure of the trust's own returns."""
        return (figure.measure, figure.series, figure.year) in self.leave.truth.by_year

    def _hole(self, result: Result, what: str) -> None:
        at = f"{result.kpi} {result.academy} {result.academic_year} {result.period} {dict(result.breakdown)}"
        self.holes.append(f"{at}: {what}")

    def _single(self, result: Result, figure: Figure) -> None:
        key = (figure.measure, figure.series, figure.year, figure.urn, figure.period, figure.dims)
        raw = self.leave.truth.facts.get(key)
        if raw is None:
            # A reason that a return does not name: nobody, and so no number of anything.
            if figure.n != 0:
                self._hole(result, f"{figure.n:g} stands for no raw figure")
            return
        if abs(raw.n - figure.n) > 1e-6:
            self._hole(result, f"says {figure.n:g} where {raw.n:g} was loaded")
        if not self.leave.single(figure.urn, raw):
            self._hole(result, f"shows {figure.n:g}, whose guard is {raw.guard}")
        if self.small(key, raw):
            self._hole(result, f"shows {figure.n:g} of {raw.d}, a small number")
        self.given.add(key)

    def small(self, key: Key, raw: Raw) -> bool:
        """The first rule, for this viewer: the stricter one for staff where it is about them."""
        size = raw.d if raw.people is None else raw.people
        d, people = (math.nan if x is None else x for x in (raw.d, raw.people))
        if small(key[0], raw.n, d, people):
            return True
        staff = MEASURES[key[0]].people == "staff" or (key[0] == "lesson_quality" and bool(key[5]))
        return staff and self.leave.level == BOARD and size is not None and 0 < size < 10

    def _sum(self, result: Result, figure: Figure, among: Sequence[str] | None) -> None:
        """A sum may hold what is hidden only where the version's decision lets the whole sum be shown."""
        at = (figure.measure, figure.series, figure.year, figure.period, figure.dims)
        every = self.leave.truth.counted(*at)
        names = {academy.name: academy.urn for academy in self.leave.truth.academies}
        out = {names[name] for name in result.coverage.missing if name in names}
        parts = {urn: raw for urn, raw in every.items() if urn not in out and (among is None or urn in among)}
        if abs(sum(raw.n for raw in parts.values()) - figure.n) > 1e-6:
            self._hole(result, f"{figure.n:g} is not the sum of what it says it is of")
            return
        self.summed += 1
        if len(parts) == len(every) and self.leave.whole(*at):
            self.given.add((*at[:3], TRUST, "Year" if figure.period in WHOLE else figure.period, figure.dims))
            return
        left = dict(parts)
        rows: list[Key] = []
        for phase in {self.leave.truth.phase(urn) for urn in every}:
            own = {urn for urn in every if self.leave.truth.phase(urn) == phase}
            if own <= set(parts) and self.leave.of_phase(phase, *at):
                rows.append((*at[:3], f"phase:{phase}", "Year", figure.dims))
                left = {urn: raw for urn, raw in left.items() if urn not in own}
        rows += [(*at[:3], urn, raw.period, figure.dims) for urn, raw in left.items()]
        self.sums[tuple(sorted(rows))] = figure.n
        hidden = [urn for urn, raw in left.items() if not self.leave.single(urn, raw)]
        if hidden:
            self._hole(result, f"{figure.n:g} holds the hidden figures of {', '.join(hidden)} and is no whole")

    def _pool(self, result: Result, figure: Figure, among: Sequence[str] | None) -> None:
        """Years taken together: each of them shown, or the whole pool by its own leave."""
        begin = POOLED[2] + (years.start_of(figure.year) - POOLED[2]) // POOLED[3] * POOLED[3]
        window = [years.label(begin + i) for i in range(POOLED[3])]
        whole = figure.urn == TRUST and among is None
        parts: dict[Key, Raw] = {}
        for year in window:
            for key in self.leave.truth.by_year.get((figure.measure, figure.series, year), ()):
                if key[4] not in WHOLE or key[5] != figure.dims:
                    continue
                raw = self.leave.truth.facts[key]
                counts = key[3] in self.leave.truth.counted(figure.measure, figure.series, year, "Year", figure.dims)
                if key[3] == figure.urn or (figure.urn == TRUST and counts and (among is None or key[3] in among)):
                    parts[key] = raw
        seen = {key: raw for key, raw in parts.items() if self.leave.single(key[3], raw)}
        decided = (figure.measure, figure.dims) == (POOLED[0], POOLED[1])
        key = (figure.measure, figure.series, window[0], figure.urn, "Pool", figure.dims)
        if abs(sum(raw.n for raw in seen.values()) - figure.n) < 1e-6:
            self.sums[tuple(sorted(seen))] = figure.n
        elif not (decided and (whole or figure.urn != TRUST) and self.leave.pool(figure.urn, key)):
            self._hole(result, f"{figure.n:g} are years taken together that hold hidden ones")
        elif abs(sum(raw.n for raw in parts.values()) - figure.n) > 1e-6:
            self._hole(result, f"{figure.n:g} is not the sum of its years")
        else:
            self.given.add(key)

    def beside(self, result: Result, among: Sequence[str] | None) -> None:
        """The measures that stand beside a figure, each held against the raw figures like the figure itself."""
        kpi = CATALOGUE[result.kpi]
        if not isinstance(kpi.answer, Single) or result.withheld is not None:
            return
        dims = _ordered({name: value for name, value in result.breakdown.items() if name in DIMENSIONS})
        at = (result.series, result.academic_year, result.academy, result.period)
        for other in result.beside:
            n = _counted(other.measure, other.value, other.numerator, other.denominator)
            if n is None or not self._known(figure := Figure(other.measure, *at, dims, n)):
                continue
            self.figures += 1
            if figure.urn != TRUST:
                self._single(result, figure)
                continue
            # Which academies it is of is not said; so of all by the sum's own leave, or of those that are shown.
            asked = (figure.measure, figure.series, figure.year, figure.period, figure.dims)
            every = self.leave.truth.counted(*asked)
            shown = sum(
                raw.n for urn, raw in every.items() if self.leave.single(urn, raw) and (among is None or urn in among)
            )
            whole = sum(raw.n for urn, raw in every.items())
            if not (abs(shown - n) < 1e-6 or (abs(whole - n) < 1e-6 and self.leave.whole(*asked))):
                self._hole(result, f"has {n:g} beside it, which is no sum that is shown")

    def evidence(self, found: Evidence, row_facts: RowFacts) -> None:
        """Each number that evidence lists is of a fact that is shown, and so is a fact of each row that it names."""
        for trace in found.traces:
            key = (trace.measure, trace.series, trace.academic_year, trace.academy, trace.period)
            told: list[tuple[Mapping[str, str], str, float | None]] = [
                (trace.breakdown, trace.period, trace.numerator),
                *((line.breakdown, line.period, line.numerator) for line in trace.lines),
            ]
            id = next((id for id, measure in MEASURES.items() if measure.title == trace.measure), "")
            at = f"{found.kpi} {found.academy} {found.academic_year}: evidence of {key}"
            if trace.hidden and (trace.lines or any(place.rows for place in trace.places) or told[0][2] is not None):
                self.holes.append(f"{at} is hidden and tells of rows or numbers")
            for breakdown, period, n in told:
                raw = self.leave.truth.facts.get(
                    (id, trace.series, trace.academic_year, trace.academy, period, _ordered(breakdown))
                )
                if n is None or raw is None:
                    continue
                self.figures += 1
                if abs(raw.n - n) > 1e-6 or not self.leave.single(trace.academy, raw):
                    self.holes.append(f"{at} lists {n:g} {period} {dict(breakdown)}, whose guard is {raw.guard}")
            of_rows = row_facts(id, trace.series, trace.academic_year, trace.academy)
            for row in (row for place in trace.places for row in place.rows):
                raws = [self.leave.truth.facts.get(each) for each in of_rows.get(row, ())]
                known = [raw for raw in raws if raw is not None]
                if known and not any(self.leave.single(trace.academy, raw) for raw in known):
                    self.holes.append(f"{at} names row {row}, which gives hidden figures alone")

    def words(self, at: str, said: str, names: Sequence[str]) -> None:
        """Words of something hidden hold no number but those of names and years."""
        rest = said.replace("Fewer than 3 academies", " ")
        for name in sorted(filter(None, names), key=len, reverse=True):
            rest = rest.replace(name, " ")
        if found := NUMBER.findall(rest):
            self.holes.append(f"{at}: is hidden, and its words hold {', '.join(found)}: {' '.join(rest.split())}")

    def _words(self, result: Result) -> None:
        """The words of a hidden answer hold no number but those of names and years."""
        if result.withheld is None or result.withheld.kind is not WithheldKind.HIDDEN:
            return
        kpi = CATALOGUE[result.kpi]
        judged = (result.target, result.versus_benchmark, result.direction, result.certainty)
        rest = " ".join([result.withheld.reason, result.sentence, *(each.reason for each in judged), *result.notes])
        rest += f" {result.detail or ''} {result.interval_method}"
        titles = [kpi.title, kpi.said, *(MEASURES[id].title for id in kpi.measures)]
        names = [*titles, *(inside(title) for title in titles if title), result.academic_year, result.academy_name]
        at = f"{result.kpi} {result.academy} {result.academic_year} {result.period} {dict(result.breakdown)}"
        self.words(at, rest, (*names, *result.breakdown.values()))
