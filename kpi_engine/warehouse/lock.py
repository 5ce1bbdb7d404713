"""One writer at a time: a lock of the operating system, which falls away with the process that holds it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from kpi_engine.errors import Busy
from kpi_engine.warehouse import files

_STEP = 0.05


@contextlib.contextmanager
def locked(folder: Path, doing: str, wait: float) -> Iterator[None]:
    """Hold the folder's lock during the block, in this process and thread alone.

    Waits up to ``wait`` seconds for another holder, then raises Busy, which names it. A killed holder leaves no lock
    behind: the operating system gives it back.
    """
    files.writable(folder)
    place, holder = folder / "lock", folder / "lock-holder.json"
    with place.open("a+b") as file:
        deadline = time.monotonic() + wait
        while not _take(file):
            if time.monotonic() >= deadline:
                raise Busy(_who(holder, wait))
            time.sleep(_STEP)
        try:
            since = dt.datetime.now(ZoneInfo("Europe/London")).isoformat(timespec="seconds")
            told = {"doing": doing, "process": os.getpid(), "computer": socket.gethostname(), "since": since}
            files.put_text(holder, files.pretty(told))
            yield
        finally:
            files.remove(holder)
            _give_back(file)


def _who(holder: Path, wait: float) -> str:
    told = files.read_json(holder)
    if not isinstance(told, dict):
        return f"another load is at work in {holder.parent}; waited {wait:g} seconds"
    return (
        f"{holder.parent} is in use: {told.get('doing')} by process {told.get('process')} on "
        f"{told.get('computer')} since {told.get('since')}; waited {wait:g} seconds, try again when it is done"
    )


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _give_back(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_back(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
