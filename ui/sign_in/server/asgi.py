"""What the layers have in common: reading a request, answering one, and changing the headers of an answer."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send


def over_tls(scope: Scope) -> bool:
    """Whether the request came encrypted, as the server sees it.

    A proxy's ``X-Forwarded-Proto`` counts when the server trusts the proxy's address (``FORWARDED_ALLOW_IPS``).
    """
    return scope.get("scheme") in ("https", "wss")


async def say(send: Send, status: int, text: str, more: dict[str, str] | None = None) -> None:
    """Answer with a line of plain text."""
    body = text.encode("utf-8")
    headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), **(more or {})}
    raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def changing(send: Send, change: Callable[[MutableHeaders], None]) -> Send:
    """A ``send`` that lets ``change`` have the headers of the answer before they leave."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            change(MutableHeaders(scope=message))
        await send(message)

    return sent
