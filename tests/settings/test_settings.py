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
    assert found == settings.Settings(
        "",
        None,
        (tmp_path / "data").resolve(),
        "then",
        "info",
        (tmp_path / "private").resolve(),
        "password",
        9,
        "hidden",
        "",
    )


def test_settings_of_sign_in_have_their_defaults_when_they_are_not_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.Settings("", None, (tmp_path / "data").resolve(), "then", "info") == settings.load(tmp_path, {})


def test_the_file_is_read_and_paths_are_from_its_folder(tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    _file(
        tmp_path,
        '[trust]\nname = "Wychbourne"\nlogo = "logo.svg"\n[data]\nfolder = "figures"\n'
        '[policies]\nmembers = "current"\nsmall_numbers = "own-academy"\n[log]\nlevel = "debug"\n'
        '[private]\nfolder = "kept/private"\n[sign_in]\nmethod = "oidc"\nhours = "12"\n'
        '[help]\ncontact = " Dee Lund, dee@trust.example "\n',
    )
    found = settings.load(tmp_path, {})
    assert found.trust_name == "Wychbourne"
    assert found.logo == (tmp_path / "logo.svg").resolve()
    assert found.data_folder == (tmp_path / "figures").resolve()
    assert (found.members, found.log_level) == ("current", "debug")
    assert found.private_folder == (tmp_path / "kept" / "private").resolve()
    assert (found.sign_in, found.sign_in_hours, found.small_numbers) == ("oidc", 12, "own-academy")
    assert found.contact == "Dee Lund, dee@trust.example"


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
        ('[trust]\nmotto = "blue"\n', ("unknown setting 'trust.motto'", "trust.name")),
        ('[trust]\ncolour = "blue"\n', ("[trust] colour", "'blue'", "like #7A1F5C")),
        ('[trusts]\nname = "A"\n', ("unknown setting 'trusts.name'",)),
        ('name = "A"\n', ("'name' stands outside a section",)),
        ("[trust]\nname = 7\n", ("trust.name must be text in quotes", "7")),
        ("[trust\n", ("settings.toml cannot be read as TOML",)),
        ('[trust]\nlogo = "none.png"\n', ("the logo 'none.png'", "PNG or SVG")),
        ('[data]\nfolder = " "\n', ("[data] folder", "TRUST_KPI_DATA")),
        ('[private]\nfolder = ""\n', ("[private] folder", "TRUST_KPI_PRIVATE")),
        ('[private]\nfolder = "data"\n', ("must lie apart", "TRUST_KPI_PRIVATE")),
        ('[private]\nfolder = "data/private"\n', ("must lie apart",)),
        ('[private]\nfolder = "data/../data/x"\n', ("must lie apart",)),
        ('[private]\nfolder = "."\n', ("must lie apart",)),
        ('[private]\nfolder = ".."\n', ("must lie apart",)),
        ('[sign_in]\nmethod = "none"\n', ("[sign_in] method", "'none'", "password, oidc")),
        ('[policies]\nsmall_numbers = "shown"\n', ("[policies] small_numbers", "'shown'", "hidden, own-academy")),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_the_remedy(tmp_path, text, said):
    _file(tmp_path, text)
    with pytest.raises(SettingsError) as wrong:
        settings.load(tmp_path, {})
    for words in said:
        assert words in str(wrong.value)


@pytest.mark.parametrize("hours", ["", "0", "24", "9.5", "-1", "nine", "100", "٩", "1e1"])
def test_a_sign_in_lasts_a_whole_number_of_hours_and_never_a_day(tmp_path, hours):
    with pytest.raises(SettingsError) as wrong:
        settings.load(tmp_path, {"TRUST_KPI_SIGN_IN_HOURS": hours})
    for words in ("[sign_in] hours", "TRUST_KPI_SIGN_IN_HOURS", repr(hours), "from 1 to 23"):
        assert words in str(wrong.value)


@pytest.mark.parametrize("hours", ["1", "23", " 9 "])
def test_hours_within_a_day_are_taken(tmp_path, hours):
    assert settings.load(tmp_path, {"TRUST_KPI_SIGN_IN_HOURS": hours}).sign_in_hours == int(hours)


def test_a_private_folder_beside_the_data_folder_is_taken(tmp_path):
    for private in ("private", "data-private", "../private"):
        assert settings.load(tmp_path, {"TRUST_KPI_PRIVATE": private}).private_folder == (tmp_path / private).resolve()


def test_a_link_into_the_data_folder_is_no_way_round(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "private").symlink_to(tmp_path / "data", target_is_directory=True)
    for private in ("private", "private/inside"):
        with pytest.raises(SettingsError, match="must lie apart"):
            settings.load(tmp_path, {"TRUST_KPI_PRIVATE": private})


def test_a_folder_that_the_file_system_takes_for_the_data_folder_is_no_way_round(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "DATA").mkdir(exist_ok=True)
    monkeypatch.setattr(Path, "samefile", lambda one, other: str(one).lower() == str(other).lower())
    with pytest.raises(SettingsError, match="must lie apart"):
        settings.load(tmp_path, {"TRUST_KPI_PRIVATE": "DATA/private"})


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
