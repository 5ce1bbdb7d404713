"""What was written down at a meeting, and how it goes on: notes, decisions and actions with their follow-up."""

from __future__ import annotations

from html import escape

import streamlit as st

from kpi_engine.errors import ChangedSince, WrittenError
from kpi_engine.meetings import captured
from kpi_engine.meetings.captured import Entry, EntryKind, Status
from kpi_engine.meetings.document import Document, Part
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import may_prepare
from ui import cabinet as cabinets
from ui import frame, meetings, words, written
from ui.context import Context
from ui.written import Said

_DOING = "meetings: the entry that is followed up, and the edition that was read"
_TITLES = {EntryKind.DECISION: "Decisions", EntryKind.ACTION: "Actions", EntryKind.NOTE: "Notes"}


def panel(context: Context, cabinet: Cabinet, kept: Kept, document: Document | None) -> None:
    """The entries of the meeting, and for those who may, what follows them up."""
    may = may_prepare(context.viewer)
    said = _asked(context, cabinet, kept) if may else None
    found = captured.entries(cabinet, kept.meeting)
    st.html('<h2 class="section" id="written">Decided and written down</h2>')
    if said is not None:
        written.told(*said)
    if not found:
        how = (
            "Present the meeting and press N: notes, decisions and actions are written on the slide, and come here."
            if may
            else "What the clerk writes down during the meeting appears here."
        )
        st.html(f'<p class="quiet none">Nothing is written down yet. {how}</p>')
        return
    for kind, title in _TITLES.items():
        some = [entry for entry in found if entry.kind is kind]
        if not some:
            continue
        st.html(f'<h3 class="panel-title">{title} · {len(some)}</h3>')
        for entry in some:
            _entry(entry, document, may)


def _asked(context: Context, cabinet: Cabinet, kept: Kept) -> Said | None:
    """Do what was pressed, and say what came of it."""
    entries = captured.entries(cabinet, kept.meeting)
    for entry in entries:
        if written.pressed(f"entry-follow-{_key(entry)}"):
            _open(entry)
    doing = st.session_state.get(_DOING)
    if not isinstance(doing, tuple):
        return None
    id, edition = doing
    entry = next((each for each in entries if each.id == id), None)
    if entry is None or written.pressed(f"entry-leave-{_key(entry)}"):
        st.session_state.pop(_DOING, None)
        return None
    if not written.pressed(f"entry-keep-{_key(entry)}"):
        return None
    status = st.session_state.get(f"entry-status-{_key(entry)}")
    wanted = status if isinstance(status, Status) and entry.kind is EntryKind.ACTION else None
    try:
        captured.follow_up(
            cabinet, cabinets.who(context), id, edition, written.typed(f"entry-said-{_key(entry)}"), wanted
        )
    except WrittenError as error:
        if isinstance(error, ChangedSince):
            st.session_state[_DOING] = (id, entry.edition)
            again = f"{written.trouble(context, error)} It now stands so; save again to put yours beside it:"
            return again, True, f"<blockquote>{written.lines(entry.text)}{_remarks(entry)}</blockquote>"
        return written.trouble(context, error), True, ""
    st.session_state.pop(_DOING, None)
    return "Saved; what was before stands in the history.", False, ""


def _open(entry: Entry) -> None:
    st.session_state[_DOING] = (entry.id, entry.edition)
    st.session_state[f"entry-said-{_key(entry)}"] = ""
    if entry.status is not None:
        st.session_state[f"entry-status-{_key(entry)}"] = entry.status


def _entry(entry: Entry, document: Document | None, may: bool) -> None:
    with st.container(key=f"entry-{_key(entry)}"):
        beside = "" if not entry.beside else '<p class="quiet">Written by a second person at the same moment.</p>'
        st.html(
            f'<article class="written entry"><p class="about quiet">{_about(entry, document)}</p>'
            f'<p class="words">{written.lines(entry.text)}</p>{beside}{_state(entry)}{_remarks(entry)}</article>'
        )
        if not may:
            return
        doing = st.session_state.get(_DOING)
        if isinstance(doing, tuple) and doing[0] == entry.id:
            _form(entry)
            return
        label = "Follow up" if entry.kind is not EntryKind.ACTION or entry.is_open else "Open again"
        st.button(label, key=f"entry-follow-{_key(entry)}", type="tertiary")


def _form(entry: Entry) -> None:
    key = _key(entry)
    if f"entry-said-{key}" not in st.session_state:
        # Another page was looked at in between, where the form was not drawn.
        _open(entry)
    with st.form(f"entry-form-{key}", border=False):
        st.text_area("How it is going", key=f"entry-said-{key}", height=90)
        if entry.kind is EntryKind.ACTION:
            st.selectbox("It is", list(Status), format_func=str, key=f"entry-status-{key}")
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", key=f"entry-keep-{key}")
            st.form_submit_button("Leave it as it was", key=f"entry-leave-{key}")


def _about(entry: Entry, document: Document | None) -> str:
    """Which item it was written at, and its part where that is confidential."""
    item = document.item(entry.item) if document is not None else None
    title = f"{item.number}. {item.title}" if item is not None else "At an item that this version does not have"
    part = f' <span class="confidential">{entry.part}</span>' if entry.part is Part.CONFIDENTIAL else ""
    return f"{words.text(title)}{part}"


def _state(entry: Entry) -> str:
    who = f"{meetings.by(entry.by, entry.at)}"
    if entry.kind is not EntryKind.ACTION:
        return f'<div class="quiet">{who}</div>'
    due = "no day named" if entry.due is None else f"due {frame.day(entry.due)}"
    late = entry.due is not None and entry.is_open and entry.due < written.today()
    overdue = '<b class="overdue">Overdue</b> · ' if late else ""
    owner = escape(entry.owner) if entry.owner else "nobody named"
    return f'<div class="quiet"><b>{escape(str(entry.status))}</b> · {overdue}<b>{owner}</b> · {due} · {who}</div>'


def _remarks(entry: Entry) -> str:
    return "".join(
        f'<p class="follow"><span class="quiet">{meetings.by(step.by, step.at)}, {escape(str(step.status or ""))}'
        f"</span> {written.lines(step.said)}</p>"
        for step in entry.remarks
    )


def _key(entry: Entry) -> str:
    """The entry's id as part of a widget's name; the browser made it."""
    return entry.id
