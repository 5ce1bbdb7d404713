"""From the settings to an open engine, once for each version of the data; a clear page when that cannot be done.

What is wrong is told in full to those who may mend it, and in the log; before anybody has signed in, a page says no
more than that something is.
"""

from __future__ import annotations

import gc
import html
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from kpi_engine import log
from kpi_engine import settings as settings_file
from kpi_engine.access import EVERYTHING, Role
from kpi_engine.engine import Engine
from kpi_engine.errors import KpiError, SettingsError
from kpi_engine.model import TRUST, Phase
from kpi_engine.people.trail import Event
from kpi_engine.sample import has_data, sample_folder
from kpi_engine.settings import Settings
from kpi_engine.warehouse.folder import current_manifest
from ui import choice
from ui.ask import Ask, Restricted
from ui.context import Context
from ui.sign_in import record
from ui.sign_in.gate import Admission

_LOG = log.of("start")


@dataclass(frozen=True, slots=True)
class Opened:
    """The data that the app answers from: the trust's own, or the sample's while there are none.

    ``engine`` is None where they cannot be opened, and ``trouble`` says why. ``academies`` are the names by URN.
    """

    engine: Engine | None
    sample: bool
    academies: Mapping[str, str]
    trouble: str = ""


def settings() -> Settings | None:
    """The settings in force; None after a page that says that one needs mending."""
    try:
        found = settings_file.load()
    except SettingsError as error:
        _LOG.error("a setting needs mending: %s", error)
        _page(
            "A setting needs mending",
            "Which one, and how, stands in the log of this server; every command says it too, for instance "
            "“python -m kpi_engine status”. Mend the setting, then load this page again.",
        )
        return None
    _log(found.log_level)
    return found


def opened(settings: Settings) -> Opened:
    """The engine over the trust's data, or over the sample trust's while there is none."""
    folder, sample = settings.data_folder, False
    try:
        sample = not has_data(folder)
        if sample:
            folder = _sample()
        manifest = current_manifest(folder)
        engine = _engine(str(folder), manifest.version if manifest is not None else "", settings.members)
    except (KpiError, OSError) as error:
        _LOG.error("the data cannot be opened: %s", error)
        return Opened(None, sample, {}, choice.said(error) if isinstance(error, KpiError) else str(error))
    return Opened(engine, sample, _academies(engine))


def context(found: Opened, settings: Settings, admission: Admission) -> tuple[Context, tuple[str, ...]] | None:
    """What the pages are given, with the filters read from the link, and what was not understood in it.

    None after a page that says that the data cannot be opened.
    """
    if found.engine is None:
        _cannot_be_opened(found, settings, admission)
        return None
    view = found.engine.as_seen_by(admission.viewer)
    ask = Ask(
        view,
        f"{found.engine.meta.version} {settings.members} {found.sample}",
        partial(_small_numbers_seen, settings, admission),
    )
    offered = choice.offer(view.current_academies(), view.academies(), ask.years(), admission.viewer)
    asked = {name: st.query_params.get(name) for name in ("academy", "year", "phase")}
    wanted = {name: value for name, value in asked.items() if value}
    phase = wanted.get("phase", "")
    of_phase = view.academies(Phase(phase)) if phase in offered.phases else None
    chosen, notes = choice.read(wanted, offered, of_phase)
    return (
        Context(
            ask,
            _spelt(settings.trust_name or found.engine.meta.trust_name),
            found.engine.as_at,
            found.sample,
            offered,
            chosen,
            settings,
            admission,
            found.engine.store.path.parent,
            found.engine.meta.version,
            partial(found.engine.as_seen_by, replace(admission.viewer, presenting=True)),
        ),
        notes,
    )


@st.cache_resource(show_spinner=False)
def _log(level: str) -> None:
    log.set_up(level)


@st.cache_resource(show_spinner="Making the sample trust ready, once …")
def _sample() -> Path:
    return sample_folder()


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(folder: str, version: str, members: Literal["then", "current"]) -> Engine:
    """The engine over one version, with its facts read; all that stands by then is put out of the collector's sight.

    Streamlit collects garbage after every run, and would look through every import and every fact each time.
    """
    engine = Engine.open(Path(folder), members=members, version=version or None)
    collects = gc.isenabled()
    gc.disable()  # All of these facts stay; looking through them while they come takes longer than reading them.
    try:
        engine.warm()
    finally:
        if collects:
            gc.enable()
    gc.collect()
    gc.freeze()
    return engine


def _small_numbers_seen(settings: Settings, admission: Admission, answer: Restricted) -> None:
    """Record that small numbers were viewed, once a session for each KPI, academy and year."""
    if not admission.looking_around:
        about = f"{answer.kpi}, {answer.academy}, {answer.academic_year}"
        record.once(settings, admission.viewer.user, Event.SMALL_NUMBERS_VIEWED, admission.session, about)


def _academies(engine: Engine) -> Mapping[str, str]:
    """Every academy of the data by URN; the gate compares them with the directory's before anybody sees a name."""
    return {a.urn: a.name for a in engine.as_seen_by(EVERYTHING).academies() if a.urn != TRUST}


def _cannot_be_opened(found: Opened, settings: Settings, admission: Admission) -> None:
    if not found.sample and admission.viewer.role is not Role.ADMIN:
        _page("The data cannot be opened", f"Nothing has been changed by this page. {_ask_whom(settings)}")
        return
    _page(
        "The data cannot be opened",
        found.trouble,
        f"The data folder is {settings.data_folder}. “python -m kpi_engine status” says what it holds; “rollback” goes "
        "back to the version before, and “restore” brings back a backup. Nothing has been changed by this page.",
    )


def _ask_whom(settings: Settings) -> str:
    return f"Please tell {settings.contact}." if settings.contact else "Please tell whoever looks after the explorer."


def _page(title: str, *said: str) -> None:
    paragraphs = "".join(f"<p>{html.escape(each)}</p>" for each in said)
    st.html(f'<section class="trouble" role="alert"><h1>{html.escape(title)}</h1>{paragraphs}</section>')


def _spelt(name: str) -> str:
    """A register's capitals as a reader would write them; the sector's initialisms stay."""
    return name.title() if name.isupper() else name
