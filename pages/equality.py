"""Equality and diversity: two sides of every gap."""

from __future__ import annotations

from ui.context import Context
from ui.entrance import to_the_app
from ui.kpi_page import group_page

# The pictures that come first for a KPI; under "" those for all others of the group.
PICTURES = {
    "": ("gaps", "sides", "years", "academies"),
}


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "equality", PICTURES)


if __name__ == "__main__":
    to_the_app("equality")
