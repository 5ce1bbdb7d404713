"""The item of the agenda that is open: its words, its scope and part, and a preview of its slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.errors import KpiError, UsageError, WrittenError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import Item, ItemKind, Part
from kpi_engine.written import notes
from kpi_engine.written.notes import Note
from kpi_engine.written.subject import Reader, Subject, is_hidden
from ui import choice, prepare_add, prepare_preview, prepare_steps, written
from ui.context import Context
from ui.prepare_steps import Asked, Step
from ui.prepare_words import scope

_MOST_QUESTIONS = 3
_MOST_NOTES = 3
_FIELDS = {
    "title": "the title",
    "text": "the text",
    "comment": "the comment",
    "part": "the part of the meeting",
    "academy": "the scope",
    "year": "the academic year",
    **{f"question-{place}": f"question {place + 1}" for place in range(_MOST_QUESTIONS)},
}


def title(context: Context, agenda: Agenda, item: AgendaItem) -> str:
    """What the item is called: what was written, else what is proposed."""
    if item.title:
        return item.title
    found = prepare_preview.proposed(context, agenda, item)
    if isinstance(found, KpiError):
        kpi = CATALOGUE.get(item.kpi)
        return f"{kpi.short if kpi is not None else item.kpi}: cannot be shown; open it to see why"
    return found.title or "Slide without a title"


def panel(context: Context, agenda: Agenda, item: AgendaItem | None) -> None:
    """The open item, with everything that can be changed in it."""
    if item is None:
        return
    place = agenda.items.index(item)
    st.html(f'<h2 class="section">Item {place + 1} of {len(agenda.items)}</h2>')
    with st.container(horizontal=True, key="item-doing"):
        st.button("Move up", key="item-up", disabled=not place)
        st.button("Move down", key="item-down", disabled=place == len(agenda.items) - 1)
        st.button("Take off the agenda", key="item-off")
    found = prepare_preview.previewed(context, agenda, item)
    if isinstance(found, KpiError):
        written.told(f"This item cannot be shown as it is: {choice.said(found)} Change it below, or take it off.", True)
    else:
        st.html(prepare_preview.slide(context, agenda, item, found))
    _fields(context, agenda, item)
    if isinstance(found, Item) and item.kind is ItemKind.KPI:
        _notes(context, agenda, item, found)


def _fields(context: Context, agenda: Agenda, item: AgendaItem) -> None:
    proposed = prepare_preview.proposed(context, agenda, item)
    known = proposed if isinstance(proposed, Item) else None
    if item.kind is not ItemKind.TEXT:
        st.text_input("Title", **_kept(agenda, item, "title", item.title or (known.title if known else "")))
    else:
        st.text_input("Title", **_kept(agenda, item, "title", item.title))
        st.text_area("What the slide says", height=160, **_kept(agenda, item, "text", item.text))
    if item.kind is ItemKind.KPI:
        asked = item.questions if item.questions is not None else (known.questions if known else ())
        for each in range(_MOST_QUESTIONS):
            said = asked[each] if each < len(asked) else ""
            st.text_input(f"Question {each + 1}", **_kept(agenda, item, f"question-{each}", said))
        if item.title or item.questions is not None:
            st.button("Back to the proposal", key="item-back", help="The title and questions that the figures propose.")
        st.text_area(
            "Comment",
            height=100,
            placeholder="What you add to the figure",
            **_kept(agenda, item, "comment", item.comment),
        )
        left, right = st.columns(2)
        offered = prepare_add.scopes(context, item.kpi)
        left.selectbox(
            "For",
            offered if item.academy in offered else [*offered, item.academy],
            format_func=lambda each: scope(context, each),
            **_kept(agenda, item, "academy", item.academy),
        )
        every = prepare_add.years(context)
        right.selectbox(
            "Academic year",
            every if item.year in every else [*every, item.year],
            format_func=prepare_add.year_words,
            **_kept(agenda, item, "year", item.year),
        )
    st.radio(
        "Part of the meeting", list(Part), format_func=str, horizontal=True, **_kept(agenda, item, "part", item.part)
    )


def _kept(agenda: Agenda, item: AgendaItem, field: str, value: object) -> dict[str, object]:
    """The key of a widget, which shows what is saved, and what notes that it was changed."""
    key = _name(agenda, item.id, field)
    st.session_state[key] = value
    return {"key": key, "on_change": prepare_steps.ask, "args": (field, item.id)}


def _name(agenda: Agenda, id: str, field: str) -> str:
    return f"item-{field}-{agenda.meeting}-{id}"


# What was changed


def step(context: Context, agenda: Agenda, asked: Asked) -> Step | None:
    """What a changed field asks for; None for a field that is none, or a value that was not offered."""
    if asked.what not in _FIELDS:
        return None
    try:
        item = agenda.item(asked.item)
    except UsageError:
        return None
    value = st.session_state.get(_name(agenda, item.id, asked.what))
    typed = str(value or "")
    said = f"{_FIELDS[asked.what]} of item {agenda.items.index(item) + 1}"
    if asked.what == "part":
        return None if value not in list(Part) else _setting(said, item.id, part=Part(typed))
    if asked.what == "academy":
        return None if value not in prepare_add.scopes(context, item.kpi) else _setting(said, item.id, academy=typed)
    if asked.what == "year":
        return None if value not in prepare_add.years(context) else _setting(said, item.id, year=typed)
    if asked.what in ("text", "comment"):
        return Step(said, _setting(said, item.id, **{asked.what: typed}).make, typed)
    found = prepare_preview.proposed(context, agenda, item)
    known = found if isinstance(found, Item) else None
    if asked.what == "title":
        same = known is not None and item.kind is not ItemKind.TEXT and typed.strip() == known.title
        return Step(said, _setting(said, item.id, title="" if same else typed.strip()).make, typed)
    rows = (st.session_state.get(_name(agenda, item.id, f"question-{each}")) for each in range(_MOST_QUESTIONS))
    listed = tuple(str(row).strip() for row in rows if row and str(row).strip())
    kept = None if known is not None and listed == known.questions else listed
    return Step(said, _setting(said, item.id, questions=kept).make, typed)


def pressed(context: Context, agenda: Agenda, item: AgendaItem) -> Sequence[Step]:
    """What the open item's buttons ask for."""
    place = agenda.items.index(item)
    number = f"item {place + 1}"
    found: list[Step] = []
    if written.pressed("item-up"):
        found.append(Step(f"{number} moved up", lambda now: agendas.moved(now, item.id, place - 1 if place else 0)))
    if written.pressed("item-down"):
        found.append(Step(f"{number} moved down", lambda now: agendas.moved(now, item.id, place + 1)))
    if written.pressed("item-off"):
        found.append(Step(f"{number} taken off the agenda", lambda now: agendas.removed(now, item.id)))
    if written.pressed("item-back"):
        found.append(_setting(f"the proposal for {number}", item.id, title="", questions=None))
    for note in _beside(context, agenda, item):
        if written.pressed(f"item-note-{note.number}"):
            text = note.last.text
            comment = f"{item.comment}\n\n{text}" if item.comment else text
            found.append(_setting(f"the note taken over as the comment of {number}", item.id, comment=comment))
    return found


def _setting(said: str, id: str, **fields: object) -> Step:
    """A step that gives some of an item's fields other values."""

    def make(now: Agenda) -> Agenda:
        return agendas.changed(now, replace(now.item(id), **fields))  # type: ignore[arg-type]

    return Step(said, make)


# Notes beside the figure


def _notes(context: Context, agenda: Agenda, item: AgendaItem, shown: Item) -> None:
    found = _beside(context, agenda, item)
    if not found:
        return
    st.html(f'<h3 class="panel-title">Notes beside the figure of {escape(shown.year)}</h3>')
    for note in found[:_MOST_NOTES]:
        st.html(
            f'<article class="written"><p class="words">{written.lines(note.last.text)}</p>'
            f'<div class="quiet">{escape(note.written.name)}, {written.when(note.written.at)}</div></article>'
        )
        st.button("Take over as the comment", key=f"item-note-{note.number}", type="tertiary")


def _beside(context: Context, agenda: Agenda, item: AgendaItem) -> Sequence[Note]:
    """The notes beside the item's figure that everybody in the room may read, newest first."""
    if item.kind is not ItemKind.KPI or agendas.phase_of(item) is not None or agenda.anonymous:
        return ()
    view = context.presented()
    year = item.year if item.year != agendas.LATEST else agenda.year
    try:
        result = view.result(item.kpi, item.academy, view.latest(item.kpi) if year == agendas.LATEST else year)
        if is_hidden(result):
            return ()
        about = Subject(item.kpi, item.academy, result.academic_year)
        # The room sees this figure, as governors do, who read what stands beside it.
        reader = Reader(context.viewer, context.admission.name, lambda _: False)
        return [note for note in notes.on(written.notebook(context), reader, about) if not note.removed]
    except (KpiError, WrittenError):
        # What cannot be read is no reason to stop preparing.
        return ()
