"""What these tests share: a provider and a server for the whole folder, and asking an ASGI layer without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sign_in_oidc import harness


@dataclass(frozen=True, slots=True)
class Answer:
    """What a layer let through: status (0: the layer said nothing), headers in order, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def one(self, name: str) -> str:
        (value,) = self.all(name)
        return value


Call = Callable[..., Answer]


@pytest.fixture
def call() -> Call:
    """``call(layer, "GET", "/culture", cookie="a=b")`` asks an ASGI application and gives its answer."""

    def asked(app: Any, method: str, path: str, *, scheme: str = "http", query: str = "", **headers: str) -> Answer:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "scheme": scheme,
            "headers": [(key.replace("_", "-").encode(), value.encode("latin-1")) for key, value in headers.items()],
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(app(scope, receive, send))
        start = next((each for each in sent if each["type"] == "http.response.start"), {"status": 0, "headers": []})
        given = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in start["headers"]]
        return Answer(start["status"], given, b"".join(each.get("body", b"") for each in sent))

    return asked


@pytest.fixture
def answering() -> Callable[..., Any]:
    """``answering(302, ("location", "/"))`` is an application that answers just so to everything."""

    def made(status: int = 200, *headers: tuple[str, str], body: bytes = b"") -> Any:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            raw = [(key.encode(), value.encode("latin-1")) for key, value in headers]
            await send({"type": "http.response.start", "status": status, "headers": raw})
            await send({"type": "http.response.body", "body": body})

        return app

    return made


@pytest.fixture(scope="session")
def served(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Served]:
    """The project's server with a provider, over the sample trust's figures as a trust's own."""
    with (
        harness.provider() as issuer,
        harness.served(tmp_path_factory.mktemp("openid"), sample_folder, issuer) as running,
    ):
        yield running
