"""The list of meetings: those in preparation and those that are frozen, and what every page about meetings shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import groupby

import streamlit as st

from kpi_engine import log
from kpi_engine.access import Role
from kpi_engine.errors import CannotBeKept, Damaged, KpiError
from kpi_engine.meetings import canonical
from kpi_engine.meetings.document import Document
from kpi_engine.meetings.drafts import Draft
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import may_prepare
from kpi_engine.model import TRUST
from ui import cabinet as cabinets
from ui import choice, frame, words, written
from ui.context import Context
from ui.sign_in import gate

_LOG = log.of("meetings")
_REMOVED = "meetings: the draft that was removed here"
PATH = "meetings"


def page(context: Context, unknown: bool = False) -> None:
    """The list. ``unknown`` says that the address asked for something that this reader may not do."""
    strip(context)
    prepares = may_prepare(context.viewer)
    st.html(
        '<h1 class="title">Meetings</h1><p class="lead">A meeting is prepared from the figures, frozen, sent out, '
        "presented, and followed up. What is frozen stays as it was, whatever is loaded later.</p>"
    )
    if unknown:
        written.told("Agendas are prepared by the executive and administrators; you read and present what is frozen.")
    cabinet = cabinets.of(context)
    if prepares:
        _removed(context, cabinet)
        new = link(context, new="1")
        st.html(f'<p><a class="go act" href="{escape(new)}">Prepare a new meeting</a></p>')
    frozen = cabinet.frozen()
    open_drafts = _unfrozen(cabinet.drafts(), frozen) if prepares else []
    if prepares:
        _drafts(context, open_drafts)
    _frozen(context, cabinet, frozen, prepares)
    if context.sample:
        st.html(f'<p class="quiet">{SAMPLE}</p>')


SAMPLE = (
    "On the sample trust meetings are kept on this computer until the explorer is stopped, and everybody who looks "
    "around here may read them."
)


def strip(context: Context) -> None:
    """The line on top: meetings are about the whole trust, whatever the filters of other pages say."""
    whole = replace(context.choice, academy=TRUST, phase="", among=None)
    frame.strip(replace(context, choice=whole), "Meetings")


def link(context: Context, **more: str) -> str:
    """A link within these pages; the filters of the other pages stay in it."""
    return choice.href(PATH, context.choice, **more)


def lasting(meeting: str, version: int) -> str:
    """The permanent link of a frozen version, which is the same for everybody."""
    return f"{PATH}?meeting={meeting}&version={version}"


def refused(context: Context) -> None:
    """The page of whoever may read no meeting."""
    gate.page(
        "Board meetings are not yours to see",
        "The returns of other academies stand in them, so they are for governors, the executive and administrators. "
        + gate.whom_to_ask(context.settings),
    )


def unreadable(context: Context, error: KpiError) -> None:
    """Say that the cabinet cannot be read, and what to do."""
    written.told(trouble(context, error), wrong=True)


def trouble(context: Context, error: KpiError, lost: str = "") -> str:
    """What went wrong and what to do, as sentences. Where the server's files are is told to administrators alone."""
    if not isinstance(error, (CannotBeKept, Damaged)):
        return f"{choice.said(error)} {lost}".strip()
    _LOG.error("%s", error)
    if context.viewer.role is Role.ADMIN or context.sample:
        return f"{choice.said(error)} {lost}".strip()
    what = "This meeting’s file is missing or damaged" if isinstance(error, Damaged) else "This cannot be done just now"
    do = "it has to be restored from a backup; every other version can be used meanwhile"
    more = f", and {do}" if isinstance(error, Damaged) else ""
    return f"{what}{more}. What is wrong stands in the log of this server. {lost} {gate.whom_to_ask(context.settings)}"


def damage(context: Context, cabinet: Cabinet, kept: Kept) -> str:
    """What is wrong with a frozen version's file, in words; "" where it is whole."""
    try:
        stamp = (cabinet.folder / kept.file).stat()
        found = _damage(cabinet, str(cabinet.folder), kept.check, kept.file, (stamp.st_mtime_ns, stamp.st_size), kept)
    except OSError:
        found = _read(cabinet, kept)
    return "" if found is None else trouble(context, found)


def document(cabinet: Cabinet, kept: Kept) -> Document:
    """The frozen document. It is never written again, and so is remembered as long as its file is the same."""
    try:
        stamp = (cabinet.folder / kept.file).stat()
    except OSError:
        return cabinet.document(kept)
    return _document(
        cabinet, str(cabinet.folder), kept.check, kept.file, (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino), kept
    )


def removed_here(draft: Draft) -> None:
    """Remember that this draft was removed in this tab, so that the list offers to put it back."""
    st.session_state[_REMOVED] = draft.meeting


def by(name: str, at: dt.datetime) -> str:
    """Who, and when: "Di Penn, 24 Nov 2026, 14:32"."""
    return f"{escape(name)}, {written.when(at)}"


def _removed(context: Context, cabinet: Cabinet) -> None:
    meeting = st.session_state.get(_REMOVED)
    if not meeting:
        return
    if written.pressed("draft-put-back"):
        try:
            cabinet.restore_draft(str(meeting), cabinets.who(context))
        except KpiError as error:
            written.told(trouble(context, error), wrong=True)
            return
        st.session_state.pop(_REMOVED, None)
        written.told("The draft is back in the list.")
        return
    draft = cabinet.draft(str(meeting))
    if draft is None or not draft.removed:
        st.session_state.pop(_REMOVED, None)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="draft-removed"):
        st.html(
            f'<div class="told" role="status"><p>The draft of {escape(_named(draft))} has been removed.</p></div>',
            width="content",
        )
        st.button("Undo: put it back", key="draft-put-back")


def _unfrozen(drafts: Sequence[Draft], frozen: Sequence[Kept]) -> list[Draft]:
    """The drafts that hold more than the last frozen version of their meeting: those saved after it."""
    newest = {kept.meeting: kept.at for kept in reversed(frozen)}
    return [draft for draft in drafts if draft.meeting not in newest or draft.at > newest[draft.meeting]]


def _drafts(context: Context, drafts: Sequence[Draft]) -> None:
    if not drafts:
        st.html(
            '<h2 class="section">Being prepared</h2><p class="quiet none">Nothing is being prepared. '
            "Begin with “Prepare a new meeting”: choose who meets and when, and a reusable agenda.</p>"
        )
        return
    rows = "".join(
        f'<tr><th scope="row"><a class="go plain" href="{escape(link(context, draft=draft.meeting))}">'
        f"{escape(_named(draft))}</a></th><td>{words.day(draft.agenda.date)}</td>"
        f'<td class="n">{len(draft.agenda.items)}</td><td>{by(draft.by, draft.at)}</td></tr>'
        for draft in drafts
    )
    st.html(
        '<h2 class="section">Being prepared</h2><div class="scroll"><table class="meetings"><thead><tr>'
        '<th scope="col">Draft</th><th scope="col">Date</th><th scope="col" class="n">Items</th>'
        f'<th scope="col">Last changed</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _frozen(context: Context, cabinet: Cabinet, frozen: Sequence[Kept], prepares: bool) -> None:
    if not frozen:
        how = (
            "Prepare a meeting, then freeze it: the frozen version appears here with its packs."
            if prepares
            else "The executive and administrators freeze them; you can then read and present them here."
        )
        st.html(f'<h2 class="section">Frozen</h2><p class="quiet none">No meeting is frozen yet. {how}</p>')
        return
    rows, damaged = [], []
    for _, versions in groupby(frozen, key=lambda kept: kept.meeting):
        for place, kept in enumerate(versions):
            wrong = damage(context, cabinet, kept)
            if wrong:
                damaged.append(f"<li><b>{escape(kept.label)}</b>: {escape(wrong)}</li>")
            rows.append(_row(context, kept, newest=not place, wrong=bool(wrong)))
    if damaged:
        st.html(
            f'<div class="told wrong" role="alert"><p>{len(damaged)} frozen '
            f"version{'s are' if len(damaged) > 1 else ' is'} not as frozen:</p><ul>{''.join(damaged)}</ul></div>"
        )
    st.html(
        '<h2 class="section">Frozen</h2><div class="scroll"><table class="meetings"><thead><tr>'
        '<th scope="col">Meeting</th><th scope="col">Date</th><th scope="col">Frozen by</th>'
        '<th scope="col">Data version</th><th scope="col">Check</th><th scope="col">Open</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(context: Context, kept: Kept, newest: bool, wrong: bool) -> str:
    here = link(context, meeting=kept.meeting, version=str(kept.version))
    doing = (
        '<span class="mark missed">Damaged</span>'
        if wrong
        else f'<a class="go plain" href="{escape(presented(kept.meeting, kept.version))}">Present</a>'
    )
    older = "" if newest else ' class="older"'
    return (
        f'<tr{older}><th scope="row"><a class="go plain" href="{escape(here)}">{escape(kept.label)}</a></th>'
        f"<td>{words.day(kept.date)}</td><td>{by(kept.by, kept.at)}</td><td>{escape(kept.data_version)}</td>"
        f"<td><code>{canonical.short(kept.check)}</code></td><td>{doing}</td></tr>"
    )


def presented(meeting: str, version: int, part: str = "") -> str:
    """Where a frozen version is presented; ``part`` 1 is the open part alone."""
    return f"present?meeting={meeting}&version={version}" + (f"&part={part}" if part else "")


def _named(draft: Draft) -> str:
    return f"{draft.agenda.body} {draft.agenda.date}"


def _read(cabinet: Cabinet, kept: Kept) -> Damaged | None:
    try:
        cabinet.document(kept)
    except Damaged as error:
        return error
    return None


@st.cache_resource(max_entries=400, show_spinner=False)
def _damage(
    _cabinet: Cabinet, folder: str, check: str, file: str, stamp: tuple[int, int], _kept: Kept
) -> Damaged | None:
    del folder, check, file, stamp
    return _read(_cabinet, _kept)


@st.cache_resource(max_entries=12, show_spinner=False)
def _document(
    _cabinet: Cabinet, folder: str, check: str, file: str, stamp: tuple[int, int, int], _kept: Kept
) -> Document:
    del folder, check, file, stamp
    return _cabinet.document(_kept)
