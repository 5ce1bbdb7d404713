"""A new meeting: who meets, when, and what its agenda begins from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape

import streamlit as st

from kpi_engine.errors import KpiError, UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings.agenda import TEMPLATES, Agenda
from kpi_engine.meetings.keeping import Cabinet
from ui import cabinet as cabinets
from ui import meetings, written
from ui.context import Context
from ui.meetings import link

EMPTY, LAST = "An empty agenda", "The agenda of this body’s last meeting"
BODIES = (
    "Board",
    "Finance and resources committee",
    "Education and standards committee",
    "People committee",
    "Safeguarding and inclusion committee",
    "Governance committee",
)


def page(context: Context) -> None:
    """The form; once it is sent, the draft is there and its page is opened."""
    meetings.strip(context)
    st.html(f'<p class="quiet back"><a class="go plain" href="{escape(link(context))}">All meetings</a></p>')
    st.html('<h1 class="title">Prepare a new meeting</h1>')
    cabinet = cabinets.of(context)
    if written.pressed("meeting-new-save"):
        made = _made(context, cabinet)
        if made is not None:
            st.query_params.from_dict({"draft": made})
            st.rerun()
    with st.form("meeting-new", border=False):
        st.selectbox("Who meets", BODIES, key="meeting-body", accept_new_options=True, help=_OWN)
        st.date_input("Date of the meeting", _soon(), format="DD/MM/YYYY", key="meeting-date")
        st.selectbox("Begin from", [*TEMPLATES, LAST, EMPTY], key="meeting-from", help=_FROM)
        st.form_submit_button("Prepare the agenda", type="primary", key="meeting-new-save")
    if context.sample:
        st.html(f'<p class="quiet">{meetings.SAMPLE}</p>')


_OWN = "Choose, or type another name and press Enter."
_FROM = (
    "A reusable agenda by body, committee or group of the plan. From the last meeting come its items, text slides and "
    "questions; titles and comments are proposed anew, since they told of the figures of that day."
)


def _made(context: Context, cabinet: Cabinet) -> str | None:
    """The name of the new draft; None after a message that says why there is none."""
    body, date = written.typed("meeting-body"), st.session_state.get("meeting-date")
    try:
        if not isinstance(date, dt.date):
            raise UsageError("the meeting has no date; choose its day")
        agenda = agendas.new(body, date.isoformat())
        there = cabinet.draft(agenda.meeting)
        if there is not None and not there.removed:
            open_it = f'<p><a class="go plain" href="{escape(link(context, draft=agenda.meeting))}">Open it</a></p>'
            written.told("There is a draft of this meeting already.", True, open_it)
            return None
        filled = _filled(context, cabinet, agenda, written.typed("meeting-from"))
        cabinet.save_draft(filled, cabinets.who(context), 0)
    except KpiError as error:
        written.told(meetings.trouble(context, error), wrong=True)
        return None
    return agenda.meeting


def _filled(context: Context, cabinet: Cabinet, agenda: Agenda, begin: str) -> Agenda:
    if begin in ("", EMPTY):
        return agenda
    if begin != LAST:
        return agendas.added_all(agenda, agendas.template(begin))
    last = last_agenda(cabinet, agenda)
    if last is None:
        raise UsageError(f"no earlier agenda of {agenda.body} is kept; begin from a reusable one")
    items = tuple(replace(item, title=item.title if not item.kpi else "", comment="") for item in last.items)
    held = {a.urn for a in context.offered.academies}
    chosen = tuple(urn for urn in last.academies if urn in held)
    return replace(agenda, items=items, academies=chosen, anonymous=last.anonymous)


def last_agenda(cabinet: Cabinet, agenda: Agenda) -> Agenda | None:
    """The agenda of the same body's latest meeting before this one, as it is kept as a draft."""
    before = {kept.meeting for kept in cabinet.frozen()} | {draft.meeting for draft in cabinet.drafts()}
    found = [draft.agenda for meeting in before if (draft := cabinet.draft(meeting)) is not None]
    same = [a for a in found if a.body.casefold() == agenda.body.casefold() and a.date < agenda.date]
    return max(same, key=lambda each: each.date, default=None)


def _soon() -> dt.date:
    """A fortnight ahead."""
    return written.today() + dt.timedelta(days=14)
