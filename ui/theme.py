"""The colours, the style sheet, and the one script: links of the app change the view without loading the page anew."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

FOCUS = "#12436D"
OTHER = "#BFBFBF"
MISSED = "#B8420B"
NEAR = "#8A8A8A"
GREY_TEXT = "#6B7680"
INK = "#1B2430"
QUIET = "#55606C"
GRID = "#E6EAEE"

_STYLE = Path(__file__).with_name("style.css")
_SCRIPT = Path(__file__).with_name("links.js")


def apply() -> None:
    """Give the page its style."""
    st.html(_STYLE)


def live_links() -> None:
    """Let links of class ``go`` change the view in place. Without it they work as links do."""
    st.html(f"<script>{_script()}</script>", unsafe_allow_javascript=True)


@st.cache_resource(show_spinner=False)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
