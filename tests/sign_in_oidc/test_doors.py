"""What of the server can be reached: what the app needs, downloads and uploads only by people who are signed in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import streamlit as st
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from ui.sign_in.server.doors import DECK, Doors
from ui.sign_in.server.layers import deck_files

ROOT = Path(__file__).parents[2]
ROOT_OF_COMPONENT = "/component/package.name"

# Every address that the installed Streamlit serves, and what becomes of it here.
DECIDED = {
    "/_stcore/health": "open",
    "/_stcore/metrics": "gone",
    "/_stcore/host-config": "open",
    "/media/{file_id:path}": "signed in",
    "/_stcore/upload_file/{session_id}/{file_id}": "signed in",
    "/component/{path:path}": "gone",
    "/_stcore/bidi-components/{path:path}": "gone",
    "/_stcore/stream": "the app's own channel",
    "/auth/login": "open",
    "/auth/logout": "open",
    "/oauth2callback": "open",
    "/_stcore/agent/interact": "gone",
    "/_stcore/agent/openapi.json": "gone",
    "/_stcore/agent/mcp": "gone",
    "/app/static/{path:path}": "gone",
    "/_stcore/script-health-check": "gone",
    "": "open",
}
EXAMPLES = {"{file_id:path}": "abc.csv", "{session_id}": "s", "{file_id}": "f", "{path:path}": "some/file.js"}


def known(cookies):
    return cookies.get("who") == "known"


def nobody(cookies):
    return False


def example(path):
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    return path or "/"


@pytest.fixture
def door(answering):
    return Doors(answering(200, body=b"inside"), known)


def test_every_route_of_the_installed_server_has_been_decided_on(monkeypatch, tmp_path):
    for option in ("server.enableStaticServing", "server.scriptHealthCheckEnabled"):
        monkeypatch.setitem(st.config.get_config_options(), option, _On(st.config.get_config_options()[option]))
    script = tmp_path / "script.py"
    script.touch()
    runtime = st.App(script)._create_runtime()
    try:
        assert {route.path for route in create_streamlit_routes(runtime)} == set(DECIDED)
    finally:
        type(runtime)._instance = None


class _On:
    """A setting of Streamlit's as it is, but on."""

    def __init__(self, option):
        self._option = option

    def __getattr__(self, name):
        return True if name == "value" else getattr(self._option, name)


@pytest.mark.parametrize("path", [path for path, what in DECIDED.items() if what == "gone"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_what_is_not_needed_is_not_there_for_anybody(door, call, path, method):
    answer = call(door, method, example(path), cookie="who=known")
    assert (answer.status, answer.body) == (404, b"There is nothing here.")


@pytest.mark.parametrize("path", [path for path, what in DECIDED.items() if what == "open"])
def test_what_everybody_needs_answers_everybody(door, call, path):
    assert call(door, "GET", example(path)).body == b"inside"


@pytest.mark.parametrize(
    ("path", "methods"), [("/media/abc.csv", ("GET", "HEAD")), ("/_stcore/upload_file/s/f", ("PUT", "DELETE"))]
)
def test_downloads_and_uploads_need_somebody_who_is_signed_in(door, call, path, methods):
    for method in methods:
        assert call(door, method, path, cookie="who=known").body == b"inside"
        for cookie in ("who=else", ""):
            assert call(door, method, path, cookie=cookie).status == 403
    for method in {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"} - set(methods):
        assert call(door, method, path, cookie="who=known").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics/", "/culture/_stcore/metrics", "/_stcore", "/_stcore/", "/_stcore/anything",
        "/x/_stcore/agent/mcp", "/media", "/component", "/auth/", "/app/static/secrets.toml", "/_stcore/health/",
    ],
)  # fmt: skip
def test_a_roundabout_way_leads_nowhere(door, call, path):
    assert call(door, "GET", path, cookie="who=known").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_pages_can_only_be_looked_at(door, call, method):
    answer = call(door, method, "/culture")
    assert (answer.status, answer.one("allow")) == (405, "GET, HEAD")


def test_addresses_of_signing_in_with_openid_are_there_only_where_that_is_the_way(answering, call):
    door = Doors(answering(), known, openid=False)
    for path in ("/auth/login", "/auth/logout", "/oauth2callback"):
        assert call(door, "GET", path).status == 404


def test_the_files_of_a_component_that_is_needed_are_there_and_of_no_other(answering, call):
    door = Doors(answering(), nobody, components=("package.name",))
    assert call(door, "GET", f"{ROOT_OF_COMPONENT}/index.html").status == 200
    for path in (f"{ROOT_OF_COMPONENT}.other/index.html", ROOT_OF_COMPONENT, "/component/other/index.html"):
        assert call(door, "GET", path).status == 404


def test_under_a_path_of_its_own_the_same_holds(answering, call):
    door = Doors(answering(), nobody, base="/kpis")
    assert call(door, "GET", "/kpis/culture").status == 200
    assert call(door, "GET", "/kpis/_stcore/health").status == 200
    assert call(door, "GET", "/kpis/media/a.csv").status == 403
    for path in ("/kpis/_stcore/metrics", "/_stcore/metrics"):
        assert call(door, "GET", path).status == 404


def test_a_websocket_is_let_through_to_the_apps_own_channel_only():
    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})

    def ask(path):
        sent = []

        async def send(message):
            sent.append(message)

        asyncio.run(Doors(app, nobody)({"type": "websocket", "path": path}, None, send))
        return sent

    assert ask("/_stcore/stream") == [{"type": "websocket.accept"}]
    for path in ("/_stcore/metrics", "/", "/culture/_stcore/stream"):
        assert ask(path) == [{"type": "websocket.close", "code": 1008}]


def test_of_the_component_that_presents_meetings_exactly_the_files_that_there_are_can_be_fetched(call, answering):
    found = deck_files(ROOT)
    assert f"/_stcore/bidi-components/{DECK}/deck.js" in found
    assert all(path.endswith(".js") for path in found)
    layer = Doors(answering(200, body=b"inside"), nobody, files=found, base="/kpi")
    for path in found:
        assert call(layer, "GET", f"/kpi{path}").status == 200
        assert call(layer, "POST", f"/kpi{path}").status == 405
    for path in ("deck.css", "deck.js/", "../app.py", "other.js", ""):
        assert call(layer, "GET", f"/kpi/_stcore/bidi-components/{DECK}/{path}").status == 404
    assert call(layer, "GET", "/kpi/_stcore/bidi-components/other.deck/deck.js").status == 404
