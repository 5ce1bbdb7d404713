"""How long somebody is signed in, and that a session that was forgotten stays so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import streamlit as st

from kpi_engine import settings as settings_file
from kpi_engine.access import Role
from kpi_engine.people import directory
from kpi_engine.people.directory import Person
from kpi_engine.people.sessions import Sessions
from ui.sign_in import oidc
from ui.sign_in.claims import proof
from ui.sign_in.protocol import Identity
from ui.sign_in.provider import provider

AUTH = {
    "redirect_uri": "https://kpis.trust.example/oauth2callback",
    "cookie_secret": "0b9c6f0a3d5e4c7f8a1b2d3e4f5061728394a5b6c7d8e9f0",
    "client_id": "app",
    "client_secret": "the-app-s-own-secret",
    "server_metadata_url": "https://id.trust.example/.well-known/openid-configuration",
}
SIGNED_IN = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> settings_file.Settings:
    return settings_file.load(tmp_path, {"TRUST_KPI_SIGN_IN": "oidc", "TRUST_KPI_SIGN_IN_HOURS": "4"})


@pytest.fixture
def people(settings: settings_file.Settings) -> Path:
    path = settings.private_folder / "directory.csv"
    directory.write(path, [Person("rowan@trust.example", "Rowan", Role.EXECUTIVE)])
    return path


def claims(**other: object) -> dict[str, object]:
    issued = int(SIGNED_IN.timestamp())
    said = {
        "iss": "https://id.trust.example", "sub": "S-1", "aud": "app", "iat": issued, "exp": issued + 3600,
        "nonce": "n", "email": "rowan@trust.example", "email_verified": True, "name": "Rowan",
    }  # fmt: skip
    return {**said, **other}


def ask(settings, at, **other):
    return oidc.signed_in(claims(**other), AUTH, settings, at)


def test_a_sign_in_lasts_the_hours_of_the_settings_and_no_longer(settings, people):
    who = ask(settings, SIGNED_IN)
    assert isinstance(who, Identity)
    assert (who.user, who.name) == ("rowan@trust.example", "Rowan")
    assert ask(settings, SIGNED_IN + 4 * HOUR - dt.timedelta(seconds=1)) == who
    assert ask(settings, SIGNED_IN + 4 * HOUR) is None


def test_a_session_begins_only_before_the_providers_token_has_expired(settings, people):
    assert ask(settings, SIGNED_IN + HOUR) is None
    assert ask(settings, SIGNED_IN + HOUR - dt.timedelta(seconds=1)) is not None
    assert ask(settings, SIGNED_IN + HOUR) is not None


def test_a_session_that_was_forgotten_stays_forgotten_while_the_token_is_still_good(settings, people):
    who = ask(settings, SIGNED_IN)
    Sessions(settings.private_folder / "people.sqlite").forget(who.session, SIGNED_IN)
    st.cache_resource.clear()  # as after a restart of the server
    assert ask(settings, SIGNED_IN) is None
    assert ask(settings, SIGNED_IN, nonce="another sign-in") is not None


def test_a_session_forgotten_before_it_was_seen_does_not_begin(settings, people):
    session = ask(settings, SIGNED_IN, nonce="seen").session
    unseen = proof(claims(), provider(AUTH), SIGNED_IN).session
    assert unseen != session
    Sessions(settings.private_folder / "people.sqlite").forget(unseen, SIGNED_IN)
    assert ask(settings, SIGNED_IN) is None


def test_the_directory_may_know_a_person_by_any_key_and_is_read_anew(settings, people):
    assert ask(settings, SIGNED_IN).user == "rowan@trust.example"
    directory.write(people, [Person("s-1", "Rowan", Role.EXECUTIVE)])
    assert ask(settings, SIGNED_IN).user == "s-1"
    directory.write(people, [Person("somebody@trust.example", "Somebody", Role.EXECUTIVE)])
    assert ask(settings, SIGNED_IN).user == "rowan@trust.example"


def test_ending_all_sessions_of_a_person_signs_them_out(settings, people):
    assert ask(settings, SIGNED_IN) is not None
    Sessions(settings.private_folder / "people.sqlite").forget_all_of("rowan@trust.example", SIGNED_IN)
    assert ask(settings, SIGNED_IN) is None


def test_with_settings_that_are_not_sound_nobody_is_signed_in(settings, people, monkeypatch):
    assert oidc.signed_in(claims(), {**AUTH, "cookie_secret": "secret"}, settings, SIGNED_IN) is None
    assert oidc.signed_in(claims(), {}, settings, SIGNED_IN) is None
    monkeypatch.setattr(st, "get_option", {"server.trustedUserHeaders": {"X-Forwarded-User": "email"}}.get)
    assert ask(settings, SIGNED_IN) is None
    assert any("trustedUserHeaders" in said for said in oidc.wrong(AUTH))
