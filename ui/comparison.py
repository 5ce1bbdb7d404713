"""What the Compare page is asked for in its address: the KPI, the phase, the academies, what they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine.compared import ENGLAND, Comparison
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Academy, Phase, WithheldKind
from ui import links_copied
from ui.choice import Within, href
from ui.context import Context
from ui.place import Place
from ui.spread import MANY

PATH = "compare"
FIRST = "pupil-attendance"
"""The KPI that is compared where the address names none: it is about every academy."""
PICTURES = ("dots", "spread", "years", "funnel")
"""What can be drawn: a row for each academy, all of them along one axis, lines over the years, rates over sizes."""
_AGAINST = {"": TRUST, "england": ENGLAND}
_MOST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One view of the page. ``context`` has the phase that is compared, which may not be the one in the address.

    ``phases`` are those to choose from ("" for all together; empty where there is one), ``academies`` those to choose
    from, ``picked`` the URNs that the address names, ``chosen`` those compared (None: all, as long as fewer than two
    are named).
    """

    context: Context
    kpi: Kpi
    within: Within
    phases: tuple[str, ...]
    academies: tuple[Academy, ...]
    picked: tuple[str, ...]
    chosen: tuple[str, ...] | None
    against: str
    picture: str
    ranked: bool

    @property
    def first(self) -> str:
        """The picture that stands first: of many academies the spread, of few a row for each."""
        return _first(self.chosen, self.academies)

    @property
    def focus(self) -> str:
        """The academy of the sidebar, or "" where the whole trust is looked at."""
        chosen = self.context.choice.academy
        return "" if chosen == TRUST else chosen

    def compared(self) -> Comparison:
        """The engine's answer."""
        choice = self.context.choice
        wanted = self.chosen if self.chosen is not None else tuple(a.urn for a in self.academies)
        return self.context.ask.compared(self.kpi.id, choice.year, self.within, choice.among, wanted, self.against)

    def place(self, result: Result) -> Place:
        """The same KPI as a group page has it, for what is shared with it."""
        return Place(self.context, self.kpi, self.within, "", "", result)

    def link(
        self,
        *,
        kpi: str = "",
        phase: str | None = None,
        chosen: Sequence[str] | None = None,
        against: str | None = None,
        picture: str | None = None,
        ranked: bool | None = None,
    ) -> str:
        """A link to this page with one thing changed. Another phase begins with all its academies."""
        choice = self.context.choice
        if phase is not None:
            choice = replace(choice, phase=phase, among=None)
        kept = () if phase is not None else self.picked if chosen is None else chosen
        held = self.against if against is None else against
        drawn = self.picture if picture is None else picture
        order = self.ranked if ranked is None else ranked
        return href(
            PATH,
            choice,
            kpi=kpi or self.kpi.id,
            **{"with": ",".join(kept)},
            against=_held(held),
            chart="" if drawn == self.first else drawn,
            sort="value" if order else "",
        )

    def copied(self, year: str) -> str:
        """The control that copies the address of what is compared, as HTML."""
        named = {
            "kpi": self.kpi.id,
            "with": ",".join(self.picked),
            "against": _held(self.against),
            "chart": "" if self.picture == self.first else self.picture,
            "sort": "value" if self.ranked else "",
        }
        return links_copied.control(self.context, PATH, year=year, **named)

    def group_link(self, urn: str, year: str = "") -> str:
        """The KPI's group page for an academy, in the year compared or another."""
        choice = self.context.choice.at(urn)
        return href(self.kpi.group, replace(choice, year=year) if year else choice, self.within, kpi=self.kpi.id)


def _held(against: str) -> str:
    """What academies are held against, as the address has it; nothing for the trust."""
    return "england" if against == ENGLAND else "academy" if against not in (TRUST, "") else ""


def read(context: Context) -> tuple[Asked, tuple[str, ...]]:
    """What the address asks for, checked, and a sentence for each part of it that is not known."""
    asked = st.query_params
    notes: list[str] = []
    wanted = asked.get("kpi", "")
    if wanted and wanted not in CATALOGUE:
        notes.append(f"“{wanted[:40]}” is not a KPI; {CATALOGUE[FIRST].short.lower()} is compared.")
    kpi = CATALOGUE.get(wanted, CATALOGUE[FIRST])
    here = _about(context, kpi)
    phases = tuple(p for p in context.offered.phases if Phase(p) in kpi.phases and _of_phase(here, p))
    picture = asked.get("chart", "")
    apart = _why_apart(kpi, phases, picture)
    if apart and context.choice.phase not in phases:
        context = _of_one_phase(context, phases, here)
        notes.append(f"{apart}, so the {context.choice.phase} academies are compared.")
    within = _outcome(kpi, phases, context.choice.phase)
    among = context.choice.among
    academies = tuple(a for a in context.listed() if among is None or a.urn in among)
    picked, unknown = _picked(asked.get("with", ""), context, academies)
    notes += unknown
    chosen = picked if len(picked) > 1 else None
    first = _first(chosen, academies)
    if picture not in PICTURES or (picture == "spread" and first != "spread"):
        picture = first
    focus = context.choice.academy
    against = _AGAINST.get(asked.get("against", ""), TRUST)
    if asked.get("against") == "academy" and focus != TRUST:
        against = focus
    return (
        Asked(
            context,
            kpi,
            within,
            () if len(phases) < 2 else phases if apart else (*phases, ""),
            academies,
            picked,
            chosen,
            against,
            picture,
            asked.get("sort") == "value",
        ),
        tuple(notes),
    )


def _first(chosen: Sequence[str] | None, academies: Sequence[Academy]) -> str:
    """The picture that stands first: of many academies the spread."""
    return "spread" if len(academies if chosen is None else chosen) > MANY else "dots"


def _about(context: Context, kpi: Kpi) -> list[Academy]:
    """The academies that the KPI is about, whatever phase is chosen."""
    whole = replace(context, choice=replace(context.choice, phase="", among=None))
    listed = {a.urn: a for a in whole.listed()}
    return [
        listed[r.academy]
        for r in context.ask.compare(kpi.id, context.choice.year)
        if r.academy in listed and (r.withheld is None or r.withheld.kind is not WithheldKind.NOT_APPLICABLE)
    ]


def _of_phase(here: Sequence[Academy], phase: str) -> list[Academy]:
    both = phase in (Phase.PRIMARY, Phase.SECONDARY)
    return [a for a in here if a.phase == phase or (both and a.phase is Phase.ALL_THROUGH)]


def _why_apart(kpi: Kpi, phases: Sequence[str], picture: str) -> str:
    """Why the phases cannot stand beside one another, or ""."""
    if len(phases) < 2:
        return ""
    if _two_outcomes(kpi, phases):
        return "Each phase is judged on another outcome here"
    if picture == "funnel" and any(MEASURES[m].phases_apart for m in kpi.measures[:1]):
        return "On this KPI the trust is judged, and its funnel drawn, phase by phase"
    return ""


def _two_outcomes(kpi: Kpi, phases: Sequence[str]) -> bool:
    return isinstance(kpi.answer, Gap) and {Phase.PRIMARY, Phase.SECONDARY} <= set(phases)


def _of_one_phase(context: Context, phases: Sequence[str], here: Sequence[Academy]) -> Context:
    """The context of one phase: the academy's own, else the one with the most academies."""
    choice = context.choice
    own = "" if choice.academy == TRUST else str(context.academy(choice.academy).phase)
    fitting = [p for p in phases if own == Phase.ALL_THROUGH and p in (Phase.PRIMARY, Phase.SECONDARY)]
    phase = own if own in phases else max(fitting or phases, key=lambda p: len(_of_phase(here, p)))
    among = tuple(a.urn for a in context.ask.view.academies(Phase(phase)))
    academy = choice.academy if choice.academy in among else TRUST
    return replace(context, choice=replace(choice, phase=phase, among=among, academy=academy))


def _outcome(kpi: Kpi, phases: Sequence[str], phase: str) -> Within:
    """The outcome of a phase, for a KPI that is judged on another in each, so that one is compared on one outcome."""
    if not isinstance(kpi.answer, Gap) or not _two_outcomes(kpi, phases):
        return ()
    outcome = {str(Phase.PRIMARY): kpi.answer.primary, str(Phase.SECONDARY): kpi.answer.secondary}.get(phase)
    return (("measure", outcome),) if outcome else ()


def _picked(asked: str, context: Context, academies: Sequence[Academy]) -> tuple[tuple[str, ...], list[str]]:
    """The academies that the address names, with the sidebar's own; none where it names none."""
    if not asked:
        return (), []
    here = {a.urn for a in academies}
    named = list(dict.fromkeys(part.strip() for part in asked.split(",")[:_MOST] if part.strip()))
    notes = [
        f"“{part if len(part) <= 40 else part[:37] + '…'}” is no academy that can be compared here and was left out."
        for part in named
        if part not in here
    ][:5]
    found = [part for part in named if part in here]
    focus = context.choice.academy
    if focus in here and focus not in found:
        found.append(focus)
    if len(found) < 2:
        notes.append("Two academies or more are needed for a comparison; all are shown until a second is chosen.")
    return tuple(found), notes
