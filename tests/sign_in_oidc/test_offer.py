"""The page that offers to sign in, or says what has to be set up first; and a server that does not start at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.sign_in_oidc.harness import ROOT

AUTH = {
    "redirect_uri": "https://kpis.trust.example/oauth2callback",
    "cookie_secret": "0b9c6f0a3d5e4c7f8a1b2d3e4f5061728394a5b6c7d8e9f0",
    "client_id": "app",
    "client_secret": "the-app-s-own-secret",
    "server_metadata_url": (
        "https://login.microsoftonline.com/3f2504e0-4f89-41d3-9a0c-0305e82c3301/v2.0/.well-known/openid-configuration"
    ),
}


def offered(auth: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    """The text of the page and the labels of its buttons; nobody is signed in."""

    def script() -> None:
        from kpi_engine import settings
        from ui.sign_in.oidc import Oidc

        way = Oidc(settings.load())
        assert way.who() is None
        way.offer()

    monkeypatch.chdir(tmp_path)
    app = AppTest.from_function(script)
    if auth:
        app.secrets["auth"] = auth
    app.run()
    assert not app.exception
    return "\n".join(str(block.value) for block in app.html), [button.label for button in app.button]


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({}, "Sign in with Microsoft"),
        (
            {
                "server_metadata_url": "https://accounts.google.com/.well-known/openid-configuration",
                "hosted_domain": "trust.example",
            },
            "Sign in with Google",
        ),
        (
            {"server_metadata_url": "https://id.trust.example/.well-known/openid-configuration"},
            "Sign in with your trust account",
        ),
    ],
)
def test_one_button_leads_to_the_provider(more, label, tmp_path, monkeypatch):
    text, labels = offered({**AUTH, **more}, tmp_path, monkeypatch)
    assert labels == [label]
    assert "<h1>Please sign in</h1>" in text


def test_without_a_secrets_file_the_page_names_what_is_missing_and_offers_nothing(tmp_path, monkeypatch):
    text, labels = offered({}, tmp_path, monkeypatch)
    assert labels == []
    for name in AUTH:
        assert f"[auth] {name} is missing" in text


def test_a_secret_is_never_repeated_on_the_page(tmp_path, monkeypatch):
    text, labels = offered({**AUTH, "cookie_secret": "hush-hush", "client_id": ""}, tmp_path, monkeypatch)
    assert labels == []
    assert "cookie_secret" in text
    assert "[auth] client_id is missing" in text
    assert "hush" not in text
    assert AUTH["client_secret"] not in text


@pytest.mark.parametrize("key", ["changeme", "too short to be safe"])
def test_the_server_does_not_start_with_a_cookie_key_that_others_can_know(key, tmp_path):
    (tmp_path / "secrets.toml").write_text(f'[auth]\ncookie_secret = "{key}"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "server.py", f"--secrets.files={tmp_path / 'secrets.toml'}"],
        cwd=ROOT,
        env={**os.environ, "TRUST_KPI_SIGN_IN": "oidc", "TRUST_KPI_PRIVATE": str(tmp_path / "private")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "The explorer does not start: the key in [auth] cookie_secret" in done.stderr
    assert key not in done.stderr
