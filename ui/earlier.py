"""The version that was current before: what the last load has changed, as the same viewer sees both.

It is opened when somebody asks for it, so that no other page waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st

from kpi_engine import log
from kpi_engine.answers import TargetStatus
from kpi_engine.engine import LATEST, Engine, View
from kpi_engine.engine.changes import Brought, Change, History, Kind, Standing, changes, history
from kpi_engine.errors import KpiError
from kpi_engine.model import TRUST
from kpi_engine.wording import counted
from ui import frame, words
from ui.choice import href
from ui.context import Context

OPEN = "changes"
"""What stands in the address (``show=changes``) where what the last load has changed is shown."""
_FIRST_ROWS = 12
_MOST_ROWS = 300
_MOST_FILES = 6
_LOG = log.of("earlier")
_WHY_NOT = {
    Standing.FIRST: "This is the first version of the data, so there is nothing to compare it with yet.",
    Standing.AGAIN: "These data had been shown before and are shown again, so there is no load to compare them with.",
    Standing.GONE: "The version that was shown before is no longer kept, so the two cannot be compared.",
    Standing.OTHER_ENGINE: "The version before was made by another version of this program; the two are not compared.",
}
_MARKS = {
    TargetStatus.MET: ("met", "Met"),
    TargetStatus.NEAR: ("near", "Near"),
    TargetStatus.MISSED: ("missed", "Missed"),
    TargetStatus.NONE: ("none", "No judgement"),
}
_SAID = {
    Kind.JUDGED: ("judgement has changed", "judgements have changed"),
    Kind.VALUE: ("figure has changed with the same judgement", "figures have changed with the same judgement"),
    Kind.GONE: ("figure is gone", "figures are gone"),
    Kind.HIDDEN: ("figure is no longer shown", "figures are no longer shown"),
    Kind.SHOWN: ("figure is shown again", "figures are shown again"),
    Kind.FIRST: ("figure is new", "figures are new"),
}


def came_about(context: Context) -> History | None:
    """How the version that is shown came about; None where that cannot be read (the log says why)."""
    return _history(str(context.folder), context.version)


def view(context: Context) -> View | None:
    """The version before, as the same viewer sees it; None where there is none to compare with."""
    found = came_about(context)
    if found is None or found.before is None:
        return None
    engine = _engine(str(context.folder), found.before.id, context.settings.members)
    return None if engine is None else engine.as_seen_by(context.viewer)


def card(context: Context, shown: bool, switches: dict[str, str]) -> str:
    """When data were last loaded, and the link that opens what has changed. ``switches`` stay in the address."""
    found = came_about(context)
    if found is None:
        return ""
    told = f"<p>{escape(_brought(found))}</p>"
    if found.before is None:
        told += f'<p class="quiet">{escape(_WHY_NOT.get(found.standing, ""))}</p>'
    elif not shown:
        link = href("", context.choice, show=OPEN, **switches)
        told += f'<a class="go plain" href="{escape(link)}">What changed</a>'
    else:
        told += f'<a class="go plain" href="{escape(href("", context.choice, **switches))}">Close what changed</a>'
    return f'<h2 class="second">Since the last load</h2>{told}'


def panel(context: Context, switches: dict[str, str]) -> str:
    """What the last load has changed, as HTML: the files that came, the counts, and the figures as a table."""
    found = came_about(context)
    close = f'<a class="go plain" href="{escape(href("", context.choice, **switches))}">Close</a>'
    head = f'<div class="changes-head"><h2 class="section">What changed with the last load</h2>{close}</div>'
    then = view(context) if found is not None else None
    if found is None or found.before is None or then is None:
        standing = found.standing if found is not None and found.before is None else None
        why = _WHY_NOT[standing] if standing is not None else "The version before cannot be opened just now."
        return f'<section class="changes">{head}<p>{escape(why)}</p></section>'
    chosen = context.choice
    what = _changes(
        context.ask.view, then, context.version, found.before.id, chosen.academy, chosen.year, chosen.among,
        str(context.folder), context.viewer.scope,
    )  # fmt: skip
    for change in what:
        for cell in change.restricted:
            context.ask.seen(cell)
    dates = (
        f"Data to {frame.day(found.before.as_at)} were loaded on {frame.day(found.before.made)}; data to "
        f"{frame.day(found.version.as_at)} on {frame.day(found.version.made)}. {_span(context)}"
    )
    files = _listed("Files that came", found.came) + _listed("Files that went", found.went)
    return (
        f'<section class="changes">{head}<p>{escape(dates)}</p>{files}<p><b>{escape(_summary(what))}</b></p>'
        f"{_table(context, what)}</section>"
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _history(folder: str, version: str) -> History | None:
    try:
        return history(Path(folder), version)
    except (KpiError, OSError) as error:
        _LOG.error("how version %s came about cannot be read: %s", version, error)
        return None


@st.cache_resource(max_entries=2, show_spinner="Opening the version before …")
def _engine(folder: str, version: str, members: Literal["then", "current"]) -> Engine | None:
    try:
        return Engine.open(Path(folder), members=members, version=version)
    except (KpiError, OSError) as error:
        _LOG.error("version %s, the one before, cannot be opened: %s", version, error)
        return None


@st.cache_resource(max_entries=60, show_spinner="Comparing two versions of the data …")
def _changes(
    _now: View,
    _then: View,
    version: str,
    before: str,
    academy: str,
    year: str,
    among: tuple[str, ...] | None,
    folder: str,
    scope: tuple[object, ...],
) -> tuple[Change, ...]:
    """Remembered for a folder, two of its versions, a choice, and all that decides what the viewer may see."""
    del version, before, folder, scope
    return changes(_now, _then, academy, year, among)


def _brought(found: History) -> str:
    if found.before is None and found.standing is not Standing.OTHER_ENGINE:
        return f"Data to {frame.day(found.version.as_at)}, loaded on {frame.day(found.version.made)}."
    files = [f"{counted(len(found.came), 'files')} came"] if found.came else []
    files += [f"{counted(len(found.went), 'files')} went"] if found.went else []
    told = " and ".join(files) or "the same files were read again"
    return f"{frame.day(found.version.made)}: {told}."


def _span(context: Context) -> str:
    years = "All academic years are compared" if context.choice.year == LATEST else f"{context.choice.year} is compared"
    name = context.scope_name
    return f"{years}, for {name[:1].lower() + name[1:] if context.choice.academy == TRUST else name}."


def _listed(title: str, files: Sequence[Brought]) -> str:
    if not files:
        return ""
    said = [f"{each.file} ({each.year})" if each.year else each.file for each in files]
    more = f" and {len(said) - _MOST_FILES} more" if len(said) > _MOST_FILES else ""
    return f"<p>{escape(title)}: {escape(', '.join(said[:_MOST_FILES]) + more)}.</p>"


def _summary(what: Sequence[Change]) -> str:
    if not what:
        return "No figure shown here has changed."
    counts = [(kind, sum(1 for change in what if change.kind is kind)) for kind in Kind]
    return ", ".join(f"{n:,} {_SAID[kind][0 if n == 1 else 1]}" for kind, n in counts if n) + "."


def _table(context: Context, what: Sequence[Change]) -> str:
    if not what:
        return ""
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("KPI", "Academy", "Year", "What changed", "Before", "Now")
    )
    rows = [_row(context, change) for change in what[:_MOST_ROWS]]
    body = _rows(head, rows[:_FIRST_ROWS], "What changed")
    if len(rows) > _FIRST_ROWS:
        body += (
            f"<details><summary>Show {len(rows) - _FIRST_ROWS} more</summary>"
            f"{_rows(head, rows[_FIRST_ROWS:], 'More of what changed')}</details>"
        )
    if len(what) > _MOST_ROWS:
        left = f"{len(what) - _MOST_ROWS:,} more are not listed; choose an academy or a year to see fewer at once."
        body += f'<p class="quiet">{left}</p>'
    return body


def _rows(head: str, rows: Sequence[str], name: str) -> str:
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table class="rows">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(context: Context, change: Change) -> str:
    names = {academy.urn: academy.name for academy in context.offered.academies}
    name = "Trust" if change.academy == TRUST else names.get(change.academy, change.academy)
    short = escape(change.kpi.short)
    if change.academy in (TRUST, *names) and change.year in context.offered.years:
        there = replace(context.choice.at(change.academy), year=change.year)
        short = f'<a class="go plain" href="{escape(href(change.kpi.group, there, kpi=change.kpi.id))}">{short}</a>'
    what = str(change.kind)
    return (
        f"<tr><td>{short}</td><td>{escape(name)}</td><td>{escape(change.year)}</td>"
        f"<td>{escape(what[:1].upper() + what[1:])}</td>"
        f"<td>{_side(change, change.old, change.old_status)}</td>"
        f"<td>{_side(change, change.new, change.new_status)}</td></tr>"
    )


def _side(change: Change, figure: str, status: TargetStatus | None) -> str:
    if change.kind in (Kind.HIDDEN, Kind.SHOWN):
        return '<span class="quiet">not given</span>'
    if not figure or status is None:
        return '<span class="quiet">no figure</span>'
    name, word = _MARKS[status]
    return f'{words.text(figure)} <span class="mark {name}">{escape(word)}</span>'
