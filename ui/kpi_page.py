"""The one builder of the seven group pages: the group's KPIs beside the chosen one, told in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from kpi_engine.catalogue import of_group
from ui import blocks, breakdown, cards, frame, over_time, place, side_by_side, tables
from ui.context import Context
from ui.draw import chart
from ui.picture import Kind, table
from ui.place import Place

KINDS: Mapping[str, Kind] = {k.id: k for k in (*over_time.KINDS, *side_by_side.KINDS, *tables.KINDS)}


def group_page(context: Context, group: str, first: Mapping[str, Sequence[str]] | None = None) -> None:
    """Draw a group's page. ``first`` names the pictures that come first for a KPI, or for all under ``""``."""
    here, notes = place.read(context, group)
    st.set_page_config(page_title=f"{here.kpi.short} · {context.scope_name} · {context.trust_name}")
    frame.strip(context, here.year, here.result)
    frame.told((*notes, *blocks.to_load(here)))
    left, right = st.columns([3, 8], gap="medium")
    with left:
        chosen = context.choice
        rows = [
            (kpi, context.ask.result(kpi.id, chosen.academy, chosen.year, among=chosen.among))
            for kpi in of_group(group)
        ]
        st.html(cards.kpi_rows(context, here.kpi.id, rows))
    with right:
        st.html(blocks.headline(here))
        if here.result.withheld is not None:
            st.html(blocks.withheld(here))
        _pictures(here, first or {})
        breakdown.panel(here)
        st.html(blocks.about(here))


def _pictures(here: Place, first: Mapping[str, Sequence[str]]) -> None:
    """The chosen picture, with the others to choose from."""
    ranked = dict.fromkeys([*first.get(here.kpi.id, ()), *first.get("", ()), *KINDS])
    offered = [name for name in ranked if KINDS[name].fits(here)]
    tried = [here.picture, *offered] if here.picture in offered else offered
    drawn = None
    for name in tried:
        found = KINDS[name].draw(here)
        if found is not None and (drawn is None or not found.thin):
            drawn = (name, found)
        if drawn is not None and (not drawn[1].thin or drawn[0] == here.picture):
            break
    if drawn is None:
        return
    name, picture = drawn
    with st.container(border=True, key="picture"):
        links = "".join(
            f"<b aria-current='true'>{escape(KINDS[o].label)}</b>"
            if o == name
            else f'<a class="go" href="{escape(here.link(picture=o, by=here.by))}">{escape(KINDS[o].label)}</a>'
            for o in offered
        )
        chips = f'<div class="chips">{links}</div>' if len(offered) > 1 else ""
        st.html(
            f'{chips}<h2 class="panel-title">{escape(picture.title)} <span>· {escape(picture.subtitle)}</span></h2>'
        )
        if picture.figure is not None:
            chart(picture.figure, f"chart-{name}", picture.alt, _go)
        under = "".join(f"<li>{escape(n)}</li>" for n in picture.notes)
        under = f'<ul class="notes">{under}</ul>' if under else ""
        if picture.rows:
            under += f"<details><summary>Show as table</summary>{table(picture.header, picture.rows)}</details>"
        if picture.body or under:
            st.html(picture.body + under)


def _go(key: str) -> None:
    """A point was clicked: go where it leads, one academy or one part of the year.

    Whoever speaks to the server without a browser can claim any point; where it leads is checked like any link.
    """
    try:
        lead = str(st.session_state[key]["selection"]["points"][0]["customdata"][1])
    except (LookupError, TypeError):
        return
    name, _, value = lead.partition("=")
    if name == "academy" and value:
        st.query_params["academy"] = value
    elif name == "in" and value:
        st.query_params["in"] = [*st.query_params.get_all("in"), value]
