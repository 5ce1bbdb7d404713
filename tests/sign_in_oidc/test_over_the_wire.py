"""The running server, asked as anybody on the network could ask it."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

import pytest

from kpi_engine.access import Role
from kpi_engine.people.directory import Person
from tests.sign_in_oidc.harness import EXECUTIVE, STRANGER, Served


def ask(served: Served, method: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """One request, sent as it is written."""
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def signed_in(served: Served, person: Person) -> str:
    return f"_streamlit_user={served.signed(served.claims(person, time.time()))}"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/metrics?families=session_events", "/_stcore/script-health-check",
        "/_stcore/agent/interact", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/app/static/secrets.toml",
        "/component/extra_streamlit_components.CookieManager.cookie_manager/index.html",
        "/_stcore/bidi-components/x/y.js", "/%5fstcore/metrics", "/culture/_stcore/metrics", "/x/../_stcore/metrics",
    ],
)  # fmt: skip
def test_nothing_tells_about_the_app(served: Served, path: str) -> None:
    for cookie in ("", signed_in(served, EXECUTIVE)):
        answer, body = ask(served, "GET", path, cookie=cookie)
        assert (answer.status, body) in ((404, b"There is nothing here."), (400, b"Bad Request"))


def test_that_it_is_well_is_all_it_says_of_itself(served: Served) -> None:
    answer, body = ask(served, "GET", "/_stcore/health")
    assert (answer.status, body) == (200, b"ok")
    answer, body = ask(served, "GET", "/_stcore/host-config")
    assert b'"allowedOrigins":[]' in body


@pytest.mark.parametrize("path", ["/", "/culture", "/_stcore/health", "/_stcore/metrics", "/media/x", "/static/none"])
def test_every_answer_carries_the_headers(served: Served, path: str) -> None:
    answer, _ = ask(served, "GET", path)
    for name in ("content-security-policy", "x-frame-options", "x-content-type-options", "permissions-policy"):
        assert answer.headers.get_all(name) is not None, name
        assert len(answer.headers.get_all(name)) == 1
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store" or path.startswith("/static/")


def test_downloads_need_somebody_who_is_signed_in_and_known(served: Served) -> None:
    stranger = Person(f"{STRANGER}@trust.example", "Wren Tarlow", Role.EXECUTIVE)
    now = time.time()
    claims = served.claims(EXECUTIVE, now)
    elsewhere = Served(served.address, served.provider, "0123456789abcdef" * 2, served.private)
    signed = [
        served.signed(served.claims(stranger, now)),
        served.signed(served.claims(EXECUTIVE, now - 9 * 3600, lasts=24 * 3600)),
        served.signed(served.claims(EXECUTIVE, now - 3600, lasts=3600)),
        served.signed({**claims, "aud": "another-app"}),
        served.signed({**claims, "iss": "https://evil.example"}),
        served.signed(claims)[:-3] + "abc",
        elsewhere.signed(claims),
        "",
        "a.b.c",
    ]
    for value in signed:
        assert ask(served, "GET", "/media/0123.csv", cookie=f"_streamlit_user={value}")[0].status == 403
    # There is no such file, which is said to nobody but those who may have one.
    assert ask(served, "GET", "/media/0123.csv", cookie=signed_in(served, EXECUTIVE))[0].status == 404


def test_uploads_need_somebody_who_is_signed_in_and_the_app_s_own_page(served: Served) -> None:
    for method in ("PUT", "DELETE"):
        path = "/_stcore/upload_file/session/file"
        assert ask(served, method, path, content_length="0")[0].status == 403
        answer, body = ask(served, method, path, content_length="0", cookie=signed_in(served, EXECUTIVE))
        assert (answer.status, body) == (403, b"XSRF token missing or invalid")


def test_behind_a_proxy_on_this_computer_that_speaks_tls_cookies_are_secure(served: Served) -> None:
    answer, _ = ask(served, "GET", "/_stcore/health", x_forwarded_proto="https")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["set-cookie"].endswith("; Secure")
    answer, _ = ask(served, "GET", "/_stcore/health")
    assert "secure" not in answer.headers["set-cookie"].lower()


def test_other_pages_of_the_web_may_not_read_what_is_here(served: Served) -> None:
    for path in ("/_stcore/health", "/_stcore/host-config", "/"):
        answer, _ = ask(served, "GET", path, origin="https://evil.example")
        assert answer.headers["access-control-allow-origin"] is None


def test_coming_back_from_nowhere_leads_to_the_first_page_and_signs_nobody_in(served: Served) -> None:
    for query in ("", "?code=a&state=b", "?error=access_denied&error_description=x"):
        answer, _ = ask(served, "GET", f"/oauth2callback{query}", cookie="kpi_way_back=%2F%2Fevil.example")
        assert (answer.status, answer.headers["location"]) == (302, "/")
        assert not [c for c in answer.headers.get_all("set-cookie") or [] if "_streamlit_user=" in c and "=0" not in c]


def test_the_way_to_the_provider_is_only_found_from_the_app_s_own_page(served: Served) -> None:
    answer, _ = ask(served, "GET", "/auth/login?provider=default")
    assert (answer.status, answer.headers["location"]) == (302, "/")
