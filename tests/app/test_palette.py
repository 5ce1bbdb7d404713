"""Colours: what is read can be read, on light paper and on dark, whatever colour a trust has."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.conftest import Open
from ui import palette
from ui.palette import SHADES, Shade

TEXT = ("ink", "soft-ink", "quiet", "near", "missed", "met")
SURFACES = ("paper", "soft", "hover", "chosen", "info", "wrong")
SHAPES = ("near", "missed", "met", "focus", "range", "edge-strong", "england")


def test_contrast_is_that_of_the_guidelines() -> None:
    """Worked by hand: black on white is 21 to 1; #767676 on white is the known lightest grey of 4.54."""
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert palette.contrast("#FFFFFF", "#767676") == palette.contrast("#767676", "#FFFFFF")


@pytest.mark.parametrize("side", Shade._fields)
@pytest.mark.parametrize("text", TEXT)
@pytest.mark.parametrize("surface", SURFACES)
def test_every_text_can_be_read_on_every_surface(side: str, text: str, surface: str) -> None:
    assert palette.contrast(getattr(SHADES[text], side), getattr(SHADES[surface], side)) >= 4.5


@pytest.mark.parametrize("side", Shade._fields)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_can_be_seen_on_paper(side: str, shape: str) -> None:
    assert palette.contrast(getattr(SHADES[shape], side), getattr(SHADES["paper"], side)) >= 3


@given(st.integers(0, 0xFFFFFF), st.sampled_from([SHADES["current"].light, SHADES["current"].dark]))
def test_any_colour_of_a_trust_is_made_legible(colour: int, paper: str) -> None:
    own = f"#{colour:06X}"
    found = palette.legible(own, paper)
    assert palette.contrast(found, paper) >= 4.5
    if palette.contrast(own, paper) >= 4.5:
        assert found == own


@given(st.integers(0, 0xFFFFFF))
def test_text_on_a_filled_shape_can_be_read(colour: int) -> None:
    fill = Shade(f"#{colour:06X}", f"#{colour:06X}")
    assert palette.contrast(palette.on(fill).light, fill.light) >= 4.5


def test_every_colour_of_a_style_sheet_is_a_variable_with_two_shades() -> None:
    made = palette.style()
    given_ = set(re.findall(r"--([a-z-]+):light-dark", made))
    assert {*SHADES, "accent", "on-accent"} == given_
    assert "#7A1F5C" in palette.style("#7A1F5C")


@pytest.mark.parametrize(
    ("kpi", "page"),
    [("pupil-attendance", "culture"), ("gap-sex", "equality"), ("pupils-happy", "culture"), ("progress-8", "outcomes")],
)
def test_a_figure_on_dark_paper_keeps_all_but_its_colours(open_app: Open, kpi: str, page: str) -> None:
    app = open_app(page, kpi=kpi)
    assert not app.exception
    paint = re.compile(r"#[0-9A-Fa-f]{6}\b|rgba?\([^)]*\)")
    for chart in app.get("plotly_chart"):
        figure = json.loads(chart.proto.spec)
        dark = palette.for_dark(figure)
        assert paint.sub("", json.dumps(dark)) == paint.sub("", json.dumps(figure))
        texts = [note["font"]["color"] for note in dark["layout"].get("annotations", ())]
        assert all(palette.contrast(colour, SHADES["paper"].dark) >= 4.5 for colour in texts)
        assert dark["layout"]["paper_bgcolor"] == SHADES["paper"].dark
