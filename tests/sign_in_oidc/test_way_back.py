"""The page that somebody asked for is kept while they sign in, and nothing but a page of ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from ui.sign_in.server.way_back import COOKIE, WayBack, checked, page_of_ours

PAGES = frozenset({"/", "/culture"})
HERE = "http://kpis.trust.example"
HOST = "kpis.trust.example"
LINK = "/culture?academy=900003&year=2023/24&in=year_group:9"

ELSEWHERE = [
    "//evil.example/culture",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2F%2Fevil.example",
    "/culture/%2e%2e",
    "/culture/",
    "/culture/../auth/logout",
    "/auth/logout",
    "/oauth2callback?code=1",
    "/Culture",
    "https://evil.example/culture",
    "javascript:alert(1)",
    "culture",
    "",
    "/culture?year=2023/24\r\nset-cookie: a=b",
    "/culture?name=Zoë",
    "/culture?a b",
    '/culture?"',
    "/culture?<script>",
    "/culture?a\\b",
    "/culture#top",
    "/culture?`",
    "/culture?" + "a" * 2000,
]


@pytest.mark.parametrize("place", ["/", "/culture", LINK, "/?year=2025%2F26", "/culture?to=//evil.example"])
def test_a_page_of_ours_with_its_filters_is_kept_as_it_is(place):
    assert checked(place, PAGES) == place


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nothing_else_is_kept(place):
    assert checked(place, PAGES) is None


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nothing_else_is_led_to_even_when_the_cookie_says_so(place, call, answering):
    layer = WayBack(answering(302, ("location", "/")), PAGES)
    answer = call(layer, "GET", "/oauth2callback", cookie=f"{COOKIE}={quote(place, safe='')}")
    assert answer.one("location") == "/"


def test_the_page_that_the_request_came_from_counts_only_on_this_host():
    assert page_of_ours(HERE + LINK, HOST, PAGES) == LINK
    assert page_of_ours("https://KPIs.trust.example/culture", HOST, PAGES) == "/culture"
    for referer in ("http://evil.example/culture", "http://kpis.trust.example:81/culture", "/culture", "", "http://["):
        assert page_of_ours(referer, HOST, PAGES) is None
    assert page_of_ours("http://kpis.trust.example@evil.example/culture", HOST, PAGES) is None
    assert page_of_ours("http:///culture", "", PAGES) is None


def test_out_to_the_provider_and_back(call, answering):
    out = call(
        WayBack(answering(302, ("location", "https://provider.example/")), PAGES),
        "GET", "/auth/login", host=HOST, referer=HERE + LINK,
    )  # fmt: skip
    assert out.one("location") == "https://provider.example/"
    pair, *attributes = out.one("set-cookie").split("; ")
    assert attributes == ["Max-Age=900", "Path=/", "HttpOnly", "SameSite=Lax"]

    back = call(WayBack(answering(302, ("location", "/")), PAGES), "GET", "/oauth2callback", cookie=pair)
    assert back.one("location") == LINK
    assert back.one("set-cookie").startswith(f"{COOKIE}=; Max-Age=0; Path=/")


def test_without_a_page_to_remember_an_older_one_is_forgotten(call, answering):
    out = call(WayBack(answering(302), PAGES), "GET", "/auth/login", host=HOST)
    assert out.one("set-cookie").startswith(f"{COOKIE}=; Max-Age=0;")


def test_a_redirect_to_anywhere_but_the_first_page_is_left_alone(call, answering):
    layer = WayBack(answering(302, ("location", "https://provider.example/again")), PAGES)
    assert call(layer, "GET", "/oauth2callback", cookie=f"{COOKIE}=%2Fculture").one("location") == (
        "https://provider.example/again"
    )


def test_the_cookie_is_secure_over_tls_and_where_the_app_is_only_met_over_tls(call, answering):
    asked = {"host": HOST, "referer": HERE + LINK}
    assert (
        call(WayBack(answering(302), PAGES), "GET", "/auth/login", scheme="https", **asked)
        .one("set-cookie")
        .endswith("; Secure")
    )
    assert (
        call(WayBack(answering(302), PAGES, secure=True), "GET", "/auth/login", **asked)
        .one("set-cookie")
        .endswith("; Secure")
    )


def test_the_app_can_stand_under_a_path_of_its_own(call, answering):
    pages = frozenset({"/kpis/", "/kpis/culture"})
    referer = f"{HERE}/kpis/culture?year=2023/24"
    out = call(WayBack(answering(302), pages, "/kpis"), "GET", "/kpis/auth/login", host=HOST, referer=referer)
    pair = out.one("set-cookie").partition(";")[0]
    assert "; Path=/kpis;" in out.one("set-cookie")
    layer = WayBack(answering(302, ("location", "/kpis/")), pages, "/kpis")
    assert call(layer, "GET", "/kpis/oauth2callback", cookie=pair).one("location") == "/kpis/culture?year=2023/24"
    assert call(layer, "GET", "/oauth2callback", cookie=pair).one("location") == "/kpis/"


def test_other_requests_and_methods_pass_untouched(call, answering):
    layer = WayBack(answering(200, ("location", "/")), PAGES)
    for method, path in (("GET", "/culture"), ("POST", "/auth/login"), ("GET", "/auth/logout")):
        answer = call(layer, method, path, host=HOST, referer=HERE + LINK, cookie=f"{COOKIE}=%2Fculture")
        assert (answer.one("location"), answer.all("set-cookie")) == ("/", [])
