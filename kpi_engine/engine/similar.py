"""Which academies of the same phase are most like one: in size, disadvantage and SEND, from the January census.

Only the trust's own academies are known school by school; of others there are England's averages alone. How far two are
apart in a characteristic is counted in standard deviations of the trust's academies of that phase, size on a
logarithmic scale, so that 200 and 400 pupils are as far apart as 600 and 1,200. That says which is nearest; whether the
nearest is near is said by fixed limits, since in a trust of few academies the nearest may be unlike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt
from typing import NamedTuple

from kpi_engine.engine.holdings import Holdings
from kpi_engine.model import Academy, Membership
from kpi_engine.wording import number

NEAREST = 3
"""How many are named at most."""
ALIKE_SIZE = 1.25
"""Up to which ratio of their pupils two are called similar in size."""
ALIKE_POINTS = 5.0
"""Up to how many points of difference two are called similar in a share of pupils."""
_SHARES = (("disadvantage", "roll_disadvantaged"), ("SEND", "roll_send"))


class Profile(NamedTuple):
    """What the census says of an academy: pupils on roll, and in per cent those disadvantaged and those with SEND."""

    urn: str
    name: str
    size: float | None = None
    disadvantage: float | None = None
    send: float | None = None


class Trait(NamedTuple):
    """One characteristic of two academies, and how many standard deviations they are apart."""

    name: str
    own: float
    other: float
    apart: float

    @property
    def alike(self) -> bool:
        """Whether the two are called similar in it."""
        if self.name == "size":
            return max(self.own, self.other) <= ALIKE_SIZE * min(self.own, self.other)
        return abs(self.own - self.other) <= ALIKE_POINTS

    @property
    def words(self) -> str:
        """``size (412 and 430 pupils)``, ``SEND (14 % and 15 %)``."""
        if self.name == "size":
            return f"size ({number(self.own, 0)} and {number(self.other, 0)} pupils)"
        return f"{self.name} ({number(self.own, 0)} % and {number(self.other, 0)} %)"


@dataclass(frozen=True, slots=True)
class Like:
    """An academy that is near: how far, and in which ways, as words."""

    urn: str
    name: str
    distance: float
    traits: tuple[Trait, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Similar:
    """The nearest academies, nearest first. ``said`` says on what it rests, or why nobody is named; ``unknown`` are the
    characteristics that are not loaded."""

    academy: str
    census_year: str
    likes: tuple[Like, ...]
    unknown: tuple[str, ...]
    said: str


def nearest(focus: Profile, others: Sequence[Profile], at_most: int = NEAREST) -> tuple[Like, ...]:
    """The others in the order of their distance: the root of the mean square over the characteristics that both have.

    One that has no characteristic in common with the focus is not named; of two as near, the first by name.
    """
    every = [focus, *(o for o in others if o.urn != focus.urn)]
    found = []
    for other in every[1:]:
        traits = []
        for name, read, scale in _TRAITS:
            own, theirs = read(focus), read(other)
            if own is None or theirs is None:
                continue
            spread = _deviation([scale(v) for p in every if (v := read(p)) is not None])
            gap = abs(scale(own) - scale(theirs))
            traits.append(Trait(name, own, theirs, gap / spread if spread > 0 else 0.0))
        if traits:
            distance = sqrt(fsum(t.apart**2 for t in traits) / len(traits))
            found.append(Like(other.urn, other.name, distance, tuple(traits), _reason(traits)))
    found.sort(key=lambda like: (round(like.distance, 9), like.name))
    return tuple(found[:at_most])


def similar(holdings: Holdings, academy: Academy, year: str) -> Similar:
    """The trust's academies that are most like this one, by the newest census up to ``year``, else the first later."""
    known = sorted({y for _, measure in _SHARES for y in holdings.years_of(measure)})
    with_own = [y for y in known if _profile(holdings, academy, y).size is not None]
    before = [y for y in with_own if y <= year]
    at = before[-1] if before else with_own[0] if with_own else ""
    if not at:
        what = "No school census is loaded" if not known else f"The loaded school census has no row of {academy.name}"
        said = f"{what}, so that nobody can say which academies are similar to it. Load england_census.csv."
        return Similar(academy.urn, "", (), ("size", "disadvantage", "SEND"), said)
    same = [
        a
        for a in holdings.academies.values()
        if a.phase is academy.phase and holdings.membership(a, year) is not Membership.AFTER
    ]
    focus = _profile(holdings, academy, at)
    others = [_profile(holdings, a, at) for a in same if a.urn != academy.urn]
    likes = nearest(focus, [o for o in others if o.size is not None])
    unknown = tuple(name for name, read, _ in _TRAITS if read(focus) is None)
    lacking = f" Not loaded for {academy.name}: {_listed(unknown)}." if unknown else ""
    if not likes:
        said = (
            f"{academy.name} is the one {academy.phase} academy of the trust in the census of {at}; schools outside "
            f"the trust are not kept one by one, so there is none to compare it with.{lacking}"
        )
    else:
        said = (
            f"Among the trust's {len(others) + 1} {academy.phase} academies, by the January census of {at}; schools "
            f"outside the trust are not kept one by one.{lacking}"
        )
    return Similar(academy.urn, at, likes, unknown, said)


def _profile(holdings: Holdings, academy: Academy, year: str) -> Profile:
    shares: dict[str, float | None] = {}
    size: float | None = None
    for name, measure in _SHARES:
        fact = holdings.facts(measure, year).get(academy.urn, {}).get("census")
        shares[name] = None
        if fact is not None and fact.numerator is not None and fact.denominator:
            shares[name] = 100.0 * fact.numerator / fact.denominator
            size = fact.denominator
    return Profile(academy.urn, academy.name, size, shares["disadvantage"], shares["SEND"])


def _reason(traits: Sequence[Trait]) -> str:
    alike = [t.words for t in traits if t.alike]
    apart = [t.words for t in traits if not t.alike]
    if not alike:
        return f"not similar in {_listed(apart)}"
    return f"similar in {_listed(alike)}" + (f"; not in {_listed(apart)}" if apart else "")


def _deviation(values: Sequence[float]) -> float:
    """The sample's standard deviation; 0 for fewer than two."""
    if len(values) < 2:
        return 0.0
    mean = fsum(values) / len(values)
    return sqrt(fsum((v - mean) ** 2 for v in values) / (len(values) - 1))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0] if names else ""


def _as_it_is(value: float) -> float:
    return value


_TRAITS: tuple[tuple[str, Callable[[Profile], float | None], Callable[[float], float]], ...] = (
    ("size", lambda p: p.size, log),
    ("disadvantage", lambda p: p.disadvantage, _as_it_is),
    ("SEND", lambda p: p.send, _as_it_is),
)
