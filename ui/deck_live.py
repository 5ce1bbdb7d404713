"""Asking the data while a meeting goes on: an academy's figure of today with its breakdowns, marked as not frozen."""

from __future__ import annotations

import datetime as dt
from html import escape
from zoneinfo import ZoneInfo

from kpi_engine import log
from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import View
from kpi_engine.engine.scope import PERIOD_KINDS
from kpi_engine.errors import KpiError
from kpi_engine.meetings.document import TRUST_KEY, Document, Item
from kpi_engine.model import TRUST, WithheldKind
from ui import deck_entries, frame, words
from ui.context import Context

_LOG = log.of("present")
_LONDON = ZoneInfo("Europe/London")
_EMPTY = (WithheldKind.NOT_APPLICABLE, WithheldKind.NO_DATA)
_BREAKDOWNS = 3


def answer(context: Context, document: Document, item: Item | None, key: str) -> dict[str, str]:
    """What the data say today of an item's measure for an academy of the document, or for the trust, as everybody who
    presents is given it: with the names of academies, and without them."""
    urn = TRUST if key == TRUST_KEY else next((a.urn for a in document.academies if a.key == key), "")
    if item is None or not item.kpi or not urn:
        return _both("This slide and academy cannot be asked about.")
    try:
        result, rows = _asked(context.presented(), item.kpi, urn)
    except KpiError as error:
        _LOG.info("a live question has no answer: %s", error)
        return _both("Today’s data have no answer to this: the academy or the measure is not in them any more.")
    now = dt.datetime.now(_LONDON)
    mark = f"Live, not frozen · data to {frame.day(context.as_at)} · asked {now:%H:%M}"
    counted = "" if result.withheld is not None else words.counted(CATALOGUE[item.kpi], result)
    about = " · ".join(each for each in (result.academic_year, counted) if each)
    below = "".join(rows) or "<p>Today’s data have no breakdown of it.</p>"

    def told(sentence: str) -> str:
        return (
            f'<div class="live"><p class="live-mark">{escape(mark)}</p>'
            f'<p class="figure">{words.text(words.figure(result))}</p>'
            f"<p>{words.text(about)}</p><p>{words.text(sentence)}</p>{below}</div>"
        )

    return {"named": told(result.sentence), "lettered": told(deck_entries.veiled(document)(result.sentence))}


def _asked(view: View, kpi: str, urn: str) -> tuple[Result, list[str]]:
    """The figure, and the first breakdowns that have one; none by academy, which the frozen slide has."""
    result = view.result(kpi, urn)
    rows: list[str] = []
    for by in CATALOGUE[kpi].drill:
        if by in PERIOD_KINDS or by == "academy" or len(rows) == _BREAKDOWNS:
            continue
        if table := _table(view, kpi, by, urn):
            rows.append(table)
    return result, rows


def _table(view: View, kpi: str, by: str, urn: str) -> str:
    found = view.breakdown(kpi, by, urn)
    if all(each.withheld is not None and each.withheld.kind in _EMPTY for each in found):  # also where there are none
        return ""
    rows = "".join(_row(each, by) for each in found)
    title = f"By {words.dimension(by).lower()}"
    head = '<tr><th scope="col">Part</th><th scope="col">Value</th><th scope="col">n</th></tr>'
    return f"<table><caption>{escape(title)}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _row(result: Result, by: str) -> str:
    name = words.value(by, result.breakdown.get(by, ""))
    counted = "" if result.withheld is not None else words.counted(CATALOGUE[result.kpi], result)
    return (
        f'<tr><th scope="row">{words.text(name)}</th><td>{words.text(words.figure(result))}</td>'
        f"<td>{words.text(counted)}</td></tr>"
    )


def _both(said: str) -> dict[str, str]:
    told = f'<p class="live-mark" role="status">{escape(said)}</p>'
    return {"named": told, "lettered": told}
