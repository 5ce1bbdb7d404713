"""The only place where a figure's dict becomes a Plotly figure, and where it is put on the page."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go  # type: ignore[import-untyped]
import streamlit as st

from ui import palette, theme
from ui.figure import Figure

_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def plotly(figure: Figure) -> go.Figure:
    """The figure without Plotly's own check of every property, which takes longer than all the rest.

    ``_validate`` is a private argument; a test draws every kind of figure with the check switched on.
    """
    return go.Figure(figure, _validate=False)


def chart(figure: Figure, key: str, alt: str, on_point: Callable[[str], None] | None = None) -> None:
    """Draw it. ``on_point`` is called with the key when a point is clicked; its data say where it leads."""
    st.plotly_chart(
        plotly(palette.for_dark(figure) if theme.dark() else figure),
        key=key,
        theme=None,
        width="stretch",
        config=_CONFIG,
        alt=alt,
        on_select="ignore" if on_point is None else (lambda: on_point(key)),
        selection_mode="points",
    )
