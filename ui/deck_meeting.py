"""The meeting that a link asks to be presented: who may, which version, and what is wrong where there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

import streamlit as st

from kpi_engine import log
from kpi_engine.access import Role
from kpi_engine.errors import CannotBeKept, Damaged, KpiError, UsageError
from kpi_engine.meetings.document import Document, Part, parts
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import may_read
from ui import choice, deck_slides
from ui.context import Context
from ui.sign_in import gate

_LOG = log.of("present")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True, slots=True)
class Presented:
    """A frozen meeting, its checksum, and the part that is presented, None for both."""

    document: Document
    check: str
    part: Part | None

    @property
    def id(self) -> str:
        """What tells this deck from every other."""
        return deck_slides.id_of(self.document, self.check, self.part)

    def packed(self) -> str:
        """All its slides, as the browser is sent them."""
        return _packed(self.document, self.check, self.part)


def asked(context: Context, cabinet: Cabinet) -> Presented | None:
    """The meeting that the address names; None after a page that says what to do."""
    if not may_read(context.viewer):
        _told(
            "Board meetings are not yours to see",
            "The returns of other academies stand in them, so they are for governors, the executive and "
            "administrators. " + gate.whom_to_ask(context.settings),
        )
        return None
    meeting, version = st.query_params.get("meeting", ""), st.query_params.get("version", "")
    try:
        return _found(cabinet, meeting, version, st.query_params.get("part", ""))
    except UsageError as error:
        _told("There is no such meeting to present", choice.said(error), _MEETINGS)
    except (Damaged, CannotBeKept) as error:
        _LOG.error("%s", error)
        _told("This meeting cannot be shown", *_damaged(context, error), _MEETINGS)
    return None


def _found(cabinet: Cabinet, meeting: str, version: str, part: str) -> Presented:
    if not meeting:
        raise UsageError("the address names no meeting; open one from the list of meetings")
    if not _SLUG.fullmatch(meeting):
        raise UsageError(f"{meeting[:40]!r} is not the name of a meeting; open one from the list of meetings")
    if part not in ("", "1"):
        raise UsageError(f"part={part[:10]} is not understood; part=1 presents Part 1 alone, no part presents both")
    number = version.removeprefix("v")
    if version and not (number.isascii() and number.isdecimal() and len(number) < 7):
        raise UsageError(f"{version[:20]!r} is not a version's number; leave it out for the newest")
    if number:
        document, check = _read(cabinet, meeting, int(number))
    else:
        newest = cabinet.latest(meeting)
        if newest is None:
            raise UsageError(f"no version of {meeting} is frozen; freeze it first")
        document, check = _read(cabinet, meeting, newest.version)
    only = Part.OPEN if part else None
    if not parts(document, only):
        raise UsageError(f"{document.label} has no item in {only}" if only else f"{document.label} has no item")
    return Presented(document, check, only)


def _read(cabinet: Cabinet, meeting: str, version: int) -> tuple[Document, str]:
    """The document of the index's checksum. It is never written again, and so is remembered by that."""
    kept = next((each for each in cabinet.versions(meeting) if each.version == version), None)
    if kept is None:
        return cabinet.read(meeting, version)
    return _document(cabinet, str(cabinet.folder), meeting, version, kept.check)


@st.cache_resource(max_entries=12, show_spinner=False)
def _document(_cabinet: Cabinet, folder: str, meeting: str, version: int, check: str) -> tuple[Document, str]:
    del folder, check
    return _cabinet.read(meeting, version)


@st.cache_resource(max_entries=12, show_spinner="Making the slides ready …")
def _packed(_document: Document, check: str, part: Part | None) -> str:
    return deck_slides.packed(_document, check, part)


def _damaged(context: Context, error: KpiError) -> tuple[str, ...]:
    """What is wrong with the file, told to those who can mend it."""
    if context.viewer.role is Role.ADMIN or context.sample:
        return (choice.said(error),)
    return (
        "Its file is missing or damaged; what is wrong stands in the log of this server.",
        gate.whom_to_ask(context.settings),
    )


_MEETINGS = "__meetings__"


def _told(title: str, *said: str) -> None:
    link = '<p><a class="go" href="meetings">All meetings</a></p>' if _MEETINGS in said else ""
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in said if each != _MEETINGS)
    st.html(f'<section class="trouble" role="alert"><h1>{escape(title)}</h1>{paragraphs}{link}</section>')
