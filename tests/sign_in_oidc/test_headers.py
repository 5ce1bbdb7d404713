"""Every answer says what a browser may do with it."""

from __future__ import annotations

import asyncio

import pytest

from ui.sign_in.server.headers import Headers, inline_scripts

SCRIPT = "window.here = true"
# The digest as `printf 'window.here = true' | openssl dgst -sha256 -binary | base64` writes it.
DIGEST = "sha256-ujpGs5XFfG1uhEcBGOFM4MnbCA2KO7xT9MBxnDN5EG0="


def policy(answer):
    return dict(each.split(" ", 1) for each in answer.one("content-security-policy").split("; "))


def test_a_page_may_load_from_this_server_only_and_run_only_the_scripts_that_are_named(call, answering):
    found = policy(call(Headers(answering(), scripts=(SCRIPT,)), "GET", "/"))
    assert found["default-src"] == "'none'"
    assert found["script-src"] == f"'self' '{DIGEST}'"
    assert found["frame-ancestors"] == found["frame-src"] == found["base-uri"] == "'none'"
    assert not [source for sources in found.values() for source in sources.split() if source.startswith("http")]
    assert "unsafe-eval" not in str(found)
    assert "'unsafe-inline'" not in found["script-src"]


def test_every_answer_carries_them_also_one_that_says_no(call, answering):
    for status in (200, 302, 404, 500):
        answer = call(Headers(answering(status)), "GET", "/_stcore/health")
        assert answer.status == status
        assert answer.one("x-content-type-options") == "nosniff"
        assert answer.one("referrer-policy") == "same-origin"
        assert answer.one("x-frame-options") == "DENY"
        assert answer.one("cross-origin-opener-policy") == "same-origin"
        assert "camera=()" in answer.one("permissions-policy")
        assert answer.one("cache-control") == "no-store"


def test_what_the_app_says_of_these_itself_is_replaced(call, answering):
    given = (("cache-control", "public, max-age=99"), ("content-security-policy", "default-src *"))
    answer = call(Headers(answering(200, *given)), "GET", "/media/x.csv")
    assert answer.one("cache-control") == "no-store"
    assert "*" not in answer.one("content-security-policy")


def test_the_parts_of_the_program_may_be_kept_and_its_pages_may_not(call, answering):
    kept = ("cache-control", "public, immutable, max-age=31536000")
    script = Headers(answering(200, kept, ("content-type", "text/javascript")))
    assert call(script, "GET", "/static/js/index.js").one("cache-control") == kept[1]
    page = Headers(answering(200, kept, ("content-type", "text/html; charset=utf-8")))
    assert call(page, "GET", "/static/nowhere").one("cache-control") == "no-store"


def test_only_over_tls_a_browser_is_told_to_stay_with_tls(call, answering):
    assert call(Headers(answering()), "GET", "/").all("strict-transport-security") == []
    assert call(Headers(answering()), "GET", "/", scheme="https").all("strict-transport-security") == [
        "max-age=31536000"
    ]
    assert len(call(Headers(answering(), secure=True), "GET", "/").all("strict-transport-security")) == 1


def test_a_component_stands_in_a_frame_of_ours_and_only_where_there_are_components(call, answering):
    layer = Headers(answering(), framed=(SCRIPT,))
    inner = call(layer, "GET", "/component/name/index.html")
    assert inner.one("x-frame-options") == "SAMEORIGIN"
    assert policy(inner)["frame-ancestors"] == "'self'"
    assert DIGEST in policy(inner)["script-src"]
    outer = call(layer, "GET", "/")
    assert (policy(outer)["frame-src"], policy(outer)["script-src"]) == ("'self'", "'self'")


def test_an_error_of_the_server_says_nothing_of_its_cause_and_goes_on_to_the_log(call):
    async def broken(scope, receive, send):
        raise ValueError("Rowan Ashdale 4 pupils")

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "headers": []}
    with pytest.raises(ValueError, match="4 pupils"):
        asyncio.run(Headers(broken)(scope, None, send))
    assert sent[0]["status"] == 500
    assert (b"x-frame-options", b"DENY") in sent[0]["headers"]
    assert sent[1]["body"] == b"Something went wrong on the server."


def test_the_scripts_within_a_page_are_found_and_files_are_not():
    page = "<SCRIPT>one()</SCRIPT><script type=module src='a.js'></script><script>\n two()\n</script><script></script>"
    assert inline_scripts(page) == ("one()", "\n two()\n")
