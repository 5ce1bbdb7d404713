"""Progress for people: a bar on a terminal, plain lines elsewhere, always on standard error."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 28


class Progress:
    """Called with what is being done, how much of it is done and how much there is."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out if out is not None else sys.stderr
        self._bar = self._out.isatty()
        self._last_what = ""
        self._last_time = 0.0
        self._drawn = False

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if self._bar:
            if what == self._last_what and done < of and now - self._last_time < 0.1:
                return
            filled = _WIDTH if of <= 0 else _WIDTH * done // of
            share = f"{done:,}/{of:,}" if of > 0 else ""
            self._out.write(f"\r\x1b[2K[{'#' * filled}{'.' * (_WIDTH - filled)}] {what} {share}")
            self._out.flush()
            self._drawn = True
        elif now - self._last_time >= 2.0:
            self._out.write(f"{what} ({done:,} of {of:,})\n")
            self._out.flush()
        else:
            return
        self._last_what, self._last_time = what, now

    def end(self) -> None:
        """Clear the bar, so that what follows starts on a line of its own."""
        if self._drawn:
            self._out.write("\r\x1b[2K")
            self._out.flush()
            self._drawn = False
