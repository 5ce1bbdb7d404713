"""The trail: who did what and when, for administrators."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from kpi_engine.people.trail import Entry, Event, Trail
from ui import admin
from ui.context import Context
from ui.entrance import to_the_app
from ui.sign_in import record

_LONDON = ZoneInfo("Europe/London")
_SHOWN = 200
_MOST = 5000
_ANYBODY = ""
_PREPARED = "trail: export prepared for"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def page(context: Context) -> None:
    """Draw the page."""
    if admin.refused(context, "trail"):
        return
    trail = record.trail(context.settings.private_folder)
    st.html(
        '<h1 class="title">Trail</h1><p class="lead">Who did what and when. Entries are only ever added, and hold no '
        "figures.</p>"
    )
    asked = _filters(trail)
    found = trail.read(*asked, limit=_MOST)
    with st.container(horizontal=True, key="trail-doing"):
        export = st.button("Prepare a CSV file", key="trail-export")
        check = st.button("Check that nothing was changed or taken out", key="trail-check")
    if export:
        _export(context, found, asked)
    if check:
        _check(trail)
    st.html(_table(found))


def _filters(trail: Trail) -> tuple[dt.datetime | None, dt.datetime | None, str | None, Event | None]:
    """The filters, as ``Trail.read`` takes them: since, until, who, event. What is not offered counts as no filter."""
    people = sorted({entry.who for entry in trail.read(limit=_MOST)})
    first, second, third, fourth = st.columns(4)
    since = first.date_input("From", None, format="DD/MM/YYYY", key="trail-since")
    until = second.date_input("To", None, format="DD/MM/YYYY", key="trail-until")
    who = third.selectbox(
        "Person", [_ANYBODY, *people], format_func=lambda name: name or "Everybody", key="trail-person"
    )
    event = fourth.selectbox(
        "Event", ["", *Event], format_func=lambda what: str(what).capitalize() or "Every event", key="trail-event"
    )
    return (
        _midnight(since) if isinstance(since, dt.date) else None,
        _midnight(until + dt.timedelta(days=1)) if isinstance(until, dt.date) else None,
        who if who in people else None,
        Event(event) if event in list(Event) else None,
    )


def _export(context: Context, found: Sequence[Entry], asked: Sequence[object]) -> None:
    """A file of what is found, offered in this run alone; that it was made is itself an entry."""
    narrowed = sum(1 for each in asked if each is not None)
    record.add(
        context.settings,
        context.viewer.user,
        Event.EXPORTED,
        f"the trail as CSV, {len(found)} entries{', filtered' if narrowed else ''}",
    )
    st.download_button(
        f"Download {len(found):,} entries",
        _csv(found),
        file_name="trail.csv",
        mime="text/csv",
        type="primary",
        on_click="ignore",
        key="trail-download",
    )


def _check(trail: Trail) -> None:
    checked = trail.checked()
    if checked.broken:
        items = "".join(f"<li>{escape(each)}</li>" for each in checked.broken)
        st.html(f'<div class="told wrong" role="alert"><b>The trail is broken.</b><ul>{items}</ul></div>')
    elif not checked.last:
        st.html('<div class="told" role="status">Nothing has been recorded yet.</div>')
    else:
        st.html(
            f'<div class="told" role="status">Entries {checked.first:,} to {checked.last:,} are as they were written. '
            f"The last one’s hash: <code>{escape(checked.hash)}</code></div>"
        )


def _table(found: Sequence[Entry]) -> str:
    if not found:
        return '<p class="quiet">Nothing of that kind has been recorded.</p>'
    rows = "".join(
        f'<tr><td class="when">{entry.at.day} {entry.at:%b %Y %H:%M:%S}</td><td>{escape(entry.who)}</td>'
        f"<td>{escape(entry.what.capitalize())}</td><td>{escape(entry.detail)}</td></tr>"
        for entry in found[:_SHOWN]
    )
    more = f"The newest {_SHOWN} of {len(found):,} entries." if len(found) > _SHOWN else f"{len(found):,} entries."
    if len(found) == _MOST:
        more = f"The newest {_SHOWN} are shown, the newest {_MOST:,} exported; choose a span of days for older ones."
    return (
        f'<p class="quiet">{more}</p><div class="scroll" tabindex="0" role="region" aria-label="Entries">'
        '<table class="trail"><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th>'
        f'<th scope="col">About</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _csv(found: Sequence[Entry]) -> bytes:
    """Entries as CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("number", "at", "who", "what", "detail"))
    for entry in found:
        cells = (str(entry.number), entry.at.isoformat(timespec="seconds"), entry.who, entry.what, entry.detail)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), _LONDON)


if __name__ == "__main__":
    to_the_app("trail")
