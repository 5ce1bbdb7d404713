"""The cookies that leave the server live no longer than the settings say, and no script can read who is signed in."""

from __future__ import annotations

import pytest

from ui.sign_in.server.cookies import Cookies, hardened

NINE_HOURS = 9 * 3600


def parts(cookie):
    return set(cookie.split("; "))


def test_a_sign_in_is_cut_from_thirty_days_to_the_hours_of_the_settings():
    given = "_streamlit_user=abc; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax"
    assert parts(hardened(given, NINE_HOURS, secure=False)) == {
        "_streamlit_user=abc", "HttpOnly", "Max-Age=32400", "Path=/", "SameSite=lax",
    }  # fmt: skip


def test_the_parts_of_a_long_one_are_cut_alike():
    assert "Max-Age=32400" in parts(
        hardened("_streamlit_user_1=abc; Max-Age=2592000; Path=/", NINE_HOURS, secure=False)
    )


def test_a_shorter_life_is_kept_and_one_without_end_is_given_one():
    assert "Max-Age=60" in parts(hardened("_streamlit_user=a; Max-Age=60", NINE_HOURS, secure=False))
    assert "Max-Age=32400" in parts(hardened("_streamlit_user=a", NINE_HOURS, secure=False))
    assert "Max-Age=32400" in parts(hardened("_streamlit_user=a; Max-Age=soon", NINE_HOURS, secure=False))
    far = hardened("_streamlit_user=a; Expires=Fri, 31 Dec 2100 23:59:59 GMT", NINE_HOURS, secure=False)
    assert "Expires" not in far
    assert "Max-Age=32400" in parts(far)


def test_deleting_a_cookie_still_deletes_it():
    given = '_streamlit_user=""; expires=Mon, 23 Nov 2026 12:00:00 GMT; Max-Age=0; Path=/; SameSite=lax'
    assert {"Max-Age=0", "Expires=Mon, 23 Nov 2026 12:00:00 GMT", "Path=/"} <= parts(
        hardened(given, NINE_HOURS, secure=True)
    )
    assert hardened('_streamlit_user_tokens=""; Max-Age=0; Path=/', NINE_HOURS, secure=False) is not None


@pytest.mark.parametrize("name", ["_streamlit_user_tokens", "_streamlit_user_tokens_1"])
def test_the_tokens_of_the_provider_are_never_sent_to_a_browser(name):
    assert hardened(f"{name}=abc; HttpOnly; Max-Age=2592000; Path=/", NINE_HOURS, secure=True) is None


@pytest.mark.parametrize("cookie", ["_streamlit_user=a", "_streamlit_session=a", "_streamlit_xsrf=a", "other=a"])
def test_over_tls_every_cookie_is_secure_and_stays_on_this_site(cookie):
    assert {"Secure", "SameSite=Lax"} <= parts(hardened(f"{cookie}; Path=/; SameSite=None", NINE_HOURS, secure=True))


def test_signing_in_may_take_a_quarter_of_an_hour():
    given = "_streamlit_session=a; path=/; Max-Age=1209600; httponly; samesite=lax"
    assert {"Max-Age=900", "HttpOnly"} <= parts(hardened(given, NINE_HOURS, secure=False))


def test_what_a_script_has_to_read_stays_readable():
    assert hardened("_streamlit_xsrf=2|a|b|1; Path=/; SameSite=Lax", NINE_HOURS, secure=False) == (
        "_streamlit_xsrf=2|a|b|1; Path=/; SameSite=Lax"
    )


def test_the_layer_hardens_each_cookie_of_an_answer_and_leaves_the_rest(call, answering):
    app = answering(
        302,
        ("location", "/"),
        ("set-cookie", "_streamlit_user=a; Max-Age=2592000"),
        ("set-cookie", "_streamlit_user_tokens=b; Max-Age=2592000"),
        ("set-cookie", "_streamlit_session=c"),
    )
    answer = call(Cookies(app, NINE_HOURS), "GET", "/oauth2callback", scheme="https")
    assert answer.one("location") == "/"
    user, session = answer.all("set-cookie")
    assert user == "_streamlit_user=a; Max-Age=32400; HttpOnly; SameSite=Lax; Secure"
    assert session == "_streamlit_session=c; HttpOnly; Max-Age=900; SameSite=Lax; Secure"
    assert "Secure" not in call(Cookies(app, NINE_HOURS), "GET", "/oauth2callback").all("set-cookie")[0]
    assert "Secure" in call(Cookies(app, NINE_HOURS, secure=True), "GET", "/oauth2callback").all("set-cookie")[0]
