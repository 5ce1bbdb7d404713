"""A picture as pixels, made from its SVG by Typst, which brings all that it needs: no browser, no system library."""

from __future__ import annotations

from functools import cache

import typst

from kpi_engine.export import fonts, svg

SCALE = 2
"""Pixels for each unit of the picture, so that it stays sharp on a good screen and in print."""
_PAGE = b"""
#set document(date: none)
#set page(width: float(sys.inputs.width) * 1pt, height: float(sys.inputs.height) * 1pt, margin: 0pt, fill: white)
#image(bytes(sys.inputs.picture), format: "svg", width: 100%, height: 100%)
"""


def png(picture: str) -> bytes:
    """The text of an SVG file as a PNG of twice its size. Only the font that comes with the explorer is used.

    The picture is handed over as data: nothing in it is read as an instruction of the typesetter's.
    """
    width, height = svg.size_of(picture)
    sizes = {"width": str(width), "height": str(height)}
    compiler = typst.Compiler(_PAGE, font_paths=_fonts(), sys_inputs={"picture": picture, **sizes})
    made = compiler.compile(format="png", ppi=72 * SCALE)
    assert isinstance(made, bytes), "one page gives one picture"
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER])
