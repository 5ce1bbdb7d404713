"""What stands around every page: the pages and which one is asked for, the trust, the filters, who looks, the strip."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from kpi_engine import log
from kpi_engine.access import Role
from kpi_engine.answers import Result
from kpi_engine.engine import LATEST
from kpi_engine.errors import PeopleError
from kpi_engine.meetings.who import may_read
from kpi_engine.model import TRUST
from ui import words
from ui.choice import href
from ui.context import Context
from ui.sign_in import gate

_LOG = log.of("pages")
PRODUCT = "Trust KPI explorer"

_DRAWN_FOR = "the address that the filters were drawn for"
_EMPTY = {"year": LATEST, "phase": ""}


class Page(NamedTuple):
    """A page of the app: its path, its title, what draws it, and whether it is for administrators alone.

    A ``bare`` one has the window to itself: nothing of the frame is drawn around it, and no menu lists it. One of the
    ``board`` is listed for those who read meetings, and is not filtered.
    """

    path: str
    title: str
    draw: Callable[[Context], None]
    admin: bool = False
    bare: bool = False
    board: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The page that the address asks for. It shows nothing until it is told for whom."""

    page: Page
    declared: StreamlitPage
    told: list[Context]

    def show(self, context: Context) -> None:
        """Draw it for whoever has been let in; one for administrators refuses everybody else itself."""
        st.set_page_config(page_title=f"{self.page.title} · {context.trust_name}")
        self.told.append(context)
        self.declared.run()


def navigation(pages: Sequence[Page]) -> Chosen:
    """Declare the pages, and find the one that the address asks for. The browser is told no title but the product's."""
    told: list[Context] = []
    declared = st.navigation(
        [
            st.Page(partial(_draw, page, told), title=PRODUCT, url_path=page.path, default=not page.path)
            for page in pages
        ],
        position="hidden",
    )
    page = next((page for page in pages if page.path == declared.url_path), pages[0])
    return Chosen(page, declared, told)


def _draw(page: Page, told: list[Context]) -> None:
    for context in told:
        try:
            page.draw(context)
        except PeopleError as error:
            # Small numbers that cannot be recorded are not shown, nor is a list of people that cannot be read.
            _LOG.error("a page cannot be shown: %s", error)
            gate.page(
                "This page cannot be shown just now",
                "What is wrong stands in the log of this server. " + gate.whom_to_ask(context.settings),
            )


def sidebar(context: Context, pages: Sequence[Page], here: Page) -> None:
    """The trust, the pages, the three filters, and who looks."""
    current = ' aria-current="page"'
    links = "".join(
        f'<li><a class="go" href="{escape(href(page.path, context.choice))}"{current if page is here else ""}>'
        f"{escape(page.title)}</a></li>"
        for page in pages
        if not page.bare
        and (not page.admin or context.viewer.role is Role.ADMIN)
        and (not page.board or may_read(context.viewer))
    )
    with st.sidebar:
        st.html(
            f'{_logo(context.settings.logo)}<div class="brand">{escape(context.trust_name)}</div>'
            f'<div class="quiet">{PRODUCT}</div>'
            f'<nav aria-label="Pages"><ul class="pages">{links}</ul></nav>'
        )
        if not here.admin and not here.board:
            _filters(context)
        _who(context)


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
        "Load your own: <code>python run.py load FILE…</code></div>"
    )


def _who(context: Context) -> None:
    """Who looks, as what, and the way out."""
    admission = context.admission
    said = words.role_of(admission.viewer.role, admission.viewer.academies, context.offered.names())
    around = '<span class="quiet">You look around as</span>' if admission.looking_around else ""
    st.html(f'<div class="who">{around}<b>{escape(admission.name)}</b><span class="quiet">{escape(said)}</span></div>')
    label = "Change" if admission.looking_around else "Sign out"
    st.button(label, key="leave", on_click=gate.ask_to_leave)


def _filters(context: Context) -> None:
    offered, chosen = context.offered, context.choice
    names = offered.names()
    among = chosen.among
    there = [a.urn for a in offered.academies if among is None or a.urn in among]
    count = sum(1 for urn in there if urn not in offered.left)
    whole = f"All {chosen.phase} academies ({count})" if chosen.phase else f"All academies ({count})"
    if offered.own:
        # A link from a comparison may have led to a colleague's academy: the list then says where one is.
        there = [urn for urn in there if urn in offered.own or urn == chosen.academy]
    urns = [TRUST, *there]
    for name, value in (("academy", chosen.academy), ("year", chosen.year), ("phase", chosen.phase)):
        st.session_state[name] = value
    st.session_state[_DRAWN_FOR] = st.query_params.to_dict()
    st.selectbox(
        "Academy",
        urns,
        format_func=lambda urn: whole if urn == TRUST else names[urn],
        key="academy",
        on_change=_chosen,
        args=("academy", TRUST if chosen.home == TRUST else ""),
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


def _chosen(name: str, home: str = "") -> None:
    """Write a filter's new value into the address, from where it is read again. What it may be is checked there."""
    if st.query_params.to_dict() != st.session_state.get(_DRAWN_FOR):
        # "Back" came before the last page was drawn: the widgets still show that page's choice, and nobody chose it.
        return
    value = st.session_state[name]
    # The version that a copied link was made from belongs to what that link showed.
    st.query_params.pop("data", None)
    if value == _EMPTY.get(name, home):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
