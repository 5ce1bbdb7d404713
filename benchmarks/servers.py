"""Servers to measure: the app over a data folder, with somebody signed in; and the ordinary way beside it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import large_trust
from kpi_engine.access import Role
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.sample import sample_folder
from kpi_engine.warehouse import files, manifest
from kpi_engine.warehouse.folder import current_manifest
from tests.gate.wire import Place, Tried

ROOT = Path(__file__).resolve().parent.parent
EXECUTIVE = Person("imogen@trust.example", "Imogen Farrow", Role.EXECUTIVE)


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: its address, its process, and the cookie of whoever is signed in ("" for none)."""

    address: str
    process: subprocess.Popen[bytes]
    cookie: str

    @property
    def memory(self) -> float:
        """The server's memory in megabytes, from the system's own count."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the system does not say how much memory a process has")


@contextmanager
def app(data: Path) -> Iterator[Served]:
    """The project's own server over a trust's data folder; the executive is signed in."""
    with tempfile.TemporaryDirectory() as folder:
        own = private.make(Path(folder) / "private")
        directory.write(own / private.DIRECTORY, (EXECUTIVE,))
        variables = {"TRUST_KPI_DATA": str(data), "TRUST_KPI_PRIVATE": str(own)}
        with _running(["server.py"], variables) as (address, process):
            yield Served(address, process, Place(address, own, Tried()).cookie(EXECUTIVE.user))


@contextmanager
def ordinary(data: Path) -> Iterator[Served]:
    """The same figures shown the ordinary way: ``benchmarks/ordinary/app.py``."""
    with _running(["benchmarks/ordinary/app.py"], {"TRUST_KPI_DATA": str(data), "PYTHONPATH": str(ROOT)}) as running:
        yield Served(*running, "")


@contextmanager
def large() -> Iterator[Path]:
    """A data folder whose version is as large as the largest trust's."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "data"
        sample = sample_folder()
        current = current_manifest(sample)
        assert current is not None
        shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("warehouse-*", "inputs", "lock"))
        path = folder / current.warehouse
        large_trust.make(sample / current.warehouse, path)
        manifest.write_manifest(folder, replace(current, warehouse_sha256=files.sha256(path)))
        yield folder


class Stoppable:
    """The project's own server over a data folder, on one address, which can be killed and started again."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._private = private.make(folder / "private")
        directory.write(self._private / private.DIRECTORY, (EXECUTIVE,))
        self._variables = {"TRUST_KPI_DATA": str(data), "TRUST_KPI_PRIVATE": str(self._private)}
        self._port = _free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        self.cookie = Place(self.address, self._private, Tried()).cookie(EXECUTIVE.user)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = _started(["server.py"], self._variables, self._port)
        _until_up(self.address)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None


@contextmanager
def stoppable(data: Path) -> Iterator[Stoppable]:
    """A server that can be killed; the executive is signed in."""
    with tempfile.TemporaryDirectory() as folder:
        server = Stoppable(data, Path(folder))
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def _running(script: Sequence[str], variables: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = _free_port()
    process = _started(script, variables, port)
    try:
        address = f"http://127.0.0.1:{port}"
        _until_up(address)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _started(script: Sequence[str], variables: Mapping[str, str], port: int) -> subprocess.Popen[bytes]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("TRUST_KPI_")}
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", *script, "--server.address=127.0.0.1", f"--server.port={port}"],
        cwd=ROOT,
        env={**given, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _until_up(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"the server did not come up at {address}")
