"""Looking around the sample trust: three people, one click, and never on a trust's own data."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.errors import UsageError
from tests.app.conftest import Open, app_at, heading, text_of
from ui.sign_in.fixed import Fixed


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch, sample_folder: Path) -> None:
    """No data of a trust, so that the sample is shown."""
    monkeypatch.setattr("ui.start.sample_folder", lambda: sample_folder)
    monkeypatch.setenv("TRUST_KPI_DATA", "no-such-folder-yet")


@pytest.fixture
def opened(sample: None) -> AppTest:
    return app_at(academy="900005").run()


@pytest.mark.parametrize(
    ("who", "name", "shown"),
    [
        ("headteacher", "Headteacher of Netherquill Academy", "Corvane High"),
        ("executive", "Executive", "Corvane High"),
        ("governor", "Governor", "Corvane High"),
    ],
)
def test_one_click_opens_the_page_asked_for_as_that_person(opened: AppTest, who: str, name: str, shown: str) -> None:
    assert heading(opened) == "Look around as …"
    assert len(opened.sidebar) == 0
    opened.button(key=f"as-{who}").click().run()
    assert not opened.exception
    assert heading(opened) == f"What needs {shown}’s attention"
    assert opened.query_params == {"academy": "900005"}
    assert "You look around as" in text_of(opened)
    assert f'<span class="quiet">{name}</span>' in text_of(opened)


def test_one_can_change_at_any_time(opened: AppTest) -> None:
    opened.button(key="as-governor").click().run()
    opened.button(key="leave").click().run()
    assert heading(opened) == "Look around as …"
    assert opened.query_params == {"academy": "900005"}
    opened.button(key="as-headteacher").click().run()
    assert opened.selectbox(key="academy").options == ["All academies (8)", "Corvane High", "Netherquill Academy"]


def test_each_may_do_what_it_says_and_no_more(opened: AppTest) -> None:
    assert "Leads Netherquill Academy: sees it in full" in text_of(opened)
    opened.button(key="as-headteacher").click().run()
    assert heading(opened) == "What needs Corvane High’s attention"
    assert opened.selectbox(key="academy").options[1:] == ["Corvane High", "Netherquill Academy"]


def test_a_link_makes_nobody_anybody(sample: None) -> None:
    for link in ({"as": "executive"}, {"role": "admin"}, {"looking around as": "executive"}, {"user": "executive"}):
        assert heading(app_at(**link).run()) == "Look around as …"


@pytest.mark.parametrize("who", ["headteacher", "executive", "governor"])
def test_the_variable_chooses_beforehand(sample: None, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", who)
    app = app_at().run()
    subject = "Netherquill Academy’s" if who == "headteacher" else "the trust’s"
    assert heading(app) == f"What needs {subject} attention"
    app.button(key="leave").click().run()
    assert heading(app) == "Look around as …"


@pytest.mark.parametrize("who", ["admin", "everybody", " executive"])
def test_the_variable_names_one_of_the_three(
    sample: None, monkeypatch: pytest.MonkeyPatch, logged: list[str], who: str
) -> None:
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", who)
    assert heading(app_at().run()) == "Nobody can be let in just now"
    assert any("it must be one of: headteacher, executive, governor" in line for line in logged)


@pytest.mark.parametrize("path", ["accounts", "trail"])
def test_there_is_nobody_to_manage_and_no_trail_of_looking_around(
    sample: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", "executive")
    assert heading(app_at(path).run()) == "This page is for administrators"
    assert not (tmp_path / "private").exists()


@pytest.mark.parametrize("sample_shown", [False, None, 0, "", "yes", 1])
def test_on_a_trust_s_own_data_it_cannot_even_be_made(sample_shown: object) -> None:
    with pytest.raises(UsageError, match="for the sample trust only"):
        Fixed(sample_shown, {"900006": "Netherquill Academy"})  # type: ignore[arg-type]


def test_on_a_trust_s_own_data_neither_the_variable_nor_the_session_opens_anything(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", "executive")
    app = app_at()
    app.session_state["looking around as"] = "executive"
    assert heading(app.run()) == "Sign in"


def test_who_looks_around_while_the_trust_s_own_data_are_loaded_has_to_sign_in(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch, sample_folder: Path, folder: Path
) -> None:
    opened.button(key="as-executive").click().run()
    monkeypatch.setenv("TRUST_KPI_DATA", str(sample_folder))
    opened.run()
    assert heading(opened) == "Sign in"
    assert len(opened.sidebar) == 0
