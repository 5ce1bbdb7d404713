"""Teaching standards: reviews by department, and Ofsted’s judgements."""

from __future__ import annotations

from ui.context import Context
from ui.entrance import to_the_app
from ui.kpi_page import group_page

# The pictures that come first for a KPI; under "" those for all others of the group.
PICTURES = {
    "teaching-good": ("departments", "term-shares", "shares", "terms", "years"),
    "ofsted-good": ("cards", "areas", "years"),
}


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "teaching", PICTURES)


if __name__ == "__main__":
    to_the_app("teaching")
