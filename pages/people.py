"""Our people: who stays, and who comes to work."""

from __future__ import annotations

from ui.context import Context
from ui.kpi_page import group_page

PICTURES = {
    "staff-turnover": ("academies", "years"),
    "staff-attendance": ("months", "years"),
}
"""The pictures that come first for a KPI; under "" for all others of the group."""


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "people", PICTURES)
