"""A link to take along: the address of what is shown, with the version of the data that it was made from.

Whoever opens it after the next load is told that the data have changed, and, as far as may be said, what the figure
was. ``data`` stands in copied addresses alone: no link of the app carries it on.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from kpi_engine import log
from kpi_engine.answers import Result
from kpi_engine.engine import LATEST
from kpi_engine.engine.changes import Version, known
from kpi_engine.errors import KpiError
from kpi_engine.model import TRUST, WithheldKind
from ui import earlier, frame, words
from ui.choice import Within, href
from ui.context import Context
from ui.place import Place

DATA = "data"
"""The part of an address that names a version of the data."""
_SCRIPT = Path(__file__).with_name("links_copied.js")
_LOG = log.of("links")
_UNKNOWN = (
    "This link was made from data that are no longer kept here, so what it showed then cannot be said. The figures "
    "below rest on today’s data."
)


def control(context: Context, page: str, within: Within = (), year: str = "", **more: str) -> str:
    """The control "Copy link", as HTML: a link to this page as it is, which a script copies on a click.

    The academy always stands in it, since a link without one opens another academy for another reader.
    """
    named = {"academy": TRUST} if context.choice.academy == TRUST and context.choice.home == TRUST else {}
    dated = {"year": year} if context.choice.year == LATEST and year in context.offered.years else {}
    link = href(page, context.choice, within, **more, **named, **dated, **{DATA: context.version})
    return (
        f'<a class="copy" href="{escape(link)}" data-done="Link copied">Copy link</a>'
        '<span class="sr" role="status" data-copied></span>'
    )


def of_place(here: Place) -> str:
    """The control for a KPI's place: academy, year, breakdown and picture."""
    return control(
        here.context, here.kpi.group, here.within, here.year, kpi=here.kpi.id, by=here.by, chart=here.picture
    )


def live() -> None:
    """Let the control copy its address. Without the script it is a link to it."""
    st.html(f"<script>{_script()}</script>", unsafe_allow_javascript=True)


def since(context: Context, here: Place | None = None) -> tuple[str, ...]:
    """What has changed since an address was copied, as sentences; none where it was copied from these data."""
    asked = st.query_params.get(DATA, "")
    if asked in ("", context.version):
        return ()
    version = _known(context, asked)
    if version is None:
        return (_UNKNOWN,)
    said = (
        f"The data have changed since this link was copied: then they went to {frame.day(version.as_at)} (loaded on "
        f"{frame.day(version.made)}), now to {frame.day(context.as_at)}."
    )
    figure = "" if here is None else _was(here, version)
    return (f"{said} {figure}",) if figure else (said,)


def dropped() -> None:
    """Take the version out of the address: whoever goes on from a copied link looks at today's data."""
    st.query_params.pop(DATA, None)


def _was(here: Place, version: Version) -> str:
    """What the figure was, where that version is the one directly before and both figures may be seen."""
    found = earlier.came_about(here.context)
    if found is None or found.before is None or found.before.id != version.id:
        return ""
    then = earlier.view(here.context)
    if then is None:
        return ""
    choice = here.choice
    held = {academy.urn for academy in then.academies()}
    among = None if choice.among is None else [urn for urn in choice.among if urn in held]
    try:
        old = then.result(here.kpi.id, choice.academy, choice.year, dict(here.within), among)
    except KpiError as error:
        _LOG.info("an older version has no such answer: %s", error)
        return ""
    if old.restricted:
        here.context.ask.seen(old)
    return compared(old, here.result, frame.day(version.as_at))


def compared(old: Result, new: Result, day: str) -> str:
    """``It showed 93.9 % on data to 7 Nov 2026; now 94.1 %.`` Nothing where either figure is hidden."""
    kinds = [each.withheld.kind for each in (old, new) if each.withheld is not None]
    if WithheldKind.HIDDEN in kinds or (new.withheld is not None and new.withheld.kind is WithheldKind.SUPPRESSED):
        return ""
    was, now = words.figure(old), words.figure(new)
    year = f" for {old.academic_year}" if old.academic_year != new.academic_year else ""
    if was == now and not year:
        return f"It showed the same figure: {now}." if new.value is not None else ""
    later = f" for {new.academic_year}" if year else ""
    return f"It showed {_said(old, was)}{year} on data to {day}; now {_said(new, now)}{later}."


def _said(result: Result, figure: str) -> str:
    return figure if result.value is not None else f"no figure ({figure[:1].lower()}{figure[1:]})"


def _known(context: Context, asked: str) -> Version | None:
    try:
        return known(context.folder, asked)
    except (KpiError, OSError) as error:
        _LOG.error("the versions of the data cannot be read: %s", error)
        return None


@st.cache_resource(show_spinner=False)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
