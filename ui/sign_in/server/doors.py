"""Which addresses of the server answer, to which methods, and which only to somebody who is signed in.

Streamlit serves more than its pages: figures about its own work, an interface for other programs, checks, the files of
components, downloads and uploads. What the app needs is listed here; all the rest is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.sign_in.server.asgi import say

_LOOK = ("GET", "HEAD")
_OPEN = {"/_stcore/health": _LOOK, "/_stcore/host-config": _LOOK}
_OF_SIGN_IN = ("/auth/login", "/auth/logout", "/oauth2callback")
_CHANNEL = "/_stcore/stream"
_UPLOADS = "/_stcore/upload_file/"
DECK = "explorer.deck"
"""The component that meetings are presented with (``ui/deck.py``); the server names its files after it."""
AGENDA = "agenda.rows"
"""The name of the component of the agenda's rows (``ui/prepare_list.py``)."""


class Doors:
    """The layer. ``signed_in`` says of a request's cookies whether they are of somebody who is signed in.

    ``openid``: the addresses of signing in with OpenID are needed. ``components``: names of the components whose files
    are needed. ``files``: addresses of the files of ours that pages load; nothing of the trust is in them.
    """

    def __init__(
        self,
        app: ASGIApp,
        signed_in: Callable[[Mapping[str, str]], bool],
        openid: bool = True,
        components: Collection[str] = (),
        base: str = "",
        files: Collection[str] = (),
    ) -> None:
        self._app = app
        self._signed_in = signed_in
        self._openid = openid
        self._components = tuple(f"/component/{name}/" for name in components)
        self._base = base
        self._files = frozenset(files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"] != self._base + _CHANNEL:
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            methods, known_only = self._rule(scope["path"])
            if not methods:
                await say(send, 404, "There is nothing here.")
                return
            if scope["method"] not in methods:
                await say(send, 405, "This cannot be done here.", {"allow": ", ".join(methods)})
                return
            if known_only and not await run_in_threadpool(self._signed_in, dict(HTTPConnection(scope).cookies)):
                await say(send, 403, "Please sign in first.")
                return
        await self._app(scope, receive, send)

    def _rule(self, full: str) -> tuple[tuple[str, ...], bool]:
        """The methods that an address answers to (none: it is not there), and whether to signed-in people only."""
        path = full.removeprefix(self._base) if full.startswith(f"{self._base}/") else full
        if path in _OPEN:
            return _OPEN[path], False
        if path in self._files:
            return _LOOK, False
        if path.startswith(_UPLOADS):
            return ("PUT", "DELETE"), True
        if path.startswith("/media/"):
            return _LOOK, True
        if path in _OF_SIGN_IN:
            return (("GET",) if self._openid else ()), False
        if path.startswith("/component/"):
            return (_LOOK if path.startswith(self._components) else ()), False
        if "_stcore" in path or path.startswith(("/media", "/component", "/app/", "/auth")):
            return (), False
        return _LOOK, False
