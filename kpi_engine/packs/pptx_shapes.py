"""The shapes of a slide: title, text boxes, tables, charts, footer and notes, each with its alternative text.

Places and sizes are in points; a slide is 960 by 540. Shapes are read out in the order in which they are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart
from pptx.parts.embeddedpackage import EmbeddedXlsxPart
from pptx.util import Pt

from kpi_engine.packs.office import one_line, right_to_left, text
from kpi_engine.packs.pptx_chart_xml import INK, QUIET
from kpi_engine.packs.pptx_charts import Native

WIDE, HIGH = 960, 540
_POINT = 12700
_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_NUMBER = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"
"""What the slide's number is called in a layout and on its slides."""
_TABLE = "http://schemas.openxmlformats.org/drawingml/2006/table"
_LINE = "D5DDE5"
PAD = 4.0
"""Between a cell's edge and its text, left and right."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape stands: left, top, width and height in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def xml(self) -> str:
        """The box as DrawingML says it."""
        left, top, width, height = (round(each * _POINT) for each in (self.left, self.top, self.width, self.height))
        return f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one size and colour."""

    said: str
    size: float = 14
    bold: bool = False
    colour: str = INK

    @property
    def xml(self) -> str:
        """The words with their letters' properties."""
        return f"<a:r>{self.letters('rPr')}<a:t>{escape(one_line_kept(self.said))}</a:t></a:r>"

    def letters(self, tag: str) -> str:
        """Size, weight and colour, under one of the names that DrawingML has for them."""
        return (
            f'<a:{tag} lang="en-GB" sz="{round(self.size * 100)}" b="{int(self.bold)}" dirty="0">'
            f'<a:solidFill><a:srgbClr val="{self.colour}"/></a:solidFill></a:{tag}>'
        )


def one_line_kept(said: str) -> str:
    """A text in which line ends have become spaces, and every other space stays."""
    return text(said).replace("\n", " ")


def paragraphs(runs: Sequence[Sequence[Run]], *, after: float = 0, align: str = "l") -> str:
    """Paragraphs of runs; one whose text runs from right to left stands at the right."""
    made = []
    for each in runs:
        whole = "".join(run.said for run in each)
        side = 'algn="r" rtl="1"' if right_to_left(whole) else f'algn="{align}"'
        space = f'<a:spcAft><a:spcPts val="{round(after * 100)}"/></a:spcAft>' if after else ""
        ended = "" if whole or not each else each[0].letters("endParaRPr")
        held = "".join(run.xml for run in each if run.said)
        made.append(f"<a:p><a:pPr {side}>{space}</a:pPr>{held}{ended}</a:p>")
    return "".join(made) or "<a:p/>"


def title(slide: Any, said: str, size: float, box: Box) -> None:
    """The slide's title, in the layout's own place for it."""
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = (Pt(each) for each in (box.left, box.top, box.width, box.height))
    body = shape._element.txBody
    for each in list(body.p_lst):
        body.remove(each)
    body.append(parse_xml(paragraphs([[Run(said, size, True)]]).replace("<a:p>", f"<a:p {_NAMESPACES}>", 1)))


def text_box(
    slide: Any,
    box: Box,
    runs: Sequence[Sequence[Run]],
    name: str,
    told: str,
    *,
    after: float = 0,
    align: str = "l",
    fill: str = "",
    line: str = "",
    pad: float = 0,
    middle: bool = False,
) -> None:
    """A text at a place. ``told`` is its alternative text; ``line`` draws a rounded frame in that colour."""
    shape, kind = ("roundRect", "") if line else ("rect", ' txBox="1"')
    inside = round(pad * _POINT)
    filled = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    edge = (
        f'<a:ln w="19050"><a:solidFill><a:srgbClr val="{line}"/></a:solidFill></a:ln>'
        if line
        else "<a:ln><a:noFill/></a:ln>"
    )
    _add(
        slide,
        f"<p:sp {_NAMESPACES}><p:nvSpPr>{_named(slide, name, told)}"
        f"<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>{box.xml}"
        f'</a:xfrm><a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>{filled}{edge}</p:spPr><p:txBody>'
        f'<a:bodyPr wrap="square" lIns="{inside}" tIns="{inside // 2}" rIns="{inside}" bIns="{inside // 2}" '
        f'anchor="{"ctr" if middle else "t"}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
        f"{paragraphs(runs, after=after, align=align)}</p:txBody></p:sp>",
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its lines, each of runs, and the side they stand at."""

    lines: tuple[tuple[Run, ...], ...]
    align: str = "l"


def cell(said: str, size: float = 12, bold: bool = False, colour: str = INK, align: str = "l") -> Cell:
    """A cell of plain text; a line end begins a new line."""
    return Cell(tuple((Run(line, size, bold, colour),) for line in text(said).split("\n")), align)


def table(
    slide: Any,
    left: float,
    top: float,
    widths: Sequence[float],
    rows: Sequence[tuple[float, Sequence[Cell]]],
    name: str,
    told: str,
) -> None:
    """A table whose first row is its head; each row comes with its height."""
    box = Box(left, top, sum(widths), sum(high for high, _ in rows))
    columns = "".join(f'<a:gridCol w="{round(each * _POINT)}"/>' for each in widths)
    made = "".join(
        f'<a:tr h="{round(high * _POINT)}">{"".join(_cell_xml(each) for each in cells)}</a:tr>' for high, cells in rows
    )
    _add(
        slide,
        f"<p:graphicFrame {_NAMESPACES}><p:nvGraphicFramePr>{_named(slide, name, told)}<p:cNvGraphicFramePr>"
        '<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
        f'<p:xfrm>{box.xml}</p:xfrm><a:graphic><a:graphicData uri="{_TABLE}"><a:tbl><a:tblPr firstRow="1"/>'
        f"<a:tblGrid>{columns}</a:tblGrid>{made}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
    )


def _cell_xml(held: Cell) -> str:
    pad = round(PAD * _POINT)
    none = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs(held.lines, align=held.align)}</a:txBody>"
        f'<a:tcPr marL="{pad}" marR="{pad}" marT="0" marB="0" anchor="ctr">{none}<a:lnB w="6350"><a:solidFill>'
        f'<a:srgbClr val="{_LINE}"/></a:solidFill></a:lnB><a:noFill/></a:tcPr></a:tc>'
    )


def chart(slide: Any, box: Box, native: Native, name: str, told: str) -> None:
    """A native chart with the workbook behind it."""
    left, top, width, height = (Pt(each) for each in (box.left, box.top, box.width, box.height))
    # A slide has one chart at most, so its number is the chart's; asking the package for a free one takes ever longer.
    number, package = slide.part.partname.idx, slide.part.package
    drawn = ChartPart.load(PackURI(f"/ppt/charts/chart{number}.xml"), CT.DML_CHART, package, native.xml)
    name_of_book = PackURI(f"/ppt/embeddings/Microsoft_Excel_Sheet{number}.xlsx")
    drawn.chart_workbook.xlsx_part = EmbeddedXlsxPart(name_of_book, CT.SML_SHEET, package, native.workbook)
    rid = slide.part.relate_to(drawn, RT.CHART)
    frame = slide.shapes._add_chart_graphicFrame(rid, left, top, width, height)
    about = frame.nvGraphicFramePr.cNvPr
    about.set("name", one_line(name))
    about.set("descr", text(told))


def footer(slide: Any, said: str) -> None:
    """The footer and the slide's number, in the layout's places for them."""
    letters = Run("", 12, colour=QUIET).letters("rPr").replace("</a:rPr>", '<a:latin typeface="Arial"/></a:rPr>')
    number = f'<a:fld id="{_NUMBER}" type="slidenum">{letters}<a:t>‹#›</a:t></a:fld>'
    for kind, place, name, side, held in (
        ("ftr", 11, "Footer", "l", f"<a:r>{letters}<a:t>{escape(said)}</a:t></a:r>"),
        ("sldNum", 12, "Slide number", "r", number),
    ):
        _add(
            slide,
            f"<p:sp {_NAMESPACES}><p:nvSpPr>{_named(slide, name, name)}<p:cNvSpPr>"
            f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="quarter" idx="{place}"/></p:nvPr>'
            f'</p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{side}"/>'
            f"{held}</a:p></p:txBody></p:sp>",
        )


def notes(slide: Any, said: Sequence[str]) -> None:
    """The speaker's notes, a paragraph for each text."""
    frame = slide.notes_slide.notes_text_frame
    frame.text = text("\n".join(each for each in said if each))


def _named(slide: Any, name: str, told: str) -> str:
    number = slide.shapes._next_shape_id
    return f'<p:cNvPr id="{number}" name={quoteattr(one_line(name))} descr={quoteattr(one_line(told))}/>'


def _add(slide: Any, xml: str) -> None:
    slide.shapes._spTree.append(parse_xml(xml))
