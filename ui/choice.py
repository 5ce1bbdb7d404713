"""What the link says: whole trust or one academy, which year, which phase, and where on a page the reader stands.

The address is the only place where choices are kept, so that every view has a link, "back" works, and two tabs never
disturb each other. Whatever stands in it is checked here against what the viewer may see; an unknown value falls
back to the default and is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from kpi_engine.access import Role, Viewer
from kpi_engine.engine import LATEST
from kpi_engine.errors import KpiError
from kpi_engine.model import TRUST, Academy, Phase

Within = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The three filters. ``phase`` is "" for all phases; ``among`` are the URNs that a phase leaves, else None.

    ``home`` is the academy that is shown where a link names none: a headteacher's own, else the trust.
    """

    academy: str = TRUST
    year: str = LATEST
    phase: str = ""
    among: tuple[str, ...] | None = None
    home: str = TRUST

    def at(self, academy: str) -> Choice:
        """The same filters for another academy, or for the trust."""
        return replace(self, academy=academy)

    def in_phase(self, phase: str) -> Choice:
        """The same filters for the academies of a phase together, or of all phases."""
        return replace(self, phase=phase, academy=TRUST)

    def in_year(self, year: str) -> Choice:
        """The same filters for another academic year."""
        return replace(self, year=year)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the filters offer: ``academies`` in the order shown, those that have left last.

    ``own`` are the URNs that a headteacher leads; empty for everybody else. A headteacher is offered these only, and
    comes to another academy by a link alone.
    """

    academies: tuple[Academy, ...]
    left: frozenset[str]
    years: tuple[str, ...]
    phases: tuple[str, ...]
    own: frozenset[str] = frozenset()

    @property
    def home(self) -> str:
        """The academy that is shown where a link names none."""
        return next((a.urn for a in self.academies if a.urn in self.own), TRUST)

    def names(self) -> dict[str, str]:
        """Each academy's name as the list shows it."""
        return {a.urn: f"{a.name} (left the trust)" if a.urn in self.left else a.name for a in self.academies}


def offer(current: Sequence[Academy], every: Sequence[Academy], years: Sequence[str], viewer: Viewer) -> Offer:
    """The filters' lists for a viewer: current academies first, then those that have left."""
    here = {a.urn for a in current}
    gone = tuple(a for a in every if a.urn not in here)
    phases = tuple(str(p) for p in Phase if p is not Phase.ALL_THROUGH and any(a.phase is p for a in every))
    own = viewer.academies if viewer.role is Role.HEADTEACHER else frozenset()
    return Offer((*current, *gone), frozenset(a.urn for a in gone), tuple(years), phases, own)


def read(asked: dict[str, str], offered: Offer, of_phase: Sequence[Academy] | None) -> tuple[Choice, tuple[str, ...]]:
    """The filters that a link asks for, and a sentence for each value that is not known here.

    ``of_phase`` are the academies of the phase asked for, where that phase is offered.
    """
    notes: list[str] = []
    year = asked.get("year", LATEST)
    if year not in (LATEST, *offered.years):
        notes.append(f"There are no figures for the academic year “{_short(year)}”; each KPI shows its latest year.")
        year = LATEST
    phase = asked.get("phase", "")
    if phase not in ("", *offered.phases):
        notes.append(f"No academy here is of the phase “{_short(phase)}”; all phases are shown.")
        phase = ""
    among = tuple(a.urn for a in of_phase or ()) if phase else None
    home = offered.home if among is None or offered.home in among else TRUST
    academy = asked.get("academy", home)
    known = {a.urn: a.name for a in offered.academies}
    if academy != TRUST and academy not in known:
        shown = f"{known[home]} is shown" if home != TRUST else "the whole trust is shown"
        notes.append(f"“{_short(academy)}” is not an academy that you can see here; {shown}.")
        academy = home
    elif among is not None and academy != TRUST and academy not in among:
        notes.append(f"{known[academy]} is not a {phase} school; all {phase} academies are shown.")
        academy = TRUST
    return Choice(academy, year, phase, among, offered.home), tuple(notes)


def href(page: str, choice: Choice, within: Within = (), **more: str) -> str:
    """A link within the app, relative so that it holds under any address; defaults are left out of it.

    Where a link without an academy does not lead to the trust for everybody, the academy always stands in it.
    """
    query = [(name, value) for name, value in more.items() if value]
    if choice.academy != TRUST or choice.home != TRUST:
        query.append(("academy", choice.academy))
    if choice.year != LATEST:
        query.append(("year", choice.year))
    if choice.phase:
        query.append(("phase", choice.phase))
    query += [("in", f"{dimension}:{value}") for dimension, value in within]
    path = page or "./"
    return f"{path}?{urlencode(query, quote_via=quote, safe='/:')}" if query else path


def parse_within(asked: Sequence[str], allowed: Sequence[str]) -> tuple[Within, tuple[str, ...]]:
    """The breakdown that a link's ``in=dimension:value`` parts name, and a sentence for each that is not known."""
    found: list[tuple[str, str]] = []
    notes: list[str] = []
    for part in asked:
        dimension, colon, value = part.partition(":")
        if not colon or not value or dimension not in allowed or dimension in dict(found) or dimension == "academy":
            notes.append(f"“{_short(part)}” is not a breakdown of this KPI and was left out.")
        else:
            found.append((dimension, value))
    return tuple(found), tuple(notes)


def said(error: KpiError) -> str:
    """An error's text as a sentence."""
    text = str(error).rstrip(".")
    first = text.split(" ")[0]
    return (text[:1].upper() + text[1:] if first.isalpha() else text) + "."


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:37] + "…"
