"""An empty deck in the house's manner: 16:9, Arial, two layouts with real places for title, footer and slide number."""

from __future__ import annotations

from typing import Any

from pptx import Presentation
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.util import Pt

from kpi_engine.meetings.document import Document
from kpi_engine.packs.office import midnight, one_line
from kpi_engine.packs.pptx_shapes import HIGH, WIDE, Box

MARGIN = 45
ROOM = WIDE - 2 * MARGIN
"""How wide a slide's content is."""
FOOT = HIGH - 28
"""Where the footer begins."""
_KEPT = ("Title Slide", "Title Only")
_PLACES = {
    "Title Slide": {0: Box(MARGIN, 150, ROOM, 130), 1: Box(MARGIN, 290, ROOM, 120)},
    "Title Only": {0: Box(MARGIN, 36, ROOM, 76)},
}
_FOOTER = {11: Box(MARGIN, FOOT, 760, 18), 12: Box(WIDE - MARGIN - 90, FOOT, 90, 18)}
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Microsoft Office PowerPoint</Application></Properties>"
)
_COLOURS = {
    "dk2": "1B2430",
    "lt2": "F4F6FA",
    "accent1": "12436D",
    "accent2": "B8420B",
    "accent3": "5F6368",
    "accent4": "7890A6",
    "accent5": "BFBFBF",
    "accent6": "38424D",
}


_BAND = (
    '<p:sp xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:nvSpPr><p:cNvPr id="90" name="Band"/>'
    f'<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{Pt(18)}" '
    f'cy="{Pt(HIGH)}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
    '<a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
)


def empty(document: Document) -> Any:
    """The deck, before its first slide; its properties are the document's, and its date the meeting's."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDE), Pt(HIGH)
    size = deck.part._element.find(f"{_P}sldSz")
    size.attrib.pop("type", None)
    for layout in list(deck.slide_layouts):
        if layout.name not in _KEPT:
            deck.slide_layouts.remove(layout)
    for layout in deck.slide_layouts:
        if layout.name == _KEPT[0]:
            _band(layout)
        _placed(layout, {**_PLACES[layout.name], **_FOOTER}, (10,))
    own = {place.placeholder_format.type.name: place for place in deck.slide_master.placeholders}
    _put(own["TITLE"], Box(MARGIN, 36, ROOM, 76))
    _put(own["BODY"], Box(MARGIN, 120, ROOM, 370))
    _put(own["FOOTER"], _FOOTER[11])
    _put(own["SLIDE_NUMBER"], _FOOTER[12])
    own["DATE"]._element.getparent().remove(own["DATE"]._element)
    _letters(deck.slide_master, own)
    _parts(deck)
    about = deck.core_properties
    about.title = one_line(document.label)[:250]
    about.author = about.last_modified_by = one_line(document.trust)[:250]
    about.subject = about.keywords = about.comments = about.category = ""
    about.created = about.modified = midnight(document)
    about.revision = document.version
    about.language = "en-GB"
    return deck


_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def _placed(layout: Any, boxes: dict[int, Box], gone: tuple[int, ...]) -> None:
    for place in list(layout.placeholders):
        number = place.placeholder_format.idx
        if number in gone:
            place._element.getparent().remove(place._element)
        elif number in boxes:
            _put(place, boxes[number])


def _put(place: Any, box: Box) -> None:
    place.left, place.top, place.width, place.height = (Pt(each) for each in (box.left, box.top, box.width, box.height))


def _letters(master: Any, own: dict[str, Any]) -> None:
    """Titles stand at the left and at the top, and shrink by steps of ours, not by Office's own reckoning."""
    body = own["TITLE"]._element.txBody.find(f"{_D}bodyPr")
    body.set("anchor", "t")
    for side in ("lIns", "rIns", "tIns", "bIns"):
        body.set(side, "0")
    style = master._element.find(f"{_P}txStyles/{_P}titleStyle/{_D}lvl1pPr")
    style.set("algn", "l")
    style.find(f"{_D}defRPr").set("sz", "2800")
    style.find(f"{_D}defRPr").set("b", "1")
    for kind in ("FOOTER", "SLIDE_NUMBER"):
        held = own[kind]._element.txBody
        edges = held.find(f"{_D}bodyPr")
        for side in ("lIns", "rIns", "tIns", "bIns"):
            edges.set(side, "0")
        held.find(f"{_D}lstStyle/{_D}lvl1pPr").set("algn", "l" if kind == "FOOTER" else "r")
    for layout in master.slide_layouts:
        for place in layout.placeholders:
            for level in place._element.iter(f"{_D}lvl1pPr"):
                level.set("algn", "l")
            if place.placeholder_format.idx <= 1:
                place._element.txBody.find(f"{_D}bodyPr").set("anchor", "b" if _is_first(layout, place) else "t")


def _is_first(layout: Any, place: Any) -> bool:
    return bool(layout.name == "Title Slide" and place.placeholder_format.idx == 0)


def _parts(deck: Any) -> None:
    """The theme's fonts and colours; and nothing of the template's own: no preview picture, no printer."""
    package = deck.part.package
    for relation in list(package._rels.values()):
        if relation.reltype.endswith("/thumbnail"):
            package._rels.pop(relation.rId)
    for relation in list(deck.part.rels.values()):
        if relation.reltype.endswith("/printerSettings"):
            deck.part.rels.pop(relation.rId)
    for part in package.iter_parts():
        if part.partname == "/docProps/app.xml":
            part._blob = _APP.encode()
        elif str(part.partname).startswith("/ppt/theme/"):
            part._blob = _themed(part.blob)


def _band(layout: Any) -> None:
    """A band of colour along the left edge of the first slide. It stands in the layout, so nobody is read its name."""
    shape = layout.placeholders[0]._element.getparent()
    shape.insert(2, parse_xml(_BAND))


def _themed(theme: bytes) -> bytes:
    root = parse_xml(theme)
    for kind in ("majorFont", "minorFont"):
        root.find(f".//{_D}{kind}/{_D}latin").set("typeface", "Arial")
    for name, colour in _COLOURS.items():
        held = root.find(f".//{_D}clrScheme/{_D}{name}")
        for child in list(held):
            held.remove(child)
        held.append(held.makeelement(f"{_D}srgbClr", {"val": colour}))
    return bytes(serialize_part_xml(root))
