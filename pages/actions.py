"""Every action that the viewer may see, by due date, of the academies that the sidebar says."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import streamlit as st

from kpi_engine.errors import WrittenError
from kpi_engine.model import TRUST
from kpi_engine.written import actions as kept
from kpi_engine.written.actions import Action
from kpi_engine.written.subject import WHOLE_TRUST, may_write
from ui import actions, frame, written
from ui.context import Context
from ui.entrance import to_the_app


def page(context: Context) -> None:
    """Draw the page."""
    frame.strip(context, "Actions of every year")
    st.html(
        '<h1 class="title">Actions</h1><p class="lead">What is to be done, by whom and until when. An action belongs '
        "to a figure, or to the trust as a whole.</p>"
    )
    who = written.reader(context)
    try:
        book = written.notebook(context)
        seen = kept.seen(book, who)
        said = actions.asked(context, book, who, WHOLE_TRUST, seen)
        found = _chosen(context, seen if said is None else kept.seen(book, who))
    except WrittenError as error:
        written.unreadable(context, error, actions.boxes(WHOLE_TRUST))
        return
    if said is not None:
        written.told(*said)
    still = [action for action in found if action.is_open]
    today = written.today()
    for words, some in groupby(still, key=lambda action: actions.due_words(action, today)):
        due = list(some)
        st.html(f'<h2 class="section">{escape(words)} · {len(due)}</h2>')
        actions.rows(context, who, due, figure=True)
    if not still:
        st.html(_none(context, may_write(who, WHOLE_TRUST) or bool(context.offered.own)))
    actions.rows(context, who, [action for action in found if not action.is_open], figure=True)
    if may_write(who, WHOLE_TRUST):
        actions.new(context, WHOLE_TRUST, failed=said is not None and said[1])


def _chosen(context: Context, found: Sequence[Action]) -> list[Action]:
    """Those of the academy that is chosen, or of the phase; for the whole trust all."""
    academy, among = context.choice.academy, context.choice.among
    return [
        action
        for action in found
        if academy in (TRUST, action.subject.academy)
        and (among is None or action.subject.academy in among or action.subject.academy == TRUST)
    ]


def _none(context: Context, may: bool) -> str:
    how = (
        "To add one, open a KPI of an academy and choose “Add an action” under its commentary."
        if may
        else "The executive and heads add them under a KPI’s commentary."
    )
    return f'<p class="quiet none">No open action for: {escape(context.scope_name)}. {how}</p>'


if __name__ == "__main__":
    to_the_app("actions")
