"""Freezing: what has no figure is said first, the chair decides, and the frozen version's page comes up."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from kpi_engine import log
from kpi_engine.engine import View
from kpi_engine.errors import KpiError
from kpi_engine.meetings import freezing
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.document import Document, Part
from kpi_engine.meetings.drafts import Draft
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.model import TRUST
from kpi_engine.written import actions as kept_actions
from kpi_engine.written.subject import Reader, Subject
from ui import cabinet as cabinets
from ui import frame, meetings, meetings_one, prepare_preview, words, written
from ui.context import Context
from ui.meetings import link

_LOG = log.of("meetings")
_SHOWN = "prepare: the edition that the freezing page showed"


def page(context: Context, cabinet: Cabinet, draft: Draft) -> None:
    """What will be frozen and what has no figure; once the button is pressed, the frozen version."""
    agenda = draft.agenda
    st.html(f'<h1 class="title">Freeze {escape(agenda.body)}, {words.day(agenda.date)}</h1>')
    back = link(context, draft=draft.meeting)
    go_back = f'<p><a class="go plain" href="{escape(back)}">Back to the agenda</a></p>'
    if not agenda.items:
        written.told("The agenda is empty; there is nothing to freeze. Add an item first.", True, go_back)
        return
    shown = st.session_state.get(_SHOWN)
    if written.pressed("freeze-now"):
        if shown != (draft.meeting, draft.edition):
            written.told(
                f"{draft.by} has changed the agenda since this page was shown; look at it as it stands below, then "
                "freeze.",
                wrong=True,
            )
        elif _frozen(context, cabinet, draft):
            st.rerun()
    st.session_state[_SHOWN] = (draft.meeting, draft.edition)
    try:
        missing = _missing(context, agenda)
    except KpiError as error:
        written.told(f"This agenda cannot be frozen as it is. {meetings.trouble(context, error)}", True, go_back)
        return
    st.html(_facts(context, cabinet, agenda))
    st.html(_without(missing))
    with st.container(horizontal=True, vertical_alignment="center", key="freeze-doing"):
        label = "Freeze with these gaps" if missing else "Freeze"
        st.button(label, type="primary", key="freeze-now")
        st.html(f'<a class="go plain" href="{escape(back)}">Back to the agenda</a>', width="content")


def _facts(context: Context, cabinet: Cabinet, agenda: Agenda) -> str:
    latest = cabinet.latest(agenda.meeting)
    version = latest.version + 1 if latest is not None else 1
    confidential = sum(1 for item in agenda.items if item.part is Part.CONFIDENTIAL)
    parts = (
        f"{len(agenda.items) - confidential} in Part 1, {confidential} in Part 2" if confidential else "all in Part 1"
    )
    academies = f"{len(agenda.academies)} chosen" if agenda.academies else "all"
    facts = (
        ("Becomes", f"{escape(agenda.body)} {escape(agenda.date)} v{version}, or the next number that is free"),
        ("Items", f"{len(agenda.items)}: {parts}"),
        ("Academies", f"{academies}, with letters for names" if agenda.anonymous else f"{academies}, by name"),
        ("Data to", f"{escape(frame.day(context.as_at))} (version {escape(context.version)})"),
    )
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return (
        f'<dl class="facts">{listed}</dl><p class="quiet">Small numbers are hidden as for a room in which anybody may '
        "sit. A frozen version is never changed; freeze again for a new one.</p>"
    )


def _without(missing: tuple[str, ...]) -> str:
    if not missing:
        return '<div class="told" role="status"><p>Every item has its figures.</p></div>'
    said = "".join(f"<li>{words.text(each)}</li>" for each in missing)
    return (
        f'<section class="told missing" role="status"><h2>What has no figure · {len(missing)}</h2><ul>{said}</ul>'
        "<p>The slides say so in these words. The chair decides: freeze with these gaps, take the items off, or wait "
        "for the data.</p></section>"
    )


def _missing(context: Context, agenda: Agenda) -> tuple[str, ...]:
    with st.spinner("Looking for figures that are missing …"):
        return freezing.missing(context.presented(), agenda)


def _frozen(context: Context, cabinet: Cabinet, draft: Draft) -> bool:
    """Freeze; False after a message that says why not. The draft stays as it is in any case."""
    agenda, view = draft.agenda, context.presented()
    bar = st.progress(0.0, "Freezing …")
    steps = len(agenda.items)

    def told(done: int) -> None:
        bar.progress(min(done / (steps + 1), 1.0), f"Freezing: item {min(done + 1, steps)} of {steps} …")

    try:
        asked, last = prepare_preview.asked_before(context, agenda)
        secret, actions = prepare_preview.secret(context), _actions(context, view)

        def make(version: int) -> Document:
            return freezing.freeze(
                view,
                agenda,
                version,
                trust=context.trust_name,
                sample=context.sample,
                asked=asked,
                last_meeting=last,
                actions=actions,
                secret=secret,
                told=told,
            )

        kept = cabinet.freeze(agenda, make, cabinets.who(context))
    except KpiError as error:
        bar.empty()
        lost = "The draft is as it was; nothing is lost, and you can try again."
        written.told(meetings.trouble(context, error, lost), wrong=True)
        return False
    except OSError as error:
        bar.empty()
        _LOG.error("a meeting cannot be frozen: %s", error)
        written.told(
            "The meeting cannot be frozen: the data folder cannot be written in just now. See that the disk has room, "
            "then try again. The draft is as it was; nothing is lost.",
            wrong=True,
        )
        return False
    st.session_state.pop(_SHOWN, None)
    st.session_state[meetings_one.FROZEN] = kept.check
    st.query_params.from_dict({"meeting": kept.meeting, "version": str(kept.version)})
    return True


def _actions(context: Context, view: View) -> Mapping[str, tuple[str, str]]:
    """The newest open action beside the trust's figure of each KPI, with its owner, as everybody in the room may read
    it; none where the notebook cannot be read."""

    def hidden(about: Subject) -> bool:
        try:
            answer = view.result(about.kpi, about.academy, about.academic_year)
        except KpiError:
            return True
        return answer.withheld is not None and answer.value is None

    try:
        reader = Reader(context.viewer, context.admission.name, hidden)
        found = kept_actions.seen(written.notebook(context), reader)
    except KpiError as error:
        _LOG.error("actions cannot be read for a meeting: %s", error)
        return {}
    of_trust = [each for each in found if each.is_open and each.subject.kpi and each.subject.academy == TRUST]
    return {
        each.subject.kpi: (each.now.text, each.now.owner) for each in sorted(of_trust, key=lambda each: each.added.at)
    }
