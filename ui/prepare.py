"""A draft: its items in order on the left, the one that is open on the right, and freezing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from kpi_engine.errors import KpiError
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.drafts import Draft
from kpi_engine.meetings.keeping import Cabinet
from ui import cabinet as cabinets
from ui import (
    meetings,
    prepare_add,
    prepare_freeze,
    prepare_item,
    prepare_list,
    prepare_steps,
    prepare_words,
    words,
    written,
)
from ui.context import Context
from ui.meetings import link
from ui.prepare_steps import Step


def page(context: Context, meeting: str) -> None:
    """Draw the page of a draft."""
    meetings.strip(context)
    st.html(f'<p class="quiet back"><a class="go plain" href="{escape(link(context))}">All meetings</a></p>')
    cabinet = cabinets.of(context)
    draft = cabinet.draft(meeting)
    if draft is None or draft.removed:
        _none(context, cabinet, meeting, draft)
        return
    draft = _done(context, cabinet, draft)
    prepare_steps.drawn(draft)
    agenda = draft.agenda
    st.set_page_config(page_title=f"{agenda.body} {agenda.date} · {context.trust_name}")
    if "freeze" in st.query_params:
        prepare_freeze.page(context, cabinet, draft)
        return
    _head(context, cabinet, draft)
    prepare_steps.told(draft)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        _items(context, agenda)
        prepare_add.forms(context, agenda)
        prepare_add.settings(context, agenda)
        _remove()
    with right, st.container(key="item-panel"):
        prepare_item.panel(context, agenda, chosen(agenda))


def chosen(agenda: Agenda) -> AgendaItem | None:
    """The item that the address opens, else the first; None for an empty agenda."""
    wanted = st.query_params.get("item", "")
    return next((item for item in agenda.items if item.id == wanted), next(iter(agenda.items), None))


def _done(context: Context, cabinet: Cabinet, draft: Draft) -> Draft:
    """Do what was asked for in this run, each a step of its own."""
    edition = prepare_steps.seen(draft)
    if written.pressed("draft-undo"):
        return prepare_steps.undo(context, cabinet, draft, edition)
    if written.pressed("draft-remove"):
        _removed(context, cabinet, draft, edition)
        return draft
    draft = prepare_steps.settle(context, cabinet, draft)
    for step in _steps(context, draft.agenda):
        before = draft
        draft = prepare_steps.save(context, cabinet, draft, step, edition)
        if draft is before and prepare_steps.waiting(draft.meeting) is not None:
            break
        edition = draft.edition
    return draft


def _steps(context: Context, agenda: Agenda) -> Sequence[Step]:
    """What the widgets that were changed in this run ask for."""
    found: list[Step] = []
    order = prepare_list.asked()
    if order is not None:
        found.append(Step("the order of the items", lambda now: ordered(now, order)))
    found += prepare_add.steps(context, agenda)
    for asked in prepare_steps.asked():
        step = prepare_add.setting(context, agenda, asked) or prepare_item.step(context, agenda, asked)
        if step is not None:
            found.append(step)
    item = chosen(agenda)
    if item is not None:
        found += prepare_item.pressed(context, agenda, item)
    return found


def ordered(agenda: Agenda, order: Sequence[str]) -> Agenda:
    """The agenda with its items in this order; one that is not named stays behind those that are."""
    place = {id: number for number, id in enumerate(order)}
    return replace(agenda, items=tuple(sorted(agenda.items, key=lambda item: place.get(item.id, len(place)))))


def _head(context: Context, cabinet: Cabinet, draft: Draft) -> None:
    agenda = draft.agenda
    latest = cabinet.latest(draft.meeting)
    frozen = ""
    if latest is not None:
        there = link(context, meeting=latest.meeting, version=str(latest.version))
        frozen = f' · <a class="go plain" href="{escape(there)}">{escape(latest.label)} is frozen</a>'
    st.html(
        f'<h1 class="title">{escape(agenda.body)}, {words.day(agenda.date)}</h1>'
        f'<p class="quiet" role="status">Every change is saved. Last: {meetings.by(draft.by, draft.at)}{frozen}</p>'
    )
    with st.container(horizontal=True, vertical_alignment="center", key="draft-doing"):
        if agenda.items:
            go = link(context, draft=draft.meeting, freeze="1")
            st.html(f'<a class="go act" href="{escape(go)}">Freeze this meeting …</a>', width="content")
        if prepare_steps.can_undo(context, draft):
            st.button("Undo the last change", key="draft-undo")


def _items(context: Context, agenda: Agenda) -> None:
    count = len(agenda.items)
    st.html(f'<h2 class="section">Agenda · {count} item{"" if count == 1 else "s"}</h2>')
    if not agenda.items:
        st.html('<p class="quiet none">The agenda is empty. Add a KPI, a slide or a reusable agenda below.</p>')
        return
    opened = chosen(agenda)
    with st.spinner("Reading the figures …"):
        rows = [
            {
                "id": item.id,
                "title": prepare_item.title(context, agenda, item),
                "about": prepare_words.about(context, item),
                "link": link(context, draft=agenda.meeting, item=item.id),
            }
            for item in agenda.items
        ]
    prepare_list.show(rows, opened.id if opened is not None else "")


def _remove() -> None:
    with st.expander("Remove this draft", key="draft-removal"):
        st.html('<p class="quiet">It goes off the list, and can be put back from there. Frozen versions stay.</p>')
        st.button("Remove the draft", key="draft-remove")


def _removed(context: Context, cabinet: Cabinet, draft: Draft, edition: int) -> None:
    try:
        gone = cabinet.remove_draft(draft.meeting, cabinets.who(context), edition)
    except KpiError as error:
        written.told(meetings.trouble(context, error), wrong=True)
        return
    meetings.removed_here(gone)
    st.query_params.clear()
    st.rerun()


def _none(context: Context, cabinet: Cabinet, meeting: str, draft: Draft | None) -> None:
    if draft is not None and written.pressed("draft-bring-back"):
        try:
            cabinet.restore_draft(meeting, cabinets.who(context))
        except KpiError as error:
            written.told(meetings.trouble(context, error), wrong=True)
        else:
            st.rerun()
    st.html('<h1 class="title">There is no such draft</h1>')
    if draft is None:
        written.told(f"No draft is called “{meeting[:60]}”. Choose one from the list, or prepare a new meeting.", True)
        return
    written.told(f"{draft.by} removed this draft on {written.when(draft.at)}.", wrong=True)
    st.button("Put it back", key="draft-bring-back")
