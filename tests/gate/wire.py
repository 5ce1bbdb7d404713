"""A client that is no browser: it speaks the server's own language and says in it whatever it likes."""

from __future__ import annotations

import datetime as dt
import http.client
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kpi_engine.people import private
from kpi_engine.people.sessions import Sessions
from ui.sign_in.password import COOKIE

ENOUGH = 30.0
"""Seconds to wait for an answer that has to come."""

KINDS: Mapping[str, Sequence[Any]] = {
    "trigger_value": (True,),
    "bool_value": (True,),
    "string_value": ("900005", "All academies (8)", "Di Penn", "admin", "", "{", '{"selection": 7}', "x" * 20_000),
    "int_value": (-1, 2**31 - 1),
    "double_value": (float("nan"),),
    "json_value": ("{", '{"points": [{"customdata": ["", "academy=900005"]}]}', "null"),
    "json_trigger_value": ("[[[[",),
    "bytes_value": (b"\x00\xff",),
}
"""What can be said of a widget, by the name under which it is said."""


@dataclass(slots=True)
class Tried:
    """How many requests were tampered with."""

    count: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the bytes of each message. ``ended`` says that the script ran to its end."""

    raw: tuple[bytes, ...]
    ended: bool

    @property
    def messages(self) -> list[ForwardMsg]:
        return [ForwardMsg.FromString(data) for data in self.raw]

    @property
    def everything(self) -> bytes:
        return b"\n".join(self.raw)

    @property
    def said(self) -> str:
        """The HTML that is drawn."""
        drawn = (each.delta.new_element for each in self.messages if each.WhichOneof("type") == "delta")
        return "\n".join(each.html.body for each in drawn if each.WhichOneof("type") == "html")

    @property
    def exceptions(self) -> list[Any]:
        drawn = (each.delta.new_element for each in self.messages if each.WhichOneof("type") == "delta")
        return [each.exception for each in drawn if each.WhichOneof("type") == "exception"]

    @property
    def session(self) -> str:
        return next(
            each.new_session.initialize.session_id for each in self.messages if each.WhichOneof("type") == "new_session"
        )

    def widgets(self) -> set[str]:
        """The ids of all widgets that were drawn."""
        return {text for each in self.messages for text in _ids(each)}


@dataclass(slots=True)
class Wire:
    """One connection, kept open; ``cookie`` is sent when it is made."""

    address: str
    tried: Tried
    cookie: str = ""
    resume: str = ""
    socket: ClientConnection = field(init=False)
    _open: ExitStack = field(init=False)

    def __post_init__(self) -> None:
        protocols = ["streamlit", "xsrf", self.resume] if self.resume else ["streamlit"]
        self._open = ExitStack()
        self.socket = self._open.enter_context(
            connect(
                self.address.replace("http", "ws", 1) + "/_stcore/stream",
                subprotocols=protocols,  # type: ignore[arg-type]
                additional_headers={"Cookie": self.cookie} if self.cookie else None,
                origin=self.address,  # type: ignore[arg-type]
                max_size=None,
                open_timeout=ENOUGH,
            )
        )

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run(
        self,
        page: str = "",
        query: str = "",
        widgets: Iterable[WidgetState] = (),
        hashed: str = "",
        fragment: str = "",
        wait: float = ENOUGH,
    ) -> Answer:
        """Have the app run: a page by its name or by its hash, with this in the address and these widgets' states."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.page_script_hash = hashed
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.extend(widgets)
        return self.say(message.SerializeToString(), wait)

    def say(self, data: bytes | str, wait: float = ENOUGH, until: Callable[[bytes], bool] | None = None) -> Answer:
        """Send this as it is, and take what comes back until a run (or ``until`` something else) has ended, or the
        time is over."""
        self.tried.count += 1
        found: list[bytes] = []
        end = time.monotonic() + wait
        try:
            self.socket.send(data)
            while (left := end - time.monotonic()) > 0:
                got = self.socket.recv(timeout=left)
                found.append(got if isinstance(got, bytes) else got.encode())
                if (until or _ends)(found[-1]):
                    return Answer(tuple(found), True)
        except (TimeoutError, ConnectionClosed):
            pass
        return Answer(tuple(found), False)


@dataclass(frozen=True, slots=True)
class Place:
    """A server that runs, its private folder, and how often it was tampered with."""

    address: str
    private: Path
    tried: Tried

    def wire(self, cookie: str = "", resume: str = "") -> Wire:
        """A new connection."""
        return Wire(self.address, self.tried, cookie, resume)

    def cookie(self, user: str) -> str:
        """The cookie of somebody who has signed in just now."""
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        session = secrets.token_urlsafe(32)
        assert Sessions(self.private / private.PEOPLE).begin(user, session, until)
        key = private.secret(self.private, private.COOKIE_KEY)
        return f"{COOKIE}={jwt.encode({'jti': session, 'exp': until}, key, algorithm='HS256')}"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """One request, its path sent as it is written: status, and every byte of the answer."""
        self.tried.count += 1
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=ENOUGH)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in {**headers, "content_length": str(len(body))}.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders(body)
            answer = connection.getresponse()
            head = "\n".join(f"{name}: {value}" for name, value in answer.getheaders())
            return answer.status, head.encode() + b"\n\n" + answer.read()
        finally:
            connection.close()


def state(id: str, kind: str, value: Any) -> WidgetState:
    """What a browser says of a widget."""
    return WidgetState(id=id, **{kind: value})


def claims(ids: Iterable[str]) -> Iterator[list[WidgetState]]:
    """Every kind of thing said of all widgets at once, then something untrue of each alone."""
    ordered = sorted(ids)
    for kind, values in KINDS.items():
        for value in values:
            yield [state(id, kind, value) for id in ordered]
    for number, id in enumerate(ordered):
        yield [state(id, "trigger_value", True)] if number % 2 else [state(id, "string_value", "900005")]


def hash_of(page: str) -> str:
    """How a page is named between browser and server."""
    return calc_hash(page)


def _ends(data: bytes) -> bool:
    message = ForwardMsg.FromString(data)
    early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    return message.WhichOneof("type") == "script_finished" and message.script_finished != early


def _ids(message: Message) -> Iterator[str]:
    for descriptor, value in message.ListFields():
        several = value if descriptor.is_repeated and not hasattr(value, "keys") else [value]
        for each in several:
            if isinstance(each, Message):
                yield from _ids(each)
            elif isinstance(each, str) and descriptor.name == "id" and each.startswith("$$ID"):
                yield each
