"""The bytes of a document: one way to write it, checked when it is read, named by a checksum."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec

from kpi_engine.errors import Damaged
from kpi_engine.meetings.document import FORMAT, Document

_PLACES = 6
_SHORT = 4


def to_bytes(document: Document) -> bytes:
    """The document as canonical JSON: keys in order, texts in NFC, numbers to six places, no NaN."""
    return msgspec.json.encode(_plain(document), order="sorted") + b"\n"


def from_bytes(content: bytes, name: str = "the meeting") -> Document:
    """The document in these bytes. Damaged, which names the place, where they are no whole document of this format."""
    try:
        found = msgspec.json.decode(content, type=Document)
    except msgspec.DecodeError as error:
        raise Damaged(f"{name} is damaged or was changed: {error}; take it from a backup") from error
    if found.format > FORMAT:
        raise Damaged(f"{name} was frozen by a newer version of the explorer; install that one to open it")
    if to_bytes(found) != content:
        raise Damaged(f"{name} was changed since it was frozen: it is not written as the explorer writes it")
    return found


def checksum(content: bytes) -> str:
    """SHA-256 of a document's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def short(check: str) -> str:
    """A checksum as it is printed on slides, pages and exports: 7f3a-91c2."""
    return f"{check[:_SHORT]}-{check[_SHORT : 2 * _SHORT]}"


def canonical(document: Document) -> Document:
    """The document as it comes back from its own bytes, so that whoever draws it draws what was frozen."""
    return from_bytes(to_bytes(document))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a frozen figure is a number or None")
        rounded = round(value, _PLACES)
        return int(rounded) if rounded == int(rounded) else rounded
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value
