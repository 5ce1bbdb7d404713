"""The notes and actions of the trust that is shown, and who reads them: what the screens of both share."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from kpi_engine import log
from kpi_engine.access import Role
from kpi_engine.answers import Cell, Result
from kpi_engine.errors import CannotBeKept, KpiError, PeopleError
from kpi_engine.people import directory, private
from kpi_engine.written import notes
from kpi_engine.written import subject as beside
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import Reader, Subject
from ui import choice, frame, words
from ui.context import Context
from ui.sign_in import gate, record

_LOG = log.of("written")
_LONDON = ZoneInfo("Europe/London")
Said = tuple[str, bool, str]
"""What came of a change: a message, whether it went wrong, and HTML below it."""

CARE = "Do not write about single pupils: everybody who sees this figure reads this."


def notebook(context: Context) -> Notebook:
    """The trust's notebook; for the invented trust one that goes when the explorer stops. Raises CannotBeKept."""
    if context.sample:
        return _notebook(Path(_sample_place().name), True)
    return _notebook(context.settings.private_folder, False)


def reader(context: Context) -> Reader:
    """Whoever looks, as the notebook knows them."""

    def hidden(subject: Subject) -> bool:
        try:
            return context.ask.hides(subject.kpi, subject.academy, subject.academic_year)
        except KpiError:
            # Whether it may be seen cannot be found out any more: the academy or the KPI has gone.
            return True

    return Reader(context.viewer, context.admission.name, hidden)


def known(context: Context) -> Mapping[str, str]:
    """The names of the directory's people by user name, so that the owner of an action is recognised."""
    if context.sample:
        return {}
    try:
        people = directory.read(context.settings.private_folder / private.DIRECTORY)
    except PeopleError:
        return {}
    return {person.user: person.name or person.user for person in people.values()}


def noted(context: Context, cells: Iterable[Cell | Result]) -> Mapping[tuple[str, str, str], int]:
    """How many notes the viewer may read beside each of these figures, by KPI, academy and year; those without are
    left out. One short query, remembered until somebody writes; nothing where the file cannot be read."""
    try:
        book = notebook(context)
        found = _counts(book, str(book.path), book.counter())
    except CannotBeKept as error:
        _LOG.error("%s", error)
        return {}
    shown: dict[tuple[str, str, str], int] = {}
    who = Reader(context.viewer, context.admission.name, _shown)
    for cell in cells:
        subject = beside.of(cell)
        if subject in found and not beside.is_hidden(cell) and beside.may_read(who, subject):
            shown[cell.kpi, cell.academy, cell.academic_year] = found[subject]
    return shown


def kept_where(context: Context) -> str:
    """What a form says of the place where things are kept; nothing on a trust's own data."""
    if not context.sample:
        return ""
    return (
        "On the sample trust notes are kept on this computer until the explorer is stopped, and everybody who looks "
        "around here may read them."
    )


def told(message: str, wrong: bool = False, more: str = "") -> None:
    """Say what came of a change; ``more`` is HTML below it."""
    kind, role = ("told wrong", "alert") if wrong else ("told", "status")
    st.html(f'<div class="{kind}" role="{role}"><p>{escape(message)}</p>{more}</div>')


def trouble(context: Context, error: KpiError, unsaved: bool = True) -> str:
    """What went wrong and what to do, as sentences. Where the server's files are is told to administrators alone."""
    stays = " What you wrote still stands below." if unsaved else ""
    if not isinstance(error, CannotBeKept):
        return choice.said(error) + stays
    _LOG.error("%s", error)
    if context.viewer.role is Role.ADMIN:
        return choice.said(error) + stays
    doing = "saved" if unsaved else "shown"
    return (
        f"This cannot be {doing} just now, and what is wrong stands in the log of this server.{stays} "
        f"{gate.whom_to_ask(context.settings)}"
    )


def given_back(context: Context, error: KpiError, text: str) -> Said:
    """What went wrong, with the text that was typed: its box is not drawn any more."""
    more = f"<blockquote>{lines(text)}</blockquote>"
    return f"{trouble(context, error, unsaved=False)} This is what you wrote:", True, more


def unreadable(context: Context, error: KpiError, boxes: Iterable[str]) -> None:
    """Say that nothing can be shown, and give back what stands in boxes that cannot be drawn either."""
    texts = [typed(key) for key in boxes if typed(key).strip()]
    if texts:
        told(*given_back(context, error, "\n\n".join(texts)))
    else:
        told(trouble(context, error, unsaved=False), wrong=True)


def when(at: dt.datetime) -> str:
    """A moment as readers write it, in London time."""
    local = at.astimezone(_LONDON)
    return f"{frame.day(local.date())}, {local:%H:%M}"


def today() -> dt.date:
    """Today in London, which decides what is overdue."""
    return dt.datetime.now(_LONDON).date()


def lines(text: str) -> str:
    """What somebody typed, as HTML that shows it letter by letter."""
    return words.text(text).replace("\n", "<br>")


def pressed(key: str) -> bool:
    """Whether that button was pressed for this very run, which may be asked before it is drawn again."""
    return bool(st.session_state.get(key))


def typed(key: str) -> str:
    """What stands in that box in this run."""
    return str(st.session_state.get(key) or "")


def _shown(subject: Subject) -> bool:
    """What is known to be shown is not hidden."""
    del subject
    return False


@st.cache_resource(max_entries=8, show_spinner=False)
def _notebook(folder: Path, sample: bool) -> Notebook:
    """One that cannot be opened is not remembered here, and so is tried again."""
    return Notebook.opened(folder / private.WRITTEN, None if sample else record.trail(folder))


@st.cache_resource(show_spinner=False)
def _sample_place() -> tempfile.TemporaryDirectory[str]:
    """A folder for the owner alone that is removed when the server ends."""
    return tempfile.TemporaryDirectory(prefix="trust-kpi-sample-", ignore_cleanup_errors=True)


@st.cache_resource(max_entries=16, show_spinner=False)
def _counts(_book: Notebook, path: str, counter: int) -> Mapping[Subject, int]:
    del path, counter
    return notes.counts(_book)
