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


_NAMES = ("Attainment 8", "Progress 8", "A level", "DfE", "Ofsted", "Year ", "SEN", "England")
_SERIES = {
    "published": "the published tables",
    "return": "the trust's own return",
    "census": "DfE's absence by school",
    "daily": "daily registers",
    "graded": "Ofsted's grades",
    "report_card": "Ofsted's report cards",
    "sustained": "published destinations",
    "aar": "the academies accounts return",
    "all_staff": "budget monitoring with all staff",
    "ees": "DfE's published statistics",
}


def span(lower: float, upper: float, unit: str, decimals: int) -> str:
    """Two limits with their unit once: ``71.1–86.7 %``; ``−0.22 to 0.02`` where a minus sign would meet the dash."""
    if unit == "£":
        return f"{shown(lower, unit, decimals)} to {shown(upper, unit, decimals)}"
    low = number(lower, decimals)
    joint = " to " if lower < 0 or upper < 0 else "–"
    return f"{low}{joint}{shown(upper, unit, decimals)}"


def inside(title: str) -> str:
    """A title as it stands inside a sentence: its first letter small, unless it is a name."""
    return title if title.startswith(_NAMES) else title[:1].lower() + title[1:]


def one_of(people: str) -> str:
    """One of those whom a measure counts: ``pupil`` of ``pupils``, ``pack due`` of ``packs due``.

    The first word that ends in s is the noun.
    """
    said = people.replace("staff", "member of staff").replace("parents and carers", "parent or carer")
    words = said.split(" ")
    for place, word in enumerate(words):
        if word.endswith("s"):
            words[place] = word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")
            break
    return " ".join(words)


def counted(count: float, people: str) -> str:
    """How many people: ``1 pupil``, ``1,527 parents and carers``."""
    said = number(count, 0)
    return f"{said} {one_of(people) if said == '1' else people}"


def series_words(series: str) -> str:
    """Where the figures of a series come from, as readers say it."""
    return _SERIES.get(series, series.replace("_", " "))
