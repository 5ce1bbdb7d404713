"""Which series an academy or the trust uses, and the trust's sum over its academies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kpi_engine.engine import together, withholding
from kpi_engine.engine.figure import Figure, added_up, of_academy
from kpi_engine.engine.holdings import BySeries, ByUrn, Holdings, applies, counts_for_trust
from kpi_engine.engine.lens import HIDDEN, NOT_YOURS
from kpi_engine.measures import MEASURES
from kpi_engine.model import NO_BREAKDOWN, TRUST, Academy, Measure, Observation, Phase, Spread, Withheld, WithheldKind
from kpi_engine.stats import phi_from_people
from kpi_engine.wording import inside, series_words

REPEATS = {"suspensions": "pupils_suspended"}
"""Counts whose spread widens with repeats, and the measure that counts each pupil once."""


def pick_series(order: Sequence[str], held: BySeries) -> Observation | None:
    """The fact of the first series in ``order`` that has a figure; else of the first that has a code.

    A hidden figure is not replaced by another series' figure: that would be another number under the same name.
    """
    coded: Observation | None = None
    for series in order:
        fact = held.get(series)
        if fact is None:
            continue
        if fact.published_value is not None or fact.numerator is not None:
            return fact
        if fact.code == HIDDEN:
            return fact
        coded = coded or fact
    return coded


def academy_figure(
    holdings: Holdings,
    measure: Measure,
    academy: Academy,
    year: str,
    breakdown: Mapping[str, str] = NO_BREAKDOWN,
    period: str | None = None,
    facts: ByUrn | None = None,
) -> Figure | Withheld:
    """An academy's own figure, or why there is none."""
    if not applies(measure, academy):
        return withholding.why(holdings, measure, academy, year)
    found = facts if facts is not None else holdings.facts(measure.id, year, breakdown, period)
    fact = pick_series(holdings.series_of(measure, year), found.get(academy.urn, {}))
    if fact is None:
        return withholding.why(holdings, measure, academy, year)
    deviation = None
    if measure.spread is Spread.KNOWN_DEVIATION and fact.lower is None and fact.denominator:
        deviation = holdings.deviation(measure, year)
    phi = 1.0
    if measure.id in REPEATS:
        phi = _phi((fact,), holdings.facts(REPEATS[measure.id], year, breakdown, period))
    figure = of_academy(measure, fact, deviation, academy.phase, phi)
    if figure.value is None:
        if figure.code is None and fact.denominator == 0:
            return withholding.nobody(measure, academy.name, year)
        return withholding.why(holdings, measure, academy, year, figure.code, figure.detail)
    return figure


def trust_figure(
    holdings: Holdings,
    measure: Measure,
    academies: Sequence[Academy],
    year: str,
    breakdown: Mapping[str, str] = NO_BREAKDOWN,
    period: str | None = None,
    facts: ByUrn | None = None,
    raw: ByUrn | None = None,
) -> Figure | Withheld:
    """The sum over the academies that count, in the series that most of them have; or why there is none.

    Academies without a figure are left out of both sums and named in ``missing``. ``facts`` are those that the viewer
    sees, ``raw`` all of them.
    """
    found = facts if facts is not None else holdings.facts(measure.id, year, breakdown, period)
    if raw is None:
        raw = holdings.whole.facts(measure.id, year, breakdown, period)
    own = found.get(TRUST)
    if own is not None:
        fact = pick_series(measure.series, own)
        if fact is not None:
            figure = of_academy(measure, fact)
            if figure.value is not None:
                return figure._replace(have=0, of=0)
    counted = [
        a
        for a in academies
        if applies(measure, a) and counts_for_trust(measure, a, holdings.membership(a, year, period or "Year"))
    ]
    series = _most_common(measure, holdings.series_of(measure, year), counted, raw)
    if series is None:
        return _why_no_sum(holdings, measure, counted, found, year)
    allowed = together.summable(holdings, measure, series, counted, year, raw, found, breakdown, period)
    if isinstance(allowed, Withheld):
        return allowed
    found = allowed
    facts_used: list[tuple[Observation, Phase]] = []
    missing: list[str] = []
    unseen: list[str] = []
    apart: dict[str, list[str]] = {}
    for academy in counted:
        held = found.get(academy.urn, {})
        fact = held.get(series)
        if fact is not None and _adds_up(measure, fact):
            facts_used.append((fact, academy.phase))
        elif not (fact is not None and fact.code in ("NOT_DUE", "NOT_APPLICABLE", "Z")):
            missing.append(academy.name)
            if fact is not None and fact.code in (HIDDEN, NOT_YOURS):
                unseen.append(academy.name)
            other = pick_series(measure.series, held)
            if other is not None and other.code is None:
                apart.setdefault(other.series, []).append(academy.name)
    deviation = holdings.deviation(measure, year) if measure.spread is Spread.KNOWN_DEVIATION else None
    phi = 1.0
    if measure.id in REPEATS:
        beside = MEASURES[REPEATS[measure.id]]
        every, some = (h.facts(beside.id, year, breakdown, period) for h in (holdings.whole, holdings))
        # Of some academies no more people are counted than their own figures show.
        people: ByUrn | Withheld = some
        if not unseen:
            people = together.summable(holdings, beside, series, counted, year, every, some, breakdown, period)
        phi = _phi([f for f, _ in facts_used], {} if isinstance(people, Withheld) else people)
    if not facts_used:
        return _why_no_sum(holdings, measure, counted, found, year)
    figure = added_up(measure, facts_used, missing, TRUST, deviation, phi)
    if figure.value is None:
        return withholding.nobody(measure, "the trust", year)
    notes = tuple(
        f"This figure rests on {series_words(series)}. {', '.join(names)} "
        f"{'has' if len(names) == 1 else 'have'} a figure from {series_words(other)}, which is another series."
        for other, names in sorted(apart.items())
    )
    if unseen:
        notes += (f"Left out because {'its' if len(unseen) == 1 else 'their'} figure is hidden: {', '.join(unseen)}.",)
    partly = tuple(
        f"{holdings.academies[fact.urn].name} counts {fact.detail}."
        for fact, _ in facts_used
        if fact.detail and fact.detail.startswith("without ") and fact.urn in holdings.academies
    )
    return figure._replace(notes=notes + partly, apart=(*unseen, *(name for names in apart.values() for name in names)))


def _phi(facts: Sequence[Observation], people: ByUrn) -> float:
    """How much repeats widen a count: events over the people who had any, where those are known."""
    events = persons = 0.0
    for fact in facts:
        beside = people.get(fact.urn, {}).get(fact.series)
        if beside is None or beside.numerator is None or fact.numerator is None:
            return 1.0
        events += fact.numerator
        persons += beside.numerator
    return phi_from_people(events, persons) if 0 < persons <= events else 1.0


def _adds_up(measure: Measure, fact: Observation) -> bool:
    return fact.numerator is not None and (fact.denominator is not None or not measure.denominator)


def _most_common(measure: Measure, order: Sequence[str], academies: Sequence[Academy], found: ByUrn) -> str | None:
    """The series that most academies have a summable figure in; the preferred one where equal."""
    have = Counter(
        series
        for a in academies
        for series, fact in found.get(a.urn, {}).items()
        if series in measure.series and _adds_up(measure, fact)
    )
    if not have:
        return None
    return max(order, key=lambda s: (have.get(s, 0), -order.index(s)))


def _why_no_sum(holdings: Holdings, measure: Measure, counted: Sequence[Academy], found: ByUrn, year: str) -> Withheld:
    facts = [f for a in counted for f in found.get(a.urn, {}).values()]
    if any(f.published_value is not None for f in facts):
        return withholding.no_trust_figure(measure, year)
    codes = Counter((f.code, f.detail) for f in facts if f.code is not None)
    if codes:
        (code, detail), _ = codes.most_common(1)[0]
        return withholding.why(holdings, measure, None, year, code, detail)
    if not counted:
        any_applies = any(applies(measure, a) for a in holdings.academies.values())
        if any_applies:
            return Withheld(
                WithheldKind.NOT_APPLICABLE,
                f"No academy that {inside(measure.title)} is about was in the trust for the whole of {year}.",
            )
        return Withheld(WithheldKind.NOT_APPLICABLE, f"{measure.title}: the trust has no academy it is about.")
    return withholding.why(holdings, measure, None, year)
