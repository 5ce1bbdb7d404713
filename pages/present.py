"""Present: a frozen meeting on the whole screen, slide by slide, without the server once it is there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi_engine import log
from kpi_engine.errors import CannotBeKept
from kpi_engine.meetings.document import parts
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import may_prepare
from ui import cabinet as cabinets
from ui import deck, deck_entries, deck_live, deck_meeting, deck_slides
from ui.context import Context
from ui.deck import Said
from ui.deck_meeting import Presented
from ui.entrance import to_the_app


def page(context: Context) -> None:
    """Draw the page."""
    said = deck.said()
    cabinet = cabinets.of(context)
    found = deck_meeting.asked(context, cabinet)
    if found is None:
        return
    st.set_page_config(page_title=f"{found.document.label} · {context.trust_name}")
    answer = None if said is None else _answer(context, cabinet, found, said)
    held = said is not None and said.have == found.id
    writes = may_prepare(context.viewer)
    deck.show(
        {
            "id": found.id,
            "meeting": found.document.meeting,
            "who": deck_slides.reader_of(context.viewer.user),
            "deck": None if held else found.packed(),
            "may_write": writes,
            "entries": _entries(cabinet, found) if writes else [],
            "answer": answer,
            "leave": "meetings",
        }
    )


def _answer(context: Context, cabinet: Cabinet, found: Presented, said: Said) -> dict[str, Any]:
    """What comes of a message; one that was meant for another deck is answered by its number alone."""
    answer: dict[str, Any] = {"number": said.number}
    if said.have != found.id:
        return answer
    items = parts(found.document, found.part)
    if said.write:
        answer |= deck_entries.take(cabinet, cabinets.who(context), found.document, items, said.write)
    if said.item:
        item = next((each for each in items if each.key == said.item), None)
        html = deck_live.answer(context, found.document, item, said.academy)
        answer["live"] = {"item": said.item, "academy": said.academy, "html": html}
    return answer


def _entries(cabinet: Cabinet, found: Presented) -> list[dict[str, Any]]:
    """What stands written down; a file that cannot be read is no reason to stop a meeting."""
    try:
        return deck_entries.listed(cabinet, found.document, parts(found.document, found.part))
    except CannotBeKept as error:
        log.of("present").error("what was written down cannot be read: %s", error)
        return []


if __name__ == "__main__":
    to_the_app("present")
