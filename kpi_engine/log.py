"""The log: what happened, never whose data.

A line may name a command, a data folder's version, a layout and how many files, rows and academies there were. It
never holds a figure, a cell, an academy's or a person's name, a URN, or the content of a file. Lines go to standard
error, so that standard output holds nothing but the answer.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

NAME = "kpi_engine"
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def set_up(level: str, out: TextIO | None = None) -> None:
    """Write the engine's log lines of ``level`` (debug, info, warning, error) and above to ``out``, else to stderr.

    Calling it again changes level and stream and adds no second line for the same event.
    """
    root = logging.getLogger(NAME)
    for handler in list(root.handlers):
        root.removeHandler(handler)
    handler = logging.StreamHandler(out if out is not None else sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(level.upper())
    root.propagate = False


def of(module: str) -> logging.Logger:
    """The logger of a part of the project: ``of("load")`` writes as ``kpi_engine.load``."""
    return logging.getLogger(f"{NAME}.{module}")
