"""The settings of the provider: each that is missing or dangerous is named, and none is repeated."""

from __future__ import annotations

import pytest

from ui.sign_in.provider import NEEDED, Provider, over_tls, provider, weak_secret, wrong

TENANT = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ENTRA = {
    "redirect_uri": "https://kpis.trust.example/oauth2callback",
    "cookie_secret": "0b9c6f0a3d5e4c7f8a1b2d3e4f5061728394a5b6c7d8e9f0",
    "client_id": "0d1f3a55-0000-4000-8000-00000000000a",
    "client_secret": "the-app-s-own-secret",
    "server_metadata_url": f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration",
}
GOOGLE = {
    **ENTRA,
    "server_metadata_url": "https://accounts.google.com/.well-known/openid-configuration",
    "hosted_domain": "Trust.example",
}
OTHER = {**ENTRA, "server_metadata_url": "https://id.trust.example/realms/staff/.well-known/openid-configuration"}


def metadata(url):
    return wrong({**ENTRA, "server_metadata_url": url})


def test_microsoft_is_bound_to_the_trusts_own_tenant():
    assert wrong(ENTRA) == ()
    assert provider(ENTRA) == Provider(
        "Microsoft", f"https://login.microsoftonline.com/{TENANT}/v2.0", ENTRA["client_id"], tenant=TENANT
    )
    capitals = {**ENTRA, "server_metadata_url": ENTRA["server_metadata_url"].replace(TENANT, TENANT.upper())}
    assert provider(capitals) == provider(ENTRA)


def test_google_is_bound_to_the_trusts_own_domain():
    assert provider(GOOGLE) == Provider(
        "Google", "https://accounts.google.com", ENTRA["client_id"], domains=frozenset({"trust.example"})
    )


def test_a_workspace_may_have_several_domains():
    several = {**GOOGLE, "hosted_domain": ["trust.example", "Academy.Example"]}
    assert provider(several).domains == {"trust.example", "academy.example"}


@pytest.mark.parametrize(
    "domain", ["", "trust", "https://trust.example", "@trust.example", "*", [], ["trust.example", "*"], 7]
)
def test_google_without_a_domain_is_refused(domain):
    (said,) = wrong({**GOOGLE, "hosted_domain": domain})
    assert "hosted_domain" in said
    assert provider({**GOOGLE, "hosted_domain": domain}) is None


def test_any_other_provider_is_known_by_its_issuer():
    assert provider(OTHER) == Provider(
        "your trust account", "https://id.trust.example/realms/staff", ENTRA["client_id"]
    )


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "Common"])
def test_a_directory_of_everybody_is_refused(tenant):
    (said,) = metadata(f"https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration")
    assert "people of any organisation" in said


@pytest.mark.parametrize(
    "url",
    [
        "https://login.microsoftonline.com/trust.example/v2.0/.well-known/openid-configuration",
        f"https://login.microsoftonline.com/{TENANT}/.well-known/openid-configuration",
        f"https://login.microsoftonline.com/common/{TENANT}/v2.0/.well-known/openid-configuration",
        f"https://sts.windows.net/{TENANT}/.well-known/openid-configuration",
        "https://login.windows.net/common/.well-known/openid-configuration",
        "http://id.trust.example/.well-known/openid-configuration",
        "https://id.trust.example/",
        "https://id.trust.example/.well-known/openid-configuration?p=other",
        "id.trust.example/.well-known/openid-configuration",
        "https://[/.well-known/openid-configuration",
        "https://id.trust.example:port/.well-known/openid-configuration",
    ],
)
def test_an_address_that_does_not_bind_to_one_issuer_is_refused(url):
    (said,) = metadata(url)
    assert "server_metadata_url" in said


def test_on_this_computer_a_provider_may_do_without_tls():
    assert metadata("http://localhost:9400/.well-known/openid-configuration") == ()
    assert wrong({**ENTRA, "redirect_uri": "http://localhost:{port}/oauth2callback"}) == ()


@pytest.mark.parametrize(
    "url",
    ["http://kpis.trust.example/oauth2callback", "https://kpis.trust.example/", "/oauth2callback", "https://[x"],
)
def test_an_address_to_come_back_to_that_is_open_or_incomplete_is_refused(url):
    (said,) = wrong({**ENTRA, "redirect_uri": url})
    assert "redirect_uri" in said


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, "", "  ", "YOUR-VALUE", "xxx", 7])
def test_what_is_missing_is_named(name, value):
    auth = {key: given for key, given in {**ENTRA, name: value}.items() if given is not None}
    assert any(f"[auth] {name} is missing" in said for said in wrong(auth))
    assert provider(auth) is None


def test_with_no_settings_at_all_each_is_named():
    assert [name for name in NEEDED if any(name in said for said in wrong({}))] == list(NEEDED)


@pytest.mark.parametrize("key", ["secret", "changeme", "0123456789abcdef", "a" * 40, "some_signature_key"])
def test_a_key_that_others_know_or_can_guess_is_refused_and_not_repeated(key):
    (said,) = weak_secret({**ENTRA, "cookie_secret": key})
    assert "cookie_secret" in said
    assert "secrets.token_hex" in said
    assert said in wrong({**ENTRA, "cookie_secret": key})


def test_nothing_that_is_said_repeats_a_secret():
    auth = {**ENTRA, "cookie_secret": "hush-hush", "client_secret": "hush-too", "redirect_uri": "hush-also"}
    assert not [said for said in wrong(auth) if "hush" in said]


def test_sections_of_several_providers_are_refused():
    (said,) = wrong({**ENTRA, "google": {"client_id": "1"}})
    assert "one straight under [auth]" in said


def test_tls_is_known_by_the_address_to_come_back_to():
    assert over_tls(ENTRA)
    assert not over_tls({"redirect_uri": "http://localhost:8501/oauth2callback"})
