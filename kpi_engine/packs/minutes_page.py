"""A page for Word in the house's manner: A4, headings, tables whose head is repeated, and what stands on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from kpi_engine.meetings.document import Document
from kpi_engine.packs.office import midnight, one_line, right_to_left, text

_FONT = "Arial"
_INK, _FOCUS, _QUIET = RGBColor(0x1B, 0x24, 0x30), RGBColor(0x12, 0x43, 0x6D), RGBColor(0x55, 0x60, 0x6C)
_ROOM = 17.0
"""How wide the text is, in centimetres."""
_WHOLE = 1500
"""Letters of a row that still stays on one page."""
_SIZES = {
    "Title": 24,
    "Subtitle": 13,
    "Heading 1": 15,
    "Heading 2": 12,
    "Normal": 10.5,
    "Caption": 9,
    "List Bullet": 10.5,
}
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Office Word</Application></Properties>"
)


def set_page(made: Any, document: Document, stamp: str) -> None:
    """Paper, styles, header and footer."""
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.2)
    for name, size in _SIZES.items():
        style = made.styles[name]
        style.font.size, style.font.name = Pt(size), _FONT
        fonts = style.element.rPr.rFonts
        for key in [each for each in fonts.attrib if each.endswith("Theme")]:
            del fonts.attrib[key]
        fonts.set(qn("w:cs"), _FONT)
        style.font.italic = False
        style.font.color.rgb = _FOCUS if name.startswith(("Heading", "Title")) else _INK
    made.styles["Caption"].font.bold = False
    made.styles["Caption"].font.color.rgb = made.styles["Subtitle"].font.color.rgb = _QUIET
    made.styles["Normal"].paragraph_format.space_after = Pt(6)
    made.styles["Heading 1"].paragraph_format.space_before = Pt(18)
    for spacing in made.styles["Subtitle"].element.rPr.findall(qn("w:spacing")):
        made.styles["Subtitle"].element.rPr.remove(spacing)
    edge = made.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if edge is not None:
        made.styles["Title"].element.pPr.remove(edge)
    for lang in made.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "en-GB")
    for name in ("Header", "Footer"):
        tabs = made.styles[name].element.pPr.find(qn("w:tabs"))
        if tabs is not None:
            made.styles[name].element.pPr.remove(tabs)
    above = section.header.paragraphs[0]
    above.paragraph_format.tab_stops.add_tab_stop(Cm(_ROOM), WD_TAB_ALIGNMENT.RIGHT)
    _small(above, one_line(f"{document.trust} · {document.label}") + "\tPage ")
    _field(above, "PAGE")
    _small(above, " of ")
    _field(above, "NUMPAGES")
    _small(section.footer.paragraphs[0], stamp)


def about(made: Any, document: Document) -> None:
    """The file's properties: the document's, and the meeting's day for its date."""
    held = made.core_properties
    held.title = one_line(f"Minutes: {document.label}")[:250]
    held.author = held.last_modified_by = one_line(document.trust)[:250]
    held.subject = held.keywords = held.comments = held.category = ""
    held.created = held.modified = midnight(document)
    held.revision = document.version
    held.language = "en-GB"


def link_free(made: Any) -> Any:
    """The document without what the template brought along: a preview picture and the name of its program."""
    package = made.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    for part in package.iter_parts():
        if part.partname == "/docProps/app.xml":
            part._blob = _APP
    return made


def paragraph(
    made: Any, said: str, style: str = "Normal", *, lead: bool = False, before: str = "", after: str = ""
) -> None:
    """A text; each of its lines is a paragraph. ``before`` stands bold in front of it, ``after`` quiet behind it."""
    lines = [line for line in text(said).split("\n") if line.strip()] or [""]
    for place, line in enumerate(lines):
        held = made.add_paragraph(style=style)
        if before and place == 0:
            held.add_run(before).bold = True
        held.add_run(line).bold = True if lead else None
        if after and place == len(lines) - 1:
            told = held.add_run(f" ({one_line(after)})")
            told.font.color.rgb = _QUIET
        _directed(held, line)


def table(made: Any, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """A table whose head is repeated on each page; widths are in centimetres."""
    held = made.add_table(rows=1, cols=len(head), style="Table Grid")
    held.autofit = False
    for cell, said in zip(held.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(said).bold = True
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="E3ECF4"/>'))
    for row in rows:
        cells = held.add_row().cells
        for cell, said in zip(cells, row, strict=True):
            for place, line in enumerate(text(said).split("\n")):
                told = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                told.add_run(line)
                _directed(told, line)
    for row in held.rows:
        if sum(len(cell.text) for cell in row.cells) < _WHOLE:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, wide in zip(row.cells, widths, strict=True):
            cell.width = Cm(wide)
            for each in cell.paragraphs:
                each.paragraph_format.space_after = Pt(2)
    held.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, wide in zip(held.columns, widths, strict=True):
        column.width = Cm(wide)
    made.add_paragraph()


def _small(held: Any, said: str) -> Any:
    run = held.add_run(said)
    run.font.size, run.font.color.rgb = Pt(9), _QUIET
    return run


def _field(held: Any, code: str) -> None:
    """A field that Word fills in: the page's number, or how many there are."""
    for kind, said in (("begin", ""), ("", code), ("separate", ""), ("t", "1"), ("end", "")):
        if kind in ("begin", "separate", "end"):
            each = OxmlElement("w:fldChar")
            each.set(qn("w:fldCharType"), kind)
        else:
            each = OxmlElement("w:t" if kind else "w:instrText")
            each.text = said
        _small(held, "")._r.append(each)


def _directed(held: Any, said: str) -> None:
    if not right_to_left(said):
        return
    held._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in held.runs:
        run.font.rtl = True
