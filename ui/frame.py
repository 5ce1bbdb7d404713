"""What stands around every page: the trust's name and the pages, the filters, the strip, the sample's notice."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from kpi_engine.answers import Result
from kpi_engine.engine import LATEST
from kpi_engine.model import TRUST
from ui.choice import href
from ui.context import Context

_EMPTY = {"academy": TRUST, "year": LATEST, "phase": ""}


def sidebar(context: Context, pages: Sequence[tuple[str, str]], here: str) -> None:
    """The trust, the pages as ``(path, title)``, and the three filters."""
    current = ' aria-current="page"'
    links = "".join(
        f'<li><a class="go" href="{escape(href(path, context.choice))}"{current if path == here else ""}>'
        f"{escape(title)}</a></li>"
        for path, title in pages
    )
    with st.sidebar:
        st.html(
            f'{_logo(context.logo)}<div class="brand">{escape(context.trust_name)}</div>'
            '<div class="quiet">Trust KPI explorer</div>'
            f'<nav aria-label="Pages"><ul class="pages">{links}</ul></nav>'
        )
        _filters(context)


def strip(context: Context, year: str, result: Result | None = None) -> None:
    """The line on top of every page: trust, scope and year; how new and how complete the data are."""
    told = [f"Data to {day(context.as_at)}"]
    if result is not None and result.withheld is None:
        if result.stage:
            told.append(result.stage)
        if result.academy == TRUST and result.coverage.of > 0:
            told.append(str(result.coverage))
    st.html(
        '<div class="strip"><span>'
        + " · ".join(escape(part) for part in (context.trust_name, context.scope_name, year))
        + "</span><span>"
        + " · ".join(escape(part) for part in told)
        + "</span></div>"
        + _sample(context)
    )


def told(notes: Sequence[str]) -> None:
    """What in the link was not understood, and what is shown instead."""
    if notes:
        items = "".join(f"<p>{escape(note)}</p>" for note in notes)
        st.html(f'<div class="told" role="status">{items}</div>')


def year_words(year: str) -> str:
    """The chosen year for the strip."""
    return "Latest year of each KPI" if year == LATEST else year


def day(date: dt.date) -> str:
    """A date as readers write it: 14 Nov 2026."""
    return f"{date.day} {date:%b %Y}"


@st.cache_resource(max_entries=4, show_spinner=False)
def _logo(file: Path | None) -> str:
    """The logo within the page itself, so that no other address is asked for it; its name stands below as text."""
    if file is None:
        return ""
    kind = "svg+xml" if file.suffix.lower() == ".svg" else "png"
    packed = base64.b64encode(file.read_bytes()).decode("ascii")
    return f'<img class="logo" alt="" src="data:image/{kind};base64,{packed}">'


def _sample(context: Context) -> str:
    if not context.sample:
        return ""
    return (
        '<div class="sample"><b>Sample data: an invented trust.</b> None of these academies or pupils exist. '
        "Load your own: <code>python -m kpi_engine load FILE…</code></div>"
    )


def _filters(context: Context) -> None:
    offered, chosen = context.offered, context.choice
    names = offered.names()
    among = chosen.among
    urns = [TRUST, *(a.urn for a in offered.academies if among is None or a.urn in among)]
    count = sum(1 for urn in urns[1:] if urn not in offered.left)
    whole = f"All {chosen.phase} academies ({count})" if chosen.phase else f"All academies ({count})"
    for name, value in (("academy", chosen.academy), ("year", chosen.year), ("phase", chosen.phase)):
        st.session_state[name] = value
    st.selectbox(
        "Academy",
        urns,
        format_func=lambda urn: whole if urn == TRUST else names[urn],
        key="academy",
        on_change=_chosen,
        args=("academy",),
    )
    st.selectbox(
        "Academic year",
        [LATEST, *offered.years],
        format_func=lambda year: "Latest for each KPI" if year == LATEST else year,
        key="year",
        on_change=_chosen,
        args=("year",),
    )
    st.selectbox(
        "Phase",
        ["", *offered.phases],
        format_func=lambda phase: phase.capitalize() if phase else "All phases",
        key="phase",
        on_change=_chosen,
        args=("phase",),
    )


def _chosen(name: str) -> None:
    """Write a filter's new value into the address, from where it is read again."""
    value = st.session_state[name]
    if value == _EMPTY[name]:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
