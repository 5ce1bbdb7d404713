"""What every pack shares: which of a meeting is in it, what is printed on each page, and texts that can be printed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from kpi_engine.export.strip import SAMPLE, day
from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import Concern, Definition, Document, Item, Part, ScoreRow, parts

BOTH = "Parts 1 and 2 (confidential)"
"""What a pack of both parts is called."""
LETTERS = "Academies have letters in place of their names."
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Pack:
    """What of a meeting goes out together: one part of it, or both.

    ``missing`` is empty where another part is left out, since its lines do not say which part they belong to.
    """

    document: Document
    check: str
    part: Part | None
    items: tuple[Item, ...]
    scorecard: tuple[ScoreRow, ...]
    exceptions: tuple[Concern, ...]
    definitions: tuple[Definition, ...]
    missing: tuple[str, ...]

    @property
    def part_words(self) -> str:
        """The part in words: "Part 1 (open)", or both."""
        if self.part is not None:
            return str(self.part)
        confidential = any(item.part is Part.CONFIDENTIAL for item in self.items)
        return BOTH if confidential else str(Part.OPEN)

    @property
    def stamp(self) -> str:
        """What stands on every page: trust, meeting and version, part, the data's date, and the check."""
        return " · ".join((self.document.trust, self.document.label, self.part_words, *self.origin))

    @property
    def origin(self) -> tuple[str, ...]:
        """The data's date, the check, and whether the trust is invented."""
        sample = (SAMPLE,) if self.document.sample else ()
        return (f"Data to {spoken(self.document.as_at)}", f"check {self.check}", *sample)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be known before reading."""
        return (LETTERS,) if self.document.anonymous else ()


def packed(document: Document, check: str, part: Part | None) -> Pack:
    """What of the document belongs to a part, or all of it for None; ``check`` is the document's checksum.

    A KPI's row on the scorecard and its exceptions go with the part they carry. Its definition is there where one of
    its items or its row is.
    """
    items = parts(document, part)
    rows = tuple(row for row in document.scorecard if part is None or row.part is part)
    concerns = tuple(each for each in document.exceptions if part is None or each.part is part)
    named = {item.kpi for item in items} | {row.kpi for row in rows}
    definitions = tuple(each for each in document.definitions if part is None or each.kpi in named)
    whole = len(items) == len(document.items) and len(rows) == len(document.scorecard)
    missing = document.missing if whole else ()
    return Pack(document, short(check), part, items, rows, concerns, definitions, missing)


def spoken(date: str) -> str:
    """A date in ISO form as readers write it; any other text as it is."""
    try:
        return day(dt.date.fromisoformat(date))
    except ValueError:
        return date


def each_text(value: _T, change: Callable[[str], str]) -> _T:
    """The same thing with every text in it changed; enumerations stay."""
    return _changed(value, change)  # type: ignore[no-any-return]


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: getattr(value, f.name) for f in fields(value)}
        changed = {name: _changed(each, change) for name, each in found.items()}
        return replace(value, **{name: each for name, each in changed.items() if each is not found[name]})
    return value


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """A text as paragraphs of lines: an empty line begins a new paragraph."""
    lines = [line.strip() for line in _LINES.split(text)]
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return tuple(tuple(each) for each in found if each)


def of_numbers(cells: Sequence[str]) -> bool:
    """Whether a column of a table holds figures, which then stand at its right."""
    said = [cell for cell in cells if cell]
    return bool(said) and 2 * sum(bool(_FIGURE.match(cell)) for cell in said) >= len(said)


def slug(text: str, most: int = 60) -> str:
    """A part of a file's name that every computer takes: small letters, digits and hyphens; empty if none are left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:most].strip("-")


_LINES = re.compile("\r\n|[\n\r\u2028\u2029\v\f]")
_FIGURE = re.compile(r"[−+\-]?£?\d")
