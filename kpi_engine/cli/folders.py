"""Which data folder a command works on, and opening it."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

from kpi_engine import settings
from kpi_engine.cli.progress import Progress
from kpi_engine.engine import Engine
from kpi_engine.errors import UsageError
from kpi_engine.sample import has_data, sample_folder


def data_folder(given: str | None) -> Path:
    """The folder that was named, else the one of the settings."""
    return Path(given).resolve() if given else settings.load().data_folder


@contextlib.contextmanager
def opened(given: str | None, as_at: str | None, members: str | None) -> Iterator[Engine]:
    """The engine over the named folder, else over the settings' one, else over the sample trust (said aloud)."""
    chosen = settings.load()
    folder = data_folder(given)
    if not has_data(folder):
        if given:
            raise UsageError(
                f"{folder} holds no data yet; load files with: python -m kpi_engine load FILE... --into {given}"
            )
        progress = Progress()
        print(f"No data in {folder}: showing the sample trust.", file=sys.stderr)
        try:
            folder = sample_folder(progress)
        finally:
            progress.end()
    counted = members or chosen.members
    engine = Engine.open(folder, parse_date(as_at), "current" if counted == "current" else "then")
    try:
        yield engine
    finally:
        engine.close()


def parse_date(text: str | None) -> dt.date | None:
    """A day from ``2026-11-14``; UsageError otherwise."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date; write it as 2026-11-14") from error
