"""The headers that tell a browser what the pages may do: load nothing from elsewhere, stand in no foreign frame."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.sign_in.server.asgi import changing, over_tls, say

_PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), geolocation=(), "
    "gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), "
    "serial=(), usb=(), xr-spatial-tracking=()"
)
_YEAR = 31_536_000
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class Headers:
    """The layer. ``scripts`` are the texts of the inline scripts that may run; ``framed`` those within components.

    The pages of components (``/component/``) stand in frames of the app's own pages, where there are any; nothing else
    stands in a frame.
    """

    def __init__(
        self,
        app: ASGIApp,
        scripts: Iterable[str] = (),
        framed: Iterable[str] = (),
        base: str = "",
        secure: bool = False,
    ) -> None:
        self._app = app
        inner = tuple(framed)
        self._page = policy(scripts, frames="'self'" if inner else "'none'", ancestors="'none'")
        self._framed = policy(inner, frames="'none'", ancestors="'self'")
        self._base = base
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        def dress(headers: MutableHeaders) -> None:
            nonlocal begun
            begun = True
            self._dress(scope, headers)

        dressed = changing(send, dress)
        try:
            await self._app(scope, receive, dressed)
        except Exception:
            # What went wrong belongs in the server's log, where raising it again puts it.
            if not begun:
                await say(dressed, 500, "Something went wrong on the server.")
            raise

    def _dress(self, scope: Scope, headers: MutableHeaders) -> None:
        path = scope["path"].removeprefix(self._base)
        component = path.startswith("/component/")
        headers["content-security-policy"] = self._framed if component else self._page
        headers["x-frame-options"] = "SAMEORIGIN" if component else "DENY"
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "same-origin"
        headers["permissions-policy"] = _PERMISSIONS
        headers["cross-origin-opener-policy"] = "same-origin"
        headers["cross-origin-resource-policy"] = "same-origin"
        if not path.startswith(("/static/", "/component/")) or headers.get("content-type", "").startswith("text/html"):
            headers["cache-control"] = "no-store"
        if self._secure or over_tls(scope):
            headers["strict-transport-security"] = f"max-age={_YEAR}"


def policy(scripts: Iterable[str], frames: str, ancestors: str) -> str:
    """A Content-Security-Policy: everything from this server; scripts from its files, and those whose text is given.

    ``style-src 'unsafe-inline'``: Streamlit and Plotly write styles into the page as they draw. ``data:`` pictures and
    fonts are icons and the trust's logo within the page; ``blob:`` pictures are charts on their way to a file.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts
    )
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self'",
            "manifest-src 'self'",
            f"frame-src {frames}",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


def inline_scripts(page: str) -> tuple[str, ...]:
    """The texts of the scripts that stand within an HTML page itself."""
    return tuple(text for text in _INLINE.findall(page) if text)
