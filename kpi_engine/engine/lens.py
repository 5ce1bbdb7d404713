"""How much of a version somebody sees: the viewer's role applied to every fact before anything is worked out from it.

A fact that may not be seen keeps its place and loses its numbers, so that whatever is derived from it (gaps, distances,
notes, sentences, charts) is derived from nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from kpi_engine.access import Role, Viewer
from kpi_engine.disclosure.rule import CLOSED, OFFICE, OPEN
from kpi_engine.model import TRUST, Observation

HIDDEN = "HIDDEN"
"""Code of a fact about too few people."""
NOT_YOURS = "NOT_YOURS"
"""Code of a fact of another academy's returns."""


class Sight(NamedTuple):
    """``shown`` is the greatest guard that is seen. ``own`` are a headteacher's academies (None: returns of all are
    seen); ``small`` says that the small numbers of these are seen as well."""

    shown: int
    own: frozenset[str] | None = None
    small: bool = False

    def refuses(self, fact: Observation) -> str:
        """Why a fact is not seen: one of the two codes, or "" when it is seen."""
        if not fact.guard:
            return ""
        if self.own is not None and fact.urn != TRUST and fact.urn not in self.own:
            return NOT_YOURS
        if fact.guard <= self.shown or (self.small and self.own is not None and fact.urn in self.own):
            return ""
        return HIDDEN

    def seen(self, fact: Observation) -> Observation:
        """The fact, or what is left of it."""
        code = self.refuses(fact)
        return fact if not code else _emptied(fact, code)

    def of_all(self) -> Sight:
        """The same for all academies together: what may be counted into a figure of the trust."""
        return Sight(self.shown)


def sight_of(viewer: Viewer) -> Sight:
    """What a viewer sees. Governors, and whoever presents, see least; heads see the returns of their own academies."""
    own = viewer.academies if viewer.role is Role.HEADTEACHER else None
    if viewer.presenting or viewer.role is Role.GOVERNOR:
        return Sight(OPEN, own)
    return Sight(OFFICE, own, viewer.small_numbers and own is not None)


def by_right(fact: Observation) -> bool:
    """Whether whoever sees this fact sees it only by a headteacher's right to small numbers."""
    return fact.guard >= CLOSED


def _emptied(fact: Observation, code: str) -> Observation:
    return fact._replace(
        numerator=None,
        denominator=None,
        people=None,
        sum_nn=None,
        sum_nd=None,
        sum_dd=None,
        published_value=None,
        lower=None,
        upper=None,
        code=code,
        detail=None,
    )
