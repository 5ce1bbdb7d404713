"""The one builder of the seven group pages: the group's KPIs beside the chosen one, told in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi_engine.catalogue import of_group
from ui import (
    blocks,
    breakdown,
    cards,
    commentary,
    evidence,
    explained,
    frame,
    links_copied,
    pictures,
    place,
    takeaway,
)
from ui.context import Context


def group_page(context: Context, group: str, first: Mapping[str, Sequence[str]] | None = None) -> None:
    """Draw a group's page. ``first`` names the pictures that come first for a KPI, or for all under ``""``."""
    here, notes = place.read(context, group)
    st.set_page_config(page_title=f"{here.kpi.short} · {context.scope_name} · {context.trust_name}")
    frame.strip(context, here.year, here.result)
    frame.told((*links_copied.since(context, here), *notes, *blocks.to_load(here)))
    left, right = st.columns([3, 8], gap="medium")
    with right:
        st.html(blocks.headline(here))
        picture = pictures.panel(here, first or {})
        breakdown.panel(here)
        st.html(explained.passport(here))
        evidence.panel(here)
        commentary.panel(here)
        takeaway.row(here, picture)
        links_copied.live()
    # After the block, so that a note that this run has saved is counted; it stands first on the page all the same.
    with left:
        chosen = context.choice
        rows = [
            (
                kpi,
                context.ask.result(kpi.id, chosen.academy, chosen.year, among=chosen.among),
                context.ask.trend(kpi.id, chosen.academy, among=chosen.among),
            )
            for kpi in of_group(group)
        ]
        st.html(cards.kpi_rows(context, here.kpi.id, rows))
