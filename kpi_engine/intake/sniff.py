"""One pass over a file's bytes: what it is, how its text is encoded, its checksum. Memory stays at one
block.
"""

from __future__ import annotations

import codecs
import enum
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from kpi_engine.errors import TruncatedFile, UnreadableFile

BLOCK = 1 << 20
LONGEST_LINE = 1 << 20
"""Bytes. No published table comes near: the widest (505 columns) has lines of under 5,000."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes (or files) are done, and of how many."""


class Form(enum.Enum):
    """How the table is stored."""

    TEXT = "text with delimiters"
    ZIP = "a zip archive"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the bytes say. ``encoding`` is a codec's name (None unless text); ``whole`` is whether the text
    ends with a line break.
    """

    form: Form
    sha256: str
    size: int
    encoding: str | None
    whole: bool


_NOT_TABLES = (
    (b"%PDF", "is a PDF document"),
    (b"\x89PNG", "is a PNG picture"),
    (b"\xff\xd8\xff", "is a JPEG picture"),
    (b"GIF8", "is a GIF picture"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it and give the file inside"),
    (b"7z\xbc\xaf", "is a 7-Zip archive; unpack it and give the files inside"),
    (b"Rar!", "is a RAR archive; unpack it and give the files inside"),
    (
        b"\xd0\xcf\x11\xe0",
        "is an old Excel workbook (.xls) or one with a password; save it without a password as .xlsx or CSV",
    ),
    (b"\xff\xfe\x00\x00", "is written in UTF-32; save it as CSV UTF-8"),
    (b"\x00\x00\xfe\xff", "is written in UTF-32; save it as CSV UTF-8"),
)
_PAGES = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML document"))
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_WINDOWS_LETTER = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


def sniff(stream: BinaryIO, name: str, progress: Progress | None = None) -> Sniffed:
    """Read the stream once from its start and say what it holds.

    Raises UnreadableFile for anything that is not a table (empty, archive, picture, document, binary content,
    a line longer than ``LONGEST_LINE``, bytes that are neither UTF-8 nor Windows-1252), TruncatedFile when
    the last character is cut in half. A line that is too long is refused as soon as it is met.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    first = stream.read(BLOCK)
    if not first.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile(f"{name}: the file is empty" + ("" if size == 0 else " (nothing but blanks)"))
    form = _form(first, name)
    if form is not Form.TEXT:
        return Sniffed(form, _digest(stream, first, name, size, progress), size, None, True)
    text = _Text(name, first)
    digest = hashlib.sha256()
    block, done = first, 0
    while block:
        text.take(block)
        digest.update(block)
        done += len(block)
        if progress is not None:
            progress(f"Checking {name}", done, size)
        block = stream.read(BLOCK)
    return Sniffed(Form.TEXT, digest.hexdigest(), size, text.encoding(), text.whole)


def _form(first: bytes, name: str) -> Form:
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Form.ZIP
    if first.startswith(b"PAR1"):
        return Form.PARQUET
    for magic, what in _NOT_TABLES:
        if first.startswith(magic):
            raise UnreadableFile(f"{name}: the file {what}")
    start = first[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what in _PAGES:
        if start.startswith(magic):
            raise UnreadableFile(
                f"{name}: the file is {what}, not a table; the download may have asked for a sign-in or failed"
            )
    return Form.TEXT


def _digest(stream: BinaryIO, first: bytes, name: str, size: int, progress: Progress | None) -> str:
    digest = hashlib.sha256(first)
    done = len(first)
    while block := stream.read(BLOCK):
        digest.update(block)
        done += len(block)
        if progress is not None:
            progress(f"Checking {name}", done, size)
    return digest.hexdigest()


class _Text:
    """Follows the text block by block: line lengths, stray binary bytes, which encoding is possible."""

    def __init__(self, name: str, first: bytes) -> None:
        self.name = name
        self.utf16 = first.startswith(_UTF16)
        self.bom = first.startswith(codecs.BOM_UTF8)
        self.whole = False
        self._line = 0
        self._bytes = self._characters = 0
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._windows = True

    def take(self, block: bytes) -> None:
        self._measure(block)
        if self.utf16:
            self.whole = block[-2:] in (b"\n\x00", b"\x00\n", b"\r\x00", b"\x00\r")
            return
        self.whole = block.endswith((b"\n", b"\r"))
        at = block.find(b"\x00")
        if at >= 0:
            raise UnreadableFile(
                f"{self.name}: the file is not text: it has a zero byte at position {self._bytes + at + 1:,}"
            )
        self._bytes += len(block)
        if self._utf8 is not None:
            try:
                self._characters += len(self._utf8.decode(block))
            except UnicodeDecodeError:
                self._utf8 = None
        self._windows = self._windows and not any(byte in block for byte in _NO_WINDOWS_LETTER)

    def _measure(self, block: bytes) -> None:
        ends = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
        self._line += min(ends) if ends else len(block)
        if self._line > LONGEST_LINE:
            raise UnreadableFile(
                f"{self.name}: the file has a line of more than {LONGEST_LINE:,} bytes without a line break, "
                "so it is not a table; download or export it again"
            )
        if ends:
            self._line = len(block) - 1 - max(block.rfind(b"\n"), block.rfind(b"\r"))

    def encoding(self) -> str:
        if self.utf16:
            return "utf-16"
        if self._utf8 is not None:
            try:
                self._utf8.decode(b"", True)
                return "utf-8-sig"
            except UnicodeDecodeError:
                pending = len(self._utf8.getstate()[0])
                if self.bom or self._characters != self._bytes - pending:
                    raise TruncatedFile(
                        f"{self.name}: the file breaks off in the middle of its last character; "
                        "download or export it again"
                    ) from None
        if self._windows and not self.bom:
            return "cp1252"
        raise UnreadableFile(
            f"{self.name}: the letters cannot be read: they are neither UTF-8 nor Windows-1252; "
            "save the file as CSV UTF-8"
        )
