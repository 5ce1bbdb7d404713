"""The picture panel of a KPI's block: every kind of picture there is, the one that is shown, the others to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from ui import (
    funnel,
    links_copied,
    over_time,
    pictures_gaps,
    pictures_money,
    pictures_ofsted,
    pictures_shares,
    side_by_side,
    spread,
)
from ui.draw import chart
from ui.picture import Kind, Picture, table
from ui.place import Place

KINDS: Mapping[str, Kind] = {
    k.id: k
    for k in (
        *over_time.KINDS,
        *side_by_side.KINDS,
        *pictures_gaps.KINDS,
        *pictures_shares.KINDS,
        *pictures_ofsted.KINDS,
        *pictures_money.KINDS,
        *funnel.KINDS,
        *spread.KINDS,
    )
}


def panel(here: Place, first: Mapping[str, Sequence[str]]) -> Picture | None:
    """The chosen picture, with the others to choose from; it is given back for whoever takes it away.

    ``first`` names the kinds that come first for a KPI, or for all under ``""``.
    """
    ranked = dict.fromkeys([*first.get(here.kpi.id, ()), *first.get("", ()), *KINDS])
    offered = _spread_first([name for name in ranked if name in KINDS and KINDS[name].fits(here)])
    tried = [here.picture, *offered] if here.picture in offered else offered
    drawn = None
    for name in tried:
        found = KINDS[name].draw(here)
        if found is not None and (drawn is None or not found.thin):
            drawn = (name, found)
        if drawn is not None and (not drawn[1].thin or drawn[0] == here.picture):
            break
    if drawn is None:
        return None
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
    return picture


def _spread_first(offered: Sequence[str]) -> list[str]:
    """The kinds with the spread, where it is offered, before the first that has a row for each academy."""
    spread_too = "spread" in offered
    kinds = [name for name in offered if name != "spread"]
    at = next((i for i, name in enumerate(kinds) if name in spread.INSTEAD_OF), len(kinds))
    return [*kinds[:at], "spread", *kinds[at:]] if spread_too else kinds


def _go(key: str) -> None:
    """A point was clicked: go where it leads, one academy, one part, another KPI of the group.

    Whoever speaks to the server without a browser can claim any point; where it leads is checked like any link.
    """
    try:
        lead = str(st.session_state[key]["selection"]["points"][0]["customdata"][1])
    except (LookupError, TypeError):
        return
    name, _, value = lead.partition("=")
    links_copied.dropped()
    if name == "academy" and value:
        st.query_params["academy"] = value
    elif name == "in" and value:
        st.query_params["in"] = [*st.query_params.get_all("in"), value]
    elif name == "kpi" and value:
        st.query_params["kpi"] = value
