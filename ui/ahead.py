"""What the server reads by itself once it is up, so that nobody waits for it: the app, the data, their breakdowns."""

from __future__ import annotations

import gc
import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kpi_engine import log
from kpi_engine import settings as settings_file
from kpi_engine.errors import KpiError
from kpi_engine.sample import has_data
from ui import start

_LOG = log.of("start")
_AFTER = 6.0
"""Seconds left to whoever asks for the first page; the breakdowns are read after them."""
_BETWEEN = 0.05
"""Seconds between two measures, in which pages are answered."""


@contextmanager
def reading() -> Iterator[None]:
    """Read ahead in a thread of its own, until all is read or the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=read, args=(stop,), name="reading ahead", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def read(stop: threading.Event) -> None:
    """Import the app and open the trust's own data, then read the breakdowns of each measure, unless told to stop.

    Whatever goes wrong here goes wrong again, and is told, when the first page is asked for.
    """
    try:
        importlib.import_module("ui.kpi_page")
        settings = settings_file.load()
        if not has_data(settings.data_folder):
            return
        engine = start.opened(settings).engine
        if engine is None or stop.wait(_AFTER):
            return
        for _ in engine.read_on():
            if stop.wait(_BETWEEN):
                return
    except (KpiError, OSError) as error:
        _LOG.info("nothing could be read ahead: %s", error)
        return
    gc.collect()
    gc.freeze()
