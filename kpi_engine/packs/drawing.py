"""One drawing of a frozen chart for all who show it: the deck, the web page, the PDF, and pictures.

It is made with the same words, widths and elements as pictures to take away (``kpi_engine.export``). Nothing is
worked out here but places: each number and word is the document's.
"""

from __future__ import annotations

from kpi_engine.export import fonts, markup
from kpi_engine.meetings.document import Chart, ChartKind
from kpi_engine.packs.drawing_parts import Pen
from kpi_engine.packs.drawing_rows import rows
from kpi_engine.packs.drawing_years import years

TEXT = 14.0


def svg(
    chart: Chart, width: float, height: float | None = None, *, text: float = TEXT, name: str, grey: bool = False
) -> str:
    """The chart as an ``svg`` element that needs nothing else, with its title and description; transparent below.

    ``text`` is the size of all its words in pixels; dots and lines follow it. ``height`` is filled; where the rows do
    not fit it, the picture is higher, which its ``viewBox`` says. ``name`` keeps its ids apart from other pictures'
    on the same page. The group of each row and year has the academy's key as ``data-key``. The chart's title and notes
    are not drawn: they are text of whoever shows it. Raises ExportError for a number that has no place.
    """
    body, high = drawn(chart, width, height, text=text, grey=grey)
    content = (
        markup.element("title", markup.words(chart.title) or "Chart", id=f"{name}-title")
        + (markup.element("desc", markup.words(chart.alt), id=f"{name}-desc") if chart.alt else "")
        + body
    )
    return markup.element(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=round(high),
        viewBox=f"0 0 {markup.fixed(width)} {round(high)}",
        role="img",
        lang="en-GB",
        aria_labelledby=f"{name}-title {name}-desc" if chart.alt else f"{name}-title",
        font_family=fonts.STACK,
    )


def drawn(
    chart: Chart, width: float, height: float | None = None, *, text: float = TEXT, grey: bool = False
) -> tuple[str, float]:
    """The chart's elements for a picture with more around them, and their height. Raises ExportError as ``svg``."""
    draw = rows if chart.kind is ChartKind.ROWS else years
    return draw(chart, width, height, Pen(text, grey))
