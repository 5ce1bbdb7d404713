"""A picture of a KPI: a figure or a table, the sentence that tells what it shows, and the same numbers as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from kpi_engine.answers import Result
from kpi_engine.telling import interval
from ui import words
from ui.figure import Figure
from ui.place import Place

_SERIES = {
    "aar": "academies accounts return",
    "all_staff": "all staff lines",
    "census": "school census",
    "daily": "daily registers",
    "ees": "Explore Education Statistics",
    "graded": "graded inspections",
    "published": "DfE’s tables",
    "report_card": "report cards",
    "return": "the trust’s return",
    "sustained": "DfE destinations",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """``figure`` is drawn by Plotly, ``body`` is HTML in its place. ``rows`` are the numbers, under ``header``.

    ``thin`` says that it shows so little that another picture should come first.
    """

    title: str
    subtitle: str
    alt: str
    figure: Figure | None = None
    body: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    thin: bool = False


class Kind(NamedTuple):
    """A kind of picture: the name on its chip, for which places it makes sense, and what draws it.

    ``draw`` answers None where there turns out to be nothing to show.
    """

    id: str
    label: str
    fits: Callable[[Place], bool]
    draw: Callable[[Place], Picture | None]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as an HTML table; columns that hold figures stand to the right, empty ones are left out."""
    kept = [i for i, _ in enumerate(header) if any(r[i] for r in rows)]
    header, rows = [header[i] for i in kept], [[r[i] for i in kept] for r in rows]
    right = [i > 0 and any(r[i][:1].isdigit() or r[i][:1] in "−+£" for r in rows) for i in range(len(header))]
    head = "".join(f'<th scope="col"{_right(right[i])}>{escape(h)}</th>' for i, h in enumerate(header))
    body = "".join(
        "<tr>" + "".join(f"<td{_right(right[i])}>{escape(cell)}</td>" for i, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def row(first: str, place: Place, result: Result) -> tuple[str, ...]:
    """A result as a row of the table beside a chart."""
    drawn_as = words.on_axis(place.kpi, result, result.value) if result.value is not None else ""
    return (
        first,
        words.figure(result),
        *((drawn_as,) if place.axis.complement else ()),
        words.counted(place.kpi, result),
        interval(result),
        words.in_unit(result, result.benchmark) if result.benchmark is not None else "",
        result.withheld.reason if result.withheld is not None else "Do not pass on" if result.restricted else "",
    )


def heads(first: str, place: Place) -> tuple[str, ...]:
    """The heads over such rows. Where absence is drawn, its figure stands beside that of attendance."""
    drawn_as = (words.axis_words(place.kpi),) if place.axis.complement else ()
    value = "Attendance" if drawn_as else "Value"
    return (first, value, *drawn_as, "n", "95 % interval", "England", "Note")


def hover(first: str, place: Place, result: Result) -> str:
    """What a point says when it is pointed at."""
    parts = [first, words.figure(result), words.counted(place.kpi, result)]
    if interval(result):
        parts.append(f"95 % interval {interval(result)}")
    if result.benchmark is not None:
        parts.append(f"{result.benchmark_label} {words.in_unit(result, result.benchmark)}")
    if result.restricted:
        parts.append("◆ small number, do not pass on")
    said = [escape(p) for p in parts if p]
    said[1] = f"<b>{said[1]}</b>"
    if place.axis.complement and result.value is not None:
        missed = f"{words.axis_words(place.kpi)} {words.on_axis(place.kpi, result, result.value)}"
        said[1] = f"<b>{escape(missed)}</b><br>Attendance {escape(words.figure(result))}"
    return "<br>".join(said)


def series_words(series: str) -> str:
    """Where a series comes from, in words."""
    return _SERIES.get(series, series.replace("_", " "))


def _right(yes: bool) -> str:
    return ' class="n"' if yes else ""
