"""Places on the sample trust's pages, as somebody would see them, without a page being run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.export.strip import Strip
from kpi_engine.settings import Settings
from ui import choice
from ui.ask import Ask
from ui.context import Context
from ui.place import Place
from ui.sign_in.gate import Admission

At = Callable[..., Place]
EXECUTIVE = Viewer("di@trust.example", Role.EXECUTIVE)
GOVERNOR = Viewer("cy@trust.example", Role.GOVERNOR)
HEAD = Viewer("bo@trust.example", Role.HEADTEACHER, frozenset({"900006"}))
HEAD_BY_RIGHT = Viewer("bo@trust.example", Role.HEADTEACHER, frozenset({"900006"}), small_numbers=True)

STRIP = Strip(
    "Wychbourne Learning Trust",
    "Netherquill Academy",
    "Pupil attendance",
    "2025/26",
    dt.date(2026, 11, 14),
    "7b85b494f97b",
    "Executive",
    stage="final",
    coverage="7 of 8 academies",
)


def place_in(
    engine: Engine,
    private_folder: Path,
    kpi: str,
    academy: str = "trust",
    viewer: Viewer = EXECUTIVE,
    year: str = "latest",
    within: choice.Within = (),
    by: str = "",
    looking_around: bool = True,
) -> Place:
    """The place of a KPI on its page, in the data of that engine."""
    view = engine.as_seen_by(viewer)
    ask = Ask(view, f"{engine.meta.version} then False", lambda _: None)
    offered = choice.offer(view.current_academies(), view.academies(), view.years(), viewer)
    chosen = choice.Choice(academy, year)
    settings = Settings("", None, private_folder.parent / "data", "then", "INFO", private_folder)
    admission = Admission(viewer, "Di Penn", "session", looking_around)
    name = "Wychbourne Learning Trust"
    context = Context(
        ask, name, engine.as_at, False, offered, chosen, settings, admission, settings.data_folder, engine.meta.version,
        partial(engine.as_seen_by, replace(viewer, presenting=True)),
    )  # fmt: skip
    return Place(context, CATALOGUE[kpi], within, by, "", view.result(kpi, academy, year, dict(within)))


@pytest.fixture
def at(sample_engine: Engine, tmp_path: Path) -> At:
    """``at("pupil-attendance", "900006", viewer=GOVERNOR)`` is that KPI's place for that academy."""
    return partial(place_in, sample_engine, tmp_path / "private")
