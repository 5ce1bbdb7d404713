"""Culture: what people say, who comes to school, and who is kept out of it."""

from __future__ import annotations

from ui.context import Context
from ui.kpi_page import group_page

PICTURES = {
    "pupil-attendance": ("weeks", "years", "academies"),
    "suspensions": ("years", "academies"),
    "permanent-exclusions": ("years", "academies"),
    "": ("shares", "years", "academies"),
}
"""The pictures that come first for a KPI; under "" for all others of the group."""


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "culture", PICTURES)
