"""What a provider says is believed only for this app, this tenant or domain, now, and under keys nobody can choose."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from ui.sign_in.claims import doubt, proof
from ui.sign_in.provider import Provider

TENANT = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
OID = "8a2c7f10-1111-4222-8333-444455556666"
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ISSUED = 1_795_424_340  # 2026-11-23 08:59:00 UTC
MICROSOFT = Provider("Microsoft", f"https://login.microsoftonline.com/{TENANT}/v2.0", "app", tenant=TENANT)
GOOGLE = Provider("Google", "https://accounts.google.com", "app", domains=frozenset({"trust.example"}))
OTHER = Provider("your trust account", "https://id.trust.example/", "app")

OF_MICROSOFT = {
    "iss": MICROSOFT.issuer,
    "sub": "AbC-subject",
    "aud": "app",
    "iat": ISSUED,
    "exp": ISSUED + 3600,
    "nonce": "n1",
    "oid": OID.upper(),
    "tid": TENANT,
    "name": "Rowan Ashdale",
    "email": "imogen.farrow@trust.example",
    "email_verified": True,
}
OF_GOOGLE = {
    **OF_MICROSOFT,
    "iss": GOOGLE.issuer,
    "sub": "1234567890",
    "hd": "trust.example",
    "email": "Rowan.Ashdale@trust.example",
}
OF_OTHER = {**OF_GOOGLE, "iss": OTHER.issuer}


def keys(claims, provider=MICROSOFT):
    found = proof(claims, provider, NOW)
    return None if found is None else found.keys


def without(claims, *names):
    return {name: value for name, value in claims.items() if name not in names}


def test_with_microsoft_a_person_is_their_object_in_the_tenant_and_never_their_e_mail():
    assert keys(OF_MICROSOFT) == (f"{OID}@{TENANT}", "abc-subject")
    assert keys(without(OF_MICROSOFT, "oid")) == ("abc-subject",)


def test_with_google_a_person_is_their_verified_e_mail():
    assert keys(OF_GOOGLE, GOOGLE) == ("rowan.ashdale@trust.example", "1234567890")
    for unverified in (False, "true", 1, None):
        assert keys({**OF_GOOGLE, "email_verified": unverified}, GOOGLE) == ("1234567890",)


def test_a_subject_that_looks_like_somebodys_address_is_no_key():
    claims = {**OF_OTHER, "sub": "imogen.farrow@trust.example", "email_verified": False}
    assert keys(claims, OTHER) is None
    assert keys({**claims, "email_verified": True}, OTHER) == ("rowan.ashdale@trust.example",)


@pytest.mark.parametrize(
    "lookalike", ["ımogen.farrow@trust.example", "imogen.farrow＠trust.example", "a b@trust.example"]
)
def test_a_key_with_letters_that_look_alike_is_none(lookalike):
    assert keys({**OF_OTHER, "email": lookalike}, OTHER) == ("1234567890",)


def test_the_session_is_known_by_what_the_provider_signed():
    found = proof(OF_MICROSOFT, MICROSOFT, NOW)
    told = f"{MICROSOFT.issuer}|AbC-subject|{ISSUED}|n1"
    assert found.session == hashlib.sha256(told.encode()).hexdigest()
    assert found.name == "Rowan Ashdale"
    assert found.began == dt.datetime(2026, 11, 23, 8, 59, tzinfo=dt.UTC)
    assert found.expires == dt.datetime(2026, 11, 23, 9, 59, tzinfo=dt.UTC)
    others = [{"sub": "other"}, {"iat": ISSUED - 1}, {"nonce": "n2"}]
    ids = {proof({**OF_MICROSOFT, **other}, MICROSOFT, NOW).session for other in others}
    assert len({*ids, found.session}) == 4


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "iat", "exp", "nonce", "tid"])
def test_nothing_that_is_needed_may_be_missing(name):
    assert keys(without(OF_MICROSOFT, name)) is None
    assert keys({**OF_MICROSOFT, name: ""}) is None
    assert keys({**OF_MICROSOFT, name: None}) is None


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "https://login.microsoftonline.com/99999999-9999-4999-8999-999999999999/v2.0"},
        {"iss": MICROSOFT.issuer + ".evil.example"},
        {"tid": "99999999-9999-4999-8999-999999999999"},
        {"aud": "another-app"},
        {"aud": []},
        {"aud": ["another-app"]},
        {"aud": ["app", "another-app"]},
        {"aud": ["app", "another-app"], "azp": "another-app"},
        {"iat": ISSUED + 600},
        {"iat": str(ISSUED)},
        {"iat": True},
        {"iat": 1e300},
        {"exp": ISSUED},
        {"exp": "never"},
    ],
)
def test_what_was_said_to_others_or_at_no_possible_time_proves_nothing(other):
    assert keys({**OF_MICROSOFT, **other}) is None


def test_a_doubt_is_told_in_words_that_name_nobody():
    other = {**OF_MICROSOFT, "tid": "99999999-9999-4999-8999-999999999999"}
    assert doubt(OF_MICROSOFT, MICROSOFT, NOW) == ""
    assert "another tenant" in doubt(other, MICROSOFT, NOW)
    assert "another domain" in doubt({**OF_GOOGLE, "hd": ""}, GOOGLE, NOW)
    assert "another app" in doubt({**OF_GOOGLE, "aud": ""}, GOOGLE, NOW)
    assert "clocks" in doubt({**OF_GOOGLE, "iat": ISSUED + 600}, GOOGLE, NOW)
    assert not [word for word in ("Rowan", "9999", "trust.example") if word in doubt(other, MICROSOFT, NOW)]


def test_one_audience_among_several_is_enough_when_this_app_asked():
    assert keys({**OF_MICROSOFT, "aud": ["app"]}) is not None
    assert keys({**OF_MICROSOFT, "aud": ["app", "another-app"], "azp": "app"}) is not None


def test_the_providers_clock_may_be_a_little_ahead():
    assert keys({**OF_MICROSOFT, "iat": ISSUED + 120}) is not None


@pytest.mark.parametrize("domain", ["other.example", "", None, "evil-trust.example"])
def test_a_google_account_of_another_domain_or_of_none_proves_nothing(domain):
    assert keys({**OF_GOOGLE, "hd": domain}, GOOGLE) is None


def test_a_slash_at_the_end_of_an_issuer_makes_no_difference():
    assert keys({**OF_OTHER, "iss": "https://id.trust.example"}, OTHER) is not None
