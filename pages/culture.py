"""Culture: what people say, who comes to school, and who is kept out of it."""

from __future__ import annotations

from ui.context import Context
from ui.entrance import to_the_app
from ui.kpi_page import group_page

# The pictures that come first for a KPI; under "" those for all others of the group.
PICTURES = {
    "pupil-attendance": ("weeks", "years", "academies"),
    "suspensions": ("academies", "funnel", "years"),
    "permanent-exclusions": ("academies", "funnel", "years"),
    "": ("surveys", "years", "academies"),
}


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "culture", PICTURES)


if __name__ == "__main__":
    to_the_app("culture")
