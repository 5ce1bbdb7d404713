"""Attainment and progress: academies beside England, with the reach of chance."""

from __future__ import annotations

from ui.context import Context
from ui.entrance import to_the_app
from ui.kpi_page import group_page

# The pictures that come first for a KPI; under "" those for all others of the group.
PICTURES = {
    "key-stage-attainment": ("years", "academies"),
    "": ("academies", "measures", "years"),
}


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "outcomes", PICTURES)


if __name__ == "__main__":
    to_the_app("outcomes")
