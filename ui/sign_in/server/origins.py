"""Only the app's own pages may speak to the server from within a browser.

Streamlit also lets in pages of other ports of the same computer and, to find out whether a page is of this computer,
asks an address elsewhere for the server's own: anybody could have the server do that. Here a page of another address is
turned away first, by the names in the request alone.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.sign_in.server.asgi import say

_READS = ("GET", "HEAD")


class Origins:
    """The layer. ``others`` are further origins that may speak to the server (``server.corsAllowedOrigins``)."""

    def __init__(self, app: ASGIApp, others: Collection[str] = ()) -> None:
        self._app = app
        self._others = frozenset(each.rstrip("/").lower() for each in others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._ours(Headers(scope=scope)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            if scope["method"] not in _READS:
                await say(send, 403, "This has to come from the app's own page.")
                return
            # What only reads is answered as to somebody without a browser, so that no other page is let read it.
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0].lower() != b"origin"]}
        await self._app(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return True
        try:
            named = urlsplit(origin).netloc.lower()
        except ValueError:
            return False
        return bool(named) and (named == headers.get("host", "").lower() or origin.rstrip("/").lower() in self._others)
