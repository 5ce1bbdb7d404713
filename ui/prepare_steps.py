"""Changing a draft: each change is a step that is saved at once, can be undone, and waits where it cannot be saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import streamlit as st

from kpi_engine.errors import ChangedSince, KpiError
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.drafts import Draft
from kpi_engine.meetings.keeping import Cabinet
from ui import cabinet as cabinets
from ui import meetings, written
from ui.context import Context

_ASKED = "prepare: what was changed in this run"
_SEEN = "prepare: the newest edition that was drawn, by meeting"
_WAITING = "prepare: the step that could not be saved"
_BACK = "prepare: editions to go back to, by meeting"
_MOST_BACK = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One change: what it does, in words ("the title of item 3"), what makes it, and the text that was typed for it."""

    words: str
    make: Callable[[Agenda], Agenda]
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that has not been saved: since somebody changed the draft before (``clash``), or for another reason."""

    meeting: str
    step: Step
    why: str
    clash: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A widget that was changed: what it stands for, and of which item."""

    what: str
    item: str = ""


def ask(what: str, item: str = "") -> None:
    """Note that a widget was changed. Callbacks come before anybody is let in, so that nothing more happens here."""
    st.session_state[_ASKED] = (*st.session_state.get(_ASKED, ()), Asked(what, item))


def asked() -> tuple[Asked, ...]:
    """The widgets that were changed for this very run."""
    found: tuple[Asked, ...] = st.session_state.pop(_ASKED, ())
    return found


def waiting(meeting: str) -> Waiting | None:
    """The step of this draft that has not been saved."""
    found = st.session_state.get(_WAITING)
    return found if isinstance(found, Waiting) and found.meeting == meeting else None


def forget() -> None:
    """Leave the step that has not been saved."""
    st.session_state.pop(_WAITING, None)


def seen(draft: Draft) -> int:
    """The newest edition that this tab was shown; what is changed was changed in that."""
    found: dict[str, int] = st.session_state.get(_SEEN, {})
    return found.get(draft.meeting, draft.edition)


def drawn(draft: Draft) -> None:
    """Note that this edition is drawn."""
    st.session_state[_SEEN] = {**st.session_state.get(_SEEN, {}), draft.meeting: draft.edition}


def save(context: Context, cabinet: Cabinet, draft: Draft, step: Step, edition: int) -> Draft:
    """Save a step upon ``draft``, as one that was made in ``edition``. What cannot be saved waits."""
    try:
        agenda = step.make(draft.agenda)
        saved = cabinet.save_draft(agenda, cabinets.who(context), edition)
    except ChangedSince as error:
        _wait(draft, step, meetings.trouble(context, error), clash=True)
        return draft
    except KpiError as error:
        _wait(draft, step, meetings.trouble(context, error), clash=False)
        return draft
    if saved.edition != draft.edition:
        _remember(draft)
    forget()
    return saved


def settle(context: Context, cabinet: Cabinet, draft: Draft) -> Draft:
    """Do what was pressed about a step that waits: try again, or leave it."""
    found = waiting(draft.meeting)
    if found is None:
        return draft
    if written.pressed("step-leave"):
        forget()
        return draft
    if written.pressed("step-again"):
        return save(context, cabinet, draft, found.step, draft.edition)
    return draft


def told(draft: Draft) -> None:
    """Say that a step has not been saved, with what it was; and offer both."""
    found = waiting(draft.meeting)
    if found is None:
        return
    mine = f"<blockquote>{written.lines(found.step.typed)}</blockquote>" if found.step.typed else ""
    with st.container(key="step-waits"):
        st.html(
            f'<div class="told wrong" role="alert"><p>{escape(found.why)}</p><p>Your change: '
            f"{escape(found.step.words)}.</p>{mine}</div>"
        )
        with st.container(horizontal=True):
            if found.clash:
                st.button("Make my change in theirs", key="step-again", type="primary")
                st.button("Keep theirs", key="step-leave")
            else:
                st.button("Try again", key="step-again", type="primary")
                st.button("Leave my change", key="step-leave")


def can_undo(context: Context, draft: Draft) -> bool:
    """Whether the last change is this person's, so that they may take it back without touching anybody else's."""
    return draft.edition > 1 and (bool(_back(draft)) or draft.user == context.viewer.user)


def undo(context: Context, cabinet: Cabinet, draft: Draft, edition: int) -> Draft:
    """Bring back what stood before the last change; another press goes one further back."""
    if draft.edition != edition:
        written.told(f"{draft.by} has changed this draft since; look at it as it stands before you take anything back.")
        return draft
    back = _back(draft)
    try:
        found = cabinet.restore_draft(draft.meeting, cabinets.who(context), back[-1] if back else None)
    except KpiError as error:
        written.told(meetings.trouble(context, error), wrong=True)
        return draft
    _keep(draft.meeting, (found.edition, back[:-1]))
    return found


def _wait(draft: Draft, step: Step, why: str, clash: bool) -> None:
    st.session_state[_WAITING] = Waiting(draft.meeting, step, why, clash)


def _remember(draft: Draft) -> None:
    _keep(draft.meeting, (draft.edition + 1, (*_back(draft), draft.edition)[-_MOST_BACK:]))


def _back(draft: Draft) -> tuple[int, ...]:
    """The editions before this one, as far as all changes since were made in this tab."""
    edition, found = st.session_state.get(_BACK, {}).get(draft.meeting, (0, ()))
    return tuple(found) if edition == draft.edition else ()


def _keep(meeting: str, back: tuple[int, tuple[int, ...]]) -> None:
    st.session_state[_BACK] = {**st.session_state.get(_BACK, {}), meeting: back}
