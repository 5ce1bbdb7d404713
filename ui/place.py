"""Where a reader stands on a group page: the KPI, the breakdown taken so far, the picture, the next breakdown."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from kpi_engine.answers import Result
from kpi_engine.catalogue import of_group
from kpi_engine.kpi import Axis, Kpi
from kpi_engine.model import TRUST
from ui import words
from ui.choice import Choice, Within, href, parse_within
from ui.context import Context


@dataclass(frozen=True, slots=True)
class Place:
    """One view of one KPI. ``year`` is the academic year that the answer is about."""

    context: Context
    kpi: Kpi
    within: Within
    by: str
    picture: str
    result: Result

    @property
    def choice(self) -> Choice:
        return self.context.choice

    @property
    def year(self) -> str:
        return self.result.academic_year

    @property
    def axis(self) -> Axis:
        """The axis that the figures here are drawn on."""
        return words.axis_of(self.kpi, tuple(dict(self.within)))

    @property
    def whole(self) -> bool:
        """Whether the trust is looked at, not one academy."""
        return self.choice.academy == TRUST

    def link(self, *, academy: str | None = None, within: Within | None = None, by: str = "", picture: str = "") -> str:
        """A link to the same KPI elsewhere; the picture stays where the breakdown stays."""
        choice = self.choice if academy is None else self.choice.at(academy)
        taken = self.within if within is None else within
        return href(self.kpi.group, choice, taken, kpi=self.kpi.id, by=by, chart=picture)


def read(context: Context, group: str) -> tuple[Place, tuple[str, ...]]:
    """The place that the link names, checked, and a sentence for each part of it that is not known."""
    kpis = {k.id: k for k in of_group(group)}
    notes: list[str] = []
    wanted = st.query_params.get("kpi", "")
    if wanted and wanted not in kpis:
        notes.append(f"“{wanted[:40]}” is not a KPI of this page; its first KPI is shown.")
    kpi = kpis.get(wanted) or next(iter(kpis.values()))
    choice, ask = context.choice, context.ask
    within, unknown = parse_within(st.query_params.get_all("in"), kpi.drill)
    notes += unknown
    result = ask.result(kpi.id, choice.academy, choice.year, within, choice.among)
    place = Place(context, kpi, within, st.query_params.get("by", ""), st.query_params.get("chart", ""), result)
    return place, tuple(notes)
