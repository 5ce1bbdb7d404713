"""Governance and financial sustainability: inspection, boards and money."""

from __future__ import annotations

from ui.context import Context
from ui.kpi_page import group_page

PICTURES = {
    "ofsted-journey": ("areas", "years"),
    "ofsted-leadership": ("areas", "years"),
    "within-budget": ("lines", "months", "years"),
    "staffing-share": ("academies", "years"),
    "cash-flow": ("months", "years"),
    "timely-accounts": ("academies", "months"),
    "critical-friends": ("academies",),
    "lgb-complement": ("academies",),
    "top10-efficiency": ("academies",),
}
"""The pictures that come first for a KPI; under "" for all others of the group."""


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "governance", PICTURES)
