"""The minutes for Word: each item with its frozen figure and what was written down at it, and all actions in a table.

Figures come from the document, words from what people wrote at the meeting. Headings, tables and pages are real ones,
so that a clerk can go on writing.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import docx

from kpi_engine.meetings.document import Asked, Document, EntryKind, Item, ItemKind, Part
from kpi_engine.packs.minutes_page import about, link_free, paragraph, set_page, table
from kpi_engine.packs.office import LETTERS, long_date, of_part, one_line, part_words, same_bytes, strip

_KINDS = {EntryKind.DECISION: "Decisions", EntryKind.ACTION: "Actions", EntryKind.NOTE: "Notes"}
_SAID = {EntryKind.NOTE: "Note", EntryKind.DECISION: "Decision", EntryKind.ACTION: "Action"}
NOTHING = "Nothing was written down at this meeting."


class Written(Protocol):
    """What was written down at a meeting, as it stands: a note, a decision or an action.

    ``item`` is the key of the item it was written at and ``part`` the part of the meeting; ``owner``, ``due`` and
    ``status`` are an action's.
    """

    @property
    def item(self) -> str: ...
    @property
    def part(self) -> Part: ...
    @property
    def kind(self) -> EntryKind: ...
    @property
    def text(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def due(self) -> dt.date | None: ...
    @property
    def status(self) -> str | None: ...


def minutes(document: Document, check: str, entries: Iterable[Written], part: Part | None = None) -> bytes:
    """The minutes of one part of the meeting, or of both for None.

    An entry goes with the part it was written in and with its item's: it is left out where either is another one. The
    same document, entries and part give the same bytes.
    """
    whole = {item.key: item.part for item in document.items}
    written = [
        entry for entry in entries if part is None or (entry.part is part and whole.get(entry.item, part) is part)
    ]
    document = of_part(document, part)
    words = part_words(document, part)
    made = docx.Document()
    set_page(made, document, strip(document, check, words))
    _head(made, document, words)
    if not written:
        paragraph(made, NOTHING)
    for item in document.items:
        _item(made, item, [entry for entry in written if entry.item == item.key])
    shown = {item.key for item in document.items}
    others = [entry for entry in written if entry.item not in shown]
    if others:
        paragraph(made, "Other matters", "Heading 1")
        _entries(made, others)
    _actions(made, document, [entry for entry in written if entry.kind is EntryKind.ACTION])
    about(made, document)
    out = io.BytesIO()
    link_free(made).save(out)
    return same_bytes(out.getvalue())


def _head(made: Any, document: Document, words: str) -> None:
    paragraph(made, f"Minutes: {document.body}, {long_date(document.date)}", "Title")
    paragraph(made, f"{document.trust} · {document.label} · {words}", "Subtitle")
    told = [f"Figures are those that were frozen for this meeting, from data to {long_date(document.as_at)}."]
    told += ["Every figure is of an invented trust."] if document.sample else []
    told += [LETTERS] if document.anonymous else []
    paragraph(made, " ".join(told))


def _item(made: Any, item: Item, entries: Sequence[Written]) -> None:
    paragraph(made, f"{item.number}. {one_line(item.title)}", "Heading 1")
    if item.part is Part.CONFIDENTIAL:
        paragraph(made, item.part.value, lead=True)
    if item.figure is not None:
        figure = item.figure
        said = [figure.shown]
        if figure.value is not None:
            said += [*(each.words for each in figure.chips), figure.counted, figure.before, figure.coverage]
        paragraph(made, f"{figure.name}, {figure.year}: {' · '.join(one_line(each) for each in said if each)}")
        if figure.value is None and figure.reason:
            paragraph(made, figure.reason)
    if item.kind is ItemKind.LAST and item.asked:
        head = ("Kind", "What was said", "Owner", "Due", "Where it stands")
        table(made, head, [_asked(each) for each in item.asked], (2.2, 6.2, 3.0, 2.4, 3.2))
    if item.source:
        paragraph(made, item.source, "Caption", before="Source: ")
    _entries(made, entries)


def _entries(made: Any, entries: Sequence[Written]) -> None:
    for kind, title in _KINDS.items():
        held = [entry for entry in entries if entry.kind is kind]
        if not held:
            continue
        paragraph(made, title, "Heading 2")
        for entry in held:
            paragraph(made, entry.text, "List Bullet", after=_about(entry) if kind is EntryKind.ACTION else "")


def _about(entry: Written) -> str:
    due = f"due {_day(entry.due)}" if entry.due else ""
    return " · ".join(one_line(each) for each in (entry.owner, due, _status(entry)) if each)


def _asked(asked: Asked) -> tuple[str, ...]:
    stands = ". ".join(each.rstrip(".") for each in (asked.status, asked.followed_up) if each)
    return _SAID[asked.kind], f"{asked.text}\n{asked.meeting}", asked.owner, long_date(asked.due), stands


def _actions(made: Any, document: Document, actions: Sequence[Written]) -> None:
    if not actions:
        return
    numbers = {item.key: str(item.number) for item in document.items}
    paragraph(made, "All actions", "Heading 1")
    head = ("Item", "What", "Owner", "Due", "Status")
    rows = [
        (numbers.get(each.item, ""), each.text, each.owner or "—", _day(each.due) or "—", _status(each))
        for each in actions
    ]
    table(made, head, rows, (1.5, 7.8, 3.2, 2.5, 2.0))


def _day(due: dt.date | None) -> str:
    return long_date(due.isoformat()) if due else ""


def _status(entry: Written) -> str:
    return str(entry.status) if entry.status else ""
