"""Signing in with OpenID Connect: the trust's own Microsoft or Google vouches for people, and this checks what it said.

Streamlit takes people to the provider and back, verifies the provider's token and keeps what it says in a signed
cookie. It then trusts that cookie for a month, signed out or not. So on every run: the claims are checked anew, the
session must not have been forgotten, and it ends after the hours of the settings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from kpi_engine import log
from kpi_engine.people import directory, private
from kpi_engine.people.sessions import Sessions
from kpi_engine.settings import Settings
from ui.sign_in import provider as providers
from ui.sign_in.claims import Proof, doubt, proof
from ui.sign_in.protocol import Identity

_LOG = log.of("sign-in")
_HEADERS = (
    "server.trustedUserHeaders is set in .streamlit/config.toml: whoever can send those headers could be anybody; "
    "remove it"
)


class Oidc:
    """The back end. Its provider stands in ``[auth]`` of the secrets file; without a sound one nobody is signed in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._auth = secrets()

    def who(self) -> Identity | None:
        """Who is signed in: the provider's word is for us and new enough, and the session was not forgotten."""
        claims = st.user.to_dict()
        return signed_in(claims, self._auth, self._settings) if claims.get("is_logged_in") is True else None

    def offer(self) -> None:
        """One button that leads to the provider; with a secrets file that is not sound, what to mend."""
        troubles = wrong(self._auth)
        if troubles:
            _LOG.error("nobody can sign in: %s", "; ".join(troubles))
            items = "".join(f"<li>{escape(each)}</li>" for each in troubles)
            st.html(
                '<section class="gate"><h1>Signing in has to be set up first</h1>'
                "<p>Whoever looks after this server finds the steps in docs/sign-in.md.</p>"
                f"<ul>{items}</ul></section>"
            )
            return
        found = providers.provider(self._auth)
        title = found.title if found else ""
        st.html(
            '<section class="gate"><h1>Please sign in</h1>'
            "<p>Use the account that you have at work. You come back to the page that you asked for.</p></section>"
        )
        with st.container(key="gate-buttons"):
            if st.button(f"Sign in with {title}", type="primary", key="sign-in"):
                st.login()

    def leave(self, identity: Identity) -> None:
        """Forget the session on this server, then sign out at the provider; a cookie that is left signs nobody in."""
        sessions(self._settings.private_folder).forget(identity.session)
        st.logout()
        st.stop()


def signed_in(
    claims: Mapping[str, Any], auth: Mapping[str, Any], settings: Settings, now: dt.datetime | None = None
) -> Identity | None:
    """Whom these claims prove to be signed in now; None when the claims, the session or the settings do not hold.

    A session may only begin while the provider's token has not expired. From then on its age counts.
    """
    at = now or dt.datetime.now(dt.UTC)
    found = providers.provider(auth) if not wrong(auth) else None
    proven = proof(claims, found, at) if found else None
    if proven is None:
        if found and claims:
            _LOG.warning("what the provider says is not believed: %s", doubt(claims, found, at))
        return None
    until = proven.began + dt.timedelta(hours=settings.sign_in_hours)
    if at >= until:
        return None
    user = _known_as(proven, settings.private_folder / private.DIRECTORY)
    kept = sessions(settings.private_folder)
    if not kept.alive(proven.session, at) and not (at < proven.expires and kept.begin(user, proven.session, until, at)):
        return None
    return Identity(user, proven.session, proven.name)


def wrong(auth: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything in the secrets and the server's settings that stands in the way of signing in."""
    found = providers.wrong(auth)
    if st.get_option("server.trustedUserHeaders"):
        found += (_HEADERS,)
    return found


def secrets() -> Mapping[str, Any]:
    """``[auth]`` of the secrets file; empty where there is none or it cannot be read."""
    try:
        auth = st.secrets.get("auth", {})
    except FileNotFoundError:
        return {}
    return auth.to_dict() if hasattr(auth, "to_dict") else {}


@st.cache_resource(max_entries=4, show_spinner=False)
def sessions(folder: Path) -> Sessions:
    """The sessions of a private folder."""
    return Sessions(folder / private.PEOPLE)


def _known_as(proven: Proof, file: Path) -> str:
    people = directory.read(file)
    return next((key for key in proven.keys if key in people), proven.keys[0])
