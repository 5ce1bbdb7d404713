"""The words for what an item of an agenda is about."""

from __future__ import annotations

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.meetings.agenda import LATEST, AgendaItem
from kpi_engine.meetings.document import ItemKind, Part
from kpi_engine.model import TRUST
from ui.context import Context


def about(context: Context, item: AgendaItem) -> str:
    """What an item is, in a few words: "Attendance · All academies · Part 2 (confidential)"."""
    if item.kind is ItemKind.KPI:
        kpi = CATALOGUE.get(item.kpi)
        said = [kpi.short if kpi is not None else item.kpi, scope(context, item.academy)]
        said += [] if item.year == LATEST else [item.year]
    else:
        said = ["Text slide" if item.kind is ItemKind.TEXT else "What the last meeting asked for"]
    return " · ".join([*said, *([str(item.part)] if item.part is Part.CONFIDENTIAL else [])])


def scope(context: Context, academy: str) -> str:
    """A scope in words."""
    if academy == TRUST:
        return "All academies"
    return context.offered.names().get(academy) or f"All {academy} academies"
