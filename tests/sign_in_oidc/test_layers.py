"""The layers around the app are made from what is there: its pages, its scripts, its settings."""

from __future__ import annotations

import ast
import asyncio
import time

import pytest
import streamlit as st

from kpi_engine.access import Role
from kpi_engine.people import directory
from kpi_engine.people.directory import Person
from tests.sign_in_oidc.harness import ROOT
from ui.sign_in.server import layers

PAGE = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "headers": []}


@pytest.fixture
def settled(monkeypatch, tmp_path):
    """A trust with no data yet, so that the sample is shown."""
    monkeypatch.setenv("TRUST_KPI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(tmp_path / "private"))
    monkeypatch.delenv("TRUST_KPI_SIGN_IN", raising=False)
    return tmp_path


def test_every_page_of_the_app_can_be_come_back_to():
    """The paths are those of the files in ``pages``; app.py names the pages by the same paths."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    (pages,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "PAGES"
    )
    named = {f"/{call.args[0].value}" for call in ast.walk(pages) if isinstance(call, ast.Call)}
    assert "/culture" in named
    assert named <= layers.page_paths(ROOT)
    assert {f"/kpis{path}" for path in named} <= layers.page_paths(ROOT, "/kpis")


def test_a_script_in_a_text_of_a_module_may_run_and_one_that_is_put_together_may_not():
    module = (
        'ONE = """<script>\none("\\u00e9")\n</script>"""\n'
        'TWO = f"<script>{three()}</script>"\n'
        "# <script>four()</script>\n"
    )
    assert layers.written_scripts(module) == ['\none("\u00e9")\n']


def test_while_the_sample_is_shown_nobody_needs_to_be_signed_in(settled):
    assert layers.somebody({}) is True


def test_on_a_trusts_own_data_a_cookie_of_an_account_counts_while_its_session_lives(
    settled, sample_folder, monkeypatch
):
    import datetime as dt

    import jwt

    from kpi_engine.people import private
    from kpi_engine.people.sessions import Sessions
    from ui.sign_in.password import COOKIE

    monkeypatch.setenv("TRUST_KPI_DATA", str(sample_folder))
    folder = settled / "private"
    directory.write(folder / "directory.csv", [Person("rowan", "Rowan", Role.EXECUTIVE)])
    until = dt.datetime.fromtimestamp(time.time() + 600, dt.UTC)
    sessions = Sessions(folder / "people.sqlite")
    sessions.begin("rowan", "an id", until)
    key = private.secret(folder, private.COOKIE_KEY)

    def cookie(key=key, algorithm="HS256", **claims):
        return {COOKIE: jwt.encode({"jti": "an id", "exp": until, **claims}, key, algorithm=algorithm)}

    assert layers.somebody(cookie()) is True
    refused = [
        {},
        {COOKIE: ""},
        {COOKIE: "a.b.c"},
        cookie(jti="another id"),
        cookie(exp=until - dt.timedelta(hours=1)),
        cookie(key=b"0" * 32),
        cookie(key="", algorithm="none"),
    ]
    assert [layers.somebody(each) for each in refused] == [False] * len(refused)
    sessions.forget("an id")
    assert layers.somebody(cookie()) is False


def test_somebody_who_is_no_longer_in_the_directory_fetches_nothing(settled, sample_folder, monkeypatch):
    from ui.sign_in.protocol import Identity

    monkeypatch.setenv("TRUST_KPI_DATA", str(sample_folder))
    monkeypatch.setattr(layers, "_identity", lambda *_: Identity("rowan"))
    path = settled / "private" / "directory.csv"
    directory.write(path, [Person("rowan", "Rowan", Role.EXECUTIVE)])
    assert layers.somebody({}) is True
    directory.write(path, [Person("imogen", "Imogen", Role.EXECUTIVE)])
    assert layers.somebody({}) is False
    path.write_text("not a directory", encoding="utf-8")
    assert layers.somebody({}) is False


def built(app):
    for layer in reversed(layers.layers(ROOT)):
        app = layer.cls(app, *layer.args, **layer.kwargs)
    return app


def page_of(monkeypatch, path="/", **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_streamlit_user=a")]})

    async def send(message):
        sent.append(message)

    asyncio.run(built(app)({**PAGE, "path": path}, None, send))
    return sent[0]["status"], {key.decode(): value.decode() for key, value in sent[0]["headers"]}


def test_with_passwords_the_one_component_may_be_framed_and_openid_is_not_there(settled, monkeypatch):
    status, headers = page_of(monkeypatch)
    assert (status, "frame-src 'self'" in headers["content-security-policy"]) == (200, True)
    assert page_of(monkeypatch, "/oauth2callback")[0] == 404
    name = "extra_streamlit_components.CookieManager.cookie_manager"
    status, headers = page_of(monkeypatch, f"/component/{name}/index.html")
    assert (status, headers["x-frame-options"]) == (200, "SAMEORIGIN")
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_with_openid_nothing_is_framed_and_a_sign_in_lasts_as_the_settings_say(settled, monkeypatch):
    auth = {"redirect_uri": "https://kpis.trust.example/oauth2callback"}
    monkeypatch.setattr(layers.oidc, "secrets", lambda: auth)
    _, headers = page_of(monkeypatch, TRUST_KPI_SIGN_IN="oidc", TRUST_KPI_SIGN_IN_HOURS="2")
    assert "frame-src 'none'" in headers["content-security-policy"]
    assert headers["set-cookie"] == "_streamlit_user=a; HttpOnly; Max-Age=7200; SameSite=Lax; Secure"
    assert "strict-transport-security" in headers


def test_a_setting_that_has_to_be_mended_is_left_for_the_app_to_say(settled, monkeypatch):
    assert page_of(monkeypatch, TRUST_KPI_SIGN_IN="fingerprint")[0] == 200


def test_the_app_stands_under_the_path_that_the_server_is_told(settled, monkeypatch):
    option = st.get_option
    monkeypatch.setattr(layers.st, "get_option", lambda name: "kpis/" if name == "server.baseUrlPath" else option(name))
    assert page_of(monkeypatch, "/kpis/_stcore/metrics")[0] == 404
    assert page_of(monkeypatch, "/kpis/_stcore/health")[0] == 200
