"""A table as an Excel workbook: a sheet of notes and a sheet of figures, numbers as numbers, words as words.

No cell is ever a formula or a link, and none are merged, so that every row can be sorted and filtered by itself.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from kpi_engine.export.notes import Note
from kpi_engine.export.rows import INSTEAD, VALUE, Number, Table
from kpi_engine.export.strip import Strip
from kpi_engine.export.table import clean

FIGURES = "Figures"
NOTES = "Notes"
_LONGEST = 32_000
_WIDEST, _NARROWEST = 46, 9
_A4 = 9
_HEAD = {"bold": True, "bg_color": "#E3ECF4", "font_color": "#1B2430", "text_wrap": True, "valign": "top", "bottom": 1}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Calibri", "font_size": 11},
}


def xlsx_file(table: Table, notes: Sequence[Note], strip: Strip) -> bytes:
    """The file. Its date is the data's, so that the same figures give the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties(
        {
            "title": clean(f"{strip.kpi}, {strip.scope}, {strip.year}")[:250],
            "author": clean(strip.trust)[:250],
            "comments": clean(" · ".join(strip.lines()))[:250],
            "created": dt.datetime.combine(strip.data_to, dt.time()),
        }
    )
    told = book.add_worksheet(NOTES)
    figures = book.add_worksheet(FIGURES)
    _notes(book, told, notes, strip)
    _figures(book, figures, table)
    for sheet in (told, figures):
        _print(sheet, strip)
    figures.repeat_rows(0)
    told.activate()
    book.close()
    return out.getvalue()


def _notes(book: Any, sheet: Any, notes: Sequence[Note], strip: Strip) -> None:
    top = book.add_format({"bold": True, "font_size": 14})
    held = book.add_format({"bold": True, "font_color": "#B8420B", "text_wrap": True, "valign": "top"})
    name = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    mono = book.add_format({"font_name": "Consolas", "font_size": 9, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.set_column(2, 2, 66)
    sheet.write_string(0, 0, _fit(strip.kpi), top)
    for place, note in enumerate(notes, start=1):
        sheet.write_string(place, 0, _fit(note.what), name)
        sheet.write_string(place, 1, _fit(note.text), held if note.what == "Handling" else text)
        if note.checksum:
            sheet.write_string(place, 2, f"SHA-256 {note.checksum}", mono)


def _figures(book: Any, sheet: Any, table: Table) -> None:
    """The rows. The word in place of a figure stands where the figure would: never a blank, and never 0.

    Columns that no row fills are left out.
    """
    head = book.add_format(_HEAD)
    instead = book.add_format({"italic": True, "font_color": "#55606C", "align": "right"})
    numbers = {d: book.add_format({"num_format": "#,##0" + ("." + "0" * d if d else "")}) for d in range(5)}
    value, word = table.header.index(VALUE), table.header.index(INSTEAD)
    kept = [i for i in range(len(table.header)) if i != word and (i == value or any(row[i] for row in table.rows))]
    for column, i in enumerate(kept):
        sheet.write_string(0, column, table.header[i], head)
        widest = len(table.header[i]) if len(table.header[i]) < 14 else 14
        for place, row in enumerate(table.rows, start=1):
            cell = row[word] if i == value and row[i] is None else row[i]
            if isinstance(cell, Number):
                sheet.write_number(place, column, cell.value, numbers[cell.decimals])
                widest = max(widest, len(f"{cell.value:,.{cell.decimals}f}"))
            elif cell:
                said = _fit(cell)
                if i == value:
                    sheet.write_string(place, column, said, instead)
                else:
                    sheet.write_string(place, column, said)
                widest = max(widest, len(said))
        sheet.set_column(column, column, min(max(widest + 2, _NARROWEST), _WIDEST))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(kept) - 1)


def _print(sheet: Any, strip: Strip) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.8)
    # In a footer "&" begins an instruction, and a footer holds 255 characters.
    lines = [clean(line).replace("&", "&&") for line in strip.lines()]
    said = " · ".join(lines)
    if len(said) > 200:
        said = " · ".join(part[: 190 // len(lines)].rstrip("&") for part in lines)
    sheet.set_footer(f"&L&8{said}&R&8Page &P of &N")


def _fit(text: str) -> str:
    return clean(text)[:_LONGEST]
