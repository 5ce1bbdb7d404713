"""The teaching page."""

from __future__ import annotations

from ui.kpi_page import group_page

from ui.context import Context


def page(context: Context) -> None:
    """Draw the page."""
    group_page(context, "teaching")
