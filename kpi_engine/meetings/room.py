"""Who and what a meeting is about: the viewer who asks for it, its academies with their keys and letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kpi_engine import years
from kpi_engine.access import Role
from kpi_engine.engine import LATEST, View
from kpi_engine.engine.explaining import Basis
from kpi_engine.errors import UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import naming
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import Academy
from kpi_engine.model import TRUST
from kpi_engine.model import Academy as Member


@dataclass(frozen=True, slots=True)
class Room:
    """What every item of a meeting is made with: whom to ask, and each academy with its key, in the order shown.

    ``others`` are the trust's other academies, which texts may name.
    """

    view: View
    agenda: Agenda
    listed: tuple[tuple[Member, Academy], ...]
    others: tuple[tuple[Member, Academy], ...]
    basis: Basis

    def year(self, item: AgendaItem) -> str:
        """The academic year asked for: the item's, else the agenda's, else the KPI's latest."""
        asked = item.year if item.year != LATEST else self.agenda.year
        return self.view.latest(item.kpi) if asked == LATEST else asked

    def among(self, item: AgendaItem) -> tuple[str, ...] | None:
        """The URNs of the phase that an item's scope names, None for the whole trust.

        Raises UsageError for a phase that no academy is of.
        """
        phase = agendas.phase_of(item)
        if phase is None:
            return None
        found = tuple(member.urn for member in self.view.academies(phase))
        if not found:
            raise UsageError(f"no academy of this trust is of the phase {str(phase)!r}")
        return found

    def one(self, item: AgendaItem) -> Academy | None:
        """The academy that an item is about, None for the trust and for a phase.

        Raises UsageError for one that is not among the meeting's academies.
        """
        if item.academy == TRUST or agendas.phase_of(item) is not None:
            return None
        for member, academy in self.listed:
            if member.urn == item.academy:
                return academy
        raise UsageError(f"{item.academy!r} is none of this meeting’s academies; choose it, or take the item out")


def enter(view: View, agenda: Agenda, secret: str = "") -> Room:
    """The room for an agenda. ``secret`` goes into the letters.

    Raises UsageError for a viewer who is not presenting or sees some academies alone, for an agenda that is not whole,
    and for an academy that the trust has not.
    """
    if not view.viewer.presenting:
        raise UsageError("a meeting is frozen as a presenter sees it; ask as somebody who presents")
    if view.viewer.role is Role.HEADTEACHER:
        raise UsageError(
            "a meeting shows every academy’s returns, which a headteacher does not see; ask as an executive"
        )
    agendas.check(agenda)
    every = {member.urn: member for member in view.academies()}
    for urn in agenda.academies:
        if urn not in every:
            raise UsageError(f"{urn!r} is no academy of this trust; its academies are: {', '.join(every)}")
    shown = _there(view, agenda)
    chosen = [m for m in shown if not agenda.academies or m.urn in agenda.academies]
    rest = [m for m in every.values() if m not in chosen]
    letter = letters(agenda, every, secret)
    if agenda.anonymous:
        for found in (chosen, rest):
            found.sort(key=lambda member: (len(letter[member.urn]), letter[member.urn]))
    return Room(view.for_many(), agenda, _keyed(chosen, letter, "a"), _keyed(rest, letter, "b"), view.basis())


def letters(agenda: Agenda, urns: Iterable[str], secret: str = "") -> dict[str, str]:
    """The letter of each academy in this meeting, the same in each of its versions."""
    return naming.letters(urns, f"{secret}\n{agenda.meeting}")


def _keyed(members: Iterable[Member], letter: dict[str, str], sort: str) -> tuple[tuple[Member, Academy], ...]:
    return tuple(
        (member, Academy(f"{sort}{place}", member.name, letter[member.urn], str(member.phase), member.urn))
        for place, member in enumerate(members, start=1)
    )


def _there(view: View, agenda: Agenda) -> list[Member]:
    """Today's academies; for an earlier year, or where one is chosen by its URN, those that have left since as well."""
    wanted = {member.urn for member in view.current_academies()} | set(agenda.academies)
    if agenda.year != LATEST:
        begins = years.first_day(agenda.year).isoformat()
        wanted |= {member.urn for member in view.academies() if (member.left or "") > begins}
    return [member for member in view.academies() if member.urn in wanted]
