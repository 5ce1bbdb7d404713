"""The colours of figures, the style sheets, and the script that lets links change the view in place."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import palette

FOCUS = "#12436D"
OTHER = "#BFBFBF"
MISSED = "#B8420B"
NEAR = "#8A8A8A"
GREY_TEXT = "#6B7680"
INK = "#1B2430"
QUIET = "#55606C"
GRID = "#E6EAEE"

_STYLE = Path(__file__).with_name("style.css")
_PARTS = Path(__file__).with_name("styles")
_SCRIPT = Path(__file__).with_name("links.js")
# Charts come in dark colours from the server; paper is white.
_PRINTED = (
    "<style>@media print { [data-testid=stPlotlyChart] "
    "{ filter: invert(1) hue-rotate(180deg) brightness(1.12); } }</style>"
)


def apply(accent: str = "") -> None:
    """Give the page its style; ``accent`` is the trust's colour."""
    st.html(palette.style(accent) + _sheet() + (_PRINTED if dark() else ""))


def dark() -> bool:
    """Whether the reader's browser shows the app on dark paper."""
    return st.context.theme.type == "dark"


def live_links() -> None:
    """Let links of class ``go`` change the view in place. Without it they work as links do."""
    st.html(f"<script>{_script()}</script>", unsafe_allow_javascript=True)


@st.cache_resource(show_spinner=False)
def _sheet() -> str:
    files = [_STYLE, *sorted(_PARTS.glob("*.css"))]
    return "<style>" + "\n".join(file.read_text(encoding="utf-8") for file in files) + "</style>"


@st.cache_resource(show_spinner=False)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
