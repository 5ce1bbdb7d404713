"""Attainment and progress: academies beside England, with the reach of chance."""

from __future__ import annotations

from ui.context import Context
from ui.kpi_page import group_page

PICTURES = {
    "": ("years", "academies"),
}
"""The pictures that come first for a KPI; under "" for all others of the group."""


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "outcomes", PICTURES)
