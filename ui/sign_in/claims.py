"""What a provider says of somebody, checked: is it about this app, new enough, and which keys may the directory know?

The claims come out of the cookie that the server signed when it had verified the provider's token. The checks here are
those that Streamlit does not make on later runs. Sources: OpenID Connect Core 1.0, 2 and 3.1.3.7; Microsoft identity
platform, "ID token claims reference"; Google Identity, "OpenID Connect", claims ``hd`` and ``email_verified``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpi_engine.errors import PeopleError
from kpi_engine.people import directory
from ui.sign_in.provider import Provider

SKEW = dt.timedelta(minutes=2)
"""How far the provider's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody whom the provider vouches for. ``keys`` are what the directory may know them by, the best first.

    ``began`` is when the provider said so. Until ``expires`` a session may begin with it.
    """

    keys: tuple[str, ...]
    session: str
    name: str
    began: dt.datetime
    expires: dt.datetime


def proof(claims: Mapping[str, Any], provider: Provider, now: dt.datetime) -> Proof | None:
    """What the claims prove; None when there is a doubt about them."""
    issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if doubt(claims, provider, now) or issued is None or expires is None:
        return None
    told = (_text(claims, "iss"), _text(claims, "sub"), str(claims["iat"]), _text(claims, "nonce"))
    session = hashlib.sha256("|".join(told).encode()).hexdigest()
    return Proof(_keys(claims, provider), session, _text(claims, "name")[:100], issued, expires)


def doubt(claims: Mapping[str, Any], provider: Provider, now: dt.datetime) -> str:
    """Why the claims prove nothing, in words that name nobody; empty when they do."""
    missing = [name for name in ("iss", "sub", "nonce") if not _text(claims, name)]
    issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if missing or issued is None or expires is None:
        return "a claim is missing: iss, sub, nonce, iat and exp are needed"
    if issued > now + SKEW or expires <= issued:
        return "it was issued in the future or never held; the clocks of this server and the provider differ"
    if not _same(_text(claims, "iss"), provider.issuer):
        return "it is of another issuer than server_metadata_url names"
    if not _for_us(claims.get("aud"), claims.get("azp"), provider.client):
        return "it was made for another app than client_id names"
    if provider.tenant and _text(claims, "tid").lower() != provider.tenant:
        return "it is of another tenant than server_metadata_url names, or names none"
    if provider.domains and _text(claims, "hd").lower() not in provider.domains:
        return "it is of another domain than hosted_domain names, or of a private account"
    if not _keys(claims, provider):
        return "it names nobody by a key that the directory can hold"
    return ""


def _keys(claims: Mapping[str, Any], provider: Provider) -> tuple[str, ...]:
    """Entra's e-mail is whatever an administrator of any tenant wrote there, so it is never a key."""
    found = []
    if provider.tenant:
        if claims.get("oid"):
            found.append(f"{_text(claims, 'oid')}@{provider.tenant}")
    elif claims.get("email_verified") is True and "@" in _text(claims, "email"):
        found.append(_text(claims, "email"))
    # A subject that looks like an address would pass for somebody whose address was verified.
    if "@" not in _text(claims, "sub"):
        found.append(_text(claims, "sub"))
    return tuple(key for text in found if (key := _key(text)))


def _key(text: str) -> str:
    try:
        return directory.key(text) if text.isascii() else ""
    except PeopleError:
        return ""


def _same(issuer: str, expected: str) -> bool:
    return issuer.rstrip("/") == expected.rstrip("/")


def _for_us(audience: object, party: object, client: str) -> bool:
    """Whether the token was made for this app, alone or, with several audiences, as the authorised party."""
    if isinstance(audience, str):
        return audience == client
    if not isinstance(audience, list) or client not in audience:
        return False
    return len(audience) == 1 or party == client


def _moment(value: object) -> dt.datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return dt.datetime.fromtimestamp(value, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
