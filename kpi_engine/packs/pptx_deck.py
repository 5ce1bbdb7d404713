"""A deck while it is being made: slides with title and footer, and tables and texts over as many as they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kpi_engine.meetings.document import Document
from kpi_engine.packs.lettering import LEADING, fitted, height, wrapped
from kpi_engine.packs.office import one_line, strip
from kpi_engine.packs.pptx_chart_xml import QUIET
from kpi_engine.packs.pptx_shapes import Box, Cell, Run, cell, footer, table, text_box, title
from kpi_engine.packs.pptx_tables import Row, row, slides
from kpi_engine.packs.pptx_template import FOOT, MARGIN, ROOM

TITLES = (28.0, 24.0, 20.0, 18.0, 16.0, 14.0)
_TITLE_TOP, _TITLE_HIGH = 36.0, 70.0


@dataclass(frozen=True, slots=True)
class Deck:
    """The deck that is being made, and what stands on every slide of it."""

    slides: Any
    document: Document
    check: str

    def add(self, said: str, part: str, kicker: str = "") -> tuple[Any, float]:
        """A slide with its title and footer, and where its content begins."""
        slide = self.slides.slides.add_slide(self.slides.slide_layouts.get_by_name("Title Only"))
        said = one_line(said) or "Untitled"
        size = fitted(said, TITLES, ROOM, _TITLE_HIGH, bold=True)
        high = max(height(said, size, ROOM, bold=True) + 4, 36)
        title(slide, said, size, Box(MARGIN, _TITLE_TOP, ROOM, high))
        over = (self.document.trust, part) if not kicker else (self.document.trust, part, kicker)
        words = [[Run(" · ".join(one_line(each) for each in over), 12, colour=QUIET)]]
        text_box(slide, Box(MARGIN, 14, ROOM, 18), words, "Trust and part", "Trust, part of the meeting and group")
        footer(slide, strip(self.document, self.check, part))
        return slide, _TITLE_TOP + high + 8

    def tables(
        self,
        said: str,
        part: str,
        head: Sequence[str],
        widths: Sequence[float],
        rows: Callable[[float], Sequence[Sequence[Cell]]],
        told: str,
        kicker: str = "",
        above: str = "",
    ) -> Any:
        """A table over as many slides as it takes, in the largest letters that take no more; the first slide."""
        high = height(above, 14, ROOM) + 8 if above else 0.0
        room = FOOT - 14 - deepest(said) - high
        pages = _pages(head, widths, rows(12.0), room)
        for size in (14.0, 16.0):
            larger = _pages(head, widths, rows(size), room)
            pages = larger if len(larger) <= len(pages) else pages
        first = None
        for place, page in enumerate(pages, start=1):
            counted = f" ({place} of {len(pages)})" if len(pages) > 1 else ""
            slide, top = self.add(said + counted, part, kicker)
            if above:
                text_box(slide, Box(MARGIN, top, ROOM, high), [[Run(above, 14)]], "About the table", "About the table")
            table(slide, MARGIN, top + high, widths, page, said, told + counted)
            first = first or slide
        return first

    def texts(self, said: str, part: str, told: Sequence[tuple[str, str]], kicker: str = "") -> Any:
        """Paragraphs, each after its heading (or none), over as many slides as they take; the first slide."""
        room = FOOT - 20 - deepest(said)
        size = next((each for each in (20.0, 18.0, 16.0) if _height(told, each) <= room), 16.0)
        lines = [line for heading, held in told for line in _lines(heading, held, size)]
        share = max(1, int(room // (size * LEADING)))
        pages = [lines[first : first + share] for first in range(0, len(lines), share)] or [[]]
        first_slide = None
        for place, page in enumerate(pages, start=1):
            counted = f" ({place} of {len(pages)})" if len(pages) > 1 else ""
            slide, top = self.add(said + counted, part, kicker)
            box = Box(MARGIN, top + 6, ROOM, share * size * LEADING + 6)
            runs = _rejoined(page, size)
            text_box(slide, box, runs, "Text", "The text of this item")
            first_slide = first_slide or slide
        return first_slide


def _pages(
    head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[Cell]], room: float
) -> list[list[Row]]:
    heads = row([cell(each, 12, True, QUIET) for each in head], widths)
    return list(slides(heads, [row(cells, widths) for cells in rows], widths, room))


def deepest(said: str) -> float:
    """Where the content of a slide with this title begins at the latest, its number among others included."""
    said = one_line(said) + " (99 of 99)"
    size = fitted(said, TITLES, ROOM, _TITLE_HIGH, bold=True)
    return _TITLE_TOP + max(height(said, size, ROOM, bold=True) + 4, 36) + 8


def _height(told: Sequence[tuple[str, str]], size: float) -> float:
    return sum(len(_lines(heading, held, size)) for heading, held in told) * size * LEADING


_Line = tuple[str, str, bool]
"""The heading of a line, if it begins with one; its words; and whether a paragraph ends with it."""


def _lines(heading: str, held: str, size: float) -> list[_Line]:
    made: list[_Line] = []
    for place, paragraph in enumerate(held.split("\n")):
        before = f"{heading} " if heading and place == 0 else ""
        broken = wrapped(before + paragraph, size, ROOM - 4, bold=bool(before))
        broken[0] = broken[0].removeprefix(before.rstrip()).lstrip() if before else broken[0]
        for i, line in enumerate(broken):
            made.append((heading if before and i == 0 else "", line, i == len(broken) - 1))
    return made


def _rejoined(page: Sequence[_Line], size: float) -> list[list[Run]]:
    """Lines as paragraphs again, so that who edits them finds whole sentences."""
    runs: list[list[Run]] = []
    ended = True
    for heading, words, last in page:
        if ended:
            runs.append([Run(f"{heading} ", size, True)] if heading else [])
            runs[-1].append(Run(words, size))
        else:
            held = runs[-1][-1]
            runs[-1][-1] = Run(f"{held.said} {words}", size)
        ended = last
    return runs
