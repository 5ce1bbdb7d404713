"""The settings file: the trust's name and logo, the data folder, policies. Environment variables come over it.

The file is ``settings.toml`` in the working folder, or the one that ``TRUST_KPI_SETTINGS`` names. Every setting is
listed in ``docs/settings.md``. Nothing is guessed: an unknown name or a wrong value stops the start and is named.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from kpi_engine.errors import SettingsError

FILE = "settings.toml"
FILE_VARIABLE = "TRUST_KPI_SETTINGS"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: where it stands in the file, its environment variable, and what it does."""

    section: str
    name: str
    variable: str
    default: str
    about: str
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting("trust", "name", "TRUST_KPI_NAME", "", "The trust's name on screen; empty takes it from the data."),
    Setting("trust", "logo", "TRUST_KPI_LOGO", "", "A PNG or SVG file shown at the top of the sidebar."),
    Setting(
        "data", "folder", "TRUST_KPI_DATA", "data", "The data folder; while it is empty the sample trust is shown."
    ),
    Setting(
        "policies",
        "members",
        "TRUST_KPI_MEMBERS",
        "then",
        "Whose figures make the trust's: the academies of the time (then) or today's in every year (current).",
        ("then", "current"),
    ),
    Setting("log", "level", "TRUST_KPI_LOG", "info", "How much is logged.", ("debug", "info", "warning", "error")),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. ``data_folder`` and ``logo`` are absolute."""

    trust_name: str
    logo: Path | None
    data_folder: Path
    members: Literal["then", "current"]
    log_level: str


def load(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of ``folder``'s file with the environment over it; SettingsError names what is wrong."""
    base = folder or Path.cwd()
    environment = os.environ if environment is None else environment
    named = environment.get(FILE_VARIABLE, "")
    path = base / named if named else base / FILE
    if named and not path.is_file():
        raise SettingsError(f"{FILE_VARIABLE} names {named!r}, but there is no such file; name an existing one")
    in_file = _read(path) if path.is_file() else {}
    found: dict[str, str] = {}
    for setting in SETTINGS:
        value = environment.get(setting.variable)
        where = f"the environment variable {setting.variable}"
        if value is None:
            value = in_file.get(f"{setting.section}.{setting.name}", setting.default)
            where = f"[{setting.section}] {setting.name} in {path.name}"
        if setting.choices and value not in setting.choices:
            raise SettingsError(f"{where} is {value!r}; it must be one of: {', '.join(setting.choices)}")
        found[setting.variable] = value
    logo = None
    if found["TRUST_KPI_LOGO"]:
        logo = (base / found["TRUST_KPI_LOGO"]).resolve()
        if not logo.is_file() or logo.suffix.lower() not in (".png", ".svg"):
            raise SettingsError(f"the logo {found['TRUST_KPI_LOGO']!r} must be an existing PNG or SVG file")
    data = found["TRUST_KPI_DATA"]
    if not data.strip():
        raise SettingsError("the data folder's name is empty; set [data] folder or TRUST_KPI_DATA")
    return Settings(
        found["TRUST_KPI_NAME"],
        logo,
        (base / data).resolve(),
        cast(Literal["then", "current"], found["TRUST_KPI_MEMBERS"]),
        found["TRUST_KPI_LOG"],
    )


def _read(path: Path) -> dict[str, str]:
    """Every setting of the file as ``section.name`` -> text; SettingsError for what the file should not hold."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read as TOML: {error}") from error
    known = {f"{s.section}.{s.name}" for s in SETTINGS}
    found: dict[str, str] = {}
    for section, table in tables.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{path.name}: {section!r} stands outside a section; known: {', '.join(sorted(known))}")
        for name, value in table.items():
            full = f"{section}.{name}"
            if full not in known:
                raise SettingsError(f"{path.name}: unknown setting {full!r}; known: {', '.join(sorted(known))}")
            if not isinstance(value, str):
                raise SettingsError(f"{path.name}: {full} must be text in quotes, not {value!r}")
            found[full] = value
    return found
