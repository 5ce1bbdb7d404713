"""The pictures of a meeting as files: SVG and PNG, with what a chart says and where it comes from around it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import typst

from kpi_engine.errors import ExportError
from kpi_engine.export import fonts, markup
from kpi_engine.export.png import SCALE
from kpi_engine.export.svg import size_of
from kpi_engine.meetings.document import Chart, Document, Item, Part
from kpi_engine.packs.common import Pack, each_text, packed, slug
from kpi_engine.packs.drawing import drawn
from kpi_engine.packs.drawing_parts import INK, PAPER, QUIET, SLACK
from kpi_engine.packs.pdf_glyphs import printable, typefaces

_WIDTH, _EDGE = 800.0, 24.0
_TALL = 1600.0
"""A picture higher than this is written at its own size, not twice: it is large enough, and takes four times less."""
_DAY = (1980, 1, 1, 0, 0, 0)
_PAGES = b"""
#set document(date: none)
#let pictures = json(bytes(sys.inputs.pictures))
#for each in pictures {
  set page(width: each.width * 1pt, height: each.height * 1pt, margin: 0pt, fill: white)
  page(image(bytes(each.svg), format: "svg", width: 100%, height: 100%))
}
"""


class _Wanted(NamedTuple):
    """A picture to be made: the name of its file without an ending, the chart, its sentence, and its item's part."""

    name: str
    chart: Chart
    sentence: str
    part: Part


def images(document: Document, check: str, part: Part | None = None) -> bytes:
    """A ZIP with each item's charts as SVG and PNG, and a list of them with what each shows.

    They are the item's own and that of the same figure over the years; the single academies' are in the web page. The
    same meeting gives the same bytes. Raises ExportError where they cannot be made.
    """
    pack = packed(document, check, part)
    wanted = list(_wanted(pack))
    vectors = [_framed(each, pack) for each in wanted]
    plain = packed(each_text(document, printable(document)), check, part)
    pixels = _pixels([_framed(each, plain) for each in _wanted(plain)])
    listed = io.BytesIO()
    with zipfile.ZipFile(listed, "w") as archive:
        _put(archive, "contents.txt", _contents(wanted, pack).encode("utf-8"))
        for each, vector, pixel in zip(wanted, vectors, pixels, strict=True):
            _put(archive, f"{each.name}.svg", vector.encode("utf-8"))
            _put(archive, f"{each.name}.png", pixel, zipfile.ZIP_STORED)
    return listed.getvalue()


def _wanted(pack: Pack) -> Iterator[_Wanted]:
    for item in pack.items:
        name = _named(item)
        if item.chart is not None:
            yield _Wanted(name, item.chart, item.title, item.part)
        for detail in item.details:
            own = item.figure is not None and detail.key == item.figure.key
            if own and detail.chart is not None and detail.chart != item.chart:
                yield _Wanted(f"{name}_years", detail.chart, detail.figure.sentence or item.title, item.part)


def _named(item: Item) -> str:
    part = "part-1" if item.part is Part.OPEN else "part-2"
    return "_".join(t for t in (f"{item.number:03d}", part, slug(item.kpi or item.title)) if t)


def _contents(wanted: Sequence[_Wanted], pack: Pack) -> str:
    lines = [pack.stamp, *pack.remarks, ""]
    for each in wanted:
        lines += [f"{each.name} (.svg, .png)", f"  {each.chart.title}", f"  {each.chart.alt}", ""]
    return "\n".join(lines)


def _framed(wanted: _Wanted, pack: Pack) -> str:
    """The chart as a whole picture: the sentence on top, notes and the pack's stamp below."""
    inner = _WIDTH - 2 * _EDGE
    parts: list[str] = []
    y = _said(parts, wanted.sentence, _EDGE, inner, 19, INK, bold=True) + 4
    y = _said(parts, wanted.chart.title, y, inner, 14, QUIET) + 10
    body, high = drawn(wanted.chart, inner, text=14)
    parts.append(markup.element("g", body, transform=f"translate({markup.fixed(_EDGE)} {markup.fixed(y)})"))
    y += high + 8
    for note in wanted.chart.notes:
        y = _said(parts, note, y, inner, 12.5, QUIET) + 2
    stamp = " · ".join((pack.document.trust, pack.document.label, str(wanted.part), *pack.origin))
    y = _said(parts, stamp, y + 8, inner, 12, QUIET)
    height = round(y + _EDGE / 2)
    alt = "\n".join(t for t in (wanted.chart.alt, stamp) if t)
    content = (
        markup.element("title", markup.words(wanted.sentence) or "Chart", id="picture-title")
        + markup.element("desc", markup.words(alt), id="picture-desc")
        + markup.element("rect", width=_WIDTH, height=height, fill=PAPER)
        + "".join(parts)
    )
    style = {"role": "img", "lang": "en-GB", "aria_labelledby": "picture-title picture-desc"}
    return (
        markup.element(
            "svg",
            content,
            xmlns="http://www.w3.org/2000/svg",
            width=_WIDTH,
            height=height,
            viewBox=f"0 0 {markup.fixed(_WIDTH)} {height}",
            font_family=fonts.STACK,
            **style,
        )
        + "\n"
    )


def _said(parts: list[str], text: str, y: float, room: float, size: float, colour: str, bold: bool = False) -> float:
    """Add a text in as many lines as it needs; where the next begins."""
    if not text:
        return y
    lines = tuple((markup.Run(line, bold, size),) for line in fonts.wrapped(text, size, room / SLACK, bold))
    found = markup.Box(lines, size, room, len(lines) * size * markup.LINE)
    parts.append(markup.label(found, _EDGE, y + found.height / 2, colour))
    return y + found.height


def _pixels(pictures: Sequence[str]) -> list[bytes]:
    """Each picture as PNG, in the same order; those of one size of pixels are made together."""
    tall = [size_of(each)[1] > _TALL for each in pictures]
    made = {
        high: iter(_made([p for p, t in zip(pictures, tall, strict=True) if t is high], 1 if high else SCALE))
        for high in (False, True)
    }
    return [next(made[high]) for high in tall]


def _made(pictures: Sequence[str], scale: int) -> list[bytes]:
    if not pictures:
        return []
    told = [{"svg": each, **dict(zip(("width", "height"), size_of(each), strict=True))} for each in pictures]
    inputs = {"pictures": msgspec.json.encode(told).decode("utf-8")}
    try:
        made = typst.Compiler(_PAGES, font_paths=typefaces(), sys_inputs=inputs).compile(format="png", ppi=72 * scale)
    except typst.TypstError as error:
        raise ExportError(f"the pictures cannot be made: {error.message}") from error
    found = made if isinstance(made, list) else [made]
    return [each for each in found if each is not None]


def _put(archive: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = how
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    archive.writestr(entry, content)
