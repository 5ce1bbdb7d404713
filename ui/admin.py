"""What the pages for administrators share."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from kpi_engine.access import Role
from kpi_engine.people.trail import Event
from ui.context import Context
from ui.sign_in import gate, record


def refused(context: Context, page: str) -> bool:
    """Whether the viewer is no administrator; they are told so, and it is recorded once a session."""
    if context.viewer.role is Role.ADMIN and not context.sample:
        return False
    gate.page(
        "This page is for administrators",
        "It shows who may see what, and what was done. " + gate.whom_to_ask(context.settings),
    )
    if not context.sample:
        admission = context.admission
        record.once(context.settings, admission.viewer.user, Event.REFUSED, admission.session, f"the page {page}")
    return True


def address(more: str = "") -> str:
    """The app's own address as the browser has it, with ``more`` after it."""
    here = urlsplit(st.context.url or "")
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    start = f"{here.scheme}://{here.netloc}/" if here.netloc else "/"
    return f"{start}{base}/{more}" if base else f"{start}{more}"
