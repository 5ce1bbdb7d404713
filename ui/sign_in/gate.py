"""The gate in front of every page: who is there, what the trust's own directory says of them, and so what they may see.

It is passed on every run of the app. Whoever is not let in is given a page that says what to do, and nothing else.
What is wrong with the private folder stands in the log and not on the page: it is told to people who are not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from kpi_engine import log
from kpi_engine.access import Role, Viewer
from kpi_engine.errors import PeopleError, SettingsError
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.trail import Event
from kpi_engine.settings import Settings
from ui.sign_in import record
from ui.sign_in.fixed import Fixed
from ui.sign_in.protocol import Authenticator, Identity

_LOG = log.of("gate")
_LEAVING = "asked to sign out"


@dataclass(frozen=True, slots=True)
class Admission:
    """Somebody who has been let in. ``session`` tells their sign-ins apart; it is empty for ``looking_around``, when
    it is the invented trust that they see, as nobody real."""

    viewer: Viewer
    name: str
    session: str = ""
    looking_around: bool = False


def admitted(settings: Settings, sample: bool, academies: Mapping[str, str]) -> Admission | None:
    """Who is there and may come in; None after a page that says why not, or that asks them to sign in.

    ``academies`` are the names by URN of those in the data; empty where the data cannot be read.
    """
    try:
        way = _way(settings, sample, academies)
        identity = way.who()
        if identity is None:
            st.session_state.pop(_LEAVING, None)
            _offer(way, settings, sample)
            return None
        if st.session_state.pop(_LEAVING, False):
            if not sample:
                record.add(settings, identity.user, Event.SIGNED_OUT)
            way.leave(identity)
            return None
        person = way.person(identity) if isinstance(way, Fixed) else directory.find(_directory(settings), identity.user)
        return _known(settings, sample, academies, identity, person)
    except (PeopleError, SettingsError) as error:
        _LOG.error("nobody is let in: %s", error)
        page(
            "Nobody can be let in just now",
            "The list of who may see what, or another file that signing in needs, has to be mended first. What is "
            f"wrong stands in the log of this server. {whom_to_ask(settings)}",
        )
        return None


def ask_to_leave() -> None:
    """Sign out whoever is signed in here, at the gate of this very run: what a button's callback calls."""
    st.session_state[_LEAVING] = True


def whom_to_ask(settings: Settings) -> str:
    """Whom to ask, as a sentence."""
    return f"Please ask {settings.contact}." if settings.contact else "Please ask whoever looks after the explorer."


def page(title: str, *said: str) -> None:
    """A page of the gate: what is the matter, in a heading and paragraphs."""
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in said)
    st.html(f'<section class="gate"><h1>{escape(title)}</h1>{paragraphs}</section>')


def _way(settings: Settings, sample: bool, academies: Mapping[str, str]) -> Authenticator:
    """The way of signing in. What a way needs is imported only where it is used."""
    if sample:
        return Fixed(sample, academies)
    if settings.sign_in == "oidc":
        from ui.sign_in.oidc import Oidc

        return Oidc(settings)
    from ui.sign_in.password import Password

    return Password(settings)


def _offer(way: Authenticator, settings: Settings, sample: bool) -> None:
    if not sample and not directory.read(_directory(settings)):
        page(
            "Nobody may look yet",
            "This trust’s data are loaded, and nobody has been given the right to see them.",
            "On this server, run “python -m kpi_engine accounts first”. It enters the first administrator, who can "
            "then let others in. Then load this page again.",
        )
        return
    way.offer()


def _known(
    settings: Settings, sample: bool, academies: Mapping[str, str], identity: Identity, person: Person | None
) -> Admission | None:
    if person is None:
        record.once(settings, identity.user, Event.REFUSED, identity.session, "not in the directory")
        _turned_away(
            settings,
            "Nothing here is yours to see yet",
            f"You are signed in as {identity.name or identity.user}. The trust’s list of who may see what does not "
            "know you.",
        )
        return None
    urns = person.academies & academies.keys() if academies else person.academies
    if person.role is Role.HEADTEACHER and not urns:
        record.once(settings, identity.user, Event.REFUSED, identity.session, "none of the academies is held")
        _turned_away(
            settings,
            "There are no data for your academy",
            f"You are signed in as {person.name or identity.user}, a headteacher. None of the academies that the "
            "trust’s list gives you is in the data that are loaded.",
        )
        return None
    if not sample:
        record.once(settings, identity.user, Event.SIGNED_IN, identity.session, str(person.role))
    led = urns if person.role is Role.HEADTEACHER else frozenset()
    return Admission(
        Viewer(person.user, person.role, frozenset(led), settings.small_numbers == "own-academy"),
        person.name or identity.name or person.user,
        identity.session,
        sample,
    )


def _turned_away(settings: Settings, title: str, said: str) -> None:
    page(title, said, whom_to_ask(settings))
    with st.container(key="gate-buttons"):
        st.button("Sign out", key="turned-away", on_click=ask_to_leave)


def _directory(settings: Settings) -> Path:
    return settings.private_folder / private.DIRECTORY
