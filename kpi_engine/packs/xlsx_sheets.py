"""What all sheets of a workbook share: cells, widths, names that Excel takes, and how they are printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from kpi_engine.packs.lettering import width, wrapped
from kpi_engine.packs.office import one_line, text

_A4 = 9
_WIDEST, _NARROWEST = 42.0, 9.0
_ROOM: Mapping[int, float] = {}
_SIZE, _LINE, _TALLEST = 11.0, 15.0, 409.0
"""The letters' size, the height of a line, and the greatest height that Excel gives a row, in points."""
_DIGIT = 6.1
"""The width of a digit in points, which Excel measures columns by."""
_MOST = 24
"""Lines in a cell at most; a longer text goes on in the next row."""
_NAME = 31
_LITERAL = re.compile('"([^"]*)"')
_UNFIT = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the format it is shown in."""

    value: float
    format: str = "General"


@dataclass(frozen=True, slots=True)
class Word:
    """The word in the place of a figure."""

    said: str


Cell = str | Figure | Word | None


@dataclass(frozen=True, slots=True)
class Formats:
    """The workbook's formats, each made once."""

    head: Any
    text: Any
    word: Any
    bold: Any
    top: Any
    number: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of sheets that are taken."""

    taken: set[str] = field(default_factory=set)

    def take(self, wanted: str) -> str:
        """The name, made fit for a sheet and unlike every one before: Excel takes 31 letters and no case apart."""
        plain = " ".join(_UNFIT.sub(" ", one_line(wanted)).split()).strip("' ") or "Sheet"
        if plain.casefold() == "history":
            plain = f"{plain} of the trust"
        name = _cut(plain, _NAME)
        number = 2
        while name.casefold() in self.taken:
            ending = f" {number}"
            name = _cut(plain, _NAME - len(ending)) + ending
            number += 1
        self.taken.add(name.casefold())
        return name


def formats(book: Any) -> Formats:
    """The formats of a workbook."""
    head = {
        "bold": True,
        "bg_color": "#E3ECF4",
        "font_color": "#1B2430",
        "text_wrap": True,
        "valign": "top",
        "bottom": 1,
    }

    @cache
    def number(form: str) -> Any:
        return book.add_format({"num_format": form, "valign": "top"})

    return Formats(
        head=book.add_format(head),
        text=book.add_format({"text_wrap": True, "valign": "top", "align": "left", "indent": 1}),
        word=book.add_format({"italic": True, "font_color": "#55606C", "align": "right", "valign": "top"}),
        bold=book.add_format({"bold": True, "valign": "top", "text_wrap": True}),
        top=book.add_format({"bold": True, "font_size": 14}),
        number=number,
    )


def fill(
    sheet: Any, made: Formats, head: Sequence[str], rows: Sequence[Sequence[Cell]], room: Mapping[int, float] = _ROOM
) -> None:
    """Head and rows from the first row on, with a filter. ``room`` is how wide texts make a column (-1: any) at most.

    Rows get the height that their texts need, which not every program works out when it opens a file.
    """
    most = [room.get(column, room.get(-1, _WIDEST)) for column in range(len(head))]
    widest = _widths(head, rows, most)
    tall = [_lines(one_line(said), wide - 3, bold=True) for said, wide in zip(head, widest, strict=True)]
    sheet.set_row(0, _high(max(tall)))
    for column, (said, wide) in enumerate(zip(head, widest, strict=True)):
        sheet.set_column(column, column, wide)
        sheet.write_string(0, column, one_line(said), made.head)
    for place, row in enumerate(rows, start=1):
        lines = 1
        for column, cell in enumerate(row):
            if isinstance(cell, Figure):
                sheet.write_number(place, column, cell.value, made.number(cell.format))
            elif isinstance(cell, Word):
                sheet.write_string(place, column, one_line(cell.said), made.word)
                lines = max(lines, _lines(one_line(cell.said), widest[column]))
            elif cell:
                said = text(cell)
                sheet.write_string(place, column, said, made.text)
                lines = max(lines, _lines(said, widest[column] - 1.5))
        if lines > 1:
            sheet.set_row(place, _high(lines))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(head) - 1)


def pieces(said: str, room: float = _WIDEST) -> list[str]:
    """A long text in pieces that a row of the greatest height can show in a column so wide, parted between words."""
    held: list[list[str]] = [[]]
    used = 0
    for paragraph in text(said).split("\n"):
        lines = wrapped(paragraph, _SIZE, (room - 1.5) * _DIGIT) if len(paragraph) > 5 else [paragraph]
        for first in range(0, len(lines), _MOST):
            share = lines[first : first + _MOST]
            if used and used + len(share) > _MOST:
                held.append([])
                used = 0
            held[-1].append(" ".join(share))
            used += len(share)
    return ["\n".join(each) for each in held]


def high(said: str, room: float) -> float:
    """How high a row with this text is in a column so wide, in points."""
    return _high(_lines(said, room - 1.5))


def _high(lines: int) -> float:
    return min(_TALLEST, lines * _LINE + 2)


def _shown(figure: Figure) -> str:
    """About what Excel makes of a number."""
    whole = figure.format.split(";")[0]
    decimals = whole.partition(".")[2].split('"')[0].count("0")
    return f"{''.join(_LITERAL.findall(whole))}{figure.value:,.{decimals}f}"


def _widths(head: Sequence[str], rows: Sequence[Sequence[Cell]], most: Sequence[float]) -> list[float]:
    widest = [max(_NARROWEST, *(_letters(word) + 3 for word in f"{one_line(said)} x".split())) for said in head]
    for row in rows:
        for column, cell in enumerate(row):
            if isinstance(cell, Figure):
                # Excel shows hashes where a number does not fit, so no column is narrower than its numbers.
                widest[column] = max(widest[column], _letters(_shown(cell)) + 2)
            elif cell and widest[column] < most[column]:
                said = text(cell.said if isinstance(cell, Word) else cell)
                long = max(_letters(line) for line in said[:200].split("\n")) + 3
                widest[column] = max(widest[column], min(long, most[column]))
    return widest


@lru_cache(maxsize=4096)
def _lines(said: str, room: float, bold: bool = False) -> int:
    if len(said) * 1.3 < room and "\n" not in said:
        return 1
    return len(wrapped(said, _SIZE, room * _DIGIT, bold))


def page(sheet: Any, trust: str, about: str) -> None:
    """A4 across, as wide as a page, the head on each; trust above, label, part, date, check and page below."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.8)
    # In a header or footer "&" begins an instruction, and each holds 255 characters.
    sheet.set_header(f"&L&9{_cut(one_line(trust).replace('&', '&&'), 120).rstrip('&')}&R&9&A")
    sheet.set_footer(f"&L&9{_cut(about.replace('&', '&&'), 220).rstrip('&')}&R&9Page &P of &N")


@lru_cache(maxsize=16384)
def _letters(said: str) -> float:
    """How many of Excel's widths of a digit a text takes."""
    return width(said, _SIZE) / _DIGIT


def _cut(said: str, most: int) -> str:
    """A text in so many of UTF-16's units, which is how Excel counts; a letter is never halved."""
    kept, used = [], 0
    for letter in said:
        used += 2 if ord(letter) > 0xFFFF else 1
        if used > most:
            break
        kept.append(letter)
    return "".join(kept).strip("' ")
