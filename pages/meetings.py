"""Meetings: what is being prepared, what is frozen, and everything that goes out from a frozen meeting."""

from __future__ import annotations

import streamlit as st

from kpi_engine.errors import CannotBeKept
from kpi_engine.meetings.who import may_prepare, may_read
from ui import links_copied, meetings, meetings_one, prepare, prepare_new
from ui.context import Context
from ui.entrance import to_the_app


def page(context: Context) -> None:
    """Draw the page."""
    if not may_read(context.viewer):
        meetings.refused(context)
        return
    asked = st.query_params
    try:
        if asked.get("draft") and may_prepare(context.viewer):
            prepare.page(context, asked["draft"])
        elif "new" in asked and may_prepare(context.viewer):
            prepare_new.page(context)
        elif asked.get("meeting"):
            meetings_one.page(context, asked["meeting"], asked.get("version", ""))
        else:
            meetings.page(context, unknown="draft" in asked or "new" in asked)
    except CannotBeKept as error:
        meetings.unreadable(context, error)
    links_copied.live()


if __name__ == "__main__":
    to_the_app("meetings")
