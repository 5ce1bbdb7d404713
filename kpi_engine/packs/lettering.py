"""How much room a text takes in Arial, near enough to choose its size and to part it between slides.

Office measures for itself when a file is opened; what is reckoned here errs to the wide side, so that nothing runs
over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LEADING = 1.2
"""The height of a line, in sizes of its letters."""
_REGULAR = (
    (191, "'"),
    (222, "ijl‘’"),
    (260, "|"),
    (278, " !,./:;I[\\]ft·"),
    (333, "()-`r“”"),
    (334, "{}"),
    (350, "•"),
    (355, '"'),
    (389, "*"),
    (469, "^"),
    (500, "Jcksvxyz"),
    (556, "#$0123456789?L_abdeghnopqu–£éèüö"),
    (584, "+<=>~−"),
    (611, "FTZ"),
    (667, "&ABEKPSVXY"),
    (722, "CDHNRUw"),
    (778, "GOQ"),
    (833, "Mm"),
    (889, "%"),
    (944, "W"),
    (1000, "—…"),
    (1015, "@"),
)
"""Letters by their width in thousandths of the size, as Arial and the fonts drawn to its measure have them."""
_HEAVY = (
    (238, "'"),
    (278, " ,./I\\ijl‘’·"),
    (280, "|"),
    (333, "!()-:;[]`ft"),
    (350, "•"),
    (389, "*r{}"),
    (474, '"'),
    (500, "z“”"),
    (556, "#$0123456789J_aceksvxy–£éè"),
    (584, "+<=>^~−"),
    (611, "?FLTZbdghnopquüö"),
    (667, "EPSVXY"),
    (722, "&ABCDHKNRU"),
    (778, "GOQw"),
    (833, "M"),
    (889, "%m"),
    (944, "W"),
    (975, "@"),
    (1000, "—…"),
)
"""The same of Arial Bold."""
_WIDTHS = {letter: width for width, letters in _REGULAR for letter in letters}
_BOLD = {letter: width for width, letters in _HEAVY for letter in letters}
_WIDE, _OTHER = 1250, 680


@lru_cache(maxsize=16384)
def width(said: str, size: float, bold: bool = False) -> float:
    """How wide a text on one line is, in points."""
    known = _BOLD if bold else _WIDTHS
    return sum(known[letter] if letter in known else _unusual(letter) for letter in said) * size / 1000


def wrapped(said: str, size: float, room: float, bold: bool = False) -> list[str]:
    """The lines that a text falls into where ``room`` points are there; a word that is longer than a line is parted."""
    lines = []
    for paragraph in said.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            for piece in _pieces(word, size, room, bold):
                wide = width(piece, size, bold)
                gap = width(" ", size, bold) if line else 0.0
                if line and used + gap + wide > room:
                    lines.append(line)
                    line, used, gap = "", 0.0, 0.0
                line = f"{line} {piece}" if line else piece
                used += gap + wide
        lines.append(line)
    return lines


def height(said: str, size: float, room: float, bold: bool = False) -> float:
    """How high a text stands in so wide a box, in points."""
    return len(wrapped(said, size, room, bold)) * size * LEADING


def fitted(said: str, sizes: Sequence[float], room: float, high: float, bold: bool = False) -> float:
    """The largest of the sizes, which fall, at which a text fits into the box; the smallest where none does."""
    return next((size for size in sizes if height(said, size, room, bold) <= high), sizes[-1])


def _pieces(word: str, size: float, room: float, bold: bool) -> list[str]:
    if width(word, size, bold) <= room:
        return [word]
    pieces, start, used = [], 0, 0.0
    for place, letter in enumerate(word):
        wide = width(letter, size, bold)
        if place > start and used + wide > room:
            pieces.append(word[start:place])
            start, used = place, 0.0
        used += wide
    return [*pieces, word[start:]]


def _unusual(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0x1F000:
        return _WIDE
    return 1000 if ord(letter) > 0x2010 and not letter.isalnum() else _OTHER
