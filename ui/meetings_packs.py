"""What goes out from a frozen meeting: packs for Part 1 alone or for both parts, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from kpi_engine import log
from kpi_engine.errors import KpiError, PeopleError
from kpi_engine.meetings import captured
from kpi_engine.meetings.document import Document, Part
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import may_read
from kpi_engine.people.trail import Event
from ui import takeaway
from ui.context import Context
from ui.sign_in import record

_LOG = log.of("meetings")
_OOXML = "application/vnd.openxmlformats-officedocument"
Maker = Callable[[Cabinet, Document, str, "Part | None"], bytes]


def _pdf(_: Cabinet, document: Document, check: str, part: Part | None) -> bytes:
    from kpi_engine.packs.pdf import pdf

    return pdf(document, check, part)


def _pptx(_: Cabinet, document: Document, check: str, part: Part | None) -> bytes:
    from kpi_engine.packs.pptx import pptx

    return pptx(document, check, part)


def _xlsx(_: Cabinet, document: Document, check: str, part: Part | None) -> bytes:
    from kpi_engine.packs.xlsx import xlsx

    return xlsx(document, check, part)


def _html(_: Cabinet, document: Document, check: str, part: Part | None) -> bytes:
    from kpi_engine.packs.html import html

    return html(document, check, part)


def _images(_: Cabinet, document: Document, check: str, part: Part | None) -> bytes:
    from kpi_engine.packs.images import images

    return images(document, check, part)


def _minutes(cabinet: Cabinet, document: Document, check: str, part: Part | None) -> bytes:
    from kpi_engine.packs.minutes import minutes

    return minutes(document, check, captured.entries(cabinet, document.meeting), part)


# The libraries behind these are large: each is loaded when the first file of its kind is made.
KINDS: tuple[tuple[str, str, str, str, Maker], ...] = (
    ("PDF", "pack", "pdf", "application/pdf", _pdf),
    ("PowerPoint", "slides", "pptx", f"{_OOXML}.presentationml.presentation", _pptx),
    ("Excel", "figures", "xlsx", f"{_OOXML}.spreadsheetml.sheet", _xlsx),
    ("Web page", "pack", "html", "text/html", _html),
    ("Pictures", "pictures", "zip", "application/zip", _images),
    ("Minutes", "minutes", "docx", f"{_OOXML}.wordprocessingml.document", _minutes),
)


@dataclass(frozen=True, slots=True)
class Packed:
    """What one press of a button makes: for whom, of which version and part, and how."""

    context: Context
    cabinet: Cabinet
    kept: Kept
    part: Part | None
    label: str
    make: Maker

    def __call__(self) -> bytes:
        """The file, made and recorded. PeopleError where the right has ended, or where it cannot be recorded."""
        takeaway.still_allowed(self.context)
        if not may_read(self.context.viewer):
            raise PeopleError(f"{self.context.viewer.user} may not have meetings; load the page again")
        try:
            document, check = self.cabinet.read(self.kept.meeting, self.kept.version)
            made = self.make(self.cabinet, document, check, self.part)
        except KpiError as error:
            _LOG.error("a pack cannot be made: %s", error)
            raise
        admission = self.context.admission
        if not admission.looking_around:
            said = f"{self.kept.label}, {self.label}, {self.part or 'both parts'}"
            record.add(self.context.settings, admission.viewer.user, Event.EXPORTED, said)
        return made


def panel(context: Context, cabinet: Cabinet, kept: Kept, parts: Sequence[Part]) -> None:
    """A row of buttons for each pack that there is: ``parts`` are those that have items."""
    with st.container(key="packs"):
        st.html('<h2 class="section">Packs</h2>')
        st.html(
            '<p class="quiet">Made from the frozen version alone when you press. Each page prints '
            f"{kept.label}, the data’s date and the check. Minutes hold what is written down by then.</p>"
        )
        if Part.OPEN in parts:
            _row(context, cabinet, kept, Part.OPEN, "Part 1 (open)", "1")
        if Part.CONFIDENTIAL in parts:
            _row(context, cabinet, kept, None, "Both parts (confidential)", "both")


def _row(context: Context, cabinet: Cabinet, kept: Kept, part: Part | None, title: str, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"pack-{name}"):
        st.html(f'<h3 class="pack">{title}</h3>', width="content")
        ending = "part-1" if part is Part.OPEN else "both-parts-confidential"
        for label, what, suffix, mime, make in KINDS:
            st.download_button(
                label,
                Packed(context, cabinet, kept, part, label, make),
                file_name=f"{kept.meeting}-v{kept.version}-{ending}-{what}.{suffix}",
                mime=f"{mime}; for={takeaway.mark(context)}",
                on_click="ignore",
                key=f"pack-{name}-{suffix}",
            )
