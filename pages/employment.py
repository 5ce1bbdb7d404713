"""The employment page."""

from __future__ import annotations

from ui.context import Context
from ui.kpi_page import group_page


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "employment")
