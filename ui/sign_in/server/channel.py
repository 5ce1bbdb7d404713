"""What a browser may say over the app's own channel: run a page, stop it, still here, make the file of this button.
Everything else goes no further.

Streamlit takes more from whoever is connected, signed in or not: to empty the memory of answers for everybody, to name
the branch and the changed files of the folder that the app was started in, to hand out addresses for uploads. It also
tells every browser, before anybody has signed in, in which folder of the server the app lies; that is left out. And it
lets whoever names somebody's connection go on with it, without their cookie: here every connection begins anew.

A button's file is asked for by a random name that was told to whoever was shown the button, and to nobody else. What
makes the file asks once more whether this person may have it (``ui/takeaway.py``), and it is fetched from an address
that answers to signed-in people alone.
"""

from __future__ import annotations

from pathlib import Path

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from kpi_engine import log

_LOG = log.of("server")
_TAKEN = ("rerun_script", "stop_script", "app_heartbeat")
_OPERATION, _FILE = "backend_operation_request", "deferred_file"


class Channel:
    """The layer. ``root`` is the folder that the app lies in."""

    def __init__(self, app: ASGIApp, root: Path) -> None:
        self._app = app
        self._root = str(root).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        scope = {**scope, "headers": [_begun_anew(name, value) for name, value in scope["headers"]]}

        async def taken() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or passes(message):
                    return message

        async def told(message: Message) -> None:
            data = message.get("bytes")
            if data and self._root in data:
                message = {**message, "bytes": without_folder(data)}
            await send(message)

        await self._app(scope, taken, told)


def _begun_anew(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """The header without the third of its entries, in which a browser names the connection that it had before."""
    if name.lower() != b"sec-websocket-protocol":
        return name, value
    return name, b",".join(value.split(b",")[:2])


def passes(message: Message) -> bool:
    """Whether a message of the browser is let through. What cannot be read is left for Streamlit to end."""
    said = BackMsg()
    try:
        said.ParseFromString(message.get("bytes") or b"")
    except DecodeError:
        return True
    kind = said.WhichOneof("type")
    if kind in _TAKEN:
        return True
    if kind == _OPERATION and said.backend_operation_request.WhichOneof("payload") == _FILE:
        return True
    _LOG.warning("a message of a browser was not taken: %s", kind)
    return False


def without_folder(data: bytes) -> bytes:
    """A message for the browser; the one that begins a page's run names the app's file without its folder."""
    said = ForwardMsg.FromString(data)
    if said.WhichOneof("type") != "new_session":
        return data
    said.new_session.main_script_path = Path(said.new_session.main_script_path).name
    return said.SerializeToString()
