"""The provider that vouches for people, as ``[auth]`` in ``.streamlit/secrets.toml`` names it.

Nothing that is said here about a wrong setting repeats its value, since the file holds secrets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from kpi_engine.errors import PeopleError
from kpi_engine.people import private

FILE = ".streamlit/secrets.toml"
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")

_DISCOVERY = "/.well-known/openid-configuration"
_ENTRA = "login.microsoftonline.com"
_ENTRA_PATH = re.compile(r"/([^/]+)/v2\.0" + re.escape(_DISCOVERY))
_OTHER_ENTRA = ("microsoftonline.com", "microsoftonline.us", "windows.net")
_GOOGLE = "accounts.google.com"
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
_NO_DOMAIN = (
    "[auth] hosted_domain is missing or no domain: with Google it must be your Workspace's domain, as in "
    '"trust.example"; without it any Google account could come in'
)
_ANY_TENANT = (
    "[auth] server_metadata_url names “{}”, which lets in people of any organisation; put your own Directory (tenant) "
    "ID there"
)
_SECRET_REMEDY = 'make one with: python -c "import secrets; print(secrets.token_hex(32))"'


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches. ``tenant`` is an Entra tenant's id, ``domains`` are a Google Workspace's; all in lower case."""

    title: str
    issuer: str
    client: str
    tenant: str = ""
    domains: frozenset[str] = frozenset()


def wrong(auth: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that keeps people from signing in with these settings, each with its remedy."""
    found = [f"[auth] {name} is missing in {FILE}" for name in NEEDED if not _given(auth, name)]
    if any(isinstance(value, Mapping) and "client_id" in value for value in auth.values()):
        found.append("[auth] has sections of providers; write the settings of one straight under [auth]")
    found += weak_secret(auth)
    if _given(auth, "redirect_uri"):
        found += _redirect(_text(auth, "redirect_uri"))
    if _given(auth, "server_metadata_url"):
        found += _metadata(_text(auth, "server_metadata_url"), _domains(auth))
    return tuple(found)


def weak_secret(auth: Mapping[str, Any]) -> list[str]:
    """What is wrong with the key that signs cookies, where there is one: who knows it can be anybody."""
    if not _text(auth, "cookie_secret"):
        return []
    try:
        private.refuse_weak(_text(auth, "cookie_secret"), f"[auth] cookie_secret of {FILE}", _SECRET_REMEDY)
    except PeopleError as error:
        return [str(error)]
    return []


def provider(auth: Mapping[str, Any]) -> Provider | None:
    """The provider of these settings; None when anything is wrong with them."""
    if wrong(auth):
        return None
    client = _text(auth, "client_id")
    url = _text(auth, "server_metadata_url")
    issuer = url.removesuffix(_DISCOVERY)
    parts = urlsplit(url)
    if parts.hostname == _ENTRA:
        return Provider("Microsoft", issuer.lower(), client, tenant=_tenant(parts))
    if parts.hostname == _GOOGLE:
        return Provider("Google", issuer, client, domains=frozenset(_domains(auth)))
    return Provider("your trust account", issuer, client)


def over_tls(auth: Mapping[str, Any]) -> bool:
    """Whether people reach the app over TLS, as the address says that they come back to."""
    return _text(auth, "redirect_uri").startswith("https://")


def _redirect(text: str) -> list[str]:
    parts = _split(text.replace("{port}", "1"))
    if parts is None or not parts.hostname or not parts.path.endswith("/oauth2callback"):
        return ["[auth] redirect_uri must be the app's own address with /oauth2callback behind it"]
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_COMPUTER):
        return ["[auth] redirect_uri must begin with https://, other than on this computer (localhost)"]
    return []


def _metadata(text: str, domains: list[str]) -> list[str]:
    parts = _split(text)
    if parts is None or not parts.hostname or not parts.path.endswith(_DISCOVERY) or parts.query or parts.fragment:
        return [f"[auth] server_metadata_url must be an address that ends in {_DISCOVERY}"]
    host = parts.hostname
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _THIS_COMPUTER):
        return ["[auth] server_metadata_url must begin with https://"]
    if host == _ENTRA:
        return _entra(parts)
    if host == _GOOGLE and not (domains and all(map(_DOMAIN.fullmatch, domains))):
        return [_NO_DOMAIN]
    if host.endswith(_OTHER_ENTRA):
        return [f"[auth] server_metadata_url must be the one of {_ENTRA} with /v2.0 in it"]
    return []


def _entra(parts: SplitResult) -> list[str]:
    found = _ENTRA_PATH.fullmatch(parts.path)
    tenant = found[1].lower() if found else ""
    if tenant in ("common", "organizations", "consumers"):
        return [_ANY_TENANT.format(tenant)]
    if not _GUID.fullmatch(tenant):
        return [f"[auth] server_metadata_url must be https://{_ENTRA}/YOUR-TENANT-ID/v2.0{_DISCOVERY}"]
    return []


def _domains(auth: Mapping[str, Any]) -> list[str]:
    """The domains of ``hosted_domain``, which may be one or a list."""
    value = auth.get("hosted_domain", "")
    given = value if isinstance(value, list) else [value]
    return [str(each).strip().lower() for each in given if each]


def _tenant(parts: SplitResult) -> str:
    return parts.path.split("/")[1].lower()


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _text(auth: Mapping[str, Any], name: str) -> str:
    value = auth.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _given(auth: Mapping[str, Any], name: str) -> bool:
    return bool(_text(auth, name)) and not _placeholder(_text(auth, name))


def _placeholder(text: str) -> bool:
    """Whether a value is still the one of the example: capitals that say what to put there."""
    return text.startswith("YOUR-") or text == "xxx"
