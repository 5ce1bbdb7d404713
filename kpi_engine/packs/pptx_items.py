"""The slides of one item: its figure, four answers, academies beside their chart, questions and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi_engine.meetings.document import Asked, ChartKind, Definition, EntryKind, Item, ItemKind, Shown
from kpi_engine.packs.lettering import fitted, height, width
from kpi_engine.packs.office import long_date, one_line, text
from kpi_engine.packs.pptx_chart_xml import COLOURS, FOCUS, INK, QUIET
from kpi_engine.packs.pptx_deck import Deck
from kpi_engine.packs.pptx_plots import LEAST, plots
from kpi_engine.packs.pptx_shapes import Box, Cell, Run, cell, notes, text_box
from kpi_engine.packs.pptx_template import FOOT, MARGIN, ROOM

_ASKED = {EntryKind.NOTE: "Note", EntryKind.DECISION: "Decision", EntryKind.ACTION: "Action"}
_CHIP = 26.0
_MANY_SLIDES, _ONE_SLIDE = 6000, 900
"""Letters of a text that still stands on slides as a whole, and of the beginning of a longer one."""
_SHORT = 200
"""Letters of a comment that a slide has room for; a longer one stands in the notes."""


def slides_of(deck: Deck, item: Item, definition: Definition | None) -> None:
    """An item's slides, the first with its notes."""
    match item.kind:
        case ItemKind.KPI:
            first = _measure(deck, item)
        case ItemKind.LAST:
            first = _last(deck, item)
        case _:
            first = _text(deck, item)
    notes(first, [*_spoken(item), *_defined(definition)])


@dataclass(frozen=True, slots=True)
class _Foot:
    """What stands under the chart: texts with their sizes, from the questions down to the source."""

    asks: tuple[tuple[Run, ...], ...]
    source: str

    @property
    def asks_high(self) -> float:
        held = [sum(len(run.said) and 1 for run in line) and _high(line, ROOM - 24) for line in self.asks]
        return sum(held) + 12 if held else 0.0

    @property
    def source_high(self) -> float:
        return height(self.source, 12, ROOM) + 4 if self.source else 0.0


def _high(line: Sequence[Run], room: float) -> float:
    whole = "".join(run.said for run in line)
    return height(whole, line[-1].size, room, bold=True) + 3


def _measure(deck: Deck, item: Item) -> Any:
    part, over = item.part.value, _kicker(item)
    slide, top = deck.add(item.title, part, over)
    if item.figure is not None:
        top = _figure(slide, item.figure, top)
    under = _foot(item, 15.0)
    bottom = FOOT - 10 - under.source_high
    if bottom - under.asks_high - top < LEAST:
        under = _foot(item, 12.0)
    apart = bottom - under.asks_high - top < LEAST
    low = bottom - (0 if apart else under.asks_high)
    drawn = item.chart is not None and any(point.value is not None for point in item.chart.points)
    if item.chart is not None and (drawn or item.chart.kind is ChartKind.ROWS):
        plots(deck, slide, item, part, over, Box(MARGIN, top + 4, ROOM, low - top - 10))
    elif item.figure is not None and item.figure.sentence:
        said = one_line(item.figure.sentence)
        size = fitted(said, (20.0, 16.0, 14.0, 12.0), ROOM, low - top - 20)
        text_box(slide, Box(MARGIN, top + 10, ROOM, low - top - 14), [[Run(said, size)]], "Sentence", "What it says")
    if under.asks and not apart:
        _asks(slide, under, Box(MARGIN, bottom - under.asks_high, ROOM, under.asks_high - 4))
    if under.source:
        box = Box(MARGIN, bottom + 2, ROOM, under.source_high)
        text_box(slide, box, [[Run(under.source, 12, colour=QUIET)]], "Source", "Where the figures come from")
    if under.asks and apart:
        deck.texts(item.title, part, [("Ask:", text(each)) for each in item.questions], over)
    if item.table is not None and item.chart is None:
        wide = ROOM / max(1, len(item.table.head))
        held = item.table.rows

        def rows(size: float) -> list[list[Cell]]:
            return [[cell(one_line(each), size) for each in line] for line in held]

        said = f"{item.title}: {item.table.title}"
        deck.tables(said, part, item.table.head, [wide] * len(item.table.head), rows, item.table.title, over)
    return slide


def _foot(item: Item, size: float) -> _Foot:
    asks = [(Run("Ask: ", size, True, FOCUS), Run(one_line(each), size)) for each in item.questions if each.strip()]
    comment = one_line(item.comment)
    if comment and len(comment) > _SHORT:
        comment = "see the notes of this slide."
    if comment:
        asks.append((Run("Comment: ", size - 1, True, FOCUS), Run(comment, size - 1)))
    told = (*(item.chart.notes if item.chart else ()), item.source)
    source = " · ".join(one_line(each).removesuffix(".") for each in told if each)
    if height(source, 12, ROOM) > 40:
        source = "The source stands in the notes of this slide."
    return _Foot(tuple(asks), source)


def _asks(slide: Any, under: _Foot, box: Box) -> None:
    text_box(slide, box, under.asks, "Questions", "Questions to ask, and the comment", after=3, fill="F4F6FA", pad=10)


def _figure(slide: Any, figure: Shown, top: float) -> float:
    """The value large, its four answers and what it counts beside it; where the next part begins."""
    said = one_line(figure.shown)
    size = fitted(said, (44.0, 36.0, 28.0, 24.0, 20.0), 330.0, 58.0, bold=True)
    wide = min(340.0, width(said, size, bold=True) + 14)
    tall = max(58.0, height(said, size, wide, bold=True) + 4)
    colour = INK if figure.value is None else FOCUS
    box = Box(MARGIN, top, wide, tall)
    text_box(slide, box, [[Run(said, size, True, colour)]], "Figure", f"{figure.name}, {figure.year}", middle=True)
    left, line = MARGIN + wide + 10, top + 2
    place = left
    for chip in figure.chips:
        words = " ".join(one_line(each) for each in (chip.sign, chip.words) if each)
        long = width(words, 13, bold=True) + 24
        if place > left and place + long > MARGIN + ROOM:
            place, line = left, line + _CHIP + 5
        colour = COLOURS[chip.tone]
        runs = [[Run(words, 13, True, colour)]]
        box = Box(place, line, long, _CHIP)
        text_box(slide, box, runs, "Answer", chip.reason, align="ctr", line=colour, pad=4, middle=True)
        place += long + 8
    under = line + (_CHIP + 4 if figure.chips else 8)
    facts = [figure.counted, figure.before, figure.coverage] if figure.value is not None else [figure.reason]
    held = " · ".join(one_line(each) for each in facts if each)
    room = MARGIN + ROOM - left
    size = fitted(held, (14.0, 13.0, 12.0), room, 36.0)
    high = height(held, size, room) + 2
    if held:
        text_box(slide, Box(left, under, room, high), [[Run(held, size)]], "About the figure", "What the figure counts")
    return max(top + tall, under + high) + 6


def _text(deck: Deck, item: Item) -> Any:
    return deck.texts(item.title, item.part.value, _paragraphs(item), _kicker(item))


def _paragraphs(item: Item) -> list[tuple[str, str]]:
    told = [("", item.text)] if item.text else []
    told += [("Comment:", item.comment)] if item.comment else []
    told += [("Ask:", each) for each in item.questions]
    if item.kind is ItemKind.LAST and not item.asked and not told:
        told = [("", "Nothing is open from an earlier meeting.")]
    return [(name, _beginning(text(said))) for name, said in told]


def _beginning(said: str) -> str:
    """A text as slides have it: a very long one as it begins, since its notes have the whole."""
    if len(said) <= _MANY_SLIDES:
        return said
    begins = said[:_ONE_SLIDE].rsplit(None, 1)[0]
    return f"{begins} …\nThe whole text stands in the notes of this slide."


def _last(deck: Deck, item: Item) -> Any:
    widths = (90, 330, 140, 110, 200)
    if not item.asked:
        return _text(deck, item)

    def rows(size: float) -> list[list[Cell]]:
        return [[cell(_ASKED[each.kind], size, True), *_asked(each, size)] for each in item.asked]

    head = ("Kind", "What was said", "Owner", "Due", "Where it stands")
    first = deck.tables(item.title, item.part.value, head, widths, rows, "What was asked before", _kicker(item))
    told = _paragraphs(item)
    if told:
        deck.texts(item.title, item.part.value, told, _kicker(item))
    return first


def _asked(asked: Asked, size: float) -> list[Cell]:
    stands = ". ".join(one_line(each).rstrip(".") for each in (asked.status, asked.followed_up) if each)
    said = (f"{one_line(asked.text)}\n{one_line(asked.meeting)}", asked.owner, long_date(asked.due), stands)
    return [cell(each if place == 0 else one_line(each), size) for place, each in enumerate(said)]


def _kicker(item: Item) -> str:
    return " · ".join(one_line(each) for each in (f"Item {item.number}", item.group, item.year) if each)


def _spoken(item: Item) -> list[str]:
    figure = item.figure
    told = [item.title, item.text if len(item.text) > _MANY_SLIDES else ""]
    if figure is not None:
        told += [figure.sentence, *(f"{chip.words}: {chip.reason}" for chip in figure.chips)]
        told += [figure.reason, figure.target_words and f"Target: {figure.target_words}", figure.benchmark_words]
        told += list(figure.notes)
    told += [f"Ask: {each}" for each in item.questions]
    told += [f"Comment: {item.comment}"] if item.comment else []
    if item.chart is not None:
        told += [f"The chart: {item.chart.alt}", *item.chart.notes]
    told += [f"Source: {item.source}"] if item.source else []
    based = [
        f"{one_line(each.figure.name)} {one_line(each.figure.shown)}, {one_line(each.figure.counted)}"
        for each in item.details
        if each.figure.value is not None and each.figure.counted
    ]
    told += [f"Based on: {'; '.join(based)}."] if based else []
    return told


def _defined(definition: Definition | None) -> list[str]:
    if definition is None:
        return []
    told = (
        ("Measure", definition.title),
        ("The plan’s promise", definition.promise),
        ("Definition", definition.definition),
        ("Counted", definition.numerator),
        ("Out of", definition.denominator),
        ("Target", definition.target),
        ("Source of the data", definition.source),
        ("When it comes", definition.lag),
        *(("Changed", each) for each in definition.changes),
    )
    return [f"{name}: {said}" for name, said in told if said]
