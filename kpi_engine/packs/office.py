"""What the files for Office share: what belongs to a part, texts that XML can hold, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from dataclasses import replace

from kpi_engine.export.strip import day
from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import Document, Part, parts

HIDDEN_WORDS = (
    "A word in the place of a figure says why there is none. “Hidden” means that so few people are behind the figure, "
    "or behind one that it would give away, that somebody could be recognised: it is nowhere in this file."
)
LETTERS = "Academies have letters in place of their names."
BY_RULE = "Issue and evidence follow from the figures by rule. Cause, action and owner are as people wrote them."
BOTH = "Parts 1 and 2 (confidential)"
"""What a file with items of both parts is called."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_RIGHT = ("R", "AL")


def of_part(document: Document, part: Part | None) -> Document:
    """The document with one part's items alone, or as it is for None.

    Scorecard, exceptions and definitions go with the items. What was missing names no part; it is left out where the
    other part has items, since it could speak of them.
    """
    if part is None:
        return document
    items = parts(document, part)
    rows = tuple(row for row in document.scorecard if row.part is part)
    told = {item.kpi for item in items} | {row.kpi for row in rows}
    return replace(
        document,
        items=items,
        scorecard=rows,
        exceptions=tuple(each for each in document.exceptions if each.part is part),
        definitions=tuple(each for each in document.definitions if each.kpi in told),
        missing=document.missing if len(items) == len(document.items) else (),
    )


def part_words(document: Document, part: Part | None) -> str:
    """Which part a file holds: ``Part 1 (open)``, or both where it has items of both."""
    if part is not None:
        return part.value
    held = {item.part for item in document.items}
    return BOTH if len(held) > 1 else next(iter(held), Part.OPEN).value


def strip(document: Document, check: str, part: str) -> str:
    """What stands on every slide, sheet and page: label, part, the data's date, and the short check."""
    said = (document.label, part, f"data to {long_date(document.as_at)}", f"check {short(check)}")
    return text(" · ".join((*said, "invented sample data") if document.sample else said))


def long_date(iso: str) -> str:
    """A date as readers see it, ``21 Jul 2026``; what is no date stays as it is."""
    try:
        return day(dt.date.fromisoformat(iso))
    except ValueError:
        return iso


def midnight(document: Document) -> dt.datetime:
    """The moment that files give for their making: midnight of the meeting's day, which the same content always has."""
    return dt.datetime.combine(dt.date.fromisoformat(document.date), dt.time())


def text(said: str) -> str:
    """A text that XML can hold: line ends as ``\\n``, and a space for each character that no XML may have."""
    return said if said.isprintable() else _ILLEGAL.sub(" ", _BREAKS.sub("\n", said))


def one_line(said: str) -> str:
    """The same, on one line."""
    return " ".join(text(said).split())


def right_to_left(said: str) -> bool:
    """Whether a paragraph runs from right to left: its first letter with a direction says so (UAX #9, rule P2)."""
    for letter in said:
        direction = unicodedata.bidirectional(letter)
        if direction in _RIGHT:
            return True
        if direction == "L":
            return False
    return False


def number_format(prefix: str, suffix: str, decimals: int) -> str:
    """Office's format of a number: ``#,##0.0" %"``, and a minus sign before a prefix."""
    digits = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
    before, after = (f'"{text(each).replace(chr(34), "")}"' if each else "" for each in (prefix, suffix))
    whole = f"{before}{digits}{after}"
    return f'{whole};"\u2212"{whole}'


def affixes(unit: str) -> tuple[str, str]:
    """What stands before and after a number in this unit."""
    return {"£": ("£", ""), "%": ("", " %"), "per 100": ("", " per 100"), "points": ("", " points")}.get(unit, ("", ""))


def same_bytes(package: bytes) -> bytes:
    """The package with nothing in it that tells when or on which computer it was zipped."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as found, zipfile.ZipFile(out, "w") as made:
        for member in found.infolist():
            entry = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 0, 0
            packed = member.filename.endswith((".xlsx", ".png", ".jpeg"))
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            made.writestr(entry, found.read(member), compresslevel=6)
    return out.getvalue()
