"""Every colour, light and dark, by what it is for; and the trust's own colour, made legible on both.

Style sheets use them as variables (``var(--ink)``); figures are built in the light ones and translated when drawn.
Contrast is the WCAG's: 4.5 for text, 3 for shapes (Web Content Accessibility Guidelines 2.2, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple


class Shade(NamedTuple):
    """One colour on light paper and on dark."""

    light: str
    dark: str


SHADES: Mapping[str, Shade] = {
    "paper": Shade("#FFFFFF", "#14181D"),
    "soft": Shade("#F4F6FA", "#1B2128"),
    "hover": Shade("#F4F7FA", "#212932"),
    "chosen": Shade("#EEF3F8", "#242E39"),
    "current": Shade("#DFE7EF", "#2B3744"),
    "ink": Shade("#1B2430", "#E8EDF2"),
    "soft-ink": Shade("#38424D", "#CBD3DB"),
    "quiet": Shade("#55606C", "#A9B4BF"),
    "line": Shade("#D5DDE5", "#37424D"),
    "edge": Shade("#C3CFDB", "#4A5764"),
    "edge-strong": Shade("#7B8FA3", "#6F8296"),
    "grid": Shade("#E6EAEE", "#29313A"),
    "rule": Shade("#C6D2DE", "#47535F"),
    "focus": Shade("#12436D", "#8AB8E6"),
    "met": Shade("#12436D", "#8AB8E6"),
    "near": Shade("#5F6368", "#B9BEC4"),
    "missed": Shade("#B8420B", "#FF9B6A"),
    "other": Shade("#BFBFBF", "#6B747D"),
    "range": Shade("#7890A6", "#6F8AA5"),
    "england": Shade("#000000", "#FFFFFF"),
    "info": Shade("#E8EEF4", "#222D38"),
    "wrong": Shade("#FBEEE8", "#3A241A"),
    "sample": Shade("#FFF6DF", "#352C12"),
    "sample-ink": Shade("#4D3B00", "#F6E3A8"),
}
_IN_FIGURES = {
    "#FFFFFF": "#14181D",
    "#000000": "#FFFFFF",
    "#12436D": "#8AB8E6",
    "#BFBFBF": "#6B747D",
    "#B8420B": "#FF9B6A",
    "#8A8A8A": "#9AA1A8",
    "#6B7680": "#A9B4BF",
    "#1B2430": "#E8EDF2",
    "#55606C": "#A9B4BF",
    "#E6EAEE": "#29313A",
    "#7890A6": "#6F8AA5",
}
_PAINT = re.compile(r"#[0-9A-Fa-f]{6}\b|rgba?\([^)]*\)")
DEFAULT = "#12436D"


def style(accent: str = "") -> str:
    """The variables of the style sheets. ``accent`` is the trust's colour, ``#RRGGBB``; empty for the product's own."""
    own = accent or DEFAULT
    worst = SHADES["current"]  # The least apart from text of all that text stands on.
    shades = {**SHADES, "accent": Shade(legible(own, worst.light), legible(own, worst.dark))}
    light = "".join(f"--{name}:{shade.light};" for name, shade in shades.items())
    both = "".join(f"--{name}:light-dark({shade.light},{shade.dark});" for name, shade in shades.items())
    ink = on(shades["accent"])
    light += f"--on-accent:{ink.light};"
    both += f"--on-accent:light-dark({ink.light},{ink.dark});"
    return (
        f"<style>:root{{{light}}}@supports (color: light-dark(#000,#fff)){{:root{{{both}}}}}"
        f"@media print{{:root{{{light}}}}}</style>"
    )


def on(fill: Shade) -> Shade:
    """White or black, whichever reads better on a filled shape."""

    def better(colour: str) -> str:
        return max(("#FFFFFF", "#000000"), key=lambda ink: contrast(ink, colour))

    return Shade(better(fill.light), better(fill.dark))


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, 1 to 21, as the WCAG reckons it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def legible(colour: str, paper: str, least: float = 4.5) -> str:
    """The colour, made darker or lighter in small steps until text in it can be read on the paper."""
    hue, lightness, strength = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
    step = -0.01 if _luminance(paper) > 0.18 else 0.01
    found = colour
    while contrast(found, paper) < least and 0 <= lightness <= 1:
        lightness += step
        red, green, blue = colorsys.hls_to_rgb(hue, min(max(lightness, 0.0), 1.0), strength)
        found = "#" + "".join(f"{round(part * 255):02X}" for part in (red, green, blue))
    return found


def for_dark(figure: Any) -> Any:
    """A figure's dict with each colour as it is on dark paper."""
    if isinstance(figure, dict):
        return {key: for_dark(value) for key, value in figure.items()}
    if isinstance(figure, (list, tuple)):
        return [for_dark(value) for value in figure]
    if isinstance(figure, str) and ("#" in figure or "rgb" in figure):
        return _PAINT.sub(lambda found: _dark(found.group()), figure)
    return figure


@cache
def _dark(colour: str) -> str:
    """One colour on dark paper: that of the table, else as light as it was dark."""
    if colour.startswith("#"):
        known = _IN_FIGURES.get(colour.upper())
        if known is not None:
            return known
        hue, lightness, strength = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
        red, green, blue = colorsys.hls_to_rgb(hue, 0.08 + 0.9 * (1 - lightness), strength * 0.8)
        return "#" + "".join(f"{round(part * 255):02X}" for part in (red, green, blue))
    parts = [part.strip() for part in colour[colour.index("(") + 1 : -1].split(",")]
    turned = _parts(_dark("#" + "".join(f"{int(part):02X}" for part in parts[:3])))
    clear = parts[3] if len(parts) > 3 else "1"
    return f"rgba({turned[0]},{turned[1]},{turned[2]},{clear})"


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
