"""All slides of a frozen meeting, made once from the document and sent to the browser in one piece.

There are two sets of them: with the names of academies as they were frozen, and with letters. The browser shows one or
the other, so that a name that is hidden is nowhere in the page. Nothing is worked out here.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from kpi_engine.meetings import canonical, naming
from kpi_engine.meetings.document import (
    TRUST_KEY,
    Chart,
    Definition,
    Detail,
    Document,
    Item,
    ItemKind,
    Part,
    Tone,
    parts,
)
from kpi_engine.packs import drawing
from ui import deck_parts, frame, words

_TEXT = 26.0
_WIDE, _HIGH = 1780.0, 430.0
_BESIDE, _BESIDE_HIGH = 1230.0, 480.0
_NARROW, _NARROW_TEXT = 360.0, 15.0
_STYLE = Path(__file__).with_name("deck") / "deck.css"


def packed(document: Document, check: str, part: Part | None) -> str:
    """The deck as the browser is sent it: JSON, packed with gzip, in base64. The same document gives the same text."""
    content = json.dumps(slides(document, check, part), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(gzip.compress(content.encode(), 6, mtime=0)).decode("ascii")


def slides(document: Document, check: str, part: Part | None) -> dict[str, Any]:
    """Both sets of slides, the drawn charts that they name, and the names of academies by key.

    Of a part of the meeting that is not asked for nothing is in it.
    """
    items = tuple(_of(item, part) for item in parts(document, part))
    # What no slide shows need not be searched for names.
    shown = replace(document, items=items, scorecard=(), exceptions=(), missing=())
    every = (*document.academies, *document.others)
    aliases = {a.key: alias(a.letter) for a in every}
    hidden = naming.tokens(shown)
    lettered = shown if document.anonymous else replace(_hidden(hidden, aliases), trust=document.trust)
    charts: dict[str, dict[str, str]] = {}
    _details_drawn(hidden, charts)
    named = _set(shown, check, "n", charts)
    return {
        "label": document.label,
        "css": _STYLE.read_text(encoding="utf-8"),
        "names": [{"key": a.key, "name": a.name, "alias": aliases[a.key]} for a in every],
        "charts": charts,
        "named": named,
        "lettered": named if lettered is shown else _set(lettered, check, "l", charts),
    }


def _hidden(tokens: Document, aliases: Mapping[str, str]) -> Document:
    return naming.filled(naming.by_letter(tokens), aliases)


def _of(item: Item, part: Part | None) -> Item:
    """The item with what an earlier meeting asked in this part."""
    return item if part is None else replace(item, asked=tuple(each for each in item.asked if each.part is part))


def alias(letter: str) -> str:
    """What an academy is called while names are hidden."""
    return f"Academy {letter}"


def _set(document: Document, check: str, name: str, charts: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    definitions = {each.kpi: each for each in document.definitions}
    return [_slide(document, item, definitions, check, name, charts) for item in document.items]


def _slide(
    document: Document,
    item: Item,
    definitions: Mapping[str, Definition],
    check: str,
    name: str,
    charts: dict[str, dict[str, str]],
) -> dict[str, Any]:
    measure = item.kind is ItemKind.KPI
    numbers = _numbers(item.details)
    found = definitions.get(item.kpi)
    drawn = ""
    if item.chart is not None:
        drawn = f"{name}{item.number}"
        charts[drawn] = _rows(_numbered(item.chart, numbers), drawn)
    urns = {a.key for a in document.academies if a.urn}
    about = " · ".join(each for each in (found.short if found else "", item.year) if each) or item.title
    return {
        "key": item.key,
        "kind": str(item.kind),
        "part": str(item.part),
        "group": escape(item.group),
        "head_line": f"{document.trust} · {document.label} · {item.part}",
        "title": words.text(item.title),
        "about": words.text(about),
        "head": deck_parts.figure(item.figure),
        "comment": deck_parts.comment(item.comment) if measure else "",
        "body": "" if measure else deck_parts.body(item),
        "chart": drawn,
        "notes": deck_parts.notes(item.chart.notes) if item.chart is not None else "",
        "table": deck_parts.table(item.table),
        "ask": deck_parts.questions(item.questions),
        "define": deck_parts.definition(found, item.year),
        "source": _source(document, item.source, check),
        "hot": _hot(item),
        "details": [_detail(document, item, each, numbers, check, urns) for each in item.details],
    }


def _detail(
    document: Document, item: Item, detail: Detail, numbers: Mapping[str, str], check: str, urns: set[str]
) -> dict[str, Any]:
    whole = detail.key == TRUST_KEY
    return {
        "key": detail.key,
        "number": numbers[detail.key],
        "name": words.text(detail.figure.name),
        "shown": words.text(detail.figure.shown),
        "head": deck_parts.figure(detail.figure),
        "chart": _detail_name(item, detail) if detail.chart is not None else "",
        "tables": "".join(deck_parts.table(each) for each in detail.tables),
        "live": bool(item.kpi) and (whole or detail.key in urns),
        "source": _source(document, item.source, check),
    }


def _numbers(details: Sequence[Detail]) -> dict[str, str]:
    """The number that opens each detail: 0 for the trust, 1 and on for academies, all equally long."""
    academies = [each.key for each in details if each.key != TRUST_KEY]
    wide = len(str(len(academies)))
    return {TRUST_KEY: "0".zfill(wide), **{key: str(i + 1).zfill(wide) for i, key in enumerate(academies)}}


def _numbered(chart: Chart, numbers: Mapping[str, str]) -> Chart:
    """The chart with the number before each name that opens the academy."""
    points = tuple(
        replace(point, label=f"{numbers[point.key]}\u2002{point.label}") if point.key in numbers else point
        for point in chart.points
    )
    return replace(chart, points=points)


def _rows(chart: Chart, name: str) -> dict[str, str]:
    return {
        "wide": drawing.svg(chart, _WIDE, _HIGH, text=_TEXT, name=f"{name}w"),
        "narrow": drawing.svg(chart, _NARROW, text=_NARROW_TEXT, name=f"{name}s"),
    }


def _details_drawn(document: Document, charts: dict[str, dict[str, str]]) -> None:
    """The charts of details, once for both sets: only their titles hold names, and in them stand tokens."""
    for item in document.items:
        for detail in item.details:
            if detail.chart is None:
                continue
            name = _detail_name(item, detail)
            charts[name] = {
                "wide": drawing.svg(detail.chart, _BESIDE, _BESIDE_HIGH, text=_TEXT, name=f"{name}w"),
                "narrow": drawing.svg(detail.chart, _NARROW, text=_NARROW_TEXT, name=f"{name}s"),
            }


def _detail_name(item: Item, detail: Detail) -> str:
    return f"d{item.number}-{detail.key}"


def _source(document: Document, source: str, check: str) -> str:
    day = f"Data to {frame.day(dt.date.fromisoformat(document.as_at))}"
    told = [source] if day.casefold() in source.casefold() else [source, day]
    if document.sample:
        told.append("Sample data: an invented trust")
    return f"{words.text(' · '.join(each for each in told if each))} · check <b>{canonical.short(check)}</b>"


def _hot(item: Item) -> str:
    """The academy that is highlighted first: one that is unfavourable, else one with a figure, else the first."""
    academies = [each for each in item.details if each.key != TRUST_KEY]
    bad = [each for each in academies if any(chip.tone is Tone.BAD for chip in each.figure.chips)]
    valued = [each for each in academies if each.figure.value is not None]
    first = next(iter((*bad, *valued, *academies, *item.details)), None)
    return "" if first is None else first.key


def id_of(document: Document, check: str, part: Part | None) -> str:
    """What tells one deck from another: where a presenter stands is remembered by it."""
    open_alone = "" if part is None else f" {part}"
    return f"{document.meeting} v{document.version} {check[:16]}{open_alone}"


def reader_of(user: str) -> str:
    """A name for somebody that says nothing of them: what they typed is kept in the browser under it."""
    return hashlib.sha256(f"deck {user}".encode()).hexdigest()[:16]
