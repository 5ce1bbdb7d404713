"""What comes before the items: cover, agenda, scorecard and exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import TRUST_KEY, Concern, ItemKind, ScoreCell, ScoreRow
from kpi_engine.packs.lettering import fitted
from kpi_engine.packs.office import BY_RULE, HIDDEN_WORDS, LETTERS, long_date, one_line, strip
from kpi_engine.packs.pptx_chart_xml import COLOURS, INK, MISSED, QUIET
from kpi_engine.packs.pptx_deck import Deck
from kpi_engine.packs.pptx_shapes import Box, Cell, Run, cell, footer, notes, text_box, title
from kpi_engine.packs.pptx_template import MARGIN, ROOM

_ACADEMIES, _MANY = 8, 16
"""Columns of academies that a scorecard slide holds, and the most that stand on slides at all."""
_LONG = 400
"""Letters that a cell of the exceptions holds at most."""
_KINDS = {ItemKind.KPI: "A measure", ItemKind.TEXT: "A text", ItemKind.LAST: "Last time you asked"}


def cover(deck: Deck, words: str) -> None:
    """The first slide: which meeting, which version, whose data; its notes say how the figures are to be read."""
    document = deck.document
    slide = deck.slides.slides.add_slide(deck.slides.slide_layouts.get_by_name("Title Slide"))
    name = one_line(f"{document.body}, {long_date(document.date)}")
    size = fitted(name, (44.0, 36.0, 28.0, 24.0, 20.0, 16.0), ROOM, 110, bold=True)
    title(slide, name, size, Box(MARGIN, 130, ROOM, 120))
    said = [
        (one_line(document.trust), 24, INK),
        (f"{document.label} · {words}", 18, INK),
        (f"Data to {long_date(document.as_at)} · check {short(deck.check)}", 18, QUIET),
        *([("Invented sample data", 18, MISSED)] if document.sample else []),
    ]
    below = slide.placeholders[1]
    below._element.getparent().remove(below._element)
    runs = [[Run(each, each_size, colour=colour)] for each, each_size, colour in said]
    text_box(slide, Box(MARGIN, 262, ROOM, 150), runs, "About this meeting", "Trust, version and date", after=6)
    footer(slide, strip(document, deck.check, words))
    notes(
        slide,
        [
            "Every figure here is the one that was frozen for this meeting; none was worked out again.",
            HIDDEN_WORDS,
            LETTERS if document.anonymous else "",
            f"Data version {document.data_version}, explorer {document.engine_version}, check {deck.check}.",
            f"Questions come from {document.last_meeting}." if document.last_meeting else "",
            *(f"No figure when it was frozen: {each}" for each in document.missing),
        ],
    )


def agenda(deck: Deck, words: str) -> None:
    """The items in their order."""
    both = len({item.part for item in deck.document.items}) > 1
    widths = (50, ROOM - 50 - 190, 190) if both else (50, ROOM - 50)
    items = deck.document.items

    def rows(size: float) -> list[list[Cell]]:
        return [
            [
                cell(str(item.number), size, colour=QUIET),
                cell(one_line(item.title) or _KINDS[item.kind], size),
                *([cell(item.part.value, max(12, size - 2), colour=QUIET)] if both else []),
            ]
            for item in items
        ]

    head = ("Item", "Subject", "Part") if both else ("Item", "Subject")
    deck.tables("Agenda", words, head, widths, rows, "The items of the agenda in their order")


def scorecard(deck: Deck, words: str) -> None:
    """Each measure for the trust and its academies; of many academies, for the trust alone."""
    document = deck.document
    if not document.scorecard:
        return
    many = len(document.academies) > _MANY
    shown = () if many else document.academies
    above = (
        f"The trust’s figures. Those of the {len(document.academies)} academies stand in this meeting’s workbook."
        if many
        else ""
    )
    groups = [shown[first : first + _ACADEMIES] for first in range(0, len(shown), _ACADEMIES)] or [()]
    for number, group in enumerate(groups, start=1):
        keys = (TRUST_KEY, *(each.key for each in group))
        first = 180.0 if group else 420.0
        widths = (first, *[(ROOM - first) / len(keys)] * len(keys))
        rows = partial(_score_rows, document.scorecard, keys)
        said = "Scorecard" if len(groups) == 1 else f"Scorecard, academies {number} of {len(groups)}"
        head = ("Measure", "Trust", *(one_line(each.name) for each in group))
        deck.tables(said, words, head, widths, rows, "Each measure for the trust and its academies", above=above)


def _score_rows(rows: Sequence[ScoreRow], keys: Sequence[str], size: float) -> list[list[Cell]]:
    return [[_measure(each, size), *_cells(each, keys, size)] for each in rows]


def _measure(held: ScoreRow, size: float) -> Cell:
    about = " · ".join(one_line(each) for each in (held.group, held.year) if each)
    return Cell(((Run(one_line(held.short), size, True),), (Run(about, 12, colour=QUIET),)))


def _cells(held: ScoreRow, keys: Sequence[str], size: float) -> list[Cell]:
    found = {each.key: each for each in held.cells}
    return [_score(found.get(key), size) for key in keys]


def _score(held: ScoreCell | None, size: float) -> Cell:
    if held is None:
        return cell("")
    status = " ".join(one_line(each) for each in (held.sign, held.status) if each)
    lines = [(Run(one_line(held.shown), size, bool(held.sign)),)]
    if status and status != one_line(held.shown):
        lines.append((Run(status, 12, colour=COLOURS[held.tone]),))
    return Cell(tuple(lines))


def exceptions(deck: Deck, words: str) -> None:
    """What needs discussion: issue and evidence by rule, the rest as people wrote it."""
    if not deck.document.exceptions:
        return
    widths = (210, 300, 130, 130, 100)
    held = deck.document.exceptions

    def rows(size: float) -> list[list[Cell]]:
        return [[cell(one_line(each.issue), size, True), *(cell(said, size) for said in _told(each))] for each in held]

    told = "Issue, evidence, cause, action and owner"
    head = ("Issue", "Evidence", "Cause", "Action", "Owner")
    first = deck.tables("What needs discussion", words, head, widths, rows, told, above=BY_RULE)
    names = ("Evidence", "Cause", "Action")
    long = [
        f"{name}, {each.issue}: {said}"
        for each in held
        for name, said in zip(names, (each.evidence, each.cause, each.action), strict=True)
        if len(said) > _LONG
    ]
    if long:
        notes(first, long)


def _told(each: Concern) -> tuple[str, ...]:
    """The cells beside an issue. A text too long for a table stands in the notes."""
    elsewhere = "See the notes of the first of these slides."
    written = (said or "—" for said in (each.cause, each.action, each.owner))
    return tuple(elsewhere if len(said) > _LONG else said for said in (each.evidence, *written))
