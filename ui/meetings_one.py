"""One frozen version of a meeting: what it is, what can be done with it, what changed, and what was written down."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi_engine.errors import Damaged
from kpi_engine.meetings import canonical
from kpi_engine.meetings.changes import Change, changes
from kpi_engine.meetings.document import Document, ItemKind, Part
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import may_prepare
from ui import cabinet as cabinets
from ui import meetings, meetings_packs, meetings_written, words, written
from ui.context import Context
from ui.meetings import link

FROZEN = "meetings: the version that was frozen in this tab"


def page(context: Context, meeting: str, version: str) -> None:
    """Draw the page of a version, the newest where the address names none."""
    meetings.strip(context)
    cabinet = cabinets.of(context)
    versions = cabinet.versions(meeting)
    kept = _chosen(versions, version)
    st.html(_back(context))
    if kept is None:
        _unknown(context, meeting, version, versions)
        return
    st.set_page_config(page_title=f"{kept.label} · {context.trust_name}")
    try:
        document = meetings.document(cabinet, kept)
    except Damaged as error:
        st.html(f'<h1 class="title">{escape(kept.label)}</h1>')
        written.told(meetings.trouble(context, error), wrong=True)
        _others(context, kept, versions)
        meetings_written.panel(context, cabinet, kept, None)
        return
    just = st.session_state.pop(FROZEN, None) == kept.check
    _head(context, kept, document, just)
    meetings_packs.panel(context, cabinet, kept, _parts(document))
    _agenda(document)
    _changed(context, cabinet, kept, document, versions)
    meetings_written.panel(context, cabinet, kept, document)
    _others(context, kept, versions)


def _chosen(versions: Sequence[Kept], version: str) -> Kept | None:
    if not version:
        return next(iter(versions), None)
    number = version.removeprefix("v")
    return next((kept for kept in versions if str(kept.version) == number), None)


def _unknown(context: Context, meeting: str, version: str, versions: Sequence[Kept]) -> None:
    st.html('<h1 class="title">There is no such meeting</h1>')
    have = ", ".join(f"v{kept.version}" for kept in versions)
    what = f"“{meeting[:60]}” has no version “{version[:12]}”; it has {have}." if versions else (
        f"No frozen meeting is called “{meeting[:60]}”. It may not be frozen yet, or it was removed."
    )  # fmt: skip
    written.told(f"{what} Choose one from the list of meetings.", wrong=True)
    if may_prepare(context.viewer) and not versions:
        draft = cabinets.of(context).draft(meeting)
        if draft is not None and not draft.removed:
            st.html(f'<p><a class="go plain" href="{escape(link(context, draft=meeting))}">Open its draft</a></p>')


def _back(context: Context) -> str:
    return f'<p class="quiet back"><a class="go plain" href="{escape(link(context))}">All meetings</a></p>'


def _head(context: Context, kept: Kept, document: Document, just: bool) -> None:
    if just:
        st.html(
            f'<div class="told" role="status"><p><b>{escape(kept.label)} is frozen.</b> Check '
            f"<code>{canonical.short(kept.check)}</code>. Its figures stay as they are; send the pack, copy the link, "
            "and present.</p></div>"
        )
    present = meetings.presented(kept.meeting, kept.version)
    confidential = Part.CONFIDENTIAL in _parts(document)
    first = (
        f'<a class="go act" href="{escape(meetings.presented(kept.meeting, kept.version, "1"))}">Present Part 1</a> '
        if confidential and Part.OPEN in _parts(document)
        else ""
    )
    whole = "Present both parts" if confidential else "Present"
    st.html(
        f'<h1 class="title">{escape(kept.label)}</h1>'
        f'<p class="lead">{escape(kept.body)} of {words.day(kept.date)}, version {kept.version}</p>'
        f'<p class="acts">{first}<a class="go act" href="{escape(present)}">{whole}</a> '
        f'<a class="copy" href="{escape(meetings.lasting(kept.meeting, kept.version))}" data-done="Link copied">'
        'Copy the permanent link</a><span class="sr" role="status" data-copied></span>'
        f"{_prepare(context, kept)}</p>"
    )
    facts = [
        ("Frozen", meetings.by(kept.by, kept.at)),
        ("Data to", f"{words.day(document.as_at)} (version {escape(document.data_version)})"),
        ("Check", f"<code>{canonical.short(kept.check)}</code>, printed on every page"),
        ("Academies", _academies(document)),
    ]
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    st.html(
        f'<dl class="facts">{listed}</dl><details><summary>The whole checksum</summary>'
        f'<p class="quiet">SHA-256 of the document: <code>{kept.check}</code></p></details>'
    )
    if document.missing:
        said = "".join(f"<li>{words.text(each)}</li>" for each in document.missing)
        title = f"What had no figure · {len(document.missing)}"
        st.html(f'<details class="missing"><summary>{title}</summary><ul>{said}</ul></details>')


def _prepare(context: Context, kept: Kept) -> str:
    if not may_prepare(context.viewer):
        return ""
    return f' <a class="go plain" href="{escape(link(context, draft=kept.meeting))}">Go on with the agenda</a>'


def _academies(document: Document) -> str:
    count = len(document.academies)
    return f"{count}, with letters for names" if document.anonymous else str(count)


def _parts(document: Document) -> list[Part]:
    there = {item.part for item in document.items}
    return [part for part in Part if part in there]


def _agenda(document: Document) -> None:
    rows = "".join(
        f'<li><span class="number">{item.number}</span><span>{words.text(item.title or "Slide without a title")}'
        f"{_part(item.part)}"
        f"{'' if item.kind is not ItemKind.KPI else _figure(item.figure.shown if item.figure else '')}</span></li>"
        for item in document.items
    )
    st.html(
        f'<details class="frozen-agenda"><summary>Agenda · {len(document.items)} '
        f"item{'' if len(document.items) == 1 else 's'}</summary><ol>{rows}</ol></details>"
    )


def _part(part: Part) -> str:
    return "" if part is Part.OPEN else f' <span class="confidential">{part}</span>'


def _figure(shown: str) -> str:
    return f' <span class="quiet">{words.text(shown)}</span>' if shown else ""


# What changed


def _changed(context: Context, cabinet: Cabinet, kept: Kept, document: Document, versions: Sequence[Kept]) -> None:
    """Links to the changes since an earlier version and since the last meeting; the table of the one that is asked."""
    offered = _earlier(cabinet, kept, versions)
    st.html('<h2 class="section" id="changes">What changed</h2>')
    if not offered:
        st.html(
            '<p class="quiet none">This is the first version, and no earlier meeting of the same name is frozen. '
            "Changes are listed from the second on.</p>"
        )
        return
    asked = st.query_params.get("since", "")
    links = "".join(
        f'<a class="go tab" href="{escape(link(context, meeting=kept.meeting, version=str(kept.version), since=name))}"'
        f"{current}>{escape(said)}</a>"
        for name, said, _ in offered
        for current in (' aria-current="true"' if name == asked else "",)
    )
    st.html(f'<p class="tabs">{links}</p>')
    chosen = next((older for name, _, older in offered if name == asked), None)
    if chosen is None:
        if asked:
            written.told("The address asks for changes since a version that is not there; choose one above.")
        return
    try:
        older = meetings.document(cabinet, chosen)
    except Damaged as error:
        written.told(meetings.trouble(context, error), wrong=True)
        return
    st.html(_table(chosen, document, changes(older, document)))


def _earlier(cabinet: Cabinet, kept: Kept, versions: Sequence[Kept]) -> list[tuple[str, str, Kept]]:
    """The version before, the first one, and the last meeting of the same body."""
    before = [each for each in versions if each.version < kept.version]
    found = [
        (f"v{each.version}", f"Changes since v{each.version}", each)
        for each in dict.fromkeys((*before[:1], *before[-1:]))
    ]
    last = next(
        (
            each
            for each in cabinet.frozen()
            if each.body.casefold() == kept.body.casefold() and each.date < kept.date and each.meeting != kept.meeting
        ),
        None,
    )
    if last is not None:
        found.append(("last", f"Changes since the last meeting ({last.label})", last))
    return found


def _table(older: Kept, document: Document, found: Sequence[Change]) -> str:
    if not found:
        return f'<p class="quiet none">Nothing differs from {escape(older.label)}.</p>'
    two = any(change.part is Part.CONFIDENTIAL for change in found)
    rows = "".join(
        f'<tr><th scope="row">{words.text(change.figure)}{_part(change.part) if two else ""}</th>'
        f"<td>{words.text(change.old)}</td><td>{words.text(change.new)}</td><td>{words.text(change.reason)}</td></tr>"
        for change in found
    )
    return (
        f'<p class="quiet" role="status">{len(found)} difference{"" if len(found) == 1 else "s"} between '
        f"{escape(older.label)} and {escape(document.label)}</p>"
        '<div class="scroll"><table class="meetings changes"><thead><tr><th scope="col">Figure</th>'
        f'<th scope="col">{escape(older.label)}</th><th scope="col">{escape(document.label)}</th>'
        f'<th scope="col">Reason</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _others(context: Context, kept: Kept, versions: Sequence[Kept]) -> None:
    others = [each for each in versions if each is not kept]
    if not others:
        return
    links = " · ".join(
        f'<a class="go plain" href="{escape(link(context, meeting=each.meeting, version=str(each.version)))}">'
        f"v{each.version}</a>, {words.text(written.when(each.at))}"
        for each in others
    )
    st.html(f'<h2 class="section">Other versions of this meeting</h2><p>{links}</p>')
