"""Signing in with a password: the form, lock-outs, one-time links, and every token that is not ours."""

from __future__ import annotations

import ast
import datetime as dt
import importlib.metadata
import inspect
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
import streamlit as st
import streamlit_authenticator
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from kpi_engine import settings
from kpi_engine.errors import PeopleError
from kpi_engine.people import private
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.sessions import Sessions
from tests.app.conftest import EXECUTIVE, HEAD, ROOT, Open, heading, session_of, text_of
from tests.sign_in.conftest import PASSWORD
from ui.sign_in.password import COOKIE, Password

Told = Callable[[], list[tuple[str, str, str]]]
Present = Callable[[str], None]
HOUR = dt.timedelta(hours=1)


def sign_in(app: AppTest, user: str, password: str) -> AppTest:
    name, secret = app.text_input
    name.input(user)
    secret.input(password)
    return app.button[0].click().run()


def token(folder: Path, id: str, algorithm: str = "HS256", key: bytes | None = None, **more: object) -> str:
    claims = {"jti": id, "exp": dt.datetime.now(dt.UTC) + HOUR, **more}
    return jwt.encode(claims, key or private.secret(folder, private.COOKIE_KEY), algorithm=algorithm)


def test_the_right_password_opens_what_the_link_asked_for(
    open_app: Open, accounts: Accounts, folder: Path, trail: Told
) -> None:
    app = open_app(user="", academy="trust", year="2024/25")
    assert heading(app) == "Sign in"
    sign_in(app, "  Bo@Trust.example ", PASSWORD)
    assert heading(app) == "What needs the trust’s attention"
    assert app.query_params == {"academy": "trust", "year": "2024/25"}
    assert Sessions(folder / private.PEOPLE).user(app.session_state["password: session"]) == HEAD
    assert trail() == [(HEAD, "signed in", "headteacher")]


def test_a_password_counts_with_the_blanks_around_it(open_app: Open, accounts: Accounts) -> None:
    """The library would strip them, and then no password with a blank at its end could ever be right."""
    accounts.set_password(HEAD, "harbour pewter lime ", must_change=False)
    app = sign_in(open_app(user=""), HEAD, "harbour pewter lime")
    assert "The name or the password is not right." in text_of(app)
    sign_in(app, HEAD, "harbour pewter lime ")
    assert heading(app) == "What needs Netherquill Academy’s attention"


@pytest.mark.parametrize("user", [HEAD, "nobody@trust.example", "", "<b>x</b>", "a" * 5000, "\x00", "' OR 1=1 --"])
def test_a_wrong_name_or_password_is_answered_alike_and_not_repeated(
    open_app: Open, accounts: Accounts, trail: Told, user: str
) -> None:
    app = sign_in(open_app(user=""), user, "not the password")
    assert not app.exception
    assert heading(app) == "Sign in"
    assert '<p class="said wrong" role="alert">The name or the password is not right.</p>' in text_of(app)
    assert trail() == [(HEAD if user == HEAD else "somebody unknown", "sign-in failed", "")]
    assert "not the password" not in str(trail())


@pytest.mark.parametrize("user", [HEAD, "nobody@trust.example"])
def test_five_failures_lock_a_name_known_or_not_in_every_session_and_for_a_while(
    open_app: Open, accounts: Accounts, trail: Told, user: str
) -> None:
    app = open_app(user="")
    for _ in range(5):
        sign_in(app, user, "not the password")
    other = sign_in(open_app(user=""), user, PASSWORD)
    assert heading(other) == "Sign in"
    assert "Too many attempts with this name. Nobody can sign in with it before" in text_of(other)
    who = HEAD if user == HEAD else "somebody unknown"
    assert trail().count((who, "locked out", "")) == 1
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)
    assert accounts.verify(HEAD, PASSWORD, later).outcome == "ok"


def test_the_lock_is_kept_by_the_file_and_not_by_the_server(open_app: Open, accounts: Accounts, folder: Path) -> None:
    app = open_app(user="")
    for _ in range(5):
        sign_in(app, HEAD, "not the password")
    st.cache_resource.clear()
    assert "Too many attempts" in text_of(sign_in(open_app(user=""), HEAD, PASSWORD))


def test_signing_out_forgets_the_session_so_that_its_cookie_opens_nothing(
    open_app: Open, accounts: Accounts, folder: Path, browser_with: Present
) -> None:
    app = sign_in(open_app(user=""), EXECUTIVE, PASSWORD)
    what, cookie, until = app.session_state["password: cookie to set or delete"]
    assert what == "set"
    assert dt.timedelta(hours=8) < until - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=9)
    browser_with(cookie)
    assert heading(open_app(user="")) == "What needs the trust’s attention"
    app.button(key="leave").click().run()
    assert heading(app) == "Sign in"
    assert "You have signed out." in text_of(app)
    assert heading(open_app(user="")) == "Sign in"
    app.run()
    assert heading(app) == "Sign in"


def test_signing_out_in_one_tab_signs_out_the_others(open_app: Open, accounts: Accounts, browser_with: Present) -> None:
    first = sign_in(open_app(user=""), EXECUTIVE, PASSWORD)
    browser_with(first.session_state["password: cookie to set or delete"][1])
    second = open_app(user="")
    first.button(key="leave").click().run()
    second.selectbox(key="academy").select("900006").run()
    assert heading(second) == "Sign in"


def test_whoever_comes_next_finds_nothing_of_the_one_before(open_app: Open, accounts: Accounts) -> None:
    app = sign_in(open_app(user=""), EXECUTIVE, PASSWORD)
    app.button(key="leave").click().run()
    kept = {key for key in app.session_state.to_dict() if not key.startswith(("password: ", "FormSubmitter"))}
    assert kept <= {"leave", "cookie-delete"}
    sign_in(app, HEAD, PASSWORD)
    assert heading(app) == "What needs Netherquill Academy’s attention"


def test_the_cookie_names_nobody(open_app: Open, accounts: Accounts) -> None:
    app = sign_in(open_app(user=""), EXECUTIVE, PASSWORD)
    cookie = app.session_state["password: cookie to set or delete"][1]
    assert set(jwt.decode(cookie, options={"verify_signature": False})) == {"jti", "exp"}


def test_a_token_of_ours_signs_in_while_its_session_lasts(
    open_app: Open, accounts: Accounts, folder: Path, browser_with: Present
) -> None:
    browser_with(token(folder, session_of(folder, EXECUTIVE)))
    assert heading(open_app(user="")) == "What needs the trust’s attention"


@pytest.mark.parametrize(
    "kind", ["none", "other key", "HS512", "expired", "no end", "no session", "cut", "unknown session"]
)
def test_any_other_token_is_refused_without_a_word(
    open_app: Open, accounts: Accounts, folder: Path, browser_with: Present, kind: str
) -> None:
    id = session_of(folder, EXECUTIVE)
    key = private.secret(folder, private.COOKIE_KEY)
    ends = dt.datetime.now(dt.UTC) + HOUR
    made = {
        "none": lambda: jwt.encode({"jti": id, "exp": ends}, "", algorithm="none"),
        "other key": lambda: token(folder, id, key=b"some_key" * 8),
        "HS512": lambda: token(folder, id, "HS512"),
        "expired": lambda: token(folder, id, exp=dt.datetime.now(dt.UTC) - HOUR),
        "no end": lambda: jwt.encode({"jti": id}, key),
        "no session": lambda: jwt.encode({"exp": ends}, key),
        "cut": lambda: token(folder, id)[:-4],
        "unknown session": lambda: token(folder, "x" * 43),
    }
    browser_with(made[kind]())
    app = open_app(user="")
    assert not app.exception
    assert heading(app) == "Sign in"
    assert 'class="said' not in text_of(app)


@given(some.text() | some.binary().map(lambda raw: raw.decode("latin-1")) | some.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*"))
def test_no_text_that_a_browser_may_present_breaks_the_reading_of_the_cookie(presented: str) -> None:
    class Reading(Password):
        def __init__(self) -> None:
            self._key = b"0123456789abcdef0123456789abcdef"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(st.context), "cookies", {COOKIE: presented})
        assert Reading()._presented() == ""


@pytest.mark.parametrize("key", ["some_key", "abc", "a" * 64, "not hexadecimal, though it is long enough to be a key"])
def test_a_known_short_or_simple_key_lets_nobody_in(open_app: Open, folder: Path, logged: list[str], key: str) -> None:
    (folder / private.COOKIE_KEY).write_text(key, encoding="utf-8")
    app = open_app()
    assert heading(app) == "Nobody can be let in just now"
    assert any("cookie.key" in line and key not in line for line in logged)


def test_a_key_is_made_at_the_first_run_for_the_owner_alone(open_app: Open, folder: Path) -> None:
    assert not (folder / private.COOKIE_KEY).exists()
    open_app(user="")
    assert len(private.secret(folder, private.COOKIE_KEY)) == 32


# One-time links and passwords that must be changed


def test_a_one_time_link_leads_to_choosing_a_password_and_then_in_once(
    open_app: Open, accounts: Accounts, trail: Told
) -> None:
    code = accounts.reset(HEAD)
    app = open_app(user="", invite=code, academy="trust")
    assert heading(app) == "Choose a password"
    assert "For bo@trust.example." in text_of(app)
    assert "history.replaceState" in "".join(str(block.value) for block in app.html)
    assert code not in "".join(str(block.value) for block in app.html)
    new, again = app.text_input
    for first, second, said in (
        ("short", "short", "The password has 5 characters and needs 12 at least;"),
        ("harbour pewter lime", "harbour pewter line", "The two are not the same;"),
        ("password12345", "password12345", "The password is among those that are guessed first;"),
    ):
        new.input(first)
        again.input(second)
        app.button[0].click().run()
        assert said in text_of(app)
        new, again = app.text_input
    del app.query_params["invite"]
    new.input("harbour pewter lime")
    again.input("harbour pewter lime")
    app.button[0].click().run()
    assert heading(app) == "What needs the trust’s attention"
    assert app.query_params == {"academy": "trust"}
    assert trail() == [(HEAD, "signed in", "headteacher")]
    assert accounts.verify(HEAD, "harbour pewter lime").outcome == "ok"
    late = open_app(user="", invite=code)
    assert heading(late) == "Sign in"
    assert "This link is not valid any more" in text_of(late)
    assert "invite" not in late.query_params


def test_opening_a_link_does_not_use_it(open_app: Open, accounts: Accounts) -> None:
    code = accounts.invite(HEAD)
    for _ in range(3):
        assert heading(open_app(user="", invite=code)) == "Choose a password"
    assert accounts.invited(code) == HEAD


@pytest.mark.parametrize("code", ["", "x", "../../etc", "%00", "ß" * 500])
def test_a_made_up_link_leads_to_the_form(open_app: Open, accounts: Accounts, code: str) -> None:
    app = open_app(user="", invite=code)
    assert not app.exception
    assert heading(app) == "Sign in"


def test_a_made_up_link_signs_nobody_out(open_app: Open, accounts: Accounts) -> None:
    assert heading(open_app(user=EXECUTIVE, invite="made-up")) == "What needs the trust’s attention"


def test_a_password_that_somebody_else_chose_has_to_be_changed_before_anything_is_shown(
    open_app: Open, accounts: Accounts, trail: Told
) -> None:
    accounts.set_password(HEAD, "chosen by an admin")
    app = sign_in(open_app(user=""), HEAD, "chosen by an admin")
    assert heading(app) == "Choose another password"
    assert trail() == []
    app.run()
    assert heading(app) == "Choose another password"
    old, new, again = app.text_input
    old.input("not that one at all")
    new.input("harbour pewter lime")
    again.input("harbour pewter lime")
    app.button[0].click().run()
    assert heading(app) == "Choose another password"
    assert "The password so far is not right." in text_of(app)
    app.text_input[0].input("chosen by an admin")
    app.button[0].click().run()
    assert heading(app) == "What needs Netherquill Academy’s attention"


def test_a_disabled_account_is_out_with_the_next_click_and_cannot_come_back(open_app: Open, accounts: Accounts) -> None:
    app = sign_in(open_app(user=""), EXECUTIVE, PASSWORD)
    accounts.disable(EXECUTIVE)
    app.run()
    assert heading(app) == "Sign in"
    sign_in(app, EXECUTIVE, PASSWORD)
    assert "The name or the password is not right." in text_of(app)


# What is used of the library


def test_the_library_is_the_version_whose_form_was_read() -> None:
    assert importlib.metadata.version("streamlit-authenticator") == "0.4.2"
    assert importlib.metadata.version("extra-streamlit-components") == "0.1.81"


def test_nothing_of_the_library_but_its_form_and_its_cookie_manager_is_used() -> None:
    """Its e-mail and its codes go through a third party's server, and anybody could register."""
    imported: dict[str, set[str]] = {}
    for file in [ROOT / "app.py", *(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("streamlit_auth", "extra_streamlit")):
                imported.setdefault(file.name, set()).update(alias.name for alias in node.names)
            if isinstance(node, ast.Import):
                assert not any(a.name.startswith(("streamlit_auth", "extra_streamlit")) for a in node.names)
    assert imported == {"password.py": {"Authenticate", "CookieManager"}}
    called = {
        node.func.attr
        for node in ast.walk(ast.parse((ROOT / "ui" / "sign_in" / "password.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    offered = {name for name, _ in inspect.getmembers(streamlit_authenticator.Authenticate, inspect.isfunction)}
    assert called & offered == {"login"}


def test_nothing_waits_and_no_key_of_the_library_s_is_taken(open_app: Open, accounts: Accounts) -> None:
    """It sleeps before its form unless it is told not to, and keeps what it believes under these names."""
    began = dt.datetime.now(dt.UTC)
    app = open_app(user="")
    app.run()
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=5)
    sign_in(app, EXECUTIVE, PASSWORD)
    taken = {"roles", "username", "name", "email", "logout", "authentication_status"}
    assert taken & set(app.session_state.to_dict()) == set()


def test_what_the_library_believes_signs_nobody_in(open_app: Open, accounts: Accounts) -> None:
    app = open_app(user="")
    app.session_state["authentication_status"] = True
    app.session_state["username"] = EXECUTIVE
    app.session_state["roles"] = ["admin"]
    app.run()
    assert heading(app) != "What needs the trust’s attention"
    assert len(app.sidebar) == 0


def test_a_private_folder_that_others_may_open_lets_nobody_in(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(PeopleError, match="chmod 700"):
        Password(settings.load())
