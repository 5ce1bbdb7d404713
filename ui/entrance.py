"""The way back when a server runs a page's file instead of the app.

Until some session has gone through ``app.py``, Streamlit takes the files in ``pages/`` for pages of its older kind: the
first visitor's link to a page runs that file alone, as a script. It defines functions only, so nothing would be shown.
The page's file therefore sends that first visitor through ``app.py``, which decides what may be seen.
"""

from __future__ import annotations

import streamlit as st

_BEEN_HERE = "sent through the app"


def to_the_app(path: str) -> None:
    """Declare that the app does its own navigation and run again, for the page at ``path`` in the address.

    Once only, should the page's file be all there is to run (``arrived`` has then not been called in between).
    """
    if _BEEN_HERE in st.session_state:
        return
    st.session_state[_BEEN_HERE] = True
    pages = [st.Page(_nothing, title="Trust KPI explorer", default=True)]
    if path:
        pages.append(st.Page(_nothing, title="Trust KPI explorer", url_path=path))
    st.navigation(pages, position="hidden")
    st.rerun()


def arrived() -> None:
    """Note that the app itself runs, so that the next stray visit is sent through it again."""
    st.session_state.pop(_BEEN_HERE, None)


def _nothing() -> None:
    pass
