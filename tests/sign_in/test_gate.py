"""The gate: nothing is shown before it, and behind it what the directory says at that moment."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.engine import Engine
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.sessions import Sessions
from tests.app.conftest import ADMIN, EXECUTIVE, GOVERNOR, HEAD, PEOPLE, ROOT, Open, heading, links, session_of, text_of

FIGURES = ("", "governance", "equality", "teaching", "outcomes", "people", "culture", "employment")
FOR_ADMINS = ("accounts", "trail")
Told = Callable[[], list[tuple[str, str, str]]]


def everything(app: AppTest) -> str:
    """All that is sent to the browser: every element's message and the title, whatever kind it is."""
    return repr(app) + text_of(app) + "".join(str(element.proto) for element in app.main) + str(app._tree)


def _secrets(engine: Engine) -> set[str]:
    """What would tell a stranger something of this trust."""
    names = {a.name for a in engine.as_seen_by(EVERYTHING).academies()}
    return names | {engine.meta.trust_name, "900006", "2025/26", *(p.name for p in PEOPLE)}


@pytest.mark.parametrize("path", [*FIGURES, *FOR_ADMINS])
def test_nothing_of_the_trust_is_sent_before_somebody_has_signed_in(
    open_app: Open, sample_engine: Engine, path: str
) -> None:
    app = open_app(path, user="", kpi="suspensions", year="latest")
    assert not app.exception
    assert heading(app) == "Sign in"
    assert [secret for secret in _secrets(sample_engine) if secret in everything(app)] == []
    assert len(app.sidebar) == 0
    assert len(app.selectbox) == 0
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("user", [HEAD, EXECUTIVE, GOVERNOR, ADMIN])
@pytest.mark.parametrize("path", FIGURES)
def test_every_page_opens_for_every_role(open_app: Open, path: str, user: str) -> None:
    app = open_app(path, user=user)
    assert not app.exception
    assert "Data to 14 Nov 2026" in text_of(app)
    person = next(p for p in PEOPLE if p.user == user)
    assert f"<b>{person.name}</b>" in text_of(app)
    assert ("Netherquill Academy" if user == HEAD else "All academies") in text_of(app)


@pytest.mark.parametrize("user", [HEAD, EXECUTIVE, GOVERNOR])
@pytest.mark.parametrize("path", FOR_ADMINS)
def test_the_pages_for_administrators_refuse_everybody_else_and_are_not_offered(
    open_app: Open, trail: Told, path: str, user: str
) -> None:
    app = open_app(path, user=user)
    assert not app.exception
    assert heading(app) == "This page is for administrators"
    assert ADMIN not in everything(app)
    assert [button.key for button in app.button] == ["leave"]
    assert not [link for link in links(app) if link.startswith(FOR_ADMINS)]
    assert (user, "refused", f"the page {path}") in trail()


def test_a_headteacher_lands_on_the_own_academy_and_is_offered_no_other(open_app: Open) -> None:
    app = open_app(user=HEAD)
    assert heading(app) == "What needs Netherquill Academy’s attention"
    assert app.selectbox(key="academy").options == ["All academies (8)", "Netherquill Academy"]
    assert app.selectbox(key="academy").value == "900006"
    app.selectbox(key="academy").select("trust").run()
    assert app.query_params["academy"] == "trust"
    assert heading(app) == "What needs the trust’s attention"
    assert all("academy=" in link for link in links(app) if not link.startswith("http"))


def test_what_a_headteacher_s_page_says_is_the_engine_s_answer_to_that_headteacher(
    open_app: Open, sample_engine: Engine
) -> None:
    viewer = Viewer(HEAD, Role.HEADTEACHER, frozenset({"900006"}))
    for academy in ("900006", "900005"):
        expected = sample_engine.as_seen_by(viewer).result("staff-attendance", academy)
        app = open_app("people", user=HEAD, kpi="staff-attendance", academy=academy)
        if expected.withheld is None:
            assert heading(app) == expected.sentence
        else:
            assert '<div class="withheld">' in text_of(app)
            assert '<div class="big">' not in text_of(app)


def test_two_viewers_of_one_server_never_meet_each_other_s_answers(open_app: Open) -> None:
    """The other academy's returns are asked for by the executive first, then by a headteacher, then again."""
    asked = {"kpi": "staff-attendance", "academy": "900005"}
    seen = heading(open_app("people", user=EXECUTIVE, **asked))
    hidden = open_app("people", user=HEAD, **asked)
    assert heading(open_app("people", user=EXECUTIVE, **asked)) == seen
    value = re.search(r"\d+\.\d %", seen)
    assert value is not None
    assert heading(hidden) != seen
    assert value[0] not in heading(hidden)


def test_a_link_is_kept_over_the_sign_in(open_app: Open, folder: Path) -> None:
    app = open_app("culture", user="", kpi="suspensions", academy="900005", year="2024/25")
    assert heading(app) == "Sign in"
    app.session_state["password: session"] = session_of(folder, EXECUTIVE)
    app.run()
    assert "Suspensions" in heading(app)
    assert "2024/25" in heading(app)
    assert app.query_params == {"kpi": "suspensions", "academy": "900005", "year": "2024/25"}


def test_whom_the_directory_does_not_know_is_told_whom_to_ask_and_nothing_else(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, sample_engine: Engine, trail: Told
) -> None:
    monkeypatch.setenv("TRUST_KPI_CONTACT", "Ada Q (office@trust.example)")
    app = open_app("culture", user="ed@trust.example")
    assert heading(app) == "Nothing here is yours to see yet"
    assert "You are signed in as ed@trust.example." in text_of(app)
    assert "Please ask Ada Q (office@trust.example)." in text_of(app)
    assert [secret for secret in _secrets(sample_engine) if secret in everything(app)] == []
    app.run()
    assert trail() == [("ed@trust.example", "refused", "not in the directory")]
    app.button(key="turned-away").click().run()
    assert heading(app) == "Sign in"


def test_a_headteacher_of_no_academy_in_the_data_is_told_so(open_app: Open, folder: Path, trail: Told) -> None:
    directory.change(folder / private.DIRECTORY, Person(HEAD, "Bo Farrow", Role.HEADTEACHER, frozenset({"123456"})))
    app = open_app(user=HEAD)
    assert heading(app) == "There are no data for your academy"
    assert "Netherquill" not in everything(app)
    assert trail() == [(HEAD, "refused", "none of the academies is held")]


def test_of_several_academies_those_in_the_data_count(open_app: Open, folder: Path) -> None:
    two = Person(HEAD, "Bo Farrow", Role.HEADTEACHER, frozenset({"900005", "900001", "123456"}))
    directory.change(folder / private.DIRECTORY, two)
    app = open_app(user=HEAD)
    assert len(app.selectbox(key="academy").options) == 3
    assert "Headteacher of Corvane High and Quillbrook Primary" in text_of(app)


def test_the_directory_is_asked_on_every_run(open_app: Open, folder: Path) -> None:
    file = folder / private.DIRECTORY
    app = open_app(user=EXECUTIVE)
    assert app.selectbox(key="academy").options[0] == "All academies (8)"
    directory.change(file, Person(EXECUTIVE, "Di Penn", Role.HEADTEACHER, frozenset({"900001"})))
    app.run()
    assert app.selectbox(key="academy").options == ["All academies (8)", "Quillbrook Primary"]
    directory.remove(file, EXECUTIVE)
    app.run()
    assert heading(app) == "Nothing here is yours to see yet"
    assert "Quillbrook" not in everything(app)


def test_an_admin_who_is_one_no_more_can_do_nothing_with_the_page_that_is_still_open(
    open_first: Callable[..., AppTest], folder: Path, accounts: object
) -> None:
    """The button was drawn for an admin; by the time it is pressed the directory says otherwise."""
    directory.add(folder / private.DIRECTORY, Person("eve@trust.example", "Eve Holm", Role.ADMIN))
    app = open_first("accounts")
    app.selectbox(key="person-chosen").select(EXECUTIVE).run()
    app.button(key=f"do-remove-{EXECUTIVE}").click().run()
    directory.change(folder / private.DIRECTORY, Person(ADMIN, "Ada Quill", Role.GOVERNOR))
    app.button(key=f"yes-remove-{EXECUTIVE}").click().run()
    assert heading(app) == "This page is for administrators"
    assert EXECUTIVE in directory.read(folder / private.DIRECTORY)


@pytest.mark.parametrize("broken", ["user,name,role,academies\r\ndi@trust.example,Di,king,\r\n", "\0", "x,y\r\n"])
def test_a_directory_that_needs_mending_lets_nobody_in_and_says_what_is_wrong_in_the_log_alone(
    open_app: Open, folder: Path, sample_engine: Engine, logged: list[str], broken: str
) -> None:
    (folder / private.DIRECTORY).write_text(broken, encoding="utf-8", newline="")
    for user in (EXECUTIVE, ""):
        app = open_app("culture", user=user)
        assert not app.exception
        assert heading(app) == "Nobody can be let in just now"
        assert "king" not in everything(app)
        assert str(folder) not in everything(app)
        assert [secret for secret in _secrets(sample_engine) if secret in everything(app)] == []
    assert any(str(folder / private.DIRECTORY) in line for line in logged)


def test_on_own_data_without_anybody_in_the_directory_the_first_admin_has_to_be_entered(
    open_app: Open, folder: Path, sample_engine: Engine
) -> None:
    (folder / private.DIRECTORY).unlink()
    app = open_app("culture", user="")
    assert heading(app) == "Nobody may look yet"
    assert "python -m kpi_engine accounts first" in text_of(app)
    assert len(app.text_input) == 0
    assert [secret for secret in _secrets(sample_engine) if secret in everything(app)] == []


def test_a_session_that_was_forgotten_elsewhere_ends_here_with_the_next_click(open_app: Open, folder: Path) -> None:
    app = open_app(user=EXECUTIVE)
    Sessions(folder / private.PEOPLE).forget_all_of(EXECUTIVE)
    app.selectbox(key="academy").select("900006").run()
    assert heading(app) == "Sign in"
    assert "Netherquill" not in everything(app)


def test_a_sign_in_is_recorded_once_and_not_with_every_click(open_app: Open, trail: Told) -> None:
    app = open_app(user=GOVERNOR)
    app.run()
    app.run()
    assert trail() == [(GOVERNOR, "signed in", "governor")]
    app.button(key="leave").click().run()
    assert trail()[1:] == [(GOVERNOR, "signed out", "")]
    assert heading(app) == "Sign in"
    assert len(app.sidebar) == 0


def test_whose_sign_in_cannot_be_recorded_is_not_let_in(open_app: Open, folder: Path, sample_engine: Engine) -> None:
    (folder / private.TRAIL).mkdir()
    app = open_app(user=EXECUTIVE)
    assert heading(app) == "Nobody can be let in just now"
    assert [secret for secret in _secrets(sample_engine) if secret in everything(app)] == []


def test_only_harmless_things_happen_outside_the_gate() -> None:
    """A callback runs before the gate, and a fragment or dialog without it.

    So there are no fragments and dialogs, and callbacks ask for another view alone: they write the address, a choice of
    the sample, the wish to leave, or which box was changed, which is read behind the gate. What makes a file on demand
    asks for the right anew (tests/gate/test_files.py).
    """
    callbacks: set[str] = set()
    for file in [ROOT / "app.py", *sorted((ROOT / "ui").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st":
                assert node.attr not in ("fragment", "dialog"), file
            if isinstance(node, ast.keyword) and node.arg in ("on_click", "on_change", "on_submit", "on_select"):
                callbacks.add(ast.unparse(node.value))
    clicked = "'ignore' if on_point is None else lambda: on_point(key)"
    assert callbacks == {
        "_chosen",
        "_choose",
        "gate.ask_to_leave",
        "ask_to_leave",
        "'ignore'",
        "'rerun'",
        "_picked",
        "prepare_steps.ask",
        clicked,
    }
