"""A meeting as a workbook: notes, agenda, scorecard, a sheet for each measure, and the years and groups behind them.

Numbers are numbers in the format they are shown in; a figure that is hidden or missing is a word. No cell is a formula
or a link, and none are merged, so that every row can be sorted and filtered by itself.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import Definition, Document, EntryKind, Item, ItemKind, Part
from kpi_engine.packs.office import (
    BY_RULE,
    HIDDEN_WORDS,
    LETTERS,
    long_date,
    midnight,
    of_part,
    one_line,
    part_words,
    same_bytes,
    strip,
)
from kpi_engine.packs.xlsx_charts import DATA, draw, layout, rows
from kpi_engine.packs.xlsx_measures import (
    GROUPS_HEAD,
    YEARS_HEAD,
    group_rows,
    measure_room,
    measure_table,
    score_head,
    score_rows,
    shorts_of,
    titles,
    year_rows,
)
from kpi_engine.packs.xlsx_sheets import Cell, Figure, Formats, Names, fill, formats, high, page, pieces

NOTES, AGENDA, SCORECARD, EXCEPTIONS = "Notes", "Agenda", "Scorecard", "Exceptions"
LAST, YEARS, GROUPS = "Last time", "Over the years", "Groups"
_KINDS = {EntryKind.NOTE: "Note", EntryKind.DECISION: "Decision", EntryKind.ACTION: "Action"}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Calibri", "font_size": 11},
}


_TEXTS: Mapping[int, float] = {3: 36, 5: 90}
_PLAIN: Mapping[int, float] = {-1: 42}
_WIDE = 90.0
"""How wide a column of running text is, in digits."""


@dataclass(frozen=True, slots=True)
class _Book:
    book: Any
    document: Document
    formats: Formats
    strip: str
    names: Names = field(default_factory=Names)

    def sheet(
        self,
        name: str,
        head: Sequence[str],
        table: Sequence[Sequence[Cell]],
        keep: int = 1,
        room: Mapping[int, float] = _PLAIN,
    ) -> Any:
        """A sheet with one table; its head and its first columns stay in sight."""
        sheet = self.book.add_worksheet(self.names.take(name))
        fill(sheet, self.formats, head, table, room)
        sheet.freeze_panes(1, keep)
        page(sheet, self.document.trust, self.strip)
        return sheet


def xlsx(document: Document, check: str, part: Part | None = None) -> bytes:
    """The workbook of one part of the meeting, or of both for None. The same document and part give the same bytes."""
    document = of_part(document, part)
    words = part_words(document, part)
    about = strip(document, check, words)
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, _OPTIONS)
    made.set_properties(
        {
            "title": one_line(document.label)[:250],
            "author": one_line(document.trust)[:250],
            "comments": about[:250],
            "created": midnight(document),
        }
    )
    book = _Book(made, document, formats(made), about)
    book.names.taken.add(DATA.casefold())
    _notes(book, check, words)
    book.sheet(AGENDA, ("Item", "Part", "Group", "Subject", "What", "Text"), _agenda(document), room=_TEXTS)
    if document.scorecard:
        book.sheet(SCORECARD, score_head(document), score_rows(document), room={-1: 12, 0: 24})
    if document.exceptions:
        book.sheet(EXCEPTIONS, ("Issue", "Measure", "Evidence", "Cause", "Action", "Owner"), _exceptions(document))
    _measures(book)
    last = _last(document)
    if last:
        book.sheet(LAST, ("Item", "Kind", "What was said", "Meeting", "Owner", "Due", "Status", "Followed up"), last)
    shorts = shorts_of(document)
    for name, head, table in (
        (YEARS, YEARS_HEAD, year_rows(document, shorts)),
        (GROUPS, GROUPS_HEAD, group_rows(document, shorts)),
    ):
        if table:
            book.sheet(name, head, table, keep=2)
    charts = [item for item in document.items if item.chart is not None and item.kind is ItemKind.KPI]
    if charts:
        held = layout(charts)
        sheet = made.add_worksheet(DATA)
        fill(sheet, book.formats, held.head, rows(charts, held))
        sheet.freeze_panes(1, 3)
        page(sheet, document.trust, about)
    made.get_worksheet_by_name(NOTES).activate()
    made.close()
    return same_bytes(out.getvalue())


def _notes(book: _Book, check: str, words: str) -> None:
    document = book.document
    told = [
        ("Meeting", f"{document.body}, {long_date(document.date)}"),
        ("Trust", document.trust),
        *([("Sample", "Every figure is of an invented trust.")] if document.sample else []),
        ("Version", document.label),
        ("Part", words),
        ("Check", f"{short(check)} (SHA-256 {check})"),
        ("Data to", long_date(document.as_at)),
        ("Data version", document.data_version),
        ("Explorer", document.engine_version),
        ("Definitions", document.definitions_hash),
        ("What this is", "The figures that were frozen for this meeting. None was worked out again for this file."),
        ("Words for figures", HIDDEN_WORDS),
        ("Charts", f"They draw the sheet “{DATA}”, in which a missing figure is an empty cell. A bar is an interval."),
        *([("Names", LETTERS)] if document.anonymous else []),
        *([("Exceptions", BY_RULE)] if document.exceptions else []),
        *([("Questions from", document.last_meeting)] if document.last_meeting else []),
        *(("No figure", each) for each in document.missing),
        *((f"Definition: {each.short}", _defined(each)) for each in document.definitions),
    ]
    sheet = book.book.add_worksheet(book.names.take(NOTES))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, one_line(document.label)[:250], book.formats.top)
    row = 1
    for name, said in told:
        for place, piece in enumerate(pieces(said, 110)):
            sheet.write_string(row, 0, one_line(name) + (f" ({place + 1})" if place else ""), book.formats.bold)
            sheet.write_string(row, 1, piece, book.formats.text)
            sheet.set_row(row, high(piece, 110))
            row += 1
    sheet.freeze_panes(1, 0)
    page(sheet, document.trust, book.strip)


def _defined(definition: Definition) -> str:
    told = (
        ("", definition.title),
        ("The plan’s promise: ", definition.promise),
        ("", definition.definition),
        ("Counted: ", definition.numerator),
        ("Out of: ", definition.denominator),
        ("Target: ", definition.target),
        ("Source: ", definition.source),
        ("When it comes: ", definition.lag),
        *(("Changed: ", each) for each in definition.changes),
    )
    return "\n".join(f"{name}{said}" for name, said in told if said)


def _agenda(document: Document) -> list[list[Cell]]:
    """A row for each item and one for each text that belongs to it; what is too long for a cell goes on below."""
    made: list[list[Cell]] = []
    for item in document.items:
        told = [("Question", each) for each in item.questions]
        told += [(name, said) for name, said in (("Text", item.text), ("Comment", item.comment)) if said]
        told += [("Source", item.source)] if item.source else []
        told += [("Chart", " ".join((item.chart.title, *item.chart.notes)))] if item.chart else []
        told = told or [("", "")]
        subject = one_line(item.title)
        for name, said in told:
            for piece in pieces(said, _WIDE):
                made.append([Figure(item.number), item.part.value, item.group, subject, name, piece])
    return made


def _exceptions(document: Document) -> list[list[Cell]]:
    shorts = shorts_of(document)
    made: list[list[Cell]] = []
    for each in document.exceptions:
        columns = [pieces(said) for said in (each.evidence, each.cause, each.action, each.owner)]
        for i in range(max(len(column) for column in columns)):
            held = [column[i] if i < len(column) else "" for column in columns]
            made.append([one_line(each.issue), shorts.get(each.kpi, each.kpi), *held])
    return made


def _measures(book: _Book) -> None:
    items = [item for item in book.document.items if item.kind is ItemKind.KPI]
    held = layout([item for item in items if item.chart is not None])
    for item, name in zip(items, titles(items, shorts_of(book.document)), strict=True):
        head, table = measure_table(item)
        sheet = book.sheet(name, head, table, room=measure_room(head))
        draw(book.book, sheet, item, held, len(table) + 2)


def _last(document: Document) -> list[list[Cell]]:
    made: list[list[Cell]] = []
    for item in document.items:
        for each in _asked(item):
            made.append([Figure(item.number), *each])
    return made


def _asked(item: Item) -> list[list[Cell]]:
    rows_of: list[list[Cell]] = []
    for each in item.asked:
        for piece in pieces(each.text):
            about = (
                one_line(said)
                for said in (each.meeting, each.owner, long_date(each.due), each.status, each.followed_up)
            )
            rows_of.append([_KINDS[each.kind], piece, *about])
    return rows_of
