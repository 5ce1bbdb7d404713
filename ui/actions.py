"""Actions on screen: rows with their history, and the forms that add, follow up and change them.

As with notes, what is pressed is done in the course of a run that the gate has let in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import LATEST
from kpi_engine.errors import ChangedSince, WrittenError
from kpi_engine.model import TRUST
from kpi_engine.written import actions as kept
from kpi_engine.written import subject
from kpi_engine.written.actions import Action, Happened, Status, Step
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import Reader, Subject
from ui import frame, written
from ui.choice import href
from ui.context import Context
from ui.written import Said

_DOING = "actions: form that is open, its action and the edition that was read"
_FOLLOW, _CHANGE = "follow", "change"
_STATUS = {Status.OPEN: "Open", Status.DONE: "Done", Status.DROPPED: "Dropped"}


def asked(context: Context, book: Notebook, who: Reader, about: Subject, found: Sequence[Action]) -> Said | None:
    """Do what was pressed, and say what came of it: a message, whether it went wrong, HTML below it."""
    box = _box(about)
    if written.pressed(f"{box}-save"):
        try:
            kept.add(
                book,
                who,
                about,
                written.typed(box),
                written.typed(f"{box}-owner"),
                st.session_state.get(f"{box}-due"),
                written.known(context),
            )
        except WrittenError as error:
            if not subject.may_write(who, about):
                return written.given_back(context, error, written.typed(box))
            return written.trouble(context, error), True, ""
        for part, empty in ((box, ""), (f"{box}-owner", ""), (f"{box}-due", None)):
            st.session_state[part] = empty
        return "The action has been added.", False, ""
    for action in found:
        for what in (_FOLLOW, _CHANGE):
            if written.pressed(f"action-{what}-{action.number}"):
                _open(what, action)
    doing = _doing()
    if doing is None:
        return None
    what, number, edition = doing
    if written.pressed(f"action-leave-{number}"):
        st.session_state.pop(_DOING, None)
        return None
    if not written.pressed(f"action-keep-{number}"):
        return None
    return _saved(context, book, who, found, what, number, edition)


def _saved(
    context: Context, book: Notebook, who: Reader, found: Sequence[Action], what: str, number: int, edition: int
) -> Said:
    text = written.typed(f"action-text-{number}")
    now = next((action for action in found if action.number == number), None)
    try:
        if what == _FOLLOW:
            status = st.session_state.get(f"action-status-{number}")
            kept.follow_up(book, who, number, edition, text, status if isinstance(status, Status) else None)
        else:
            due = st.session_state.get(f"action-due-{number}")
            owner = written.typed(f"action-owner-{number}")
            kept.change(book, who, number, edition, text, owner, due, written.known(context))
    except WrittenError as error:
        if now is None:
            st.session_state.pop(_DOING, None)
            return written.given_back(context, error, text)
        if isinstance(error, ChangedSince):
            st.session_state[_DOING] = (what, number, now.edition)
            again = f"{written.trouble(context, error)} It now stands so; save again to put yours in its place:"
            return again, True, f"<blockquote>{_what(now)}{_by(now.now)}</blockquote>"
        return written.trouble(context, error), True, ""
    st.session_state.pop(_DOING, None)
    return "Saved; what was before stands in the action’s history.", False, ""


def rows(context: Context, who: Reader, found: Sequence[Action], figure: bool = False) -> None:
    """Actions as rows, open ones first; what is done or dropped unfolds. ``figure`` names what each belongs to."""
    still = [action for action in found if action.is_open]
    rest = [action for action in found if not action.is_open]
    if still and not figure:
        st.html('<h3 class="panel-title">Actions</h3>')
    for action in still:
        _row(context, who, action, figure)
    if rest:
        with st.expander(f"Done or dropped · {len(rest)}", key=f"actions-past-{figure}"):
            for action in rest:
                _row(context, who, action, figure)


def new(context: Context, about: Subject, failed: bool = False) -> None:
    """The form that adds an action."""
    box = _box(about)
    label = "Add an action" if about.kpi else "Add an action for the trust"
    with st.expander(label, expanded=failed, key=f"{box}-new"), st.form(f"form-{box}", border=False):
        st.text_area("What shall be done", key=box, height=90)
        left, right = st.columns(2)
        left.text_input("Who does it", key=f"{box}-owner", placeholder=_OWNER)
        right.date_input("Until when", None, format="DD/MM/YYYY", key=f"{box}-due")
        care = written.CARE if about.kpi else _CARE
        st.html(f'<p class="quiet"><b>{care}</b> {written.kept_where(context)}</p>')
        st.form_submit_button("Save the action", type="primary", key=f"{box}-save")


_CARE = "Do not write about single pupils: everybody who may look around here reads this."
_OWNER = "A name or a role"


def _row(context: Context, who: Reader, action: Action, figure: bool) -> None:
    with st.container(key=f"action-{action.number}"):
        about = _belongs(context, action.subject) if figure else ""
        st.html(
            f'<article class="written action">{about}{_what(action)}{_by(action.now, action)}'
            f"{_history(action)}</article>"
        )
        if not subject.may_write(who, action.subject):
            return
        doing = _doing()
        if doing is not None and doing[1] == action.number:
            if f"action-text-{action.number}" not in st.session_state:
                # Another page was looked at in between, where the form was not drawn.
                _open(doing[0], action)
            _form(action, doing[0])
            return
        with st.container(horizontal=True, key=f"action-doing-{action.number}"):
            label = "Follow up" if action.is_open else "Open again"
            st.button(label, key=f"action-{_FOLLOW}-{action.number}", type="tertiary")
            if action.is_open:
                st.button("Change", key=f"action-{_CHANGE}-{action.number}", type="tertiary")


def _form(action: Action, what: str) -> None:
    number = action.number
    with st.form(f"action-form-{number}", border=False):
        if what == _FOLLOW:
            st.text_area("How it is going", key=f"action-text-{number}", height=90)
            st.selectbox("It is", list(Status), format_func=_STATUS.__getitem__, key=f"action-status-{number}")
        else:
            st.text_area("What shall be done", key=f"action-text-{number}", height=90)
            left, right = st.columns(2)
            left.text_input("Who does it", key=f"action-owner-{number}", placeholder=_OWNER)
            right.date_input("Until when", format="DD/MM/YYYY", key=f"action-due-{number}")
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", key=f"action-keep-{number}")
            st.form_submit_button("Leave it as it was", key=f"action-leave-{number}")


def _open(what: str, action: Action) -> None:
    """Open a form with what stands there now."""
    number, now = action.number, action.now
    st.session_state[_DOING] = (what, number, action.edition)
    fields: Mapping[str, object] = {
        f"action-text-{number}": "" if what == _FOLLOW else now.text,
        f"action-status-{number}": now.status if action.is_open else Status.OPEN,
        f"action-owner-{number}": now.owner,
        f"action-due-{number}": now.due,
    }
    for key, value in fields.items():
        st.session_state[key] = value


def _what(action: Action) -> str:
    return f'<p class="words">{written.lines(action.now.text)}</p>'


def _by(now: Step, action: Action | None = None) -> str:
    """Who does it and until when; an action that is late says so in words."""
    late = action.overdue(written.today()) if action is not None else 0
    due = f"due {frame.day(now.due)}"
    if action is not None and not action.is_open:
        due = f"{_STATUS[now.status].lower()} on {written.when(now.at)}, by {now.name}"
    days = f"{late} day{'' if late == 1 else 's'}"
    overdue = f'<b class="overdue">Overdue by {days}</b> · ' if late else ""
    return f'<div class="quiet">{overdue}<b>{escape(now.owner)}</b> · {escape(due)}</div>'


def _history(action: Action) -> str:
    """What has been said on the way, newest first, and the whole history where there is more than its beginning."""
    if len(action.steps) == 1:
        added = action.added
        return f'<div class="quiet">Added by {escape(added.name)}, {written.when(added.at)}</div>'
    told = []
    for before, step in zip((None, *action.steps[:-1]), action.steps, strict=True):
        moved = [] if before is None else _moved(before, step)
        said = f"<p>{written.lines(step.said)}</p>" if step.what not in _SILENT and step.said else ""
        changes = "".join(f"<p>{each}</p>" for each in moved)
        told.append(
            f'<li><div class="quiet">{escape(str(step.what).capitalize())} by {escape(step.name)}, '
            f"{written.when(step.at)}</div>{said}{changes}</li>"
        )
    last = next((s for s in reversed(action.steps) if s.what not in _SILENT and s.said), None)
    newest = ""
    if last is not None:
        newest = (
            f'<p class="follow"><span class="quiet">{escape(last.name)}, {written.when(last.at)}:</span> '
            f"{written.lines(last.said)}</p>"
        )
    listed = "".join(reversed(told))
    return f"{newest}<details><summary>Show its history</summary><ol>{listed}</ol></details>"


_SILENT = (Happened.ADDED, Happened.CHANGED)


def _moved(before: Step, step: Step) -> list[str]:
    """What a change changed, as HTML."""
    found = []
    if before.text != step.text:
        found.append(f"Before: {written.lines(before.text)}")
    if before.owner != step.owner:
        found.append(f"From {escape(before.owner)} to {escape(step.owner)}")
    if before.due != step.due:
        found.append(f"Due {frame.day(step.due)} in place of {frame.day(before.due)}")
    return found


def _belongs(context: Context, about: Subject) -> str:
    """A link to the figure that an action belongs to."""
    if not about.kpi:
        return '<div class="about">The whole trust</div>'
    kpi = CATALOGUE[about.kpi]
    scope = "The whole trust" if about.academy == TRUST else context.offered.names().get(about.academy, about.academy)
    there = replace(context.choice, academy=about.academy, year=about.academic_year or LATEST, phase="", among=None)
    link = escape(href(kpi.group, there, kpi=kpi.id))
    return (
        f'<div class="about"><a class="go plain" href="{link}">{escape(kpi.short)}</a> · {escape(scope)} · '
        f"{escape(about.academic_year)}</div>"
    )


def _box(about: Subject) -> str:
    return f"action-new-{about.kpi}-{about.academy}-{about.academic_year}"


def _doing() -> tuple[str, int, int] | None:
    found = st.session_state.get(_DOING)
    return found if isinstance(found, tuple) else None


def boxes(about: Subject) -> list[str]:
    """The keys of the boxes of text that may be open there."""
    doing = _doing()
    return [_box(about), *([f"action-text-{doing[1]}"] if doing else [])]


def due_words(action: Action, today: dt.date) -> str:
    """Until when, in words, for a heading: ``Overdue``, ``Due within a week``, ``Later``."""
    days = (action.now.due - today).days
    return "Overdue" if days < 0 else "Due within a week" if days <= 7 else "Later"
