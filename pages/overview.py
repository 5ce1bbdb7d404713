"""The overview: what needs attention first, then every academy and KPI in one grid."""

from __future__ import annotations

from html import escape

import streamlit as st

from kpi_engine.catalogue import GROUPS
from kpi_engine.model import TRUST
from ui import attention, earlier, frame, links_copied, scorecard, takeaway
from ui.context import Context
from ui.entrance import to_the_app


def page(context: Context) -> None:
    """Draw the page."""
    chosen = context.choice
    only = st.query_params.get("only") == attention.SIGNIFICANT
    opened = st.query_params.get("show") == earlier.OPEN
    every = st.query_params.get("grid") == scorecard.ALL
    switches = {
        "only": attention.SIGNIFICANT if only else "",
        "show": earlier.OPEN if opened else "",
        "grid": scorecard.ALL if every else "",
    }
    cells = context.ask.scorecard(chosen.year, chosen.among)
    own = [c for c in cells if c.academy == chosen.academy]
    frame.strip(context, frame.year_words(chosen.year))
    frame.told(links_copied.since(context))
    subject = "the trust" if chosen.academy == TRUST else context.academy(chosen.academy).name
    found = context.ask.attention(chosen.academy, chosen.year, chosen.among, only)
    st.html(
        f'<div class="top"><h1 class="title">What needs {escape(_genitive(subject))} attention</h1>'
        f"{links_copied.control(context, '', **switches)}</div>"
        f'<p class="lead">{attention.counts(own)} {attention.switch(context, only, _without(switches, "only"))}</p>'
        f'<p class="quiet">{escape("" if only else _first_step(context))} '
        f"{escape(attention.explained(found.significance))}</p>"
    )
    below = earlier.card(context, opened, _without(switches, "show"))
    st.html(attention.cards(context, found, below))
    if opened:
        st.html(earlier.panel(context, _without(switches, "show")))
    st.html(scorecard.table(context, cells, GROUPS, every, _without(switches, "grid")))
    takeaway.scorecard_takeaway(context, cells)
    links_copied.live()


def _first_step(context: Context) -> str:
    """What somebody who is here for the first time should do, in a sentence."""
    if context.choice.academy != TRUST:
        return "Start with the first row: click it to see the figure, whom it is about and where it comes from."
    return "Start with the first row: click it to see the figure, or an academy’s name to see the figure there."


def _without(switches: dict[str, str], one: str) -> dict[str, str]:
    return {name: value for name, value in switches.items() if name != one}


def _genitive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


if __name__ == "__main__":
    to_the_app("")
