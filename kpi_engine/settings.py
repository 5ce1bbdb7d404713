"""The settings file: the trust's name and logo, folders, sign-in, policies. Environment variables come over it.

The file is ``settings.toml`` in the working folder, or the one that ``TRUST_KPI_SETTINGS`` names. Every setting is
listed in ``docs/settings.md``. Nothing is guessed: an unknown name or a wrong value stops the start and is named.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
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
        "trust",
        "colour",
        "TRUST_KPI_COLOUR",
        "",
        "The trust's colour as #RRGGBB for its name, links and buttons, made legible where it is not.",
    ),
    Setting(
        "data", "folder", "TRUST_KPI_DATA", "data", "The data folder; while it is empty the sample trust is shown."
    ),
    Setting(
        "private",
        "folder",
        "TRUST_KPI_PRIVATE",
        "private",
        "The folder of the directory, accounts, the trail and keys; never inside the data folder nor around it.",
    ),
    Setting(
        "sign_in",
        "method",
        "TRUST_KPI_SIGN_IN",
        "password",
        "How people sign in: with accounts of the explorer's own (password) or of Microsoft or Google (oidc).",
        ("password", "oidc"),
    ),
    Setting("sign_in", "hours", "TRUST_KPI_SIGN_IN_HOURS", "9", "How many hours a sign-in lasts, 1 to 23."),
    Setting(
        "policies",
        "members",
        "TRUST_KPI_MEMBERS",
        "then",
        "Whose figures make the trust's: the academies of the time (then) or today's in every year (current).",
        ("then", "current"),
    ),
    Setting(
        "policies",
        "small_numbers",
        "TRUST_KPI_SMALL_NUMBERS",
        "hidden",
        "Whether headteachers see small numbers: of no academy (hidden) or of the academies they lead (own-academy).",
        ("hidden", "own-academy"),
    ),
    Setting(
        "help",
        "contact",
        "TRUST_KPI_CONTACT",
        "",
        "Whom to ask for access, e.g. a name and an e-mail address; shown to people whom the directory does not know.",
    ),
    Setting("log", "level", "TRUST_KPI_LOG", "info", "How much is logged.", ("debug", "info", "warning", "error")),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. ``data_folder``, ``private_folder`` and ``logo`` are absolute."""

    trust_name: str
    logo: Path | None
    data_folder: Path
    members: Literal["then", "current"]
    log_level: str
    private_folder: Path = field(default_factory=lambda: Path("private").resolve())
    sign_in: Literal["password", "oidc"] = "password"
    sign_in_hours: int = 9
    small_numbers: Literal["hidden", "own-academy"] = "hidden"
    contact: str = ""
    colour: str = ""


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
    data, private = _folders(base, found)
    return Settings(
        found["TRUST_KPI_NAME"],
        logo,
        data,
        cast(Literal["then", "current"], found["TRUST_KPI_MEMBERS"]),
        found["TRUST_KPI_LOG"],
        private,
        cast(Literal["password", "oidc"], found["TRUST_KPI_SIGN_IN"]),
        _hours(found["TRUST_KPI_SIGN_IN_HOURS"]),
        cast(Literal["hidden", "own-academy"], found["TRUST_KPI_SMALL_NUMBERS"]),
        found["TRUST_KPI_CONTACT"].strip(),
        _colour(found["TRUST_KPI_COLOUR"].strip()),
    )


def _folders(base: Path, found: Mapping[str, str]) -> tuple[Path, Path]:
    """The data folder and the private one, absolute; SettingsError when one holds the other."""
    for what, variable in (("data", "TRUST_KPI_DATA"), ("private", "TRUST_KPI_PRIVATE")):
        if not found[variable].strip():
            raise SettingsError(f"the {what} folder's name is empty; set [{what}] folder or {variable}")
    data, private = ((base / found[variable]).resolve() for variable in ("TRUST_KPI_DATA", "TRUST_KPI_PRIVATE"))
    for inner, outer in ((private, data), (data, private)):
        if any(_same(folder, outer) for folder in (inner, *inner.parents)):
            raise SettingsError(
                f"the private folder {private} and the data folder {data} must lie apart, so that no backup of the "
                "data holds keys or accounts; set [private] folder or TRUST_KPI_PRIVATE to a place of its own"
            )
    return data, private


def _same(one: Path, other: Path) -> bool:
    # A path that differs in capitals is the same folder on many computers, which only the file system knows.
    try:
        return one == other or one.samefile(other)
    except OSError:
        return os.path.normcase(one) == os.path.normcase(other)


def _hours(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text.strip()) or not 1 <= int(text) <= 23:
        raise SettingsError(
            f"[sign_in] hours (TRUST_KPI_SIGN_IN_HOURS) is {text!r}; it must be a whole number from 1 to 23, since "
            "nobody stays signed in for a day"
        )
    return int(text)


def _colour(text: str) -> str:
    if text and not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise SettingsError(
            f"[trust] colour (TRUST_KPI_COLOUR) is {text!r}; it must be six hexadecimal digits after #, like #7A1F5C"
        )
    return text.upper()


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
