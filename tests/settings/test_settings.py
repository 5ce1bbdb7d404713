"""Settings: the file, the environment over it, and a sentence for everything that is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kpi_engine import settings
from kpi_engine.errors import SettingsError

ROOT = Path(__file__).parents[2]


def _file(folder: Path, text: str, name: str = "settings.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_defaults_hold(tmp_path):
    found = settings.load(tmp_path, {})
    assert found == settings.Settings("", None, (tmp_path / "data").resolve(), "then", "info")


def test_the_file_is_read_and_paths_are_from_its_folder(tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    _file(
        tmp_path,
        '[trust]\nname = "Wychbourne"\nlogo = "logo.svg"\n[data]\nfolder = "figures"\n'
        '[policies]\nmembers = "current"\n[log]\nlevel = "debug"\n',
    )
    found = settings.load(tmp_path, {})
    assert found.trust_name == "Wychbourne"
    assert found.logo == (tmp_path / "logo.svg").resolve()
    assert found.data_folder == (tmp_path / "figures").resolve()
    assert (found.members, found.log_level) == ("current", "debug")


def test_the_environment_goes_over_the_file(tmp_path):
    _file(tmp_path, '[trust]\nname = "Wychbourne"\n[policies]\nmembers = "current"\n')
    found = settings.load(tmp_path, {"TRUST_KPI_MEMBERS": "then", "TRUST_KPI_DATA": str(tmp_path / "other")})
    assert found.members == "then"
    assert found.trust_name == "Wychbourne"
    assert found.data_folder == (tmp_path / "other").resolve()


def test_another_file_can_be_named(tmp_path):
    _file(tmp_path, '[trust]\nname = "By default"\n')
    _file(tmp_path, '[trust]\nname = "By name"\n', "night.toml")
    assert settings.load(tmp_path, {"TRUST_KPI_SETTINGS": "night.toml"}).trust_name == "By name"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[policies]\nmembers = "today"\n', ("[policies] members in settings.toml", "'today'", "then, current")),
        ('[log]\nlevel = "loud"\n', ("[log] level", "'loud'", "debug, info, warning, error")),
        ('[trust]\ncolour = "blue"\n', ("unknown setting 'trust.colour'", "trust.name")),
        ('[trusts]\nname = "A"\n', ("unknown setting 'trusts.name'",)),
        ('name = "A"\n', ("'name' stands outside a section",)),
        ("[trust]\nname = 7\n", ("trust.name must be text in quotes", "7")),
        ("[trust\n", ("settings.toml cannot be read as TOML",)),
        ('[trust]\nlogo = "none.png"\n', ("the logo 'none.png'", "PNG or SVG")),
        ('[data]\nfolder = " "\n', ("[data] folder", "TRUST_KPI_DATA")),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_the_remedy(tmp_path, text, said):
    _file(tmp_path, text)
    with pytest.raises(SettingsError) as wrong:
        settings.load(tmp_path, {})
    for words in said:
        assert words in str(wrong.value)


def test_a_wrong_environment_variable_is_named(tmp_path):
    with pytest.raises(SettingsError, match="the environment variable TRUST_KPI_MEMBERS is 'all'; it must be one of"):
        settings.load(tmp_path, {"TRUST_KPI_MEMBERS": "all"})


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(SettingsError, match=r"TRUST_KPI_SETTINGS names 'gone\.toml'"):
        settings.load(tmp_path, {"TRUST_KPI_SETTINGS": "gone.toml"})


def test_a_logo_must_be_a_picture(tmp_path):
    (tmp_path / "logo.txt").write_text("logo", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"'logo\.txt' must be an existing PNG or SVG"):
        settings.load(tmp_path, {"TRUST_KPI_LOGO": "logo.txt"})


def test_the_example_file_holds_every_setting_at_its_default():
    example = tomllib.loads((ROOT / "settings.example.toml").read_text(encoding="utf-8"))
    held = {f"{section}.{name}": value for section, table in example.items() for name, value in table.items()}
    assert held == {f"{s.section}.{s.name}": s.default for s in settings.SETTINGS}


def test_every_setting_is_documented_with_its_variable_default_and_meaning():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("| `")}
    for setting in settings.SETTINGS:
        row = rows[f"`[{setting.section}] {setting.name}`"]
        for part in (setting.variable, setting.about, *setting.choices, setting.default):
            assert part in row
    assert settings.FILE_VARIABLE in page
