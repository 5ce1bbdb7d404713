"""Timings as rows of a table: the fastest, the middle and the slowest of several runs, beside the goal."""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PACKAGES = ("duckdb", "pandas", "pyarrow", "numpy")


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing. ``found`` are the figures of its runs in ``unit``; ``goal`` bounds their median.

    With ``at_95`` the goal bounds what 95 in 100 runs do not exceed. ``against`` is the median of what it is compared
    with, where it is: then ``goal`` bounds the ratio of the two.
    """

    what: str
    unit: str
    found: tuple[float, ...]
    goal: float | None = None
    against: float | None = None
    at_95: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.found)

    @property
    def ninety_fifth(self) -> float:
        """The figure that 95 in 100 runs do not exceed; of fewer than 20 runs the slowest."""
        return sorted(self.found)[max(0, -(-95 * len(self.found) // 100) - 1)]

    @property
    def ratio(self) -> float | None:
        """The median (with ``at_95`` the 95th) over the goal, or over what it is compared with."""
        if self.against is not None:
            return self.median / self.against
        return None if self.goal is None else (self.ninety_fifth if self.at_95 else self.median) / self.goal

    @property
    def verdict(self) -> str:
        if self.goal is None or self.ratio is None:
            return ""
        return "met" if self.ratio <= (self.goal if self.against is not None else 1.0) else "missed"


def timed(what: str, run: Callable[[], object], times: int, *, goal: float | None = None, warm: int = 1) -> Line:
    """``run`` in milliseconds, ``times`` times after ``warm`` runs that do not count; garbage is collected between."""
    for _ in range(warm):
        run()
    found = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        run()
        found.append((time.perf_counter() - start) * 1000)
    return Line(what, "ms", tuple(found), goal)


def table(lines: Sequence[Line]) -> str:
    """The lines in columns, with the ratio to the goal (or to what is compared) and whether the goal is met."""
    header = ("what", "runs", "min", "median", "95th", "max", "unit", "goal", "ratio", "")
    rows: list[tuple[str, ...]] = [header]
    for line in lines:
        times, at = "x" if line.against is not None else "", " at 95th" if line.at_95 else ""
        goal = "" if line.goal is None else f"{line.goal:g}{times}{at}"
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        figures = (min(line.found), line.median, line.ninety_fifth, max(line.found))
        rows.append(
            (line.what, str(len(line.found)), *(_plain(f) for f in figures), line.unit, goal, ratio, line.verdict)
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place in (0, 6, 9) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _plain(figure: float) -> str:
    return f"{figure:.2f}" if figure < 10 else f"{figure:.1f}" if figure < 1000 else f"{figure:,.0f}"


def machine() -> str:
    """What the figures were measured on, and how busy it was."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    busy = f", {os.getloadavg()[0]:.1f} processes busy on average" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{busy}; "
        f"Python {sys.version.split()[0]}, {versions}"
    )
