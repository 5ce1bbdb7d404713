"""Figures as readers see them."""

from __future__ import annotations


def number(value: float, decimals: int) -> str:
    """A figure as readers see it: thousands separated, a real minus sign, never ``-0``."""
    text = f"{value:,.{decimals}f}"
    if text.lstrip("-0.,") == "" and text.startswith("-"):
        text = text[1:]
    return text.replace("-", "\u2212")


def shown(value: float, unit: str, decimals: int) -> str:
    """A figure with its unit: ``94.1 %``, ``£41,300``, ``18.2 per 100``, ``+0.12``."""
    match unit:
        case "%":
            return f"{number(value, decimals)} %"
        case "£":
            sign = "\u2212" if value < -0.5 else ""
            return f"{sign}£{number(abs(value), decimals)}"
        case "per 100":
            return f"{number(value, decimals)} per 100"
        case _:
            return number(value, decimals)
