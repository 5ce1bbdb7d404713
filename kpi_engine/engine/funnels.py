"""A funnel: each academy's rate over its size, with the limits within which chance alone would put it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from kpi_engine import stats
from kpi_engine.answers import Result
from kpi_engine.engine import judging
from kpi_engine.engine.comparing import Held
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.sums import REPEATS
from kpi_engine.kpi import Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Measure, Spread
from kpi_engine.wording import shown

BETWEEN = 10
"""Academies from which on the spread between them widens the limits: of fewer, one that is unlike the others would
widen them by itself, and hide. Where events repeat and nobody knows how often, it is all there is to go by."""
LEAST = 3
"""Academies with a figure that a funnel needs."""
_STEPS = 64


class Limits(NamedTuple):
    """The limits for one size, in the unit of the value."""

    size: float
    lower95: float
    upper95: float
    lower998: float
    upper998: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One academy: its size, and how far out it lies: 0 within 95 %, 1 beyond 95 %, 2 beyond 99.8 %; negative below."""

    result: Result
    size: float
    beyond: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """``centre`` is the figure that limits are drawn around, called ``label``; ``sizes`` what size counts. ``phi`` is
    how many times wider the variance is than that of separate events or people."""

    kpi: str
    academic_year: str
    centre: float
    label: str
    sizes: str
    phi: float
    dots: tuple[Dot, ...]
    limits: tuple[Limits, ...]
    without: tuple[Result, ...]
    sentence: str
    notes: tuple[str, ...]


def suits(kpi: Kpi) -> bool:
    """Whether a funnel can be drawn: one rate of events or proportion of people, for each academy and year."""
    if not isinstance(kpi.answer, Single) or kpi.trust_only or kpi.pool_years > 1 or "academy" not in kpi.drill:
        return False
    return MEASURES[kpi.answer.measure].spread in (Spread.COUNTED, Spread.PEOPLE)


def funnel(kpi: Kpi, year: str, held: Sequence[Held], whole: Figure | None, label: str) -> Funnel | None:
    """The funnel of these academies around ``whole``; around what they come to together where that is not given.

    None where fewer than three have a figure with its numbers, or the centre is 0, around which nothing can lie.
    Those in another series than the most of them, or the whole's, are left out and named.

    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202; over-dispersion, Spiegelhalter (2005), Quality
    and Safety in Health Care 14, 347-351.
    """
    known = [
        (h.result, h.found)
        for h in held
        if h.found is not None and h.found.numerator is not None and h.found.denominator
    ]
    order = [f.series for _, f in known]
    series = whole.series if whole is not None else max(order, key=order.count, default="")
    apart = [r.academy_name for r, f in known if f.series != series]
    known = [(r, f) for r, f in known if f.series == series]
    if len(known) < LEAST:
        return None
    measure = judging.measure_of(kpi, known[0][1])
    if whole is None or not whole.denominator or whole.numerator is None:
        n, d = fsum(f.numerator or 0.0 for _, f in known), fsum(f.denominator or 0.0 for _, f in known)
        label = "what these academies come to together"
    else:
        n, d = whole.numerator, whole.denominator
    rate = n / d
    if not rate > 0.0 or (measure.spread is Spread.PEOPLE and rate >= 1.0):
        return None
    pairs = [(f.numerator or 0.0, f.denominator or 1.0) for _, f in known]
    phi, widened = _widening(measure, rate, pairs, [f for _, f in known], whole)
    dots = tuple(
        Dot(result, size, _beyond(measure, rate, count, size, phi))
        for (result, _), (count, size) in zip(known, pairs, strict=True)
    )
    sizes = [size for _, size in pairs]
    shown_as = known[0][0]
    centre = measure.factor * rate
    said = f"{label} ({shown(centre, shown_as.unit, shown_as.decimals)})"
    notes = [f"The limits are wider by what {widened}." if widened else "", _chance(len(dots))]
    if apart:
        notes.append(f"Left out, since their figures come from another series: {', '.join(apart)}.")
    return Funnel(
        kpi.id,
        year,
        centre,
        label,
        measure.denominator,
        phi,
        dots,
        _curve(measure, rate, phi, min(sizes), max(sizes)),
        tuple(h.result for h in held if h.result.value is None),
        _sentence(dots, said),
        tuple(note for note in notes if note),
    )


def _widening(
    measure: Measure, rate: float, pairs: Sequence[tuple[float, float]], found: Sequence[Figure], whole: Figure | None
) -> tuple[float, str]:
    """How much the limits widen, and for what: repeat events, or schools that differ more than chance makes them."""
    repeats = whole.phi if whole is not None else max(f.phi for f in found)
    between = 1.0
    if len(pairs) >= BETWEEN or (measure.id in REPEATS and repeats == 1.0):
        # A proportion's variance is smaller by 1 - p than a count's, and so its z-scores are larger.
        spread = 1.0 - rate if measure.spread is Spread.PEOPLE else 1.0
        between = stats.phi_between_schools((n / spread, rate * d / spread) for n, d in pairs)
    if between > max(repeats, 1.0):
        return between, f"the academies differ beyond chance (variance widened {between:.2g} times)"
    if repeats > 1.0:
        return repeats, f"repeats for the same pupil bring (variance widened {repeats:.2g} times)"
    return 1.0, ""


def _limits(measure: Measure, rate: float, size: float, phi: float, level: float) -> stats.Interval:
    if measure.spread is Spread.PEOPLE:
        return stats.funnel_of_proportion(rate, size, phi, level).scaled(measure.factor)
    return stats.funnel_of_rate(100.0 * rate, size, phi, level).scaled(measure.factor / 100.0)


def _beyond(measure: Measure, rate: float, count: float, size: float, phi: float) -> int:
    value = measure.factor * count / size
    for step, level in ((2, 99.8), (1, 95.0)):
        low, high, _ = _limits(measure, rate, size, phi, level)
        if value > high + 1e-9:
            return step
        if value < low - 1e-9:
            return -step
    return 0


def _curve(measure: Measure, rate: float, phi: float, least: float, most: float) -> tuple[Limits, ...]:
    """The limits over sizes, closer together where they bend most: at small ones."""
    first, last = max(1.0, 0.5 * least), 1.1 * most
    ratio = (last / first) ** (1.0 / (_STEPS - 1))
    out = []
    for step in range(_STEPS):
        size = first * ratio**step
        inner, outer = (_limits(measure, rate, size, phi, level) for level in (95.0, 99.8))
        out.append(Limits(size, inner.lower, inner.upper, outer.lower, outer.upper))
    return tuple(out)


def _sentence(dots: Sequence[Dot], said: str) -> str:
    far = sorted(d.result.academy_name for d in dots if abs(d.beyond) == 2)
    out = sorted(d.result.academy_name for d in dots if abs(d.beyond) == 1)
    if not far and not out:
        return f"All {len(dots)} academies lie within the 95 % limits around {said}: chance alone could spread them so."
    parts = []
    if far:
        parts.append(f"{_listed(far)} {_lies(far)} beyond the 99.8 % limits around {said}")
    if out:
        around = "" if far else f" around {said}"
        parts.append(f"{_listed(out)} {_lies(out)} between the 95 % and the 99.8 % limits{around}")
    within = len(dots) - len(far) - len(out)
    return (
        f"{', and '.join(parts)}; {within or 'none'} of {len(dots)} academies {_lies(range(within or 1))} within the "
        "95 % limits."
    )


def _chance(count: int) -> str:
    expected = stats.expected_by_chance(count)
    return (
        f"Of {count} academies that differ by chance alone, about {expected:.1f} would lie beyond the 95 % limits. "
        "A point outside is a reason to ask, not an answer."
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _lies(of: Sequence[object]) -> str:
    return "lie" if len(of) != 1 else "lies"
