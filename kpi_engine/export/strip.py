"""What stands on everything that is taken away: whose figures, how new and how complete, and who may have them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

HANDLING = "Small numbers: do not pass on"
"""What stands on a file in which a figure is shown by a headteacher's right to small numbers."""
SAMPLE = "Sample data: an invented trust"
"""What stands on a file made from the sample that comes with the explorer."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Who and what a file speaks of. ``data_to`` is the data's date, ``version`` the version they come from.

    ``stage`` (provisional, final) and ``coverage`` ("7 of 8 academies") are empty where they say nothing. ``role`` is
    the right by which the figures were seen. ``restricted`` says that some of them are small numbers which are not to
    be passed on.
    """

    trust: str
    scope: str
    kpi: str
    year: str
    data_to: dt.date
    version: str
    role: str
    stage: str = ""
    coverage: str = ""
    restricted: bool = False
    sample: bool = False

    def items(self) -> Iterator[tuple[str, str]]:
        """Each part that is there, with its name."""
        told = (
            ("Handling", HANDLING if self.restricted else ""),
            ("Trust", self.trust),
            ("Scope", self.scope),
            ("KPI", self.kpi),
            ("Year", self.year),
            ("Data to", day(self.data_to)),
            ("Stage", self.stage),
            ("Coverage", self.coverage),
            ("Version", self.version),
            ("Seen as", self.role),
            ("Sample", SAMPLE if self.sample else ""),
        )
        return ((name, said) for name, said in told if said)

    def lines(self) -> tuple[str, ...]:
        """The strip as lines of text: what it speaks of, where it comes from, and whether it may be passed on."""
        first = " · ".join(part for part in (self.trust, self.scope, self.kpi, self.year) if part)
        rest = (
            f"Data to {day(self.data_to)}",
            self.stage,
            self.coverage,
            f"version {self.version}",
            f"seen as {self.role.lower()}",
        )
        second = " · ".join(part for part in rest if part)
        held = (f"◆ {HANDLING}",) if self.restricted else ()
        return (*held, *((SAMPLE,) if self.sample else ()), first, second)


def day(date: dt.date) -> str:
    """A date as readers write it: 14 Nov 2026, whatever the computer's language is."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def file_name(kpi: str, strip: Strip, ending: str) -> str:
    """A name for a file that every computer takes: KPI, scope, year and the data's date."""
    parts = (kpi, strip.scope, strip.year.replace("/", "-"), strip.data_to.isoformat())
    return "_".join(slug for part in parts if (slug := _slug(part))) + f".{ending}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")
