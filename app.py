"""Composes the app and does nothing else: settings, engine, viewer, filters, navigation, page(context)."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages import culture, employment, equality, governance, outcomes, overview, people, teaching
from ui import entrance, frame, start, theme

PAGES = (
    ("", "Overview", overview.page),
    ("governance", "Governance", governance.page),
    ("equality", "Equality", equality.page),
    ("teaching", "Teaching", teaching.page),
    ("outcomes", "Outcomes", outcomes.page),
    ("people", "People", people.page),
    ("culture", "Culture", culture.page),
    ("employment", "Employment", employment.page),
)

st.set_page_config(layout="wide", initial_sidebar_state=264)
entrance.arrived()
opened = start.opened()
if opened is not None:
    context, not_understood = start.context(opened)
    theme.apply()
    chosen = st.navigation(
        [st.Page(partial(page, context), title=title, url_path=path, default=not path) for path, title, page in PAGES],
        position="hidden",
    )
    frame.sidebar(context, [(path, title) for path, title, _ in PAGES], chosen.url_path)
    st.set_page_config(page_title=f"{chosen.title} · {context.trust_name}")
    frame.told(not_understood)
    chosen.run()
    theme.live_links()
