"""What happened along the years that a line must not hide: joining the trust, a year without a figure, a break."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kpi_engine import years
from kpi_engine.answers import Result
from kpi_engine.kpi import Kpi
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy, Break
from kpi_engine.wording import series_words


class EventKind(enum.StrEnum):
    JOINED = "joined the trust"
    LEFT = "left the trust"
    BREAK = "break"
    SERIES = "another series"
    NO_FIGURE = "no figure"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: ``at`` is the academic year it falls in or begins, ``label`` two or three words for a chart.

    ``share`` is how far into that academic year it fell (0 its first day); ``cuts`` says that no line crosses it.
    """

    kind: EventKind
    at: str
    share: float
    label: str
    sentence: str
    cuts: bool


def events(kpi: Kpi, academy: Academy | None, trend: Sequence[Result]) -> tuple[Event, ...]:
    """The events within a trend, in their order. ``academy`` None for the trust."""
    if not trend:
        return ()
    found = [*_membership(academy, trend), *_series(trend), *_breaks(kpi, trend), *_no_figures(kpi, trend)]
    return tuple(sorted(found, key=lambda e: (e.at, e.share, e.kind)))


def position(event: Event) -> float:
    """Where an event stands: an academic year's point is its middle, so its first day lies half a year before."""
    return years.start_of(event.at) - 0.5 + event.share


def cuts(found: Sequence[Event], points: Sequence[float]) -> frozenset[float]:
    """The points that no line reaches from before: the first at or after each event that cuts."""
    at = {next((x for x in sorted(points) if x >= position(e) - 1e-9), None) for e in found if e.cuts}
    return frozenset(x for x in at if x is not None)


def _membership(academy: Academy | None, trend: Sequence[Result]) -> list[Event]:
    if academy is None:
        return []
    found = []
    first, last = years.first_day(trend[0].academic_year), years.last_day(trend[-1].academic_year)
    for day, kind in ((academy.joined, EventKind.JOINED), (academy.left, EventKind.LEFT)):
        if not day or not first < dt.date.fromisoformat(day) <= last:
            continue
        on = dt.date.fromisoformat(day)
        year = years.year_of(on)
        begins = years.first_day(year)
        share = (on - begins).days / ((years.last_day(year) - begins).days + 1)
        word = "Joined" if kind is EventKind.JOINED else "Left"
        when = f"{on:%b %Y}"
        text = f"{academy.name} {kind} on {on.day} {on:%B %Y}"
        text += "; figures before are those of the school before it joined." if kind is EventKind.JOINED else "."
        found.append(Event(kind, year, share, f"{word} {when}", text, True))
    return found


def _series(trend: Sequence[Result]) -> list[Event]:
    """Where the figures begin to come from another source, whatever years without a figure lie between."""
    found = []
    for before, now in pairwise([r for r in trend if r.value is not None]):
        if before.series != now.series:
            was, came = series_words(before.series), series_words(now.series)
            text = f"From {now.academic_year} the figures come from {came}, before that from {was}: "
            text += "two series, not one line."
            found.append(Event(EventKind.SERIES, now.academic_year, 0.0, "New source", text, True))
    return found


def _breaks(kpi: Kpi, trend: Sequence[Result]) -> list[Event]:
    """Declared breaks between the first year with a figure and the last, but those that the years without a figure
    before them tell already."""
    known = [r for r in trend if r.value is not None]
    if len(known) < 2:
        return []
    empty = {r.academic_year for r in trend if r.value is None}
    first, last = (years.start_of(r.academic_year) for r in (known[0], known[-1]))
    found = []
    for each in MEASURES[known[-1].outcome or kpi.measures[0]].breaks:
        if not first < years.start_of(each.year) <= last:
            continue
        after_gap = years.shift(each.year, -1) in empty or each.year in empty
        if after_gap and (each.reason.startswith("no ") or "exams" in each.reason or "closed" in each.reason):
            continue
        text = f"Break before {each.year}: {each.reason}."
        found.append(Event(EventKind.BREAK, each.year, 0.0, short(each), text, True))
    return found


def _no_figures(kpi: Kpi, trend: Sequence[Result]) -> list[Event]:
    """Runs of years that nobody published: one label for each run, one sentence for each reason."""
    missing = MEASURES[trend[-1].outcome or kpi.measures[0]].not_published
    runs: list[list[str]] = []
    for year in (r.academic_year for r in trend if r.value is None and r.academic_year in missing):
        if runs and years.shift(runs[-1][-1], 1) == year and _why(missing[runs[-1][-1]]) == _why(missing[year]):
            runs[-1].append(year)
        else:
            runs.append([year])
    found = []
    for run in runs:
        reasons: dict[str, list[str]] = {}
        for year in run:
            reasons.setdefault(missing[year], []).append(year)
        text = " ".join(f"{', '.join(span)}: {reason}." for reason, span in reasons.items())
        found.append(Event(EventKind.NO_FIGURE, run[0], len(run) / 2, _why(missing[run[0]]), text, False))
    return found


def _why(reason: str) -> str:
    return "No exams" if reason.startswith("exams") else "Schools closed" if "closed" in reason else "Not published"


def short(found: Break) -> str:
    """A break in two or three words, for a chart's own label."""
    said = found.reason.lower()
    for word, label in _SHORT:
        if word in said:
            return label
    return "New method"


_SHORT = (
    ("framework", "New framework"),
    ("no overall", "No overall grade"),
    ("report card", "Report cards"),
    ("grad", "Grades set anew"),
    ("definition", "New definition"),
    ("extreme", "Scores adjusted"),
    ("exams", "No exams"),
    ("closed", "Schools closed"),
)
