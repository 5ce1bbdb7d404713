"""A picture as a file of its own: the sentence on top, the figure, what is to be known of it, and the strip."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.export import fonts, markup
from kpi_engine.export.allowed import Figure
from kpi_engine.export.plot import plot
from kpi_engine.export.strip import HANDLING, Strip

WIDTH = 960.0
_EDGE = 24.0
_INK, _QUIET, _RULE, _ALARM = "#1B2430", "#55606C", "#D5DDE5", "#B8420B"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said around a figure: ``sentence`` on top, ``title`` over the figure, ``notes`` below it.

    ``alt`` says what the picture shows to somebody who does not see it.
    """

    sentence: str
    title: str
    alt: str
    notes: tuple[str, ...] = ()


def svg(figure: Figure, told: Told, strip: Strip, width: float = WIDTH, name: str = "picture") -> str:
    """The picture as the text of a standalone SVG file; ``name`` keeps its ids apart from those of others on a page.

    Raises ExportError for a figure with something that cannot be drawn.
    """
    inner = width - 2 * _EDGE
    drawn = plot(figure, inner, name)
    parts: list[str] = []
    y = _EDGE
    y = _said(parts, told.sentence, y, inner, 20.0, _INK, bold=True) + 6
    y = _said(parts, told.title, y, inner, 15.0, _QUIET) + 8
    parts.append(markup.element("g", drawn.body, transform=f"translate({markup.fixed(_EDGE)} {markup.fixed(y)})"))
    y += drawn.height + 8
    for note in told.notes:
        y = _said(parts, note, y, inner, 13.0, _QUIET) + 2
    y += 8
    parts.append(markup.element("line", x1=_EDGE, y1=y, x2=width - _EDGE, y2=y, stroke=_RULE))
    y += 6
    for line in strip.lines():
        held = line.endswith(HANDLING)
        y = _said(parts, line, y, inner, 12.5, _ALARM if held else _QUIET, bold=held)
    height = round(y + _EDGE / 2)
    ground = markup.element("rect", width=width, height=height, fill="#FFFFFF")
    alt = "\n".join((told.alt, *strip.lines()))
    content = (
        markup.element("title", markup.words(told.sentence), id=f"{name}-title")
        + markup.element("desc", markup.words(alt), id=f"{name}-desc")
        + ground
        + "".join(parts)
    )
    return (
        markup.element(
            "svg",
            content,
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {markup.fixed(width)} {height}",
            role="img",
            lang="en-GB",
            aria_labelledby=f"{name}-title {name}-desc",
            font_family=fonts.STACK,
        )
        + "\n"
    )


def size_of(picture: str) -> tuple[float, float]:
    """Width and height of a picture that ``svg`` made, in pixels."""
    _, _, after = picture.partition(' width="')
    wide, _, after = after.partition('"')
    _, _, after = after.partition(' height="')
    return float(wide), float(after.partition('"')[0])


def _said(parts: list[str], text: str, y: float, room: float, size: float, colour: str, bold: bool = False) -> float:
    """Add a text in as many lines as it needs; where the next begins."""
    if not text:
        return y
    lines = tuple((markup.Run(line, bold, size),) for line in fonts.wrapped(text, size, room, bold))
    found = markup.Box(lines, size, room, len(lines) * size * markup.LINE)
    parts.append(markup.label(found, _EDGE, y + found.height / 2, colour))
    return y + found.height
