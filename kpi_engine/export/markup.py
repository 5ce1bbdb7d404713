"""Writing SVG: elements, numbers, colours and text. Every text is escaped here, and nowhere else."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from kpi_engine.errors import ExportError
from kpi_engine.export import fonts

LINE = 1.3
"""The height of a line of text, in parts of the font's size."""
_BASE = 0.36
_TAG = re.compile(r"(<br ?/?>|</?b>|<span style=\"font-size: ?[0-9.]{1,5}px;?\">|</span>)")
_SIZE = re.compile(r"[0-9.]+(?=px)")
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\Z")
_RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([0-9.]+)\s*)?\)\Z")
_NAMED = {"white": "#FFFFFF", "black": "#000000"}
_SPACES = re.compile("^ +| {2,}| +$")
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Run(NamedTuple):
    """Some words of a line, in one weight and size."""

    words: str
    bold: bool
    size: float

    @property
    def width(self) -> float:
        return fonts.width(self.words, self.size, self.bold)


class Box(NamedTuple):
    """Lines of text with the room that they take."""

    lines: tuple[tuple[Run, ...], ...]
    size: float
    width: float
    height: float


def fixed(value: float) -> str:
    """A coordinate with two decimals at most, so that the same picture is the same text. Raises ExportError."""
    if not math.isfinite(value):
        raise ExportError(f"a picture cannot be drawn with {value} as a coordinate")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """An element; underscores in names of attributes stand for hyphens, and what is None is left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else fixed(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def words(text: str) -> str:
    """A text as the content of an element, without characters that XML does not allow; spaces stay as many as are."""
    kept = _UNFIT.sub("", text)
    return escape(_SPACES.sub(lambda found: "\u00a0" * len(found[0]), kept))


def paint(colour: str) -> tuple[str | None, float | None]:
    """A colour and its opacity (None: full); no colour for a transparent one. Raises ExportError for anything else."""
    if colour in ("transparent", "none"):
        return None, None
    colour = _NAMED.get(colour, colour)
    if _HEX.match(colour):
        return colour.upper(), None
    found = _RGB.match(colour)
    if found is None:
        raise ExportError(f"{colour!r} is no colour that a picture can be drawn in")
    red, green, blue = (int(found[i]) for i in (1, 2, 3))
    if max(red, green, blue) > 255:
        raise ExportError(f"{colour!r} is no colour that a picture can be drawn in")
    alpha = float(found[4]) if found[4] is not None else 1.0
    if alpha <= 0:
        return None, None
    return f"#{red:02X}{green:02X}{blue:02X}", None if alpha >= 1 else alpha


def box(text: str, size: float, room: float = 0.0, most: int = 0, bold: bool = False) -> Box:
    """A label as lines: ``<br>`` begins a new one, ``<b>`` sets bold, ``<span style="font-size:11px">`` smaller or
    larger; any other tag is text like the rest.

    With ``room``, lines that are wider are broken, into ``most`` lines at most.
    """
    lines: list[tuple[Run, ...]] = []
    line: list[Run] = []
    heavy, tall = bold, size
    for part in _TAG.split(text):
        if part.startswith("<br"):
            lines.append(tuple(line))
            line = []
        elif part in ("<b>", "</b>"):
            heavy = part == "<b>" or bold
        elif part.startswith("<span") and _TAG.fullmatch(part):
            tall = float(_SIZE.findall(part)[0])
        elif part == "</span>":
            tall = size
        elif part:
            line.append(Run(html.unescape(part), heavy, tall))
    lines.append(tuple(line))
    if room:
        lines = [broken for one in lines for broken in _broken(one, room)]
    if most and len(lines) > most:
        last = [*lines[most - 1], *lines[most]]
        cut = fonts.wrapped(" ".join(run.words for run in last) + " …" * 2, last[0].size, room, last[0].bold, 1)[0]
        lines = [*lines[: most - 1], (Run(cut, last[0].bold, last[0].size),)]
    wide = max((sum(run.width for run in one) for one in lines), default=0.0)
    return Box(tuple(lines), size, wide, len(lines) * size * LINE)


def _broken(line: tuple[Run, ...], room: float) -> list[tuple[Run, ...]]:
    """A line of one weight broken where it is too wide; one of several weights stays as it is."""
    if len(line) != 1 or line[0].width <= room:
        return [line]
    run = line[0]
    return [(run._replace(words=part),) for part in fonts.wrapped(run.words, run.size, room, run.bold)]


def label(found: Box, x: float, y: float, colour: str, anchor: str = "start") -> str:
    """The lines of a box; ``y`` is the middle of the whole. ``anchor`` is start, middle or end."""
    ink, opacity = paint(colour)
    step = found.size * LINE
    first = y - (len(found.lines) - 1) * step / 2 + found.size * _BASE
    spans = []
    for place, line in enumerate(found.lines):
        content = "".join(_run(run, found.size) for run in line)
        if len(found.lines) > 1:
            content = element("tspan", content or " ", x=x, y=first + place * step)
        spans.append(content)
    return element(
        "text",
        "".join(spans),
        x=x,
        y=first,
        font_size=found.size,
        fill=ink or "none",
        fill_opacity=opacity,
        text_anchor=None if anchor == "start" else anchor,
    )


def _run(run: Run, size: float) -> str:
    if not run.bold and run.size == size:
        return words(run.words)
    weight = "600" if run.bold else None
    return element("tspan", words(run.words), font_weight=weight, font_size=run.size if run.size != size else None)


def path(points: Sequence[tuple[float, float]], closed: bool = False) -> str:
    """The d of a path through the points."""
    steps = " ".join(f"{'L' if i else 'M'}{fixed(x)} {fixed(y)}" for i, (x, y) in enumerate(points))
    return f"{steps} Z" if closed else steps
