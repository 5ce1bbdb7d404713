"""The cookies that leave the server: as short-lived and as closed as they can be.

Streamlit keeps who is signed in for 30 days in a signed cookie, and the provider's tokens in another. The first is cut
to the hours of the settings; the second is not sent at all, since nothing here needs it.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.sign_in.server.asgi import changing, over_tls

USER = "_streamlit_user"
TOKENS = "_streamlit_user_tokens"
SESSION = "_streamlit_session"

_MINUTES_TO_SIGN_IN = 15


class Cookies:
    """The layer. ``longest`` is how many seconds somebody stays signed in; ``secure``: the app is only met over TLS."""

    def __init__(self, app: ASGIApp, longest: int, secure: bool = False) -> None:
        self._app = app
        self._longest = longest
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = self._secure or over_tls(scope)

        def harden(headers: MutableHeaders) -> None:
            given = headers.getlist("set-cookie")
            if given:
                del headers["set-cookie"]
            for cookie in given:
                kept = hardened(cookie, self._longest, secure)
                if kept:
                    headers.append("set-cookie", kept)

        await self._app(scope, receive, changing(send, harden))


def hardened(cookie: str, longest: int, secure: bool) -> str | None:
    """A ``Set-Cookie`` value, closed as far as its use allows; None for one that is not to be sent."""
    pair, *rest = (part.strip() for part in cookie.split(";"))
    name = pair.partition("=")[0].strip()
    attributes = {part.partition("=")[0].strip().lower(): part.partition("=")[2].strip() for part in rest if part}
    deletes = _seconds(attributes.get("max-age")) == 0
    if name.startswith(TOKENS) and not deletes:
        return None
    if name.startswith(USER) or name == SESSION:
        attributes["httponly"] = ""
        if not deletes:
            most = longest if name.startswith(USER) else min(longest, 60 * _MINUTES_TO_SIGN_IN)
            asked = _seconds(attributes.get("max-age"))
            attributes["max-age"] = str(most if asked is None else min(asked, most))
            attributes.pop("expires", None)
    if attributes.get("samesite", "").lower() not in ("lax", "strict"):
        attributes["samesite"] = "Lax"
    if secure:
        attributes["secure"] = ""
    named = ((_NAMES.get(key, key), value) for key, value in attributes.items())
    return "; ".join([pair, *(f"{name}={value}" if value else name for name, value in named)])


_NAMES = {
    "max-age": "Max-Age",
    "expires": "Expires",
    "path": "Path",
    "domain": "Domain",
    "httponly": "HttpOnly",
    "samesite": "SameSite",
    "secure": "Secure",
}


def _seconds(text: str | None) -> int | None:
    try:
        return None if text is None else max(0, int(text))
    except ValueError:
        return None
