"""Reading packs back by other means than they were made with: the texts of a meeting, of pages and of web pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import msgspec
import pypdf

from kpi_engine.meetings.canonical import canonical, checksum, to_bytes
from kpi_engine.meetings.document import Document, Part
from tests.meetings.example import example

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SECRET = "Quillonthorpe"
"""A word that stands in everything of Part 2 that ``marked`` makes, and nowhere else."""
EMOJI, HEBREW, ARABIC, CHINESE = "🎉", "אקדמיה", "مدرسة", "漢字"


def small(kpis: int = 6, academies: int = 4) -> Document:
    return canonical(example(kpis, academies))


def check_of(document: Document) -> str:
    return checksum(to_bytes(document))


def marked(document: Document) -> Document:
    """The document with a secret word in each text of Part 2's items, rows, exceptions and definitions."""
    hidden = {item.kpi for item in document.items if item.part is Part.CONFIDENTIAL}
    assert hidden

    def told(thing: Any) -> Any:
        raw = msgspec.to_builtins(thing)
        raw = _each(raw, lambda key, text: f"{text} {SECRET}" if key not in _FIXED and text else text)
        return msgspec.convert(raw, type(thing))

    return replace(
        document,
        items=tuple(told(i) if i.part is Part.CONFIDENTIAL else i for i in document.items),
        scorecard=tuple(told(r) if r.part is Part.CONFIDENTIAL else r for r in document.scorecard),
        exceptions=tuple(told(c) if c.part is Part.CONFIDENTIAL else c for c in document.exceptions),
        definitions=tuple(told(d) if d.kpi in hidden else d for d in document.definitions),
        missing=(f"{SECRET}: no return has been loaded",),
    )


_FIXED = {"part", "kind", "tone", "key", "kpi", "item"}


def _each(raw: Any, change: Any, key: str = "") -> Any:
    if isinstance(raw, dict):
        return {name: _each(value, change, name) for name, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [_each(value, change, key) for value in raw]
    return change(key, raw) if isinstance(raw, str) else raw


def texts(raw: Any, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every text of a thing, but those under the fields that are named."""
    if not isinstance(raw, dict | list | tuple | str | int | float | None):
        raw = msgspec.to_builtins(raw)
    if isinstance(raw, dict):
        for name, value in raw.items():
            if name not in without:
                yield from texts(value, without)
    elif isinstance(raw, list | tuple):
        for value in raw:
            yield from texts(value, without)
    elif isinstance(raw, str):
        yield raw


def numbers(said: str) -> set[str]:
    return set(NUMBER.findall(said))


def bare(said: str) -> str:
    """A text without spaces and without the hyphens at which lines were broken."""
    return re.sub("[\\s\u00ad\u200b-]", "", said)


def page_texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)
        self.found += [value or "" for name, value in attrs if name in ("title", "aria-label", "alt", "content")]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.found.append(data)


def web(content: bytes) -> tuple[list[str], list[tuple[str, dict[str, str | None]]]]:
    """The texts of a web page, attributes that are read included, and its elements."""
    reader = _Reader()
    reader.feed(content.decode("utf-8"))
    return reader.found, reader.tags


def nasty() -> Document:
    """A meeting with whatever people paste: a title without end, signs no font has, other alphabets, a long comment."""
    document = small(3, 4)
    title = ("Attendance of those who " * 13)[:299] + "!"
    comment = " ".join(f"word{i}" for i in range(10_000))
    name = f"{HEBREW} {EMOJI} <b>Academy</b> & Sons {ARABIC} {'Wychbournelearning' * 6}"
    items = list(document.items)
    first = items[1]
    assert first.chart is not None
    assert first.table is not None
    points = (replace(first.chart.points[0], label=name), *first.chart.points[1:])
    rows = ((name, *first.table.rows[0][1:]), *first.table.rows[1:])
    items[1] = replace(
        first,
        title=title,
        comment=f"{comment}\n\n{EMOJI} {CHINESE}\x07\u0000 end",
        chart=replace(first.chart, points=points),
        table=replace(first.table, rows=rows),
        questions=(f"{ARABIC}؟", '#import "x"; $a$ \\ *b* _c_ @d <e> `f`'),
    )
    return replace(document, items=tuple(items), trust="T" * 300)
