"""Composes the app and does nothing else: settings, data, gate, filters, navigation, page(context)."""

from __future__ import annotations

import streamlit as st

from pages import (
    accounts,
    actions,
    compare,
    culture,
    employment,
    equality,
    governance,
    meetings,
    outcomes,
    overview,
    people,
    present,
    teaching,
    trail,
)
from ui import entrance, frame, start, theme
from ui.sign_in import gate

PAGES = (
    frame.Page("", "Overview", overview.page),
    frame.Page("compare", "Compare", compare.page),
    frame.Page("governance", "Governance", governance.page),
    frame.Page("equality", "Equality", equality.page),
    frame.Page("teaching", "Teaching", teaching.page),
    frame.Page("outcomes", "Outcomes", outcomes.page),
    frame.Page("people", "People", people.page),
    frame.Page("culture", "Culture", culture.page),
    frame.Page("employment", "Employment", employment.page),
    frame.Page("actions", "Actions", actions.page),
    frame.Page("meetings", "Meetings", meetings.page, board=True),
    frame.Page("present", "Present", present.page, bare=True),
    frame.Page("accounts", "Accounts and roles", accounts.page, admin=True),
    frame.Page("trail", "Trail", trail.page, admin=True),
)

st.set_page_config(page_title=frame.PRODUCT, layout="wide", initial_sidebar_state=264)
entrance.arrived()
# Before anybody is known: this keeps the address that they came with. Nothing of it is drawn.
chosen = frame.navigation(PAGES)
settings = start.settings()
theme.apply(settings.colour if settings is not None else "")
if settings is not None:
    data = start.opened(settings)
    admission = gate.admitted(settings, data.sample, data.academies)
    if admission is not None and (ready := start.context(data, settings, admission)) is not None:
        context, not_understood = ready
        if not chosen.page.bare:
            frame.sidebar(context, PAGES, chosen.page)
            frame.told(not_understood)
        chosen.show(context)
        theme.live_links()
