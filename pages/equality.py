"""Equality and diversity: two sides of every gap."""

from __future__ import annotations

from ui.context import Context
from ui.kpi_page import group_page

PICTURES = {
    "": ("sides", "gaps", "years", "academies"),
}
"""The pictures that come first for a KPI; under "" for all others of the group."""


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "equality", PICTURES)
