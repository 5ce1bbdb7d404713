"""The overview: what needs attention first, then every academy and KPI in one grid."""

from __future__ import annotations

from html import escape

import streamlit as st

from kpi_engine.answers import Cell, TargetStatus
from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.model import TRUST
from ui import attention, cards, frame, scorecard
from ui.context import Context
from ui.entrance import to_the_app


def page(context: Context) -> None:
    """Draw the page."""
    chosen = context.choice
    cells = context.ask.scorecard(chosen.year, chosen.among)
    own = [c for c in cells if c.academy == chosen.academy]
    frame.strip(context, frame.year_words(chosen.year))
    subject = "the trust" if chosen.academy == TRUST else context.academy(chosen.academy).name
    counted = attention.counts(own)
    st.html(
        f'<h1 class="title">What needs {escape(_genitive(subject))} attention</h1>'
        f'<p class="lead">{counted.all} KPIs · {counted.met} met · {counted.near} near · {counted.missed} missed · '
        f"{counted.unjudged} with no judgement</p>"
    )
    discuss, watch = _rows(context, own)
    on_track = [CATALOGUE[c.kpi] for c in own if c.withheld is None and c.target.status is TargetStatus.MET]
    unjudged = [c for c in own if c.withheld is not None or c.target.status is TargetStatus.NONE]
    st.html(
        '<div class="cards">'
        + cards.attention_card("Needs discussion", "discuss", discuss)
        + cards.attention_card("Watch", "watch", watch)
        + cards.on_track_card(context, on_track, unjudged)
        + "</div>"
    )
    st.html(scorecard.table(context, cells, GROUPS))


def _rows(context: Context, own: list[Cell]) -> tuple[list[str], list[str]]:
    """The cards' rows; the full results are asked for only where a row is shown."""
    chosen = context.choice
    asked = [
        (CATALOGUE[c.kpi], context.ask.result(c.kpi, chosen.academy, chosen.year, among=chosen.among))
        for c in own
        if c.withheld is None and c.target.status in (TargetStatus.MISSED, TargetStatus.NEAR)
    ]
    asked.sort(key=lambda found: attention.urgency(*found), reverse=True)
    discuss = [cards.attention_row(context, k, r) for k, r in asked if attention.discuss(k, r)]
    watch = [cards.attention_row(context, k, r) for k, r in asked if attention.watch(k, r)]
    return discuss, watch


def _genitive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


if __name__ == "__main__":
    to_the_app("")
