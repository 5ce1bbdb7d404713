"""The axes of a figure: from values to places, and the ticks with their words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi_engine.errors import ExportError
from kpi_engine.export.allowed import Figure, checked, one_of
from kpi_engine.wording import number

_SPAN = 0.05


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis that stretches from ``start`` to ``end`` (pixels) for values from ``low`` to ``high``.

    ``names`` are the places of categories; empty for an axis of numbers. ``style`` is the figure's own description.
    """

    letter: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    style: Figure
    names: Mapping[str, int]
    start: float = 0.0
    end: float = 1.0

    def at(self, value: object) -> float:
        """Where a value stands."""
        return self.start + (self.value(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def value(self, given: object) -> float:
        """A value as a number; a category's is its place in the order in which categories come."""
        if isinstance(given, str) and self.names:
            return float(self.names[given])
        return numeric(given)

    def shown(self, name: str, default: bool) -> bool:
        """Whether a part of the axis is drawn."""
        return bool(self.style.get("visible", True)) and bool(self.style.get(name, default))

    @property
    def of_x(self) -> bool:
        return self.letter == "x"


def numeric(given: object) -> float:
    """A finite number. Raises ExportError for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ExportError(f"a picture cannot be drawn with {given!r} where a number is needed")
    return float(given)


def axis(letter: str, layout: Figure, values: Sequence[object], bars: bool) -> Axis:
    """The axis ``x`` or ``y`` of a layout, for the traces' values on it; ``bars`` start at zero."""
    style = checked("axis", layout.get(f"{letter}axis"))
    checked("font", style.get("tickfont"))
    one_of("kind of axis", style.get("type", "linear"), ("linear", "category", "-"))
    one_of("autorange", style.get("autorange", False), (False, True, "reversed"))
    one_of("side of an axis", style.get("side", "bottom" if letter == "x" else "left"), ("bottom", "top", "left"))
    one_of("angle of an axis’s words", style.get("tickangle", 0), (0, "auto"))
    if style.get("tickformat") not in (None, "", ",", ",.0f", ".0f", "d", ",d"):
        raise ExportError(f"a picture’s axis has tickformat {style['tickformat']!r}, which files do not show yet")
    names = {str(v): i for i, v in enumerate(dict.fromkeys(v for v in values if isinstance(v, str)))}
    if names:
        low, high = -0.5, len(names) - 0.5
        ticks = tuple((float(i), name) for name, i in names.items())
    else:
        low, high = _automatic([numeric(v) for v in values if v is not None], bars)
        ticks = ()
    if style.get("range") is not None:
        low, high = (numeric(v) for v in style["range"])
    if style.get("autorange") == "reversed":
        low, high = high, low
    if low == high:
        low, high = low - 1, high + 1
    if style.get("tickvals") is not None:
        ticks = _given(style, names)
    elif not names:
        ticks = _round(style, low, high)
    inside = tuple((at, text) for at, text in ticks if min(low, high) - 1e-9 <= at <= max(low, high) + 1e-9)
    return Axis(letter, low, high, inside, style, names)


def _automatic(values: list[float], bars: bool) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    room = (high - low) * _SPAN or abs(high) * _SPAN or 1.0
    below = 0.0 if bars and low >= 0 else low - room
    above = 0.0 if bars and high <= 0 else high + room
    return below, above


def _given(style: Figure, names: Mapping[str, int]) -> tuple[tuple[float, str], ...]:
    values = [float(names[v]) if isinstance(v, str) and v in names else numeric(v) for v in style["tickvals"]]
    text = style.get("ticktext")
    if text is None:
        return tuple((v, _words(style, v, _decimals(values))) for v in values)
    return tuple(zip(values, (str(t) for t in text), strict=True))


def _round(style: Figure, low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Ticks at round values, as Plotly chooses them: 2, 5 or 10 times a power of ten, at most ``nticks`` steps."""
    if style.get("dtick") is not None:
        step = numeric(style["dtick"])
    else:
        rough = abs(high - low) / (numeric(style.get("nticks") or 6))
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(m for m in (2, 5, 10, 20) if rough / power < m - 1e-9)
    origin = numeric(style.get("tick0", 0))
    first = math.ceil((min(low, high) - origin) / step - 1e-6)
    last = math.floor((max(low, high) - origin) / step + 1e-6)
    values = [origin + step * i for i in range(first, last + 1)]
    decimals = _decimals([step, origin])
    return tuple((v, _words(style, v, decimals)) for v in values)


def _decimals(values: Sequence[float]) -> int:
    return next((d for d in range(6) if all(abs(v - round(v, d)) < 1e-9 for v in values)), 6)


def _words(style: Figure, value: float, decimals: int) -> str:
    said = number(value, decimals)
    prefix, suffix = str(style.get("tickprefix") or ""), str(style.get("ticksuffix") or "")
    if prefix and said.startswith("\u2212"):
        return f"\u2212{prefix}{said[1:]}{suffix}"
    return f"{prefix}{said}{suffix}"


def font(style: Figure, base: Figure) -> tuple[float, str]:
    """Size and colour of an axis's words."""
    own: Mapping[str, Any] = style.get("tickfont") or {}
    return float(own.get("size", base.get("size", 12))), str(own.get("color", base.get("color", "#1B2430")))
