"""A notebook with its trail, and people who read and write in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.people.trail import Trail
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import Reader, Subject

OWN, OTHER = "900006", "900001"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FIGURE = Subject("suspensions", OWN, "2025/26")
TRUST_FIGURE = Subject("suspensions", "trust", "2025/26")


def at(minutes: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def reader(
    user: str, name: str, role: Role, hidden: Callable[[Subject], bool] = lambda _: False, **more: bool
) -> Reader:
    led = frozenset({OWN}) if role is Role.HEADTEACHER else frozenset()
    return Reader(Viewer(user, role, led, **more), name, hidden)


EXECUTIVE = reader("di@trust.example", "Di Penn", Role.EXECUTIVE)
ADMIN = reader("ada@trust.example", "Ada Quill", Role.ADMIN)
HEAD = reader("bo@trust.example", "Bo Farrow", Role.HEADTEACHER)
GOVERNOR = reader("cy@trust.example", "Cy Marl", Role.GOVERNOR)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "written.sqlite"


@pytest.fixture
def trail(path: Path) -> Iterator[Trail]:
    with Trail(path.with_name("trail.sqlite")) as opened:
        yield opened


@pytest.fixture
def book(path: Path, trail: Trail) -> Notebook:
    return Notebook.opened(path, trail)


def entries(trail: Trail) -> list[tuple[str, str, str]]:
    """The trail, oldest first."""
    return [(entry.who, entry.what, entry.detail) for entry in reversed(trail.read(limit=None))]
