"""Files that are either as they were or as they shall be: written beside, synced, then put in place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpi_engine.errors import WarehouseError

UNFINISHED = ".unfinished-"
"""Names that begin so are leftovers of work that was cut short."""

_TRIES = 20


def unfinished(folder: Path, suffix: str) -> Path:
    """A name in ``folder`` that nobody has used, for work that is not finished."""
    return folder / f"{UNFINISHED}{secrets.token_hex(6)}{suffix}"


def put(path: Path, write: Callable[[Path], None]) -> None:
    """Have ``write`` fill a file beside ``path``, sync it and put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = unfinished(path.parent, path.suffix)
    try:
        write(beside)
        sync(beside)
        replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def put_text(path: Path, text: str) -> None:
    """Write UTF-8 text in one step."""

    def write(beside: Path) -> None:
        beside.write_bytes(text.encode("utf-8"))

    put(path, write)


def replace(old: Path, new: Path) -> None:
    """Rename over whatever is there, and sync the folder. Windows may hold a file for a moment; it is tried again."""
    for left in reversed(range(_TRIES)):
        try:
            old.replace(new)
            break
        except PermissionError:
            if left == 0:
                raise
            time.sleep(0.05)
    sync_folder(new.parent)


def sync(path: Path) -> None:
    """Have the file's content on the disk before going on."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk before going on; Windows has no such call."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sha256(path: Path) -> str:
    """The checksum of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks: equal things give equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def pretty(value: object) -> str:
    """JSON for people to read."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_json(path: Path) -> Any:
    """The JSON of a file; None when there is no such file or it is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return None


def remove(path: Path) -> bool:
    """Remove a file; False when another program holds it open, so that it must be left for the next time."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def writable(folder: Path) -> None:
    """Make the folder; WarehouseError when it cannot be made or written in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = unfinished(folder, ".trial")
        trial.touch()
        trial.unlink(missing_ok=True)  # a load at work may have cleaned it away
    except OSError as error:
        raise WarehouseError(
            f"the data folder {folder} cannot be written in ({error.strerror}); choose another with --into"
        ) from error
