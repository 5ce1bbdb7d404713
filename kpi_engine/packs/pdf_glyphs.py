"""Texts as pages can show them: what no font here has a letter for is said in words, and nothing is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import typst

from kpi_engine.export import fonts

_LIKE = {"\u2715": "\u2717", "\u2716": "\u2717", "\u25c7": "\u25c6", "\u00a0": "\u00a0"}
"""Signs that the font has in another shape: a cross is a cross."""
_JOINED = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""What changes the sign before it and says nothing by itself."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_LONG = re.compile(r"\S{31,}")
_CUT = 15
_PROBE = b"""#set document(title: "Letters")
#set text(lang: "en", font: "Source Sans 3")
#sys.inputs.letters
"""


@cache
def typefaces() -> typst.Fonts:
    """Source Sans, and behind it for other alphabets the fonts that come with Typst; none of the computer's own."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[fonts.FOLDER])


def printable(thing: Any) -> Callable[[str], str]:
    """What makes each text of a thing one that can be printed.

    A sign that no font has becomes its name in brackets ("[party popper]"). In words longer than any line, places to
    break them are marked; control characters go.
    """
    strange = {letter for text in _texts(thing) for letter in text if _may_lack(letter)}
    lacking = frozenset(_lacking("".join(sorted(strange))))

    def change(text: str) -> str:
        kept = _UNFIT.sub("", "".join(_LIKE.get(letter, letter) for letter in text))
        if lacking.intersection(kept):
            kept = "".join(_spelled(letter, lacking) for letter in _JOINED.sub("", kept))
        return _LONG.sub(lambda found: "\u200b".join(_pieces(found[0])), kept)

    return change


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for each in thing:
            yield from _texts(each)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _texts(getattr(thing, field.name))


def _may_lack(letter: str) -> bool:
    return ord(letter) > 0x7E and letter not in _LIKE and not fonts.has(letter)


def _lacking(letters: str) -> Iterator[str]:
    """The letters that no font has: where one of them is missing the page is refused, so halves are asked."""
    if not letters or _shows(letters):
        return
    if len(letters) == 1:
        yield letters
        return
    middle = len(letters) // 2
    yield from _lacking(letters[:middle])
    yield from _lacking(letters[middle:])


def _shows(letters: str) -> bool:
    # PDF/UA-1 asks that each letter can be read, so Typst refuses a text with one that no font has.
    compiler = typst.Compiler(_PROBE, font_paths=typefaces(), sys_inputs={"letters": " ".join(letters)})
    try:
        compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    except typst.TypstError:
        return False
    return True


def _spelled(letter: str, lacking: frozenset[str]) -> str:
    if letter not in lacking:
        return letter
    name = unicodedata.name(letter, f"U+{ord(letter):04X}")
    return f"[{name.lower() if not name.startswith('U+') else name}]"


def _pieces(word: str) -> Iterator[str]:
    return (word[i : i + _CUT] for i in range(0, len(word), _CUT))
