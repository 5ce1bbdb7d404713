"""The private folder: the directory, accounts, sessions, the trail and keys. Only its owner may look into it.

It stands outside the data folder, so that no backup of the data holds who may sign in or what hides a pupil's id. On
Linux and macOS the folder has mode 0700 and its files 0600; on Windows a folder in a person's own profile is closed to
others by the system.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sqlite3
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from kpi_engine.errors import PeopleError

DIRECTORY = "directory.csv"
PEOPLE = "people.sqlite"
TRAIL = "trail.sqlite"
WRITTEN = "written.sqlite"
COOKIE_KEY = "cookie.key"
NAMES_KEY = "names.key"

_LOCK = "directory.lock"
_BYTES = 32
_DIFFERENT = 8
_PUBLISHED = """
abcdef changeme cookie_key default key random_cookie_key random_key random_signature_key secret secret_key
signature_key some_cookie_key some_key some_secret some_signature_key xxx your_cookie_key your_secret_key
"""
"""Keys that stand in documentation and examples, above all in that of streamlit-authenticator."""
_KNOWN = frozenset(_PUBLISHED.split())
_REPEATED_TRIES = 40
_PAUSE = 0.05
_WAIT = 10.0
_REMEDY = "delete it to have a new one made, or restore it from a backup"


def make(folder: Path) -> Path:
    """The folder, made for its owner alone when it is missing.

    Raises PeopleError when it cannot be made or written in, or when it is there, holds something and is open to
    others: a folder that the explorer did not make is not closed to people who may need it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "nt":
            mode = stat.S_IMODE(folder.stat().st_mode)
            if mode & 0o077 and not any(folder.iterdir()):
                folder.chmod(0o700)
            elif mode & 0o077:
                raise PeopleError(
                    f"the private folder {folder} is open to others on this computer (mode {mode:o}); close it with: "
                    f"chmod 700 {folder}"
                )
    except OSError as error:
        raise PeopleError(
            f"the private folder {folder} cannot be used ({error.strerror}); choose another with [private] folder or "
            "TRUST_KPI_PRIVATE"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PeopleError(f"the private folder {folder} cannot be written in; give it to the account that runs this")
    return folder


def file(path: Path) -> Path:
    """An empty file for its owner alone, where there is none yet; the path again."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def put(path: Path, content: bytes) -> None:
    """Have the content in place in one step, for the owner alone, and on the disk.

    Whoever reads meanwhile reads all of the old file or all of the new one. Raises PeopleError, and leaves the old one.
    """
    beside = path.parent / f".unfinished-{secrets.token_hex(6)}"
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _replace(beside, path)
        _sync(path.parent)
    except OSError as error:
        raise PeopleError(f"{path} cannot be written ({error.strerror}); nothing has been changed") from error
    finally:
        beside.unlink(missing_ok=True)


def _replace(old: Path, new: Path) -> None:
    for left in reversed(range(_REPEATED_TRIES)):
        try:
            old.replace(new)
            return
        except PermissionError:
            # Windows refuses while somebody reads the file, which takes less than a millisecond.
            if left == 0 or os.name != "nt":
                raise
            time.sleep(_PAUSE)


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def alone(folder: Path, wait: float = _WAIT) -> Iterator[None]:
    """Hold the folder's lock during the block: no other process or thread reads, changes and writes at the same time.

    The operating system gives the lock of somebody who was killed back. Raises PeopleError after ``wait`` seconds.
    """
    # SQLite's lock on an empty file works alike on every system, and knows threads from processes.
    connection = sqlite3.connect(file(make(folder) / _LOCK), timeout=wait, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise PeopleError(
                f"somebody else is changing {folder}; waited {wait:g} seconds, try again ({error})"
            ) from error
        yield
    finally:
        connection.close()


def secret(folder: Path, name: str) -> bytes:
    """The key of 32 bytes in ``folder/name``, made from the system's randomness when it is first asked for.

    ``name`` ends in ``.key``. Raises PeopleError for a key that is short, malformed or known from a documentation; it
    is never replaced, since what it protects would be lost without a word.
    """
    if not re.fullmatch(r"[a-z0-9-]{1,60}\.key", name):
        raise ValueError(f"{name!r} cannot be the name of a key's file")
    path = folder / name
    if not path.exists():
        with alone(folder):
            if not path.exists():
                put(path, f"{secrets.token_hex(_BYTES)}\n".encode("ascii"))
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PeopleError(f"the key in {path} cannot be read: {error}") from error
    refuse_weak(text, str(path))
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise PeopleError(f"{path} holds no key of hexadecimal digits; {_REMEDY}") from error
    if len(key) < _BYTES:
        raise PeopleError(f"the key in {path} has {len(key)} bytes, and needs {_BYTES}; {_REMEDY}")
    return key


def refuse_weak(key: str, where: str, remedy: str = _REMEDY) -> None:
    """Raise PeopleError for a key that others know or can guess; ``where`` says which one it is, and never its text.

    A key must have at least 32 characters, eight of them different, and stand in no documentation.
    """
    if key.strip().lower() in _KNOWN:
        raise PeopleError(f"the key in {where} stands in documentation, so anybody knows it; {remedy}")
    if len(key) < _BYTES:
        raise PeopleError(f"the key in {where} has {len(key)} characters, and needs at least {_BYTES}; {remedy}")
    # Of 64 random hexadecimal digits fewer than 8 are different in less than one of 10^18 keys.
    if len(set(key)) < _DIFFERENT:
        raise PeopleError(f"the key in {where} repeats a few characters, so it can be guessed; {remedy}")
