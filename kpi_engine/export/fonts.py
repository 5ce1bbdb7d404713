"""The font that exports are set in, and how wide words are in it, read from the font's own files."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

FOLDER = Path(__file__).with_name("fonts")
"""Where the font's files stand, with its licence."""
FAMILY = "Source Sans 3"
STACK = f"'{FAMILY}', 'Source Sans Pro', Arial, sans-serif"
"""The font and what stands in for it where it is not installed."""

_BREAK = re.compile(r"[ \t\r\n]+")
_UNIT = re.compile(r"(?<=\d) (?=%|per 100)|(?<=per) (?=100)")


class Widths(NamedTuple):
    """How far each character moves the pen, in parts of the font's size; ``other`` for those that it does not have."""

    known: Mapping[str, float]
    other: float


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is at that size, without kerning, which makes it a little narrower."""
    widths = _widths("Semibold" if bold else "Regular")
    return size * sum(widths.known.get(character, widths.other) for character in text)


def has(letter: str) -> bool:
    """Whether the font has this letter."""
    return letter in _widths("Regular").known


def wrapped(text: str, size: float, room: float, bold: bool = False, most: int = 0) -> list[str]:
    """The text in lines that fit the room; a word that is wider is cut. ``most`` lines at most, then an ellipsis.

    A number and its unit stay on one line.
    """
    lines: list[str] = []
    line = ""
    for word in _BREAK.split(_UNIT.sub("\u00a0", text).strip(" ")):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size, bold) > room and len(word) > 1:
            kept = _fitting(word, size, room, bold)
            lines.append(word[:kept])
            word = word[kept:]
        line = word
    if line or not lines:
        lines.append(line)
    if most and len(lines) > most:
        lines = lines[:most]
        last = lines[-1]
        while last and width(f"{last}…", size, bold) > room:
            last = last[:-1]
        lines[-1] = f"{last.rstrip()}…"
    return lines


def _fitting(word: str, size: float, room: float, bold: bool) -> int:
    count = len(word)
    while count > 1 and width(word[:count], size, bold) > room:
        count -= 1
    return count


@cache
def _widths(weight: str) -> Widths:
    """The tables ``hmtx`` and ``cmap`` of a TrueType file (OpenType specification 1.9)."""
    data = (FOLDER / f"SourceSans3-{weight}.ttf").read_bytes()
    (count,) = struct.unpack_from(">H", data, 4)
    tables = {}
    for place in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * place)
        tables[tag.decode("ascii")] = offset
    (unit,) = struct.unpack_from(">H", data, tables["head"] + 18)
    (measured,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    advances = [struct.unpack_from(">H", data, tables["hmtx"] + 4 * i)[0] / unit for i in range(measured)]
    known = {chr(code): advances[min(glyph, measured - 1)] for code, glyph in _glyphs(data, tables["cmap"]).items()}
    return Widths(MappingProxyType(known), advances[0])


def _glyphs(data: bytes, start: int) -> dict[int, int]:
    """Which glyph stands for which character, from the table's part for the whole of Unicode (format 12)."""
    (count,) = struct.unpack_from(">H", data, start + 2)
    for place in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * place)
        if struct.unpack_from(">H", data, start + offset)[0] != 12:
            continue
        (groups,) = struct.unpack_from(">I", data, start + offset + 12)
        found = {}
        for each in range(groups):
            first, last, glyph = struct.unpack_from(">III", data, start + offset + 16 + 12 * each)
            found.update({code: glyph + code - first for code in range(first, last + 1)})
        return found
    raise ValueError("the font has no map of characters in format 12")
