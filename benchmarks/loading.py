"""How long a load takes from the command line, and how much memory: whole processes, as somebody would start them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measuring import Line

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "files"
REAL = ROOT / "tests" / "real"
ENGLAND = (
    "ks4/2018-2019_england_ks4provisional.csv",
    "census/2018-2019_england_census.csv",
    "absence/2018-2019_england_abs.csv",
    "destinations/2018-2019_england_ks4-pupdest.csv",
    "gias/groups_202203.csv",
    "gias/group_links_202203.csv",
)
TRUST = "United Learning Trust"
SAMPLE_SECONDS = 10.0
ENGLAND_SECONDS = 10.0
ENGLAND_MB = 1000.0
RUNS = 3


def load_sample() -> Iterator[Line]:
    """The sample trust's 80 files into an empty folder."""
    yield from _loads("load of the sample trust", [str(SAMPLE)], SAMPLE_SECONDS, None)


def load_england() -> Iterator[Line]:
    """All of England's KS4, census, absence and destinations tables at once, for one trust."""
    files = [str(REAL / name) for name in ENGLAND]
    yield from _loads("load of England's tables", [*files, "--trust", TRUST], ENGLAND_SECONDS, ENGLAND_MB)


def _loads(what: str, arguments: Sequence[str], seconds: float, megabytes: float | None) -> Iterator[Line]:
    runs = [_run(arguments) for _ in range(RUNS)]
    yield Line(what, "s", tuple(wall for wall, _, _ in runs), seconds)
    if all(busy is not None for _, busy, _ in runs):
        yield Line(f"{what}: processor time", "s", tuple(busy or 0.0 for _, busy, _ in runs))
        yield Line(f"{what}: memory at most", "MB", tuple(peak or 0.0 for _, _, peak in runs), megabytes)


def _run(arguments: Sequence[str]) -> tuple[float, float | None, float | None]:
    """One load in a process of its own: seconds by the clock, of processors, and the most memory in MB.

    The last two are None on a system that does not keep account of a finished process.
    """
    with TemporaryDirectory(prefix="kpi-benchmark-") as folder:
        command = [sys.executable, "-m", "kpi_engine", "load", *arguments, "--into", folder]
        account = [sys.executable, str(ROOT / "benchmarks" / "account.py")]
        done = subprocess.run([*account, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"the load failed ({done.returncode}): {' '.join(command)}")
    found = json.loads(done.stdout)
    return found["wall"], found["busy"], found["megabytes"]
