"""What is written to the trail from the screens."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kpi_engine.people import private
from kpi_engine.people.trail import Event, Trail, fitting
from kpi_engine.settings import Settings


def add(settings: Settings, who: str, what: Event, detail: str = "") -> None:
    """Add an entry; PeopleError when it cannot be added."""
    trail(settings.private_folder).add(fitting(who)[:120] or "(nobody)", what, fitting(detail))


def once(settings: Settings, who: str, what: Event, session: str, detail: str = "") -> None:
    """Add an entry about a whole session, once for as long as this server runs; PeopleError when it cannot be added."""
    _once(settings.private_folder, who, what, session, detail)


@st.cache_resource(max_entries=4, show_spinner=False)
def trail(folder: Path) -> Trail:
    """The trail of a private folder, which all sessions share."""
    return Trail(private.make(folder) / private.TRAIL)


@st.cache_resource(max_entries=20_000, show_spinner=False)
def _once(folder: Path, who: str, what: Event, session: str, detail: str) -> bool:
    """An entry that fails is not remembered here, and so is tried again."""
    del session
    trail(folder).add(fitting(who)[:120] or "(nobody)", what, fitting(detail))
    return True
