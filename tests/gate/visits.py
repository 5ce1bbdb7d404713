"""Somebody who goes from page to page of the real app, and everything that reaches their browser on the way."""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from google.protobuf.message import Message
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from kpi_engine.access import Role
from kpi_engine.people.directory import Person
from tests.gate.worlds import MARK, World

HEAD = Person("bo@trust.example", "Bo Farrow", Role.HEADTEACHER, frozenset({"900006"}))
HEAD_OF_TWO = Person("mo@trust.example", "Mo Wragge", Role.HEADTEACHER, frozenset({"900001", "900007"}))
EXECUTIVE = Person("di@trust.example", "Di Penn", Role.EXECUTIVE)
GOVERNOR = Person("cy@trust.example", "Cy Marl", Role.GOVERNOR)
ADMIN = Person("ada@trust.example", "Ada Quill", Role.ADMIN)
KNOWN = (HEAD, HEAD_OF_TWO, EXECUTIVE, GOVERNOR, ADMIN)
STRANGER = Person("ed@trust.example", "Ed Loame", Role.EXECUTIVE)
"""Has a session, and stands in no directory."""

Value = str | list[str]
Link = dict[str, Value]

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3}(?!\d))+(?:\.\d+)?|\d+(?:\.\d+)?")
_SHORTEST = 9
"""Digits of a mark in a marked world."""


class Kept(ForwardMsgQueue):
    """What is sent to the browser, in place of the app's own queue, which forgets what a rerun overtakes."""

    messages: ClassVar[list[Any]] = []

    def enqueue(self, msg: Any) -> None:
        """Send, and keep."""
        self.messages.append(msg)
        super().enqueue(msg)


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as it was sent: ``sent`` are the messages' bytes, ``everything`` every text and number in them."""

    address: str
    sent: tuple[bytes, ...]
    everything: str
    said: str
    failed: bool

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.said)
        return html.unescape(found[1]).replace("\u00a0", " ") if found is not None else ""

    @property
    def panel(self) -> str:
        """The special answer in place of a figure, or ""."""
        found = re.search(r'<div class="withheld"><b>([^<]*)</b>', self.said)
        return found[1] if found is not None else ""

    @property
    def has_figure(self) -> bool:
        return '<div class="big">' in self.said


@dataclass(slots=True)
class Visitor:
    """Somebody's browser. ``visit`` opens a page by its address; ``pages`` counts those that were opened."""

    app: AppTest
    pages: int = 0

    def visit(self, path: str = "", **link: Value) -> Seen:
        """The page at this path, with this in its address."""
        self.app._page_hash = calc_hash(path) if path else ""
        self.app._finished_page_script_hash = ""
        self.app.query_params.clear()
        for name, value in link.items():
            self.app.query_params[name] = value
        Kept.messages.clear()
        self.app.run()
        return self._seen(f"/{path} {link}")

    def choose(self, widget: str, value: str) -> Seen:
        """Choose in a filter of the page that is open."""
        Kept.messages.clear()
        self.app.selectbox(key=widget).select(value).run()
        return self._seen(f"{widget} := {value}")

    def _seen(self, address: str) -> Seen:
        self.pages += 1
        every = list(Kept.messages)
        texts = "\n".join(text for message in every for text in _texts(message))
        return Seen(
            address,
            tuple(message.SerializeToString(deterministic=True) for message in every),
            texts + html.unescape(texts),
            "\n".join(str(block.value) for block in self.app.html),
            bool(self.app.exception),
        )


def marks_in(seen: Seen, world: World) -> list[str]:
    """The forbidden numbers and texts of a marked world that a page gives away, each with what stands around it."""
    text = seen.everything
    found = [text[max(at.start() - 60, 0) : at.end() + 20] for at in re.finditer(rf"{MARK}\d", text)]
    for at in _NUMBER.finditer(text):
        plain = at[0].replace(",", "")
        whole, _, decimals = plain.partition(".")
        given_away = len(whole) >= _SHORTEST and int(whole) in world.numbers
        if len(decimals) >= 5:
            given_away = given_away or _is_one_of(float(plain), world.values)
        if given_away:
            found.append(text[max(at.start() - 60, 0) : at.end() + 20])
    return found


def _is_one_of(number: float, values: Sequence[float]) -> bool:
    place = bisect.bisect_left(values, number - 1e-9)
    return place < len(values) and abs(values[place] - number) < 1e-9


def _texts(message: Message) -> Iterator[str]:
    """Every text and number of a message, and of the messages in it."""
    for kind, value in message.ListFields():
        if kind.name == "deferred_file_id":
            # The random name that a button asks its file by: digits that say nothing.
            continue
        for each in _listed(value):
            if isinstance(each, Message):
                yield from _texts(each)
            else:
                yield each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, str | bytes | int | float | Message):
        return [value]
    return [*value.keys(), *value.values()] if hasattr(value, "keys") else list(value)
