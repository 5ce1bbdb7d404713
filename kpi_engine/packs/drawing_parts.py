"""What every drawn chart shares: its colours and symbols, lines of text, the axis of numbers, labels side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from kpi_engine.export import fonts, markup
from kpi_engine.export.axes import Axis, axis
from kpi_engine.meetings.document import Chart, ChartKind, Mark, MarkKind, Point, Tone
from kpi_engine.wording import number

INK, QUIET, GRID, PAPER = "#1B2430", "#55606C", "#E6EAEE", "#FFFFFF"
_TONES: Mapping[Tone, str] = {Tone.GOOD: "#12436D", Tone.NEAR: "#6B7680", Tone.BAD: "#B8420B", Tone.PLAIN: "#12436D"}
_ASIDE = "#8A929A"
_MEANING: Mapping[Tone, str] = {
    Tone.GOOD: "target met",
    Tone.NEAR: "near the target",
    Tone.BAD: "target missed",
    Tone.PLAIN: "no target",
}
SLACK = 1.13
"""How much wider words are in Arial, which stands in where the font is not installed: so much room is left for them."""
_EDGE = 0.014
"""How far the axis goes on beyond its ends, in parts of its length, so that a dot at an end is whole."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What a chart is drawn with: the size of its words in pixels, and whether in greys."""

    text: float
    grey: bool

    @property
    def line(self) -> float:
        """The height of a line of words."""
        return self.text * markup.LINE

    def colour(self, colour: str) -> str:
        """The colour itself, or a grey as light as it is."""
        if not self.grey:
            return colour
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        light = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
        return f"#{light:02X}{light:02X}{light:02X}"

    def of(self, point: Point) -> str:
        """The colour of a point: its tone's, or a grey where it does not stand out."""
        return self.colour(_TONES[point.tone] if point.focus else _ASIDE)

    def symbol(self, point: Point, x: float, y: float) -> str:
        """A point's mark: a disc, a diamond, a square or a ring, so that its tone needs no colour."""
        return self.shape(point.tone, x, y, self.of(point))

    def shape(self, tone: Tone, x: float, y: float, colour: str) -> str:
        """The mark of a tone around a place."""
        r = self.text * 0.42
        match tone:
            case Tone.GOOD:
                return markup.element("circle", cx=x, cy=y, r=r, fill=colour)
            case Tone.NEAR:
                outline = [(x, y - r * 1.3), (x + r * 1.3, y), (x, y + r * 1.3), (x - r * 1.3, y)]
                return markup.element("path", d=markup.path(outline, closed=True), fill=colour)
            case Tone.BAD:
                r *= 0.92
                return markup.element("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, fill=colour)
            case _:
                wide = r * 0.45
                style = {"fill": self.colour(PAPER), "stroke": colour}
                return markup.element("circle", cx=x, cy=y, r=r - wide / 2, stroke_width=wide, **style)

    def arrow(self, point: Point, x: float, y: float, turn: tuple[int, int]) -> str:
        """What stands at the axis's end for a point that lies beyond it; ``turn`` is where to."""
        r, (a, b) = self.text * 0.5, turn
        tip = (x + a * r * 0.4, y + b * r * 0.4)
        back = (tip[0] - a * r * 1.5, tip[1] - b * r * 1.5)
        outline = [tip, (back[0] + b * r, back[1] + a * r), (back[0] - b * r, back[1] - a * r)]
        return markup.element("path", d=markup.path(outline, closed=True), fill=self.of(point))

    def stroke(self, points: Sequence[tuple[float, float]], colour: str, wide: float, dash: str = "") -> str:
        """A line; ``wide`` in parts of the words' size, ``dash`` is England's ``-`` or a target's ``.``."""
        lengths = {"-": (0.3, 0.22), ".": (0.08, 0.16)}.get(dash)
        return markup.element(
            "path",
            d=markup.path(points),
            fill="none",
            stroke=self.colour(colour),
            stroke_width=wide * self.text,
            stroke_dasharray=" ".join(markup.fixed(each * self.text) for each in lengths) if lengths else None,
        )

    def write(
        self, found: markup.Box, x: float, y: float, colour: str = INK, anchor: str = "start", halo: bool = False
    ) -> str:
        """Lines of text around the height ``y``; a halo keeps them apart from the lines they stand on."""
        drawn = markup.label(found, x, y, self.colour(colour), anchor)
        if not halo:
            return drawn
        style = {"stroke": PAPER, "stroke_linejoin": "round", "paint_order": "stroke"}
        return markup.element("g", drawn, stroke_width=self.text * 0.28, **style)

    def width(self, text: str, bold: bool = False) -> float:
        """The room that a line of words is given."""
        return fonts.width(text, self.text, bold) * SLACK

    def said(self, text: str, room: float, *, bold: bool = False, most: int = 0) -> markup.Box:
        """A text as the lines that fit the room, ``most`` at most. It is text alone: no tag in it is read."""
        lines = fonts.wrapped(text, self.text, room / SLACK, bold, most)
        runs = tuple((markup.Run(line, bold, self.text),) for line in lines)
        wide = max(self.width(line, bold) for line in lines)
        return markup.Box(runs, self.text, wide, len(lines) * self.line)


def cut(text: str, found: markup.Box) -> bool:
    """Whether the lines hold less than the text."""
    kept = "".join(run.words for line in found.lines for run in line)
    return "".join(kept.split()) != "".join(text.split())


def scale(chart: Chart, letter: str, start: float, end: float, steps: int) -> Axis:
    """The chart's axis between two places, with its ticks in words; the same for every academy."""
    edge = (chart.high - chart.low) * _EDGE
    style = {
        "range": [chart.low - edge, chart.high + edge],
        "tickprefix": chart.prefix,
        "ticksuffix": chart.suffix,
        "nticks": max(steps, 1),
    }
    return replace(axis(letter, {f"{letter}axis": style}, (), False), start=start, end=end)


def widest(pen: Pen, chart: Chart) -> float:
    """How wide the words at the axis's ticks can get."""
    ticks = scale(chart, "x", 0, 1, 8).ticks
    return max((pen.width(said) for _, said in ticks), default=0.0)


def beyond(found: Axis, value: float) -> int:
    """1 where a value lies past the axis's high end, −1 past its low end, else 0."""
    low, high = sorted((found.low, found.high))
    return (value > high) - (value < low)


def at(found: Axis, value: float) -> float:
    """Where a value stands, or the axis's end that it lies beyond."""
    low, high = sorted((found.low, found.high))
    return found.at(min(max(value, low), high))


def figure(chart: Chart, value: float) -> str:
    """A value as the chart writes its numbers."""
    said = number(value, chart.decimals)
    if chart.prefix and said.startswith("\u2212"):
        return f"\u2212{chart.prefix}{said[1:]}{chart.suffix}"
    return f"{chart.prefix}{said}{chart.suffix}"


def dash_of(mark: Mark) -> str:
    """England's lines are dashed, targets dotted, the trust's whole."""
    return {MarkKind.ENGLAND: "-", MarkKind.TARGET: "."}.get(mark.kind, "")


class Labelled(NamedTuple):
    """A mark's line with where its label begins, and in which lane above the field, 0 the nearest."""

    mark: Mark
    x: float
    box: markup.Box
    left: float
    lane: int


def lanes(pen: Pen, marks: Sequence[tuple[Mark, float]], width: float) -> tuple[Labelled, ...]:
    """The labels of lines that stand upright, in as few lanes as let none lie on another or on another's line."""
    gap = pen.text * 0.3
    found = []
    for mark, x in sorted(marks, key=lambda m: m[1]):
        box = pen.said(mark.words, width)
        left = x + gap
        if left + box.width > width:
            left = x - gap - box.width if x - gap - box.width >= 0 else max(width - box.width, 0.0)
        found.append(Labelled(mark, x, box, left, 0))
    tried = product(range(len(found)), repeat=len(found)) if len(found) <= 4 else iter([tuple(range(len(found)))])
    fitting = [levels for levels in tried if _apart(found, levels, gap)]
    best = min(fitting, key=lambda levels: (max(levels, default=0), levels), default=tuple(range(len(found))))
    return tuple(each._replace(lane=lane) for each, lane in zip(found, best, strict=True))


def _apart(found: Sequence[Labelled], levels: Sequence[int], gap: float) -> bool:
    for i, one in enumerate(found):
        for j, other in enumerate(found):
            if i == j:
                continue
            right = one.left + one.box.width
            if levels[i] == levels[j] and one.left < other.left + other.box.width + gap and other.left < right + gap:
                return False
            if levels[j] > levels[i] and one.left - gap / 2 < other.x < right + gap / 2:
                return False
    return True


def legend(pen: Pen, chart: Chart, width: float) -> tuple[str, float]:
    """What the symbols mean, drawn from the height 0 downwards, and how high that is; nothing for plain points.

    England's short lines in rows are told; over years its line has its name at its end.
    """
    tones = [tone for tone in _MEANING if any(p.tone is tone and p.value is not None for p in chart.points)]
    keys: list[tuple[Tone | None, str]] = [(tone, _MEANING[tone]) for tone in tones] if tones != [Tone.PLAIN] else []
    if chart.kind is ChartKind.ROWS and any(p.england is not None for p in chart.points):
        keys.append((None, "England"))
    parts, x, y = [], 0.0, pen.line / 2
    for tone, meaning in keys:
        box = pen.said(meaning, width)
        wide = pen.text * 1.4 + box.width
        if x and x + wide > width:
            x, y = 0.0, y + pen.line
        if tone is None:
            ends = [(x + pen.text * 0.5, y - pen.text * 0.6), (x + pen.text * 0.5, y + pen.text * 0.6)]
            parts.append(pen.stroke(ends, INK, 0.1, "-"))
        else:
            parts.append(pen.shape(tone, x + pen.text * 0.6, y, pen.colour(_TONES[tone])))
        parts.append(pen.write(box, x + pen.text * 1.4, y, QUIET))
        x += wide + pen.text * 1.4
    return "".join(parts), y + pen.line / 2 if keys else 0.0
