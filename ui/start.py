"""From the settings to an open engine, once for each version of the data; a clear page when that cannot be done."""

from __future__ import annotations

import gc
import html
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from kpi_engine import settings as settings_file
from kpi_engine.access import EVERYTHING, Viewer
from kpi_engine.engine import Engine
from kpi_engine.errors import KpiError, SettingsError
from kpi_engine.model import Phase
from kpi_engine.sample import has_data, sample_folder
from kpi_engine.warehouse.folder import current_manifest
from ui import choice, theme
from ui.ask import Ask
from ui.context import Context


@dataclass(frozen=True, slots=True)
class Opened:
    """An open engine and what is known about the data that it answers from."""

    engine: Engine
    settings: settings_file.Settings
    sample: bool


def opened() -> Opened | None:
    """The engine over the trust's data, or the sample trust's while there is none; None after a page that says why."""
    try:
        settings = settings_file.load()
    except SettingsError as error:
        _trouble("A setting needs mending", error, "Mend the setting, then load this page again.")
        return None
    folder = settings.data_folder
    try:
        sample = not has_data(folder)
        if sample:
            folder = _sample()
        manifest = current_manifest(folder)
        version = manifest.version if manifest is not None else ""
        return Opened(_engine(str(folder), version, settings.members), settings, sample)
    except (KpiError, OSError) as error:
        remedy = (
            f"The data folder is {folder}. “python -m kpi_engine status” says what it holds; “rollback” goes back to "
            "the version before, and “restore” brings back a backup. Nothing has been changed by this page."
        )
        _trouble("The data cannot be opened", error, remedy)
        return None


def context(found: Opened, viewer: Viewer = EVERYTHING) -> tuple[Context, tuple[str, ...]]:
    """What the pages are given, with the filters read from the link, and what was not understood in it."""
    view = found.engine.as_seen_by(viewer)
    ask = Ask(view, f"{found.engine.meta.version} {found.settings.members} {found.sample}")
    offered = choice.offer(view.current_academies(), view.academies(), ask.years())
    asked = {name: st.query_params.get(name) for name in ("academy", "year", "phase")}
    wanted = {name: value for name, value in asked.items() if value}
    phase = wanted.get("phase", "")
    of_phase = view.academies(Phase(phase)) if phase in offered.phases else None
    chosen, notes = choice.read(wanted, offered, of_phase)
    name = found.settings.trust_name or found.engine.meta.trust_name
    return Context(ask, _spelt(name), found.engine.as_at, found.sample, offered, chosen, found.settings.logo), notes


@st.cache_resource(show_spinner="Making the sample trust ready, once …")
def _sample() -> Path:
    return sample_folder()


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(folder: str, version: str, members: Literal["then", "current"]) -> Engine:
    """The engine over one version, with its facts read; all that stands by then is put out of the collector's sight.

    Streamlit collects garbage after every run, and would look through every import and every fact each time.
    """
    engine = Engine.open(Path(folder), members=members, version=version or None)
    engine.warm()
    gc.collect()
    gc.freeze()
    return engine


def _trouble(title: str, error: Exception, remedy: str) -> None:
    theme.apply()
    st.html(
        f'<section class="trouble" role="alert"><h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(choice.said(error) if isinstance(error, KpiError) else str(error))}</p>"
        f"<p>{html.escape(remedy)}</p></section>"
    )


def _spelt(name: str) -> str:
    """A register's capitals as a reader would write them; the sector's initialisms stay."""
    return name.title() if name.isupper() else name
