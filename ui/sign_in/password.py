"""Signing in with a name and a password, kept by the explorer itself.

The form and the way a cookie gets into the browser are streamlit-authenticator's; whether somebody may come in is
decided by ``kpi_engine.people``: accounts with their lock-out, and sessions that can be forgotten. What is used of the
library and what is not, and why: docs/decisions/15-sign-in-by-password.md.

The cookie is set by a script in the page, so it is not HttpOnly; it is Secure where the page came over TLS, and it ends
with the session. It names no person, and signs in only while the server remembers its session.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sys
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jwt
import streamlit as st
from extra_streamlit_components import CookieManager
from streamlit_authenticator import Authenticate

from kpi_engine.errors import PeopleError
from kpi_engine.people import private
from kpi_engine.people.accounts import Accounts, Outcome, Verdict
from kpi_engine.people.sessions import Sessions
from kpi_engine.people.trail import STRANGER, Event
from kpi_engine.settings import Settings
from ui import choice
from ui.sign_in import record
from ui.sign_in.protocol import Identity
from ui.sign_in.token import COOKIE, session_of

_INVITE = "invite"
_LONDON = ZoneInfo("Europe/London")
_SESSION = "password: session"
_PENDING = "password: cookie to set or delete"
_NOTE = "password: said above the form"
_CODE = "password: one-time code"
_MUST_CHANGE = "password: to be changed"
_FORM = {"Form name": "", "Username": "Name or e-mail address", "Password": "Password", "Login": "Sign in"}
_WITHOUT_CODE = """<script>
(() => {
  const here = new URL(location.href);
  if (!here.searchParams.has("invite")) return;
  here.searchParams.delete("invite");
  history.replaceState({}, "", here.pathname + here.search);
})();
</script>"""


class Password:
    """Accounts with passwords, and sessions kept in a cookie."""

    def __init__(self, settings: Settings) -> None:
        """Raises PeopleError when the private folder, or the key in it that signs the cookies, cannot be used."""
        folder = private.make(settings.private_folder)
        self._settings = settings
        self._accounts = _accounts(folder / private.PEOPLE)
        self._sessions = _sessions(folder / private.PEOPLE)
        self._key = private.secret(folder, private.COOKIE_KEY)
        self._jar = st.container(key="gate-quiet")

    def who(self) -> Identity | None:
        """Who is signed in: by this tab's session, else by the browser's cookie. A one-time link comes before both."""
        self._notice_code()
        id = st.session_state.get(_SESSION) or self._presented()
        user = self._sessions.user(id) if id else None
        self._settle()
        if user is None:
            st.session_state.pop(_SESSION, None)
            return None
        if _CODE in st.session_state:
            return None
        st.session_state[_SESSION] = id
        st.session_state.pop(_NOTE, None)
        return Identity(user, id)

    def offer(self) -> None:
        """The form, or the one for a new password where a one-time link or an administrator asks for that."""
        if _CODE in st.session_state:
            self._choose_with_code(st.session_state[_CODE])
        elif _MUST_CHANGE in st.session_state:
            self._choose_another(st.session_state[_MUST_CHANGE])
        else:
            self._sign_in()

    def leave(self, identity: Identity) -> None:
        """Forget the session on the server, take the cookie away, and offer to sign in again."""
        self._sessions.forget(identity.session)
        st.session_state.clear()
        st.session_state[_PENDING] = ("delete", "", None)
        st.session_state[_NOTE] = ("", "You have signed out.")
        self._settle()
        self._sign_in()
        # A rerun would take the script that deletes the cookie out of the page before it has run.
        st.stop()

    # Signing in

    def _sign_in(self) -> None:
        told = st.container(key="gate-told")
        tried = _Tried(self._accounts)
        with st.container(key="gate-form"):
            _Form(tried).login(fields=_FORM, key="sign-in")
        if tried.verdict is not None:
            self._judge(tried.verdict)
        kind, note = st.session_state.get(_NOTE, ("", ""))
        with told:
            _head("Sign in", kind, note)
        st.html(
            '<p class="gate-foot">No account, or the password forgotten? Whoever manages your trust’s accounts can '
            "send you a link to choose one with.</p>"
        )

    def _judge(self, verdict: Verdict) -> None:
        if verdict.outcome is Outcome.OK:
            st.session_state.pop(_NOTE, None)
            if verdict.must_change:
                st.session_state[_MUST_CHANGE] = verdict.user
            else:
                self._begin(verdict.user)
            st.rerun()
        known = bool(verdict.user) and self._accounts.find(verdict.user) is not None
        who = verdict.user if known else STRANGER
        if verdict.outcome is Outcome.WRONG:
            record.add(self._settings, who, Event.SIGN_IN_FAILED)
            st.session_state[_NOTE] = ("wrong", "The name or the password is not right.")
            return
        if verdict.began:
            record.add(self._settings, who, Event.LOCKED_OUT)
        until = verdict.until.astimezone(_LONDON) if verdict.until is not None else None
        st.session_state[_NOTE] = (
            "wrong",
            "Too many attempts with this name. Nobody can sign in with it before "
            f"{until + dt.timedelta(minutes=1):%H:%M}."
            if until
            else "Too many attempts with this name.",
        )

    def _begin(self, user: str) -> None:
        """Begin a session, and have its cookie set by the runs that follow."""
        id = secrets.token_urlsafe(32)
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=self._settings.sign_in_hours)
        self._sessions.begin(user, id, until)
        st.session_state.clear()
        st.session_state[_SESSION] = id
        token = jwt.encode({"jti": id, "exp": until}, self._key, algorithm="HS256")
        st.session_state[_PENDING] = ("set", token, until)

    # Choosing a password

    def _notice_code(self) -> None:
        """Keep a one-time code that stands in the address; the page's script takes it out of there."""
        code = st.query_params.get(_INVITE)
        if code is None or st.session_state.get(_CODE) == code:
            return
        if self._accounts.invited(code) is not None:
            st.session_state[_CODE] = code
            return
        del st.query_params[_INVITE]
        st.session_state[_NOTE] = ("wrong", _USED_UP)

    def _choose_with_code(self, code: str) -> None:
        st.html(_WITHOUT_CODE, unsafe_allow_javascript=True)
        user = self._accounts.invited(code)
        if user is None:
            st.session_state.pop(_CODE, None)
            self._sign_in()
            return
        told = st.container(key="gate-told")
        with st.container(key="gate-form"), st.form("choose"):
            new = _field("New password", "chosen", "new-password")
            again = _field("The same again", "chosen-again", "new-password")
            sent = st.form_submit_button("Choose this password", type="primary")
        self._back(_CODE)
        said = ""
        if sent:
            try:
                _same(new, again)
                self._accounts.redeem(code, new)
            except PeopleError as error:
                said = choice.said(error)
            else:
                self._begin(user)
                st.rerun()
        with told:
            _head("Choose a password", "wrong" if said else "", said, f"For {user}. {_ADVICE}")

    def _choose_another(self, user: str) -> None:
        told = st.container(key="gate-told")
        with st.container(key="gate-form"), st.form("change"):
            old = _field("Password so far", "old", "current-password")
            new = _field("New password", "chosen", "new-password")
            again = _field("The same again", "chosen-again", "new-password")
            sent = st.form_submit_button("Choose this password", type="primary")
        self._back(_MUST_CHANGE)
        said = ""
        if sent:
            try:
                _same(new, again)
                verdict = self._accounts.change(user, old, new)
            except PeopleError as error:
                said = choice.said(error)
            else:
                if verdict.outcome is not Outcome.WRONG:
                    st.session_state.pop(_MUST_CHANGE, None)
                self._judge(verdict)
                if verdict.outcome is Outcome.LOCKED:
                    st.rerun()
                said = "The password so far is not right."
        with told:
            _head("Choose another password", "wrong" if said else "", said, f"For {user}. {_ADVICE}")

    def _back(self, key: str) -> None:
        with st.container(key="gate-buttons"):
            if st.button("Not now", key="not-now", type="tertiary"):
                st.session_state.pop(key, None)
                st.rerun()

    # The cookie

    def _presented(self) -> str:
        """The session that the browser's cookie names; "" for none, and for a token that is not ours or has ended."""
        return session_of(st.context.cookies.get(COOKIE, ""), self._key)

    def _settle(self) -> None:
        """Have the browser set or delete the cookie; it stays in the page until the browser has said that it did."""
        pending = st.session_state.get(_PENDING)
        if pending is None:
            return
        what, token, until = pending
        with self._jar:
            jar = _Jar()
            if what == "set":
                secure = (st.context.url or "").startswith("https:")
                jar.set(COOKIE, token, key="cookie-set", expires_at=until, secure=secure, same_site="strict")
            else:
                jar.delete(COOKIE, key="cookie-delete")
        if st.session_state.get(f"cookie-{what}"):
            del st.session_state[_PENDING]


class _Form(Authenticate):  # type: ignore[misc]
    """The library's form without the rest of it: what is typed goes to ``tried``, and no cookie is read or set here."""

    def __init__(self, tried: _Tried) -> None:
        # The library's own construction would put a script into every page that reads all cookies, and needs the
        # hashes of all passwords.
        self.attrs = {"login_sleep_time": 0}
        self.path = None
        self.secret_key = ""
        self.authentication_controller = tried
        self.cookie_controller = tried


class _Tried:
    """What the library's form asks: whether name and password are right, and for a cookie, of which there is none."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self.verdict: Verdict | None = None

    def login(self, username: str, password: str, *limits: object, **others: object) -> bool:
        """Ask the accounts. False always: the form has nothing to do after that."""
        del limits, others
        self.verdict = self._accounts.verify(username, password)
        return False

    def get_cookie(self) -> None:
        """No cookie."""


class _Jar(CookieManager):  # type: ignore[misc]
    """The library's cookie manager, which does not begin by reading every cookie of the browser."""

    def __init__(self) -> None:
        # The package has put a class of the same name in the place of its module.
        self.cookie_manager = sys.modules["extra_streamlit_components.CookieManager"]._component_func
        self.cookies: dict[str, Any] = {COOKIE: ""}


_USED_UP = (
    "This link is not valid any more: it has been used, has run out, or a newer one took its place. Ask for another."
)
_ADVICE = "At least 12 characters; three random words make a good one. It is kept as a hash that cannot be read back."


@st.cache_resource(max_entries=4, show_spinner=False)
def _accounts(path: Path) -> Accounts:
    return Accounts(path)


@st.cache_resource(max_entries=4, show_spinner=False)
def _sessions(path: Path) -> Sessions:
    return Sessions(path)


def _field(label: str, key: str, autocomplete: str) -> str:
    return str(st.text_input(label, key=key, type="password", autocomplete=autocomplete, max_chars=200))


def _same(new: str, again: str) -> None:
    if new != again:
        raise PeopleError("the two are not the same; type the new password twice")


def _head(title: str, kind: str, note: str, more: str = "") -> None:
    said = f'<p class="said {kind}" role="{"alert" if kind else "status"}">{escape(note)}</p>' if note else ""
    about = f"<p>{escape(more)}</p>" if more else ""
    st.html(f'<section class="gate"><h1>{escape(title)}</h1>{about}{said}</section>')
