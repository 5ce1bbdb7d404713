"""The commentary under a KPI's block: notes beside its figure, and the actions that came of it.

Whatever is pressed is done in the course of the run that the gate has let in, before anything here is drawn. A form
sends its fields all together, so that typing runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi_engine.errors import ChangedSince, WrittenError
from kpi_engine.model import TRUST
from kpi_engine.written import actions as kept_actions
from kpi_engine.written import notes, subject, texts
from kpi_engine.written.database import Notebook
from kpi_engine.written.notes import Note
from kpi_engine.written.subject import Reader, Subject
from ui import actions, written
from ui.context import Context
from ui.place import Place
from ui.written import Said

_EDITING = "commentary: note that is edited, and the edition that was read"
_OPEN = 3
_PLAIN = f"Plain text, {texts.LONGEST} characters at most."


def panel(here: Place) -> None:
    """Notes and actions beside the undivided figure of the chosen academy, or of the trust, with forms for those who
    may write."""
    context = here.context
    about = Subject(here.kpi.id, here.choice.academy, here.year)
    who = written.reader(context)
    try:
        book = written.notebook(context)
        found, doing = notes.on(book, who, about), kept_actions.on(book, who, about)
        # What is pressed comes first: whether it is allowed is for the notebook to say, not for what is drawn.
        said = _asked(context, book, who, about, found)
        did = actions.asked(context, book, who, about, doing)
        if not subject.may_read(who, about):
            _closed(who, about, said or did)
            return
        if said is not None or did is not None:
            found, doing = notes.on(book, who, about), kept_actions.on(book, who, about)
    except WrittenError as error:
        editing = _editing()
        boxes = [_box(about), *([f"note-text-{editing[0]}"] if editing else []), *actions.boxes(about)]
        written.unreadable(context, error, boxes)
        return
    may = subject.may_write(who, about)
    shown = [note for note in found if not note.removed]
    with st.container(border=True, key="commentary"):
        st.html(
            f'<h2 class="panel-title">Commentary <span>· {escape(_about(here))}{_counted(shown, doing)}</span></h2>'
        )
        for each in (said, did):
            if each is not None:
                written.told(*each)
        _list(who, about, found)
        if not found:
            st.html(f'<p class="quiet">No notes yet.{"" if may else " The executive and heads write them."}</p>')
        if may:
            _new(context, about, failed=said is not None and said[1])
        actions.rows(context, who, doing)
        if may:
            actions.new(context, about, failed=did is not None and did[1])


def _asked(context: Context, book: Notebook, who: Reader, about: Subject, found: Sequence[Note]) -> Said | None:
    """Do what was pressed in the notes, and say what came of it: a message, whether it went wrong, HTML below it."""
    box = _box(about)
    try:
        if written.pressed(f"{box}-save"):
            notes.write(book, who, about, written.typed(box))
            st.session_state[box] = ""
            return "Your note has been saved.", False, ""
        for note in found:
            if written.pressed(f"note-edit-{note.number}"):
                st.session_state[_EDITING] = (note.number, note.edition)
                st.session_state[f"note-text-{note.number}"] = note.text
            # The button was drawn for the edition that was read, which may not be the newest any more.
            for edition in range(1, note.edition + 1):
                if written.pressed(f"note-remove-{note.number}-{edition}"):
                    notes.remove(book, who, note.number, edition)
                    return "The note has been removed. It can be put back below.", False, ""
                if written.pressed(f"note-back-{note.number}-{edition}"):
                    notes.put_back(book, who, note.number, edition)
                    return "The note has been put back.", False, ""
    except WrittenError as error:
        if not written.pressed(f"{box}-save"):
            return written.trouble(context, error, unsaved=False), True, ""
        if not subject.may_write(who, about):
            return written.given_back(context, error, written.typed(box))
        return written.trouble(context, error), True, ""
    editing = _editing()
    return None if editing is None else _edited(context, book, who, editing, found)


def _edited(
    context: Context, book: Notebook, who: Reader, editing: tuple[int, int], found: Sequence[Note]
) -> Said | None:
    """Save or leave the note that is edited, where that was pressed."""
    number, edition = editing
    if written.pressed(f"note-leave-{number}"):
        st.session_state.pop(_EDITING, None)
        return None
    if not written.pressed(f"note-keep-{number}"):
        return None
    text = written.typed(f"note-text-{number}")
    try:
        notes.edit(book, who, number, edition, text)
    except ChangedSince as error:
        now = next((note for note in found if note.number == number), None)
        if now is None or now.removed:
            return _given_back(context, error, text)
        st.session_state[_EDITING] = (number, now.edition)
        again = "Save again to put it in place of this text, which is kept in the history:"
        return f"{written.trouble(context, error)} {again}", True, f"<blockquote>{written.lines(now.text)}</blockquote>"
    except WrittenError as error:
        if all(note.number != number for note in found):
            return _given_back(context, error, text)
        return written.trouble(context, error), True, ""
    st.session_state.pop(_EDITING, None)
    return "Your change has been saved; the text before stands in the history.", False, ""


def _given_back(context: Context, error: WrittenError, text: str) -> Said:
    """The note that was edited is not there any more, and neither is its box."""
    st.session_state.pop(_EDITING, None)
    return written.given_back(context, error, text)


def _closed(who: Reader, about: Subject, said: Said | None) -> None:
    """What stands where nothing may be read: a sentence that is the same whether anything is written there or not."""
    if said is not None:
        written.told(*said)
    elif who.hidden(about):
        st.html('<p class="quiet">No commentary is shown beside a figure that is hidden.</p>')


def _about(here: Place) -> str:
    scope = "the whole trust" if here.choice.academy == TRUST else here.context.scope_name
    part = ", undivided" if here.within else ""
    return f"{here.kpi.short}, {scope}, {here.year}{part}"


def _counted(shown: Sequence[Note], doing: Sequence[kept_actions.Action]) -> str:
    still = sum(1 for action in doing if action.is_open)
    parts = [(len(shown), "note"), (still, "open action")]
    return "".join(f" · {count} {what}{'' if count == 1 else 's'}" for count, what in parts if count)


def _list(who: Reader, about: Subject, found: Sequence[Note]) -> None:
    """The notes, newest first; older ones unfold."""
    for note in found[:_OPEN]:
        _note(who, about, note)
    if len(found) > _OPEN:
        with st.expander(f"Older notes · {len(found) - _OPEN}", key="commentary-older"):
            for note in found[_OPEN:]:
                _note(who, about, note)


def _note(who: Reader, about: Subject, note: Note) -> None:
    may = subject.may_correct(who, about, note.written.user)
    editing = _editing()
    with st.container(key=f"note-{note.number}"):
        if note.removed:
            st.html(
                f'<p class="quiet">A note of {escape(note.written.name)} was removed by {escape(note.last.name)} on '
                f"{written.when(note.last.at)}. It is shown to those alone who may put it back.</p>"
            )
            st.button("Put it back", key=f"note-back-{note.number}-{note.edition}")
            return
        st.html(_told(note))
        if not may:
            return
        if editing is not None and editing[0] == note.number:
            if f"note-text-{note.number}" not in st.session_state:
                # Another page was looked at in between, where the box was not drawn: begin with what stands there now.
                st.session_state[_EDITING] = (note.number, note.edition)
                st.session_state[f"note-text-{note.number}"] = note.text
            with st.form(f"note-form-{note.number}", border=False):
                st.text_area("The note", key=f"note-text-{note.number}")
                with st.container(horizontal=True):
                    st.form_submit_button("Save the change", type="primary", key=f"note-keep-{note.number}")
                    st.form_submit_button("Leave it as it was", key=f"note-leave-{note.number}")
            return
        with st.container(horizontal=True, key=f"note-doing-{note.number}"):
            st.button("Edit", key=f"note-edit-{note.number}", type="tertiary")
            st.button("Remove", key=f"note-remove-{note.number}-{note.edition}", type="tertiary")


def _told(note: Note) -> str:
    edited = ""
    if note.edited:
        steps = "".join(
            f'<li><div class="quiet">{escape(str(step.what).capitalize())} by {escape(step.name)}, '
            f"{written.when(step.at)}</div>"
            + (f"<p>{written.lines(step.text)}</p>" if step.what in _WITH_TEXT else "")
            + "</li>"
            for step in reversed(note.edits)
        )
        word = "Edited · show" if any(step.what is notes.Happened.EDITED for step in note.edits) else "Show"
        edited = f"<details><summary>{word} its history</summary><ol>{steps}</ol></details>"
    return (
        f'<article class="written"><p class="words">{written.lines(note.text)}</p><div class="quiet">'
        f"<b>{escape(note.written.name)}</b> · {written.when(note.written.at)}</div>{edited}</article>"
    )


_WITH_TEXT = (notes.Happened.WRITTEN, notes.Happened.EDITED)


def _new(context: Context, about: Subject, failed: bool) -> None:
    box = _box(about)
    with (
        st.expander("Write a note", expanded=failed, key="commentary-new"),
        st.form(f"form-{box}", border=False),
    ):
        st.text_area("Your note", key=box, height=120)
        st.html(f'<p class="quiet"><b>{written.CARE}</b> {_PLAIN} {written.kept_where(context)}</p>')
        st.form_submit_button("Save the note", type="primary", key=f"{box}-save")


def _box(about: Subject) -> str:
    """The key of the box of a new note: one for each figure, so that no text ends up beside another."""
    return f"note-new-{about.kpi}-{about.academy}-{about.academic_year}"


def _editing() -> tuple[int, int] | None:
    """The note that is edited in this browser tab, and its edition when it was opened."""
    found = st.session_state.get(_EDITING)
    return found if isinstance(found, tuple) else None
