"""What is added to an agenda, and what holds for the whole of it: its academies, letters for names, and the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings.agenda import LATEST, TEMPLATES, Agenda, AgendaItem
from kpi_engine.meetings.document import ItemKind
from kpi_engine.model import TRUST
from ui import prepare_steps, written
from ui.context import Context
from ui.prepare_steps import Asked, Step
from ui.prepare_words import scope

_GROUPS = {group.id: group.title for group in GROUPS}
_ACADEMIES, _ANONYMOUS, _YEAR = "academies", "anonymous", "agenda-year"


def scopes(context: Context, kpi: str) -> list[str]:
    """The scopes that a KPI's item may have: the trust, its phases, its academies."""
    found = CATALOGUE.get(kpi)
    if found is not None and found.trust_only:
        return [TRUST]
    return [TRUST, *context.offered.phases, *(a.urn for a in context.offered.academies)]


def years(context: Context) -> list[str]:
    """The academic years that may be asked for."""
    return [LATEST, *context.offered.years]


def year_words(year: str) -> str:
    """A year as the lists show it."""
    return "Latest" if year == LATEST else year


def forms(context: Context, agenda: Agenda) -> None:
    """What adds items, at the end of the agenda."""
    with st.expander("Add to the agenda", expanded=not agenda.items, key="agenda-add"):
        with st.form("add-kpi", border=False, clear_on_submit=False):
            st.selectbox(
                "KPI",
                list(CATALOGUE),
                format_func=lambda id: f"{CATALOGUE[id].short} · {_GROUPS[CATALOGUE[id].group]}",
                key="add-kpi-id",
            )
            left, right = st.columns(2)
            left.selectbox(
                "For", scopes(context, ""), format_func=lambda each: scope(context, each), key="add-kpi-scope"
            )
            right.selectbox("Academic year", years(context), format_func=year_words, key="add-kpi-year")
            st.form_submit_button("Add the KPI", key="add-kpi-save")
        with st.container(horizontal=True):
            st.button("Add a text slide", key="add-text")
            if not any(item.kind is ItemKind.LAST for item in agenda.items):
                st.button("Add “Last time you asked”", key="add-last")
        with st.form("add-reusable", border=False):
            st.selectbox("Reusable agenda", list(TEMPLATES), key="add-reusable-name", help=_ONLY_NEW)
            st.form_submit_button("Add its items", key="add-reusable-save")


_ONLY_NEW = "What is on the agenda already, for the same scope and year, is not added twice."


def steps(context: Context, agenda: Agenda) -> Sequence[Step]:
    """What the buttons above ask for. A new item is opened."""
    found: list[Step] = []
    if written.pressed("add-kpi-save"):
        id, over, year = (st.session_state.get(f"add-kpi-{name}") for name in ("id", "scope", "year"))
        if id in CATALOGUE and over in scopes(context, "") and year in years(context):
            item = AgendaItem("", ItemKind.KPI, kpi=str(id), academy=str(over), year=str(year))
            found.append(_adding(agenda, item, f"{CATALOGUE[str(id)].short} added"))
    if written.pressed("add-text"):
        found.append(_adding(agenda, AgendaItem("", ItemKind.TEXT, title="New slide"), "a text slide added"))
    if written.pressed("add-last"):
        found.append(_adding(agenda, AgendaItem("", ItemKind.LAST), "“Last time you asked” added"))
    name = st.session_state.get("add-reusable-name")
    if written.pressed("add-reusable-save") and name in TEMPLATES:
        items = agendas.template(str(name))
        found.append(Step(f"the items of “{name}” added", lambda now: agendas.added_all(now, items)))
    return found


def _adding(agenda: Agenda, item: AgendaItem, said: str) -> Step:
    placed = agendas.added(agenda, item).items[-1]
    # Which id it is given is known only from the agenda that it is added to; the page opens it by that.
    st.query_params["item"] = placed.id
    return Step(said, lambda now: agendas.added(now, placed))


def settings(context: Context, agenda: Agenda) -> None:
    """Which academies are shown and how, for the whole meeting."""
    names = {a.urn: a.name for a in context.offered.academies}
    today = [urn for urn in names if urn not in context.offered.left]
    with st.expander("Academies, names and year", key="agenda-settings"):
        st.session_state[_ACADEMIES] = [urn for urn in agenda.academies if urn in names]
        st.session_state[_ANONYMOUS] = agenda.anonymous
        st.session_state[_YEAR] = agenda.year
        st.multiselect(
            "Academies",
            list(names),
            format_func=names.__getitem__,
            placeholder=f"All {len(today)} academies",
            key=_ACADEMIES,
            on_change=prepare_steps.ask,
            args=(_ACADEMIES,),
        )
        st.checkbox(
            "Anonymous: letters in place of names",
            key=_ANONYMOUS,
            help="An academy has the same letter in every version of this meeting. Names in titles and comments are "
            "replaced too when the meeting is frozen.",
            on_change=prepare_steps.ask,
            args=(_ANONYMOUS,),
        )
        st.selectbox(
            "Academic year, where an item names none",
            years(context),
            format_func=lambda year: "Latest of each KPI" if year == LATEST else year,
            key=_YEAR,
            on_change=prepare_steps.ask,
            args=(_YEAR,),
        )


def setting(context: Context, agenda: Agenda, asked: Asked) -> Step | None:
    """What a changed setting asks for; None for a widget that is none, or a value that was not offered."""
    del agenda
    value = st.session_state.get(asked.what)
    if asked.what == _ACADEMIES and isinstance(value, list):
        held = [a.urn for a in context.offered.academies]
        urns = tuple(urn for urn in held if urn in value)
        return Step("the academies", lambda now: replace(now, academies=urns))
    if asked.what == _ANONYMOUS and isinstance(value, bool):
        return Step("letters in place of names", lambda now: replace(now, anonymous=value))
    if asked.what == _YEAR and value in years(context):
        return Step("the academic year", lambda now: replace(now, year=str(value)))
    return None
