"""Governance and financial sustainability: inspection, boards and money."""

from __future__ import annotations

from ui.context import Context
from ui.entrance import to_the_app
from ui.kpi_page import group_page

# The pictures that come first for a KPI; under "" those for all others of the group.
PICTURES = {
    "ofsted-journey": ("journey", "years"),
    "ofsted-leadership": ("areas", "years"),
    "within-budget": ("lines", "cumulative", "months", "years"),
    "staffing-share": ("academies", "years"),
    "cash-flow": ("months", "years"),
    "timely-accounts": ("academies", "months"),
    "critical-friends": ("academies",),
    "lgb-complement": ("academies",),
    "top10-efficiency": ("academies",),
}


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "governance", PICTURES)


if __name__ == "__main__":
    to_the_app("governance")
