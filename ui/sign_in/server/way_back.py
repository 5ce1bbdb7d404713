"""The page that somebody asked for, kept while they sign in elsewhere.

Signing in with OpenID leaves the app and comes back to its first page. This layer notes on the way out which page was
asked for, in a cookie of a quarter of an hour, and leads there on the way back. It leads to pages of the app only.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.sign_in.server.asgi import changing, over_tls

COOKIE = "kpi_way_back"
SECONDS = 900
LONGEST = 2000

_PLAIN = re.compile(r"[!$-;=?-\[\]^_a-z{|}~]+")
"""Printable ASCII without blank, quote, number sign, angle brackets, backslash and backtick."""


class WayBack:
    """The layer. ``pages`` are the paths of the app's pages as they stand in an address, ``base`` included."""

    def __init__(self, app: ASGIApp, pages: frozenset[str], base: str = "", secure: bool = False) -> None:
        self._app = app
        self._pages = pages
        self._base = base
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            if scope["path"] == f"{self._base}/auth/login":
                send = self._leaving(scope, send)
            elif scope["path"] == f"{self._base}/oauth2callback":
                send = self._returning(scope, send)
        await self._app(scope, receive, send)

    def _leaving(self, scope: Scope, send: Send) -> Send:
        connection = HTTPConnection(scope)
        referer = connection.headers.get("referer", "")
        place = page_of_ours(referer, connection.headers.get("host", ""), self._pages)

        def remember(headers: MutableHeaders) -> None:
            headers.append("set-cookie", self._cookie(scope, place))

        return changing(send, remember)

    def _returning(self, scope: Scope, send: Send) -> Send:
        kept = HTTPConnection(scope).cookies.get(COOKIE)
        if kept is None:
            return send
        place = checked(unquote(kept), self._pages)

        def lead(headers: MutableHeaders) -> None:
            if place and headers.get("location") in (self._base or "/", f"{self._base}/"):
                headers["location"] = place
            headers.append("set-cookie", self._cookie(scope, None))

        return changing(send, lead)

    def _cookie(self, scope: Scope, place: str | None) -> str:
        secure = "; Secure" if self._secure or over_tls(scope) else ""
        kept = f"{quote(place, safe='')}; Max-Age={SECONDS}" if place else "; Max-Age=0"
        return f"{COOKIE}={kept}; Path={self._base or '/'}; HttpOnly; SameSite=Lax{secure}"


def page_of_ours(referer: str, host: str, pages: frozenset[str]) -> str | None:
    """The page, with its filters, that a request came from; None when that is no page of this app on this host."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.netloc.lower() != host.lower():
        return None
    return checked(parts.path + (f"?{parts.query}" if parts.query else ""), pages)


def checked(place: str, pages: frozenset[str]) -> str | None:
    """The place again if it is one of the pages, perhaps with a query of plain characters; None for anything else."""
    if len(place) > LONGEST or not _PLAIN.fullmatch(place):
        return None
    return place if place.partition("?")[0] in pages else None
